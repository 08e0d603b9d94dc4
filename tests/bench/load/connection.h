/*
 * One HTTP/2 connection that keeps so many unary gRPC calls outstanding: whenever one is answered,
 * the next is sent. Every answer must have HTTP status 200, grpc-status 0 and a message, or be
 * RESOURCE_EXHAUSTED with a RetryInfo: then the same request is sent again when that says.
 *
 * Paced, calls begin when connection_begin() says so, whatever is answered, and may be refused,
 * too: with RESOURCE_EXHAUSTED and a RetryInfo.
 */
#ifndef LOAD_CONNECTION_H
#define LOAD_CONNECTION_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/load/bodies.h"
#include "tests/bench/load/latency.h"
#include "tests/bench/load/transport.h"

/* A second call that an answer leads to: both together count as one, and take the time of both. */
struct follow {
    const char *path;
    /* Writes the request, as it goes over the wire, for this reply (without its five bytes before);
     * its size, or 0: the reply is not as it should be. */
    size_t (*write)(const uint8_t *reply, size_t size, uint8_t *request, size_t room);
};

/* Shared by all connections. */
struct load {
    struct bodies *bodies;
    struct latency latency;
    const char *path, *authority;
    const struct follow *follow; /* NULL: none. */
    SSL_CTX *tls;                /* NULL: plaintext. */
    bool keys;                   /* Each request has an idempotency-key of its own. */
    uint64_t left;               /* Requests still to be begun; UINT64_MAX: without end. */
    uint64_t open;               /* Begun and not answered. */
    bool paced;
    struct latency refused; /* Paced: the times of refusals; `latency` has those of the others. */
    uint64_t answers, failures, retries;
    char failure[120]; /* What was wrong with the first of them. */
};

struct connection {
    struct load *load;
    nghttp2_session *session;
    struct exchange *exchanges; /* As many as are outstanding. */
    struct exchange *idle;      /* Paced: those that are not under way. */
    struct exchange *waiting;   /* Otherwise: those that were refused and will come again. */
    struct transport transport;
    uint8_t *out; /* Not yet taken by the socket. */
    size_t out_size, out_sent;
};

/* Connects to 127.0.0.1; false: errno, or 0 for TLS. */
bool connection_open(struct connection *connection, struct load *load, uint16_t port,
                     uint32_t outstanding);
/* Paced: begins a call that was due then; sent by connection_write(). False: all are under way. */
bool connection_begin(struct connection *connection, uint64_t due_us);
/* Sends again what is due by now; by connection_write(). */
void connection_retry(struct connection *connection);
void connection_close(struct connection *connection);
/* Reads and writes what is possible. False: the connection is gone. */
bool connection_read(struct connection *connection);
bool connection_write(struct connection *connection);
bool connection_wants_write(const struct connection *connection);

uint64_t now_us(void);

#endif
