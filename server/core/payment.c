/* What is asked of the payment provider, until it answers. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static struct id key_of(uint32_t number)
{
    return (struct id){ 0, number };
}

static struct payment *payment_get(const struct stadium *s, uint32_t slot)
{
    return pool_get(&s->booking.payments, slot);
}

const struct payment *stadium_payment(const struct stadium *s, uint32_t number)
{
    uint32_t slot = id_map_find(&s->booking.payment_numbers, key_of(number));
    return slot == ID_MAP_NONE ? NULL : payment_get(s, slot);
}

void payment_want(struct payment *payment, uint32_t *number, int64_t now_ms, struct facts *out)
{
    payment->number = ++*number;
    struct payment_wanted *fact = &facts_add(out, FACT_PAYMENT_WANTED, now_ms)->as.payment_wanted;
    fact->number = payment->number;
    fact->kind = payment->kind;
    fact->order = payment->order;
    fact->amount_minor = payment->amount_minor;
    memcpy(fact->token, payment->token, sizeof(fact->token));
}

/* ---- evolve ------------------------------------------------------------------------------ */

static uint32_t slot_take(struct booking *b)
{
    if (b->spent.first) {
        uint32_t slot = b->spent.first - 1;
        chain_remove(&b->spent, &b->payment_links, slot);
        return slot;
    }
    pool_add(&b->payments);
    pool_add(&b->payment_links);
    return b->payments.count - 1;
}

static void wanted_evolve(struct stadium *s, const struct payment_wanted *wanted)
{
    struct booking *b = &s->booking;
    struct order *order = pool_get(&b->orders, wanted->order);
    assert(wanted->number == b->payment_number + 1);
    b->payment_number = wanted->number;
    uint32_t slot = slot_take(b);
    struct payment *payment = payment_get(s, slot);
    *payment = (struct payment){
        .number = wanted->number,
        .kind = wanted->kind,
        .order = wanted->order,
        .amount_minor = wanted->amount_minor,
    };
    memcpy(payment->token, wanted->token, sizeof(payment->token));
    chain_add(&b->open, &b->payment_links, slot);
    id_map_add(&b->payment_numbers, key_of(payment->number), slot);
    row_add(s, ROW_PAYMENT, payment->number, payment);
    /* One that is asked for again finds the tickets cancelled. */
    if (wanted->kind == PAYMENT_REFUND && order->ticket_count > 0 &&
        stadium_ticket(s, order->first_ticket)->state != TICKET_CANCELLED)
        order_leaves_paid(s, wanted->order);
    row_remove(s, ROW_ORDER, wanted->order, order);
    order->payment = wanted->number;
    row_add(s, ROW_ORDER, wanted->order, order);
}

void payment_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_PAYMENT_WANTED) {
        wanted_evolve(s, &fact->as.payment_wanted);
        return;
    }
    assert(fact->kind == FACT_PAYMENT_SETTLED);
    struct booking *b = &s->booking;
    struct id key = key_of(fact->as.payment_settled.number);
    uint32_t slot = id_map_find(&b->payment_numbers, key);
    assert(slot != ID_MAP_NONE);
    row_remove(s, ROW_PAYMENT, fact->as.payment_settled.number, payment_get(s, slot));
    id_map_remove(&b->payment_numbers, key);
    chain_remove(&b->open, &b->payment_links, slot);
    chain_add(&b->spent, &b->payment_links, slot);
}
