/*
 * What devices measure, for the rules about it (server/core/rule.h). Each measurement meets the
 * rules of its device and quantity here; the core hears, with the tick, only that a value crossed
 * a threshold, at most once in TELL_MS for a rule, and while it is crossed how large it is, once in
 * SHOW_MS. Values older than the newest change nothing. Not locked: the intake's lock covers it.
 */
#ifndef APP_MEASURED_H
#define APP_MEASURED_H

#include "server/base/arena.h"
#include "server/core/command.h"

enum { MEASURED_TELL_MS = 1000, MEASURED_SHOW_MS = 10 * 1000 };

struct measured_rule {
    struct rule_set is;  /* Of another metric, or without a name: not for us. */
    enum rule_side told; /* 0: nothing yet. */
    bool known;
    int64_t value_milli, told_milli;
    int64_t at_ms; /* When the value was true. */
    int64_t told_ms;
};

/* By the core's indices. Zeroed is empty. */
struct measured {
    struct measured_rule *rows;
    uint32_t count, room;
};
void measured_fini(struct measured *measured);

/* The rule is so from now on; indices come ascending, without a gap. */
void measured_put(struct measured *measured, uint32_t index, const struct rule *rule);
void measured_take(struct measured *measured, const char *device, const char *quantity,
                   int64_t at_ms, double value);
/* When the core next hears something, if nothing else comes; INT64_MAX: nothing is left to say. */
int64_t measured_due_ms(const struct measured *measured);
/* What is to be said at `now_ms`, in the arena. */
void measured_drain(struct measured *measured, int64_t now_ms, struct arena *arena,
                    struct tick *tick);

#endif
