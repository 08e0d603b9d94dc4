/*
 * A stream that its clients go on with where it ended: a topic with an epoch, and with its last
 * changes for whoever was away for a while. Streams that tell everything in each message keep no
 * changes: whoever comes back hears whether anything has happened since, and if so all of it.
 *
 * Requests have `after_seq` and `epoch`; messages `from_seq`, `to_seq`, `epoch` and `recovery`, as
 * live.proto says them.
 */
#ifndef SERVICES_STREAM_H
#define SERVICES_STREAM_H

#include "api/rpc/rpc.h"
#include "server/app/app.h"
#include "server/wire/check.h"
#include "server/wire/live.h"

/* Changes kept of a topic: a minute of them at their highest rate, if they are not too many bytes.
 */
enum {
    STREAM_HISTORY = 240,
    STREAM_HISTORY_BYTES = 512 << 10,
    STREAM_REVIEW_MS = 1000,
    STREAM_PATIENCE = 30,     /* Reviews. */
    STREAM_IDLE_REVIEWS = 60, /* That a topic stays when nobody follows. */
};

/* When a slow stream and one of a caller whose time is over end. */
extern const struct rpc_error stream_too_slow, stream_expired;

/* What a stream that asks to go on is told first, as bytes of the message's field `number`. */
typedef uint8_t stream_recovery[2];
#define STREAM_RECOVERIES(number)                                                                  \
    {                                                                                              \
        { (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED },                       \
            { (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_TOO_OLD },                     \
        {                                                                                          \
            (number) << 3, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH                      \
        }                                                                                          \
    }
/* Follows the topic from after_seq on (0: from the beginning); `said`: the three of them, lasting.
 */
void stream_follow_topic(struct rpc_topic *topic, struct rpc_call *call, uint64_t after_seq,
                         bool same_epoch, const stream_recovery said[3]);

struct services;

/* Fields of the message. */
struct stream_fields {
    uint32_t from_seq, to_seq;
    stream_recovery recovery[3]; /* Of its number: STREAM_RECOVERIES. */
};

struct stream {
    struct stream *next; /* Of the services'. */
    struct rpc_topic *topic;
    const struct stream_fields *fields;
    uint64_t to_seq;       /* Of what was published last; 0: nothing yet. */
    uint32_t idle_reviews; /* Seconds, about, that nobody has followed. */
    char epoch[LIVE_EPOCH_BYTES + 1];
};

/* Gives it its epoch, for a first message that is made before the topic is. */
void stream_name(struct stream *stream, struct services *services);
/* Loop thread; `fields` last. With changes, a minute of them at most is kept. One that has no epoch
 * yet is named. */
void stream_open(struct stream *stream, struct services *services,
                 const struct stream_fields *fields, bool changes);
/* One that was never opened is accepted. */
void stream_close(struct stream *stream, struct services *services);

/* Loop thread. `change` is from stream->to_seq on, NULL: all get `whole`. */
void stream_publish(struct stream *stream, uint64_t to_seq, const ProtobufCMessage *change,
                    const ProtobufCMessage *whole);

/* After a refusal false. */
bool stream_check(const struct check *check, uint64_t after_seq, const char *epoch);
/* Any thread; the stream was opened. */
void stream_follow(struct stream *stream, struct rpc_call *call, uint64_t after_seq,
                   const char *epoch);

/* Looks after the streams of all services. */
void stream_review_init(struct services *services);

#endif
