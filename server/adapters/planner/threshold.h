/*
 * A job's question answered by a simple rule, to compare plans with: whoever would go to the
 * nearest gate or facility goes there, unless the zone it is in is more than 80 % full. Then they
 * all go to the nearest one whose zone is less than 40 % full, if there is one. It minds neither
 * queues nor how long anybody walks, nor who else was sent there.
 */
#ifndef ADAPTERS_PLANNER_THRESHOLD_H
#define ADAPTERS_PLANNER_THRESHOLD_H

#include "server/ports/planner.h"

#define THRESHOLD_FULL  0.80
#define THRESHOLD_EMPTY 0.40

/* Fills the job's answer, with the same bounds as propose(). */
void propose_by_threshold(struct planner_job *job);

#endif
