/* A random match day, with tickets, as a journal; and what records say of it. */
#ifndef TESTS_UNIT_RECORDS_MATCH_H
#define TESTS_UNIT_RECORDS_MATCH_H

#include "server/base/prng.h"
#include "server/ports/journal.h"
#include "server/ports/records.h"
#include "tests/support/play.h"

struct match {
    struct play play;
    struct prng prng;
};
void match_init(struct match *match, uint64_t seed);
void match_fini(struct match *match);
/* Something happens. */
void match_step(struct match *match);
/* Appends the facts from index `from` on as one turn; returns how many there are now. The journal's
 * append must end inside. */
uint32_t match_append(const struct match *match, struct journal *journal, uint32_t from);

/* Every row of every table, one a line; to be freed. */
char *records_dump(struct records *records);

#endif
