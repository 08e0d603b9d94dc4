#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct place_state *place(uint32_t index)
{
    return &stadium_places(play.stadium)[index];
}

static void people_give_density_and_level(void **state)
{
    (void)state;
    /* North has 100 m2, the stairs 10 m2; Fruin's bounds for each. */
    static const struct {
        uint32_t place, people, density_milli;
        enum los los;
    } cases[] = {
        { SMALL_NORTH, 0, 0, LOS_A },      { SMALL_NORTH, 30, 300, LOS_A },
        { SMALL_NORTH, 31, 310, LOS_B },   { SMALL_NORTH, 43, 430, LOS_C },
        { SMALL_NORTH, 72, 720, LOS_D },   { SMALL_NORTH, 108, 1080, LOS_E },
        { SMALL_NORTH, 216, 2160, LOS_E }, { SMALL_NORTH, 217, 2170, LOS_F },
        { SMALL_STAIRS, 5, 500, LOS_A },   { SMALL_STAIRS, 7, 700, LOS_B },
        { SMALL_STAIRS, 10, 1000, LOS_C }, { SMALL_STAIRS, 15, 1500, LOS_D },
        { SMALL_STAIRS, 26, 2600, LOS_E }, { SMALL_STAIRS, 27, 2700, LOS_F },
        { SMALL_B1, 500, 0, LOS_NONE },    { SMALL_OUTSIDE, 500, 0, LOS_NONE },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        play.now_ms += 250;
        assert_int_equal(play_people(&play, cases[i].place, cases[i].people), STATUS_OK);
        assert_int_equal(place(cases[i].place)->people, cases[i].people);
        assert_int_equal(place(cases[i].place)->density_milli, cases[i].density_milli);
        assert_int_equal(place(cases[i].place)->los, cases[i].los);
        assert_int_equal(place(cases[i].place)->measured_ms, play.now_ms);
    }
    assert_int_equal(stadium_measured_ms(play.stadium), play.now_ms);
}

static void a_zone_of_lines_is_on_the_scale_of_queues(void **state)
{
    (void)state;
    enum los_scale scale;
    const uint32_t zone = stadium_venue(play.stadium)->facilities[0].zone;
    const uint32_t area_m2 = stadium_venue(play.stadium)->zones[zone].area_dm2 / 100;
    play_people(&play, zone, area_m2); /* 1 p/m2: D to walk, B to stand in line. */
    assert_int_equal(crowd_level(play.stadium, zone, &scale), LOS_D);
    assert_int_equal(scale, SCALE_WALKWAY);
    play_queue(&play, 0, area_m2 / 2 + 1, 0);
    assert_int_equal(crowd_level(play.stadium, zone, &scale), LOS_B);
    assert_int_equal(scale, SCALE_QUEUE);
    play_people(&play, SMALL_STAIRS, 5);
    assert_int_equal(crowd_level(play.stadium, SMALL_STAIRS, &scale), LOS_A);
    assert_int_equal(scale, SCALE_STAIRS);
    assert_int_equal(crowd_level(play.stadium, SMALL_B1, &scale), LOS_NONE);
    assert_int_equal(scale, SCALE_NONE);
}

/* Of `people` +- `deviation` on 10 m2 of stairs, by the normal distribution itself. */
static double mean_stair_level(double people, double deviation)
{
    static const double bounds[] = { 0.54, 0.72, 1.08, 1.54, 2.70 };
    double mean = LOS_A;
    for (int i = 0; i < 5; i++)
        mean += erfc((bounds[i] * 10 - people) / deviation / sqrt(2)) / 2;
    return mean;
}

static void a_level_is_the_expected_one(void **state)
{
    (void)state;
    uint32_t others = 0;
    for (uint32_t people = 1; people <= 40; people++) {
        enum los_scale scale;
        play.now_ms += 3600000; /* Of what was before nothing is known by now. */
        play_sensed(&play, SMALL_STAIRS, people);
        const struct estimate *estimate = &stadium_estimates(play.stadium)[SMALL_STAIRS];
        const double mean = mean_stair_level((double)estimate->people_milli / 1000,
                                             (double)estimate_deviation_milli(estimate) / 1000);
        const enum los level = crowd_level(play.stadium, SMALL_STAIRS, &scale);
        assert_true(fabs(level - mean) <= 0.6); /* 0.1 for five numbers instead of them all. */
        others += level != (enum los)place(SMALL_STAIRS)->los;
    }
    assert_true(others >= 3); /* The level of the likeliest number is another. */
}

static void safety_falls_from_level_c_to_congestion(void **state)
{
    (void)state;
    static const uint32_t cases[][2] = {
        { 0, 1000 }, { 72, 1000 }, { 236, 500 }, { 400, 0 }, { 600, 0 }
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        play_people(&play, SMALL_NORTH, cases[i][0]);
        assert_int_equal(crowd_safety_milli(play.stadium, SMALL_NORTH), cases[i][1]);
    }
    assert_int_equal(crowd_safety_milli(play.stadium, SMALL_B1), 1000);
    play_people(&play, SMALL_NORTH, 0);
    play_sensed(&play, SMALL_NORTH, 72); /* Perhaps a few more. */
    assert_true(crowd_safety_milli(play.stadium, SMALL_NORTH) < 1000);
}

static void whoever_is_outside_is_not_inside(void **state)
{
    (void)state;
    play_people(&play, SMALL_B1, 400);
    play_people(&play, SMALL_NORTH, 50);
    play_people(&play, SMALL_OUTSIDE, 70);
    assert_int_equal(stadium_inside(play.stadium), 450);
    play_people(&play, SMALL_B1, 300);
    assert_int_equal(stadium_inside(play.stadium), 350);
}

static void a_reading_out_of_bounds_is_refused_whole(void **state)
{
    (void)state;
    uint64_t digest = stadium_digest(play.stadium);
    assert_int_equal(play_people(&play, SMALL_PLACES, 1), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "readings.zones.place");
    assert_int_equal(play_people(&play, 0, 1000001), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "readings.zones.people");
    assert_int_equal(play_passed(&play, SMALL_GATES, 1, 1), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "readings.turnstiles.gate");
    assert_int_equal(play_queue(&play, SMALL_GATES + SMALL_FACILITIES, 1, 1), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "readings.queues.queue");
    assert_int_equal(stadium_digest(play.stadium), digest);
}

static enum status from_source(const char *name, uint64_t sequence)
{
    struct source source = { .last_sequence = sequence };
    snprintf(source.name, sizeof(source.name), "%s", name);
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .sources = &source, .source_count = 1 };
    return play_command(&play, command);
}

static void a_source_is_known_by_how_far_it_was_taken(void **state)
{
    (void)state;
    uint32_t count;
    assert_int_equal(from_source("sim", 7), STATUS_OK);
    assert_non_null(play_fact(&play, FACT_SOURCE_ADDED));
    assert_int_equal(from_source("camera.1", 1), STATUS_OK);
    assert_int_equal(from_source("sim", 8), STATUS_OK);
    assert_null(play_fact(&play, FACT_SOURCE_ADDED));
    assert_int_equal(stadium_source_find(play.stadium, "sim")->last_sequence, 8);
    assert_string_equal(stadium_sources(play.stadium, &count)[1].name, "camera.1");
    assert_int_equal(count, 2);
    assert_null(stadium_source_find(play.stadium, "si"));
    assert_int_equal(from_source("sim", 8), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "readings.sequence");
    assert_int_equal(from_source("", 1), STATUS_BAD_FIELD);
    assert_int_equal(from_source("a b", 1), STATUS_BAD_FIELD);
}

static void new_sources_in_one_tick_are_told_apart(void **state)
{
    (void)state;
    struct source sources[3] = { { "a", 1 }, { "b", 2 }, { "c", 3 } };
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .sources = sources, .source_count = 3 };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(stadium_source_find(play.stadium, "b")->last_sequence, 2);
    assert_int_equal(stadium_source_find(play.stadium, "c")->last_sequence, 3);
    strcpy(sources[0].name, "d");
    strcpy(sources[1].name, "d");
    sources[2].last_sequence = 4;
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_null(stadium_source_find(play.stadium, "d"));
}

static void one_source_too_many_is_refused(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.sources = 2;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    assert_int_equal(from_source("a", 1), STATUS_OK);
    assert_int_equal(from_source("b", 1), STATUS_OK);
    assert_int_equal(from_source("c", 1), STATUS_SOURCES_FULL);
    assert_int_equal(from_source("a", 2), STATUS_OK);
}

static void time_without_readings_yields_nothing(void **state)
{
    (void)state;
    uint64_t seq = stadium_seq(play.stadium);
    struct command command = { .kind = COMMAND_TICK };
    play.now_ms += 60000;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(stadium_seq(play.stadium), seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(people_give_density_and_level, start, stop),
        cmocka_unit_test_setup_teardown(a_zone_of_lines_is_on_the_scale_of_queues, start, stop),
        cmocka_unit_test_setup_teardown(a_level_is_the_expected_one, start, stop),
        cmocka_unit_test_setup_teardown(safety_falls_from_level_c_to_congestion, start, stop),
        cmocka_unit_test_setup_teardown(whoever_is_outside_is_not_inside, start, stop),
        cmocka_unit_test_setup_teardown(a_reading_out_of_bounds_is_refused_whole, start, stop),
        cmocka_unit_test_setup_teardown(a_source_is_known_by_how_far_it_was_taken, start, stop),
        cmocka_unit_test_setup_teardown(new_sources_in_one_tick_are_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(one_source_too_many_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(time_without_readings_yields_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
