#include "server/wire/ticket_type.h"

#include <stdio.h>

/* ---- What is asked for ------------------------------------------------------------------------
 */

/* Whole numbers that fit, and are not negative. */
static bool copy_number(const struct check *check, const char *field, int64_t from, uint32_t *to)
{
    *to = (uint32_t)from;
    return (from >= 0 && from <= UINT32_MAX) ||
           check_refuse(check, field, "is %lld; it cannot be negative or so high", (long long)from);
}

/* Indices within the event, ascending, as a set. */
static bool copy_set(const struct check *check, const char *field, const uint32_t *from,
                     size_t count, uint32_t bound, uint32_t *to)
{
    *to = 0;
    for (size_t i = 0; i < count; i++) {
        if (from[i] >= bound || (i > 0 && from[i] <= from[i - 1]))
            return check_refuse(check, field, "has %u; indices ascend, up to %u", from[i],
                                bound - 1);
        *to |= UINT32_C(1) << from[i];
    }
    return true;
}

static bool copy_prices(const struct check *check, const Tifo__V1__TicketType *from,
                        struct set_ticket_type *to)
{
    if (from->n_price_minor > EVENT_CATEGORIES)
        return check_refuse(check, "price_minor", "has %zu rows; at most %d are possible",
                            from->n_price_minor, EVENT_CATEGORIES);
    to->prices = (uint32_t)from->n_price_minor;
    for (uint32_t i = 0; i < to->prices; i++) {
        char field[40];
        snprintf(field, sizeof field, "price_minor[%u]", i);
        if (!copy_number(check, field, from->price_minor[i], &to->type.price_minor[i]))
            return false;
    }
    return true;
}

static bool copy_tiers(const struct check *check, const Tifo__V1__TicketType *from,
                       struct ticket_type *to)
{
    if (from->n_tiers > TYPE_TIERS)
        return check_refuse(check, "tiers", "has %zu rows; at most %d are possible", from->n_tiers,
                            TYPE_TIERS);
    for (size_t i = 0; i < from->n_tiers; i++) {
        char field[40];
        snprintf(field, sizeof field, "tiers[%zu].off_minor", i);
        to->tier_until_ms[i] = (uint64_t)from->tiers[i]->until_ms;
        to->tier_until_sold[i] = from->tiers[i]->until_sold;
        if (!copy_number(check, field, from->tiers[i]->off_minor, &to->tier_off_minor[i]))
            return false;
        if (to->tier_off_minor[i] == 0)
            return check_refuse(check, field, "is 0; leave the tier out");
    }
    return true;
}

bool wire_set_ticket_type(const Tifo__V1__TicketType *from, struct set_ticket_type *to,
                          struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "type" };
    struct ticket_type *type = &to->type;
    type->index = from->index;
    type->general = from->general;
    type->rule = from->rule ? from->rule : PRICE_LISTED;
    type->sale_from_ms = from->sale_from_ms;
    type->sale_until_ms = from->sale_until_ms;
    type->min_per_order = from->min_per_order;
    type->max_per_order = from->max_per_order;
    type->max_per_person = from->max_per_person;
    type->max_per_means = from->max_per_means;
    type->hidden = from->hidden;
    type->tax_milli_percent = from->tax_milli_percent;
    type->tax_included = from->tax_included;
    type->fee_milli_percent = from->fee_milli_percent;
    type->version = from->version;
    return check_text(&check, "name", from->name, type->name, sizeof type->name) &&
           copy_number(&check, "fee_minor", from->fee_minor, &type->fee_minor) &&
           copy_prices(&check, from, to) && copy_tiers(&check, from, type) &&
           copy_set(&check, "quotas", from->quotas, from->n_quotas, EVENT_QUOTAS, &type->quotas);
}

bool wire_set_quota(const Tifo__V1__Quota *from, struct set_quota *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "quota" };
    to->quota.index = from->index;
    to->quota.capacity = from->capacity;
    to->quota.version = from->version;
    return check_text(&check, "name", from->name, to->quota.name, sizeof to->quota.name);
}

bool wire_set_voucher(const Tifo__V1__Voucher *from, struct set_voucher *to,
                      struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "voucher" };
    struct voucher *voucher = &to->voucher;
    voucher->effect = from->effect ? from->effect : VOUCHER_NONE;
    voucher->percent_milli = from->percent_milli;
    voucher->uses = from->uses;
    voucher->from_ms = from->from_ms;
    voucher->until_ms = from->until_ms;
    voucher->version = from->version;
    if (from->reserve_case == TIFO__V1__VOUCHER__RESERVE_QUOTA) {
        if (from->quota >= EVENT_QUOTAS)
            return check_refuse(&check, "quota", "is %u; an event has at most %d", from->quota,
                                EVENT_QUOTAS);
        if (from->n_types == 0)
            return check_refuse(&check, "types", "is empty; name the types that are reserved");
        voucher->reserve = from->quota + 1;
    }
    return check_text(&check, "code", from->code, voucher->code, sizeof voucher->code) &&
           copy_number(&check, "value_minor", from->value_minor, &voucher->value_minor) &&
           copy_set(&check, "types", from->types, from->n_types, EVENT_TYPES, &voucher->types);
}

/* ---- What there is ----------------------------------------------------------------------------
 */

static uint32_t *set_list(uint32_t set, size_t *count, struct arena *arena)
{
    uint32_t *list = arena_array(arena, 32, sizeof *list);
    for (; set; set &= set - 1)
        list[(*count)++] = (uint32_t)__builtin_ctz(set);
    return list;
}

static void tiers_list(const struct ticket_type *type, Tifo__V1__TicketType *to,
                       struct arena *arena)
{
    to->tiers = arena_array(arena, TYPE_TIERS, sizeof *to->tiers);
    for (uint32_t i = 0; i < TYPE_TIERS && type->tier_off_minor[i]; i++) {
        Tifo__V1__PriceTier *tier = arena_alloc(arena, sizeof *tier);
        tifo__v1__price_tier__init(tier);
        tier->until_ms = (int64_t)type->tier_until_ms[i];
        tier->until_sold = type->tier_until_sold[i];
        tier->off_minor = type->tier_off_minor[i];
        to->tiers[to->n_tiers++] = tier;
    }
}

Tifo__V1__TicketType *wire_ticket_type(const struct stadium *stadium, uint32_t event,
                                       uint32_t index, struct arena *arena)
{
    uint32_t count;
    struct stock stock;
    const struct ticket_type *type = stadium_ticket_type(stadium, event, index, &stock);
    Tifo__V1__TicketType *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ticket_type__init(to);
    to->index = index;
    to->name = arena_copy(arena, type->name, sizeof type->name);
    to->general = type->general;
    to->rule = (Tifo__V1__PriceRule)type->rule;
    to->n_price_minor = type->general ? 1 : stadium_events(stadium, &count)[event].category_count;
    to->price_minor = arena_array(arena, to->n_price_minor, sizeof *to->price_minor);
    for (size_t i = 0; i < to->n_price_minor; i++)
        to->price_minor[i] = type->price_minor[i];
    tiers_list(type, to, arena);
    to->sale_from_ms = type->sale_from_ms;
    to->sale_until_ms = type->sale_until_ms;
    to->min_per_order = type->min_per_order;
    to->max_per_order = type->max_per_order;
    to->max_per_person = type->max_per_person;
    to->max_per_means = type->max_per_means;
    to->hidden = type->hidden;
    to->tax_milli_percent = type->tax_milli_percent;
    to->tax_included = type->tax_included;
    to->fee_minor = type->fee_minor;
    to->fee_milli_percent = type->fee_milli_percent;
    to->quotas = set_list(type->quotas, &to->n_quotas, arena);
    to->held = stock.held;
    to->sold = stock.sold;
    to->version = type->version;
    return to;
}

Tifo__V1__Quota *wire_quota(const struct stadium *stadium, uint32_t event, uint32_t index,
                            struct arena *arena)
{
    struct stock stock;
    const struct quota *quota = stadium_quota(stadium, event, index, &stock);
    Tifo__V1__Quota *to = arena_alloc(arena, sizeof *to);
    tifo__v1__quota__init(to);
    to->index = index;
    to->name = arena_copy(arena, quota->name, sizeof quota->name);
    to->capacity = quota->capacity;
    to->held = stock.held;
    to->sold = stock.sold;
    to->reserved = stock.reserved;
    to->version = quota->version;
    return to;
}

Tifo__V1__Voucher *wire_voucher(const struct voucher *voucher, uint32_t used, struct arena *arena)
{
    Tifo__V1__Voucher *to = arena_alloc(arena, sizeof *to);
    tifo__v1__voucher__init(to);
    to->code = arena_copy(arena, voucher->code, sizeof voucher->code);
    to->effect = (Tifo__V1__VoucherEffect)voucher->effect;
    to->value_minor = voucher->value_minor;
    to->percent_milli = voucher->percent_milli;
    to->types = set_list(voucher->types, &to->n_types, arena);
    to->uses = voucher->uses;
    to->from_ms = voucher->from_ms;
    to->until_ms = voucher->until_ms;
    if (voucher->reserve) {
        to->reserve_case = TIFO__V1__VOUCHER__RESERVE_QUOTA;
        to->quota = voucher->reserve - 1;
    }
    to->used = used;
    to->version = voucher->version;
    return to;
}
