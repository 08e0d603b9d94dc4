/*
 * The words of a command line, read against a command's table of flags. Complaints go to stderr.
 */
#ifndef CLIENTS_CLI_ARGUMENTS_H
#define CLIENTS_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flag {
    const char *name;  /* "--seats"; NULL ends the table. */
    const char *value; /* "N", for the help; NULL: a switch. */
    const char *help;
};

#define FLAGS_MAX      32
#define POSITIONAL_MAX 2

struct arguments {
    const struct flag *flags;
    const char *values[FLAGS_MAX]; /* By flag; a switch that is set holds its name. */
    const char *positional[POSITIONAL_MAX];
    size_t positional_count;
};

/* Reads argv[0..argc); false after a complaint. */
bool arguments_read(struct arguments *arguments, const struct flag *flags, int argc, char **argv);
/* NULL: not given. The flag must be in the table. */
const char *arguments_text(const struct arguments *arguments, const char *flag);
bool arguments_switch(const struct arguments *arguments, const char *flag);
/* *out stays as it is when the flag is not given; false after a complaint. */
bool arguments_number(const struct arguments *arguments, const char *flag, uint32_t min,
                      uint32_t max, uint32_t *out);

/* "2026-05-16T15:00", in UTC, as Unix milliseconds. */
bool time_read(const char *text, int64_t *ms);
/* The same of a flag; as arguments_number(). */
bool arguments_time(const struct arguments *arguments, const char *flag, int64_t *ms);
/* What was given, or otherwise `text`. For messages, which do not change it. */
char *arguments_or(const struct arguments *arguments, const char *flag, const char *text);
/* As if the flag had been given; the text is the caller's. */
void arguments_give(struct arguments *arguments, const char *flag, const char *text);

#endif
