/* Whose a ticket is, when it is no longer who bought it; and whether somebody blocked it. */
#ifndef CORE_TRANSFER_H
#define CORE_TRANSFER_H

#include "server/core/limits.h"

#include <stdint.h>

/* A ticket without a row is its order's owner's, and not blocked. */
struct ticket_holder {
    uint32_t ticket;
    char person[PERSON_BYTES + 1]; /* Empty: who bought it. */
    uint32_t blocked;              /* 1 */
    char reason[BLOCK_REASON_BYTES + 1];
};

/* Codes say it in 32 bits, offline lists in 16. */
#define GENERATION_MAX 65535

#endif
