#include "tests/bench/load/connection.h"

#include "tests/bench/load/details.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OUT_BYTES = 1 << 16, WINDOW_BYTES = 1 << 24, HEAD_BYTES = 5, KEPT_BYTES = 512 };
enum { REFUSED = 8 /* RESOURCE_EXHAUSTED */ };

struct exchange {
    struct body body;
    size_t sent, received;
    uint64_t began_us;
    int grpc_status; /* -1: none yet. */
    bool is_200, says_when;
    uint64_t retry_us, again_us; /* After a refusal: in how long, when. */
    struct exchange *next_idle;

    char key[32];
    bool follows;             /* It is the second call of the two. */
    uint8_t kept[KEPT_BYTES]; /* The answer's beginning, for what follows. */
    uint8_t next[KEPT_BYTES];
};

uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- Exchanges ------------------------------------------------------------------------------ */

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t size,
                         uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    (void)session;
    (void)stream;
    (void)ctx;
    struct exchange *exchange = source->ptr;
    size_t left = exchange->body.size - exchange->sent;
    size_t part = left < size ? left : size;
    memcpy(buffer, exchange->body.bytes + exchange->sent, part);
    exchange->sent += part;
    if (exchange->sent == exchange->body.size)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)part;
}

static nghttp2_nv header(const char *name, const char *value)
{
    return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value),
                         NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE };
}

static void send_body(struct connection *connection, struct exchange *exchange, struct body request)
{
    struct load *load = connection->load;
    exchange->body = request;
    exchange->sent = exchange->received = 0;
    exchange->grpc_status = -1;
    exchange->is_200 = exchange->says_when = false;
    const char *path = exchange->follows ? load->follow->path : load->path;
    const nghttp2_nv headers[] = {
        header(":method", "POST"),
        header(":scheme", load->tls ? "https" : "http"),
        header(":path", path),
        header(":authority", load->authority),
        header("te", "trailers"),
        header("content-type", "application/grpc"),
        header("idempotency-key", exchange->key),
    };
    const size_t count = sizeof headers / sizeof *headers - (load->keys ? 0 : 1);
    nghttp2_data_provider body = { { .ptr = exchange }, read_body };
    if (nghttp2_submit_request(connection->session, NULL, headers, count, &body, exchange) < 0)
        load->failures++;
}

static void begin(struct connection *connection, struct exchange *exchange, uint64_t began_us)
{
    static uint64_t number;
    struct load *load = connection->load;
    if (load->left != UINT64_MAX)
        load->left--;
    load->open++;
    exchange->began_us = began_us;
    exchange->follows = false;
    snprintf(exchange->key, sizeof exchange->key, "%llu", (unsigned long long)number++);
    send_body(connection, exchange, bodies_next(load->bodies));
}

static void put_idle(struct connection *connection, struct exchange *exchange)
{
    exchange->next_idle = connection->idle;
    connection->idle = exchange;
}

bool connection_begin(struct connection *connection, uint64_t due_us)
{
    struct exchange *exchange = connection->idle;
    if (!exchange)
        return false;
    connection->idle = exchange->next_idle;
    begin(connection, exchange, due_us);
    return true;
}

/* The next one, or a rest. */
static void submit(struct connection *connection, struct exchange *exchange)
{
    if (connection->load->paced)
        put_idle(connection, exchange);
    else if (connection->load->left > 0)
        begin(connection, exchange, now_us());
}

/* It is sent once more when the server has said so; its time goes on. */
static void wait_to_retry(struct connection *connection, struct exchange *exchange)
{
    connection->load->retries++;
    exchange->again_us = now_us() + exchange->retry_us;
    exchange->next_idle = connection->waiting;
    connection->waiting = exchange;
}

void connection_retry(struct connection *connection)
{
    struct exchange *waiting = connection->waiting, *next;
    if (!waiting)
        return;
    const uint64_t now = now_us();
    connection->waiting = NULL;
    for (; waiting; waiting = next) {
        next = waiting->next_idle;
        if (waiting->again_us <= now) {
            send_body(connection, waiting, waiting->body);
        } else {
            waiting->next_idle = connection->waiting;
            connection->waiting = waiting;
        }
    }
}

/* False: nothing follows. */
static bool follow(struct connection *connection, struct exchange *exchange)
{
    struct load *load = connection->load;
    if (!load->follow || exchange->follows || exchange->received > KEPT_BYTES)
        return false;
    const size_t size =
        load->follow->write(exchange->kept + HEAD_BYTES, exchange->received - HEAD_BYTES,
                            exchange->next, sizeof exchange->next);
    if (size == 0)
        return false;
    exchange->follows = true;
    send_body(connection, exchange, (struct body){ exchange->next, size });
    return true;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_size, const uint8_t *value, size_t value_size, uint8_t flags,
                     void *ctx)
{
    (void)flags;
    (void)ctx;
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (!exchange)
        return 0;
    if (name_size == 7 && memcmp(name, ":status", 7) == 0)
        exchange->is_200 = value_size == 3 && memcmp(value, "200", 3) == 0;
    else if (name_size == 11 && memcmp(name, "grpc-status", 11) == 0)
        exchange->grpc_status = atoi((const char *)value); /* nghttp2 ends values with a NUL. */
    else if (name_size == 23 && memcmp(name, "grpc-status-details-bin", 23) == 0)
        exchange->says_when =
            details_retry_us((const char *)value, value_size, &exchange->retry_us);
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
                   size_t size, void *ctx)
{
    (void)flags;
    (void)ctx;
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, stream);
    if (!exchange)
        return 0;
    if (exchange->received + size <= KEPT_BYTES)
        memcpy(exchange->kept + exchange->received, data, size);
    exchange->received += size;
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t error, void *ctx)
{
    struct connection *connection = ctx;
    struct load *load = connection->load;
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, stream);
    if (!exchange)
        return 0;
    const bool is_good =
        exchange->is_200 && exchange->grpc_status == 0 && exchange->received >= HEAD_BYTES;
    if (is_good && follow(connection, exchange))
        return 0;
    const bool is_refused =
        exchange->is_200 && exchange->grpc_status == REFUSED && exchange->says_when;
    if (is_refused && !load->paced) {
        wait_to_retry(connection, exchange);
        return 0;
    }
    load->open--;
    if (is_refused) {
        latency_add(&load->refused, now_us() - exchange->began_us);
        submit(connection, exchange);
        return 0;
    }
    load->answers++;
    latency_add(&load->latency, now_us() - exchange->began_us);
    if (!is_good || (load->follow && !exchange->follows)) {
        if (load->failures++ == 0)
            snprintf(load->failure, sizeof load->failure,
                     "HTTP 200: %s, grpc-status %d, %zu bytes, HTTP/2 error %u",
                     exchange->is_200 ? "yes" : "no", exchange->grpc_status, exchange->received,
                     (unsigned)error);
    }
    submit(connection, exchange);
    return 0;
}

/* ---- The connection ------------------------------------------------------------------------- */

static nghttp2_session *create_session(struct connection *connection)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_session *session;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session_client_new(&session, callbacks, connection);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        { NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
        { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_BYTES },
    };
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, 2);
    nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES);
    return session;
}

bool connection_open(struct connection *connection, struct load *load, uint16_t port,
                     uint32_t outstanding)
{
    *connection = (struct connection){ .load = load };
    if (!transport_open(&connection->transport, port, load->tls))
        return false;
    connection->out = malloc(OUT_BYTES);
    connection->exchanges = calloc(outstanding, sizeof *connection->exchanges);
    if (!connection->out || !connection->exchanges)
        abort();
    connection->session = create_session(connection);
    for (uint32_t i = 0; i < outstanding; i++)
        submit(connection, &connection->exchanges[i]);
    return connection_write(connection);
}

void connection_close(struct connection *connection)
{
    nghttp2_session_del(connection->session);
    free(connection->exchanges);
    free(connection->out);
    transport_close(&connection->transport);
}

bool connection_read(struct connection *connection)
{
    uint8_t buffer[OUT_BYTES];
    ssize_t size = transport_recv(&connection->transport, buffer, sizeof buffer);
    if (size < 0)
        return errno == EAGAIN || errno == EINTR;
    if (size == 0)
        return false;
    return nghttp2_session_mem_recv(connection->session, buffer, (size_t)size) == size &&
           connection_write(connection);
}

/* Collects frames until the buffer is full: one send for many. */
static bool fill(struct connection *connection)
{
    while (connection->out_size < OUT_BYTES - (1 << 15)) {
        const uint8_t *data;
        ssize_t size = nghttp2_session_mem_send(connection->session, &data);
        if (size <= 0)
            return size == 0;
        memcpy(connection->out + connection->out_size, data, (size_t)size);
        connection->out_size += (size_t)size;
    }
    return true;
}

bool connection_write(struct connection *connection)
{
    for (;;) {
        if (connection->out_sent == connection->out_size) {
            connection->out_sent = connection->out_size = 0;
            if (!fill(connection))
                return false;
            if (connection->out_size == 0)
                return true;
        }
        ssize_t size =
            transport_send(&connection->transport, connection->out + connection->out_sent,
                           connection->out_size - connection->out_sent);
        if (size < 0)
            return errno == EAGAIN || errno == EINTR;
        connection->out_sent += (size_t)size;
    }
}

bool connection_wants_write(const struct connection *connection)
{
    return connection->out_sent < connection->out_size;
}
