/*
 * Takes the messages of one source: finds what they mean, gives the readings to the intake, and
 * counts what became of each. Refused ones are counted by reason, kept as dead letters, and logged
 * the 1st, 2nd, 4th, 8th ... time of each reason.
 *
 * Overload: when the intake sheds, the source is told to come later, so nothing is lost and the
 * broker, or the device, keeps it.
 */
#ifndef SENSORS_READER_H
#define SENSORS_READER_H

#include "server/app/intake.h"
#include "server/base/log.h"
#include "server/ports/sensors.h"
#include "server/ports/telemetry_store.h"
#include "server/sensors/config.h"

/* What the messages of one link mean. */
struct reader_link {
    const char *name;
    const struct sensor_route *routes; /* The first whose topic fits is used. */
    size_t route_count;
};

/* Everything outlives the reader. */
struct reader_options {
    struct intake *intake;
    int64_t (*now_ms)(void *ctx); /* Stadium time; any thread. */
    void *ctx;
    const struct reader_link *links;
    uint32_t link_count;
    /* Keeps a message that was refused, as a dead letter without a payload: its sentence says what
     * was in the message. May be NULL. */
    bool (*keep_letter)(void *letters, const struct letter *letter);
    void *letters;
    const struct log *log;
};

enum { READER_REASONS = 16, READER_WHY_BYTES = 320 };

/* What became of a link's messages since the start. */
struct reader_counts {
    uint64_t messages;   /* Done with: taken, duplicate or refused. */
    uint64_t readings;   /* Rows that the intake took. */
    uint64_t duplicates; /* Rows that it had before. */
    uint64_t refused;    /* Messages. */
    uint64_t put_off;    /* So often there was no room. */
    int64_t last_ms;     /* Stadium time of the last message; 0: none. */
    struct {
        const char *reason;
        uint64_t messages;
    } refusals[READER_REASONS];
    uint32_t reason_count;
    char last_refusal[READER_WHY_BYTES]; /* What and where; empty: none. */
};

/* A link, and what became of its messages. */
struct sensor_row {
    const char *kind; /* "mqtt", "http" */
    struct sensor_link link;
    struct reader_counts counts;
};
/* Any thread: a row by its index; false: there are not so many. */
typedef bool sensor_look(void *ctx, uint32_t index, struct sensor_row *out);

struct reader;
struct reader *reader_create(const struct reader_options *options);
void reader_destroy(struct reader *reader); /* NULL is accepted. */
/* For the source; one thread at a time. */
struct sensor_sink reader_sink(struct reader *reader);
/* Any thread. */
void reader_look(struct reader *reader, uint32_t link, struct reader_counts *out);

#endif
