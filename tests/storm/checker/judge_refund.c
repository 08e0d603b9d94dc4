/* Orders on the terms of their event: tickets that are given back or exchanged, orders that the
 * organiser looks at first. */
#include "tests/storm/checker/judge.h"

#include "server/wire/terms.h"

#include <stdio.h>
#include <string.h>

static void ask_terms(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    struct refusal unused = { 0 };
    const Tifo__V1__SetTermsRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_POLICY;
    wire_set_policy(request->terms, &command->as.set_policy, &unused);
    command->as.set_policy.event = judge_id(request->event_id);
    judge_person(deed, command->as.set_policy.by.person);
}

static bool tell_terms(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__SetTermsRequest *request = (const void *)deed->request;
    const Tifo__V1__EventTerms *told = ((const Tifo__V1__SetTermsResponse *)deed->reply)->terms;
    return (told->policy->n_tiers == request->terms->policy->n_tiers &&
            told->approval_required == request->terms->approval_required) ||
           mismatch(c, deed, "the terms are said to have %zu tiers, or approvals",
                    told->policy->n_tiers);
}

static void ask_cancel(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__CancelOrderRequest *request = (const void *)deed->request;
    struct cancel_order *cancel = &command->as.cancel_order;
    command->kind = COMMAND_CANCEL_ORDER;
    cancel->order = judge_id(request->order_id);
    cancel->version = request->version;
    cancel->cause = request->by_organiser ? POLICY_BY_ORGANISER : POLICY_BY_OWNER;
    cancel->lines = (struct u32s){ request->lines, (uint32_t)request->n_lines };
    cancel->is_quoted = request->quoted_case == TIFO__V1__CANCEL_ORDER_REQUEST__QUOTED_REFUND_MINOR;
    cancel->quoted_minor = cancel->is_quoted ? request->refund_minor : 0;
    judge_person(deed, cancel->by.person);
}

static bool tell_cancelled(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__CancelOrderRequest *request = (const void *)deed->request;
    const Tifo__V1__Order *told = ((const Tifo__V1__CancelOrderResponse *)deed->reply)->order;
    if (strcmp(told->order_id, request->order_id) != 0)
        return mismatch(c, deed, "another order is said to be given back");
    return judge_order(c, deed, told);
}

static void ask_exchange(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__ExchangeLinesRequest *request = (const void *)deed->request;
    struct exchange_lines *exchange = &command->as.exchange_lines;
    command->kind = COMMAND_EXCHANGE_LINES;
    exchange->order = judge_id(request->order_id);
    exchange->version = request->version;
    exchange->lines = (struct u32s){ request->lines, (uint32_t)request->n_lines };
    exchange->hold = judge_id(request->hold_id);
    exchange->hold_version = request->hold_version;
    exchange->as_organiser = request->by_organiser;
    exchange->is_quoted =
        request->quoted_case == TIFO__V1__EXCHANGE_LINES_REQUEST__QUOTED_COST_MINOR;
    exchange->quoted_minor = exchange->is_quoted ? request->cost_minor : 0;
    snprintf(exchange->payment_token, sizeof exchange->payment_token, "%s", request->payment_token);
    judge_person(deed, exchange->by.person);
}

static bool tell_exchanged(struct checker *c, const struct deed *deed)
{
    return judge_order(c, deed, ((const Tifo__V1__ExchangeLinesResponse *)deed->reply)->order);
}

static void ask_approve(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__ApproveOrderRequest *request = (const void *)deed->request;
    struct approve_order *approve = &command->as.approve_order;
    command->kind = COMMAND_APPROVE_ORDER;
    approve->order = judge_id(request->order_id);
    approve->version = request->version;
    memcpy(approve->tickets, deed->tickets, sizeof approve->tickets);
    judge_person(deed, approve->by.person);
}

static bool tell_approved(struct checker *c, const struct deed *deed)
{
    return judge_order(c, deed, ((const Tifo__V1__ApproveOrderResponse *)deed->reply)->order);
}

static void ask_reject(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__RejectOrderRequest *request = (const void *)deed->request;
    command->kind = COMMAND_REJECT_ORDER;
    command->as.reject_order.order = judge_id(request->order_id);
    command->as.reject_order.version = request->version;
    judge_person(deed, command->as.reject_order.by.person);
}

static bool tell_rejected(struct checker *c, const struct deed *deed)
{
    return judge_order(c, deed, ((const Tifo__V1__RejectOrderResponse *)deed->reply)->order);
}

const struct method refund_methods[] = {
    { "/tifo.v1.Terms/SetTerms", MESSAGES(set_terms), ask_terms, FACT_POLICY_SET, 0, tell_terms },
    { "/tifo.v1.Orders/CancelOrder", MESSAGES(cancel_order), ask_cancel, FACT_LINES_CANCELLED, 0,
      tell_cancelled },
    { "/tifo.v1.Orders/ExchangeLines", MESSAGES(exchange_lines), ask_exchange, FACT_ORDER_EXCHANGED,
      FACT_EXCHANGE_BEGUN, tell_exchanged },
    { "/tifo.v1.Orders/ApproveOrder", MESSAGES(approve_order), ask_approve, FACT_ORDER_APPROVED, 0,
      tell_approved },
    { "/tifo.v1.Orders/RejectOrder", MESSAGES(reject_order), ask_reject, FACT_ORDER_REJECTED, 0,
      tell_rejected },
    { 0 },
};
