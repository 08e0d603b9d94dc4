#include "server/wire/event.h"

#include "server/wire/id.h"

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

Tifo__V1__Event *wire_event(const struct stadium *stadium, const struct event *event,
                            int64_t now_ms, struct arena *arena)
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
    return to;
}
