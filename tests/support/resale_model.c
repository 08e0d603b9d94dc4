/* The part of the model that is about tickets that their buyers offer to others. What is offered
 * opens nothing and is the seller's, until whoever holds it has paid: then, at once, their line is
 * given back for the price less the fee, and the seat is the buyer's. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <string.h>

bool resale_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_RESALE || kind == COMMAND_LIST_TICKET ||
           kind == COMMAND_WITHDRAW_LISTING;
}

static struct model_order *order_of(const struct ticket_model *m, const struct model_ticket *ticket)
{
    return &m->orders[ticket->order];
}

static struct model_line line_of(const struct ticket_model *m, const struct model_ticket *ticket)
{
    const struct model_order *order = order_of(m, ticket);
    return order->lines[(uint32_t)(ticket - m->tickets) - order->first_ticket];
}

static struct model_event *event_of(const struct ticket_model *m, const struct model_ticket *ticket)
{
    return model_event_of(m, &m->holds[order_of(m, ticket)->hold]);
}

static const char *seller_of(const struct ticket_model *m, const struct model_ticket *ticket)
{
    return order_of(m, ticket)->person;
}

bool model_listing_held(const struct ticket_model *m, const struct model_ticket *ticket,
                        int64_t now_ms)
{
    if (!ticket->listing.hold)
        return false;
    const enum hold_state state = model_hold_state(m, &m->holds[ticket->listing.hold - 1], now_ms);
    return state == HOLD_HELD || state == HOLD_CONFIRMING;
}

int64_t resale_model_most(const struct ticket_model *m, const struct model_ticket *ticket)
{
    const struct model_line line = line_of(m, ticket);
    const int64_t paid_minor = m->holds[line.hold].total_minor[line.at];
    return paid_minor * event_of(m, ticket)->resale_cap_percent / 100;
}

/* ---- Offering ----------------------------------------------------------------------------- */

static enum status set_wanted(struct ticket_model *m, const struct set_resale *ask, int64_t now_ms)
{
    struct model_event *event;
    const enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->cap_percent > RESALE_CAP_MAX || ask->fee_bp > RESALE_FEE_MAX_BP)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    event->resale_cap_percent = ask->cap_percent;
    event->resale_fee_bp = ask->fee_bp;
    return STATUS_OK;
}

static enum status check_ticket(const struct ticket_model *m, const struct model_ticket *ticket,
                                const char *person, int64_t now_ms)
{
    const struct model_event *event = event_of(m, ticket);
    const struct model_line line = line_of(m, ticket);
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (model_event_state(event, now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (ticket->state != TICKET_VALID)
        return STATUS_TICKET_STATE;
    if (model_medium_of(m, ticket))
        return STATUS_TICKET_EXCHANGED;
    if (ticket->blocked)
        return STATUS_TICKET_BLOCKED;
    if (strcmp(seller_of(m, ticket), person) != 0 || m->holds[line.hold].uses[line.at] ||
        m->holds[line.hold].total_minor[line.at] == 0 ||
        order_of(m, ticket)->tender != TENDER_CARD || addon_model_fixes(m, ticket))
        return STATUS_TICKET_FIXED;
    return order_of(m, ticket)->exchange_hold ? STATUS_ORDER_STATE : STATUS_OK;
}

static enum status list_wanted(struct ticket_model *m, const struct list_ticket *ask,
                               int64_t now_ms)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->ticket);
    if (!ticket || strcmp(ticket->person, ask->person) != 0)
        return STATUS_UNKNOWN_TICKET;
    const enum status status = check_ticket(m, ticket, ask->person, now_ms);
    if (status != STATUS_OK)
        return status;
    const int64_t most_minor = resale_model_most(m, ticket);
    if (most_minor == 0)
        return STATUS_RESALE_CLOSED;
    if (ask->price_minor < 1)
        return STATUS_BAD_FIELD;
    if (ask->price_minor > most_minor)
        return STATUS_PRICE_CAPPED;
    if (ticket->listing.open && ticket->listing.price_minor == ask->price_minor)
        return STATUS_OK;
    if (ticket->listing.open && model_listing_held(m, ticket, now_ms))
        return STATUS_LISTING_HELD;
    if (m->only_says)
        return STATUS_OK;
    ticket->listing.open = true;
    ticket->listing.price_minor = ask->price_minor;
    ticket->listing.listed_ms = now_ms;
    return STATUS_OK;
}

static enum status withdraw_wanted(struct ticket_model *m, const struct withdraw_listing *ask,
                                   int64_t now_ms)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->ticket);
    if (!ticket || strcmp(ticket->person, ask->person) != 0)
        return STATUS_UNKNOWN_TICKET;
    if (!ticket->listing.open)
        return STATUS_NOT_LISTED;
    if (model_listing_held(m, ticket, now_ms))
        return STATUS_LISTING_HELD;
    if (!m->only_says)
        ticket->listing.open = false;
    return STATUS_OK;
}

enum status resale_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_SET_RESALE)
        return set_wanted(m, &command->as.set_resale, command->time_ms);
    if (command->kind == COMMAND_LIST_TICKET)
        return list_wanted(m, &command->as.list_ticket, command->time_ms);
    must(command->kind == COMMAND_WITHDRAW_LISTING, "a command about resale");
    return withdraw_wanted(m, &command->as.withdraw_listing, command->time_ms);
}

/* ---- Buying ------------------------------------------------------------------------------- */

int64_t resale_model_waiters_ms(const struct model_event *event, const struct model_ticket *ticket)
{
    return event->waitlist.waiting > 0 ? wait_model_claim_until_ms(event, ticket->listing.listed_ms)
                                       : 0;
}

static enum status check_buyer(struct ticket_model *m, const struct model_event *event,
                               const struct model_ticket *ticket, const char *person,
                               int64_t now_ms)
{
    const struct model_line line = line_of(m, ticket);
    const uint32_t type = m->holds[line.hold].type[line.at];
    const uint32_t max = event->types[type].max_per_person;
    const struct model_wait *wait = model_wait_find(m, (uint32_t)(event - m->events), person);
    const bool waits = wait && (wait->state == WAIT_WAITING || wait->state == WAIT_OFFERED);
    if (strcmp(seller_of(m, ticket), person) == 0)
        return STATUS_BAD_FIELD;
    if (max && sale_model_share(m, event, type, person, now_ms) + 1 > max)
        return STATUS_PERSON_LIMIT;
    return now_ms < resale_model_waiters_ms(event, ticket) && !waits ? STATUS_FOR_WAITERS
                                                                     : STATUS_OK;
}

enum status resale_model_hold(struct ticket_model *m, struct model_event *event,
                              const struct hold_seats *ask, int64_t now_ms)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->listing);
    if (ask->lines.seats.count > 0 || ask->voucher[0])
        return STATUS_BAD_FIELD;
    if (!ticket || !ticket->listing.open || event_of(m, ticket) != event)
        return STATUS_NOT_LISTED;
    if (ticket->blocked)
        return STATUS_TICKET_BLOCKED;
    if (model_listing_held(m, ticket, now_ms))
        return STATUS_LISTING_HELD;
    const enum status status = check_buyer(m, event, ticket, ask->person, now_ms);
    if (status != STATUS_OK || m->only_says)
        return status;
    const struct model_line line = line_of(m, ticket);
    struct model_hold *hold = model_hold_add(m, ask->id);
    hold->event = (uint32_t)(event - m->events);
    hold->state = HOLD_HELD;
    hold->expires_ms = now_ms + event->ttl_ms;
    memcpy(hold->person, ask->person, sizeof(hold->person));
    hold->older = event->newest_hold;
    event->newest_hold = ticket->listing.hold = m->hold_count;
    hold->seat_count = 1;
    hold->seats[0] = ticket->seat;
    hold->type[0] = m->holds[line.hold].type[line.at];
    hold->price_minor[0] = hold->total_minor[0] = ticket->listing.price_minor;
    hold->resale = (uint32_t)(ticket - m->tickets) + 1;
    hold->changed = true;
    return STATUS_OK;
}

static bool is_offered(const struct ticket_model *m, const struct model_ticket *ticket)
{
    return ticket->listing.open && ticket->state == TICKET_VALID && !ticket->blocked &&
           refund_model_is_sold(m, order_of(m, ticket));
}

bool resale_model_stands(const struct ticket_model *m, const struct model_hold *hold)
{
    const struct model_ticket *ticket = &m->tickets[hold->resale - 1];
    return is_offered(m, ticket) && &m->holds[ticket->listing.hold - 1] == hold;
}

bool resale_model_revives(const struct ticket_model *m, const struct model_hold *hold,
                          int64_t now_ms)
{
    const struct model_ticket *ticket = &m->tickets[hold->resale - 1];
    return is_offered(m, ticket) &&
           (&m->holds[ticket->listing.hold - 1] == hold || !model_listing_held(m, ticket, now_ms));
}

void resale_model_sell(struct ticket_model *m, struct model_hold *hold)
{
    struct model_ticket *ticket = &m->tickets[hold->resale - 1];
    struct model_event *event = event_of(m, ticket);
    struct model_order *order = order_of(m, ticket);
    const struct model_line line = line_of(m, ticket);
    const int64_t price_minor = hold->total_minor[0];
    const int64_t back_minor = price_minor - price_minor * event->resale_fee_bp / 10000;
    m->holds[line.hold].gone[line.at] = true;
    ticket->state = TICKET_CANCELLED;
    ticket->listing.open = false;
    ticket->listing.sold = true;
    order->owed_minor += back_minor;
    if (back_minor > 0)
        order->state = ORDER_PARTIALLY_REFUNDED;
    if (!refund_model_is_sold(m, order))
        order->state = ORDER_CANCELLED;
    if (ticket->seat != NO_SEAT)
        event->seats[ticket->seat].hold = (uint32_t)(hold - m->holds) + 1;
    hold->resale = 0;
}
