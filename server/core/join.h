/*
 * Who takes part in an event without a seat: they join, free of charge, and wait while it is full.
 * And who may not: bans. Kinds have the numbers of the API.
 *
 *      ACTIVE <- WAITLISTED       by itself, in the order of waiting, once there is room
 *      ACTIVE, WAITLISTED -> CANCELLED | REJECTED       WAITLISTED -> EXPIRED
 *      CANCELLED, EXPIRED, REJECTED -> ACTIVE | WAITLISTED       joining again
 */
#ifndef CORE_JOIN_H
#define CORE_JOIN_H

#include "server/core/id.h"
#include "server/core/limits.h"

enum join_state {
    JOIN_ACTIVE = 1,
    JOIN_WAITLISTED,
    JOIN_CANCELLED,
    JOIN_EXPIRED,
    JOIN_REJECTED,
};

enum { WAITLIST_LEAST = 20, WAITLIST_MOST = 100, JOIN_WAITLIST_MAX = 1000 };

/* That an event can be joined; events that cannot have none. */
struct joining {
    uint32_t event;    /* Index. */
    uint32_t capacity; /* 0: any number. */
    uint32_t waitlist; /* How many may wait; 0: join_waitlist() says. */
    uint32_t closed;   /* 1: nobody joins any more. */
    uint32_t active, waiting;
    uint64_t version;
};

/* One a person and event, whatever becomes of it. */
struct join {
    struct id id;
    uint32_t event;
    uint32_t state; /* enum join_state */
    char person[PERSON_BYTES + 1];
    char reason[JOIN_REASON_BYTES + 1]; /* Why REJECTED. */
    int64_t joined_ms;                  /* The last time. */
    uint64_t number;                    /* Who waits longer has a lower one. */
    uint64_t version;
};

/* One a person and event; over from until_ms on. */
struct ban {
    uint32_t event;
    char person[PERSON_BYTES + 1];
    int64_t banned_ms;
    int64_t until_ms; /* INT64_MAX: for ever. */
    char reason[JOIN_REASON_BYTES + 1];
    uint64_t version;
};

/* How many may wait for places of such an event: min(100, max(20, capacity)). */
uint32_t join_waitlist(uint32_t capacity);

#endif
