#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <string.h>

/* B1 costs something, B2 nothing. */
enum { PRICED = 10, FREE = SMALL_SEATS + 10 };

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

static const struct seathold *hold_row(struct id hold)
{
    return stadium_hold_find(play.stadium, hold);
}

static const struct order *order_row(struct id order)
{
    return stadium_order_find(play.stadium, order);
}

static const struct event *event_row(void)
{
    return stadium_event_find(play.stadium, event);
}

static void a_paid_order_has_a_ticket_for_each_seat(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 3), order;
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    assert_int_equal(order_row(order)->state, ORDER_PENDING);
    assert_int_equal(order_row(order)->total_minor, 3 * PLAY_PRICE_MINOR);
    assert_int_equal(hold_row(hold)->state, HOLD_CONFIRMING);
    const struct payment *payment = stadium_payment_open(play.stadium);
    assert_int_equal(payment->kind, PAYMENT_CHARGE);
    assert_int_equal(payment->amount_minor, 3 * PLAY_PRICE_MINOR);
    assert_string_equal(payment->token, "tok_ok");
    assert_int_equal(order_row(order)->payment, payment->number);
    assert_int_equal(play_settle_payment(&play, PAYMENT_DONE), STATUS_OK);
    assert_null(stadium_payment_open(play.stadium));
    assert_int_equal(order_row(order)->state, ORDER_PAID);
    assert_int_equal(hold_row(hold)->state, HOLD_CONFIRMED);
    assert_int_equal(order_row(order)->ticket_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct ticket *ticket =
            stadium_ticket_find(play.stadium, play_ticket(&play, order, i));
        assert_int_equal(ticket->seat, PRICED + i);
        assert_int_equal(ticket->state, TICKET_VALID);
        assert_int_equal(ticket->generation, 1);
        assert_ptr_equal(stadium_order(play.stadium, ticket->order), order_row(order));
        assert_int_equal(play_seat(&play, event, PRICED + i), SEAT_SOLD);
    }
    assert_int_equal(event_row()->sold, 3);
    assert_int_equal(event_row()->held, 0);
}

static void what_costs_nothing_is_paid_at_once(void **state)
{
    (void)state;
    struct id hold = held(FREE, 2), order;
    assert_int_equal(play_confirm_as(&play, hold, "ann", hold_row(hold)->version, "", &order),
                     STATUS_OK);
    assert_null(stadium_payment_open(play.stadium));
    assert_int_equal(order_row(order)->state, ORDER_PAID);
    assert_int_equal(order_row(order)->ticket_count, 2);
}

static void confirming_takes_the_owner_the_version_and_a_token(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 1);
    uint64_t version = hold_row(hold)->version;
    assert_int_equal(play_confirm_as(&play, hold, "bob", version, "tok_ok", NULL),
                     STATUS_UNKNOWN_HOLD);
    assert_int_equal(play_confirm_as(&play, hold, "ann", version + 1, "tok_ok", NULL),
                     STATUS_HOLD_CHANGED);
    assert_string_equal(play.facts.refusal.field, "version");
    assert_int_equal(play_confirm_as(&play, hold, "ann", version, "", NULL), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "payment_token");
    assert_int_equal(stadium_order_count(play.stadium), 0);
    assert_int_equal(play_confirm_as(&play, hold, "ann", version, "tok_ok", NULL), STATUS_OK);
}

static void a_hold_is_confirmed_before_its_ttl_and_not_at_it(void **state)
{
    (void)state;
    struct id early = held(PRICED, 1), late = held(PRICED + 1, 1), later = held(PRICED + 2, 1);
    play.now_ms += PLAY_TTL_MS - 1;
    assert_int_equal(play_confirm(&play, early, NULL), STATUS_OK);
    play.now_ms++;
    assert_int_equal(play_confirm(&play, late, NULL), STATUS_HOLD_ENDED);
    play.now_ms++;
    assert_int_equal(play_confirm(&play, later, NULL), STATUS_HOLD_ENDED);
    play_settle(&play);
    assert_int_equal(play_confirm(&play, later, NULL), STATUS_HOLD_ENDED);
    assert_int_equal(hold_row(early)->state, HOLD_CONFIRMING);
    assert_int_equal(hold_row(later)->state, HOLD_EXPIRED);
}

static void while_it_is_paid_for_a_hold_neither_expires_nor_goes(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 1), order;
    play_confirm(&play, hold, &order);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_HOLD_CHANGED);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_HOLD_CHANGED);
    play_wait(&play, PLAY_TTL_MS + 1000);
    assert_int_equal(hold_row(hold)->state, HOLD_CONFIRMING);
    uint32_t seat = PRICED;
    assert_int_equal(play_hold(&play, event, "bob", (struct u32s){ &seat, 1 }, NULL),
                     STATUS_SEAT_TAKEN);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(order)->state, ORDER_PAID);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_HOLD_ENDED);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_HOLD_ENDED);
}

static void a_declined_payment_gives_the_hold_back(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 2), first, second;
    uint64_t version = hold_row(hold)->version;
    play_confirm(&play, hold, &first);
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(order_row(first)->state, ORDER_CANCELLED);
    assert_int_equal(hold_row(hold)->state, HOLD_HELD);
    assert_true(hold_row(hold)->version > version);
    assert_int_equal(play_confirm_as(&play, hold, "ann", version, "tok_ok", NULL),
                     STATUS_HOLD_CHANGED);
    assert_int_equal(play_confirm(&play, hold, &second), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(second)->state, ORDER_PAID);
    assert_int_equal(order_row(first)->state, ORDER_CANCELLED);
}

/* What goes in and out of the hold later is none of the order's. */
static void a_declined_order_shows_nothing_that_it_never_had(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 2), first, second;
    play_confirm(&play, hold, &first);
    play_settle_payment(&play, PAYMENT_DECLINED);
    const uint32_t index = stadium_order_index(play.stadium, order_row(first));
    assert_int_equal(stadium_order_lines(play.stadium, index), 2);
    uint32_t seat = PRICED + 3;
    const struct wanted_lines more = { .seats = { &seat, 1 } };
    assert_int_equal(play_change(&play, hold, 1, &more, NULL), STATUS_OK);
    assert_int_equal(stadium_order_lines(play.stadium, index), 0);
    assert_int_equal(play_confirm(&play, hold, &second), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(stadium_order_lines(play.stadium, index), 0);
    assert_int_equal(
        stadium_order_lines(play.stadium, stadium_order_index(play.stadium, order_row(second))), 2);
}

static void a_payment_declined_after_the_ttl_frees_the_seats(void **state)
{
    (void)state;
    struct id hold = held(PRICED, 2);
    play_confirm(&play, hold, NULL);
    play.now_ms += PLAY_TTL_MS;
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(hold_row(hold)->state, HOLD_EXPIRED);
    assert_int_equal(play_seat(&play, event, PRICED), SEAT_FREE);
    assert_int_equal(event_row()->held, 0);
}

static void a_payment_is_settled_once(void **state)
{
    (void)state;
    struct id first = held(PRICED, 1), second = held(PRICED + 1, 1), orders[2];
    play_confirm(&play, first, &orders[0]);
    play_confirm(&play, second, &orders[1]);
    struct command command = { .kind = COMMAND_SETTLE_PAYMENT };
    command.as.settle_payment = (struct settle_payment){ .number = 2, .outcome = PAYMENT_DONE };
    command.as.settle_payment.tickets[0] = play_id(&play);
    play_command(&play, command); /* Out of order. */
    assert_int_equal(order_row(orders[1])->state, ORDER_PAID);
    assert_int_equal(stadium_payment_open(play.stadium)->number, 1);
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(orders[0])->state, ORDER_PAID);
    assert_null(stadium_payment_open(play.stadium));
}

static void as_many_orders_and_tickets_as_the_limits_say(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.orders = 3;
    limits.tickets = 5;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    event = play_event(&play);
    struct id pending = held(PRICED, 3), large = held(PRICED + 10, 3), small = held(PRICED + 20, 2);
    assert_int_equal(play_confirm(&play, pending, NULL), STATUS_OK);
    assert_int_equal(play_confirm(&play, large, NULL), STATUS_ORDERS_FULL);
    assert_int_equal(play_confirm(&play, small, NULL), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(play_confirm(&play, large, NULL), STATUS_ORDERS_FULL);
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(play_confirm(&play, small, NULL), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(play_confirm(&play, small, NULL), STATUS_ORDERS_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_paid_order_has_a_ticket_for_each_seat, published, stop),
        cmocka_unit_test_setup_teardown(what_costs_nothing_is_paid_at_once, published, stop),
        cmocka_unit_test_setup_teardown(confirming_takes_the_owner_the_version_and_a_token,
                                        published, stop),
        cmocka_unit_test_setup_teardown(a_hold_is_confirmed_before_its_ttl_and_not_at_it, published,
                                        stop),
        cmocka_unit_test_setup_teardown(while_it_is_paid_for_a_hold_neither_expires_nor_goes,
                                        published, stop),
        cmocka_unit_test_setup_teardown(a_declined_payment_gives_the_hold_back, published, stop),
        cmocka_unit_test_setup_teardown(a_declined_order_shows_nothing_that_it_never_had, published,
                                        stop),
        cmocka_unit_test_setup_teardown(a_payment_declined_after_the_ttl_frees_the_seats, published,
                                        stop),
        cmocka_unit_test_setup_teardown(a_payment_is_settled_once, published, stop),
        cmocka_unit_test_setup_teardown(as_many_orders_and_tickets_as_the_limits_say, published,
                                        stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
