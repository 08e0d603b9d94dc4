/*
 * grpc.testing.TestService on api/rpc: the server of gRPC's interoperability cases, as its
 * doc/interop-test-descriptions.md describes it. Prints its port and serves until its input ends.
 *
 * interval_us is refused: a handler must not sleep, and no case asks for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/rpc/rpc.h"
#include "grpc/testing/test.pb-c.h"

/* A response has at most so many bytes. */
enum { PAYLOAD_MAX = 16 << 20 };

static const char *const HEADER = "x-grpc-test-echo-initial";
static const char *const TRAILER = "x-grpc-test-echo-trailing-bin";

/* ---- What the methods share ----------------------------------------------------------------- */

static void refuse(struct rpc_call *call, const char *message)
{
    rpc_fail(call, &(struct rpc_error){ .code = RPC_INVALID_ARGUMENT, .message = message });
}

static void echo_metadata(struct rpc_call *call)
{
    size_t size;
    const char *header = rpc_metadata(call, HEADER);
    const void *trailer = rpc_metadata_bytes(call, TRAILER, &size);
    if (header)
        rpc_header(call, HEADER, header);
    if (trailer)
        rpc_trailer_bytes(call, TRAILER, trailer, size);
}

/* True: the request asked for an error, and has it. */
static bool echo_status(struct rpc_call *call, const Grpc__Testing__EchoStatus *status)
{
    if (!status || status->code == 0)
        return false;
    bool is_code = status->code > 0 && status->code <= RPC_UNAUTHENTICATED;
    rpc_fail(call, &(struct rpc_error){ .code = is_code ? (enum rpc_code)status->code : RPC_UNKNOWN,
                                        .message = status->message });
    return true;
}

/* False: the request did not come as it says, and is refused. */
static bool came_as_expected(struct rpc_call *call, const Grpc__Testing__BoolValue *expected)
{
    if (!expected || expected->value == rpc_request_compressed(call))
        return true;
    refuse(call, expected->value ? "the request was to be compressed, and is not"
                                 : "the request was not to be compressed, and is");
    return false;
}

/* Zeros, from calloc; NULL: the size is refused. */
static Grpc__Testing__Payload *make_payload(struct rpc_call *call, int32_t size)
{
    if (size < 0 || size > PAYLOAD_MAX) {
        refuse(call, "a response has 0 to 16777216 bytes");
        return NULL;
    }
    Grpc__Testing__Payload *payload = calloc(1, sizeof *payload + (size_t)size);
    if (!payload)
        abort();
    grpc__testing__payload__init(payload);
    payload->body = (ProtobufCBinaryData){ (size_t)size, (uint8_t *)(payload + 1) };
    return payload;
}

static void compress_as_asked(struct rpc_call *call, const Grpc__Testing__BoolValue *asked)
{
    if (asked)
        rpc_compress(call, asked->value ? RPC_COMPRESSION_GZIP : RPC_COMPRESSION_NONE);
}

/* ---- Calls with one answer ------------------------------------------------------------------ */

static void empty_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    Grpc__Testing__Empty reply = GRPC__TESTING__EMPTY__INIT;
    rpc_reply(call, &reply.base);
}

static void unary_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    const Grpc__Testing__SimpleRequest *request = (const void *)rpc_request(call);
    echo_metadata(call);
    if (!came_as_expected(call, request->expect_compressed) ||
        echo_status(call, request->response_status))
        return;
    Grpc__Testing__SimpleResponse reply = GRPC__TESTING__SIMPLE_RESPONSE__INIT;
    reply.payload = make_payload(call, request->response_size);
    if (!reply.payload)
        return;
    compress_as_asked(call, request->response_compressed);
    rpc_reply(call, &reply.base);
    free(reply.payload);
}

/* Another answer each time, which a proxy may keep for a minute. */
static void cacheable_unary_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    struct timespec now;
    char text[32];
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, sizeof text, "%" PRId64 "%09ld", (int64_t)now.tv_sec, now.tv_nsec);
    rpc_header(call, "cache-control", "max-age=60, public");
    Grpc__Testing__Payload payload = GRPC__TESTING__PAYLOAD__INIT;
    payload.body = (ProtobufCBinaryData){ strlen(text), (uint8_t *)text };
    Grpc__Testing__SimpleResponse reply = GRPC__TESTING__SIMPLE_RESPONSE__INIT;
    reply.payload = &payload;
    rpc_reply(call, &reply.base);
}

static void streaming_input_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    int32_t **total = (int32_t **)rpc_slot(call);
    if (!*total)
        *total = rpc_alloc(call, sizeof **total);
    const Grpc__Testing__StreamingInputCallRequest *request = (const void *)rpc_request(call);
    if (request) {
        if (came_as_expected(call, request->expect_compressed) && request->payload)
            **total += (int32_t)request->payload->body.len;
        return;
    }
    Grpc__Testing__StreamingInputCallResponse reply =
        GRPC__TESTING__STREAMING_INPUT_CALL_RESPONSE__INIT;
    reply.aggregated_payload_size = **total;
    rpc_reply(call, &reply.base);
}

static void unimplemented(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNIMPLEMENTED,
                                        .message = "not implemented, as its name says" });
}

/* ---- Calls that are answered one by one ----------------------------------------------------- */

/* False: the call has been failed. */
static bool send_one(struct rpc_call *call, const Grpc__Testing__ResponseParameters *wanted)
{
    if (wanted->interval_us != 0) {
        rpc_fail(call, &(struct rpc_error){ .code = RPC_UNIMPLEMENTED,
                                            .message = "this server does not pause" });
        return false;
    }
    Grpc__Testing__StreamingOutputCallResponse reply =
        GRPC__TESTING__STREAMING_OUTPUT_CALL_RESPONSE__INIT;
    reply.payload = make_payload(call, wanted->size);
    if (!reply.payload)
        return false;
    compress_as_asked(call, wanted->compressed);
    rpc_send(call, &reply.base);
    free(reply.payload);
    return true;
}

/* Of one StreamingOutputCall. */
struct output {
    const Grpc__Testing__StreamingOutputCallRequest *request;
    size_t sent;
};

static bool begin_output(struct rpc_call *call, struct output *output)
{
    const Grpc__Testing__StreamingOutputCallRequest *request = output->request;
    echo_metadata(call);
    for (size_t i = 0; i < request->n_response_parameters; i++)
        compress_as_asked(call, request->response_parameters[i]->compressed);
    return !echo_status(call, request->response_status);
}

/* One response each time it is called. */
static void streaming_output_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    struct output **slot = (struct output **)rpc_slot(call);
    if (rpc_request(call)) {
        *slot = rpc_alloc(call, sizeof **slot);
        (*slot)->request = (const void *)rpc_request(call);
        if (!begin_output(call, *slot))
            return;
    }
    struct output *output = *slot;
    if (rpc_cancelled(call))
        rpc_fail(call, &(struct rpc_error){ .code = RPC_CANCELLED });
    else if (output->sent == output->request->n_response_parameters)
        rpc_finish(call);
    else
        send_one(call, output->request->response_parameters[output->sent++]);
}

static void full_duplex_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    bool **has_begun = (bool **)rpc_slot(call);
    if (!*has_begun) {
        *has_begun = rpc_alloc(call, sizeof **has_begun);
        echo_metadata(call);
    }
    const Grpc__Testing__StreamingOutputCallRequest *request = (const void *)rpc_request(call);
    if (!request) {
        rpc_finish(call);
        return;
    }
    if (echo_status(call, request->response_status))
        return;
    for (size_t i = 0; i < request->n_response_parameters; i++)
        if (!send_one(call, request->response_parameters[i]))
            return;
}

/* Of one HalfDuplexCall: what is to be sent once the client is done. */
struct half {
    struct half *next;
    Grpc__Testing__ResponseParameters wanted;
};

static void half_duplex_call(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    struct half **list = (struct half **)rpc_slot(call);
    const Grpc__Testing__StreamingOutputCallRequest *request = (const void *)rpc_request(call);
    if (request) {
        while (*list)
            list = &(*list)->next;
        for (size_t i = 0; i < request->n_response_parameters; i++, list = &(*list)->next) {
            *list = rpc_alloc(call, sizeof **list);
            (*list)->wanted = *request->response_parameters[i];
            (*list)->wanted.compressed = NULL; /* It goes with the request. */
        }
        return;
    }
    for (const struct half *each = *list; each; each = each->next)
        if (!send_one(call, &each->wanted))
            return;
    rpc_finish(call);
}

/* ---- Serving -------------------------------------------------------------------------------- */

static struct rpc_server *serve(const char *port)
{
    static const struct rpc_method methods[] = {
        { "EmptyCall", RPC_UNARY, empty_call, NULL },
        { "UnaryCall", RPC_UNARY, unary_call, NULL },
        { "CacheableUnaryCall", RPC_UNARY, cacheable_unary_call, NULL },
        { "StreamingOutputCall", RPC_SERVER_SEND, streaming_output_call, NULL },
        { "StreamingInputCall", RPC_CLIENT_STREAM, streaming_input_call, NULL },
        { "FullDuplexCall", RPC_BIDI_STREAM, full_duplex_call, NULL },
        { "HalfDuplexCall", RPC_BIDI_STREAM, half_duplex_call, NULL },
        { "UnimplementedCall", RPC_UNARY, unimplemented, NULL },
    };
    static const struct rpc_service service = { &grpc__testing__test_service__descriptor, methods,
                                                sizeof methods / sizeof *methods, NULL };
    static const struct rpc_service *const services[] = { &service, NULL };
    char address[64], why[256];
    snprintf(address, sizeof address, "127.0.0.1:%s", port);
    struct rpc_server *server = rpc_server_create(
        &(struct rpc_server_options){ .address = address, .services = services }, why, sizeof why);
    if (!server)
        fprintf(stderr, "interop_server: %s\n", why);
    return server;
}

int main(int argc, char **argv)
{
    static const char PORT[] = "--port=";
    const char *port = "0";
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], PORT, sizeof PORT - 1) != 0) {
            fprintf(stderr, "usage: interop_server [--port=PORT]\n");
            return 2;
        }
        port = argv[i] + sizeof PORT - 1;
    }
    struct rpc_server *server = serve(port);
    if (!server)
        return 1;
    printf("%u\n", (unsigned)rpc_server_port(server));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    rpc_server_destroy(server);
    return 0;
}
