/*
 * What alarms did to operators, as ISA-18.2 and EEMUA 191 count it: the last ALARM_LOG of them, and
 * what follows from them over a window of time.
 *
 *   rate        raised in ten minutes and operator: at most 1 is what somebody can manage, 2 the
 *               most (EEMUA 191, ISA-18.2: 6 and 12 an hour)
 *   flood       more than ALARM_FLOOD raised in ten minutes and operator; less than 1 % of the time
 *   chattering  raised ALARM_CHATTER times or more about the same thing within ten minutes; none
 *   standing    open for longer than ALARM_STALE_MS; less than 5
 *   priorities  of those raised about 5, 15 and 80 % high, medium and low
 *
 * An alarm is suppressed by design where another says so already, or nobody could do anything:
 *
 *   SUPPRESSED_PHASE  QUEUE at a facility while people leave: nobody is to wait there
 *   SUPPRESSED_GATE   DENSITY of priority medium beside a gate whose GATE_CLOSED stands
 *   SUPPRESSED_JAM    DENSITY of a zone whose jam has its alarm (alarm.h)
 *   SUPPRESSED_FLOOD  priority low in a flood, or behind as many that are raised with it
 *   SUPPRESSED_GROUP  DEVICE_SILENT while its group is one matter (device.h)
 */
#ifndef CORE_ALARM_LOG_H
#define CORE_ALARM_LOG_H

#include "server/core/alarm.h"

#include <stdbool.h>

enum {
    ALARM_LOG = 1024,
    ALARM_FLOOD = 10,
    ALARM_FLOOD_MS = 10 * 60 * 1000,
    ALARM_CHATTER = 3,
    ALARM_STALE_MS = 60 * 60 * 1000,
    ALARM_WORST = 5,
};

enum alarm_suppression {
    SUPPRESSED_NOT,
    SUPPRESSED_PHASE,
    SUPPRESSED_GATE,
    SUPPRESSED_JAM,
    SUPPRESSED_FLOOD,
    SUPPRESSED_GROUP
};

/* One that was raised; times 0: not yet. */
struct alarm_entry {
    uint32_t number, kind, priority, subject;
    int64_t raised_ms, acknowledged_ms, cleared_ms;
};
struct alarm_log {
    struct alarm_entry *entries; /* A ring of ALARM_LOG. */
    uint64_t count;              /* Raised so far. */
};

/* Subjects that raised most. */
struct alarm_subject {
    uint32_t kind, subject, raised;
};
struct alarm_summary {
    int64_t from_ms; /* Begin of the window, or of what is known. */
    uint32_t raised, high, medium, low;
    uint32_t peak_10min; /* Most raised in any ten minutes. */
    uint32_t last_10min;
    uint32_t flood_milli; /* Share of the window in flood, a thousandth. */
    uint32_t open, standing, acknowledged, shelved, suppressed;
    uint32_t acknowledge_s; /* Mean time until one was acknowledged; 0: none was. */
    uint32_t chattering;    /* Subjects. */
    uint32_t worst_count;
    struct alarm_subject worst[ALARM_WORST];
};

/* Of the last `window_ms`, for so many operators (1 or more) that share the alarms. */
struct alarm_summary alarm_summarise(const struct stadium *stadium, int64_t now_ms,
                                     int64_t window_ms, uint32_t operators);
/* More than one operator can bear was raised in the ten minutes before. */
bool alarm_flooded(const struct stadium *stadium, int64_t now_ms);
/* When it has not any more, if nothing else is raised; 0: it was not. */
int64_t alarm_flood_ends_ms(const struct stadium *stadium, int64_t now_ms);

#endif
