#include "tests/contract/sensors/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sensor_taken take(void *ctx, const struct sensor_message *message, uint64_t *mark)
{
    struct sink *sink = ctx;
    enum sensor_taken taken = SENSOR_LATER;
    pthread_mutex_lock(&sink->mutex);
    sink->offers++;
    if (sink->later) {
        sink->later--;
    } else {
        if (sink->count == SEEN_MOST)
            abort();
        struct seen *seen = &sink->seen[sink->count++];
        seen->link = message->link;
        seen->kept = message->kept;
        snprintf(seen->topic, sizeof seen->topic, "%s", message->topic);
        snprintf(seen->payload, sizeof seen->payload, "%.*s", (int)message->size,
                 (const char *)message->payload);
        *mark = sink->mark;
        if (sink->count - sink->done > sink->most_open)
            sink->most_open = sink->count - sink->done;
        taken = SENSOR_TAKEN;
    }
    pthread_cond_broadcast(&sink->changed);
    pthread_mutex_unlock(&sink->mutex);
    return taken;
}

static uint64_t mark_now(void *ctx)
{
    struct sink *sink = ctx;
    pthread_mutex_lock(&sink->mutex);
    const uint64_t mark = sink->mark;
    pthread_mutex_unlock(&sink->mutex);
    return mark;
}

static bool is_ready(void *ctx)
{
    struct sink *sink = ctx;
    pthread_mutex_lock(&sink->mutex);
    const bool ready = sink->ready;
    pthread_mutex_unlock(&sink->mutex);
    return ready;
}

void sink_init(struct sink *sink)
{
    *sink = (struct sink){ .sensor_sink = { take, mark_now, is_ready, sink },
                           .mark = 1,
                           .ready = true };
    pthread_mutex_init(&sink->mutex, NULL);
    pthread_cond_init(&sink->changed, NULL);
}

void sink_fini(struct sink *sink)
{
    pthread_cond_destroy(&sink->changed);
    pthread_mutex_destroy(&sink->mutex);
}

void sink_wait(struct sink *sink, uint32_t count)
{
    pthread_mutex_lock(&sink->mutex);
    while (sink->count < count)
        pthread_cond_wait(&sink->changed, &sink->mutex);
    pthread_mutex_unlock(&sink->mutex);
}

uint32_t sink_count(struct sink *sink)
{
    pthread_mutex_lock(&sink->mutex);
    const uint32_t count = sink->count;
    pthread_mutex_unlock(&sink->mutex);
    return count;
}

void sink_set_ready(struct sink *sink, bool ready)
{
    pthread_mutex_lock(&sink->mutex);
    sink->ready = ready;
    pthread_mutex_unlock(&sink->mutex);
}

void sink_set_later(struct sink *sink, uint32_t later)
{
    pthread_mutex_lock(&sink->mutex);
    sink->later = later;
    pthread_mutex_unlock(&sink->mutex);
}

void sink_make_durable(struct sink *sink, struct sensor_source *source)
{
    pthread_mutex_lock(&sink->mutex);
    const uint64_t mark = sink->mark++;
    sink->done = sink->count;
    pthread_mutex_unlock(&sink->mutex);
    source->ops->durable(source, mark);
}
