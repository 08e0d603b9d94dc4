/*
 * What a scenario names of its ground, found in the venue.
 */
#ifndef SIM_PLACES_H
#define SIM_PLACES_H

#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

/* The gate index of each gate change: by id, or the widest. False: `why` says which the venue does
 * not have, and which it has. */
bool places_gates(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                  uint32_t gates[SCENARIO_CHANGES], char *why, size_t why_size);
/* The zone index of each smoke. */
bool places_smoke(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                  uint32_t zones[SCENARIO_SMOKE], char *why, size_t why_size);

/* The opening index of each blocked one. */
bool places_blocked(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                    uint32_t openings[SCENARIO_BLOCKED], char *why, size_t why_size);
/* False: `why` names a stand of the scenario that the venue does not have. */
bool places_stands(const struct scenario *scenario, const Tifo__V1__Venue *venue, char *why,
                   size_t why_size);

#endif
