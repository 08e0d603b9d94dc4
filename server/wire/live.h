/*
 * The live picture as rows, each encoded as a field of WatchLiveResponse when it changes, and only
 * then. A message for a filter is put together from those bytes: a row is encoded once, however
 * many filters show it. Loop thread.
 */
#ifndef WIRE_LIVE_H
#define WIRE_LIVE_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/live.pb-c.h"

enum { LIVE_KINDS = 6, LIVE_EPOCH_BYTES = 40 };

/* Rows are numbered: the phase, places, gates, facilities, the plan, its splits as
 * stadium_splits() has them. */
struct live_shape {
    uint32_t places, gates, facilities;
    uint32_t first_gate, first_facility, plan, first_split, count;
};
struct live_shape live_shape(const struct venue *venue);

/* What a client asked for, as the rows that it sees: filters that see the same are equal, byte for
 * byte. The memory behind it is one piece of live_filter_bytes(). */
struct live_filter {
    uint32_t kinds;  /* A bit a LiveKind. */
    uint32_t listed; /* 1: alarms only about rows of `lists`. */
    uint64_t
        rows[]; /* A bit a row; then `lists`, as many words: places, gates, facilities named. */
};
size_t live_filter_bytes(const struct live_shape *shape);
/* Into zeroed memory of that size; `from` NULL is empty. False: the refusal names the field. */
bool live_filter_read(const Tifo__V1__LiveFilter *from, const struct live_shape *shape,
                      struct live_filter *to, struct refusal *refusal);
/* The other way, in the arena. */
Tifo__V1__LiveFilter *live_filter_message(const struct live_filter *filter,
                                          const struct live_shape *shape, struct arena *arena);

struct live_rows;
struct live_rows *live_rows_create(const struct venue *venue);
void live_rows_destroy(struct live_rows *rows); /* NULL is accepted. */
/* Looks at the stadium: what differs from the last time has changed. */
void live_rows_update(struct live_rows *rows, const struct stadium *stadium, int64_t now_ms,
                      bool simulated);
/* The facts up to which the last update went; 0: there was none. */
uint64_t live_rows_seq(const struct live_rows *rows);

/* Bytes that grow. Zeroed is empty. */
struct live_message {
    uint8_t *bytes;
    size_t size, room;
};
void live_message_fini(struct live_message *message);
/* What the last update changed of the filter's rows, as the change from `from_seq`. False: nothing.
 */
bool live_message_change(struct live_message *message, const struct live_rows *rows,
                         const struct live_filter *filter, uint64_t from_seq);
/* All of the filter's rows. */
void live_message_whole(struct live_message *message, const struct live_rows *rows,
                        const struct live_filter *filter, const char *epoch);

#endif
