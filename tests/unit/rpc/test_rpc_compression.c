#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <grpc/byte_buffer.h>
#include <zlib.h>

#include "api/rpc/payload.h"
#include "echo_server.h"

enum { SIZE = 100000 };

/* From malloc. */
static char *text_of(size_t size)
{
    char *text = malloc(size + 1);
    memset(text, 'z', size);
    text[size] = '\0';
    return text;
}

/* The reply's text, cut to what a test looks at; *compressed: whether it came so. */
static void say(struct echo_server *server, enum rpc_compression compression, const char *action,
                size_t size, char reply_text[16], bool *compressed)
{
    struct rpc_client_options options = { .compression = compression };
    char *text = text_of(size);
    Rpc__Test__EchoReply *reply;
    struct rpc_status status;
    assert_int_equal(echo_say(server->channel, &options, action, text, &reply, &status), RPC_OK);
    strncpy(reply_text, reply->text, 15);
    reply_text[15] = '\0';
    *compressed = status.compressed;
    if (strncmp(action, "reply", 5) == 0)
        assert_string_equal(reply->text, text);
    echo_reply_free(reply);
    rpc_status_fini(&status);
    free(text);
}

static void a_request_is_compressed_as_the_client_says(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    static const struct {
        enum rpc_compression compression;
        size_t size;
        const char *seen;
    } rows[] = {
        { RPC_COMPRESSION_DEFAULT, SIZE, "plain" },
        { RPC_COMPRESSION_NONE, SIZE, "plain" },
        { RPC_COMPRESSION_GZIP, SIZE, "compressed" },
        { RPC_COMPRESSION_DEFLATE, SIZE, "compressed" },
        { RPC_COMPRESSION_GZIP, 3, "plain" }, /* It would not shrink. */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char seen[16];
        bool compressed;
        say(&server, rows[i].compression, "tell compressed", rows[i].size, seen, &compressed);
        assert_string_equal(seen, rows[i].seen);
        assert_false(compressed);
    }
    echo_server_close(&server);
}

static void a_reply_is_compressed_as_the_handler_says(void **state)
{
    (void)state;
    static const struct {
        enum rpc_compression server;
        const char *action;
        bool compressed;
    } rows[] = {
        { RPC_COMPRESSION_DEFAULT, "reply gzip", true },
        { RPC_COMPRESSION_DEFAULT, "reply deflate", true },
        { RPC_COMPRESSION_DEFAULT, "reply plain", false },
        { RPC_COMPRESSION_GZIP, "", true },
        { RPC_COMPRESSION_DEFLATE, "", true },
        { RPC_COMPRESSION_GZIP, "reply plain", false },
        { RPC_COMPRESSION_NONE, "reply gzip", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct echo_server server;
        struct rpc_server_options options = { .compression = rows[i].server };
        echo_server_open(&server, true, &options);
        char seen[16];
        bool compressed;
        say(&server, RPC_COMPRESSION_DEFAULT, rows[i].action, SIZE, seen, &compressed);
        assert_int_equal(compressed, rows[i].compressed);
        echo_server_close(&server);
    }
}

static void each_message_of_a_stream_has_its_own_way(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *talk =
        rpc_talk_start(server.channel, &rpc__test__echo__descriptor, "Count", NULL);
    Rpc__Test__EchoRequest request = echo_request("alternate", "6");
    rpc_talk_send(talk, &request.base);
    rpc_talk_send_end(talk);
    for (int i = 0; i < 6; i++) {
        ProtobufCMessage *message = rpc_talk_next(talk);
        assert_non_null(message);
        assert_int_equal(rpc_talk_compressed(talk), i % 2 == 0);
        protobuf_c_message_free_unpacked(message, NULL);
    }
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), RPC_OK);
    echo_server_close(&server);
}

static void each_message_of_an_upload_has_its_own_way(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_client_options options = { .compression = RPC_COMPRESSION_GZIP };
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", &options);
    char *text = text_of(SIZE);
    Rpc__Test__EchoRequest request = echo_request("", text);
    for (int i = 0; i < 6; i++) {
        rpc_upload_compress(upload, i % 2 == 0);
        assert_true(rpc_upload_send(upload, &request.base));
    }
    Rpc__Test__EchoReply *reply;
    assert_int_equal(rpc_upload_finish(upload, (ProtobufCMessage **)&reply, NULL), RPC_OK);
    assert_int_equal(reply->number, 6 * SIZE);
    assert_int_equal(atomic_load(&server.said_compressed), 3);
    echo_reply_free(reply);
    free(text);
    echo_server_close(&server);
}

/* 64 MiB fit into 64 KiB, and must not take more than the 4 MiB that a request may have. */
static void what_decompresses_to_too_much_is_refused(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    static const enum rpc_compression ways[] = { RPC_COMPRESSION_GZIP, RPC_COMPRESSION_DEFLATE };
    char *text = text_of((size_t)64 << 20);
    for (size_t i = 0; i < 2; i++) {
        struct rpc_client_options options = { .compression = ways[i] };
        Rpc__Test__EchoReply *reply;
        struct rpc_status status;
        assert_int_equal(echo_say(server.channel, &options, "", text, &reply, &status),
                         RPC_RESOURCE_EXHAUSTED);
        assert_string_equal(status.message, "the request decompresses to more than 4194304 bytes; "
                                            "send less at a time");
        rpc_status_fini(&status);
    }
    assert_int_equal(atomic_load(&server.said), 0);
    free(text);
    echo_server_close(&server);
}

static void an_upload_is_cancelled_before_its_first_message(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
    rpc_upload_cancel(upload);
    ProtobufCMessage *reply;
    assert_int_equal(rpc_upload_finish(upload, &reply, NULL), RPC_CANCELLED);
    assert_null(reply);
    echo_server_close(&server);
}

static size_t gzip(const char *text, size_t size, uint8_t *out, size_t room)
{
    z_stream z = { .next_in = (Bytef *)text, .avail_in = (uInt)size, .next_out = out };
    z.avail_out = (uInt)room;
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static enum rpc_payload_fault open_slices(grpc_slice *slices, size_t count, size_t *size)
{
    grpc_byte_buffer *buffer =
        grpc_raw_compressed_byte_buffer_create(slices, count, GRPC_COMPRESS_GZIP);
    for (size_t i = 0; i < count; i++)
        grpc_slice_unref(slices[i]);
    struct rpc_payload payload;
    enum rpc_payload_fault fault = rpc_payload_open(&payload, buffer, SIZE);
    *size = payload.size;
    rpc_payload_close(&payload);
    grpc_byte_buffer_destroy(buffer);
    return fault;
}

/* As the network happens to cut it: anywhere, and with empty pieces in between and behind. */
static void a_compressed_message_comes_in_any_pieces(void **state)
{
    (void)state;
    grpc_init();
    char *text = text_of(SIZE);
    uint8_t packed[1024];
    size_t packed_size = gzip(text, SIZE, packed, sizeof packed), size;
    for (size_t cut = 0; cut <= packed_size; cut++) {
        grpc_slice slices[] = {
            grpc_slice_from_copied_buffer((char *)packed, cut),
            grpc_empty_slice(),
            grpc_slice_from_copied_buffer((char *)packed + cut, packed_size - cut),
            grpc_empty_slice(),
        };
        assert_int_equal(open_slices(slices, 4, &size), RPC_PAYLOAD_GOOD);
        assert_int_equal(size, SIZE);
    }
    grpc_slice more[] = { grpc_slice_from_copied_buffer((char *)packed, packed_size),
                          grpc_empty_slice(), grpc_slice_from_copied_string("x") };
    assert_int_equal(open_slices(more, 3, &size), RPC_PAYLOAD_GARBLED);
    grpc_slice less[] = { grpc_slice_from_copied_buffer((char *)packed, packed_size - 1) };
    assert_int_equal(open_slices(less, 1, &size), RPC_PAYLOAD_GARBLED);
    free(text);
    grpc_shutdown();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_compressed_as_the_client_says),
        cmocka_unit_test(a_reply_is_compressed_as_the_handler_says),
        cmocka_unit_test(each_message_of_a_stream_has_its_own_way),
        cmocka_unit_test(each_message_of_an_upload_has_its_own_way),
        cmocka_unit_test(what_decompresses_to_too_much_is_refused),
        cmocka_unit_test(an_upload_is_cancelled_before_its_first_message),
        cmocka_unit_test(a_compressed_message_comes_in_any_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
