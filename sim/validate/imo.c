/* IMO MSC.1/Circ.1533, appendix 2. */
#include "sim/validate/row.h"
#include "sim/validate/setups.h"

#include <math.h>

static const struct row rows[] = {
    { "imo-1", "speed in a corridor", "40 m at 1 m/s take 40 s within 2 %", GUIDELINE,
      &walk_40m_100, WALK_TIME_S, EVERY_SEED, 39.2, 40.8, "s", 1, NULL, false },
    { "imo-2", "up stairs", "10 m at 1 m/s take 10 s within 2 %", GUIDELINE, &stairs_up_100,
      WALK_TIME_S, EVERY_SEED, 9.8, 10.2, "s", 2, NULL, false },
    { "imo-3", "down stairs", "10 m at 1 m/s take 10 s within 2 %", GUIDELINE, &stairs_down_100,
      WALK_TIME_S, EVERY_SEED, 9.8, 10.2, "s", 2, NULL, false },
    { "imo-4", "greatest flow", "door of 1 m, design run: 1.33 p/m/s at most", GUIDELINE,
      &door_100_design, DOOR_FLOW_PM, EVERY_SEED, 0, 1.33, "p/m/s", 2, NULL, false },
    { "imo-4", "greatest flow", "reported: what people push through it", OURS, &door_100_people,
      DOOR_FLOW_PM, RECORDED, 0, 0, "p/m/s", 2, NULL, false },
    { "imo-5", "response time", "everybody sets off at their time, within a step", GUIDELINE,
      &starts_even, START_ERROR_S, EVERY_SEED, 0, 0.1, "s", 2, NULL, false },
    { "imo-6", "round a corner", "nobody is outside by more than 1 mm", GUIDELINE, &corner_20,
      CORNER_OUTSIDE_MM, EVERY_SEED, 0, 1, "mm", 2, NULL, false },
    { "imo-7", "adults of 30 to 50 years", "nobody is slower than 0.97 m/s", PRACTICE, &ages_50,
      AGES_30_50_SLOWEST_MPS, EVERY_SEED, 0.97, INFINITY, "m/s", 2, NULL, false },
    { "imo-7", "adults of 30 to 50 years", "nobody is faster than 1.62 m/s", PRACTICE, &ages_50,
      AGES_30_50_FASTEST_MPS, EVERY_SEED, 0, 1.62, "m/s", 2, NULL, false },
    { "imo-8", "counter-flow", "time rises with each of 0, 10, 50, 100 opposed", GUIDELINE,
      &counter_flow, COUNTER_RISE_S, EVERY_SEED, 0.1, INFINITY, "s", 1, NULL, false },
    { "imo-9", "hall 30 x 20 m, 1000 people", "two of four doors: 1.5 to 2.5 times as long",
      PRACTICE, &hall_30x20, HALL_RATIO, EVERY_SEED, 1.5, 2.5, "", 2, NULL, false },
    { "imo-10", "exits assigned", "everybody leaves by theirs", GUIDELINE, &rooms_assigned,
      ROOMS_ASSIGNED_PERCENT, EVERY_SEED, 100, 100, "%", 0, NULL, false },
    { "imo-11", "congestion before stairs", "room's exit before the foot of the stairs", GUIDELINE,
      &jam_150, JAM_ROOM_FIRST_S, EVERY_SEED, 0.1, INFINITY, "s", 1, NULL, false },
    { "imo-11", "congestion before stairs", "foot of the stairs denser than the corridor", PRACTICE,
      &jam_150, JAM_STAIRS_MORE, EVERY_SEED, 0.1, INFINITY, "p/m2", 2, NULL, false },
};

const struct suite suite_imo = { "imo", rows, ROW_COUNT(rows) };
