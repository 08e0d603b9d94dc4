/* What opens a turnstile. Kinds have the numbers of the API. */
#ifndef CORE_TICKET_H
#define CORE_TICKET_H

#include "server/core/id.h"
#include "server/core/limits.h"

#include <stdbool.h>

enum ticket_state { TICKET_VALID = 1, TICKET_CHECKED_IN, TICKET_CANCELLED, TICKET_CHECKED_OUT };

enum scan_result {
    SCAN_OK = 1,
    SCAN_INVALID,
    SCAN_PRODUCT,
    SCAN_INVALID_TIME,
    SCAN_CANCELLED,
    SCAN_REVOKED,
    SCAN_ALREADY_REDEEMED,
    SCAN_RULES,
    SCAN_INCOMPLETE,
    SCAN_UNPAID,
    SCAN_BLOCKED,
    SCAN_AMBIGUOUS,
    SCAN_UNAPPROVED,
    SCAN_ALREADY_EXCHANGED,
    SCAN_MEDIUM_INVALID,
    SCAN_ERROR,
};

struct ticket {
    struct id id;
    uint32_t event, order; /* Indices. */
    uint32_t seat;         /* Or NO_SEAT. */
    uint32_t state;        /* enum ticket_state */
    uint32_t generation;   /* From 1. */
    uint32_t type;         /* Index within the event. */
    uint32_t gate;         /* That let them in, */
    int64_t admitted_ms;   /* when (0: not yet), */
    uint64_t nonce;        /* and by which scan. */
};

/* What a scan comes to. */
struct scan {
    uint32_t result; /* enum scan_result */
    uint32_t ticket; /* 1 + index; 0: none. */
    bool again;      /* OK, but for a nonce that let them in before: nothing is counted. */
    /* ALREADY_REDEEMED: when and where they passed last. */
    int64_t first_ms;
    uint32_t first_gate;
};

#endif
