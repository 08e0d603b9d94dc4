#include "server/core/seathold.h"

#include "server/core/cart.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <string.h>

enum { EXTENSIONS = 3 }; /* Of one hold. */

struct seathold *hold_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.holds, index);
}

bool hold_is_live(const struct stadium *s, const struct seathold *hold, int64_t now_ms)
{
    if (hold->state != HOLD_HELD)
        return hold->state == HOLD_CONFIRMING;
    return now_ms < hold->expires_ms && s->booking.events[hold->event].state != EVENT_CANCELLED;
}

const struct seathold *hold_of(const struct stadium *s, struct id id, const char *person,
                               struct facts *out)
{
    const struct seathold *hold = stadium_hold_find(s, id);
    if (hold && strcmp(hold->person, person) == 0)
        return hold;
    facts_refuse(out, STATUS_UNKNOWN_HOLD, "hold_id", "hold_id: %s",
                 status_sentence(STATUS_UNKNOWN_HOLD));
    return NULL;
}

/* ---- Holding ----------------------------------------------------------------------------- */

static enum status check_event(const struct stadium *s, uint32_t index, int64_t now_ms,
                               struct facts *out)
{
    const struct event *event = &s->booking.events[index];
    switch (event_state_at(event, now_ms)) {
    case EVENT_PUBLISHED:
        return STATUS_OK;
    case EVENT_CANCELLED:
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "event_id", "event_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    case EVENT_ENDED:
        return facts_refuse(out, STATUS_EVENT_OVER, "event_id",
                            "event_id: it ended at %lld; it does not sell any more",
                            (long long)event->ends_ms);
    default:
        return facts_refuse(out, STATUS_EVENT_STATE, "event_id",
                            "event_id: it is a draft; publish it, then seats can be held");
    }
}

/* The slot of the hold that ended first, or a new one. */
uint32_t hold_next_slot(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    if (b->ended.count > 0 && b->ended.count >= s->limits.holds_kept)
        return b->ended.first - 1;
    return b->holds.count;
}

bool hold_cart(const struct stadium *s, const struct cart *cart, struct id id, int64_t expires_ms,
               int64_t now_ms, struct facts *out)
{
    const struct booking *b = &s->booking;
    if (b->live - out->count >= s->limits.holds) {
        facts_refuse(out, STATUS_HOLDS_FULL, NULL, "%s", status_sentence(STATUS_HOLDS_FULL));
        return false;
    }
    struct lines_held *fact = &facts_add(out, FACT_LINES_HELD, now_ms)->as.lines_held;
    fact->hold = hold_next_slot(s);
    fact->id_high = id.high;
    fact->id_low = id.low;
    fact->event = cart->event;
    memcpy(fact->person, cart->person, sizeof(fact->person));
    fact->expires_ms = expires_ms;
    fact->lines = cart_lines(cart, &out->arena);
    cart_companions(cart, fact->hold, now_ms, out);
    return true;
}

/* The seats of many events are in no cache: they come while other things are looked at. */
static void fetch_seats(const struct stadium *s, uint32_t event, struct u32s seats)
{
    const uint32_t count = s->first_seat[s->venue.block_count];
    for (uint32_t i = 0; i < seats.count && i < HOLD_SEATS; i++)
        if (seats.v[i] < count)
            __builtin_prefetch(&s->booking.sales[event].seats[seats.v[i]], 1);
}

static enum status seats_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct hold_seats *ask = &command->as.hold_seats;
    struct cart cart = { .event = event_index(s, ask->event, out), .person = ask->person };
    if (cart.event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    fetch_seats(s, cart.event, ask->lines.seats);
    enum status status = check_event(s, cart.event, command->time_ms, out);
    if (status == STATUS_OK)
        status = ban_check(s, cart.event, ask->person, command->time_ms, out);
    if (status == STATUS_OK)
        status = waitroom_check(s, cart.event, ask->person, ask->admission, command->time_ms, out);
    if (status == STATUS_OK && !id_is_none(ask->listing))
        return resale_hold_decide(s, command, cart.event, out);
    if (status == STATUS_OK &&
        !allocation_find(s, cart.event, ask->allocation, &cart.allocation, out))
        return STATUS_UNKNOWN_ALLOCATION;
    if (status == STATUS_OK)
        status = wait_check(s, cart.event, out);
    cart.behind = wait_is_awaited(s, cart.event);
    if (status == STATUS_OK)
        status = cart_add(s, &cart, &ask->lines, command->time_ms, out);
    if (status == STATUS_OK)
        status = cart_voucher(s, &cart, ask->voucher, out);
    if (status == STATUS_OK)
        status = cart_check(s, &cart, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    const int64_t expires_ms =
        command->time_ms + (int64_t)s->booking.events[cart.event].hold_ttl_s * 1000;
    return hold_cart(s, &cart, ask->id, expires_ms, command->time_ms, out) ? STATUS_OK
                                                                           : STATUS_HOLDS_FULL;
}

/* ---- Changing ---------------------------------------------------------------------------- */

enum status hold_check_mine(const struct stadium *s, struct id id, const char *person,
                            uint64_t version, int64_t now_ms, struct facts *out)
{
    const struct seathold *hold = hold_of(s, id, person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (!hold_is_live(s, hold, now_ms))
        return facts_refuse(out, STATUS_HOLD_ENDED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_HOLD_ENDED));
    if (hold->state == HOLD_CONFIRMING)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "hold_id",
                            "hold_id: it is being paid for; see its order");
    if (hold->version != version)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "version",
                            "version: the hold has version %llu by now, not %llu",
                            (unsigned long long)hold->version, (unsigned long long)version);
    return check_event(s, hold->event, now_ms, out);
}

static enum status change_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct change_hold *ask = &command->as.change_hold;
    enum status status =
        hold_check_mine(s, ask->hold, ask->person, ask->version, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    const uint32_t hold = hold_find(s, ask->hold);
    if (resale_of_hold(s, hold))
        return facts_refuse(out, STATUS_BAD_FIELD, "hold_id",
                            "hold_id: what is resold is held alone; confirm it or let it go");
    if (ask->change_voucher && buyer_of(s, hold)[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher",
                            "voucher: the hold is priced for a business; use a voucher before "
                            "SetBuyer");
    struct cart cart = { .event = hold_get(s, hold)->event,
                         .person = ask->person,
                         .hold = hold + 1,
                         .reversed = buyer_of(s, hold)[0] != 0,
                         .behind = wait_is_awaited(s, hold_get(s, hold)->event) };
    status = ban_check(s, cart.event, ask->person, command->time_ms, out);
    if (status == STATUS_OK &&
        !allocation_find(s, cart.event, ask->allocation, &cart.allocation, out))
        return STATUS_UNKNOWN_ALLOCATION;
    if (status == STATUS_OK)
        status = wait_check(s, cart.event, out);
    if (status == STATUS_OK)
        status = cart_keep(s, &cart, ask->remove, out);
    if (status == STATUS_OK)
        status = cart_add(s, &cart, &ask->add, command->time_ms, out);
    if (status == STATUS_OK && ask->change_voucher)
        status = cart_voucher(s, &cart, ask->voucher, out);
    if (status == STATUS_OK)
        status = cart_check(s, &cart, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    struct lines_changed *fact =
        &facts_add(out, FACT_LINES_CHANGED, command->time_ms)->as.lines_changed;
    fact->hold = hold;
    fact->lines = cart_lines(&cart, &out->arena);
    cart_companions(&cart, hold, command->time_ms, out);
    return STATUS_OK;
}

static enum status extend_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct extend_hold *ask = &command->as.extend_hold;
    enum status status =
        hold_check_mine(s, ask->hold, ask->person, ask->version, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    const uint32_t index = hold_find(s, ask->hold);
    const struct seathold *hold = hold_get(s, index);
    if (hold->extensions >= EXTENSIONS)
        return facts_refuse(out, STATUS_EXTENSIONS_USED, "hold_id",
                            "hold_id: it has been extended %u times; confirm it before it expires",
                            hold->extensions);
    const int64_t until_ms =
        command->time_ms + (int64_t)s->booking.events[hold->event].hold_ttl_s * 1000;
    /* An offer of a waitlist may have longer already. */
    facts_add(out, FACT_HOLD_EXTENDED, command->time_ms)->as.hold_extended = (struct hold_extended){
        index, until_ms > hold->expires_ms ? until_ms : hold->expires_ms
    };
    return STATUS_OK;
}

/* Asked for once more, whatever limits and windows its type has by now. */
bool hold_can_revive(const struct stadium *s, const struct seathold *hold, int64_t now_ms,
                     struct facts *out)
{
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    const uint32_t index = hold_find(s, hold->id);
    if (resale_of_hold(s, index))
        return resale_can_revive(s, index, now_ms, out);
    struct cart cart = { .event = hold->event,
                         .person = hold->person,
                         .voucher = lines->voucher,
                         .allocation = ALLOCATION_ANY,
                         .behind = wait_is_awaited(s, hold->event),
                         .count = hold->seat_count };
    struct facts ended = { 0 };
    memcpy(cart.type, lines->type, hold->seat_count * sizeof(cart.type[0]));
    memcpy(cart.seat, hold->seats, sizeof(cart.seat));
    memcpy(cart.given, lines->price_minor, hold->seat_count * sizeof(cart.given[0]));
    const struct companions companions = companions_of(s, index);
    cart.bundled = companions.bundled;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        cart.with[i] = companion_of(&companions, i) + 1;
    const bool can = wait_check(s, cart.event, &ended) == STATUS_OK &&
                     cart_check(s, &cart, now_ms, &ended) == STATUS_OK;
    for (uint32_t i = 0; can && i < ended.count; i++)
        *facts_add(out, ended.items[i].kind, now_ms) = ended.items[i];
    facts_fini(&ended);
    return can;
}

/* ---- Letting go -------------------------------------------------------------------------- */

void hold_end(const struct stadium *s, uint32_t hold, enum hold_state state, int64_t now_ms,
              struct facts *out)
{
    assert(hold_get(s, hold)->state == HOLD_HELD);
    facts_add(out, FACT_HOLD_ENDED, now_ms)->as.hold_ended = (struct hold_ended){ hold, state };
}

static enum status release_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct release_hold *ask = &command->as.release_hold;
    const struct seathold *hold = hold_of(s, ask->hold, ask->person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (!hold_is_live(s, hold, command->time_ms))
        return facts_refuse(out, STATUS_HOLD_ENDED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_HOLD_ENDED));
    if (hold->state == HOLD_CONFIRMING)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "hold_id",
                            "hold_id: it is being paid for; see its order");
    hold_end(s, hold_find(s, ask->hold), HOLD_RELEASED, command->time_ms, out);
    return STATUS_OK;
}

enum status hold_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_HOLD_SEATS)
        return seats_decide(s, command, out);
    if (command->kind == COMMAND_CHANGE_HOLD)
        return change_decide(s, command, out);
    if (command->kind == COMMAND_EXTEND_HOLD)
        return extend_decide(s, command, out);
    assert(command->kind == COMMAND_RELEASE_HOLD);
    return release_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* Enters the lists of its state, or leaves them. */
static void lists_enter(struct booking *b, uint32_t index, const struct seathold *hold)
{
    if (hold->state == HOLD_HELD) {
        chain_add(&b->sales[hold->event].held, &b->hold_links, index);
        deadlines_add(&b->due, hold->expires_ms, index);
    }
    if (hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING) {
        people_hold_enter(&b->people, hold->person, index);
        b->live++;
    }
    if ((hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED) && hold->order == 0)
        chain_add(&b->ended, &b->hold_links, index);
}

static void lists_leave(struct booking *b, uint32_t index, const struct seathold *hold)
{
    if (hold->state == HOLD_HELD) {
        chain_remove(&b->sales[hold->event].held, &b->hold_links, index);
        deadlines_remove(&b->due, index);
    }
    if (hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING) {
        people_hold_leave(&b->people, hold->person, index);
        b->live--;
    }
}

void hold_move(struct stadium *s, uint32_t index, enum hold_state state)
{
    struct seathold *hold = hold_get(s, index);
    row_remove(s, ROW_HOLD, index, hold);
    lists_leave(&s->booking, index, hold);
    hold->state = state;
    hold->version = s->head.seq;
    lists_enter(&s->booking, index, hold);
    row_add(s, ROW_HOLD, index, hold);
    event_wound(s, hold->event);
    if (state == HOLD_CONFIRMED)
        wait_offer_ended(s, hold, WAIT_PURCHASED);
    else if (state == HOLD_RELEASED || state == HOLD_EXPIRED)
        wait_offer_ended(s, hold, state == HOLD_RELEASED ? WAIT_DECLINED : WAIT_EXPIRED);
}

void hold_confirm(struct stadium *s, uint32_t index, uint32_t order)
{
    struct seathold *hold = hold_get(s, index);
    /* An order that wanted it in exchange has a hold of its own, and is found by that. */
    if (hold->order && hold->order != order + 1 && order_get(s, hold->order - 1)->hold == index)
        order_superseded(s, hold->order - 1);
    row_remove(s, ROW_HOLD, index, hold);
    hold->order = order + 1;
    row_add(s, ROW_HOLD, index, hold);
    hold_move(s, index, HOLD_CONFIRMING);
}

static void lines_forget(struct stadium *s, uint32_t index)
{
    struct hold_lines *lines = lines_get(s, index);
    if (lines->version)
        row_remove(s, ROW_HOLD_LINES, index, lines);
    *lines = (struct hold_lines){ 0 };
    companions_forget(s, index);
}

static void lines_put(struct stadium *s, uint32_t index, const struct held_lines *from)
{
    struct seathold *hold = hold_get(s, index);
    struct hold_lines *lines = lines_get(s, index);
    const uint32_t count = from->seat.count;
    assert(count >= 1 && count <= HOLD_SEATS);
    memset(hold->seats, 0, sizeof(hold->seats));
    hold->seat_count = count;
    memcpy(hold->seats, from->seat.v, count * sizeof(*hold->seats));
    memcpy(lines->type, from->type.v, count * sizeof(*lines->type));
    memcpy(lines->price_minor, from->price_minor.v, count * sizeof(*lines->price_minor));
    memcpy(lines->fee_minor, from->fee_minor.v, count * sizeof(*lines->fee_minor));
    memcpy(lines->tax_minor, from->tax_minor.v, count * sizeof(*lines->tax_minor));
    lines->tax_added = from->tax_added;
    lines->voucher = from->voucher;
    lines->voucher_lines = from->voucher_lines;
    lines->version = s->head.seq;
    row_add(s, ROW_HOLD_LINES, index, lines);
}

/* A new slot, or that of a hold that has ended, which is forgotten. */
static struct seathold *slot_take(struct stadium *s, uint32_t index)
{
    struct booking *b = &s->booking;
    if (index == b->holds.count) {
        pool_add(&b->hold_links);
        pool_add(&b->hold_lines);
        return pool_add(&b->holds);
    }
    struct seathold *hold = hold_get(s, index);
    assert((hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED) && hold->order == 0);
    row_remove(s, ROW_HOLD, index, hold);
    chain_remove(&b->ended, &b->hold_links, index);
    hold_leave(s, index);
    resale_hold_forgotten(s, index);
    lines_forget(s, index);
    buyer_forget(s, index);
    return hold;
}

/* What is the same of every hold that is new. Its lines are there already. */
static void hold_begin(struct stadium *s, uint32_t index, struct id id, uint32_t event,
                       const char *person, int64_t expires_ms)
{
    struct seathold *hold = hold_get(s, index);
    assert(event < s->booking.event_count);
    hold->id = id;
    hold->event = event;
    hold->state = HOLD_HELD;
    hold->expires_ms = expires_ms;
    hold->version = s->head.seq;
    memcpy(hold->person, person, sizeof(hold->person));
    hold_enter(s, index);
    lists_enter(&s->booking, index, hold);
    row_add(s, ROW_HOLD, index, hold);
    lines_set(s, index, lines_all(hold), SEAT_FREE, SEAT_HELD, index);
    waitroom_held(s, hold);
}

static void held_evolve(struct stadium *s, const struct lines_held *held)
{
    *slot_take(s, held->hold) = (struct seathold){ 0 };
    lines_put(s, held->hold, &held->lines);
    hold_begin(s, held->hold, (struct id){ held->id_high, held->id_low }, held->event, held->person,
               held->expires_ms);
}

/* One line as the ticket has it. */
static void listing_held_evolve(struct stadium *s, const struct listing_held *held)
{
    const struct ticket *ticket = stadium_ticket(s, held->ticket);
    uint32_t type = ticket->type, seat = ticket->seat, price_minor = held->price_minor;
    uint32_t fee_minor = 0, tax_minor = held->tax_minor;
    const struct held_lines lines = { .type = { &type, 1 },
                                      .seat = { &seat, 1 },
                                      .price_minor = { &price_minor, 1 },
                                      .fee_minor = { &fee_minor, 1 },
                                      .tax_minor = { &tax_minor, 1 } };
    *slot_take(s, held->hold) = (struct seathold){ 0 };
    lines_put(s, held->hold, &lines);
    resale_held(s, held->ticket, held->hold);
    hold_begin(s, held->hold, (struct id){ held->id_high, held->id_low }, ticket->event,
               held->person, held->expires_ms);
}

/* Seats of type 0, at the prices of their categories; that follows from the event. */
static void seats_held_evolve(struct stadium *s, const struct seats_held *held)
{
    struct seathold *hold = slot_take(s, held->hold);
    struct hold_lines *lines = lines_get(s, held->hold);
    const struct pricing *pricing = &s->booking.sales[held->event].pricing;
    assert(held->seats.count <= HOLD_SEATS);
    *hold = (struct seathold){ .seat_count = held->seats.count };
    memcpy(hold->seats, held->seats.v, held->seats.count * sizeof(*hold->seats));
    for (uint32_t i = 0; i < held->seats.count; i++) {
        const uint32_t category =
            pricing->block_category.v[stadium_block_of_seat(s, held->seats.v[i])];
        lines->price_minor[i] = s->booking.events[held->event].price_minor[category - 1];
    }
    hold_begin(s, held->hold, (struct id){ held->id_high, held->id_low }, held->event, held->person,
               held->expires_ms);
}

static void changed_evolve(struct stadium *s, const struct lines_changed *changed)
{
    struct seathold *hold = hold_get(s, changed->hold);
    assert(hold->state == HOLD_HELD);
    lines_set(s, changed->hold, lines_all(hold), SEAT_HELD, SEAT_FREE, 0);
    row_remove(s, ROW_HOLD, changed->hold, hold);
    lines_forget(s, changed->hold);
    lines_put(s, changed->hold, &changed->lines);
    hold->version = s->head.seq;
    row_add(s, ROW_HOLD, changed->hold, hold);
    lines_set(s, changed->hold, lines_all(hold), SEAT_FREE, SEAT_HELD, changed->hold);
}

static void extended_evolve(struct stadium *s, const struct hold_extended *extended)
{
    struct seathold *hold = hold_get(s, extended->hold);
    assert(hold->state == HOLD_HELD);
    row_remove(s, ROW_HOLD, extended->hold, hold);
    deadlines_remove(&s->booking.due, extended->hold);
    hold->expires_ms = extended->expires_ms;
    hold->extensions++;
    hold->version = s->head.seq;
    deadlines_add(&s->booking.due, hold->expires_ms, extended->hold);
    row_add(s, ROW_HOLD, extended->hold, hold);
    wait_offer_extended(s, hold);
}

void hold_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_LINES_HELD:
        held_evolve(s, &fact->as.lines_held);
        return;
    case FACT_LISTING_HELD:
        listing_held_evolve(s, &fact->as.listing_held);
        return;
    case FACT_SEATS_HELD:
        seats_held_evolve(s, &fact->as.seats_held);
        return;
    case FACT_LINES_CHANGED:
        changed_evolve(s, &fact->as.lines_changed);
        return;
    case FACT_HOLD_EXTENDED:
        extended_evolve(s, &fact->as.hold_extended);
        return;
    default:
        break;
    }
    assert(fact->kind == FACT_HOLD_ENDED);
    const struct hold_ended *ended = &fact->as.hold_ended;
    assert(ended->state == HOLD_RELEASED || ended->state == HOLD_EXPIRED);
    assert(hold_get(s, ended->hold)->state == HOLD_HELD);
    hold_move(s, ended->hold, ended->state);
    lines_set(s, ended->hold, lines_all(hold_get(s, ended->hold)), SEAT_HELD, SEAT_FREE, 0);
}
