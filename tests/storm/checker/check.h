/*
 * The verdict on a history: whether some order of what clients did, one after the other, explains
 * all that they heard and all that is durable.
 *
 * Nothing has to be searched for. Every write under a key left its answer in the journal, in the
 * turn of its effect, so the journal says in which order and at which stadium time things were
 * done, and whether an operation of unknown outcome happened. The checker walks it once and tells
 * the sequential model (tests/support/ticket_model.h) each operation as its client asked for it:
 * O(n log n) in calls and facts. It finds, with the numbers of the invariants:
 *
 *   I1, I2   a seat with two owners, more held and sold than there is
 *   I3, I4   an answer that is not durable, something durable that nobody asked for
 *   I5, I6   a hold that is not whole, one confirmed after its time or with an old version, one
 *            that ended before its time
 *   I7       a key that was done twice, or answered in another way
 *   I8       a waitlist that is not first come, first served, that promotes twice or is passed by;
 *            joins beyond the capacity, holds without an admission, a line in another order than
 *            that of the published draw, more let in than the rate or the room allow
 *   I9       money that is not asked for, or asked for twice; tickets and money both, or neither
 *   I10      counts that are not those of the rows
 *   I11, I12 a cancelled event that sells, a ticket that admits twice
 *   I13      a stream with a gap, or that leaves out a change
 *   and answers that are not what the model says, facts before what was known when it was asked
 *   for (real time), a journal that does not lead to the stadium.
 *
 * What another service needs to be judged is a row in a table of judge*.c.
 */
#ifndef TESTS_STORM_CHECK_H
#define TESTS_STORM_CHECK_H

#include "server/ports/journal.h"
#include "tests/storm/checker/history.h"

struct stadium;

struct verdict {
    bool fine;
    char why[600]; /* Of the first thing that is wrong. */
    uint32_t accepted, refused, replayed;
    uint32_t happened, lost; /* Outcomes unknown to clients. */
    uint32_t reads, messages;
};

/* The journal is read again: it is what a restart would find, and `stadium` is recovered from it.
 * When that is not as the model's, the process aborts with a sentence (ticket_model_compare()). */
void check_history(const struct history *history, struct journal *journal,
                   const struct stadium *stadium, struct verdict *out);

#endif
