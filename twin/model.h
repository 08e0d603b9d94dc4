/*
 * What the twin knows: the venue, the newest crowd state, plan and positions, and what happened
 * before. No SDL, no threads, no clock of its own: messages go in, views read.
 *
 * Messages are the server's own (api/tifo/v1) and belong to the model once handed over. A venue is
 * checked when it comes in, so every index within it can be trusted; columns of a crowd state may
 * be shorter than the venue's lists, so views read them through the functions below, which answer
 * "nothing known" beyond the end.
 */
#ifndef TWIN_MODEL_H
#define TWIN_MODEL_H

#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/venue.pb-c.h"
#include "twin/history.h"
#include "twin/level.h"
#include "twin/reel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNKNOWN UINT32_MAX /* As crowd.proto says it, of an age or a wait. */

enum { STALE_MS = 5000, LATE_MS = 2000 };

enum contact_state {
    CONTACT_NEVER, /* No server has answered yet. */
    CONTACT_LIVE,
    CONTACT_LOST,
};

struct contact {
    enum contact_state state;
    uint32_t retry_in_s;  /* Until the next attempt. */
    uint32_t data_age_ms; /* Wall time since the last frame came in. */
};

/* Something that happened, as the timeline shows it. */
enum mark_kind { MARK_GATE, MARK_PHASE, MARK_ALARM };
struct mark {
    enum mark_kind kind;
    int64_t at_ms;
    unsigned number; /* MARK_ALARM. */
    int priority;    /* MARK_ALARM. */
    char words[48];  /* MARK_GATE, MARK_PHASE. */
};
enum { MAX_MARKS = 128 };

/* The alarm that cleared last. */
struct cleared {
    int64_t since_ms, until_ms; /* until_ms 0: none has. */
    unsigned number;
    int priority, kind;
    uint32_t subject, value_milli; /* As it was last told. */
};

struct stand {
    const char *name; /* The venue's. */
    uint32_t people, seats;
};

struct totals {
    uint32_t inside, in_seats, on_concourses;
    uint64_t left; /* Counted out by the gates, all day. */
};

struct model {
    Tifo__V1__Venue *venue;      /* NULL until known; everything else is empty until then. */
    Tifo__V1__CrowdState *crowd; /* NULL until the first frame. */
    Tifo__V1__Plan *plan;
    Tifo__V1__WatchPositionsResponse *positions;
    uint64_t revision; /* Rises with every message taken. */
    bool recorded;     /* Played from a tape: nothing can be done about it. */

    struct contact contact;
    struct totals totals;
    struct stand *stands; /* In the order of the venue's blocks. */
    size_t stand_count;
    struct history history; /* Columns: see history_* below. */
    struct mark marks[MAX_MARKS];
    size_t mark_count;
    struct cleared cleared;
    struct reel reel; /* Empty in a replay. */

    const struct model *live; /* In a replay: what it is a moment of. NULL: this is live. */
};

void model_init(struct model *model);
void model_fini(struct model *model);

/* Takes the venue. One that refers to places it does not have is refused: false, freed, and `why`
 * (>= 160 bytes) names what is wrong. Another venue than before forgets all that was known. */
bool model_set_venue(struct model *model, Tifo__V1__Venue *venue, char *why, size_t why_size);
/* These are freed and ignored while there is no venue. */
void model_set_crowd(struct model *model, Tifo__V1__CrowdState *crowd);
void model_set_plan(struct model *model, Tifo__V1__Plan *plan);
void model_set_positions(struct model *model, Tifo__V1__WatchPositionsResponse *positions);

/* Fills `replay` with a moment of what `live` was told: the newest state that is not after `at_ms`,
 * or the oldest kept. It knows nothing that came later, and no positions. False, and empty: nothing
 * is kept. It refers to `live`, which must stay and not change until model_replay_fini(). */
bool model_replay(struct model *replay, const struct model *live, int64_t at_ms);
void model_replay_fini(struct model *replay); /* Zeroed is accepted. */

/* ---- Places: zones, then blocks */
size_t model_place_count(const struct model *model);
const Tifo__V1__Zone *model_zone(const struct model *model, uint32_t place);   /* NULL: a block. */
const Tifo__V1__Block *model_block(const struct model *model, uint32_t place); /* NULL: a zone. */
const char *model_place_name(const struct model *model, uint32_t place);
uint32_t model_people(const struct model *model, uint32_t place);
float model_density(const struct model *model, uint32_t place); /* p/m2 */
/* 'A'..'F', or 0 where none is known. */
char model_level_of_service(const struct model *model, uint32_t place);
/* The scale that it is on; where none is told, what the place is decides. */
const struct level_scale *model_level_scale(const struct model *model, uint32_t place);
/* Its density as one on the walkway scale with the same letter: what it is coloured by. */
float model_shade(const struct model *model, uint32_t place);
/* Of the newest measurement, with the time since the server was last heard; UNKNOWN: never. */
uint32_t model_age_ms(const struct model *model, uint32_t place);
/* It was measured, but more than STALE_MS ago. */
bool model_place_is_stale(const struct model *model, uint32_t place);
/* The zone that people walk or wait in with the highest density; UNKNOWN: there is none. */
uint32_t model_densest(const struct model *model);
bool zone_is_inside(const Tifo__V1__Zone *zone);

/* ---- Gates and facilities */
struct gate_now {
    bool closed;
    uint32_t in_ppm, out_ppm, queue;
    uint32_t wait_s; /* UNKNOWN: unknown. */
    float exit_ppm;  /* Capacity out now. */
    float use;       /* Share of it, 0.. */
};
struct gate_now model_gate(const struct model *model, uint32_t gate);
struct facility_now {
    uint32_t queue, wait_s, flow_ppm;
};
struct facility_now model_facility(const struct model *model, uint32_t facility);
/* People walk in now rather than out: entry. */
bool model_is_entry(const struct model *model);

/* ---- Alarms, worst first */
size_t model_alarm_count(const struct model *model);
const Tifo__V1__Alarm *model_alarm(const struct model *model, size_t i);
const Tifo__V1__Alarm *model_alarm_numbered(const struct model *model, uint32_t number); /* NULL */
/* As they are to be dealt with: shelved ones last; then by priority, jams before closed gates
 * before queues, the one with more people and then the older first. Into `out`, at most `most`; returns how many. */
size_t model_alarms_ranked(const struct model *model, const Tifo__V1__Alarm **out, size_t most);
/* Low queue alarms at facilities of one kind that are told as one: */
enum { GROUP_LEAST = 3 };
bool model_alarm_grouped(const struct model *model, const Tifo__V1__Alarm *alarm);
size_t model_shelved_count(const struct model *model);
/* The closed gate that an alarm is about, or that its zone leads to; UNKNOWN: none. */
uint32_t model_alarm_closed_gate(const struct model *model, const Tifo__V1__Alarm *alarm);
/* The open alarm about a gate, NULL: none. */
const Tifo__V1__Alarm *model_gate_alarm(const struct model *model, uint32_t gate);
const Tifo__V1__Alarm *model_facility_alarm(const struct model *model, uint32_t facility);
/* Its own, or that of the jam that it is part of. */
const Tifo__V1__Alarm *model_zone_alarm(const struct model *model, uint32_t zone);
/* The level where an alarm's subject lies. */
int32_t model_alarm_level(const struct model *model, const Tifo__V1__Alarm *alarm);
/* Alarms that were raised in the last ten minutes. */
size_t model_recent_alarms(const struct model *model);

/* ---- Guidance */
/* Stands for every level of a venue. */
#define ANY_LEVEL INT32_MIN

/* The split of a level (or ANY_LEVEL) that matters most now: the one that answers the worst alarm
 * (of its zone, or of a gate or facility there), else of the zone with most people that has a
 * choice. NULL: there is no plan, or hardly anyone to guide. */
const Tifo__V1__Split *model_focus_split(const struct model *model, int32_t level);
const Tifo__V1__Split *model_split(const struct model *model, uint32_t origin,
                                   Tifo__V1__Purpose purpose);

/* ---- History columns */
enum { HISTORY_ON_CONCOURSES, HISTORY_WORST_DENSITY, HISTORY_FIXED };
size_t history_zone_column(const struct model *model, uint32_t zone);         /* p/m2 */
size_t history_gate_column(const struct model *model, uint32_t gate);         /* People a minute. */
size_t history_gate_queue_column(const struct model *model, uint32_t gate);   /* People. */
size_t history_facility_column(const struct model *model, uint32_t facility); /* s of wait */

int64_t model_now_ms(const struct model *model); /* Stadium time; 0: unknown. */
/* Age of the newest measurement; in a replay of that time's. 0: nothing was measured. */
int64_t model_data_age_ms(const struct model *model);
/* All that is known is older than STALE_MS. */
bool model_is_stale(const struct model *model);
/* How bad it is, to compare moments: priority of the worst alarm, then the highest density. */
float model_severity(const struct model *model);

#endif
