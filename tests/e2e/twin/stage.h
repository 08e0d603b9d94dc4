/*
 * A server that tells the twin a made-up match day over a real socket: the hand-drawn ground, calm
 * for a while, then a jam at a shut gate (tests/unit/twin/states.h).
 */
#ifndef TESTS_E2E_TWIN_STAGE_H
#define TESTS_E2E_TWIN_STAGE_H

#include "api/rpc/rpc.h"
#include "tests/unit/twin/states.h"

#include <pthread.h>

struct stage {
    struct rpc_server *server;
    pthread_mutex_t opening; /* Held until the topics are there: calls come on other threads. */
    struct rpc_topic *crowd, *guidance, *positions;
    Tifo__V1__Venue *venue;
    char address[32];

    /* What was asked for, under `opening`; 0: nothing yet. */
    uint32_t acknowledged, shelved, shelved_s;
    Tifo__V1__GateMode gate_mode;
    uint32_t gate;
    char caller[65], reason[201];
};

void stage_open(struct stage *stage);
/* On another ground, which becomes the stage's. */
void stage_open_on(struct stage *stage, Tifo__V1__Venue *venue);
void stage_close(struct stage *stage);
/* Publishes one moment to everyone who watches. */
void stage_show(struct stage *stage, enum moment moment, int64_t at_ms);
/* What has been asked for so far. */
struct stage stage_asked(struct stage *stage);
/* How many streams are being watched: a twin that follows holds three. */
size_t stage_watchers(const struct stage *stage);

#endif
