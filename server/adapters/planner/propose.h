/* A job's question as flow problems, and their plans as proposed splits. */
#ifndef ADAPTERS_PLANNER_PROPOSE_H
#define ADAPTERS_PLANNER_PROPOSE_H

#include "server/ports/planner.h"

/* Fills the job's answer. */
void propose(struct planner_job *job);

#endif
