#include "server/adapters/memory/sensors.h"

#include "server/base/arena.h"
#include "server/base/worker.h"

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
    struct worker worker;        /* Under its mutex: */
    struct queue offered, taken; /* `taken`: not done with yet. */
    struct sensor_link link;
    uint64_t durable_mark, done;
    bool busy, stopped;
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
    worker_unlock(&own->worker);
    const enum sensor_taken taken = own->sink->take(own->sink->ctx, &offer->message, &offer->mark);
    worker_lock(&own->worker);
    own->busy = false;
    worker_wake(&own->worker);
    if (taken == SENSOR_TAKEN) {
        put(&own->taken, drop_first(&own->offered));
        forget_durable(own);
        return;
    }
    worker_wait(&own->worker, worker_now_ms() + RETRY_MS);
}

static void *work(void *ctx)
{
    struct memory_sensors *own = ctx;
    worker_lock(&own->worker);
    while (!own->worker.stopping) {
        if (own->offered.first && !own->stopped)
            bring_first(own);
        else
            worker_wait(&own->worker, WORKER_NEVER);
    }
    worker_unlock(&own->worker);
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
    return worker_start(&own->worker, "sensors", work, own);
}

static void durable(struct sensor_source *source, uint64_t mark)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    worker_lock(&own->worker);
    own->durable_mark = mark;
    forget_durable(own);
    worker_unlock(&own->worker);
}

static bool look(struct sensor_source *source, uint32_t link, struct sensor_link *out)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    if (link > 0)
        return false;
    worker_lock(&own->worker);
    *out = own->link;
    worker_unlock(&own->worker);
    return true;
}

static void stop(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    worker_lock(&own->worker);
    own->stopped = true;
    while (own->busy)
        worker_wait(&own->worker, WORKER_NEVER);
    worker_unlock(&own->worker);
}

static void close_memory(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    worker_stop(&own->worker);
    while (own->offered.first)
        offer_free(drop_first(&own->offered));
    while (own->taken.first)
        offer_free(drop_first(&own->taken));
    worker_fini(&own->worker);
    free(own);
}

struct sensor_source *memory_sensors_open(void)
{
    static const struct sensor_source_ops ops = { start, durable, look, stop, close_memory };
    struct memory_sensors *own = base_alloc(sizeof *own);
    own->source.ops = &ops;
    own->link.name = "memory";
    worker_init(&own->worker);
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
    worker_lock(&own->worker);
    put(&own->offered, offer);
    worker_wake(&own->worker);
    worker_unlock(&own->worker);
}

uint64_t memory_sensors_done(struct sensor_source *source)
{
    struct memory_sensors *own = (struct memory_sensors *)source;
    worker_lock(&own->worker);
    const uint64_t done = own->done;
    worker_unlock(&own->worker);
    return done;
}
