#include "clients/cli/server_link.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "clients/cli/message_json.h"

const struct flag json_flags[] = { JSON_FLAG, { NULL, NULL, NULL } };
const struct flag json_key_flags[] = { JSON_FLAG, KEY_FLAG, { NULL, NULL, NULL } };

#define CONNECT_TIMEOUT_MS 1500
#define CALL_TIMEOUT_MS    10000
#define TRIES              3

uint64_t random_number(void)
{
    uint64_t number = 0;
    while (number == 0)
        if (getrandom(&number, sizeof(number), 0) != sizeof(number))
            abort();
    return number;
}

static void read_server(struct server_link *link, const struct arguments *arguments,
                        struct tifo_server *server)
{
    const char *address = arguments_text(arguments, "--server");
    link->address = address ? address : TIFO_DEFAULT_ADDRESS;
    *server = (struct tifo_server){
        .address = link->address,
        .tls_ca = arguments_text(arguments, "--tls-ca"),
        .tls_cert = arguments_text(arguments, "--tls-cert"),
        .tls_key = arguments_text(arguments, "--tls-key"),
    };
}

bool server_link_open(struct server_link *link, const struct arguments *arguments)
{
    struct tifo_server server;
    char why[512];
    read_server(link, arguments, &server);
    link->channel = tifo_connect(&server, CONNECT_TIMEOUT_MS, why, sizeof(why));
    if (!link->channel)
        fprintf(stderr, "tifo: %s\n", why);
    return link->channel != NULL;
}

void server_link_close(struct server_link *link)
{
    rpc_channel_destroy(link->channel);
    link->channel = NULL;
}

void server_link_complain(const struct server_link *link, const struct rpc_status *status)
{
    const char *reason = status->reason ? status->reason : rpc_code_name(status->code);
    fprintf(stderr, "tifo: %s: %s (%s%s%s)\n", link->address,
            status->message && status->message[0] ? status->message : "no answer", reason,
            status->field ? ", " : "", status->field ? status->field : "");
}

/* Nobody knows whether it was done. */
static bool is_open(enum rpc_code code)
{
    return code == RPC_UNAVAILABLE || code == RPC_DEADLINE_EXCEEDED;
}

const char *server_link_caller(void)
{
    const char *user = getenv("USER");
    return user && user[0] ? user : "tifo";
}

/* One call; NULL and *status when it failed. `key` NULL: none. */
static ProtobufCMessage *call_once(struct server_link *link,
                                   const ProtobufCServiceDescriptor *service, const char *method,
                                   const char *key, const ProtobufCMessage *request,
                                   int64_t timeout_ms, struct rpc_status *status)
{
    /* Until there are identities a caller on this machine is believed. */
    const struct rpc_metadata_entry metadata[] = {
        { .key = "tifo-caller", .value = server_link_caller() },
        { .key = "idempotency-key", .value = key },
    };
    struct rpc_client_options options = { .metadata = metadata,
                                          .metadata_count = key ? 2 : 1,
                                          .timeout_ms = timeout_ms };
    ProtobufCMessage *reply = NULL;
    rpc_unary(link->channel, service, method, &options, request, &reply, status);
    return reply;
}

ProtobufCMessage *server_link_call(struct server_link *link,
                                   const ProtobufCServiceDescriptor *service, const char *method,
                                   const ProtobufCMessage *request)
{
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply =
        call_once(link, service, method, NULL, request, CALL_TIMEOUT_MS, &status);
    if (!reply)
        server_link_complain(link, &status);
    rpc_status_fini(&status);
    return reply;
}

ProtobufCMessage *server_link_try(struct server_link *link,
                                  const ProtobufCServiceDescriptor *service, const char *method,
                                  const ProtobufCMessage *request, int64_t timeout_ms,
                                  bool *unreachable)
{
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply = call_once(link, service, method, NULL, request, timeout_ms, &status);
    *unreachable = !reply && is_open(status.code);
    if (!reply && !*unreachable)
        server_link_complain(link, &status);
    rpc_status_fini(&status);
    return reply;
}

ProtobufCMessage *server_link_write(struct server_link *link, const struct arguments *arguments,
                                    const ProtobufCServiceDescriptor *service, const char *method,
                                    const ProtobufCMessage *request)
{
    char drawn[40];
    const char *key = arguments_text(arguments, "--key");
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (!key) {
        snprintf(drawn, sizeof(drawn), "tifo-%016llx", (unsigned long long)random_number());
        key = drawn;
    }
    for (int i = 0; i < TRIES && !reply && (i == 0 || is_open(status.code)); i++) {
        rpc_status_fini(&status);
        status = (struct rpc_status){ 0 };
        reply = call_once(link, service, method, key, request, CALL_TIMEOUT_MS, &status);
    }
    if (!reply)
        server_link_complain(link, &status);
    if (!reply && is_open(status.code))
        fprintf(stderr, "tifo: it may have been done; ask again with --key %s\n", key);
    rpc_status_fini(&status);
    return reply;
}

enum outcome server_link_tell(ProtobufCMessage *reply, const struct arguments *arguments,
                              void (*print)(const ProtobufCMessage *reply, const void *ctx),
                              const void *ctx)
{
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(reply);
    else
        print(reply, ctx);
    protobuf_c_message_free_unpacked(reply, NULL);
    return DONE;
}

struct listing {
    bool json;
    void (*print)(const ProtobufCMessage *row, const void *ctx);
    const void *ctx;
};

/* What the first field holds. */
static void print_rows(const ProtobufCMessage *reply, const void *ctx)
{
    const struct listing *listing = ctx;
    const ProtobufCFieldDescriptor *field = &reply->descriptor->fields[0];
    const void *at = (const char *)reply + field->offset;
    ProtobufCMessage *const *row = at;
    size_t count = 1;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        abort();
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        count = *(const size_t *)(const void *)((const char *)reply + field->quantifier_offset);
        row = *(ProtobufCMessage *const *const *)at;
    }
    for (size_t i = 0; i < count; i++) {
        if (listing->json)
            message_json_print(row[i]);
        else
            listing->print(row[i], listing->ctx);
    }
}

enum outcome server_link_show(ProtobufCMessage *reply, const struct arguments *arguments,
                              void (*print)(const ProtobufCMessage *row, const void *ctx),
                              const void *ctx)
{
    const struct listing listing = { false, print, ctx };
    return server_link_tell(reply, arguments, print_rows, &listing);
}

/* ---- Lists ----------------------------------------------------------------------------------- */

static char **text_field(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->type != PROTOBUF_C_TYPE_STRING)
        abort();
    return (char **)(void *)((char *)message + field->offset);
}

enum outcome server_link_pages(struct server_link *link, const ProtobufCServiceDescriptor *service,
                               const char *method, ProtobufCMessage *request,
                               void (*hear)(const ProtobufCMessage *page, void *ctx), void *ctx)
{
    char token[64] = "";
    *text_field(request, "page_token") = token;
    do {
        ProtobufCMessage *page = server_link_call(link, service, method, request);
        if (!page)
            return FAILED;
        hear(page, ctx);
        snprintf(token, sizeof(token), "%s", *text_field(page, "next_page_token"));
        protobuf_c_message_free_unpacked(page, NULL);
    } while (token[0]);
    return DONE;
}

static void list_page(const ProtobufCMessage *page, void *listing)
{
    print_rows(page, listing);
}

enum outcome server_link_list(struct server_link *link, const struct arguments *arguments,
                              const ProtobufCServiceDescriptor *service, const char *method,
                              ProtobufCMessage *request,
                              void (*print)(const ProtobufCMessage *row, const void *ctx),
                              const void *ctx)
{
    struct listing listing = { arguments_switch(arguments, "--json"), print, ctx };
    return server_link_pages(link, service, method, request, list_page, &listing);
}

/* ---- Streams --------------------------------------------------------------------------------- */

struct following {
    const struct server_link *link;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended, failed; /* Under the lock. */
    rpc_on_message *hear;
    void *ctx;
};

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    const struct following *following = ctx;
    following->hear(following->ctx, message);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    struct following *following = ctx;
    if (status->code != RPC_OK)
        server_link_complain(following->link, status);
    pthread_mutex_lock(&following->lock);
    following->ended = true;
    following->failed = status->code != RPC_OK;
    pthread_cond_signal(&following->changed);
    pthread_mutex_unlock(&following->lock);
}

enum outcome server_link_follow(struct server_link *link, const ProtobufCServiceDescriptor *service,
                                const char *method, const ProtobufCMessage *request,
                                rpc_on_message *hear, void *ctx)
{
    struct following following = { .link = link, .hear = hear, .ctx = ctx };
    pthread_mutex_init(&following.lock, NULL);
    pthread_cond_init(&following.changed, NULL);
    const struct rpc_metadata_entry metadata = { .key = "tifo-caller",
                                                 .value = server_link_caller() };
    struct rpc_client_options options = { .metadata = &metadata, .metadata_count = 1 };
    struct rpc_watch *stream = rpc_watch_start(link->channel, service, method, &options, request,
                                               on_message, on_end, &following);
    pthread_mutex_lock(&following.lock);
    while (stream && !following.ended)
        pthread_cond_wait(&following.changed, &following.lock);
    pthread_mutex_unlock(&following.lock);
    rpc_watch_destroy(stream);
    pthread_cond_destroy(&following.changed);
    pthread_mutex_destroy(&following.lock);
    return stream && !following.failed ? DONE : FAILED;
}

/* ---- With a venue ---------------------------------------------------------------------------- */

/* With its names and indices. */
static Tifo__V1__GetVenueResponse *ask_venue(struct server_link *link,
                                             const struct arguments *arguments)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    const char *id = arguments_text(arguments, "--venue");
    if (id)
        request.venue_id = (char *)id;
    return (Tifo__V1__GetVenueResponse *)(void *)server_link_call(
        link, &tifo__v1__venues__descriptor, "GetVenue", &request.base);
}

bool gate_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *gate)
{
    if (id && tifo_gate_find(venue, id, gate))
        return true;
    fprintf(stderr, "tifo: %s has no gate %s; it has", venue->venue_id,
            id ? id : "without a name: give --gate");
    for (size_t i = 0; i < venue->n_gates; i++)
        fprintf(stderr, " %s", venue->gates[i]->gate_id);
    fprintf(stderr, "\n");
    return false;
}

bool server_link_open_lazily(struct server_link *link, const struct arguments *arguments)
{
    struct tifo_server server;
    char why[512];
    read_server(link, arguments, &server);
    link->channel = tifo_channel(&server, why, sizeof(why));
    if (!link->channel)
        fprintf(stderr, "tifo: %s\n", why);
    return link->channel != NULL;
}

Tifo__V1__GetVenueResponse *server_link_venue(struct server_link *link,
                                              const struct arguments *arguments, int64_t timeout_ms,
                                              bool *unreachable)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    const char *id = arguments_text(arguments, "--venue");
    if (id)
        request.venue_id = (char *)id;
    return (void *)server_link_try(link, &tifo__v1__venues__descriptor, "GetVenue", &request.base,
                                   timeout_ms, unreachable);
}

enum outcome server_link_do(const struct arguments *arguments, server_link_task *task)
{
    struct server_link link;
    if (!server_link_open(&link, arguments))
        return FAILED;
    enum outcome outcome = FAILED;
    Tifo__V1__GetVenueResponse *known = ask_venue(&link, arguments);
    if (known && known->venue)
        outcome = task(&link, known->venue, arguments);
    if (known)
        protobuf_c_message_free_unpacked(&known->base, NULL);
    server_link_close(&link);
    return outcome;
}
