/* tifo.v1.WaitingRooms as a client sees it: entering, the draw, streams, and what a hold shows. */
#include "tests/support/shop.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOMS(method) "/tifo.v1.WaitingRooms/" method

enum {
    WAITING = TIFO__V1__WAITER_STATE__WAITER_STATE_WAITING,
    ADMITTED = TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED,
    OPENS_AFTER_MS = 60 * 1000,
};

static char event[33];
static Tifo__V1__WaitingRoomSettings settings;

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    tifo__v1__waiting_room_settings__init(&settings);
    settings.opens_ms = SHOP_NOW_MS + OPENS_AFTER_MS;
    settings.rate_per_minute = 600;
    settings.max_active = 20;
    settings.has_opens_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_OPENS_OPENS_MS;
    settings.has_rate_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_RATE_RATE_PER_MINUTE;
    settings.has_active_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_ACTIVE_MAX_ACTIVE;
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

static Tifo__V1__SetWaitingRoomResponse *set_room(struct test_server *server)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    request.event_id = event;
    request.settings = &settings;
    return ask(server, ROOMS("SetWaitingRoom"), &request, NULL);
}

static void what_is_not_named_stays_as_it_is(void **state)
{
    struct test_server *server = *state;
    settings.has_claim_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_CLAIM_CLAIM_S;
    settings.claim_s = 45;
    Tifo__V1__SetWaitingRoomResponse *made = set_room(server);
    tifo__v1__waiting_room_settings__init(&settings);
    settings.has_mode_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_MODE_MODE;
    settings.mode = TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_PAUSED;
    Tifo__V1__SetWaitingRoomResponse *set = set_room(server);
    const Tifo__V1__WaitingRoomSettings *before = made->room->settings;
    const Tifo__V1__WaitingRoomSettings *after = set->room->settings;
    assert_int_equal(before->mode, TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_NORMAL);
    assert_int_equal(after->mode, TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_PAUSED);
    assert_int_equal(after->opens_ms, SHOP_NOW_MS + OPENS_AFTER_MS);
    assert_int_equal(after->rate_per_minute, 600);
    assert_int_equal(after->max_active, 20);
    assert_int_equal(after->claim_s, 45);
    assert_int_equal(after->session_s, 600);
    /* Nothing is named: nothing is done. */
    tifo__v1__waiting_room_settings__init(&settings);
    Tifo__V1__SetWaitingRoomResponse *same = set_room(server);
    assert_int_equal(same->room->version, set->room->version);
    shop_drop(made);
    shop_drop(set);
    shop_drop(same);
}

/* PREFIX0 .. , each with its number as nonce. */
static Tifo__V1__EnterWaitingRoomResponse *enter(struct test_server *server, const char *prefix,
                                                 uint32_t count)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    char names[100][16], *persons[100];
    uint64_t nonces[100];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "%s%u", prefix, i);
        persons[i] = names[i];
        nonces[i] = i;
    }
    request.event_id = event;
    request.persons = persons;
    request.nonce = nonces;
    request.n_persons = request.n_nonce = count;
    return ask(server, ROOMS("EnterWaitingRoom"), &request, "gateway");
}

static Tifo__V1__GetWaitersResponse *waiter(struct test_server *server, const char *person)
{
    Tifo__V1__GetWaitersRequest request = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    request.event_id = event;
    return ask(server, ROOMS("GetWaiters"), &request, person);
}

static Tifo__V1__HoldSeatsResponse *hold_with(struct test_server *server, const char *caller,
                                              const char *token, uint32_t seat,
                                              struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    request.event_id = event;
    request.seats = &seat;
    request.n_seats = 1;
    request.admission_token = (char *)token;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, caller, NULL, status);
}

/* ---- The order --------------------------------------------------------------------------------
 */

struct entry {
    uint64_t key;
    uint32_t entry;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key ? -1 : 1)
                            : (x->entry > y->entry) - (x->entry < y->entry);
}

/* As waitroom.proto says it, with another implementation of SHA-256 than the server's. */
static void anybody_recomputes_the_draw(void **state)
{
    enum { PEOPLE = 100 };
    struct test_server *server = *state;
    Tifo__V1__SetWaitingRoomResponse *set = set_room(server);
    assert_int_equal(set->room->commitment.len, 32);
    assert_int_equal(set->room->seed.len, 0);
    shop_drop(enter(server, "p", PEOPLE));
    Tifo__V1__ListDrawRequest list = TIFO__V1__LIST_DRAW_REQUEST__INIT;
    struct rpc_status status = { 0 };
    list.event_id = event;
    list.page_size = 60;
    assert_null(test_server_call_as(server, ROOMS("ListDraw"), &list, "x", NULL, &status));
    shop_refused(&status, "WAITROOM_SHUT", "event_id");
    shop_advance(server, settings.opens_ms);

    Tifo__V1__GetWaitingRoomRequest get = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    get.event_id = event;
    Tifo__V1__GetWaitingRoomResponse *open = ask(server, ROOMS("GetWaitingRoom"), &get, "x");
    assert_int_equal(open->room->seed.len, 32);
    uint8_t hash[32], bytes[44];
    crypto_hash_sha256(hash, open->room->seed.data, 32);
    assert_memory_equal(hash, set->room->commitment.data, 32);
    assert_memory_equal(hash, open->room->commitment.data, 32);

    Tifo__V1__ListDrawResponse *first = ask(server, ROOMS("ListDraw"), &list, "x");
    list.page_token = first->next_page_token;
    Tifo__V1__ListDrawResponse *second = ask(server, ROOMS("ListDraw"), &list, "x");
    assert_int_equal(first->n_nonce, 60);
    assert_int_equal(second->n_nonce, 40);
    assert_int_equal(second->first_entry, 61);
    assert_string_equal(second->next_page_token, "");
    struct entry order[PEOPLE];
    memcpy(bytes, open->room->seed.data, 32);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        const uint64_t nonce = i < 60 ? first->nonce[i] : second->nonce[i - 60];
        assert_int_equal(nonce, i);
        for (int k = 0; k < 4; k++)
            bytes[32 + k] = (uint8_t)((i + 1) >> (24 - 8 * k));
        for (int k = 0; k < 8; k++)
            bytes[36 + k] = (uint8_t)(nonce >> (56 - 8 * k));
        crypto_hash_sha256(hash, bytes, sizeof bytes);
        order[i] = (struct entry){ 0, i + 1 };
        for (int k = 0; k < 8; k++)
            order[i].key = order[i].key << 8 | hash[k];
    }
    qsort(order, PEOPLE, sizeof *order, by_key);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        const uint32_t at = order[i].entry - 1;
        assert_int_equal(at < 60 ? first->number[at] : second->number[at - 60], i + 1);
    }
    shop_drop(first);
    shop_drop(second);
    shop_drop(open);
    shop_drop(set);
}

/* ---- Holds ------------------------------------------------------------------------------------
 */

static void a_hold_shows_the_token_of_its_own_admission(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    settings.opens_ms = 0;
    settings.max_active = 1;
    shop_drop(set_room(server));
    shop_drop(enter(server, "p", 2));
    shop_advance(server, SHOP_NOW_MS + 1000);
    Tifo__V1__GetWaitersResponse *in = waiter(server, "p0"), *out = waiter(server, "p1");
    assert_int_equal(in->waiters[0]->state, ADMITTED);
    assert_string_equal(in->waiters[0]->person, "p0");
    assert_int_equal(strlen(in->waiters[0]->admission_token), 151);
    assert_in_range(in->waiters[0]->admitted_until_ms, SHOP_NOW_MS + 120000, SHOP_NOW_MS + 121000);
    assert_int_equal(out->waiters[0]->state, WAITING);
    assert_int_equal(out->waiters[0]->position, 1);
    assert_string_equal(out->waiters[0]->admission_token, "");
    char *token = in->waiters[0]->admission_token;

    assert_null(hold_with(server, "p0", "", 3, &status));
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    shop_refused(&status, "ADMISSION_REQUIRED", "admission_token");
    assert_null(hold_with(server, "p1", token, 3, &status)); /* Somebody else's. */
    shop_refused(&status, "ADMISSION_REQUIRED", "admission_token");
    token[60] = token[60] == 'A' ? 'B' : 'A'; /* Forged. */
    assert_null(hold_with(server, "p0", token, 3, &status));
    shop_refused(&status, "ADMISSION_REQUIRED", "admission_token");
    shop_drop(in);
    in = waiter(server, "p0");
    token = in->waiters[0]->admission_token;
    Tifo__V1__HoldSeatsResponse *held = hold_with(server, "p0", token, 3, &status);
    assert_non_null(held);
    rpc_status_fini(&status);
    /* Of another event it is none. */
    char other[33], mine[33];
    shop_sell(server, SHOP_PRICE, other);
    memcpy(mine, event, sizeof mine);
    memcpy(event, other, sizeof event);
    settings.opens_ms = 0;
    shop_drop(set_room(server));
    assert_null(hold_with(server, "p0", token, 4, &status));
    shop_refused(&status, "ADMISSION_REQUIRED", "admission_token");
    memcpy(event, mine, sizeof event);
    /* It ends. */
    shop_advance(server, SHOP_NOW_MS + 3600 * 1000 - 1000);
    assert_null(hold_with(server, "p0", token, 4, &status));
    shop_refused(&status, "ADMISSION_EXPIRED", "admission_token");
    shop_drop(held);
    shop_drop(in);
    shop_drop(out);
}

static void without_a_room_there_is_nothing_to_enter(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seat = 3;
    Tifo__V1__GetWaitersRequest request = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    request.event_id = event;
    assert_null(test_server_call_as(server, ROOMS("GetWaiters"), &request, "ann", NULL, &status));
    shop_refused(&status, "UNKNOWN_WAITROOM", "event_id");
    shop_drop(shop_hold(server, "ann", event, &seat, 1));
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

static struct rpc_memory_call *watch(struct test_server *server, const char *path,
                                     const void *request)
{
    struct rpc_memory_call *call = rpc_memory_start(server->rpc, path, NULL, 0, request);
    test_server_run(server);
    return call;
}

static void all_who_wait_hear_one_message(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__WatchWaitingRoomRequest request = TIFO__V1__WATCH_WAITING_ROOM_REQUEST__INIT;
    request.event_id = event;
    shop_drop(set_room(server));
    struct rpc_memory_call *calls[2] = { watch(server, ROOMS("WatchWaitingRoom"), &request),
                                         watch(server, ROOMS("WatchWaitingRoom"), &request) };
    for (int i = 0; i < 2; i++) {
        Tifo__V1__WatchWaitingRoomResponse *message = (void *)rpc_memory_next(calls[i]);
        assert_non_null(message);
        assert_int_equal(message->room->open, 0);
        shop_drop(message);
    }
    shop_drop(enter(server, "p", 50));
    shop_advance(server, settings.opens_ms + 1000);
    for (int i = 0; i < 2; i++) {
        Tifo__V1__WatchWaitingRoomResponse *message = NULL, *last = NULL;
        while ((message = (void *)rpc_memory_next(calls[i]))) {
            shop_drop(last);
            last = message;
        }
        assert_non_null(last);
        assert_int_equal(last->room->drawn, 50);
        assert_int_equal(last->room->seed.len, 32);
        assert_in_range(last->room->served, 8, 12);
        assert_int_equal(last->room->waiting, 50 - last->room->served);
        shop_drop(last);
        rpc_memory_cancel(calls[i]);
        rpc_memory_destroy(calls[i]);
    }
}

static void a_gateway_hears_of_its_own_people(void **state)
{
    enum { PEOPLE = 40 };
    struct test_server *server = *state;
    Tifo__V1__WatchWaitersRequest request = TIFO__V1__WATCH_WAITERS_REQUEST__INIT;
    char names[PEOPLE + 1][16], *persons[PEOPLE + 1];
    for (uint32_t i = 0; i < PEOPLE; i++) {
        snprintf(names[i], sizeof names[i], "p%u", i);
        persons[i] = names[i];
    }
    persons[PEOPLE] = "stranger0";
    request.event_id = event;
    request.persons = persons;
    request.n_persons = PEOPLE + 1;
    shop_drop(set_room(server));
    shop_drop(enter(server, "p", PEOPLE));
    struct rpc_memory_call *call = watch(server, ROOMS("WatchWaiters"), &request);
    uint32_t states[PEOPLE + 1] = { 0 }, numbers[PEOPLE + 1] = { 0 };
    uint64_t seq = 0;
    int messages = 0;
    for (int second = 0; second < 70; second++) {
        if (second == 30)
            shop_drop(enter(server, "stranger", 1));
        shop_advance(server, SHOP_NOW_MS + 1000 * (second + 1));
        Tifo__V1__WatchWaitersResponse *message;
        while ((message = (void *)rpc_memory_next(call))) {
            assert_int_equal(message->from_seq, seq);
            assert_true(message->to_seq > seq);
            assert_int_equal(message->n_person, message->n_state);
            assert_int_equal(message->n_person, message->n_number);
            if (messages++ == 0)
                assert_int_equal(message->n_person, PEOPLE + 1);
            for (size_t i = 0; i < message->n_person; i++) {
                states[message->person[i]] = message->state[i];
                numbers[message->person[i]] = message->number[i];
            }
            seq = message->to_seq;
            shop_drop(message);
        }
    }
    /* 20 may be in at once. */
    uint32_t admitted = 0;
    for (uint32_t i = 0; i <= PEOPLE; i++) {
        Tifo__V1__GetWaitersResponse *now = waiter(server, persons[i]);
        assert_int_equal(states[i], now->waiters[0]->state);
        assert_int_equal(numbers[i], now->waiters[0]->number);
        assert_int_equal(states[i] == ADMITTED, numbers[i] <= 20);
        admitted += states[i] == ADMITTED;
        shop_drop(now);
    }
    assert_int_equal(admitted, 20);
    rpc_memory_cancel(call);
    rpc_memory_destroy(call);
}

static void streams_that_end_are_forgotten(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__WatchWaitersRequest request = TIFO__V1__WATCH_WAITERS_REQUEST__INIT;
    request.event_id = event;
    shop_drop(set_room(server));
    for (int i = 0; i < 100; i++) {
        struct rpc_memory_call *call = watch(server, ROOMS("WatchWaiters"), &request);
        ProtobufCMessage *message = rpc_memory_next(call);
        assert_non_null(message);
        shop_drop(message);
        rpc_memory_cancel(call);
        rpc_memory_destroy(call);
    }
    struct rpc_server_stats stats;
    rpc_server_stats(server->rpc, &stats);
    assert_int_equal(stats.calls_live, 0);
}

/* ---- Writes -----------------------------------------------------------------------------------
 */

static void a_late_retry_hears_the_first_answer(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__LeaveWaitingRoomRequest leave = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    uint64_t nonce = 7;
    request.event_id = leave.event_id = event;
    request.nonce = &nonce;
    request.n_nonce = 1;
    shop_drop(set_room(server));
    Tifo__V1__EnterWaitingRoomResponse *first =
        test_server_call_as(server, ROOMS("EnterWaitingRoom"), &request, "ann", "key-1", &status);
    assert_int_equal(first->waiters[0]->entry, 1);
    Tifo__V1__LeaveWaitingRoomResponse *left =
        ask(server, ROOMS("LeaveWaitingRoom"), &leave, "ann");
    assert_int_equal(left->waiters[0]->state, TIFO__V1__WAITER_STATE__WAITER_STATE_LEFT);
    Tifo__V1__EnterWaitingRoomResponse *again =
        test_server_call_as(server, ROOMS("EnterWaitingRoom"), &request, "ann", "key-1", &status);
    assert_int_equal(again->seq, first->seq);
    Tifo__V1__GetWaitersResponse *now = waiter(server, "ann");
    assert_int_equal(now->waiters[0]->state, TIFO__V1__WAITER_STATE__WAITER_STATE_LEFT);
    rpc_status_fini(&status);
    shop_drop(first);
    shop_drop(left);
    shop_drop(again);
    shop_drop(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(anybody_recomputes_the_draw, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_named_stays_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hold_shows_the_token_of_its_own_admission, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_room_there_is_nothing_to_enter, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(all_who_wait_hear_one_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gateway_hears_of_its_own_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_that_end_are_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_retry_hears_the_first_answer, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
