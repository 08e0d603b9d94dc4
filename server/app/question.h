/* What the planner is asked: a copy of the moving part of a stadium, taken on the loop thread. */
#ifndef APP_QUESTION_H
#define APP_QUESTION_H

#include "server/core/stadium.h"
#include "server/ports/planner.h"

/* True while a plan is wanted and nobody has answered. */
bool question_open(const struct stadium *stadium);

/* Fills the job's question; its arrays live in the arena until that is reset. */
void question_ask(const struct stadium *stadium, struct arena *arena, struct planner_job *job);

#endif
