/* Limits on both sides: peers that are dead, slow or too eager, connections that are old or idle,
 * messages and metadata that are too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "echo_server.h"

/* ---- A peer that speaks HTTP/2 by hand (RFC 9113) ---------------------------------------------
 */

enum { SETTINGS = 4, PING = 6, GOAWAY = 7, ACK = 1, HEADER_BYTES = 9, PATIENCE_S = 60 };

struct frame {
    unsigned type, flags, size;
    uint8_t payload[16384];
};

static void be_patient(int fd)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
}

static int connect_to(const struct echo_server *server)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(rpc_server_port(server->rpc)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    be_patient(fd);
    return fd;
}

static void send_bytes(int fd, const void *bytes, size_t size)
{
    assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
}

static void send_frame(int fd, unsigned type, unsigned flags, const void *payload, unsigned size)
{
    uint8_t bytes[64] = { 0, 0, (uint8_t)size, (uint8_t)type, (uint8_t)flags };
    assert_true(size <= sizeof bytes - HEADER_BYTES);
    memcpy(bytes + HEADER_BYTES, payload, size);
    send_bytes(fd, bytes, HEADER_BYTES + size);
}

static void greet(int fd)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    send_bytes(fd, preface, sizeof preface - 1);
    send_frame(fd, SETTINGS, 0, "", 0);
}

/* False: the connection has been closed. Not within PATIENCE_S: the test fails. */
static bool receive_bytes(int fd, uint8_t *bytes, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t got = recv(fd, bytes + have, size - have, 0);
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return false;
        assert_true(got > 0);
        have += (size_t)got;
    }
    return true;
}

static bool receive_frame(int fd, struct frame *frame)
{
    uint8_t header[HEADER_BYTES];
    if (!receive_bytes(fd, header, sizeof header))
        return false;
    frame->size = (unsigned)header[0] << 16 | (unsigned)header[1] << 8 | header[2];
    frame->type = header[3];
    frame->flags = header[4];
    assert_true(frame->size <= sizeof frame->payload);
    return receive_bytes(fd, frame->payload, frame->size);
}

/* The next frame of the type; false: the connection has been closed before. */
static bool receive_until(int fd, unsigned type, struct frame *frame)
{
    while (receive_frame(fd, frame))
        if (frame->type == type && (type != PING || !(frame->flags & ACK)))
            return true;
    return false;
}

static void expect_close(int fd)
{
    struct frame frame;
    while (receive_frame(fd, &frame))
        ;
    close(fd);
}

/* ---- Helpers -------------------------------------------------------------------------------- */

static void open_with(struct echo_server *server, const struct rpc_server_options *options)
{
    echo_server_open(server, true, options);
}

static struct rpc_channel *channel_with(struct rpc_channel_options options, const char *address)
{
    char why[256] = "";
    options.address = address;
    struct rpc_channel *channel = rpc_channel_open(&options, why, sizeof why);
    if (!channel)
        fail_msg("%s", why);
    return channel;
}

static enum rpc_code say(struct rpc_channel *channel, const char *action, const char *text,
                         char answer[64])
{
    Rpc__Test__EchoReply *reply;
    enum rpc_code code =
        echo_say(channel, &(struct rpc_client_options){ .timeout_ms = PATIENCE_S * 1000 }, action,
                 text, &reply, NULL);
    if (reply && answer)
        snprintf(answer, 64, "%s", reply->text);
    if (reply)
        echo_reply_free(reply);
    return code;
}

/* ---- Connections, seen by the server --------------------------------------------------------- */

static void who_says_nothing_is_hung_up_on(void **state)
{
    (void)state;
    struct echo_server server;
    open_with(&server, &(struct rpc_server_options){ .handshake_timeout_ms = 50 });
    expect_close(connect_to(&server));
    echo_server_close(&server);
}

static void a_dead_peer_is_found_by_pings(void **state)
{
    (void)state;
    struct echo_server server;
    struct frame frame;
    open_with(&server,
              &(struct rpc_server_options){ .keepalive_ms = 20, .keepalive_timeout_ms = 100 });
    int fd = connect_to(&server);
    greet(fd);
    /* As long as it answers it is asked again; then it does not, and that is its end. */
    for (int i = 0; i < 3; i++) {
        assert_true(receive_until(fd, PING, &frame));
        send_frame(fd, PING, ACK, frame.payload, 8);
    }
    assert_true(receive_until(fd, PING, &frame));
    expect_close(fd);
    echo_server_close(&server);
}

static void who_pings_too_often_is_told_so(void **state)
{
    (void)state;
    struct echo_server server;
    struct frame frame;
    open_with(&server, &(struct rpc_server_options){ .min_ping_ms = 3600000 });
    int fd = connect_to(&server);
    greet(fd);
    for (int i = 0; i < 5; i++)
        send_frame(fd, PING, 0, "12345678", 8);
    assert_true(receive_until(fd, GOAWAY, &frame));
    assert_true(frame.size >= 8);
    assert_int_equal(frame.payload[7], 11); /* ENHANCE_YOUR_CALM */
    assert_memory_equal(frame.payload + 8, "too_many_pings", 14);
    expect_close(fd);
    echo_server_close(&server);
}

static void an_idle_connection_is_closed(void **state)
{
    (void)state;
    struct echo_server server;
    struct frame frame;
    open_with(&server, &(struct rpc_server_options){ .max_idle_ms = 30 });
    int fd = connect_to(&server);
    greet(fd);
    assert_true(receive_until(fd, GOAWAY, &frame));
    close(fd);
    echo_server_close(&server);
}

/* New connections take over without a call that fails. */
static void an_old_connection_is_replaced(void **state)
{
    (void)state;
    struct echo_server server;
    char peer[64], before[64] = "";
    open_with(&server, &(struct rpc_server_options){ .max_age_ms = 30 });
    for (int connections = 0; connections < 4;) {
        assert_int_equal(say(server.channel, "tell peer", "", peer), RPC_OK);
        if (strcmp(peer, before) != 0)
            connections++;
        strcpy(before, peer);
    }
    echo_server_close(&server);
}

static void a_call_on_an_old_connection_has_its_grace(void **state)
{
    (void)state;
    struct echo_server server;
    open_with(&server, &(struct rpc_server_options){ .max_age_ms = 20, .max_age_grace_ms = 20 });
    assert_int_equal(say(server.channel, "hold", "", NULL), RPC_UNAVAILABLE);
    echo_answer(echo_server_take(&server));
    echo_server_close(&server);
}

/* ---- Connections, seen by the client --------------------------------------------------------- */

/* A server that has hung: it takes connections and says nothing after a greeting. */
struct hung_server {
    int listener;
    bool greets;
    char address[32];
    pthread_t thread;
};

static void *hang(void *arg)
{
    struct hung_server *server = arg;
    int peers[64];
    size_t count = 0;
    while (count < 64 && (peers[count] = accept(server->listener, NULL, NULL)) >= 0) {
        if (server->greets)
            send_frame(peers[count], SETTINGS, 0, "", 0);
        count++;
    }
    while (count > 0)
        close(peers[--count]);
    return NULL;
}

static void open_hung(struct hung_server *server, bool greets)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    server->greets = greets;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&at, &size), 0);
    snprintf(server->address, sizeof server->address, "127.0.0.1:%u", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, hang, server), 0);
}

static void close_hung(struct hung_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static void a_dead_server_is_found_by_pings(void **state)
{
    (void)state;
    struct hung_server server;
    open_hung(&server, true);
    struct rpc_channel *channel =
        channel_with((struct rpc_channel_options){ .keepalive_ms = 20, .keepalive_timeout_ms = 50 },
                     server.address);
    assert_int_equal(say(channel, "", "", NULL), RPC_UNAVAILABLE);
    rpc_channel_destroy(channel);
    close_hung(&server);
}

static void a_server_that_does_not_greet_is_given_up(void **state)
{
    (void)state;
    struct hung_server server;
    open_hung(&server, false);
    struct rpc_channel *channel =
        channel_with((struct rpc_channel_options){ .connect_timeout_ms = 50 }, server.address);
    assert_int_equal(say(channel, "", "", NULL), RPC_UNAVAILABLE);
    rpc_channel_destroy(channel);
    close_hung(&server);
}

/* ---- Messages and metadata ------------------------------------------------------------------- */

static void messages_are_limited_both_ways_on_both_sides(void **state)
{
    (void)state;
    static const struct {
        struct rpc_server_options server;
        struct rpc_channel_options channel;
    } rows[] = {
        { .server.max_message_bytes = 1000 },
        { .server.max_send_bytes = 1000 },
        { .channel.max_message_bytes = 1000 },
        { .channel.max_send_bytes = 1000 },
    };
    char small[901], large[1101];
    memset(small, 'x', sizeof small - 1);
    memset(large, 'x', sizeof large - 1);
    small[sizeof small - 1] = large[sizeof large - 1] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct echo_server server;
        open_with(&server, &rows[i].server);
        struct rpc_channel *channel = channel_with(rows[i].channel, server.address);
        assert_int_equal(say(channel, "", small, NULL), RPC_OK);
        assert_int_equal(say(channel, "", large, NULL), RPC_RESOURCE_EXHAUSTED);
        assert_int_equal(say(channel, "", small, NULL), RPC_OK);
        rpc_channel_destroy(channel);
        echo_server_close(&server);
    }
}

static enum rpc_code say_with_metadata(struct rpc_channel *channel, size_t size)
{
    char *value = malloc(size + 1);
    memset(value, 'x', size);
    value[size] = '\0';
    const struct rpc_metadata_entry entry = { .key = "tifo-caller", .value = value };
    Rpc__Test__EchoReply *reply;
    enum rpc_code code =
        echo_say(channel,
                 &(struct rpc_client_options){
                     .metadata = &entry, .metadata_count = 1, .timeout_ms = PATIENCE_S * 1000 },
                 "tell metadata", "", &reply, NULL);
    if (reply)
        echo_reply_free(reply);
    free(value);
    return code;
}

/* "tell metadata" sends the caller's name back as a trailer. */
static void metadata_is_limited_on_both_sides(void **state)
{
    (void)state;
    static const struct {
        struct rpc_server_options server;
        struct rpc_channel_options channel;
        size_t good, too_much;
    } rows[] = {
        { .good = 7000, .too_much = 9000 },
        { .server.max_metadata_bytes = 2000, .good = 1000, .too_much = 3000 },
        { .channel.max_metadata_bytes = 2000, .good = 1000, .too_much = 3000 },
        { .server.max_metadata_bytes = 100000,
          .channel.max_metadata_bytes = 100000,
          .good = 50000,
          .too_much = 110000 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct echo_server server;
        open_with(&server, &rows[i].server);
        struct rpc_channel *channel = channel_with(rows[i].channel, server.address);
        assert_int_equal(say_with_metadata(channel, rows[i].good), RPC_OK);
        assert_int_equal(say_with_metadata(channel, rows[i].too_much), RPC_RESOURCE_EXHAUSTED);
        rpc_channel_destroy(channel);
        echo_server_close(&server);
    }
}

/* ---- Options -------------------------------------------------------------------------------- */

static void options_out_of_range_are_named(void **state)
{
    (void)state;
    static const struct {
        struct rpc_server_options options;
        const char *why;
    } servers[] = {
        { { .keepalive_ms = 9 },
          "the option keepalive_ms is 9; give 10 to 86400000, or 0 for its default" },
        { { .max_metadata_bytes = 1 << 21 },
          "the option max_metadata_bytes is 2097152; give 1024 to 1048576, or 0 for its default" },
        { { .max_message_bytes = UINT32_MAX },
          "the option max_message_bytes is 4294967295; give 1 to 1073741824, or 0 for its "
          "default" },
        { { .stream_queues = 257 },
          "the option stream_queues is 257; give 1 to 256, or 0 for its default" },
    };
    char why[256];
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        struct rpc_server_options options = servers[i].options;
        options.address = "127.0.0.1:0";
        assert_null(rpc_server_create(&options, why, sizeof why));
        assert_string_equal(why, servers[i].why);
    }
    assert_null(rpc_channel_open(
        &(struct rpc_channel_options){ .address = "127.0.0.1:1", .backoff_min_ms = 3600001 }, why,
        sizeof why));
    assert_string_equal(
        why, "the option backoff_min_ms is 3600001; give 10 to 3600000, or 0 for its default");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_says_nothing_is_hung_up_on),
        cmocka_unit_test(a_dead_peer_is_found_by_pings),
        cmocka_unit_test(who_pings_too_often_is_told_so),
        cmocka_unit_test(an_idle_connection_is_closed),
        cmocka_unit_test(an_old_connection_is_replaced),
        cmocka_unit_test(a_call_on_an_old_connection_has_its_grace),
        cmocka_unit_test(a_dead_server_is_found_by_pings),
        cmocka_unit_test(a_server_that_does_not_greet_is_given_up),
        cmocka_unit_test(messages_are_limited_both_ways_on_both_sides),
        cmocka_unit_test(metadata_is_limited_on_both_sides),
        cmocka_unit_test(options_out_of_range_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
