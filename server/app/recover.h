/* A stadium from its journal: evolve alone, nothing is decided again. Or from the last snapshot and
 * what the journal has after it. */
#ifndef APP_RECOVER_H
#define APP_RECOVER_H

#include "server/app/keys.h"
#include "server/base/log.h"
#include "server/core/stadium.h"
#include "server/ports/journal.h"
#include "server/ports/snapshots.h"

/* Brings an empty stadium, and the empty keys (may be NULL), to where the journal ends. On an error
 * `why` (JOURNAL_WHY_SIZE) is a sentence and the stadium is of no use. */
enum status recover(struct journal *journal, struct stadium *stadium, struct keys *keys, char *why,
                    size_t why_size);

struct recovered {
    struct stadium *stadium;
    struct keys *keys;
    uint64_t chain;        /* The journal's, of the last row. */
    uint64_t snapshot_seq; /* Of the snapshot it began with; 0: none. */
};
/* The same, as quick as it can be: from the newest snapshot that is whole, of this version, and of
 * this very journal, as its chain says. Others are skipped, with a warning in the log. On an error
 * both are NULL. */
enum status recover_from(struct journal *journal, struct snapshots *snapshots,
                         const struct limits *limits, const struct log *log, struct recovered *out,
                         char *why, size_t why_size);
/* Keeps what was recovered as a snapshot, unless there is one of that sequence already. Its digest
 * is computed anew before. */
enum status recovered_keep(const struct recovered *recovered, struct snapshots *snapshots,
                           char *why, size_t why_size);

#endif
