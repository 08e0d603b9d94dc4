/*
 * The stadium: the state of one venue's partition, in plain C without I/O, clock, threads or
 * randomness.
 *
 *     struct facts facts = { 0 };
 *     if (stadium_decide(stadium, &command, &facts) == STATUS_OK)
 *             for (uint32_t i = 0; i < facts.count; i++)
 *                     stadium_evolve(stadium, &facts.items[i]);
 *
 * A live turn is decide and evolve; recovery and replay are evolve alone, with the facts that the
 * journal kept, and lead to the same digest.
 *
 * Pointers that accessors return stay the stadium's. Their content changes with evolve; the venue's
 * never does.
 */
#ifndef CORE_STADIUM_H
#define CORE_STADIUM_H

#include "server/core/alarm.h"
#include "server/core/command.h"
#include "server/core/crowd.h"
#include "server/core/fact.h"
#include "server/core/limits.h"
#include "server/core/plan.h"
#include "server/core/venue.h"

struct stadium;
struct stadium *stadium_create(const struct limits *limits); /* Limits are copied. */
void stadium_destroy(struct stadium *stadium);               /* NULL is accepted. */

/* Says which facts follow from a command, and changes nothing. Resets `out` first. A refusal leaves
 * no facts and fills out->refusal. */
enum status stadium_decide(const struct stadium *stadium, const struct command *command,
                           struct facts *out);
/* Makes it so. Cannot fail: a fact that decide did not hand out for this state is our mistake. What
 * it keeps, it copies. */
void stadium_evolve(struct stadium *stadium, const struct fact *fact);

/* When a tick without readings would have something to do; INT64_MAX: never. At or before now: tick
 * at once, and ask again. */
#define STADIUM_NEVER INT64_MAX
int64_t stadium_due(const struct stadium *stadium);

/* A sum of row hashes: any field of any row that differs makes it another. */
uint64_t stadium_digest(const struct stadium *stadium);

/* ---- What readers see -------------------------------------------------------------------- */

/* Facts so far; the last that changed guidance or a gate; the last that WatchCrowd would show. */
uint64_t stadium_seq(const struct stadium *stadium);
uint64_t stadium_guidance_seq(const struct stadium *stadium);
uint64_t stadium_crowd_seq(const struct stadium *stadium);
/* Time of the last fact, and of the newest reading; 0: none yet. */
int64_t stadium_now_ms(const struct stadium *stadium);
int64_t stadium_measured_ms(const struct stadium *stadium);
/* People in blocks and zones, those outside not counted. */
uint32_t stadium_inside(const struct stadium *stadium);

const struct venue *stadium_venue(const struct stadium *stadium); /* NULL before one is imported. */
const struct phase *stadium_phase(const struct stadium *stadium);
/* As long as the venue's lists; NULL without a venue. */
const struct place_state *stadium_places(const struct stadium *stadium);
const struct gate_state *stadium_gates(const struct stadium *stadium);
const struct facility_state *stadium_facilities(const struct stadium *stadium);
/* Open ones, worst first. */
const struct alarm *stadium_alarms(const struct stadium *stadium, uint32_t *count);
const struct plan *stadium_plan(const struct stadium *stadium);
/* One for each origin and purpose, [origin * PURPOSE_COUNT + purpose - 1]; many have count 0. */
const struct split *stadium_splits(const struct stadium *stadium, uint32_t *count);
const struct source *stadium_sources(const struct stadium *stadium, uint32_t *count);
const struct source *stadium_source_find(const struct stadium *stadium, const char *name);

#endif
