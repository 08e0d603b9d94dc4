/*
 * What a call sends one by one: a bidirectional stream, or a server stream without a topic. gRPC
 * takes one message at a time; the others wait here, and with them the end and what comes next: the
 * reading of the next request, or the handler that has more to send. Nothing here counts as
 * `pending`: the answer does, and it goes out after the last message.
 *
 * The handler sends on the calls thread; after the client is done another thread may, while the
 * calls thread hears that a message is taken: hence the lock.
 */
#include <grpc/byte_buffer.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/wire_call.h"

struct waiting_message {
    struct waiting_message *next;
    grpc_byte_buffer *buffer;
    uint32_t flags;
};

struct rpc_wire_bidi {
    struct rpc_wire_call *call;
    struct rpc_tag sent;
    bool read_due; /* The calls thread's: a request is to be read when all is sent. */

    pthread_mutex_t lock;
    struct waiting_message *first, **last;
    bool sending;
    bool ends;      /* The end is given and waits for what is being sent. */
    bool has_error; /* It ends with `error`, otherwise with OK. */
    struct rpc_error error;
};

/* With the lock held. */
static void send_first(struct rpc_wire_bidi *bidi)
{
    struct rpc_wire_call *call = bidi->call;
    struct waiting_message *message = bidi->first;
    bidi->first = message->next;
    if (!bidi->first)
        bidi->last = &bidi->first;
    grpc_op ops[2];
    struct rpc_wire_entries headers;
    memset(ops, 0, sizeof ops);
    size_t count = rpc_wire_send_headers(call, ops, 0, &headers);
    ops[count].op = GRPC_OP_SEND_MESSAGE;
    ops[count].flags = message->flags;
    ops[count++].data.send_message.send_message = message->buffer;
    bidi->sending = true;
    rpc_core_batch(call->grpc, ops, count, &bidi->sent);
    rpc_wire_entries_fini(&headers);
    grpc_byte_buffer_destroy(message->buffer);
    free(message);
}

/* With the lock held, or alone. */
static void drop_waiting(struct rpc_wire_bidi *bidi)
{
    while (bidi->first) {
        struct waiting_message *message = bidi->first;
        bidi->first = message->next;
        grpc_byte_buffer_destroy(message->buffer);
        free(message);
    }
    bidi->last = &bidi->first;
}

static void send_more(struct rpc_wire_call *call, bool ok)
{
    if (!ok)
        atomic_store(&call->call.cancelled, true);
    if (!atomic_load_explicit(&call->call.answered, memory_order_acquire))
        rpc_call_handle(&call->call);
}

static void sent(struct rpc_tag *tag, bool ok)
{
    struct rpc_wire_bidi *bidi = RPC_TAG_OWNER(tag, struct rpc_wire_bidi, sent);
    pthread_mutex_lock(&bidi->lock);
    bidi->sending = false;
    if (!ok) /* The client is gone. */
        drop_waiting(bidi);
    if (bidi->first)
        send_first(bidi);
    bool is_idle = !bidi->sending;
    bool ends = bidi->ends;
    pthread_mutex_unlock(&bidi->lock);
    if (!is_idle)
        return;
    if (ends) {
        rpc_wire_call_answer(&bidi->call->call, NULL, bidi->has_error ? &bidi->error : NULL);
    } else if (bidi->call->call.method->row->kind == RPC_SERVER_SEND) {
        send_more(bidi->call, ok);
    } else if (bidi->read_due) {
        bidi->read_due = false;
        rpc_wire_read_message(bidi->call);
    }
}

void rpc_wire_bidi_send(struct rpc_call *base, const ProtobufCMessage *message)
{
    struct rpc_wire_bidi *bidi = ((struct rpc_wire_call *)base)->bidi;
    struct waiting_message *waiting = rpc_new(sizeof *waiting);
    waiting->buffer = rpc_wire_pack(message);
    waiting->flags = rpc_wire_message_flags((struct rpc_wire_call *)base);
    atomic_fetch_add_explicit(&base->server->frames_sent, 1, memory_order_relaxed);
    /* With the lock given back the handler may end the call: it is asked for more. */
    pthread_mutex_lock(&bidi->lock);
    *bidi->last = waiting;
    bidi->last = &waiting->next;
    if (!bidi->sending)
        send_first(bidi);
    pthread_mutex_unlock(&bidi->lock);
}

static const char *keep(struct rpc_call *call, const char *text)
{
    return text ? rpc_arena_string(&call->arena, text, strlen(text)) : NULL;
}

void rpc_wire_bidi_answer(struct rpc_call *base, const ProtobufCMessage *reply,
                          const struct rpc_error *error)
{
    struct rpc_wire_bidi *bidi = ((struct rpc_wire_call *)base)->bidi;
    pthread_mutex_lock(&bidi->lock);
    bool waits = bidi->sending;
    if (waits && error) {
        bidi->has_error = true;
        bidi->error = *error;
        bidi->error.message = keep(base, error->message);
        bidi->error.reason = keep(base, error->reason);
        bidi->error.domain = keep(base, error->domain);
        bidi->error.field = keep(base, error->field);
    }
    bidi->ends = waits;
    pthread_mutex_unlock(&bidi->lock);
    if (!waits)
        rpc_wire_call_answer(base, reply, error);
}

bool rpc_wire_bidi_may_read(struct rpc_wire_bidi *bidi)
{
    pthread_mutex_lock(&bidi->lock);
    bidi->read_due = bidi->sending;
    pthread_mutex_unlock(&bidi->lock);
    return !bidi->read_due;
}

struct rpc_wire_bidi *rpc_wire_bidi_create(struct rpc_wire_call *call)
{
    struct rpc_wire_bidi *bidi = rpc_new(sizeof *bidi);
    bidi->call = call;
    bidi->sent.done = sent;
    bidi->last = &bidi->first;
    pthread_mutex_init(&bidi->lock, NULL);
    return bidi;
}

void rpc_wire_bidi_destroy(struct rpc_wire_bidi *bidi)
{
    if (!bidi)
        return;
    drop_waiting(bidi);
    pthread_mutex_destroy(&bidi->lock);
    free(bidi);
}
