/* What is refused for want of room: before it is read, and in the same words wherever it is found. */
#include "tests/support/server.h"

#include "tifo/v1/seats.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOLD "/tifo.v1.Seats/HoldSeats"
#define LIST "/tifo.v1.Seats/ListHolds" /* A read: it comes to work_post() and is refused there. */
#define SOME "00000000000000000000000000000001"

static struct rpc_memory_call *start_hold(struct test_server *server, const char *event_id)
{
    uint32_t seats[] = { 1 };
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    request.event_id = (char *)event_id;
    request.seats = seats;
    request.n_seats = 1;
    return rpc_memory_start(server->rpc, HOLD, NULL, 0, &request.base);
}

static struct rpc_memory_call *start_list(struct test_server *server)
{
    Tifo__V1__ListHoldsRequest request = TIFO__V1__LIST_HOLDS_REQUEST__INIT;
    return rpc_memory_start(server->rpc, LIST, NULL, 0, &request.base);
}

/* It has ended; the status is the caller's. */
static struct rpc_status end(struct rpc_memory_call *call)
{
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    rpc_memory_destroy(call);
    return status;
}

/* Its one place is taken by `first`. */
static void open_full(struct test_server *server, struct rpc_memory_call **first)
{
    test_server_open_with(server, &(struct test_server_parts){ .inbox_room = 1 });
    *first = start_hold(server, SOME);
    assert_false(rpc_memory_ended(*first, NULL));
}

static void close_full(struct test_server *server, struct rpc_memory_call *first)
{
    test_server_run(server);
    struct rpc_status status = end(first);
    assert_string_equal(status.reason, "UNKNOWN_EVENT"); /* Who had a place was seen to. */
    rpc_status_fini(&status);
    test_server_close(server);
}

static void early_and_late_refusals_say_the_same(void **state)
{
    (void)state;
    struct test_server server;
    struct rpc_memory_call *first;
    open_full(&server, &first);
    struct rpc_status early = end(start_hold(&server, SOME)), late = end(start_list(&server));
    assert_int_equal(early.code, RPC_RESOURCE_EXHAUSTED);
    assert_int_equal(late.code, early.code);
    assert_string_equal(early.reason, "INBOX_FULL");
    assert_string_equal(late.reason, early.reason);
    assert_string_equal(late.domain, early.domain);
    assert_string_equal(late.message, early.message);
    assert_int_equal(early.retry_after_ms, 100);
    assert_int_equal(late.retry_after_ms, early.retry_after_ms);
    assert_null(early.field);
    assert_null(late.field);
    rpc_status_fini(&early);
    rpc_status_fini(&late);
    close_full(&server, first);
}

static void a_malformed_hold_hears_first_that_there_is_no_room(void **state)
{
    (void)state;
    struct test_server server;
    struct rpc_memory_call *first;
    open_full(&server, &first);
    struct rpc_status full = end(start_hold(&server, "no id"));
    assert_string_equal(full.reason, "INBOX_FULL");
    rpc_status_fini(&full);
    test_server_run(&server);
    struct rpc_status malformed = end(start_hold(&server, "no id"));
    assert_int_equal(malformed.code, RPC_INVALID_ARGUMENT);
    assert_string_equal(malformed.field, "event_id");
    rpc_status_fini(&malformed);
    close_full(&server, first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(early_and_late_refusals_say_the_same),
        cmocka_unit_test(a_malformed_hold_hears_first_that_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
