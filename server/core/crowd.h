/* The crowd as measured: a row for each place, gate, facility. Derived in evolve, read by all. */
#ifndef CORE_CROWD_H
#define CORE_CROWD_H

#include "server/base/slice.h"
#include "server/core/limits.h"
#include "server/core/venue.h"

#include <stdint.h>

/* Fruin levels of service, numbered as in the API; NONE for blocks and what was never measured. */
enum los { LOS_NONE = 0, LOS_A, LOS_B, LOS_C, LOS_D, LOS_E, LOS_F };

enum gate_mode { GATE_OPEN = 1, GATE_CLOSED = 2 };

enum phase_kind {
    PHASE_NONE = 0, /* Nobody said yet. */
    PHASE_ENTRY,
    PHASE_PLAY,
    PHASE_BREAK,
    PHASE_EGRESS,
    PHASE_EVACUATION
};

/* Lanes that limit the way out are opened in an evacuation. `phase`: enum phase_kind. */
bool gate_limits_exit(const struct gate *gate, uint32_t phase);
/* 0.001 people a minute that leave by it when it is open: its own value, or what its width is good
 * for where lanes have been opened. */
uint32_t gate_exit_milli_ppm(const struct gate *gate, uint32_t phase);

/* People over the last time, in buckets that roll with the clock. */
enum { WINDOW_BUCKETS = 30, GATE_BUCKET_MS = 1000, FACILITY_BUCKET_MS = 2000 };

#define WAIT_UNKNOWN_S UINT32_MAX

struct phase {
    uint32_t kind; /* enum phase_kind */
    char label[PHASE_LABEL_BYTES + 1];
    int64_t started_ms;
    int64_t ends_ms; /* 0: open end. */
    char next_label[PHASE_LABEL_BYTES + 1];
    /* EVACUATION by stages: the blocks that leave now, ascending; those in the others stay. Empty:
     * everybody leaves. */
    struct u32s leave_block;
};
/* Whether who sits in this block stays until a later stage. */
bool phase_keeps(const struct phase *phase, uint32_t block);

/* What comes and goes; times are stadium time in ms, 0 for never. */
struct place_state {
    uint32_t people;
    uint32_t density_milli; /* 0.001 people a m2; 0 for blocks and outside. */
    uint32_t los;           /* enum los; outside has none. */
    int64_t measured_ms;    /* at_ms of the newest reading. */
    int64_t crowded_ms;     /* Since when it is above what raises the alarm. */
    int64_t eased_ms;       /* Since when it is below what clears it. */
    uint32_t alarm;         /* Number of its open DENSITY alarm, or 0. */
};

struct queue_state {
    uint32_t waiting;
    uint32_t wait_s;     /* Of the last in line, or WAIT_UNKNOWN_S. */
    uint32_t alarm;      /* Number of its open QUEUE alarm, or 0. */
    int64_t measured_ms; /* at_ms of the newest reading. */
    int64_t queued_ms;   /* Since when somebody waits without a break. */
    int64_t slow_ms;     /* Since when the wait is above what raises the alarm. */
    int64_t eased_ms;    /* Since when it is below what clears it. */
};

struct opening_state {
    uint32_t mode; /* enum gate_mode; 0: open, nobody ever shut it. */
    int64_t set_ms;
};

struct gate_state {
    uint32_t mode; /* enum gate_mode */
    int64_t set_ms;
    uint32_t alarm;       /* Number of its open GATE_CLOSED alarm, or 0. */
    uint32_t flow_in_ppm; /* Over the last 30 s. */
    uint32_t flow_out_ppm;
    uint64_t total_in;
    uint64_t total_out;
    struct queue_state queue;
    uint32_t in_buckets[WINDOW_BUCKETS];
    uint32_t out_buckets[WINDOW_BUCKETS];
};

struct facility_state {
    uint32_t flow_ppm; /* Served, over the last 60 s. */
    uint64_t total_served;
    struct queue_state queue;
    uint32_t served_buckets[WINDOW_BUCKETS];
};

/* How far a telemetry source has been taken. */
struct source {
    char name[SOURCE_NAME_BYTES + 1];
    uint64_t last_sequence;
};

#endif
