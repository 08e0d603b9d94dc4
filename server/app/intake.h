/*
 * Telemetry, folded on arrival. Raw readings are not commands: they are added up here for each
 * place, gate and queue, by whichever thread received them, and a tick takes the sums as one
 * command. Messages are told apart by (source, sequence): what was taken before is a duplicate and
 * changes nothing; what is late (sequence.h) is added up, but never replaces a newer level.
 *
 * Between two ticks no more than `room` rows are taken: what is more is shed before any work, and
 * who sent it is told when to come back: in BACK_OFF_LEAST_MS, and twice as long for each second
 * that it goes on, up to BACK_OFF_MOST_MS.
 *
 * Where the venue asks for it, only registered devices are heard, with their secret or their
 * gateway's (registry.h).
 *
 * What is folded and not yet ticked is lost in a crash; so is the fact that it was taken, and the
 * source, which reads in GetClock how far it got, sends it again.
 */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include "server/app/devices.h"
#include "server/app/measured.h"
#include "server/app/readings.h"
#include "server/app/registry.h"
#include "server/app/series.h"
#include "server/core/command.h"

struct intake;
struct intake *intake_create(uint32_t sources_max);
void intake_destroy(struct intake *intake); /* NULL is accepted. */

/* Before intake_open(): readings become time series, too, which somebody takes now and then. */
void intake_keep_series(struct intake *intake);
/* Any thread; nothing when none are kept. The buckets' names are the intake's. */
void intake_take_series(struct intake *intake, struct arena *arena, struct series_taken *out);

/* From now on readings of this venue are taken; it must live as long as the intake. Once. */
void intake_open(struct intake *intake, const struct venue *venue);
/* The venue that readings are taken for; NULL before intake_open(). Any thread. */
const struct venue *intake_venue(struct intake *intake);
/* A source that the journal knows. Before intake_open(). */
void intake_restore(struct intake *intake, const struct source *source);

enum {
    INTAKE_ROOM = 16 << 20, /* Rows: some seconds of what a machine can take. */
    BACK_OFF_LEAST_MS = 5 * 1000,
    BACK_OFF_MOST_MS = 60 * 1000,
};
/* Before anything is taken; for tests, which have little. */
void intake_set_room(struct intake *intake, uint64_t room);

/* A registered device is so from now on; whether only such are heard. Loop thread. */
void intake_put_device(struct intake *intake, uint32_t index, const struct device *device,
                       int64_t now_ms);
void intake_require_registration(struct intake *intake, bool required);
/* A rule is so from now on, or is deleted. Loop thread. */
void intake_put_rule(struct intake *intake, uint32_t index, const struct rule *rule);
/* When each of them was last heard, by index; 0: not since the start. */
int64_t *intake_devices_seen(struct intake *intake, struct arena *arena, uint32_t *count);

struct intake_outcome {
    uint64_t accepted, duplicates; /* Rows. */
    uint64_t late;                 /* Of the accepted ones. */
    struct refusal refusal;        /* Filled unless STATUS_OK is returned. */
    uint64_t mark;                 /* It is durable when this mark is: see intake_mark(). */
};

/* Any thread: checks a message and folds it, whole or not at all. `venue_id` empty: the only one.
 */
enum status intake_take(struct intake *intake, const char *venue_id,
                        const struct readings *readings, int64_t now_ms,
                        struct intake_outcome *out);

/* The same for one reading of one device; positions are placed by the fence. */
struct reading;
struct geofence;
enum status intake_take_one(struct intake *intake, const struct reading *reading,
                            const struct geofence *fence, int64_t now_ms,
                            struct intake_outcome *out);

/* What became of all rows since the start. A message that names no rows counts as one when it is
 * refused. */
struct intake_stats {
    uint64_t accepted, duplicates, late;
    uint64_t refused[STATUS_COUNT]; /* STATUS_TELEMETRY_SHED: shed. */
    uint32_t back_off_ms;           /* What who is shed now would be told. */
    uint32_t sources, devices;
};
void intake_stats(struct intake *intake, struct intake_stats *out);
/* What is known of a source; times are stadium time, 0: not since the start. */
struct source_news {
    struct source source;
    int64_t seen_ms, last_at_ms;
    uint64_t accepted, duplicates, late; /* Rows. */
};
/* All sources, in the order that they were first heard. */
struct source_news *intake_sources(struct intake *intake, struct arena *arena, uint32_t *count);
/* Refused before the intake saw it. */
void intake_count_refused(struct intake *intake, enum status status, uint64_t rows);

/* True when a tick would find something. */
bool intake_pending(struct intake *intake);
/* Moves the sums into a tick's columns, ascending, in the arena, and starts from zero. */
void intake_drain(struct intake *intake, struct arena *arena, struct tick *tick);

/* When a tick would have news of registered devices, or of what rules are about; INT64_MAX: never.
 */
int64_t intake_news_due_ms(struct intake *intake);
/* Adds what is news of them at `now_ms`, after intake_drain(). */
void intake_drain_news(struct intake *intake, int64_t now_ms, struct arena *arena,
                       struct tick *tick);

/* Any thread: the mark of what is taken now. It rises by one with each drain, from 1; what has a
 * mark is in the tick of that drain, and durable with it. */
uint64_t intake_mark(struct intake *intake);

/* Changes whenever positions came in. */
uint64_t intake_positions_version(struct intake *intake);
void intake_positions(struct intake *intake, int64_t now_ms, struct arena *arena,
                      struct positions *out);
/* Unique devices by place, as devices_count(). */
uint32_t intake_occupancy(struct intake *intake, int64_t now_ms, int64_t ttl_ms, uint32_t *count,
                          uint32_t places);

#endif
