/* Whether the stadium's rows are as the model's. */
#include "server/core/state.h"
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <string.h>

/* A cancelled event of which later ticks still end holds and orders. */
static bool lags(const struct stadium *stadium, const struct ticket_model *m, uint32_t event)
{
    uint32_t count;
    const struct event *events = stadium_events(stadium, &count);
    const struct event *row = stadium_event_find(stadium, m->events[event].id);
    return row->state == EVENT_CANCELLED && !event_is_wound_up(stadium, (uint32_t)(row - events));
}

/* As many of each; their versions are the stadium's to say. */
static void compare_terms(const struct stadium *stadium, struct model_event *event, uint32_t index)
{
    const struct sale *sale = &stadium->booking.sales[index];
    uint32_t used, at = 0;
    must(sale->type_count == event->type_count && sale->quota_count == event->quota_count &&
             sale->vouchers.count == event->voucher_count,
         "an event has its types, quotas and vouchers");
    for (uint32_t i = 0; i < event->type_count; i++)
        event->types[i].version = ticket_type_get(stadium, index, i)->version;
    for (uint32_t i = 0; i < event->quota_count; i++) {
        must(quota_get(stadium, index, i)->capacity == event->quotas[i].capacity,
             "a quota has its capacity");
        event->quotas[i].version = quota_get(stadium, index, i)->version;
    }
    for (uint32_t i = 0; (at = stadium_voucher_after(stadium, index, at)) != 0; i++)
        event->vouchers[i].version = stadium_voucher(stadium, at - 1, &used)->version;
    event->version = stadium->booking.events[index].version;
}

static void compare_books(const struct stadium *stadium, const struct ticket_model *m,
                          uint32_t index)
{
    static const enum ledger_account accounts[] = { LEDGER_PROVIDER,   LEDGER_CASH_BOX,
                                                    LEDGER_EXTERNAL,   LEDGER_RECEIVABLE,
                                                    LEDGER_BANK,       LEDGER_CHARGES };
    const struct model_event *event = &m->events[index];
    const struct event *row = stadium_event_find(stadium, event->id);
    uint32_t count;
    const struct ledger_balance *balances =
        stadium_balances(stadium, (uint32_t)(row - stadium_events(stadium, &count)));
    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++)
        must_say(balances[accounts[i] - 1].balance_minor ==
                     ledger_model_balance(m, event, accounts[i]),
                 "not true: account %d has %lld, and not %lld", accounts[i],
                 (long long)balances[accounts[i] - 1].balance_minor,
                 (long long)ledger_model_balance(m, event, accounts[i]));
}

static void compare_event(const struct stadium *stadium, const struct ticket_model *m,
                          uint32_t index, int64_t now_ms)
{
    uint32_t count;
    struct model_event *event = &m->events[index];
    const struct event *events = stadium_events(stadium, &count);
    const struct event *row = stadium_event_find(stadium, event->id);
    must(row && row->state == (uint32_t)event->state, "an event has its state");
    compare_terms(stadium, event, (uint32_t)(row - events));
    if (lags(stadium, m, index))
        return;
    const struct seat *seats = stadium_seats(stadium, (uint32_t)(row - events), &count);
    must(count == m->seat_count, "an event has all seats");
    for (uint32_t i = 0; i < count; i++) {
        bool over = seats[i].state == SEAT_HELD &&
                    !hold_is_live(stadium, stadium_hold(stadium, seats[i].owner), now_ms);
        must((over ? SEAT_FREE : seats[i].state) == (uint32_t)model_seat_state(m, event, i, now_ms),
             "a seat has its state");
        must(stadium_seat_is_kept(stadium, (uint32_t)(row - events), i) ==
                 model_seat_is_kept(event, i, ALLOCATION_NONE),
             "a seat is kept, or not");
    }
}

static void compare_hold(const struct stadium *stadium, const struct ticket_model *m,
                         struct model_hold *hold, int64_t now_ms)
{
    const struct seathold *row = stadium_hold_find(stadium, hold->id);
    const enum hold_state state = model_hold_state(m, hold, now_ms);
    must(row, "a hold is known");
    if (lags(stadium, m, hold->event) ||
        (state == HOLD_EXPIRED && row->state == HOLD_HELD && row->version == hold->version))
        return; /* The tick comes later. */
    bool cancelled =
        model_event_of(m, hold)->state == EVENT_CANCELLED; /* Then either word will do. */
    bool over = state != hold->state && hold->shown == HOLD_HELD;
    must(row->state == (uint32_t)state ||
             (cancelled && state == HOLD_EXPIRED && row->state == HOLD_RELEASED),
         "a hold has its state");
    must(hold->changed || over ? row->version > hold->version : row->version == hold->version,
         "a hold has another version after each change");
    must(row->seat_count == hold->seat_count, "a hold has its lines");
    const struct hold_lines *lines = stadium_hold_lines(stadium, row);
    const uint32_t index = hold_find(stadium, hold->id);
    must(strcmp(stadium_buyer(stadium, index), hold->tax_id) == 0, "a hold has its buyer");
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        bool bundled;
        must(stadium_companion(stadium, index, i, &bundled) + 1 == hold->with[i],
             "an add-on goes with its ticket");
        must(bundled == hold->bundled[i], "what a bundle brought is known");
        must(row->seats[i] == hold->seats[i] && lines->type[i] == hold->type[i] &&
                 lines->price_minor[i] == hold->price_minor[i] &&
                 hold_line_total(lines, i) == hold->total_minor[i],
             "a line is what it is, and costs what it costs");
    }
    hold->changed = false;
    hold->shown = row->state;
    hold->version = row->version;
}

static void compare_order(const struct stadium *stadium, const struct ticket_model *m,
                          struct model_order *order)
{
    const struct order *row = stadium_order_find(stadium, order->id);
    const struct model_hold *hold = &m->holds[order->hold];
    must(row, "an order is known");
    order->version = row->version;
    if (lags(stadium, m, hold->event))
        return;
    must(row->state == (uint32_t)order->state, "an order has its state");
    must(row->total_minor == order->total_minor, "an order has its total");
    must(strcmp(row->person, order->person) == 0, "an order is whose it was sold to");
    bool over = model_event_of(m, hold)->state == EVENT_CANCELLED ||
                order->state == ORDER_EXPIRED ||
                (order->state == ORDER_CANCELLED && order->ticket_count == 0);
    bool owed =
        over && order->captured_minor > 0 && !order->refunded && refund_model_left(m, order) > 0;
    const struct order_money *money =
        stadium_order_money(stadium, stadium_order_index(stadium, row));
    must(!money->tender || (money->captured_minor == order->captured_minor &&
                            money->refunded_minor == order->refunded_minor),
         "what came in and went back is counted");
    must(order->giving_up || !money->authorised == !order->authorised,
         "what it costs is reserved, or not");
    must(!money->exchange_hold == !order->exchange_hold, "an exchange is paid for, or not");
    must(order->refunded_minor + refund_model_due(order) <= order->captured_minor,
         "no more goes back than came in");
    must(order->owed_minor == 0, "what is owed is asked back");
    must(owed == (order->refund != 0), "what was paid for nothing is asked back");
    must(order->state == ORDER_PENDING || order->state == ORDER_EXPIRED ||
             order->state == ORDER_APPROVAL || order->state == ORDER_REJECTED || order->charge == 0,
         "who is charged waits for it, or did");
    must(!order->authorised || order->giving_up || order->charge || order->state == ORDER_APPROVAL,
         "what is reserved for nothing is given up");
    must((order->state != ORDER_PENDING && order->state != ORDER_APPROVAL) ||
             money->expires_ms == order->expires_ms,
         "what waits has its time");
    must(order->state != ORDER_PENDING || order->charge != 0, "who waits is charged");
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct model_ticket *ticket = &m->tickets[order->first_ticket + i];
        const struct ticket *there = stadium_ticket_find(stadium, ticket->id);
        must(there && there->seat == ticket->seat && there->state == (uint32_t)ticket->state,
             "a ticket has its seat and state");
        must(there->generation == ticket->generation, "a ticket has its generation");
        const uint32_t at = stadium_ticket_index(stadium, there);
        const struct listing *listing = stadium_listing(stadium, at);
        must(!listing == !ticket->listing.open &&
                 (!listing || listing->price_minor == ticket->listing.price_minor) &&
                 stadium_ticket_resold(stadium, at) == ticket->listing.sold,
             "a ticket is offered to others, or was");
        must(strcmp(stadium_ticket_person(stadium, stadium_ticket_index(stadium, there)),
                    ticket->person) == 0,
             "a ticket is its holder's");
    }
}

/* Of a cancelled event offers end later. */
static void compare_waits(const struct stadium *stadium, const struct ticket_model *m)
{
    must(stadium->booking.waits.rows.count == m->wait_count, "there are as many who waited");
    for (uint32_t i = 0; i < m->wait_count; i++) {
        const struct model_wait *wait = &m->waits[i];
        const struct wait *row = stadium_wait(stadium, i);
        must(id_equal(row->id, wait->id) && row->event == wait->event && row->type == wait->type &&
                 row->party == wait->party && strcmp(row->person, wait->person) == 0,
             "who waits waits for what they asked for");
        must(lags(stadium, m, wait->event) || row->state == (uint32_t)wait->state,
             "who waits has their state");
    }
}

static void compare_joins(const struct stadium *stadium, const struct ticket_model *m,
                          int64_t now_ms)
{
    must(stadium->booking.rosters.joins.count == m->known_join_count, "as many have joined");
    for (uint32_t i = 0; i < m->known_join_count; i++) {
        const struct model_join *join = &m->joins[m->known_joins[i]];
        const struct join *row = stadium_join(stadium, i);
        must(id_equal(row->id, join->id) && row->event == join->event &&
                 strcmp(row->person, join->person) == 0 && row->state == (uint32_t)join->state,
             "who has joined has their state");
    }
    for (uint32_t i = 0; i < m->join_count; i++) {
        const struct model_join *join = &m->joins[i];
        const uint32_t ban = stadium_ban_find(stadium, join->event, join->person);
        must((ban != ID_MAP_NONE && now_ms < stadium_ban(stadium, ban)->until_ms) ==
                 join_model_is_banned(m, join->event, join->person, now_ms),
             "who is banned is banned");
    }
}

static void compare_room(const struct stadium *stadium, const struct model_room *room,
                         uint32_t event)
{
    const struct waitroom *row = stadium_waitroom(stadium, event);
    must(row && row->open == room->open && row->entered == room->count &&
             row->served == room->served && row->mode == room->mode,
         "a waiting room has its state");
    for (uint32_t i = 0; i < room->count; i++) {
        const struct model_waiter *waiter = &room->waiters[i];
        const struct waiter *there = stadium_waiter(stadium, event, i + 1);
        must(there->state == (uint32_t)waiter->state &&
                 (there->state != WAITER_ADMITTED || there->until_ms == waiter->until_ms),
             "who is in line has their state");
        must(stadium_waiter_number(stadium, event, i + 1) == waiter->number,
             "who is in line has the number that the draw gave them");
    }
}

static void compare_media(const struct stadium *stadium, const struct ticket_model *m)
{
    for (uint32_t i = 0; i < m->medium_count; i++) {
        const struct model_medium *medium = &m->media[i];
        const struct medium *row = stadium_medium_find(stadium, medium->name);
        must(!row == !medium->ticket, "a medium stands for a ticket, or for none");
        if (!row)
            continue;
        must(id_equal(stadium_ticket(stadium, row->ticket - 1)->id,
                      m->tickets[medium->ticket - 1].id) &&
                 (row->blocked != 0) == medium->blocked,
             "a medium stands for its ticket, blocked or not");
        must(stadium_ticket_medium(stadium, row->ticket - 1) == row,
             "a ticket knows what stands for it");
    }
}

void ticket_model_compare(struct ticket_model *m, const struct stadium *stadium, int64_t now_ms)
{
    uint32_t count;
    stadium_events(stadium, &count);
    must(count == m->event_count, "there are as many events");
    must(stadium_order_count(stadium) == m->order_count, "there are as many orders");
    must(stadium->booking.tickets.count == m->ticket_count, "there are as many tickets");
    compare_waits(stadium, m);
    compare_media(stadium, m);
    compare_joins(stadium, m, now_ms);
    for (uint32_t i = 0; i < m->event_count; i++) {
        compare_event(stadium, m, i, now_ms);
        compare_books(stadium, m, i);
        must(!m->events[i].room == !stadium_waitroom(stadium, i), "an event has its waiting room");
        if (m->events[i].room)
            compare_room(stadium, m->events[i].room, i);
    }
    for (uint32_t i = 0; i < m->hold_count; i++)
        compare_hold(stadium, m, &m->holds[i], now_ms);
    for (uint32_t i = 0; i < m->order_count; i++)
        compare_order(stadium, m, &m->orders[i]);
}
