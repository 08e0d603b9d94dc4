/*
 * What a run leaves behind for its report: the contents of run.json. Filled by the recorder, or
 * read back from the file; the two are the same, because one table of fields does both
 * (sim/record.c).
 *
 * Times are seconds after the scenario's start unless they say otherwise; NAN: did not happen.
 * Series have one value a sample; sample i covers (i * sample_s, (i + 1) * sample_s] and counts are
 * taken at its end.
 */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include "sim/archive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole numbers: values over time, or a path as x0 y0 x1 y1 ... in cm. */
struct series {
    int32_t *values;
    size_t count;
};

/* A list of rows of one kind. */
struct rows {
    void *data;
    size_t count;
};

struct record_zone {
    char id[33], name[121];
    uint32_t kind; /* ZoneKind of the venue. */
    int32_t level;
    double area_m2;
    struct series outline;
    struct series density; /* 0.01 people a m2, the highest second of the sample. */
    double peak_density;   /* People a m2. */
};

struct record_block {
    char id[33];
    int32_t level;
    struct series outline;
};

struct record_gate {
    char id[33], name[121];
    int32_t level;
    struct series line;
    uint32_t people_out, people_in;
    uint32_t longest_queue;
    /* One person's time within 8 m of it at less than 0.4 m/s; of who comes in: from coming to it
     * to one's turn. */
    double longest_wait_s;
    double last_out_s, last_in_s;
    double closed_from_s, closed_to_s; /* First closing and its end; NAN: none, or to the end. */
    struct series out, in;             /* People in the sample. */
    struct series queue;               /* People. */
};

/* A door or gate: openings in the venue's order, then gates. */
struct record_door {
    char id[33], from[121], to[121]; /* Places on both sides, by name. */
    int32_t level;
    bool stepped; /* Either is stairs. */
    double width_m;
    double code_ppm;      /* People a minute that a code counts on, the whole door. */
    uint32_t busiest_10s; /* People in its busiest ten seconds, to the step, both ways. */
    struct series passed; /* People in the sample, both ways. */
};

/* What the run assumes, in words. */
struct record_assumption {
    char label[41], text[401];
};

/* What a level's floor had to bear, as in sim/loads.h: cells of 1 m. Pairs: cell, value. */
struct record_load {
    int32_t level;
    double x0_m, y0_m;
    uint32_t columns, rows;
    struct series peak;             /* 0.01 people a m2, from 0.1 on. */
    struct series above_2, above_4; /* Seconds. */
    double peak_p_m2, peak_s, peak_x_m, peak_y_m;
    double floor_above_2_m2, floor_above_4_m2; /* For 10 s or more. */
    double congested_m2; /* Above 4 for more than a tenth of the time from clock zero to clearance,
                            or to the end (IMO MSC.1/Circ.1533). */
};

struct record_facility {
    char id[33], name[121];
    uint32_t kind; /* FacilityKind of the venue. */
    int32_t level;
    struct series front;
    uint32_t served;
    uint32_t longest_queue;
    double longest_wait_s; /* From joining the queue to standing at the counter. */
    struct series queue;   /* People, those at the counter not counted. */
};

/* A level's grid of cells, as in sim/grid.h. */
struct record_level {
    int32_t level;
    double x0_m, y0_m;
    uint32_t columns, rows;
    struct series floor;   /* 0.01 m2 a cell. */
    struct series service; /* Pairs: cell, 1 to 5: the worst level of service, B to F, that it had
                              for a minute or more in all. Others had A. */
};

/* Densities of the cells of one level. */
struct record_map {
    uint32_t grid;       /* Row of levels. */
    double from_s, to_s; /* A period; the worst moment: its one sample. */
    bool worst;          /* The sample with the densest 10 m x 10 m of the whole run. */
    double peak;         /* Its densest 10 m x 10 m in that time, people a m2. */
    struct series cells; /* Pairs: cell, 0.01 people a m2, the highest sample. Others are 0. */
};

struct record {
    /* What was run. */
    char version[32], scenario[64], title[121], venue_id[65], venue[121];
    char parameters[32], design[32]; /* The engine's set; a code that doors keep to, or "". */
    double start_unix_s, duration_s;
    double clock_zero_s; /* Clearance is counted from here. */
    double deadline_s;   /* End of the phase that contains it: the restart. */
    double seed, occupancy, compliance, nearest_gate, reporting;
    uint32_t occasion; /* enum phase_kind at clock_zero_s. */
    bool returns;      /* Those who set out are to come back; otherwise they leave. */
    bool arrives;      /* People come from outside to their seats; `returns` is then true. */
    bool tickets;      /* Their tickets are looked at. */
    bool with_server;  /* tifod was there ... */
    bool guided;       /* ... and its guidance was followed. */

    /* What came of it. */
    uint32_t people, travellers, done;
    uint32_t followed, redirected, found_shut, gave_up; /* As in struct behaviour_tally. */
    double clearance_s;   /* After clock_zero_s, until 98 % were done. */
    double stands_left_s; /* When the last of those who leave for good stepped out of blocks and
                             aisles; NAN: not all have. */
    double late_people;   /* Of those who return: not back at the deadline. */
    double peak_density;  /* Densest 10 m x 10 m, people a m2, mean of 10 s. */
    double peak_from_s, peak_x_m, peak_y_m;
    int32_t peak_level;
    double person_minutes_f;       /* Spent where it was denser than 2.17 people a m2. */
    double waiting_person_minutes; /* Spent in queues, at gates and facilities. */
    double longest_gate_wait_s, longest_facility_wait_s;
    /* Where people arrive: waits at the turnstiles, and when the last was in the seat or refused.
     */
    double entry_wait_mean_s, entry_wait_p95_s, all_in_s;
    uint32_t sold, admitted;
    uint32_t refused_invalid, refused_redeemed, refused_other; /* As in enum scan. */
    uint64_t hash;                                             /* Of the trajectories. */
    uint64_t digest; /* Of the server's journal; 0: no server. */
    double journal_seq;

    /* By level of service A to F: person-seconds, on stairs by their own limits. */
    struct series walkway_person_s, stairs_person_s;
    /* The ground's, in people, by its file: seats; through the turnstiles in an hour; out of blocks
     * and aisles, and out of the gates, in eight minutes at code values. */
    double capacity_seats, capacity_entry, capacity_stands, capacity_gates;

    double sample_s, map_period_s;
    struct series inside, outside, seated, away, done_people, waiting;
    struct series pitch;
    struct rows zones, blocks, gates, facilities, levels, maps; /* struct record_... */
    struct rows doors, loads, assumptions;
};

void record_fini(struct record *record);

/* For a checkpoint; on LOAD into a record just described for the same run. */
void record_archive(struct record *record, struct archive *archive);

/* People a minute in a door's busiest minute. */
double record_busiest_ppm(const struct series *passed, double sample_s);

/* Where those who set out end: "in their seats", "back in their seats" or "outside". */
const char *record_end(const struct record *record);

/* Writes it as JSON. False: `why` says what went wrong; the file may be there in part. */
bool record_write(const struct record *record, const char *path, char *why, size_t why_size);
/* Reads what record_write() wrote; `out` is the caller's to fini on true only. */
bool record_read(const char *path, struct record *out, char *why, size_t why_size);

/* Rows of a kind, typed. */
#define RECORD_ZONES(record)       ((struct record_zone *)(record)->zones.data)
#define RECORD_BLOCKS(record)      ((struct record_block *)(record)->blocks.data)
#define RECORD_GATES(record)       ((struct record_gate *)(record)->gates.data)
#define RECORD_FACILITIES(record)  ((struct record_facility *)(record)->facilities.data)
#define RECORD_LEVELS(record)      ((struct record_level *)(record)->levels.data)
#define RECORD_MAPS(record)        ((struct record_map *)(record)->maps.data)
#define RECORD_DOORS(record)       ((struct record_door *)(record)->doors.data)
#define RECORD_LOADS(record)       ((struct record_load *)(record)->loads.data)
#define RECORD_ASSUMPTIONS(record) ((struct record_assumption *)(record)->assumptions.data)

#endif
