/* The plan in force as a message, in the arena. */
#ifndef WIRE_GUIDANCE_H
#define WIRE_GUIDANCE_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/guidance.pb-c.h"

Tifo__V1__Plan *wire_plan(const struct stadium *stadium, struct arena *arena);
Tifo__V1__Split *wire_split(const struct split *from, struct arena *arena);

#endif
