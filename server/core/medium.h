/*
 * Media: wristbands, cards and other things that are read at the doors in a ticket's place. A
 * ticket that was exchanged for one opens nothing by its own code any more; the medium is
 * scanned from then on, and stands for the ticket at every list. A ticket has one medium at
 * most, a medium one ticket; when that is over or cancelled the medium can be given out again,
 * also for another event.
 */
#ifndef CORE_MEDIUM_H
#define CORE_MEDIUM_H

#include "server/core/limits.h"

#include "server/base/status.h"

#include <stdint.h>

struct medium {
    char name[MEDIUM_BYTES + 1]; /* What is read from it. */
    uint32_t ticket;             /* 1 + index of the one that it stands for; 0: of none now. */
    uint32_t blocked;            /* 1: it opens nothing, as when it was lost. */
    char reason[BLOCK_REASON_BYTES + 1];
    uint64_t version;
};

struct stadium;
struct command;
struct fact;
struct facts;

void media_init(struct stadium *);
void media_fini(struct stadium *);
enum status medium_decide(const struct stadium *, const struct command *, struct facts *);
void medium_evolve(struct stadium *, const struct fact *);

#endif
