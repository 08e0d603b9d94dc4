#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_resale.h"
#include "tests/support/play_wait.h"
#include "tests/unit/core/imported.h"

#include <string.h>

enum { PRICE = PLAY_PRICE_MINOR, ASKED = 2000, FEE_BP = 1000, FEE = ASKED / 10 };

static struct id event, order, ticket, other;

/* Two tickets of ann's, paid by card; the event has a cap of all that was paid and a fee of 10 %.
 */
static int sold(void **state)
{
    static const uint32_t seats[] = { 0, 1 };
    struct id hold;
    start(state);
    event = play_event(&play);
    play_hold(&play, event, "ann", (struct u32s){ seats, 2 }, &hold);
    play_confirm(&play, hold, &order);
    play_settle_payment(&play, PAYMENT_DONE);
    ticket = play_ticket(&play, order, 0);
    other = play_ticket(&play, order, 1);
    assert_int_equal(play_resale(&play, event, 100, FEE_BP), STATUS_OK);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

static const struct order *row(struct id id)
{
    return stadium_order_find(play.stadium, id);
}

static const struct order_money *money(struct id id)
{
    return stadium_order_money(play.stadium, stadium_order_index(play.stadium, row(id)));
}

static uint32_t index_of(struct id id)
{
    return stadium_ticket_index(play.stadium, stadium_ticket_find(play.stadium, id));
}

static struct id held_by(const char *person)
{
    struct id hold;
    assert_int_equal(play_hold_offer(&play, ticket, person, &hold), STATUS_OK);
    return hold;
}

/* Bob's order of the ticket, not paid yet. */
static struct id asked_by_bob(void)
{
    struct id bought;
    assert_int_equal(play_offer(&play, ticket, ASKED), STATUS_OK);
    assert_int_equal(play_confirm(&play, held_by("bob"), &bought), STATUS_OK);
    return bought;
}

static enum scan_result scan(struct id id, uint64_t nonce)
{
    struct scan_ticket form = play_scan_form(&play, id, 0, nonce);
    return play_scan(&play, &form);
}

/* ---- Selling ----------------------------------------------------------------------------- */

static void the_buyer_pays_and_the_seller_is_paid_less_the_fee(void **state)
{
    (void)state;
    const struct id bought = asked_by_bob();
    assert_int_equal(row(bought)->state, ORDER_PENDING);
    assert_int_equal(row(bought)->total_minor, ASKED);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_VALID);
    assert_int_equal(play_settle_payment(&play, PAYMENT_DONE), STATUS_OK);
    assert_int_equal(row(bought)->state, ORDER_PAID);
    assert_int_equal(row(order)->state, ORDER_PARTIALLY_REFUNDED);
    assert_int_equal(money(order)->refunding_minor, ASKED - FEE);
    play_settle_payment(&play, PAYMENT_DONE); /* The seller's money. */
    assert_int_equal(money(order)->refunded_minor, ASKED - FEE);
    assert_int_equal(play_balance(&play, event, LEDGER_PROVIDER), 2 * PRICE + FEE);
    assert_int_equal(play_balance(&play, event, LEDGER_RECEIVABLE), 0);
    assert_int_equal(play_seat(&play, event, 0), SEAT_SOLD);
    assert_int_equal(stadium_event_find(play.stadium, event)->sold, 2);
    assert_int_equal(stadium_event_find(play.stadium, event)->held, 0);
}

static void the_old_code_is_revoked_and_a_new_one_opens(void **state)
{
    (void)state;
    const struct id bought = asked_by_bob();
    play_settle_payment(&play, PAYMENT_DONE);
    const struct id new = play_ticket(&play, bought, 0);
    assert_false(id_equal(new, ticket));
    assert_int_equal(stadium_ticket_find(play.stadium, new)->seat, 0);
    assert_string_equal(stadium_ticket_person(play.stadium, index_of(new)), "bob");
    assert_int_equal(scan(ticket, 1), SCAN_REVOKED);
    assert_int_equal(scan(new, 2), SCAN_OK);
    assert_int_equal(scan(other, 3), SCAN_OK); /* Ann's second one. */
}

static void what_was_bought_so_is_offered_again(void **state)
{
    (void)state;
    struct id hold, third;
    const struct id bought = asked_by_bob();
    play_settle_payment(&play, PAYMENT_DONE);
    const struct id new = play_ticket(&play, bought, 0);
    assert_int_equal(play_offer(&play, new, ASKED + 1), STATUS_PRICE_CAPPED); /* He paid less. */
    assert_int_equal(play_offer(&play, new, ASKED), STATUS_OK);
    assert_int_equal(play_hold_offer(&play, new, "ann", &hold), STATUS_OK);
    play_confirm(&play, hold, &third);
    while (stadium_payment_open(play.stadium))
        play_settle_payment(&play, PAYMENT_DONE);
    assert_string_equal(stadium_ticket_person(play.stadium, index_of(play_ticket(&play, third, 0))),
                        "ann");
    assert_int_equal(row(bought)->state, ORDER_REFUNDED);
    assert_int_equal(play_balance(&play, event, LEDGER_PROVIDER), 2 * PRICE + 2 * FEE);
}

static void a_declined_payment_leaves_it_the_sellers(void **state)
{
    (void)state;
    const struct id bought = asked_by_bob();
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(row(bought)->state, ORDER_CANCELLED);
    play_wait(&play, PLAY_TTL_MS);
    assert_int_equal(play_seat(&play, event, 0), SEAT_SOLD);
    assert_int_equal(play_withdraw(&play, ticket), STATUS_OK);
    assert_int_equal(scan(ticket, 1), SCAN_OK);
}

/* The organiser gives it back while the buyer pays: the buyer's money goes back. */
static void what_is_gone_when_it_is_paid_is_paid_back(void **state)
{
    (void)state;
    const struct id bought = asked_by_bob();
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    while (stadium_payment_open(play.stadium))
        play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(row(bought)->state, ORDER_REFUNDED);
    assert_int_equal(money(bought)->refunded_minor, ASKED);
    assert_int_equal(play_seat(&play, event, 0), SEAT_FREE);
}

static void a_late_payment_gets_it_unless_another_has(void **state)
{
    (void)state;
    struct id second;
    const struct id bought = asked_by_bob();
    play_wait(&play, 900 * 1000);
    assert_int_equal(row(bought)->state, ORDER_EXPIRED);
    const struct id hold = held_by("cyd");
    play_settle_payment(&play, PAYMENT_DONE); /* Bob's. */
    assert_int_equal(row(bought)->state, ORDER_EXPIRED);
    play_settle_payment(&play, PAYMENT_DONE); /* Back. */
    assert_int_equal(row(bought)->state, ORDER_REFUNDED);
    play_confirm(&play, hold, &second);
    play_wait(&play, 900 * 1000);
    play_settle_payment(&play, PAYMENT_DONE); /* Cyd's, late, too; nobody else has it. */
    assert_int_equal(row(second)->state, ORDER_PAID);
}

static void a_cancelled_event_pays_back_who_paid_last(void **state)
{
    (void)state;
    const struct id bought = asked_by_bob();
    play_settle_payment(&play, PAYMENT_DONE);
    play_cancel(&play, event);
    play_settle(&play);
    while (stadium_payment_open(play.stadium))
        play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(money(bought)->refunded_minor, ASKED);
    assert_int_equal(money(order)->refunded_minor, PRICE + ASKED - FEE);
    assert_int_equal(play_balance(&play, event, LEDGER_PROVIDER), PRICE - ASKED + FEE);
}

/* ---- Offering ---------------------------------------------------------------------------- */

static void the_price_is_capped(void **state)
{
    (void)state;
    play_resale(&play, event, 80, 0);
    assert_int_equal(play_offer(&play, ticket, PRICE * 8 / 10 + 1), STATUS_PRICE_CAPPED);
    assert_int_equal(play_offer(&play, ticket, PRICE * 8 / 10), STATUS_OK);
    assert_int_equal(play_offer(&play, ticket, PRICE * 8 / 10), STATUS_OK);
    assert_int_equal(play.facts.count, 0); /* It was. */
    assert_int_equal(play_offer(&play, ticket, 0), STATUS_BAD_FIELD);
    play_resale(&play, event, 0, 0);
    assert_int_equal(play_offer(&play, other, 1), STATUS_RESALE_CLOSED);
    assert_int_equal(play_resale(&play, event, 101, 0), STATUS_BAD_FIELD);
}

static void what_is_offered_opens_nothing_and_stays(void **state)
{
    (void)state;
    struct set_policy terms = play_terms_form(event);
    play_terms(&play, &terms);
    assert_int_equal(play_withdraw(&play, ticket), STATUS_NOT_LISTED);
    play_offer(&play, ticket, ASKED);
    assert_int_equal(scan(ticket, 1), SCAN_BLOCKED);
    assert_int_equal(play_reissue(&play, ticket, "ann", "cyd"), STATUS_TICKET_LISTED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_TICKET_LISTED);
    const struct id hold = held_by("bob");
    assert_int_equal(play_withdraw(&play, ticket), STATUS_LISTING_HELD);
    assert_int_equal(play_offer(&play, ticket, ASKED - 1), STATUS_LISTING_HELD);
    play_release(&play, hold, "bob");
    assert_int_equal(play_withdraw(&play, ticket), STATUS_OK);
    assert_int_equal(scan(ticket, 2), SCAN_OK);
    assert_int_equal(play_offer(&play, ticket, ASKED), STATUS_TICKET_STATE);
}

static void only_who_paid_by_card_offers(void **state)
{
    (void)state;
    static const uint32_t seats[] = { 2 };
    struct id hold, cash;
    play_hold(&play, event, "ann", (struct u32s){ seats, 1 }, &hold);
    play_sell(&play, hold, TENDER_CASH, &cash);
    assert_int_equal(play_offer(&play, play_ticket(&play, cash, 0), 1), STATUS_TICKET_FIXED);
    play_reissue(&play, ticket, "ann", "bob");
    assert_int_equal(play_offer(&play, ticket, ASKED), STATUS_TICKET_FIXED);
    play_block(&play, other, "stolen");
    assert_int_equal(play_offer(&play, other, ASKED), STATUS_TICKET_BLOCKED);
}

/* ---- Holding ----------------------------------------------------------------------------- */

static void one_holds_it_at_a_time_until_the_ttl(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(play_hold_offer(&play, ticket, "bob", &hold), STATUS_NOT_LISTED);
    play_offer(&play, ticket, ASKED);
    assert_int_equal(play_hold_offer(&play, ticket, "ann", &hold), STATUS_BAD_FIELD);
    const struct id first = held_by("bob");
    assert_int_equal(play_hold_offer(&play, ticket, "cyd", &hold), STATUS_LISTING_HELD);
    assert_int_equal(play_change(&play, first, 0, &(struct wanted_lines){ 0 }, NULL),
                     STATUS_BAD_FIELD);
    play.now_ms += PLAY_TTL_MS; /* Without a tick. */
    assert_int_equal(play_hold_offer(&play, ticket, "cyd", &hold), STATUS_OK);
    assert_int_equal(stadium_hold_find(play.stadium, first)->state, HOLD_EXPIRED);
    assert_int_equal(play_confirm(&play, first, NULL), STATUS_HOLD_ENDED);
    assert_int_equal(play_sell(&play, hold, TENDER_CASH, NULL), STATUS_BAD_FIELD);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_OK);
}

/* Who waits for the event has the first choice, for as long as an offer lasts. */
static void who_waits_comes_first(void **state)
{
    (void)state;
    uint32_t seats[SMALL_SEATS * 2];
    struct id hold;
    play_set_waitlist(&play, event, 0, 0);
    uint32_t count = 0;
    for (uint32_t seat = 2; seat < stadium_event_find(play.stadium, event)->seats; seat++)
        seats[count++] = seat;
    for (uint32_t i = 0; i < count; i += HOLD_SEATS) {
        const uint32_t left = count - i < HOLD_SEATS ? count - i : HOLD_SEATS;
        assert_int_equal(play_hold(&play, event, "dan", (struct u32s){ seats + i, left }, &hold),
                         STATUS_OK);
    }
    assert_int_equal(play_enter_waitlist(&play, event, "wim", 0, 1), STATUS_OK);
    play_offer(&play, ticket, ASKED);
    assert_int_equal(play_hold_offer(&play, ticket, "bob", &hold), STATUS_FOR_WAITERS);
    const int64_t until_ms =
        stadium_listing_waiters_ms(play.stadium, stadium_listing(play.stadium, index_of(ticket)));
    assert_true(until_ms > play.now_ms);
    hold = held_by("wim");
    play_release(&play, hold, "wim");
    play_leave_waitlist(&play, event, "wim");
    assert_int_equal(play_hold_offer(&play, ticket, "bob", &hold), STATUS_OK);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, sold, checked)
    const struct CMUnitTest tests[] = {
        CASE(the_buyer_pays_and_the_seller_is_paid_less_the_fee),
        CASE(the_old_code_is_revoked_and_a_new_one_opens),
        CASE(what_was_bought_so_is_offered_again),
        CASE(a_declined_payment_leaves_it_the_sellers),
        CASE(what_is_gone_when_it_is_paid_is_paid_back),
        CASE(a_late_payment_gets_it_unless_another_has),
        CASE(a_cancelled_event_pays_back_who_paid_last),
        CASE(the_price_is_capped),
        CASE(what_is_offered_opens_nothing_and_stays),
        CASE(only_who_paid_by_card_offers),
        CASE(one_holds_it_at_a_time_until_the_ttl),
        CASE(who_waits_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
