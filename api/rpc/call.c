#include "api/rpc/call.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "api/rpc/server.h"
#include "api/rpc/text.h"

/* ---- For transports ------------------------------------------------------------------------- */

bool rpc_call_unpack(struct rpc_call *call, struct rpc_arena *arena, const uint8_t *bytes,
                     size_t size)
{
    ProtobufCAllocator allocator = rpc_arena_allocator(arena);
    call->request = protobuf_c_message_unpack(call->method->input, &allocator, size, bytes);
    const char *fault = call->request ? rpc_text_fault(call->request) : NULL;
    if (call->request && !fault)
        return true;

    char message[256];
    if (fault) {
        call->request = NULL;
        snprintf(message, sizeof message, "%.100s: the text is not UTF-8; encode it so", fault);
        rpc_fail(call, &(struct rpc_error){
                           .code = RPC_INVALID_ARGUMENT, .message = message, .field = fault });
    } else if (arena->exhausted) {
        snprintf(message, sizeof message,
                 "the request needs more than %zu bytes of memory; send less at a time",
                 arena->limit_bytes);
        rpc_fail(call, &(struct rpc_error){ .code = RPC_RESOURCE_EXHAUSTED, .message = message });
    } else {
        snprintf(message, sizeof message,
                 "the request is not a well-formed %s; check the client's .proto",
                 call->method->input->name);
        rpc_fail(call, &(struct rpc_error){ .code = RPC_INVALID_ARGUMENT, .message = message });
    }
    return false;
}

void rpc_call_handle(struct rpc_call *call)
{
    call->handled = true;
    call->method->row->handle(call, call->method->ctx);
}

void rpc_call_ended(struct rpc_call *call)
{
    if (call->handled && call->method->row->ended)
        call->method->row->ended(call, call->method->ctx);
    rpc_intercept_end(call);
}

/* ---- For handlers --------------------------------------------------------------------------- */

const ProtobufCMessage *rpc_request(const struct rpc_call *call)
{
    return call->request;
}

const char *rpc_method_path(const struct rpc_call *call)
{
    return call->path;
}

/* Const for the caller: what is copied into the arena on the way is nobody's business. */
const char *rpc_peer(const struct rpc_call *call)
{
    return call->ops->peer((struct rpc_call *)call);
}

static const char *certified(const struct rpc_call *call, const char *property, size_t index)
{
    struct rpc_call *own = (struct rpc_call *)call;
    return call->ops->certified ? call->ops->certified(own, property, index) : NULL;
}

bool rpc_peer_is_certified(const struct rpc_call *call)
{
    return certified(call, RPC_CERTIFICATE, 0) != NULL;
}

const char *rpc_peer_identity(const struct rpc_call *call)
{
    const char *name = certified(call, RPC_COMMON_NAME, 0);
    return name && name[0] ? name : rpc_peer_alternative_name(call, 0);
}

int64_t rpc_peer_expires_s(const struct rpc_call *call)
{
    return call->ops->expires_s ? call->ops->expires_s((struct rpc_call *)call) : 0;
}

const char *rpc_peer_alternative_name(const struct rpc_call *call, size_t index)
{
    return certified(call, RPC_ALTERNATIVE_NAME, index);
}

const char *rpc_metadata(const struct rpc_call *call, const char *key)
{
    size_t size;
    return call->ops->metadata((struct rpc_call *)call, key, &size);
}

const void *rpc_metadata_bytes(const struct rpc_call *call, const char *key, size_t *size)
{
    *size = 0;
    return call->ops->metadata((struct rpc_call *)call, key, size);
}

bool rpc_request_compressed(const struct rpc_call *call)
{
    return call->compressed;
}

int64_t rpc_deadline_left_ms(const struct rpc_call *call)
{
    return call->ops->deadline_left_ms(call);
}

bool rpc_cancelled(const struct rpc_call *call)
{
    return atomic_load_explicit(&call->cancelled, memory_order_relaxed) ||
           call->ops->deadline_left_ms(call) == 0;
}

void *rpc_alloc(struct rpc_call *call, size_t size)
{
    void *memory = rpc_arena_alloc(&call->arena, size);
    assert(memory && "rpc_alloc: beyond the arena's limit");
    return memset(memory, 0, size);
}

void **rpc_slot(struct rpc_call *call)
{
    return &call->slot;
}

static void add_entry(struct rpc_call *call, struct rpc_entry **list, const char *key,
                      const void *value, size_t size)
{
    struct rpc_entry *entry = rpc_alloc(call, sizeof *entry);
    entry->key = rpc_arena_string(&call->arena, key, strlen(key));
    entry->value = rpc_arena_string(&call->arena, value, size);
    entry->size = size;
    assert(entry->key && entry->value);
    while (*list)
        list = &(*list)->next;
    *list = entry;
}

void rpc_header(struct rpc_call *call, const char *key, const char *value)
{
    rpc_header_bytes(call, key, value, strlen(value));
}

void rpc_header_bytes(struct rpc_call *call, const char *key, const void *value, size_t size)
{
    assert(!call->headers_sent && "initial metadata comes before the first message");
    add_entry(call, &call->headers, key, value, size);
}

void rpc_trailer(struct rpc_call *call, const char *key, const char *value)
{
    rpc_trailer_bytes(call, key, value, strlen(value));
}

void rpc_trailer_bytes(struct rpc_call *call, const char *key, const void *value, size_t size)
{
    add_entry(call, &call->trailers, key, value, size);
}

void rpc_compress(struct rpc_call *call, enum rpc_compression compression)
{
    if (compression == RPC_COMPRESSION_DEFAULT)
        compression = call->server->compression;
    call->compression = compression;
    if (call->encoding == RPC_COMPRESSION_DEFAULT && compression != RPC_COMPRESSION_NONE &&
        !call->headers_sent)
        call->encoding = compression;
}

/* A call is answered once: a second answer may find another call in the same memory. */
static void take_answer(struct rpc_call *call)
{
    bool before = atomic_exchange_explicit(&call->answered, true, memory_order_acq_rel);
    assert(!before && "a call is answered once");
    (void)before;
}

void rpc_reply(struct rpc_call *call, const ProtobufCMessage *reply)
{
    assert(reply->descriptor == call->method->output);
    assert(call->method->row->kind == RPC_UNARY || call->method->row->kind == RPC_CLIENT_STREAM);
    take_answer(call);
    call->ops->answer(call, reply, NULL);
}

void rpc_reply_packed(struct rpc_call *call, const uint8_t *reply, size_t size)
{
    assert(call->method->row->kind == RPC_UNARY || call->method->row->kind == RPC_CLIENT_STREAM);
    take_answer(call);
    call->packed_reply = reply ? reply : (const uint8_t *)"";
    call->packed_reply_size = size;
    call->ops->answer(call, NULL, NULL);
}

void rpc_fail(struct rpc_call *call, const struct rpc_error *error)
{
    assert(error->code != RPC_OK);
    take_answer(call);
    rpc_intercept_fail(call, error);
    call->ops->answer(call, NULL, error);
}

void rpc_send(struct rpc_call *call, const ProtobufCMessage *message)
{
    assert(message->descriptor == call->method->output);
    assert(rpc_kind_sends(call->method->row->kind));
    assert(!atomic_load_explicit(&call->answered, memory_order_relaxed) && "sent after the end");
    call->ops->send(call, message);
}

void rpc_finish(struct rpc_call *call)
{
    assert(call->method->row->kind == RPC_SERVER_STREAM || rpc_kind_sends(call->method->row->kind));
    take_answer(call);
    call->ops->answer(call, NULL, NULL);
}

void rpc_topic_subscribe(struct rpc_topic *topic, struct rpc_call *call)
{
    assert(call->method->row->kind == RPC_SERVER_STREAM);
    take_answer(call);
    call->ops->subscribe(call, topic);
}

void rpc_topic_follow(struct rpc_topic *topic, struct rpc_call *call,
                      const struct rpc_subscription *subscription)
{
    struct rpc_subscription *own = rpc_alloc(call, sizeof *own);
    *own = *subscription;
    call->subscription = own;
    rpc_topic_subscribe(topic, call);
}
