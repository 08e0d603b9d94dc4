/*
 * What was measured over the last half hour: one row of figures every five seconds of stadium time.
 * A ring: the oldest row makes room for the newest.
 */
#ifndef TWIN_HISTORY_H
#define TWIN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_STEP_MS = 5000, HISTORY_ROWS = 400 };

struct history {
    size_t columns;
    size_t first, count; /* Ring of rows. */
    int64_t at_ms[HISTORY_ROWS];
    float *values; /* HISTORY_ROWS x columns. */
};

void history_init(struct history *history, size_t columns);
void history_fini(struct history *history);
void history_clear(struct history *history);

/* The row for `at_ms`, zeroed, to be filled by the caller; NULL while the newest one is younger
 * than a step. Time that went back clears the history: it is another day. */
float *history_add(struct history *history, int64_t at_ms);

/* Row `i`, 0 the oldest. */
int64_t history_time(const struct history *history, size_t i);
float history_value(const struct history *history, size_t i, size_t column);
/* Mean of a column over [from_ms, to_ms); false when nothing was measured then. */
bool history_mean(const struct history *history, size_t column, int64_t from_ms, int64_t to_ms,
                  float *out);

#endif
