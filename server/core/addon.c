#include "server/core/addon.h"

#include "server/core/price.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void addons_init(struct stadium *s)
{
    struct booking *b = &s->booking;
    b->addons = arena_array(&s->arena, s->limits.events, sizeof(*b->addons));
    pool_init(&b->companions, &s->arena, sizeof(struct companions),
              s->limits.holds + s->limits.holds_kept + s->limits.orders);
}

void addons_fini(struct stadium *s)
{
    id_map_fini(&s->booking.companion_holds);
}

static struct id key_of(uint32_t hold)
{
    return (struct id){ 0, (uint64_t)hold + 1 };
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct addon *stadium_addon(const struct stadium *s, uint32_t event, uint32_t type)
{
    const struct addons *of = s->booking.addons[event];
    return of && type < EVENT_TYPES && of->addons[type].goes_with ? &of->addons[type] : NULL;
}

const struct bundle *stadium_bundle(const struct stadium *s, uint32_t event, uint32_t type)
{
    const struct addons *of = s->booking.addons[event];
    return of && type < EVENT_TYPES && of->bundles[type].count ? &of->bundles[type] : NULL;
}

bool stadium_has_addons(const struct stadium *s, uint32_t event)
{
    return s->booking.addons[event] != NULL;
}

bool addon_is(const struct stadium *s, uint32_t event, uint32_t type)
{
    return stadium_addon(s, event, type) != NULL;
}

struct companions companions_of(const struct stadium *s, uint32_t hold)
{
    const struct booking *b = &s->booking;
    const uint32_t row =
        b->companions.count ? id_map_find(&b->companion_holds, key_of(hold)) : ID_MAP_NONE;
    if (row == ID_MAP_NONE)
        return (struct companions){ .hold = hold };
    return *(const struct companions *)pool_get(&b->companions, row);
}

uint32_t companion_of(const struct companions *companions, uint32_t line)
{
    return companions->addons >> line & 1 ? companions->with >> 4 * line & 15 : NO_LINE;
}

uint32_t companions_with(const struct companions *companions, uint32_t lines)
{
    uint32_t with = 0;
    for (uint32_t set = companions->addons; set; set &= set - 1) {
        const uint32_t line = (uint32_t)__builtin_ctz(set);
        with |= (lines >> companion_of(companions, line) & 1) << line;
    }
    return with & ~lines;
}

uint32_t stadium_companion(const struct stadium *s, uint32_t hold, uint32_t line, bool *bundled)
{
    const struct companions companions = companions_of(s, hold);
    *bundled = companions.bundled >> line & 1;
    return companion_of(&companions, line);
}

/* ---- Orders ------------------------------------------------------------------------------ */

struct companions order_companions(const struct stadium *s, uint32_t order)
{
    return companions_of(s, order_get(s, order)->hold);
}

bool order_lines_together(const struct stadium *s, uint32_t order, uint32_t lines,
                          bool as_organiser, uint32_t *all, struct facts *out)
{
    const struct companions companions = order_companions(s, order);
    *all = lines;
    for (uint32_t set = companions_with(&companions, lines); set; set &= set - 1) {
        const uint32_t line = (uint32_t)__builtin_ctz(set);
        if (!stadium_order_line(s, order, line).cancelled)
            *all |= UINT32_C(1) << line;
    }
    for (uint32_t set = lines & companions.bundled; set; set &= set - 1) {
        const uint32_t line = (uint32_t)__builtin_ctz(set);
        if (as_organiser || *all >> companion_of(&companions, line) & 1)
            continue;
        facts_refuse(out, STATUS_ADDON_BUNDLED, "lines",
                     "lines: line %u came with line %u and goes only with it", line,
                     companion_of(&companions, line));
        return false;
    }
    return true;
}

bool ticket_goes_with(const struct stadium *s, uint32_t ticket)
{
    const uint32_t index = stadium_ticket(s, ticket)->order;
    const struct order *order = order_get(s, index);
    const struct companions companions = order_companions(s, index);
    const uint32_t line = ticket - order->first_ticket;
    if (companions.addons >> line & 1)
        return true;
    for (uint32_t set = companions_with(&companions, UINT32_C(1) << line); set; set &= set - 1) {
        const uint32_t other = order->first_ticket + (uint32_t)__builtin_ctz(set);
        if (stadium_ticket(s, other)->state != TICKET_CANCELLED)
            return true;
    }
    return false;
}

/* ---- What is asked of an event ----------------------------------------------------------- */

/* Its index when they may change it and it has the type; ID_MAP_NONE and the refusal. */
static uint32_t event_of(const struct stadium *s, struct id id, const struct actor *by,
                         uint32_t type, int64_t now_ms, struct facts *out)
{
    const uint32_t event = event_to_change(s, id, by, now_ms, out);
    if (event == ID_MAP_NONE || type < s->booking.sales[event].type_count)
        return event;
    facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "ticket_type",
                 "ticket_type: the event has no type %u; it has 0 to %u", type,
                 s->booking.sales[event].type_count - 1);
    return ID_MAP_NONE;
}

/* It becomes an add-on, or is none any more: nobody has one that it would not fit. */
static enum status check_unsold(const struct stadium *s, uint32_t event, uint32_t type,
                                int64_t now_ms, struct facts *out)
{
    struct takings ended = { 0 };
    const struct stock *stock = ticket_type_stock(s, event, type);
    if (stock->held > 0)
        booking_expire(s, event, now_ms, out);
    lines_count_ended(s, event, out, "", 0, &ended);
    const int64_t live = (int64_t)stock->held + stock->sold + ended.type[type];
    if (live == 0)
        return STATUS_OK;
    return facts_refuse(out, STATUS_EVENT_SOLD, "ticket_type",
                        "ticket_type: %lld are held or sold; make another type for it",
                        (long long)live);
}

static enum status check_goes_with(const struct stadium *s, uint32_t event,
                                   const struct set_addon *ask, struct facts *out)
{
    const uint32_t types = s->booking.sales[event].type_count;
    if (!ticket_type_get(s, event, ask->type)->general)
        return facts_refuse(out, STATUS_BAD_FIELD, "ticket_type",
                            "ticket_type: \"%s\" is for seats; an add-on is general admission, "
                            "and its quota says how many there are",
                            ticket_type_get(s, event, ask->type)->name);
    if (types < 32 && ask->goes_with >> types)
        return facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "goes_with",
                            "goes_with: the event has types 0 to %u", types - 1);
    for (uint32_t set = ask->goes_with; set; set &= set - 1) {
        const uint32_t type = (uint32_t)__builtin_ctz(set);
        if (type == ask->type || addon_is(s, event, type))
            return facts_refuse(out, STATUS_BAD_FIELD, "goes_with",
                                "goes_with: type %u is an add-on itself", type);
    }
    for (uint32_t type = 0; type < types; type++) {
        const struct addon *other = stadium_addon(s, event, type);
        if (other && other->goes_with >> ask->type & 1)
            return facts_refuse(out, STATUS_BAD_FIELD, "ticket_type",
                                "ticket_type: type %u goes with it; an add-on has none", type);
    }
    if (stadium_bundle(s, event, ask->type))
        return facts_refuse(out, STATUS_BAD_FIELD, "ticket_type",
                            "ticket_type: it is a bundle; an add-on brings nothing");
    if (ask->max_per_ticket >= HOLD_SEATS || ask->min_per_ticket >= HOLD_SEATS ||
        (ask->max_per_ticket && ask->max_per_ticket < ask->min_per_ticket))
        return facts_refuse(out, STATUS_BAD_FIELD, "max_per_ticket",
                            "max_per_ticket: %u, with min_per_ticket %u; at most %d, and not below "
                            "the minimum",
                            ask->max_per_ticket, ask->min_per_ticket, HOLD_SEATS - 1);
    return STATUS_OK;
}

/* The bundle that has it, or NULL. */
static const struct bundle *bundle_with(const struct stadium *s, uint32_t event, uint32_t addon,
                                        uint32_t goes_with)
{
    for (uint32_t type = 0; type < s->booking.sales[event].type_count; type++) {
        const struct bundle *bundle = stadium_bundle(s, event, type);
        for (uint32_t i = 0; bundle && i < bundle->count; i++) {
            if (bundle->addon[i] == addon && !(goes_with >> type & 1))
                return bundle;
        }
    }
    return NULL;
}

static enum status set_addon(const struct stadium *s, const struct command *command,
                             struct facts *out)
{
    const struct set_addon *ask = &command->as.set_addon;
    const uint32_t event = event_of(s, ask->event, &ask->by, ask->type, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    enum status status = STATUS_OK;
    if (ask->goes_with)
        status = check_goes_with(s, event, ask, out);
    const struct bundle *bundle = bundle_with(s, event, ask->type, ask->goes_with);
    if (status == STATUS_OK && bundle)
        return facts_refuse(out, STATUS_BAD_FIELD, "goes_with",
                            "goes_with: type %u brings it; change that bundle first", bundle->type);
    if (status == STATUS_OK && addon_is(s, event, ask->type) != (ask->goes_with != 0))
        status = check_unsold(s, event, ask->type, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    facts_add(out, FACT_ADDON_SET, command->time_ms)->as.addon_set = (struct addon){
        .event = event,
        .type = ask->type,
        .goes_with = ask->goes_with,
        .min_per_ticket = ask->goes_with ? ask->min_per_ticket : 0,
        .max_per_ticket = ask->goes_with ? ask->max_per_ticket : 0,
    };
    return STATUS_OK;
}

static enum status check_item(const struct stadium *s, uint32_t event, const struct set_bundle *ask,
                              uint32_t i, struct facts *out)
{
    const struct addon *addon = stadium_addon(s, event, ask->addon[i]);
    if (!addon || !(addon->goes_with >> ask->type & 1))
        return facts_refuse(out, STATUS_BAD_FIELD, "items",
                            "items[%u]: type %u is no add-on to type %u", i, ask->addon[i],
                            ask->type);
    if (ask->pieces[i] < 1 || ask->pieces[i] >= HOLD_SEATS)
        return facts_refuse(out, STATUS_BAD_FIELD, "items", "items[%u]: %u pieces; 1 to %d", i,
                            ask->pieces[i], HOLD_SEATS - 1);
    if (ask->price_minor[i] > PRICE_MAX_MINOR)
        return facts_refuse(out, STATUS_BAD_FIELD, "items",
                            "items[%u]: %u is its part of the price; at most %d", i,
                            ask->price_minor[i], PRICE_MAX_MINOR);
    for (uint32_t k = 0; k < i; k++) {
        if (ask->addon[k] == ask->addon[i])
            return facts_refuse(out, STATUS_BAD_FIELD, "items",
                                "items[%u]: type %u is there twice; say how many pieces", i,
                                ask->addon[i]);
    }
    return STATUS_OK;
}

static enum status set_bundle(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_bundle *ask = &command->as.set_bundle;
    const uint32_t event = event_of(s, ask->event, &ask->by, ask->type, command->time_ms, out);
    uint32_t pieces = 0;
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    assert(ask->count <= BUNDLE_ITEMS);
    for (uint32_t i = 0; i < ask->count; i++) {
        enum status status = check_item(s, event, ask, i, out);
        if (status != STATUS_OK)
            return status;
        pieces += ask->pieces[i];
    }
    if (pieces >= HOLD_SEATS)
        return facts_refuse(out, STATUS_BAD_FIELD, "items",
                            "items: %u pieces and the ticket; a hold has at most %d lines", pieces,
                            HOLD_SEATS);
    struct bundle *to = &facts_add(out, FACT_BUNDLE_SET, command->time_ms)->as.bundle_set;
    *to = (struct bundle){ .event = event, .type = ask->type, .count = ask->count };
    memcpy(to->addon, ask->addon, ask->count * sizeof(*to->addon));
    memcpy(to->pieces, ask->pieces, ask->count * sizeof(*to->pieces));
    memcpy(to->price_minor, ask->price_minor, ask->count * sizeof(*to->price_minor));
    return STATUS_OK;
}

enum status addon_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_SET_ADDON)
        return set_addon(s, command, out);
    assert(command->kind == COMMAND_SET_BUNDLE);
    return set_bundle(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static struct addons *addons_of(struct stadium *s, uint32_t event)
{
    struct addons **of = &s->booking.addons[event];
    assert(event < s->booking.event_count);
    if (!*of)
        *of = arena_alloc(&s->arena, sizeof(**of));
    return *of;
}

static void addon_set_evolve(struct stadium *s, const struct addon *set)
{
    struct addon *row = &addons_of(s, set->event)->addons[set->type];
    const uint32_t key = set->event * EVENT_TYPES + set->type;
    if (row->version)
        row_remove(s, ROW_ADDON, key, row);
    *row = *set;
    row->version = s->head.seq;
    row_add(s, ROW_ADDON, key, row);
}

static void bundle_set_evolve(struct stadium *s, const struct bundle *set)
{
    struct bundle *row = &addons_of(s, set->event)->bundles[set->type];
    const uint32_t key = set->event * EVENT_TYPES + set->type;
    if (row->version)
        row_remove(s, ROW_BUNDLE, key, row);
    *row = *set;
    row->version = s->head.seq;
    row_add(s, ROW_BUNDLE, key, row);
}

static struct companions *row_of(struct stadium *s, uint32_t hold)
{
    struct booking *b = &s->booking;
    const uint32_t row = id_map_find(&b->companion_holds, key_of(hold));
    if (row != ID_MAP_NONE)
        return pool_get(&b->companions, row);
    id_map_add(&b->companion_holds, key_of(hold), b->companions.count);
    struct companions *fresh = pool_add(&b->companions);
    fresh->hold = hold;
    return fresh;
}

/* The row stays, for the next hold of the slot. */
void companions_forget(struct stadium *s, uint32_t hold)
{
    if (!companions_of(s, hold).addons)
        return;
    struct companions *row = row_of(s, hold);
    row_remove(s, ROW_COMPANIONS, hold, row);
    *row = (struct companions){ .hold = hold };
}

static void held_evolve(struct stadium *s, const struct addons_held *held)
{
    companions_forget(s, held->hold);
    struct companions *row = row_of(s, held->hold);
    row->bundled = held->bundled;
    for (uint32_t i = 0; i < held->with.count; i++) {
        if (held->with.v[i] == 0)
            continue;
        assert(held->with.v[i] <= HOLD_SEATS && held->with.v[i] - 1 != i);
        row->addons |= UINT32_C(1) << i;
        row->with |= (uint64_t)(held->with.v[i] - 1) << 4 * i;
    }
    row_add(s, ROW_COMPANIONS, held->hold, row);
    lines_bundled(s, held->hold, held->bundled);
}

void addon_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_ADDON_SET)
        addon_set_evolve(s, &fact->as.addon_set);
    else if (fact->kind == FACT_BUNDLE_SET)
        bundle_set_evolve(s, &fact->as.bundle_set);
    else
        held_evolve(s, &fact->as.addons_held);
}
