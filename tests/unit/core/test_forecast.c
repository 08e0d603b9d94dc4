#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <string.h>

static enum status phase_until(enum phase_kind kind, int64_t ends_ms)
{
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase =
        (struct phase){ .kind = kind, .started_ms = play.now_ms, .ends_ms = ends_ms };
    return play_command(&play, command);
}

static uint32_t ahead(int horizon, uint32_t zone)
{
    return stadium_forecast(play.stadium)->ahead[horizon].v[zone];
}

static void there_is_none_without_a_phase(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 50);
    assert_int_equal(stadium_forecast(play.stadium)->at_ms, 0);
    assert_int_equal(stadium_forecast_scores(play.stadium)->made, 0);
}

static void it_is_made_twice_a_minute_while_readings_come(void **state)
{
    (void)state;
    phase_until(PHASE_ENTRY, 0);
    for (int i = 0; i < 61; i++, play.now_ms += 1000) {
        play_people(&play, SMALL_NORTH, 50);
        assert_int_equal(play_fact(&play, FACT_CROWD_FORECAST) != NULL, i % 30 == 0);
    }
    assert_int_equal(stadium_forecast_scores(play.stadium)->made, 3);
    assert_int_equal(ahead(1, SMALL_NORTH),
                     50000 * 2 / 3); /* Of 0, 50 and 50: readings count next. */
}

static void whoever_leaves_is_gone_in_time(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 100);
    phase_until(PHASE_EGRESS, 0);
    play_people(&play, SMALL_NORTH, 100);
    assert_true(ahead(0, SMALL_NORTH) < 100000);
    assert_int_equal(ahead(2, SMALL_NORTH), 0);
}

static void whoever_stays_for_now_is_in_nobodys_way(void **state)
{
    (void)state;
    static const uint32_t south = 1;
    play_people(&play, SMALL_NORTH, 10);
    play_people(&play, SMALL_B1, 4000);
    play_phase(&play, PHASE_EVACUATION);
    play_people(&play, SMALL_NORTH, 10);
    const uint32_t all = ahead(0, SMALL_NORTH);
    assert_true(all > 0);
    play_stage(&play, (struct u32s){ &south, 1 });
    play_wait(&play, FORECAST_EVERY_MS);
    play_people(&play, SMALL_NORTH, 10);
    assert_true(ahead(0, SMALL_NORTH) < all);
}

static void a_break_ends_and_people_sit_down(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 100);
    phase_until(PHASE_BREAK, play.now_ms + 900000);
    play.now_ms += 300000;
    play_people(&play, SMALL_NORTH, 100);
    assert_in_range(ahead(0, SMALL_NORTH), 49000, 50000); /* Half of what is left of it. */
    assert_int_equal(ahead(1, SMALL_NORTH), 0);
}

static void half_time_is_seen_coming(void **state)
{
    (void)state;
    play_people(&play, SMALL_B1, 400);
    phase_until(PHASE_PLAY, play.now_ms + 600000);
    play_people(&play, SMALL_B1, 400);
    assert_int_equal(ahead(0, SMALL_NORTH), 0);
    assert_true(ahead(1, SMALL_NORTH) > 0);
}

static void what_came_true_is_judged(void **state)
{
    (void)state;
    phase_until(PHASE_ENTRY, 0);
    for (int i = 0; i <= 1800; i += 30, play.now_ms += 30000)
        play_people(&play, SMALL_NORTH, i < 900 ? 100 : 50);
    const struct forecast_scores *scores = stadium_forecast_scores(play.stadium);
    assert_true(scores->of[0].zones > 40 && scores->of[1].zones > 20);
    assert_in_range(scores->of[2].zones, 0, 1);
    assert_true(scores->of[1].persistence_milli > 0);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    stadium_check(play.stadium);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_is_none_without_a_phase, start, stop),
        cmocka_unit_test_setup_teardown(it_is_made_twice_a_minute_while_readings_come, start, stop),
        cmocka_unit_test_setup_teardown(whoever_leaves_is_gone_in_time, start, stop),
        cmocka_unit_test_setup_teardown(whoever_stays_for_now_is_in_nobodys_way, start, stop),
        cmocka_unit_test_setup_teardown(a_break_ends_and_people_sit_down, start, stop),
        cmocka_unit_test_setup_teardown(half_time_is_seen_coming, start, stop),
        cmocka_unit_test_setup_teardown(what_came_true_is_judged, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
