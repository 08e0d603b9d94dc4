#include "server/core/booking.h"

#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdlib.h>

/* Of rows that are not packed: those of some 80,000 orders. */
enum { OPEN_BYTES = 64 << 20 };

void booking_init(struct stadium *s)
{
    const struct limits *limits = &s->limits;
    struct booking *b = &s->booking;
    struct arena *arena = &s->arena;
    b->events = arena_array(arena, limits->events, sizeof(*b->events));
    b->sales = arena_array(arena, limits->events, sizeof(*b->sales));
    rosters_init(s);
    waits_init(s);
    resales_init(s);
    allocations_init(s);
    addons_init(s);
    questions_init(s);
    settlements_init(s);
    means_init(s);
    buyers_init(s);
    b->waitlines = arena_array(arena, limits->events, sizeof(*b->waitlines));
    b->details = arena_array(arena, limits->events, sizeof(*b->details));
    pool_init(&b->winding_links, arena, sizeof(struct chained), limits->events);
    pool_init(&b->series_links, arena, sizeof(struct chained), limits->events);
    pool_init(&b->types, arena, sizeof(struct ticket_type), limits->ticket_types);
    pool_init(&b->type_stock, arena, sizeof(struct stock), limits->ticket_types);
    pool_init(&b->quotas, arena, sizeof(struct quota), limits->quotas);
    pool_init(&b->quota_stock, arena, sizeof(struct stock), limits->quotas);
    pool_init(&b->vouchers, arena, sizeof(struct voucher), limits->vouchers);
    pool_init(&b->voucher_used, arena, sizeof(uint32_t), limits->vouchers);
    pool_init(&b->voucher_links, arena, sizeof(struct chained), limits->vouchers);
    struct packer *packer = &b->packer;
    packer->most_bytes = OPEN_BYTES;
    b->maps.huge = true;
    const struct packing links = { .fields = &chained_fields };
    const struct packing hold = hold_packing(), order = order_packing(s),
                         ticket = ticket_packing(s);
    const uint32_t holds = limits->holds + limits->holds_kept + limits->orders;
    pool_init_packed(&b->holds, arena, &hold, holds, packer);
    pool_init_packed(&b->hold_lines, arena,
                     &(struct packing){ .fields = row_fields(ROW_HOLD_LINES) }, holds, packer);
    pool_init_packed(&b->hold_links, arena, &links, holds, packer);
    people_init(&b->people, arena,
                (struct people_limits){ holds, limits->orders, limits->holds + limits->orders },
                packer);
    pool_init_packed(&b->orders, arena, &order, limits->orders, packer);
    pool_init_packed(&b->money, arena, &(struct packing){ .fields = row_fields(ROW_ORDER_MONEY) },
                     limits->orders, packer);
    pool_init(&b->lines, arena, sizeof(struct line), limits->tickets);
    pool_init_packed(&b->references, arena,
                     &(struct packing){ .fields = row_fields(ROW_REFERENCE) }, limits->orders,
                     packer);
    b->balances =
        arena_array(arena, (size_t)limits->events * LEDGER_ACCOUNTS, sizeof(*b->balances));
    pool_init_packed(&b->order_links, arena, &links, limits->orders, packer);
    pool_init(&b->payments, arena, sizeof(struct payment), limits->orders);
    pool_init(&b->payment_waits, arena, sizeof(struct payment_wait), limits->orders);
    pool_init(&b->payment_links, arena, sizeof(struct chained), limits->orders);
    pool_init_packed(&b->tickets, arena, &ticket, limits->tickets, packer);
    row_map_init(&b->hold_ids, &b->holds);
    row_map_init(&b->order_ids, &b->orders);
    row_map_init(&b->ticket_ids, &b->tickets);
}

void booking_fini(struct stadium *s)
{
    struct booking *b = &s->booking;
    waitroom_fini(s);
    rosters_fini(s);
    waits_fini(s);
    resales_fini(s);
    allocations_fini(s);
    addons_fini(s);
    questions_fini(s);
    means_fini(s);
    buyers_fini(s);
    deadlines_fini(&b->due);
    deadlines_fini(&b->orders_due);
    deadlines_fini(&b->payments_due);
    id_map_fini(&b->event_ids);
    id_map_fini(&b->seat_turns);
    row_map_fini(&b->hold_ids);
    row_map_fini(&b->order_ids);
    row_map_fini(&b->ticket_ids);
    id_map_fini(&b->payment_numbers);
    id_map_fini(&b->voucher_codes);
    people_fini(&b->people);
    for (uint32_t i = 0; i < b->event_count; i++)
        free((void *)b->details[i].description.data);
    id_map_fini(&b->ask_numbers);
    id_map_fini(&b->line_tickets);
    packer_fini(&b->packer);
    arena_fini(&b->maps);
}

struct arena *booking_maps(struct stadium *s)
{
    enum { MANY_SEATS = 16384 };
    return s->first_seat[s->venue.block_count] < MANY_SEATS ? &s->arena : &s->booking.maps;
}

void stadium_rest(struct stadium *s)
{
    packer_rest(&s->booking.packer);
}

/* ---- Ticks ------------------------------------------------------------------------------- */

static bool is_cancelled(const struct stadium *s, uint32_t event)
{
    return s->booking.events[event].state == EVENT_CANCELLED;
}

static bool ends_already(const struct facts *facts, uint32_t hold)
{
    for (uint32_t i = 0; i < facts->count; i++) {
        if (facts->items[i].kind == FACT_HOLD_ENDED && facts->items[i].as.hold_ended.hold == hold)
            return true;
    }
    return false;
}

enum { ALL_EVENTS = UINT32_MAX };
enum { EXPIRE_AT_ONCE = 1024 }; /* By one command that wants their room. */

/* All that are due in the heap from this entry on; nothing below one that is not can be. */
static void expire_from(const struct stadium *s, uint32_t at, uint32_t event, int64_t now_ms,
                        struct facts *out)
{
    const struct deadlines *due = &s->booking.due;
    if (at >= due->count || due->entries[at].time > now_ms ||
        out->count >= (event == ALL_EVENTS ? s->limits.facts_per_command : EXPIRE_AT_ONCE))
        return;
    const uint32_t hold = due->entries[at].value, of = hold_get(s, hold)->event;
    /* Those of cancelled events are wound up. */
    if (event == ALL_EVENTS ? !is_cancelled(s, of) : of == event && !ends_already(out, hold))
        hold_end(s, hold, HOLD_EXPIRED, now_ms, out);
    expire_from(s, 2 * at + 1, event, now_ms, out);
    expire_from(s, 2 * at + 2, event, now_ms, out);
}

void booking_expire(const struct stadium *s, uint32_t event, int64_t now_ms, struct facts *out)
{
    expire_from(s, 0, event, now_ms, out);
}

void booking_tick(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    const struct booking *b = &s->booking;
    uint32_t number = b->payment_number;
    expire_from(s, 0, ALL_EVENTS, now_ms, out);
    payments_ask(s, now_ms, out);
    orders_expire(s, &number, now_ms, out);
    for (uint32_t event = b->winding.first; event && out->count < s->limits.facts_per_command;
         event = chain_after(&b->winding_links, event - 1))
        event_wind_up(s, event - 1, &number, now_ms, out);
}

int64_t booking_due(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    if (b->winding.count > 0)
        return 0;
    const struct deadlines *lists[] = { &b->due, &b->orders_due, &b->payments_due };
    int64_t due = STADIUM_NEVER;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (lists[i]->count > 0 && lists[i]->entries[0].time < due)
            due = lists[i]->entries[0].time;
    }
    return due;
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct event *stadium_events(const struct stadium *s, uint32_t *count)
{
    *count = s->booking.event_count;
    return s->booking.events;
}

uint32_t stadium_event_index(const struct stadium *s, struct id id)
{
    _Static_assert(ID_MAP_NONE == STADIUM_NONE, "one is passed on as the other");
    return id_map_find(&s->booking.event_ids, id);
}

const struct event *stadium_event_find(const struct stadium *s, struct id id)
{
    uint32_t index = stadium_event_index(s, id);
    return index == STADIUM_NONE ? NULL : &s->booking.events[index];
}

static const struct sale *sale_get(const struct stadium *s, uint32_t event)
{
    assert(event < s->booking.event_count);
    return &s->booking.sales[event];
}

struct bytes stadium_category_names(const struct stadium *s, uint32_t event)
{
    return sale_get(s, event)->pricing.category_names;
}

struct u32s stadium_block_category(const struct stadium *s, uint32_t event)
{
    return sale_get(s, event)->pricing.block_category;
}

const struct seat *stadium_seats(const struct stadium *s, uint32_t event, uint32_t *count)
{
    *count = s->first_seat[s->venue.block_count];
    return sale_get(s, event)->seats;
}

uint32_t stadium_first_seat(const struct stadium *s, uint32_t block)
{
    assert(stadium_venue(s) && block <= s->venue.block_count);
    return s->first_seat[block];
}

uint32_t stadium_block_of_seat(const struct stadium *s, uint32_t seat)
{
    uint32_t low = 0, high = stadium_venue(s) ? s->venue.block_count : 0;
    if (high == 0 || seat >= s->first_seat[high])
        return UINT32_MAX;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->first_seat[middle] <= seat)
            low = middle;
        else
            high = middle;
    }
    return low;
}

const struct event_detail *stadium_event_detail(const struct stadium *s, uint32_t event)
{
    assert(event < s->booking.event_count);
    return &s->booking.details[event];
}

const struct ticket_type *stadium_ticket_type(const struct stadium *s, uint32_t event,
                                              uint32_t index, struct stock *stock)
{
    if (index >= sale_get(s, event)->type_count)
        return NULL;
    *stock = *ticket_type_stock(s, event, index);
    return ticket_type_get(s, event, index);
}

const struct quota *stadium_quota(const struct stadium *s, uint32_t event, uint32_t index,
                                  struct stock *stock)
{
    if (index >= sale_get(s, event)->quota_count)
        return NULL;
    *stock = *quota_stock(s, event, index);
    return quota_get(s, event, index);
}

const struct voucher *stadium_voucher(const struct stadium *s, uint32_t index, uint32_t *used)
{
    *used = *voucher_used(s, index);
    return voucher_get(s, index);
}

uint32_t stadium_voucher_find(const struct stadium *s, uint32_t event, const char *code)
{
    const uint32_t index = voucher_find(s, event, code);
    return index == ID_MAP_NONE ? 0 : index + 1;
}

uint32_t stadium_voucher_after(const struct stadium *s, uint32_t event, uint32_t voucher)
{
    return voucher ? chain_after(&s->booking.voucher_links, voucher - 1)
                   : sale_get(s, event)->vouchers.first;
}

uint32_t stadium_series_after(const struct stadium *s, uint32_t first, uint32_t event)
{
    return event == first ? sale_get(s, first)->series.first
                          : chain_after(&s->booking.series_links, event);
}

uint32_t stadium_hold_of_person(const struct stadium *s, const char *person, uint32_t after)
{
    const struct people *people = &s->booking.people;
    return after ? people_hold_after(people, after - 1) : people_first_hold(people, person);
}

const struct seathold *stadium_hold(const struct stadium *s, uint32_t index)
{
    return hold_get(s, index);
}

const struct seathold *stadium_hold_find(const struct stadium *s, struct id id)
{
    const uint32_t hold = hold_find(s, id);
    return hold == ID_MAP_NONE ? NULL : hold_get(s, hold);
}

const struct order *stadium_order(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.orders, index);
}

const struct order *stadium_order_find(const struct stadium *s, struct id id)
{
    const uint32_t order = order_find(s, id);
    return order == ID_MAP_NONE ? NULL : order_get(s, order);
}

static const struct order *order_or_none(const struct stadium *s, uint32_t found)
{
    return found ? stadium_order(s, found - 1) : NULL;
}

const struct order *stadium_order_newest(const struct stadium *s, const char *person,
                                         uint32_t event)
{
    _Static_assert(PEOPLE_ALL_EVENTS == STADIUM_ALL_EVENTS, "one is passed on as the other");
    return order_or_none(s, people_newest_order(&s->booking.people, person, event));
}

const struct order *stadium_order_before(const struct stadium *s, const struct order *order,
                                         uint32_t event)
{
    assert(event == STADIUM_ALL_EVENTS || event == order->event);
    return order_or_none(s, people_order_before(&s->booking.people, order_find(s, order->id),
                                                event != STADIUM_ALL_EVENTS));
}

uint32_t stadium_order_index(const struct stadium *s, const struct order *order)
{
    return order_find(s, order->id);
}

uint32_t stadium_order_count(const struct stadium *s)
{
    return s->booking.orders.count;
}

const struct ticket *stadium_ticket(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.tickets, index);
}

const struct ticket *stadium_ticket_find(const struct stadium *s, struct id id)
{
    const uint32_t ticket = ticket_find(s, id);
    return ticket == ID_MAP_NONE ? NULL : stadium_ticket(s, ticket);
}

uint32_t stadium_ticket_index(const struct stadium *s, const struct ticket *ticket)
{
    return ticket_find(s, ticket->id);
}

const struct payment *stadium_payment_open(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    return b->open.first ? pool_get(&b->payments, b->open.first - 1) : NULL;
}

uint32_t stadium_ask_last(const struct stadium *s)
{
    return s->booking.ask_number;
}

const struct payment *stadium_asked(const struct stadium *s, uint32_t ask)
{
    const struct booking *b = &s->booking;
    uint32_t slot = id_map_find(&b->ask_numbers, (struct id){ 0, ask });
    return slot == ID_MAP_NONE ? NULL : pool_get(&b->payments, slot);
}

struct payment_wait stadium_payment_wait(const struct stadium *s, uint32_t number)
{
    const struct booking *b = &s->booking;
    uint32_t slot = id_map_find(&b->payment_numbers, (struct id){ 0, number });
    assert(slot != ID_MAP_NONE);
    return *(const struct payment_wait *)pool_get(&b->payment_waits, slot);
}

uint32_t stadium_ask_first(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    uint32_t first = b->ask_number + 1;
    for (uint32_t at = b->open.first; at; at = chain_after(&b->payment_links, at - 1)) {
        const struct payment_wait *wait = pool_get(&b->payment_waits, at - 1);
        if (wait->ask && wait->ask < first)
            first = wait->ask;
    }
    return first;
}

const char *stadium_payment_reference(const struct stadium *s, uint32_t order)
{
    const struct order_money *money = money_get(s, order);
    const struct reference *row =
        money->reference ? pool_get(&s->booking.references, money->reference - 1) : NULL;
    return row ? row->text : "";
}
