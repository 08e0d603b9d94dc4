/* tifo.v1.Joins as a client sees it. */
#include "tests/support/shop.h"
#include "tifo/v1/joins.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define JOINS(method) "/tifo.v1.Joins/" method

enum {
    ACTIVE = TIFO__V1__JOIN_STATE__JOIN_STATE_ACTIVE,
    WAITLISTED = TIFO__V1__JOIN_STATE__JOIN_STATE_WAITLISTED,
    CANCELLED = TIFO__V1__JOIN_STATE__JOIN_STATE_CANCELLED,
    REJECTED = TIFO__V1__JOIN_STATE__JOIN_STATE_REJECTED,
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

static void set_joining(struct test_server *server, uint32_t capacity)
{
    Tifo__V1__SetJoiningRequest request = TIFO__V1__SET_JOINING_REQUEST__INIT;
    request.event_id = event;
    request.capacity = capacity;
    Tifo__V1__SetJoiningResponse *reply = ask(server, JOINS("SetJoining"), &request, NULL);
    assert_int_equal(reply->joining->capacity, capacity);
    shop_drop(reply);
}

static Tifo__V1__JoinEventResponse *try_join(struct test_server *server, const char *person,
                                             const char *key, struct rpc_status *status)
{
    Tifo__V1__JoinEventRequest request = TIFO__V1__JOIN_EVENT_REQUEST__INIT;
    request.event_id = event;
    return test_server_call_as(server, JOINS("JoinEvent"), &request, person, key, status);
}

static const char *nth(uint32_t n)
{
    static char name[16];
    snprintf(name, sizeof name, "p%u", n);
    return name;
}

static void join_all(struct test_server *server, uint32_t from, uint32_t to)
{
    struct rpc_status status = { 0 };
    for (uint32_t i = from; i < to; i++) {
        shop_drop(try_join(server, nth(i), NULL, &status));
        assert_int_equal(status.code, RPC_OK);
        rpc_status_fini(&status);
    }
}

static Tifo__V1__Join *get_join(struct test_server *server, const char *person,
                                Tifo__V1__GetJoinResponse **reply)
{
    Tifo__V1__GetJoinRequest request = TIFO__V1__GET_JOIN_REQUEST__INIT;
    request.event_id = event;
    *reply = ask(server, JOINS("GetJoin"), &request, person);
    return (*reply)->join;
}

static uint32_t state_of(struct test_server *server, const char *person)
{
    Tifo__V1__GetJoinResponse *reply;
    const uint32_t state = get_join(server, person, &reply)->state;
    shop_drop(reply);
    return state;
}

static void cancel(struct test_server *server, const char *person)
{
    Tifo__V1__CancelJoinRequest request = TIFO__V1__CANCEL_JOIN_REQUEST__INIT;
    request.event_id = event;
    Tifo__V1__CancelJoinResponse *reply = ask(server, JOINS("CancelJoin"), &request, person);
    assert_int_equal(reply->join->state, CANCELLED);
    shop_drop(reply);
}

/* ---- Cases ------------------------------------------------------------------------------------
 */

static void fifty_join_at_once_with_a_capacity_of_ten(void **state)
{
    struct test_server *server = *state;
    uint32_t active = 0, waiting = 0, full = 0;
    set_joining(server, 10);
    for (uint32_t i = 0; i < 50; i++) {
        struct rpc_status status = { 0 };
        Tifo__V1__JoinEventResponse *reply = try_join(server, nth(i), NULL, &status);
        const uint32_t said = reply ? reply->join->state : 0;
        active += said == ACTIVE;
        waiting += said == WAITLISTED;
        if (said == WAITLISTED)
            assert_int_equal(reply->join->position, waiting);
        if (!reply) {
            assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
            assert_string_equal(status.reason, "EVENT_FULL");
            full++;
        }
        rpc_status_fini(&status);
        shop_drop(reply);
    }
    assert_int_equal(active, 10);
    assert_int_equal(waiting, 20);
    assert_int_equal(full, 20);
}

static void one_user_joins_thirty_times(void **state)
{
    struct test_server *server = *state;
    uint32_t joined = 0;
    set_joining(server, 10);
    for (int i = 0; i < 30; i++) {
        struct rpc_status status = { 0 };
        Tifo__V1__JoinEventResponse *reply = try_join(server, "ann", NULL, &status);
        joined += reply != NULL;
        if (!reply)
            shop_refused(&status, "ALREADY_JOINED", "event_id");
        else
            rpc_status_fini(&status);
        shop_drop(reply);
    }
    assert_int_equal(joined, 1);
}

static void a_late_retry_does_not_join_again(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    set_joining(server, 10);
    Tifo__V1__JoinEventResponse *first = try_join(server, "ann", "key-1", &status);
    cancel(server, "ann");
    Tifo__V1__JoinEventResponse *again = try_join(server, "ann", "key-1", &status);
    assert_int_equal(again->seq, first->seq);
    assert_int_equal(again->join->state, ACTIVE); /* As it was answered then. */
    assert_int_equal(state_of(server, "ann"), CANCELLED);
    rpc_status_fini(&status);
    shop_drop(first);
    shop_drop(again);
}

static void a_cancel_tells_who_is_promoted(void **state)
{
    struct test_server *server = *state;
    set_joining(server, 1);
    join_all(server, 0, 3);
    assert_int_equal(state_of(server, nth(1)), WAITLISTED);
    cancel(server, nth(0));
    assert_int_equal(state_of(server, nth(1)), ACTIVE);
    Tifo__V1__GetJoinResponse *reply;
    assert_int_equal(get_join(server, nth(2), &reply)->position, 1);
    shop_drop(reply);
}

static void who_is_banned_hears_why(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seat = 4;
    set_joining(server, 10);
    join_all(server, 0, 2);
    Tifo__V1__BanPersonRequest ban = TIFO__V1__BAN_PERSON_REQUEST__INIT;
    ban.event_id = event;
    ban.person = "p1";
    ban.reason = "Flares.";
    ban.until_ms = SHOP_NOW_MS + 60000;
    Tifo__V1__BanPersonResponse *banned = ask(server, JOINS("BanPerson"), &ban, NULL);
    assert_int_equal(banned->ban->until_ms, SHOP_NOW_MS + 60000);
    shop_drop(banned);
    assert_int_equal(state_of(server, "p1"), REJECTED);
    assert_null(try_join(server, "p1", NULL, &status));
    assert_int_equal(status.code, RPC_PERMISSION_DENIED);
    assert_non_null(strstr(status.message, "Flares."));
    shop_refused(&status, "BANNED", "event_id");
    assert_null(shop_try_hold(server, "p1", event, &seat, 1, &status));
    shop_refused(&status, "BANNED", "event_id");
    shop_advance(server, SHOP_NOW_MS + 60000);
    join_all(server, 1, 2);
    Tifo__V1__KickPersonRequest kick = TIFO__V1__KICK_PERSON_REQUEST__INIT;
    kick.event_id = event;
    kick.person = "p1";
    kick.reason = "Again.";
    Tifo__V1__KickPersonResponse *kicked = ask(server, JOINS("KickPerson"), &kick, NULL);
    assert_int_equal(kicked->join->state, REJECTED);
    assert_string_equal(kicked->join->reason, "Again.");
    shop_drop(kicked);
    Tifo__V1__ListBansRequest list = TIFO__V1__LIST_BANS_REQUEST__INIT;
    list.event_id = event;
    Tifo__V1__ListBansResponse *bans = ask(server, JOINS("ListBans"), &list, NULL);
    assert_int_equal(bans->n_bans, 1);
    assert_string_equal(bans->bans[0]->person, "p1");
    shop_drop(bans);
}

static void only_the_organiser_decides(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    set_joining(server, 10);
    Tifo__V1__GetEventResponse *got = shop_event(server, event);
    char organiser[80];
    snprintf(organiser, sizeof organiser, "%s", got->event->organiser);
    shop_drop(got);
    assert_null(try_join(server, organiser, NULL, &status));
    shop_refused(&status, "OWN_EVENT", "event_id");
    join_all(server, 0, 1);
    Tifo__V1__SetJoiningRequest set = TIFO__V1__SET_JOINING_REQUEST__INIT;
    Tifo__V1__KickPersonRequest kick = TIFO__V1__KICK_PERSON_REQUEST__INIT;
    Tifo__V1__BanPersonRequest ban = TIFO__V1__BAN_PERSON_REQUEST__INIT;
    Tifo__V1__ListParticipantsRequest list = TIFO__V1__LIST_PARTICIPANTS_REQUEST__INIT;
    set.event_id = kick.event_id = ban.event_id = list.event_id = event;
    kick.person = ban.person = "p0";
    const struct {
        const char *path;
        const void *request;
    } asks[] = {
        { JOINS("SetJoining"), &set },
        { JOINS("KickPerson"), &kick },
        { JOINS("BanPerson"), &ban },
        { JOINS("ListParticipants"), &list },
    };
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        assert_null(
            test_server_call_as(server, asks[i].path, asks[i].request, "p0", NULL, &status));
        assert_int_equal(status.code, RPC_PERMISSION_DENIED);
        shop_refused(&status, "NOT_ORGANISER", "event_id");
    }
    assert_int_equal(state_of(server, "p0"), ACTIVE);
}

/* ---- Lists, page by page, while people come and go --------------------------------------------
 */

static void participants_are_listed_once_each(void **state)
{
    struct test_server *server = *state;
    bool seen[60] = { false };
    char token[40] = "";
    uint32_t pages = 0, listed = 0;
    set_joining(server, 100);
    join_all(server, 0, 30);
    do {
        Tifo__V1__ListParticipantsRequest request = TIFO__V1__LIST_PARTICIPANTS_REQUEST__INIT;
        request.event_id = event;
        request.page_size = 7;
        request.page_token = token;
        Tifo__V1__ListParticipantsResponse *page =
            ask(server, JOINS("ListParticipants"), &request, NULL);
        for (size_t i = 0; i < page->n_joins; i++) {
            uint32_t n;
            assert_int_equal(sscanf(page->joins[i]->person, "p%u", &n), 1);
            assert_false(seen[n]);
            seen[n] = true;
            listed++;
        }
        snprintf(token, sizeof token, "%s", page->next_page_token);
        /* The last of the page goes, others come. */
        if (pages < 3)
            cancel(server, page->joins[page->n_joins - 1]->person);
        join_all(server, 30 + pages, 31 + pages);
        shop_drop(page);
        pages++;
    } while (token[0]);
    for (uint32_t i = 0; i < 30; i++)
        assert_true(seen[i]);
    assert_true(listed >= 30 && pages >= 5);
}

static void the_waitlist_goes_on_behind_who_has_left(void **state)
{
    struct test_server *server = *state;
    char token[40] = "";
    uint32_t next = 1, pages = 0;
    set_joining(server, 1);
    join_all(server, 0, 20);
    do {
        Tifo__V1__ListJoinWaitlistRequest request = TIFO__V1__LIST_JOIN_WAITLIST_REQUEST__INIT;
        request.event_id = event;
        request.page_size = 5;
        request.page_token = token;
        Tifo__V1__ListJoinWaitlistResponse *page =
            ask(server, JOINS("ListJoinWaitlist"), &request, NULL);
        for (size_t i = 0; i < page->n_joins; i++)
            assert_string_equal(page->joins[i]->person, nth(next++));
        snprintf(token, sizeof token, "%s", page->next_page_token);
        cancel(server, page->joins[page->n_joins - 1]->person);
        shop_drop(page);
        pages++;
    } while (token[0]);
    assert_int_equal(next, 20);
    assert_int_equal(pages, 4);
}

static void everybody_sees_their_own_newest_first(void **state)
{
    struct test_server *server = *state;
    char events[5][33], token[40] = "";
    uint32_t left = 5;
    for (int i = 0; i < 5; i++) {
        shop_sell(server, 0, event);
        memcpy(events[i], event, sizeof event);
        set_joining(server, 10);
        join_all(server, 0, 2);
    }
    do {
        Tifo__V1__ListMyJoinsRequest request = TIFO__V1__LIST_MY_JOINS_REQUEST__INIT;
        request.page_size = 2;
        request.page_token = token;
        Tifo__V1__ListMyJoinsResponse *page = ask(server, JOINS("ListMyJoins"), &request, "p0");
        for (size_t i = 0; i < page->n_joins; i++) {
            assert_string_equal(page->joins[i]->event_id, events[--left]);
            assert_string_equal(page->joins[i]->person, "p0");
        }
        snprintf(token, sizeof token, "%s", page->next_page_token);
        shop_drop(page);
    } while (token[0]);
    assert_int_equal(left, 0);
    Tifo__V1__ListMyJoinsRequest none = TIFO__V1__LIST_MY_JOINS_REQUEST__INIT;
    Tifo__V1__ListMyJoinsResponse *page = ask(server, JOINS("ListMyJoins"), &none, "nobody");
    assert_int_equal(page->n_joins, 0);
    shop_drop(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fifty_join_at_once_with_a_capacity_of_ten, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_user_joins_thirty_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_retry_does_not_join_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancel_tells_who_is_promoted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_banned_hears_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_organiser_decides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(participants_are_listed_once_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_waitlist_goes_on_behind_who_has_left, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(everybody_sees_their_own_newest_first, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
