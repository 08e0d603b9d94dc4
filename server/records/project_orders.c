/* Orders: what becomes of their lines, tickets and money. */
#include "server/records/project_orders.h"

#include "server/core/order.h"
#include "server/core/policy.h"
#include "server/core/seathold.h"
#include "server/records/project_resale.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <stdio.h>
#include <string.h>

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static bool get(struct records *records, uint32_t table, void *row)
{
    return records->ops->get(records, table, row);
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

static const char *const tenders[] = { "", "card", "cash", "comp", "external" };

enum tender records_tender(const struct order_record *order)
{
    for (enum tender tender = TENDER_CARD; tender <= TENDER_EXTERNAL; tender++) {
        if (strcmp(order->tender, tenders[tender]) == 0)
            return tender;
    }
    return 0;
}

void records_order_move(struct records *records, struct order_record *order, const char *state,
                        uint64_t seq)
{
    if (state)
        snprintf(order->state, sizeof order->state, "%s", state);
    order->version = seq;
    put(records, RECORDS_ORDER, order);
}

struct order_record records_order(struct records *records, uint32_t number)
{
    struct order_record order = { .number = number };
    get(records, RECORDS_ORDER, &order);
    return order;
}

static struct seat_hold_record hold_of(struct records *records, const char id[ID_BYTES + 1])
{
    struct seat_hold_record hold = { .event = 0 };
    memcpy(hold.id, id, sizeof hold.id);
    get(records, RECORDS_SEAT_HOLD, &hold);
    return hold;
}

const char *const ledger_account_words[LEDGER_ACCOUNTS + 1] = {
    "",     "provider", "cash_box", "external", "receivable", "revenue", "tax",
    "fees", "refunds",  "kept",     "reverse",  "bank",       "charges",
};

void records_post(struct records *records, const struct order_record *order,
                  const struct ledger_posting *posting, const struct fact *fact, uint64_t seq)
{
    for (uint32_t i = 0; i < posting->count; i++) {
        struct ledger_entry_record row = { .seq = seq,
                                           .position = i,
                                           .at_ms = fact->time_ms,
                                           .event = order->event,
                                           .order_number = order->number,
                                           .amount_minor = posting->entries[i].amount_minor };
        SET_WORD(row.account, ledger_account_words, posting->entries[i].account);
        put(records, RECORDS_LEDGER_ENTRY, &row);
    }
}

/* ---- From placed to paid, or not --------------------------------------------------------------
 */

static void put_order(struct records *records, struct order_record *order, uint32_t slot,
                      const char *person, const char *state, uint64_t seq)
{
    struct seat_hold_record hold = records_hold_in(records, slot);
    order->event = hold.event;
    SET_TEXT(order->hold_id, hold.id);
    SET_TEXT(order->buyer_tax_id, hold.buyer_tax_id);
    snprintf(order->person, sizeof order->person, "%s", person[0] ? person : hold.person);
    records_order_move(records, order, state, seq);
    records_hold_move(records, &hold, "confirming", seq);
}

static void order_placed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_placed *from = &fact->as.order_placed;
    struct order_record order = { .number = from->order,
                                  .total_minor = from->total_minor,
                                  .placed_ms = fact->time_ms };
    records_set_id(order.id, from->id_high, from->id_low);
    put_order(records, &order, from->hold, "", "pending", seq);
}

static void order_opened(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_opened *from = &fact->as.order_opened;
    struct order_record order = { .number = from->order,
                                  .total_minor = from->total_minor,
                                  .placed_ms = fact->time_ms,
                                  .live_minor = from->total_minor,
                                  .tax_minor = from->tax_minor,
                                  .fee_minor = from->fee_minor,
                                  .expires_ms = from->expires_ms };
    records_set_id(order.id, from->id_high, from->id_low);
    SET_WORD(order.tender, tenders, from->tender);
    put_order(records, &order, from->hold, from->person,
              from->state == ORDER_APPROVAL ? "approval" : "pending", seq);
}

static void put_ticket(struct records *records, const struct order_record *order,
                       const struct order_paid *paid, uint32_t nth, const struct fact *fact,
                       uint64_t seq)
{
    struct hold_line_record row = { .position = nth };
    SET_TEXT(row.hold_id, order->hold_id);
    get(records, RECORDS_HOLD_LINE, &row);
    struct ticket_record ticket = {
        .number = paid->first_ticket + nth,
        .event = order->event,
        .order_number = order->number,
        .seat = row.seat,
        .ticket_type = row.ticket_type,
        .state = "valid",
        .generation = 1,
        .issued_ms = fact->time_ms,
        .version = seq,
    };
    SET_TEXT(ticket.holder, order->person);
    records_set_id(ticket.id, paid->ticket_high.v[nth], paid->ticket_low.v[nth]);
    put(records, RECORDS_TICKET, &ticket);
}

static void take_money(struct records *records, struct order_record *order, const struct fact *fact,
                       uint64_t seq)
{
    const enum tender tender = records_tender(order);
    struct ledger_posting posting = { .count = 0 };
    if (!tender)
        return;
    ledger_sale(&posting, (struct amounts){ order->live_minor, order->tax_minor, order->fee_minor },
                order->buyer_tax_id[0] != 0);
    if (tender != TENDER_CARD) {
        order->captured_minor = order->live_minor;
        ledger_money_in(&posting, tender, order->live_minor);
    }
    records_post(records, order, &posting, fact, seq);
}

static void order_paid(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_paid *from = &fact->as.order_paid;
    struct order_record order = records_order(records, from->order);
    struct seat_hold_record hold = hold_of(records, order.hold_id);
    order.first_ticket = from->first_ticket;
    order.tickets = from->ticket_high.count;
    order.expires_ms = 0;
    take_money(records, &order, fact, seq);
    records_order_move(records, &order, "paid", seq);
    records_hold_move(records, &hold, "confirmed", seq);
    records_put_seats(records, &hold, "sold", seq);
    for (uint32_t i = 0; i < order.tickets; i++)
        put_ticket(records, &order, from, i, fact, seq);
}

static void order_unpaid(struct records *records, uint32_t number, const char *state,
                         const char *hold_state, const struct fact *fact, uint64_t seq)
{
    struct order_record order = records_order(records, number);
    struct seat_hold_record hold = hold_of(records, order.hold_id);
    const bool is_held = strcmp(hold_state, "held") == 0;
    order.expires_ms = 0;
    records_order_move(records, &order, state, seq);
    if (!is_held)
        hold.ended_ms = fact->time_ms;
    records_hold_move(records, &hold, hold_state, seq);
    if (!is_held)
        records_put_seats(records, &hold, "free", seq);
}

static void order_cancelled(struct records *records, uint64_t seq, const struct fact *fact)
{
    const uint32_t number = fact->as.order_cancelled.order;
    struct event_record event = { .event = records_order(records, number).event };
    get(records, RECORDS_EVENT, &event);
    order_unpaid(records, number, "cancelled",
                 strcmp(event.state, "cancelled") == 0 ? "released" : "held", fact, seq);
}

static void order_expired(struct records *records, uint64_t seq, const struct fact *fact)
{
    order_unpaid(records, fact->as.order_expired.order, "expired", "expired", fact, seq);
}

static void order_rejected(struct records *records, uint64_t seq, const struct fact *fact)
{
    order_unpaid(records, fact->as.order_rejected.order, "rejected", "released", fact, seq);
}

static void order_revived(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct order_record order = records_order(records, fact->as.order_revived.order);
    struct seat_hold_record hold = hold_of(records, order.hold_id);
    records_order_move(records, &order, "pending", seq);
    hold.ended_ms = 0;
    records_hold_move(records, &hold, "confirming", seq);
    records_put_seats(records, &hold, "held", seq);
}

static void order_approved(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct order_record order = records_order(records, fact->as.order_approved.order);
    order.expires_ms = fact->as.order_approved.expires_ms;
    records_order_move(records, &order, "pending", seq);
}

/* ---- Back -------------------------------------------------------------------------------------
 */

/* How many of its tickets are not cancelled. */
static uint32_t live_tickets(struct records *records, const struct order_record *order)
{
    uint32_t live = 0;
    for (uint32_t i = 0; i < order->tickets; i++) {
        struct ticket_record ticket = { .number = order->first_ticket + i };
        get(records, RECORDS_TICKET, &ticket);
        live += strcmp(ticket.state, "cancelled") != 0;
    }
    return live;
}

static void cancel_ticket(struct records *records, uint32_t number, int64_t refund_minor,
                          const struct fact *fact, uint64_t seq)
{
    struct ticket_record ticket = { .number = number };
    get(records, RECORDS_TICKET, &ticket);
    if (strcmp(ticket.state, "cancelled") == 0)
        return;
    snprintf(ticket.state, sizeof ticket.state, "cancelled");
    ticket.refund_minor = refund_minor;
    ticket.version = seq;
    put(records, RECORDS_TICKET, &ticket);
    records_listing_gone(records, number, fact->time_ms, seq);
}

void records_leave_paid(struct records *records, struct order_record *order,
                        const struct fact *fact, uint64_t seq)
{
    const enum tender tender = records_tender(order);
    struct ledger_posting posting = { .count = 0 };
    if (live_tickets(records, order) == 0)
        return;
    for (uint32_t i = 0; i < order->tickets; i++)
        cancel_ticket(records, order->first_ticket + i, 0, fact, seq);
    if (!tender)
        return;
    ledger_return(&posting,
                  (struct amounts){ order->live_minor, order->tax_minor, order->fee_minor },
                  order->live_minor, order->buyer_tax_id[0] != 0);
    if (tender != TENDER_CARD) {
        order->refunded_minor += order->live_minor;
        ledger_money_out(&posting, tender, order->live_minor);
    }
    order->live_minor = order->tax_minor = order->fee_minor = 0;
    records_post(records, order, &posting, fact, seq);
}

static void order_refunded(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct order_record order = records_order(records, fact->as.order_refunded.order);
    records_leave_paid(records, &order, fact, seq);
    records_order_move(records, &order, "refunded", seq);
}

/* The seat of a ticket, on sale again or not. */
static void return_seat(struct records *records, uint32_t event, uint32_t ticket_number,
                        const char *state, uint64_t seq)
{
    struct ticket_record ticket = { .number = ticket_number };
    get(records, RECORDS_TICKET, &ticket);
    if (ticket.seat == NO_SEAT)
        return;
    struct seat_record seat = { .event = event, .seat = ticket.seat, .version = seq };
    snprintf(seat.state, sizeof seat.state, "%s", state);
    put(records, RECORDS_SEAT, &seat);
}

static void lines_cancelled(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct lines_cancelled *from = &fact->as.lines_cancelled;
    struct order_record order = records_order(records, from->order);
    const enum tender tender = records_tender(&order);
    struct ledger_posting posting = { .count = 0 };
    int64_t refund_minor = 0;
    for (uint32_t i = 0; i < from->lines.count; i++) {
        const uint32_t ticket = order.first_ticket + from->lines.v[i];
        const bool on_sale = from->seat.v[i] == POLICY_SEAT_ON_SALE;
        return_seat(records, order.event, ticket, on_sale ? "free" : "not_on_sale", seq);
        cancel_ticket(records, ticket, (int64_t)from->refund_minor.v[i], fact, seq);
        refund_minor += (int64_t)from->refund_minor.v[i];
    }
    ledger_return(&posting, (struct amounts){ from->total_minor, from->tax_minor, from->fee_minor },
                  refund_minor, order.buyer_tax_id[0] != 0);
    order.live_minor -= from->total_minor;
    order.tax_minor -= from->tax_minor;
    order.fee_minor -= from->fee_minor;
    order.kept_minor += from->total_minor - refund_minor;
    if (tender != TENDER_CARD) {
        order.refunded_minor += refund_minor;
        ledger_money_out(&posting, tender, refund_minor);
    }
    records_post(records, &order, &posting, fact, seq);
    const bool is_back = refund_minor > 0 && tender != TENDER_CARD;
    records_order_move(records, &order,
                       live_tickets(records, &order) == 0 ? (is_back ? "refunded" : "cancelled")
                       : refund_minor > 0                 ? "partially_refunded"
                                                          : NULL,
                       seq);
}

/* ---- Exchanges --------------------------------------------------------------------------------
 */

static void exchange_begun(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct exchange_begun *from = &fact->as.exchange_begun;
    struct order_record order = records_order(records, from->order);
    struct seat_hold_record hold = records_hold_in(records, from->hold);
    SET_TEXT(order.exchange_hold_id, hold.id);
    order.expires_ms = from->expires_ms;
    records_order_move(records, &order, NULL, seq);
    records_hold_move(records, &hold, "confirming", seq);
}

static void forget_exchange(struct order_record *order)
{
    memset(order->exchange_hold_id, 0, sizeof order->exchange_hold_id);
    order->expires_ms = 0;
}

static void exchange_dropped(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct exchange_dropped *from = &fact->as.exchange_dropped;
    struct order_record order = records_order(records, from->order);
    struct seat_hold_record hold = hold_of(records, order.exchange_hold_id);
    forget_exchange(&order);
    records_order_move(records, &order, NULL, seq);
    if (from->state == HOLD_HELD) {
        records_hold_move(records, &hold, "held", seq);
        return;
    }
    hold.ended_ms = fact->time_ms;
    records_hold_move(records, &hold, from->state == HOLD_EXPIRED ? "expired" : "released", seq);
    records_put_seats(records, &hold, "free", seq);
}

static void post_exchange(struct records *records, struct order_record *order,
                          const struct order_exchanged *from, const struct fact *fact, uint64_t seq)
{
    const int64_t cost_minor = from->new_total_minor - from->old_total_minor;
    const enum tender tender = records_tender(order);
    struct ledger_posting posting = { .count = 0 };
    const struct amounts more = { cost_minor, from->new_tax_minor - from->old_tax_minor,
                                  from->new_fee_minor - from->old_fee_minor };
    ledger_sale(&posting, more, order->buyer_tax_id[0] != 0);
    order->total_minor += cost_minor;
    order->live_minor += cost_minor;
    order->tax_minor += more.tax_minor;
    order->fee_minor += more.fee_minor;
    if (tender != TENDER_CARD && cost_minor > 0) {
        order->captured_minor += cost_minor;
        ledger_money_in(&posting, tender, cost_minor);
    } else if (tender != TENDER_CARD) {
        order->refunded_minor -= cost_minor;
        ledger_money_out(&posting, tender, -cost_minor);
    }
    records_post(records, order, &posting, fact, seq);
}

static void order_exchanged(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_exchanged *from = &fact->as.order_exchanged;
    struct order_record order = records_order(records, from->order);
    struct seat_hold_record hold = records_hold_in(records, from->hold);
    forget_exchange(&order);
    post_exchange(records, &order, from, fact, seq);
    records_order_move(records, &order, NULL, seq);
    records_hold_move(records, &hold, "confirmed", seq);
    for (uint32_t i = 0; i < from->lines.count; i++) {
        struct ticket_record ticket = { .number = order.first_ticket + from->lines.v[i] };
        struct hold_line_record row = { .position = i };
        return_seat(records, order.event, ticket.number, "free", seq);
        get(records, RECORDS_TICKET, &ticket);
        SET_TEXT(row.hold_id, hold.id);
        get(records, RECORDS_HOLD_LINE, &row);
        ticket.seat = row.seat;
        ticket.ticket_type = row.ticket_type;
        ticket.generation++;
        ticket.version = seq;
        put(records, RECORDS_TICKET, &ticket);
        records_listing_gone(records, ticket.number, fact->time_ms, seq);
    }
    records_put_seats(records, &hold, "sold", seq);
}

/* ---- Terms ------------------------------------------------------------------------------------
 */

static void policy_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct policy_set *from = &fact->as.policy_set;
    put(records, RECORDS_EVENT_TERMS,
        &(struct event_terms_record){
            .event = from->event,
            .tiers = from->type.count,
            .fee_min_minor = from->fee_min_minor,
            .fee_max_minor = from->fee_max_minor,
            .keeps_booking_fee = from->keeps_booking_fee,
            .approval_required = from->approval_required,
            .payment_ttl_s = from->payment_ttl_s,
            .approval_ttl_s = from->approval_ttl_s,
            .version = seq,
            .tax_country = { (char)(from->tax_country >> 8), (char)(from->tax_country & 255) } });
    for (uint32_t i = 0; i < from->type.count; i++)
        put(records, RECORDS_CANCELLATION_TIER,
            &(struct cancellation_tier_record){ .event = from->event,
                                                .position = i,
                                                .ticket_type = from->type.v[i],
                                                .notice_s = from->notice_s.v[i],
                                                .fee_bp = from->fee_bp.v[i],
                                                .fee_minor = from->fee_minor.v[i],
                                                .withholds =
                                                    from->seat.v[i] == POLICY_SEAT_WITHHELD });
}

/* ---- All of them ------------------------------------------------------------------------------
 */

const struct projection order_projections[] = {
    { FACT_ORDER_PLACED, order_placed },
    { FACT_ORDER_OPENED, order_opened },
    { FACT_ORDER_PAID, order_paid },
    { FACT_ORDER_CANCELLED, order_cancelled },
    { FACT_ORDER_EXPIRED, order_expired },
    { FACT_ORDER_REJECTED, order_rejected },
    { FACT_ORDER_REVIVED, order_revived },
    { FACT_ORDER_APPROVED, order_approved },
    { FACT_ORDER_REFUNDED, order_refunded },
    { FACT_LINES_CANCELLED, lines_cancelled },
    { FACT_EXCHANGE_BEGUN, exchange_begun },
    { FACT_EXCHANGE_DROPPED, exchange_dropped },
    { FACT_ORDER_EXCHANGED, order_exchanged },
    { FACT_POLICY_SET, policy_set },
    { 0, NULL },
};
