/* The part of the model of ticketing that is about what is sold: types, quotas, vouchers and the
 * lines of holds. Written from what the API promises; counts are made anew each time. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdlib.h>
#include <string.h>

bool sale_model_knows(enum command_kind kind)
{
    return kind >= COMMAND_UPDATE_EVENT && kind <= COMMAND_EXTEND_HOLD;
}

void sale_model_begin(struct model_event *event, const struct create_event *ask)
{
    struct ticket_type *type = &event->types[event->type_count++];
    type->rule = PRICE_LISTED;
    type->tax_included = 1;
    for (uint32_t i = 0; i < ask->price_minor.count; i++)
        type->price_minor[i] = ask->price_minor.v[i];
    event->category_count = ask->price_minor.count;
}

/* ---- Counting ----------------------------------------------------------------------------- */

struct wants {
    uint32_t type, quota, voucher; /* 1 + index of the one that is counted; 0: whichever. */
    const char *person;            /* NULL: whoever. */
};

static bool is_counted(const struct model_event *event, const struct model_hold *hold,
                       uint32_t line, const struct wants *wants)
{
    const uint32_t type = hold->type[line];
    if (hold->resale && !wants->person) /* The seller's line is counted. */
        return false;
    return !hold->gone[line] && (!wants->type || wants->type - 1 == type) &&
           (!wants->quota || (event->types[type].quotas >> (wants->quota - 1) & 1)) &&
           (!wants->voucher || (hold->uses[line] && hold->voucher == wants->voucher)) &&
           (!wants->person ||
            (!hold->bundled[line] && strcmp(hold->person, wants->person) == 0));
}

/* Lines that are held or sold, but for those of `but`. */
static uint32_t count(const struct ticket_model *m, const struct model_event *event,
                      const struct model_hold *but, int64_t now_ms, struct wants wants)
{
    uint32_t lines = 0;
    for (uint32_t at = event->newest_hold; at; at = m->holds[at - 1].older) {
        const struct model_hold *hold = &m->holds[at - 1];
        const enum hold_state state = model_hold_state(m, hold, now_ms);
        if (hold == but || state == HOLD_RELEASED || state == HOLD_EXPIRED)
            continue;
        for (uint32_t i = 0; i < hold->seat_count; i++)
            lines += is_counted(event, hold, i, &wants);
    }
    return lines;
}

uint32_t sale_model_share(struct ticket_model *m, const struct model_event *event, uint32_t type,
                          const char *person, int64_t now_ms)
{
    const bool before = m->strict;
    m->strict = true;
    const uint32_t lines =
        count(m, event, NULL, now_ms, (struct wants){ .type = type + 1, .person = person });
    m->strict = before;
    return lines;
}

uint32_t sale_model_live(struct ticket_model *m, const struct model_event *event, uint32_t type,
                         int64_t now_ms)
{
    return count(m, event, NULL, now_ms, (struct wants){ .type = type + 1 });
}

static uint32_t reserved(const struct ticket_model *m, const struct model_event *event,
                         const struct model_hold *but, int64_t now_ms, uint32_t quota)
{
    uint32_t places = 0;
    for (uint32_t v = 0; v < event->voucher_count; v++) {
        if (event->vouchers[v].reserve == quota)
            places += event->vouchers[v].uses -
                      count(m, event, but, now_ms, (struct wants){ .voucher = v + 1 });
    }
    return places;
}

uint32_t sale_model_left(struct ticket_model *m, struct model_event *event, uint32_t type,
                         int64_t now_ms)
{
    int64_t left = event->types[type].general ? UINT32_MAX : 0;
    const bool before = m->strict;
    m->strict = true;
    for (uint32_t i = 0; !event->types[type].general && i < m->seat_count; i++)
        left += model_seat_state(m, event, i, now_ms) == SEAT_FREE && !event->seats[i].kept;
    for (uint32_t q = 0; q < event->quota_count; q++) {
        if (!(event->types[type].quotas >> q & 1))
            continue;
        const int64_t of = (int64_t)event->quotas[q].capacity -
                           count(m, event, NULL, now_ms, (struct wants){ .quota = q + 1 }) -
                           reserved(m, event, NULL, now_ms, q + 1);
        left = of < left ? of : left;
    }
    m->strict = before;
    return (uint32_t)left;
}

/* ---- Terms -------------------------------------------------------------------------------- */

enum status sale_model_changeable(const struct ticket_model *m, struct id id,
                                  const struct actor *by, int64_t now_ms,
                                  struct model_event **event)
{
    *event = model_event_find(m, id);
    if (!*event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(*event, by))
        return STATUS_NOT_ORGANISER;
    if ((*event)->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    return now_ms >= (*event)->ends_ms ? STATUS_EVENT_OVER : STATUS_OK;
}

static enum status type_wanted(struct ticket_model *m, const struct set_ticket_type *ask,
                               int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    uint32_t index = event->type_count;
    if (ask->update) {
        index = ask->type.index;
        if (index >= event->type_count)
            return STATUS_UNKNOWN_TICKET_TYPE;
        if (event->types[index].version != ask->type.version)
            return STATUS_EVENT_CHANGED;
        if ((event->types[index].general != ask->type.general ||
             event->types[index].quotas != ask->type.quotas) &&
            count(m, event, NULL, now_ms, (struct wants){ .type = index + 1 }) > 0)
            return STATUS_EVENT_SOLD;
    } else if (index == EVENT_TYPES) {
        return STATUS_TICKET_TYPES_FULL;
    }
    if (ask->type.quotas >> event->quota_count)
        return STATUS_UNKNOWN_QUOTA;
    if (ask->type.general && !ask->type.quotas)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    struct ticket_type *type = &event->types[index];
    *type = ask->type;
    for (uint32_t i = 1; i < event->category_count && !type->general && ask->prices == 1; i++)
        type->price_minor[i] = type->price_minor[0];
    event->type_count += !ask->update;
    return STATUS_OK;
}

static enum status quota_wanted(struct ticket_model *m, const struct set_quota *ask, int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    uint32_t index = event->quota_count;
    if (ask->update) {
        index = ask->quota.index;
        if (index >= event->quota_count)
            return STATUS_UNKNOWN_QUOTA;
        if (event->quotas[index].version != ask->quota.version)
            return STATUS_EVENT_CHANGED;
        if (count(m, event, NULL, now_ms, (struct wants){ .quota = index + 1 }) +
                reserved(m, event, NULL, now_ms, index + 1) >
            ask->quota.capacity)
            return STATUS_QUOTA_BELOW_SOLD;
    } else if (index == EVENT_QUOTAS) {
        return STATUS_QUOTAS_FULL;
    }
    if (m->only_says)
        return STATUS_OK;
    event->quotas[index] = ask->quota;
    event->quota_count += !ask->update;
    return STATUS_OK;
}

/* 1 + index, or 0. Codes of this model are in upper case. */
static uint32_t voucher_of(const struct model_event *event, const char *code)
{
    for (uint32_t v = 0; v < event->voucher_count; v++) {
        if (strcmp(event->vouchers[v].code, code) == 0)
            return v + 1;
    }
    return 0;
}

static bool has_room(const struct ticket_model *m, const struct model_event *event,
                     const struct voucher *voucher, uint32_t more, int64_t now_ms)
{
    const uint32_t quota = voucher->reserve;
    return quota == 0 || count(m, event, NULL, now_ms, (struct wants){ .quota = quota }) +
                                 reserved(m, event, NULL, now_ms, quota) + (uint64_t)more <=
                             event->quotas[quota - 1].capacity;
}

static enum status voucher_wanted(struct ticket_model *m, const struct set_voucher *ask,
                                  int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    const uint32_t found = voucher_of(event, ask->voucher.code);
    if (ask->update) {
        struct voucher *voucher = found ? &event->vouchers[found - 1] : NULL;
        if (!voucher)
            return STATUS_UNKNOWN_VOUCHER;
        if (voucher->version != ask->voucher.version)
            return STATUS_EVENT_CHANGED;
        if (count(m, event, NULL, now_ms, (struct wants){ .voucher = found }) > ask->voucher.uses)
            return STATUS_VOUCHER_USED_UP;
        if (ask->voucher.uses > voucher->uses &&
            !has_room(m, event, voucher, ask->voucher.uses - voucher->uses, now_ms))
            return STATUS_SOLD_OUT;
        if (m->only_says)
            return STATUS_OK;
        voucher->uses = ask->voucher.uses;
        voucher->from_ms = ask->voucher.from_ms;
        voucher->until_ms = ask->voucher.until_ms;
        return STATUS_OK;
    }
    if (found)
        return STATUS_VOUCHER_EXISTS;
    if (ask->voucher.types >> event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    if (ask->voucher.reserve > event->quota_count)
        return STATUS_UNKNOWN_QUOTA;
    for (uint32_t i = 0; ask->voucher.reserve && i < event->type_count; i++) {
        if ((!ask->voucher.types || (ask->voucher.types >> i & 1)) &&
            !(event->types[i].quotas >> (ask->voucher.reserve - 1) & 1))
            return STATUS_BAD_FIELD;
    }
    if (!has_room(m, event, &ask->voucher, ask->voucher.uses, now_ms))
        return STATUS_SOLD_OUT;
    if (m->only_says)
        return STATUS_OK;
    must(event->voucher_count < MODEL_VOUCHERS, "the model has room for the voucher");
    event->vouchers[event->voucher_count++] = ask->voucher;
    return STATUS_OK;
}

/* ---- Prices ------------------------------------------------------------------------------- */

/* Of a whole, the nearest; the higher of two. */
static uint64_t nearest(uint64_t value, uint64_t part, uint64_t whole)
{
    const uint64_t product = value * part, down = product / whole;
    return down + (product - down * whole >= whole - (product - down * whole));
}

static uint32_t listed(const struct ticket_type *type, uint32_t category, uint32_t taken,
                       int64_t now_ms)
{
    const uint32_t price = type->price_minor[category];
    for (int i = 0; i < TYPE_TIERS; i++) {
        const uint32_t off = type->tier_off_minor[i];
        if (off == 0)
            break;
        if (type->tier_until_ms[i] && (uint64_t)now_ms >= type->tier_until_ms[i])
            continue;
        if (type->tier_until_sold[i] && taken >= type->tier_until_sold[i])
            continue;
        return off > price ? 0 : price - off;
    }
    return price;
}

/* What a hold shall have: filled as the hold will be. */
struct basket {
    struct model_hold hold;
    const struct model_hold *old; /* NULL: it is new. */
    uint32_t kept, given[HOLD_SEATS];
    uint32_t allocation; /* Whose seats are theirs. */
    bool anew;
};

/* What is left of the price of a ticket for itself: each piece of its bundle has its part, as far
 * as the price goes. */
static uint64_t share_out(struct basket *basket, uint32_t line, uint64_t price)
{
    for (uint32_t i = line + 1; i < basket->hold.seat_count; i++) {
        if (!basket->hold.bundled[i] || basket->hold.with[i] != line + 1)
            continue;
        if (basket->given[i] > price)
            basket->given[i] = (uint32_t)price;
        price -= basket->given[i];
    }
    return price;
}

static void price_line(const struct model_event *event, struct basket *basket, uint32_t line,
                       uint32_t taken, int64_t now_ms)
{
    struct model_hold *hold = &basket->hold;
    const struct ticket_type *type = &event->types[hold->type[line]];
    const bool seated = hold->seats[line] != NO_SEAT, bundled = hold->bundled[line];
    uint64_t price =
        listed(type, seated ? event->seats[hold->seats[line]].category : 0, taken, now_ms);
    if (type->rule == PRICE_DONATION && basket->given[line] > price)
        price = basket->given[line];
    uint64_t brought = price;
    price = bundled ? basket->given[line] : share_out(basket, line, price);
    brought = bundled ? 0 : brought - price;
    if (hold->uses[line]) {
        const struct voucher *voucher = &event->vouchers[hold->voucher - 1];
        if (voucher->effect == VOUCHER_PERCENT)
            price = nearest(price, 100000 - voucher->percent_milli, 100000);
        else if (voucher->effect == VOUCHER_FIXED && voucher->value_minor < price)
            price = voucher->value_minor;
    }
    /* On all that the buyer gets for it; what a bundle brought has none of its own. */
    const uint64_t fee = price + brought > 0 && !bundled
                             ? type->fee_minor +
                                   nearest(price + brought, type->fee_milli_percent, 100000)
                             : 0;
    const uint64_t due = price + fee, rate = type->tax_milli_percent;
    hold->price_minor[line] = (uint32_t)price;
    hold->total_minor[line] =
        (uint32_t)(due + (type->tax_included ? 0 : nearest(due, rate, 100000)));
    if (hold->tax_id[0])
        checkout_model_reverse(event, hold, line);
}

/* ---- Holds -------------------------------------------------------------------------------- */

/* Beside what bundles brought: limits are not for that. `hold` may be NULL. */
static uint32_t of_type(const struct model_hold *hold, uint32_t type)
{
    uint32_t lines = 0;
    for (uint32_t i = 0; hold && i < hold->seat_count; i++)
        lines += hold->type[i] == type && !hold->bundled[i];
    return lines;
}

static enum status add_lines(const struct ticket_model *m, const struct model_event *event,
                             const struct wanted_lines *wanted, struct basket *basket)
{
    struct model_hold *hold = &basket->hold;
    const uint32_t first = hold->seat_count;
    if (first + wanted->seats.count < 1 || first + wanted->seats.count > HOLD_SEATS)
        return STATUS_BAD_FIELD;
    for (uint32_t i = 0; i < wanted->seats.count; i++) {
        const uint32_t at = hold->seat_count++, seat = wanted->seats.v[i];
        const uint32_t type = wanted->types.count ? wanted->types.v[i] : 0;
        hold->seats[at] = seat;
        hold->type[at] = type;
        basket->given[at] = wanted->given.count ? wanted->given.v[i] : 0;
        if (type >= event->type_count)
            return STATUS_UNKNOWN_TICKET_TYPE;
        if ((seat == NO_SEAT) != (event->types[type].general != 0))
            return STATUS_BAD_FIELD;
        if (seat != NO_SEAT && seat >= m->seat_count)
            return STATUS_UNKNOWN_SEAT;
        for (uint32_t k = 0; k < at; k++) {
            if (seat != NO_SEAT && hold->seats[k] == seat)
                return STATUS_BAD_FIELD;
        }
        if (basket->given[at] && event->types[type].rule != PRICE_DONATION)
            return STATUS_BAD_FIELD;
    }
    return addon_model_pair(event, hold, first, wanted->with, basket->given);
}

static enum status use_voucher(const struct model_event *event, struct basket *basket,
                               int64_t now_ms)
{
    struct model_hold *hold = &basket->hold;
    const uint32_t first = basket->anew ? 0 : basket->kept;
    bool serves = false, covers = false;
    for (uint32_t i = 0; i < HOLD_SEATS; i++) {
        hold->uses[i] = i < first && hold->uses[i];
        serves |= hold->uses[i];
    }
    if (!hold->voucher || first == hold->seat_count)
        return STATUS_OK;
    const struct voucher *voucher = &event->vouchers[hold->voucher - 1];
    for (uint32_t i = first; i < hold->seat_count; i++) {
        hold->uses[i] =
            !hold->bundled[i] && (!voucher->types || (voucher->types >> hold->type[i] & 1));
        covers |= hold->uses[i];
    }
    const bool is_time = (!voucher->from_ms || now_ms >= voucher->from_ms) &&
                         (!voucher->until_ms || now_ms < voucher->until_ms);
    return covers   ? is_time ? STATUS_OK : STATUS_VOUCHER_NOT_VALID
           : serves ? STATUS_OK
                    : STATUS_VOUCHER_NOT_VALID;
}

static enum status check_types(const struct model_event *event, const struct basket *basket,
                               int64_t now_ms)
{
    const struct model_hold *hold = &basket->hold;
    for (uint32_t i = basket->anew ? 0 : basket->kept; i < hold->seat_count; i++) {
        const struct ticket_type *type = &event->types[hold->type[i]];
        if (hold->bundled[i])
            continue;
        if (type->hidden && !hold->uses[i])
            return STATUS_VOUCHER_NEEDED;
        if ((type->sale_from_ms && now_ms < type->sale_from_ms) ||
            (type->sale_until_ms && now_ms >= type->sale_until_ms))
            return STATUS_NOT_ON_SALE;
    }
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        const struct ticket_type *type = &event->types[hold->type[i]];
        const uint32_t lines = of_type(hold, hold->type[i]);
        if (hold->bundled[i])
            continue;
        if (lines < type->min_per_order || (type->max_per_order && lines > type->max_per_order &&
                                            lines > of_type(basket->old, hold->type[i])))
            return STATUS_ORDER_LIMIT;
    }
    return STATUS_OK;
}

/* Held by somebody whose time is over, whether a tick has said so or not. */
static bool is_over(const struct ticket_model *m, const struct model_seat *seat, int64_t now_ms)
{
    const struct model_hold *hold = seat->hold ? &m->holds[seat->hold - 1] : NULL;
    return seat->on_sale && hold && hold->state == HOLD_HELD && now_ms >= hold->expires_ms;
}

static enum status check_seats(const struct ticket_model *m, const struct model_event *event,
                               const struct basket *basket, int64_t now_ms)
{
    for (uint32_t i = basket->kept; i < basket->hold.seat_count; i++) {
        const uint32_t seat = basket->hold.seats[i];
        if (seat == NO_SEAT)
            continue;
        const struct model_seat *row = &event->seats[seat];
        const bool is_free = model_seat_state(m, event, seat, now_ms) == SEAT_FREE;
        const bool mine = basket->old && row->hold && &m->holds[row->hold - 1] == basket->old;
        if ((is_free || mine || is_over(m, row, now_ms)) &&
            model_seat_is_kept(event, seat, basket->allocation))
            return STATUS_SEAT_KEPT;
        if (!is_free && !mine)
            return STATUS_SEAT_TAKEN;
    }
    return STATUS_OK;
}

/* Lines of the basket, or of the hold before it, that count. */
static uint32_t count_in(const struct model_event *event, const struct model_hold *hold,
                         struct wants wants)
{
    uint32_t lines = 0;
    for (uint32_t i = 0; hold && i < hold->seat_count; i++)
        lines += is_counted(event, hold, i, &wants);
    return lines;
}

static enum status check_room(const struct ticket_model *m, const struct model_event *event,
                              const struct basket *basket, int64_t now_ms)
{
    const struct model_hold *hold = &basket->hold, *old = basket->old;
    const struct wants uses = { .voucher = hold->voucher };
    if (hold->voucher) {
        const uint32_t now = count_in(event, hold, uses);
        if (now > count_in(event, old, uses) &&
            count(m, event, old, now_ms, uses) + now > event->vouchers[hold->voucher - 1].uses)
            return STATUS_VOUCHER_USED_UP;
    }
    for (uint32_t q = 1; q <= event->quota_count; q++) {
        const struct wants quota = { .quota = q };
        /* What vouchers keep for lines is theirs already. */
        int64_t now = count_in(event, hold, quota), before = count_in(event, old, quota);
        if (hold->voucher && event->vouchers[hold->voucher - 1].reserve == q)
            now -= count_in(event, hold, uses);
        if (old && old->voucher && event->vouchers[old->voucher - 1].reserve == q)
            before -= count_in(event, old, (struct wants){ .voucher = old->voucher });
        const int64_t others =
            (int64_t)count(m, event, old, now_ms, quota) + reserved(m, event, old, now_ms, q);
        if (now > before && others + now > event->quotas[q - 1].capacity)
            return STATUS_SOLD_OUT;
    }
    for (uint32_t i = basket->anew ? 0 : basket->kept; i < hold->seat_count; i++) {
        const uint32_t max = event->types[hold->type[i]].max_per_person;
        const struct wants own = { .type = hold->type[i] + 1, .person = hold->person };
        const uint32_t now = of_type(hold, hold->type[i]);
        if (max && now > of_type(old, hold->type[i]) &&
            count(m, event, old, now_ms, own) + now > max)
            return STATUS_PERSON_LIMIT;
    }
    return STATUS_OK;
}

static bool has_tiers(const struct model_event *event, uint32_t type)
{
    return event->types[type].tier_off_minor[0] != 0;
}

static enum status fill_now(const struct ticket_model *m, const struct model_event *event,
                            struct basket *basket, int64_t now_ms)
{
    enum status status = use_voucher(event, basket, now_ms);
    if (status == STATUS_OK)
        status = check_types(event, basket, now_ms);
    if (status == STATUS_OK)
        status = check_seats(m, event, basket, now_ms);
    if (status == STATUS_OK)
        status = check_room(m, event, basket, now_ms);
    if (status != STATUS_OK)
        return status;
    uint32_t seen[EVENT_TYPES] = { 0 };
    for (uint32_t i = 0; i < basket->hold.seat_count; i++) {
        const uint32_t type = basket->hold.type[i];
        uint32_t taken = seen[type]++;
        if (i < basket->kept && !basket->anew)
            continue;
        if (has_tiers(event, type))
            taken += count(m, event, basket->old, now_ms, (struct wants){ .type = type + 1 });
        price_line(event, basket, i, taken, now_ms);
    }
    return STATUS_OK;
}

/* What is over is theirs first who wait: nobody else gets it before it has ended. */
static enum status fill(struct ticket_model *m, const struct model_event *event,
                        struct basket *basket, int64_t now_ms)
{
    const bool before = m->strict;
    m->strict |= event->waitlist.waiting > 0;
    const enum status status = fill_now(m, event, basket, now_ms);
    m->strict = before;
    return status;
}

/* The hold becomes what the basket is. */
static void put(struct model_event *event, struct model_hold *to, uint32_t number,
                const struct basket *basket)
{
    for (uint32_t i = 0; i < to->seat_count; i++) {
        if (to->seats[i] != NO_SEAT)
            event->seats[to->seats[i]].hold = 0;
    }
    const struct model_hold *from = &basket->hold;
    bool used = false;
    to->seat_count = from->seat_count;
    memcpy(to->seats, from->seats, sizeof(to->seats));
    memcpy(to->type, from->type, sizeof(to->type));
    memcpy(to->uses, from->uses, sizeof(to->uses));
    memcpy(to->with, from->with, sizeof(to->with));
    memcpy(to->bundled, from->bundled, sizeof(to->bundled));
    memcpy(to->price_minor, from->price_minor, sizeof(to->price_minor));
    memcpy(to->total_minor, from->total_minor, sizeof(to->total_minor));
    for (uint32_t i = 0; i < to->seat_count; i++) {
        used |= to->uses[i];
        if (to->seats[i] != NO_SEAT)
            event->seats[to->seats[i]].hold = number;
    }
    to->voucher = used ? from->voucher : 0;
    to->changed = true;
}

enum status sale_model_hold(struct ticket_model *m, struct model_event *event,
                            const struct hold_seats *ask, int64_t now_ms)
{
    struct basket basket = { .hold = { .seat_count = 0 },
                             .allocation = model_allocation_find(event, ask->allocation) };
    memcpy(basket.hold.person, ask->person, sizeof(ask->person));
    enum status status = add_lines(m, event, &ask->lines, &basket);
    if (status != STATUS_OK)
        return status;
    if (ask->voucher[0] && !(basket.hold.voucher = voucher_of(event, ask->voucher)))
        return STATUS_UNKNOWN_VOUCHER;
    status = fill(m, event, &basket, now_ms);
    if (status != STATUS_OK || m->only_says)
        return status;
    struct model_hold *hold = model_hold_add(m, ask->id);
    hold->event = (uint32_t)(event - m->events);
    hold->state = HOLD_HELD;
    hold->expires_ms = now_ms + event->ttl_ms;
    memcpy(hold->person, ask->person, sizeof(hold->person));
    hold->older = event->newest_hold;
    event->newest_hold = m->hold_count;
    put(event, hold, m->hold_count, &basket);
    return STATUS_OK;
}

bool sale_model_revives(struct ticket_model *m, const struct model_hold *hold, int64_t now_ms)
{
    struct basket basket = { .hold = *hold, .allocation = ALLOCATION_ANY, .anew = true };
    if (wait_model_fits(m, model_event_of(m, hold), now_ms))
        return false;
    memcpy(basket.given, hold->price_minor, sizeof(basket.given));
    return fill(m, model_event_of(m, hold), &basket, now_ms) == STATUS_OK;
}

enum status sale_model_mine(struct ticket_model *m, struct id id, const char *person,
                            uint64_t version, int64_t now_ms, struct model_hold **hold)
{
    *hold = model_hold_find(m, id);
    if (!*hold || strcmp((*hold)->person, person) != 0)
        return STATUS_UNKNOWN_HOLD;
    const enum hold_state state = model_hold_state(m, *hold, now_ms);
    if (state != HOLD_HELD && state != HOLD_CONFIRMING)
        return STATUS_HOLD_ENDED;
    if (state == HOLD_CONFIRMING || (*hold)->version != version)
        return STATUS_HOLD_CHANGED;
    const enum event_state event = model_event_state(model_event_of(m, *hold), now_ms);
    return event == EVENT_PUBLISHED   ? STATUS_OK
           : event == EVENT_CANCELLED ? STATUS_EVENT_CANCELLED
           : event == EVENT_ENDED     ? STATUS_EVENT_OVER
                                      : STATUS_EVENT_STATE;
}

/* The lines that stay; those that go with one that goes are gone, too. */
static enum status keep_lines(const struct model_hold *hold, struct u32s remove,
                              struct basket *basket)
{
    uint32_t gone = 0, to[HOLD_SEATS];
    struct model_hold *kept = &basket->hold;
    for (uint32_t i = 0; i < remove.count; i++) {
        if (remove.v[i] >= hold->seat_count || (i > 0 && remove.v[i] <= remove.v[i - 1]))
            return STATUS_BAD_FIELD;
        gone |= UINT32_C(1) << remove.v[i];
    }
    if (addon_model_torn(hold, gone))
        return STATUS_ADDON_BUNDLED;
    gone |= addon_model_with(hold, gone);
    kept->seat_count = 0;
    memset(kept->with, 0, sizeof(kept->with));
    memset(kept->bundled, 0, sizeof(kept->bundled));
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (gone >> i & 1)
            continue;
        to[i] = kept->seat_count++;
        kept->seats[to[i]] = hold->seats[i];
        kept->type[to[i]] = hold->type[i];
        kept->uses[to[i]] = hold->uses[i];
        kept->price_minor[to[i]] = basket->given[to[i]] = hold->price_minor[i];
        kept->total_minor[to[i]] = hold->total_minor[i];
    }
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if ((gone >> i & 1) || !hold->with[i])
            continue;
        kept->with[to[i]] = (uint8_t)(to[hold->with[i] - 1] + 1);
        kept->bundled[to[i]] = hold->bundled[i];
        if (hold->bundled[i]) /* It was a part of that. */
            basket->given[to[hold->with[i] - 1]] += hold->price_minor[i];
    }
    basket->kept = kept->seat_count;
    return STATUS_OK;
}

static enum status change_wanted(struct ticket_model *m, const struct change_hold *ask,
                                 int64_t now_ms)
{
    struct model_hold *hold;
    enum status status = sale_model_mine(m, ask->hold, ask->person, ask->version, now_ms, &hold);
    if (status != STATUS_OK)
        return status;
    if (hold->resale || (ask->change_voucher && hold->tax_id[0]))
        return STATUS_BAD_FIELD;
    struct model_event *event = model_event_of(m, hold);
    if (join_model_is_banned(m, hold->event, hold->person, now_ms))
        return STATUS_BANNED;
    const uint32_t allocation = model_allocation_find(event, ask->allocation);
    if (ask->allocation[0] && !allocation)
        return STATUS_UNKNOWN_ALLOCATION;
    if (wait_model_fits(m, event, now_ms))
        return STATUS_SOLD_OUT;
    struct basket basket = { .hold = *hold, .old = hold, .allocation = allocation };
    status = keep_lines(hold, ask->remove, &basket);
    if (status != STATUS_OK)
        return status;
    status = add_lines(m, event, &ask->add, &basket);
    if (status != STATUS_OK)
        return status;
    if (ask->change_voucher) {
        basket.hold.voucher = ask->voucher[0] ? voucher_of(event, ask->voucher) : 0;
        if (ask->voucher[0] && !basket.hold.voucher)
            return STATUS_UNKNOWN_VOUCHER;
        basket.anew = basket.hold.voucher != hold->voucher;
    }
    status = fill(m, event, &basket, now_ms);
    if (status == STATUS_OK && !m->only_says)
        put(event, hold, (uint32_t)(hold - m->holds) + 1, &basket);
    return status;
}

static enum status extend_wanted(struct ticket_model *m, const struct extend_hold *ask,
                                 int64_t now_ms)
{
    struct model_hold *hold;
    enum status status = sale_model_mine(m, ask->hold, ask->person, ask->version, now_ms, &hold);
    if (status != STATUS_OK)
        return status;
    if (hold->extensions == 3)
        return STATUS_EXTENSIONS_USED;
    if (m->only_says)
        return STATUS_OK;
    hold->extensions++;
    const int64_t until_ms = now_ms + model_event_of(m, hold)->ttl_ms;
    if (until_ms > hold->expires_ms)
        hold->expires_ms = until_ms;
    hold->changed = true;
    return STATUS_OK;
}

/* ---- Events ------------------------------------------------------------------------------- */

static enum status update_wanted(struct ticket_model *m, const struct update_event *ask,
                                 int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (event->version != ask->version)
        return STATUS_EVENT_CHANGED;
    if (ask->ends_ms <= now_ms)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    event->starts_ms = ask->starts_ms;
    event->ends_ms = ask->ends_ms;
    event->doors_ms = ask->doors_ms;
    return STATUS_OK;
}

static enum status unpublish_wanted(struct ticket_model *m, const struct unpublish_event *ask,
                                    int64_t now_ms)
{
    struct model_event *event;
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK || event->state == EVENT_DRAFT)
        return status;
    if (count(m, event, NULL, now_ms, (struct wants){ .person = NULL }) > 0)
        return STATUS_EVENT_SOLD;
    if (!m->only_says)
        event->state = EVENT_DRAFT;
    return STATUS_OK;
}

enum status sale_model_do(struct ticket_model *m, const struct command *command)
{
    const int64_t now_ms = command->time_ms;
    switch (command->kind) {
    case COMMAND_UPDATE_EVENT:
        return update_wanted(m, &command->as.update_event, now_ms);
    case COMMAND_UNPUBLISH_EVENT:
        return unpublish_wanted(m, &command->as.unpublish_event, now_ms);
    case COMMAND_SET_TICKET_TYPE:
        return type_wanted(m, &command->as.set_ticket_type, now_ms);
    case COMMAND_SET_QUOTA:
        return quota_wanted(m, &command->as.set_quota, now_ms);
    case COMMAND_SET_VOUCHER:
        return voucher_wanted(m, &command->as.set_voucher, now_ms);
    case COMMAND_CHANGE_HOLD:
        return change_wanted(m, &command->as.change_hold, now_ms);
    default:
        must(command->kind == COMMAND_EXTEND_HOLD, "a command about what is sold");
        return extend_wanted(m, &command->as.extend_hold, now_ms);
    }
}
