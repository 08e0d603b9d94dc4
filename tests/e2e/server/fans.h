/*
 * People who buy and go in, each a thread with a channel of its own. Whoever does not know what
 * became of a call sends it again under the same key, or gives up. All they do and hear is in one
 * history, for tests/storm/checker.
 */
#ifndef TESTS_E2E_SERVER_FANS_H
#define TESTS_E2E_SERVER_FANS_H

#include "server/base/prng.h"
#include "tests/storm/checker/history.h"
#include "tifo/v1/seats.pb-c.h"

#include <pthread.h>

enum { FANS_MAX = 64, EVENT_ID = 40 };

struct rpc_channel;
struct stage;

struct fan {
    struct stage *stage;
    char name[16];
    struct prng prng;
    uint32_t keys; /* Drawn so far. */
    uint32_t generation;
    struct rpc_channel *channel;
    pthread_t thread;
};

struct stage {
    struct fan fans[FANS_MAX];
    uint32_t fan_count;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* Under the mutex: */
    struct history history;
    uint32_t generation; /* Of the server. */
    char address[64];
    char event[EVENT_ID]; /* What is on sale now; one can join it, and wait for its few places. */
    uint32_t place_type;
    char line[EVENT_ID]; /* On sale, too, behind a waiting room. */
    uint64_t acks;
    bool over;
};

void stage_init(struct stage *stage);
void stage_fini(struct stage *stage);
/* The fans may go to the server at `address`. */
void stage_announce(struct stage *stage, const char *address);
/* A new event is created and published through `channel`, by somebody who insists: from now on fans
 * buy this. */
void stage_sell(struct stage *stage, struct rpc_channel *channel, int64_t starts_ms);
/* Waits until so many more calls have been answered. */
void stage_wait(struct stage *stage, uint64_t more);

/* fans_wait.c: beside what is on sale, what people join, wait for and stand in line for. */
void fans_sell_waiting(struct fan *office, char *event, int64_t starts_ms);
/* One of these. */
void fan_wait(struct fan *fan);

/* fans.c: one call and its record. False: nobody knows what became of it. */
bool fan_call(struct fan *fan, const ProtobufCServiceDescriptor *service, const char *method,
              const char *key, const void *request, ProtobufCMessage **reply);
/* Until there is an answer, or it is given up: NULL then, too. */
void *fan_insist(struct fan *fan, const ProtobufCServiceDescriptor *service, const char *method,
                 bool writes, const void *request);
void fan_buy(struct fan *fan, const Tifo__V1__Hold *hold);

void fans_start(struct stage *stage, uint32_t count, uint64_t seed);
/* Ends them; a server must be there. */
void fans_join(struct stage *stage);

#endif
