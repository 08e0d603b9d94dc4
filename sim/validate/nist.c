/* NIST TN 1822 (Ronchi et al. 2013), all but 2.6 (incapacitation) and 2.7 (lifts). */
#include "sim/validate/row.h"
#include "sim/validate/setups.h"

#include <math.h>

static const struct row rows[] = {
    { "nist-1.1", "premovement", "U(10, 100): Kolmogorov-Smirnov p above 0.05", GUIDELINE,
      &starts_even, START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "nist-1.1", "premovement", "gamma: Kolmogorov-Smirnov p above 0.05", GUIDELINE, &starts_gamma,
      START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "nist-1.1", "premovement", "lognormal: Kolmogorov-Smirnov p above 0.05", GUIDELINE,
      &starts_lognormal, START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "nist-1.1", "premovement", "Weibull: Kolmogorov-Smirnov p above 0.05", GUIDELINE,
      &starts_weibull, START_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "nist-2.1", "speed in a corridor", "40 m at 1 m/s: 0.95 to 1.05 m/s", GUIDELINE,
      &walk_40m_100, WALK_SPEED_MPS, EVERY_SEED, 0.95, 1.05, "m/s", 3, NULL, false },
    { "nist-2.2", "speed on stairs", "100 m up at 1 m/s: 0.95 to 1.05 m/s", GUIDELINE,
      &stairs_100m_up, WALK_SPEED_MPS, EVERY_SEED, 0.95, 1.05, "m/s", 3, NULL, false },
    { "nist-2.2", "speed on stairs", "100 m down at 1 m/s: 0.95 to 1.05 m/s", GUIDELINE,
      &stairs_100m_down, WALK_SPEED_MPS, EVERY_SEED, 0.95, 1.05, "m/s", 3, NULL, false },
    { "nist-2.3", "round a corner", "nobody is outside by more than 1 mm", GUIDELINE, &corner_20,
      CORNER_OUTSIDE_MM, EVERY_SEED, 0, 1, "mm", 2, NULL, false },
    { "nist-2.3", "round a corner", "all out within 60 s", PRACTICE, &corner_20, CORNER_CLEAR_S,
      EVERY_SEED, 0, 60, "s", 1, NULL, false },
    { "nist-2.4", "assigned speeds", "mean 1.2 m/s within 0.05", PRACTICE, &speeds_n12_02,
      SPEEDS_MEAN, MEDIAN, 1.15, 1.25, "m/s", 3, NULL, false },
    { "nist-2.4", "assigned speeds", "standard deviation 0.2 m/s within 0.05", PRACTICE,
      &speeds_n12_02, SPEEDS_SD, MEDIAN, 0.15, 0.25, "m/s", 3, NULL, false },
    { "nist-2.4", "assigned speeds", "Kolmogorov-Smirnov p above 0.05", GUIDELINE, &speeds_n12_02,
      SPEEDS_KS_P, POOLED, 0.05, 1, "", 2, NULL, false },
    { "nist-2.5", "100 m in smoke", "extinction of 1 a m: 160 s within 0.5", PRACTICE, &smoke_1,
      SMOKE_S, EVERY_SEED, 159.5, 160.5, "s", 1, NULL, false },
    { "nist-2.8", "counter-flow", "all cross at 0, 10, 50, 100 opposed", GUIDELINE, &counter_flow,
      COUNTER_CROSSED, EVERY_SEED, 560, 560, "people", 0, NULL, false },
    { "nist-2.8", "counter-flow", "time rises with each", GUIDELINE, &counter_flow, COUNTER_RISE_S,
      EVERY_SEED, 0.1, INFINITY, "s", 1, NULL, false },
    { "nist-2.8", "counter-flow", "reported: 100 against 100", GUIDELINE, &counter_flow,
      COUNTER_100_S, RECORDED, 0, 0, "s", 0, NULL, false },
    { "nist-2.10", "a slower, larger person", "all are out later than with 25 alike", GUIDELINE,
      &slow_and_large, SLOW_LATER_S, EVERY_SEED, 0.1, INFINITY, "s", 1, NULL, false },
    { "nist-3.1", "exits assigned", "everybody leaves by theirs", GUIDELINE, &rooms_assigned,
      ROOMS_ASSIGNED_PERCENT, EVERY_SEED, 100, 100, "%", 0, NULL, false },
    { "nist-5.1", "congestion", "room's exit denser than the corridor", GUIDELINE, &jam_100,
      JAM_ROOM_MORE, EVERY_SEED, 0.1, INFINITY, "p/m2", 2, NULL, false },
    { "nist-5.1", "congestion", "foot of the stairs denser than the corridor", GUIDELINE, &jam_100,
      JAM_STAIRS_MORE, EVERY_SEED, 0.1, INFINITY, "p/m2", 2, NULL, false },
    { "nist-5.2", "greatest flow", "door of 1 m, design run: 1.33 p/m/s at most", GUIDELINE,
      &door_100_design, DOOR_FLOW_PM, EVERY_SEED, 0, 1.33, "p/m/s", 2, NULL, false },
    { "nist-5.2", "greatest flow", "reported: what people push through it", OURS, &door_100_people,
      DOOR_FLOW_PM, RECORDED, 0, 0, "p/m/s", 2, NULL, false },
};

const struct suite suite_nist = { "nist", rows, ROW_COUNT(rows) };
