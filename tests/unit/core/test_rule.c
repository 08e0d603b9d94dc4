#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_rule.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

static uint32_t alarm_count(void)
{
    uint32_t count;
    stadium_alarms(play.stadium, &count);
    return count;
}

/* The only one that is open. */
static const struct alarm *alarm(void)
{
    uint32_t count;
    const struct alarm *list = stadium_alarms(play.stadium, &count);
    assert_int_equal(count, 1);
    assert_int_equal(list->kind, ALARM_RULE);
    return list;
}

static const char *cause(void)
{
    static char text[400];
    alarm_cause(play.stadium, alarm(), text, sizeof(text));
    return text;
}

static const char *title(void)
{
    static char text[400];
    alarm_title(play.stadium, alarm(), text, sizeof(text));
    return text;
}

static const struct rule *rule(const char *name)
{
    uint32_t count;
    const uint32_t row = stadium_rule_find(play.stadium, name);
    assert_true(row != STADIUM_NONE);
    return &stadium_rules(play.stadium, &count)[row];
}

/* 16:41:00 of some day: what the alarm says is easy to check. */
static void set_clock(void)
{
    play.now_ms = INT64_C(1778942460000) + 2 * 60 * 60 * 1000;
}

static void what_holds_for_long_enough_is_an_alarm_that_explains_itself(void **state)
{
    (void)state;
    char text[200];
    const struct rule_set form = play_rule_form("north", SMALL_NORTH);
    set_clock();
    assert_int_equal(play_set_rule(&play, &form), STATUS_OK);
    play_people(&play, SMALL_NORTH, 199); /* Of 100 m2. */
    play_wait(&play, 60000);
    assert_int_equal(alarm_count(), 0);
    play_people(&play, SMALL_NORTH, 200);
    play_wait(&play, 29750);
    assert_int_equal(alarm_count(), 0);
    play_wait(&play, 250);
    assert_int_equal(alarm()->priority, ALARM_HIGH);
    assert_int_equal(alarm()->subject, 0);
    assert_int_equal(alarm_value_milli(play.stadium, alarm()), 2000);
    play_people(&play, SMALL_NORTH, 215);
    assert_string_equal(title(), "Busy");
    assert_string_equal(cause(), "Busy (rule north): density of North is 2.15 p/m², at or above 2 "
                                 "since 16:42:00 UTC");
    alarm_action(play.stadium, alarm(), text, sizeof(text));
    assert_string_equal(text, "Open the side doors");
    assert_string_equal(alarm_place(play.stadium, alarm()), "North");
    assert_int_equal(rule("north")->alarm, 1);
}

static void a_break_begins_it_anew(void **state)
{
    (void)state;
    const struct rule_set form = play_rule_form("north", SMALL_NORTH);
    play_set_rule(&play, &form);
    for (int i = 0; i < 5; i++) {
        play_people(&play, SMALL_NORTH, 210);
        play_wait(&play, 29000);
        play_people(&play, SMALL_NORTH, 199);
        play_wait(&play, 250);
    }
    assert_int_equal(alarm_count(), 0);
}

static void it_clears_beyond_the_band_and_is_dead_for_a_while(void **state)
{
    (void)state;
    const struct rule_set form = play_rule_form("north", SMALL_NORTH);
    play_set_rule(&play, &form);
    play_people(&play, SMALL_NORTH, 210);
    play_wait(&play, 30000);
    assert_int_equal(alarm_count(), 1);
    play_people(&play, SMALL_NORTH, 151); /* In the band. */
    play_wait(&play, 60000);
    assert_int_equal(alarm_count(), 1);
    play_people(&play, SMALL_NORTH, 150);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    play_people(&play, SMALL_NORTH, 210);
    play_wait(&play, 119750);
    assert_int_equal(alarm_count(), 0);
    play_wait(&play, 250);
    assert_int_equal(alarm()->number, 2);
}

static void too_little_is_a_rule_too(void **state)
{
    (void)state;
    struct rule_set form = play_rule_form("steady", 0);
    form.metric = RULE_FLOW_IN;
    form.below = 1;
    form.threshold_milli = 10000;
    form.clear_milli = 20000;
    form.hold_ms = 10000;
    set_clock();
    play_passed(&play, 0, 50, 0);
    assert_int_equal(play_set_rule(&play, &form), STATUS_OK);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 0);
    play_wait(&play, 35000); /* The window of 30 s is empty by then. */
    assert_non_null(strstr(cause(), "flow in at G1 is 0 p/min, at or below 10 since "));
    play_passed(&play, 0, 50, 0);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
}

static void what_devices_measure_raises_and_clears(void **state)
{
    (void)state;
    const struct rule_set form = play_measured_form("heat");
    set_clock();
    play_set_rule(&play, &form);
    assert_int_equal(rule("heat")->known, 0);
    play_measured(&play, 0, 39900);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    play_measured(&play, 0, 41250);
    play_settle(&play);
    assert_string_equal(cause(), "Too hot (rule heat): temperature_c of cam-1 is 41.25, at or "
                                 "above 40 since 16:41:00 UTC");
    play_measured(&play, 0, 36000);
    play_settle(&play);
    assert_int_equal(alarm_count(), 1);
    play_measured(&play, 0, -5000);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    assert_int_equal(rule("heat")->value_milli, -5000);
    /* Rules of other metrics, and those that are not there, are not told. */
    const struct rule_set other = play_rule_form("north", SMALL_NORTH);
    play_set_rule(&play, &other);
    play_measured(&play, 1, 41250);
    assert_int_equal(play.facts.count, 0);
    play_measured(&play, 2, 41250);
    assert_int_equal(play.facts.count, 0);
}

static void a_rule_that_is_set_anew_or_deleted_takes_its_alarm_along(void **state)
{
    (void)state;
    struct rule_set form = play_measured_form("heat");
    play_set_rule(&play, &form);
    play_measured(&play, 0, 41250);
    play_settle(&play);
    assert_int_equal(alarm_count(), 1);
    form.threshold_milli = 50000;
    assert_int_equal(play_set_rule(&play, &form), STATUS_OK);
    assert_int_equal(alarm_count(), 0);
    assert_int_equal(rule("heat")->known, 0);
    play_measured(&play, 0, 51000);
    play_settle(&play);
    assert_int_equal(alarm_count(), 1);
    assert_int_equal(play_delete_rule(&play, "heat"), STATUS_OK);
    assert_int_equal(alarm_count(), 0);
    assert_int_equal(play_delete_rule(&play, "heat"), STATUS_UNKNOWN_RULE);
    /* Its row is free again. */
    const struct rule_set other = play_rule_form("north", SMALL_NORTH);
    play_set_rule(&play, &other);
    assert_int_equal(rule("north")->is.rule, 0);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct rule_set forms[14];
    static const char *const fields[14] = {
        "rule.name",      "rule.name",  "rule.metric",   "rule.metric", "rule.subject",
        "rule.clear",     "rule.clear", "rule.hold_s",   "rule.dead_s", "rule.priority",
        "rule.threshold", "rule.text",  "rule.quantity", "rule.device",
    };
    for (int i = 0; i < 12; i++)
        forms[i] = play_rule_form("north", SMALL_NORTH);
    forms[12] = forms[13] = play_measured_form("heat");
    snprintf(forms[0].name, sizeof(forms[0].name), "a b");
    forms[1].name[0] = 0;
    forms[2].metric = 0;
    forms[3].metric = RULE_MEASURED + 1;
    forms[4].subject = SMALL_ZONES; /* A block has no density. */
    forms[5].clear_milli = 2001;
    forms[6].below = 1;
    forms[7].hold_ms = RULE_HOLD_MOST_MS + 1;
    forms[8].dead_ms = RULE_DEAD_MOST_MS + 1;
    forms[9].priority = 0;
    forms[10].threshold_milli = RULE_VALUE_MOST_MILLI + 1;
    snprintf(forms[11].text, sizeof(forms[11].text), "  ");
    snprintf(forms[12].quantity, sizeof(forms[12].quantity), "Heat");
    forms[13].device[0] = 0;
    for (int i = 0; i < 14; i++) {
        assert_int_equal(play_set_rule(&play, &forms[i]), STATUS_BAD_FIELD);
        assert_string_equal(play.facts.refusal.field, fields[i]);
    }
}

static void there_are_no_more_rules_than_allowed(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    struct rule_set form = play_rule_form("", SMALL_NORTH);
    for (uint32_t i = 0; i < limits.rules; i++) {
        snprintf(form.name, sizeof(form.name), "rule-%u", i);
        assert_int_equal(play_set_rule(&play, &form), STATUS_OK);
    }
    assert_int_equal(play_set_rule(&play, &form), STATUS_OK); /* One that is there. */
    snprintf(form.name, sizeof(form.name), "one-more");
    assert_int_equal(play_set_rule(&play, &form), STATUS_RULES_FULL);
    play_delete_rule(&play, "rule-7");
    assert_int_equal(play_set_rule(&play, &form), STATUS_OK);
    assert_int_equal(rule("one-more")->is.rule, 7);
}

static void a_journal_with_rules_gives_the_same_again(void **state)
{
    (void)state;
    const struct rule_set north = play_rule_form("north", SMALL_NORTH);
    const struct rule_set heat = play_measured_form("heat");
    play_set_rule(&play, &north);
    play_set_rule(&play, &heat);
    play_people(&play, SMALL_NORTH, 210);
    play_measured(&play, 1, 41000);
    play_wait(&play, 31000);
    assert_int_equal(alarm_count(), 2);
    play_delete_rule(&play, "north");
    play_measured(&play, 1, 20000);
    play_settle(&play);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_holds_for_long_enough_is_an_alarm_that_explains_itself,
                                        start, stop),
        cmocka_unit_test_setup_teardown(a_break_begins_it_anew, start, stop),
        cmocka_unit_test_setup_teardown(it_clears_beyond_the_band_and_is_dead_for_a_while, start,
                                        stop),
        cmocka_unit_test_setup_teardown(too_little_is_a_rule_too, start, stop),
        cmocka_unit_test_setup_teardown(what_devices_measure_raises_and_clears, start, stop),
        cmocka_unit_test_setup_teardown(a_rule_that_is_set_anew_or_deleted_takes_its_alarm_along,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(there_are_no_more_rules_than_allowed, start, stop),
        cmocka_unit_test_setup_teardown(a_journal_with_rules_gives_the_same_again, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
