/* Readings in: what a device hears of each of them, and what the counters say afterwards. */
#include "server/adapters/sqlite/telemetry_store.h"
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

#define TELEMETRY(method) "/tifo.v1.Telemetry/" method

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

static void open_ground(struct test_server *server)
{
    char why[TELEMETRY_WHY_SIZE] = "";
    test_server_open_with(server,
                          &(struct test_server_parts){
                              .telemetry = sqlite_telemetry_store_open(NULL, why, sizeof why) });
    test_server_import_ground(server);
    test_server_advance(server, START_MS);
}

/* One of each kind, which the caller changes. */
struct sample {
    Tifo__V1__Reading reading;
    Tifo__V1__TurnstileCount turnstile;
    Tifo__V1__ZoneCount zone;
    Tifo__V1__DevicePosition position;
    Tifo__V1__LocalPosition local;
};

static void sample_init(struct sample *sample, char *device, uint64_t sequence)
{
    tifo__v1__reading__init(&sample->reading);
    tifo__v1__turnstile_count__init(&sample->turnstile);
    tifo__v1__zone_count__init(&sample->zone);
    tifo__v1__device_position__init(&sample->position);
    tifo__v1__local_position__init(&sample->local);
    sample->reading.device = device;
    sample->reading.sequence = sequence;
    sample->reading.at_ms = START_MS;
}

static void sample_zone(struct sample *sample, uint32_t place, uint32_t people)
{
    sample->zone.place = place;
    sample->zone.people = people;
    sample->reading.what_case = TIFO__V1__READING__WHAT_ZONE;
    sample->reading.zone = &sample->zone;
}

static void sample_position(struct sample *sample, double x_m, double y_m, int32_t level)
{
    sample->local.x_m = x_m;
    sample->local.y_m = y_m;
    sample->position.where_case = TIFO__V1__DEVICE_POSITION__WHERE_LOCAL;
    sample->position.local = &sample->local;
    sample->position.at_case = TIFO__V1__DEVICE_POSITION__AT_LEVEL;
    sample->position.level = level;
    sample->reading.what_case = TIFO__V1__READING__WHAT_POSITION;
    sample->reading.position = &sample->position;
}

static Tifo__V1__GetIngestResponse *ingest(struct test_server *server)
{
    Tifo__V1__GetIngestRequest request = TIFO__V1__GET_INGEST_REQUEST__INIT;
    Tifo__V1__GetIngestResponse *reply =
        test_server_call(server, TELEMETRY("GetIngest"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static uint64_t cause(const Tifo__V1__GetIngestResponse *ingest, const char *reason)
{
    for (size_t i = 0; i < ingest->n_causes; i++)
        if (strcmp(ingest->causes[i]->reason, reason) == 0)
            return ingest->causes[i]->readings;
    return 0;
}

static void each_reading_of_a_batch_is_answered(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample samples[7];
    Tifo__V1__Reading *rows[7];
    for (int i = 0; i < 7; i++) {
        sample_init(&samples[i], "camera", (uint64_t)i + 1);
        sample_zone(&samples[i], 1, 50);
        rows[i] = &samples[i].reading;
    }
    sample_zone(&samples[1], 2, 0); /* Nobody there is a count, too. */
    samples[2].zone.place = GROUND_PLACES;
    samples[3].reading.at_ms = START_MS + 60001;
    samples[4].reading.at_ms = START_MS - 3600001;
    samples[5].reading.what_case = TIFO__V1__READING__WHAT__NOT_SET;
    samples[6].reading.sequence = 1;
    Tifo__V1__ReportBatchRequest request = TIFO__V1__REPORT_BATCH_REQUEST__INIT;
    request.readings = rows;
    request.n_readings = 7;
    Tifo__V1__ReportBatchResponse *reply =
        test_server_call(&server, TELEMETRY("ReportBatch"), &request, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->accepted, 2);
    assert_int_equal(reply->duplicates, 1);
    static const struct {
        uint32_t index;
        const char *field, *reason;
    } wanted[] = { { 2, "zone.place", "BAD_FIELD" },
                   { 3, "at_ms", "TIME_IN_FUTURE" },
                   { 4, "at_ms", "TIME_TOO_OLD" },
                   { 5, "what", "BAD_FIELD" } };
    assert_int_equal(reply->n_refused, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(reply->refused[i]->index, wanted[i].index);
        assert_string_equal(reply->refused[i]->field, wanted[i].field);
        assert_string_equal(reply->refused[i]->reason, wanted[i].reason);
        assert_string_equal(reply->refused[i]->device, "camera");
        assert_true(strlen(reply->refused[i]->message) > 0);
    }
    drop(reply);
    Tifo__V1__GetIngestResponse *counts = ingest(&server);
    assert_int_equal(counts->accepted, 2);
    assert_int_equal(counts->duplicates, 1);
    assert_int_equal(counts->refused, 4);
    assert_int_equal(cause(counts, "BAD_FIELD"), 2);
    assert_int_equal(cause(counts, "TIME_TOO_OLD"), 1);
    assert_int_equal(counts->sources, 1);
    drop(counts);
    /* It reaches the crowd's state. */
    test_server_advance(&server, START_MS + 1000);
    Tifo__V1__GetCrowdRequest ask = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *crowd =
        test_server_call(&server, "/tifo.v1.Crowd/GetCrowd", &ask, NULL);
    assert_int_equal(crowd->state->people[1], 50);
    drop(crowd);
    test_server_close(&server);
}

static void a_single_reading_names_what_is_wrong(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample sample;
    struct rpc_status status = { 0 };
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    assert_null(test_server_call(&server, TELEMETRY("Report"), &request, &status));
    assert_string_equal(status.reason, "BAD_FIELD");
    rpc_status_fini(&status);
    sample_init(&sample, "gate-1", 1);
    sample.turnstile.gate = GROUND_GATES;
    sample.reading.what_case = TIFO__V1__READING__WHAT_TURNSTILE;
    sample.reading.turnstile = &sample.turnstile;
    request.reading = &sample.reading;
    assert_null(test_server_call(&server, TELEMETRY("Report"), &request, &status));
    assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
    assert_string_equal(status.field, "turnstile.gate");
    rpc_status_fini(&status);
    sample.turnstile.gate = 0;
    sample.turnstile.in = 3;
    Tifo__V1__ReportResponse *reply =
        test_server_call(&server, TELEMETRY("Report"), &request, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->accepted, 1);
    drop(reply);
    test_server_close(&server);
}

/* Phones tell where they are and on which level; the place is found, columns and rows alike. */
static void positions_find_their_place(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    Tifo__V1__Venue *ground = ground_venue("ground");
    struct sample samples[2 * GROUND_ZONES];
    Tifo__V1__Reading *rows[2 * GROUND_ZONES];
    char names[2 * GROUND_ZONES][16];
    uint32_t count = 0, inside[GROUND_PLACES] = { 0 };
    for (uint32_t i = 0; i < 6; i++) { /* The concourses: no stairs lie over them there. */
        for (uint32_t k = 0; k <= i % 2; k++) {
            snprintf(names[count], sizeof names[count], "phone-%u-%u", i, k);
            sample_init(&samples[count], names[count], 1);
            const Tifo__V1__Path *outline = ground->zones[i]->outline;
            sample_position(&samples[count], outline->xy_cm[0] / 100.0 + 1 + k,
                            outline->xy_cm[1] / 100.0 + 1, ground->zones[i]->level);
            rows[count] = &samples[count].reading;
            count++;
            inside[i]++;
        }
    }
    snprintf(names[count], sizeof names[count], "far-away");
    sample_init(&samples[count], names[count], 1);
    sample_position(&samples[count], 4000000, 0, 1);
    rows[count] = &samples[count].reading;
    Tifo__V1__ReportBatchRequest request = TIFO__V1__REPORT_BATCH_REQUEST__INIT;
    request.readings = rows;
    request.n_readings = count + 1;
    Tifo__V1__ReportBatchResponse *reply =
        test_server_call(&server, TELEMETRY("ReportBatch"), &request, NULL);
    assert_int_equal(reply->accepted, count);
    assert_int_equal(reply->n_refused, 1);
    assert_string_equal(reply->refused[0]->reason, "POSITION_OUTSIDE");
    drop(reply);

    /* The same in columns, of other devices; one lies outside. */
    uint32_t device[] = { 1, 2, 3 };
    int32_t x_cm[] = { ground->zones[0]->outline->xy_cm[0] + 100,
                       ground->zones[4]->outline->xy_cm[0] + 100, 400000000 };
    int32_t y_cm[] = { ground->zones[0]->outline->xy_cm[1] + 100,
                       ground->zones[4]->outline->xy_cm[1] + 100, 0 };
    int32_t level[] = { ground->zones[0]->level, ground->zones[4]->level, 1 };
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__DevicePositions positions = TIFO__V1__DEVICE_POSITIONS__INIT;
    positions.n_device = positions.n_x_cm = positions.n_y_cm = positions.n_level = 3;
    positions.device = device;
    positions.x_cm = x_cm;
    positions.y_cm = y_cm;
    positions.level = level;
    readings.source = "phones";
    readings.sequence = 1;
    readings.at_ms = START_MS;
    readings.positions = &positions;
    Tifo__V1__ReportRequest columns = TIFO__V1__REPORT_REQUEST__INIT;
    columns.readings = &readings;
    Tifo__V1__ReportResponse *taken =
        test_server_call(&server, TELEMETRY("Report"), &columns, NULL);
    assert_non_null(taken);
    assert_int_equal(taken->accepted, 2);
    assert_int_equal(taken->outside, 1);
    drop(taken);
    inside[0]++;
    inside[4]++;

    Tifo__V1__GetOccupancyRequest ask = TIFO__V1__GET_OCCUPANCY_REQUEST__INIT;
    Tifo__V1__GetOccupancyResponse *occupancy =
        test_server_call(&server, TELEMETRY("GetOccupancy"), &ask, NULL);
    assert_non_null(occupancy);
    assert_int_equal(occupancy->devices, count + 2);
    assert_int_equal(occupancy->n_place_devices, GROUND_PLACES);
    assert_memory_equal(occupancy->place_devices, inside, sizeof inside);
    drop(occupancy);
    test_server_advance(&server, START_MS + 60001);
    occupancy = test_server_call(&server, TELEMETRY("GetOccupancy"), &ask, NULL);
    assert_int_equal(occupancy->devices, 0);
    drop(occupancy);
    ask.ttl_s = 301;
    assert_null(test_server_call(&server, TELEMETRY("GetOccupancy"), &ask, NULL));
    ground_free(ground);
    test_server_close(&server);
}

static void who_is_shed_hears_when_to_come_back(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    intake_set_room(app_intake(server.app), 2);
    struct sample samples[4];
    Tifo__V1__Reading *rows[4];
    for (int i = 0; i < 4; i++) {
        sample_init(&samples[i], "camera", (uint64_t)i + 1);
        sample_zone(&samples[i], 1, 50);
        rows[i] = &samples[i].reading;
    }
    Tifo__V1__ReportBatchRequest request = TIFO__V1__REPORT_BATCH_REQUEST__INIT;
    request.readings = rows;
    request.n_readings = 4;
    Tifo__V1__ReportBatchResponse *reply =
        test_server_call(&server, TELEMETRY("ReportBatch"), &request, NULL);
    assert_int_equal(reply->accepted, 2);
    assert_int_equal(reply->n_refused, 2);
    assert_string_equal(reply->refused[0]->reason, "TELEMETRY_SHED");
    drop(reply);
    /* The whole call, when nothing of it is taken. */
    struct rpc_status status = { 0 };
    request.readings = rows + 2;
    request.n_readings = 2;
    assert_null(test_server_call(&server, TELEMETRY("ReportBatch"), &request, &status));
    assert_int_equal(status.code, RPC_RESOURCE_EXHAUSTED);
    assert_string_equal(status.reason, "TELEMETRY_SHED");
    assert_int_equal(status.retry_after_ms, 5000);
    rpc_status_fini(&status);
    /* And a stream ends with it. */
    Tifo__V1__StreamRequest row = TIFO__V1__STREAM_REQUEST__INIT;
    row.batch = rows + 2;
    row.n_batch = 1;
    struct rpc_memory_call *call = rpc_memory_start(server.rpc, TELEMETRY("Stream"), NULL, 0, NULL);
    rpc_memory_send(call, &row.base);
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.retry_after_ms, 5000);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    Tifo__V1__GetIngestResponse *counts = ingest(&server);
    assert_int_equal(counts->shed, 2 + 2 + 1);
    assert_int_equal(counts->refused, 0);
    assert_int_equal(counts->retry_after_s, 5);
    drop(counts);
    /* After the next tick there is room. */
    test_server_advance(&server, START_MS + 1000);
    reply = test_server_call(&server, TELEMETRY("ReportBatch"), &request, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->accepted, 2);
    drop(reply);
    test_server_close(&server);
}

static void a_stream_of_rows(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample samples[3];
    Tifo__V1__Reading *rows[3];
    Tifo__V1__StreamRequest request = TIFO__V1__STREAM_REQUEST__INIT;
    struct rpc_memory_call *call = rpc_memory_start(server.rpc, TELEMETRY("Stream"), NULL, 0, NULL);
    rpc_memory_send(call, &request.base); /* Nothing in it: refused. */
    request.batch = rows;
    request.n_batch = 3;
    static const uint64_t sequences[] = { 3, 1, 3, 2, 4, 0 };
    for (int i = 0; i < 6; i++) {
        sample_init(&samples[i % 3], "camera", sequences[i]);
        sample_zone(&samples[i % 3], 1, 50);
        rows[i % 3] = &samples[i % 3].reading;
        if (i % 3 == 2)
            rpc_memory_send(call, &request.base);
    }
    rpc_memory_send(call, NULL);
    Tifo__V1__StreamResponse *reply = (void *)rpc_memory_next(call);
    assert_non_null(reply);
    assert_int_equal(reply->accepted, 4);
    assert_int_equal(reply->late, 2);
    assert_int_equal(reply->duplicates, 1);
    assert_int_equal(reply->refused, 2);
    assert_int_equal(reply->n_refusals, 2);
    assert_string_equal(reply->refusals[0]->field, "readings");
    assert_int_equal(reply->refusals[1]->index, 5);
    assert_string_equal(reply->refusals[1]->field, "sequence");
    drop(reply);
    rpc_memory_destroy(call);
    test_server_close(&server);
}

static Tifo__V1__ListSourcesResponse *sources(struct test_server *server, uint32_t silent_s)
{
    Tifo__V1__ListSourcesRequest request = TIFO__V1__LIST_SOURCES_REQUEST__INIT;
    request.silent_s = silent_s;
    Tifo__V1__ListSourcesResponse *reply =
        test_server_call(server, TELEMETRY("ListSources"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static void who_was_last_heard_when(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample sample;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    static char first[] = "camera-1", second[] = "camera-2";
    for (uint64_t i = 0; i < 3; i++) { /* The third is the second once more. */
        sample_init(&sample, i ? second : first, 1);
        sample.reading.at_ms = START_MS - 2000;
        sample_zone(&sample, 1, 5);
        request.reading = &sample.reading;
        void *reply = test_server_call(&server, TELEMETRY("Report"), &request, NULL);
        assert_non_null(reply);
        drop(reply);
        if (i == 0)
            test_server_advance(&server, START_MS + 30000);
    }
    Tifo__V1__ListSourcesResponse *all = sources(&server, 0);
    assert_int_equal(all->n_sources, 2);
    assert_string_equal(all->sources[0]->name, "camera-1");
    assert_int_equal(all->sources[0]->seen_ms, START_MS);
    assert_int_equal(all->sources[0]->last_at_ms, START_MS - 2000);
    assert_int_equal(all->sources[1]->seen_ms, START_MS + 30000);
    assert_int_equal(all->sources[1]->accepted, 1);
    assert_int_equal(all->sources[1]->duplicates, 1);
    drop(all);
    all = sources(&server, 20);
    assert_int_equal(all->n_sources, 1);
    assert_string_equal(all->sources[0]->name, "camera-1");
    drop(all);
    test_server_close(&server);
}

/* ---- What is kept -----------------------------------------------------------------------------
 */

static Tifo__V1__ListDeadLettersResponse *letters(struct test_server *server, uint32_t size,
                                                  const char *token)
{
    Tifo__V1__ListDeadLettersRequest request = TIFO__V1__LIST_DEAD_LETTERS_REQUEST__INIT;
    request.page_size = size;
    request.page_token = (char *)token;
    Tifo__V1__ListDeadLettersResponse *reply =
        test_server_call(server, TELEMETRY("ListDeadLetters"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static void *replay(struct test_server *server, uint64_t letter_id, Tifo__V1__Reading *corrected,
                    struct rpc_status *status)
{
    Tifo__V1__ReplayDeadLetterRequest request = TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__INIT;
    request.letter_id = letter_id;
    if (corrected) {
        request.corrected_case = TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__CORRECTED_READING;
        request.reading = corrected;
    }
    return test_server_call(server, TELEMETRY("ReplayDeadLetter"), &request, status);
}

static uint32_t people_at(struct test_server *server, uint32_t place)
{
    Tifo__V1__GetCrowdRequest ask = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *crowd =
        test_server_call(server, "/tifo.v1.Crowd/GetCrowd", &ask, NULL);
    const uint32_t people = crowd->state->people[place];
    drop(crowd);
    return people;
}

/* Three readings are refused; one is taken as it was, later, one corrected, one is dropped. */
static void refused_readings_are_listed_and_replayed(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample samples[3];
    Tifo__V1__Reading *rows[3];
    for (int i = 0; i < 3; i++) {
        sample_init(&samples[i], "camera", (uint64_t)i + 1);
        sample_zone(&samples[i], (uint32_t)i + 1, 50 + (uint32_t)i);
        rows[i] = &samples[i].reading;
    }
    samples[0].reading.at_ms = START_MS + 70000; /* Ten seconds too soon. */
    samples[1].zone.place = 999;
    samples[2].reading.sequence = 0;
    Tifo__V1__ReportBatchRequest request = TIFO__V1__REPORT_BATCH_REQUEST__INIT;
    request.readings = rows;
    request.n_readings = 3;
    Tifo__V1__ReportBatchResponse *answer =
        test_server_call(&server, TELEMETRY("ReportBatch"), &request, NULL);
    assert_int_equal(answer->n_refused, 3);
    drop(answer);

    Tifo__V1__ListDeadLettersResponse *page = letters(&server, 2, "");
    assert_int_equal(page->n_letters, 2);
    assert_string_equal(page->letters[0]->reason, "TIME_IN_FUTURE");
    assert_string_equal(page->letters[1]->field, "zone.place");
    assert_string_equal(page->letters[1]->device, "camera");
    assert_int_equal(page->letters[1]->refused_case, TIFO__V1__DEAD_LETTER__REFUSED_READING);
    assert_int_equal(page->letters[1]->reading->zone->people, 51);
    const uint64_t soon = page->letters[0]->letter_id, wrong = page->letters[1]->letter_id;
    Tifo__V1__ListDeadLettersResponse *rest = letters(&server, 2, page->next_page_token);
    assert_int_equal(rest->n_letters, 1);
    assert_string_equal(rest->next_page_token, "");
    const uint64_t last = rest->letters[0]->letter_id;
    drop(rest);
    drop(page);

    /* Nothing is mended yet. */
    struct rpc_status status = { 0 };
    assert_null(replay(&server, wrong, NULL, &status));
    assert_string_equal(status.field, "zone.place");
    rpc_status_fini(&status);
    /* Hours later: too old for the device itself, not for who replays it. */
    test_server_advance(&server, START_MS + 3 * 3600 * 1000);
    samples[1].zone.place = 2;
    Tifo__V1__ReplayDeadLetterResponse *done = replay(&server, wrong, &samples[1].reading, NULL);
    assert_non_null(done);
    assert_int_equal(done->accepted, 1);
    drop(done);
    done = replay(&server, soon, NULL, NULL);
    assert_non_null(done);
    drop(done);
    assert_null(replay(&server, soon, NULL, &status));
    assert_string_equal(status.reason, "UNKNOWN_LETTER");
    rpc_status_fini(&status);
    test_server_advance(&server, START_MS + 3 * 3600 * 1000 + 1000);
    assert_int_equal(people_at(&server, 2), 51);
    assert_int_equal(people_at(&server, 1), 50);
    Tifo__V1__DropDeadLetterRequest forget = TIFO__V1__DROP_DEAD_LETTER_REQUEST__INIT;
    forget.letter_id = last;
    void *gone = test_server_call(&server, TELEMETRY("DropDeadLetter"), &forget, NULL);
    assert_non_null(gone);
    drop(gone);
    page = letters(&server, 0, "");
    assert_int_equal(page->n_letters, 0);
    drop(page);
    Tifo__V1__GetIngestResponse *counts = ingest(&server);
    assert_int_equal(counts->letters, 3);
    assert_int_equal(counts->letters_dropped, 0);
    drop(counts);
    test_server_close(&server);
}

static Tifo__V1__GetSeriesResponse *series(struct test_server *server, const char *name,
                                           Tifo__V1__SeriesStep step, const char *token)
{
    Tifo__V1__GetSeriesRequest request = TIFO__V1__GET_SERIES_REQUEST__INIT;
    request.name = (char *)name;
    request.step = step;
    request.page_size = 2;
    request.page_token = (char *)token;
    Tifo__V1__GetSeriesResponse *reply =
        test_server_call(server, TELEMETRY("GetSeries"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static void readings_become_time_series(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server);
    struct sample sample;
    Tifo__V1__Measurement measurement = TIFO__V1__MEASUREMENT__INIT;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    measurement.quantity = "temperature_c";
    /* Out of order: second 2 comes last but one, and a second time into second 0. */
    static const struct {
        uint64_t sequence;
        int64_t at_ms;
        double value;
    } told[] = { { 1, 0, 0.0 }, { 3, 61000, 4.0 }, { 2, 2000, -3.0 }, { 4, 500, 1.0 } };
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        sample_init(&sample, "t-1", told[i].sequence);
        sample.reading.at_ms = START_MS + told[i].at_ms - 3600000 + 60000;
        measurement.value = told[i].value;
        sample.reading.what_case = TIFO__V1__READING__WHAT_MEASUREMENT;
        sample.reading.measurement = &measurement;
        request.reading = &sample.reading;
        void *reply = test_server_call(&server, TELEMETRY("Report"), &request, NULL);
        assert_non_null(reply);
        drop(reply);
    }
    Tifo__V1__GetSeriesResponse *page =
        series(&server, "device/t-1/temperature_c", TIFO__V1__SERIES_STEP__SERIES_STEP_SECOND, "");
    assert_int_equal(page->n_at_ms, 2);
    assert_int_equal(page->count[0], 2);
    assert_true(page->mean[0] == 0.5 && page->min[0] == 0 && page->last[0] == 1.0);
    assert_true(page->last[1] == -3.0 && page->at_ms[1] - page->at_ms[0] == 2000);
    Tifo__V1__GetSeriesResponse *rest =
        series(&server, "device/t-1/temperature_c", TIFO__V1__SERIES_STEP__SERIES_STEP_SECOND,
               page->next_page_token);
    assert_int_equal(rest->n_at_ms, 1);
    assert_true(rest->sum[0] == 4.0);
    assert_string_equal(rest->next_page_token, "");
    drop(rest);
    drop(page);
    page =
        series(&server, "device/t-1/temperature_c", TIFO__V1__SERIES_STEP__SERIES_STEP_MINUTE, "");
    assert_int_equal(page->n_at_ms, 2);
    assert_int_equal(page->count[0], 3);
    assert_true(page->sum[0] == -2.0);
    drop(page);
    measurement.quantity = "Temperature";
    sample.reading.sequence = 9;
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, TELEMETRY("Report"), &request, &status));
    assert_string_equal(status.field, "measurement.quantity");
    rpc_status_fini(&status);
    test_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reading_of_a_batch_is_answered),
        cmocka_unit_test(a_single_reading_names_what_is_wrong),
        cmocka_unit_test(positions_find_their_place),
        cmocka_unit_test(who_is_shed_hears_when_to_come_back),
        cmocka_unit_test(a_stream_of_rows),
        cmocka_unit_test(who_was_last_heard_when),
        cmocka_unit_test(refused_readings_are_listed_and_replayed),
        cmocka_unit_test(readings_become_time_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
