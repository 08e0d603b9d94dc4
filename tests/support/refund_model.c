/* The part of the model that is about tickets that are given back one by one. What goes back of
 * each is the core's policy, a pure function that tests/unit/core/test_policy.c checks; that it
 * does, once and no more than was paid, and that the ticket opens nothing and the seat is free, is
 * checked here.
 */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <string.h>

bool refund_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_POLICY || kind == COMMAND_CANCEL_ORDER ||
           kind == COMMAND_EXCHANGE_LINES;
}

static bool is_ttl(uint32_t ttl_s, uint32_t min_s, uint32_t max_s)
{
    return ttl_s == 0 || (ttl_s >= min_s && ttl_s <= max_s);
}

static enum status terms_wanted(struct ticket_model *m, const struct set_policy *ask)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (policy_check(&ask->policy).what ||
        !is_ttl(ask->payment_ttl_s, PAYMENT_TTL_MIN_S, PAYMENT_TTL_MAX_S) ||
        !is_ttl(ask->approval_ttl_s, APPROVAL_TTL_MIN_S, APPROVAL_TTL_MAX_S) ||
        (ask->tax_country[0] && !tax_country(ask->tax_country)))
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    event->policy = ask->policy;
    event->approval_required = ask->approval_required;
    event->payment_ttl_s = ask->payment_ttl_s;
    event->approval_ttl_s = ask->approval_ttl_s;
    event->tax_country = tax_country(ask->tax_country);
    return STATUS_OK;
}

int64_t refund_model_left(const struct ticket_model *m, const struct model_order *order)
{
    int64_t total_minor = 0;
    for (uint32_t i = 0; i < order->line_count; i++) {
        const struct model_hold *hold = &m->holds[order->lines[i].hold];
        const uint32_t at = order->lines[i].at;
        total_minor += hold->gone[at] ? 0 : hold->total_minor[at];
    }
    return order->tender == TENDER_COMP ? 0 : total_minor;
}

int64_t refund_model_due(const struct model_order *order)
{
    int64_t due_minor = order->owed_minor;
    for (uint32_t i = 0; i < order->return_count; i++)
        due_minor += order->returns[i].amount_minor;
    return due_minor;
}

static bool is_gone(const struct ticket_model *m, const struct model_order *order, uint32_t line)
{
    return m->holds[order->lines[line].hold].gone[order->lines[line].at];
}

bool refund_model_is_sold(const struct ticket_model *m, const struct model_order *order)
{
    if (order->state != ORDER_PAID && order->state != ORDER_PARTIALLY_REFUNDED)
        return false;
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        if (!is_gone(m, order, i))
            return true;
    }
    return false;
}

/* Whether the ticket of a line can be given back. */
static enum status check_line(const struct ticket_model *m, const struct model_order *order,
                              uint32_t line, bool organiser)
{
    const struct model_ticket *ticket = &m->tickets[order->first_ticket + line];
    if (is_gone(m, order, line))
        return STATUS_ORDER_STATE;
    if (ticket->at[0].came)
        return STATUS_TICKET_USED;
    if (!organiser && model_medium_of(m, ticket))
        return STATUS_TICKET_EXCHANGED;
    if (!organiser && ticket->listing.open)
        return STATUS_TICKET_LISTED;
    return !organiser && strcmp(ticket->person, order->person) != 0 ? STATUS_ORDER_STATE
                                                                    : STATUS_OK;
}

/* Those that go with lines of the set, but for those that are gone. What a bundle brought does not
 * go without its ticket, unless the organiser says so. */
static uint32_t add_companions(const struct ticket_model *m, const struct model_order *order,
                               uint32_t set, bool organiser, enum status *status)
{
    const uint32_t with = addon_model_with(&m->holds[order->hold], set);
    if (*status == STATUS_OK && !organiser && addon_model_torn(&m->holds[order->hold], set))
        *status = STATUS_ADDON_BUNDLED;
    for (uint32_t i = 0; i < order->ticket_count && *status == STATUS_OK; i++) {
        if (!(with >> i & 1) || is_gone(m, order, i))
            continue;
        set |= UINT32_C(1) << i;
        *status = check_line(m, order, i, organiser);
    }
    return set;
}

uint32_t refund_model_lines(const struct ticket_model *m, const struct model_order *order,
                            struct u32s named, bool organiser, enum status *status)
{
    const uint32_t count = named.count ? named.count : order->ticket_count;
    uint32_t set = 0;
    *status = named.count > order->ticket_count ? STATUS_BAD_FIELD : STATUS_OK;
    for (uint32_t i = 0; *status == STATUS_OK && i < count; i++) {
        const uint32_t line = named.count ? named.v[i] : i;
        if (named.count == 0 && is_gone(m, order, i))
            continue;
        if (line >= order->ticket_count || (i > 0 && named.count && line <= named.v[i - 1])) {
            *status = STATUS_BAD_FIELD;
            return 0;
        }
        set |= UINT32_C(1) << line;
        *status = check_line(m, order, line, organiser);
    }
    return add_companions(m, order, set, organiser, status);
}

static struct policy_outcome outcome_of(const struct ticket_model *m,
                                        const struct model_order *order, uint32_t line,
                                        uint32_t cause, int64_t now_ms)
{
    const struct model_hold *hold = &m->holds[order->lines[line].hold];
    const struct model_event *event = model_event_of(m, hold);
    const uint32_t at = order->lines[line].at;
    const int64_t paid_minor = order->tender == TENDER_COMP ? 0 : hold->total_minor[at];
    const struct policy_line paid = { .type = hold->type[at], .price_minor = paid_minor };
    return policy_quote(&event->policy, &paid, event->starts_ms, now_ms, (enum policy_cause)cause);
}

static void give_back(struct ticket_model *m, struct model_order *order, uint32_t line,
                      const struct policy_outcome *outcome)
{
    struct model_hold *hold = &m->holds[order->lines[line].hold];
    struct model_event *event = model_event_of(m, hold);
    const uint32_t seat = hold->seats[order->lines[line].at];
    hold->gone[order->lines[line].at] = true;
    m->tickets[order->first_ticket + line].state = TICKET_CANCELLED;
    m->tickets[order->first_ticket + line].listing.open = false;
    if (seat == NO_SEAT)
        return;
    event->seats[seat].hold = 0;
    event->seats[seat].on_sale = outcome->seat != POLICY_SEAT_WITHHELD;
}

static enum status cancel_wanted(struct ticket_model *m, const struct cancel_order *ask,
                                 int64_t now_ms)
{
    struct model_order *order = model_order_find(m, ask->order);
    const bool organiser = ask->cause == POLICY_BY_ORGANISER;
    if (!order)
        return STATUS_UNKNOWN_ORDER;
    const struct model_hold *hold = &m->holds[order->hold];
    const struct model_event *event = model_event_of(m, hold);
    if (organiser && !model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (!organiser && strcmp(order->person, ask->by.person) != 0)
        return STATUS_UNKNOWN_ORDER;
    if (order->version != ask->version)
        return STATUS_ORDER_CHANGED;
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (!refund_model_is_sold(m, order))
        return STATUS_ORDER_STATE;
    if (order->exchange_hold)
        return STATUS_ORDER_STATE;
    enum status status;
    const uint32_t lines = refund_model_lines(m, order, ask->lines, organiser, &status);
    int64_t refund_minor = 0;
    for (uint32_t i = 0; status == STATUS_OK && i < order->ticket_count; i++) {
        const struct policy_outcome outcome = outcome_of(m, order, i, ask->cause, now_ms);
        if (!(lines >> i & 1))
            continue;
        status = outcome.allowed ? STATUS_OK : STATUS_NOT_CANCELLABLE;
        refund_minor += outcome.refund_minor;
    }
    if (status == STATUS_OK && ask->is_quoted && ask->quoted_minor != refund_minor)
        return STATUS_QUOTE_CHANGED;
    if (status != STATUS_OK || m->only_says)
        return status;
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct policy_outcome outcome = outcome_of(m, order, i, ask->cause, now_ms);
        if (lines >> i & 1)
            give_back(m, order, i, &outcome);
    }
    const bool counter = order->tender != TENDER_CARD;
    *(counter ? &order->refunded_minor : &order->owed_minor) += refund_minor;
    if (refund_minor > 0)
        order->state = ORDER_PARTIALLY_REFUNDED;
    if (!refund_model_is_sold(m, order))
        order->state = counter && refund_minor > 0 ? ORDER_REFUNDED : ORDER_CANCELLED;
    return STATUS_OK;
}

enum status refund_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_SET_POLICY)
        return terms_wanted(m, &command->as.set_policy);
    if (command->kind == COMMAND_EXCHANGE_LINES)
        return exchange_model_do(m, &command->as.exchange_lines, command->time_ms);
    must(command->kind == COMMAND_CANCEL_ORDER, "a command about what is given back");
    return cancel_wanted(m, &command->as.cancel_order, command->time_ms);
}

const char *refund_model_wanted(struct model_order *order, const struct payment_wanted *wanted)
{
    if (wanted->amount_minor <= 0 || wanted->amount_minor != order->owed_minor)
        return "what is owed goes back, and no more";
    must(order->return_count < HOLD_SEATS, "a line goes back once");
    order->returns[order->return_count].number = wanted->number;
    order->returns[order->return_count++].amount_minor = wanted->amount_minor;
    order->owed_minor = 0;
    return NULL;
}

bool refund_model_settled(struct model_order *order, const struct settle_payment *settle)
{
    uint32_t at = 0;
    while (at < order->return_count && order->returns[at].number != settle->number)
        at++;
    if (at == order->return_count)
        return false;
    const int64_t amount_minor = order->returns[at].amount_minor;
    order->returns[at] = order->returns[--order->return_count];
    if (settle->outcome != PAYMENT_DONE) {
        order->owed_minor += amount_minor; /* It is asked for again. */
        return true;
    }
    order->refunded_minor += amount_minor;
    if (order->state == ORDER_CANCELLED && refund_model_due(order) == 0)
        order->state = ORDER_REFUNDED;
    return true;
}
