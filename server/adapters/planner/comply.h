/*
 * How many do as they are told, from what is seen: people leave the blocks, and come out at gates.
 * Had all of them followed the plan, the gates would share them in one way; had nobody, in another:
 * the nearest to each, when they have had the time to walk there. What they really do lies between,
 * and the point between that fits best is the compliance. A prior weighs as much as some hundred
 * people; where both ways are the same, or while few have come out, nothing is said.
 */
#ifndef ADAPTERS_PLANNER_COMPLY_H
#define ADAPTERS_PLANNER_COMPLY_H

#include "server/adapters/planner/walkways.h"
#include "server/ports/planner.h"
#include "sim/flow/flow.h"

struct comply;
struct comply *comply_create(void);
void comply_destroy(struct comply *comply);

/* Takes what a question shows, with the plan that was in force since the one before. `nearest`: by
 * origin and gate, where those go who do not listen. Returns people of a thousand; 0: not seen. */
uint32_t comply_see(struct comply *comply, const struct planner_job *job,
                    const struct walkways *ways, struct arena *arena,
                    const struct flow_origin *origins, uint32_t origin_count,
                    const double *nearest);

#endif
