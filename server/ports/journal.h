/*
 * Where facts are kept. One partition, one writer. A turn is one append: after a crash all of its
 * rows are there, or none.
 */
#ifndef PORTS_JOURNAL_H
#define PORTS_JOURNAL_H

#include "server/base/slice.h"
#include "server/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

struct journal_row {
    uint64_t seq; /* From 1, without gaps. */
    uint32_t kind;
    int64_t time_ms;
    struct bytes payload; /* One tifo.v1.Fact. */
    uint64_t chain;       /* Of a row that is read: a checksum of it and of all before it. */
};

/* An append under way. It and all it points to stay the caller's, unchanged until done(). */
struct journal_append {
    const struct journal_row *rows;
    uint32_t count; /* >= 1 */
    /* Called once, on a thread of the adapter (memory: inside append), in the order of the appends.
     * STATUS_OK: the turn is durable. Anything else: it is not, nor will any later one be; `why`
     * (valid inside) is a sentence, and the server must stop. */
    void (*done)(struct journal_append *append, enum status status, const char *why);
    void *ctx;                   /* The caller's. */
    struct journal_append *next; /* The adapter's, until done(). */
};

/* One durable row that is read again. The caller's, unchanged until done(). */
struct journal_fetch {
    uint64_t seq; /* Durable: its append is over. */
    /* Called once, on a thread of the adapter (memory: inside fetch). STATUS_OK: `row`, valid
     * inside, has been checked against its chain. Otherwise it is NULL and `why` is a sentence. */
    void (*done)(struct journal_fetch *fetch, enum status status, const struct journal_row *row,
                 const char *why);
    void *ctx;                  /* The caller's. */
    struct journal_fetch *next; /* The adapter's, until done(). */
};

/* Sees one row; valid inside. False stops the reading. */
typedef bool journal_visit(void *ctx, const struct journal_row *row);

struct journal_ops {
    /* Starts to append. If it returns an error (the journal failed before), done() never runs. The
     * first row's seq is one above the last row's. */
    enum status (*append)(struct journal *journal, struct journal_append *append);
    /* Starts to read a row again; while appends are under way, too, which it does not hold up for
     * longer than a row takes. */
    void (*fetch)(struct journal *journal, struct journal_fetch *fetch);
    /* Visits durable rows from `from_seq` on, ascending; checks the chain from there. Not while an
     * append is under way. On an error `why` is filled with a sentence: what, where, how
     * to mend. */
    enum status (*read)(struct journal *journal, uint64_t from_seq, journal_visit *visit, void *ctx,
                        char *why, size_t why_size);
    /* Waits for the appends and fetches under way (their done() run), then gives everything back.
     */
    void (*close)(struct journal *journal);
};

/* Adapters embed this first. */
struct journal {
    const struct journal_ops *ops;
};

enum { JOURNAL_WHY_SIZE = 320 }; /* Room for any `why`. */

#endif
