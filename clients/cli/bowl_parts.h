/*
 * What the files that draw a bowl share: bowl_walls.c opens the walls, bowl_counters.c finds room
 * for food and toilets, bowl_stands.c lays out the seats, bowl_layout.c draws zones and joins
 * everything.
 */
#ifndef CLIENTS_CLI_BOWL_PARTS_H
#define CLIENTS_CLI_BOWL_PARTS_H

#include "clients/c/tifo.h"
#include "clients/cli/bowl_plan.h"

#define BOWL_COUNTERS_A_SECTOR 5

/* A wall of a concourse, and the pieces of it that are taken. */
struct ring_wall {
    struct wall wall;
    struct {
        double u0, u1;
    } taken[BOWL_AISLES_MAX + 3 * BOWL_STAIRS_MAX + BOWL_GATES_MAX +
            BOWL_SECTORS * BOWL_COUNTERS_A_SECTOR];
    size_t taken_count;
};

struct layout {
    const struct bowl_plan *plan;
    Tifo__V1__Venue *venue;
    double around; /* Length of u. */
    double marks[BOWL_SECTORS];
    struct ring_wall inner, outer;             /* Level 1 */
    struct ring_wall upper_inner, upper_outer; /* Level 2 */
    /* Where people come in and out, found before the zones are drawn. */
    struct line_cm aisle_ends[2][BOWL_AISLES_MAX];
    struct line_cm stairs_bottom[BOWL_STAIRS_MAX], stairs_top[BOWL_STAIRS_MAX];
    struct line_cm gate_lines[BOWL_GATES_MAX];
    /* First zone of each kind. */
    uint32_t sectors, upper_sectors, aisles[2], stairs, plazas;
    uint32_t food_count, toilets_count;
};

/* ---- Walls ------------------------------------------------------------------------- */

/* All four walls with their openings for aisles, stairs and gates. */
void layout_open_walls(struct layout *layout);
void layout_close_walls(struct layout *layout);
/* How much of u a piece of a wall is. */
double layout_to_u(const struct layout *layout, const struct wall *wall, double u, double cm);
/* A straight piece of a wall, taken from now on. */
struct line_cm ring_open(struct layout *layout, struct ring_wall *ring, double u, double width_cm);
bool ring_is_free(const struct layout *layout, const struct ring_wall *ring, double u0, double u1);
/* Both ends of stairs i. */
void layout_stairs_span(const struct layout *layout, uint32_t i, double *u0, double *u1);
/* How far a gate's plaza reaches to both sides. */
double layout_plaza_half_u(const struct layout *layout, uint32_t gate);
/* The sector that holds u. */
uint32_t layout_sector_at(const struct layout *layout, double u);

/* ---- Counters ---------------------------------------------------------------------- */

struct counter {
    Tifo__V1__FacilityKind kind;
    uint32_t sector; /* 0..15 */
    struct line_cm front;
};

#define BOWL_COUNTERS_MAX (BOWL_SECTORS * BOWL_COUNTERS_A_SECTOR)

/* Finds room for a level's counters, food and toilets in turn, before the walls are cut. Returns
 * how many of `out`, of BOWL_COUNTERS_MAX, were filled. */
size_t layout_place_counters(struct layout *layout, bool upper, uint32_t tills, uint32_t toilets,
                             struct counter *out);
/* Shares tills and toilets over them. */
void layout_build_counters(struct layout *layout, uint32_t first_zone, uint32_t tills,
                           uint32_t toilets, const struct counter *counters, size_t count);

/* ---- Stands ------------------------------------------------------------------------ */

/* A tier's blocks; returns the first. */
uint32_t layout_build_blocks(struct layout *layout, uint32_t t);
void layout_build_rows(struct layout *layout, uint32_t t, uint32_t first_block);

#endif
