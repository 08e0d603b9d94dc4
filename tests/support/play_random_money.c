/* Random commands about money, beside those about tickets: few people, few orders, every answer
 * that a provider can give. */
#include "server/core/state.h"
#include "tests/support/play_addon.h"
#include "tests/support/play_allocation.h"
#include "tests/support/play_money.h"
#include "tests/support/play_random.h"
#include "tests/support/play_resale.h"

#include <string.h>

static struct id random_order(const struct play *play, const struct dice *dice)
{
    const uint32_t count = stadium_order_count(play->stadium);
    const uint32_t back = count ? roll(dice, roll(dice, 4) && count > 6 ? 6 : count) : 0;
    return count ? stadium_order(play->stadium, count - 1 - back)->id : (struct id){ 1, 1 };
}

static struct id random_hold(const struct play *play, const struct dice *dice)
{
    const struct pool *holds = &play->stadium->booking.holds;
    const uint32_t back = holds->count ? roll(dice, holds->count > 6 ? 6 : holds->count) : 0;
    return holds->count ? stadium_hold(play->stadium, holds->count - 1 - back)->id
                        : (struct id){ 1, 2 };
}

static enum status random_terms(struct play *play, const struct dice *dice)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    if (count == 0)
        return STATUS_OK;
    struct set_policy form = play_terms_form(events[roll(dice, count)].id);
    form.policy.tiers[0].notice_s = roll(dice, 300);
    form.policy.tiers[0].fee_bp = roll(dice, 3) * 2500;
    form.policy.tiers[1].fee_minor = roll(dice, 2) * 100;
    form.policy.tiers[1].seat = POLICY_SEAT_ON_SALE + (roll(dice, 8) == 0);
    form.policy.keeps_booking_fee = roll(dice, 2);
    form.approval_required = roll(dice, 4) == 0;
    if (roll(dice, 4))
        memcpy(form.tax_country, "DE", sizeof("DE"));
    form.payment_ttl_s = PAYMENT_TTL_MIN_S;
    form.approval_ttl_s = APPROVAL_TTL_MIN_S;
    return play_terms(play, &form);
}

/* Of any payment that is open: late, too much, too little, not known, declined. */
static enum status random_answer(struct play *play, const struct dice *dice)
{
    const struct booking *b = &play->stadium->booking;
    uint32_t at = b->open.first, skip = b->open.count ? roll(dice, b->open.count) : 0;
    while (skip-- > 0)
        at = chain_after(&b->payment_links, at - 1);
    if (!at)
        return STATUS_OK;
    const struct payment *payment = pool_get(&b->payments, at - 1);
    const enum payment_outcome outcome = roll(dice, 4)   ? PAYMENT_DONE
                                         : roll(dice, 2) ? PAYMENT_PENDING
                                                         : PAYMENT_DECLINED;
    const uint32_t much = roll(dice, 12);
    return play_answer(play, payment->number, outcome,
                       much == 0   ? 2 * payment->amount_minor
                       : much == 1 ? payment->amount_minor - 1
                                   : 0);
}

/* For seats that its owner holds first, mostly as many as there are lines. */
static enum status random_exchange(struct play *play, const struct dice *dice)
{
    uint32_t seats[3], events;
    struct id hold = random_hold(play, dice);
    const struct id id = random_order(play, dice);
    const struct order *order = stadium_order_find(play->stadium, id);
    const uint32_t count = 1 + roll(dice, 2), first = SMALL_SEATS - 8 + roll(dice, 14);
    for (uint32_t i = 0; i < 3; i++)
        seats[i] = first + i;
    if (order)
        play_hold(play, stadium_events(play->stadium, &events)[order->event].id, order->person,
                  (struct u32s){ seats, count + (roll(dice, 8) == 0) }, &hold);
    return play_exchange(play, id, ((1u << count) - 1) << roll(dice, 2), hold,
                         roll(dice, 8) ? "tok_ok" : "");
}

/* Of one of two countries; one of them is the event's. */
static enum status random_buyer(struct play *play, const struct dice *dice)
{
    const struct id id = random_hold(play, dice);
    if (!stadium_hold_find(play->stadium, id))
        return STATUS_OK;
    return play_buyer(play, id, roll(dice, 4) ? "ATU12345678" : "DE123456789");
}

/* A type that one means of payment buys few of, or a hold that is paid for by one of two. */
static enum status random_means(struct play *play, const struct dice *dice)
{
    const struct id id = random_hold(play, dice);
    const struct seathold *hold = stadium_hold_find(play->stadium, id);
    uint32_t events;
    if (!hold)
        return STATUS_OK;
    if (roll(dice, 3))
        return play_confirm_by(play, id, roll(dice, 2) ? "a" : "b", NULL);
    struct ticket_type type = *ticket_type_get(play->stadium, hold->event, 0);
    struct command command = { .kind = COMMAND_SET_TICKET_TYPE };
    struct set_ticket_type *set = &command.as.set_ticket_type;
    type.max_per_means = roll(dice, 4) ? 1 + roll(dice, 6) : 0;
    *set =
        (struct set_ticket_type){ .event = stadium_events(play->stadium, &events)[hold->event].id,
                                  .type = type,
                                  .prices = 1,
                                  .update = true };
    return play_command(play, command);
}

/* All of an account, or a part, or a little more; or one is taken back. */
static void random_settlement(struct play *play, const struct dice *dice)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    const enum ledger_account account = 1 + roll(dice, 4);
    char reference[16];
    if (count == 0)
        return;
    const uint32_t at = roll(dice, count);
    const int64_t has = stadium_balances(play->stadium, at)[account - 1].balance_minor;
    const int64_t amount = roll(dice, 3) ? has : roll(dice, 2) ? has / 2 : has + 1;
    snprintf(reference, sizeof(reference), "S-%u", roll(dice, 30));
    if (roll(dice, 3) == 0)
        play_void(play, events[at].id, 1 + roll(dice, 3));
    else
        play_settlement(play, events[at].id, account, amount, (amount < 0 ? -amount : amount) / 100,
                        reference);
}

void play_random_money(struct play *play, const struct dice *dice)
{
    const enum tender tender = 1 + roll(dice, 4);
    const uint32_t lines = roll(dice, 3) ? 1u << roll(dice, 3) : roll(dice, 16);
    switch (roll(dice, 32)) {
    case 30:
    case 31:
        random_settlement(play, dice);
        break;
    case 22:
    case 23:
        random_means(play, dice);
        break;
    case 20:
    case 21:
        random_buyer(play, dice);
        break;
    case 27:
        play_random_addon(play, dice);
        break;
    case 26:
        play_random_allocation(play, dice);
        break;
    case 24:
    case 25:
    case 28:
    case 29:
        play_random_resale(play, dice);
        break;
    case 0:
        random_terms(play, dice);
        break;
    case 1:
    case 2:
        play_give_back(play, random_order(play, dice), POLICY_BY_OWNER + (roll(dice, 4) == 0),
                       lines);
        break;
    case 3:
        play_approve(play, random_order(play, dice));
        break;
    case 4:
        play_reject(play, random_order(play, dice));
        break;
    case 5:
    case 6:
    case 7:
        random_exchange(play, dice);
        break;
    case 8:
        play_sell(play, random_hold(play, dice), tender, NULL);
        break;
    case 9:
        play->now_ms += roll(dice, 6) == 0 ? 1000 * PAYMENT_TTL_MIN_S : 0;
        break;
    case 10:
    case 11:
    case 12:
        random_answer(play, dice);
        break;
    default:
        play_random_tickets(play, dice);
    }
}
