#include "server/app/recover.h"

#include "server/base/worker.h"

#include <inttypes.h>
#include <stdio.h>

struct replay {
    struct stadium *stadium;
    struct keys *keys;
    struct arena arena;
    uint64_t chain;     /* Of the last row. */
    bool joins;         /* The first row is the snapshot's last one; its chain must be `chain`. */
    bool other_journal; /* It is not. */
    uint64_t stuck_seq; /* A row that is no fact of this version; 0: none. */
    uint32_t stuck_kind;
};

static bool replay_row(void *ctx, const struct journal_row *row)
{
    struct replay *replay = ctx;
    struct fact fact = { 0 };
    if (replay->joins) {
        replay->joins = false;
        replay->other_journal =
            row->seq != stadium_seq(replay->stadium) || row->chain != replay->chain;
        return !replay->other_journal;
    }
    arena_reset(&replay->arena);
    if (row->seq != stadium_seq(replay->stadium) + 1 ||
        !fact_decode(row->payload, &replay->arena, &fact) || (uint32_t)fact.kind != row->kind) {
        replay->stuck_seq = row->seq;
        replay->stuck_kind = row->kind;
        return false;
    }
    stadium_evolve(replay->stadium, &fact);
    stadium_rest(replay->stadium);
    replay->chain = row->chain;
    if (fact.kind == FACT_ANSWERED && replay->keys)
        keys_add(replay->keys, &fact.as.answered, fact.time_ms, row->seq);
    worker_breathe(); /* A snapshot is made beside a server that runs. */
    return true;
}

static enum status replay_run(struct replay *replay, struct journal *journal, char *why,
                              size_t why_size)
{
    const uint64_t seq = stadium_seq(replay->stadium), from = seq ? seq : 1;
    enum status status = journal->ops->read(journal, from, replay_row, replay, why, why_size);
    if (status == STATUS_OK && replay->stuck_seq) {
        snprintf(why, why_size,
                 "the journal's row %" PRIu64 " (kind %u) is no fact that this version knows; "
                 "use the tifod that wrote it, or restore a backup",
                 replay->stuck_seq, replay->stuck_kind);
        status = STATUS_JOURNAL_CORRUPT;
    }
    arena_fini(&replay->arena);
    return status;
}

enum status recover(struct journal *journal, struct stadium *stadium, struct keys *keys, char *why,
                    size_t why_size)
{
    struct replay replay = { .stadium = stadium, .keys = keys };
    return replay_run(&replay, journal, why, why_size);
}

/* ---- Snapshots ------------------------------------------------------------------------------- */

static void recovered_drop(struct recovered *recovered)
{
    stadium_destroy(recovered->stadium);
    keys_destroy(recovered->keys);
    *recovered = (struct recovered){ 0 };
}

static void recovered_begin(struct recovered *recovered, const struct limits *limits)
{
    *recovered =
        (struct recovered){ .stadium = stadium_create(limits), .keys = keys_create(limits) };
}

/* The chain and the keys, before or behind the stadium. */
static bool fill(void *ctx, struct byte_sink *sink)
{
    const struct recovered *recovered = ctx;
    struct image image = { .sink = sink };
    uint64_t chain = recovered->chain;
    image_bytes(&image, &chain, sizeof chain);
    keys_image(&image, recovered->keys);
    return !image.broken && stadium_save(recovered->stadium, sink);
}

static bool take(void *ctx, struct byte_source *source, char *why, size_t why_size)
{
    struct recovered *recovered = ctx;
    struct image image = { .source = source };
    image_bytes(&image, &recovered->chain, sizeof recovered->chain);
    keys_image(&image, recovered->keys);
    if (image.broken) {
        snprintf(why, why_size, "it is cut off");
        return false;
    }
    return stadium_load(recovered->stadium, source, why, why_size);
}

/* False: the snapshot is of no use. */
static bool load(struct snapshots *snapshots, uint64_t seq, const struct limits *limits,
                 const struct log *log, struct recovered *out)
{
    char why[SNAPSHOTS_WHY_SIZE] = "";
    recovered_begin(out, limits);
    enum status status = snapshots->ops->read(snapshots, seq, take, out, why, sizeof why);
    if (status == STATUS_OK && stadium_seq(out->stadium) == seq) {
        out->snapshot_seq = seq;
        return true;
    }
    log_write(log, LOG_WARNING, "snapshot-skipped", "seq=%" PRIu64 " why=%s", seq,
              status == STATUS_OK ? "its name says another sequence than it does" : why);
    recovered_drop(out);
    return false;
}

/* From here on to the end of the journal. *other: the snapshot is of another one. */
static enum status follow(struct journal *journal, struct recovered *out, bool *other, char *why,
                          size_t why_size)
{
    struct replay replay = { .stadium = out->stadium,
                             .keys = out->keys,
                             .chain = out->chain,
                             .joins = out->snapshot_seq > 0 };
    const enum status status = replay_run(&replay, journal, why, why_size);
    *other = status == STATUS_OK && (replay.joins || replay.other_journal);
    out->chain = replay.chain;
    return status;
}

enum status recover_from(struct journal *journal, struct snapshots *snapshots,
                         const struct limits *limits, const struct log *log, struct recovered *out,
                         char *why, size_t why_size)
{
    uint64_t seq = UINT64_MAX;
    *out = (struct recovered){ 0 };
    while (seq > 0) {
        bool other = false;
        seq = snapshots ? snapshots->ops->before(snapshots, seq) : 0;
        if (seq == 0)
            recovered_begin(out, limits);
        else if (!load(snapshots, seq, limits, log, out))
            continue;
        const enum status status = follow(journal, out, &other, why, why_size);
        if (status == STATUS_OK && !other)
            return STATUS_OK;
        recovered_drop(out);
        if (!other)
            return status;
        log_write(log, LOG_WARNING, "snapshot-skipped",
                  "seq=%" PRIu64 " why=it is of another journal, or of one that was longer", seq);
    }
    return STATUS_JOURNAL_CORRUPT; /* Not reached: without a snapshot there is no other journal. */
}

enum status recovered_keep(const struct recovered *recovered, struct snapshots *snapshots,
                           char *why, size_t why_size)
{
    const uint64_t seq = stadium_seq(recovered->stadium);
    if (seq == 0 || seq == recovered->snapshot_seq)
        return STATUS_OK;
    if (stadium_digest_anew(recovered->stadium) != stadium_digest(recovered->stadium)) {
        snprintf(why, why_size,
                 "the rows at %" PRIu64 " have another digest than they should: "
                 "that is a mistake of tifod's; please report it",
                 seq);
        return STATUS_JOURNAL_CORRUPT;
    }
    return snapshots->ops->write(snapshots, seq, fill, (void *)recovered, why, why_size);
}
