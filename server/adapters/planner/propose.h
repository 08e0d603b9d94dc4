/* A job's question as flow problems, and their plans as proposed splits. */
#ifndef ADAPTERS_PLANNER_PROPOSE_H
#define ADAPTERS_PLANNER_PROPOSE_H

#include "server/ports/planner.h"

struct comply;

/* Fills the job's answer. `comply` remembers from question to question. */
void propose(struct planner_job *job, struct comply *comply);

#endif
