/*
 * The inside of what is paid for, for the files of this folder: orders, their lines and money,
 * payments, exchanges, approval, the terms of an event.
 *
 *      confirm    ORDER_OPENED, PAYMENT_WANTED(CHARGE) -> PAYMENT_ANSWERED, ORDER_PAID
 *      late       ORDER_EXPIRED ... PAYMENT_ANSWERED, ORDER_REVIVED, ORDER_PAID
 *                                or PAYMENT_ANSWERED, PAYMENT_WANTED(RETURN)
 *      too much   PAYMENT_ANSWERED, ORDER_PAID, PAYMENT_WANTED(RETURN)
 *      approval   ORDER_OPENED, PAYMENT_WANTED(AUTHORISE) ... ORDER_APPROVED,
 * PAYMENT_WANTED(CAPTURE) or ORDER_REJECTED, PAYMENT_WANTED(VOID) give back  LINES_CANCELLED,
 * PAYMENT_WANTED(RETURN) exchange   EXCHANGE_BEGUN, PAYMENT_WANTED(TOP_UP) -> PAYMENT_ANSWERED,
 * ORDER_EXCHANGED
 */
#ifndef CORE_MONEY_H
#define CORE_MONEY_H

#include "server/core/booking.h"

/* order.c */
struct order *order_get(const struct stadium *, uint32_t index);
struct order_money *money_get(const struct stadium *, uint32_t order);
/* Its row leaves the digest, for its new state and version; row_add() follows. */
struct order *order_open(struct stadium *, uint32_t index, enum order_state);
/* The same for its money, if the ledger knows it; money_close() follows. */
struct order_money *money_open(struct stadium *, uint32_t order);
void money_close(struct stadium *, uint32_t order);
/* It expires at that time; 0: no more. Between money_open() and money_close(). */
void money_expires(struct stadium *, uint32_t order, int64_t expires_ms);
/* The index of the order that a command names, in the version that it names: the actor's own, or
 * anybody's `as_organiser`. ID_MAP_NONE and a refusal when there is none. */
uint32_t order_of(const struct stadium *, struct id, const struct actor *, bool as_organiser,
                  uint64_t version, struct facts *);
/* It has tickets, and is not being wound up. */
bool order_is_sold(const struct stadium *, uint32_t order);
bool event_is_cancelled(const struct stadium *, uint32_t event);
/* Tickets for what is paid. */
void order_pay(const struct stadium *, uint32_t order, const struct id *tickets, int64_t now_ms,
               struct facts *);
/* For the tickets of so many seats, beside those that pending orders will need. */
bool tickets_have_room(const struct stadium *, uint32_t seats);

/* payment.c: asked by hand. */
enum status payment_decide(const struct stadium *, const struct command *, struct facts *);

/* order_settle.c: what follows from an answer of the provider's. */
enum status settle_decide(const struct stadium *, const struct command *, struct facts *);
/* Asks the provider for a REFUND, RETURN or VOID; not when it is 0. `number` as in payment_want().
 */
void order_give_back(uint32_t order, enum payment_kind, int64_t amount_minor, uint32_t *number,
                     int64_t now_ms, struct facts *);
/* An authorisation is given up. */
void order_void(const struct stadium *, uint32_t order, uint32_t *number, int64_t now_ms,
                struct facts *);
/* What a tick does: orders and exchanges whose time is over. */
void orders_expire(const struct stadium *, uint32_t *number, int64_t now_ms, struct facts *);

/* order_line.c */
/* What a line took is free again; it has a row. A seat may stay off sale. */
void line_return(struct stadium *, uint32_t order, uint32_t position, bool withhold);
/* The row of a line from now on, at least its ticket, hold and position filled; line_close()
 * follows.
 */
struct line *line_open(struct stadium *, uint32_t order, uint32_t position);
void line_close(struct stadium *, const struct line *);
struct amounts amounts_add(struct amounts, struct amounts);
struct amounts amounts_less(struct amounts, struct amounts);
/* Of all lines of a hold, paid for so. */
struct amounts hold_amounts(const struct stadium *, const struct seathold *, enum tender);
/* Positions that a command names, and of what goes with those: ascending, of lines that it has,
 * whose tickets nobody is in with and, unless it is the organiser who asks, nobody else was given.
 * Fills a list of HOLD_SEATS; all that are not cancelled when none are named. 0 and a refusal when
 * they are not so. */
uint32_t lines_named(const struct stadium *, uint32_t order, struct u32s lines, bool as_organiser,
                     uint32_t *out_lines, struct facts *);

/* order_change.c: lines that are given back. */
enum status cancellation_decide(const struct stadium *, const struct command *, struct facts *);
void cancellation_evolve(struct stadium *, const struct fact *);

/* exchange.c */
enum status exchange_decide(const struct stadium *, const struct command *, struct facts *);
void exchange_evolve(struct stadium *, const struct fact *);
/* The difference of `payment` was declined (came_minor -1), or so much came in. */
void exchange_settle(const struct stadium *, const struct payment *, int64_t came_minor,
                     int64_t now_ms, struct facts *);
/* `state` is the hold's from now on. */
void exchange_drop(uint32_t order, enum hold_state, int64_t now_ms, struct facts *);

/* approval.c */
enum status approval_decide(const struct stadium *, const struct command *, struct facts *);
void approval_reject(const struct stadium *, uint32_t order, const char *caller, const char *reason,
                     uint32_t *number, int64_t now_ms, struct facts *);

/* terms.c */
enum status terms_decide(const struct stadium *, const struct command *, struct facts *);
void terms_evolve(struct stadium *, const struct fact *);

#endif
