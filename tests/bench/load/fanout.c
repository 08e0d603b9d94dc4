/*
 * fanout: how long one message takes to many streams.
 *
 *   fanout PORT CONNECTIONS STREAMS ROUNDS
 *
 * Opens STREAMS calls of /bench.Fanout/Follow on each connection and lets /bench.Fanout/Publish
 * send a message of 200 bytes to all of them, ROUNDS times: the next when the one before has come
 * everywhere. Prints one line of JSON with the medians: messages that came a second, and ms from
 * the publishing to the last arrival. Exit 1: something else came than was to come.
 */
#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/load/transport.h"

/* A message over the wire: 5 bytes, the number (a key and 8 bytes), the body (key, size, bytes). */
enum {
    BODY_BYTES = 200,
    NUMBER_AT = 5 + 1,
    MESSAGE_BYTES = 5 + 9 + 3 + BODY_BYTES,
    CONNECTIONS_MAX = 1024,
    ROUNDS_MAX = 1000,
    WINDOW_BYTES = 1 << 24,
    STUCK_MS = 30000, /* Nothing has come for so long. */
};

struct fanout;
struct stream {
    struct fanout *fanout;
    bool publishes;
    size_t have; /* Of the message that comes. */
    uint8_t message[MESSAGE_BYTES];
};

struct connection {
    struct transport transport;
    nghttp2_session *session;
};

struct fanout {
    struct connection connections[CONNECTIONS_MAX]; /* The first one publishes. */
    struct stream publisher, *streams;
    uint32_t connection_count, streams_each;
    uint64_t number;  /* Of the message that is awaited. */
    uint64_t arrived; /* Streams that have it. */
    bool is_published, has_failed;
    uint8_t update[MESSAGE_BYTES];
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- HTTP/2 --------------------------------------------------------------------------------- */

static ssize_t on_send(nghttp2_session *session, const uint8_t *data, size_t size, int flags,
                       void *ctx)
{
    (void)session;
    (void)flags;
    ssize_t sent = transport_send(&((struct connection *)ctx)->transport, data, size);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN ? NGHTTP2_ERR_WOULDBLOCK : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static void take(struct stream *stream)
{
    struct fanout *fanout = stream->fanout;
    uint64_t number = 0;
    for (size_t i = 8; i-- > 0;)
        number = number << 8 | stream->message[NUMBER_AT + i];
    if (number == fanout->number)
        fanout->arrived++;
    else
        fanout->has_failed = true;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                   size_t size, void *ctx)
{
    (void)flags;
    (void)ctx;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    while (size > 0 && stream && !stream->publishes) {
        size_t part = MESSAGE_BYTES - stream->have;
        if (part > size)
            part = size;
        memcpy(stream->message + stream->have, data, part);
        stream->have += part;
        data += part;
        size -= part;
        if (stream->have == MESSAGE_BYTES) {
            take(stream);
            stream->have = 0;
        }
    }
    return 0;
}

/* Only publishing ends. */
static int on_close(nghttp2_session *session, int32_t id, uint32_t error, void *ctx)
{
    (void)ctx;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    if (stream && stream->publishes && error == 0)
        stream->fanout->is_published = true;
    else if (stream)
        stream->fanout->has_failed = true;
    return 0;
}

static ssize_t read_request(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size,
                            uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    (void)session;
    (void)id;
    (void)size; /* Never less than a message. */
    (void)ctx;
    struct stream *stream = source->ptr;
    size_t bytes = stream->publishes ? MESSAGE_BYTES : 5;
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream->publishes)
        memcpy(buffer, stream->fanout->update, bytes);
    else
        memset(buffer, 0, bytes);
    return (ssize_t)bytes;
}

static nghttp2_nv header(const char *name, const char *value)
{
    return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value),
                         NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE };
}

static bool ask(struct connection *connection, const char *path, struct stream *stream)
{
    const nghttp2_nv headers[] = {
        header(":method", "POST"), header(":scheme", "http"),
        header(":path", path),     header(":authority", "127.0.0.1"),
        header("te", "trailers"),  header("content-type", "application/grpc")
    };
    nghttp2_data_provider body = { { .ptr = stream }, read_request };
    return nghttp2_submit_request(connection->session, NULL, headers,
                                  sizeof headers / sizeof *headers, &body, stream) > 0 &&
           nghttp2_session_send(connection->session) == 0;
}

static bool open_connection(struct connection *connection, uint16_t port)
{
    if (!transport_open(&connection->transport, port, NULL))
        return false;
    nghttp2_session_callbacks *callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_send_callback(callbacks, on_send);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_client_new(&connection->session, callbacks, connection);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_BYTES },
    };
    nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES);
    return true;
}

static bool receive(struct connection *connection)
{
    uint8_t buffer[1 << 16];
    ssize_t size = transport_recv(&connection->transport, buffer, sizeof buffer);
    if (size < 0)
        return errno == EAGAIN;
    return size > 0 && nghttp2_session_mem_recv(connection->session, buffer, (size_t)size) == size;
}

/* ---- Rounds --------------------------------------------------------------------------------- */

/* Reads and writes until all streams have the message and the publishing is answered. */
static bool wait_for_all(struct fanout *fanout)
{
    struct pollfd ready[CONNECTIONS_MAX];
    const uint64_t all = (uint64_t)(fanout->connection_count - 1) * fanout->streams_each;
    while (fanout->arrived < all || !fanout->is_published) {
        for (uint32_t i = 0; i < fanout->connection_count; i++)
            ready[i] =
                (struct pollfd){ .fd = fanout->connections[i].transport.fd, .events = POLLIN };
        for (uint32_t i = 0; i < fanout->connection_count; i++)
            if (nghttp2_session_want_write(fanout->connections[i].session))
                ready[i].events |= POLLOUT;
        if (poll(ready, fanout->connection_count, STUCK_MS) <= 0)
            return false;
        for (uint32_t i = 0; i < fanout->connection_count; i++) {
            struct connection *connection = &fanout->connections[i];
            if (ready[i].revents & ~POLLOUT && !receive(connection))
                return false;
            if (ready[i].revents && nghttp2_session_send(connection->session) != 0)
                return false;
        }
        if (fanout->has_failed)
            return false;
    }
    return true;
}

/* Seconds from the publishing to the last arrival; negative: it failed. */
static double publish(struct fanout *fanout)
{
    fanout->number++;
    fanout->arrived = 0;
    fanout->is_published = false;
    for (size_t i = 0; i < 8; i++)
        fanout->update[NUMBER_AT + i] = (uint8_t)(fanout->number >> 8 * i);
    const double began = now_s();
    if (!ask(&fanout->connections[0], "/bench.Fanout/Publish", &fanout->publisher) ||
        !wait_for_all(fanout))
        return -1;
    return now_s() - began;
}

static bool open_all(struct fanout *fanout, uint16_t port, uint32_t connections)
{
    static const uint8_t head[] = { 0, 0, 0, 0, MESSAGE_BYTES - 5, (1 << 3) | 1 };
    memcpy(fanout->update, head, sizeof head);
    fanout->update[NUMBER_AT + 8] = (2 << 3) | 2;
    fanout->update[NUMBER_AT + 9] = (BODY_BYTES & 127) | 128;
    fanout->update[NUMBER_AT + 10] = BODY_BYTES >> 7;
    fanout->publisher = (struct stream){ .fanout = fanout, .publishes = true };
    fanout->streams = calloc((size_t)connections * fanout->streams_each, sizeof *fanout->streams);
    /* To nobody yet; whoever follows gets it first. */
    return fanout->streams && open_connection(&fanout->connections[0], port) && publish(fanout) > 0;
}

/* Everybody follows, and has the first message. */
static bool follow_all(struct fanout *fanout, uint16_t port, uint32_t connections)
{
    for (uint32_t i = 1; i <= connections; i++) {
        struct connection *connection = &fanout->connections[i];
        if (!open_connection(connection, port))
            return false;
        fanout->connection_count++;
        for (uint32_t k = 0; k < fanout->streams_each; k++) {
            struct stream *stream = &fanout->streams[(i - 1) * fanout->streams_each + k];
            stream->fanout = fanout;
            if (!ask(connection, "/bench.Fanout/Follow", stream))
                return false;
        }
    }
    return wait_for_all(fanout);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static struct fanout fanout;
    static double took_s[ROUNDS_MAX];
    const uint32_t connections = argc == 5 ? (uint32_t)atoi(argv[2]) : 0;
    const uint32_t rounds = argc == 5 ? (uint32_t)atoi(argv[4]) : 0;
    fanout.streams_each = argc == 5 ? (uint32_t)atoi(argv[3]) : 0;
    if (connections < 1 || connections >= CONNECTIONS_MAX || fanout.streams_each < 1 ||
        rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: fanout PORT CONNECTIONS STREAMS ROUNDS\n");
        return 2;
    }
    const uint16_t port = (uint16_t)atoi(argv[1]);
    fanout.connection_count = 1;
    bool is_good = open_all(&fanout, port, connections) && follow_all(&fanout, port, connections);
    for (uint32_t i = 0; i < rounds && is_good; i++)
        is_good = (took_s[i] = publish(&fanout)) > 0;
    if (!is_good) {
        fprintf(stderr, "fanout: of message %llu %llu have come\n",
                (unsigned long long)fanout.number, (unsigned long long)fanout.arrived);
        return 1;
    }
    qsort(took_s, rounds, sizeof *took_s, by_value);
    const double middle_s = took_s[rounds / 2];
    printf("{\"streams\": %u, \"deliveries_per_s\": %.0f, \"last_ms\": %.2f}\n",
           connections * fanout.streams_each, connections * fanout.streams_each / middle_s,
           1000 * middle_s);
    for (uint32_t i = 0; i < fanout.connection_count; i++) {
        nghttp2_session_del(fanout.connections[i].session);
        transport_close(&fanout.connections[i].transport);
    }
    free(fanout.streams);
    return 0;
}
