/* What becomes of an order's money: late, too much, back, kept, exchanged; and that the books say
 * so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_money.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

/* B1 costs something, B2 nothing. */
enum { PRICED = 10, FREE = SMALL_SEATS + 10, PRICE = PLAY_PRICE_MINOR };
enum { PAYMENT_MS = PAYMENT_TTL_S * 1000 };

static struct id event;

static int published(void **state)
{
    start(state);
    event = play_event(&play);
    return 0;
}

static struct id held(uint32_t first, uint32_t count)
{
    uint32_t seats[HOLD_SEATS];
    struct id hold;
    for (uint32_t i = 0; i < count; i++)
        seats[i] = first + i;
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ seats, count }, &hold),
                     STATUS_OK);
    return hold;
}

static struct id asked(uint32_t first, uint32_t count)
{
    struct id order;
    assert_int_equal(play_confirm(&play, held(first, count), &order), STATUS_OK);
    return order;
}

static struct id bought(uint32_t first, uint32_t count)
{
    const struct id order = asked(first, count);
    if (stadium_payment_open(play.stadium))
        play_settle_payment(&play, PAYMENT_DONE);
    return order;
}

static const struct order *row(struct id order)
{
    return stadium_order_find(play.stadium, order);
}

static const struct order_money *money(struct id order)
{
    for (uint32_t i = 0; i < stadium_order_count(play.stadium); i++) {
        if (stadium_order(play.stadium, i) == row(order))
            return stadium_order_money(play.stadium, i);
    }
    return NULL;
}

static void check(void)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

static int64_t balance(enum ledger_account account)
{
    return play_balance(&play, event, account);
}

static uint32_t open_number(void)
{
    const struct payment *payment = stadium_payment_open(play.stadium);
    return payment ? payment->number : 0;
}

static void use_terms(bool approval)
{
    struct set_policy form = play_terms_form(event);
    form.approval_required = approval;
    assert_int_equal(play_terms(&play, &form), STATUS_OK);
}

/* ---- Late, twice, never ------------------------------------------------------------------ */

static void a_payment_that_is_late_gets_the_seats_if_they_are_free(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 2);
    play_answer(&play, 1, PAYMENT_PENDING, 0);
    play_wait(&play, PAYMENT_MS);
    assert_int_equal(row(order)->state, ORDER_EXPIRED);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_FREE);
    check();
    play_answer(&play, 1, PAYMENT_DONE, 0);
    assert_int_equal(row(order)->state, ORDER_PAID);
    assert_int_equal(play_seat(&play, event, PRICED + 1), SEAT_SOLD);
    assert_int_equal(open_number(), 0);
    assert_int_equal(balance(LEDGER_PROVIDER), 2 * PRICE);
    check();
}

static void a_payment_that_is_too_late_goes_back_by_itself(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 2);
    play_wait(&play, PAYMENT_MS);
    asked(PRICED + 1, 1);
    play_answer(&play, 2, PAYMENT_DONE, 0);
    play_answer(&play, 1, PAYMENT_DONE, 0);
    assert_int_equal(row(order)->state, ORDER_EXPIRED);
    assert_int_equal(money(order)->refunding_minor, 2 * PRICE);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    assert_int_equal(row(order)->ticket_count, 0);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_FREE);
    check();
}

static void a_late_payment_finds_seats_whose_hold_is_over(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 2);
    play_wait(&play, PAYMENT_MS);
    held(PRICED, 1);
    play.now_ms += PLAY_TTL_MS; /* And no tick. */
    play_answer(&play, 1, PAYMENT_DONE, 0);
    assert_int_equal(row(order)->state, ORDER_PAID);
    check();
}

static void orders_expire_to_the_millisecond(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 1);
    play.now_ms += PAYMENT_MS - 1;
    play_settle(&play);
    assert_int_equal(row(order)->state, ORDER_PENDING);
    play.now_ms += 1;
    assert_true(stadium_due(play.stadium) <= play.now_ms);
    play_settle(&play);
    assert_int_equal(row(order)->state, ORDER_EXPIRED);
    play_answer(&play, 1, PAYMENT_DECLINED, 0);
    assert_int_equal(row(order)->state, ORDER_EXPIRED);
    check();
}

static void what_is_paid_twice_goes_back_once(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 2);
    play_answer(&play, 1, PAYMENT_DONE, 4 * PRICE);
    assert_int_equal(row(order)->state, ORDER_PAID);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_RETURN);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, 2 * PRICE);
    assert_int_equal(balance(LEDGER_RECEIVABLE), -2 * PRICE);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_PAID);
    assert_int_equal(balance(LEDGER_RECEIVABLE), 0);
    assert_int_equal(balance(LEDGER_PROVIDER), 2 * PRICE);
    check();
}

static void too_little_is_no_payment(void **state)
{
    (void)state;
    const struct id order = asked(PRICED, 2);
    play_answer(&play, 1, PAYMENT_DONE, PRICE);
    assert_int_equal(row(order)->state, ORDER_CANCELLED);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, PRICE);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    check();
}

static void who_does_not_know_is_asked_again_ever_later(void **state)
{
    (void)state;
    asked(PRICED, 1);
    int64_t wait_ms = 1000;
    for (int i = 0; i < 15; i++) {
        const int64_t from_ms = play.now_ms;
        play_answer(&play, 1, PAYMENT_PENDING, 0);
        const uint32_t ask = stadium_ask_last(play.stadium);
        assert_null(stadium_asked(play.stadium, ask));
        play.now_ms += wait_ms - 1;
        play_settle(&play);
        assert_int_equal(stadium_ask_last(play.stadium), ask);
        play.now_ms += 1;
        play_settle(&play);
        assert_int_equal(play.now_ms, from_ms + wait_ms);
        assert_int_equal(stadium_asked(play.stadium, ask + 1)->number, 1);
        assert_int_equal(stadium_ask_first(play.stadium), ask + 1);
        wait_ms = wait_ms * 2 > 600 * 1000 ? 600 * 1000 : wait_ms * 2;
    }
    check();
}

static void a_declined_refund_is_not_asked_for_at_once(void **state)
{
    (void)state;
    const struct id order = bought(PRICED, 1);
    play_cancel(&play, event);
    play_settle(&play);
    const uint32_t first = open_number();
    assert_true(first > 0);
    play_answer(&play, first, PAYMENT_DECLINED, 0);
    assert_int_equal(open_number(), first + 1);
    assert_null(stadium_asked(play.stadium, stadium_ask_last(play.stadium)));
    check();
    play_wait(&play, 1000);
    assert_int_equal(stadium_asked(play.stadium, stadium_ask_last(play.stadium))->number,
                     first + 1);
    play_answer(&play, first + 1, PAYMENT_DECLINED, 0);
    assert_int_equal(stadium_payment_wait(play.stadium, first + 2).attempts, 2);
    play_answer(&play, first + 2, PAYMENT_DONE, 0);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    assert_string_equal(stadium_payment_reference(play.stadium, 0), "pay_1");
    check();
}

/* ---- Giving back ------------------------------------------------------------------------- */

static void a_part_is_given_back_for_what_the_policy_says(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 3);
    const uint64_t version = row(order)->version;
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 2), STATUS_OK);
    assert_int_equal(row(order)->state, ORDER_PARTIALLY_REFUNDED);
    assert_true(row(order)->version > version);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, PRICE / 2);
    assert_int_equal(play_seat(&play, event, PRICED + 1), SEAT_FREE);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_SOLD);
    struct scan_ticket form = play_scan_form(&play, play_ticket(&play, order, 1), 0, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_CANCELLED);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(balance(LEDGER_KEPT), -PRICE / 2);
    assert_int_equal(balance(LEDGER_PROVIDER), 5 * PRICE / 2);
    bought(PRICED + 1, 1);
    check();
}

static void all_of_it_is_given_back(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 3);
    play_give_back(&play, order, POLICY_BY_OWNER, 1);
    play_give_back(&play, order, POLICY_BY_OWNER, 0);
    assert_int_equal(row(order)->state, ORDER_CANCELLED);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_CANCELLED);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 0), STATUS_ORDER_STATE);
    check();
}

static void the_organiser_gives_all_of_it_back(void **state)
{
    (void)state;
    const struct id order = bought(PRICED, 2);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 0), STATUS_NOT_CANCELLABLE);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 0), STATUS_OK);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, 2 * PRICE);
    assert_int_equal(balance(LEDGER_KEPT), 0);
    check();
}

static void a_seat_is_withheld_if_the_policy_says_so(void **state)
{
    (void)state;
    struct set_policy form = play_terms_form(event);
    form.policy.tiers[1].seat = POLICY_SEAT_WITHHELD;
    play_terms(&play, &form);
    const struct id order = bought(PRICED, 1);
    const uint32_t seats = stadium_event_find(play.stadium, event)->seats;
    play_give_back(&play, order, POLICY_BY_OWNER, 0);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_NOT_ON_SALE);
    assert_int_equal(stadium_event_find(play.stadium, event)->seats, seats - 1);
    check();
}

static void a_quote_is_what_it_comes_to(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 3);
    const uint32_t last = 2;
    struct command command = { .kind = COMMAND_CANCEL_ORDER };
    struct cancel_order *ask = &command.as.cancel_order;
    *ask = (struct cancel_order){ .order = order,
                                  .version = row(order)->version,
                                  .by = { .person = "ann" },
                                  .cause = POLICY_BY_OWNER,
                                  .lines = { (uint32_t *)&last, 1 },
                                  .is_quoted = true };
    struct cancellation quote;
    struct refusal refusal;
    assert_int_equal(stadium_quote_cancellation(play.stadium, ask, play.now_ms, &quote, &refusal),
                     STATUS_OK);
    assert_int_equal(quote.refund_minor, PRICE / 2);
    assert_int_equal(quote.valid_ms, stadium_event_find(play.stadium, event)->starts_ms);
    ask->quoted_minor = quote.refund_minor + 1;
    assert_int_equal(play_command(&play, command), STATUS_QUOTE_CHANGED);
    ask->quoted_minor--;
    ask->version++;
    assert_int_equal(play_command(&play, command), STATUS_ORDER_CHANGED);
    ask->version--;
    strcpy(ask->by.person, "bob");
    assert_int_equal(play_command(&play, command), STATUS_UNKNOWN_ORDER);
    strcpy(ask->by.person, "ann");
    play.now_ms = quote.valid_ms;
    play_settle(&play);
    assert_int_equal(play_command(&play, command), STATUS_OK);
    ask->version = row(order)->version;
    assert_int_equal(play_command(&play, command), STATUS_ORDER_STATE);
    ask->lines.count = 0;
    play.now_ms++;
    assert_int_equal(play_command(&play, command), STATUS_NOT_CANCELLABLE);
    check();
}

static void who_is_in_cannot_give_back(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 2);
    struct scan_ticket form = play_scan_form(&play, play_ticket(&play, order, 0), 0, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 0), STATUS_TICKET_USED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 2), STATUS_OK);
    check();
}

static void what_was_given_away_is_no_longer_theirs(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 2);
    assert_int_equal(play_reissue(&play, play_ticket(&play, order, 0), "ann", "bob"), STATUS_OK);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 0), STATUS_ORDER_STATE);
    assert_int_equal(play_exchange(&play, order, 1, held(FREE, 1), ""), STATUS_ORDER_STATE);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 2), STATUS_OK);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    check();
}

static void a_cancelled_event_pays_back_what_is_left(void **state)
{
    (void)state;
    use_terms(false);
    const struct id order = bought(PRICED, 3);
    play_give_back(&play, order, POLICY_BY_OWNER, 1);
    play_cancel(&play, event);
    play_settle(&play);
    assert_int_equal(money(order)->refunding_minor, PRICE / 2 + 2 * PRICE);
    check();
    while (open_number())
        play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    assert_int_equal(balance(LEDGER_PROVIDER), PRICE / 2);
    assert_int_equal(balance(LEDGER_KEPT), -PRICE / 2);
    assert_int_equal(balance(LEDGER_REVENUE) + balance(LEDGER_REFUNDS), 0);
    check();
}

/* ---- Approval ---------------------------------------------------------------------------- */

static void an_approved_order_is_captured(void **state)
{
    (void)state;
    use_terms(true);
    const struct id order = asked(PRICED, 2);
    assert_int_equal(row(order)->state, ORDER_APPROVAL);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_AUTHORISE);
    assert_int_equal(play_approve(&play, order), STATUS_ORDER_STATE);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    assert_int_equal(play_approve(&play, order), STATUS_OK);
    assert_int_equal(row(order)->state, ORDER_PENDING);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_CAPTURE);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_PAID);
    assert_int_equal(balance(LEDGER_PROVIDER), 2 * PRICE);
    assert_int_equal(play_reject(&play, order), STATUS_ORDER_STATE);
    check();
}

static void a_rejected_order_gives_its_seats_and_money_up(void **state)
{
    (void)state;
    use_terms(true);
    const struct id order = asked(PRICED, 2), early = asked(PRICED + 2, 1);
    play_answer(&play, 1, PAYMENT_DONE, 0);
    assert_int_equal(play_reject(&play, order), STATUS_OK);
    assert_int_equal(row(order)->state, ORDER_REJECTED);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_FREE);
    assert_int_equal(stadium_payment(play.stadium, 3)->kind, PAYMENT_VOID);
    /* Rejected before the provider has answered: given up when it does. */
    assert_int_equal(play_reject(&play, early), STATUS_OK);
    play_answer(&play, 2, PAYMENT_DONE, 0);
    assert_int_equal(stadium_payment(play.stadium, 4)->kind, PAYMENT_VOID);
    play_answer(&play, 3, PAYMENT_DONE, 0);
    play_answer(&play, 4, PAYMENT_DECLINED, 0);
    play_answer(&play, 5, PAYMENT_DONE, 0);
    assert_int_equal(open_number(), 0);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    check();
}

static void nobody_waits_for_approval_for_ever(void **state)
{
    (void)state;
    use_terms(true);
    const struct id order = asked(PRICED, 1), free = asked(FREE, 1), none = asked(PRICED + 1, 1);
    play_answer(&play, 1, PAYMENT_DONE, 0);
    play_answer(&play, 2, PAYMENT_DECLINED, 0);
    assert_int_equal(row(none)->state, ORDER_CANCELLED);
    assert_int_equal(play_approve(&play, free), STATUS_OK);
    assert_int_equal(row(free)->state, ORDER_PAID);
    play.now_ms += 1000 * (int64_t)APPROVAL_TTL_S;
    play_settle(&play);
    assert_int_equal(row(order)->state, ORDER_EXPIRED);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_VOID);
    check();
}

static void a_cancelled_event_rejects_who_waits(void **state)
{
    (void)state;
    use_terms(true);
    const struct id order = asked(PRICED, 1);
    play_answer(&play, 1, PAYMENT_DONE, 0);
    play_cancel(&play, event);
    play_settle(&play);
    assert_int_equal(row(order)->state, ORDER_REJECTED);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_VOID);
    check();
}

/* ---- Exchanges --------------------------------------------------------------------------- */

static void dearer_seats_cost_the_difference(void **state)
{
    (void)state;
    const struct id order = bought(FREE, 2), better = held(PRICED, 1);
    const struct id ticket = play_ticket(&play, order, 1);
    assert_int_equal(play_exchange(&play, order, 2, better, ""), STATUS_BAD_FIELD);
    assert_int_equal(play_exchange(&play, order, 3, better, "tok_ok"), STATUS_BAD_FIELD);
    assert_int_equal(play_exchange(&play, order, 2, better, "tok_ok"), STATUS_OK);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_TOP_UP);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->seat, FREE + 1);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 0), STATUS_ORDER_STATE);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->seat, PRICED);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->generation, 2);
    assert_int_equal(play_seat(&play, event, FREE + 1), SEAT_FREE);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_SOLD);
    assert_int_equal(row(order)->total_minor, PRICE);
    assert_int_equal(balance(LEDGER_PROVIDER), PRICE);
    struct scan_ticket form = play_scan_form(&play, ticket, 0, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_REVOKED); /* The form has generation 1. */
    form.generation = 2;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    check();
}

static void cheaper_seats_give_the_difference_back(void **state)
{
    (void)state;
    const struct id order = bought(PRICED, 2);
    assert_int_equal(play_exchange(&play, order, 1, held(FREE, 1), ""), STATUS_OK);
    assert_int_equal(row(order)->state, ORDER_PAID);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, PRICE);
    check();
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(order)->state, ORDER_PAID);
    /* And back again, and then all of it is given back. */
    play_exchange(&play, order, 1, held(PRICED, 1), "tok_ok");
    play_settle_payment(&play, PAYMENT_DONE);
    play_give_back(&play, order, POLICY_BY_ORGANISER, 0);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, 2 * PRICE);
    check();
}

static void an_exchange_that_is_not_paid_changes_nothing(void **state)
{
    (void)state;
    const struct id order = bought(FREE, 1), better = held(PRICED, 1);
    play_exchange(&play, order, 1, better, "tok_ok");
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(stadium_hold_find(play.stadium, better)->state, HOLD_HELD);
    assert_int_equal(play_seat(&play, event, FREE), SEAT_SOLD);
    check();
    /* Too late: the money goes back. */
    play_exchange(&play, order, 1, better, "tok_ok");
    const uint32_t number = open_number();
    play_wait(&play, PAYMENT_MS);
    assert_int_equal(stadium_hold_find(play.stadium, better)->state, HOLD_EXPIRED);
    play_answer(&play, number, PAYMENT_DONE, 0);
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_RETURN);
    check();
}

/* Holds that an exchange was not paid for are bought instead: the order, which is none of theirs,
 * is found all the same, however often that happens. */
static void holds_of_failed_exchanges_are_bought(void **state)
{
    (void)state;
    struct id order; /* Found by its hold: */
    play.packs = true;
    assert_int_equal(play_sell(&play, held(FREE, 1), TENDER_CARD, &order), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    const struct id ticket = play_ticket(&play, order, 0);
    for (uint32_t i = 0; i < 3; i++) {
        const struct id better = held(PRICED + i, 1);
        struct id other;
        assert_int_equal(play_exchange(&play, order, 1, better, "tok_ok"), STATUS_OK);
        play_settle_payment(&play, PAYMENT_DECLINED);
        assert_int_equal(stadium_hold_find(play.stadium, better)->state, HOLD_HELD);
        assert_int_equal(play_sell(&play, better, TENDER_CASH, &other), STATUS_OK);
        assert_non_null(stadium_order_find(play.stadium, other));
        assert_non_null(stadium_order_find(play.stadium, order));
        assert_non_null(stadium_ticket_find(play.stadium, ticket));
        check();
    }
}

static void who_went_in_meanwhile_keeps_the_seat(void **state)
{
    (void)state;
    const struct id order = bought(FREE, 1), better = held(PRICED, 1);
    play_exchange(&play, order, 1, better, "tok_ok");
    struct scan_ticket form = play_scan_form(&play, play_ticket(&play, order, 0), 0, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(play_seat(&play, event, FREE), SEAT_SOLD);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, PRICE);
    assert_int_equal(stadium_hold_find(play.stadium, better)->state, HOLD_HELD);
    check();
}

static void an_event_is_cancelled_amid_an_exchange(void **state)
{
    (void)state;
    const struct id order = bought(FREE, 1), better = held(PRICED, 1);
    play_exchange(&play, order, 1, better, "tok_ok");
    play_cancel(&play, event);
    play_settle(&play);
    assert_int_equal(row(order)->state, ORDER_REFUNDED);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(stadium_hold_find(play.stadium, better)->state, HOLD_RELEASED);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    check();
}

/* ---- The box office ---------------------------------------------------------------------- */

static void the_box_office_needs_no_provider(void **state)
{
    (void)state;
    struct id cash, comp, paid;
    use_terms(true); /* Whoever sells at the door approves. */
    assert_int_equal(play_sell(&play, held(PRICED, 2), TENDER_CASH, &cash), STATUS_OK);
    assert_int_equal(play_sell(&play, held(PRICED + 2, 1), TENDER_COMP, &comp), STATUS_OK);
    assert_int_equal(play_sell(&play, held(PRICED + 3, 1), TENDER_EXTERNAL, &paid), STATUS_OK);
    assert_int_equal(row(cash)->state, ORDER_PAID);
    assert_int_equal(row(comp)->total_minor, 0);
    assert_int_equal(balance(LEDGER_CASH_BOX), 2 * PRICE);
    assert_int_equal(balance(LEDGER_EXTERNAL), PRICE);
    check();
    /* Exchanged, given back: at once. */
    assert_int_equal(play_exchange(&play, cash, 1, held(FREE, 1), ""), STATUS_OK);
    assert_int_equal(balance(LEDGER_CASH_BOX), PRICE);
    assert_int_equal(play_exchange(&play, cash, 1, held(PRICED, 1), ""), STATUS_OK);
    assert_int_equal(play_exchange(&play, comp, 1, held(PRICED + 5, 1), ""), STATUS_OK);
    assert_int_equal(play_give_back(&play, cash, POLICY_BY_OWNER, 1), STATUS_OK);
    assert_int_equal(balance(LEDGER_CASH_BOX), 3 * PRICE / 2);
    assert_int_equal(play_give_back(&play, cash, POLICY_BY_OWNER, 0), STATUS_OK);
    assert_int_equal(row(cash)->state, ORDER_REFUNDED);
    check();
    play_cancel(&play, event);
    play_settle(&play);
    assert_int_equal(row(paid)->state, ORDER_REFUNDED);
    assert_int_equal(row(comp)->state, ORDER_REFUNDED);
    assert_int_equal(balance(LEDGER_EXTERNAL), 0);
    assert_int_equal(open_number(), 0);
    check();
}

static uint32_t share_of(const char *person)
{
    return people_share(&play.stadium->booking.people, person, 0, 0);
}

/* What is sold counts for whom it is for, not for who sells it. */
static void what_is_sold_for_others_is_in_their_share(void **state)
{
    (void)state;
    struct id cash, order = play_id(&play);
    struct id hold = held(PRICED, 2);
    const struct seathold *row = stadium_hold_find(play.stadium, hold);
    char seller[PERSON_BYTES + 1];
    snprintf(seller, sizeof(seller), "%s", row->person);
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    command.as.confirm_hold = (struct confirm_hold){ .hold = hold,
                                                     .version = row->version,
                                                     .order = order,
                                                     .tender = TENDER_CASH,
                                                     .for_person = "walter" };
    memcpy(command.as.confirm_hold.person, seller, sizeof(seller));
    for (int i = 0; i < 2; i++)
        command.as.confirm_hold.tickets[i] = play_id(&play);
    assert_int_equal(share_of(seller), 2);
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(share_of(seller), 0);
    assert_int_equal(share_of("walter"), 2);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    assert_int_equal(share_of("walter"), 1);
    assert_int_equal(play_sell(&play, held(PRICED + 2, 1), TENDER_CASH, &cash), STATUS_OK);
    assert_int_equal(share_of(seller), 0); /* To nobody by name. */
    check();
}

static void terms_are_checked(void **state)
{
    (void)state;
    struct set_policy form = play_terms_form(event);
    form.policy.tiers[0].fee_bp = 6000;
    assert_int_equal(play_terms(&play, &form), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "terms.policy.tiers[1]");
    form = play_terms_form(event);
    form.payment_ttl_s = 59;
    assert_int_equal(play_terms(&play, &form), STATUS_BAD_FIELD);
    form.payment_ttl_s = 60;
    assert_int_equal(play_terms(&play, &form), STATUS_OK);
    form.event = (struct id){ 1, 1 };
    assert_int_equal(play_terms(&play, &form), STATUS_UNKNOWN_EVENT);
    play_cancel(&play, event);
    form.event = event;
    assert_int_equal(play_terms(&play, &form), STATUS_EVENT_CANCELLED);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, published, stop)
    const struct CMUnitTest tests[] = {
        CASE(a_payment_that_is_late_gets_the_seats_if_they_are_free),
        CASE(a_payment_that_is_too_late_goes_back_by_itself),
        CASE(a_late_payment_finds_seats_whose_hold_is_over),
        CASE(orders_expire_to_the_millisecond),
        CASE(what_is_paid_twice_goes_back_once),
        CASE(too_little_is_no_payment),
        CASE(who_does_not_know_is_asked_again_ever_later),
        CASE(a_declined_refund_is_not_asked_for_at_once),
        CASE(a_part_is_given_back_for_what_the_policy_says),
        CASE(all_of_it_is_given_back),
        CASE(the_organiser_gives_all_of_it_back),
        CASE(a_seat_is_withheld_if_the_policy_says_so),
        CASE(a_quote_is_what_it_comes_to),
        CASE(who_is_in_cannot_give_back),
        CASE(what_was_given_away_is_no_longer_theirs),
        CASE(a_cancelled_event_pays_back_what_is_left),
        CASE(an_approved_order_is_captured),
        CASE(a_rejected_order_gives_its_seats_and_money_up),
        CASE(nobody_waits_for_approval_for_ever),
        CASE(a_cancelled_event_rejects_who_waits),
        CASE(dearer_seats_cost_the_difference),
        CASE(cheaper_seats_give_the_difference_back),
        CASE(an_exchange_that_is_not_paid_changes_nothing),
        CASE(holds_of_failed_exchanges_are_bought),
        CASE(who_went_in_meanwhile_keeps_the_seat),
        CASE(an_event_is_cancelled_amid_an_exchange),
        CASE(the_box_office_needs_no_provider),
        CASE(what_is_sold_for_others_is_in_their_share),
        CASE(terms_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
