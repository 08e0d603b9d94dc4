/*
 * Who follows which rows: one topic a filter, and a list of the streams. Topics live as long as
 * somebody follows, and a minute longer, so that whoever lost the connection goes on where it was.
 */
#ifndef SERVICES_LIVE_H
#define SERVICES_LIVE_H

#include "server/services/services.h"
#include "server/wire/live.h"

#include <pthread.h>

enum { LIVE_INTERVAL_MS = 250, LIVE_FILTERS = 512 };

/* A caller with streams. */
struct live_caller {
    struct live_caller *next; /* In its bucket. */
    uint32_t streams;
    char name[CALLER_BYTES + 1];
};

struct live_topic {
    struct live_topic *next;
    struct rpc_topic *topic;
    uint64_t number;
    atomic_uint_fast64_t to_seq; /* 0: nothing published yet. */
    uint32_t viewers;            /* Under the mutex. */
    uint32_t idle_reviews;
    char epoch[LIVE_EPOCH_BYTES + 1];
    struct live_filter *filter;
};

/* A stream; in its call's memory. */
struct viewer {
    struct viewer *previous, *next;
    struct live *live;
    struct live_topic *topic;
    struct live_caller *caller;
    uint64_t number;
    int64_t since_ms;
};

enum { LIVE_BUCKETS = 1024 };

struct live {
    struct feed feed; /* First. */
    struct feed review;
    struct services *services;
    struct live_rows *rows; /* The loop thread's. */
    struct live_message change, whole;
    bool pending;     /* The rows were updated and wait to be published. */
    uint64_t started; /* Of this process: the first part of every epoch. */

    struct newcomers *newcomers; /* Under the mutex. */
    pthread_mutex_t mutex;       /* For all below; the loop thread alone adds and drops topics. */
    struct live_shape shape;     /* Of the venue, once somebody has watched. */
    struct live_topic *topics;
    uint32_t topic_count;
    uint64_t topics_made, viewers_made;
    struct viewer *first, *last; /* In the order of their numbers. */
    uint32_t viewer_count, caller_count;
    struct live_caller *callers[LIVE_BUCKETS];
};

struct live *live_create(struct services *services);
void live_attach(struct live *live);
void live_destroy(struct live *live); /* NULL is accepted. */

/* ---- viewers.c: with the mutex held ----------------------------------------------------------
 */
/* Before the call follows: whoever it is, is cut to what fits. */
void viewer_enter(struct live *live, struct live_topic *topic, struct rpc_call *call,
                  const char *caller, int64_t now_ms);
/* The call is over: takes the mutex. */
void viewer_leave(struct viewer *viewer);

void count_viewers(struct rpc_call *call, void *ctx);
void list_viewers(struct rpc_call *call, void *ctx);

#endif
