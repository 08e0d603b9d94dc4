/* tifo.v1.Seats as a client sees it: holds, the map, and the stream of its changes. */
#include "tests/support/ground.h"
#include "tests/support/seed.h"
#include "tests/support/shop.h"

#include "server/base/prng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    FREE = TIFO__V1__SEAT_STATE__SEAT_STATE_FREE,
    HELD = TIFO__V1__SEAT_STATE__SEAT_STATE_HELD,
    SOLD = TIFO__V1__SEAT_STATE__SEAT_STATE_SOLD,
    NOT_ON_SALE = TIFO__V1__SEAT_STATE__SEAT_STATE_NOT_ON_SALE,
};

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

/* ---- Holds ------------------------------------------------------------------------------------
 */

static Tifo__V1__GetHoldResponse *get_hold(struct test_server *server, const char *caller,
                                           const char *id, struct rpc_status *status)
{
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    request.hold_id = (char *)id;
    return test_server_call_as(server, SHOP_SEAT("GetHold"), &request, caller, NULL, status);
}

static Tifo__V1__ReleaseHoldResponse *release(struct test_server *server, const char *caller,
                                              const char *id, struct rpc_status *status)
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = (char *)id;
    return test_server_call_as(server, SHOP_SEAT("ReleaseHold"), &request, caller, NULL, status);
}

static void seats_are_held_together_or_not_at_all(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seats[] = { 7, 8, 1199 }, more[] = { 9, 8 };
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, seats, 3);
    assert_int_equal(strlen(held->hold->hold_id), 32);
    assert_string_equal(held->hold->event_id, event);
    assert_int_equal(held->hold->state, TIFO__V1__HOLD_STATE__HOLD_STATE_HELD);
    assert_int_equal(held->hold->n_seats, 3);
    assert_memory_equal(held->hold->seats, seats, sizeof seats);
    assert_int_equal(held->hold->expires_ms, SHOP_NOW_MS + 600 * 1000);
    assert_int_equal(held->hold->total_minor, 3 * SHOP_PRICE);
    assert_string_equal(held->hold->currency, "EUR");
    assert_null(shop_try_hold(server, "bob", event, more, 2, &status));
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    assert_non_null(strstr(status.message, "8"));
    shop_refused(&status, "SEAT_TAKEN", "seats[1]");
    shop_drop(shop_hold(server, "bob", event, more, 1)); /* 9 was left free. */
    shop_drop(held);
}

static void what_cannot_be_held_is_refused(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    uint32_t seats[HOLD_SEATS + 1];
    for (uint32_t i = 0; i <= HOLD_SEATS; i++)
        seats[i] = i;
    assert_null(shop_try_hold(server, "ann", event, seats, 0, &status));
    shop_refused(&status, "BAD_FIELD", "seats");
    assert_null(shop_try_hold(server, "ann", event, seats, HOLD_SEATS + 1, &status));
    shop_refused(&status, "BAD_FIELD", "seats");
    seats[1] = seats[0];
    assert_null(shop_try_hold(server, "ann", event, seats, 2, &status));
    shop_refused(&status, "BAD_FIELD", "seats[1]");
    seats[1] = SHOP_SEATS;
    assert_null(shop_try_hold(server, "ann", event, seats, 2, &status));
    shop_refused(&status, "UNKNOWN_SEAT", "seats[1]");
    assert_null(shop_try_hold(server, "ann", "nothing", seats, 1, &status));
    shop_refused(&status, "BAD_FIELD", "event_id");
    char caller[100];
    memset(caller, 'x', sizeof caller - 1);
    caller[sizeof caller - 1] = 0;
    assert_null(shop_try_hold(server, caller, event, seats, 1, &status));
    shop_refused(&status, "BAD_FIELD", "tifo-caller");
}

static void a_hold_is_its_owners_alone(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seat = 5;
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, &seat, 1);
    const char *id = held->hold->hold_id;
    Tifo__V1__GetHoldResponse *got = get_hold(server, "ann", id, &status);
    assert_int_equal(got->hold->version, held->hold->version);
    assert_int_equal(got->as_of_seq, held->seq);
    shop_drop(got);
    assert_null(get_hold(server, "bob", id, &status));
    shop_refused(&status, "UNKNOWN_HOLD", "hold_id");
    assert_null(release(server, "bob", id, &status));
    shop_refused(&status, "UNKNOWN_HOLD", "hold_id");
    Tifo__V1__ReleaseHoldResponse *released = release(server, "ann", id, &status);
    assert_int_equal(released->hold->state, TIFO__V1__HOLD_STATE__HOLD_STATE_RELEASED);
    assert_true(released->hold->version != held->hold->version);
    shop_drop(released);
    assert_null(release(server, "ann", id, &status));
    shop_refused(&status, "HOLD_ENDED", "hold_id");
    shop_drop(shop_hold(server, "bob", event, &seat, 1));
    shop_drop(held);
}

static void a_hold_expires_without_anybody_asking(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seat = 5;
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, &seat, 1);
    shop_advance(server, held->hold->expires_ms - 1);
    assert_null(shop_try_hold(server, "bob", event, &seat, 1, &status));
    shop_refused(&status, "SEAT_TAKEN", "seats[0]");
    shop_advance(server, held->hold->expires_ms);
    Tifo__V1__GetEventResponse *counts = shop_event(server, event);
    assert_int_equal(counts->event->held, 0);
    shop_drop(counts);
    Tifo__V1__GetHoldResponse *got = get_hold(server, "ann", held->hold->hold_id, &status);
    assert_int_equal(got->hold->state, TIFO__V1__HOLD_STATE__HOLD_STATE_EXPIRED);
    shop_drop(got);
    shop_drop(shop_hold(server, "bob", event, &seat, 1));
    shop_drop(held);
}

/* ---- The map ----------------------------------------------------------------------------------
 */

static Tifo__V1__GetSeatMapResponse *get_map(struct test_server *server, const uint32_t *blocks,
                                             size_t count, struct rpc_status *status)
{
    Tifo__V1__GetSeatMapRequest request = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    request.event_id = event;
    request.blocks = (uint32_t *)blocks;
    request.n_blocks = count;
    return test_server_call(server, SHOP_SEAT("GetSeatMap"), &request, status);
}

/* All seats, one byte each. */
static void read_blocks(uint8_t *states, Tifo__V1__SeatBlock *const *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(blocks[i]->states.len, GROUND_BLOCK_SEATS);
        memcpy(states + blocks[i]->block * GROUND_BLOCK_SEATS, blocks[i]->states.data,
               GROUND_BLOCK_SEATS);
    }
}

static void the_map_shows_what_seats_are(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t held[] = { 0, 299, 300 }, sold[] = { 1199 }, blocks[] = { 3, 0 };
    uint8_t states[SHOP_SEATS];
    shop_drop(shop_hold(server, "ann", event, held, 3));
    shop_drop(shop_buy(server, "bob", event, sold, 1));
    Tifo__V1__GetSeatMapResponse *map = get_map(server, NULL, 0, &status);
    assert_int_equal(map->n_blocks, GROUND_BLOCKS);
    read_blocks(states, map->blocks, map->n_blocks);
    for (uint32_t i = 0; i < SHOP_SEATS; i++)
        assert_int_equal(states[i], i == 0 || i == 299 || i == 300 ? HELD
                                    : i == 1199                    ? SOLD
                                                                   : FREE);
    shop_drop(map);
    map = get_map(server, blocks, 2, &status);
    assert_int_equal(map->n_blocks, 2);
    assert_int_equal(map->blocks[0]->block, 3);
    assert_int_equal(map->blocks[0]->states.data[299], SOLD);
    assert_int_equal(map->blocks[1]->block, 0);
    assert_int_equal(map->blocks[1]->states.data[299], HELD);
    shop_drop(map);
    const uint32_t wrong[] = { 0, 4 };
    assert_null(get_map(server, wrong, 2, &status));
    shop_refused(&status, "BAD_FIELD", "blocks[1]");
    const uint32_t again[] = { 3, 0, 3 };
    assert_null(get_map(server, again, 3, &status));
    shop_refused(&status, "BAD_FIELD", "blocks[2]");
    snprintf(event, sizeof event, "%s", "0123456789abcdef0123456789abcdef");
    assert_null(get_map(server, NULL, 0, &status));
    shop_refused(&status, "UNKNOWN_EVENT", "event_id");
}

/* ---- The stream -------------------------------------------------------------------------------
 */

/* What a client makes of it. */
struct seen {
    struct rpc_memory_call *call;
    uint8_t states[SHOP_SEATS];
    uint64_t seq;
    uint32_t wholes, changes;
};

static void watch(struct test_server *server, struct seen *seen)
{
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    request.event_id = event;
    *seen = (struct seen){ 0 };
    seen->call = rpc_memory_start(server->rpc, SHOP_SEAT("WatchSeats"), NULL, 0, &request.base);
    test_server_run(server);
}

static void hear(struct seen *seen)
{
    Tifo__V1__WatchSeatsResponse *message;
    while ((message = (void *)rpc_memory_next(seen->call))) {
        assert_true(message->to_seq > seen->seq);
        if (message->from_seq == 0) {
            assert_int_equal(message->n_blocks, GROUND_BLOCKS);
            assert_int_equal(message->n_seat, 0);
            read_blocks(seen->states, message->blocks, message->n_blocks);
            seen->wholes++;
        } else {
            assert_int_equal(message->from_seq, seen->seq); /* No gap. */
            assert_int_equal(message->n_blocks, 0);
            assert_int_equal(message->n_seat, message->n_state);
            for (size_t i = 0; i < message->n_seat; i++) {
                assert_int_not_equal(seen->states[message->seat[i]], message->state[i]);
                seen->states[message->seat[i]] = (uint8_t)message->state[i];
            }
            seen->changes++;
        }
        seen->seq = message->to_seq;
        shop_drop(message);
    }
}

static void check_seen(struct test_server *server, const struct seen *seen)
{
    uint8_t states[SHOP_SEATS];
    Tifo__V1__GetSeatMapResponse *map = get_map(server, NULL, 0, NULL);
    read_blocks(states, map->blocks, map->n_blocks);
    assert_memory_equal(seen->states, states, sizeof states);
    shop_drop(map);
}

static void a_watch_hears_the_map_and_then_what_changes(void **state)
{
    struct test_server *server = *state;
    struct seen seen;
    const uint32_t seats[] = { 3, 700 };
    watch(server, &seen);
    hear(&seen);
    assert_int_equal(seen.wholes, 1);
    assert_int_equal(seen.states[3], FREE);
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, seats, 2);
    hear(&seen);
    assert_int_equal(seen.changes, 1);
    assert_int_equal(seen.seq, held->seq);
    assert_int_equal(seen.states[3], HELD);
    assert_int_equal(seen.states[700], HELD);
    shop_advance(server, held->hold->expires_ms);
    hear(&seen);
    assert_int_equal(seen.states[3], FREE);
    assert_int_equal(seen.wholes, 1);
    shop_drop(held);
    rpc_memory_destroy(seen.call);
    test_server_run(server);
}

/* What changed while nobody watched is in the first message, not behind it. */
static void a_watch_that_begins_anew_is_told_no_old_news(void **state)
{
    struct test_server *server = *state;
    struct seen seen;
    for (uint32_t seat = 0; seat < 3; seat++) {
        Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, &seat, 1);
        watch(server, &seen);
        Tifo__V1__WatchSeatsResponse *first = (void *)rpc_memory_next(seen.call);
        assert_int_equal(first->from_seq, 0);
        assert_true(first->to_seq >= held->seq);
        assert_int_equal(first->blocks[0]->states.data[seat], HELD);
        assert_null(rpc_memory_next(seen.call));
        shop_drop(first);
        shop_drop(held);
        rpc_memory_destroy(seen.call);
        test_server_run(server);
    }
}

/* Watchers that come and go, holds, sales, expiry: whoever watches ends where the map does. */
static void whoever_watches_ends_where_the_map_does(void **state)
{
    enum { WATCHERS = 4, STEPS = 300 };
    struct test_server *server = *state;
    struct prng prng = { test_seed() };
    struct seen seen[WATCHERS] = { 0 };
    int64_t now_ms = SHOP_NOW_MS;
    for (int step = 0; step < STEPS; step++) {
        const uint32_t seats[] = { prng_below(&prng, 600), 600 + prng_below(&prng, 600) };
        struct rpc_status status = { 0 };
        struct seen *one = &seen[prng_below(&prng, WATCHERS)];
        switch (prng_below(&prng, 5)) {
        case 0:
            if (one->call)
                rpc_memory_destroy(one->call);
            watch(server, one);
            break;
        case 1:
            shop_advance(server, now_ms += prng_below(&prng, 60000));
            break;
        default: {
            Tifo__V1__HoldSeatsResponse *held =
                shop_try_hold(server, "ann", event, seats, 2, &status);
            if (held && prng_below(&prng, 3) == 0)
                shop_drop(shop_try_confirm(server, "ann", held->hold, "tok_ok", &status));
            shop_drop(held);
        }
        }
        rpc_status_fini(&status);
        for (int i = 0; i < WATCHERS; i++)
            if (seen[i].call)
                hear(&seen[i]);
    }
    for (int i = 0; i < WATCHERS; i++) {
        if (!seen[i].call)
            watch(server, &seen[i]);
        hear(&seen[i]);
        check_seen(server, &seen[i]);
        assert_int_equal(seen[i].wholes, 1);
        rpc_memory_destroy(seen[i].call);
    }
    test_server_run(server);
}

static void an_event_that_is_not_there_is_not_watched(void **state)
{
    struct test_server *server = *state;
    static const char *const ids[] = { "", "0123456789abcdef0123456789abcdef" };
    static const char *const reasons[] = { "BAD_FIELD", "UNKNOWN_EVENT" };
    for (size_t i = 0; i < 2; i++) {
        struct seen seen;
        struct rpc_status status = { 0 };
        snprintf(event, sizeof event, "%s", ids[i]);
        watch(server, &seen);
        assert_true(rpc_memory_ended(seen.call, &status));
        shop_refused(&status, reasons[i], "event_id");
        rpc_memory_destroy(seen.call);
    }
}

static void a_watch_ends_with_the_server(void **state)
{
    (void)state;
    struct test_server server;
    struct seen seen;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    watch(&server, &seen);
    hear(&seen);
    rpc_server_drain(server.rpc, 0);
    assert_true(rpc_memory_ended(seen.call, NULL));
    rpc_memory_destroy(seen.call);
    test_server_close(&server);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(seats_are_held_together_or_not_at_all),
        TEST(what_cannot_be_held_is_refused),
        TEST(a_hold_is_its_owners_alone),
        TEST(a_hold_expires_without_anybody_asking),
        TEST(the_map_shows_what_seats_are),
        TEST(a_watch_hears_the_map_and_then_what_changes),
        TEST(a_watch_that_begins_anew_is_told_no_old_news),
        TEST(whoever_watches_ends_where_the_map_does),
        TEST(an_event_that_is_not_there_is_not_watched),
        cmocka_unit_test(a_watch_ends_with_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
