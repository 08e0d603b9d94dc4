#include "echo_server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- What is done with a call --------------------------------------------------------------- */

static void reply_text(struct rpc_call *call, const char *text)
{
    Rpc__Test__EchoReply reply = RPC__TEST__ECHO_REPLY__INIT;
    reply.text = (char *)text;
    rpc_reply(call, &reply.base);
}

static void reply(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    reply_text(call, ((const Rpc__Test__EchoRequest *)rpc_request(call))->text);
}

static void fail_with_details(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_FAILED_PRECONDITION,
                                        .message = "the seat is taken; choose another – now",
                                        .reason = "SEAT_TAKEN",
                                        .domain = "tifo",
                                        .field = "seats[3].row",
                                        .retry_after_ms = 2500 });
}

static void fail_plainly(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_NOT_FOUND, .message = "no such venue" });
}

static void hold(struct echo_server *server, struct rpc_call *call)
{
    pthread_mutex_lock(&server->lock);
    assert(server->held_count < ECHO_HELD_MAX);
    server->held[server->held_count++] = call;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void tell_metadata(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    const char *caller = rpc_metadata(call, "tifo-caller");
    char text[256];
    snprintf(text, sizeof text, "%s|%s|%s|%s", caller ? caller : "nobody",
             rpc_metadata(call, "absent") ? "present" : "absent", rpc_method_path(call),
             rpc_deadline_left_ms(call) == INT64_MAX ? "no deadline" : "deadline");
    rpc_trailer(call, "seen-by", "echo");
    rpc_trailer(call, "caller", caller ? caller : "nobody");
    reply_text(call, text);
}

/* Everything under "echo-header" and "echo-trailer-bin" goes back under the same keys. */
static void echo_metadata(struct echo_server *server, struct rpc_call *call)
{
    size_t size;
    const char *header = rpc_metadata(call, "echo-header");
    const void *trailer = rpc_metadata_bytes(call, "echo-trailer-bin", &size);
    if (header)
        rpc_header(call, "echo-header", header);
    rpc_header_bytes(call, "zero-bin", "a\0b", 3);
    if (trailer)
        rpc_trailer_bytes(call, "echo-trailer-bin", trailer, size);
    reply(server, call);
}

static void tell_compressed(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    reply_text(call, rpc_request_compressed(call) ? "compressed" : "plain");
}

static void reply_gzip(struct echo_server *server, struct rpc_call *call)
{
    rpc_compress(call, RPC_COMPRESSION_GZIP);
    reply(server, call);
}

static void reply_deflate(struct echo_server *server, struct rpc_call *call)
{
    rpc_compress(call, RPC_COMPRESSION_DEFLATE);
    reply(server, call);
}

static void reply_plain(struct echo_server *server, struct rpc_call *call)
{
    rpc_compress(call, RPC_COMPRESSION_NONE);
    reply(server, call);
}

static void tell_peer(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    reply_text(call, rpc_peer(call));
}

static void tell_identity(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    const char *identity = rpc_peer_identity(call);
    char text[256];
    int size = snprintf(text, sizeof text, "%s", identity ? identity : "nobody");
    const char *name;
    for (size_t i = 0; (name = rpc_peer_alternative_name(call, i)); i++)
        size += snprintf(text + size, sizeof text - (size_t)size, "|%s", name);
    reply_text(call, text);
}

static void finish(struct echo_server *server, struct rpc_call *call)
{
    (void)server;
    rpc_finish(call);
}

static void subscribe(struct echo_server *server, struct rpc_call *call)
{
    rpc_topic_subscribe(server->topic, call);
}

/* `text` is "AFTER EXPIRES"; AFTER 0: from anew. */
static void follow(struct echo_server *server, struct rpc_call *call)
{
    static const uint8_t said[][2] = { { 5 << 3, 1 }, { 5 << 3, 2 } };
    const Rpc__Test__EchoRequest *request = (const void *)rpc_request(call);
    char *end;
    struct rpc_subscription subscription = { .after = strtoull(request->text, &end, 10) };
    subscription.expires_s = strtoll(end, NULL, 10);
    subscription.resumes = subscription.after != 0;
    subscription.recovered = said[0];
    subscription.not_recovered = said[1];
    subscription.recovered_size = subscription.not_recovered_size =
        subscription.resumes ? sizeof said[0] : 0;
    rpc_topic_follow(server->topic, call, &subscription);
}

static const struct {
    const char *name;
    void (*run)(struct echo_server *server, struct rpc_call *call);
} actions[] = {
    { "", reply },
    { "fail with details", fail_with_details },
    { "fail plainly", fail_plainly },
    { "hold", hold },
    { "tell metadata", tell_metadata },
    { "tell peer", tell_peer },
    { "tell identity", tell_identity },
    { "echo metadata", echo_metadata },
    { "tell compressed", tell_compressed },
    { "reply gzip", reply_gzip },
    { "reply deflate", reply_deflate },
    { "reply plain", reply_plain },
    { "finish", finish },
    { "subscribe", subscribe },
    { "follow", follow },
};

static void act(struct rpc_call *call, void *ctx)
{
    struct echo_server *server = ctx;
    const Rpc__Test__EchoRequest *request = (const void *)rpc_request(call);
    atomic_fetch_add(&server->said, 1);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, request->action) != 0)
            continue;
        actions[i].run(server, call);
        return;
    }
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNKNOWN, .message = "no such action" });
}

/* Counts the bytes of all texts; "refuse" is refused. */
static void sum(struct rpc_call *call, void *ctx)
{
    struct echo_server *server = ctx;
    size_t **bytes = (size_t **)rpc_slot(call);
    if (!*bytes)
        *bytes = rpc_alloc(call, sizeof **bytes);
    const Rpc__Test__EchoRequest *request = (const void *)rpc_request(call);
    if (!request) {
        atomic_fetch_add(&server->ends_seen, 1);
        Rpc__Test__EchoReply total = RPC__TEST__ECHO_REPLY__INIT;
        total.number = **bytes;
        rpc_reply(call, &total.base);
        return;
    }
    atomic_fetch_add(&server->said, 1);
    if (rpc_request_compressed(call))
        atomic_fetch_add(&server->said_compressed, 1);
    **bytes += strlen(request->text);
    if (strcmp(request->text, "refuse") == 0)
        rpc_fail(call, &(struct rpc_error){ .code = RPC_OUT_OF_RANGE, .message = "too late" });
}

void echo_send(struct rpc_call *call, uint64_t number, const char *text)
{
    Rpc__Test__EchoReply reply = RPC__TEST__ECHO_REPLY__INIT;
    reply.number = number;
    reply.text = (char *)text;
    rpc_send(call, &reply.base);
}

/* Of one Talk. */
struct talk {
    uint64_t sent;
    bool is_held; /* The test ends it. */
};

static void end_talk(struct echo_server *server, struct rpc_call *call, struct talk *state)
{
    atomic_fetch_add(&server->ends_seen, 1);
    if (state->is_held) {
        hold(server, call);
        return;
    }
    echo_send(call, ++state->sent, "the end");
    rpc_finish(call);
}

/* Sends the text back, numbered; `action` may be: a hundred times, finish, fail with details, hold
 * the end. */
static void talk(struct rpc_call *call, void *ctx)
{
    struct echo_server *server = ctx;
    struct talk **slot = (struct talk **)rpc_slot(call);
    if (!*slot)
        *slot = rpc_alloc(call, sizeof **slot);
    struct talk *state = *slot;
    const Rpc__Test__EchoRequest *request = (const void *)rpc_request(call);
    if (!request) {
        end_talk(server, call, state);
        return;
    }
    atomic_fetch_add(&server->said, 1);
    int times = strcmp(request->action, "a hundred times") == 0 ? 100 : 1;
    for (int i = 0; i < times; i++)
        echo_send(call, ++state->sent, request->text);
    if (strcmp(request->action, "finish") == 0)
        rpc_finish(call);
    else if (strcmp(request->action, "fail with details") == 0)
        fail_with_details(server, call);
    else if (strcmp(request->action, "hold the end") == 0)
        state->is_held = true;
}

/* Of one Count. */
struct count {
    uint64_t sent, wanted;
    const char *action;
};

/* `said` counts what was sent. `action` may be: fail plainly, hold (the test goes on with it),
 * alternate (every other message compressed). */
static void count(struct rpc_call *call, void *ctx)
{
    struct echo_server *server = ctx;
    struct count **slot = (struct count **)rpc_slot(call);
    const Rpc__Test__EchoRequest *request = (const void *)rpc_request(call);
    if (request) {
        *slot = rpc_alloc(call, sizeof **slot);
        **slot = (struct count){ 0, strtoull(request->text, NULL, 10), request->action };
        rpc_header(call, "wanted", request->text);
    }
    struct count *state = *slot;
    if (rpc_cancelled(call)) {
        rpc_fail(call, &(struct rpc_error){ .code = RPC_CANCELLED, .message = "gone" });
    } else if (state->sent < state->wanted) {
        if (strcmp(state->action, "alternate") == 0)
            rpc_compress(call, state->sent % 2 == 0 ? RPC_COMPRESSION_GZIP : RPC_COMPRESSION_NONE);
        atomic_fetch_add(&server->said, 1);
        static char big[ECHO_COUNT_BYTES + 1];
        memset(big, 'c', ECHO_COUNT_BYTES);
        echo_send(call, ++state->sent, big);
    } else if (strcmp(state->action, "hold") == 0) {
        hold(server, call);
    } else if (strcmp(state->action, "fail plainly") == 0) {
        fail_plainly(server, call);
    } else {
        rpc_finish(call);
    }
}

static void ended(struct rpc_call *call, void *ctx)
{
    (void)call;
    atomic_fetch_add(&((struct echo_server *)ctx)->ended, 1);
}

const struct rpc_method echo_methods[ECHO_METHODS] = {
    { "Say", RPC_UNARY, act, ended },
    { "Sum", RPC_CLIENT_STREAM, sum, ended },
    { "Follow", RPC_SERVER_STREAM, act, ended },
    { "Talk", RPC_BIDI_STREAM, talk, ended },
    { "Count", RPC_SERVER_SEND, count, ended },
};

/* ---- Life ----------------------------------------------------------------------------------- */

void echo_server_open(struct echo_server *server, bool has_socket,
                      const struct rpc_server_options *options)
{
    *server = (struct echo_server){ 0 };
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    server->service =
        (struct rpc_service){ &rpc__test__echo__descriptor, echo_methods, ECHO_METHODS, server };
    server->services[0] = &server->service;
    struct rpc_server_options all = options ? *options : (struct rpc_server_options){ 0 };
    if (has_socket && !all.address)
        all.address = "127.0.0.1:0";
    all.services = server->services;
#ifdef ECHO_OFTEN
    static const char *const often[] = { ECHO_OFTEN };
    all.often = often;
#endif
    char why[200] = "";
    server->rpc = rpc_server_create(&all, why, sizeof why);
    if (!server->rpc) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    server->topic = rpc_topic_create(server->rpc);
    if (!has_socket)
        return;
    snprintf(server->address, sizeof server->address, "127.0.0.1:%u",
             (unsigned)rpc_server_port(server->rpc));
    if (!all.tls)
        server->channel = rpc_channel_create(server->address);
}

void echo_server_close(struct echo_server *server)
{
    pthread_mutex_lock(&server->lock);
    bool has_worker = server->working;
    server->working = false;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    if (has_worker)
        pthread_join(server->worker, NULL);
    rpc_channel_destroy(server->channel);
    rpc_server_drain(server->rpc, 1000);
    rpc_topic_destroy(server->topic);
    rpc_server_destroy(server->rpc);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
}

struct rpc_call *echo_server_take(struct echo_server *server)
{
    pthread_mutex_lock(&server->lock);
    while (server->held_count == 0)
        pthread_cond_wait(&server->changed, &server->lock);
    struct rpc_call *call = server->held[0];
    server->held_count--;
    memmove(server->held, server->held + 1, server->held_count * sizeof *server->held);
    pthread_mutex_unlock(&server->lock);
    return call;
}

void echo_answer(struct rpc_call *call)
{
    reply_text(call, ((const Rpc__Test__EchoRequest *)rpc_request(call))->text);
}

static void *work(void *arg)
{
    struct echo_server *server = arg;
    pthread_mutex_lock(&server->lock);
    while (server->working) {
        if (server->held_count == 0) {
            pthread_cond_wait(&server->changed, &server->lock);
            continue;
        }
        struct rpc_call *call = server->held[--server->held_count];
        pthread_mutex_unlock(&server->lock);
        echo_answer(call);
        pthread_mutex_lock(&server->lock);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

void echo_server_work(struct echo_server *server)
{
    server->working = true;
    pthread_create(&server->worker, NULL, work, server);
}

bool echo_reaches(atomic_size_t *number, size_t value)
{
    for (int i = 0; i < 10000; i++) {
        if (atomic_load(number) >= value)
            return true;
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    return false;
}

/* ---- The client's side ---------------------------------------------------------------------- */

Rpc__Test__EchoRequest echo_request(const char *action, const char *text)
{
    Rpc__Test__EchoRequest request = RPC__TEST__ECHO_REQUEST__INIT;
    request.action = (char *)action;
    request.text = (char *)text;
    return request;
}

enum rpc_code echo_say(struct rpc_channel *channel, const struct rpc_client_options *options,
                       const char *action, const char *text, Rpc__Test__EchoReply **reply,
                       struct rpc_status *status)
{
    Rpc__Test__EchoRequest request = echo_request(action, text);
    return rpc_unary(channel, &rpc__test__echo__descriptor, "Say", options, &request.base,
                     (ProtobufCMessage **)reply, status);
}

void echo_reply_free(Rpc__Test__EchoReply *reply)
{
    protobuf_c_message_free_unpacked(&reply->base, NULL);
}
