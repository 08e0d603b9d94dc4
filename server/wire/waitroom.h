/* Waiting rooms and who is in them, as messages. */
#ifndef WIRE_WAITROOM_H
#define WIRE_WAITROOM_H

#include "api/ticket/admission.h"
#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/waitroom.pb-c.h"

/* All but the event. */
void wire_set_waitroom(const Tifo__V1__WaitingRoomSettings *from, struct set_waitroom *to);

/* The room of an event that has one, by the event's index; in the arena. */
Tifo__V1__WaitingRoom *wire_waitroom(const struct stadium *stadium, uint32_t event, int64_t now_ms,
                                     struct arena *arena);
/* Where somebody is. `name` stays the caller's; the token is left empty. */
Tifo__V1__Waiter *wire_waiter(const struct stadium *stadium, uint32_t event, const char *name,
                              int64_t now_ms, struct arena *arena);
/* What the token of such a message has to say; key_id is left 0. False: it has none. */
bool wire_admission_claim(const Tifo__V1__Waiter *waiter, struct id event,
                          struct admission_claim *claim);
/* Whether a genuine claim is the person's and for the event. */
bool wire_admission_is_of(const struct admission_claim *claim, struct id event, const char *person);

#endif
