/* Every stream that goes on where it ended does so in the same way: one table, one test. */
#include "tests/support/shop.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/live.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"
#include "tifo/v1/waitlist.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    RECOVERED = TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED,
    TOO_OLD = TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_TOO_OLD,
    OTHER_EPOCH = TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH,
};

static struct test_server server;
static char event[33];
static int64_t now_ms;
static uint64_t sequence, nonces;
static uint32_t seats;

static int set_up(void **state)
{
    (void)state;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__SetWaitingRoomRequest room = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    settings.has_mode_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_MODE_MODE;
    settings.mode = TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_PASS;
    room.event_id = event;
    room.settings = &settings;
    test_server_do(&server, "/tifo.v1.WaitingRooms/SetWaitingRoom", &room);
    now_ms = SHOP_NOW_MS;
    sequence = nonces = seats = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_server_close(&server);
    return 0;
}

/* ---- What happens ------------------------------------------------------------------------------
 */

static void advance(void)
{
    shop_advance(&server, now_ms += 1000);
}

static void report(Tifo__V1__ZoneCounts *zones, Tifo__V1__DevicePositions *positions)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    readings.source = "sensor";
    readings.sequence = ++sequence;
    readings.at_ms = now_ms;
    readings.zones = zones;
    readings.positions = positions;
    request.readings = &readings;
    test_server_do(&server, "/tifo.v1.Telemetry/Report", &request);
    advance();
}

static void somebody_walks(void)
{
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    uint32_t place = 2, people = (uint32_t)sequence + 1;
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &people;
    report(&zones, NULL);
}

static void a_phone_is_seen(void)
{
    Tifo__V1__DevicePositions positions = TIFO__V1__DEVICE_POSITIONS__INIT;
    uint32_t device = 7, place = 2;
    int32_t x_cm = 500, y_cm = 2000;
    positions.n_device = positions.n_x_cm = positions.n_y_cm = positions.n_place = 1;
    positions.device = &device;
    positions.place = &place;
    positions.x_cm = &x_cm;
    positions.y_cm = &y_cm;
    report(NULL, &positions);
}

static void a_gate_is_set(void)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.mode = sequence++ % 2 ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN
                                  : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = "test";
    test_server_do(&server, "/tifo.v1.Guidance/SetGate", &request);
    advance();
}

static void a_seat_is_held(void)
{
    const uint32_t seat = seats++;
    shop_drop(shop_hold(&server, "ann", event, &seat, 1));
    advance();
}

static void somebody_enters(void)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    char name[16], *person = name;
    snprintf(name, sizeof name, "p%llu", (unsigned long long)nonces);
    request.event_id = event;
    request.persons = &person;
    request.nonce = &nonces;
    request.n_persons = request.n_nonce = 1;
    shop_drop(
        test_server_must(&server, "/tifo.v1.WaitingRooms/EnterWaitingRoom", &request, "gateway"));
    nonces++;
    advance();
}

/* ---- Streams -----------------------------------------------------------------------------------
 */

static char *persons[] = { "p0", "p1", "p2", "p3" };

static const struct stream_case {
    const char *path;
    const ProtobufCMessageDescriptor *request;
    const char *row; /* A repeated field of what is told, or a message; absent: nothing is new. */
    void (*change)(void);
    bool changes; /* They are kept. */
} cases[] = {
    { "/tifo.v1.Live/WatchLive", &tifo__v1__watch_live_request__descriptor, "places",
      somebody_walks, true },
    { "/tifo.v1.Crowd/WatchCrowd", &tifo__v1__watch_crowd_request__descriptor, "state",
      somebody_walks, false },
    { "/tifo.v1.Crowd/WatchPositions", &tifo__v1__watch_positions_request__descriptor, "device",
      a_phone_is_seen, false },
    { "/tifo.v1.Guidance/WatchGuidance", &tifo__v1__watch_guidance_request__descriptor, "plan",
      a_gate_is_set, false },
    { "/tifo.v1.Seats/WatchSeats", &tifo__v1__watch_seats_request__descriptor, "seat",
      a_seat_is_held, true },
    { "/tifo.v1.WaitingRooms/WatchWaitingRoom", &tifo__v1__watch_waiting_room_request__descriptor,
      "room", somebody_enters, false },
    { "/tifo.v1.WaitingRooms/WatchWaiters", &tifo__v1__watch_waiters_request__descriptor, "person",
      somebody_enters, true },
};

static void *field_of(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    return field ? (char *)message + field->offset : NULL;
}

static uint64_t number_of(const ProtobufCMessage *message, const char *name)
{
    return *(uint64_t *)field_of(message, name);
}

static const char *text_of(const ProtobufCMessage *message, const char *name)
{
    return *(char **)field_of(message, name);
}

static int recovery_of(const ProtobufCMessage *message)
{
    return *(int *)field_of(message, "recovery");
}

static bool tells(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(size_t *)((char *)message + field->quantifier_offset) > 0;
    return *(void **)field_of(message, name) != NULL;
}

/* Anybody's, of the ground, the event or these persons. */
static struct rpc_memory_call *watch(const struct stream_case *c, uint64_t after_seq,
                                     const char *epoch)
{
    ProtobufCMessage *request = calloc(1, c->request->sizeof_message);
    assert_non_null(request);
    protobuf_c_message_init(c->request, request);
    if (field_of(request, "event_id"))
        *(char **)field_of(request, "event_id") = event;
    if (field_of(request, "persons")) {
        ((Tifo__V1__WatchWaitersRequest *)request)->persons = persons;
        ((Tifo__V1__WatchWaitersRequest *)request)->n_persons = sizeof persons / sizeof *persons;
    }
    *(uint64_t *)field_of(request, "after_seq") = after_seq;
    *(const char **)field_of(request, "epoch") = epoch;
    struct rpc_memory_call *call = rpc_memory_start(server.rpc, c->path, NULL, 0, request);
    test_server_run(&server);
    free(request);
    return call;
}

/* The first message; the stream ends. */
static ProtobufCMessage *first_of(const struct stream_case *c, uint64_t after_seq,
                                  const char *epoch)
{
    struct rpc_memory_call *call = watch(c, after_seq, epoch);
    ProtobufCMessage *message = rpc_memory_next(call);
    if (!message) { /* Nobody followed: nothing was told yet. */
        c->change();
        message = rpc_memory_next(call);
    }
    assert_non_null(message);
    rpc_memory_cancel(call);
    rpc_memory_destroy(call);
    test_server_run(&server);
    return message;
}

static void expect(const struct stream_case *c, uint64_t after_seq, const char *epoch, int recovery,
                   bool rows)
{
    ProtobufCMessage *message = first_of(c, after_seq, epoch);
    print_message("%s after %llu: %d\n", c->path, (unsigned long long)after_seq,
                  recovery_of(message));
    assert_int_equal(recovery_of(message), recovery);
    assert_int_equal(number_of(message, "from_seq"), recovery == RECOVERED ? after_seq : 0);
    assert_true(number_of(message, "to_seq") >= (recovery == RECOVERED ? after_seq : 1));
    assert_int_equal(tells(message, c->row), rows);
    assert_int_equal(text_of(message, "epoch")[0] != '\0', recovery != RECOVERED);
    shop_drop(message);
}

static void who_comes_back_goes_on_or_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stream_case *c = &cases[i];
        c->change();
        ProtobufCMessage *whole = first_of(c, 0, "");
        const uint64_t seq = number_of(whole, "to_seq");
        const char *epoch = text_of(whole, "epoch");
        assert_int_equal(number_of(whole, "from_seq"), 0);
        assert_int_equal(recovery_of(whole), 0);
        assert_int_not_equal(epoch[0], '\0');
        expect(c, seq, epoch, RECOVERED, false);         /* Nothing has happened since. */
        struct rpc_memory_call *other = watch(c, 0, ""); /* Somebody else follows. */
        c->change();
        rpc_memory_destroy(other);
        test_server_run(&server);
        const bool whole_map = strcmp(c->row, "seat") == 0; /* Its rows are blocks. */
        expect(c, seq, epoch, c->changes ? RECOVERED : TOO_OLD, true);
        expect(c, seq, "elsewhere", OTHER_EPOCH, !whole_map);
        expect(c, UINT64_MAX, epoch, TOO_OLD, !whole_map);
        shop_drop(whole);
    }
}

static void what_cannot_be_gone_on_with_is_refused(void **state)
{
    (void)state;
    static const char long_epoch[] = "0123456789012345678901234567890123456789x";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int k = 0; k < 2; k++) {
            struct rpc_status status;
            struct rpc_memory_call *call = watch(&cases[i], k, k ? long_epoch : "somewhere");
            assert_true(rpc_memory_ended(call, &status));
            assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
            shop_refused(&status, "BAD_FIELD", k ? "epoch" : "after_seq");
            rpc_memory_destroy(call);
        }
    }
}

/* Others' persons are no way into a stream. */
static void a_stream_of_other_persons_is_another_stream(void **state)
{
    (void)state;
    const struct stream_case *c = &cases[sizeof cases / sizeof *cases - 1];
    ProtobufCMessage *whole = first_of(c, 0, "");
    char *mine = persons[3];
    persons[3] = "somebody";
    expect(c, number_of(whole, "to_seq"), text_of(whole, "epoch"), OTHER_EPOCH, true);
    persons[3] = mine;
    expect(c, number_of(whole, "to_seq"), text_of(whole, "epoch"), RECOVERED, false);
    /* Only so many are kept that nobody follows, the last ones. */
    for (int i = 0; i < 70; i++)
        shop_drop(first_of(c, 0, ""));
    somebody_enters();
    expect(c, number_of(whole, "to_seq"), text_of(whole, "epoch"), OTHER_EPOCH, true);
    shop_drop(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_comes_back_goes_on_or_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_gone_on_with_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stream_of_other_persons_is_another_stream, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
