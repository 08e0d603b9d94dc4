/* What the provider is asked, and what it answers. */
#include "server/core/order.h"
#include "server/records/project_orders.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <stdio.h>
#include <string.h>

static const char *const kinds[] = { "",        "charge", "refund", "authorise",
                                     "capture", "void",   "return", "top_up" };

static uint32_t kind_of(const struct payment_record *payment)
{
    uint32_t kind = PAYMENT_TOP_UP;
    while (kind > 0 && strcmp(payment->kind, kinds[kind]) != 0)
        kind--;
    return kind;
}

static bool goes_back(uint32_t kind)
{
    return kind == PAYMENT_REFUND || kind == PAYMENT_RETURN;
}

static void payment_wanted(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct payment_wanted *from = &fact->as.payment_wanted;
    struct order_record order = records_order(records, from->order);
    struct payment_record payment = { .number = from->number,
                                      .order_number = from->order,
                                      .amount_minor = from->amount_minor,
                                      .wanted_ms = fact->time_ms };
    SET_WORD(payment.kind, kinds, from->kind);
    records->ops->put(records, RECORDS_PAYMENT, &payment);
    if (from->kind == PAYMENT_REFUND)
        records_leave_paid(records, &order, fact, seq);
    if (records_tender(&order) && goes_back(from->kind))
        order.refunding_minor += from->amount_minor;
    records->ops->put(records, RECORDS_ORDER, &order);
}

static struct payment_record payment_of(struct records *records, uint32_t number)
{
    struct payment_record payment = { .number = number };
    records->ops->get(records, RECORDS_PAYMENT, &payment);
    return payment;
}

static void settle(struct records *records, struct payment_record *payment, uint32_t outcome,
                   const struct fact *fact)
{
    static const char *const outcomes[] = { "", "done", "declined" };
    payment->settled_ms = fact->time_ms;
    payment->ask_ms = 0;
    SET_WORD(payment->outcome, outcomes, outcome);
    records->ops->put(records, RECORDS_PAYMENT, payment);
}

static void payment_settled(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct payment_record payment = payment_of(records, fact->as.payment_settled.number);
    (void)seq;
    settle(records, &payment, fact->as.payment_settled.outcome, fact);
}

static void payment_answered(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct payment_answered *from = &fact->as.payment_answered;
    struct payment_record payment = payment_of(records, from->number);
    struct order_record order = records_order(records, payment.order_number);
    const uint32_t kind = kind_of(&payment);
    const bool done = from->outcome == PAYMENT_DONE;
    struct ledger_posting posting = { .count = 0 };
    SET_TEXT(payment.reference, from->reference);
    settle(records, &payment, from->outcome, fact);
    if (!records_tender(&order))
        return;
    if (goes_back(kind)) {
        order.refunding_minor -= payment.amount_minor;
        order.refunded_minor += done ? payment.amount_minor : 0;
        if (done)
            ledger_money_out(&posting, TENDER_CARD, payment.amount_minor);
    } else if (done && kind != PAYMENT_AUTHORISE && kind != PAYMENT_VOID) {
        order.captured_minor += from->amount_minor;
        ledger_money_in(&posting, TENDER_CARD, from->amount_minor);
    }
    records_post(records, &order, &posting, fact, seq);
    records->ops->put(records, RECORDS_ORDER, &order);
}

static void payment_waits(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct payment_record payment = payment_of(records, fact->as.payment_waits.number);
    (void)seq;
    payment.attempts = fact->as.payment_waits.attempts;
    payment.ask_ms = fact->as.payment_waits.ask_ms;
    records->ops->put(records, RECORDS_PAYMENT, &payment);
}

static void payment_asked(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct payment_record payment = payment_of(records, fact->as.payment_asked.number);
    (void)seq;
    payment.ask_ms = 0;
    records->ops->put(records, RECORDS_PAYMENT, &payment);
}

const struct projection payment_projections[] = {
    { FACT_PAYMENT_WANTED, payment_wanted },     { FACT_PAYMENT_SETTLED, payment_settled },
    { FACT_PAYMENT_ANSWERED, payment_answered }, { FACT_PAYMENT_WAITS, payment_waits },
    { FACT_PAYMENT_ASKED, payment_asked },       { 0, NULL },
};
