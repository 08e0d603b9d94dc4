#include "server/core/means.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void means_init(struct stadium *s)
{
    struct booking *b = &s->booking;
    people_init(&b->payers, &s->arena, (struct people_limits){ .persons = s->limits.orders }, NULL);
    pool_init(&b->means, &s->arena, sizeof(struct order_means), s->limits.orders);
}

void means_fini(struct stadium *s)
{
    people_fini(&s->booking.payers);
    id_map_fini(&s->booking.means_orders);
}

static struct id key_of(uint32_t order)
{
    return (struct id){ 0, (uint64_t)order + 1 };
}

/* NULL: nobody looked. */
static const char *means_of(const struct stadium *s, uint32_t order)
{
    const struct booking *b = &s->booking;
    const uint32_t row =
        b->means.count ? id_map_find(&b->means_orders, key_of(order)) : ID_MAP_NONE;
    return row == ID_MAP_NONE ? NULL
                              : ((const struct order_means *)pool_get(&b->means, row))->means;
}

/* ---- decide ------------------------------------------------------------------------------ */

/* Of each type of a hold at most so many more than `less`, lines of these means that go for them. */
static enum status check(const struct stadium *s, const struct seathold *hold, const char *means,
                         const uint32_t less[EVENT_TYPES], struct facts *out)
{
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    const uint32_t bundled = companions_of(s, hold_find(s, hold->id)).bundled;
    uint32_t wants[EVENT_TYPES] = { 0 };
    for (uint32_t i = 0; i < hold->seat_count; i++)
        wants[lines->type[i]] += !(bundled >> i & 1);
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        const uint32_t index = lines->type[i];
        const struct ticket_type *type = ticket_type_get(s, hold->event, index);
        const uint32_t has = people_share(&s->booking.payers, means, hold->event, index);
        if (type->max_per_means && wants[index] > less[index] &&
            has + wants[index] - less[index] > type->max_per_means)
            return facts_refuse(out, STATUS_MEANS_LIMIT, "payment_token",
                                "payment_token: %u of \"%s\" were bought by these means, and %u "
                                "more are wanted; at most %u are possible",
                                has, type->name, wants[index] - less[index], type->max_per_means);
    }
    return STATUS_OK;
}

enum status means_check(const struct stadium *s, const struct seathold *hold, const char *means,
                        struct facts *out)
{
    const uint32_t less[EVENT_TYPES] = { 0 };
    return means[0] ? check(s, hold, means, less, out) : STATUS_OK;
}

enum status means_check_exchange(const struct stadium *s, const struct seathold *hold,
                                 uint32_t order, struct u32s lines, struct facts *out)
{
    uint32_t less[EVENT_TYPES] = { 0 };
    const char *means = means_of(s, order);
    const uint32_t bundled = order_companions(s, order).bundled;
    for (uint32_t i = 0; i < lines.count; i++)
        less[stadium_order_line(s, order, lines.v[i]).type] += !(bundled >> lines.v[i] & 1);
    return means ? check(s, hold, means, less, out) : STATUS_OK;
}

void means_note(const struct stadium *s, uint32_t event, uint32_t order, const char *means,
                int64_t now_ms, struct facts *out)
{
    bool bound = false;
    for (uint32_t i = 0; i < s->booking.sales[event].type_count; i++)
        bound = bound || ticket_type_get(s, event, i)->max_per_means;
    if (!bound || !means[0])
        return;
    struct order_means *fact = &facts_add(out, FACT_MEANS_KNOWN, now_ms)->as.means_known;
    fact->order = order;
    memcpy(fact->means, means, sizeof(fact->means));
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void move(struct stadium *s, const char *means, uint32_t event, uint32_t type, int sign,
                 uint32_t count)
{
    if (sign > 0)
        people_share_add(&s->booking.payers, means, event, type, count);
    else
        people_share_take(&s->booking.payers, means, event, type, count);
}

void means_wait(struct stadium *s, uint32_t order, uint32_t index, bool waits)
{
    const char *means = means_of(s, order);
    const struct seathold *hold = hold_get(s, index);
    const struct hold_lines *lines = lines_get(s, index);
    const uint32_t bundled = companions_of(s, index).bundled;
    for (uint32_t i = 0; means && i < hold->seat_count; i++) {
        if (!(bundled >> i & 1))
            move(s, means, hold->event, lines->type[i], waits ? 1 : -1, 1);
    }
}

void means_sold(struct stadium *s, const struct seathold *hold, uint32_t type, int sign,
                uint32_t count)
{
    const char *means = means_of(s, hold->order - 1);
    if (means)
        move(s, means, hold->event, type, sign, count);
}

void means_evolve(struct stadium *s, const struct fact *fact)
{
    struct booking *b = &s->booking;
    const struct order_means *known = &fact->as.means_known;
    const uint32_t row = b->means.count;
    assert(fact->kind == FACT_MEANS_KNOWN && !means_of(s, known->order));
    id_map_add(&b->means_orders, key_of(known->order), row);
    struct order_means *means = pool_add(&b->means);
    *means = *known;
    row_add(s, ROW_MEANS, row, means);
    means_wait(s, known->order, order_get(s, known->order)->hold, true);
}
