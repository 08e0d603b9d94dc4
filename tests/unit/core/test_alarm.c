#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <string.h>

static uint32_t alarm_count(void)
{
    uint32_t count;
    stadium_alarms(play.stadium, &count);
    return count;
}

static const struct alarm *worst(void)
{
    uint32_t count;
    const struct alarm *alarms = stadium_alarms(play.stadium, &count);
    assert_true(count > 0);
    return &alarms[0];
}

static const char *cause(void)
{
    static char text[200];
    alarm_cause(play.stadium, worst(), text, sizeof(text));
    return text;
}

static const char *action(void)
{
    static char text[200];
    alarm_action(play.stadium, worst(), text, sizeof(text));
    return text;
}

static void density_alarms_after_ten_seconds(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    int64_t began_ms = play.now_ms;
    play_wait(&play, 9750);
    assert_int_equal(alarm_count(), 0);
    play_wait(&play, 250);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->kind, ALARM_DENSITY);
    assert_int_equal(worst()->priority, ALARM_MEDIUM);
    assert_int_equal(worst()->subject, SMALL_NORTH);
    assert_int_equal(worst()->since_ms, began_ms);
    assert_int_equal(worst()->number, 1);
    assert_int_equal(alarm_value_milli(play.stadium, worst()), 2170);
    assert_string_equal(cause(), "North at 2.2 p/m²");
    assert_string_equal(action(), "Hold people back from North; make room through Stairs");
}

static void a_short_peak_is_no_alarm(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        play_people(&play, SMALL_NORTH, 250);
        play_wait(&play, 9000);
        play_people(&play, SMALL_NORTH, 210);
        play_wait(&play, 1000);
    }
    assert_int_equal(alarm_count(), 0);
}

static void density_clears_below_the_deadband_after_twenty_seconds(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 250);
    play_wait(&play, 10000);
    play_people(&play, SMALL_NORTH, 200); /* Below F, above what clears. */
    play_wait(&play, 60000);
    assert_int_equal(alarm_count(), 1);
    play_people(&play, SMALL_NORTH, 189);
    play_wait(&play, 19750);
    assert_int_equal(alarm_count(), 1);
    play_wait(&play, 250);
    assert_int_equal(alarm_count(), 0);
    /* The next one has the next number. */
    play_people(&play, SMALL_NORTH, 250);
    play_wait(&play, 10000);
    assert_int_equal(worst()->number, 2);
}

static void density_escalates_and_stays_high(void **state)
{
    (void)state;
    play_people(&play, SMALL_SOUTH, 300);
    play_people(&play, SMALL_NORTH, 300);
    play_wait(&play, 10000);
    assert_int_equal(worst()->subject, SMALL_NORTH);
    play_people(&play, SMALL_SOUTH, 350);
    play_settle(&play);
    assert_int_equal(alarm_count(), 2);
    assert_int_equal(worst()->subject, SMALL_SOUTH);
    assert_int_equal(worst()->priority, ALARM_HIGH);
    play_people(&play, SMALL_SOUTH, 300);
    play_settle(&play);
    assert_int_equal(worst()->priority, ALARM_HIGH);
}

static void a_closed_gate_alarms_while_people_are_inside(void **state)
{
    (void)state;
    play_gate(&play, 1, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    play_people(&play, SMALL_B2, 412);
    play_settle(&play);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->kind, ALARM_GATE_CLOSED);
    assert_int_equal(worst()->priority, ALARM_MEDIUM);
    assert_string_equal(cause(), "G2 is closed with 412 people inside");
    assert_string_equal(action(), "Open G2, or post stewards there and send people to G1");
    play_phase(&play, PHASE_EGRESS);
    play_settle(&play);
    assert_int_equal(worst()->priority, ALARM_HIGH);
    play_people(&play, SMALL_B2, 0);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    play_people(&play, SMALL_B2, 5);
    play_settle(&play);
    assert_int_equal(alarm_count(), 1);
    play_gate(&play, 1, GATE_OPEN);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
}

static void a_long_line_at_a_gate_alarms_after_thirty_seconds(void **state)
{
    (void)state;
    play_queue(&play, SMALL_FACILITIES + 1, 241, 0); /* 120 a minute: 121 s */
    play_wait(&play, 250);
    assert_int_equal(alarm_count(), 0);
    for (int i = 0; i < 120; i++) {
        play_passed(&play, 1, 0, i % 3 == 0);
        play_wait(&play, 250);
    }
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->kind, ALARM_QUEUE);
    assert_int_equal(worst()->priority, ALARM_MEDIUM);
    assert_int_equal(worst()->subject, SMALL_FACILITIES + 1);
    assert_string_equal(action(), "Send people from G2 to G1, where the wait is 0 s");
    /* Closing it leaves the alarm that it is closed, and that one goes. */
    play_people(&play, SMALL_B2, 5);
    play_gate(&play, 1, GATE_CLOSED);
    play_wait(&play, 60250);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->kind, ALARM_GATE_CLOSED);
}

static void a_long_line_at_a_facility_alarms_low_and_clears_by_a_deadband(void **state)
{
    (void)state;
    play_queue(&play, 0, 41, 0); /* 8 a minute: 308 s */
    play_wait(&play, 30000);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->priority, ALARM_LOW);
    assert_string_equal(cause(), "41 people wait 5 min 8 s at Pies North");
    assert_string_equal(
        action(), "Staff Pies North fully, or send people to Pies South, where the wait is 0 s");
    play_queue(&play, 0, 33, 8); /* 248 s: not yet 80 % */
    play_wait(&play, 1000);
    play_queue(&play, 0, 0, 8);
    play_wait(&play, 59000);
    assert_int_equal(alarm_count(), 1);
    play_wait(&play, 1000);
    assert_int_equal(alarm_count(), 0);
}

static void no_more_alarms_are_open_than_allowed(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.alarms = 2;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    play_people(&play, SMALL_B1, 1);
    for (uint32_t i = 0; i < SMALL_GATES; i++)
        play_gate(&play, i, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(alarm_count(), 2);
    play_gate(&play, 0, GATE_OPEN);
    play_settle(&play);
    assert_int_equal(alarm_count(), 2);
    assert_int_equal(worst()->subject, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(density_alarms_after_ten_seconds, start, stop),
        cmocka_unit_test_setup_teardown(a_short_peak_is_no_alarm, start, stop),
        cmocka_unit_test_setup_teardown(density_clears_below_the_deadband_after_twenty_seconds,
                                        start, stop),
        cmocka_unit_test_setup_teardown(density_escalates_and_stays_high, start, stop),
        cmocka_unit_test_setup_teardown(a_closed_gate_alarms_while_people_are_inside, start, stop),
        cmocka_unit_test_setup_teardown(a_long_line_at_a_gate_alarms_after_thirty_seconds, start,
                                        stop),
        cmocka_unit_test_setup_teardown(
            a_long_line_at_a_facility_alarms_low_and_clears_by_a_deadband, start, stop),
        cmocka_unit_test_setup_teardown(no_more_alarms_are_open_than_allowed, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
