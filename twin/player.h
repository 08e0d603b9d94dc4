/*
 * Plays a tape (sim/tape/tape.h) into a model, as the link does with what a server tells: the
 * ground, then crowd states and everybody's position. What a server would know of queues, flows and
 * densities is worked out from the tape; there are no alarms and no guidance, and nothing can be
 * done.
 */
#ifndef TWIN_PLAYER_H
#define TWIN_PLAYER_H

#include "twin/model.h"

struct player;

/* NULL: `why` (>= 400 bytes) says what is wrong with the tape. */
struct player *player_open(const char *path, char *why, size_t why_size);
void player_close(struct player *player);

/* Goes on by so much stadium time, at least to the first frame. True when the model changed.
 * `problem` (>= 160 bytes) says what is wrong with the tape's ground or a part of it, else "". */
bool player_advance(struct player *player, struct model *model, int64_t by_ms, char *problem,
                    size_t problem_size);
bool player_is_over(const struct player *player);

#endif
