#include "server/adapters/memory/snapshots.h"

#include "server/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 2 };

struct kept {
    uint64_t seq; /* 0: none. */
    uint8_t *data;
    size_t size, room;
};

struct memory_snapshots {
    struct snapshots snapshots;
    struct kept kept[KEPT]; /* The newest first. */
};

struct filling {
    struct byte_sink sink;
    struct kept kept;
};
struct taking {
    struct byte_source source;
    const uint8_t *data;
    size_t left;
};

static bool filling_put(struct byte_sink *sink, const void *data, size_t size)
{
    struct kept *kept = &((struct filling *)sink)->kept;
    if (kept->room - kept->size < size) {
        const size_t room = 2 * (kept->size + size);
        uint8_t *larger = base_alloc(room);
        if (kept->size > 0)
            memcpy(larger, kept->data, kept->size);
        free(kept->data);
        kept->data = larger;
        kept->room = room;
    }
    memcpy(kept->data + kept->size, data, size);
    kept->size += size;
    return true;
}

static bool taking_take(struct byte_source *source, void *data, size_t size)
{
    struct taking *taking = (struct taking *)source;
    if (taking->left < size)
        return false;
    memcpy(data, taking->data, size);
    taking->data += size;
    taking->left -= size;
    return true;
}

static uint64_t memory_before(struct snapshots *snapshots, uint64_t seq)
{
    const struct memory_snapshots *self = (struct memory_snapshots *)snapshots;
    for (int i = 0; i < KEPT; i++)
        if (self->kept[i].seq < seq)
            return self->kept[i].seq;
    return 0;
}

static enum status memory_write(struct snapshots *snapshots, uint64_t seq, snapshot_fill *fill,
                                void *ctx, char *why, size_t why_size)
{
    struct memory_snapshots *self = (struct memory_snapshots *)snapshots;
    struct filling filling = { .sink.put = filling_put, .kept.seq = seq };
    if (!fill(ctx, &filling.sink)) {
        free(filling.kept.data);
        snprintf(why, why_size, "The snapshot could not be made");
        return STATUS_JOURNAL_FAILED;
    }
    if (self->kept[0].seq != seq) {
        free(self->kept[1].data);
        self->kept[1] = self->kept[0];
    } else {
        free(self->kept[0].data);
    }
    self->kept[0] = filling.kept;
    return STATUS_OK;
}

static enum status memory_read(struct snapshots *snapshots, uint64_t seq, snapshot_take *take,
                               void *ctx, char *why, size_t why_size)
{
    const struct memory_snapshots *self = (struct memory_snapshots *)snapshots;
    char reason[160] = "there is none";
    for (int i = 0; i < KEPT; i++) {
        if (self->kept[i].seq != seq)
            continue;
        struct taking taking = { { taking_take }, self->kept[i].data, self->kept[i].size };
        const bool taken = take(ctx, &taking.source, reason, sizeof(reason));
        if (taken && taking.left == 0)
            return STATUS_OK;
        if (taken)
            snprintf(reason, sizeof(reason), "it holds more than was taken");
    }
    snprintf(why, why_size, "The snapshot %llu is not used: %s", (unsigned long long)seq, reason);
    return STATUS_JOURNAL_CORRUPT;
}

static void memory_close(struct snapshots *snapshots)
{
    struct memory_snapshots *self = (struct memory_snapshots *)snapshots;
    for (int i = 0; i < KEPT; i++)
        free(self->kept[i].data);
    free(self);
}

struct snapshots *memory_snapshots_open(void)
{
    static const struct snapshots_ops ops = { memory_before, memory_write, memory_read,
                                              memory_close };
    struct memory_snapshots *self = base_alloc(sizeof(*self));
    self->snapshots.ops = &ops;
    return &self->snapshots;
}
