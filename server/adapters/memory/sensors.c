#include "server/adapters/memory/sensors.h"

#include "server/base/arena.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RETRY_MS = 5 };

struct offer {
    struct sensor_message message;
    uint64_t mark; /* When it was taken. */
    struct offer *next;
};

struct queue {
    struct offer *first, *last;
};

struct memory_sensors {
    struct sensor_source source;
    const struct sensor_sink *sink;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct queue offered, taken; /* `taken`: not done with yet. */
    struct sensor_link link;
    uint64_t durable_mark, done;
    bool started, busy, stopped, closing;
};

static void put(struct queue *queue, struct offer *offer)
{
    offer->next = NULL;
    if (queue->last)
        queue->last->next = offer;
    else
        queue->first = offer;
    queue->last = offer;
}

static struct offer *drop_first(struct queue *queue)
{
    struct offer *offer = queue->first;
    queue->first = offer->next;
    if (!queue->first)
        queue->last = NULL;
    return offer;
}

static void offer_free(struct offer *offer)
{
    free((void *)offer->message.topic);
    free((void *)offer->message.payload);
    free(offer);
}

static void forget_durable(struct memory_sensors *own)
{
    while (own->taken.first && own->taken.first->mark <= own->durable_mark) {
        offer_free(drop_first(&own->taken));
        own->done++;
    }
}

/* Under the mutex, which is left while the sink works. */
static void bring_first(struct memory_sensors *own)
{
    struct offer *offer = own->offered.first;
    own->busy = true;
    pthread_mutex_unlock(&own->mutex);
    const enum sensor_taken taken = own->sink->take(own->sink->ctx, &offer->message, &offer->mark);
    pthread_mutex_lock(&own->mutex);
    own->busy = false;
    pthread_cond_broadcast(&own->changed);
    if (taken == SENSOR_TAKEN) {
        put(&own->taken, drop_first(&own->offered));
        forget_durable(own);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += RETRY_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&own->changed, &own->mutex, &until);
}

static void *work(void *ctx)
{
    struct memory_sensors *own = ctx;
    pthread_mutex_lock(&own->mutex);
    while (!own->closing) {
        if (own->offered.first && !own->stopped)
            bring_first(own);
        else
            pthread_cond_wait(&own->changed, &own->mutex);
    }
    pthread_mutex_unlock(&own->mutex);
    return NULL;
}

static bool start(struct sensor_source *source, const struct sensor_sink *sink)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    own->sink = sink;
    own->link.up = true;
    own->link.connections = 1;
    own->link.since_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    own->started = pthread_create(&own->thread, NULL, work, own) == 0;
    return own->started;
}

static void durable(struct sensor_source *source, uint64_t mark)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    pthread_mutex_lock(&own->mutex);
    own->durable_mark = mark;
    forget_durable(own);
    pthread_mutex_unlock(&own->mutex);
}

static bool look(struct sensor_source *source, uint32_t link, struct sensor_link *out)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    if (link > 0)
        return false;
    pthread_mutex_lock(&own->mutex);
    *out = own->link;
    pthread_mutex_unlock(&own->mutex);
    return true;
}

static void stop(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    pthread_mutex_lock(&own->mutex);
    own->stopped = true;
    while (own->busy)
        pthread_cond_wait(&own->changed, &own->mutex);
    pthread_mutex_unlock(&own->mutex);
}

static void close_memory(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    pthread_mutex_lock(&own->mutex);
    own->closing = true;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
    if (own->started)
        pthread_join(own->thread, NULL);
    while (own->offered.first)
        offer_free(drop_first(&own->offered));
    while (own->taken.first)
        offer_free(drop_first(&own->taken));
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->mutex);
    free(own);
}

struct sensor_source *memory_sensors_open(void)
{
    static const struct sensor_source_ops ops = { start, durable, look, stop, close_memory };
    struct memory_sensors *own = base_alloc(sizeof *own);
    own->source.ops = &ops;
    own->link.name = "memory";
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->changed, NULL);
    return &own->source;
}

void memory_sensors_offer(struct sensor_source *source, const struct sensor_message *message)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    struct offer *offer = base_alloc(sizeof *offer);
    char *topic = base_alloc(strlen(message->topic) + 1);
    char *payload = base_alloc(message->size + 1);
    offer->message = *message;
    offer->message.topic = strcpy(topic, message->topic);
    offer->message.payload = payload;
    if (message->size)
        memcpy(payload, message->payload, message->size);
    pthread_mutex_lock(&own->mutex);
    put(&own->offered, offer);
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
}

uint64_t memory_sensors_done(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    pthread_mutex_lock(&own->mutex);
    const uint64_t done = own->done;
    pthread_mutex_unlock(&own->mutex);
    return done;
}
