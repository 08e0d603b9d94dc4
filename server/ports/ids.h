/*
 * Where the ids come from that the world knows events, holds, orders and tickets by. They are drawn
 * on the loop thread, when the command is decided, so that their order is the commands'. Ids of
 * holds are made of a key that is drawn at each start (stadium_hold_id()).
 */
#ifndef PORTS_IDS_H
#define PORTS_IDS_H

#include "server/core/id.h"

/* Fills `count` ids, none of them 0. `seq`: facts so far; a draw that was used makes it grow. */
typedef void ids_draw(uint64_t seq, struct id *ids, uint32_t count);

#endif
