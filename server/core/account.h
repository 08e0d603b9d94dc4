/*
 * What somebody has of events, in few bytes: their newest order of each, and how many tickets of
 * each type they hold or have bought. There are nearly as many as orders, and most persons have a
 * few: a list without order, read from the front.
 *
 *      event, 1 + newest order or 0, how many types, then type and tickets of each: varints
 */
#ifndef CORE_ACCOUNT_H
#define CORE_ACCOUNT_H

#include "server/base/slice.h"
#include "server/core/limits.h"

/* Of one event. */
struct account {
    uint32_t event;
    uint32_t newest; /* 1 + index of the newest order; 0: none. */
    uint32_t count;
    uint32_t type[EVENT_TYPES], tickets[EVENT_TYPES]; /* Of them; nothing is 0. */
};

/* All zero but for the event when there is none. The bytes are of account_put(), or none. */
struct account account_get(struct bytes accounts, uint32_t event);
/* Instead of what there was of the event; all zero: it goes. The bytes are on the heap, whoever has
 * them frees them. */
void account_put(struct bytes *accounts, const struct account *account);
uint32_t account_tickets(const struct account *account, uint32_t type);
void account_set_tickets(struct account *account, uint32_t type, uint32_t tickets);

#endif
