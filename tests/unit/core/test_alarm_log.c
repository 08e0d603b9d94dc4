#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <string.h>

enum { HOUR_MS = 3600 * 1000 };

static struct alarm_summary summary(uint32_t operators)
{
    return alarm_summarise(play.stadium, play.now_ms, HOUR_MS, operators);
}

/* North at level F until it raises, then empty until it clears. */
static void crowd_and_ease(void)
{
    play_people(&play, SMALL_NORTH, 300);
    play_wait(&play, 35000);
    play_people(&play, SMALL_NORTH, 10);
    play_wait(&play, 21000);
}

static void nothing_was_raised(void **state)
{
    (void)state;
    const struct alarm_summary s = summary(1);
    assert_int_equal(s.raised, 0);
    assert_int_equal(s.flood_milli, 0);
    assert_int_equal(s.worst_count, 0);
    assert_false(alarm_flooded(play.stadium, play.now_ms));
}

static void what_was_raised_is_counted(void **state)
{
    (void)state;
    crowd_and_ease();
    play_people(&play, SMALL_NORTH, 380); /* 3.8 p/m2 */
    play_wait(&play, 12000);
    play_acknowledge(&play, 2);
    const struct alarm_summary s = summary(1);
    assert_int_equal(s.raised, 2);
    assert_int_equal(s.medium, 1);
    assert_int_equal(s.high, 1);
    assert_int_equal(s.open, 1);
    assert_int_equal(s.acknowledged, 1);
    assert_int_equal(s.peak_10min, 2);
    assert_int_equal(s.last_10min, 2);
    assert_int_equal(s.worst_count, 1);
    assert_int_equal(s.worst[0].subject, SMALL_NORTH);
    assert_int_equal(s.worst[0].raised, 2);
    play.now_ms += 2 * HOUR_MS;
    assert_int_equal(summary(1).raised, 0);
    assert_int_equal(summary(1).standing, 1);
}

static void four_people_a_square_metre_are_found_in_three_seconds(void **state)
{
    (void)state;
    uint32_t count;
    play_people(&play, SMALL_NORTH, 400);
    play_wait(&play, 2750);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 0);
    play_wait(&play, 500);
    assert_int_equal(stadium_alarms(play.stadium, &count)[0].priority, ALARM_HIGH);
    assert_int_equal(count, 1);
}

static void what_chatters_has_to_hold_for_longer(void **state)
{
    (void)state;
    uint32_t count;
    for (int i = 0; i < ALARM_CHATTER; i++)
        crowd_and_ease();
    assert_int_equal(summary(1).chattering, 1);
    play_people(&play, SMALL_NORTH, 300);
    play_wait(&play, 15000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 0);
    play_wait(&play, 16000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

static void a_gate_that_is_shut_says_what_its_zone_would(void **state)
{
    (void)state;
    uint32_t count;
    const uint32_t zone = stadium_venue(play.stadium)->gates[0].zone_inside;
    play_people(&play, zone, 300);
    play_gate(&play, 0, GATE_CLOSED);
    play_settle(&play);
    play_wait(&play, 30000);
    const struct alarm *alarms = stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
    assert_int_equal(alarms[0].kind, ALARM_GATE_CLOSED);
    assert_int_equal(summary(1).suppressed, 1);
    play_people(&play, zone, 380); /* High is said in any case. */
    play_wait(&play, 1000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 2);
}

static void nobody_waits_for_food_while_people_leave(void **state)
{
    (void)state;
    uint32_t count;
    play_queue(&play, 0, 10000, 0);
    play_phase(&play, PHASE_EGRESS);
    play_wait(&play, 40000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 0);
    assert_int_equal(summary(1).suppressed, 1);
    play_phase(&play, PHASE_BREAK);
    play_wait(&play, 1000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
}

static void raise(uint32_t number, int64_t at_ms)
{
    struct fact fact = { .kind = FACT_ALARM_RAISED, .time_ms = at_ms };
    fact.as.alarm_raised = (struct alarm){ .number = number,
                                           .kind = ALARM_QUEUE,
                                           .priority = ALARM_LOW,
                                           .subject = 0,
                                           .since_ms = at_ms };
    stadium_evolve(play.stadium, &fact);
    fact = (struct fact){ .kind = FACT_ALARM_CLEARED, .time_ms = at_ms };
    fact.as.alarm_cleared.number = number;
    stadium_evolve(play.stadium, &fact);
}

static void eleven_in_ten_minutes_are_a_flood(void **state)
{
    (void)state;
    const int64_t begin_ms = play.now_ms + 1000;
    for (uint32_t i = 0; i < ALARM_FLOOD; i++)
        raise(i + 1, begin_ms + i * 1000);
    play.now_ms = begin_ms + 60000;
    assert_false(alarm_flooded(play.stadium, play.now_ms));
    raise(ALARM_FLOOD + 1, play.now_ms);
    assert_true(alarm_flooded(play.stadium, play.now_ms));
    /* The first of them leaves the window ten minutes after it came. */
    assert_true(alarm_flooded(play.stadium, begin_ms + ALARM_FLOOD_MS - 1));
    assert_false(alarm_flooded(play.stadium, begin_ms + ALARM_FLOOD_MS));
    play.now_ms = begin_ms + HOUR_MS;
    struct alarm_summary s = summary(1);
    assert_int_equal(s.peak_10min, 11);
    /* From 1:00 to 10:00 of the hour. */
    assert_int_equal(s.flood_milli, 540 * 1000 / 3600);
    s = summary(2);
    assert_int_equal(s.flood_milli, 0);
}

static void low_ones_are_held_back_in_a_flood(void **state)
{
    (void)state;
    uint32_t count;
    const int64_t begin_ms = play.now_ms + 1000;
    for (uint32_t i = 0; i <= ALARM_FLOOD; i++)
        raise(i + 1, begin_ms);
    play.now_ms += 2000;
    play_queue(&play, 0, 10000, 0);
    play_wait(&play, 60000);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 0);
    assert_int_equal(summary(1).suppressed, 1);
    /* It ends by itself: nothing else happens then. */
    play_wait(&play, begin_ms + ALARM_FLOOD_MS - 250 - play.now_ms);
    stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 0);
    play_wait(&play, 500);
    assert_int_equal(stadium_alarms(play.stadium, &count)[0].priority, ALARM_LOW);
    assert_int_equal(count, 1);
}

static void an_alarm_says_where_and_what_is_to_come(void **state)
{
    (void)state;
    uint32_t count;
    char text[200];
    play_phase(&play, PHASE_EGRESS);
    play_people(&play, SMALL_NORTH, 300);
    play.now_ms += 30000;
    play_people(&play, SMALL_NORTH, 300);
    play_settle(&play);
    const struct alarm *alarms = stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
    assert_string_equal(alarm_place(play.stadium, &alarms[0]),
                        venue_place_name(stadium_venue(play.stadium), SMALL_NORTH));
    assert_true(alarm_predicted_ms(play.stadium, &alarms[0]) > play.now_ms);
    alarm_prediction(play.stadium, &alarms[0], text, sizeof(text));
    assert_non_null(strstr(text, "eased in "));
}

static void a_shut_gates_word_is_of_the_stage(void **state)
{
    (void)state;
    static const uint32_t block = 0;
    uint32_t count;
    char text[200];
    play_people(&play, SMALL_B1, 50);
    play_gate(&play, 1, GATE_CLOSED);
    play_phase(&play, PHASE_EVACUATION);
    play_settle(&play);
    const struct alarm *alarms = stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
    alarm_prediction(play.stadium, &alarms[0], text, sizeof(text));
    assert_string_equal(text, "not everybody out within 30 min, or nobody knows");
    play_stage(&play, (struct u32s){ &block, 1 });
    alarm_prediction(play.stadium, &alarms[0], text, sizeof(text));
    assert_string_equal(text, "not this stage out within 30 min, or nobody knows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_was_raised, start, stop),
        cmocka_unit_test_setup_teardown(what_was_raised_is_counted, start, stop),
        cmocka_unit_test_setup_teardown(four_people_a_square_metre_are_found_in_three_seconds,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_chatters_has_to_hold_for_longer, start, stop),
        cmocka_unit_test_setup_teardown(a_gate_that_is_shut_says_what_its_zone_would, start, stop),
        cmocka_unit_test_setup_teardown(nobody_waits_for_food_while_people_leave, start, stop),
        cmocka_unit_test_setup_teardown(eleven_in_ten_minutes_are_a_flood, start, stop),
        cmocka_unit_test_setup_teardown(low_ones_are_held_back_in_a_flood, start, stop),
        cmocka_unit_test_setup_teardown(an_alarm_says_where_and_what_is_to_come, start, stop),
        cmocka_unit_test_setup_teardown(a_shut_gates_word_is_of_the_stage, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
