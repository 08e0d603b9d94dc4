#include "server/core/cart_seats.h"

#include "server/core/seat_choice.h"

/* Who looks: seats are open to them that are free, or held by what is over and nobody waits
 * for, or by their own hold; in some blocks only, if they say so. */
struct looker {
    const struct stadium *s;
    const struct cart *cart;
    const struct seat *map;
    struct u32s blocks;
    int64_t now_ms;
};

static bool is_open(const void *ctx, uint32_t seat)
{
    const struct looker *looker = ctx;
    const struct seat *at = &looker->map[seat];
    if (allocation_keeps(looker->s, looker->cart->event, seat, looker->cart->allocation))
        return false;
    if (at->state == SEAT_FREE)
        return true;
    if (at->state != SEAT_HELD)
        return false;
    return (uint32_t)at->owner == looker->cart->hold - 1 ||
           (!looker->cart->behind &&
            !hold_is_live(looker->s, hold_get(looker->s, at->owner), looker->now_ms));
}

static bool has_line(const struct cart *cart, uint32_t count, uint32_t seat)
{
    for (uint32_t i = 0; i < count; i++)
        if (cart->seat[i] == seat)
            return true;
    return false;
}

/* Also in a block that is wanted, and no line yet. */
static bool may_be_chosen(const void *ctx, uint32_t seat)
{
    const struct looker *looker = ctx;
    if (!is_open(ctx, seat) || has_line(looker->cart, looker->cart->count, seat) ||
        !allocation_has(looker->s, looker->cart->event, seat, looker->cart->allocation))
        return false;
    const uint32_t block = looker->s->seat_plan->rows[looker->s->seat_plan->row_of[seat]].block;
    for (uint32_t i = 0; i < looker->blocks.count; i++)
        if (looker->blocks.v[i] == block)
            return true;
    return looker->blocks.count == 0;
}

/* Those that stay are taken; those that come in are still open. */
static bool was_open(const void *ctx, uint32_t seat)
{
    const struct looker *looker = ctx;
    return is_open(ctx, seat) && !has_line(looker->cart, looker->cart->kept, seat);
}

static enum status check_best(const struct stadium *s, const struct wanted_best *best,
                              struct facts *out)
{
    if (!s->seat_plan)
        return facts_refuse(out, STATUS_BAD_FIELD, "best",
                            "best: this venue has no plan of its seats; name the seats");
    if (best->accessible > best->count)
        return facts_refuse(out, STATUS_BAD_FIELD, "accessible",
                            "accessible: %u of %u seats; at most all of them can be",
                            best->accessible, best->count);
    for (uint32_t i = 0; i < best->blocks.count; i++)
        if (best->blocks.v[i] >= s->venue.block_count)
            return facts_refuse(out, STATUS_BAD_FIELD, "blocks",
                                "blocks: %u is no block; the venue has 0 to %u", best->blocks.v[i],
                                s->venue.block_count - 1);
    return STATUS_OK;
}

enum status cart_add_best(const struct stadium *s, struct cart *cart,
                          const struct wanted_best *best, int64_t now_ms, struct facts *out)
{
    const struct looker looker = { s, cart, s->booking.sales[cart->event].seats, best->blocks,
                                   now_ms };
    uint32_t seats[SEAT_CHOICE_MOST];
    enum status status = check_best(s, best, out);
    if (status != STATUS_OK)
        return status;
    const enum seat_fit fit =
        seat_choice_best(s->seat_plan, (struct seat_view){ may_be_chosen, &looker }, best->count,
                         best->accessible, seats);
    if (fit == SEAT_FIT_NONE && best->accessible == 0)
        return facts_refuse(out, STATUS_SOLD_OUT, "best", "best: there are not %u seats left%s",
                            best->count, best->blocks.count ? " in these blocks" : "");
    if (fit == SEAT_FIT_NONE || (best->together && fit > SEAT_FIT_ORPHANS))
        return facts_refuse(out, STATUS_SEATS_APART, "best",
                            "best: there are not %u seats side by side%s%s", best->count,
                            best->accessible ? " with wheelchair places among them" : "",
                            best->blocks.count ? " in these blocks" : "");
    for (uint32_t i = 0; i < best->count; i++, cart->count++) {
        cart->seat[cart->count] = seats[i];
        cart->type[cart->count] = best->type;
        cart->given[cart->count] = best->given;
    }
    cart->chosen = true;
    return STATUS_OK;
}

enum status cart_check_orphans(const struct stadium *s, const struct cart *cart, int64_t now_ms,
                               struct facts *out)
{
    const struct looker looker = {
        .s = s, .cart = cart, .map = s->booking.sales[cart->event].seats, .now_ms = now_ms
    };
    uint32_t seats[HOLD_SEATS], count = 0, orphan;
    if (!s->seat_plan || cart->chosen || !s->booking.details[cart->event].refuse_orphans)
        return STATUS_OK;
    for (uint32_t i = cart->kept; i < cart->count; i++)
        if (cart->seat[i] != NO_SEAT)
            seats[count++] = cart->seat[i];
    if (count == 0 || !seat_choice_strands(s->seat_plan, (struct seat_view){ was_open, &looker },
                                           seats, count, &orphan))
        return STATUS_OK;
    return facts_refuse(out, STATUS_ORPHAN_SEAT, "lines",
                        "lines: seat %u would be left alone; move along, or ask for the best seats",
                        orphan);
}
