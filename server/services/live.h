/*
 * Who follows which rows: one topic a filter, and a list of the streams. Topics live as long as
 * somebody follows, and a minute longer, so that whoever lost the connection goes on where it was.
 */
#ifndef SERVICES_LIVE_H
#define SERVICES_LIVE_H

#include "server/services/services.h"
#include "server/wire/live.h"

#include <pthread.h>

/* Changes kept of a topic: a minute of them at their highest rate, if they are not too many bytes.
 */
enum {
    LIVE_INTERVAL_MS = 250,
    LIVE_HISTORY = 240,
    LIVE_HISTORY_BYTES = 512 << 10,
    LIVE_FILTERS = 512,
    LIVE_REVIEW_MS = 1000,
    LIVE_PATIENCE = 30,     /* Reviews. */
    LIVE_IDLE_REVIEWS = 60, /* That a topic stays when nobody follows. */
};

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

/* When a slow stream and one of a caller whose time is over end. */
extern const struct rpc_error live_too_slow, live_expired;

/* What a stream that asks to go on is told first, as bytes of the message's field `number`. */
typedef uint8_t live_recovery[2];
#define LIVE_RECOVERIES(number)                                                                    \
    {                                                                                              \
        { (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED },                       \
            { (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_TOO_OLD },                     \
        {                                                                                          \
            (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH                      \
        }                                                                                          \
    }
/* Follows the topic from after_seq on (0: from the beginning); `said`: the three of them, lasting.
 */
void live_follow(struct rpc_topic *topic, struct rpc_call *call, uint64_t after_seq,
                 bool same_epoch, const live_recovery said[3]);

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
