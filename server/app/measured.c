#include "server/app/measured.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void measured_fini(struct measured *measured)
{
    free(measured->rows);
    *measured = (struct measured){ 0 };
}

static void grow(struct measured *measured)
{
    const uint32_t room = measured->room ? 2 * measured->room : 16;
    struct measured_rule *rows = base_alloc(room * sizeof *rows);
    if (measured->count)
        memcpy(rows, measured->rows, measured->count * sizeof *rows);
    free(measured->rows);
    measured->rows = rows;
    measured->room = room;
}

void measured_put(struct measured *measured, uint32_t index, const struct rule *rule)
{
    assert(index <= measured->count);
    if (index == measured->room)
        grow(measured);
    measured->count += index == measured->count;
    measured->rows[index] = (struct measured_rule){
        .is = rule->is,
        .told = rule->known ? rule_side(&rule->is, rule->value_milli) : 0,
        .known = rule->known,
        .value_milli = rule->value_milli,
        .told_milli = rule->value_milli,
    };
}

static int64_t to_milli(double value)
{
    const double most = (double)RULE_VALUE_MOST_MILLI;
    return llround(fmax(-most, fmin(most, value * 1000)));
}

void measured_take(struct measured *measured, const char *device, const char *quantity,
                   int64_t at_ms, double value)
{
    for (uint32_t i = 0; i < measured->count; i++) {
        struct measured_rule *row = &measured->rows[i];
        if (row->is.metric != RULE_MEASURED || at_ms < row->at_ms ||
            strcmp(row->is.device, device) != 0 || strcmp(row->is.quantity, quantity) != 0)
            continue;
        row->known = true;
        row->at_ms = at_ms;
        row->value_milli = to_milli(value);
    }
}

static int64_t due_ms(const struct measured_rule *row)
{
    if (row->is.metric != RULE_MEASURED || !row->known)
        return INT64_MAX;
    const enum rule_side side = rule_side(&row->is, row->value_milli);
    if (side != row->told)
        return row->told_ms + MEASURED_TELL_MS;
    return side == RULE_CROSSED && row->value_milli != row->told_milli
               ? row->told_ms + MEASURED_SHOW_MS
               : INT64_MAX;
}

int64_t measured_due_ms(const struct measured *measured)
{
    int64_t first_ms = INT64_MAX;
    for (uint32_t i = 0; i < measured->count; i++) {
        const int64_t at_ms = due_ms(&measured->rows[i]);
        first_ms = at_ms < first_ms ? at_ms : first_ms;
    }
    return first_ms;
}

void measured_drain(struct measured *measured, int64_t now_ms, struct arena *arena,
                    struct tick *tick)
{
    uint32_t *rule = arena_array(arena, measured->count, sizeof *rule);
    int64_t *milli = arena_array(arena, measured->count, sizeof *milli);
    for (uint32_t i = 0; i < measured->count; i++) {
        struct measured_rule *row = &measured->rows[i];
        if (due_ms(row) > now_ms)
            continue;
        row->told = rule_side(&row->is, row->value_milli);
        row->told_milli = row->value_milli;
        row->told_ms = now_ms;
        milli[tick->rule.count] = row->value_milli;
        rule[tick->rule.count++] = i;
    }
    tick->rule.v = rule;
    tick->rule_milli = milli;
}
