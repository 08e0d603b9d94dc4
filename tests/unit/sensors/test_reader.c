/* Messages become readings of the intake, or are refused with a reason that is counted. */
#include "server/sensors/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1778942460000)

static const struct zone zones[] = { { .id = "A" }, { .id = "B" } };
static const struct block blocks[] = { { .id = "101" } };
static const struct gate gates[] = { { .id = "G1" }, { .id = "G2" } };
static const struct facility facilities[] = { { .id = "F1" } };
static const struct venue venue = { .id = "small",
                                    .zone_count = 2,
                                    .block_count = 1,
                                    .gate_count = 2,
                                    .facility_count = 1,
                                    .zones = zones,
                                    .blocks = blocks,
                                    .gates = gates,
                                    .facilities = facilities };

#define GIVEN                                                                                      \
    {                                                                                              \
        1, 1                                                                                       \
    }
static const struct sensor_route routes[] = {
    { .topic = "t/{gate}/{device}",
      .kind = SENSOR_TURNSTILE,
      .device = "{device}",
      .gate = "{gate}",
      .sequence = "seq",
      .at = { GIVEN, "time", UNIT_S },
      .in = { GIVEN, "n.in", 1, COUNTS_STEP },
      .out = { GIVEN, "n.out", 1, COUNTS_STEP } },
    { .topic = "total/{gate}/{device}",
      .kind = SENSOR_TURNSTILE,
      .device = "{device}",
      .gate = "{gate}",
      .sequence = "seq",
      .in = { GIVEN, "in", 1, COUNTS_TOTAL } },
    { .topic = "wifi/{zone}",
      .kind = SENSOR_ZONE,
      .device = "wifi-{zone}",
      .zone = "{zone}",
      .people = { GIVEN, "", 2.5, COUNTS_STEP } },
    { .topic = "all",
      .kind = SENSOR_QUEUE,
      .device = "$.gateway",
      .counter = "$.id",
      .each = "rows",
      .waiting = { GIVEN, "waiting", 1, COUNTS_STEP },
      .served = { GIVEN, "done.0", 1, COUNTS_STEP } },
    { .topic = "iso/{zone}",
      .kind = SENSOR_ZONE,
      .device = "iso",
      .zone = "{zone}",
      .at = { GIVEN, "at", UNIT_RFC3339 },
      .people = { GIVEN, "n", 1, COUNTS_STEP } },
};
static const struct reader_link links[] = { { "broker", routes,
                                              sizeof routes / sizeof routes[0] } };

struct desk {
    uint32_t letters;
    char last_letter[600];
    struct intake *intake;
    struct reader *reader;
    struct sensor_sink sink;
    struct log log;
    struct arena arena;
    struct tick tick;
};

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return NOW_MS;
}

static bool keep_letter(void *ctx, const struct letter *letter)
{
    struct desk *desk = ctx;
    desk->letters++;
    snprintf(desk->last_letter, sizeof desk->last_letter, "%s %s %s %s %s", letter->caller,
             letter->venue_id, letter->device, letter->reason, letter->message);
    return true;
}

static int begin(void **state)
{
    static struct desk desk;
    desk = (struct desk){ .log = { stderr, LOG_QUIET } };
    desk.intake = intake_create(8);
    intake_open(desk.intake, &venue);
    desk.reader = reader_create(&(struct reader_options){ .intake = desk.intake,
                                                          .now_ms = now_ms,
                                                          .links = links,
                                                          .link_count = 1,
                                                          .keep_letter = keep_letter,
                                                          .letters = &desk,
                                                          .log = &desk.log });
    desk.sink = reader_sink(desk.reader);
    *state = &desk;
    return 0;
}

static int end(void **state)
{
    struct desk *desk = *state;
    reader_destroy(desk->reader);
    intake_destroy(desk->intake);
    arena_fini(&desk->arena);
    return 0;
}

static uint64_t bring_kept(struct desk *desk, const char *topic, const char *payload, bool kept)
{
    const struct sensor_message message = {
        .topic = topic, .payload = payload, .size = strlen(payload), .kept = kept
    };
    uint64_t mark = 77;
    assert_int_equal(desk->sink.take(desk->sink.ctx, &message, &mark), SENSOR_TAKEN);
    return mark;
}

static uint64_t bring(struct desk *desk, const char *topic, const char *payload)
{
    return bring_kept(desk, topic, payload, false);
}

static const struct tick *drain(struct desk *desk)
{
    arena_reset(&desk->arena);
    intake_drain(desk->intake, &desk->arena, &desk->tick);
    return &desk->tick;
}

static struct reader_counts counts_of(struct desk *desk)
{
    struct reader_counts counts;
    reader_look(desk->reader, 0, &counts);
    return counts;
}

static void a_turnstile_counts(void **state)
{
    struct desk *desk = *state;
    const uint64_t mark = desk->sink.mark(desk->sink.ctx);
    assert_int_equal(
        bring(desk, "t/G2/t-7", "{\"seq\":1,\"time\":1778942459.5,\"n\":{\"in\":3,\"out\":0}}"),
        mark);
    assert_int_equal(
        bring(desk, "t/G2/t-7", "{\"seq\":2,\"time\":1778942459.75,\"n\":{\"in\":2,\"out\":1}}"),
        mark);
    const struct tick *tick = drain(desk);
    assert_int_equal(tick->gate.count, 1);
    assert_int_equal(tick->gate.v[0], 1);
    assert_int_equal(tick->gate_in.v[0], 5);
    assert_int_equal(tick->gate_out.v[0], 1);
    assert_int_equal(tick->measured_ms, INT64_C(1778942459750));
    assert_int_equal(tick->source_count, 1);
    assert_string_equal(tick->sources[0].name, "t-7");
    assert_int_equal(tick->sources[0].last_sequence, 2);
    assert_int_equal(desk->sink.mark(desk->sink.ctx), mark + 1);
}

/* The broker knows who may publish; the venue knows whom it hears. */
static void only_registered_devices_are_heard_without_a_secret(void **state)
{
    struct desk *desk = *state;
    const struct device device = { .is = { .id = "t-7", .interval_ms = 1000 }, .key = { 1 } };
    intake_put_device(desk->intake, 0, &device, 0);
    intake_require_registration(desk->intake, true);
    bring(desk, "t/G2/t-7", "{\"seq\":1,\"time\":1778942459.5,\"n\":{\"in\":3,\"out\":0}}");
    bring(desk, "t/G2/t-8", "{\"seq\":1,\"time\":1778942459.5,\"n\":{\"in\":4,\"out\":0}}");
    assert_int_equal(drain(desk)->gate_in.v[0], 3);
    const struct reader_counts counts = counts_of(desk);
    assert_int_equal(counts.refused, 1);
    assert_string_equal(counts.refusals[0].reason, "DEVICE_NOT_REGISTERED");
}

static void what_comes_again_is_counted_once(void **state)
{
    struct desk *desk = *state;
    const char *payload = "{\"seq\":9,\"time\":1778942459,\"n\":{\"in\":3,\"out\":0}}";
    const uint64_t mark = bring(desk, "t/G1/t-7", payload);
    assert_int_equal(bring(desk, "t/G1/t-7", payload), mark); /* Durable with the first one, */
    drain(desk);
    assert_int_equal(bring(desk, "t/G1/t-7", payload), mark); /* also when that is over. */
    assert_int_equal(drain(desk)->gate.count, 0);
    const struct reader_counts counts = counts_of(desk);
    assert_int_equal(counts.messages, 3);
    assert_int_equal(counts.readings, 1);
    assert_int_equal(counts.duplicates, 2);
    assert_int_equal(counts.refused, 0);
}

static void totals_become_steps(void **state)
{
    struct desk *desk = *state;
    bring(desk, "total/G1/a", "{\"seq\":1,\"in\":1000}"); /* From here on it is counted. */
    bring(desk, "total/G1/a", "{\"seq\":2,\"in\":1004}");
    bring(desk, "total/G1/b", "{\"seq\":2,\"in\":50}");   /* Another device. */
    bring(desk, "total/G1/a", "{\"seq\":2,\"in\":1004}"); /* Again. */
    bring(desk, "total/G1/a", "{\"seq\":3,\"in\":1006}");
    bring(desk, "total/G1/a", "{\"seq\":4,\"in\":2}"); /* It was switched off and on. */
    assert_int_equal(drain(desk)->gate_in.v[0], 4 + 2 + 2);
}

static void a_plain_number_has_a_factor(void **state)
{
    struct desk *desk = *state;
    bring(desk, "wifi/B", " 41\n");
    bring(desk, "wifi/101", "0.0"); /* Nobody is a number, too. */
    const struct tick *tick = drain(desk);
    assert_int_equal(tick->place.count, 2);
    assert_int_equal(tick->place.v[0], 1);
    assert_int_equal(tick->people.v[0], 103); /* 102.5 */
    assert_int_equal(tick->place.v[1], 2);
    assert_int_equal(tick->people.v[1], 0);
    bring(desk, "wifi/B", "41"); /* The same number later is another message. */
    assert_int_equal(drain(desk)->place.count, 1);
}

static void rows_of_a_list_are_read(void **state)
{
    struct desk *desk = *state;
    bring(desk, "all",
          "{\"gateway\":\"gw\",\"rows\":[{\"id\":\"F1\",\"waiting\":12,\"done\":[3]},"
          "{\"id\":\"G2\",\"waiting\":4,\"done\":[0]}]}");
    const struct tick *tick = drain(desk);
    assert_int_equal(tick->queue.count, 2);
    assert_int_equal(tick->queue.v[0], 0);
    assert_int_equal(tick->waiting.v[0], 12);
    assert_int_equal(tick->served.v[0], 3);
    assert_int_equal(tick->queue.v[1], 2); /* Facilities, then gates. */
    assert_int_equal(counts_of(desk).readings, 2);
}

static void times_tell_messages_apart(void **state)
{
    struct desk *desk = *state;
    bring(desk, "iso/A", "{\"at\":\"2026-05-16T16:40:59.5+02:00\",\"n\":5}");
    bring(desk, "iso/A", "{\"at\":\"2026-05-16T16:40:59.5+02:00\",\"n\":5}");
    bring(desk, "iso/A", "{\"at\":\"2026-05-16T16:40:59.75+02:00\",\"n\":6}");
    const struct tick *tick = drain(desk);
    assert_int_equal(tick->people.v[0], 6);
    assert_int_equal(tick->measured_ms, NOW_MS - 250);
    assert_int_equal(counts_of(desk).duplicates, 1);
}

static void what_is_refused_is_counted_by_its_reason(void **state)
{
    struct desk *desk = *state;
    static const struct {
        const char *topic, *payload, *reason, *part;
    } cases[] = {
        { "nowhere", "1", "UNKNOWN_TOPIC", "configuration" },
        { "wifi/Z", "1", "UNKNOWN_PLACE", "no zone or block Z" },
        { "wifi/A", "", "NOT_JSON", "byte" },
        { "wifi/A", "{\"n\":", "NOT_JSON", "byte" },
        { "wifi/A", "\"7\"", "BAD_VALUE", "no number" },
        { "wifi/A", "-1", "BAD_VALUE", "below 0" },
        { "wifi/A", "400001", "BAD_FIELD", "at most 1000000" },
        { "t/G1/t-7", "{\"time\":1778942459,\"n\":{\"in\":1,\"out\":0}}", "MISSING_FIELD", "seq" },
        { "t/G1/t-7", "{\"seq\":1,\"time\":1778942459,\"n\":{\"in\":1}}", "MISSING_FIELD",
          "n.out" },
        { "t/G1/t-7", "{\"seq\":1.5,\"time\":1778942459,\"n\":{\"in\":1,\"out\":0}}", "BAD_VALUE",
          "seq" },
        { "t/G1/t-7", "{\"seq\":1,\"time\":1778949999,\"n\":{\"in\":1,\"out\":0}}",
          "TIME_IN_FUTURE", "clock" },
        { "t/G1/t 7", "{\"seq\":1,\"time\":1778942459,\"n\":{\"in\":1,\"out\":0}}", "BAD_FIELD",
          "letters" },
        { "iso/A", "{\"at\":\"noon\",\"n\":1}", "BAD_VALUE", "no time" },
        { "all", "{\"gateway\":\"gw\",\"rows\":{}}", "BAD_VALUE", "no list" },
        { "all", "{\"gateway\":\"gw\",\"rows\":[]}", "BAD_VALUE", "0 rows" },
        { "all", "{\"rows\":[]}", "MISSING_FIELD", "gateway" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Refused for good: there is nothing to wait for. */
        assert_int_equal(bring(desk, cases[i].topic, cases[i].payload), 0);
        const struct reader_counts counts = counts_of(desk);
        assert_int_equal(counts.refused, i + 1);
        if (!strstr(counts.last_refusal, cases[i].reason) ||
            !strstr(counts.last_refusal, cases[i].part) ||
            strncmp(counts.last_refusal, cases[i].topic, strlen(cases[i].topic)) != 0)
            fail_msg("case %zu: %s", i, counts.last_refusal);
    }
    const struct reader_counts counts = counts_of(desk);
    uint64_t total = 0;
    for (uint32_t i = 0; i < counts.reason_count; i++)
        total += counts.refusals[i].messages;
    assert_int_equal(total, counts.refused);
    assert_string_equal(counts.refusals[0].reason, "UNKNOWN_TOPIC");
    assert_int_equal(counts.refusals[0].messages, 1);
    assert_false(intake_pending(desk->intake));
}

static void what_is_refused_is_a_dead_letter(void **state)
{
    struct desk *desk = *state;
    bring(desk, "wifi/A", "{\"n\":\xc3\xa4\n");
    assert_int_equal(desk->letters, 1);
    assert_non_null(strstr(desk->last_letter, "broker small wifi/A NOT_JSON byte"));
    assert_non_null(strstr(desk->last_letter, "it was: {\"n\":???")); /* As plain text. */
    bring(desk, "wifi/A", "1");
    assert_int_equal(desk->letters, 1);
    struct intake_stats stats;
    intake_stats(desk->intake, &stats);
    assert_int_equal(stats.refused[STATUS_BAD_FIELD], 1);
}

static void what_is_shed_stays_with_the_broker(void **state)
{
    struct desk *desk = *state;
    const struct sensor_message message = { .topic = "wifi/A", .payload = "1", .size = 1 };
    uint64_t mark;
    intake_set_room(desk->intake, 2);
    bring(desk, "wifi/A", "1");
    bring(desk, "wifi/B", "1");
    assert_int_equal(desk->sink.take(desk->sink.ctx, &message, &mark), SENSOR_LATER);
    drain(desk);
    assert_int_equal(desk->sink.take(desk->sink.ctx, &message, &mark), SENSOR_TAKEN);
    assert_int_equal(counts_of(desk).put_off, 1);
    assert_int_equal(counts_of(desk).refused, 0);
    assert_int_equal(desk->letters, 0);
}

static void what_a_broker_kept_counts_no_flows(void **state)
{
    struct desk *desk = *state;
    bring_kept(desk, "t/G1/t-7", "{\"seq\":1,\"time\":1778942459,\"n\":{\"in\":9,\"out\":0}}",
               true);
    bring_kept(desk, "wifi/A", "2", true); /* How many there are is as good as ever. */
    const struct tick *tick = drain(desk);
    assert_int_equal(tick->gate.count, 0);
    assert_int_equal(tick->people.v[0], 5);
    assert_string_equal(counts_of(desk).refusals[0].reason, "RETAINED");
}

static void without_a_venue_messages_stay_where_they_are(void **state)
{
    struct desk *desk = *state;
    struct intake *empty = intake_create(8);
    struct reader *reader = reader_create(&(struct reader_options){
        .intake = empty, .now_ms = now_ms, .links = links, .link_count = 1, .log = &desk->log });
    const struct sensor_sink sink = reader_sink(reader);
    const struct sensor_message message = { .topic = "wifi/A", .payload = "1", .size = 1 };
    uint64_t mark;
    assert_false(sink.ready(sink.ctx));
    assert_int_equal(sink.take(sink.ctx, &message, &mark), SENSOR_LATER);
    intake_open(empty, &venue);
    assert_true(sink.ready(sink.ctx));
    assert_int_equal(sink.take(sink.ctx, &message, &mark), SENSOR_TAKEN);
    reader_destroy(reader);
    intake_destroy(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_turnstile_counts, begin, end),
        cmocka_unit_test_setup_teardown(only_registered_devices_are_heard_without_a_secret, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_comes_again_is_counted_once, begin, end),
        cmocka_unit_test_setup_teardown(totals_become_steps, begin, end),
        cmocka_unit_test_setup_teardown(a_plain_number_has_a_factor, begin, end),
        cmocka_unit_test_setup_teardown(rows_of_a_list_are_read, begin, end),
        cmocka_unit_test_setup_teardown(times_tell_messages_apart, begin, end),
        cmocka_unit_test_setup_teardown(what_is_refused_is_counted_by_its_reason, begin, end),
        cmocka_unit_test_setup_teardown(what_is_refused_is_a_dead_letter, begin, end),
        cmocka_unit_test_setup_teardown(what_is_shed_stays_with_the_broker, begin, end),
        cmocka_unit_test_setup_teardown(what_a_broker_kept_counts_no_flows, begin, end),
        cmocka_unit_test_setup_teardown(without_a_venue_messages_stay_where_they_are, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
