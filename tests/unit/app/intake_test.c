/* Folding readings, and where devices are. */
#include "server/app/intake.h"

#include "server/app/reading.h"
#include "server/base/prng.h"
#include "tests/support/seed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1778942460000)

static const struct zone zones[] = { { .id = "A" }, { .id = "B" }, { .id = "C" } };
static const struct gate gates[] = { { .id = "G1" }, { .id = "G2" } };
static const struct venue venue = {
    .id = "small", .zone_count = 3, .gate_count = 2, .zones = zones, .gates = gates
};

static enum status take(struct intake *intake, const struct readings *readings,
                        struct intake_outcome *outcome)
{
    return intake_take(intake, "small", readings, NOW_MS, outcome);
}

static void sums_add_up_and_levels_replace(void **state)
{
    (void)state;
    struct intake *intake = intake_create(8);
    struct arena arena = { 0 };
    struct intake_outcome outcome;
    intake_open(intake, &venue);
    const uint32_t gate[] = { 1, 0, 1 }, in[] = { 2, 3, 4 }, out[] = { 0, 1, 0 };
    const uint32_t place[] = { 2, 2 }, people[] = { 50, 60 };
    struct readings r = { .source = "a",
                          .sequence = 1,
                          .at_ms = NOW_MS - 5,
                          .gate = { gate, 3 },
                          .gate_in = { in, 3 },
                          .gate_out = { out, 3 },
                          .place = { place, 2 },
                          .people = { people, 2 } };
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.accepted, 5);
    r.sequence = 2;
    r.at_ms = NOW_MS - 9;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_true(intake_pending(intake));

    struct tick tick;
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.measured_ms, NOW_MS - 5);
    assert_int_equal(tick.gate.count, 2);
    assert_int_equal(tick.gate_in.v[0], 6);
    assert_int_equal(tick.gate_in.v[1], 12);
    assert_int_equal(tick.gate_out.v[0], 2);
    assert_int_equal(tick.place.count, 1);
    assert_int_equal(tick.place.v[0], 2);
    assert_int_equal(tick.people.v[0], 60);
    assert_int_equal(tick.source_count, 1);
    assert_int_equal(tick.sources[0].last_sequence, 2);

    assert_false(intake_pending(intake));
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.gate.count + tick.place.count + tick.source_count, 0);
    arena_fini(&arena);
    intake_destroy(intake);
}

static void a_sequence_is_taken_once_and_survives_a_restart(void **state)
{
    (void)state;
    struct intake *intake = intake_create(8);
    struct intake_outcome outcome;
    const struct source known = { .name = "a", .last_sequence = 10 };
    intake_restore(intake, &known);
    intake_open(intake, &venue);
    const uint32_t place[] = { 0 }, people[] = { 5 };
    struct readings r = { .source = "a",
                          .sequence = 10,
                          .at_ms = NOW_MS,
                          .place = { place, 1 },
                          .people = { people, 1 } };
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.duplicates, 1);
    assert_false(intake_pending(intake));
    r.sequence = 12;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.accepted, 1);
    /* Out of order: once. */
    r.sequence = 11;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.accepted, 1);
    assert_int_equal(outcome.late, 1);
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.duplicates, 1);
    /* Further behind than is remembered. */
    r.sequence = 12 + SEQUENCE_WINDOW + 1;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.accepted, 1);
    r.sequence = 13;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.duplicates, 1);
    r.sequence = 14;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.late, 1);
    struct intake_stats stats;
    intake_stats(intake, &stats);
    assert_int_equal(stats.accepted, 4);
    assert_int_equal(stats.late, 2);
    assert_int_equal(stats.duplicates, 3);
    intake_destroy(intake);
}

/* Any order of the same messages, some sent twice: the same sums, and the newest levels. */
static void order_and_repetition_change_nothing(void **state)
{
    (void)state;
    enum { MESSAGES = 60, SENT = 3 * MESSAGES };
    struct prng prng = { test_seed() };
    struct intake *intake = intake_create(3);
    intake_open(intake, &venue);
    for (int i = 0; i < SENT; i++) {
        /* All of them once, somewhere, and some twice more. */
        const uint32_t number =
            i < MESSAGES ? (uint32_t)(i * 7) % MESSAGES : prng_below(&prng, MESSAGES);
        const uint32_t gate = 1, in = number + 1, out = 0, place = 2, people = number;
        const uint32_t queue = 0, waiting = number, served = 2;
        const struct readings r = { .source = "a",
                                    .sequence = number + 1,
                                    .at_ms = NOW_MS + number,
                                    .gate = { &gate, 1 },
                                    .gate_in = { &in, 1 },
                                    .gate_out = { &out, 1 },
                                    .place = { &place, 1 },
                                    .people = { &people, 1 },
                                    .queue = { &queue, 1 },
                                    .waiting = { &waiting, 1 },
                                    .served = { &served, 1 } };
        struct intake_outcome outcome;
        assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
        assert_int_equal(outcome.accepted + outcome.duplicates, 3);
    }
    struct arena arena = { 0 };
    struct tick tick;
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.gate_in.v[0], MESSAGES * (MESSAGES + 1) / 2);
    assert_int_equal(tick.people.v[0], MESSAGES - 1);
    assert_int_equal(tick.waiting.v[0], MESSAGES - 1);
    assert_int_equal(tick.served.v[0], 2 * MESSAGES);
    assert_int_equal(tick.sources[0].last_sequence, MESSAGES);
    arena_fini(&arena);
    intake_destroy(intake);
}

/* The core takes no sequence twice: late rows come without their source, and with the line that
 * was seen last. */
static void late_rows_after_a_tick(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    struct arena arena = { 0 };
    struct tick tick;
    intake_open(intake, &venue);
    uint32_t queue = 1, waiting = 40, served = 3;
    struct readings r = { .source = "a",
                          .sequence = 2,
                          .at_ms = NOW_MS,
                          .queue = { &queue, 1 },
                          .waiting = { &waiting, 1 },
                          .served = { &served, 1 } };
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.source_count, 1);
    r.sequence = 1;
    r.at_ms = NOW_MS - 1000;
    waiting = 90;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.source_count, 0);
    assert_int_equal(tick.queue.count, 1);
    assert_int_equal(tick.waiting.v[0], 40);
    assert_int_equal(tick.served.v[0], 3);
    arena_fini(&arena);
    intake_destroy(intake);
}

static void clocks_are_bounded_both_ways(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    intake_open(intake, &venue);
    struct readings r = { .source = "a", .sequence = 1, .at_ms = NOW_MS + READINGS_AHEAD_MS };
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    r.sequence = 2;
    r.at_ms++;
    assert_int_equal(take(intake, &r, &outcome), STATUS_TIME_IN_FUTURE);
    r.at_ms = NOW_MS - READINGS_BEHIND_MS;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    r.sequence = 3;
    r.at_ms--;
    assert_int_equal(take(intake, &r, &outcome), STATUS_TIME_TOO_OLD);
    assert_string_equal(outcome.refusal.field, "readings.at_ms");
    struct intake_stats stats;
    intake_stats(intake, &stats);
    assert_int_equal(stats.refused[STATUS_TIME_IN_FUTURE], 1);
    assert_int_equal(stats.refused[STATUS_TIME_TOO_OLD], 1);
    intake_destroy(intake);
}

/* What does not fit between two ticks is shed; the longer that goes on, the longer the back-off. */
static void overload_is_shed_and_told(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    struct arena arena = { 0 };
    struct tick tick;
    intake_set_room(intake, 10);
    intake_open(intake, &venue);
    const uint32_t place[8] = { 0 }, people[8] = { 0 };
    struct readings r = { .source = "a",
                          .sequence = 1,
                          .at_ms = NOW_MS,
                          .place = { place, 8 },
                          .people = { people, 8 } };
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    r.sequence = 2;
    int64_t now_ms = NOW_MS;
    static const uint32_t told_s[] = { 5, 10, 20, 40, 60, 60 };
    for (int i = 0; i < 6; i++, now_ms += 1000) {
        assert_int_equal(intake_take(intake, "", &r, now_ms, &outcome), STATUS_TELEMETRY_SHED);
        assert_int_equal(outcome.refusal.retry_ms, told_s[i] * 1000);
    }
    /* Not faster for many at once. */
    assert_int_equal(intake_take(intake, "", &r, now_ms, &outcome), STATUS_TELEMETRY_SHED);
    assert_int_equal(outcome.refusal.retry_ms, BACK_OFF_MOST_MS);
    struct intake_stats stats;
    intake_stats(intake, &stats);
    assert_int_equal(stats.refused[STATUS_TELEMETRY_SHED], 7 * 8);
    /* A tick makes room, and what was shed is taken when it is sent again. */
    intake_drain(intake, &arena, &tick);
    assert_int_equal(intake_take(intake, "", &r, now_ms, &outcome), STATUS_OK);
    assert_int_equal(outcome.accepted, 8);
    /* Long after, it begins again. */
    r.sequence = 3;
    r.at_ms = now_ms += 10 * BACK_OFF_MOST_MS;
    assert_int_equal(intake_take(intake, "", &r, now_ms, &outcome), STATUS_TELEMETRY_SHED);
    assert_int_equal(outcome.refusal.retry_ms, BACK_OFF_LEAST_MS);
    arena_fini(&arena);
    intake_destroy(intake);
}

static void as_many_sources_as_allowed(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    intake_open(intake, &venue);
    for (int i = 0; i < 4; i++) {
        char name[16];
        snprintf(name, sizeof name, "source-%d", i);
        const struct readings r = { .source = name, .sequence = 1, .at_ms = NOW_MS };
        assert_int_equal(take(intake, &r, &outcome), i < 3 ? STATUS_OK : STATUS_SOURCES_FULL);
    }
    assert_string_equal(outcome.refusal.field, "readings.source");
    intake_destroy(intake);
}

static void only_the_venue_s_own_readings_are_taken(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    const struct readings r = { .source = "a", .sequence = 1, .at_ms = NOW_MS };
    assert_int_equal(intake_take(intake, "", &r, NOW_MS, &outcome), STATUS_UNKNOWN_VENUE);
    intake_open(intake, &venue);
    assert_int_equal(intake_take(intake, "other", &r, NOW_MS, &outcome), STATUS_UNKNOWN_VENUE);
    assert_int_equal(intake_take(intake, "", &r, NOW_MS, &outcome), STATUS_OK);
    intake_destroy(intake);
}

static void a_gate_that_counts_without_end_stays_a_number(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    struct arena arena = { 0 };
    intake_open(intake, &venue);
    uint32_t gate[4096] = { 0 }, in[4096], out[4096] = { 0 };
    for (int i = 0; i < 4096; i++)
        in[i] = 10000;
    struct readings r = { .source = "a",
                          .at_ms = NOW_MS,
                          .gate = { gate, 4096 },
                          .gate_in = { in, 4096 },
                          .gate_out = { out, 4096 } };
    for (r.sequence = 1; r.sequence < 200; r.sequence++)
        assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    struct tick tick;
    intake_drain(intake, &arena, &tick);
    assert_int_equal(tick.gate_in.v[0], 1000000);
    arena_fini(&arena);
    intake_destroy(intake);
}

/* ---- Devices ----------------------------------------------------------------------------------
 */

enum { MANY = 150000 };

static void take_devices(struct intake *intake, uint64_t sequence, int64_t at_ms, uint32_t first,
                         uint32_t count, enum status wanted)
{
    static uint32_t device[DEVICES_MAX], place[DEVICES_MAX];
    static int32_t xy_cm[DEVICES_MAX];
    struct intake_outcome outcome;
    for (uint32_t i = 0; i < count; i++)
        device[i] = first + i;
    const struct readings r = { .source = "phones",
                                .sequence = sequence,
                                .at_ms = at_ms,
                                .device = { device, count },
                                .device_x_cm = { xy_cm, count },
                                .device_y_cm = { xy_cm, count },
                                .device_place = { place, count } };
    assert_int_equal(intake_take(intake, "", &r, NOW_MS, &outcome), wanted);
}

static uint32_t listed(struct intake *intake, int64_t now_ms)
{
    struct arena arena = { 0 };
    struct positions positions;
    intake_positions(intake, now_ms, &arena, &positions);
    arena_fini(&arena);
    return positions.count;
}

static void devices_are_known_for_ten_seconds(void **state)
{
    (void)state;
    struct intake *intake = intake_create(3);
    intake_open(intake, &venue);
    take_devices(intake, 1, NOW_MS, 1, MANY, STATUS_OK);
    /* The same ones again need no more room. */
    take_devices(intake, 2, NOW_MS + 1000, 1, MANY, STATUS_OK);
    assert_int_equal(listed(intake, NOW_MS + 1000), MANY);
    /* More than the server keeps, while the others are fresh ... */
    take_devices(intake, 3, NOW_MS + 2000, 1000000, MANY, STATUS_DEVICES_FULL);
    assert_int_equal(listed(intake, NOW_MS + 2000), MANY);
    /* ... and when they are gone. */
    assert_int_equal(listed(intake, NOW_MS + 11001), 0);
    take_devices(intake, 4, NOW_MS + 12000, 1000000, MANY, STATUS_OK);
    assert_int_equal(listed(intake, NOW_MS + 12000), MANY);
    intake_destroy(intake);
}

/* ---- Readings of one device ------------------------------------------------------------------ */

static struct reading position_of(const char *name, uint64_t sequence, int64_t at_ms,
                                  uint32_t place)
{
    return (struct reading){ .device = name,
                             .sequence = sequence,
                             .at_ms = at_ms,
                             .kind = READING_POSITION,
                             .where = WHERE_LOCAL,
                             .at = AT_PLACE,
                             .index = place };
}

/* The model's case: 100,000 pings of 1,000 devices are 1,000 people, gone after the time to live.
 */
static void occupancy_counts_devices_once(void **state)
{
    (void)state;
    enum { PINGS = 100000, PHONES = 1000, TTL_MS = 60000 };
    struct prng prng = { test_seed() };
    struct geofence *fence = geofence_create(NULL, 0, NULL);
    struct intake *intake = intake_create(3);
    intake_open(intake, &venue);
    uint64_t sequence[PHONES] = { 0 };
    uint32_t last[PHONES], wanted[3] = { 0 };
    for (int i = 0; i < PINGS; i++) {
        const uint32_t phone = i < PHONES ? (uint32_t)i : prng_below(&prng, PHONES);
        char name[16];
        snprintf(name, sizeof name, "phone-%u", phone);
        last[phone] = prng_below(&prng, 3);
        const struct reading r = position_of(name, ++sequence[phone], NOW_MS + i / 10, last[phone]);
        struct intake_outcome outcome;
        assert_int_equal(intake_take_one(intake, &r, fence, NOW_MS, &outcome), STATUS_OK);
        assert_int_equal(outcome.accepted, 1);
        if (prng_below(&prng, 10) == 0) { /* Sent again. */
            intake_take_one(intake, &r, fence, NOW_MS, &outcome);
            assert_int_equal(outcome.duplicates, 1);
        }
    }
    for (int i = 0; i < PHONES; i++)
        wanted[last[i]]++;
    uint32_t count[3] = { 0 };
    assert_int_equal(intake_occupancy(intake, NOW_MS + 10000, TTL_MS, count, 3), PHONES);
    assert_memory_equal(count, wanted, sizeof count);
    /* Late: it is taken, and moves nobody back. */
    const struct reading late = position_of("phone-0", sequence[0] + 2, NOW_MS + 10001, 1);
    const struct reading later = position_of("phone-0", sequence[0] + 1, NOW_MS + 10000, 2);
    struct intake_outcome outcome;
    intake_take_one(intake, &late, fence, NOW_MS, &outcome);
    intake_take_one(intake, &later, fence, NOW_MS, &outcome);
    assert_int_equal(outcome.late, 1);
    memset(count, 0, sizeof count);
    assert_int_equal(intake_occupancy(intake, NOW_MS + 10001 + TTL_MS, TTL_MS, count, 3), 1);
    assert_int_equal(count[1], 1);
    assert_int_equal(intake_occupancy(intake, NOW_MS + 10002 + TTL_MS, TTL_MS, count, 3), 0);
    /* They are no sources: those are few. */
    struct intake_stats stats;
    intake_stats(intake, &stats);
    assert_int_equal(stats.sources, 0);
    assert_int_equal(stats.devices, PHONES);
    intake_destroy(intake);
    geofence_destroy(fence);
}

static void each_wrong_reading_names_its_field(void **state)
{
    (void)state;
    static const struct {
        struct reading reading;
        enum status status;
        const char *field;
    } cases[] = {
        { { .device = "", .sequence = 1, .at_ms = NOW_MS }, STATUS_BAD_FIELD, "device" },
        { { .device = "a b", .sequence = 1, .at_ms = NOW_MS }, STATUS_BAD_FIELD, "device" },
        { { .device = "a", .at_ms = NOW_MS }, STATUS_BAD_FIELD, "sequence" },
        { { .device = "a", .sequence = 1 }, STATUS_BAD_FIELD, "at_ms" },
        { { .device = "a", .sequence = 1, .at_ms = NOW_MS }, STATUS_BAD_FIELD, "what" },
        { { .device = "a", .sequence = 1, .at_ms = NOW_MS + 60001 },
          STATUS_TIME_IN_FUTURE,
          "at_ms" },
        { { "a", 1, NOW_MS, READING_TURNSTILE, .index = 2 }, STATUS_BAD_FIELD, "turnstile.gate" },
        { { "a", 1, NOW_MS, READING_TURNSTILE, .people = 10001 },
          STATUS_BAD_FIELD,
          "turnstile.in" },
        { { "a", 1, NOW_MS, READING_TURNSTILE, .others = 10001 },
          STATUS_BAD_FIELD,
          "turnstile.out" },
        { { "a", 1, NOW_MS, READING_ZONE, .index = 3 }, STATUS_BAD_FIELD, "zone.place" },
        { { "a", 1, NOW_MS, READING_ZONE, .people = 1000001 }, STATUS_BAD_FIELD, "zone.people" },
        { { "a", 1, NOW_MS, READING_QUEUE, .index = 2 }, STATUS_BAD_FIELD, "queue.queue" },
        { { "a", 1, NOW_MS, READING_QUEUE, .people = 100001 }, STATUS_BAD_FIELD, "queue.waiting" },
        { { "a", 1, NOW_MS, READING_POSITION, .at = AT_LEVEL }, STATUS_BAD_FIELD, "position" },
        { { "a", 1, NOW_MS, READING_POSITION, .where = WHERE_LOCAL },
          STATUS_BAD_FIELD,
          "position" },
        { { "a", 1, NOW_MS, READING_POSITION, .where = WHERE_LOCAL, .x = NAN, .at = AT_LEVEL },
          STATUS_BAD_FIELD,
          "position.local.x_m" },
        { { "a", 1, NOW_MS, READING_POSITION, .where = WHERE_WGS84, .y = 90.1, .at = AT_LEVEL },
          STATUS_BAD_FIELD,
          "position.wgs84.latitude_deg" },
        { { "a", 1, NOW_MS, READING_POSITION, .where = WHERE_WGS84, .x = -181, .at = AT_LEVEL },
          STATUS_BAD_FIELD,
          "position.wgs84.longitude_deg" },
        { { "a", 1, NOW_MS, READING_POSITION, .where = WHERE_WGS84, .at = AT_LEVEL },
          STATUS_POSITION_OUTSIDE,
          "position" },
    };
    /* A square of 10 m at (100 m, 0) on level 0, where the equator meets the meridian. */
    static const int32_t xy_cm[] = { 10000, 0, 11000, 0, 11000, 1000, 10000, 1000 };
    const struct geofence_shape shape = { .place = 1, .outline = { xy_cm, 4 } };
    const struct geofence_anchor anchor = { 0 };
    struct geofence *fence = geofence_create(&shape, 1, &anchor);
    struct intake *intake = intake_create(3);
    struct intake_outcome outcome;
    intake_open(intake, &venue);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const enum status status =
            intake_take_one(intake, &cases[i].reading, fence, NOW_MS, &outcome);
        if (status != cases[i].status || strcmp(outcome.refusal.field, cases[i].field) != 0)
            fail_msg("case %zu: %s, %s: %s", i, status_reason(status), outcome.refusal.field,
                     outcome.refusal.message);
    }
    assert_false(intake_pending(intake));
    /* Zeros are values: nobody passed, nobody is there, on the equator. */
    const struct reading zeros[] = {
        { "z", 1, NOW_MS, READING_TURNSTILE, .index = 0 },
        { "z", 2, NOW_MS, READING_ZONE, .index = 0 },
        { "z", 3, NOW_MS, READING_QUEUE, .index = 0 },
        { "z", 4, NOW_MS, READING_POSITION, .where = WHERE_WGS84, .x = 0.00095, .at = AT_LEVEL },
    };
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
        if (intake_take_one(intake, &zeros[i], fence, NOW_MS, &outcome) != STATUS_OK)
            fail_msg("zero %zu: %s", i, outcome.refusal.message);
    uint32_t count[3] = { 0 };
    assert_int_equal(intake_occupancy(intake, NOW_MS, 1000, count, 3), 1);
    assert_int_equal(count[1], 1);
    intake_destroy(intake);
    geofence_destroy(fence);
    /* Local metres have no place on the Earth. */
    fence = geofence_create(&shape, 1, NULL);
    intake = intake_create(3);
    intake_open(intake, &venue);
    assert_int_equal(intake_take_one(intake, &zeros[3], fence, NOW_MS, &outcome), STATUS_NO_ANCHOR);
    intake_destroy(intake);
    geofence_destroy(fence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_add_up_and_levels_replace),
        cmocka_unit_test(a_sequence_is_taken_once_and_survives_a_restart),
        cmocka_unit_test(order_and_repetition_change_nothing),
        cmocka_unit_test(late_rows_after_a_tick),
        cmocka_unit_test(clocks_are_bounded_both_ways),
        cmocka_unit_test(overload_is_shed_and_told),
        cmocka_unit_test(occupancy_counts_devices_once),
        cmocka_unit_test(each_wrong_reading_names_its_field),
        cmocka_unit_test(as_many_sources_as_allowed),
        cmocka_unit_test(only_the_venue_s_own_readings_are_taken),
        cmocka_unit_test(a_gate_that_counts_without_end_stays_a_number),
        cmocka_unit_test(devices_are_known_for_ten_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
