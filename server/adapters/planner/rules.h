/* What operators' overrides come to in a job. */
#ifndef ADAPTERS_PLANNER_RULES_H
#define ADAPTERS_PLANNER_RULES_H

#include "server/ports/planner.h"

/* Effects laid out like splits, in the arena; NULL: nothing was said. */
struct override *rules_of(const struct planner_job *job, struct arena *arena);
/* Of a place and purpose; NULL: it is free. */
const struct override *rule_for(const struct override *rules, uint32_t place, enum purpose purpose);

#endif
