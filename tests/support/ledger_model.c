/* The part of the model that is about the books: what orders took in and gave back says how much is
 * where money comes in, less what was settled; that is at the bank, or was charged. How a sale is
 * split into revenue, tax and fees is the core's, which tests/support/check_money.c looks at. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdlib.h>
#include <string.h>

bool ledger_model_knows(enum command_kind kind)
{
    return kind == COMMAND_RECORD_SETTLEMENT || kind == COMMAND_VOID_SETTLEMENT;
}

/* ---- Balances ----------------------------------------------------------------------------- */

static enum ledger_account account_of(enum tender tender)
{
    return tender == TENDER_CASH       ? LEDGER_CASH_BOX
           : tender == TENDER_EXTERNAL ? LEDGER_EXTERNAL
                                       : LEDGER_PROVIDER;
}

static int64_t came_in(const struct ticket_model *m, const struct model_event *event,
                       enum ledger_account account)
{
    int64_t sum_minor = 0;
    for (uint32_t at = event->newest_order; at; at = m->orders[at - 1].older) {
        const struct model_order *order = &m->orders[at - 1];
        if (account_of(order->tender) == account)
            sum_minor += order->captured_minor - order->refunded_minor + order->unreturned_minor;
    }
    return sum_minor;
}

/* To buyers: what goes back and has not arrived. */
static int64_t owed(const struct ticket_model *m, const struct model_event *event)
{
    int64_t sum_minor = 0;
    for (uint32_t at = event->newest_order; at; at = m->orders[at - 1].older) {
        const struct model_order *order = &m->orders[at - 1];
        sum_minor += refund_model_due(order) + (order->refund ? order->refund_minor : 0);
    }
    return sum_minor;
}

int64_t ledger_model_balance(const struct ticket_model *m, const struct model_event *event,
                             enum ledger_account account)
{
    int64_t sum_minor = 0;
    if (account == LEDGER_RECEIVABLE)
        return -owed(m, event);
    if (account <= LEDGER_EXTERNAL)
        sum_minor = came_in(m, event, account);
    for (uint32_t i = 0; i < event->settlement_count; i++) {
        const struct model_settlement *row = &event->settlements[i];
        if (row->voided)
            continue;
        if (account == LEDGER_BANK)
            sum_minor += row->amount_minor - row->fee_minor;
        else if (account == LEDGER_CHARGES)
            sum_minor += row->fee_minor;
        else if (account == row->account)
            sum_minor -= row->amount_minor;
    }
    return sum_minor;
}

void ledger_model_refunded(struct ticket_model *m, uint32_t order)
{
    if (order < m->order_count)
        m->orders[order].unreturned_minor = 0;
}

/* ---- Settlements -------------------------------------------------------------------------- */

static enum status check_record(const struct ticket_model *m, const struct model_event *event,
                                const struct record_settlement *ask)
{
    const int64_t amount_minor = ask->amount_minor;
    const int64_t most_minor = amount_minor < 0 ? -amount_minor : amount_minor;
    if (ask->account < LEDGER_PROVIDER || ask->account > LEDGER_EXTERNAL || !ask->reference[0] ||
        amount_minor == 0 || ask->fee_minor < 0 || ask->fee_minor > most_minor)
        return STATUS_BAD_FIELD;
    const int64_t has_minor = ledger_model_balance(m, event, ask->account);
    if (amount_minor > 0 ? amount_minor > has_minor : amount_minor < has_minor)
        return STATUS_SETTLES_TOO_MUCH;
    for (uint32_t i = 0; i < event->settlement_count; i++) {
        const struct model_settlement *row = &event->settlements[i];
        if (!row->voided && row->account == ask->account &&
            strcmp(row->reference, ask->reference) == 0)
            return STATUS_SETTLEMENT_EXISTS;
    }
    return STATUS_OK;
}

static void add(struct model_event *event, const struct record_settlement *ask)
{
    if (event->settlement_count == event->settlement_room) {
        event->settlement_room = event->settlement_room ? 2 * event->settlement_room : 8;
        event->settlements =
            realloc(event->settlements, event->settlement_room * sizeof(*event->settlements));
        must(event->settlements, "the model has memory");
    }
    struct model_settlement *row = &event->settlements[event->settlement_count++];
    *row = (struct model_settlement){ .account = ask->account,
                                      .amount_minor = ask->amount_minor,
                                      .fee_minor = ask->fee_minor };
    memcpy(row->reference, ask->reference, sizeof(row->reference));
}

static enum status organised(const struct ticket_model *m, struct id id, const struct actor *by,
                             struct model_event **event)
{
    *event = model_event_find(m, id);
    if (!*event)
        return STATUS_UNKNOWN_EVENT;
    return model_is_organiser(*event, by) ? STATUS_OK : STATUS_NOT_ORGANISER;
}

static enum status record_wanted(struct ticket_model *m, const struct record_settlement *ask)
{
    struct model_event *event;
    enum status status = organised(m, ask->event, &ask->by, &event);
    if (status == STATUS_OK)
        status = check_record(m, event, ask);
    if (status == STATUS_OK && !m->only_says)
        add(event, ask);
    return status;
}

static enum status void_wanted(struct ticket_model *m, const struct void_settlement *ask)
{
    struct model_event *event;
    const enum status status = organised(m, ask->event, &ask->by, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->number < 1 || ask->number > event->settlement_count)
        return STATUS_UNKNOWN_SETTLEMENT;
    if (!ask->reason[0])
        return STATUS_BAD_FIELD;
    if (!m->only_says)
        event->settlements[ask->number - 1].voided = true;
    return STATUS_OK;
}

enum status ledger_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_RECORD_SETTLEMENT)
        return record_wanted(m, &command->as.record_settlement);
    must(command->kind == COMMAND_VOID_SETTLEMENT, "a command about settlements");
    return void_wanted(m, &command->as.void_settlement);
}
