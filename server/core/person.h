/*
 * Who has something: the live holds of a person, their orders, the newest first, and how much of
 * each type is held or bought by them. Derived from holds, orders and tickets: no part of the
 * digest. Somebody who has nothing any more, and never ordered, is forgotten.
 */
#ifndef CORE_PERSON_H
#define CORE_PERSON_H

#include "server/base/chain.h"
#include "server/base/pool.h"
#include "server/core/account.h"
#include "server/core/limits.h"

#include <stdbool.h>

struct person {
    char name[PERSON_BYTES + 1];
    struct chain holds; /* Live ones, the oldest first. */
    uint32_t shares;    /* Types of events that they have something of. */
    uint32_t newest;    /* 1 + their newest order; 0: none. */
    struct bytes accounts;
};

struct people {
    struct pool rows;       /* Of struct person. */
    struct pool hold_links; /* By hold. */
    struct pool links;      /* By person: */
    struct chain spare;     /* rows that are free. */
    uint32_t *slots;        /* 1 + row by name; 0: empty. Open addressing, at most half full. */
    uint32_t room, count;
    /* Of uint32_t, by order: 1 + the next older one of the same person, and of the same person and
     * event; 0: none. */
    struct pool order_before, order_before_of_event;
};
/* Room for so many of each; the arena and the packer as in
 * pool_init_packed(). */
struct people_limits {
    uint32_t holds, orders, persons;
};
void people_init(struct people *people, struct arena *arena, struct people_limits limits,
                 struct packer *packer);
void people_fini(struct people *people);

/* NULL: has nothing. */
const struct person *people_find(const struct people *people, const char *name);
/* 1 + the oldest live hold, or 0; and the one after a live hold. */
uint32_t people_first_hold(const struct people *people, const char *name);
uint32_t people_hold_after(const struct people *people, uint32_t hold);
/* How many tickets of a type they hold and have bought. */
uint32_t people_share(const struct people *people, const char *name, uint32_t event, uint32_t type);

void people_hold_enter(struct people *people, const char *name, uint32_t hold);
void people_hold_leave(struct people *people, const char *name, uint32_t hold);
void people_share_add(struct people *people, const char *name, uint32_t event, uint32_t type,
                      uint32_t tickets);
/* The order that was placed last, once for each. */
#define PEOPLE_ALL_EVENTS UINT32_MAX
void people_order_add(struct people *people, const char *name, uint32_t event, uint32_t order);
/* 1 + index, or 0: of an event, or of all; and the next older order of the same list. */
uint32_t people_newest_order(const struct people *people, const char *name, uint32_t event);
uint32_t people_order_before(const struct people *people, uint32_t order, bool of_event);
/* At most what they have. */
void people_share_take(struct people *people, const char *name, uint32_t event, uint32_t type,
                       uint32_t tickets);

#endif
