#include "api/rpc/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/call.h"
#include "api/rpc/metadata.h"
#include "api/rpc/server.h"
#include "api/rpc/status.h"
#include "api/rpc/topic.h"

struct queued_frame {
    struct queued_frame *next;
    struct rpc_frame *frame;
};

/* Two sides hold it: the client until rpc_memory_destroy(), the service until the call is over. */
struct rpc_memory_call {
    struct rpc_call call;                    /* First. */
    struct rpc_memory_call *previous, *next; /* Of the server. */
    struct rpc_metadata_entry *metadata;     /* In the arena. */
    size_t metadata_count;
    struct rpc_arena message_arena; /* Of a stream of requests: the message at hand. */
    struct queued_frame *frames, **last_frame;
    struct rpc_status status;

    struct rpc_topic *topic; /* Subscribed to. */
    struct rpc_memory_call *previous_subscriber, *next_subscriber;

    bool in_handler;
    bool owed;      /* The service has all it needs and must answer. */
    bool ended;     /* As the client sees it: `status` holds. */
    bool over;      /* As the service sees it. */
    bool destroyed; /* By the client. */
};

static void push(struct rpc_memory_call *call, struct rpc_frame *frame)
{
    struct queued_frame *queued = rpc_new(sizeof *queued);
    queued->frame = rpc_frame_hold(frame);
    *call->last_frame = queued;
    call->last_frame = &queued->next;
}

/* Takes the frame over. */
static void send_frame(struct rpc_memory_call *call, struct rpc_frame *frame)
{
    if (!call->ended)
        push(call, frame);
    rpc_frame_release(frame);
    call->call.headers_sent = true;
}

static void send(struct rpc_call *base, const ProtobufCMessage *message)
{
    send_frame((struct rpc_memory_call *)base, rpc_frame_create(message));
}

/* ---- Ending --------------------------------------------------------------------------------- */

static void free_call(struct rpc_memory_call *call)
{
    while (call->frames) {
        struct queued_frame *queued = call->frames;
        call->frames = queued->next;
        rpc_frame_release(queued->frame);
        free(queued);
    }
    rpc_status_fini(&call->status);
    free(call);
}

static void unsubscribe(struct rpc_memory_call *call)
{
    struct rpc_topic *topic = call->topic;
    if (!topic)
        return;
    pthread_mutex_lock(&topic->lock);
    if (call->previous_subscriber)
        call->previous_subscriber->next_subscriber = call->next_subscriber;
    else
        topic->memory = call->next_subscriber;
    if (call->next_subscriber)
        call->next_subscriber->previous_subscriber = call->previous_subscriber;
    pthread_mutex_unlock(&topic->lock);
    call->topic = NULL;
    atomic_fetch_sub(&topic->memory_subscribers, 1);
    rpc_topic_release(topic);
}

/* The service has let go. Inside a handler it waits for the handler to return, as on the wire. */
static void let_go(struct rpc_memory_call *call)
{
    if (call->over || call->in_handler)
        return;
    struct rpc_server *server = call->call.server;
    unsubscribe(call);
    rpc_call_ended(&call->call);
    call->over = true;
    rpc_arena_fini(&call->message_arena);
    rpc_arena_fini(&call->call.arena);
    if (call->previous)
        call->previous->next = call->next;
    else
        server->memory_calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    pthread_mutex_lock(&server->lock);
    server->memory_ended++;
    pthread_mutex_unlock(&server->lock);
    if (call->destroyed)
        free_call(call);
}

static void copy_entries(struct rpc_metadata_list *list, const struct rpc_entry *entries)
{
    size_t count = 0;
    for (const struct rpc_entry *each = entries; each; each = each->next)
        count++;
    rpc_metadata_list_init(list, count);
    for (size_t i = 0; i < count; i++, entries = entries->next)
        rpc_metadata_list_set(list, i, entries->key, strlen(entries->key), entries->value,
                              entries->size);
}

static void end_with(struct rpc_memory_call *call, const struct rpc_error *error)
{
    if (call->ended) /* Cancelled before. */
        return;
    call->ended = true;
    if (error) {
        size_t size = 0;
        uint8_t *details = rpc_error_pack(error, &size);
        rpc_status_set(&call->status, error->code, error->message,
                       error->message ? strlen(error->message) : 0, details, size);
        free(details);
    }
    copy_entries(&call->status.header, call->call.headers);
    copy_entries(&call->status.trailer, call->call.trailers);
}

static void answer(struct rpc_call *base, const ProtobufCMessage *reply,
                   const struct rpc_error *error)
{
    struct rpc_memory_call *call = (struct rpc_memory_call *)base;
    if (reply)
        send(base, reply);
    else if (base->packed_reply)
        send_frame(call, rpc_frame_copy(base->packed_reply, base->packed_reply_size));
    end_with(call, error);
    let_go(call);
}

/* What it is sent first, as one frame. */
static void push_first(struct rpc_memory_call *call, struct rpc_topic *topic,
                       const struct rpc_topic_now *now)
{
    struct rpc_delivery delivery;
    size_t size = 0;
    rpc_topic_deliver(topic, now, 0, call->call.subscription, &delivery);
    for (size_t i = 0; i < delivery.count; i++)
        size += delivery.frames[i]->size;
    uint8_t *bytes = rpc_new(size + delivery.own_size + 1), *at = bytes;
    for (size_t i = 0; i < delivery.count; i++) {
        memcpy(at, delivery.frames[i]->bytes, delivery.frames[i]->size);
        at += delivery.frames[i]->size;
    }
    memcpy(at, delivery.own, delivery.own_size);
    send_frame(call, rpc_frame_copy(bytes, size + delivery.own_size));
    free(bytes);
    rpc_delivery_release(&delivery);
}

/* ---- What handlers ask ---------------------------------------------------------------------- */

static void subscribe(struct rpc_call *base, struct rpc_topic *topic)
{
    struct rpc_memory_call *call = (struct rpc_memory_call *)base;
    rpc_topic_hold(topic);
    atomic_fetch_add(&topic->memory_subscribers, 1);
    pthread_mutex_lock(&topic->lock);
    call->topic = topic;
    call->next_subscriber = topic->memory;
    if (topic->memory)
        topic->memory->previous_subscriber = call;
    topic->memory = call;
    bool is_closed = topic->closed;
    pthread_mutex_unlock(&topic->lock);
    struct rpc_topic_now now = rpc_topic_now(topic);
    if (now.frame)
        push_first(call, topic, &now);
    rpc_topic_now_release(&now);
    if (is_closed)
        end_with(call, topic->why);
    if (call->ended)
        let_go(call);
}

static const char *metadata(struct rpc_call *base, const char *key, size_t *size)
{
    const struct rpc_memory_call *call = (const struct rpc_memory_call *)base;
    for (size_t i = 0; i < call->metadata_count; i++)
        if (strcmp(call->metadata[i].key, key) == 0) {
            *size = call->metadata[i].size;
            return call->metadata[i].value;
        }
    return NULL;
}

static const char *peer(struct rpc_call *base)
{
    (void)base;
    return "memory";
}

static int64_t deadline_left_ms(const struct rpc_call *base)
{
    (void)base;
    return INT64_MAX;
}

static const struct rpc_call_ops memory_ops = {
    .answer = answer,
    .subscribe = subscribe,
    .send = send,
    .metadata = metadata,
    .peer = peer,
    .deadline_left_ms = deadline_left_ms,
};

/* ---- For topics and the server -------------------------------------------------------------- */

void rpc_memory_publish(struct rpc_memory_call *first, struct rpc_frame *frame)
{
    for (struct rpc_memory_call *call = first; call; call = call->next_subscriber) {
        push(call, frame);
        atomic_fetch_add_explicit(&call->call.server->frames_sent, 1, memory_order_relaxed);
    }
}

void rpc_memory_finish_all(struct rpc_topic *topic)
{
    struct rpc_memory_call *next;
    for (struct rpc_memory_call *call = topic->memory; call; call = next) {
        next = call->next_subscriber;
        end_with(call, topic->why);
        let_go(call);
    }
}

void rpc_memory_review_all(struct rpc_topic *topic, int64_t now_s)
{
    struct rpc_memory_call *next;
    for (struct rpc_memory_call *call = topic->memory; call; call = next) {
        next = call->next_subscriber;
        if (!rpc_subscription_is_over(topic, call->call.subscription, now_s))
            continue;
        end_with(call, topic->options.expired);
        let_go(call);
    }
}

void rpc_memory_cancel_all(struct rpc_server *server)
{
    struct rpc_memory_call *next;
    for (struct rpc_memory_call *call = server->memory_calls; call; call = next) {
        next = call->next;
        rpc_memory_cancel(call);
    }
}

/* ---- The client's side ---------------------------------------------------------------------- */

static void run_handler(struct rpc_memory_call *call)
{
    call->in_handler = true;
    rpc_call_handle(&call->call);
    call->in_handler = false;
    bool is_answered = atomic_load(&call->call.answered);
    if (is_answered && (!call->topic || call->ended))
        let_go(call);
}

/* Through bytes, as the wire would. */
static bool hand_over(struct rpc_memory_call *call, struct rpc_arena *arena,
                      const ProtobufCMessage *message)
{
    assert(message->descriptor == call->call.method->input);
    struct rpc_frame *frame = rpc_frame_create(message);
    bool taken = rpc_call_unpack(&call->call, arena, frame->bytes, frame->size);
    rpc_frame_release(frame);
    return taken;
}

static void copy_metadata(struct rpc_memory_call *call, const struct rpc_metadata_entry *entries,
                          size_t count)
{
    call->metadata = rpc_alloc(&call->call, count * sizeof *entries + 1);
    call->metadata_count = count;
    for (size_t i = 0; i < count; i++) {
        struct rpc_arena *arena = &call->call.arena;
        call->metadata[i].key = rpc_arena_string(arena, entries[i].key, strlen(entries[i].key));
        call->metadata[i].size = rpc_metadata_size(&entries[i]);
        call->metadata[i].value = rpc_arena_string(arena, entries[i].value, call->metadata[i].size);
    }
}

static struct rpc_memory_call *create(struct rpc_server *server)
{
    struct rpc_memory_call *call = rpc_new(sizeof *call);
    size_t limit = (size_t)server->max_message_bytes * RPC_ARENA_FACTOR;
    call->call.ops = &memory_ops;
    call->call.server = server;
    call->last_frame = &call->frames;
    rpc_arena_init(&call->call.arena, NULL, 0, limit);
    rpc_arena_init(&call->message_arena, NULL, 0, limit);
    call->next = server->memory_calls;
    if (call->next)
        call->next->previous = call;
    server->memory_calls = call;
    pthread_mutex_lock(&server->lock);
    server->memory_started++;
    pthread_mutex_unlock(&server->lock);
    return call;
}

struct rpc_memory_call *rpc_memory_start(struct rpc_server *server, const char *path,
                                         const struct rpc_metadata_entry *entries, size_t count,
                                         const ProtobufCMessage *request)
{
    struct rpc_memory_call *call = create(server);
    call->call.method = rpc_method_table_find(&server->methods, path);
    call->call.path = rpc_arena_string(&call->call.arena, path, strlen(path));
    if (server->drained) {
        rpc_fail(&call->call, &(struct rpc_error){ .code = RPC_UNAVAILABLE,
                                                   .message = "the server has shut down" });
        return call;
    }
    copy_metadata(call, entries, count);
    if (!rpc_intercept_begin(&call->call))
        return call;
    if (!call->call.method) {
        atomic_fetch_add(&server->unimplemented, 1);
        rpc_fail(&call->call, &(struct rpc_error){ .code = RPC_UNIMPLEMENTED,
                                                   .message = "this server has no such method" });
        return call;
    }
    if (rpc_kind_takes_stream(call->call.method->row->kind)) {
        if (request)
            rpc_memory_send(call, request);
        return call;
    }
    call->owed = true;
    if (hand_over(call, &call->call.arena, request))
        run_handler(call);
    return call;
}

void rpc_memory_send(struct rpc_memory_call *call, const ProtobufCMessage *message)
{
    if (call->ended)
        return;
    assert(rpc_kind_takes_stream(call->call.method->row->kind) && !call->owed);
    if (!message) {
        call->owed = true;
        run_handler(call);
        return;
    }
    if (!hand_over(call, &call->message_arena, message))
        return;
    run_handler(call);
    if (call->over)
        return;
    call->call.request = NULL;
    rpc_arena_reset(&call->message_arena);
}

/* A server stream without a topic: all it has sent is taken, or nobody takes it any more. */
static void send_more(struct rpc_memory_call *call)
{
    if (call->over || call->call.method->row->kind != RPC_SERVER_SEND ||
        atomic_load(&call->call.answered))
        return;
    call->call.request = NULL;
    run_handler(call);
}

ProtobufCMessage *rpc_memory_next(struct rpc_memory_call *call)
{
    struct queued_frame *queued = call->frames;
    if (!queued)
        return NULL;
    call->frames = queued->next;
    if (!call->frames)
        call->last_frame = &call->frames;
    ProtobufCMessage *message = protobuf_c_message_unpack(
        call->call.method->output, NULL, queued->frame->size, queued->frame->bytes);
    assert(message);
    rpc_frame_release(queued->frame);
    free(queued);
    if (!call->frames)
        send_more(call);
    return message;
}

bool rpc_memory_ended(struct rpc_memory_call *call, struct rpc_status *status)
{
    if (call->ended && status) {
        const struct rpc_error said = { .code = call->status.code,
                                        .message = call->status.message,
                                        .reason = call->status.reason,
                                        .domain = call->status.domain,
                                        .field = call->status.field,
                                        .retry_after_ms = call->status.retry_after_ms };
        size_t size = 0;
        uint8_t *details = rpc_error_pack(&said, &size);
        rpc_status_set(status, said.code, said.message, said.message ? strlen(said.message) : 0,
                       details, size);
        free(details);
        rpc_metadata_list_copy(&status->header, &call->status.header);
        rpc_metadata_list_copy(&status->trailer, &call->status.trailer);
    }
    return call->ended;
}

void rpc_memory_cancel(struct rpc_memory_call *call)
{
    if (call->ended)
        return;
    atomic_store(&call->call.cancelled, true);
    end_with(call, &(struct rpc_error){ .code = RPC_CANCELLED, .message = "cancelled" });
    if (call->topic || !call->owed)
        let_go(call);
    else if (call->frames)
        send_more(call);
}

void rpc_memory_destroy(struct rpc_memory_call *call)
{
    if (!call)
        return;
    rpc_memory_cancel(call);
    call->destroyed = true;
    if (call->over)
        free_call(call);
}
