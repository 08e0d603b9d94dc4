#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/testing/test.pb-c.h"

#define SERVICE (&grpc__testing__test_service__descriptor)

enum {
    REQUEST_BYTES = 271828,
    RESPONSE_BYTES = 314159,
    PATIENCE_MS = 30000, /* A case that hangs fails. */
};

/* Says what was expected, and leaves the case. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            snprintf(why, why_size, "not so: %s (cases.c:%d)", #condition, __LINE__);              \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

/* ---- What the cases share ------------------------------------------------------------------- */

static uint8_t zeros[RESPONSE_BYTES];

static Grpc__Testing__Payload payload_of(size_t size)
{
    Grpc__Testing__Payload payload = GRPC__TESTING__PAYLOAD__INIT;
    payload.body = (ProtobufCBinaryData){ size, zeros };
    return payload;
}

static bool is_zeros(const Grpc__Testing__Payload *payload, size_t size)
{
    return payload && payload->body.len == size && memcmp(payload->body.data, zeros, size) == 0;
}

static Grpc__Testing__BoolValue boolean(bool value)
{
    Grpc__Testing__BoolValue message = GRPC__TESTING__BOOL_VALUE__INIT;
    message.value = value;
    return message;
}

static const struct rpc_client_options patient = { .timeout_ms = PATIENCE_MS };
static const struct rpc_client_options with_gzip = { .timeout_ms = PATIENCE_MS,
                                                     .compression = RPC_COMPRESSION_GZIP };

/* UnaryCall of the large request; true if the answer is the large response. *status is the
 * caller's to free. */
static bool call_large(struct rpc_channel *channel, const struct rpc_client_options *options,
                       Grpc__Testing__SimpleRequest *request, struct rpc_status *status)
{
    Grpc__Testing__Payload payload = payload_of(REQUEST_BYTES);
    request->payload = &payload;
    request->response_size = RESPONSE_BYTES;
    ProtobufCMessage *reply;
    bool is_good = rpc_unary(channel, SERVICE, "UnaryCall", options, &request->base, &reply,
                             status) == RPC_OK &&
                   is_zeros(((Grpc__Testing__SimpleResponse *)reply)->payload, RESPONSE_BYTES);
    protobuf_c_message_free_unpacked(reply, NULL);
    return is_good;
}

/* A request of a duplex call: one response of so many bytes, with a payload; negative: none. */
static bool say(struct rpc_talk *talk, int32_t response_bytes, int payload_bytes)
{
    Grpc__Testing__StreamingOutputCallRequest request =
        GRPC__TESTING__STREAMING_OUTPUT_CALL_REQUEST__INIT;
    Grpc__Testing__ResponseParameters wanted = GRPC__TESTING__RESPONSE_PARAMETERS__INIT;
    Grpc__Testing__ResponseParameters *list[] = { &wanted };
    Grpc__Testing__Payload payload = payload_of(payload_bytes < 0 ? 0 : (size_t)payload_bytes);
    wanted.size = response_bytes;
    request.n_response_parameters = response_bytes < 0 ? 0 : 1;
    request.response_parameters = list;
    request.payload = payload_bytes < 0 ? NULL : &payload;
    return rpc_talk_send(talk, &request.base);
}

/* True if the next response is of so many bytes. */
static bool hear(struct rpc_talk *talk, size_t size)
{
    ProtobufCMessage *message = rpc_talk_next(talk);
    bool is_good =
        message && is_zeros(((Grpc__Testing__StreamingOutputCallResponse *)message)->payload, size);
    protobuf_c_message_free_unpacked(message, NULL);
    return is_good;
}

static bool hear_end(struct rpc_talk *talk)
{
    ProtobufCMessage *message = rpc_talk_next(talk);
    protobuf_c_message_free_unpacked(message, NULL);
    return !message;
}

/* ---- Calls of each kind --------------------------------------------------------------------- */

static bool empty_unary(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__Empty request = GRPC__TESTING__EMPTY__INIT;
    ProtobufCMessage *reply;
    EXPECT(rpc_unary(channel, SERVICE, "EmptyCall", &patient, &request.base, &reply, NULL) ==
           RPC_OK);
    size_t size = protobuf_c_message_get_packed_size(reply);
    protobuf_c_message_free_unpacked(reply, NULL);
    EXPECT(size == 0);
    return true;
}

static bool large_unary(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__SimpleRequest request = GRPC__TESTING__SIMPLE_REQUEST__INIT;
    EXPECT(call_large(channel, &patient, &request, NULL));
    return true;
}

static bool client_streaming(struct rpc_channel *channel, char *why, size_t why_size)
{
    static const size_t sizes[] = { 27182, 8, 1828, 45904 };
    struct rpc_upload *upload = rpc_upload_start(channel, SERVICE, "StreamingInputCall", &patient);
    bool is_sent = true;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Grpc__Testing__StreamingInputCallRequest request =
            GRPC__TESTING__STREAMING_INPUT_CALL_REQUEST__INIT;
        Grpc__Testing__Payload payload = payload_of(sizes[i]);
        request.payload = &payload;
        is_sent = rpc_upload_send(upload, &request.base) && is_sent;
    }
    ProtobufCMessage *reply;
    enum rpc_code code = rpc_upload_finish(upload, &reply, NULL);
    EXPECT(is_sent && code == RPC_OK);
    int32_t total = ((Grpc__Testing__StreamingInputCallResponse *)reply)->aggregated_payload_size;
    protobuf_c_message_free_unpacked(reply, NULL);
    EXPECT(total == 74922);
    return true;
}

static const int32_t streamed[] = { 31415, 9, 2653, 58979 };
enum { STREAMED = sizeof streamed / sizeof *streamed };

static bool server_streaming(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__ResponseParameters wanted[STREAMED], *list[STREAMED];
    Grpc__Testing__StreamingOutputCallRequest request =
        GRPC__TESTING__STREAMING_OUTPUT_CALL_REQUEST__INIT;
    for (size_t i = 0; i < STREAMED; i++) {
        grpc__testing__response_parameters__init(&wanted[i]);
        wanted[i].size = streamed[i];
        list[i] = &wanted[i];
    }
    request.n_response_parameters = STREAMED;
    request.response_parameters = list;
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "StreamingOutputCall", &patient);
    bool are_good = rpc_talk_send(talk, &request.base);
    rpc_talk_send_end(talk);
    for (size_t i = 0; i < STREAMED; i++)
        are_good = hear(talk, (size_t)streamed[i]) && are_good;
    are_good = hear_end(talk) && are_good;
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_OK);
    EXPECT(are_good);
    return true;
}

static bool ping_pong(struct rpc_channel *channel, char *why, size_t why_size)
{
    static const int sent[STREAMED] = { 27182, 8, 1828, 45904 };
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &patient);
    bool are_good = true;
    for (size_t i = 0; i < STREAMED && are_good; i++)
        are_good = say(talk, streamed[i], sent[i]) && hear(talk, (size_t)streamed[i]);
    rpc_talk_send_end(talk);
    are_good = hear_end(talk) && are_good;
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_OK);
    EXPECT(are_good);
    return true;
}

static bool empty_stream(struct rpc_channel *channel, char *why, size_t why_size)
{
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &patient);
    rpc_talk_send_end(talk);
    bool has_nothing = hear_end(talk);
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_OK);
    EXPECT(has_nothing);
    return true;
}

/* ---- Metadata and statuses ------------------------------------------------------------------ */

static const char HEADER[] = "x-grpc-test-echo-initial",
                  HEADER_VALUE[] = "test_initial_metadata_value";
static const char TRAILER[] = "x-grpc-test-echo-trailing-bin", TRAILER_VALUE[] = "\xab\xab\xab";

static bool has_entry(const struct rpc_metadata_list *list, const char *key, const char *value)
{
    const struct rpc_metadata_entry *entry = rpc_metadata_find(list, key);
    return entry && entry->size == strlen(value) && memcmp(entry->value, value, entry->size) == 0;
}

static bool custom_metadata(struct rpc_channel *channel, char *why, size_t why_size)
{
    static const struct rpc_metadata_entry entries[] = {
        { .key = HEADER, .value = HEADER_VALUE },
        { .key = TRAILER, .value = TRAILER_VALUE, .size = 3 },
    };
    const struct rpc_client_options options = { .metadata = entries,
                                                .metadata_count = 2,
                                                .timeout_ms = PATIENCE_MS };
    struct rpc_status status;
    Grpc__Testing__SimpleRequest request = GRPC__TESTING__SIMPLE_REQUEST__INIT;
    bool is_good = call_large(channel, &options, &request, &status);
    bool has_header = has_entry(&status.header, HEADER, HEADER_VALUE);
    bool has_trailer = has_entry(&status.trailer, TRAILER, TRAILER_VALUE);
    rpc_status_fini(&status);
    EXPECT(is_good && has_header && has_trailer);

    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &options);
    is_good = say(talk, RESPONSE_BYTES, REQUEST_BYTES);
    rpc_talk_send_end(talk);
    is_good = hear(talk, RESPONSE_BYTES) && hear_end(talk) && is_good;
    enum rpc_code code = rpc_talk_finish(talk, &status);
    has_header = has_entry(&status.header, HEADER, HEADER_VALUE);
    has_trailer = has_entry(&status.trailer, TRAILER, TRAILER_VALUE);
    rpc_status_fini(&status);
    EXPECT(is_good && code == RPC_OK && has_header && has_trailer);
    return true;
}

/* True if an UnaryCall that asks for the status gets it. */
static bool gets_status(struct rpc_channel *channel, Grpc__Testing__EchoStatus *wanted)
{
    Grpc__Testing__SimpleRequest request = GRPC__TESTING__SIMPLE_REQUEST__INIT;
    request.response_status = wanted;
    ProtobufCMessage *reply;
    struct rpc_status status;
    rpc_unary(channel, SERVICE, "UnaryCall", &patient, &request.base, &reply, &status);
    protobuf_c_message_free_unpacked(reply, NULL);
    bool is_same = (int32_t)status.code == wanted->code && status.message &&
                   strcmp(status.message, wanted->message) == 0;
    rpc_status_fini(&status);
    return is_same;
}

static bool status_code_and_message(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__EchoStatus wanted = GRPC__TESTING__ECHO_STATUS__INIT;
    wanted.code = RPC_UNKNOWN;
    wanted.message = (char *)"test status message";
    EXPECT(gets_status(channel, &wanted));

    Grpc__Testing__StreamingOutputCallRequest request =
        GRPC__TESTING__STREAMING_OUTPUT_CALL_REQUEST__INIT;
    request.response_status = &wanted;
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &patient);
    rpc_talk_send(talk, &request.base);
    rpc_talk_send_end(talk);
    bool has_nothing = hear_end(talk);
    struct rpc_status status;
    rpc_talk_finish(talk, &status);
    bool is_same = (int32_t)status.code == wanted.code && status.message &&
                   strcmp(status.message, wanted.message) == 0;
    rpc_status_fini(&status);
    EXPECT(has_nothing && is_same);
    return true;
}

static bool special_status_message(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__EchoStatus wanted = GRPC__TESTING__ECHO_STATUS__INIT;
    wanted.code = RPC_UNKNOWN;
    wanted.message = (char *)"\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP "
                             "\U0001F608\t\n";
    EXPECT(gets_status(channel, &wanted));
    return true;
}

static enum rpc_code call_unimplemented(struct rpc_channel *channel,
                                        const ProtobufCServiceDescriptor *service)
{
    Grpc__Testing__Empty request = GRPC__TESTING__EMPTY__INIT;
    ProtobufCMessage *reply;
    enum rpc_code code =
        rpc_unary(channel, service, "UnimplementedCall", &patient, &request.base, &reply, NULL);
    protobuf_c_message_free_unpacked(reply, NULL);
    return code;
}

static bool unimplemented_method(struct rpc_channel *channel, char *why, size_t why_size)
{
    EXPECT(call_unimplemented(channel, SERVICE) == RPC_UNIMPLEMENTED);
    return true;
}

static bool unimplemented_service(struct rpc_channel *channel, char *why, size_t why_size)
{
    EXPECT(call_unimplemented(channel, &grpc__testing__unimplemented_service__descriptor) ==
           RPC_UNIMPLEMENTED);
    return true;
}

/* ---- Ends ----------------------------------------------------------------------------------- */

static bool cancel_after_begin(struct rpc_channel *channel, char *why, size_t why_size)
{
    struct rpc_upload *upload = rpc_upload_start(channel, SERVICE, "StreamingInputCall", &patient);
    rpc_upload_cancel(upload);
    ProtobufCMessage *reply;
    EXPECT(rpc_upload_finish(upload, &reply, NULL) == RPC_CANCELLED);
    return true;
}

static bool cancel_after_first_response(struct rpc_channel *channel, char *why, size_t why_size)
{
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &patient);
    bool is_good = say(talk, 31415, 27182) && hear(talk, 31415);
    rpc_talk_cancel(talk);
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_CANCELLED);
    EXPECT(is_good);
    return true;
}

static bool timeout_on_sleeping_server(struct rpc_channel *channel, char *why, size_t why_size)
{
    const struct rpc_client_options options = { .timeout_ms = 1 };
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "FullDuplexCall", &options);
    say(talk, -1, 27182); /* The call may be over already. */
    bool has_nothing = hear_end(talk);
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_DEADLINE_EXCEEDED);
    EXPECT(has_nothing);
    return true;
}

/* ---- Compression ---------------------------------------------------------------------------- */

static bool client_compressed_unary(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__BoolValue yes = boolean(true), no = boolean(false);
    Grpc__Testing__SimpleRequest request = GRPC__TESTING__SIMPLE_REQUEST__INIT;
    struct rpc_status status;
    request.expect_compressed = &yes;
    call_large(channel, &patient, &request, &status); /* The server has to notice. */
    enum rpc_code code = status.code;
    rpc_status_fini(&status);
    EXPECT(code == RPC_INVALID_ARGUMENT);
    EXPECT(call_large(channel, &with_gzip, &request, NULL));
    request.expect_compressed = &no;
    EXPECT(call_large(channel, &patient, &request, NULL));
    return true;
}

static void upload(struct rpc_upload *upload, bool compresses, bool expects, size_t size)
{
    Grpc__Testing__BoolValue expected = boolean(expects);
    Grpc__Testing__Payload payload = payload_of(size);
    Grpc__Testing__StreamingInputCallRequest request =
        GRPC__TESTING__STREAMING_INPUT_CALL_REQUEST__INIT;
    request.expect_compressed = &expected;
    request.payload = &payload;
    rpc_upload_compress(upload, compresses);
    rpc_upload_send(upload, &request.base); /* Its failing is seen at the end. */
}

static bool client_compressed_streaming(struct rpc_channel *channel, char *why, size_t why_size)
{
    ProtobufCMessage *reply;
    struct rpc_upload *probe = rpc_upload_start(channel, SERVICE, "StreamingInputCall", &with_gzip);
    upload(probe, false, true, 27182);
    EXPECT(rpc_upload_finish(probe, &reply, NULL) == RPC_INVALID_ARGUMENT);

    struct rpc_upload *mixed = rpc_upload_start(channel, SERVICE, "StreamingInputCall", &with_gzip);
    upload(mixed, true, true, 27182);
    upload(mixed, false, false, 45904);
    EXPECT(rpc_upload_finish(mixed, &reply, NULL) == RPC_OK);
    int32_t total = ((Grpc__Testing__StreamingInputCallResponse *)reply)->aggregated_payload_size;
    protobuf_c_message_free_unpacked(reply, NULL);
    EXPECT(total == 73086);
    return true;
}

static bool server_compressed_unary(struct rpc_channel *channel, char *why, size_t why_size)
{
    for (int wanted = 1; wanted >= 0; wanted--) {
        Grpc__Testing__BoolValue compressed = boolean(wanted == 1);
        Grpc__Testing__SimpleRequest request = GRPC__TESTING__SIMPLE_REQUEST__INIT;
        request.response_compressed = &compressed;
        struct rpc_status status;
        bool is_good = call_large(channel, &patient, &request, &status);
        bool came_compressed = status.compressed;
        rpc_status_fini(&status);
        EXPECT(is_good);
        EXPECT(came_compressed == (wanted == 1));
    }
    return true;
}

static bool server_compressed_streaming(struct rpc_channel *channel, char *why, size_t why_size)
{
    Grpc__Testing__BoolValue yes = boolean(true), no = boolean(false);
    Grpc__Testing__ResponseParameters wanted[2] = { GRPC__TESTING__RESPONSE_PARAMETERS__INIT,
                                                    GRPC__TESTING__RESPONSE_PARAMETERS__INIT };
    Grpc__Testing__ResponseParameters *list[] = { &wanted[0], &wanted[1] };
    Grpc__Testing__StreamingOutputCallRequest request =
        GRPC__TESTING__STREAMING_OUTPUT_CALL_REQUEST__INIT;
    wanted[0].compressed = &yes;
    wanted[0].size = 31415;
    wanted[1].compressed = &no;
    wanted[1].size = 92653;
    request.n_response_parameters = 2;
    request.response_parameters = list;
    struct rpc_talk *talk = rpc_talk_start(channel, SERVICE, "StreamingOutputCall", &patient);
    rpc_talk_send(talk, &request.base);
    rpc_talk_send_end(talk);
    bool first = hear(talk, 31415) && rpc_talk_compressed(talk);
    bool second = hear(talk, 92653) && !rpc_talk_compressed(talk);
    bool no_more = hear_end(talk);
    EXPECT(rpc_talk_finish(talk, NULL) == RPC_OK);
    EXPECT(first && second && no_more);
    return true;
}

/* ---- By name -------------------------------------------------------------------------------- */

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
static const struct interop_case cases[] = {
    CASE(empty_unary),
    CASE(large_unary),
    CASE(client_streaming),
    CASE(server_streaming),
    CASE(ping_pong),
    CASE(empty_stream),
    CASE(custom_metadata),
    CASE(status_code_and_message),
    CASE(special_status_message),
    CASE(unimplemented_method),
    CASE(unimplemented_service),
    CASE(cancel_after_begin),
    CASE(cancel_after_first_response),
    CASE(timeout_on_sleeping_server),
    CASE(client_compressed_unary),
    CASE(client_compressed_streaming),
    CASE(server_compressed_unary),
    CASE(server_compressed_streaming),
};
#undef CASE

const struct interop_case *interop_case_find(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(cases[i].name, name) == 0)
            return &cases[i];
    return NULL;
}
