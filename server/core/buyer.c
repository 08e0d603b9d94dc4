#include "server/core/buyer.h"

#include "server/core/price.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void buyers_init(struct stadium *s)
{
    pool_init(&s->booking.buyers, &s->arena, sizeof(struct buyer),
              s->limits.holds + s->limits.holds_kept + s->limits.orders);
}

void buyers_fini(struct stadium *s)
{
    id_map_fini(&s->booking.buyer_holds);
}

static struct id key_of(uint32_t hold)
{
    return (struct id){ 0, (uint64_t)hold + 1 };
}

static struct buyer *row_find(const struct stadium *s, uint32_t hold)
{
    const struct booking *b = &s->booking;
    const uint32_t row = b->buyers.count ? id_map_find(&b->buyer_holds, key_of(hold)) : ID_MAP_NONE;
    return row == ID_MAP_NONE ? NULL : pool_get(&b->buyers, row);
}

const char *buyer_of(const struct stadium *s, uint32_t hold)
{
    const struct buyer *row = row_find(s, hold);
    return row ? row->tax_id : "";
}

const char *stadium_buyer(const struct stadium *s, uint32_t hold)
{
    return buyer_of(s, hold);
}

bool order_is_reversed(const struct stadium *s, uint32_t order)
{
    return buyer_of(s, order_get(s, order)->hold)[0] != 0;
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status check_hold(const struct stadium *s, const struct set_buyer *ask, uint32_t hold,
                              uint32_t country, struct facts *out)
{
    const uint32_t home = stadium_terms(s, hold_get(s, hold)->event)->tax_country;
    if (resale_of_hold(s, hold))
        return facts_refuse(out, STATUS_BAD_FIELD, "hold_id",
                            "hold_id: what is resold is sold by its owner, who charges no tax");
    if (!home)
        return facts_refuse(out, STATUS_NO_REVERSE_CHARGE, "tax_id", "tax_id: %s",
                            status_sentence(STATUS_NO_REVERSE_CHARGE));
    if (!country)
        return facts_refuse(out, STATUS_BAD_FIELD, "tax_id",
                            "tax_id: \"%s\" has the form of no country's; write its two letters "
                            "and the number, such as DE123456789",
                            ask->tax_id);
    if (country == home)
        return facts_refuse(out, STATUS_BAD_FIELD, "tax_id",
                            "tax_id: the event is taxed in the same country, %c%c; taxes are paid "
                            "as usual",
                            home >> 8, home & 255);
    return STATUS_OK;
}

/* Lines as they are without tax. */
static void reverse_lines(const struct seathold *hold, const struct hold_lines *lines,
                          struct arena *arena, struct buyer_set *fact)
{
    uint32_t *v = arena_array(arena, 2 * (size_t)hold->seat_count, sizeof(*v));
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        const struct price with = { lines->price_minor[i], lines->fee_minor[i], lines->tax_minor[i],
                                    lines->tax_added >> i & 1 };
        const struct price without = price_reversed(&with);
        v[i] = without.price_minor;
        v[hold->seat_count + i] = without.fee_minor;
    }
    fact->price_minor = (struct u32s){ v, hold->seat_count };
    fact->fee_minor = (struct u32s){ v + hold->seat_count, hold->seat_count };
}

enum status buyer_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct set_buyer *ask = &command->as.set_buyer;
    char tax_id[TAX_ID_BYTES + 1];
    enum status status =
        hold_check_mine(s, ask->hold, ask->person, ask->version, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    const uint32_t hold = hold_find(s, ask->hold);
    status = check_hold(s, ask, hold, tax_id_read(ask->tax_id, tax_id), out);
    if (status != STATUS_OK)
        return status;
    struct buyer_set *fact = &facts_add(out, FACT_BUYER_SET, command->time_ms)->as.buyer_set;
    *fact = (struct buyer_set){ .hold = hold };
    memcpy(fact->tax_id, tax_id, sizeof(fact->tax_id));
    reverse_lines(hold_get(s, hold), lines_get(s, hold), &out->arena, fact);
    return STATUS_OK;
}

enum status buyer_check_exchange(const struct stadium *s, uint32_t order, uint32_t hold,
                                 struct facts *out)
{
    const char *old = buyer_of(s, order_get(s, order)->hold), *new = buyer_of(s, hold);
    if (strcmp(old, new) == 0)
        return STATUS_OK;
    return facts_refuse(out, STATUS_BAD_FIELD, "hold_id",
                        "hold_id: the order's buyer has the tax id \"%s\", the hold's \"%s\"; say "
                        "who buys with SetBuyer first",
                        old, new);
}

/* ---- evolve ------------------------------------------------------------------------------ */

void buyer_forget(struct stadium *s, uint32_t hold)
{
    struct buyer *row = row_find(s, hold);
    if (!row || !row->tax_id[0])
        return;
    row_remove(s, ROW_BUYER, hold, row);
    *row = (struct buyer){ .hold = hold };
}

static void row_put(struct stadium *s, const struct buyer_set *set)
{
    struct booking *b = &s->booking;
    buyer_forget(s, set->hold);
    struct buyer *row = row_find(s, set->hold);
    if (!row) {
        id_map_add(&b->buyer_holds, key_of(set->hold), b->buyers.count);
        row = pool_add(&b->buyers);
        row->hold = set->hold;
    }
    memcpy(row->tax_id, set->tax_id, sizeof(row->tax_id));
    row_add(s, ROW_BUYER, set->hold, row);
}

void buyer_evolve(struct stadium *s, const struct fact *fact)
{
    const struct buyer_set *set = &fact->as.buyer_set;
    struct seathold *hold = hold_get(s, set->hold);
    struct hold_lines *lines = lines_get(s, set->hold);
    assert(hold->state == HOLD_HELD && set->price_minor.count == hold->seat_count);
    row_put(s, set);
    row_remove(s, ROW_HOLD, set->hold, hold);
    hold->version = s->head.seq;
    row_add(s, ROW_HOLD, set->hold, hold);
    if (lines->version)
        row_remove(s, ROW_HOLD_LINES, set->hold, lines);
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        lines->price_minor[i] = set->price_minor.v[i];
        lines->fee_minor[i] = set->fee_minor.v[i];
        lines->tax_minor[i] = 0;
    }
    lines->tax_added = 0;
    lines->version = s->head.seq;
    row_add(s, ROW_HOLD_LINES, set->hold, lines);
}
