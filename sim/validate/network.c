/*
 * Hand values of network models, on sim/flow: SFPE's flows and speeds (Handbook of Fire Protection
 * Engineering, 6th edition) as capacities and walking times of one destination.
 */
#include "sim/flow/flow.h"
#include "sim/validate/row.h"

#include <math.h>

#define BOUNDARY_M 0.15  /* of no use to anybody, at each side of a door or stairs */
#define FREE_P_M2  0.54  /* below this, density does not slow anybody down */
#define PER_FLOW   0.266 /* SFPE's a, m2 a person */

static double stairs_k_mps(double riser_cm, double tread_cm)
{
    return 51.8 / 60 * sqrt(tread_cm / riser_cm);
}

static double speed_mps(double k_mps, double density)
{
    return k_mps * (1 - PER_FLOW * fmax(density, FREE_P_M2));
}

/* Of a metre: at the density where it is greatest. */
static double flow_most_pms(double k_mps)
{
    return k_mps / (4 * PER_FLOW);
}

/* When the last of so many has passed, each sent off on their own. `after` leaves out the time that
 * the first needs to pass. */
static double last_through_s(uint32_t people, double capacity_ps, double walk_s, bool after)
{
    struct flow_destination door = { .walk_s = walk_s, .capacity_ps = capacity_ps };
    struct flow_origin origin = { .people = people };
    struct flow_problem problem = { .node_count = 1,
                                    .destinations = &door,
                                    .destination_count = 1,
                                    .origins = &origin,
                                    .origin_count = 1,
                                    .chunks = people,
                                    .clearance_part = 1 };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    double seconds = plan.clearance_s - (after ? 1 / capacity_ps : 0);
    flow_plan_fini(&plan);
    return seconds;
}

enum {
    DOOR_FIRST_S,
    DOOR_SFPE_S,
    OPENING_S,
    WALK_S,
    STAIRS_S,
    NARROW_STAIRS_S,
    WIDE_STAIRS_S,
    MERGE_RATIO
};

/* Two arms meet before an exit; each has a share of what it passes in proportion to its width. */
static double merge_ratio(double narrow_m, double wide_m)
{
    struct flow_link arms[] = { { .node_a = 0, .node_b = 2, .capacity_ps = 1.3 * narrow_m },
                                { .node_a = 1, .node_b = 2, .capacity_ps = 1.3 * wide_m } };
    struct flow_origin origins[] = { { .node = 0, .people = 100 }, { .node = 1, .people = 100 } };
    struct flow_destination out = { .node = 2, .capacity_ps = 100 };
    struct flow_problem problem = { .node_count = 3,
                                    .links = arms,
                                    .link_count = 2,
                                    .destinations = &out,
                                    .destination_count = 1,
                                    .origins = origins,
                                    .origin_count = 2,
                                    .chunks = 100 };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    double ratio = plan.finish_s[0] / plan.finish_s[1];
    flow_plan_fini(&plan);
    return ratio;
}

static void hand_values(struct trial *t)
{
    double door_ps = 1.33 * (1 - 2 * BOUNDARY_M);
    t->figures[DOOR_FIRST_S] = last_through_s(100, door_ps, 0, true);
    t->figures[DOOR_SFPE_S] = last_through_s(100, door_ps, 0, false);
    t->figures[OPENING_S] = last_through_s(50, 1.3 * 0.6, 0, true);
    t->figures[WALK_S] = 20 / speed_mps(1.40, 2);
    double k = stairs_k_mps(18, 28), stairs_mps = speed_mps(k, 0);
    t->figures[STAIRS_S] = 10 / stairs_mps;
    t->figures[NARROW_STAIRS_S] =
        last_through_s(100, flow_most_pms(k) * (1 - 2 * BOUNDARY_M), 200 / stairs_mps, true);
    t->figures[WIDE_STAIRS_S] =
        last_through_s(1000, flow_most_pms(k) * (5 - 2 * BOUNDARY_M), 200 / stairs_mps, true);
    t->figures[MERGE_RATIO] = merge_ratio(1, 3);
}

static const struct setup network = { .name = "network model",
                                      .run = hand_values,
                                      .set_note = "SFPE" };

#define ROW(id_, title_, criterion_, figure_, low_, high_, unit_)                                  \
    {                                                                                              \
        .id = id_, .title = title_, .criterion = criterion_, .source = PRACTICE,                   \
        .setup = &network, .figure = figure_, .low = low_, .high = high_, .unit = unit_,           \
        .decimals = 2                                                                              \
    }

static const struct row rows[] = {
    ROW("network-door", "100 people, door of 1 m", "(N - 1) / C: 106.3 s", DOOR_FIRST_S, 106.1,
        106.5, "s"),
    ROW("network-door", "100 people, door of 1 m", "N / C: 107.4 s", DOOR_SFPE_S, 107.2, 107.6,
        "s"),
    ROW("network-opening", "50 people, opening of 0.6 m", "62.8 s", OPENING_S, 62.7, 62.9, "s"),
    ROW("network-walk", "200 people at 2 a m2 walk 20 m", "30.5 s", WALK_S, 30.4, 30.6, "s"),
    ROW("network-stairs", "stairs of 18/28 cm, 10 m", "10.84 s", STAIRS_S, 10.83, 10.86, "s"),
    ROW("network-stairs", "stairs of 18/28 cm, 10 m", "200 m, 1 m wide, 100 people: 356.65 s",
        NARROW_STAIRS_S, 354.9, 358.4, "s"),
    ROW("network-stairs", "stairs of 18/28 cm, 10 m", "200 m, 5 m wide, 1000 people: 426.9 s",
        WIDE_STAIRS_S, 424.8, 429.0, "s"),
    ROW("network-merge", "arms of 1 and 3 m meet", "flows are as 3 to 1", MERGE_RATIO, 2.95, 3.05,
        ""),
};

const struct suite suite_network = { "network", rows, ROW_COUNT(rows) };
