/* What sellers and organisers ask for, and what buyers may hold. */
#include "server/core/resale.h"

#include "server/core/price.h"
#include "server/core/state.h"
#include "server/core/waits.h"

#include <assert.h>
#include <string.h>

static struct id key_of(uint32_t index)
{
    return (struct id){ 0, (uint64_t)index + 1 };
}

static struct listing *listing_get(const struct stadium *s, uint32_t row)
{
    return pool_get(&s->booking.resales.listings, row);
}

static const struct listing *listing_of(const struct stadium *s, uint32_t ticket)
{
    const uint32_t row = id_map_find(&s->booking.resales.of_ticket, key_of(ticket));
    return row == ID_MAP_NONE ? NULL : listing_get(s, row);
}

/* ---- What readers see -------------------------------------------------------------------- */

struct resale_terms stadium_resale_terms(const struct stadium *s, uint32_t event)
{
    const struct resale *resale = s->booking.resales.of[event];
    return resale ? resale->terms : (struct resale_terms){ 0 };
}

const struct listing *stadium_listing(const struct stadium *s, uint32_t ticket)
{
    const struct listing *listing = listing_of(s, ticket);
    return listing && listing->state == LISTING_OPEN ? listing : NULL;
}

bool stadium_ticket_resold(const struct stadium *s, uint32_t ticket)
{
    const struct listing *listing = listing_of(s, ticket);
    return listing && listing->state == LISTING_SOLD;
}

const struct listing *stadium_listing_first(const struct stadium *s, uint32_t event)
{
    const struct resale *resale = s->booking.resales.of[event];
    return resale && resale->open.first ? listing_get(s, resale->open.first - 1) : NULL;
}

const struct listing *stadium_listing_after(const struct stadium *s, const struct listing *listing)
{
    const struct resales *r = &s->booking.resales;
    const uint32_t next =
        chain_after(&r->links, id_map_find(&r->of_ticket, key_of(listing->ticket)));
    return next ? listing_get(s, next - 1) : NULL;
}

const struct listing *resale_of_hold(const struct stadium *s, uint32_t hold)
{
    const struct resales *r = &s->booking.resales;
    const uint32_t row = r->of_hold.count ? id_map_find(&r->of_hold, key_of(hold)) : ID_MAP_NONE;
    return row == ID_MAP_NONE ? NULL : listing_get(s, row);
}

/* 1 + the hold that has it, live or not; 0: none. Its slot may be another hold's by now. */
static uint32_t holder(const struct stadium *s, const struct listing *listing)
{
    return listing->hold && resale_of_hold(s, listing->hold - 1) == listing ? listing->hold : 0;
}

bool stadium_listing_held(const struct stadium *s, const struct listing *listing, int64_t now_ms)
{
    const uint32_t hold = holder(s, listing);
    return hold && hold_is_live(s, hold_get(s, hold - 1), now_ms);
}

int64_t stadium_listing_waiters_ms(const struct stadium *s, const struct listing *listing)
{
    const uint32_t event = stadium_ticket(s, listing->ticket)->event;
    const struct waitlist *list = stadium_waitlist(s, event);
    return list && list->waiting > 0 ? wait_claim_until(s, list, listing->listed_ms) : 0;
}

/* ---- Offering ---------------------------------------------------------------------------- */

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_resale *ask = &command->as.set_resale;
    const uint32_t event = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (ask->cap_percent > RESALE_CAP_MAX)
        return facts_refuse(out, STATUS_BAD_FIELD, "terms.cap_percent",
                            "terms.cap_percent: %u; 1 to %d of what was paid, 0: no resale",
                            ask->cap_percent, RESALE_CAP_MAX);
    if (ask->fee_bp > RESALE_FEE_MAX_BP)
        return facts_refuse(out, STATUS_BAD_FIELD, "terms.fee_bp",
                            "terms.fee_bp: %u; at most %d hundredths of a per cent", ask->fee_bp,
                            RESALE_FEE_MAX_BP);
    const struct resale_terms now = stadium_resale_terms(s, event);
    if (now.cap_percent == ask->cap_percent && now.fee_bp == ask->fee_bp)
        return STATUS_OK;
    facts_add(out, FACT_RESALE_SET, command->time_ms)->as.resale_set =
        (struct resale_set){ event, ask->cap_percent, ask->fee_bp };
    return STATUS_OK;
}

/* Somebody's ticket of an event that is not over; UINT32_MAX and the refusal: it is none of theirs.
 */
static uint32_t ticket_named(const struct stadium *s, struct id id, const char *person,
                             struct facts *out)
{
    const uint32_t index = ticket_find(s, id);
    if (index != ID_MAP_NONE && strcmp(stadium_ticket_person(s, index), person) == 0)
        return index;
    refuse(out, STATUS_UNKNOWN_TICKET, "ticket_id");
    return UINT32_MAX;
}

static enum status check_ticket(const struct stadium *s, uint32_t index, int64_t now_ms,
                                struct facts *out)
{
    const struct ticket *ticket = stadium_ticket(s, index);
    const struct event *event = &s->booking.events[ticket->event];
    if (event->state == EVENT_CANCELLED)
        return refuse(out, STATUS_EVENT_CANCELLED, "ticket_id");
    if (event_state_at(event, now_ms) == EVENT_ENDED)
        return refuse(out, STATUS_EVENT_OVER, "ticket_id");
    if (ticket->state != TICKET_VALID)
        return refuse(out, STATUS_TICKET_STATE, "ticket_id");
    if (stadium_ticket_medium(s, index))
        return refuse(out, STATUS_TICKET_EXCHANGED, "ticket_id");
    if (stadium_ticket_blocked(s, index, NULL))
        return refuse(out, STATUS_TICKET_BLOCKED, "ticket_id");
    return STATUS_OK;
}

/* The money goes back to who paid, as it was paid: so it must be theirs, and by card. */
static enum status check_payer(const struct stadium *s, uint32_t index, const char *person,
                               struct facts *out)
{
    const struct ticket *ticket = stadium_ticket(s, index);
    const struct order *order = stadium_order(s, ticket->order);
    const struct order_money *money = money_get(s, ticket->order);
    const struct order_line line =
        stadium_order_line(s, ticket->order, index - order->first_ticket);
    if (strcmp(order->person, person) != 0)
        return facts_refuse(
            out, STATUS_TICKET_FIXED, "ticket_id",
            "ticket_id: only who bought it can offer it, as the money goes to them");
    if (money->tender != TENDER_CARD || line.amounts.total_minor == 0)
        return facts_refuse(out, STATUS_TICKET_FIXED, "ticket_id",
                            "ticket_id: only what was paid for by card can be offered");
    if (lines_get(s, line.hold)->voucher_lines >> line.at & 1)
        return facts_refuse(out, STATUS_TICKET_FIXED, "ticket_id",
                            "ticket_id: it was bought with a voucher, which is theirs alone");
    if (ticket_goes_with(s, index))
        return facts_refuse(out, STATUS_TICKET_FIXED, "ticket_id",
                            "ticket_id: a ticket that has add-ons, or is one, is not resold; give "
                            "the add-ons back first");
    if (money->exchange_hold)
        return facts_refuse(out, STATUS_ORDER_STATE, "ticket_id",
                            "ticket_id: an exchange is being paid for; wait until it is done");
    return STATUS_OK;
}

static enum status check_price(const struct stadium *s, uint32_t index, uint32_t price_minor,
                               struct facts *out)
{
    const int64_t most = stadium_resale_most(s, index);
    if (most == 0)
        return refuse(out, STATUS_RESALE_CLOSED, "ticket_id");
    if (price_minor < 1)
        return facts_refuse(out, STATUS_BAD_FIELD, "price_minor",
                            "price_minor: say what the buyer pays, at least 1");
    if (price_minor > most)
        return facts_refuse(out, STATUS_PRICE_CAPPED, "price_minor",
                            "price_minor: %u; at most %lld may be asked for this ticket",
                            price_minor, (long long)most);
    return STATUS_OK;
}

int64_t stadium_resale_most(const struct stadium *s, uint32_t index)
{
    const struct ticket *ticket = stadium_ticket(s, index);
    const uint32_t position = index - stadium_order(s, ticket->order)->first_ticket;
    const int64_t paid = stadium_order_line(s, ticket->order, position).amounts.total_minor;
    return paid * stadium_resale_terms(s, ticket->event).cap_percent / 100;
}

static enum status list_decide(const struct stadium *s, const struct command *command,
                               struct facts *out)
{
    const struct list_ticket *ask = &command->as.list_ticket;
    const uint32_t index = ticket_named(s, ask->ticket, ask->person, out);
    if (index == UINT32_MAX)
        return STATUS_UNKNOWN_TICKET;
    enum status status = check_ticket(s, index, command->time_ms, out);
    if (status == STATUS_OK)
        status = check_payer(s, index, ask->person, out);
    if (status == STATUS_OK)
        status = check_price(s, index, ask->price_minor, out);
    if (status != STATUS_OK)
        return status;
    const struct listing *listing = stadium_listing(s, index);
    if (listing && listing->price_minor == ask->price_minor)
        return STATUS_OK;
    if (listing && stadium_listing_held(s, listing, command->time_ms))
        return refuse(out, STATUS_LISTING_HELD, "ticket_id");
    facts_add(out, FACT_TICKET_LISTED, command->time_ms)->as.ticket_listed =
        (struct ticket_listed){ index, ask->price_minor };
    return STATUS_OK;
}

static enum status withdraw_decide(const struct stadium *s, const struct command *command,
                                   struct facts *out)
{
    const struct withdraw_listing *ask = &command->as.withdraw_listing;
    const uint32_t index = ticket_named(s, ask->ticket, ask->person, out);
    if (index == UINT32_MAX)
        return STATUS_UNKNOWN_TICKET;
    const struct listing *listing = stadium_listing(s, index);
    if (!listing)
        return refuse(out, STATUS_NOT_LISTED, "ticket_id");
    if (stadium_listing_held(s, listing, command->time_ms))
        return refuse(out, STATUS_LISTING_HELD, "ticket_id");
    facts_add(out, FACT_LISTING_WITHDRAWN, command->time_ms)->as.listing_withdrawn.ticket = index;
    return STATUS_OK;
}

enum status resale_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    switch (command->kind) {
    case COMMAND_SET_RESALE:
        return set_decide(s, command, out);
    case COMMAND_LIST_TICKET:
        return list_decide(s, command, out);
    default:
        assert(command->kind == COMMAND_WITHDRAW_LISTING);
        return withdraw_decide(s, command, out);
    }
}

/* ---- Holding ----------------------------------------------------------------------------- */

static enum status check_buyer(const struct stadium *s, const struct listing *listing,
                               const struct hold_seats *ask, int64_t now_ms, struct facts *out)
{
    const struct ticket *ticket = stadium_ticket(s, listing->ticket);
    const struct ticket_type *type = ticket_type_get(s, ticket->event, ticket->type);
    const uint32_t has = people_share(&s->booking.people, ask->person, ticket->event, ticket->type);
    const uint32_t wait = stadium_wait_find(s, ticket->event, ask->person);
    if (strcmp(stadium_order(s, ticket->order)->person, ask->person) == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "resale_ticket_id",
                            "resale_ticket_id: it is yours; withdraw it if you want to keep it");
    if (type->max_per_person && has + 1 > type->max_per_person)
        return facts_refuse(out, STATUS_PERSON_LIMIT, "resale_ticket_id",
                            "resale_ticket_id: you have %u of \"%s\"; at most %u a person are "
                            "possible",
                            has, type->name, type->max_per_person);
    if (now_ms < stadium_listing_waiters_ms(s, listing) &&
        (wait == STADIUM_NONE || !wait_is_live(stadium_wait(s, wait))))
        return refuse(out, STATUS_FOR_WAITERS, "resale_ticket_id");
    return STATUS_OK;
}

/* Of the price, which has all taxes in it. */
static uint32_t tax_of(const struct ticket_type *type, uint32_t price_minor)
{
    const uint64_t net =
        price_share(price_minor, PERCENT_WHOLE, PERCENT_WHOLE + (uint64_t)type->tax_milli_percent);
    return (uint32_t)(price_minor - net);
}

static void end_holder(const struct stadium *s, const struct listing *listing, int64_t now_ms,
                       struct facts *out)
{
    const uint32_t hold = holder(s, listing);
    if (hold && hold_get(s, hold - 1)->state == HOLD_HELD)
        hold_end(s, hold - 1, HOLD_EXPIRED, now_ms, out);
}

enum status resale_hold_decide(const struct stadium *s, const struct command *command,
                               uint32_t event, struct facts *out)
{
    const struct hold_seats *ask = &command->as.hold_seats;
    const int64_t now_ms = command->time_ms;
    const uint32_t index = ticket_find(s, ask->listing);
    const struct listing *listing = index == ID_MAP_NONE ? NULL : stadium_listing(s, index);
    if (ask->lines.seats.count + ask->lines.best.count > 0 || ask->voucher[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "resale_ticket_id",
                            "resale_ticket_id: it is held alone, without other lines or a voucher");
    if (!listing || stadium_ticket(s, index)->event != event)
        return refuse(out, STATUS_NOT_LISTED, "resale_ticket_id");
    if (stadium_ticket_blocked(s, index, NULL))
        return refuse(out, STATUS_TICKET_BLOCKED, "resale_ticket_id");
    if (stadium_listing_held(s, listing, now_ms))
        return refuse(out, STATUS_LISTING_HELD, "resale_ticket_id");
    const enum status status = check_buyer(s, listing, ask, now_ms, out);
    if (status != STATUS_OK)
        return status;
    end_holder(s, listing, now_ms, out);
    if (s->booking.live - out->count >= s->limits.holds)
        return facts_refuse(out, STATUS_HOLDS_FULL, NULL, "%s", status_sentence(STATUS_HOLDS_FULL));
    struct listing_held *fact = &facts_add(out, FACT_LISTING_HELD, now_ms)->as.listing_held;
    fact->hold = hold_next_slot(s);
    fact->id_high = ask->id.high;
    fact->id_low = ask->id.low;
    fact->ticket = index;
    memcpy(fact->person, ask->person, sizeof(fact->person));
    fact->expires_ms = now_ms + (int64_t)s->booking.events[event].hold_ttl_s * 1000;
    fact->price_minor = listing->price_minor;
    fact->tax_minor =
        tax_of(ticket_type_get(s, event, stadium_ticket(s, index)->type), listing->price_minor);
    return STATUS_OK;
}

bool resale_stands(const struct stadium *s, uint32_t hold)
{
    const struct listing *listing = resale_of_hold(s, hold);
    return listing && listing->state == LISTING_OPEN && listing->hold == hold + 1 &&
           stadium_ticket(s, listing->ticket)->state == TICKET_VALID &&
           !stadium_ticket_blocked(s, listing->ticket, NULL) &&
           order_is_sold(s, stadium_ticket(s, listing->ticket)->order);
}

bool resale_can_revive(const struct stadium *s, uint32_t hold, int64_t now_ms, struct facts *out)
{
    const struct listing *listing = resale_of_hold(s, hold);
    if (!listing || listing->state != LISTING_OPEN ||
        stadium_ticket_blocked(s, listing->ticket, NULL) ||
        (listing->hold != hold + 1 && stadium_listing_held(s, listing, now_ms)))
        return false;
    if (listing->hold != hold + 1)
        end_holder(s, listing, now_ms, out);
    return true;
}

void resale_sell(const struct stadium *s, uint32_t hold, uint32_t *number, int64_t now_ms,
                 struct facts *out)
{
    const struct listing *listing = resale_of_hold(s, hold);
    const struct ticket *ticket = stadium_ticket(s, listing->ticket);
    const struct order *order = stadium_order(s, ticket->order);
    const struct order_line line =
        stadium_order_line(s, ticket->order, listing->ticket - order->first_ticket);
    const int64_t price_minor = stadium_hold_total_minor(s, hold_get(s, hold));
    const int64_t fee_minor =
        price_minor * stadium_resale_terms(s, ticket->event).fee_bp / RESALE_FEE_MAX_BP;
    uint32_t *column = arena_array(&out->arena, 2, sizeof(*column));
    uint64_t *refund = arena_array(&out->arena, 1, sizeof(*refund));
    column[0] = listing->ticket - order->first_ticket;
    column[1] = POLICY_SEAT_ON_SALE;
    refund[0] = (uint64_t)(price_minor - fee_minor);
    struct lines_cancelled *back =
        &facts_add(out, FACT_LINES_CANCELLED, now_ms)->as.lines_cancelled;
    *back = (struct lines_cancelled){
        .order = ticket->order,
        .lines = { column, 1 },
        .refund_minor = { refund, 1 },
        .seat = { column + 1, 1 },
        .cause = POLICY_RESOLD,
        .total_minor = line.amounts.total_minor,
        .tax_minor = line.amounts.tax_minor,
        .fee_minor = line.amounts.fee_minor,
    };
    memcpy(back->caller, order->person, sizeof(back->caller));
    memcpy(back->reason, "resold", sizeof("resold"));
    facts_add(out, FACT_LISTING_SOLD, now_ms)->as.listing_sold =
        (struct listing_sold){ listing->ticket, hold };
    order_give_back(ticket->order, PAYMENT_RETURN, (int64_t)refund[0], number, now_ms, out);
}
