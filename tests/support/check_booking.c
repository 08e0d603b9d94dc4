#include "tests/support/check_booking.h"

#include "tests/support/must.h"

#include <string.h>

static bool has_seat(const struct seathold *hold, uint32_t event, uint32_t seat)
{
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (hold->event == event && hold->seats[i] == seat)
            return true;
    }
    return false;
}

/* One owner a seat (I1), and the counts of the event. */
static void check_event(const struct stadium *s, uint32_t index)
{
    uint32_t seats, held = 0, sold = 0, on_sale = 0;
    const struct event *event = &s->booking.events[index];
    const struct seat *map = stadium_seats(s, index, &seats);
    for (uint32_t i = 0; i < seats; i++) {
        on_sale += map[i].state != SEAT_NOT_ON_SALE;
        held += map[i].state == SEAT_HELD;
        sold += map[i].state == SEAT_SOLD;
        if (map[i].state == SEAT_HELD) {
            const struct seathold *hold = stadium_hold(s, map[i].owner);
            must(hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING,
                 "a seat is held by a hold that lives");
            must(has_seat(hold, index, i), "a seat is held by a hold that names it");
        } else if (map[i].state == SEAT_SOLD) {
            const struct ticket *ticket = stadium_ticket(s, map[i].owner);
            must(ticket->event == index && ticket->seat == i, "a sold seat has its ticket");
        } else {
            must(map[i].owner == 0, "a seat that nobody has has no owner");
        }
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < seats; i++)
        kept += map[i].state == SEAT_FREE && stadium_seat_is_kept(s, index, i);
    must(kept == allocation_kept_free(s, index), "what is kept and free is counted");
    must(event->seats == on_sale, "an event counts its seats");
    must(event->held == held, "an event counts what is held");
    must(event->sold == sold, "an event counts what is sold");
    must(event->seats_seq <= stadium_seq(s) && event->version <= stadium_seq(s),
         "no version lies ahead");
}

/* Add-ons go with tickets of their hold, which are none, and no further than the terms say. */
static void check_companions(const struct stadium *s, uint32_t index)
{
    const struct seathold *hold = stadium_hold(s, index);
    const struct companions with = companions_of(s, index);
    must(with.addons >> hold->seat_count == 0, "add-ons are lines");
    must((with.bundled & ~with.addons) == 0, "what came with a bundle is an add-on");
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        const uint32_t to = companion_of(&with, i);
        if (to == NO_LINE)
            continue;
        must(to < hold->seat_count && to != i, "an add-on goes with a line of its hold");
        must(!(with.addons >> to & 1), "which is no add-on");
        must(hold->seats[i] == NO_SEAT, "an add-on has no seat");
    }
}

static void check_holds(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    uint32_t held = 0, live = 0, ended = 0, listed = 0;
    for (uint32_t i = 0; i < b->holds.count; i++) {
        const struct seathold *hold = stadium_hold(s, i);
        bool lives = hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING;
        live += lives;
        held += hold->state == HOLD_HELD;
        ended += (hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED) && !hold->order;
        must(stadium_hold_find(s, hold->id) == hold, "a hold is found by its id");
        check_companions(s, i);
        for (uint32_t k = 0; lives && !resale_of_hold(s, i) && k < hold->seat_count; k++)
            must(hold->seats[k] == NO_SEAT ||
                     b->sales[hold->event].seats[hold->seats[k]].owner == i,
                 "a hold has all of its seats");
    }
    for (uint32_t i = 0; i < b->event_count; i++)
        listed += b->sales[i].held.count;
    must(live == b->live, "holds that live are counted");
    must(held == b->due.count && held == listed, "holds that are held will expire");
    must(ended == b->ended.count, "slots of ended holds are free");
    for (uint32_t i = 0; i < b->due.count; i++)
        must(b->due.entries[i].time == stadium_hold(s, b->due.entries[i].value)->expires_ms,
             "a hold expires at its time");
}

/* ---- What lines take --------------------------------------------------------------------- */

/* Counted anew from holds: by type, by quota, and how many use each voucher. */
struct counted {
    struct stock type[EVENT_TYPES], quota[EVENT_QUOTAS];
    uint32_t held, sold;
};

static void add_line(struct stock *stock, bool sold)
{
    stock->held += !sold;
    stock->sold += sold;
}

/* The set of lines that a hold has taken: of one that is confirmed those that its order has not
 * given back or exchanged. */
static uint32_t lines_taken(const struct stadium *s, uint32_t index)
{
    const struct seathold *hold = stadium_hold(s, index);
    uint32_t set = 0;
    if (hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED)
        return 0;
    if (hold->state != HOLD_CONFIRMED)
        return resale_of_hold(s, index) ? 0 : lines_all(hold);
    const struct order *order = stadium_order(s, hold->order - 1);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct order_line line = stadium_order_line(s, hold->order - 1, i);
        if (line.hold == index && !line.cancelled)
            set |= UINT32_C(1) << line.at;
    }
    return set;
}

static void count_hold(const struct stadium *s, uint32_t index, struct counted *counted,
                       uint32_t *used)
{
    const uint32_t set = lines_taken(s, index);
    const struct seathold *hold = stadium_hold(s, index);
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    const bool sold = hold->state == HOLD_CONFIRMED;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (!(set >> i & 1))
            continue;
        const struct ticket_type *type = ticket_type_get(s, hold->event, lines->type[i]);
        must((hold->seats[i] == NO_SEAT) == (type->general != 0), "a line is of its type's kind");
        add_line(&counted->type[type->index], sold);
        for (uint32_t q = 0; q < EVENT_QUOTAS; q++) {
            if (type->quotas >> q & 1)
                add_line(&counted->quota[q], sold);
        }
        if (lines->voucher_lines >> i & 1)
            used[lines->voucher - 1]++;
    }
    counted->held += sold ? 0 : (uint32_t)__builtin_popcount(set);
    counted->sold += sold ? (uint32_t)__builtin_popcount(set) : 0;
}

static void check_stocks(const struct stadium *s, uint32_t event, struct counted *counted,
                         const uint32_t *used)
{
    const struct sale *sale = &s->booking.sales[event];
    for (uint32_t i = 0; i < sale->type_count; i++) {
        const struct stock *stock = ticket_type_stock(s, event, i);
        must(stock->held == counted->type[i].held && stock->sold == counted->type[i].sold,
             "a type counts its lines");
    }
    for (uint32_t v = sale->vouchers.first; v; v = stadium_voucher_after(s, event, v)) {
        const struct voucher *voucher = voucher_get(s, v - 1);
        must(*voucher_used(s, v - 1) == used[v - 1], "a voucher counts its uses");
        must(used[v - 1] <= voucher->uses, "a voucher is not used more often than it can be");
        if (voucher->reserve)
            counted->quota[voucher->reserve - 1].reserved += voucher->uses - used[v - 1];
    }
    for (uint32_t i = 0; i < sale->quota_count; i++) {
        const struct stock *stock = quota_stock(s, event, i);
        must(stock->held == counted->quota[i].held && stock->sold == counted->quota[i].sold &&
                 stock->reserved == counted->quota[i].reserved,
             "a quota counts its lines");
        must((uint64_t)stock->held + stock->sold + stock->reserved <=
                 quota_get(s, event, i)->capacity,
             "a quota is not sold beyond its capacity"); /* I2 */
    }
    must(sale->lines_held == counted->held && sale->lines_sold == counted->sold,
         "an event counts its lines");
}

static void check_lines(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    struct arena arena = { 0 };
    struct counted *counted = arena_array(&arena, b->event_count, sizeof(*counted));
    uint32_t *used = arena_array(&arena, b->vouchers.count, sizeof(*used));
    for (uint32_t i = 0; i < b->holds.count; i++) {
        const struct seathold *hold = stadium_hold(s, i);
        if (hold->state != HOLD_RELEASED && hold->state != HOLD_EXPIRED)
            count_hold(s, i, &counted[hold->event], used);
    }
    for (uint32_t i = 0; i < b->event_count; i++)
        check_stocks(s, i, &counted[i], used);
    arena_fini(&arena);
}

/* ---- Whose they are ---------------------------------------------------------------------- */

/* Of the hold's person: all of their live holds are listed, and their shares are those of lines. */
static void check_person(const struct stadium *s, const struct seathold *of)
{
    const struct booking *b = &s->booking;
    uint32_t share[EVENT_TYPES] = { 0 }, live = 0, listed = 0;
    for (uint32_t i = 0; i < b->holds.count; i++) {
        const struct seathold *hold = stadium_hold(s, i);
        const bool mine = strcmp(hold->person, of->person) == 0;
        const char *sold_to = hold->state == HOLD_CONFIRMED ? hold_sold_to(s, hold) : hold->person;
        live += mine && (hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING);
        if (!sold_to || strcmp(sold_to, of->person) != 0)
            continue;
        const bool lives = hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING;
        const uint32_t taken =
            (lives ? lines_all(hold) : lines_taken(s, i)) & ~companions_of(s, i).bundled;
        for (uint32_t k = 0; k < hold->seat_count && hold->event == of->event; k++)
            share[stadium_hold_lines(s, hold)->type[k]] += taken >> k & 1;
    }
    for (uint32_t at = 0; (at = stadium_hold_of_person(s, of->person, at)) != 0; listed++)
        must(strcmp(stadium_hold(s, at - 1)->person, of->person) == 0, "a list is of its person");
    must(live == listed, "a person's live holds are listed");
    for (uint32_t i = 0; i < EVENT_TYPES; i++)
        must(people_share(&b->people, of->person, of->event, i) == share[i],
             "a person has their share of a type");
}

static void check_people(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    for (uint32_t i = b->holds.count; i > 0 && i + 8 > b->holds.count; i--)
        check_person(s, stadium_hold(s, i - 1));
    must(b->people.rows.count - b->people.spare.count == b->people.count,
         "people who have nothing are forgotten");
}

/* What an order counts for at the means that it is paid by, of each type. */
static void count_means(const struct stadium *s, uint32_t index, uint32_t count[EVENT_TYPES])
{
    const struct order *order = stadium_order(s, index);
    const uint32_t exchange = money_get(s, index)->exchange_hold;
    const bool waits = order->state == ORDER_PENDING || order->state == ORDER_APPROVAL;
    const uint32_t holds[] = { waits ? 1 + order->hold : 0, exchange };
    for (uint32_t i = 0; i < 2; i++) {
        const struct seathold *hold = holds[i] ? stadium_hold(s, holds[i] - 1) : NULL;
        for (uint32_t k = 0; hold && k < hold->seat_count; k++)
            count[stadium_hold_lines(s, hold)->type[k]] +=
                !(companions_of(s, holds[i] - 1).bundled >> k & 1);
    }
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct order_line line = stadium_order_line(s, index, i);
        count[line.type] += !line.cancelled && !(order_companions(s, index).bundled >> i & 1);
    }
}

/* Of the latest means: they bought what orders say that name them. */
static void check_means(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    for (uint32_t i = b->means.count; i > 0 && i + 4 > b->means.count; i--) {
        const struct order_means *of = pool_get(&b->means, i - 1);
        const uint32_t event = stadium_order(s, of->order)->event;
        uint32_t count[EVENT_TYPES] = { 0 };
        for (uint32_t k = 0; k < b->means.count; k++) {
            const struct order_means *each = pool_get(&b->means, k);
            if (strcmp(each->means, of->means) == 0 &&
                stadium_order(s, each->order)->event == event)
                count_means(s, each->order, count);
        }
        for (uint32_t t = 0; t < EVENT_TYPES; t++)
            must(people_share(&b->payers, of->means, event, t) == count[t],
                 "means of payment count what they buy");
    }
}

/* What is offered is somebody's good ticket, and listed. */
static void check_resale(const struct stadium *s)
{
    const struct pool *listings = &s->booking.resales.listings;
    uint32_t open = 0, listed = 0;
    for (uint32_t i = 0; i < listings->count; i++) {
        const struct listing *listing = pool_get(listings, i);
        const struct ticket *ticket = stadium_ticket(s, listing->ticket);
        open += listing->state == LISTING_OPEN;
        must(listing->state != LISTING_OPEN || ticket->state == TICKET_VALID,
             "what is offered can be used");
        must(listing->state != LISTING_SOLD || ticket->state == TICKET_CANCELLED,
             "what was resold opens nothing any more");
    }
    for (uint32_t i = 0; i < s->booking.event_count; i++) {
        const struct listing *each = stadium_listing_first(s, i);
        for (; each; each = stadium_listing_after(s, each)) {
            must(each->state == LISTING_OPEN, "what is listed is offered");
            listed++;
        }
    }
    must(open == listed, "what is offered is listed");
}

/* Every order that waits is charged, every ticket is an order's. */
static void check_orders(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    uint32_t tickets = 0, promised = 0, listed = 0, paid = 0, asking = 0;
    for (uint32_t i = 0; i < b->orders.count; i++) {
        const struct order *order = stadium_order(s, i);
        const struct payment *payment = order->payment ? stadium_payment(s, order->payment) : NULL;
        const bool waits = order->state == ORDER_PENDING || order->state == ORDER_APPROVAL;
        must(!payment || payment->order == i, "a payment is its order's");
        promised += waits ? stadium_hold(s, order->hold)->seat_count : 0;
        asking += order->state == ORDER_APPROVAL;
        tickets += order->ticket_count;
        must(!waits || order->ticket_count == 0, "only what is paid has tickets");
        must(order->state != ORDER_PAID || order->ticket_count > 0, "what is paid has tickets");
        paid += order_is_sold(s, i);
        for (uint32_t k = 0; k < order->ticket_count; k++)
            must(stadium_ticket(s, order->first_ticket + k)->order == i, "a ticket is its order's");
    }
    for (uint32_t i = 0; i < b->event_count; i++) {
        listed += b->sales[i].paid.count;
        asking -= b->sales[i].asking.count;
    }
    must(paid == listed, "what is paid can be paid back");
    must(asking == 0, "what waits for approval is listed");
    must(tickets == b->tickets.count, "tickets are of orders");
    must(promised == b->promised, "tickets that are promised are counted");
}

/* How many orders the list has that begins with the newest one. */
static uint32_t check_list(const struct stadium *s, const struct order *newest, uint32_t event)
{
    uint32_t count = 1, last = stadium_order_index(s, newest);
    const struct order *each = newest;
    for (; (each = stadium_order_before(s, each, event)); count++) {
        const uint32_t index = stadium_order_index(s, each);
        must(index < last, "a person's newer orders come first");
        must(strcmp(each->person, newest->person) == 0, "a list is of one person");
        must(event == STADIUM_ALL_EVENTS || each->event == event, "a list is of one event");
        last = index;
    }
    return count;
}

/* Each order is in the list of its person, and in that of its event. */
static void check_lists(const struct stadium *s)
{
    uint32_t of_person = 0, of_event = 0;
    for (uint32_t i = 0; i < s->booking.orders.count; i++) {
        const struct order *order = stadium_order(s, i);
        if (stadium_order_newest(s, order->person, STADIUM_ALL_EVENTS) == order)
            of_person += check_list(s, order, STADIUM_ALL_EVENTS);
        if (stadium_order_newest(s, order->person, order->event) == order)
            of_event += check_list(s, order, order->event);
    }
    must(of_person == s->booking.orders.count, "each order is listed once");
    must(of_event == s->booking.orders.count, "each order is listed once for its event");
}

static void check_tickets(const struct stadium *s)
{
    uint32_t admitted = 0, counted = 0;
    for (uint32_t i = 0; i < s->booking.tickets.count; i++) {
        const struct ticket *ticket = stadium_ticket(s, i);
        admitted += ticket->admitted_ms != 0;
        must(ticket->admitted_ms ||
                 (ticket->state != TICKET_CHECKED_IN && ticket->state != TICKET_CHECKED_OUT),
             "who is in came in");
        must(stadium_ticket_find(s, ticket->id) == ticket, "a ticket is found by its id");
    }
    for (uint32_t i = 0; i < s->booking.event_count; i++)
        counted += s->booking.events[i].admitted;
    must(admitted == counted, "events count who came in");
}

/* Who is in and out, by event and list; and that each ticket is in its event's list. */
static void check_doors(const struct stadium *s)
{
    const struct doors *d = &s->doors;
    uint32_t listed = 0;
    for (uint32_t i = 0; i < s->booking.event_count; i++) {
        const struct door_rules rules = stadium_door_rules(s, i);
        uint32_t left = 0, admitted[CHECKIN_LISTS + 1] = { 0 }, inside[CHECKIN_LISTS + 1] = { 0 };
        for (uint32_t t = stadium_event_ticket_first(s, i); t;
             t = stadium_event_ticket_after(s, t - 1), listed++)
            left += stadium_ticket(s, t - 1)->state == TICKET_CHECKED_OUT;
        for (uint32_t k = 0; k < d->passages.count; k++) {
            const struct passage *passage = pool_get(&d->passages, k);
            if (stadium_ticket(s, passage->ticket)->event != i)
                continue;
            must(passage->entries == passage->exits + passage->inside, "who left was in");
            admitted[passage->list]++;
            inside[passage->list] += passage->inside;
        }
        for (uint32_t k = 1; k <= rules.lists; k++)
            must(stadium_checkin_list(s, i, k)->admitted == admitted[k] &&
                     stadium_checkin_list(s, i, k)->inside == inside[k],
                 "a list counts who came, and who is in");
        must(s->booking.events[i].state == EVENT_CANCELLED || left == rules.left,
             "an event counts who left");
    }
    must(listed == s->booking.tickets.count, "each ticket is listed once with its event");
}

void check_booking(const struct stadium *s)
{
    for (uint32_t i = 0; i < s->booking.event_count; i++)
        check_event(s, i);
    check_holds(s);
    check_lines(s);
    check_people(s);
    check_orders(s);
    check_lists(s);
    check_tickets(s);
    check_doors(s);
    check_resale(s);
    check_means(s);
    check_money(s);
}
