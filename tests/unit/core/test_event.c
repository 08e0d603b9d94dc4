#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000 };

static const struct event *event_row(struct id event)
{
    return stadium_event_find(play.stadium, event);
}

static enum event_state state_of(struct id event)
{
    return event_state_at(event_row(event), play.now_ms);
}

static enum status hold_one(struct id event, uint32_t seat, struct id *hold)
{
    return play_hold(&play, event, "ann", (struct u32s){ &seat, 1 }, hold);
}

/* ---- Life -------------------------------------------------------------------------------- */

static void an_event_is_what_was_asked_for(void **state)
{
    (void)state;
    struct create_event form = play_event_form(&play);
    assert_int_equal(play_create(&play, &form), STATUS_OK);
    const struct event *event = event_row(form.id);
    assert_int_equal(event->state, EVENT_DRAFT);
    assert_string_equal(event->title, "City - United");
    assert_int_equal(event->starts_ms, form.starts_ms);
    assert_int_equal(event->doors_ms, form.doors_ms);
    assert_string_equal(event->currency, "EUR");
    assert_int_equal(event->hold_ttl_s, 600);
    assert_int_equal(event->category_count, 2);
    assert_int_equal(event->price_minor[0], PLAY_PRICE_MINOR);
    assert_int_equal(event->seats, 2 * SMALL_SEATS);
    struct bytes names = stadium_category_names(play.stadium, 0);
    assert_int_equal(names.size, sizeof("North\0South"));
    assert_memory_equal(names.data, "North\0South", names.size);
    assert_int_equal(stadium_block_category(play.stadium, 0).v[1], 2);
}

static void what_is_left_out_has_a_usual_value(void **state)
{
    (void)state;
    struct create_event form = play_event_form(&play);
    form.starts_ms = play.now_ms + 5 * HOUR_MS;
    form.ends_ms = form.starts_ms + HOUR_MS;
    form.doors_ms = 0;
    form.block_category = (struct u32s){ 0 };
    assert_int_equal(play_create(&play, &form), STATUS_OK);
    assert_int_equal(event_row(form.id)->doors_ms, form.starts_ms - 2 * HOUR_MS);
    assert_int_equal(event_row(form.id)->seats, 2 * SMALL_SEATS);
    assert_int_equal(play_publish(&play, form.id), STATUS_OK);
    struct id hold;
    assert_int_equal(hold_one(form.id, 2 * SMALL_SEATS - 1, &hold), STATUS_OK);
    const struct seathold *row = stadium_hold_find(play.stadium, hold);
    assert_int_equal(stadium_hold_total_minor(play.stadium, row), PLAY_PRICE_MINOR);
}

static void blocks_that_are_not_on_sale_are_not_sold(void **state)
{
    (void)state;
    struct create_event form = play_event_form(&play);
    const uint32_t blocks[] = { 0, 2 };
    form.block_category.v = blocks;
    play_create(&play, &form);
    play_publish(&play, form.id);
    assert_int_equal(event_row(form.id)->seats, SMALL_SEATS);
    assert_int_equal(play_seat(&play, form.id, SMALL_SEATS - 1), SEAT_NOT_ON_SALE);
    assert_int_equal(play_seat(&play, form.id, SMALL_SEATS), SEAT_FREE);
    assert_int_equal(hold_one(form.id, SMALL_SEATS - 1, NULL), STATUS_SEAT_TAKEN);
    assert_int_equal(hold_one(form.id, SMALL_SEATS, NULL), STATUS_OK);
}

static void seats_are_numbered_block_by_block(void **state)
{
    (void)state;
    assert_int_equal(stadium_first_seat(play.stadium, 1), SMALL_SEATS);
    assert_int_equal(stadium_first_seat(play.stadium, SMALL_BLOCKS), 2 * SMALL_SEATS);
    assert_int_equal(stadium_block_of_seat(play.stadium, 0), 0);
    assert_int_equal(stadium_block_of_seat(play.stadium, SMALL_SEATS - 1), 0);
    assert_int_equal(stadium_block_of_seat(play.stadium, SMALL_SEATS), 1);
    assert_int_equal(stadium_block_of_seat(play.stadium, 2 * SMALL_SEATS - 1), 1);
    assert_int_equal(stadium_block_of_seat(play.stadium, 2 * SMALL_SEATS), UINT32_MAX);
}

static void only_a_published_event_sells(void **state)
{
    (void)state;
    struct create_event form = play_event_form(&play);
    play_create(&play, &form);
    assert_int_equal(hold_one(form.id, 1, NULL), STATUS_EVENT_STATE);
    assert_int_equal(play_publish(&play, form.id), STATUS_OK);
    assert_int_equal(hold_one(form.id, 1, NULL), STATUS_OK);
    assert_int_equal(play_publish(&play, form.id), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    play.now_ms = form.ends_ms - 1;
    play_settle(&play);
    assert_int_equal(hold_one(form.id, 1, NULL), STATUS_OK);
    play.now_ms = form.ends_ms;
    assert_int_equal(state_of(form.id), EVENT_ENDED);
    assert_int_equal(hold_one(form.id, 2, NULL), STATUS_EVENT_OVER);
    assert_int_equal(play_cancel(&play, form.id), STATUS_EVENT_OVER);
}

static void a_draft_is_published_before_its_start(void **state)
{
    (void)state;
    struct create_event first = play_event_form(&play), second = play_event_form(&play);
    play_create(&play, &first);
    play_create(&play, &second);
    play.now_ms = first.starts_ms - 1;
    assert_int_equal(play_publish(&play, first.id), STATUS_OK);
    play.now_ms++;
    assert_int_equal(play_publish(&play, second.id), STATUS_EVENT_OVER);
    assert_int_equal(play_publish(&play, play_id(&play)), STATUS_UNKNOWN_EVENT);
}

static void published_after_cancelled_stays_cancelled(void **state)
{
    (void)state;
    struct create_event form = play_event_form(&play);
    play_create(&play, &form);
    assert_int_equal(play_cancel(&play, form.id), STATUS_OK);
    assert_string_equal(event_row(form.id)->cancel_reason, "rain");
    uint64_t version = event_row(form.id)->version;
    assert_int_equal(play_publish(&play, form.id), STATUS_EVENT_CANCELLED);
    assert_int_equal(play_cancel(&play, form.id), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(state_of(form.id), EVENT_CANCELLED);
    assert_true(event_row(form.id)->version == version);
    assert_int_equal(hold_one(form.id, 1, NULL), STATUS_EVENT_CANCELLED);
}

static void what_makes_no_event_is_refused(void **state)
{
    (void)state;
    const char *const long_name[] = { "123456789 123456789 123456789 123456789 123456789 "
                                      "123456789 123456789 123456789 1",
                                      "B" };
    const char *const no_name[] = { "A", "" };
    const uint32_t dear[] = { 0, 10000001 }, strange[] = { 1, 3 };
    struct create_event good = play_event_form(&play), forms[13];
    for (int i = 0; i < 13; i++)
        forms[i] = good;
    forms[0].title[0] = 0;
    forms[1].starts_ms = 0;
    forms[2].ends_ms = good.starts_ms;
    forms[3].doors_ms = good.starts_ms + 1;
    forms[4].currency[1] = 'u';
    forms[5].hold_ttl_s = 9;
    forms[6].hold_ttl_s = 3601;
    forms[7].price_minor.count = 0;
    forms[8].category_names = long_name;
    forms[9].category_names = no_name;
    forms[10].price_minor.v = dear;
    forms[11].block_category.count = 1;
    forms[12].block_category.v = strange;
    static const char *const fields[] = {
        "event.title",
        "event.starts_ms",
        "event.ends_ms",
        "event.doors_ms",
        "event.currency",
        "event.hold_ttl_s",
        "event.hold_ttl_s",
        "event.categories",
        "event.categories[0].name",
        "event.categories[1].name",
        "event.categories[1].price_minor",
        "event.block_category",
        "event.block_category[1]",
    };
    for (int i = 0; i < 13; i++) {
        assert_int_equal(play_create(&play, &forms[i]), STATUS_BAD_FIELD);
        assert_string_equal(play.facts.refusal.field, fields[i]);
    }
    assert_int_equal(play_create(&play, &good), STATUS_OK);
}

static void as_many_events_and_seats_as_the_limits_say(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.events = 2;
    limits.event_seats = 2 * SMALL_SEATS - 1;
    play_fini(&play);
    play_init(&play, &limits);
    struct create_event form = play_event_form(&play);
    assert_int_equal(play_create(&play, &form), STATUS_UNKNOWN_VENUE);
    play_import(&play);
    assert_int_equal(play_create(&play, &form), STATUS_VENUE_TOO_LARGE);
    limits.event_seats = 2 * SMALL_SEATS;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    for (int i = 0; i < 3; i++) {
        form = play_event_form(&play);
        assert_int_equal(play_create(&play, &form), i < 2 ? STATUS_OK : STATUS_EVENTS_FULL);
    }
}

/* ---- Cancelling -------------------------------------------------------------------------- */

/* Seat by seat: held, paid for, free of charge, waiting for its payment. */
struct bookings {
    struct id event, other, held, paid, paid_order, free, free_order, pending, pending_order;
};

static void book(struct bookings *b)
{
    b->event = play_event(&play);
    b->other = play_event(&play);
    hold_one(b->event, 1, &b->paid);
    play_confirm(&play, b->paid, &b->paid_order);
    play_settle_payment(&play, PAYMENT_DONE);
    hold_one(b->event, SMALL_SEATS + 1, &b->free);
    play_confirm(&play, b->free, &b->free_order);
    hold_one(b->event, 3, &b->pending);
    play_confirm(&play, b->pending, &b->pending_order);
    hold_one(b->event, 2, &b->held);
    hold_one(b->other, 2, NULL);
}

static const struct order *order_row(struct id order)
{
    return stadium_order_find(play.stadium, order);
}

static enum ticket_state ticket_state(struct id order)
{
    return stadium_ticket_find(play.stadium, play_ticket(&play, order, 0))->state;
}

static void a_cancelled_event_lets_all_go(void **state)
{
    (void)state;
    struct bookings b;
    book(&b);
    play_cancel(&play, b.event);
    assert_int_equal(stadium_due(play.stadium), 0);
    assert_int_equal(play_confirm(&play, b.held, NULL), STATUS_EVENT_CANCELLED);
    play_settle(&play);
    assert_int_equal(stadium_hold_find(play.stadium, b.held)->state, HOLD_RELEASED);
    assert_int_equal(order_row(b.free_order)->state, ORDER_REFUNDED);
    assert_int_equal(ticket_state(b.free_order), TICKET_CANCELLED);
    assert_int_equal(order_row(b.paid_order)->state, ORDER_PAID);
    assert_int_equal(ticket_state(b.paid_order), TICKET_CANCELLED);
    assert_int_equal(order_row(b.pending_order)->state, ORDER_PENDING);
    assert_int_equal(event_row(b.other)->held, 1);
    assert_int_equal(play_confirm(&play, b.held, NULL), STATUS_EVENT_CANCELLED);
}

static void what_was_paid_for_it_goes_back(void **state)
{
    (void)state;
    struct bookings b;
    book(&b);
    play_cancel(&play, b.event);
    play_settle(&play);
    /* The charge that was on its way came through: it is given back too. */
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_CHARGE);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(b.pending_order)->state, ORDER_CANCELLED);
    assert_int_equal(stadium_hold_find(play.stadium, b.pending)->state, HOLD_RELEASED);
    assert_int_equal(event_row(b.event)->held, 0);
    /* The first refund is declined: it is asked for again, after the other. */
    assert_int_equal(stadium_payment_open(play.stadium)->kind, PAYMENT_REFUND);
    assert_int_equal(stadium_payment_open(play.stadium)->amount_minor, PLAY_PRICE_MINOR);
    play_settle_payment(&play, PAYMENT_DECLINED);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(b.pending_order)->state, ORDER_REFUNDED);
    assert_int_equal(order_row(b.paid_order)->state, ORDER_PAID);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(order_row(b.paid_order)->state, ORDER_REFUNDED);
    assert_null(stadium_payment_open(play.stadium));
    assert_true(stadium_due(play.stadium) > play.now_ms);
}

static void a_declined_payment_of_a_cancelled_event_frees_its_seats(void **state)
{
    (void)state;
    struct bookings b;
    book(&b);
    play_cancel(&play, b.event);
    play_settle_payment(&play, PAYMENT_DECLINED);
    assert_int_equal(order_row(b.pending_order)->state, ORDER_CANCELLED);
    assert_int_equal(play_seat(&play, b.event, 3), SEAT_FREE);
    play_settle(&play);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_null(stadium_payment_open(play.stadium));
}

static void a_large_event_is_wound_up_in_steps(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.facts_per_command = 16;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    struct id event = play_event(&play), hold;
    for (uint32_t seat = 0; seat < 100; seat++) {
        hold_one(event, seat, &hold);
        if (seat % 2 == 0)
            continue;
        play_confirm(&play, hold, NULL);
        play_settle_payment(&play, PAYMENT_DONE);
    }
    play_cancel(&play, event);
    uint32_t ticks = 0;
    for (; stadium_due(play.stadium) <= play.now_ms; ticks++) {
        play_command(&play, (struct command){ .kind = COMMAND_TICK });
        assert_in_range(play.facts.count, 1, 16);
    }
    assert_int_equal(ticks, 7);
    assert_int_equal(event_row(event)->held, 0);
    for (uint32_t i = 0; i < 50; i++)
        play_settle_payment(&play, PAYMENT_DONE);
    assert_null(stadium_payment_open(play.stadium));
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(stadium_order(play.stadium, i)->state, ORDER_REFUNDED);
    stadium_check(play.stadium);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_is_what_was_asked_for, start, stop),
        cmocka_unit_test_setup_teardown(what_is_left_out_has_a_usual_value, start, stop),
        cmocka_unit_test_setup_teardown(blocks_that_are_not_on_sale_are_not_sold, start, stop),
        cmocka_unit_test_setup_teardown(seats_are_numbered_block_by_block, start, stop),
        cmocka_unit_test_setup_teardown(only_a_published_event_sells, start, stop),
        cmocka_unit_test_setup_teardown(a_draft_is_published_before_its_start, start, stop),
        cmocka_unit_test_setup_teardown(published_after_cancelled_stays_cancelled, start, stop),
        cmocka_unit_test_setup_teardown(what_makes_no_event_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(as_many_events_and_seats_as_the_limits_say, start, stop),
        cmocka_unit_test_setup_teardown(a_cancelled_event_lets_all_go, start, stop),
        cmocka_unit_test_setup_teardown(what_was_paid_for_it_goes_back, start, stop),
        cmocka_unit_test_setup_teardown(a_declined_payment_of_a_cancelled_event_frees_its_seats,
                                        start, stop),
        cmocka_unit_test_setup_teardown(a_large_event_is_wound_up_in_steps, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
