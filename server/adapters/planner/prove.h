/* What no plan can beat, beside a plan: T*bound with its cut, and T*fit. */
#ifndef ADAPTERS_PLANNER_PROVE_H
#define ADAPTERS_PLANNER_PROVE_H

#include "server/adapters/planner/walkways.h"

/* Fills job->bound: of the origins' people, guided or not, who leave by the open gates. T*fit is
 * flow_solve()'s, or exact if the job asks for that; its bound.wanted is 0 if it was cancelled. */
void prove(struct planner_job *job, const struct walkways *ways, const struct flow_origin *origins,
           uint32_t origin_count);

#endif
