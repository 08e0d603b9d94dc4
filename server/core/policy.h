/*
 * What comes back when somebody gives tickets back: a pure function of the policy, what was paid
 * for, the time and who cancels.
 *
 * A policy is a list of tiers. The one that applies to a ticket is, of those for its type (or of
 * those for all types, when its type has none of its own), the one with the longest notice that is
 * still given: start - now >= notice. Exactly at the instant it still applies. No such tier:
 * nothing can be given back any more. Without a policy nobody but the organiser cancels.
 *
 *      base = price, and the booking fee unless the policy keeps it
 *      fee  = base * fee_bp / 10000, rounded down to the minor unit, + fee_minor,
 *             at least fee_min_minor, at most fee_max_minor (0: no maximum), at most base
 *      refund = base - fee
 *
 * An organiser who cancels pays all of it back, at any time, and the seat is theirs to sell again.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "server/base/slice.h"
#include "server/core/limits.h"

#include <stdbool.h>
#include <stdint.h>

#define POLICY_ALL_TYPES UINT32_MAX
enum { POLICY_WHOLE_BP = 10000, POLICY_FEE_MAX_MINOR = 10 * 1000 * 1000 };
/* A year. */
enum { POLICY_NOTICE_MAX_S = 366 * 24 * 3600 };

/* What becomes of a seat that is given back. */
enum policy_seat { POLICY_SEAT_ON_SALE = 1, POLICY_SEAT_WITHHELD };
/* Who cancels. */
/* RESOLD is decided elsewhere: see resale.h. */
enum policy_cause { POLICY_BY_OWNER = 1, POLICY_BY_ORGANISER, POLICY_RESOLD };

struct policy_tier {
    uint32_t type;      /* Ticket type, or POLICY_ALL_TYPES. */
    uint32_t notice_s;  /* At least so long before the start. */
    uint32_t fee_bp;    /* What is kept, in hundredths of a per cent, */
    uint32_t fee_minor; /* and a fixed part, for each ticket. */
    uint32_t seat;      /* enum policy_seat */
};

/* Zeroed: none was set. Tiers in the order they were given. */
struct policy {
    struct policy_tier tiers[POLICY_TIERS];
    uint32_t tier_count;
    uint32_t fee_min_minor, fee_max_minor; /* For each ticket. */
    uint32_t keeps_booking_fee;            /* 1: it is never refunded. */
    uint32_t
        may_grow; /* 1: refunds may grow as the start comes nearer: declared, not by mistake. */
};

/* One ticket that is paid for; what was paid is the sum. */
struct policy_line {
    uint32_t type;
    int64_t price_minor, fee_minor; /* With their taxes. */
};

struct policy_outcome {
    bool allowed;
    int64_t refund_minor; /* refund + kept = what was paid. */
    int64_t kept_minor;
    uint32_t seat;    /* enum policy_seat */
    uint32_t tier;    /* 1 + index of the tier that applied; 0: none did. */
    int64_t valid_ms; /* The last instant at which the answer is the same; INT64_MAX: always. */
};

/* Not allowed: nothing is refunded, nothing happens to the seat. */
struct policy_outcome policy_quote(const struct policy *policy, const struct policy_line *line,
                                   int64_t starts_ms, int64_t now_ms, enum policy_cause cause);

/* What is wrong with a policy; the row of the tier, or UINT32_MAX. NULL: nothing. */
struct policy_fault {
    const char *what; /* "fee_bp: ..." */
    uint32_t tier;
};
struct policy_fault policy_check(const struct policy *policy);

#endif
