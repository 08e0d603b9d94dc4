/*
 * Rules: alarms that operators make for themselves. A rule names what is measured (a metric of the
 * crowd, or a quantity that a device measures), a threshold and from which side it is crossed. Its
 * alarm, RULE, has the rule's own priority, text and action:
 *
 *     raised   beyond the threshold for `hold_ms`, not before `dead_ms` after the last one cleared
 *     cleared  beyond the clear threshold, which lies on the other side (or is the same), at once
 *
 * Values are thousandths of the metric's unit. Crowd metrics are looked at with every fact that
 * changes the crowd. What devices measure never comes here one by one: the app tells when the
 * value crosses a threshold (server/app/measured.h), and now and then how large it is meanwhile.
 */
#ifndef CORE_RULE_H
#define CORE_RULE_H

#include "server/base/slice.h"
#include "server/core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rule_metric {
    RULE_INSIDE = 1, /* People in the venue. */
    RULE_PEOPLE,     /* Of a place. */
    RULE_DENSITY,    /* Of a zone, people a m2. */
    RULE_OCCUPANCY,  /* Of a place, per cent of its capacity, or seats. */
    RULE_FLOW_IN,    /* Of a gate, people a minute. */
    RULE_FLOW_OUT,
    RULE_WAITING, /* People at a facility, or (number of facilities + gate) at a gate. */
    RULE_WAIT,    /* Seconds there; while that is unknown it crosses nothing. */
    RULE_MEASURED /* A device's quantity. */
};

enum {
    RULE_HOLD_MOST_MS = 60 * 60 * 1000,
    RULE_DEAD_MOST_MS = 4 * 60 * 60 * 1000,
};
#define RULE_VALUE_MOST_MILLI INT64_C(1000000000000000) /* Either way: 1e12 units. */

/* What is said of a rule when it is set. */
struct rule_set {
    uint32_t rule; /* Index: a free row, or the one of this name. */
    char name[RULE_NAME_BYTES + 1];
    uint32_t metric;
    uint32_t subject;                   /* Place, gate or queue, as the metric says. */
    char device[SOURCE_NAME_BYTES + 1]; /* MEASURED: */
    char quantity[RULE_QUANTITY_BYTES + 1];
    uint32_t below; /* 1: at or below the threshold; 0: at or above it. */
    int64_t threshold_milli, clear_milli;
    uint32_t hold_ms, dead_ms;
    uint32_t priority; /* enum alarm_priority */
    char text[RULE_TEXT_BYTES + 1];
    char action[RULE_TEXT_BYTES + 1];
    char by[CALLER_BYTES + 1];
};

struct rule_deleted {
    uint32_t rule;
    char by[CALLER_BYTES + 1];
};

/* Newest values of rules that are about what devices measure; thousandths, two's complement. */
struct rules_measured {
    struct u32s rule;
    struct u64s value_milli;
};

struct rule {
    struct rule_set is; /* Without a name: a free row. */
    uint32_t known;     /* 1: there is a value. */
    int64_t value_milli;
    int64_t since_ms; /* It is beyond the threshold; 0: it is not. */
    int64_t eased_ms; /* It is beyond the clear threshold; 0: it is not. */
    int64_t dead_ms;  /* No alarm before. */
    uint32_t alarm;   /* Number of its open one; 0: none. */
};

/* Where a value lies of a rule: it has crossed the threshold, is between both, has cleared. */
enum rule_side { RULE_CROSSED = 1, RULE_BETWEEN, RULE_CLEARED };
enum rule_side rule_side(const struct rule_set *rule, int64_t value_milli);

struct stadium;
/* Rows up to the last that was used; free ones have no name. */
const struct rule *stadium_rules(const struct stadium *stadium, uint32_t *count);
uint32_t stadium_rule_find(const struct stadium *stadium, const char *name); /* STADIUM_NONE */
/* "density of Level 1 SE", "temperature_c of cam-1". */
void rule_subject(const struct stadium *stadium, const struct rule_set *rule, char *out,
                  size_t size);
/* Its unit, behind a number: " p/m²"; of a device's quantity none. */
const char *rule_unit(uint32_t metric);

#endif
