#include "server/core/event.h"

#include "server/core/price.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { HOLD_TTL_S = 600, HOLD_TTL_MIN_S = 10, HOLD_TTL_MAX_S = 3600 };
enum { DOORS_BEFORE_MS = 2 * 60 * 60 * 1000 };

enum event_state event_state_at(const struct event *event, int64_t now_ms)
{
    if (event->state == EVENT_PUBLISHED && now_ms >= event->ends_ms)
        return EVENT_ENDED;
    return event->state;
}

uint32_t event_index(const struct stadium *s, struct id id, struct facts *out)
{
    uint32_t index = id_map_find(&s->booking.event_ids, id);
    if (index == ID_MAP_NONE)
        facts_refuse(out, STATUS_UNKNOWN_EVENT, "event_id", "event_id: %s",
                     status_sentence(STATUS_UNKNOWN_EVENT));
    return index;
}

/* ---- Creating ---------------------------------------------------------------------------- */

enum status event_check_times(int64_t starts_ms, int64_t ends_ms, int64_t doors_ms,
                              struct facts *out)
{
    if (starts_ms < 1 || starts_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.starts_ms",
                            "event.starts_ms: %lld is no time; it counts milliseconds since 1970",
                            (long long)starts_ms);
    if (ends_ms <= starts_ms || ends_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.ends_ms",
                            "event.ends_ms: %lld is no time after the start, which is %lld",
                            (long long)ends_ms, (long long)starts_ms);
    if (doors_ms < 0 || doors_ms > starts_ms)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.doors_ms",
                            "event.doors_ms: doors open at the start at the latest, which is %lld; "
                            "use 0 for two hours before it",
                            (long long)starts_ms);
    return STATUS_OK;
}

int64_t event_doors_ms(int64_t starts_ms, int64_t doors_ms)
{
    if (doors_ms > 0)
        return doors_ms;
    return starts_ms > DOORS_BEFORE_MS ? starts_ms - DOORS_BEFORE_MS : 1;
}

enum status event_check_ttl(uint32_t hold_ttl_s, struct facts *out)
{
    if (hold_ttl_s != 0 && (hold_ttl_s < HOLD_TTL_MIN_S || hold_ttl_s > HOLD_TTL_MAX_S))
        return facts_refuse(out, STATUS_BAD_FIELD, "event.hold_ttl_s",
                            "event.hold_ttl_s: %u; %d to %d seconds are possible, and 0 is %d",
                            hold_ttl_s, HOLD_TTL_MIN_S, HOLD_TTL_MAX_S, HOLD_TTL_S);
    return STATUS_OK;
}

static enum status check_categories(const struct create_event *create, struct facts *out)
{
    char field[80];
    if (create->price_minor.count < 1 || create->price_minor.count > EVENT_CATEGORIES)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.categories",
                            "event.categories: %u of them; 1 to %d are possible",
                            create->price_minor.count, EVENT_CATEGORIES);
    for (uint32_t i = 0; i < create->price_minor.count; i++) {
        size_t length = strlen(create->category_names[i]);
        if (length < 1 || length > CATEGORY_NAME_BYTES) {
            snprintf(field, sizeof(field), "event.categories[%u].name", i);
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: %zu bytes long; 1 to %d are possible", field, length,
                                CATEGORY_NAME_BYTES);
        }
        if (create->price_minor.v[i] > PRICE_MAX_MINOR) {
            snprintf(field, sizeof(field), "event.categories[%u].price_minor", i);
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: %u; 0 to %d are possible, in the currency's minor unit", field,
                                create->price_minor.v[i], PRICE_MAX_MINOR);
        }
    }
    return STATUS_OK;
}

static enum status check_blocks(const struct stadium *s, const struct create_event *create,
                                struct facts *out)
{
    const struct u32s *blocks = &create->block_category;
    if (blocks->count != 0 && blocks->count != s->venue.block_count)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.block_category",
                            "event.block_category: %u rows, but \"%s\" has %u blocks; leave it "
                            "empty to sell all in the first category",
                            blocks->count, s->venue.id, s->venue.block_count);
    for (uint32_t i = 0; i < blocks->count; i++) {
        char field[80];
        snprintf(field, sizeof(field), "event.block_category[%u]", i);
        if (blocks->v[i] > create->price_minor.count)
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: %u is no category; they are counted from 1 to %u, and 0 is "
                                "not on sale",
                                field, blocks->v[i], create->price_minor.count);
    }
    return STATUS_OK;
}

static enum status check_words(const struct create_event *create, struct facts *out)
{
    if (!create->title[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "event.title",
                            "event.title: say what it is, in 1 to %d bytes", EVENT_TITLE_BYTES);
    if (strlen(create->currency) != CURRENCY_BYTES ||
        strspn(create->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != CURRENCY_BYTES)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.currency",
                            "event.currency: \"%s\" is no currency; use three letters of ISO 4217 "
                            "such as EUR",
                            create->currency);
    enum status status = event_check_ttl(create->hold_ttl_s, out);
    if (status == STATUS_OK)
        status = event_check_words(&create->words, out);
    return status;
}

static enum status check_room(const struct stadium *s, struct facts *out)
{
    if (s->booking.event_count == s->limits.events ||
        s->booking.types.count == s->limits.ticket_types)
        return facts_refuse(out, STATUS_EVENTS_FULL, NULL, "\"%s\" has %u events already",
                            s->venue.id, s->limits.events);
    uint32_t seats = s->first_seat[s->venue.block_count];
    if (seats > s->limits.event_seats)
        return facts_refuse(out, STATUS_VENUE_TOO_LARGE, "venue_id",
                            "venue_id: \"%s\" has %u seats; tickets for at most %u can be sold",
                            s->venue.id, seats, s->limits.event_seats);
    return STATUS_OK;
}

static struct bytes names_joined(const struct create_event *create, struct arena *arena)
{
    size_t size = 0, at = 0;
    for (uint32_t i = 0; i < create->price_minor.count; i++)
        size += strlen(create->category_names[i]) + 1;
    uint8_t *names = arena_alloc(arena, size);
    for (uint32_t i = 0; i < create->price_minor.count; i++) {
        size_t length = strlen(create->category_names[i]) + 1;
        memcpy(names + at, create->category_names[i], length);
        at += length;
    }
    return (struct bytes){ names, size };
}

static struct u32s blocks_or_first(const struct stadium *s, const struct create_event *create,
                                   struct arena *arena)
{
    uint32_t count = s->venue.block_count;
    uint32_t *v = arena_array(arena, count, sizeof(*v));
    for (uint32_t i = 0; i < count; i++)
        v[i] = create->block_category.count ? create->block_category.v[i] : 1;
    return (struct u32s){ v, count };
}

static void describe(const struct stadium *s, const struct create_event *create, struct id series,
                     int64_t now_ms, struct facts *out)
{
    const struct event_words *words = &create->words;
    if (!create->by.person[0] && id_is_none(series) && !words->city[0] && !words->kind[0] &&
        words->description.size == 0 && !words->refuse_orphans)
        return;
    struct event_described *fact =
        &facts_add(out, FACT_EVENT_DESCRIBED, now_ms)->as.event_described;
    fact->event = s->booking.event_count;
    memcpy(fact->organiser, create->by.person, sizeof(fact->organiser));
    fact->series_high = series.high;
    fact->series_low = series.low;
    memcpy(fact->city, words->city, sizeof(fact->city));
    memcpy(fact->kind, words->kind, sizeof(fact->kind));
    fact->description = words->description;
    fact->refuse_orphans = words->refuse_orphans;
}

static enum status create_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct create_event *create = &command->as.create_event;
    if (!stadium_venue(s))
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    enum status status = check_words(create, out);
    if (status == STATUS_OK)
        status = event_check_times(create->starts_ms, create->ends_ms, create->doors_ms, out);
    if (status == STATUS_OK)
        status = check_categories(create, out);
    if (status == STATUS_OK)
        status = check_blocks(s, create, out);
    if (status == STATUS_OK)
        status = check_room(s, out);
    if (status != STATUS_OK)
        return status;
    struct id series;
    status = event_series(s, create->series, &create->by, &series, out);
    if (status != STATUS_OK)
        return status;
    struct event_created *fact =
        &facts_add(out, FACT_EVENT_CREATED, command->time_ms)->as.event_created;
    fact->id_high = create->id.high;
    fact->id_low = create->id.low;
    memcpy(fact->title, create->title, sizeof(fact->title));
    fact->starts_ms = create->starts_ms;
    fact->ends_ms = create->ends_ms;
    fact->doors_ms = event_doors_ms(create->starts_ms, create->doors_ms);
    memcpy(fact->currency, create->currency, sizeof(fact->currency));
    fact->hold_ttl_s = create->hold_ttl_s ? create->hold_ttl_s : HOLD_TTL_S;
    fact->category_names = names_joined(create, &out->arena);
    fact->price_minor = u32s_copy(create->price_minor, &out->arena);
    fact->block_category = blocks_or_first(s, create, &out->arena);
    describe(s, create, series, command->time_ms, out);
    return STATUS_OK;
}

/* ---- Publishing, cancelling -------------------------------------------------------------- */

static enum status publish_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    uint32_t index = event_index(s, command->as.publish_event.event, out);
    if (index == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    const struct event *event = &s->booking.events[index];
    if (event_check_actor(s, index, &command->as.publish_event.by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (event->state == EVENT_PUBLISHED)
        return STATUS_OK;
    if (event->state == EVENT_CANCELLED)
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "event_id", "event_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    if (command->time_ms >= event->starts_ms)
        return facts_refuse(out, STATUS_EVENT_OVER, "event_id",
                            "event_id: it began at %lld; it cannot go on sale any more",
                            (long long)event->starts_ms);
    facts_add(out, FACT_EVENT_PUBLISHED, command->time_ms)->as.event_published.event = index;
    return STATUS_OK;
}

static enum status cancel_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct cancel_event *cancel = &command->as.cancel_event;
    uint32_t index = event_index(s, cancel->event, out);
    if (index == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    const struct event *event = &s->booking.events[index];
    if (event_check_actor(s, index, &cancel->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (event->state == EVENT_CANCELLED)
        return STATUS_OK;
    if (event_state_at(event, command->time_ms) == EVENT_ENDED)
        return facts_refuse(out, STATUS_EVENT_OVER, "event_id",
                            "event_id: it ended at %lld; what has been cannot be cancelled",
                            (long long)event->ends_ms);
    struct event_cancelled *fact =
        &facts_add(out, FACT_EVENT_CANCELLED, command->time_ms)->as.event_cancelled;
    fact->event = index;
    memcpy(fact->reason, cancel->reason, sizeof(fact->reason));
    if (strcmp(s->booking.details[index].organiser, cancel->by.person) != 0)
        memcpy(fact->by, cancel->by.person, sizeof(fact->by));
    return STATUS_OK;
}

enum status event_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_CREATE_EVENT)
        return create_decide(s, command, out);
    if (command->kind == COMMAND_PUBLISH_EVENT)
        return publish_decide(s, command, out);
    assert(command->kind == COMMAND_CANCEL_EVENT);
    return cancel_decide(s, command, out);
}

bool event_is_wound_up(const struct stadium *s, uint32_t event)
{
    const struct sale *sale = &s->booking.sales[event];
    return sale->held.count == 0 && sale->paid.count == 0 && sale->asking.count == 0;
}

void event_wound(struct stadium *s, uint32_t event)
{
    struct sale *sale = &s->booking.sales[event];
    if (!sale->winds_up || !event_is_wound_up(s, event))
        return;
    sale->winds_up = false;
    chain_remove(&s->booking.winding, &s->booking.winding_links, event);
}

void event_wind_up(const struct stadium *s, uint32_t event, uint32_t *number, int64_t now_ms,
                   struct facts *out)
{
    const struct booking *b = &s->booking;
    const struct sale *sale = &b->sales[event];
    for (uint32_t hold = sale->held.first; hold && out->count < s->limits.facts_per_command;
         hold = chain_after(&b->hold_links, hold - 1))
        hold_end(s, hold - 1, HOLD_RELEASED, now_ms, out);
    for (uint32_t order = sale->asking.first; order && out->count < s->limits.facts_per_command;
         order = chain_after(&b->order_links, order - 1))
        approval_reject(s, order - 1, "", b->events[event].cancel_reason, number, now_ms, out);
    for (uint32_t order = sale->paid.first; order && out->count < s->limits.facts_per_command;
         order = chain_after(&b->order_links, order - 1))
        order_refund(s, order - 1, number, now_ms, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static struct id turns_key(uint32_t event, uint32_t seat)
{
    return (struct id){ (uint64_t)event + 1, seat };
}

/* How often the low bits of its version went round. */
static uint32_t turns_of(const struct stadium *s, uint32_t event, uint32_t seat)
{
    const struct id_map *turns = &s->booking.seat_turns;
    const uint32_t found = turns->count ? id_map_find(turns, turns_key(event, seat)) : ID_MAP_NONE;
    return found == ID_MAP_NONE ? 0 : found;
}

struct seat_row seat_row(const struct stadium *s, uint32_t event, uint32_t seat)
{
    const struct seat *row = &s->booking.sales[event].seats[seat];
    return (struct seat_row){ row->state, row->owner,
                              row->version | turns_of(s, event, seat) << 8 };
}

void seat_turn(struct stadium *s, uint32_t event, uint32_t seat)
{
    const uint32_t turns = turns_of(s, event, seat);
    if (++s->booking.sales[event].seats[seat].version > 0)
        return;
    if (turns > 0)
        id_map_remove(&s->booking.seat_turns, turns_key(event, seat));
    id_map_add(&s->booking.seat_turns, turns_key(event, seat), turns + 1);
}

/* Sizes an event's seats, and counts those on sale. */
static uint32_t seats_create(struct stadium *s, uint32_t event, struct sale *sale)
{
    uint32_t seats = s->first_seat[s->venue.block_count], on_sale = 0;
    sale->seats = arena_array(booking_maps(s), seats, sizeof(*sale->seats));
    for (uint32_t block = 0; block < s->venue.block_count; block++) {
        bool sold_here = sale->pricing.block_category.v[block] != 0;
        for (uint32_t i = s->first_seat[block]; i < s->first_seat[block + 1]; i++) {
            sale->seats[i].state = sold_here ? SEAT_FREE : SEAT_NOT_ON_SALE;
            const struct seat_row row = seat_row(s, event, i);
            row_add(s, ROW_SEAT, event * seats + i, &row);
        }
        on_sale += sold_here ? s->blocks[block].seats : 0;
    }
    return on_sale;
}

static void created_evolve(struct stadium *s, const struct event_created *created)
{
    struct booking *b = &s->booking;
    assert(stadium_venue(s) && b->event_count < s->limits.events);
    assert(created->block_category.count == s->venue.block_count);
    uint32_t index = b->event_count++;
    struct event *event = &b->events[index];
    struct sale *sale = &b->sales[index];
    sale->pricing.category_names =
        (struct bytes){ arena_copy(&s->arena, created->category_names.data,
                                   created->category_names.size),
                        created->category_names.size };
    sale->pricing.block_category = u32s_copy(created->block_category, &s->arena);
    *event = (struct event){
        .id = { created->id_high, created->id_low },
        .state = EVENT_DRAFT,
        .starts_ms = created->starts_ms,
        .ends_ms = created->ends_ms,
        .doors_ms = created->doors_ms,
        .hold_ttl_s = created->hold_ttl_s,
        .category_count = created->price_minor.count,
        .version = s->head.seq,
        .seats_seq = s->head.seq,
    };
    memcpy(event->title, created->title, sizeof(event->title));
    memcpy(event->currency, created->currency, sizeof(event->currency));
    for (uint32_t i = 0; i < created->price_minor.count; i++)
        event->price_minor[i] = created->price_minor.v[i];
    event->seats = seats_create(s, index, sale);
    id_map_add(&b->event_ids, event->id, index);
    row_add(s, ROW_PRICING, index, &sale->pricing);
    row_add(s, ROW_EVENT, index, event);
    pool_add(&b->winding_links);
    pool_add(&b->series_links);
    ticket_type_begin(s, index);
}

static void cancelled_evolve(struct stadium *s, const struct event_cancelled *cancelled)
{
    const uint32_t index = cancelled->event;
    struct booking *b = &s->booking;
    memcpy(b->events[index].cancel_reason, cancelled->reason,
           sizeof(b->events[index].cancel_reason));
    if (cancelled->by[0]) {
        struct event_detail *detail = &b->details[index];
        if (detail->version)
            row_remove(s, ROW_EVENT_DETAIL, index, detail);
        memcpy(detail->cancelled_by, cancelled->by, sizeof(detail->cancelled_by));
        detail->version = s->head.seq;
        row_add(s, ROW_EVENT_DETAIL, index, detail);
    }
    if (event_is_wound_up(s, index))
        return;
    b->sales[index].winds_up = true;
    chain_add(&b->winding, &b->winding_links, index);
}

void event_moved(struct stadium *s, uint32_t event)
{
    waitroom_event_changed(s, event);
    roster_event_changed(s, event);
    wait_event_changed(s, event);
}

void event_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_EVENT_CREATED) {
        created_evolve(s, &fact->as.event_created);
        return;
    }
    bool published = fact->kind == FACT_EVENT_PUBLISHED;
    assert(published || fact->kind == FACT_EVENT_CANCELLED);
    uint32_t index = published ? fact->as.event_published.event : fact->as.event_cancelled.event;
    assert(index < s->booking.event_count);
    struct event *event = &s->booking.events[index];
    assert(event->state != EVENT_CANCELLED);
    row_remove(s, ROW_EVENT, index, event);
    event->state = published ? EVENT_PUBLISHED : EVENT_CANCELLED;
    event->version = s->head.seq;
    if (!published)
        cancelled_evolve(s, &fact->as.event_cancelled);
    row_add(s, ROW_EVENT, index, event);
    event_moved(s, index);
}

void event_seat_withhold(struct stadium *s, uint32_t index, uint32_t number)
{
    struct event *event = &s->booking.events[index];
    const uint32_t key = index * s->first_seat[s->venue.block_count] + number;
    struct seat *seat = &s->booking.sales[index].seats[number];
    assert(seat->state == SEAT_FREE);
    struct seat_row row = seat_row(s, index, number);
    row_remove(s, ROW_SEAT, key, &row);
    seat->state = SEAT_NOT_ON_SALE;
    seat_turn(s, index, number);
    row = seat_row(s, index, number);
    row_add(s, ROW_SEAT, key, &row);
    allocation_seat_moved(s, index, number, false);
    row_remove(s, ROW_EVENT, index, event);
    event->seats--;
    row_add(s, ROW_EVENT, index, event);
}
