/* ISO 20414:2020. */
#include "sim/validate/row.h"
#include "sim/validate/setups.h"

#include <math.h>

static const struct row rows[] = {
    { "iso-1", "premovement", "U(10, 100): Kolmogorov-Smirnov p above 0.05", GUIDELINE,
      &starts_even, START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "iso-1", "premovement", "normal: Kolmogorov-Smirnov p above 0.05", GUIDELINE, &starts_normal,
      START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "iso-1", "premovement", "lognormal: Kolmogorov-Smirnov p above 0.05", GUIDELINE,
      &starts_lognormal, START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "iso-2", "speed in a corridor", "40 m at 1 m/s: 0.95 to 1.05 m/s", GUIDELINE, &walk_40m_100,
      WALK_SPEED_MPS, EVERY_SEED, 0.95, 1.05, "m/s", 3, NULL, false },
    { "iso-3", "speed on stairs", "factor of 0.5 at 1 m/s over 10 m: 0.45 to 0.55 m/s", GUIDELINE,
      &stairs_half, WALK_SPEED_MPS, EVERY_SEED, 0.45, 0.55, "m/s", 3, NULL, false },
    { "iso-4", "round a corner", "nobody is outside by more than 1 mm", GUIDELINE, &corner_20,
      CORNER_OUTSIDE_MM, EVERY_SEED, 0, 1, "mm", 2, NULL, false },
    { "iso-5", "assigned speeds", "Kolmogorov-Smirnov p above 0.05", GUIDELINE, &speeds_n12_02,
      SPEEDS_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "iso-6", "counter-flow", "all cross at 0, 10, 50, 100 opposed", GUIDELINE, &counter_flow,
      COUNTER_CROSSED, EVERY_SEED, 560, 560, "people", 0, NULL, false },
    { "iso-6", "counter-flow", "time rises with each", GUIDELINE, &counter_flow, COUNTER_RISE_S,
      EVERY_SEED, 0.1, INFINITY, "s", 1, NULL, false },
    { "iso-7", "a slower, larger person", "others overtake them", GUIDELINE, &slow_and_large,
      SLOW_OVERTAKEN, EVERY_SEED, 1, 24, "people", 0, NULL, false },
    { "iso-8", "exits assigned", "everybody leaves by theirs", GUIDELINE, &rooms_assigned,
      ROOMS_ASSIGNED_PERCENT, EVERY_SEED, 100, 100, "%", 0, NULL, false },
    { "iso-10", "congestion", "room's exit denser than the corridor", GUIDELINE, &jam_100,
      JAM_ROOM_MORE, EVERY_SEED, 0.1, INFINITY, "p/m2", 2, NULL, false },
    { "iso-10", "congestion", "foot of the stairs denser than the corridor", GUIDELINE, &jam_100,
      JAM_STAIRS_MORE, EVERY_SEED, 0.1, INFINITY, "p/m2", 2, NULL, false },
    { "iso-11", "greatest flow", "door of 1 m, design run: 1.33 p/m/s at most", GUIDELINE,
      &door_100_design, DOOR_FLOW_PM, EVERY_SEED, 0, 1.33, "p/m/s", 2, NULL, false },
    { "iso-11", "greatest flow", "reported: what people push through it", OURS, &door_100_people,
      DOOR_FLOW_PM, RECORDED, 0, 0, "p/m/s", 2, NULL, false },
    { "iso-12", "stairs of 1.0 to 1.8 m", "flow grows with width: slope above 0", GUIDELINE,
      &stairs_widths, BOTTLENECK_SLOPE, EVERY_SEED, 0.01, INFINITY, "p/m/s", 2, NULL, false },
    { "iso-13", "corridor, fundamental diagram", "nobody is faster than v0 + 0.05 m/s", PRACTICE,
      &corridor_one_speed, FAST_EXCESS_MPS, EVERY_SEED, -INFINITY, 0.05, "m/s", 3,
      "who overlaps others is moved apart beside walking", false },
    { "iso-17", "over stairs or round", "reported: took the short way over stairs", GUIDELINE,
      &route_over_stairs, ROUTE_SHORT_PERCENT, RECORDED, 0, 0, "%", 0, NULL, false },
    { "iso-18", "100 m in smoke", "extinction of 1 a m: 160 s within 0.5", PRACTICE, &smoke_1,
      SMOKE_S, EVERY_SEED, 159.5, 160.5, "s", 1, NULL, false },
};

const struct suite suite_iso = { "iso", rows, ROW_COUNT(rows) };
