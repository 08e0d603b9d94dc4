/*
 * The line to tifod: asks for the venue, follows crowd, guidance and positions, and comes back
 * after a lost contact with growing pauses (0.5 s to 8 s).
 *
 * Threads. The link has a thread of its own; messages arrive on the channel's. They meet the user's
 * thread in one place: a mailbox under a mutex that holds the newest message of each kind. Whoever
 * owns the model empties it with link_take(), so the model itself needs no locks.
 */
#ifndef TWIN_LINK_H
#define TWIN_LINK_H

#include "clients/c/tifo.h"
#include "twin/model.h"

#include <stdbool.h>
#include <stdint.h>

struct link;

/* Starts to connect; the server's strings outlive the link. `wake` is called from the link's
 * threads whenever there is something to take; it must not block. */
struct link *link_open(const struct tifo_server *server, void (*wake)(void *ctx), void *ctx);
/* Plays a tape instead, at so many stadium seconds a second; 0: a step of a second with every
 * link_take(). NULL: `why` (>= 400 bytes) says what is wrong with it. */
struct link *link_play(const char *path, double speed, void (*wake)(void *ctx), void *ctx,
                       char *why, size_t why_size);
void link_close(struct link *link); /* Waits for its threads. NULL is accepted. */

/* Moves what has arrived into the model; true when something changed, the contact included.
 * `problem` (>= 160 bytes) says what is wrong with a venue that had to be refused, else "". */
bool link_take(struct link *link, struct model *model, char *problem, size_t problem_size);

/* How the contact stands, without taking anything. */
struct link_status {
    bool ever_live; /* There was contact at some time. */
    bool live;
    int64_t lost_for_ms; /* Since contact was lost or, before there was any, since link_open(). */
};
struct link_status link_status(struct link *link);

#endif
