/*
 * Who waits for tickets of an event that is sold out: so many of one type. Kinds have the numbers
 * of the API.
 *
 *      WAITING -> OFFERED      a hold is made for them, first come, first served
 *      OFFERED -> PURCHASED | DECLINED | EXPIRED      as the hold ends: then it is the next one's
 *      WAITING -> CANCELLED    by themselves
 *      WAITING -> EXPIRED      the event begins, or is cancelled
 *      WAITING -> DECLINED     their turn has come, and they may not have it any more
 */
#ifndef CORE_WAITLIST_H
#define CORE_WAITLIST_H

#include "server/core/id.h"
#include "server/core/limits.h"

enum wait_state {
    WAIT_WAITING = 1,
    WAIT_OFFERED,
    WAIT_PURCHASED,
    WAIT_DECLINED,
    WAIT_EXPIRED,
    WAIT_CANCELLED,
};

enum {
    WAITLIST_MAX = 100000,
    CLAIM_LONG_S = 24 * 3600, /* To take an offer, */
    CLAIM_SHORT_S = 4 * 3600, /* and when the event begins within CLAIM_NEAR_MS. */
    CLAIM_NEAR_MS = 72 * 3600 * 1000,
    CLAIM_MIN_S = 60,
    CLAIM_MAX_S = 7 * 24 * 3600,
};

/* That one can wait for an event; events without one have none. */
struct waitlist {
    uint32_t event;    /* Index. */
    uint32_t capacity; /* How many may wait; 0: join_waitlist() of what is on sale. */
    uint32_t claim_s;  /* To take an offer; 0: 24 hours, or 4 when the event is near. */
    uint32_t closed;   /* 1: nobody else waits. */
    uint32_t waiting, offered;
    uint64_t version;
};

struct wait {
    struct id id;
    struct id hold_id; /* Of the hold that an offer makes. */
    uint32_t event;
    uint32_t type;  /* Index within the event. */
    uint32_t party; /* Tickets, 1..HOLD_SEATS. */
    uint32_t state; /* enum wait_state */
    char person[PERSON_BYTES + 1];
    int64_t asked_ms;
    uint64_t version;
};

#endif
