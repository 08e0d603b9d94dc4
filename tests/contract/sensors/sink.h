/* A sink that writes down what it takes, and says "later" when a test wants it to. */
#ifndef TESTS_CONTRACT_SENSORS_SINK_H
#define TESTS_CONTRACT_SENSORS_SINK_H

#include "server/ports/sensors.h"

#include <pthread.h>

enum { SEEN_MOST = 256, SEEN_BYTES = 64 };

struct seen {
    uint32_t link;
    char topic[SEEN_BYTES], payload[SEEN_BYTES];
    bool kept;
};

struct sink {
    struct sensor_sink sensor_sink;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct seen seen[SEEN_MOST];
    uint32_t count;
    uint32_t later;  /* So many more times there is no room. */
    uint32_t offers; /* Calls of take(). */
    uint64_t mark;
    bool ready;
    uint32_t done, most_open; /* Told durable; the most that were taken and not durable. */
};

void sink_init(struct sink *sink);
void sink_fini(struct sink *sink);
void sink_wait(struct sink *sink, uint32_t count);
uint32_t sink_count(struct sink *sink);
void sink_set_ready(struct sink *sink, bool ready);
void sink_set_later(struct sink *sink, uint32_t later);
/* What was taken by now is durable: ends a mark and begins the next one. */
void sink_make_durable(struct sink *sink, struct sensor_source *source);

#endif
