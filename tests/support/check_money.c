/* The books: what came in less what went back is what they say (I9), for every order and account.
 */
#include "server/core/state.h"
#include "tests/support/check_booking.h"
#include "tests/support/must.h"

/* What the cancellation policy kept of lines that were given back, and what is still there. */
static int64_t check_lines(const struct stadium *s, uint32_t index)
{
    const struct order *order = stadium_order(s, index);
    const struct order_money *money = stadium_order_money(s, index);
    const bool sold = order_is_sold(s, index);
    struct amounts live = { 0 };
    int64_t kept_minor = 0;
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct order_line line = stadium_order_line(s, index, i);
        const struct ticket *ticket = stadium_ticket(s, order->first_ticket + i);
        must(ticket->seat == line.seat, "a ticket has the seat of its line");
        must((ticket->state == TICKET_CANCELLED) == (line.cancelled || !sold),
             "a line that was given back has no ticket");
        must(line.refund_minor >= 0 && line.refund_minor <= line.amounts.total_minor,
             "no more goes back than was paid");
        if (line.cancelled)
            kept_minor += line.amounts.total_minor - line.refund_minor;
        else if (sold)
            live = amounts_add(live, line.amounts);
    }
    must(order->ticket_count == 0 || (live.total_minor == money->amounts.total_minor &&
                                      live.tax_minor == money->amounts.tax_minor &&
                                      live.fee_minor == money->amounts.fee_minor),
         "an order knows what its tickets cost");
    return kept_minor;
}

struct sums {
    int64_t bank, charges, provider, cash_box, external, refunding, kept, net, tax, fees, reversed;
};

static void add_order(const struct stadium *s, uint32_t index, struct sums *sums)
{
    const struct order *order = stadium_order(s, index);
    const struct order_money *money = stadium_order_money(s, index);
    const int64_t kept_minor = check_lines(s, index);
    const int64_t left_minor = money->captured_minor - money->refunded_minor;
    const int64_t sold_minor = order->ticket_count ? money->amounts.total_minor : 0;
    must(money->refunded_minor >= 0 && money->refunding_minor >= 0 &&
             left_minor >= money->refunding_minor,
         "no more goes back than came in");
    must(left_minor - money->refunding_minor == sold_minor + kept_minor,
         "what came in is a ticket, a fee, or goes back");
    *(money->tender == TENDER_CASH       ? &sums->cash_box
      : money->tender == TENDER_EXTERNAL ? &sums->external
                                         : &sums->provider) += left_minor;
    sums->refunding += money->refunding_minor;
    sums->kept += kept_minor;
    if (order->ticket_count) {
        const struct amounts *amounts = &money->amounts;
        const bool reversed = order_is_reversed(s, index);
        must(!reversed || amounts->tax_minor == 0, "what is reversed has no tax");
        sums->reversed += reversed ? amounts->total_minor : 0;
        sums->net += reversed ? 0 : amounts->total_minor - amounts->tax_minor - amounts->fee_minor;
        sums->tax += amounts->tax_minor;
        sums->fees += reversed ? 0 : amounts->fee_minor;
    }
}

/* What was settled is not where it came in any more. */
static void add_settlements(const struct stadium *s, uint32_t event, struct sums *sums)
{
    const struct settlement *row;
    uint32_t number = 0;
    for (uint32_t i = 0; (row = stadium_settlement(s, i)); i++) {
        if (row->event != event)
            continue;
        must(row->number == ++number, "settlements of an event are numbered");
        must(row->fee_minor >= 0 && row->amount_minor != 0, "a settlement is of something");
        if (row->voided)
            continue;
        sums->bank += row->amount_minor - row->fee_minor;
        sums->charges += row->fee_minor;
        *(row->account == LEDGER_CASH_BOX   ? &sums->cash_box
          : row->account == LEDGER_EXTERNAL ? &sums->external
                                            : &sums->provider) -= row->amount_minor;
    }
}

static void check_event(const struct stadium *s, uint32_t event)
{
    const struct ledger_balance *rows = stadium_balances(s, event);
    struct sums sums = { 0 };
    int64_t sum = 0;
    for (uint32_t i = 0; i < LEDGER_ACCOUNTS; i++)
        sum += rows[i].balance_minor;
    must(sum == 0, "the books balance");
    for (uint32_t i = 0; i < s->booking.orders.count; i++) {
        if (stadium_order(s, i)->event == event && stadium_order_money(s, i)->tender)
            add_order(s, i, &sums);
    }
    add_settlements(s, event, &sums);
#define BALANCE(account) rows[LEDGER_##account - 1].balance_minor
    must(BALANCE(PROVIDER) == sums.provider && BALANCE(CASH_BOX) == sums.cash_box &&
             BALANCE(EXTERNAL) == sums.external,
         "captures less refunds, less what was settled, are what the books say");
    must(BALANCE(BANK) == sums.bank && BALANCE(CHARGES) == sums.charges,
         "what was settled is at the bank, or was charged");
    must(BALANCE(RECEIVABLE) == -sums.refunding, "what we owe is what goes back");
    must(BALANCE(REVENUE) + BALANCE(REFUNDS) == -sums.net, "revenue is what was sold");
    must(BALANCE(TAX) == -sums.tax && BALANCE(FEES) == -sums.fees, "and so are tax and fees");
    must(BALANCE(REVERSE) == -sums.reversed, "what is to be declared is what was sold so");
    must(BALANCE(KEPT) == -sums.kept, "what was kept is in the books");
#undef BALANCE
}

/* What waits is due at its time, and everything that is open is counted by its order. */
static void check_waits(const struct stadium *s)
{
    const struct booking *b = &s->booking;
    uint32_t open = 0, unknown = 0, asked = 0, expiring = 0;
    for (uint32_t i = 0; i < b->orders.count; i++) {
        const struct order_money *money = stadium_order_money(s, i);
        const uint32_t state = stadium_order(s, i)->state;
        open += money->open;
        expiring += money->expires_ms != 0;
        if (!money->tender)
            continue;
        must((money->expires_ms != 0) ==
                 (state == ORDER_PENDING || state == ORDER_APPROVAL || money->exchange_hold),
             "what waits has an end");
        must(state != ORDER_PENDING || money->open > 0, "who waits for a payment is asked for it");
        must(!money->exchange_hold ||
                 stadium_hold(s, money->exchange_hold - 1)->state == HOLD_CONFIRMING,
             "an exchange has its hold");
    }
    for (uint32_t at = b->open.first; at; at = chain_after(&b->payment_links, at - 1)) {
        const struct payment *payment = pool_get(&b->payments, at - 1);
        const struct payment_wait wait = stadium_payment_wait(s, payment->number);
        unknown += !stadium_order_money(s, payment->order)->tender;
        asked += wait.ask != 0;
        must((wait.ask == 0) == (wait.ask_ms != 0), "a payment is asked for, or waits");
        must(!wait.ask || stadium_asked(s, wait.ask) == payment, "a question finds its payment");
    }
    must(open + unknown == b->open.count, "orders count what is open");
    must(b->open.count - asked == b->payments_due.count, "what waits is due");
    must(expiring == b->orders_due.count, "what expires is due");
}

void check_money(const struct stadium *s)
{
    for (uint32_t i = 0; i < s->booking.event_count; i++)
        check_event(s, i);
    check_waits(s);
}
