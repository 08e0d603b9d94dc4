/*
 * What happened. A fact is what the journal keeps, so its meaning never changes: a new meaning is a
 * new kind. `tables` in fact.c say how each kind lies in a journal row (api/tifo/v1/journal.proto).
 */
#ifndef CORE_FACT_H
#define CORE_FACT_H

#include "server/base/arena.h"
#include "server/base/fields.h"
#include "server/base/slice.h"
#include "server/base/status.h"
#include "server/core/alarm.h"
#include "server/core/crowd.h"
#include "server/core/plan.h"
#include "server/core/venue.h"

#include <stdbool.h>

/* The number is the field number in tifo.v1.Fact, and `kind` in the journal. */
enum fact_kind {
    FACT_VENUE_IMPORTED = 10,
    FACT_ZONE_ADDED = 11,
    FACT_BLOCK_ADDED = 12,
    FACT_OPENING_ADDED = 13,
    FACT_GATE_ADDED = 14,
    FACT_FACILITY_ADDED = 15,
    FACT_LINK_ADDED = 16,
    FACT_PHASE_SET = 20,
    FACT_GATE_SET = 21,
    FACT_SOURCE_ADDED = 30,
    FACT_CROWD_MEASURED = 31,
    FACT_PLAN_WANTED = 40,
    FACT_PLAN_ADOPTED = 41,
    FACT_PLAN_KEPT = 42,
    FACT_ALARM_RAISED = 50,
    FACT_ALARM_ESCALATED = 51,
    FACT_ALARM_CLEARED = 52,
};

/* Followed by its rows, in the same turn: zones, blocks, openings, gates, facilities, links. */
struct venue_imported {
    char id[VENUE_ID_BYTES + 1];
    char name[VENUE_NAME_BYTES + 1];
    uint32_t zone_count, block_count, opening_count, gate_count, facility_count, link_count;
    struct bytes document;
};

struct gate_set {
    uint32_t gate;
    uint32_t mode;
    char reason[GATE_REASON_BYTES + 1];
};

/* The columns of struct tick; sources by their index. Empty: time went on, windows roll. */
struct crowd_measured {
    int64_t measured_ms;
    struct u32s place, people;
    struct u32s gate, gate_in, gate_out;
    struct u32s queue, waiting, served;
    struct u32s source;
    struct u64s sequence;
};

struct source_added {
    char name[SOURCE_NAME_BYTES + 1];
};

enum plan_reason { PLAN_FOR_CHANGE = 1 /* gate, phase, venue */, PLAN_FOR_DRIFT = 2 };
struct plan_wanted {
    uint32_t number;
    uint32_t reason; /* enum plan_reason */
};

/* The splits that change; others stay. A split without destinations goes away. */
struct plan_adopted {
    uint32_t number;
    uint32_t wanted;
    uint32_t clearance_s;
    struct u32s origin, purpose, count; /* One row a split. */
    struct u32s destination, share_milli,
        next_place; /* One row a destination, split after split. */
};

struct plan_kept {
    uint32_t wanted;
    uint32_t clearance_s;
};

struct alarm_escalated {
    uint32_t number;
    uint32_t priority;
};
struct alarm_cleared {
    uint32_t number;
};

struct fact {
    enum fact_kind kind;
    int64_t time_ms;
    union {
        struct venue_imported venue_imported;
        struct zone zone_added;
        struct block block_added;
        struct opening opening_added;
        struct gate gate_added;
        struct facility facility_added;
        struct link link_added;
        struct phase phase_set;
        struct gate_set gate_set;
        struct source_added source_added;
        struct crowd_measured crowd_measured;
        struct plan_wanted plan_wanted;
        struct plan_adopted plan_adopted;
        struct plan_kept plan_kept;
        struct alarm alarm_raised;
        struct alarm_escalated alarm_escalated;
        struct alarm_cleared alarm_cleared;
    } as;
};

/* Why decide said no: the field that is wrong, as the API names it, and a sentence. */
struct refusal {
    enum status status;
    char field[80];    /* "venue.gates[3].zone_inside"; empty: no single field. */
    char message[240]; /* What, where, how to mend. */
};

/* What decide hands out. Zeroed is empty. Facts and all they point to live in the arena, until
 * reset. */
struct facts {
    struct fact *items;
    uint32_t count;
    uint32_t room;
    struct arena arena;
    struct refusal refusal; /* Filled when decide returns anything but STATUS_OK. */
};
void facts_reset(struct facts *facts);
void facts_fini(struct facts *facts);

/* The kind's table, or NULL for a number that is no kind. */
const struct fields *fact_fields(enum fact_kind kind);
/* Walks the kinds, ascending: the one after `kind` (start with 0), or 0 after the last. */
enum fact_kind fact_kind_next(enum fact_kind kind);

/* The bytes of one tifo.v1.Fact message, in the arena. */
struct bytes fact_encode(const struct fact *fact, struct arena *arena);
/* False when the bytes are no fact that this version writes: kind unknown, field unknown or wrong,
 * text too long, columns of unequal length. Columns are in the arena; *document* points into the
 * bytes. */
bool fact_decode(struct bytes payload, struct arena *arena, struct fact *out);

#endif
