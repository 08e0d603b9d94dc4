#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include "server/core/alarm_log.h"

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
    assert_string_equal(action(), "Hold people back; make room through Stairs");
}

/* Of 100 m2; the north as an aisle. */
static void people_who_queue_in_an_aisle_are_no_alarm_until_they_are_packed(void **state)
{
    (void)state;
    struct small_venue small;
    small_venue_init(&small);
    small.zones[SMALL_NORTH].kind = ZONE_AISLE;
    play_fini(&play);
    play_init(&play, NULL);
    play_import_venue(&play, &small);
    play_people(&play, SMALL_NORTH, 469);
    play_wait(&play, 60000);
    assert_int_equal(alarm_count(), 0);
    play_people(&play, SMALL_NORTH, 470);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->priority, ALARM_MEDIUM);
    play_people(&play, SMALL_NORTH, 550);
    play_wait(&play, 1000);
    assert_int_equal(worst()->priority, ALARM_HIGH);
    play_people(&play, SMALL_NORTH, 189);
    play_wait(&play, 20000);
    assert_int_equal(alarm_count(), 0);
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
    /* G3 is here, G1 is 100 m or 74 s away: worth it once the line here is longer. */
    assert_string_equal(action(), "Open G2, or post stewards and send people to G3 (0:00)");
    play_queue(&play, SMALL_FACILITIES + 2, 36, 0);
    assert_string_equal(action(), "Open G2, or post stewards and send people to G3 (1:12)");
    play_queue(&play, SMALL_FACILITIES + 2, 38, 0);
    assert_string_equal(action(), "Open G2, or post stewards and send people to G1 (0:00)");
    play_queue(&play, SMALL_FACILITIES + 2, 0, 0);
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
    assert_string_equal(action(), "Send people to G3 (0:00)");
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
    assert_string_equal(cause(), "41 people wait 5:08 at Pies North");
    assert_string_equal(action(), "Staff it fully, or send people to Pies South (0:00)");
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

/* ---- What operators do --------------------------------------------------------------------- */

static const struct alarm_answer *answer(void)
{
    return alarm_answer(play.stadium, worst()->number);
}

static void an_alarm_is_acknowledged_once(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    assert_int_equal(answer()->acknowledged_ms, 0);
    assert_int_equal(play_acknowledge(&play, 1), STATUS_OK);
    int64_t then_ms = play.now_ms;
    assert_int_equal(answer()->acknowledged_ms, then_ms);
    assert_string_equal(answer()->acknowledged_by, "desk 1");
    play_wait(&play, 1000);
    assert_int_equal(play_acknowledge(&play, 1), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(answer()->acknowledged_ms, then_ms);
}

static void only_open_alarms_are_answered(void **state)
{
    (void)state;
    assert_int_equal(play_acknowledge(&play, 1), STATUS_UNKNOWN_ALARM);
    assert_string_equal(play.facts.refusal.field, "number");
    assert_int_equal(play_shelve(&play, 1, 1000), STATUS_UNKNOWN_ALARM);
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    play_acknowledge(&play, 1);
    play_people(&play, SMALL_NORTH, 0);
    play_wait(&play, 20000);
    assert_int_equal(alarm_count(), 0);
    assert_int_equal(play_acknowledge(&play, 1), STATUS_UNKNOWN_ALARM);
    /* The next one about the same zone is another: nobody has seen it. */
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    assert_int_equal(answer()->acknowledged_ms, 0);
}

static void a_shelf_has_an_end_and_the_alarm_wants_somebody_again(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    play_acknowledge(&play, 1);
    assert_int_equal(play_shelve(&play, 1, 60000), STATUS_OK);
    assert_int_equal(answer()->shelved_until_ms, play.now_ms + 60000);
    assert_string_equal(answer()->shelved_by, "desk 2");
    assert_string_equal(answer()->shelved_reason, "known");
    assert_int_equal(alarm_count(), 1); /* Shelved, not hidden. */
    play_wait(&play, 59750);
    assert_true(answer()->shelved_until_ms > 0);
    play_wait(&play, 250);
    assert_int_equal(answer()->shelved_until_ms, 0);
    assert_int_equal(answer()->acknowledged_ms, 0);
}

static void an_operator_takes_it_off_the_shelf(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    assert_int_equal(play_shelve(&play, 1, 0), STATUS_OK); /* It is not on it. */
    assert_int_equal(play.facts.count, 0);
    play_shelve(&play, 1, 60000);
    play_shelve(&play, 1, 0);
    const struct fact *fact = play_fact(&play, FACT_ALARM_UNSHELVED);
    assert_non_null(fact);
    assert_string_equal(fact->as.alarm_unshelved.caller, "desk 2");
    assert_int_equal(answer()->shelved_until_ms, 0);
}

static void a_shelf_needs_a_reason_and_a_bound(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    struct command command = { .kind = COMMAND_SHELVE_ALARM };
    command.as.shelve_alarm = (struct shelve_alarm){ 1, 1000, "desk", "  " };
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "reason");
    assert_int_equal(play_shelve(&play, 1, SHELVE_MAX_MS + 1), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "duration_s");
    assert_int_equal(play_shelve(&play, 1, SHELVE_MAX_MS), STATUS_OK);
}

static void an_escalated_alarm_wants_somebody_again(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    play_acknowledge(&play, 1);
    play_shelve(&play, 1, 600000);
    play_people(&play, SMALL_NORTH, 350);
    play_settle(&play);
    assert_int_equal(worst()->priority, ALARM_HIGH);
    assert_int_equal(answer()->acknowledged_ms, 0);
    assert_int_equal(answer()->shelved_until_ms, 0);
}

/* North and the stairs beside it are packed, 25 people on 10 m2 of stairs are level F. */
static void neighbours_that_are_packed_are_one_alarm(void **state)
{
    (void)state;
    uint32_t members[ALARM_JAM_ZONES];
    play_people(&play, SMALL_STAIRS, 30);
    play_wait(&play, 11000);
    play_people(&play, SMALL_NORTH, 250);
    play_wait(&play, 30000);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->subject, SMALL_STAIRS);
    assert_int_equal(alarm_members(play.stadium, worst(), members), 1);
    assert_int_equal(members[0], SMALL_NORTH);
    assert_string_equal(cause(), "Stairs at 3.0 p/m², with North at 2.5");
    /* It lasts when what was found first is over. */
    play_people(&play, SMALL_STAIRS, 5);
    play_wait(&play, 250);
    assert_int_equal(alarm_count(), 2);
    play_wait(&play, 20000);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->subject, SMALL_NORTH);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

static void of_zones_that_are_packed_at_once_the_worst_is_told(void **state)
{
    (void)state;
    uint32_t members[ALARM_JAM_ZONES];
    play_people(&play, SMALL_SOUTH, 370);
    play_people(&play, SMALL_STAIRS, 30);
    play_people(&play, SMALL_NORTH, 250);
    play_wait(&play, 11000);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(worst()->subject, SMALL_SOUTH);
    assert_int_equal(alarm_members(play.stadium, worst(), members), 2);
    assert_int_equal(members[0], SMALL_STAIRS); /* The nearest first. */
    assert_int_equal(members[1], SMALL_NORTH);
    assert_string_equal(cause(), "South at 3.7 p/m², with Stairs at 3.0 and 1 more");
    assert_int_equal(alarm_summarise(play.stadium, play.now_ms, 60000, 1).suppressed, 2);
}

/* As soon as the member would have raised one of its own. */
static void a_member_that_gets_worse_makes_its_alarm_worse(void **state)
{
    (void)state;
    play_people(&play, SMALL_STAIRS, 30);
    play_wait(&play, 11000);
    play_acknowledge(&play, worst()->number);
    play_people(&play, SMALL_NORTH, 370);
    play_wait(&play, 9500);
    assert_int_equal(worst()->priority, ALARM_MEDIUM);
    play_wait(&play, 750);
    assert_int_equal(worst()->priority, ALARM_HIGH);
    assert_int_equal(alarm_answer(play.stadium, worst()->number)->acknowledged_ms, 0);
    assert_int_equal(alarm_count(), 1);
}

static void a_crush_is_told_beside_any_jam(void **state)
{
    (void)state;
    play_people(&play, SMALL_STAIRS, 36); /* High, and no crush. */
    play_wait(&play, 11000);
    play_people(&play, SMALL_NORTH, 410);
    play_wait(&play, 2750);
    assert_int_equal(alarm_count(), 1);
    play_wait(&play, 500);
    assert_int_equal(alarm_count(), 2);
    play_people(&play, SMALL_SOUTH, 450); /* Two openings from North, which is told as one. */
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 2);
}

static void an_alarm_on_the_shelf_speaks_for_nobody(void **state)
{
    (void)state;
    uint32_t members[ALARM_JAM_ZONES];
    play_people(&play, SMALL_STAIRS, 30);
    play_wait(&play, 11000);
    play_shelve(&play, worst()->number, 60000);
    play_people(&play, SMALL_NORTH, 250);
    play_wait(&play, 11000);
    assert_int_equal(alarm_count(), 2);
    assert_int_equal(alarm_members(play.stadium, worst(), members), 0);
}

static void what_is_packed_apart_is_another_jam(void **state)
{
    (void)state;
    play_people(&play, SMALL_NORTH, 250);
    play_people(&play, SMALL_SOUTH, 250); /* The stairs between them are free. */
    play_wait(&play, 11000);
    assert_int_equal(alarm_count(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(density_alarms_after_ten_seconds, start, stop),
        cmocka_unit_test_setup_teardown(
            people_who_queue_in_an_aisle_are_no_alarm_until_they_are_packed, start, stop),
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
        cmocka_unit_test_setup_teardown(an_alarm_is_acknowledged_once, start, stop),
        cmocka_unit_test_setup_teardown(only_open_alarms_are_answered, start, stop),
        cmocka_unit_test_setup_teardown(a_shelf_has_an_end_and_the_alarm_wants_somebody_again,
                                        start, stop),
        cmocka_unit_test_setup_teardown(an_operator_takes_it_off_the_shelf, start, stop),
        cmocka_unit_test_setup_teardown(a_shelf_needs_a_reason_and_a_bound, start, stop),
        cmocka_unit_test_setup_teardown(an_escalated_alarm_wants_somebody_again, start, stop),
        cmocka_unit_test_setup_teardown(neighbours_that_are_packed_are_one_alarm, start, stop),
        cmocka_unit_test_setup_teardown(of_zones_that_are_packed_at_once_the_worst_is_told, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_member_that_gets_worse_makes_its_alarm_worse, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_crush_is_told_beside_any_jam, start, stop),
        cmocka_unit_test_setup_teardown(an_alarm_on_the_shelf_speaks_for_nobody, start, stop),
        cmocka_unit_test_setup_teardown(what_is_packed_apart_is_another_jam, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
