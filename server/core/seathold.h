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
    int64_t expires_ms;         /* Free again at this time. */
    uint64_t version;           /* The fence: another one with each change. */
    uint32_t order;             /* 1 + index of the last order placed for it; 0: none. */
    uint32_t seat_count;        /* Lines. */
    uint32_t seats[HOLD_SEATS]; /* One a line, or NO_SEAT. */
    uint32_t extensions;        /* How often it was extended. */
};

#define NO_SEAT UINT32_MAX /* A line of general admission. */

/* The lines of a hold beside their seats: what they are, and what they cost since they are held.
 * Bit i of a set is line i. */
struct hold_lines {
    /* Zero behind the last line. Type: index within the event. */
    uint32_t type[HOLD_SEATS], price_minor[HOLD_SEATS], fee_minor[HOLD_SEATS];
    uint32_t tax_minor[HOLD_SEATS];
    uint64_t version;       /* Seq of the fact that said so; 0: it follows from the event. */
    uint32_t tax_added;     /* Set: the tax is to be paid beside price and fee. */
    uint32_t voucher;       /* 1 + index; 0: none. */
    uint32_t voucher_lines; /* Set: those that used it. */
};

#endif
