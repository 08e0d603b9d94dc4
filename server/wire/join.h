/* Joins and bans as messages, in the arena. */
#ifndef WIRE_JOIN_H
#define WIRE_JOIN_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/joins.pb-c.h"

Tifo__V1__Joining *wire_joining(const struct stadium *stadium, uint32_t event, struct arena *arena);
/* By index. Without a position. */
Tifo__V1__Join *wire_join(const struct stadium *stadium, uint32_t join, struct arena *arena);
/* 1: the next; 0: does not wait. */
uint32_t wire_join_position(const struct stadium *stadium, uint32_t join);
Tifo__V1__Ban *wire_ban(const struct stadium *stadium, uint32_t ban, struct arena *arena);

#endif
