/* What happened since the last append, encoded and waiting to become durable as one. */
#ifndef APP_TURN_H
#define APP_TURN_H

#include "server/base/arena.h"
#include "server/core/fact.h"
#include "server/ports/journal.h"

struct turn {
    struct arena arena; /* Payloads. */
    struct journal_row *rows;
    uint32_t count, room;
    uint64_t readings_mark; /* The last intake_mark() of its ticks; 0: none. */
    struct journal_append append;
};

void turn_fini(struct turn *turn); /* Zeroed is an empty turn. */
void turn_reset(struct turn *turn);
/* Encodes the fact at once: it need not live on. */
void turn_add(struct turn *turn, uint64_t seq, const struct fact *fact);

#endif
