/* The inside of waitlists, for the files of this folder. */
#ifndef CORE_WAITS_H
#define CORE_WAITS_H

#include "server/base/chain.h"
#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/core/id_map.h"
#include "server/core/waitlist.h"

struct stadium;
struct command;
struct fact;
struct facts;
struct seathold;

/* Of one event. */
struct wait_queue {
    struct waitlist list; /* Version 0: nobody can wait. */
    struct chain waiting; /* Who waits longest first. */
    /* How many wait for so many of a type: what fits nobody wakes nobody. */
    uint32_t parties[EVENT_TYPES][HOLD_SEATS + 1];
};

struct waits {
    struct wait_queue **of; /* By event; NULL: there is none. */
    struct pool rows, links;
    struct pool mine; /* Of uint32_t, one a row: 1 + the person's one before. */
    struct id_map ids;
    struct id_map found;   /* roster_key() to the newest row of a person and event. */
    struct id_map persons; /* To the newest row of a person. */
    struct id_map offers;  /* Ids of holds that are offers, to their rows. */
    struct deadlines due;  /* Events where somebody can be offered something, or waits in vain. */
    uint64_t seq;          /* Of the last change of a list, an entry, or an offer's time. */
};
void waits_init(struct stadium *);
void waits_fini(struct stadium *);

/* waitlist.c */
enum status wait_decide(const struct stadium *, const struct command *, struct facts *);
struct wait_queue *wait_queue_of(const struct stadium *, uint32_t event);
struct wait *wait_row(const struct stadium *, uint32_t index);
/* What is left of a type for whoever asks now. */
uint32_t wait_left(const struct stadium *, uint32_t event, uint32_t type);
bool wait_is_live(const struct wait *);
/* Until when who is offered something at that time may take it. */
int64_t wait_claim_until(const struct stadium *, const struct waitlist *, int64_t from_ms);
/* Whether anybody waits for what comes free of the event. */
bool wait_is_awaited(const struct stadium *, uint32_t event);
/* OK, or SOLD_OUT: what is left is enough for somebody who waits, and is theirs. */
enum status wait_check(const struct stadium *, uint32_t event, struct facts *);

/* waitlist_evolve.c */
void wait_evolve(struct stadium *, const struct fact *);
/* A hold has ended (`state` of the offer that it was), or its order is paid. */
void wait_offer_ended(struct stadium *, const struct seathold *, enum wait_state);
/* It lasts to another time: whoever it is offered to hears of it. */
void wait_offer_extended(struct stadium *, const struct seathold *);
/* What is left is enough for somebody who waits. */
bool wait_fits(const struct stadium *, const struct wait_queue *);
/* What is left of the event's tickets has changed, or its state, or its times. */
void wait_event_changed(struct stadium *, uint32_t event);

/* waitlist_tick.c */
int64_t wait_due(const struct stadium *);
/* One offer, or one who waited in vain: what is next is due at once. Only into an empty list. */
void wait_tick(const struct stadium *, int64_t now_ms, struct facts *);

#endif
