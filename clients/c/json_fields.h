/*
 * Reads typed fields of a JSON object. Each reader adds a problem that names the field when the
 * value is missing, of the wrong type or out of range, and returns false then.
 */
#ifndef CLIENTS_C_JSON_FIELDS_H
#define CLIENTS_C_JSON_FIELDS_H

#include <jansson.h>

#include "clients/c/problem.h"

/* An object and how to complain about it. */
struct fields {
    struct problem_log *log;
    const struct feature_ref *at; /* NULL: the file's own `tifo` member. */
    const json_t *object;
};

enum field_need { FIELD_OPTIONAL, FIELD_REQUIRED };

/* Optional fields that are absent leave *out as it was. */
bool field_number(const struct fields *fields, const char *name, enum field_need need, double min,
                  double max, double *out);
bool field_whole(const struct fields *fields, const char *name, enum field_need need, int64_t min,
                 int64_t max, int64_t *out);
/* A list of whole numbers, each once; malloc'd. Absent: *out NULL. */
bool field_integers(const struct fields *fields, const char *name, int64_t min, int64_t max,
                    uint32_t **out, size_t *count);
bool field_bool(const struct fields *fields, const char *name, enum field_need need, bool *out);
/* *out is borrowed from the document; at most `max_bytes`. */
bool field_text(const struct fields *fields, const char *name, enum field_need need,
                size_t max_bytes, const char **out);
/* Text of 1..max_bytes letters, digits and dashes. */
bool field_id(const struct fields *fields, const char *name, size_t max_bytes, const char **out);

struct field_choice {
    const char *word;
    int value;
};
/* One of the words; `choices` ends with a NULL word. */
bool field_choice(const struct fields *fields, const char *name, const struct field_choice *choices,
                  int *out);

/* "a string", "a number" ... for sentences. */
const char *json_kind_name(const json_t *value);

#endif
