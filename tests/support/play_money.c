#include "tests/support/play_money.h"

#include <stdio.h>
#include <string.h>

struct set_policy play_terms_form(struct id event)
{
    return (struct set_policy){
        .event = event,
        .policy = { .tiers = { { POLICY_ALL_TYPES, 86400, 0, 0, POLICY_SEAT_ON_SALE },
                               { POLICY_ALL_TYPES, 0, 5000, 0, POLICY_SEAT_ON_SALE } },
                    .tier_count = 2 },
    };
}

enum status play_terms(struct play *play, const struct set_policy *form)
{
    struct command command = { .kind = COMMAND_SET_POLICY };
    command.as.set_policy = *form;
    return play_command(play, command);
}

enum status play_sell(struct play *play, struct id hold, enum tender tender, struct id *order)
{
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    struct confirm_hold *ask = &command.as.confirm_hold;
    *ask = (struct confirm_hold){ .hold = hold, .order = play_id(play), .tender = tender };
    ask->version = row ? row->version : 0;
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    stadium_kin_of_hold(play->stadium, hold, &ask->order, ask->tickets);
    snprintf(ask->person, sizeof(ask->person), "%s", row ? row->person : "");
    snprintf(ask->payment_token, sizeof(ask->payment_token), "tok_ok");
    if (order)
        *order = ask->order;
    return play_command(play, command);
}

enum status play_confirm_by(struct play *play, struct id hold, const char *means, struct id *order)
{
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    struct confirm_hold *ask = &command.as.confirm_hold;
    *ask = (struct confirm_hold){ .hold = hold, .version = row->version, .order = play_id(play) };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    stadium_kin_of_hold(play->stadium, hold, &ask->order, ask->tickets);
    memcpy(ask->person, row->person, sizeof(ask->person));
    snprintf(ask->payment_token, sizeof(ask->payment_token), "tok_ok");
    snprintf(ask->means, sizeof(ask->means), "%s", means);
    if (order)
        *order = ask->order;
    return play_command(play, command);
}

enum status play_buyer(struct play *play, struct id hold, const char *tax_id)
{
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_SET_BUYER };
    struct set_buyer *ask = &command.as.set_buyer;
    *ask = (struct set_buyer){ .hold = hold, .version = row->version };
    memcpy(ask->person, row->person, sizeof(ask->person));
    snprintf(ask->tax_id, sizeof(ask->tax_id), "%s", tax_id);
    return play_command(play, command);
}

enum status play_settlement(struct play *play, struct id event, enum ledger_account account,
                            int64_t amount_minor, int64_t fee_minor, const char *reference)
{
    struct command command = { .kind = COMMAND_RECORD_SETTLEMENT };
    struct record_settlement *ask = &command.as.record_settlement;
    *ask = (struct record_settlement){
        .event = event, .account = account, .amount_minor = amount_minor, .fee_minor = fee_minor
    };
    snprintf(ask->reference, sizeof(ask->reference), "%s", reference);
    memcpy(ask->by.person, "keeper", sizeof("keeper"));
    return play_command(play, command);
}

enum status play_void(struct play *play, struct id event, uint32_t number)
{
    struct command command = { .kind = COMMAND_VOID_SETTLEMENT };
    command.as.void_settlement =
        (struct void_settlement){ .event = event, .number = number, .reason = "a slip" };
    return play_command(play, command);
}

/* The positions whose bits are set. */
static struct u32s positions(uint32_t bits, uint32_t list[HOLD_SEATS])
{
    struct u32s out = { list, 0 };
    for (uint32_t i = 0; i < HOLD_SEATS; i++) {
        if (bits >> i & 1)
            list[out.count++] = i;
    }
    return out;
}

static uint64_t version_of(const struct play *play, struct id order)
{
    const struct order *row = stadium_order_find(play->stadium, order);
    return row ? row->version : 0;
}

static void set_person(const struct play *play, struct id order, char person[PERSON_BYTES + 1])
{
    const struct order *row = stadium_order_find(play->stadium, order);
    if (row)
        memcpy(person, row->person, sizeof(row->person));
}

enum status play_give_back(struct play *play, struct id order, enum policy_cause cause,
                           uint32_t lines)
{
    uint32_t list[HOLD_SEATS];
    struct command command = { .kind = COMMAND_CANCEL_ORDER };
    command.as.cancel_order = (struct cancel_order){ .order = order,
                                                     .version = version_of(play, order),
                                                     .cause = cause,
                                                     .lines = positions(lines, list),
                                                     .reason = "ill" };
    set_person(play, order, command.as.cancel_order.by.person);
    return play_command(play, command);
}

enum status play_approve(struct play *play, struct id order)
{
    struct command command = { .kind = COMMAND_APPROVE_ORDER };
    struct approve_order *ask = &command.as.approve_order;
    *ask = (struct approve_order){ .order = order,
                                   .version = version_of(play, order),
                                   .by = { .person = "boss" } };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    stadium_kin_of_order(play->stadium, stadium_order_find(play->stadium, order), ask->tickets);
    return play_command(play, command);
}

enum status play_reject(struct play *play, struct id order)
{
    struct command command = { .kind = COMMAND_REJECT_ORDER };
    command.as.reject_order = (struct reject_order){ .order = order,
                                                     .version = version_of(play, order),
                                                     .by = { .person = "boss" },
                                                     .reason = "full" };
    return play_command(play, command);
}

enum status play_exchange(struct play *play, struct id order, uint32_t lines, struct id hold,
                          const char *token)
{
    uint32_t list[HOLD_SEATS];
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_EXCHANGE_LINES };
    struct exchange_lines *ask = &command.as.exchange_lines;
    *ask = (struct exchange_lines){ .order = order,
                                    .hold = hold,
                                    .version = version_of(play, order),
                                    .hold_version = row ? row->version : 0,
                                    .lines = positions(lines, list) };
    set_person(play, order, ask->by.person);
    snprintf(ask->payment_token, sizeof(ask->payment_token), "%s", token);
    return play_command(play, command);
}

enum status play_answer(struct play *play, uint32_t number, enum payment_outcome outcome,
                        int64_t amount_minor)
{
    struct command command = { .kind = COMMAND_SETTLE_PAYMENT };
    struct settle_payment *ask = &command.as.settle_payment;
    *ask = (struct settle_payment){
        .number = number, .outcome = outcome, .amount_minor = amount_minor, .reference = "pay_1"
    };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    const struct payment *payment = stadium_payment(play->stadium, number);
    stadium_kin_of_order(
        play->stadium, payment ? stadium_order(play->stadium, payment->order) : NULL, ask->tickets);
    return play_command(play, command);
}

int64_t play_balance(const struct play *play, struct id event, enum ledger_account account)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    const struct event *row = stadium_event_find(play->stadium, event);
    return stadium_balances(play->stadium, (uint32_t)(row - events))[account - 1].balance_minor;
}
