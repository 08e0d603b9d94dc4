/* Waitlists and who waits, as messages in the arena. */
#ifndef WIRE_WAIT_H
#define WIRE_WAIT_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/waitlist.pb-c.h"

Tifo__V1__Waitlist *wire_waitlist(const struct stadium *stadium, uint32_t event,
                                  struct arena *arena);
/* By index. Without a position. */
Tifo__V1__Wait *wire_wait(const struct stadium *stadium, uint32_t wait, struct arena *arena);
/* 1: has waited longest; 0: does not wait. */
uint32_t wire_wait_position(const struct stadium *stadium, uint32_t wait);

#endif
