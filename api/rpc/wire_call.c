#include "api/rpc/wire_call.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/pem.h"
#include "api/rpc/status.h"

enum { SPARE_CALLS = 1024, SPARE_METADATA = 64 };

/* ---- Making, starting, letting go ----------------------------------------------------------- */

void rpc_wire_call_free(struct rpc_wire_call *call)
{
    rpc_wire_bidi_destroy(call->bidi);
    grpc_metadata_array_destroy(&call->metadata);
    free(call);
}

static void recycle(struct rpc_wire_call *call)
{
    struct rpc_wire *wire = call->wire;
    if (call->queue || call->bidi || wire->spare_count == SPARE_CALLS) {
        rpc_wire_call_free(call);
        return;
    }
    if (call->metadata.capacity > SPARE_METADATA) { /* It grows with what a client has sent. */
        grpc_metadata_array_destroy(&call->metadata);
        grpc_metadata_array_init(&call->metadata);
    }
    call->next_spare = wire->spare;
    wire->spare = call;
    wire->spare_count++;
}

static struct rpc_wire_call *find_spare(struct rpc_wire *wire)
{
    struct rpc_wire_call *call = wire->spare;
    if (!call)
        return NULL;
    wire->spare = call->next_spare;
    wire->spare_count--;
    memset(call, 0, offsetof(struct rpc_wire_call, metadata));
    call->metadata.count = 0;
    return call;
}

static void leave_unwatched(struct rpc_wire_call *call)
{
    struct rpc_wire *wire = call->wire;
    struct rpc_wire_call *next = call->next_unwatched, *previous = call->previous_unwatched;
    if (!call->unwatched)
        return;
    call->unwatched = false;
    *(previous ? &previous->next_unwatched : &wire->first_unwatched) = next;
    *(next ? &next->previous_unwatched : &wire->last_unwatched) = previous;
    if (!wire->first_unwatched)
        atomic_store_explicit(&wire->has_unwatched, false, memory_order_relaxed);
}

/* The owning thread, after the last batch. */
static void over(struct rpc_wire_call *call)
{
    struct rpc_server *server = call->wire->server;
    leave_unwatched(call);
    if (call->cancelled) /* Told with the answer's batch. */
        atomic_store(&call->call.cancelled, true);
    rpc_call_ended(&call->call);
    grpc_call_unref(call->grpc);
    grpc_byte_buffer_destroy(call->payload);
    if (!call->waits_for) {
        grpc_slice_unref(call->details.method);
        grpc_slice_unref(call->details.host);
    }
    rpc_arena_fini(&call->message_arena);
    rpc_arena_fini(&call->call.arena);
    rpc_server_call_ended(server, &call->call);
    recycle(call);
}

void rpc_wire_call_unpend(struct rpc_wire_call *call)
{
    assert(call->pending > 0);
    if (--call->pending == 0)
        over(call);
}

/* ---- The answer: any thread ----------------------------------------------------------------- */

void rpc_wire_entries_init(struct rpc_wire_entries *entries, const struct rpc_entry *list)
{
    entries->count = 0;
    for (; list; list = list->next) {
        assert(entries->count < RPC_WIRE_ENTRIES - 1);
        entries->entries[entries->count++] =
            (grpc_metadata){ .key = grpc_slice_from_copied_string(list->key),
                             .value = grpc_slice_from_copied_buffer(list->value, list->size) };
    }
}

void rpc_wire_entries_fini(struct rpc_wire_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        grpc_slice_unref(entries->entries[i].key);
        grpc_slice_unref(entries->entries[i].value);
    }
}

/* gRPC picks the way that a level stands for among those that the client takes: the lowest is gzip
 * and the highest deflate, if there is a choice. */
static grpc_compression_level level_of(enum rpc_compression compression)
{
    return compression == RPC_COMPRESSION_GZIP ? GRPC_COMPRESS_LEVEL_LOW : GRPC_COMPRESS_LEVEL_HIGH;
}

size_t rpc_wire_send_headers(struct rpc_wire_call *call, grpc_op *ops, size_t count,
                             struct rpc_wire_entries *entries)
{
    entries->count = 0;
    if (call->call.headers_sent)
        return count;
    call->call.headers_sent = true;
    rpc_wire_entries_init(entries, call->call.headers);
    struct grpc_op_send_initial_metadata *send = &ops[count].data.send_initial_metadata;
    ops[count].op = GRPC_OP_SEND_INITIAL_METADATA;
    send->count = entries->count;
    send->metadata = entries->entries;
    if (call->call.encoding != RPC_COMPRESSION_DEFAULT) {
        send->maybe_compression_level.is_set = 1;
        send->maybe_compression_level.level = level_of(call->call.encoding);
    }
    return count + 1;
}

uint32_t rpc_wire_message_flags(const struct rpc_wire_call *call)
{
    return call->call.compression == RPC_COMPRESSION_NONE ? GRPC_WRITE_NO_COMPRESS : 0;
}

static void add_details(struct rpc_wire_entries *trailers, const struct rpc_error *error)
{
    size_t size = error ? error->packed_size : 0;
    uint8_t *made = error && !error->packed ? rpc_error_pack(error, &size) : NULL;
    const uint8_t *details = made ? made : error ? error->packed : NULL;
    if (details)
        trailers->entries[trailers->count++] = (grpc_metadata){
            .key = grpc_slice_from_static_string(RPC_DETAILS_KEY),
            .value = grpc_slice_from_copied_buffer((const char *)details, size)
        };
    free(made);
}

grpc_byte_buffer *rpc_wire_pack(const ProtobufCMessage *message)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static grpc_byte_buffer *copy_reply(const struct rpc_call *call)
{
    grpc_slice slice =
        grpc_slice_from_copied_buffer((const char *)call->packed_reply, call->packed_reply_size);
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

void rpc_wire_call_answer(struct rpc_call *base, const ProtobufCMessage *reply,
                          const struct rpc_error *error)
{
    struct rpc_wire_call *call = (struct rpc_wire_call *)base;
    grpc_op ops[4];
    size_t count = 0;
    memset(ops, 0, sizeof ops);
    struct rpc_wire_entries headers, trailers;
    count = rpc_wire_send_headers(call, ops, count, &headers);

    grpc_byte_buffer *buffer = reply                ? rpc_wire_pack(reply)
                               : base->packed_reply ? copy_reply(base)
                                                    : NULL;
    if (buffer) {
        ops[count].op = GRPC_OP_SEND_MESSAGE;
        ops[count].flags = rpc_wire_message_flags(call);
        ops[count++].data.send_message.send_message = buffer;
    }

    rpc_wire_entries_init(&trailers, base->trailers);
    add_details(&trailers, error);
    grpc_slice message =
        grpc_slice_from_copied_string(error && error->message ? error->message : "");
    ops[count].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    struct grpc_op_send_status_from_server *status = &ops[count++].data.send_status_from_server;
    status->status = error ? (grpc_status_code)error->code : GRPC_STATUS_OK;
    status->status_details = error ? &message : NULL;
    status->trailing_metadata_count = trailers.count;
    status->trailing_metadata = trailers.entries;

    /* From here on only addresses of the call are used: with the batch begun it may end any time.
     */
    ops[count].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[count].data.recv_close_on_server.cancelled = &call->cancelled;
    grpc_call *grpc = call->grpc;
    if (!atomic_exchange_explicit(&call->close_started, true, memory_order_acq_rel))
        count++;
    rpc_core_batch(grpc, ops, count, &call->answer_sent);

    grpc_byte_buffer_destroy(buffer);
    grpc_slice_unref(message);
    rpc_wire_entries_fini(&headers);
    rpc_wire_entries_fini(&trailers);
}

static void answer_sent(struct rpc_tag *tag, bool ok)
{
    (void)ok; /* Nobody is left to be told. */
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, answer_sent);
    rpc_wire_call_unpend(call);
}

/* ---- The client goes away ------------------------------------------------------------------- */

static void closed(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, closed);
    if (call->cancelled)
        atomic_store(&call->call.cancelled, true);
    if (call->pending > 1)
        rpc_server_call_gone(call->wire->server, &call->call);
    if (call->cancelled && call->queue) {
        call->client_gone = true;
        rpc_wire_stream_gone(call);
    }
    rpc_wire_call_unpend(call);
}

void rpc_wire_call_watch_close(struct rpc_wire_call *call)
{
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    op.data.recv_close_on_server.cancelled = &call->cancelled;
    call->pending++;
    if (atomic_exchange_explicit(&call->close_started, true, memory_order_acq_rel))
        call->pending--;
    else
        rpc_core_batch(call->grpc, &op, 1, &call->closed);
}

void rpc_wire_call_watch_late(struct rpc_wire_call *call)
{
    struct rpc_wire *wire = call->wire;
    if (atomic_load_explicit(&call->close_started, memory_order_acquire))
        return;
    call->unwatched = true;
    call->unwatched_since = wire->reviews;
    call->next_unwatched = NULL;
    call->previous_unwatched = wire->last_unwatched;
    *(wire->last_unwatched ? &wire->last_unwatched->next_unwatched : &wire->first_unwatched) = call;
    wire->last_unwatched = call;
    if (!call->previous_unwatched)
        atomic_store_explicit(&wire->has_unwatched, true, memory_order_relaxed);
}

/* The first one after a call has come may be at once. */
void rpc_wire_review(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    struct rpc_wire *wire = RPC_TAG_OWNER(tag, struct rpc_wire, review);
    struct rpc_wire_call *call;
    atomic_store(&wire->reviewing, false);
    wire->reviews++;
    while ((call = wire->first_unwatched) && wire->reviews - call->unwatched_since >= 2) {
        leave_unwatched(call);
        rpc_wire_call_watch_close(call);
    }
}

/* ---- Seldom and unknown methods ------------------------------------------------------------- */

static void take_details(struct rpc_wire_call *call)
{
    const grpc_slice *method = &call->details.method;
    const char *path = rpc_arena_string(&call->call.arena, GRPC_SLICE_START_PTR(*method),
                                        GRPC_SLICE_LENGTH(*method));
    call->call.path = path ? path : "";
    call->call.method = rpc_method_table_find(&call->wire->server->methods, call->call.path);
    call->deadline = call->details.deadline;
}

static void request_read(struct rpc_tag *tag, bool ok);

/* gRPC hands a call of a registered method over with its request; this one's is waited for. */
static void await_request(struct rpc_wire_call *call)
{
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &call->payload;
    call->message_read.done = request_read;
    rpc_core_batch(call->grpc, &op, 1, &call->message_read);
}

static void begin_unknown(struct rpc_wire_call *call)
{
    char message[256];
    snprintf(message, sizeof message,
             "this server has no method %.160s; check its name and the server's version",
             call->call.path);
    atomic_fetch_add_explicit(&call->wire->server->unimplemented, 1, memory_order_relaxed);
    rpc_fail(&call->call, &(struct rpc_error){ .code = RPC_UNIMPLEMENTED, .message = message });
}

/* ---- Waiting and being taken ---------------------------------------------------------------- */

static void begin(struct rpc_wire_call *call)
{
    static void (*const begin_kind[])(struct rpc_wire_call * call) = {
        [RPC_UNARY] = rpc_wire_begin_unary,
        [RPC_CLIENT_STREAM] = rpc_wire_begin_request_stream,
        [RPC_SERVER_STREAM] = rpc_wire_begin_server_stream,
        [RPC_BIDI_STREAM] = rpc_wire_begin_request_stream,
        [RPC_SERVER_SEND] = rpc_wire_begin_server_send,
    };
    static const struct rpc_error shutting_down = { .code = RPC_UNAVAILABLE,
                                                    .message =
                                                        "the server is shutting down; try again" };
    call->pending = 1;
    if (!rpc_server_call_started(call->wire->server, &call->call))
        rpc_fail(&call->call, &shutting_down);
    else if (!rpc_intercept_begin(&call->call))
        return;
    else if (call->call.method)
        begin_kind[call->call.method->row->kind](call);
    else
        begin_unknown(call);
}

/* Without a request when the client has gone: nobody hears what it is told then. */
static void request_read(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    begin(RPC_TAG_OWNER(tag, struct rpc_wire_call, message_read));
}

static void accepted(struct rpc_tag *tag, bool ok)
{
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, accepted);
    if (!ok) { /* The server shuts down. */
        rpc_wire_call_free(call);
        return;
    }
    rpc_wire_call_wait(call->wire, call->waits_for, 1);
    if (!call->waits_for)
        take_details(call);
    if (!call->waits_for && call->call.method)
        await_request(call);
    else
        begin(call);
}

/* ---- What handlers ask ---------------------------------------------------------------------- */

static const char *metadata(struct rpc_call *base, const char *key, size_t *size)
{
    struct rpc_wire_call *call = (struct rpc_wire_call *)base;
    for (size_t i = 0; i < call->metadata.count; i++) {
        const grpc_metadata *entry = &call->metadata.metadata[i];
        if (grpc_slice_str_cmp(entry->key, key) != 0)
            continue;
        *size = GRPC_SLICE_LENGTH(entry->value);
        return rpc_arena_string(&base->arena, GRPC_SLICE_START_PTR(entry->value), *size);
    }
    return NULL;
}

static const char *peer(struct rpc_call *base)
{
    char *name = grpc_call_get_peer(((struct rpc_wire_call *)base)->grpc);
    const char *copy = rpc_arena_string(&base->arena, name, strlen(name));
    gpr_free(name);
    return copy;
}

/* A name with a NUL inside is nobody's: cut there it might be somebody else's. There are such
 * properties of certificates alone that the server's CA has signed; to gRPC a client whose
 * certificate has no name is not authenticated, all the same. */
static const char *certified(struct rpc_call *base, const char *property, size_t index)
{
    const char *value = NULL;
    if (!base->server->certificates) /* Nobody can have one: gRPC need not look. */
        return NULL;
    grpc_auth_context *context = grpc_call_auth_context(((struct rpc_wire_call *)base)->grpc);
    if (context) {
        grpc_auth_property_iterator each =
            grpc_auth_context_find_properties_by_name(context, property);
        const grpc_auth_property *found = grpc_auth_property_iterator_next(&each);
        while (found && index-- > 0)
            found = grpc_auth_property_iterator_next(&each);
        if (found && !memchr(found->value, '\0', found->value_length))
            value = rpc_arena_string(&base->arena, found->value, found->value_length);
    }
    grpc_auth_context_release(context);
    return value;
}

static int64_t expires_s(struct rpc_call *base)
{
    int64_t end_s = 0;
    grpc_auth_context *context = grpc_call_auth_context(((struct rpc_wire_call *)base)->grpc);
    if (context) {
        grpc_auth_property_iterator each =
            grpc_auth_context_find_properties_by_name(context, RPC_CERTIFICATE);
        const grpc_auth_property *found = grpc_auth_property_iterator_next(&each);
        if (found)
            end_s = rpc_pem_expires_s(found->value);
    }
    grpc_auth_context_release(context);
    return end_s;
}

static int64_t deadline_left_ms(const struct rpc_call *base)
{
    gpr_timespec deadline = ((const struct rpc_wire_call *)base)->deadline;
    if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0)
        return INT64_MAX;
    gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    return left.tv_sec < 0 ? 0 : left.tv_sec * 1000 + left.tv_nsec / 1000000;
}

static const struct rpc_call_ops wire_ops = {
    .answer = rpc_wire_call_answer,
    .subscribe = rpc_wire_stream_subscribe,
    .metadata = metadata,
    .peer = peer,
    .certified = certified,
    .expires_s = expires_s,
    .deadline_left_ms = deadline_left_ms,
};

static const struct rpc_call_ops sending_ops = {
    .answer = rpc_wire_bidi_answer,
    .send = rpc_wire_bidi_send,
    .metadata = metadata,
    .peer = peer,
    .certified = certified,
    .expires_s = expires_s,
    .deadline_left_ms = deadline_left_ms,
};

static struct rpc_wire_call *create(struct rpc_wire *wire, const struct rpc_method_entry *entry)
{
    bool is_stream = entry && entry->row->kind == RPC_SERVER_STREAM;
    bool is_sending = entry && rpc_kind_sends(entry->row->kind);
    struct rpc_wire_call *call = is_stream || is_sending ? NULL : find_spare(wire);
    const size_t room = is_stream ? RPC_WIRE_STREAM_ROOM : RPC_WIRE_ROOM;
    if (!call) {
        call = rpc_new(sizeof *call + room);
        grpc_metadata_array_init(&call->metadata);
    }
    call->call.ops = is_sending ? &sending_ops : &wire_ops;
    call->bidi = is_sending ? rpc_wire_bidi_create(call) : NULL;
    call->call.server = wire->server;
    call->call.method = entry;
    call->call.path = entry ? entry->path : "";
    rpc_compress(&call->call, RPC_COMPRESSION_DEFAULT);
    rpc_arena_init(&call->call.arena, call->room, room,
                   (size_t)wire->server->max_message_bytes * RPC_ARENA_FACTOR);
    call->wire = wire;
    call->waits_for = entry;
    call->queue = is_stream ? &wire->queues[wire->next_queue++ % wire->queue_count] : NULL;
    call->accepted.done = accepted;
    call->answer_sent.done = answer_sent;
    call->closed.done = closed;
    return call;
}

void rpc_wire_call_wait(struct rpc_wire *wire, const struct rpc_method_entry *entry, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct rpc_wire_call *call = create(wire, entry);
        grpc_call_error error;
        if (!entry) {
            grpc_call_details_init(&call->details);
            error = grpc_server_request_call(wire->grpc, &call->grpc, &call->details,
                                             &call->metadata, wire->cq, wire->cq, &call->accepted);
        } else {
            bool has_payload = !rpc_kind_takes_stream(entry->row->kind);
            error = grpc_server_request_registered_call(
                wire->grpc, entry->registered, &call->grpc, &call->deadline, &call->metadata,
                has_payload ? &call->payload : NULL, call->queue ? call->queue->cq : wire->cq,
                wire->cq, &call->accepted);
        }
        assert(error == GRPC_CALL_OK);
        (void)error;
    }
}
