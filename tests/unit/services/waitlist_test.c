/* tifo.v1.Waitlists as a client sees it. */
#include "tests/support/shop.h"
#include "tifo/v1/live.pb-c.h"
#include "tifo/v1/waitlist.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WAITS(method) "/tifo.v1.Waitlists/" method

enum {
    WAITING = TIFO__V1__WAIT_STATE__WAIT_STATE_WAITING,
    OFFERED = TIFO__V1__WAIT_STATE__WAIT_STATE_OFFERED,
    PURCHASED = TIFO__V1__WAIT_STATE__WAIT_STATE_PURCHASED,
    DECLINED = TIFO__V1__WAIT_STATE__WAIT_STATE_DECLINED,
    AT_ONCE = 15,
};

static char event[33], first_hold[33];

static void *ask(struct test_server *server, const char *path, const void *request,
                 const char *caller)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call_as(server, path, request, caller, NULL, &status);
    if (!reply)
        fail_msg("%s: %s (%s)", path, status.message, status.reason);
    rpc_status_fini(&status);
    return reply;
}

/* All seats are held by one, for as long as holds last. */
static int set_up(void **state)
{
    static struct test_server server;
    uint32_t seats[AT_ONCE];
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    for (uint32_t at = 0; at < SHOP_SEATS; at += AT_ONCE) {
        for (uint32_t i = 0; i < AT_ONCE; i++)
            seats[i] = at + i;
        Tifo__V1__HoldSeatsResponse *held = shop_hold(&server, "hog", event, seats, AT_ONCE);
        if (at == 0)
            snprintf(first_hold, sizeof first_hold, "%s", held->hold->hold_id);
        shop_drop(held);
    }
    Tifo__V1__SetWaitlistRequest set = TIFO__V1__SET_WAITLIST_REQUEST__INIT;
    set.event_id = event;
    set.claim_s = 120;
    shop_drop(ask(&server, WAITS("SetWaitlist"), &set, NULL));
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

static Tifo__V1__EnterWaitlistResponse *enter(struct test_server *server, const char *person,
                                              uint32_t party)
{
    Tifo__V1__EnterWaitlistRequest request = TIFO__V1__ENTER_WAITLIST_REQUEST__INIT;
    request.event_id = event;
    request.party = party;
    return ask(server, WAITS("EnterWaitlist"), &request, person);
}

static Tifo__V1__GetWaitResponse *wait_of(struct test_server *server, const char *person)
{
    Tifo__V1__GetWaitRequest request = TIFO__V1__GET_WAIT_REQUEST__INIT;
    request.event_id = event;
    return ask(server, WAITS("GetWait"), &request, person);
}

static uint32_t state_of(struct test_server *server, const char *person)
{
    Tifo__V1__GetWaitResponse *reply = wait_of(server, person);
    const uint32_t state = reply->wait->state;
    shop_drop(reply);
    return state;
}

static void release_first(struct test_server *server)
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = first_hold;
    shop_drop(ask(server, SHOP_SEAT("ReleaseHold"), &request, "hog"));
}

static void an_offer_is_a_hold_of_ones_own(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__EnterWaitlistResponse *bob = enter(server, "bob", 10), *cyd = enter(server, "cyd", 6);
    assert_int_equal(bob->wait->position, 1);
    assert_int_equal(cyd->wait->position, 2);
    release_first(server);
    Tifo__V1__GetWaitResponse *offered = wait_of(server, "bob");
    assert_int_equal(offered->wait->state, OFFERED);
    assert_int_equal(offered->wait->offered_until_ms, SHOP_NOW_MS + 120000);
    assert_int_equal(state_of(server, "cyd"), WAITING);
    /* It is nobody else's. */
    Tifo__V1__GetHoldRequest get = TIFO__V1__GET_HOLD_REQUEST__INIT;
    get.hold_id = offered->wait->hold_id;
    assert_null(test_server_call_as(server, SHOP_SEAT("GetHold"), &get, "cyd", NULL, &status));
    shop_refused(&status, "UNKNOWN_HOLD", "hold_id");
    Tifo__V1__GetHoldResponse *hold = ask(server, SHOP_SEAT("GetHold"), &get, "bob");
    assert_int_equal(hold->hold->n_seats, 10);
    Tifo__V1__ConfirmHoldResponse *paid =
        shop_try_confirm(server, "bob", hold->hold, "tok_ok", &status);
    assert_non_null(paid);
    rpc_status_fini(&status);
    assert_int_equal(state_of(server, "bob"), PURCHASED);
    shop_drop(paid);
    shop_drop(hold);
    shop_drop(offered);
    shop_drop(bob);
    shop_drop(cyd);
}

static void what_is_declined_is_the_next_ones(void **state)
{
    struct test_server *server = *state;
    shop_drop(enter(server, "bob", AT_ONCE));
    shop_drop(enter(server, "cyd", AT_ONCE));
    shop_drop(enter(server, "dee", AT_ONCE));
    release_first(server);
    Tifo__V1__LeaveWaitlistRequest leave = TIFO__V1__LEAVE_WAITLIST_REQUEST__INIT;
    leave.event_id = event;
    Tifo__V1__LeaveWaitlistResponse *left = ask(server, WAITS("LeaveWaitlist"), &leave, "bob");
    assert_int_equal(left->wait->state, DECLINED);
    shop_drop(left);
    assert_int_equal(state_of(server, "cyd"), OFFERED);
    shop_advance(server, SHOP_NOW_MS + 120000);
    assert_int_equal(state_of(server, "cyd"), TIFO__V1__WAIT_STATE__WAIT_STATE_EXPIRED);
    assert_int_equal(state_of(server, "dee"), OFFERED);
}

static void lists_are_told_to_whom_they_concern(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    char name[16], token[40] = "";
    uint32_t next = 0;
    for (uint32_t i = 0; i < 7; i++) {
        snprintf(name, sizeof name, "p%u", i);
        shop_drop(enter(server, name, 1 + i));
    }
    do {
        Tifo__V1__ListWaitingRequest request = TIFO__V1__LIST_WAITING_REQUEST__INIT;
        request.event_id = event;
        request.page_size = 3;
        request.page_token = token;
        Tifo__V1__ListWaitingResponse *page = ask(server, WAITS("ListWaiting"), &request, NULL);
        for (size_t i = 0; i < page->n_waits; i++)
            assert_int_equal(page->waits[i]->party, ++next);
        snprintf(token, sizeof token, "%s", page->next_page_token);
        assert_null(
            test_server_call_as(server, WAITS("ListWaiting"), &request, "p0", NULL, &status));
        shop_refused(&status, "NOT_ORGANISER", "event_id");
        shop_drop(page);
    } while (token[0]);
    assert_int_equal(next, 7);
    Tifo__V1__ListMyWaitsRequest mine = TIFO__V1__LIST_MY_WAITS_REQUEST__INIT;
    Tifo__V1__ListMyWaitsResponse *own = ask(server, WAITS("ListMyWaits"), &mine, "p3");
    assert_int_equal(own->n_waits, 1);
    assert_int_equal(own->waits[0]->party, 4);
    shop_drop(own);
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

typedef Tifo__V1__WatchMyWaitsResponse told;

/* A stream, and what it has told so far. */
struct follower {
    struct rpc_memory_call *call;
    uint64_t to_seq;
    char epoch[41];
    uint32_t messages;
    Tifo__V1__LiveRecovery recovery; /* Of the last message. */
    uint32_t state, position;        /* Of the entry, as it was told last. */
    int64_t until_ms;
};

static void hear(struct follower *follower)
{
    told *message;
    while ((message = (told *)rpc_memory_next(follower->call))) {
        /* Without a gap, but for what says that it is the whole. */
        if (message->from_seq)
            assert_true(message->from_seq == follower->to_seq);
        else
            snprintf(follower->epoch, sizeof follower->epoch, "%s", message->epoch);
        assert_true(message->to_seq >= follower->to_seq);
        follower->to_seq = message->to_seq;
        follower->recovery = message->recovery;
        follower->messages++;
        for (size_t i = 0; i < message->n_waits; i++) { /* Each has one entry. */
            const Tifo__V1__Wait *wait = message->waits[i];
            follower->state = wait->state;
            follower->position = wait->position;
            follower->until_ms = wait->offered_until_ms;
            assert_int_equal(wait->hold_id[0] != 0, follower->state == OFFERED);
        }
        shop_drop(message);
    }
    assert_false(rpc_memory_ended(follower->call, NULL));
}

static void follow(struct test_server *server, struct follower *follower, const char *person,
                   uint64_t after, const char *epoch)
{
    Tifo__V1__WatchMyWaitsRequest request = TIFO__V1__WATCH_MY_WAITS_REQUEST__INIT;
    const struct rpc_metadata_entry metadata = { .key = "tifo-caller", .value = person };
    request.after_seq = after;
    request.epoch = (char *)epoch;
    *follower = (struct follower){ .to_seq = after };
    follower->call =
        rpc_memory_start(server->rpc, WAITS("WatchMyWaits"), &metadata, 1, &request.base);
    test_server_run(server);
    hear(follower);
    assert_true(follower->messages == 1);
}

static void end(struct follower *follower)
{
    rpc_memory_cancel(follower->call);
    rpc_memory_destroy(follower->call);
}

static void leave(struct test_server *server, const char *person)
{
    Tifo__V1__LeaveWaitlistRequest request = TIFO__V1__LEAVE_WAITLIST_REQUEST__INIT;
    request.event_id = event;
    shop_drop(ask(server, WAITS("LeaveWaitlist"), &request, person));
    test_server_run(server);
}

static void a_stream_tells_of_offers_and_how_they_end(void **state)
{
    struct test_server *server = *state;
    struct follower bob, cyd, dee, eve;
    follow(server, &bob, "bob", 0, "");
    assert_int_equal(bob.state, 0); /* Waits for nothing yet. */
    shop_drop(enter(server, "bob", AT_ONCE));
    shop_drop(enter(server, "cyd", AT_ONCE));
    shop_drop(enter(server, "dee", AT_ONCE));
    test_server_run(server);
    hear(&bob);
    assert_int_equal(bob.position, 1);
    follow(server, &cyd, "cyd", 0, "");
    follow(server, &dee, "dee", 0, "");
    follow(server, &eve, "eve", 0, "");
    assert_int_equal(dee.position, 3);
    release_first(server);
    test_server_run(server);
    hear(&bob);
    assert_int_equal(bob.state, OFFERED);
    assert_true(bob.until_ms == SHOP_NOW_MS + 120000);
    leave(server, "bob");
    hear(&bob);
    hear(&cyd);
    assert_int_equal(bob.state, DECLINED);
    assert_int_equal(cyd.state, OFFERED);
    const int64_t until_ms = cyd.until_ms;
    shop_advance(server, SHOP_NOW_MS + 60000);
    Tifo__V1__GetWaitResponse *offered = wait_of(server, "cyd");
    Tifo__V1__GetHoldRequest get = TIFO__V1__GET_HOLD_REQUEST__INIT;
    Tifo__V1__ExtendHoldRequest extend = TIFO__V1__EXTEND_HOLD_REQUEST__INIT;
    extend.hold_id = get.hold_id = offered->wait->hold_id;
    Tifo__V1__GetHoldResponse *hold = ask(server, SHOP_SEAT("GetHold"), &get, "cyd");
    extend.version = hold->hold->version;
    shop_drop(ask(server, SHOP_SEAT("ExtendHold"), &extend, "cyd"));
    shop_drop(hold);
    shop_drop(offered);
    test_server_run(server);
    hear(&cyd);
    assert_true(cyd.until_ms != until_ms); /* Extended. */
    hear(&dee);
    assert_int_equal(dee.position, 1);
    shop_advance(server, cyd.until_ms);
    test_server_run(server);
    hear(&cyd);
    hear(&dee);
    hear(&eve);
    assert_int_equal(cyd.state, TIFO__V1__WAIT_STATE__WAIT_STATE_EXPIRED);
    assert_int_equal(dee.state, OFFERED);
    assert_int_equal(eve.messages, 1); /* It is none of hers. */
    end(&bob);
    end(&cyd);
    end(&dee);
    end(&eve);
}

static void who_lost_the_stream_goes_on_where_it_was(void **state)
{
    struct test_server *server = *state;
    struct follower cyd, again, other;
    shop_drop(enter(server, "bob", AT_ONCE));
    shop_drop(enter(server, "cyd", AT_ONCE));
    follow(server, &cyd, "cyd", 0, "");
    end(&cyd);
    leave(server, "bob");
    release_first(server);
    test_server_run(server);
    follow(server, &again, "cyd", cyd.to_seq, cyd.epoch);
    assert_int_equal(again.recovery, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED);
    assert_int_equal(again.state, OFFERED);
    follow(server, &other, "cyd", cyd.to_seq, "of-another-server");
    assert_int_equal(other.recovery, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH);
    assert_int_equal(other.state, OFFERED);
    end(&again);
    end(&other);
    struct rpc_status status = { 0 };
    Tifo__V1__WatchMyWaitsRequest request = TIFO__V1__WATCH_MY_WAITS_REQUEST__INIT;
    request.epoch = cyd.epoch;
    struct rpc_memory_call *call =
        rpc_memory_start(server->rpc, WAITS("WatchMyWaits"), NULL, 0, &request.base);
    assert_true(rpc_memory_ended(call, &status));
    shop_refused(&status, "BAD_FIELD", "after_seq");
    rpc_memory_destroy(call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_offer_is_a_hold_of_ones_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_declined_is_the_next_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_are_told_to_whom_they_concern, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stream_tells_of_offers_and_how_they_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_lost_the_stream_goes_on_where_it_was, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
