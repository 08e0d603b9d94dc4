/*
 * load: unary gRPC calls as fast as the server answers them, on one thread.
 *
 *   load PORT PATH BODIES [CONNECTIONS [OUTSTANDING [SECONDS [tickets|buy|tls|open:RATE]]]]
 *
 * BODIES is a file of messages (bodies.h). After half a second of warming up it counts for SECONDS
 * and prints one line of JSON. With 0 SECONDS it sends each message once. `tickets`: each request
 * has an idempotency key; `buy`: and every hold that is answered is confirmed, which counts as one
 * with it. `tls`: over TLS. `open:RATE`: with keys, so many a second whatever is answered; see
 * open.h. What is refused with a RetryInfo is otherwise sent again. Exit 1: an answer was not OK.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load/buy.h"
#include "tests/bench/load/connection.h"
#include "tests/bench/load/open.h"

enum { WARM_UP_US = 500000, CONNECTIONS_MAX = 1024, RETRY_MS = 2 };

struct options {
    uint16_t port;
    const char *path, *bodies;
    uint32_t connections, outstanding;
    double seconds;
    double rate; /* 0: not paced. */
    bool keys, buy, tls;
};

static bool parse(int argc, char **argv, struct options *options)
{
    if (argc < 4 || argc > 8)
        return false;
    options->port = (uint16_t)atoi(argv[1]);
    options->path = argv[2];
    options->bodies = argv[3];
    options->connections = argc > 4 ? (uint32_t)atoi(argv[4]) : 4;
    options->outstanding = argc > 5 ? (uint32_t)atoi(argv[5]) : 16;
    options->seconds = argc > 6 ? atof(argv[6]) : 2.0;
    options->buy = argc > 7 && strcmp(argv[7], "buy") == 0;
    options->tls = argc > 7 && strcmp(argv[7], "tls") == 0;
    options->keys = argc > 7 && !options->tls;
    options->rate = argc > 7 && strncmp(argv[7], "open:", 5) == 0 ? atof(argv[7] + 5) : 0;
    return options->port != 0 && options->connections >= 1 &&
           options->connections <= CONNECTIONS_MAX && options->outstanding >= 1 &&
           options->seconds >= 0 &&
           (argc <= 7 || options->buy || options->tls || options->rate > 0 ||
            strcmp(argv[7], "tickets") == 0);
}

/* Turns all connections until the time has come or all is answered. False: one is gone. */
static bool run(struct connection *connections, size_t count, uint64_t until_us)
{
    struct pollfd ready[CONNECTIONS_MAX];
    while (now_us() < until_us && connections[0].load->open > 0) {
        bool waits = false;
        for (size_t i = 0; i < count; i++) {
            connection_retry(&connections[i]);
            if (!connection_write(&connections[i]))
                return false;
            waits |= connections[i].waiting != NULL;
            ready[i] = (struct pollfd){
                .fd = connections[i].transport.fd,
                .events = connection_wants_write(&connections[i]) ? POLLIN | POLLOUT : POLLIN,
            };
        }
        if (poll(ready, count, waits ? RETRY_MS : 100) < 0 && errno != EINTR)
            return false;
        for (size_t i = 0; i < count; i++) {
            if (ready[i].revents & POLLOUT && !connection_write(&connections[i]))
                return false;
            if (ready[i].revents & ~POLLOUT && !connection_read(&connections[i]))
                return false;
        }
    }
    return true;
}

static bool measure(struct load *load, struct connection *connections,
                    const struct options *options)
{
    const bool once = load->left != UINT64_MAX;
    uint64_t begin_us = now_us();
    if (!once) {
        if (!run(connections, options->connections, begin_us + WARM_UP_US))
            return false;
        load->answers = 0;
        latency_clear(&load->latency);
        begin_us = now_us();
    }
    const uint64_t until_us = once ? UINT64_MAX : begin_us + (uint64_t)(options->seconds * 1e6);
    if (!run(connections, options->connections, until_us))
        return false;
    double took_s = (double)(now_us() - begin_us) / 1e6;
    printf("{\"requests\": %llu, \"seconds\": %.3f, \"requests_per_s\": %.0f, \"p50_us\": %u, "
           "\"p99_us\": %u, \"retries\": %llu, \"failures\": %llu}\n",
           (unsigned long long)load->answers, took_s, (double)load->answers / took_s,
           latency_quantile_us(&load->latency, 0.50), latency_quantile_us(&load->latency, 0.99),
           (unsigned long long)load->retries, (unsigned long long)load->failures);
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!parse(argc, argv, &options)) {
        fprintf(stderr, "usage: load PORT PATH BODIES [CONNECTIONS [OUTSTANDING [SECONDS "
                        "[tickets|buy|tls|open:RATE]]]]\n");
        return 2;
    }
    static struct connection connections[CONNECTIONS_MAX];
    struct bodies bodies;
    char why[200], authority[32];
    if (!bodies_open(&bodies, options.bodies, why, sizeof why)) {
        fprintf(stderr, "load: %s\n", why);
        return 1;
    }
    snprintf(authority, sizeof authority, "127.0.0.1:%u", (unsigned)options.port);
    struct load load = {
        .bodies = &bodies,
        .path = options.path,
        .authority = authority,
        .follow = options.buy ? &buy : NULL,
        .tls = options.tls ? transport_tls() : NULL,
        .keys = options.keys,
        .paced = options.rate > 0,
        .left = options.seconds > 0 ? UINT64_MAX : bodies.count,
    };
    for (uint32_t i = 0; i < options.connections; i++) {
        if (connection_open(&connections[i], &load, options.port, options.outstanding))
            continue;
        fprintf(stderr, "load: cannot connect to %s: %s\n", authority,
                errno ? strerror(errno) : "TLS failed");
        return 1;
    }
    bool is_good = load.paced ? open_measure(&load, connections, options.connections, options.rate,
                                             options.seconds)
                              : measure(&load, connections, &options);
    if (!is_good)
        fprintf(stderr, "load: the server has closed a connection\n");
    if (load.failures > 0)
        fprintf(stderr, "load: %llu answers were not OK, such as: %s\n",
                (unsigned long long)load.failures, load.failure);
    for (uint32_t i = 0; i < options.connections; i++)
        connection_close(&connections[i]);
    SSL_CTX_free(load.tls);
    free(load.latency.each_us);
    free(load.refused.each_us);
    bodies_close(&bodies);
    return is_good && load.failures == 0 ? 0 : 1;
}
