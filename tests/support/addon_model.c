/* The part of the model that is about add-ons: lines that go with other lines of their hold, and
 * what becomes of the ones when something becomes of the others; and about bundles, which bring
 * such lines. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

bool addon_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_ADDON || kind == COMMAND_SET_BUNDLE;
}

bool addon_model_is(const struct model_event *event, uint32_t type)
{
    return event->addons[type].goes_with != 0;
}

static bool goes_with(const struct model_event *event, uint32_t addon, uint32_t type)
{
    return event->addons[addon].goes_with >> type & 1;
}

/* ---- Terms -------------------------------------------------------------------------------- */

static enum status check_goes_with(const struct model_event *event, const struct set_addon *ask)
{
    if (!event->types[ask->type].general)
        return STATUS_BAD_FIELD;
    if (event->type_count < 32 && ask->goes_with >> event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    for (uint32_t type = 0; type < event->type_count; type++) {
        const bool named = ask->goes_with >> type & 1;
        if (named && (type == ask->type || addon_model_is(event, type)))
            return STATUS_BAD_FIELD;
        if (goes_with(event, type, ask->type))
            return STATUS_BAD_FIELD;
    }
    if (event->bundles[ask->type].count)
        return STATUS_BAD_FIELD;
    if (ask->max_per_ticket >= HOLD_SEATS || ask->min_per_ticket >= HOLD_SEATS ||
        (ask->max_per_ticket && ask->max_per_ticket < ask->min_per_ticket))
        return STATUS_BAD_FIELD;
    return STATUS_OK;
}

/* Whether a type that it shall not go with brings it. */
static bool is_brought(const struct model_event *event, const struct set_addon *ask)
{
    for (uint32_t type = 0; type < event->type_count; type++) {
        const struct model_bundle *bundle = &event->bundles[type];
        for (uint32_t i = 0; i < bundle->count; i++) {
            if (bundle->addon[i] == ask->type && !(ask->goes_with >> type & 1))
                return true;
        }
    }
    return false;
}

static enum status addon_wanted(struct ticket_model *m, const struct set_addon *ask, int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->type >= event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    if (ask->goes_with)
        status = check_goes_with(event, ask);
    if (status == STATUS_OK && is_brought(event, ask))
        status = STATUS_BAD_FIELD;
    if (status == STATUS_OK && addon_model_is(event, ask->type) != (ask->goes_with != 0) &&
        sale_model_live(m, event, ask->type, now_ms) > 0)
        status = STATUS_EVENT_SOLD;
    if (status != STATUS_OK || m->only_says)
        return status;
    event->has_addons = true;
    event->addons[ask->type] = (struct model_addon){
        .goes_with = ask->goes_with,
        .min = ask->goes_with ? ask->min_per_ticket : 0,
        .max = ask->goes_with ? ask->max_per_ticket : 0,
    };
    return STATUS_OK;
}

static enum status check_items(const struct model_event *event, const struct set_bundle *ask)
{
    uint32_t pieces = 0;
    for (uint32_t i = 0; i < ask->count; i++) {
        if (ask->addon[i] >= event->type_count || !goes_with(event, ask->addon[i], ask->type) ||
            ask->pieces[i] < 1 || ask->pieces[i] >= HOLD_SEATS || ask->price_minor[i] > 10000000)
            return STATUS_BAD_FIELD;
        for (uint32_t k = 0; k < i; k++) {
            if (ask->addon[k] == ask->addon[i])
                return STATUS_BAD_FIELD;
        }
        pieces += ask->pieces[i];
    }
    return pieces < HOLD_SEATS ? STATUS_OK : STATUS_BAD_FIELD;
}

static enum status bundle_wanted(struct ticket_model *m, const struct set_bundle *ask,
                                 int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->type >= event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    status = check_items(event, ask);
    if (status != STATUS_OK || m->only_says)
        return status;
    struct model_bundle *bundle = &event->bundles[ask->type];
    event->has_addons = true;
    *bundle = (struct model_bundle){ .count = ask->count };
    for (uint32_t i = 0; i < ask->count; i++) {
        bundle->addon[i] = ask->addon[i];
        bundle->pieces[i] = ask->pieces[i];
        bundle->price_minor[i] = ask->price_minor[i];
    }
    return STATUS_OK;
}

enum status addon_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_SET_ADDON)
        return addon_wanted(m, &command->as.set_addon, command->time_ms);
    must(command->kind == COMMAND_SET_BUNDLE, "a command about add-ons");
    return bundle_wanted(m, &command->as.set_bundle, command->time_ms);
}

/* ---- Carts -------------------------------------------------------------------------------- */

/* Beside what a bundle brought. */
static uint32_t count_own(const struct model_hold *hold, uint32_t type, uint32_t line)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        count += hold->type[i] == type && hold->with[i] == line + 1 && !hold->bundled[i];
    return count;
}

static uint32_t count_with(const struct model_hold *hold, uint32_t type, uint32_t line)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        count += hold->type[i] == type && hold->with[i] == line + 1;
    return count;
}

static bool has_room(const struct model_event *event, const struct model_hold *hold, uint32_t type,
                     uint32_t line)
{
    const uint32_t max = event->addons[type].max;
    return max == 0 || count_own(hold, type, line) < max;
}

/* Whether a line is a ticket that the add-on goes with. */
static bool is_ticket_for(const struct model_event *event, const struct model_hold *hold,
                          uint32_t type, uint32_t line)
{
    return !addon_model_is(event, hold->type[line]) && goes_with(event, type, hold->type[line]);
}

static enum status pair(const struct model_event *event, struct model_hold *hold, uint32_t line,
                        uint32_t wish)
{
    const uint32_t type = hold->type[line];
    if (wish > 0) {
        if (wish > hold->seat_count || !is_ticket_for(event, hold, type, wish - 1))
            return STATUS_ADDON_ALONE;
        if (!has_room(event, hold, type, wish - 1))
            return STATUS_ORDER_LIMIT;
        hold->with[line] = (uint8_t)wish;
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (!is_ticket_for(event, hold, type, i) || !has_room(event, hold, type, i))
            continue;
        hold->with[line] = (uint8_t)(i + 1);
        return STATUS_OK;
    }
    return STATUS_ADDON_ALONE;
}

/* What its type brings is behind all other lines. False: that are too many. */
static bool bring(const struct model_event *event, struct model_hold *hold, uint32_t line,
                  uint32_t *given)
{
    const struct model_bundle *bundle = &event->bundles[hold->type[line]];
    for (uint32_t i = 0; i < bundle->count; i++) {
        for (uint32_t piece = 0; piece < bundle->pieces[i]; piece++) {
            if (hold->seat_count == HOLD_SEATS)
                return false;
            const uint32_t to = hold->seat_count++;
            hold->seats[to] = NO_SEAT;
            hold->type[to] = bundle->addon[i];
            hold->with[to] = (uint8_t)(line + 1);
            hold->bundled[to] = true;
            given[to] = bundle->price_minor[i];
        }
    }
    return true;
}

enum status addon_model_pair(const struct model_event *event, struct model_hold *hold,
                             uint32_t first, struct u32s with, uint32_t *given)
{
    const uint32_t asked = hold->seat_count;
    enum status status = STATUS_OK;
    if (!event->has_addons)
        return STATUS_OK;
    for (uint32_t i = first; i < asked; i++) {
        if (with.count && with.v[i - first] && !addon_model_is(event, hold->type[i]))
            return STATUS_BAD_FIELD;
        if (!bring(event, hold, i, given))
            return STATUS_BAD_FIELD;
    }
    for (uint32_t i = first; i < asked && status == STATUS_OK; i++) {
        if (addon_model_is(event, hold->type[i]))
            status = pair(event, hold, i, with.count ? with.v[i - first] : 0);
    }
    return status;
}

uint32_t addon_model_with(const struct model_hold *hold, uint32_t lines)
{
    uint32_t with = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (hold->with[i] && lines >> (hold->with[i] - 1) & 1)
            with |= UINT32_C(1) << i;
    }
    return with & ~lines;
}

bool addon_model_torn(const struct model_hold *hold, uint32_t lines)
{
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if ((lines >> i & 1) && hold->bundled[i] && !(lines >> (hold->with[i] - 1) & 1))
            return true;
    }
    return false;
}

enum status addon_model_complete(const struct model_event *event, const struct model_hold *hold)
{
    if (hold->resale)
        return STATUS_OK;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        for (uint32_t type = 0; type < event->type_count && !hold->with[i]; type++) {
            if (goes_with(event, type, hold->type[i]) &&
                count_with(hold, type, i) < event->addons[type].min)
                return STATUS_ADDON_NEEDED;
        }
    }
    return STATUS_OK;
}

/* ---- Orders ------------------------------------------------------------------------------- */

bool addon_model_alike(const struct ticket_model *m, const struct model_order *order,
                       const struct model_hold *hold, uint32_t lines)
{
    const struct model_hold *first = &m->holds[order->hold];
    uint32_t next = 0, place[HOLD_SEATS] = { 0 };
    for (uint32_t i = 0; i < order->line_count; i++) {
        if (lines >> i & 1)
            place[i] = ++next;
    }
    for (uint32_t i = 0; i < order->line_count; i++) {
        const uint32_t old = first->with[i];
        if ((lines >> i & 1) && hold->with[place[i] - 1] != (old ? place[old - 1] : 0))
            return false;
        if ((lines >> i & 1) && hold->bundled[place[i] - 1] != first->bundled[i])
            return false;
        if ((lines >> i & 1) && old && !place[old - 1])
            return false;
    }
    return true;
}

static const struct model_hold *hold_of(const struct ticket_model *m,
                                        const struct model_ticket *ticket, uint32_t *line)
{
    const struct model_order *order = &m->orders[ticket->order];
    *line = (uint32_t)(ticket - m->tickets) - order->first_ticket;
    return &m->holds[order->hold];
}

bool addon_model_is_ticket(const struct ticket_model *m, const struct model_ticket *ticket)
{
    uint32_t line;
    return hold_of(m, ticket, &line)->with[line] != 0;
}

uint32_t addon_model_tickets(const struct ticket_model *m, const struct model_ticket *ticket)
{
    uint32_t line;
    const struct model_hold *hold = hold_of(m, ticket, &line);
    return addon_model_with(hold, UINT32_C(1) << line);
}

bool addon_model_fixes(const struct ticket_model *m, const struct model_ticket *ticket)
{
    const struct model_ticket *first = &m->tickets[m->orders[ticket->order].first_ticket];
    const uint32_t others = addon_model_tickets(m, ticket);
    if (addon_model_is_ticket(m, ticket))
        return true;
    for (uint32_t i = 0; i < HOLD_SEATS; i++) {
        if ((others >> i & 1) && first[i].state != TICKET_CANCELLED)
            return true;
    }
    return false;
}
