/*
 * The inside of ticketing, for the files of this folder: events, seats, holds, orders, payments and
 * tickets, and what is derived from them. Rows live in chunks that are allocated as they are used.
 *
 *      hold    HELD -> CONFIRMING -> CONFIRMED           HELD -> RELEASED | EXPIRED
 *                 ^--------'  declined
 *      order   PENDING -> PAID -> (PARTIALLY_REFUNDED) -> REFUNDED
 *              PENDING -> CANCELLED (-> REFUNDED)        PAID -> CANCELLED (-> REFUNDED)
 *              PENDING -> EXPIRED (-> PENDING when the payment comes late and the seats are free)
 *              APPROVAL -> PENDING | REJECTED | EXPIRED
 *
 * A hold's slot in the pool is used again when the hold has ended, no order was ever placed for it,
 * and limits.holds_kept have ended after it: until then its owner hears that it has ended.
 *
 * A hold has lines; so have its order and the order's tickets, the same ones. A line takes its
 * seat, and a piece of its type, of the type's quotas, of its owner's share, and a use of the
 * voucher: lines_set() moves all of that, and nothing else does.
 */
#ifndef CORE_BOOKING_H
#define CORE_BOOKING_H

#include "server/base/chain.h"
#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/core/addon.h"
#include "server/core/allocation.h"
#include "server/core/buyer.h"
#include "server/core/event.h"
#include "server/core/id_map.h"
#include "server/core/means.h"
#include "server/core/order.h"
#include "server/core/person.h"
#include "server/core/policy.h"
#include "server/core/question.h"
#include "server/core/quota.h"
#include "server/core/resale.h"
#include "server/core/roster.h"
#include "server/core/row_map.h"
#include "server/core/seathold.h"
#include "server/core/settlement.h"
#include "server/core/terms.h"
#include "server/core/ticket.h"
#include "server/core/ticket_type.h"
#include "server/core/voucher.h"
#include "server/core/waits.h"

struct waitline;

/* What an event costs where. Never changes. */
struct pricing {
    struct bytes category_names; /* Each followed by a zero byte. */
    struct u32s block_category;  /* One a block: 1 + category, or 0: not on sale. */
};

/* What belongs to an event beside its own row. */
struct sale {
    struct pricing pricing;
    struct seat *seats;  /* One a seat of the venue. */
    uint64_t said;       /* The hash of what sales leave as it is of the event's row. */
    struct chain held;   /* Holds that are HELD. */
    struct chain paid;   /* Orders that have tickets, and nobody wants all their money back yet. */
    struct chain asking; /* Orders that wait for APPROVAL. */
    bool winds_up;       /* Cancelled, and some of them are left: it is in `winding`. */
    uint32_t type_count, types[EVENT_TYPES]; /* Indices of the rows. */
    uint32_t quota_count, quotas[EVENT_QUOTAS];
    struct chain vouchers;
    struct chain series; /* Later events of the series, if it is the first. */
    uint32_t lines_held, lines_sold;
    struct terms terms;
};

/* What the provider calls a payment. */
struct reference {
    char text[PAYMENT_REFERENCE_BYTES + 1];
};

struct booking {
    struct packer packer;         /* Of what there is for each hold, order and ticket. */
    struct arena maps;            /* Seats of events, if they are many. */
    struct event *events;         /* Room for limits.events. */
    struct sale *sales;           /* As many. */
    struct event_detail *details; /* As many. */
    uint32_t event_count;
    struct waitline **waitlines;             /* By event; NULL: it has no waiting room. */
    struct pool winding_links, series_links; /* By event. */
    struct chain winding;                    /* Events that wind up. */

    struct pool types, type_stock; /* Of all events; of struct stock. */
    struct pool quotas, quota_stock;
    struct pool vouchers, voucher_used, voucher_links; /* Used: of uint32_t, lines that live. */
    struct deadlines room_due; /* Events with a waiting room, when that next wants a tick. */
    struct rosters rosters;
    struct waits waits;
    struct resales resales;
    struct allocations **allocations; /* By event; NULL: it has none. */
    struct deadlines allocations_due; /* By key of their rows: when they are released. */

    struct addons **addons;        /* By event; NULL: it has neither add-ons nor bundles. */
    struct pool companions;        /* Of holds that have add-ons, or had them. */
    struct id_map companion_holds; /* { 0, 1 + hold } -> row of them */

    struct questions **questions; /* By event; NULL: it asks nothing. */
    struct pool answers;          /* Those of an order follow each other. */
    struct id_map answer_orders;  /* { 0, 1 + order } -> its first. */

    struct pool buyers;        /* Of holds that have a buyer, or had one. */
    struct id_map buyer_holds; /* { 0, 1 + hold } -> row of them */

    struct people payers;       /* Means of payment, and how much of each type they bought. */
    struct pool means;          /* Of struct order_means. */
    struct id_map means_orders; /* { 0, 1 + order } -> row. */

    struct pool holds, hold_lines, hold_links;
    struct chain ended;   /* Holds whose slot can be used again, the first to end first. */
    struct deadlines due; /* Holds that are HELD, by expires_ms. */
    uint32_t live;        /* Holds that are HELD or CONFIRMING. */

    struct pool orders, order_links;
    struct pool money;           /* One struct order_money an order. */
    struct pool lines;           /* Of struct line. */
    struct pool references;      /* Of struct reference. */
    struct deadlines orders_due; /* Orders with an expires_ms. */

    struct pool payments, payment_waits,
        payment_links;             /* Slots; those that are free again are in `spent`. */
    struct chain open, spent;      /* Payments not answered, the oldest first. */
    struct deadlines payments_due; /* Slots of those that wait, by ask_ms. */
    uint32_t payment_number;       /* Of the last one asked for. */
    uint32_t ask_number;           /* Of the last question to the provider. */

    struct ledger_balance *balances; /* LEDGER_ACCOUNTS an event. */
    struct pool settlements;

    struct pool tickets;
    uint32_t promised; /* Tickets that pending orders will need. */

    struct id_map event_ids;
    struct id_map seat_turns; /* By { 1 + event, seat }; see seat_turn(). */
    /* Holds whose id has not their row in it; the others that do not follow from their hold's. */
    struct row_map hold_ids, order_ids, ticket_ids;
    struct id_map payment_numbers; /* Open ones, as { 0, number }. */
    struct id_map ask_numbers;     /* Questions under way, as { 0, ask }: the payment's slot. */
    struct id_map line_tickets;    /* Lines that have rows, as { 0, ticket }. */
    struct id_map voucher_codes;   /* See voucher_find(). */
    struct people people;
};

struct stadium;
struct command;
struct event_words;
struct actor;
struct fact;
struct facts;

/* booking.c: ticketing as a whole. */
/* Where the seats of events lie. */
struct arena *booking_maps(struct stadium *);
void booking_init(struct stadium *);
void booking_fini(struct stadium *);
/* What a tick does: holds expire, cancelled events are wound up; and when it is wanted next. */
void booking_tick(const struct stadium *, int64_t now_ms, struct facts *);
int64_t booking_due(const struct stadium *);
/* Holds of the event whose time is over end, a thousand at most; those that do by an earlier fact
 * of the list are left out. */
void booking_expire(const struct stadium *, uint32_t event, int64_t now_ms, struct facts *);

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
/* A hold or an order has left its lists: perhaps that was the last of a cancelled event. */
void event_wound(struct stadium *, uint32_t event);
/* Its state or its times have changed: what waits for it may be due at another time. */
void event_moved(struct stadium *, uint32_t event);
enum status event_check_times(int64_t starts_ms, int64_t ends_ms, int64_t doors_ms, struct facts *);
int64_t event_doors_ms(int64_t starts_ms, int64_t doors_ms); /* 0: two hours before the start. */
enum status event_check_ttl(uint32_t hold_ttl_s, struct facts *); /* 0 is possible. */

/* event_update.c: what is said of an event, other times, a draft again; whose it is. */
enum status event_update_decide(const struct stadium *, const struct command *, struct facts *);
void event_update_evolve(struct stadium *,
                         const struct fact *); /* described, updated, unpublished */
enum status event_check_words(const struct event_words *, struct facts *);
/* OK, or NOT_ORGANISER. */
enum status event_check_actor(const struct stadium *, uint32_t event, const struct actor *,
                              struct facts *);
/* Its index, when the actor may change it and it is neither cancelled nor over; ID_MAP_NONE and the
 * refusal otherwise. */
uint32_t event_to_change(const struct stadium *, struct id, const struct actor *, int64_t now_ms,
                         struct facts *);
/* 0, 0: none. The id of the first event of the series that `series` names any event of. */
enum status event_series(const struct stadium *, struct id series, const struct actor *,
                         struct id *first, struct facts *);

/* ticket_type.c */
enum status ticket_type_decide(const struct stadium *, const struct command *, struct facts *);
void ticket_type_evolve(struct stadium *, const struct fact *);
/* Type 0 of an event that is new. */
void ticket_type_begin(struct stadium *, uint32_t event);
struct ticket_type *ticket_type_get(const struct stadium *, uint32_t event, uint32_t index);
struct stock *ticket_type_stock(const struct stadium *, uint32_t event, uint32_t index);

/* quota.c */
enum status quota_decide(const struct stadium *, const struct command *, struct facts *);
void quota_evolve(struct stadium *, const struct fact *);
struct quota *quota_get(const struct stadium *, uint32_t event, uint32_t index);
struct stock *quota_stock(const struct stadium *, uint32_t event, uint32_t index);
/* What is left of it, also of what holds have that end by facts of the list. */
uint32_t quota_left(const struct stadium *, uint32_t event, uint32_t index, const struct facts *);

/* voucher.c */
enum status voucher_decide(const struct stadium *, const struct command *, struct facts *);
void voucher_evolve(struct stadium *, const struct fact *);
/* By the code, in whatever case; ID_MAP_NONE: the event has no such voucher. */
uint32_t voucher_find(const struct stadium *, uint32_t event, const char *code);
struct voucher *voucher_get(const struct stadium *, uint32_t index);
uint32_t *voucher_used(const struct stadium *, uint32_t index);
bool voucher_covers(const struct voucher *, uint32_t type);

/* lines.c */
/* Lines of a hold change their state: FREE <-> HELD -> SOLD -> FREE. `set`: bit i is line i.
 * `owner` of the seats: the hold, or the ticket of line 0, as tickets follow each other. */
void lines_set(struct stadium *, uint32_t hold, uint32_t set, enum seat_state from,
               enum seat_state to, uint32_t owner);
uint32_t lines_all(const struct seathold *); /* The set of all. */
/* A hold's lines of the set, which is held, came with bundles. */
void lines_bundled(struct stadium *, uint32_t hold, uint32_t set);
/* In whose share the lines are that an order has of the hold; NULL: sold over the counter, to
 * nobody by name. */
const char *hold_sold_to(const struct stadium *, const struct seathold *);
struct hold_lines *lines_get(const struct stadium *, uint32_t hold);
/* How much of everything of one event lines take: some more, some less. */
struct takings {
    int64_t type[EVENT_TYPES], quota[EVENT_QUOTAS];
    int64_t own[EVENT_TYPES]; /* Of the person that is looked at, beside what bundles brought. */
    int64_t voucher;          /* Uses of the one that is looked at. */
};
/* `sign` 1 or -1, for all lines of the hold; `voucher` 1 + index. */
void lines_count(const struct stadium *, uint32_t hold, int sign, const char *person,
                 uint32_t voucher, struct takings *);
/* All that holds of the event have that end by facts of the list, as less. */
void lines_count_ended(const struct stadium *, uint32_t event, const struct facts *,
                       const char *person, uint32_t voucher, struct takings *);
/* A free seat does not go back on sale. */
void event_seat_withhold(struct stadium *, uint32_t event, uint32_t seat);

/* seathold.c */
enum status hold_decide(const struct stadium *, const struct command *, struct facts *);
void hold_evolve(struct stadium *, const struct fact *); /* Held, changed, extended, ended. */
struct seathold *hold_get(const struct stadium *, uint32_t index);
/* HELD, its time is not over and its event not cancelled; or CONFIRMING. Ticks end the others. */
bool hold_is_live(const struct stadium *, const struct seathold *, int64_t now_ms);
/* The caller's own, by id; NULL and a refusal when it is not. */
/* The caller's own, live, not being paid for, of this version, while its event sells. */
enum status hold_check_mine(const struct stadium *, struct id, const char *person, uint64_t version,
                            int64_t now_ms, struct facts *);
const struct seathold *hold_of(const struct stadium *, struct id, const char *person,
                               struct facts *);
void hold_end(const struct stadium *, uint32_t hold, enum hold_state, int64_t now_ms,
              struct facts *);
/* A hold of what is in a cart that was checked: its fact. False, and the refusal: there are too
 * many. */
struct cart;
bool hold_cart(const struct stadium *, const struct cart *, struct id, int64_t expires_ms,
               int64_t now_ms, struct facts *);
/* The slot of the hold that is made next. */
uint32_t hold_next_slot(const struct stadium *);
/* Moves it to another state, with a new version, and to the lists of that state. */
void hold_move(struct stadium *, uint32_t hold, enum hold_state);
/* An order was placed for it. */
void hold_confirm(struct stadium *, uint32_t hold, uint32_t order);
/* Whether what has ended could be had once more: its seats and quotas are free, or held by holds
 * whose time is over; facts that end those are added. */
bool hold_can_revive(const struct stadium *, const struct seathold *, int64_t now_ms,
                     struct facts *);

/* kin_find.c: by id; ID_MAP_NONE: there is none. */
uint32_t hold_find(const struct stadium *, struct id);
uint32_t order_find(const struct stadium *, struct id);
uint32_t ticket_find(const struct stadium *, struct id);
/* It has its id: it can be found from now on; before it loses it: no more. */
void hold_enter(struct stadium *, uint32_t hold);
void hold_leave(struct stadium *, uint32_t hold);
/* It has its place among its hold's orders, or the order's tickets: it can be found from now on. */
void order_enter(struct stadium *, uint32_t order);
void ticket_enter(struct stadium *, uint32_t ticket);
/* Another order is placed for the hold of this one: it does not lead to it any more. */
void order_superseded(struct stadium *, uint32_t order);
struct packing hold_packing(void);
struct packing order_packing(const struct stadium *);
struct packing ticket_packing(const struct stadium *);

/* order.c */
enum status order_decide(const struct stadium *, const struct command *, struct facts *);
void order_evolve(struct stadium *, const struct fact *);
/* Its money goes back; a free one is refunded at once. `number` as in payment_want(). */
void order_refund(const struct stadium *, uint32_t order, uint32_t *number, int64_t now_ms,
                  struct facts *);
/* Its money is asked back, or it had none: its tickets are cancelled. Once for each paid order. */
void order_leaves_paid(struct stadium *, uint32_t order);

/* payment.c */
/* `payment` is numbered here; `number` is the last one so far, also by this command. */
void payment_want(struct payment *payment, uint32_t *number, int64_t now_ms, struct facts *);
/* It waits, the longer the oftener it has: 1 s, 2 s, ... 10 minutes. */
void payment_wait(uint32_t number, uint32_t attempts, int64_t now_ms, struct facts *);
/* What a tick does: those that have waited are asked. */
void payments_ask(const struct stadium *, int64_t now_ms, struct facts *);
void payment_evolve(struct stadium *, const struct fact *);

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
void ticket_cancel(struct stadium *, uint32_t ticket);
/* For another seat: a new generation, so that the old code opens nothing. */
void ticket_move(struct stadium *, uint32_t ticket, uint32_t seat, uint32_t type);

#endif
