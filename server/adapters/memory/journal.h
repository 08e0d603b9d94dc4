/* A journal that forgets when it is closed. For tests, demos, and the simulator's own server. */
#ifndef ADAPTERS_MEMORY_JOURNAL_H
#define ADAPTERS_MEMORY_JOURNAL_H

#include "server/ports/journal.h"

struct memory_journal_options {
    uint32_t fail_append; /* The nth append (from 1) fails through done(); 0: none does. */
    bool hold;            /* Appends wait until memory_journal_release(). */
};
struct journal *memory_journal_open(
    const struct memory_journal_options *options); /* NULL: defaults. */
/* Completes what is held: at most `count` appends, oldest first. Returns how many. */
uint32_t memory_journal_release(struct journal *journal, uint32_t count);

#endif
