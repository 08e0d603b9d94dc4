/* Add-ons in a cart: what they go with, what bundles bring. */
#include "server/core/addon.h"

#include "server/core/cart.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static const char *field_of(const struct cart *cart)
{
    return cart->hold ? "add" : "lines";
}

/* ---- What stays -------------------------------------------------------------------------- */

enum status cart_remove(const struct stadium *s, const struct cart *cart, uint32_t remove,
                        uint32_t *gone, struct facts *out)
{
    const struct companions companions = companions_of(s, cart->hold - 1);
    *gone = remove | companions_with(&companions, remove);
    for (uint32_t set = remove & companions.bundled; set; set &= set - 1) {
        const uint32_t line = (uint32_t)__builtin_ctz(set);
        if (!(*gone >> companion_of(&companions, line) & 1))
            return facts_refuse(out, STATUS_ADDON_BUNDLED, "remove",
                                "remove: line %u came with line %u and goes only with it", line,
                                companion_of(&companions, line));
    }
    return STATUS_OK;
}

void cart_keep_companions(const struct stadium *s, struct cart *cart, const uint32_t *to)
{
    const struct companions companions = companions_of(s, cart->hold - 1);
    for (uint32_t set = companions.addons; set; set &= set - 1) {
        const uint32_t line = (uint32_t)__builtin_ctz(set), with = companion_of(&companions, line);
        if (to[line] == NO_LINE)
            continue;
        cart->with[to[line]] = to[with] + 1;
        if (companions.bundled >> line & 1) {
            cart->bundled |= UINT32_C(1) << to[line];
            cart->given[to[with]] += cart->price_minor[to[line]];
        }
    }
}

/* ---- What comes -------------------------------------------------------------------------- */

static bool expand(const struct stadium *s, struct cart *cart, uint32_t line)
{
    const struct bundle *bundle = stadium_bundle(s, cart->event, cart->type[line]);
    for (uint32_t i = 0; bundle && i < bundle->count; i++) {
        for (uint32_t k = 0; k < bundle->pieces[i]; k++) {
            if (cart->count == HOLD_SEATS)
                return false;
            const uint32_t to = cart->count++;
            cart->type[to] = bundle->addon[i];
            cart->seat[to] = NO_SEAT;
            cart->given[to] = bundle->price_minor[i];
            cart->with[to] = line + 1;
            cart->bundled |= UINT32_C(1) << to;
        }
    }
    return true;
}

/* How many of the type go with the line, beside what a bundle brought. */
static uint32_t count_with(const struct cart *cart, uint32_t type, uint32_t line)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < cart->count; i++)
        count += cart->type[i] == type && cart->with[i] == line + 1 && !(cart->bundled >> i & 1);
    return count;
}

static bool has_room(const struct addon *addon, const struct cart *cart, uint32_t line)
{
    return cart->with[line] == 0 && addon->goes_with >> cart->type[line] & 1 &&
           (addon->max_per_ticket == 0 ||
            count_with(cart, addon->type, line) < addon->max_per_ticket);
}

static enum status pair(const struct stadium *s, struct cart *cart, uint32_t line, uint32_t with,
                        struct facts *out)
{
    const struct addon *addon = stadium_addon(s, cart->event, cart->type[line]);
    const struct ticket_type *type = ticket_type_get(s, cart->event, cart->type[line]);
    const char *field = field_of(cart);
    if (with == 0) {
        while (with < cart->count &&
               !(with != line && !addon_is(s, cart->event, cart->type[with]) &&
                 has_room(addon, cart, with)))
            with++;
        if (with == cart->count)
            return facts_refuse(out, STATUS_ADDON_ALONE, field,
                                "%s: \"%s\" goes with a ticket of certain types, at most so many "
                                "with each; none in the hold has room for it",
                                field, type->name);
    } else if (--with >= cart->count || addon_is(s, cart->event, cart->type[with]) ||
               !(addon->goes_with >> cart->type[with] & 1)) {
        return facts_refuse(out, STATUS_ADDON_ALONE, field, "%s: \"%s\" does not go with line %u",
                            field, type->name, with);
    } else if (!has_room(addon, cart, with)) {
        return facts_refuse(out, STATUS_ORDER_LIMIT, field,
                            "%s: at most %u of \"%s\" go with a ticket", field,
                            addon->max_per_ticket, type->name);
    }
    cart->with[line] = with + 1;
    return STATUS_OK;
}

enum status cart_add_companions(const struct stadium *s, struct cart *cart, uint32_t first,
                                struct u32s with, struct facts *out)
{
    const uint32_t asked = cart->count;
    enum status status = STATUS_OK;
    for (uint32_t i = first; i < asked; i++) {
        const uint32_t wish = i - first < with.count ? with.v[i - first] : 0;
        if (wish && !addon_is(s, cart->event, cart->type[i]))
            return facts_refuse(out, STATUS_BAD_FIELD, field_of(cart),
                                "%s: line %u is no add-on; leave addon_to out", field_of(cart), i);
        if (!expand(s, cart, i))
            return facts_refuse(out, STATUS_BAD_FIELD, field_of(cart),
                                "%s: more lines with what the tickets bring; a hold has 1 to %d",
                                field_of(cart), HOLD_SEATS);
    }
    for (uint32_t i = first; i < asked && status == STATUS_OK; i++) {
        if (addon_is(s, cart->event, cart->type[i]))
            status = pair(s, cart, i, i - first < with.count ? with.v[i - first] : 0, out);
    }
    return status;
}

void cart_companions(const struct cart *cart, uint32_t hold, int64_t now_ms, struct facts *out)
{
    uint32_t any = 0;
    for (uint32_t i = 0; i < cart->count; i++)
        any |= cart->with[i];
    if (!any)
        return;
    const struct u32s with = { (uint32_t *)cart->with, cart->count };
    facts_add(out, FACT_ADDONS_HELD, now_ms)->as.addons_held =
        (struct addons_held){ hold, u32s_copy(with, &out->arena), cart->bundled };
}

/* ---- Before it is paid for --------------------------------------------------------------- */

static enum status check_ticket(const struct stadium *s, const struct seathold *hold,
                                const struct hold_lines *lines, const struct companions *companions,
                                uint32_t line, struct facts *out)
{
    for (uint32_t type = 0; type < s->booking.sales[hold->event].type_count; type++) {
        const struct addon *addon = stadium_addon(s, hold->event, type);
        uint32_t count = 0;
        if (!addon || !addon->min_per_ticket || !(addon->goes_with >> lines->type[line] & 1))
            continue;
        for (uint32_t set = companions_with(companions, UINT32_C(1) << line); set; set &= set - 1)
            count += lines->type[__builtin_ctz(set)] == type;
        if (count < addon->min_per_ticket)
            return facts_refuse(out, STATUS_ADDON_NEEDED, "hold_id",
                                "hold_id: line %u has %u of \"%s\"; at least %u go with it", line,
                                count, ticket_type_get(s, hold->event, type)->name,
                                addon->min_per_ticket);
    }
    return STATUS_OK;
}

enum status companions_complete(const struct stadium *s, const struct seathold *hold,
                                struct facts *out)
{
    const uint32_t index = hold_find(s, hold->id);
    const struct companions companions = companions_of(s, index);
    enum status status = STATUS_OK;
    if (!s->booking.addons[hold->event] || resale_of_hold(s, index))
        return STATUS_OK;
    for (uint32_t i = 0; i < hold->seat_count && status == STATUS_OK; i++) {
        if (!(companions.addons >> i & 1))
            status = check_ticket(s, hold, lines_get(s, index), &companions, i, out);
    }
    return status;
}
