/*
 * Takes orders to tifod and brings back what became of them, one after the other, on a thread and a
 * connection of its own: a slow answer holds up neither the picture nor the streams.
 */
#ifndef TWIN_SENDER_H
#define TWIN_SENDER_H

#include "clients/c/tifo.h"
#include "twin/order.h"

struct sender;

/* The server's strings outlive the sender; `caller` is who asks. `wake` is called from the sender's
 * thread when there is something to take; it must not block. */
struct sender *sender_open(const struct tifo_server *server, const char *caller,
                           void (*wake)(void *ctx), void *ctx);
/* Waits for an answer that is under way, a few seconds at most. NULL is accepted. */
void sender_close(struct sender *sender);

/* False: as many orders wait as it takes. */
bool sender_send(struct sender *sender, const char *venue_id, const struct order *order);
bool sender_take(struct sender *sender, struct outcome *out);

#endif
