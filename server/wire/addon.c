#include "server/wire/addon.h"

#include <stdio.h>

Tifo__V1__Addon *wire_addon(const struct addon *addon, struct arena *arena)
{
    Tifo__V1__Addon *to = arena_alloc(arena, sizeof *to);
    tifo__v1__addon__init(to);
    to->ticket_type = addon->type;
    to->goes_with = arena_array(arena, EVENT_TYPES, sizeof *to->goes_with);
    for (uint32_t set = addon->goes_with; set; set &= set - 1)
        to->goes_with[to->n_goes_with++] = (uint32_t)__builtin_ctz(set);
    to->min_per_ticket = addon->min_per_ticket;
    to->max_per_ticket = addon->max_per_ticket;
    to->version = addon->version;
    return to;
}

Tifo__V1__Bundle *wire_bundle(const struct bundle *bundle, struct arena *arena)
{
    Tifo__V1__Bundle *to = arena_alloc(arena, sizeof *to);
    Tifo__V1__BundleItem *items = arena_array(arena, BUNDLE_ITEMS, sizeof *items);
    tifo__v1__bundle__init(to);
    to->ticket_type = bundle->type;
    to->items = arena_array(arena, BUNDLE_ITEMS, sizeof *to->items);
    for (uint32_t i = 0; i < bundle->count; i++) {
        tifo__v1__bundle_item__init(&items[i]);
        items[i].ticket_type = bundle->addon[i];
        items[i].pieces = bundle->pieces[i];
        items[i].price_minor = bundle->price_minor[i];
        to->items[to->n_items++] = &items[i];
    }
    to->version = bundle->version;
    return to;
}

bool wire_set_addon(const Tifo__V1__Addon *from, struct set_addon *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "addon" };
    to->type = from->ticket_type;
    to->min_per_ticket = from->min_per_ticket;
    to->max_per_ticket = from->max_per_ticket;
    for (size_t i = 0; i < from->n_goes_with; i++) {
        const uint32_t type = from->goes_with[i];
        if (type >= EVENT_TYPES || (i > 0 && type <= from->goes_with[i - 1]))
            return check_refuse(&check, "goes_with", "has %u; types ascend, up to %d", type,
                                EVENT_TYPES - 1);
        to->goes_with |= UINT32_C(1) << type;
    }
    return true;
}

bool wire_set_bundle(const Tifo__V1__Bundle *from, struct set_bundle *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "bundle" };
    if (from->n_items > BUNDLE_ITEMS)
        return check_refuse(&check, "items", "has %zu rows; at most %d are possible", from->n_items,
                            BUNDLE_ITEMS);
    to->type = from->ticket_type;
    to->count = (uint32_t)from->n_items;
    for (size_t i = 0; i < from->n_items; i++) {
        const int64_t price_minor = from->items[i]->price_minor;
        if (price_minor < 0 || price_minor > UINT32_MAX)
            return check_refuse(&check, "items", "has a price of %lld, which is none",
                                (long long)price_minor);
        to->addon[i] = from->items[i]->ticket_type;
        to->pieces[i] = from->items[i]->pieces;
        to->price_minor[i] = (uint32_t)price_minor;
    }
    return true;
}
