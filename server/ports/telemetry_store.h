/*
 * What telemetry leaves behind and no journal can make again: time series, and the dead letters,
 * readings that were refused. One user, one thread.
 *
 * A series is a name and buckets of time: a second, a minute, an hour. What is put is merged into
 * the bucket of each width that its second lies in, so what comes late corrects what is there, in
 * whatever order it comes.
 */
#ifndef PORTS_TELEMETRY_STORE_H
#define PORTS_TELEMETRY_STORE_H

#include "server/base/arena.h"
#include "server/base/slice.h"
#include "server/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum series_step { SERIES_SECOND = 1, SERIES_MINUTE, SERIES_HOUR };
enum { SERIES_STEPS = 3, SERIES_NAME_BYTES = 120 };
/* Seconds of a bucket, and for how long buckets are kept: a day, 30 days, two years. */
static const int64_t series_step_s[SERIES_STEPS + 1] = { 0, 1, 60, 3600 };
static const int64_t series_kept_s[SERIES_STEPS + 1] = { 0, 86400, 30 * 86400, 730 * 86400 };

struct series_bucket {
    const char *name;  /* "place/3/people"; up to SERIES_NAME_BYTES. */
    int64_t at_s;      /* Where it begins, Unix seconds. */
    uint64_t count;    /* Readings in it, at least 1; the mean is sum / count. */
    double sum, min, max;
    double last;       /* The newest reading's value, */
    int64_t last_ms;   /* and when that was. */
};

struct series_query {
    const char *name;
    enum series_step step;
    int64_t from_s, to_s; /* Buckets that begin in [from, to). */
    uint32_t most;
};
struct series_page {
    struct series_bucket *buckets; /* Ascending. */
    uint32_t count;
    bool more;
};

enum letter_form { LETTER_COLUMNS = 1, LETTER_ROW };
enum {
    LETTERS_MOST = 10000,       /* Kept; the oldest go. */
    LETTER_BYTES = 16 * 1024,   /* Larger payloads are left out. */
};

struct letter {
    uint64_t id; /* Rises; 0: not kept yet. */
    int64_t received_ms;
    const char *caller, *venue_id, *device;
    uint64_t sequence;
    uint32_t form; /* enum letter_form */
    uint64_t rows;
    const char *reason, *field, *message;
    struct bytes payload; /* The refused message; empty: it was too large. */
};
struct letter_page {
    struct letter *letters; /* Ascending by id. */
    uint32_t count;
    bool more;
};

struct telemetry_store;
struct telemetry_store_ops {
    /* All of it or nothing. *dropped: letters that had to go for it. */
    enum status (*put)(struct telemetry_store *store, const struct series_bucket *buckets,
                       uint32_t bucket_count, const struct letter *letters, uint32_t letter_count,
                       uint64_t *dropped);
    /* The pages' memory is the arena's. */
    enum status (*series)(struct telemetry_store *store, const struct series_query *query,
                          struct arena *arena, struct series_page *out);
    /* Letters with an id above `after`. */
    enum status (*letters)(struct telemetry_store *store, uint64_t after, uint32_t most,
                           struct arena *arena, struct letter_page *out);
    /* *there: it was there before. */
    enum status (*remove_letter)(struct telemetry_store *store, uint64_t id, bool *there);
    /* Forgets buckets that are too old now. */
    enum status (*prune)(struct telemetry_store *store, int64_t now_s);
    void (*close)(struct telemetry_store *store);
};

enum { TELEMETRY_WHY_SIZE = 320 };
/* Adapters embed this first. */
struct telemetry_store {
    const struct telemetry_store_ops *ops;
    char why[TELEMETRY_WHY_SIZE]; /* A sentence, after anything but STATUS_OK. */
};

#endif
