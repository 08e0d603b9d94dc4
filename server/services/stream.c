#include "server/services/stream.h"

#include "server/services/services.h"
#include "server/services/work.h"

#include <inttypes.h>
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const struct rpc_error stream_too_slow = {
    .code = RPC_RESOURCE_EXHAUSTED,
    .message = "the stream took nothing for 30 s while a message waited; read faster, or ask for "
               "less with a filter, and go on with after_seq",
    .reason = "SLOW_CONSUMER",
    .domain = "tifo",
};
const struct rpc_error stream_expired = {
    .code = RPC_UNAUTHENTICATED,
    .message = "the certificate that the stream was opened with has expired; connect with the new "
               "one, and go on with after_seq",
    .reason = "CERTIFICATE_EXPIRED",
    .domain = "tifo",
};

void stream_follow_topic(struct rpc_topic *topic, struct rpc_call *call, uint64_t after_seq,
                         bool same_epoch, const stream_recovery said[3])
{
    struct rpc_subscription subscription = { .resumes = after_seq != 0 && same_epoch,
                                             .after = after_seq,
                                             .expires_s = rpc_peer_expires_s(call) };
    if (after_seq != 0) {
        subscription.recovered = said[0];
        subscription.not_recovered = said[same_epoch ? 1 : 2];
        subscription.recovered_size = subscription.not_recovered_size = sizeof said[0];
    }
    rpc_topic_follow(topic, call, &subscription);
}

void stream_name(struct stream *stream, struct services *services)
{
    snprintf(stream->epoch, sizeof stream->epoch, "%016" PRIx64 "-%" PRIx64, services->started,
             ++services->streams_made);
}

void stream_open(struct stream *stream, struct services *services,
                 const struct stream_fields *fields, bool changes)
{
    const struct rpc_topic_options options = { .history = changes ? STREAM_HISTORY : 1,
                                               .history_bytes = STREAM_HISTORY_BYTES,
                                               .from_field = fields->from_seq,
                                               .to_field = fields->to_seq,
                                               .patience = STREAM_PATIENCE,
                                               .too_slow = &stream_too_slow,
                                               .expired = &stream_expired };
    if (!stream->epoch[0])
        stream_name(stream, services);
    stream->fields = fields;
    stream->topic = rpc_topic_create_with(services->server, &options);
    stream->next = services->streams;
    services->streams = stream;
}

void stream_close(struct stream *stream, struct services *services)
{
    struct stream **at = &services->streams;
    if (!stream->topic)
        return;
    while (*at != stream)
        at = &(*at)->next;
    *at = stream->next;
    rpc_topic_destroy(stream->topic);
    stream->topic = NULL;
}

void stream_publish(struct stream *stream, uint64_t to_seq, const ProtobufCMessage *change,
                    const ProtobufCMessage *whole)
{
    struct arena arena = { 0 };
    struct rpc_packed_update update = { .from = stream->to_seq ? stream->to_seq : to_seq,
                                        .to = to_seq };
    uint8_t *bytes = arena_alloc(&arena, protobuf_c_message_get_packed_size(whole));
    update.whole = bytes;
    update.whole_size = protobuf_c_message_pack(whole, bytes);
    if (change) {
        bytes = arena_alloc(&arena, protobuf_c_message_get_packed_size(change));
        update.change = bytes;
        update.change_size = protobuf_c_message_pack(change, bytes);
    }
    rpc_topic_publish_packed(stream->topic, &update);
    stream->to_seq = to_seq;
    arena_fini(&arena);
}

bool stream_check(const struct check *check, uint64_t after_seq, const char *epoch)
{
    if (strlen(epoch) > LIVE_EPOCH_BYTES)
        return check_refuse(check, "epoch",
                            "is too long; give back the epoch of the stream that ended");
    if (after_seq == 0 && epoch[0])
        return check_refuse(check, "after_seq",
                            "is 0, but an epoch is given; give both, or neither");
    return true;
}

/* The same for a call that is refused at once. */
static bool stream_check_call(struct rpc_call *call, uint64_t after_seq, const char *epoch)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    if (stream_check(&check, after_seq, epoch))
        return true;
    refuse_call(call, &refusal);
    return false;
}

void stream_follow(struct stream *stream, struct rpc_call *call, uint64_t after_seq,
                   const char *epoch)
{
    stream_follow_topic(stream->topic, call, after_seq, strcmp(epoch, stream->epoch) == 0,
                        stream->fields->recovery);
}

void channel_feed_publish(struct feed *feed)
{
    struct channel_feed *own = (struct channel_feed *)feed;
    stream_publish(&own->stream, own->seq, NULL, own->message);
}

void channel_feed_follow(struct channel_feed *feed, struct rpc_call *call, const char *venue_id,
                         uint64_t after_seq, const char *epoch)
{
    if (!atomic_load(&feed->services->attached))
        refuse_call_with(call, STATUS_STARTING, NULL);
    else if (stream_check_call(call, after_seq, epoch) &&
             call_venue(call, feed->services, venue_id))
        stream_follow(&feed->stream, call, after_seq, epoch);
}

/* ---- Review ------------------------------------------------------------------------------------
 */

static struct services *of_review(const struct feed *feed)
{
    return (struct services *)((char *)feed - offsetof(struct services, stream_review));
}

static uint64_t review_version(const struct feed *feed, const struct app *app)
{
    (void)app;
    return of_review(feed)->streams != NULL;
}

static void review(struct feed *feed)
{
    const int64_t now_s = (int64_t)time(NULL);
    for (struct stream *stream = of_review(feed)->streams; stream; stream = stream->next) {
        const bool idle = rpc_topic_subscribers(stream->topic) == 0;
        stream->idle_reviews = idle ? stream->idle_reviews + 1 : 0;
        rpc_topic_review(stream->topic, now_s);
    }
}

void stream_review_init(struct services *services)
{
    services->stream_review = (struct feed){ .interval_ms = STREAM_REVIEW_MS,
                                             .driven_interval_ms = STREAM_REVIEW_MS,
                                             .version = review_version,
                                             .repeats = true,
                                             .publish = review };
    randombytes_buf(&services->started, sizeof services->started);
}
