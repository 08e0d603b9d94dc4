#include "server/adapters/memory/journal.h"

#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct memory_journal {
    struct journal journal;
    struct memory_journal_options options;
    struct arena arena; /* Payloads. */
    struct journal_row *rows;
    size_t count, room;
    uint64_t chain;   /* Of the last row. */
    uint32_t appends; /* Started so far. */
    bool failed;
    struct journal_append *held, **held_end;
};

static void keep(struct memory_journal *self, const struct journal_append *append)
{
    for (uint32_t i = 0; i < append->count; i++) {
        if (self->count == self->room) {
            self->room = self->room ? self->room * 2 : 256;
            struct journal_row *rows = base_alloc(self->room * sizeof(*rows));
            if (self->count > 0)
                memcpy(rows, self->rows, self->count * sizeof(*rows));
            free(self->rows);
            self->rows = rows;
        }
        struct journal_row *row = &self->rows[self->count++];
        *row = append->rows[i];
        assert(row->seq == self->count);
        row->payload.data = arena_copy(&self->arena, row->payload.data, row->payload.size);
        self->chain = hash_word(hash_word(self->chain, row->kind), (uint64_t)row->time_ms);
        self->chain = hash_end(hash_bytes(self->chain, row->payload.data, row->payload.size));
        row->chain = self->chain;
    }
}

static void complete(struct memory_journal *self, struct journal_append *append)
{
    if (++self->appends == self->options.fail_append)
        self->failed = true;
    if (self->failed) {
        append->done(append, STATUS_JOURNAL_FAILED, "The memory journal was told to fail");
        return;
    }
    keep(self, append);
    append->done(append, STATUS_OK, "");
}

static enum status memory_append(struct journal *journal, struct journal_append *append)
{
    struct memory_journal *self = (struct memory_journal *)journal;
    assert(append->count > 0);
    if (self->failed)
        return STATUS_JOURNAL_FAILED;
    if (self->options.hold) {
        append->next = NULL;
        *self->held_end = append;
        self->held_end = &append->next;
    } else {
        complete(self, append);
    }
    return STATUS_OK;
}

uint32_t memory_journal_release(struct journal *journal, uint32_t count)
{
    struct memory_journal *self = (struct memory_journal *)journal;
    uint32_t released = 0;
    for (; released < count && self->held; released++) {
        struct journal_append *append = self->held;
        self->held = append->next;
        if (!self->held)
            self->held_end = &self->held;
        complete(self, append);
    }
    return released;
}

static void memory_fetch(struct journal *journal, struct journal_fetch *fetch)
{
    const struct memory_journal *self = (struct memory_journal *)journal;
    if (fetch->seq >= 1 && fetch->seq <= self->count)
        fetch->done(fetch, STATUS_OK, &self->rows[fetch->seq - 1], "");
    else
        fetch->done(fetch, STATUS_JOURNAL_CORRUPT, NULL, "The memory journal has no such row");
}

static enum status memory_read(struct journal *journal, uint64_t from_seq, journal_visit *visit,
                               void *ctx, char *why, size_t why_size)
{
    const struct memory_journal *self = (struct memory_journal *)journal;
    (void)why, (void)why_size;
    for (size_t i = from_seq > 1 ? from_seq - 1 : 0; i < self->count; i++) {
        if (!visit(ctx, &self->rows[i]))
            break;
    }
    return STATUS_OK;
}

static void memory_close(struct journal *journal)
{
    struct memory_journal *self = (struct memory_journal *)journal;
    memory_journal_release(journal, UINT32_MAX);
    free(self->rows);
    arena_fini(&self->arena);
    free(self);
}

struct journal *memory_journal_open(const struct memory_journal_options *options)
{
    static const struct journal_ops ops = { memory_append, memory_fetch, memory_read,
                                            memory_close };
    struct memory_journal *self = base_alloc(sizeof(*self));
    self->journal.ops = &ops;
    if (options)
        self->options = *options;
    self->held_end = &self->held;
    return &self->journal;
}
