/* Folding readings, and where devices are. */
#include "server/app/intake.h"

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
    r.sequence = 11;
    assert_int_equal(take(intake, &r, &outcome), STATUS_OK);
    assert_int_equal(outcome.duplicates, 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_add_up_and_levels_replace),
        cmocka_unit_test(a_sequence_is_taken_once_and_survives_a_restart),
        cmocka_unit_test(as_many_sources_as_allowed),
        cmocka_unit_test(only_the_venue_s_own_readings_are_taken),
        cmocka_unit_test(a_gate_that_counts_without_end_stays_a_number),
        cmocka_unit_test(devices_are_known_for_ten_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
