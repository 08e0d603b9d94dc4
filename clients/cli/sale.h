/* What the files of `tifo sale simulate` share. */
#ifndef CLIENTS_CLI_SALE_H
#define CLIENTS_CLI_SALE_H

#include <pthread.h>
#include <stdatomic.h>

#include "clients/c/waiting.h"
#include "clients/cli/selling.h"

enum {
    AT_ONCE_MAX = 1024,
    SHARE = 32, /* Buyers at once on one connection; and streams of waiting people. */
    BUYER_SIZE = 24,
    SALE_REASON = 40,
};

/* When anything happened last in the waiting room, and what there was then. */
struct sale_stall {
    double since_s; /* 0: not looked at yet. */
    uint32_t served, let_in, finished;
    int64_t clock_ms; /* Of a driven clock, at the last question. */
    bool told;
};

struct sale {
    char event[EVENT_ID_SIZE];
    uint32_t buyers, at_once, seats_each;
    uint64_t run; /* Of this run's keys. */
    uint32_t seat_count, *free_seats, free_count;
    _Atomic uint32_t *owners;      /* By seat: 1 + buyer. */
    char (*orders)[EVENT_ID_SIZE]; /* By buyer; empty: none. */
    struct rpc_channel *channels[AT_ONCE_MAX / SHARE + 1];

    struct tifo_waiting *waiting; /* NULL: there is no waiting room. */
    struct sale_party *parties;
    struct sale_stall stall;

    atomic_uint next, finished, working, sold, gone, refused, unknown, wrong;
    atomic_uint_fast64_t seen; /* The highest seq that anybody was told. */
    bool looks;                /* What was bought is asked for again. */
};

struct worker {
    pthread_t thread;
    struct sale *sale;
    struct rpc_channel *channel;
    uint64_t state;                /* Of its dice. */
    struct tifo_waiting_next next; /* Whom it serves. */
};

void sale_buyer(char name[BUYER_SIZE], uint32_t buyer);
double sale_now_s(void);
/* The first that is wrong is told. */
void sale_complain(struct sale *sale, const char *who, const char *what);
/* `key` NULL: a read. What has no answer is asked again under its key, and what there was no room
 * for, when there may be. NULL: refused, or nobody knows, and the reason. */
void *sale_call(struct worker *worker, const char *caller,
                const ProtobufCServiceDescriptor *service, const char *method, const char *key,
                const void *request, char reason[SALE_REASON]);

/* ---- sale_room.c: where the event has a waiting room -------------------------------------------
 */

/* All buyers enter, behind gateways of up to 1,000; without a room nothing is done. False after a
 * sentence. */
bool sale_room_open(struct server_link *link, struct sale *sale, struct worker *workers);
/* Waits until somebody is let in: worker->next is who. False: all have gone, or it is over. */
bool sale_room_next(struct worker *worker);
/* Who does not buy leaves. */
void sale_room_served(struct worker *worker, bool bought);
/* Whoever is still in line leaves. */
void sale_room_close(struct sale *sale, struct worker *workers);
void sale_room_fini(struct sale *sale);

/* ---- sale_stall.c ------------------------------------------------------------------------------
 */

/* Now and then, by one thread: nobody is let in and nobody will be? Then it says why, and the sale
 * is over. */
void sale_stall_look(struct server_link *link, struct sale *sale);

#endif
