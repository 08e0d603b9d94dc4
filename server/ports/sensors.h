/*
 * Where sensors' messages come from: a broker that they publish to, devices that are asked. What a
 * message means is not known here: it is handed on as it came.
 *
 * A source has one or more links: a broker, or each device that is polled. It brings a message at
 * least once. One that can keep messages (a broker) is told that a message is done with only when
 * what became of it is durable: what a crash takes back comes again. A sink that has no room is a
 * source that brings nothing: it waits, and so does the sensor behind it.
 */
#ifndef PORTS_SENSORS_H
#define PORTS_SENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sensor_source;

/* Valid inside take(). */
struct sensor_message {
    uint32_t link;       /* From 0. */
    const char *topic;   /* What it is about; of a polled device: its name. */
    const void *payload; /* Followed by a zero byte that is not counted. */
    size_t size;
    bool kept; /* The broker had it from before: it tells how things were, not what happened now. */
};

enum sensor_taken {
    SENSOR_TAKEN, /* It was taken, or refused for good and counted. */
    SENSOR_LATER, /* There is no room: the same message is brought again soon. */
};

/* Who takes the messages. All are called on the source's thread. */
struct sensor_sink {
    /* *mark: the message is done with when durable(mark) was called; 0: at once. */
    enum sensor_taken (*take)(void *ctx, const struct sensor_message *message, uint64_t *mark);
    /* The mark of what is taken now. Marks rise. */
    uint64_t (*mark)(void *ctx);
    /* False: nothing can be taken yet, so nothing needs to be asked for. */
    bool (*ready)(void *ctx);
    void *ctx;
};

enum { SENSOR_WHY_BYTES = 160 };

/* How a link does. */
struct sensor_link {
    const char *name; /* The source's, as long as it lives. */
    bool up;          /* Connected; of a polled device: it answered last time. */
    int64_t since_ms; /* Since when it is up or not; Unix, by the machine's clock. 0: never was. */
    uint64_t connections;       /* So often it came up. */
    uint64_t failures;          /* So often it went down, or did not come up. */
    char why[SENSOR_WHY_BYTES]; /* The last failure, a sentence; empty: none. */
};

struct sensor_source_ops {
    /* Once: messages come from now on. `sink` outlives the source. False: no thread could be had.
     */
    bool (*start)(struct sensor_source *source, const struct sensor_sink *sink);
    /* Any thread: all with this mark, or a lower one, is durable. */
    void (*durable)(struct sensor_source *source, uint64_t mark);
    /* Any thread: how a link does; false: there is no such link. */
    bool (*look)(struct sensor_source *source, uint32_t link, struct sensor_link *out);
    /* When it returns take() is not called any more; what becomes durable is still told on. */
    void (*stop)(struct sensor_source *source);
    /* Ends its thread and gives everything back; also without start(). */
    void (*close)(struct sensor_source *source);
};

/* Adapters embed this first. */
struct sensor_source {
    const struct sensor_source_ops *ops;
};

#endif
