/* What an offline gate knows, from the stadium's rows. */
#ifndef WIRE_MANIFEST_H
#define WIRE_MANIFEST_H

#include "api/ticket/manifest.h"
#include "server/base/arena.h"
#include "server/core/stadium.h"

struct manifest_ask {
    uint32_t event, list; /* There is such a list. */
    uint64_t since_seq, to_seq;
    bool revoked_only;
};

/* A list with ticket types is always whole: a code does not say its type.
 * Loop thread: copies what it takes into the arena. Its tickets are in no order yet and may come
 * twice; keys and title's signature are the caller's. */
void wire_manifest(const struct stadium *stadium, const struct manifest_ask *ask, int64_t now_ms,
                   struct arena *arena, struct manifest *to);
/* Any thread: sorts the tickets and drops those that come twice. */
void wire_manifest_sort(struct manifest *manifest);

#endif
