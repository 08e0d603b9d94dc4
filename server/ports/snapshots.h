/*
 * Where states are kept, so that not all of the journal need be read again. Each is known by the
 * sequence of the last fact in it. A snapshot is there whole and as it was written, or not at all;
 * the journal does without any.
 */
#ifndef PORTS_SNAPSHOTS_H
#define PORTS_SNAPSHOTS_H

#include "server/base/image.h"
#include "server/base/status.h"

enum { SNAPSHOTS_WHY_SIZE = 320 }; /* Room for any `why`. */

struct snapshots;

/* Writes or reads all of one. False: it cannot, or (a reader) will not have it; `why` gets half a
 * sentence, unless it was the bytes that did not come or go. */
typedef bool snapshot_fill(void *ctx, struct byte_sink *sink);
typedef bool snapshot_take(void *ctx, struct byte_source *source, char *why, size_t why_size);

struct snapshots_ops {
    /* The sequence of the newest one that is older than this; 0: there is none. */
    uint64_t (*before)(struct snapshots *snapshots, uint64_t seq);
    /* In place of an older one of the same sequence. On an error nothing has changed, and `why` is
     * a sentence. When it is there, older ones than the one before it are removed. */
    enum status (*write)(struct snapshots *snapshots, uint64_t seq, snapshot_fill *fill, void *ctx,
                         char *why, size_t why_size);
    /* What `take` gets is as it was written. Anything but STATUS_OK: it is damaged, or take() would
     * not have it, or not all of it; what it took is of no use, and `why` is a sentence. */
    enum status (*read)(struct snapshots *snapshots, uint64_t seq, snapshot_take *take, void *ctx,
                        char *why, size_t why_size);
    void (*close)(struct snapshots *snapshots);
};

/* Adapters embed this first. */
struct snapshots {
    const struct snapshots_ops *ops;
};

#endif
