/*
 * Who follows what they wait for: one topic a person, however many streams they have. Topics live
 * as long as somebody follows, and a minute longer, so that whoever lost the connection goes on
 * where it was. All on the loop thread.
 */
#ifndef SERVICES_WAIT_WATCH_H
#define SERVICES_WAIT_WATCH_H

#include "server/services/services.h"

enum {
    WAITS_INTERVAL_MS = 250,
    WAITS_HISTORY = 64, /* Changes kept of a person's. */
    WAITS_TOLD = 32,    /* Entries. */
    WAITS_PEOPLE = 16384,
};

struct wait_watches *wait_watches_create(struct services *services);
void wait_watches_destroy(struct wait_watches *watches); /* NULL is accepted. */

struct wait_watch;
/* In look(): the person's watch as of now; to be followed when that is durable. NULL: there are as
 * many as may be. */
struct wait_watch *wait_watch_of(struct wait_watches *watches, const struct app *app,
                                 const char *person);
void wait_watch_follow(struct wait_watches *watches, struct wait_watch *watch,
                       struct rpc_call *call);

#endif
