/* Events: what is asked for as the core has it, and what there is as the API has it. */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/events.pb-c.h"

/* Names and columns stay the message's or lie in the arena. Whether the values make an event is for
 * the core to say; refused is what it has no room for. */
bool wire_create_event(const Tifo__V1__Event *from, struct arena *arena, struct create_event *to,
                       struct refusal *refusal);

/* As UpdateEvent wants it; the id is the caller's to read. */
bool wire_update_event(const Tifo__V1__Event *from, struct update_event *to,
                       struct refusal *refusal);

/* What `who` may see of it. All but texts of the stadium is in the arena; texts too. */
Tifo__V1__Event *wire_event(const struct stadium *stadium, const struct event *event,
                            int64_t now_ms, const struct actor *who, struct arena *arena);

#endif
