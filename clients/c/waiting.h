/*
 * People who wait in a room before a sale, as their gateways see them: in parties, each behind one
 * WatchWaiters stream. Here is the book-keeping alone, from any thread; calls are the caller's:
 *
 *     each stream's messages           tifo_waiting_hear()
 *     and its end                      tifo_waiting_ended(), tifo_waiting_opened()
 *     threads that serve people        while (tifo_waiting_next(...) != TIFO_WAITING_OVER)
 *       TIFO_WAITING_TOKENS              GetWaiters of those who were let in, tifo_waiting_told()
 *       TIFO_WAITING_LET_IN              what they came for, with their token; tifo_waiting_leave()
 *
 * People are numbered from 0; parties, from 0, have neighbours in them.
 */
#ifndef CLIENTS_C_WAITING_H
#define CLIENTS_C_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tifo/v1/waitroom.pb-c.h"

enum { TIFO_PARTY_MAX = 1000, TIFO_TOKEN_SIZE = 160 };

struct tifo_waiting;
/* `people` in parties of `party_size` (1..TIFO_PARTY_MAX, the last one may be smaller); of these
 * the last `alone` have a party each. Nobody has been heard of yet. */
struct tifo_waiting *tifo_waiting_create(uint32_t people, uint32_t party_size, uint32_t alone);
void tifo_waiting_destroy(struct tifo_waiting *waiting); /* NULL is accepted. */

uint32_t tifo_waiting_parties(const struct tifo_waiting *waiting);
/* How many people are in a party; *first is the number of the first. */
uint32_t tifo_waiting_party(const struct tifo_waiting *waiting, uint32_t party, uint32_t *first);

/* A message of the party's stream, in order. NULL: heard; otherwise what is wrong with it: a gap, a
 * row of nobody. */
const char *tifo_waiting_hear(struct tifo_waiting *waiting, uint32_t party,
                              const Tifo__V1__WatchWaitersResponse *message);

/* A party's stream has ended; `after_ms` is of the RetryInfo of its status, 0: none. True: there was
 * no room for it, and as it had told nothing yet, tifo_waiting_opened() will ask for it again. */
bool tifo_waiting_ended(struct tifo_waiting *waiting, uint32_t party, uint32_t after_ms);
/* Waits until a party's stream has told something or has ended for good, or nobody is served any
 * more. False: there was no room for it, and `after_ms` have gone by: start it again. For who opens
 * many streams at once: first all of them, then each until it is open. */
bool tifo_waiting_opened(struct tifo_waiting *waiting, uint32_t party);

enum tifo_waiting_task { TIFO_WAITING_OVER, TIFO_WAITING_TOKENS, TIFO_WAITING_LET_IN };
struct tifo_waiting_next {
    uint32_t party;
    uint32_t people[TIFO_PARTY_MAX], count; /* LET_IN: one. */
    char token[TIFO_TOKEN_SIZE];            /* LET_IN: their admission. */
};
/* Waits until there is something to do. It is this thread's alone. OVER: everybody has left, or
 * tifo_waiting_end() was called. */
enum tifo_waiting_task tifo_waiting_next(struct tifo_waiting *waiting,
                                         struct tifo_waiting_next *out);
/* The answer to what a TOKENS asks for, one row a person in its order; NULL: there was none, and it
 * is asked for again. */
void tifo_waiting_told(struct tifo_waiting *waiting, const struct tifo_waiting_next *asked,
                       const Tifo__V1__GetWaitersResponse *reply);
/* Somebody goes: they bought, or want nothing any more. */
void tifo_waiting_leave(struct tifo_waiting *waiting, uint32_t person);
/* Nobody is served any more. */
void tifo_waiting_end(struct tifo_waiting *waiting);

struct tifo_waiter {
    uint32_t state; /* Tifo__V1__WaiterState. */
    uint32_t entry, number;
    bool gone; /* See tifo_waiting_leave(); or their admission has ended before they were served. */
};
struct tifo_waiter tifo_waiting_person(struct tifo_waiting *waiting, uint32_t person);
struct tifo_waiting_counts {
    uint32_t waiting, let_in, gone; /* People; the first two without those who are gone. */
    uint32_t served;                /* Number up to which the line has been served. */
};
struct tifo_waiting_counts tifo_waiting_counts(struct tifo_waiting *waiting);

#endif
