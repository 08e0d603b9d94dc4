#include "server/core/ticket_type.h"

#include "server/core/price.h"
#include "server/core/state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct ticket_type *ticket_type_get(const struct stadium *s, uint32_t event, uint32_t index)
{
    const struct sale *sale = &s->booking.sales[event];
    assert(index < sale->type_count);
    return pool_get(&s->booking.types, sale->types[index]);
}

struct stock *ticket_type_stock(const struct stadium *s, uint32_t event, uint32_t index)
{
    const struct sale *sale = &s->booking.sales[event];
    assert(index < sale->type_count);
    return pool_get(&s->booking.type_stock, sale->types[index]);
}

/* ---- Checking ---------------------------------------------------------------------------- */

static enum status check_bound(uint32_t value, uint32_t max, const char *field, struct facts *out)
{
    if (value <= max)
        return STATUS_OK;
    return facts_refuse(out, STATUS_BAD_FIELD, field, "%s: %u; 0 to %u are possible", field, value,
                        max);
}

static enum status check_prices(const struct stadium *s, uint32_t event,
                                const struct set_ticket_type *set, struct facts *out)
{
    const struct ticket_type *type = &set->type;
    const uint32_t categories = s->booking.events[event].category_count;
    if (set->prices != 1 && (type->general || set->prices != categories))
        return facts_refuse(out, STATUS_BAD_FIELD, "type.price_minor",
                            "type.price_minor: %u of them; give one, or for seats one for each of "
                            "the event's %u categories",
                            set->prices, categories);
    for (uint32_t i = 0; i < set->prices; i++) {
        char field[40];
        snprintf(field, sizeof(field), "type.price_minor[%u]", i);
        enum status status = check_bound(type->price_minor[i], PRICE_MAX_MINOR, field, out);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_tiers(const struct ticket_type *type, struct facts *out)
{
    for (uint32_t i = 0; i < TYPE_TIERS; i++) {
        char field[40];
        const bool said = type->tier_until_ms[i] || type->tier_until_sold[i];
        snprintf(field, sizeof(field), "type.tiers[%u]", i);
        if (said != (type->tier_off_minor[i] != 0))
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: say what is off, and until when or until how many are sold",
                                field);
        if (type->tier_until_ms[i] > TIME_MAX_MS)
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: until_ms is no time; it counts milliseconds since 1970",
                                field);
        enum status status = check_bound(type->tier_off_minor[i], PRICE_MAX_MINOR, field, out);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_window(int64_t from_ms, int64_t until_ms, const char *field,
                                struct facts *out)
{
    if (from_ms >= 0 && from_ms <= TIME_MAX_MS && until_ms >= 0 && until_ms <= TIME_MAX_MS &&
        (until_ms == 0 || until_ms > from_ms))
        return STATUS_OK;
    return facts_refuse(out, STATUS_BAD_FIELD, field,
                        "%s: %lld is no time after the beginning, which is %lld; 0 is no bound",
                        field, (long long)until_ms, (long long)from_ms);
}

static enum status check_limits(const struct ticket_type *type, struct facts *out)
{
    enum status status = check_bound(type->min_per_order, HOLD_SEATS, "type.min_per_order", out);
    if (status == STATUS_OK)
        status = check_bound(type->max_per_order, HOLD_SEATS, "type.max_per_order", out);
    if (status == STATUS_OK && type->max_per_order && type->max_per_order < type->min_per_order)
        return facts_refuse(out, STATUS_BAD_FIELD, "type.max_per_order",
                            "type.max_per_order: %u is below min_per_order, which is %u",
                            type->max_per_order, type->min_per_order);
    if (status == STATUS_OK && type->max_per_person && type->max_per_person < type->min_per_order)
        return facts_refuse(out, STATUS_BAD_FIELD, "type.max_per_person",
                            "type.max_per_person: %u is below min_per_order, which is %u",
                            type->max_per_person, type->min_per_order);
    if (status == STATUS_OK && type->max_per_means && type->max_per_means < type->min_per_order)
        return facts_refuse(out, STATUS_BAD_FIELD, "type.max_per_means",
                            "type.max_per_means: %u is below min_per_order, which is %u",
                            type->max_per_means, type->min_per_order);
    if (status == STATUS_OK)
        status = check_bound(type->tax_milli_percent, PERCENT_WHOLE, "type.tax_milli_percent", out);
    if (status == STATUS_OK)
        status = check_bound(type->fee_milli_percent, PERCENT_WHOLE, "type.fee_milli_percent", out);
    if (status == STATUS_OK)
        status = check_bound(type->fee_minor, FEE_MAX_MINOR, "type.fee_minor", out);
    return status;
}

static enum status check_quotas(const struct stadium *s, uint32_t event,
                                const struct ticket_type *type, struct facts *out)
{
    const uint32_t count = s->booking.sales[event].quota_count;
    if (type->quotas >> 1 >> (count ? count - 1 : 0) || (count == 0 && type->quotas))
        return facts_refuse(out, STATUS_UNKNOWN_QUOTA, "type.quotas",
                            "type.quotas: the event has %u quotas; add the quota first", count);
    if (type->general && type->quotas == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "type.quotas",
                            "type.quotas: general admission counts against one at least, which "
                            "says how many places there are");
    return STATUS_OK;
}

static enum status check_type(const struct stadium *s, uint32_t event,
                              const struct set_ticket_type *set, struct facts *out)
{
    const struct ticket_type *type = &set->type;
    if (!type->name[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "type.name",
                            "type.name: say what it is, in 1 to %d bytes", TYPE_NAME_BYTES);
    if (type->rule != PRICE_LISTED && type->rule != PRICE_DONATION)
        return facts_refuse(out, STATUS_BAD_FIELD, "type.rule", "type.rule: %u is no rule",
                            type->rule);
    enum status status = check_prices(s, event, set, out);
    if (status == STATUS_OK)
        status = check_tiers(type, out);
    if (status == STATUS_OK)
        status = check_window(type->sale_from_ms, type->sale_until_ms, "type.sale_until_ms", out);
    if (status == STATUS_OK)
        status = check_limits(type, out);
    if (status == STATUS_OK)
        status = check_quotas(s, event, type, out);
    return status;
}

/* What may not become of one that is there. */
static enum status check_update(const struct stadium *s, uint32_t event,
                                const struct ticket_type *to, int64_t now_ms, struct facts *out)
{
    if (to->index >= s->booking.sales[event].type_count)
        return facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "type.index", "type.index: %s",
                            status_sentence(STATUS_UNKNOWN_TICKET_TYPE));
    const struct ticket_type *type = ticket_type_get(s, event, to->index);
    if (type->version != to->version)
        return facts_refuse(out, STATUS_EVENT_CHANGED, "type.version",
                            "type.version: it has version %llu by now, not %llu",
                            (unsigned long long)type->version, (unsigned long long)to->version);
    if (type->general == to->general && type->quotas == to->quotas)
        return STATUS_OK;
    struct takings ended = { 0 };
    const struct stock *stock = ticket_type_stock(s, event, to->index);
    if (stock->held > 0)
        booking_expire(s, event, now_ms, out);
    lines_count_ended(s, event, out, "", 0, &ended);
    const int64_t live = (int64_t)stock->held + stock->sold + ended.type[to->index];
    if (live > 0)
        return facts_refuse(out, STATUS_EVENT_SOLD, "type",
                            "type: %lld are held or sold; it stays for %s and counts against the "
                            "same quotas",
                            (long long)live, type->general ? "places" : "seats");
    return STATUS_OK;
}

enum status ticket_type_decide(const struct stadium *s, const struct command *command,
                               struct facts *out)
{
    const struct set_ticket_type *set = &command->as.set_ticket_type;
    const struct booking *b = &s->booking;
    const uint32_t event = event_to_change(s, set->event, &set->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    enum status status = STATUS_OK;
    if (set->update)
        status = check_update(s, event, &set->type, command->time_ms, out);
    else if (b->sales[event].type_count == EVENT_TYPES || b->types.count == s->limits.ticket_types)
        return facts_refuse(out, STATUS_TICKET_TYPES_FULL, NULL, "%s",
                            status_sentence(STATUS_TICKET_TYPES_FULL));
    if (status == STATUS_OK)
        status = check_type(s, event, set, out);
    if (status != STATUS_OK)
        return status;
    struct ticket_type *to =
        &facts_add(out, FACT_TICKET_TYPE_SET, command->time_ms)->as.ticket_type_set;
    *to = set->type;
    to->event = event;
    to->index = set->update ? set->type.index : b->sales[event].type_count;
    to->version = 0;
    for (uint32_t i = 1; set->prices == 1 && !to->general && i < b->events[event].category_count;
         i++)
        to->price_minor[i] = to->price_minor[0];
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

static struct ticket_type *type_add(struct stadium *s, uint32_t event)
{
    struct booking *b = &s->booking;
    struct sale *sale = &b->sales[event];
    assert(sale->type_count < EVENT_TYPES);
    sale->types[sale->type_count++] = b->types.count;
    pool_add(&b->type_stock);
    return pool_add(&b->types);
}

void ticket_type_begin(struct stadium *s, uint32_t event)
{
    struct ticket_type *type = type_add(s, event);
    *type = (struct ticket_type){
        .event = event, .name = "Standard", .rule = PRICE_LISTED, .tax_included = 1
    };
    memcpy(type->price_minor, s->booking.events[event].price_minor, sizeof(type->price_minor));
}

void ticket_type_evolve(struct stadium *s, const struct fact *fact)
{
    const struct ticket_type *set = &fact->as.ticket_type_set;
    struct sale *sale = &s->booking.sales[set->event];
    assert(set->event < s->booking.event_count && set->index <= sale->type_count);
    struct ticket_type *type = set->index == sale->type_count
                                   ? type_add(s, set->event)
                                   : ticket_type_get(s, set->event, set->index);
    if (type->version)
        row_remove(s, ROW_TICKET_TYPE, sale->types[set->index], type);
    *type = *set;
    type->version = s->head.seq;
    row_add(s, ROW_TICKET_TYPE, sale->types[set->index], type);
}
