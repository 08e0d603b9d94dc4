#include "server/wire/event.h"

#include "server/wire/id.h"
#include "server/wire/ticket_type.h"

#include <stdio.h>
#include <string.h>

static bool copy_prices(const Tifo__V1__Event *from, struct arena *arena, struct create_event *to,
                        struct refusal *refusal)
{
    const size_t count = from->n_categories;
    const struct check top = { .refusal = refusal, .at = "event" };
    if (count > EVENT_CATEGORIES)
        return check_refuse(&top, "categories", "has %zu rows; at most %d are possible", count,
                            EVENT_CATEGORIES);
    uint32_t *prices = arena_array(arena, count, sizeof *prices);
    const char **names = arena_array(arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        struct check check = { .refusal = refusal };
        const int64_t price = from->categories[i]->price_minor;
        snprintf(check.at, sizeof check.at, "event.categories[%zu]", i);
        if (price < 0 || price > UINT32_MAX)
            return check_refuse(&check, "price_minor",
                                "is %lld; 0 to 10000000 of the currency's minor unit are possible",
                                (long long)price);
        prices[i] = (uint32_t)price;
        names[i] = from->categories[i]->name;
    }
    to->category_names = names;
    to->price_minor = (struct u32s){ prices, (uint32_t)count };
    return true;
}

static bool copy_words(const struct check *check, const Tifo__V1__Event *from,
                       struct event_words *to)
{
    to->description =
        (struct bytes){ (const uint8_t *)from->description, strlen(from->description) };
    to->refuse_orphans = from->refuse_orphans;
    return check_text(check, "city", from->city, to->city, sizeof to->city) &&
           check_text(check, "kind", from->kind, to->kind, sizeof to->kind);
}

bool wire_update_event(const Tifo__V1__Event *from, struct update_event *to,
                       struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "event" };
    to->version = from->version;
    to->starts_ms = from->starts_ms;
    to->ends_ms = from->ends_ms;
    to->doors_ms = from->doors_ms;
    to->hold_ttl_s = from->hold_ttl_s;
    return check_text(&check, "title", from->title, to->title, sizeof to->title) &&
           copy_words(&check, from, &to->words);
}

bool wire_create_event(const Tifo__V1__Event *from, struct arena *arena, struct create_event *to,
                       struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "event" };
    to->starts_ms = from->starts_ms;
    to->ends_ms = from->ends_ms;
    to->doors_ms = from->doors_ms;
    to->hold_ttl_s = from->hold_ttl_s;
    to->block_category = (struct u32s){ from->block_category, (uint32_t)from->n_block_category };
    return check_text(&check, "title", from->title, to->title, sizeof to->title) &&
           check_text(&check, "currency", from->currency, to->currency, sizeof to->currency) &&
           copy_words(&check, from, &to->words) &&
           (from->series_id[0] == 0 ||
            check_id(&check, "series_id", from->series_id, &to->series)) &&
           copy_prices(from, arena, to, refusal);
}

static void copy_categories(const struct stadium *stadium, uint32_t index,
                            const struct event *event, struct arena *arena, Tifo__V1__Event *to)
{
    const struct bytes names = stadium_category_names(stadium, index);
    const char *name = arena_copy(arena, names.data, names.size);
    to->categories = arena_array(arena, event->category_count, sizeof *to->categories);
    for (uint32_t i = 0; i < event->category_count; i++) {
        Tifo__V1__PriceCategory *category = arena_alloc(arena, sizeof *category);
        tifo__v1__price_category__init(category);
        category->name = (char *)name;
        category->price_minor = event->price_minor[i];
        to->categories[to->n_categories++] = category;
        name += strlen(name) + 1;
    }
    const struct u32s blocks = stadium_block_category(stadium, index);
    to->n_block_category = blocks.count;
    to->block_category = (uint32_t *)blocks.v; /* Never changes. */
}

static void copy_detail(const struct event_detail *detail, struct arena *arena, Tifo__V1__Event *to)
{
    char *description = arena_alloc(arena, detail->description.size + 1);
    if (detail->description.size)
        memcpy(description, detail->description.data, detail->description.size);
    to->organiser = arena_copy(arena, detail->organiser, sizeof detail->organiser);
    to->cancelled_by = arena_copy(arena, detail->cancelled_by, sizeof detail->cancelled_by);
    to->series_id = wire_id_text(detail->series, arena);
    to->city = arena_copy(arena, detail->city, sizeof detail->city);
    to->kind = arena_copy(arena, detail->kind, sizeof detail->kind);
    to->description = description;
    to->refuse_orphans = detail->refuse_orphans;
}

static void copy_types(const struct stadium *stadium, uint32_t index, bool hidden_too,
                       struct arena *arena, Tifo__V1__Event *to)
{
    struct stock stock;
    const struct ticket_type *type;
    to->types = arena_array(arena, EVENT_TYPES, sizeof *to->types);
    to->quotas = arena_array(arena, EVENT_QUOTAS, sizeof *to->quotas);
    for (uint32_t i = 0; (type = stadium_ticket_type(stadium, index, i, &stock)); i++) {
        if (!type->hidden || hidden_too)
            to->types[to->n_types++] = wire_ticket_type(stadium, index, i, arena);
    }
    for (uint32_t i = 0; stadium_quota(stadium, index, i, &stock); i++)
        to->quotas[to->n_quotas++] = wire_quota(stadium, index, i, arena);
}

Tifo__V1__Event *wire_event(const struct stadium *stadium, const struct event *event,
                            int64_t now_ms, const struct actor *who, struct arena *arena)
{
    uint32_t count;
    const uint32_t index = (uint32_t)(event - stadium_events(stadium, &count));
    Tifo__V1__Event *to = arena_alloc(arena, sizeof *to);
    tifo__v1__event__init(to);
    to->event_id = wire_id_text(event->id, arena);
    to->title = arena_copy(arena, event->title, sizeof event->title);
    to->state = (Tifo__V1__EventState)event_state_at(event, now_ms);
    to->starts_ms = event->starts_ms;
    to->ends_ms = event->ends_ms;
    to->doors_ms = event->doors_ms;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->hold_ttl_s = event->hold_ttl_s;
    to->cancel_reason = arena_copy(arena, event->cancel_reason, sizeof event->cancel_reason);
    to->seats = event->seats;
    to->held = event->held;
    to->sold = event->sold;
    to->admitted = event->admitted;
    to->version = event->version;
    copy_categories(stadium, index, event, arena, to);
    copy_detail(stadium_event_detail(stadium, index), arena, to);
    copy_types(stadium, index, stadium_is_organiser(stadium, index, who), arena, to);
    return to;
}
