#include "twin/history.h"

#include <stdlib.h>
#include <string.h>

void history_init(struct history *history, size_t columns)
{
    *history = (struct history){ .columns = columns };
    history->values = calloc(HISTORY_ROWS * (columns ? columns : 1), sizeof *history->values);
    if (!history->values)
        abort();
}

void history_fini(struct history *history)
{
    free(history->values);
    *history = (struct history){ 0 };
}

void history_clear(struct history *history)
{
    history->first = history->count = 0;
}

static size_t slot(const struct history *history, size_t i)
{
    return (history->first + i) % HISTORY_ROWS;
}

float *history_add(struct history *history, int64_t at_ms)
{
    if (history->count) {
        int64_t newest = history_time(history, history->count - 1);
        if (at_ms < newest)
            history_clear(history);
        else if (at_ms < newest + HISTORY_STEP_MS)
            return NULL;
    }
    if (history->count == HISTORY_ROWS) {
        history->first = (history->first + 1) % HISTORY_ROWS;
        history->count--;
    }
    size_t at = slot(history, history->count++);
    history->at_ms[at] = at_ms;
    float *row = history->values + at * history->columns;
    memset(row, 0, history->columns * sizeof *row);
    return row;
}

int64_t history_time(const struct history *history, size_t i)
{
    return history->at_ms[slot(history, i)];
}

float history_value(const struct history *history, size_t i, size_t column)
{
    return history->values[slot(history, i) * history->columns + column];
}

bool history_mean(const struct history *history, size_t column, int64_t from_ms, int64_t to_ms,
                  float *out)
{
    float sum = 0;
    size_t rows = 0;
    for (size_t i = 0; i < history->count; i++) {
        int64_t at = history_time(history, i);
        if (at >= from_ms && at < to_ms) {
            sum += history_value(history, i, column);
            rows++;
        }
    }
    if (rows)
        *out = sum / (float)rows;
    return rows > 0;
}
