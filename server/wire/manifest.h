/* What an offline gate knows, from the stadium's rows. */
#ifndef WIRE_MANIFEST_H
#define WIRE_MANIFEST_H

#include "api/ticket/manifest.h"
#include "server/base/arena.h"
#include "server/core/stadium.h"

struct manifest_ask {
    uint32_t event, list; /* There is such a list. */
    uint64_t since_seq;
    bool revoked_only, media;
};

/* A manifest that is made a few tickets at a time, so that nothing else waits long. In between
 * anything may happen: what changes on tickets that it has is told again at the end, so that it is
 * as of its last step. */
struct manifest_walk {
    struct manifest_ask ask;
    /* The rest is wire_manifest_step()'s; zero. */
    bool begun, whole, changed_only;
    uint64_t first_seq, list_version; /* As of its first step. */
    uint32_t next; /* whole: 1 + the next ticket; otherwise a place in `changed`. */
    struct u32s changed;
    uint8_t *rows;
    uint32_t count, room;
    struct manifest_medium *media;
    uint32_t medium_count, medium_room;
};

/* What a ticket was exchanged for, as of a copy of it. */
struct manifest_medium {
    uint8_t row[MANIFEST_MEDIUM_BYTES];
    uint32_t copy; /* Which of the walk's rows. */
};

/* A list with ticket types is always whole: a code does not say its type.
 * Loop thread: copies at most so many tickets into the arena, which is the same in all steps.
 * False: there are more. True: *to is all of it as of now, its tickets in the order of copying,
 * some more than once; keys and signature are the caller's. */
bool wire_manifest_step(const struct stadium *stadium, struct manifest_walk *walk, uint32_t tickets,
                        int64_t now_ms, struct arena *arena, struct manifest *to);
/* Any thread: sorts the tickets; of those that come more than once the last copy is kept. Sorts the
 * media of those that are kept into the walk's memory. */
void wire_manifest_sort(const struct manifest_walk *walk, struct manifest *manifest);

#endif
