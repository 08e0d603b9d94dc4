/* The best seats and the orphan rule as a client meets them. */
#include "tests/support/ground.h"
#include "tests/support/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROW_SEATS = 30, ROWS = 10 }; /* Of the ground's blocks. */

static char event[33];

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

struct wish {
    uint32_t count, accessible, block; /* block: 1 + index; 0: any. */
    bool together;
};

/* NULL: refused, and *status (may be NULL) says why. */
static Tifo__V1__HoldSeatsResponse *hold_best(struct test_server *server, const char *caller,
                                              struct wish wish, struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines lines = TIFO__V1__NEW_LINES__INIT, *list = &lines;
    uint32_t block = wish.block - 1;
    request.event_id = event;
    request.lines = &list;
    request.n_lines = 1;
    lines.best = wish.count;
    lines.accessible = wish.accessible;
    lines.together = wish.together;
    lines.blocks = &block;
    lines.n_blocks = wish.block > 0;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, caller, NULL, status);
}

static void refuse_orphans(struct test_server *server)
{
    Tifo__V1__GetEventResponse *now = shop_event(server, event);
    Tifo__V1__UpdateEventRequest request = TIFO__V1__UPDATE_EVENT_REQUEST__INIT;
    request.event = now->event;
    request.event->refuse_orphans = true;
    Tifo__V1__UpdateEventResponse *reply = test_server_call_as(
        server, SHOP_EVENTS("UpdateEvent"), &request, now->event->organiser, NULL, NULL);
    assert_non_null(reply);
    assert_true(reply->event->refuse_orphans);
    shop_drop(reply);
    shop_drop(now);
}

static void the_best_seats_lie_together_before_the_middle(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__HoldSeatsResponse *first =
        hold_best(server, "ann", (struct wish){ 4, 0, 0, true }, NULL);
    Tifo__V1__HoldSeatsResponse *next =
        hold_best(server, "bob", (struct wish){ 4, 0, 0, true }, NULL);
    assert_non_null(first);
    assert_non_null(next);
    assert_int_equal(first->hold->n_seats, 4);
    for (uint32_t i = 1; i < 4; i++)
        assert_int_equal(first->hold->seats[i], first->hold->seats[0] + i);
    uint32_t k = first->hold->seats[0] % ROW_SEATS;
    assert_int_equal(k, (ROW_SEATS - 4) / 2); /* The middle of a row. */
    for (uint32_t i = 0; i < 4; i++)
        for (uint32_t j = 0; j < 4; j++)
            assert_int_not_equal(first->hold->seats[i], next->hold->seats[j]);
    shop_drop(first);
    shop_drop(next);
}

static void only_so_many_are_left_in_a_block(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    uint32_t left = GROUND_BLOCK_SEATS;
    for (; left >= 16; left -= 16) {
        Tifo__V1__HoldSeatsResponse *held =
            hold_best(server, "ann", (struct wish){ 16, 0, 2, false }, NULL);
        assert_non_null(held);
        for (size_t i = 0; i < held->hold->n_seats; i++)
            assert_int_equal(held->hold->seats[i] / GROUND_BLOCK_SEATS, 1);
        shop_drop(held);
    }
    assert_int_equal(left, 12);
    /* Rows of 30 are cut into 16 and 14: what is left lies apart. */
    assert_null(hold_best(server, "bob", (struct wish){ 12, 0, 2, true }, &status));
    shop_refused(&status, "SEATS_APART", "best");
    assert_null(hold_best(server, "bob", (struct wish){ 13, 0, 2, false }, &status));
    shop_refused(&status, "SOLD_OUT", "best");
    shop_drop(hold_best(server, "bob", (struct wish){ 12, 0, 2, false }, NULL));
    assert_null(hold_best(server, "bob", (struct wish){ 1, 0, 2, false }, &status));
    shop_refused(&status, "SOLD_OUT", "best");
}

static void what_is_over_is_open_again_to_the_best(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__HoldSeatsResponse *first =
        hold_best(server, "ann", (struct wish){ 2, 0, 0, true }, NULL);
    shop_advance(server, SHOP_NOW_MS + 600 * 1000);
    Tifo__V1__HoldSeatsResponse *again =
        hold_best(server, "bob", (struct wish){ 2, 0, 0, true }, NULL);
    assert_int_equal(first->hold->seats[0], again->hold->seats[0]);
    shop_drop(first);
    shop_drop(again);
}

static void a_single_seat_is_left_only_where_the_event_lets_it(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t stranding[] = { 1, 2 }, fitting[] = { 0, 1 },
                   last[] = { ROW_SEATS - 3, ROW_SEATS - 2 };
    shop_drop(shop_hold(server, "ann", event, stranding, 2)); /* Nobody minds. */
    refuse_orphans(server);
    assert_null(shop_try_hold(server, "ann", event, last, 2, &status));
    assert_non_null(strstr(status.message, "29")); /* Which would be alone. */
    shop_refused(&status, "ORPHAN_SEAT", "lines");
    const uint32_t other_row[] = { ROW_SEATS + fitting[0], ROW_SEATS + fitting[1] };
    shop_drop(shop_hold(server, "ann", event, other_row, 2));
    const uint32_t alone[] = { 0 };
    shop_drop(shop_hold(server, "ann", event, alone, 1)); /* It was alone before. */
}

static void what_makes_no_sense_is_refused_with_its_field(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    assert_null(hold_best(server, "ann", (struct wish){ 17, 0, 0, false }, &status));
    shop_refused(&status, "BAD_FIELD", "lines");
    assert_null(hold_best(server, "ann", (struct wish){ 2, 3, 0, false }, &status));
    shop_refused(&status, "BAD_FIELD", "accessible");
    assert_null(hold_best(server, "ann", (struct wish){ 2, 0, 99, false }, &status));
    shop_refused(&status, "BAD_FIELD", "blocks");
    assert_null(
        hold_best(server, "ann", (struct wish){ 2, 1, 0, false }, &status)); /* It has none. */
    shop_refused(&status, "SEATS_APART", "best");
    assert_null(hold_best(server, "ann", (struct wish){ 0, 1, 0, false }, &status));
    shop_refused(&status, "BAD_FIELD", "lines[0].seats");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_best_seats_lie_together_before_the_middle),
        TEST(only_so_many_are_left_in_a_block),
        TEST(what_is_over_is_open_again_to_the_best),
        TEST(a_single_seat_is_left_only_where_the_event_lets_it),
        TEST(what_makes_no_sense_is_refused_with_its_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
