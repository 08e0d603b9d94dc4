/*
 * Collects problems while a venue file is read and checked. Nothing is printed here.
 */
#ifndef CLIENTS_C_PROBLEM_H
#define CLIENTS_C_PROBLEM_H

#include "clients/c/tifo.h"

/* Which feature is meant. The strings belong to the JSON document. */
struct feature_ref {
    int index; /* From 0; -1: not a feature. */
    int line;  /* From 1; 0: unknown. */
    int column;
    const char *kind; /* NULL: unknown. */
    const char *id;   /* NULL: unknown. */
};

struct problem_log {
    const char *file;
    struct tifo_problems *found;
};

/* Adds a problem. `at` NULL: the file as a whole; `field` NULL: no single field. Beyond
 * TIFO_PROBLEMS_MAX it does nothing. */
void problem_add(struct problem_log *log, const struct feature_ref *at, const char *field,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Enough has been found; go home. */
bool problem_log_full(const struct problem_log *log);

#endif
