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

static struct payment_wait *wait_get(const struct stadium *s, uint32_t slot)
{
    return pool_get(&s->booking.payment_waits, slot);
}

const struct payment *stadium_payment(const struct stadium *s, uint32_t number)
{
    uint32_t slot = id_map_find(&s->booking.payment_numbers, key_of(number));
    return slot == ID_MAP_NONE ? NULL : payment_get(s, slot);
}

const struct payment *stadium_payment_after(const struct stadium *s, const struct payment *payment)
{
    const uint32_t slot = id_map_find(&s->booking.payment_numbers, key_of(payment->number));
    const uint32_t next = chain_after(&s->booking.payment_links, slot);
    return next ? payment_get(s, next - 1) : NULL;
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

enum { WAIT_FIRST_MS = 1000, WAIT_LONGEST_MS = 600 * 1000 };

void payment_wait(uint32_t number, uint32_t attempts, int64_t now_ms, struct facts *out)
{
    int64_t wait_ms = WAIT_FIRST_MS;
    for (uint32_t i = 1; i < attempts && wait_ms < WAIT_LONGEST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > WAIT_LONGEST_MS)
        wait_ms = WAIT_LONGEST_MS;
    facts_add(out, FACT_PAYMENT_WAITS, now_ms)->as.payment_waits =
        (struct payment_waits){ number, attempts, now_ms + wait_ms };
}

/* All that are due in the heap from this entry on. */
static void ask_from(const struct stadium *s, uint32_t at, int64_t now_ms, struct facts *out)
{
    const struct deadlines *due = &s->booking.payments_due;
    if (at >= due->count || due->entries[at].time > now_ms ||
        out->count >= s->limits.facts_per_command)
        return;
    facts_add(out, FACT_PAYMENT_ASKED, now_ms)->as.payment_asked.number =
        payment_get(s, due->entries[at].value)->number;
    ask_from(s, 2 * at + 1, now_ms, out);
    ask_from(s, 2 * at + 2, now_ms, out);
}

void payments_ask(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    ask_from(s, 0, now_ms, out);
}

enum status payment_decide(const struct stadium *s, const struct command *command,
                           struct facts *out)
{
    const struct ask_payment *ask = &command->as.ask_payment;
    const struct payment *payment = stadium_payment(s, ask->number);
    if (!payment)
        return facts_refuse(out, STATUS_UNKNOWN_PAYMENT, "number",
                            "number: payment %u is over, or there never was one", ask->number);
    const enum status status =
        event_check_actor(s, order_get(s, payment->order)->event, &ask->by, out);
    if (status == STATUS_OK && stadium_payment_wait(s, ask->number).ask_ms)
        facts_add(out, FACT_PAYMENT_ASKED, command->time_ms)->as.payment_asked.number = ask->number;
    return status;
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
    pool_add(&b->payment_waits);
    pool_add(&b->payment_links);
    return b->payments.count - 1;
}

/* It is the provider's next question, or (false) none any more. */
static void ask_set(struct booking *b, uint32_t slot, bool asks)
{
    struct payment_wait *wait = pool_get(&b->payment_waits, slot);
    if (wait->ask)
        id_map_remove(&b->ask_numbers, key_of(wait->ask));
    if (wait->ask_ms)
        deadlines_remove(&b->payments_due, slot);
    wait->ask = asks ? ++b->ask_number : 0;
    wait->ask_ms = 0;
    if (asks)
        id_map_add(&b->ask_numbers, key_of(wait->ask), slot);
}

static bool goes_back(uint32_t kind)
{
    return kind == PAYMENT_REFUND || kind == PAYMENT_RETURN;
}

static void wanted_evolve(struct stadium *s, const struct payment_wanted *wanted, int64_t now_ms)
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
    *wait_get(s, slot) = (struct payment_wait){ .wanted_ms = now_ms };
    memcpy(payment->token, wanted->token, sizeof(payment->token));
    chain_add(&b->open, &b->payment_links, slot);
    id_map_add(&b->payment_numbers, key_of(payment->number), slot);
    row_add(s, ROW_PAYMENT, payment->number, payment);
    ask_set(b, slot, true);
    /* One that is asked for again finds the tickets cancelled. */
    if (wanted->kind == PAYMENT_REFUND && order_is_sold(s, wanted->order))
        order_leaves_paid(s, wanted->order);
    row_remove(s, ROW_ORDER, wanted->order, order);
    order->payment = wanted->number;
    row_add(s, ROW_ORDER, wanted->order, order);
    struct order_money *money = money_open(s, wanted->order);
    if (money->tender) {
        money->open++;
        money->refunding_minor += goes_back(wanted->kind) ? wanted->amount_minor : 0;
        if (wanted->kind == PAYMENT_TOP_UP)
            money->exchange_payment = wanted->number;
    }
    money_close(s, wanted->order);
}

/* The payment is over: what it was. */
static struct payment close_payment(struct stadium *s, uint32_t number)
{
    struct booking *b = &s->booking;
    uint32_t slot = id_map_find(&b->payment_numbers, key_of(number));
    assert(slot != ID_MAP_NONE);
    const struct payment payment = *payment_get(s, slot);
    row_remove(s, ROW_PAYMENT, number, &payment);
    if (wait_get(s, slot)->attempts)
        row_remove(s, ROW_PAYMENT_WAIT, number, wait_get(s, slot));
    ask_set(b, slot, false);
    id_map_remove(&b->payment_numbers, key_of(number));
    chain_remove(&b->open, &b->payment_links, slot);
    chain_add(&b->spent, &b->payment_links, slot);
    return payment;
}

static void keep_reference(struct stadium *s, struct order_money *money, const char *text)
{
    struct booking *b = &s->booking;
    if (!text[0])
        return;
    struct reference *row;
    if (money->reference) {
        row = pool_get(&b->references, money->reference - 1);
        row_remove(s, ROW_REFERENCE, money->reference - 1, row);
    } else {
        row = pool_add(&b->references);
        money->reference = b->references.count;
    }
    memcpy(row->text, text, sizeof(row->text));
    row_add(s, ROW_REFERENCE, money->reference - 1, row);
}

/* What it did to the order's money, and to the books. */
static void book_answer(struct stadium *s, const struct payment *payment,
                        const struct payment_answered *answered)
{
    const bool done = answered->outcome == PAYMENT_DONE;
    struct ledger_posting posting = { .count = 0 };
    struct order_money *money = money_open(s, payment->order);
    money->open--;
    keep_reference(s, money, answered->reference);
    if (payment->kind == PAYMENT_AUTHORISE)
        money->authorised = done;
    if (payment->kind == PAYMENT_CAPTURE || payment->kind == PAYMENT_VOID)
        money->authorised = 0;
    if (goes_back(payment->kind)) {
        money->refunding_minor -= payment->amount_minor;
        money->refunded_minor += done ? payment->amount_minor : 0;
        if (done)
            ledger_money_out(&posting, TENDER_CARD, payment->amount_minor);
    } else if (done && payment->kind != PAYMENT_AUTHORISE && payment->kind != PAYMENT_VOID) {
        money->captured_minor += answered->amount_minor;
        ledger_money_in(&posting, TENDER_CARD, answered->amount_minor);
    }
    money_close(s, payment->order);
    ledger_post(s, order_get(s, payment->order)->event, &posting);
}

static void waits_evolve(struct stadium *s, const struct payment_waits *waits)
{
    struct booking *b = &s->booking;
    uint32_t slot = id_map_find(&b->payment_numbers, key_of(waits->number));
    struct payment_wait *wait = wait_get(s, slot);
    if (wait->attempts)
        row_remove(s, ROW_PAYMENT_WAIT, waits->number, wait);
    ask_set(b, slot, false);
    wait->attempts = waits->attempts;
    wait->ask_ms = waits->ask_ms;
    deadlines_add(&b->payments_due, waits->ask_ms, slot);
    row_add(s, ROW_PAYMENT_WAIT, waits->number, wait);
}

static void asked_evolve(struct stadium *s, uint32_t number)
{
    uint32_t slot = id_map_find(&s->booking.payment_numbers, key_of(number));
    const struct payment_wait *wait = wait_get(s, slot);
    row_remove(s, ROW_PAYMENT_WAIT, number, wait);
    ask_set(&s->booking, slot, true);
    row_add(s, ROW_PAYMENT_WAIT, number, wait);
}

void payment_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_PAYMENT_WANTED:
        wanted_evolve(s, &fact->as.payment_wanted, fact->time_ms);
        break;
    case FACT_PAYMENT_WAITS:
        waits_evolve(s, &fact->as.payment_waits);
        break;
    case FACT_PAYMENT_ASKED:
        asked_evolve(s, fact->as.payment_asked.number);
        break;
    case FACT_PAYMENT_ANSWERED: {
        const struct payment payment = close_payment(s, fact->as.payment_answered.number);
        if (money_get(s, payment.order)->tender)
            book_answer(s, &payment, &fact->as.payment_answered);
        break;
    }
    default:
        assert(fact->kind == FACT_PAYMENT_SETTLED);
        close_payment(s, fact->as.payment_settled.number);
    }
}
