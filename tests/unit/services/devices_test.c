/* The registry of devices over the API: secrets, who is heard, who is silent. */
#include "tests/support/server.h"

#include "server/adapters/memory/journal.h"
#include "server/adapters/sqlite/telemetry_store.h"
#include "server/app/reading.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/devices.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS        INT64_C(1778942460000)
#define DEVICES(method) "/tifo.v1.Devices/" method

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

static void open_ground(struct test_server *server, struct journal *journal)
{
    test_server_open(server, journal);
    test_server_import_ground(server);
    test_server_advance(server, START_MS);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

struct secret {
    char text[64];
};

/* A camera, every ten seconds; `gateway` NULL: none. "": there was no secret. */
static struct secret register_device(struct test_server *server, const char *id,
                                     Tifo__V1__DeviceKind kind, const char *gateway,
                                     const char *key)
{
    Tifo__V1__RegisterDeviceRequest request = TIFO__V1__REGISTER_DEVICE_REQUEST__INIT;
    Tifo__V1__Device device = TIFO__V1__DEVICE__INIT;
    struct secret secret;
    device.device_id = (char *)id;
    device.kind = kind;
    device.gateway = gateway ? (char *)gateway : device.gateway;
    device.at_case = TIFO__V1__DEVICE__AT_PLACE;
    device.place = 1;
    device.interval_ms = 10000;
    request.device = &device;
    Tifo__V1__RegisterDeviceResponse *reply =
        test_server_call_as(server, DEVICES("RegisterDevice"), &request, NULL, key, NULL);
    assert_non_null(reply);
    assert_string_equal(reply->device->device_id, id);
    assert_int_equal(reply->device->place, 1);
    snprintf(secret.text, sizeof secret.text, "%s", reply->secret);
    drop(reply);
    return secret;
}

static struct secret camera(struct test_server *server, const char *id)
{
    return register_device(server, id, TIFO__V1__DEVICE_KIND__DEVICE_KIND_CAMERA, NULL, NULL);
}

static void require_registration(struct test_server *server, bool required)
{
    Tifo__V1__SetRegistrationRequest request = TIFO__V1__SET_REGISTRATION_REQUEST__INIT;
    request.required = required;
    test_server_do(server, DEVICES("SetRegistration"), &request);
}

static Tifo__V1__ListDevicesResponse *list(struct test_server *server, Tifo__V1__DeviceState state)
{
    Tifo__V1__ListDevicesRequest request = TIFO__V1__LIST_DEVICES_REQUEST__INIT;
    request.state = state;
    Tifo__V1__ListDevicesResponse *reply =
        test_server_call(server, DEVICES("ListDevices"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static Tifo__V1__DeviceState state_of(struct test_server *server, const char *id)
{
    Tifo__V1__ListDevicesRequest request = TIFO__V1__LIST_DEVICES_REQUEST__INIT;
    request.device_id = (char *)id;
    Tifo__V1__ListDevicesResponse *reply =
        test_server_call(server, DEVICES("ListDevices"), &request, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->n_devices, 1);
    const Tifo__V1__DeviceState state = reply->devices[0]->state;
    drop(reply);
    return state;
}

/* One count of people at a place, with a secret or without; what it was refused for, "": nothing.
 */
static const char *count_at(struct test_server *server, uint32_t place, const char *id,
                            uint64_t sequence, const char *secret)
{
    static char reason[64];
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Reading reading = TIFO__V1__READING__INIT;
    Tifo__V1__ZoneCount zone = TIFO__V1__ZONE_COUNT__INIT;
    Tifo__V1__GetClockRequest ask = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *clock =
        test_server_call(server, "/tifo.v1.Clock/GetClock", &ask, NULL);
    reading.device = (char *)id;
    reading.sequence = sequence;
    reading.at_ms = clock->now_ms;
    drop(clock);
    zone.place = place;
    zone.people = 20;
    reading.what_case = TIFO__V1__READING__WHAT_ZONE;
    reading.zone = &zone;
    request.reading = &reading;
    const struct rpc_metadata_entry metadata = { .key = "tifo-device-key", .value = secret };
    struct rpc_status status = { 0 };
    struct rpc_memory_call *call = rpc_memory_start(server->rpc, "/tifo.v1.Telemetry/Report",
                                                    &metadata, secret ? 1 : 0, &request.base);
    test_server_run(server);
    assert_true(rpc_memory_ended(call, &status));
    void *reply = rpc_memory_next(call);
    snprintf(reason, sizeof reason, "%s", reply ? "" : status.reason);
    if (reply)
        drop(reply);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    return reason;
}

static const char *count_people(struct test_server *server, const char *id, uint64_t sequence,
                                const char *secret)
{
    return count_at(server, 1, id, sequence, secret);
}

static Tifo__V1__GetIngestResponse *ingest(struct test_server *server)
{
    Tifo__V1__GetIngestRequest request = TIFO__V1__GET_INGEST_REQUEST__INIT;
    Tifo__V1__GetIngestResponse *reply =
        test_server_call(server, "/tifo.v1.Telemetry/GetIngest", &request, NULL);
    assert_non_null(reply);
    return reply;
}

static Tifo__V1__GetCrowdResponse *crowd(struct test_server *server)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *reply =
        test_server_call(server, "/tifo.v1.Crowd/GetCrowd", &request, NULL);
    assert_non_null(reply);
    return reply;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

struct searched {
    const char *secrets[2];
    uint32_t rows;
};

static bool search(void *ctx, const struct journal_row *row)
{
    struct searched *searched = ctx;
    searched->rows++;
    for (int i = 0; i < 2; i++) {
        const size_t size = strlen(searched->secrets[i]);
        for (size_t at = 0; at + size <= row->payload.size; at++)
            assert_memory_not_equal(row->payload.data + at, searched->secrets[i], size);
    }
    return true;
}

static void a_secret_is_shown_once_and_kept_nowhere(void **state)
{
    (void)state;
    struct journal *journal = memory_journal_open(NULL);
    struct test_server server;
    open_ground(&server, journal);
    const Tifo__V1__DeviceKind kind = TIFO__V1__DEVICE_KIND__DEVICE_KIND_CAMERA;
    const struct secret first = register_device(&server, "cam-1", kind, NULL, "a key");
    assert_int_equal(strlen(first.text), 43);
    /* Asked again under the same key it is the same answer, without the secret. */
    const struct secret again = register_device(&server, "cam-1", kind, NULL, "a key");
    assert_string_equal(again.text, "");
    assert_string_not_equal(camera(&server, "cam-2").text, first.text);
    /* Another one: the old one opens nothing any more. */
    require_registration(&server, true);
    assert_string_equal(count_people(&server, "cam-1", 1, first.text), "");
    Tifo__V1__RotateDeviceKeyRequest rotate = TIFO__V1__ROTATE_DEVICE_KEY_REQUEST__INIT;
    rotate.device_id = "cam-1";
    Tifo__V1__RotateDeviceKeyResponse *rotated =
        test_server_call_as(&server, DEVICES("RotateDeviceKey"), &rotate, NULL, "b key", NULL);
    assert_non_null(rotated);
    assert_int_equal(rotated->device->key_number, 2);
    assert_string_equal(count_people(&server, "cam-1", 2, first.text), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 2, rotated->secret), "");
    /* After a crash the same, and no row of the journal has either. */
    test_server_close(&server);
    test_server_open(&server, journal);
    assert_string_equal(count_people(&server, "cam-1", 3, first.text), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 3, rotated->secret), "");
    test_server_close(&server);
    struct searched searched = { { first.text, rotated->secret }, 0 };
    char why[JOURNAL_WHY_SIZE];
    assert_int_equal(journal->ops->read(journal, 1, search, &searched, why, sizeof why), STATUS_OK);
    assert_true(searched.rows > 5);
    drop(rotated);
    journal->ops->close(journal);
}

static void only_registered_devices_are_heard_where_it_is_required(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server, NULL);
    const struct secret secret = camera(&server, "cam-1");
    const struct secret gateway =
        register_device(&server, "gw-1", TIFO__V1__DEVICE_KIND__DEVICE_KIND_GATEWAY, NULL, NULL);
    register_device(&server, "cam-2", TIFO__V1__DEVICE_KIND__DEVICE_KIND_CAMERA, "gw-1", NULL);
    /* As it always was. */
    assert_string_equal(count_people(&server, "anybody", 1, NULL), "");
    assert_string_equal(count_people(&server, "cam-1", 1, NULL), "");
    assert_string_equal(count_people(&server, "cam-1", 2, "nonsense"), "");
    require_registration(&server, true);
    assert_string_equal(count_people(&server, "anybody", 2, NULL), "DEVICE_NOT_REGISTERED");
    assert_string_equal(count_people(&server, "anybody", 2, secret.text), "DEVICE_NOT_REGISTERED");
    assert_string_equal(count_people(&server, "cam-1", 3, NULL), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 3, ""), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 3, "nonsense"), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 3, gateway.text), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-1", 3, secret.text), "");
    assert_string_equal(count_people(&server, "cam-2", 1, secret.text), "DEVICE_KEY_WRONG");
    assert_string_equal(count_people(&server, "cam-2", 1, gateway.text), "");
    Tifo__V1__RetireDeviceRequest retire = TIFO__V1__RETIRE_DEVICE_REQUEST__INIT;
    retire.device_id = "cam-1";
    test_server_do(&server, DEVICES("RetireDevice"), &retire);
    assert_string_equal(count_people(&server, "cam-1", 4, secret.text), "DEVICE_NOT_REGISTERED");
    require_registration(&server, false);
    assert_string_equal(count_people(&server, "anybody", 2, NULL), "");
    test_server_close(&server);
}

/* Whatever they send, and however much: dead letters are those of devices that are heard. */
static void strangers_are_counted_and_leave_no_dead_letters(void **state)
{
    (void)state;
    char why[TELEMETRY_WHY_SIZE] = "";
    enum { MORE = 50 };
    struct test_server server;
    test_server_open_with(&server,
                          &(struct test_server_parts){
                              .telemetry = sqlite_telemetry_store_open(NULL, why, sizeof why) });
    test_server_import_ground(&server);
    test_server_advance(&server, START_MS);
    const struct secret secret = camera(&server, "cam-1");
    require_registration(&server, true);
    assert_string_equal(count_at(&server, 999, "cam-1", 1, secret.text), "BAD_FIELD");
    for (uint64_t i = 0; i < MORE; i++) {
        assert_string_equal(count_people(&server, "cam-1", 2, "nonsense"), "DEVICE_KEY_WRONG");
        assert_string_equal(count_at(&server, 999, "cam-1", 2, NULL), "DEVICE_KEY_WRONG");
        assert_string_equal(count_at(&server, 999, "anybody", 2, NULL), "DEVICE_NOT_REGISTERED");
    }
    Tifo__V1__ListDeadLettersRequest request = TIFO__V1__LIST_DEAD_LETTERS_REQUEST__INIT;
    Tifo__V1__ListDeadLettersResponse *letters =
        test_server_call(&server, "/tifo.v1.Telemetry/ListDeadLetters", &request, NULL);
    assert_non_null(letters);
    assert_int_equal(letters->n_letters, 1);
    assert_string_equal(letters->letters[0]->device, "cam-1");
    assert_string_equal(letters->letters[0]->reason, "BAD_FIELD");
    drop(letters);
    Tifo__V1__GetIngestResponse *counts = ingest(&server);
    assert_int_equal(counts->refused, 1 + 3 * MORE);
    assert_int_equal(counts->letters, 1);
    for (size_t i = 0; i < counts->n_causes; i++)
        if (strcmp(counts->causes[i]->reason, "DEVICE_KEY_WRONG") == 0)
            assert_int_equal(counts->causes[i]->readings, 2 * MORE);
    drop(counts);
    test_server_close(&server);
}

static void a_device_is_online_late_offline_and_back(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server, NULL);
    camera(&server, "cam-1");
    test_server_advance(&server, START_MS + 3600000);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_NEW);
    count_people(&server, "cam-1", 1, NULL);
    const int64_t heard_ms = START_MS + 3600000;
    test_server_advance(&server, heard_ms + 15000);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_ONLINE);
    test_server_advance(&server, heard_ms + 15250);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_LATE);
    test_server_advance(&server, heard_ms + 29750);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_LATE);
    test_server_advance(&server, heard_ms + 30000);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_OFFLINE);
    test_server_advance(&server, heard_ms + 40000);
    Tifo__V1__GetCrowdResponse *now = crowd(&server);
    assert_int_equal(now->state->n_alarms, 1);
    assert_int_equal(now->state->alarms[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_DEVICE_SILENT);
    assert_non_null(strstr(now->state->alarms[0]->cause, "cam-1"));
    assert_non_null(strstr(now->state->alarms[0]->cause, "last heard at 15:41:00 UTC"));
    drop(now);
    Tifo__V1__ListDevicesResponse *offline =
        list(&server, TIFO__V1__DEVICE_STATE__DEVICE_STATE_OFFLINE);
    assert_int_equal(offline->n_devices, 1);
    assert_int_equal(offline->devices[0]->seen_ms, heard_ms);
    assert_int_equal(offline->devices[0]->alarm_number, 1);
    drop(offline);
    /* A duplicate will do: it speaks. */
    count_people(&server, "cam-1", 1, NULL);
    test_server_advance(&server, heard_ms + 40250);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_ONLINE);
    now = crowd(&server);
    assert_int_equal(now->state->n_alarms, 0);
    drop(now);
    test_server_close(&server);
}

/* What was last heard is not in the journal: who was online has its whole time again, who was
 * silent is silent until it speaks. */
static void after_a_crash_devices_have_their_time_again(void **state)
{
    (void)state;
    struct journal *journal = memory_journal_open(NULL);
    struct test_server server;
    open_ground(&server, journal);
    camera(&server, "cam-1");
    camera(&server, "cam-2");
    count_people(&server, "cam-2", 1, NULL);
    test_server_advance(&server, START_MS + 40000);
    count_people(&server, "cam-1", 1, NULL);
    test_server_advance(&server, START_MS + 60000);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_LATE);
    test_server_close(&server);
    test_server_open(&server, journal);
    const int64_t again_ms = app_now_ms(server.app);
    test_server_advance(&server, again_ms + 29750);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_ONLINE);
    assert_int_equal(state_of(&server, "cam-2"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_OFFLINE);
    test_server_advance(&server, again_ms + 30250);
    assert_int_equal(state_of(&server, "cam-1"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_OFFLINE);
    count_people(&server, "cam-2", 2, NULL);
    test_server_advance(&server, again_ms + 30500);
    assert_int_equal(state_of(&server, "cam-2"), TIFO__V1__DEVICE_STATE__DEVICE_STATE_ONLINE);
    test_server_close(&server);
    journal->ops->close(journal);
}

/* 200 devices that speak every ten seconds of an hour, and then all of them stop. */
static void the_journal_bears_what_devices_say(void **state)
{
    (void)state;
    enum { MANY = 200, ROUNDS = 60 };
    struct test_server server;
    char id[16];
    open_ground(&server, NULL);
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "cam-%d", i);
        camera(&server, id);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MANY; i++) {
            snprintf(id, sizeof id, "cam-%d", i);
            intake_take_one(app_intake(server.app),
                            &(struct reading){ .device = id,
                                               .sequence = (uint64_t)round + 1,
                                               .at_ms = app_now_ms(server.app),
                                               .kind = READING_QUEUE,
                                               .index = 0,
                                               .people = 1 },
                            NULL, app_now_ms(server.app), &(struct intake_outcome){ 0 });
        }
        test_server_advance(&server, START_MS + (round + 1) * 10000);
    }
    uint32_t count;
    const struct device *devices = stadium_devices(server.stadium, &count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(devices[i].since_ms, START_MS + 250); /* Heard once, for the journal. */
    const uint64_t before = stadium_seq(server.stadium);
    test_server_advance(&server, START_MS + ROUNDS * 10000 + 120000);
    Tifo__V1__GetCrowdResponse *now = crowd(&server);
    assert_int_equal(now->state->n_alarms, 1);
    assert_int_equal(now->state->alarms[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_PLACE_SILENT);
    assert_non_null(strstr(now->state->alarms[0]->cause, "200 of 200"));
    drop(now);
    print_message("%u devices: %llu facts in the two minutes of their silence\n", count,
                  (unsigned long long)(stadium_seq(server.stadium) - before));
    test_server_close(&server);
}

static void lists_come_in_pages(void **state)
{
    (void)state;
    struct test_server server;
    char id[16];
    open_ground(&server, NULL);
    for (int i = 0; i < 5; i++) {
        snprintf(id, sizeof id, "cam-%d", i);
        camera(&server, id);
    }
    Tifo__V1__ListDevicesRequest request = TIFO__V1__LIST_DEVICES_REQUEST__INIT;
    char token[32] = "";
    int seen = 0;
    request.page_size = 2;
    do {
        request.page_token = token;
        Tifo__V1__ListDevicesResponse *page =
            test_server_call(&server, DEVICES("ListDevices"), &request, NULL);
        assert_non_null(page);
        for (size_t i = 0; i < page->n_devices; i++, seen++) {
            snprintf(id, sizeof id, "cam-%d", seen);
            assert_string_equal(page->devices[i]->device_id, id);
        }
        snprintf(token, sizeof token, "%s", page->next_page_token);
        drop(page);
    } while (token[0]);
    assert_int_equal(seen, 5);
    request.page_token = "x";
    assert_null(test_server_call(&server, DEVICES("ListDevices"), &request, NULL));
    request.page_token = "";
    request.device_id = "nobody";
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, DEVICES("ListDevices"), &request, &status));
    assert_string_equal(status.reason, "UNKNOWN_DEVICE");
    rpc_status_fini(&status);
    test_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_shown_once_and_kept_nowhere),
        cmocka_unit_test(only_registered_devices_are_heard_where_it_is_required),
        cmocka_unit_test(strangers_are_counted_and_leave_no_dead_letters),
        cmocka_unit_test(a_device_is_online_late_offline_and_back),
        cmocka_unit_test(after_a_crash_devices_have_their_time_again),
        cmocka_unit_test(the_journal_bears_what_devices_say),
        cmocka_unit_test(lists_come_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
