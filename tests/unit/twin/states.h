/*
 * Moments of a match day, as a server would tell them: messages for any venue, made up here and the
 * same on every run. Calm: everyone is seated. Jam: a gate is shut, its zone is full, and guidance
 * leads elsewhere.
 */
#ifndef TESTS_UNIT_TWIN_STATES_H
#define TESTS_UNIT_TWIN_STATES_H

#include "twin/model.h"

enum moment { CALM, JAM };

#define STATES_START_MS 1778942400000ll /* 2026-05-16 14:40:00 UTC */

/* A venue file; one that cannot be read ends the program. */
Tifo__V1__Venue *states_load(const char *file);
/* The hand-drawn ground of scenarios/venues. */
Tifo__V1__Venue *states_venue(void);
/* Everything below is malloc'ed like an unpacked message: the model takes and frees it. */
Tifo__V1__CrowdState *states_crowd(const Tifo__V1__Venue *venue, enum moment moment, int64_t at_ms);
Tifo__V1__Plan *states_plan(const Tifo__V1__Venue *venue, enum moment moment);
Tifo__V1__WatchPositionsResponse *states_positions(const Tifo__V1__Venue *venue,
                                                   const Tifo__V1__CrowdState *crowd);
/* Tells which scale the level of a zone is on. */
void states_scale(Tifo__V1__CrowdState *crowd, uint32_t zone, Tifo__V1__LevelScale scale);
/* The zone that jams: inside the last gate. */
uint32_t states_jam_zone(const Tifo__V1__Venue *venue);

/* A model that has seen half an hour of it: calm at first, then the moment. */
void states_model(struct model *model, const char *venue_file, enum moment moment);

#endif
