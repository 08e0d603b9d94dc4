/*
 * Telemetry, folded on arrival. Raw readings are not commands: they are added up here for each
 * place, gate and queue, by whichever thread received them, and a tick takes the sums as one
 * command. Messages are told apart by (source, sequence); one that is not above the source's last
 * is a duplicate and changes nothing.
 *
 * What is folded and not yet ticked is lost in a crash; so is the fact that it was taken, and the
 * source, which reads in GetClock how far it got, sends it again.
 */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include "server/app/devices.h"
#include "server/app/readings.h"
#include "server/core/command.h"

struct intake;
struct intake *intake_create(uint32_t sources_max);
void intake_destroy(struct intake *intake); /* NULL is accepted. */

/* From now on readings of this venue are taken; it must live as long as the intake. Once. */
void intake_open(struct intake *intake, const struct venue *venue);
/* The venue that readings are taken for; NULL before intake_open(). Any thread. */
const struct venue *intake_venue(struct intake *intake);
/* A source that the journal knows. Before intake_open(). */
void intake_restore(struct intake *intake, const struct source *source);

struct intake_outcome {
    uint64_t accepted, duplicates; /* Rows. */
    struct refusal refusal;        /* Filled unless STATUS_OK is returned. */
    uint64_t mark;                 /* It is durable when this mark is: see intake_mark(). */
};

/* Any thread: checks a message and folds it, whole or not at all. `venue_id` empty: the only one.
 */
enum status intake_take(struct intake *intake, const char *venue_id,
                        const struct readings *readings, int64_t now_ms,
                        struct intake_outcome *out);

/* True when a tick would find something. */
bool intake_pending(struct intake *intake);
/* Moves the sums into a tick's columns, ascending, in the arena, and starts from zero. */
void intake_drain(struct intake *intake, struct arena *arena, struct tick *tick);

/* Any thread: the mark of what is taken now. It rises by one with each drain, from 1; what has a
 * mark is in the tick of that drain, and durable with it. */
uint64_t intake_mark(struct intake *intake);

/* Changes whenever positions came in. */
uint64_t intake_positions_version(struct intake *intake);
void intake_positions(struct intake *intake, int64_t now_ms, struct arena *arena,
                      struct positions *out);

#endif
