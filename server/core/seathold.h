/* Seats that somebody holds until a time. Kinds have the numbers of the API. */
#ifndef CORE_SEATHOLD_H
#define CORE_SEATHOLD_H

#include "server/core/id.h"
#include "server/core/limits.h"

/* CONFIRMING: an order waits for its payment; it neither expires nor is released. */
enum hold_state {
    HOLD_HELD = 1,
    HOLD_CONFIRMED,
    HOLD_RELEASED,
    HOLD_EXPIRED,
    HOLD_CONFIRMING = 100, /* The API says HELD. */
};

struct seathold {
    struct id id;
    uint32_t event; /* Index. */
    uint32_t state; /* enum hold_state */
    char person[PERSON_BYTES + 1];
    int64_t expires_ms; /* Free again at this time. */
    uint64_t version;   /* The fence: another one with each change. */
    uint32_t order;     /* 1 + index of the last order placed for it; 0: none. */
    uint32_t seat_count;
    uint32_t seats[HOLD_SEATS];
};

#endif
