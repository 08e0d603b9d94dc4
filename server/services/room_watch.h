/*
 * Who follows a waiting room: those who hear of the room itself share one topic, each stream that
 * follows people has one of its own. All on the loop thread.
 */
#ifndef SERVICES_ROOM_WATCH_H
#define SERVICES_ROOM_WATCH_H

#include "server/services/services.h"

struct room_watch;
/* The watch of an event's room, by index; made when it is first asked for. */
struct room_watch *room_watch_of(struct services *services, const struct app *app, uint32_t event);
/* Before somebody subscribes: what the topic has may be old. */
void room_watch_refresh(struct room_watch *watch, const struct app *app);
/* When what was refreshed is durable. */
void room_watch_subscribe(struct room_watch *watch, struct rpc_call *call);

struct waiters_watch;
/* Where these people are as of now, or the watch of that epoch; to be subscribed, once, when that
 * is durable. */
struct waiters_watch *waiters_watch_create(struct room_watch *room, const struct app *app,
                                           const struct id *persons, uint32_t count,
                                           const char *epoch);
void waiters_watch_subscribe(struct waiters_watch *watch, struct rpc_call *call);

void room_watches_fini(struct services *services);

#endif
