/*
 * The inside of ticketing, for the files of this folder: events, seats, holds, orders, payments and
 * tickets, and what is derived from them. Rows live in chunks that are allocated as they are used.
 *
 *      hold    HELD -> CONFIRMING -> CONFIRMED           HELD -> RELEASED | EXPIRED
 *                 ^--------'  declined
 *      order   PENDING -> PAID -> REFUNDED               PENDING -> CANCELLED (-> REFUNDED)
 *
 * A hold's slot in the pool is used again when the hold has ended, no order was ever placed for it,
 * and limits.holds_kept have ended after it: until then its owner hears that it has ended.
 */
#ifndef CORE_BOOKING_H
#define CORE_BOOKING_H

#include "server/base/chain.h"
#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/core/event.h"
#include "server/core/id_map.h"
#include "server/core/order.h"
#include "server/core/order_list.h"
#include "server/core/seathold.h"
#include "server/core/ticket.h"

struct waitline;

/* What an event costs where. Never changes. */
struct pricing {
    struct bytes category_names; /* Each followed by a zero byte. */
    struct u32s block_category;  /* One a block: 1 + category, or 0: not on sale. */
};

/* What belongs to an event beside its own row. */
struct sale {
    struct pricing pricing;
    struct seat *seats; /* One a seat of the venue. */
    struct chain held;  /* Holds that are HELD. */
    struct chain paid;  /* Orders that are PAID, and nobody wants their money back yet. */
};

struct booking {
    struct event *events; /* Room for limits.events. */
    struct sale *sales;   /* As many. */
    uint32_t event_count;
    struct waitline **waitlines; /* By event; NULL: it has no waiting room. */

    struct pool holds, hold_links;
    struct chain ended;   /* Holds whose slot can be used again, the first to end first. */
    struct deadlines due; /* Holds that are HELD, by expires_ms. */
    uint32_t live;        /* Holds that are HELD or CONFIRMING. */

    struct pool orders, order_links;
    struct order_lists by_person, by_person_event; /* All orders. */
    struct pool payments, payment_links; /* Slots; those that are free again are in `spent`. */
    struct chain open, spent;            /* Payments not answered, the oldest first. */
    uint32_t payment_number;             /* Of the last one asked for. */

    struct pool tickets;
    uint32_t promised; /* Tickets that pending orders will need. */

    struct id_map event_ids, hold_ids, order_ids, ticket_ids;
    struct id_map payment_numbers; /* Open ones, as { 0, number }. */
};

struct stadium;
struct command;
struct fact;
struct facts;

/* booking.c: ticketing as a whole. */
void booking_init(struct stadium *);
void booking_fini(struct stadium *);
/* What a tick does: holds expire, cancelled events are wound up; and when it is wanted next. */
void booking_tick(const struct stadium *, int64_t now_ms, struct facts *);
int64_t booking_due(const struct stadium *);

/* event.c */
enum status event_decide(const struct stadium *, const struct command *, struct facts *);
void event_evolve(struct stadium *, const struct fact *); /* created, published, cancelled */
/* Its index; ID_MAP_NONE, and a refusal of the field, when there is none. */
uint32_t event_index(const struct stadium *, struct id, struct facts *);
/* Holds end, orders are refunded, as far as the bound on facts allows. `number` as in
 * payment_want(). */
void event_wind_up(const struct stadium *, uint32_t event, uint32_t *number, int64_t now_ms,
                   struct facts *);
bool event_is_wound_up(const struct stadium *, uint32_t event);
/* The seats of a hold change their state: FREE <-> HELD -> SOLD. `owner`: the hold, or the first of
 * the tickets, which follow each other. */
void event_seats_set(struct stadium *, const struct seathold *, enum seat_state, uint32_t owner);

/* seathold.c */
enum status hold_decide(const struct stadium *, const struct command *, struct facts *);
void hold_evolve(struct stadium *, const struct fact *); /* seats_held, hold_ended */
struct seathold *hold_get(const struct stadium *, uint32_t index);
/* HELD, its time is not over and its event not cancelled; or CONFIRMING. Ticks end the others. */
bool hold_is_live(const struct stadium *, const struct seathold *, int64_t now_ms);
/* The caller's own, by id; NULL and a refusal when it is not. */
const struct seathold *hold_of(const struct stadium *, struct id, const char *person,
                               struct facts *);
void hold_end(const struct stadium *, uint32_t hold, enum hold_state, int64_t now_ms,
              struct facts *);
/* Moves it to another state, with a new version, and to the lists of that state. */
void hold_move(struct stadium *, uint32_t hold, enum hold_state);
/* An order was placed for it. */
void hold_confirm(struct stadium *, uint32_t hold, uint32_t order);

/* order.c */
enum status order_decide(const struct stadium *, const struct command *, struct facts *);
void order_evolve(struct stadium *, const struct fact *); /* placed, paid, cancelled, refunded */
/* Its money goes back; a free one is refunded at once. `number` as in payment_want(). */
void order_refund(const struct stadium *, uint32_t order, uint32_t *number, int64_t now_ms,
                  struct facts *);
/* Its money is asked back, or it had none: its tickets are cancelled. Once for each paid order. */
void order_leaves_paid(struct stadium *, uint32_t order);

/* payment.c */
/* `payment` is numbered here; `number` is the last one so far, also by this command. */
void payment_want(struct payment *payment, uint32_t *number, int64_t now_ms, struct facts *);
void payment_evolve(struct stadium *, const struct fact *); /* wanted, settled */

/* ticket.c */
void ticket_evolve(struct stadium *, const struct fact *); /* admitted, refused */
/* Its row leaves the digest, to be changed; and comes back. */
struct ticket *ticket_open(struct stadium *, uint32_t ticket);
void ticket_close(struct stadium *, uint32_t ticket);
/* Somebody comes in for the first time. */
struct ticket_admitted;
void ticket_admit(struct stadium *, const struct ticket_admitted *, int64_t at_ms);
/* One a seat of the order's hold; the index of the first is that of the next free row. */
void tickets_issue(struct stadium *, uint32_t order, struct u64s high, struct u64s low);
void tickets_cancel(struct stadium *, uint32_t order);

#endif
