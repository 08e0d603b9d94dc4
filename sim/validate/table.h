/* The table of results: on the terminal, as JSON and as a page. */
#ifndef SIM_VALIDATE_TABLE_H
#define SIM_VALIDATE_TABLE_H

#include "sim/validate/judge.h"

#include <stdio.h>

/* A row and what came of it. */
struct result {
    const struct row *row;
    const struct harvest *harvest;
    struct finding finding;
};

struct table {
    const struct result *results;
    uint32_t result_count;
    const struct harvest *harvests; /* of every set-up that was run */
    uint32_t harvest_count;
    bool long_form;
    const char *reference; /* folder, or NULL */
};

enum { TABLE_TEXT = 96 };

/* "30.0 s (29.1 to 31.2, 5 seeds)" */
void table_figure(const struct result *result, char out[TABLE_TEXT]);
/* "weidmann, design" */
void table_set(const struct setup *setup, char out[TABLE_TEXT]);
uint32_t table_count(const struct table *table, enum verdict verdict);
/* "120 pass, 3 known failures, ..." */
void table_sum(const struct table *table, char out[TABLE_TEXT]);

void table_print(const struct table *table, FILE *out);
/* False: the file could not be written whole. */
bool table_json(const struct table *table, FILE *out);
void table_html(const struct table *table, FILE *out);

#endif
