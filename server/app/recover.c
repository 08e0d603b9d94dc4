#include "server/app/recover.h"

#include <inttypes.h>
#include <stdio.h>

struct replay {
    struct stadium *stadium;
    struct keys *keys;
    struct arena arena;
    uint64_t stuck_seq; /* A row that is no fact of this version; 0: none. */
    uint32_t stuck_kind;
};

static bool replay_row(void *ctx, const struct journal_row *row)
{
    struct replay *replay = ctx;
    struct fact fact = { 0 };
    arena_reset(&replay->arena);
    if (row->seq != stadium_seq(replay->stadium) + 1 ||
        !fact_decode(row->payload, &replay->arena, &fact) || (uint32_t)fact.kind != row->kind) {
        replay->stuck_seq = row->seq;
        replay->stuck_kind = row->kind;
        return false;
    }
    stadium_evolve(replay->stadium, &fact);
    if (fact.kind == FACT_ANSWERED && replay->keys)
        keys_add(replay->keys, &fact.as.answered, fact.time_ms, row->seq);
    return true;
}

enum status recover(struct journal *journal, struct stadium *stadium, struct keys *keys, char *why,
                    size_t why_size)
{
    struct replay replay = { .stadium = stadium, .keys = keys };
    enum status status = journal->ops->read(journal, 1, replay_row, &replay, why, why_size);
    if (status == STATUS_OK && replay.stuck_seq) {
        snprintf(why, why_size,
                 "the journal's row %" PRIu64 " (kind %u) is no fact that this version knows; "
                 "use the tifod that wrote it, or restore a backup",
                 replay.stuck_seq, replay.stuck_kind);
        status = STATUS_JOURNAL_CORRUPT;
    }
    arena_fini(&replay.arena);
    return status;
}
