/*
 * An on-sale, from the first who waits to the last who goes: a tifod of its own, gateways with up
 * to 1,000 people behind one stream each, people who hold their own stream, a waiting room, and as
 * many seats as there are. All that anybody asks and hears is in one history, for
 * tests/storm/checker.
 */
#ifndef TESTS_E2E_ONSALE_H
#define TESTS_E2E_ONSALE_H

#include "clients/c/waiting.h"
#include "server/base/prng.h"
#include "tests/storm/checker/history.h"
#include "tests/support/process.h"
#include "tifo/v1/seats.pb-c.h"

#include <pthread.h>
#include <stdatomic.h>

enum { EVENT_ID = 40, PERSON_ID = 24, SEATS_EACH = 4 };

struct rpc_channel;
struct rpc_watch;

struct onsale_options {
    uint32_t buyers; /* Behind gateways, */
    uint32_t party;  /* so many behind one, */
    uint32_t alone;  /* and those with a stream of their own. */
    uint32_t seats;  /* On sale: whole blocks, so many or a little more. */
    uint32_t workers;
    uint32_t rate, active; /* Of the waiting room. */
    const char *venue;     /* A file. */
    uint64_t seed;
};

struct onsale {
    struct onsale_options options;
    char folder[64], data[96];
    struct process server;
    struct rpc_channel *office;
    char event[EVENT_ID];
    uint8_t commitment[32];

    struct tifo_waiting *waiting;
    struct party_stream *streams;  /* One a party. */
    struct rpc_channel **channels; /* Of streams. */
    uint32_t channel_count;
    struct rpc_watch *seats_watch;

    pthread_mutex_t mutex;
    /* Under the mutex: */
    struct history history;
    uint32_t *free_seats, free_count; /* As buyers believe; each once, */
    uint32_t *free_at;                /* by seat: where it is among them. */
    uint32_t seat_count;              /* That are on sale. */

    atomic_uint sold, bought, gave_up, gave_back, declined, retries, unknown, wrong;
    _Atomic uint64_t calls;
};

/* ---- calls.c ----------------------------------------------------------------------- */

struct caller {
    struct onsale *sale;
    struct rpc_channel *channel;
    const char *name;
};
/* A call, noted in the history. `key` NULL: a read. Asked again under its key when there was no
 * room for it, or no answer came. NULL: refused, and why (of 40 bytes, may be NULL) is the reason.
 */
void *onsale_call(const struct caller *caller, const ProtobufCServiceDescriptor *service,
                  const char *method, const char *key, const void *request, char *why);
void onsale_drop(void *message);
/* Something is not as it has to be: the first is told. */
void onsale_complain(struct onsale *sale, const char *who, const char *what);
void onsale_person(char name[PERSON_ID], uint32_t person);
double onsale_now_s(void);

/* ---- room.c: those who wait ---------------------------------------------------------- */

/* Everybody gets a place. Then their streams. */
void onsale_enter(struct onsale *sale);
void onsale_follow(struct onsale *sale);
/* Whoever is still there leaves. */
void onsale_leave(struct onsale *sale);
/* The draw is as published, and the line was served in its order. */
void onsale_check_line(struct onsale *sale);
void onsale_hang_up(struct onsale *sale);

/* ---- buyers.c: those who are let in ---------------------------------------------------- */

/* Until the seats are sold, or everybody has gone. */
void onsale_sell(struct onsale *sale);

#endif
