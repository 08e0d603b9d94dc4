/*
 * Alarms in the sense of ISA-18.2: each asks an operator for an action. A condition must hold for
 * an on-delay before it raises one and be gone by a deadband for an off-delay before it clears, so
 * that nothing chatters.
 *
 *     kind         raised                 cleared               priority
 *     DENSITY      level F for 10 s       < 1.9 p/m2 for 20 s   medium, high from 3.5 p/m2
 *                  (4 p/m2: for 3 s)
 *      in an aisle the same, from 4.7    the same              medium, high from 5.5 p/m2
 *     GATE_CLOSED  shut, people inside    open, or nobody left  medium, high in egress
 *     QUEUE        wait > 5 min for 30 s  < 80 % of it, 60 s    low
 *      at a gate   wait > 2 min for 30 s  < 80 % of it, 60 s    medium
 *
 * Whoever leaves a stand queues in its aisles at level F every time: no operator can or need do
 * anything about that, so an aisle raises one only beyond what the Green Guide has people stand at.
 *
 * Three more kinds are about devices that are silent: device.h. And operators make rules for what
 * is to raise one: rule.h.
 *
 * One jam is one alarm: while a DENSITY alarm stands, zones that are packed within two openings of
 * its own, through packed zones, are its members and raise none. It takes over their priority when
 * they would have raised one. It does not speak for them once it has eased or is shelved, nor for a
 * crush (4 p/m2; 5.5 in an aisle) when its own zone is none: those raise theirs.
 *
 * A priority only rises while an alarm stands.
 *
 * Operators acknowledge an alarm ("I have seen it") or shelve it for a time ("not now", with a
 * reason). Neither lasts beyond what it was said about: when the priority rises, or the time on
 * the shelf is over, the alarm is unacknowledged again and wants somebody. An alarm that clears is
 * gone, acknowledged or not; the next one about the same thing has another number.
 */
#ifndef CORE_ALARM_H
#define CORE_ALARM_H

#include "server/core/limits.h"

#include <stddef.h>
#include <stdint.h>

enum alarm_kind {
    ALARM_DENSITY = 1,
    ALARM_GATE_CLOSED,
    ALARM_QUEUE,
    /* device.h says when. */
    ALARM_DEVICE_SILENT,
    ALARM_GATEWAY_SILENT,
    ALARM_PLACE_SILENT,
    ALARM_RULE, /* rule.h */
    ALARM_KINDS
};
enum alarm_priority { ALARM_LOW = 1, ALARM_MEDIUM, ALARM_HIGH };

struct alarm {
    uint32_t number; /* Rises over the day. */
    uint32_t kind;   /* enum alarm_kind */
    uint32_t priority;
    /* Place; gate; facility, or number of facilities + gate; device; gateway (a device); place;
     * rule: as in the API. */
    uint32_t subject;
    int64_t since_ms;
};

/* What operators did about an open alarm. */
struct alarm_answer {
    uint32_t number;
    int64_t acknowledged_ms; /* 0: not acknowledged. */
    char acknowledged_by[CALLER_BYTES + 1];
    int64_t shelved_until_ms; /* 0: not shelved. */
    char shelved_by[CALLER_BYTES + 1];
    char shelved_reason[SHELVE_REASON_BYTES + 1];
};

/* From here on people are pressed: IMO MSC.1/Circ.1238 counts congestion from 4 p/m2 on. In an
 * aisle the Green Guide's 47 people on 10 m2 of standing terrace are the beginning. */
enum { ALARM_CRUSH_MILLI = 4000, ALARM_AISLE_MILLI = 4700, ALARM_AISLE_HIGH_MILLI = 5500 };

/* Zones of one jam at most, that of its alarm included; what is packed beyond them has its own. */
enum { ALARM_JAM_ZONES = 16 };

/* An alarm can be shelved for so long at most. */
enum { SHELVE_MAX_MS = 4 * 60 * 60 * 1000 };

struct stadium;

/* Never NULL; zero when nobody did anything. */
const struct alarm_answer *alarm_answer(const struct stadium *stadium, uint32_t number);

/* What is measured now, a thousandth of its unit: p/m2, seconds of wait, or how many devices of a
 * group are silent; of a RULE its value, or 0 when that is below 0. 0 for GATE_CLOSED and
 * DEVICE_SILENT. */
uint32_t alarm_value_milli(const struct stadium *stadium, const struct alarm *alarm);
/* The other zones of its jam, nearest first; none but for DENSITY. Returns how many. */
uint32_t alarm_members(const struct stadium *stadium, const struct alarm *alarm,
                       uint32_t out[ALARM_JAM_ZONES]);
/* Where: the name of its place, gate or facility; of devices that have neither their id. It stays
 * the stadium's. */
const char *alarm_place(const struct stadium *stadium, const struct alarm *alarm);
/* What is expected to come of it if nobody does anything. DENSITY, from the forecast: when there
 * will be 4 p/m2 while that is yet to come, else when it will be eased; GATE_CLOSED: when the plan
 * has everybody out, or who is called; QUEUE: when who is last in line has been served. 0: not
 * within half an hour, or unknown. */
int64_t alarm_predicted_ms(const struct stadium *stadium, const struct alarm *alarm);
/* The same as half a sentence: "4 p/m² in 3 min"; "not eased within 30 min". */
void alarm_prediction(const struct stadium *stadium, const struct alarm *alarm, char *out,
                      size_t size);
/* In a few words: "Level 1 SE jams", "cam-7 is silent", a rule's own. */
void alarm_title(const struct stadium *stadium, const struct alarm *alarm, char *out, size_t size);
/* One sentence each, cut off at `size`: "Level 1 SE at 3.1 p/m2", "Hold people back; ...". The
 * cause names the place, the action follows it. */
void alarm_cause(const struct stadium *stadium, const struct alarm *alarm, char *out, size_t size);
void alarm_action(const struct stadium *stadium, const struct alarm *alarm, char *out, size_t size);

#endif
