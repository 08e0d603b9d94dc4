/*
 * The case of the model "10,000 waiting, positions pushed", over gRPC: ten gateways bring a
 * thousand people each, and hear everything over a stream each. Nobody asks where they are; they
 * are let in exactly at the rate, in the order of the draw that is published, which is drawn anew
 * here.
 */
#include "api/rpc/channel.h"
#include "clients/c/draw.h"
#include "clients/c/waiting.h"
#include "tests/e2e/cases/verbs.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum {
    PEOPLE = 10000,
    PARTY = 1000,
    PARTIES = PEOPLE / PARTY,
    RATE_PER_MINUTE = 60000,
    OPENS_IN_MS = 60 * 1000,
    STALLED_S = 60, /* A machine that is busy is waited for so long. */
};

struct gateway {
    uint32_t number;
    char names[PARTY][12], *persons[PARTY];
    uint64_t nonces[PARTY];
    struct rpc_watch *watch;
};
static struct gateway gateways[PARTIES];
static struct tifo_waiting *line;
static const char *wrong; /* What was wrong with what was pushed; under the lock of `heard`. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t heard = PTHREAD_COND_INITIALIZER;

static void hear(void *ctx, const ProtobufCMessage *message)
{
    struct gateway *gateway = ctx;
    const char *why = tifo_waiting_hear(line, gateway->number, (const void *)message);
    pthread_mutex_lock(&mutex);
    wrong = wrong ? wrong : why;
    pthread_cond_broadcast(&heard);
    pthread_mutex_unlock(&mutex);
}

static void hear_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx, (void)status;
}

static ProtobufCMessage *ask(const char *method, const void *request)
{
    const struct rpc_metadata_entry caller = { .key = "tifo-caller", .value = "club" };
    const struct rpc_client_options options = { .metadata = &caller,
                                                .metadata_count = 1,
                                                .timeout_ms = 30000 };
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    rpc_unary(cases_channel(), &tifo__v1__waiting_rooms__descriptor, method, &options, request,
              &reply, &status);
    if (!reply)
        fail_msg("%s: %s", method, status.message);
    rpc_status_fini(&status);
    return reply;
}

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

static void open_room(void)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    settings.has_opens_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_OPENS_OPENS_MS;
    settings.opens_ms = cases_now_ms() + OPENS_IN_MS;
    settings.has_rate_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_RATE_RATE_PER_MINUTE;
    settings.rate_per_minute = RATE_PER_MINUTE;
    settings.has_active_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_ACTIVE_MAX_ACTIVE;
    settings.max_active = PEOPLE;
    settings.has_claim_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_CLAIM_CLAIM_S;
    settings.claim_s = 3600;
    request.event_id = (char *)cases_event();
    request.settings = &settings;
    drop(ask("SetWaitingRoom", &request));
}

static void enter(struct gateway *gateway, uint32_t number)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WatchWaitersRequest watch = TIFO__V1__WATCH_WAITERS_REQUEST__INIT;
    const struct rpc_metadata_entry caller = { .key = "tifo-caller", .value = "club" };
    const struct rpc_client_options options = { .metadata = &caller, .metadata_count = 1 };
    gateway->number = number;
    for (uint32_t i = 0; i < PARTY; i++) {
        snprintf(gateway->names[i], sizeof gateway->names[i], "p%u", number * PARTY + i);
        gateway->persons[i] = gateway->names[i];
        gateway->nonces[i] = (uint64_t)(number * PARTY + i) * 0x9e3779b97f4a7c15u;
    }
    request.event_id = watch.event_id = (char *)cases_event();
    request.persons = watch.persons = gateway->persons;
    request.n_persons = watch.n_persons = request.n_nonce = PARTY;
    request.nonce = gateway->nonces;
    drop(ask("EnterWaitingRoom", &request));
    gateway->watch =
        rpc_watch_start(cases_channel(), &tifo__v1__waiting_rooms__descriptor, "WatchWaiters",
                        &options, &watch.base, hear, hear_end, gateway);
    assert_non_null(gateway->watch);
}

static void pass(int64_t ms)
{
    char what[32], outcome[OUTCOME_BYTES];
    snprintf(what, sizeof what, "advance %lld", (long long)ms);
    cases_do(&(struct step){ "club", 0, what, "OK" }, outcome);
    assert_string_equal(outcome, "OK");
}

/* How many the room has let in, as its operator sees it. */
static uint32_t let_in_by_room(void)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    request.event_id = (char *)cases_event();
    Tifo__V1__GetWaitingRoomResponse *room = (void *)ask("GetWaitingRoom", &request);
    const uint32_t admitted = room->room->admitted;
    drop(room);
    return admitted;
}

/* What was pushed says that so many are in, and that the line was served so far. */
static void wait_for(uint32_t people)
{
    struct tifo_waiting_counts counts = { 0 };
    struct timespec end;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += STALLED_S;
    pthread_mutex_lock(&mutex);
    while (!wrong && !late &&
           ((counts = tifo_waiting_counts(line)).let_in < people || counts.served < people))
        late = pthread_cond_timedwait(&heard, &mutex, &end);
    const char *why = wrong;
    pthread_mutex_unlock(&mutex);
    if (why)
        fail_msg("%s", why);
    assert_int_equal(counts.let_in, people);
    assert_int_equal(counts.served, people);
}

/* Of each entry the number that the published seed and nonces give it. */
static void check_draw(void)
{
    Tifo__V1__GetWaitingRoomRequest ask_room = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__ListDrawRequest ask_draw = TIFO__V1__LIST_DRAW_REQUEST__INIT;
    ask_room.event_id = ask_draw.event_id = (char *)cases_event();
    ask_draw.page_size = PEOPLE;
    Tifo__V1__GetWaitingRoomResponse *room = (void *)ask("GetWaitingRoom", &ask_room);
    Tifo__V1__ListDrawResponse *draw = (void *)ask("ListDraw", &ask_draw);
    assert_int_equal(room->room->drawn, PEOPLE);
    assert_int_equal(draw->n_number, PEOPLE);
    assert_true(tifo_draw_is_committed(room->room->seed.data, room->room->commitment.data, NULL));
    uint32_t *numbers = malloc(PEOPLE * sizeof *numbers);
    tifo_draw_numbers(room->room->seed.data, draw->nonce, PEOPLE, numbers);
    assert_memory_equal(numbers, draw->number, PEOPLE * sizeof *numbers);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        const struct tifo_waiter person = tifo_waiting_person(line, i);
        assert_int_equal(person.number, numbers[person.entry - 1]);
        assert_true(draw->nonce[person.entry - 1] == gateways[i / PARTY].nonces[i % PARTY]);
    }
    free(numbers);
    drop(room);
    drop(draw);
}

/* ---- The case ---------------------------------------------------------------------------------
 */

static void ten_thousand_waiting_positions_pushed(void **state)
{
    (void)state;
    line = tifo_waiting_create(PEOPLE, PARTY, 0);
    cases_begin();
    open_room();
    for (uint32_t i = 0; i < PARTIES; i++)
        enter(&gateways[i], i);
    pass(OPENS_IN_MS - 1);
    assert_int_equal(tifo_waiting_counts(line).let_in, 0);
    pass(1);
    uint32_t let_in = let_in_by_room(), seconds = 0;
    const uint32_t at_once = let_in, a_second = RATE_PER_MINUTE / 60;
    assert_true(at_once <= a_second);
    for (; let_in < PEOPLE; seconds++) {
        pass(1000);
        let_in = let_in_by_room();
        const uint32_t due = at_once + (seconds + 1) * a_second;
        assert_in_range(let_in, due < PEOPLE ? due - 1 : PEOPLE, due < PEOPLE ? due : PEOPLE);
        wait_for(let_in);
        for (uint32_t i = 0; i < PEOPLE; i++) {
            const struct tifo_waiter person = tifo_waiting_person(line, i);
            assert_int_equal(person.state == TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED,
                             person.number <= let_in);
        }
    }
    assert_in_range(seconds, PEOPLE / a_second - 1, PEOPLE / a_second);
    check_draw();
    for (uint32_t i = 0; i < PARTIES; i++)
        rpc_watch_destroy(gateways[i].watch);
    tifo_waiting_destroy(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "10,000 waiting, positions pushed",
          .test_func = ten_thousand_waiting_positions_pushed },
    };
    return cmocka_run_group_tests(tests, cases_open, cases_close);
}
