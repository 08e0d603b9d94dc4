/* The plan in force as a message, in the arena. */
#ifndef WIRE_GUIDANCE_H
#define WIRE_GUIDANCE_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/ports/planner.h"
#include "server/wire/check.h"
#include "tifo/v1/guidance.pb-c.h"

Tifo__V1__Plan *wire_plan(const struct stadium *stadium, struct arena *arena);
Tifo__V1__Split *wire_split(const struct split *from, struct arena *arena);

/* What a planner proposes, as if it were adopted whole; and the bound in force, NULL: there is
 * none. In the arena. */
Tifo__V1__Plan *wire_proposal(const struct stadium *stadium, const struct planner_job *job,
                              struct arena *arena);
Tifo__V1__PlanBound *wire_bound(const struct stadium *stadium, struct arena *arena);

/* False: the refusal is filled. What depends on the ground is left to the core. */
bool wire_override(const Tifo__V1__Override *from, const struct check *check, struct override *to);

#endif
