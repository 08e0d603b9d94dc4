/* The ground: what people walk, sit, queue and leave on. Plain metres in one plane; levels overlap
 * in plan and meet only through doors. Made once from a definition, never changed afterwards, and
 * shared by any number of crowds (also over threads).
 *
 * A *place* is an area (index as defined) or a block (number of areas + block index). */
#ifndef SIM_CORE_GROUND_H
#define SIM_CORE_GROUND_H

#include "sim/core/distribution.h"

#include <stdbool.h>
#include <stdint.h>

struct point {
    double x; /* metres */
    double y;
};

/* A closed ring without a repeated last point, or an open line. Orientation does not matter. */
struct path {
    const struct point *points;
    uint32_t count;
};

/* Where people walk. Its edges, holes included, are walls except along doors. The box around it has
 * at most 1,500,000 m2. */
struct area_def {
    const char *name; /* for error sentences; may be NULL */
    struct path outline;
    const struct path *holes;
    uint32_t hole_count;
    bool stairs; /* walked at struct walking's stair speeds: up towards doors of greater elevation_m
                  */
    /* Of ramps, and of stairs that are not struct walking's: share of the free speed; 0: that. */
    double up_factor, down_factor;
    double moves_mps; /* an escalator or moving walkway: everybody stands and is carried at this
                         speed, measured in plan; make its doors one_way. 0: it does not move */
    bool outside;     /* beyond gates: whoever comes here has left, unless the goal lies inside */
};

/* One row of seats. Seat k (from 0) is at (k + 0.5) / seats of the line's length. */
struct row_def {
    struct path line;
    uint32_t seats;
};

/* Seats. People move along their row, one behind the other, to an end that meets a door of the
 * block. */
struct block_def {
    const char *name;
    struct path outline; /* for who draws it; the engine walks along rows */
    const struct row_def *rows;
    uint32_t row_count;
};

/* A doorway: a line that both places touch, as wide as it is long. Between two areas, or an area
 * and a block. A gate leads from place_a (inside) to place_b (an outside area); it can be shut. */
struct door_def {
    const char *name;
    uint32_t place_a;
    uint32_t place_b;
    struct point ends[2];
    double elevation_m; /* tells up from down on stairs */
    bool gate;
    bool one_way; /* nobody goes from place_b to place_a */
    bool blocked; /* nobody passes at all, and everybody knows; between two areas, no gate */
    double exit_rate_pps;  /* people a second from a to b at most; 0: as many as push through */
    double entry_rate_pps; /* the same from b to a (of gates: turnstiles) */
};

/* Something people queue for, in an area. They are served in the order in which they joined. */
struct facility_def {
    const char *name;
    uint32_t area;
    struct point front[2]; /* the counter */
    uint32_t servers;      /* served at once, >= 1 */
    double service_mean_s; /* from half of it to two and a half times, right-skewed ... */
    /* ... unless this says how long it takes, in seconds (a tenth at least); the mean is then only
     * what people expect. NULL: as above. */
    const struct distribution *service;
    /* Turnstiles of a gate: `area` is the gate's outside, `front` its line, `servers` the lanes.
     * Who has been served goes in through that gate. Nobody is served while it is shut. */
    bool turnstiles;
    uint32_t gate; /* door; of turnstiles */
};

/* Somewhere to go to in an area: polygons without a door, a counter or a seat. People are there
 * when they stand in one of them, or within reach_m of it. Parts that are no floor count for
 * nothing; who is sent to a spot without any floor stands still. */
struct spot_def {
    const char *name;
    uint32_t area;
    const struct path *rings;
    uint32_t ring_count;
    double reach_m;
};

struct ground_def {
    const struct area_def *areas;
    uint32_t area_count;
    const struct block_def *blocks;
    uint32_t block_count;
    const struct door_def *doors;
    uint32_t door_count;
    const struct facility_def *facilities;
    uint32_t facility_count;
    const struct spot_def *spots;
    uint32_t spot_count;
};

struct ground;

/* What is wrong with a definition, in words: which area, row, door, and why. */
struct ground_error {
    char text[240];
};

/* Copies all it needs of the definition and computes walls, walking fields and routes (a second or
 * so for 5,000 seats). NULL with error->text set when a door touches no edge of its place, a row
 * meets no door, an index is out of range or a polygon is no polygon. */
struct ground *ground_create(const struct ground_def *def, struct ground_error *error);
void ground_destroy(struct ground *ground);

/* Is the point on the walkable floor of the area? */
bool ground_contains(const struct ground *ground, uint32_t area, struct point at);
/* Distance to the area's nearest wall or gate, at most 0.8 m. */
double ground_clearance(const struct ground *ground, uint32_t area, struct point at);
/* Is there floor in it? */
bool ground_spot_is_reachable(const struct ground *ground, uint32_t spot);
/* Walking time from a point of an area to a spot; INFINITY: no way there. */
double ground_spot_s(const struct ground *ground, uint32_t area, struct point at, uint32_t spot);

#endif
