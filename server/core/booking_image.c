/* Ticketing as bytes: every member of struct booking, in its order, but for the packer and the
 * arena. */
#include "server/core/state.h"
#include "server/core/waitline.h"

/* For whoever adds something. */
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(struct booking) == 3344, "what is new in it is also saved and loaded");
_Static_assert(sizeof(struct doors) == 496, "what is new in it is also saved and loaded");
_Static_assert(sizeof(struct waitline) == 464, "what is new in it is also saved and loaded");
#endif

/* A table of open addressing, as it is. */
static void slots_image(struct image *image, void **slots, size_t size, uint32_t *room)
{
    enum { SLOTS_MAX = 1 << 28 };
    image_count(image, room, SLOTS_MAX);
    if (*room & (*room - 1))
        image->broken = true;
    image_heap_array(image, slots, *room, size);
    if (image->broken && image_reads(image))
        *room = 0;
}

/* Whether there is one: a pointer of an event. */
static bool is_there(struct image *image, const void *row)
{
    uint32_t there = row != NULL;
    image_count(image, &there, 1);
    return there;
}

/* ---- Of an event ------------------------------------------------------------------------- */

static void sale_image(struct image *image, struct stadium *s, struct sale *sale)
{
    struct pricing pricing = sale->pricing;
    struct seat *seats = sale->seats;
    image_bytes(image, sale, sizeof(*sale));
    image_slice(image, &pricing.category_names);
    image_u32s(image, &pricing.block_category);
    image->arena = booking_maps(s);
    image_array(image, (void **)&seats, s->first_seat[s->venue.block_count], sizeof(*seats));
    image->arena = &s->arena;
    sale->pricing = pricing;
    sale->seats = seats;
}

static void detail_image(struct image *image, struct event_detail *detail)
{
    struct bytes description = detail->description;
    image_bytes(image, detail, sizeof(*detail));
    image_heap_slice(image, &description);
    detail->description = description;
}

static void waitline_image(struct image *image, struct waitline *line)
{
    image_bytes(image, &line->room, sizeof(line->room));
    image_pool(image, &line->waiters);
    slots_image(image, (void **)&line->newest, sizeof(*line->newest), &line->newest_room);
    image_count(image, &line->persons, UINT32_MAX);
    image_count(image, &line->key_room, 2 * ROOM_ENTRIES);
    if (is_there(image, line->keys))
        image_heap_array(image, (void **)&line->keys, line->key_room, sizeof(*line->keys));
    if (line->room.drawn > ROOM_ENTRIES)
        image->broken = true;
    if (is_there(image, line->drawn)) {
        image_array(image, (void **)&line->drawn, line->room.drawn, sizeof(*line->drawn));
        image_array(image, (void **)&line->numbers, line->room.drawn, sizeof(*line->numbers));
    }
    image_deadlines(image, &line->due);
    id_map_image(image, &line->devices);
    image_pool(image, &line->device_entries);
}

static void allocations_image(struct image *image, const struct stadium *s,
                              struct allocations *allocations)
{
    struct allocation before[EVENT_ALLOCATIONS];
    uint8_t *of_seat = allocations->of_seat;
    for (uint32_t i = 0; i < EVENT_ALLOCATIONS; i++)
        before[i] = allocations->rows[i];
    image_bytes(image, allocations, sizeof(*allocations));
    if (allocations->count > EVENT_ALLOCATIONS)
        image->broken = true;
    for (uint32_t i = 0; i < EVENT_ALLOCATIONS; i++) {
        image_u32s(image, &before[i].first);
        image_u32s(image, &before[i].count);
        allocations->rows[i].first = before[i].first;
        allocations->rows[i].count = before[i].count;
    }
    image_array(image, (void **)&of_seat, s->first_seat[s->venue.block_count], sizeof(*of_seat));
    allocations->of_seat = of_seat;
}

static void questions_image(struct image *image, struct questions *questions)
{
    struct bytes choices[EVENT_QUESTIONS];
    for (uint32_t i = 0; i < EVENT_QUESTIONS; i++)
        choices[i] = questions->rows[i].choices;
    image_bytes(image, questions, sizeof(*questions));
    if (questions->count > EVENT_QUESTIONS)
        image->broken = true;
    for (uint32_t i = 0; i < EVENT_QUESTIONS; i++) {
        image_slice(image, &choices[i]);
        questions->rows[i].choices = choices[i];
    }
}

static void event_image(struct image *image, struct stadium *s, uint32_t event)
{
    struct booking *b = &s->booking;
    sale_image(image, s, &b->sales[event]);
    detail_image(image, &b->details[event]);
    if (is_there(image, b->waitlines[event]))
        waitline_image(image, b->waitlines[event] ? b->waitlines[event] : waitline_add(s, event));
    image_array(image, (void **)&b->rosters.of[event],
                is_there(image, b->rosters.of[event]) ? 1 : 0, sizeof(struct roster));
    image_array(image, (void **)&b->waits.of[event], is_there(image, b->waits.of[event]) ? 1 : 0,
                sizeof(struct wait_queue));
    if (is_there(image, b->allocations[event])) {
        if (image_reads(image))
            b->allocations[event] = arena_alloc(&s->arena, sizeof(struct allocations));
        allocations_image(image, s, b->allocations[event]);
    }
    image_array(image, (void **)&b->resales.of[event],
                is_there(image, b->resales.of[event]) ? 1 : 0, sizeof(struct resale));
    if (is_there(image, b->questions[event])) {
        if (image_reads(image))
            b->questions[event] = arena_alloc(&s->arena, sizeof(struct questions));
        questions_image(image, b->questions[event]);
    }
    image_array(image, (void **)&b->addons[event], is_there(image, b->addons[event]) ? 1 : 0,
                sizeof(struct addons));
}

/* ---- Of all ------------------------------------------------------------------------------ */

static void chain_image(struct image *image, struct chain *chain)
{
    image_bytes(image, chain, sizeof(*chain));
}

static void number_image(struct image *image, uint32_t *number)
{
    image_bytes(image, number, sizeof(*number));
}

static void rosters_image(struct image *image, struct rosters *r)
{
    image_pool(image, &r->joins);
    image_pool(image, &r->all_links);
    image_pool(image, &r->waiting_links);
    image_pool(image, &r->bans);
    image_pool(image, &r->ban_links);
    image_pool(image, &r->mine);
    id_map_image(image, &r->ids);
    id_map_image(image, &r->found);
    id_map_image(image, &r->banned);
    id_map_image(image, &r->persons);
    image_deadlines(image, &r->due);
}

static void waits_image(struct image *image, struct waits *w)
{
    image_pool(image, &w->rows);
    image_pool(image, &w->links);
    image_pool(image, &w->mine);
    id_map_image(image, &w->ids);
    id_map_image(image, &w->found);
    id_map_image(image, &w->persons);
    id_map_image(image, &w->offers);
    image_deadlines(image, &w->due);
    image_bytes(image, &w->seq, sizeof(w->seq));
}

static void resales_image(struct image *image, struct resales *r)
{
    image_pool(image, &r->listings);
    image_pool(image, &r->links);
    id_map_image(image, &r->of_ticket);
    id_map_image(image, &r->of_hold);
}

static void people_image(struct image *image, struct people *people)
{
    image_pool(image, &people->rows);
    for (uint32_t i = 0; i < people->rows.count; i++) {
        struct person *person = pool_get(&people->rows, i);
        image_heap_slice(image, &person->accounts);
    }
    image_pool(image, &people->hold_links);
    image_pool(image, &people->links);
    chain_image(image, &people->spare);
    slots_image(image, (void **)&people->slots, sizeof(*people->slots), &people->room);
    number_image(image, &people->count);
    image_pool(image, &people->order_before);
    image_pool(image, &people->order_before_of_event);
}

static void orders_image(struct image *image, struct booking *b)
{
    image_pool(image, &b->orders);
    image_pool(image, &b->order_links);
    image_pool(image, &b->money);
    image_pool(image, &b->lines);
    image_pool(image, &b->references);
    image_deadlines(image, &b->orders_due);
    image_pool(image, &b->payments);
    image_pool(image, &b->payment_waits);
    image_pool(image, &b->payment_links);
    chain_image(image, &b->open);
    chain_image(image, &b->spent);
    image_deadlines(image, &b->payments_due);
    number_image(image, &b->payment_number);
    number_image(image, &b->ask_number);
    image_bytes(image, b->balances,
                (size_t)b->event_count * LEDGER_ACCOUNTS * sizeof(*b->balances));
    image_pool(image, &b->settlements);
    image_pool(image, &b->tickets);
    number_image(image, &b->promised);
}

static void ids_image(struct image *image, struct booking *b)
{
    id_map_image(image, &b->event_ids);
    id_map_image(image, &b->seat_turns);
    row_map_image(image, &b->hold_ids);
    row_map_image(image, &b->order_ids);
    row_map_image(image, &b->ticket_ids);
    id_map_image(image, &b->payment_numbers);
    id_map_image(image, &b->ask_numbers);
    id_map_image(image, &b->line_tickets);
    id_map_image(image, &b->voucher_codes);
}

void booking_image(struct image *image, struct stadium *s)
{
    struct booking *b = &s->booking;
    const uint32_t seats = s->first_seat ? s->first_seat[s->venue.block_count] : 0;
    image_count(image, &b->event_count, s->first_seat ? s->limits.events : 0);
    if (b->event_count > 0 && seats > s->limits.event_seats)
        image->broken = true;
    image_bytes(image, b->events, b->event_count * sizeof(*b->events));
    for (uint32_t event = 0; event < b->event_count && !image->broken; event++)
        event_image(image, s, event);
    image_deadlines(image, &b->allocations_due);
    image_pool(image, &b->winding_links);
    image_pool(image, &b->series_links);
    chain_image(image, &b->winding);
    image_pool(image, &b->types);
    image_pool(image, &b->type_stock);
    image_pool(image, &b->quotas);
    image_pool(image, &b->quota_stock);
    image_pool(image, &b->vouchers);
    image_pool(image, &b->voucher_used);
    image_pool(image, &b->voucher_links);
    image_deadlines(image, &b->room_due);
    rosters_image(image, &b->rosters);
    waits_image(image, &b->waits);
    resales_image(image, &b->resales);
    image_pool(image, &b->companions);
    id_map_image(image, &b->companion_holds);
    image_pool(image, &b->answers);
    id_map_image(image, &b->answer_orders);
    image_pool(image, &b->buyers);
    id_map_image(image, &b->buyer_holds);
    image_pool(image, &b->means);
    id_map_image(image, &b->means_orders);
    people_image(image, &b->payers);
    image_pool(image, &b->holds);
    image_pool(image, &b->hold_lines);
    image_pool(image, &b->hold_links);
    chain_image(image, &b->ended);
    image_deadlines(image, &b->due);
    number_image(image, &b->live);
    orders_image(image, b);
    ids_image(image, b);
    people_image(image, &b->people);
}

/* ---- Doors ------------------------------------------------------------------------------- */

static void door_image(struct image *image, struct door *door)
{
    struct checkin_list before[CHECKIN_LISTS];
    for (uint32_t i = 0; i < CHECKIN_LISTS; i++)
        before[i] = door->lists[i];
    image_bytes(image, door, sizeof(*door));
    for (uint32_t i = 0; i < CHECKIN_LISTS; i++) {
        struct checkin_list *list = &door->lists[i];
        image_u32s(image, &before[i].blocks);
        image_u32s(image, &before[i].gates);
        image_u32s(image, &before[i].types);
        list->blocks = before[i].blocks;
        list->gates = before[i].gates;
        list->types = before[i].types;
    }
}

void doors_image(struct image *image, struct stadium *s)
{
    struct doors *d = &s->doors;
    for (uint32_t event = 0; event < s->booking.event_count && !image->broken; event++)
        if (is_there(image, d->events[event]))
            door_image(image, door_of(s, event));
    image_pool(image, &d->next_ticket);
    image_pool(image, &d->holders);
    image_pool(image, &d->links);
    number_image(image, &d->spare);
    image_pool(image, &d->people);
    image_pool(image, &d->passages);
    image_pool(image, &d->conflicts);
    image_pool(image, &d->scanners);
    image_pool(image, &d->media);
    id_map_image(image, &d->of_ticket);
    id_map_image(image, &d->of_person);
    id_map_image(image, &d->of_passage);
    id_map_image(image, &d->of_medium);
    id_map_image(image, &d->medium_of);
    image_heap_array(image, (void **)&d->changes, is_there(image, d->changes) ? DOOR_CHANGES : 0,
                     sizeof(*d->changes));
    image_bytes(image, &d->change_count, sizeof(d->change_count));
}
