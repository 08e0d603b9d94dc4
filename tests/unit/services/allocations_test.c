/* tifo.v1.Allocations, and what they do to holds and maps. */
#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tifo/v1/allocations.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALLOCATIONS(method) "/tifo.v1.Allocations/" method

enum { FIRST = 8, COUNT = 4 };

static char event[33];

static Tifo__V1__SetAllocationResponse *keep(struct test_server *server, const char *who,
                                             int64_t release_ms, uint32_t number,
                                             struct rpc_status *status)
{
    Tifo__V1__SetAllocationRequest request = TIFO__V1__SET_ALLOCATION_REQUEST__INIT;
    Tifo__V1__Allocation allocation = TIFO__V1__ALLOCATION__INIT;
    Tifo__V1__SeatRange range = TIFO__V1__SEAT_RANGE__INIT, *ranges = &range;
    range.first = FIRST;
    range.count = COUNT;
    allocation.number = number;
    allocation.name = "Away fans";
    allocation.code = "away";
    allocation.seats = &ranges;
    allocation.n_seats = 1;
    allocation.release_ms = release_ms;
    request.event_id = event;
    request.allocation = &allocation;
    return test_server_call_as(server, ALLOCATIONS("SetAllocation"), &request, who, NULL, status);
}

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    shop_drop(keep(&server, NULL, 0, 0, NULL));
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

/* The best so many, or `seat`. */
static Tifo__V1__HoldSeatsResponse *hold(struct test_server *server, uint32_t best, uint32_t seat,
                                         char *code, struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines lines = TIFO__V1__NEW_LINES__INIT, *list = &lines;
    lines.best = best;
    lines.seats = &seat;
    lines.n_seats = best == 0;
    request.event_id = event;
    request.lines = &list;
    request.n_lines = 1;
    request.allocation_code = code;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, "ann", NULL, status);
}

static int seat_state(struct test_server *server, uint32_t seat)
{
    Tifo__V1__GetSeatMapRequest request = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    request.event_id = event;
    Tifo__V1__GetSeatMapResponse *map =
        test_server_call(server, SHOP_SEAT("GetSeatMap"), &request, NULL);
    const int state = map->blocks[0]->states.data[seat];
    shop_drop(map);
    return state;
}

static void maps_show_them_and_holds_need_the_code(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    assert_int_equal(seat_state(server, FIRST), TIFO__V1__SEAT_STATE__SEAT_STATE_KEPT);
    assert_int_equal(seat_state(server, FIRST - 1), TIFO__V1__SEAT_STATE__SEAT_STATE_FREE);
    assert_null(hold(server, 0, FIRST, "", &status));
    shop_refused(&status, "SEAT_KEPT", "seats[0]");
    assert_null(hold(server, 0, FIRST, "home", &status));
    shop_refused(&status, "UNKNOWN_ALLOCATION", "allocation_code");
    shop_drop(hold(server, 0, FIRST, "Away", NULL));
    assert_int_equal(seat_state(server, FIRST), TIFO__V1__SEAT_STATE__SEAT_STATE_HELD);
}

static void the_best_are_theirs_or_others(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *theirs = hold(server, COUNT, 0, "AWAY", NULL);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(theirs->hold->seats[i], FIRST + i);
    assert_null(hold(server, 1, 0, "AWAY", &status));
    shop_refused(&status, "SOLD_OUT", "best");
    shop_drop(theirs);
    uint32_t others = 0;
    for (;;) {
        Tifo__V1__HoldSeatsResponse *each = hold(server, 16, 0, "", &status);
        rpc_status_fini(&status);
        if (!each)
            each = hold(server, 1, 0, "", &status);
        if (!each)
            break;
        for (size_t i = 0; i < each->hold->n_seats; i++, others++)
            assert_true(each->hold->seats[i] < FIRST || each->hold->seats[i] >= FIRST + COUNT);
        shop_drop(each);
    }
    rpc_status_fini(&status);
    assert_true(others > 0);
}

static void a_released_one_is_for_all(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    assert_null(keep(server, "bob", 0, 1, &status));
    shop_refused(&status, "NOT_ORGANISER", "event_id");
    shop_drop(keep(server, NULL, SHOP_NOW_MS + 60000, 1, NULL));
    assert_null(hold(server, 0, FIRST, "", &status));
    shop_refused(&status, "SEAT_KEPT", "seats[0]");
    shop_advance(server, SHOP_NOW_MS + 60000);
    assert_int_equal(seat_state(server, FIRST), TIFO__V1__SEAT_STATE__SEAT_STATE_FREE);
    shop_drop(hold(server, 0, FIRST, "", NULL));
}

static void codes_are_the_organisers(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListAllocationsRequest request = TIFO__V1__LIST_ALLOCATIONS_REQUEST__INIT;
    request.event_id = event;
    Tifo__V1__ListAllocationsResponse *mine =
        test_server_call(server, ALLOCATIONS("ListAllocations"), &request, NULL);
    Tifo__V1__ListAllocationsResponse *theirs =
        test_server_call_as(server, ALLOCATIONS("ListAllocations"), &request, "bob", NULL, NULL);
    assert_int_equal(mine->n_allocations, 1);
    assert_string_equal(mine->allocations[0]->code, "AWAY");
    assert_string_equal(theirs->allocations[0]->code, "");
    assert_string_equal(theirs->allocations[0]->name, "Away fans");
    assert_int_equal(theirs->allocations[0]->seat_count, COUNT);
    assert_int_equal(theirs->allocations[0]->free, COUNT);
    assert_int_equal(theirs->allocations[0]->seats[0]->first, FIRST);
    shop_drop(theirs);
    shop_drop(mine);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(maps_show_them_and_holds_need_the_code),
        CASE(the_best_are_theirs_or_others),
        CASE(a_released_one_is_for_all),
        CASE(codes_are_the_organisers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
