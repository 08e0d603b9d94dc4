/*
 * A bowl in numbers: from seats, gates and tiers to rows, widths and counts. bowl_layout.c draws
 * it.
 *
 * From the Green Guide (SGSA, 6th ed. 2018):
 *   - everyone enters within one hour through turnstiles of 660 people an hour;
 *   - everyone leaves the viewing area within 8 minutes: 82 people a minute and metre on the level,
 *     66 on steps (radial aisles), and no more: gates are exactly as wide as that asks;
 *   - aisles are at least 1.2 m wide; no more than 28 seats between two aisles.
 * Our own ratios (nobody prescribes them): one till for 100 seats, 25 s each; one toilet for 50
 * seats, 60 s each; concourses at least 4.0 m (level 1) and 3.5 m (level 2), with 0.25 m2 for each
 * seat of their tier; stairs for 47 people a minute and metre, which is what SFPE's effective width
 * leaves of stairs 2 m wide, and about what the simulator's people make of them.
 */
#ifndef CLIENTS_CLI_BOWL_PLAN_H
#define CLIENTS_CLI_BOWL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/bowl_curve.h"

#define BOWL_GATES_MAX      24
#define BOWL_SECTORS        16 /* Of each concourse, named by the compass. */
#define BOWL_LOWER_AISLES   32
#define BOWL_AISLES_MAX     128
#define BOWL_STAIRS_MAX     32
#define BOWL_ROW_CM         80.0
#define BOWL_SEAT_CM        50.0
#define BOWL_ROW_SEATS      28
#define BOWL_TILL_S         25.0
#define BOWL_TOILET_S       60.0
#define BOWL_STAIRS_JAMB_CM 20.0
#define BOWL_RISE_M         3.6

struct bowl_request {
    uint32_t seats, gates, tiers; /* 1,000..80,000; 2..24; 1..2 */
    uint32_t seed;                /* Shifts the gates along the wall. */
};

struct bowl_tier {
    uint32_t aisles, rows;
    double aisle_cm;
    double front_cm, back_cm; /* d */
    double aisle_need_cm; /* What its flow asks for; at most aisle_cm in a plan that was made. */
    uint32_t seats;       /* Before the surplus is taken off. */
};

struct bowl_gate {
    double u, width_cm;
    uint32_t turnstiles;
};

struct bowl_plan {
    struct bowl_request request;
    struct curve curve;
    struct bowl_tier tiers[2];
    uint32_t surplus; /* Seats to leave out of the last rows, so that the count is exact. */
    /* Distances d of the walls, from the inside out. */
    double upper_ring_in_cm, upper_ring_out_cm; /* Level 2; unused with one tier. */
    double ring_in_cm, ring_out_cm;             /* Level 1; ring_out is the outer wall. */
    uint32_t stairs;
    double stairs_cm, stairs_length_cm; /* The box; openings are BOWL_STAIRS_JAMB_CM narrower. */
    uint32_t tills, toilets;
    struct bowl_gate gates[BOWL_GATES_MAX];
};

/* False: `why` says which number to change. */
bool bowl_plan_make(struct bowl_plan *plan, const struct bowl_request *request, char *why,
                    size_t why_size);

/* Where aisle i of a tier is; block i lies between aisles i - 1 and i, block 0 in the north. */
double bowl_aisle_u(const struct bowl_plan *plan, const struct bowl_tier *tier, int i);
/* A wall at d that has the corners of all the tier's aisles: the front, the back and every row. */
void bowl_tier_wall(const struct bowl_plan *plan, const struct bowl_tier *tier, double d,
                    struct wall *out);
/* Seats that row r of the tier has to leave out: the surplus comes off the last rows. */
uint32_t bowl_row_surplus(const struct bowl_plan *plan, const struct bowl_tier *tier, uint32_t r);
/* Seats that fit on a row of this length. */
uint32_t bowl_row_seats(double length_cm);
/* Where stairs i are. */
double bowl_stairs_u(const struct bowl_plan *plan, uint32_t i);
/* Sector i reaches from i - 0.5 to i + 0.5. */
double bowl_sector_u(const struct bowl_plan *plan, double sector);

#endif
