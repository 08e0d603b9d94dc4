#include "clients/cli/bowl_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/tifo.h"

/* The pitch is 105 x 68 m. The rectangle lies 12 m inside its edge; the first row is 7.5 m outside.
 */
#define PITCH_INSET_CM    1200.0
#define PITCH_MARGIN_CM   750.0
#define EGRESS_MIN        8.0
#define LEVEL_PPM_PER_M   82.0
#define STEPPED_PPM_PER_M 66.0
#define STAIRS_PPM_PER_M  47.0
#define TURNSTILE_PPH     660.0
#define AISLE_MIN_CM      120.0
#define AISLE_MAX_CM      240.0
#define GATE_MIN_CM       100.0
#define STAIRS_MIN_CM     200.0
#define STAIRS_MAX_CM     400.0
#define TREADS_CM         (21 * 28.0) /* 22 risers of 16.4 cm make 3.6 m */
#define RING_MIN_CM       400.0
#define UPPER_RING_MIN_CM 350.0
#define QUEUE_STRIP_CM    150.0 /* Beside a counter, on top of what the walkway needs. */
#define HOLDING_M2        0.25  /* Of concourse for each seat of its tier. */
#define MAIN_STAND_WEIGHT 1.8   /* The south side: more and wider gates' share. */

static double up_to_10cm(double cm)
{
    return ceil(cm / 10 - 1e-9) * 10;
}

double bowl_aisle_u(const struct bowl_plan *plan, const struct bowl_tier *tier, int i)
{
    return curve_length_cm(&plan->curve) * (i + 0.5) / tier->aisles;
}

double bowl_sector_u(const struct bowl_plan *plan, double sector)
{
    return curve_length_cm(&plan->curve) * sector / BOWL_SECTORS;
}

uint32_t bowl_row_seats(double length_cm)
{
    uint32_t seats = (uint32_t)floor(length_cm / BOWL_SEAT_CM + 1e-9);
    return seats < BOWL_ROW_SEATS ? seats : BOWL_ROW_SEATS;
}

/* Stairs stand in the middle between two lower aisles; these gaps first, so that few stairs are
 * spread evenly and lie along straight sides. Gap g is around g / 32 of the way round. */
double bowl_stairs_u(const struct bowl_plan *plan, uint32_t i)
{
    static const uint8_t gaps[BOWL_STAIRS_MAX] = { 2,  14, 18, 30, 6,  10, 22, 26, 0,  16, 8,
                                                   24, 4,  12, 20, 28, 1,  15, 17, 31, 7,  9,
                                                   23, 25, 3,  13, 19, 29, 5,  11, 21, 27 };
    return curve_length_cm(&plan->curve) * gaps[i] / BOWL_LOWER_AISLES;
}

/* ---- Seats ------------------------------------------------------------------------- */

void bowl_tier_wall(const struct bowl_plan *plan, const struct bowl_tier *tier, double d,
                    struct wall *out)
{
    double marks[BOWL_SECTORS];
    for (int i = 0; i < BOWL_SECTORS; i++)
        marks[i] = bowl_sector_u(plan, i + 0.5);
    wall_init(out, &plan->curve, d, marks, BOWL_SECTORS);
    for (uint32_t i = 0; i < tier->aisles; i++)
        wall_open(out, bowl_aisle_u(plan, tier, (int)i), tier->aisle_cm);
}

/* Seats of one row all the way round; *widest is the most that one block has of them. */
static uint32_t ring_seats(const struct bowl_plan *plan, const struct bowl_tier *tier, double d,
                           uint32_t *widest)
{
    struct wall wall;
    bowl_tier_wall(plan, tier, d, &wall);
    uint32_t seats = 0;
    *widest = 0;
    for (uint32_t i = 0; i < tier->aisles; i++) {
        struct trace row = { 0 };
        wall_cut(&wall, bowl_aisle_u(plan, tier, (int)i - 1), bowl_aisle_u(plan, tier, (int)i),
                 false, &row);
        uint32_t here = bowl_row_seats(trace_length_cm(&row));
        *widest = here > *widest ? here : *widest;
        seats += here;
        trace_fini(&row);
    }
    wall_fini(&wall);
    return seats;
}

/* Enough aisles that no block is much wider than 28 seats at the tier's back. Two, four ... a
 * sector: with an odd count one would meet a sector's bound. */
static uint32_t aisles_for(const struct bowl_plan *plan, double d)
{
    double widest_cm = BOWL_ROW_SEATS * BOWL_SEAT_CM + AISLE_MIN_CM;
    double around = curve_length_cm(&plan->curve);
    double stretch = d / plan->curve.reference_cm;
    uint32_t aisles = BOWL_LOWER_AISLES;
    while (around / aisles * stretch > widest_cm * 1.15 && aisles < BOWL_AISLES_MAX)
        aisles *= 2;
    return aisles;
}

/* Seats and aisle width of a tier that starts at front_cm and has `rows`. */
static void size_tier(const struct bowl_plan *plan, struct bowl_tier *tier, double front_cm,
                      uint32_t rows, bool upper)
{
    tier->front_cm = front_cm;
    tier->rows = rows;
    tier->back_cm = front_cm + rows * BOWL_ROW_CM;
    tier->aisles = upper ? aisles_for(plan, tier->back_cm) : BOWL_LOWER_AISLES;
    tier->aisle_cm = AISLE_MIN_CM;
    for (;;) {
        /* An aisle serves half of the block on each side: the fullest block's people at most. */
        uint32_t people = 0, widest;
        tier->seats = 0;
        for (uint32_t r = 0; r < rows; r++) {
            tier->seats += ring_seats(plan, tier, front_cm + (r + 0.5) * BOWL_ROW_CM, &widest);
            people += widest;
        }
        tier->aisle_need_cm = up_to_10cm(people / (STEPPED_PPM_PER_M * EGRESS_MIN) * 100);
        /* Wider aisles leave fewer seats, so this ends. */
        if (tier->aisle_need_cm <= tier->aisle_cm || tier->aisle_cm >= AISLE_MAX_CM)
            return;
        tier->aisle_cm = fmin(AISLE_MAX_CM, tier->aisle_need_cm);
    }
}

static uint32_t size_tiers(struct bowl_plan *plan, uint32_t lower_rows, uint32_t upper_rows)
{
    double front_cm = PITCH_INSET_CM + PITCH_MARGIN_CM;
    plan->curve.reference_cm = front_cm + lower_rows * BOWL_ROW_CM / 2;
    size_tier(plan, &plan->tiers[0], front_cm, lower_rows, false);
    plan->tiers[1] = (struct bowl_tier){ 0 };
    if (upper_rows > 0)
        size_tier(plan, &plan->tiers[1], plan->tiers[0].back_cm, upper_rows, true);
    return plan->tiers[0].seats + plan->tiers[1].seats;
}

uint32_t bowl_row_surplus(const struct bowl_plan *plan, const struct bowl_tier *tier, uint32_t r)
{
    uint32_t left = plan->surplus, widest;
    for (uint32_t row = tier->rows; row-- > 0;) {
        double d = tier->front_cm + (row + 0.5) * BOWL_ROW_CM;
        uint32_t seats = ring_seats(plan, tier, d, &widest);
        uint32_t out = left < seats ? left : seats;
        if (row == r)
            return out;
        left -= out;
    }
    return 0;
}

/* Aisles of the sized tiers are wide enough, and the surplus is less than their last two
 * rows, so that no block goes empty. */
static bool may_be_built(const struct bowl_plan *plan, uint32_t surplus)
{
    const struct bowl_tier *last = &plan->tiers[plan->tiers[1].rows > 0];
    uint32_t widest;
    uint32_t row = ring_seats(plan, last, last->back_cm - BOWL_ROW_CM * 1.5, &widest);
    return surplus < (last->rows > 2 ? 2 * row : row) &&
           plan->tiers[0].aisle_need_cm <= plan->tiers[0].aisle_cm &&
           plan->tiers[1].aisle_need_cm <= plan->tiers[1].aisle_cm;
}

/* Of the row counts that give enough seats, with the lower tier a little deeper than the upper one,
 * the pair that leaves out the fewest. */
static bool choose_rows(struct bowl_plan *plan)
{
    const struct bowl_request *request = &plan->request;
    uint32_t best_lower = 0, best_upper = 0, least = UINT32_MAX;
    for (uint32_t lower = 2; lower <= 60; lower++) {
        uint32_t from = request->tiers == 2 ? (lower * 2 + 2) / 3 : 0;
        uint32_t to = request->tiers == 2 ? lower : 0;
        for (uint32_t upper = from < 2 && to ? 2 : from; upper <= to; upper++) {
            /* A ring of seats has about 700 and more: leave out what cannot fit. */
            if ((lower + upper) * 1100 < request->seats ||
                (lower + upper) * 500 > request->seats + 2000)
                continue;
            uint32_t seats = size_tiers(plan, lower, upper);
            if (seats < request->seats)
                continue;
            if (seats - request->seats < least && may_be_built(plan, seats - request->seats)) {
                least = seats - request->seats;
                best_lower = lower;
                best_upper = upper;
            }
            break; /* More upper rows would only be more surplus. */
        }
    }
    if (best_lower == 0)
        return false;
    plan->surplus = size_tiers(plan, best_lower, best_upper) - request->seats;
    return true;
}

/* ---- Gates and rings --------------------------------------------------------------- */

/* Gates are shifted by up to a fifth of their spacing, but each stays within one sector. */
static double gate_u(const struct bowl_plan *plan, uint32_t i)
{
    uint32_t gates = plan->request.gates;
    double shift = tifo_person_hash(plan->request.seed * 64 + i) / 4294967296.0 - 0.5;
    double sector = (i + 0.4 * shift) * BOWL_SECTORS / gates;
    double room = 0.5 - (plan->gates[i].width_cm / 2 + 100) / bowl_sector_u(plan, 1);
    double most = room < 0.25 ? room : 0.25;
    double middle = floor(sector + 0.5), off = fmax(-most, fmin(most, sector - middle));
    return bowl_sector_u(plan, middle + off);
}

/* False: a gate would be wider than a sector. */
static bool size_gates(struct bowl_plan *plan)
{
    uint32_t gates = plan->request.gates;
    double weights[BOWL_GATES_MAX], total = 0;
    for (uint32_t i = 0; i < gates; i++) {
        weights[i] = fabs((double)i / gates - 0.5) < 0.15 ? MAIN_STAND_WEIGHT : 1;
        total += weights[i];
    }
    for (uint32_t i = 0; i < gates; i++) {
        struct bowl_gate *gate = &plan->gates[i];
        double people = plan->request.seats * weights[i] / total;
        double need_cm = people / (LEVEL_PPM_PER_M * EGRESS_MIN) * 100;
        gate->width_cm = fmax(GATE_MIN_CM, up_to_10cm(need_cm));
        gate->turnstiles = (uint32_t)ceil(people / TURNSTILE_PPH);
        gate->u = gate_u(plan, i);
        if (gate->width_cm + 200 > bowl_sector_u(plan, 1))
            return false;
    }
    return true;
}

/* At half time two in five stand up: a concourse that begins at d has room for them to stand at
 * 0.6 m2 each. */
static double holding_cm(const struct bowl_plan *plan, uint32_t seats, double d)
{
    struct curve there = plan->curve;
    there.reference_cm = d;
    return up_to_10cm(seats * HOLDING_M2 * 1e4 / curve_length_cm(&there));
}

/* Half of what leaves through the widest gate must get past, if that gate is shut. */
static double ring_width_cm(const struct bowl_plan *plan)
{
    double widest_cm = 0;
    for (uint32_t i = 0; i < plan->request.gates; i++)
        widest_cm = fmax(widest_cm, plan->gates[i].width_cm);
    double passing_cm = up_to_10cm(widest_cm / 2 + QUEUE_STRIP_CM);
    double holding = holding_cm(plan, plan->tiers[0].seats, plan->ring_in_cm);
    return fmax(RING_MIN_CM, fmax(passing_cm, holding));
}

/* False: there is no room between two aisles for stairs that pass so many a minute and metre. */
static bool size_stairs(struct bowl_plan *plan, double ppm_per_m)
{
    uint32_t people = plan->tiers[1].seats - plan->surplus;
    double need_cm = people / (ppm_per_m * EGRESS_MIN) * 100;
    double gap_cm = curve_length_cm(&plan->curve) / BOWL_LOWER_AISLES - plan->tiers[0].aisle_cm;
    for (plan->stairs = 4; plan->stairs <= BOWL_STAIRS_MAX; plan->stairs *= 2) {
        plan->stairs_cm =
            fmax(STAIRS_MIN_CM, up_to_10cm(need_cm / plan->stairs) + BOWL_STAIRS_JAMB_CM);
        plan->stairs_length_cm = TREADS_CM + 2 * plan->stairs_cm;
        if (plan->stairs_cm <= STAIRS_MAX_CM && plan->stairs_length_cm + 40 <= gap_cm)
            return true;
    }
    return false;
}

static void place_rings(struct bowl_plan *plan)
{
    double at = plan->tiers[0].back_cm;
    if (plan->request.tiers == 2) {
        double people = (double)plan->tiers[1].seats / plan->stairs;
        double need_cm = people / 2 / (LEVEL_PPM_PER_M * EGRESS_MIN) * 100;
        plan->upper_ring_in_cm = plan->tiers[1].back_cm;
        double holding = holding_cm(plan, plan->tiers[1].seats, plan->upper_ring_in_cm);
        double passing_cm = up_to_10cm(need_cm + QUEUE_STRIP_CM);
        plan->upper_ring_out_cm =
            plan->upper_ring_in_cm + fmax(UPPER_RING_MIN_CM, fmax(passing_cm, holding));
        at = plan->upper_ring_out_cm + plan->stairs_cm;
    }
    plan->ring_in_cm = at;
    plan->ring_out_cm = at + ring_width_cm(plan);
}

bool bowl_plan_make(struct bowl_plan *plan, const struct bowl_request *request, char *why,
                    size_t why_size)
{
    memset(plan, 0, sizeof(*plan));
    plan->request = *request;
    plan->curve.half_x_cm = 10500 / 2.0 - PITCH_INSET_CM;
    plan->curve.half_y_cm = 6800 / 2.0 - PITCH_INSET_CM;
    if (!choose_rows(plan)) {
        snprintf(why, why_size,
                 "%u seats in %u tier%s do not come out in whole rows; a bowl has 1,000 to 40,000 "
                 "seats with one tier, 2,800 to 80,000 with two",
                 request->seats, request->tiers, request->tiers == 1 ? "" : "s");
        return false;
    }
    if (!size_gates(plan)) {
        snprintf(why, why_size,
                 "%u gates would have to be too wide for %u seats; ask for more gates",
                 request->gates, request->seats);
        return false;
    }
    /* The guide's figure is the least; a very big ground has no room for more. */
    if (request->tiers == 2 && !size_stairs(plan, STAIRS_PPM_PER_M) &&
        !size_stairs(plan, STEPPED_PPM_PER_M)) {
        snprintf(why, why_size, "no room for the stairs of %u upper seats; ask for fewer seats",
                 plan->tiers[1].seats);
        return false;
    }
    place_rings(plan);
    plan->tills = (request->seats + 99) / 100;
    plan->toilets = (request->seats + 49) / 50;
    return true;
}
