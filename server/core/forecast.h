/*
 * How many people will be in each zone in 5, 15 and 30 minutes: decided every FORECAST_EVERY_MS
 * while readings come, kept as a fact, and judged against what is known when its time has come.
 *
 * What goes on from is the mean of the last two minutes, since people come and go; what becomes of
 * it is the phase's:
 *
 *   entry               the same until the phase is over, then half of it every two minutes
 *   play                who is on their feet sits down, half of them every two minutes; from its
 *                       end on, as a break: up to a fifth of those inside, by area of concourse
 *   break               rises over its first fifth, then falls to nothing at its end
 *   egress, evacuation  as those inside become fewer, at the rate at which they go, or half of what
 *                       the open gates can pass if that is more; in an evacuation by stages
 *                       that is who was called: the others stay, as if for good
 *
 * Persistence is the forecast to beat: as many as now.
 */
#ifndef CORE_FORECAST_H
#define CORE_FORECAST_H

#include "server/base/slice.h"

#include <stdint.h>

enum { FORECAST_HORIZONS = 3, FORECAST_EVERY_MS = 30 * 1000, FORECAST_KEPT = 62 };

/* 5, 15 and 30 minutes. */
extern const int64_t forecast_horizon_ms[FORECAST_HORIZONS];

/* What was forecast at `at_ms`; 0: nothing yet. A value a zone, 0.001 people. */
struct forecast {
    int64_t at_ms;
    struct u32s now; /* What was known then: persistence. */
    struct u32s ahead[FORECAST_HORIZONS];
};

/* How far forecasts were off, over all zones in which there were or should have been people (more
 * than 0.2 a m2): sums of 0.001 p/m2. */
struct forecast_score {
    uint64_t zones; /* Counted. */
    uint64_t error_milli, persistence_milli;
};
struct forecast_scores {
    uint64_t made; /* Forecasts so far. */
    struct forecast_score of[FORECAST_HORIZONS];
};

struct stadium;

/* The newest; at_ms 0: there is none. It stays the stadium's. */
const struct forecast *stadium_forecast(const struct stadium *stadium);
const struct forecast_scores *stadium_forecast_scores(const struct stadium *stadium);

#endif
