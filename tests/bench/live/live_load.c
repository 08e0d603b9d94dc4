/*
 * live_load: how long an update takes to many streams, and what it costs the server.
 *
 *   live_load SERVICE PORT PID CONNECTIONS STREAMS STALLED ROUNDS
 *
 * SERVICE is `bench` (/bench.Fanout of rpc/fanout.proto), `fanout` (the same with 200 bytes) or
 * `tifo` (WatchLive of one gate, which SetGate opens and shuts). STREAMS streams on each connection
 * follow; those of the first STALLED connections take nothing. Then ROUNDS updates, each when the
 * one before has come everywhere and PAUSE_MS have passed. Prints one line of JSON: over all
 * deliveries, ms from the update's being sent (its answer and the disk's part included), and from
 * the first that had it; deliveries a second of the median update; CPU of the process PID for each,
 * and its memory for each stream. Exit 1: something else came than was to come.
 */
#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load/transport.h"

enum {
    HEAD_BYTES = 5, /* Before a message. */
    WINDOW_BYTES = 1 << 20,
    STUCK_MS = 60000, /* Nothing has come for so long. */
    PAUSE_MS = 400,   /* More than between two messages of a topic. */
    EVENTS = 512,
    UPDATE_MAX = 256,
};

struct stream {
    struct load *load;
    bool updates, stalled;
    uint8_t have;   /* Of the head. */
    uint32_t left;  /* Of the message that comes. */
    uint32_t count; /* Messages so far. */
    uint8_t head[HEAD_BYTES];
};

struct connection {
    struct transport transport;
    nghttp2_session *session;
    bool writes; /* Waits until it can. */
    bool stalled;
};

struct service {
    const char *name, *watch, *update;
    uint8_t watch_body[16];
    size_t watch_size;
    size_t (*write_update)(uint32_t round, uint8_t *to);
};

struct load {
    const struct service *service;
    struct connection *connections; /* The first one updates. */
    struct stream updater, *streams;
    uint32_t connection_count, streams_each, stalled, rounds;
    int epoll;
    uint32_t round; /* Messages that each stream has had before the one that is awaited. */
    uint64_t arrived, awaited, ended_stalled;
    bool is_updated, has_failed;
    double began_s;
    double *took_ms;        /* Of each delivery, */
    double *after_first_ms; /* and since the first one of its update, */
    double first_s;         /* which was then. */
    uint64_t took_count;
    double *rounds_s; /* To the last of each update's deliveries. */
    uint8_t update[UPDATE_MAX];
    size_t update_size;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- The two services -------------------------------------------------------------------------
 */

/* Update{number, body}; the first one is 1: none is 0. */
static size_t write_update(uint32_t round, uint8_t body, uint8_t *to)
{
    uint8_t *at = to;
    *at++ = 1 << 3 | 1;
    for (uint32_t i = 0; i < 8; i++)
        *at++ = i < 4 ? (uint8_t)((round + 1) >> 8 * i) : 0;
    *at++ = 2 << 3 | 2;
    if (body > 127)
        *at++ = (body & 127) | 128;
    *at++ = body > 127 ? body >> 7 : body;
    memset(at, 'x', body);
    return (size_t)(at + body - to);
}

/* As many bytes as tifod's change of a gate. */
static size_t write_bench(uint32_t round, uint8_t *to)
{
    return write_update(round, 60, to);
}

static size_t write_fanout(uint32_t round, uint8_t *to)
{
    return write_update(round, 200, to);
}

/* SetGateRequest{gate: 0, mode}: shut, open, ... */
static size_t write_tifo(uint32_t round, uint8_t *to)
{
    to[0] = 3 << 3;
    to[1] = round % 2 ? 2 : 1;
    return 2;
}

static const struct service services[] = {
    { "bench", "/bench.Fanout/Follow", "/bench.Fanout/Publish", { 0 }, 0, write_bench },
    { "fanout", "/bench.Fanout/Follow", "/bench.Fanout/Publish", { 0 }, 0, write_fanout },
    /* WatchLiveRequest{filter{kinds: [GATE], gates: [0]}} */
    { "tifo",
      "/tifo.v1.Live/WatchLive",
      "/tifo.v1.Guidance/SetGate",
      { 0x12, 6, 0x0a, 1, 3, 0x1a, 1, 0 },
      8,
      write_tifo },
};

/* ---- HTTP/2 -----------------------------------------------------------------------------------
 */

static ssize_t on_send(nghttp2_session *session, const uint8_t *data, size_t size, int flags,
                       void *ctx)
{
    (void)session;
    (void)flags;
    const ssize_t sent = transport_send(&((struct connection *)ctx)->transport, data, size);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN ? NGHTTP2_ERR_WOULDBLOCK : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static void take(struct stream *stream)
{
    struct load *load = stream->load;
    if (stream->count++ != load->round) {
        load->has_failed = true;
        return;
    }
    const double at_s = now_s();
    if (load->arrived++ == 0)
        load->first_s = at_s;
    if (load->round == 0)
        return;
    load->took_ms[load->took_count] = 1000 * (at_s - load->began_s);
    load->after_first_ms[load->took_count++] = 1000 * (at_s - load->first_s);
}

static void begin_message(struct stream *stream)
{
    const uint8_t *head = stream->head;
    stream->left =
        (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
    if (stream->left == 0) {
        stream->have = 0;
        take(stream);
    }
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                   size_t size, void *ctx)
{
    (void)flags;
    (void)ctx;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    while (size > 0 && stream && !stream->updates) {
        if (stream->have < HEAD_BYTES) {
            stream->head[stream->have++] = *data++;
            size--;
            if (stream->have == HEAD_BYTES)
                begin_message(stream);
            continue;
        }
        const size_t part = stream->left < size ? stream->left : size;
        stream->left -= (uint32_t)part;
        data += part;
        size -= part;
        if (stream->left == 0) {
            stream->have = 0;
            take(stream);
        }
    }
    return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t error, void *ctx)
{
    (void)ctx;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    if (stream && stream->updates && error == 0)
        stream->load->is_updated = true;
    else if (stream && stream->stalled)
        stream->load->ended_stalled++;
    else if (stream)
        stream->load->has_failed = true;
    return 0;
}

static ssize_t read_request(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size,
                            uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    (void)session;
    (void)id;
    (void)size; /* Never less than a message. */
    (void)ctx;
    const struct stream *stream = source->ptr;
    const struct load *load = stream->load;
    const size_t bytes = stream->updates ? load->update_size : load->service->watch_size;
    memcpy(buffer + HEAD_BYTES, stream->updates ? load->update : load->service->watch_body, bytes);
    memset(buffer, 0, HEAD_BYTES);
    buffer[4] = (uint8_t)bytes;
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)(HEAD_BYTES + bytes);
}

static nghttp2_nv header(const char *name, const char *value)
{
    return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value),
                         NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE };
}

static bool flush(struct load *load, struct connection *connection)
{
    if (nghttp2_session_send(connection->session) != 0)
        return false;
    const bool writes = nghttp2_session_want_write(connection->session);
    if (writes == connection->writes)
        return true;
    struct epoll_event event = { .events = EPOLLIN | (writes ? EPOLLOUT : 0),
                                 .data.ptr = connection };
    connection->writes = writes;
    return epoll_ctl(load->epoll, EPOLL_CTL_MOD, connection->transport.fd, &event) == 0;
}

static bool ask(struct load *load, struct connection *connection, const char *path,
                struct stream *stream)
{
    const nghttp2_nv headers[] = {
        header(":method", "POST"), header(":scheme", "http"),
        header(":path", path),     header(":authority", "127.0.0.1"),
        header("te", "trailers"),  header("content-type", "application/grpc")
    };
    nghttp2_data_provider body = { { .ptr = stream }, read_request };
    return nghttp2_submit_request(connection->session, NULL, headers,
                                  sizeof headers / sizeof *headers, &body, stream) > 0 &&
           flush(load, connection);
}

static bool open_connection(struct load *load, struct connection *connection, uint16_t port,
                            bool stalled)
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
        { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stalled ? 0 : WINDOW_BYTES },
    };
    connection->stalled = stalled;
    nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    return epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->transport.fd, &event) == 0 &&
           flush(load, connection);
}

static bool receive(struct connection *connection)
{
    uint8_t buffer[1 << 16];
    const ssize_t size = transport_recv(&connection->transport, buffer, sizeof buffer);
    if (size < 0)
        return errno == EAGAIN;
    return size > 0 && nghttp2_session_mem_recv(connection->session, buffer, (size_t)size) == size;
}

/* Reads and writes what is there; false: something failed, or nothing has come for `wait_ms`. */
static bool turn(struct load *load, int wait_ms, bool *quiet)
{
    struct epoll_event events[EVENTS];
    const int count = epoll_wait(load->epoll, events, EVENTS, wait_ms);
    *quiet = count == 0;
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        if (events[i].events & ~(uint32_t)EPOLLOUT && !receive(connection))
            return false;
        if (!flush(load, connection))
            return false;
    }
    return count >= 0 && !load->has_failed;
}

/* ---- Rounds -----------------------------------------------------------------------------------
 */

static bool wait_for_all(struct load *load)
{
    bool quiet = false;
    while (load->arrived < load->awaited || !load->is_updated)
        if (!turn(load, STUCK_MS, &quiet) || quiet)
            return false;
    return true;
}

/* What comes meanwhile was not to come. */
static bool pause_a_little(struct load *load)
{
    const double until_s = now_s() + PAUSE_MS / 1000.0;
    for (double left_s; (left_s = until_s - now_s()) > 0;) {
        bool quiet;
        if (!turn(load, (int)(1000 * left_s) + 1, &quiet))
            return false;
    }
    return true;
}

static bool update(struct load *load)
{
    load->round++;
    load->arrived = 0;
    load->is_updated = false;
    load->update_size = load->service->write_update(load->round, load->update);
    load->began_s = now_s();
    const bool came = ask(load, &load->connections[0], load->service->update, &load->updater) &&
                      wait_for_all(load);
    load->rounds_s[load->round - 1] = now_s() - load->began_s;
    return came;
}

/* Everybody follows; who is not stalled has the first message. */
static bool follow_all(struct load *load, uint16_t port)
{
    for (uint32_t i = 1; i <= load->connection_count; i++) {
        struct connection *connection = &load->connections[i];
        const bool stalled = i <= load->stalled;
        if (!open_connection(load, connection, port, stalled))
            return false;
        for (uint32_t k = 0; k < load->streams_each; k++) {
            struct stream *stream = &load->streams[(i - 1) * load->streams_each + k];
            *stream = (struct stream){ .load = load, .stalled = stalled };
            if (!ask(load, connection, load->service->watch, stream))
                return false;
        }
        bool quiet;
        if (!turn(load, 0, &quiet))
            return false;
    }
    return wait_for_all(load);
}

/* ---- The server -------------------------------------------------------------------------------
 */

/* utime and stime, of all its threads. */
static double cpu_s(const char *pid)
{
    char path[64], line[1024], *at;
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(line, sizeof line, file) && (at = strrchr(line, ')')))
        sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    if (file)
        fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double rss_kib(const char *pid)
{
    char path[64], line[256];
    double kib = 0;
    snprintf(path, sizeof path, "/proc/%s/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kib;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(const double *sorted, uint64_t count, double share)
{
    return sorted[(uint64_t)(share * (double)(count - 1))];
}

static bool run(struct load *load, uint16_t port, const char *pid)
{
    const uint64_t streams = (uint64_t)load->connection_count * load->streams_each;
    load->awaited = streams - (uint64_t)load->stalled * load->streams_each;
    load->connections = calloc(load->connection_count + 1, sizeof *load->connections);
    load->streams = calloc(streams, sizeof *load->streams);
    load->took_ms = malloc(load->awaited * load->rounds * sizeof *load->took_ms);
    load->after_first_ms = malloc(load->awaited * load->rounds * sizeof *load->after_first_ms);
    load->rounds_s = malloc(load->rounds * sizeof *load->rounds_s);
    load->updater = (struct stream){ .load = load, .updates = true };
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!load->connections || !load->streams || !load->took_ms || !load->after_first_ms ||
        !load->rounds_s || load->epoll < 0 ||
        !open_connection(load, &load->connections[0], port, false))
        return false;
    /* Something is there before anybody follows. */
    load->is_updated = false;
    load->update_size = load->service->write_update(0, load->update);
    const uint64_t awaited = load->awaited;
    load->awaited = 0;
    if (!ask(load, &load->connections[0], load->service->update, &load->updater) ||
        !wait_for_all(load))
        return false;
    load->awaited = awaited;
    const double empty_kib = rss_kib(pid);
    const double opening_s = now_s();
    if (!follow_all(load, port) || !pause_a_little(load))
        return false;
    const double opened_s = now_s() - opening_s - PAUSE_MS / 1000.0;
    const double full_kib = rss_kib(pid);
    double used_s = 0;
    for (uint32_t i = 0; i < load->rounds; i++) {
        const double before_s = cpu_s(pid);
        if (!update(load) || !pause_a_little(load))
            return false;
        used_s += cpu_s(pid) - before_s;
    }
    qsort(load->took_ms, load->took_count, sizeof *load->took_ms, by_value);
    qsort(load->after_first_ms, load->took_count, sizeof *load->after_first_ms, by_value);
    qsort(load->rounds_s, load->rounds, sizeof *load->rounds_s, by_value);
    printf("{\"streams\": %llu, \"deliveries_per_s\": %.0f, \"p50_ms\": %.2f, \"p95_ms\": %.2f, "
           "\"p99_ms\": %.2f, "
           "\"last_ms\": %.2f, \"after_first_p99_ms\": %.2f, \"cpu_us\": %.3f, \"kib\": %.2f, "
           "\"open_s\": %.2f, "
           "\"stalled_ended\": %llu}\n",
           (unsigned long long)streams, (double)load->awaited / load->rounds_s[load->rounds / 2],
           at(load->took_ms, load->took_count, 0.5), at(load->took_ms, load->took_count, 0.95),
           at(load->took_ms, load->took_count, 0.99), at(load->took_ms, load->took_count, 1),
           at(load->after_first_ms, load->took_count, 0.99),
           used_s * 1e6 / (double)load->took_count, (full_kib - empty_kib) / (double)streams,
           opened_s, (unsigned long long)load->ended_stalled);
    return true;
}

int main(int argc, char **argv)
{
    static struct load load;
    for (size_t i = 0; i < sizeof services / sizeof *services && argc == 8; i++)
        if (strcmp(services[i].name, argv[1]) == 0)
            load.service = &services[i];
    if (load.service) {
        load.connection_count = (uint32_t)atoi(argv[4]);
        load.streams_each = (uint32_t)atoi(argv[5]);
        load.stalled = (uint32_t)atoi(argv[6]);
        load.rounds = (uint32_t)atoi(argv[7]);
    }
    if (!load.service || !load.connection_count || !load.streams_each || !load.rounds ||
        load.stalled >= load.connection_count) {
        fprintf(stderr,
                "usage: live_load bench|fanout|tifo PORT PID CONNECTIONS STREAMS STALLED ROUNDS\n");
        return 2;
    }
    if (run(&load, (uint16_t)atoi(argv[2]), argv[3]))
        return 0;
    fprintf(stderr, "live_load: of update %u %llu of %llu have come\n", load.round,
            (unsigned long long)load.arrived, (unsigned long long)load.awaited);
    return 1;
}
