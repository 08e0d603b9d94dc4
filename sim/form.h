/*
 * A YAML file read as a form: a table says which keys a mapping may have, of which kind and range
 * each is, and where in a struct its value goes. Everything that is wrong with a file is then said
 * in one place, always as "file:line:column: what is wrong, and how to mend it".
 *
 * Structs that are filled are plain memory without pointers: texts are arrays, lists are arrays
 * with a count beside them. Fields whose key is absent and not required keep what the caller wrote
 * there before, so defaults are simply set beforehand.
 */
#ifndef SIM_FORM_H
#define SIM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum form_kind {
    FORM_TEXT,    /* char[most]: 1 to most - 1 bytes */
    FORM_NUMBER,  /* double */
    FORM_WHOLE,   /* uint64_t */
    FORM_TIME,    /* double, seconds, written m:ss or h:mm:ss */
    FORM_INSTANT, /* int64_t, Unix milliseconds, written 2026-05-16T14:41:00Z */
    FORM_CHOICE,  /* int: index into choices */
    FORM_CHOICES, /* int[most], a list of choices; the count is at count_offset */
    FORM_TEXTS,   /* char[most][text_size], a list of texts; the count is at count_offset */
    FORM_MAP,     /* a struct, filled by `form` */
    FORM_LIST,    /* struct[most], each filled by `form`; the count is at count_offset */
};

struct form;

struct form_field {
    const char *key;
    enum form_kind kind;
    size_t offset;
    bool required;
    double least, most; /* Of NUMBER, WHOLE and TIME (s); most of TEXT and lists: their room. */
    const char *const *choices; /* NULL-ended. */
    size_t count_offset;        /* size_t; of CHOICES, TEXTS and LIST. */
    size_t text_size;           /* Of TEXTS: the room of each. */
    const struct form *form;    /* Of MAP and LIST. */
};

/* Where something was written, from 1. */
struct form_mark {
    int line, column;
};

struct form {
    const char *what; /* "a trip": the subject of sentences about the whole mapping. */
    size_t size;
    size_t mark_offset; /* struct form_mark: where the mapping began. */
    const struct form_field *fields;
    size_t field_count;
};

/* Reads the file's one document into `out` (form->size bytes). False: `why` (size >= 400) says what
 * is wrong, with file, line and column; `out` is then half filled. */
bool form_read(const struct form *form, const char *path, void *out, char *why, size_t why_size);

/* Writes "path:line:column: sentence" into `why`: for what only the caller can see is wrong.
 * Returns false, so that it can be returned. */
bool form_refuse(const char *path, struct form_mark mark, char *why, size_t why_size,
                 const char *sentence, ...) __attribute__((format(printf, 5, 6)));

#endif
