#include "tests/bench/load/open.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

enum { SETTLE_US = 2000000, CONNECTIONS_MAX = 1024 };

struct loop {
    struct load *load;
    struct connection *connections;
    size_t count;
    double rate;
    uint64_t began_us, begun; /* Requests so far. */
    uint64_t missed;          /* There was no room for them on our side. */
};

/* All that are due by now, over the connections in turn. */
static void begin_due(struct loop *loop)
{
    const double due = (double)(now_us() - loop->began_us) / 1e6 * loop->rate;
    for (; (double)loop->begun < due; loop->begun++) {
        const uint64_t due_us = loop->began_us + (uint64_t)((double)loop->begun / loop->rate * 1e6);
        loop->missed += !connection_begin(&loop->connections[loop->begun % loop->count], due_us);
    }
}

static bool run(struct loop *loop, uint64_t until_us)
{
    struct pollfd ready[CONNECTIONS_MAX];
    while (now_us() < until_us) {
        begin_due(loop);
        for (size_t i = 0; i < loop->count; i++) {
            if (!connection_write(&loop->connections[i]))
                return false;
            ready[i] = (struct pollfd){
                .fd = loop->connections[i].transport.fd,
                .events = connection_wants_write(&loop->connections[i]) ? POLLIN | POLLOUT : POLLIN,
            };
        }
        if (poll(ready, loop->count, 1) < 0 && errno != EINTR)
            return false;
        for (size_t i = 0; i < loop->count; i++)
            if (ready[i].revents & ~POLLOUT && !connection_read(&loop->connections[i]))
                return false;
    }
    return true;
}

bool open_measure(struct load *load, struct connection *connections, size_t count, double rate,
                  double seconds)
{
    struct loop loop = { load, connections, count, rate, now_us(), 0, 0 };
    if (!run(&loop, loop.began_us + SETTLE_US))
        return false;
    const uint64_t begin_us = now_us(), begun = loop.begun;
    load->answers = loop.missed = 0;
    latency_clear(&load->latency);
    latency_clear(&load->refused);
    if (!run(&loop, begin_us + (uint64_t)(seconds * 1e6)))
        return false;
    const double took_s = (double)(now_us() - begin_us) / 1e6;
    printf(
        "{\"seconds\": %.3f, \"offered_per_s\": %.0f, \"accepted_per_s\": %.0f, "
        "\"refused_per_s\": %.0f, \"accepted_p50_us\": %u, \"accepted_p99_us\": %u, "
        "\"refused_p50_us\": %u, \"refused_p99_us\": %u, \"missed\": %llu, \"failures\": %llu}\n",
        took_s, (double)(loop.begun - begun) / took_s, (double)load->answers / took_s,
        (double)load->refused.count / took_s, latency_quantile_us(&load->latency, 0.50),
        latency_quantile_us(&load->latency, 0.99), latency_quantile_us(&load->refused, 0.50),
        latency_quantile_us(&load->refused, 0.99), (unsigned long long)loop.missed,
        (unsigned long long)load->failures);
    return true;
}
