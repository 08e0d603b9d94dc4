/*
 * Payments that the core wants: asked of the provider in the order of its questions, several at a
 * time, when it is durable that they are wanted, and settled as the answers come. A question that is
 * open after a restart is asked again; of a payment that waits the core makes a new one when it is
 * due.
 */
#ifndef APP_PAYMENTS_H
#define APP_PAYMENTS_H

#include "server/ports/payment.h"

#include <pthread.h>
#include <stdbool.h>

enum { PAYMENTS_AT_ONCE = 64 };

struct payments {
    struct payment_job jobs[PAYMENTS_AT_ONCE];
    struct payment_job *spare;
    uint32_t under_way;
    uint32_t asked;      /* Number of the last question that was asked. */
    uint32_t durable;    /* Number of the last one that is known to be durable. */
    uint32_t marked;     /* The one that will be, when */
    uint64_t marked_seq; /* this fact is; 0: none. */

    pthread_mutex_t mutex;
    struct payment_job *first, **end; /* Answered, oldest first; under the mutex. */
};

struct app;
void payments_init(struct payments *payments, struct app *app);
void payments_fini(struct payments *payments);
/* Loop thread: asks what is to be asked and settles what was answered, as long as the facts that
 * wait for the journal leave room; *settled counts up, and at 256 the rest is left for the next
 * turn. False: nothing was settled. */
bool payments_turn(struct app *app, uint32_t *settled);
/* Driven: while a payment is wanted nothing else goes on, so that the order of things does not hang
 * on how quick the provider is. */
bool payments_hold_up(const struct app *app);

#endif
