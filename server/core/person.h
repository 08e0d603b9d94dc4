/*
 * Who has something: the live holds of a person, and how much of each type is held or bought by
 * them. Derived from holds and tickets: no part of the digest. Somebody who has nothing any more is
 * forgotten.
 */
#ifndef CORE_PERSON_H
#define CORE_PERSON_H

#include "server/base/chain.h"
#include "server/base/pool.h"
#include "server/core/id_map.h"
#include "server/core/limits.h"

struct person {
    char name[PERSON_BYTES + 1];
    struct chain holds; /* Live ones, the oldest first. */
    uint32_t shares;    /* Types of events that they have something of. */
};

struct people {
    struct pool rows;       /* Of struct person. */
    struct pool hold_links; /* By hold. */
    struct pool links;      /* By person: */
    struct chain spare;     /* rows that are free. */
    uint32_t *slots;        /* 1 + row by name; 0: empty. Open addressing, at most half full. */
    uint32_t room, count;
    struct id_map shares; /* { event and type, 1 + person } to a number of tickets. */
};
/* `limit`: of holds; the arena and the packer as in pool_init_packed(). */
void people_init(struct people *people, struct arena *arena, uint32_t holds, uint32_t limit,
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
/* At most what they have. */
void people_share_take(struct people *people, const char *name, uint32_t event, uint32_t type,
                       uint32_t tickets);

#endif
