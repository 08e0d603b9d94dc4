/*
 * load: unary gRPC calls as fast as the server answers them, on one thread.
 *
 *   load PORT PATH BODIES [CONNECTIONS [OUTSTANDING [SECONDS]]]
 *
 * BODIES is a file of messages (bodies.h). After half a second of warming up it counts for SECONDS
 * and prints one line of JSON. Exit 1: an answer was not OK.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load/connection.h"

enum { WARM_UP_US = 500000, CONNECTIONS_MAX = 1024 };

struct options {
    uint16_t port;
    const char *path, *bodies;
    uint32_t connections, outstanding;
    double seconds;
};

static bool parse(int argc, char **argv, struct options *options)
{
    if (argc < 4 || argc > 7)
        return false;
    options->port = (uint16_t)atoi(argv[1]);
    options->path = argv[2];
    options->bodies = argv[3];
    options->connections = argc > 4 ? (uint32_t)atoi(argv[4]) : 4;
    options->outstanding = argc > 5 ? (uint32_t)atoi(argv[5]) : 16;
    options->seconds = argc > 6 ? atof(argv[6]) : 2.0;
    return options->port != 0 && options->connections >= 1 &&
           options->connections <= CONNECTIONS_MAX && options->outstanding >= 1 &&
           options->seconds > 0;
}

/* Turns all connections until the time has come. False: one is gone. */
static bool run(struct connection *connections, size_t count, uint64_t until_us)
{
    struct pollfd ready[CONNECTIONS_MAX];
    while (now_us() < until_us) {
        for (size_t i = 0; i < count; i++)
            ready[i] = (struct pollfd){
                .fd = connections[i].fd,
                .events = connection_wants_write(&connections[i]) ? POLLIN | POLLOUT : POLLIN,
            };
        if (poll(ready, count, 100) < 0 && errno != EINTR)
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
    uint64_t begin_us = now_us();
    if (!run(connections, options->connections, begin_us + WARM_UP_US))
        return false;
    load->answers = 0;
    latency_clear(&load->latency);
    begin_us = now_us();
    if (!run(connections, options->connections, begin_us + (uint64_t)(options->seconds * 1e6)))
        return false;
    double took_s = (double)(now_us() - begin_us) / 1e6;
    printf("{\"requests\": %llu, \"seconds\": %.3f, \"requests_per_s\": %.0f, \"p50_us\": %u, "
           "\"p99_us\": %u, \"failures\": %llu}\n",
           (unsigned long long)load->answers, took_s, (double)load->answers / took_s,
           latency_quantile_us(&load->latency, 0.50), latency_quantile_us(&load->latency, 0.99),
           (unsigned long long)load->failures);
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!parse(argc, argv, &options)) {
        fprintf(stderr, "usage: load PORT PATH BODIES [CONNECTIONS [OUTSTANDING [SECONDS]]]\n");
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
    struct load load = { .bodies = &bodies, .path = options.path, .authority = authority };
    for (uint32_t i = 0; i < options.connections; i++) {
        if (connection_open(&connections[i], &load, options.port, options.outstanding))
            continue;
        fprintf(stderr, "load: cannot connect to %s: %s\n", authority, strerror(errno));
        return 1;
    }
    bool is_good = measure(&load, connections, &options);
    if (!is_good)
        fprintf(stderr, "load: the server has closed a connection\n");
    if (load.failures > 0)
        fprintf(stderr, "load: %llu answers were not OK, such as: %s\n",
                (unsigned long long)load.failures, load.failure);
    for (uint32_t i = 0; i < options.connections; i++)
        connection_close(&connections[i]);
    free(load.latency.each_us);
    bodies_close(&bodies);
    return is_good && load.failures == 0 ? 0 : 1;
}
