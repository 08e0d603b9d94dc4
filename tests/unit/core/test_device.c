#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_device.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

static const struct alarm *alarms(uint32_t *count)
{
    return stadium_alarms(play.stadium, count);
}

static uint32_t alarm_count(void)
{
    uint32_t count;
    alarms(&count);
    return count;
}

/* The only one that is open. */
static const struct alarm *alarm(void)
{
    uint32_t count;
    const struct alarm *list = alarms(&count);
    assert_int_equal(count, 1);
    return list;
}

static const char *cause(void)
{
    static char text[200];
    alarm_cause(play.stadium, alarm(), text, sizeof(text));
    return text;
}

static const char *title(void)
{
    static char text[200];
    alarm_title(play.stadium, alarm(), text, sizeof(text));
    return text;
}

static const struct device *device(const char *id)
{
    uint32_t count;
    const uint32_t index = stadium_device_find(play.stadium, id);
    assert_true(index != STADIUM_NONE);
    return &stadium_devices(play.stadium, &count)[index];
}

/* 14:41:00 of some day. */
static void set_clock(void)
{
    play.now_ms = INT64_C(1778942460000);
}

static void a_device_is_registered_updated_and_retired(void **state)
{
    (void)state;
    struct set_device form = play_device_form("cam-1", SMALL_NORTH);
    assert_int_equal(play_set_device(&play, &form), STATUS_OK);
    assert_int_equal(device("cam-1")->state, DEVICE_NEW);
    assert_int_equal(device("cam-1")->key[3], 4);
    assert_int_equal(device("cam-1")->key_number, 1);
    assert_int_equal(play_set_device(&play, &form), STATUS_DEVICE_EXISTS);
    form.is_new = false;
    form.is.gate = 2;
    form.is.interval_ms = 500;
    assert_int_equal(play_set_device(&play, &form), STATUS_OK);
    assert_int_equal(device("cam-1")->is.interval_ms, 500);
    assert_int_equal(device_place(play.stadium, device("cam-1")), SMALL_SOUTH); /* The gate's. */
    assert_int_equal(device("cam-1")->key_number, 1);
    assert_int_equal(play_tend_device(&play, COMMAND_ROTATE_DEVICE, "cam-1"), STATUS_OK);
    assert_int_equal(device("cam-1")->key[3], 8);
    assert_int_equal(device("cam-1")->key_number, 2);
    assert_string_equal(device("cam-1")->is.by, "desk 1");
    assert_int_equal(play_tend_device(&play, COMMAND_RETIRE_DEVICE, "cam-1"), STATUS_OK);
    assert_int_equal(stadium_device_find(play.stadium, "cam-1"), STADIUM_NONE);
    assert_int_equal(play_tend_device(&play, COMMAND_RETIRE_DEVICE, "cam-1"),
                     STATUS_UNKNOWN_DEVICE);
    assert_int_equal(play_set_device(&play, &form), STATUS_UNKNOWN_DEVICE);
    form.is_new = true;
    assert_int_equal(play_set_device(&play, &form), STATUS_OK);
    uint32_t count;
    stadium_devices(play.stadium, &count);
    assert_int_equal(count, 1); /* Its old row. */
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    play_gateway(&play, "gw");
    play_device_behind(&play, "cam", "gw");
    struct {
        struct set_device form;
        enum status wanted;
        const char *field;
    } cases[10];
    for (int i = 0; i < 10; i++)
        cases[i].form = play_device_form("new", SMALL_NORTH);
    snprintf(cases[0].form.is.id, sizeof(cases[0].form.is.id), "a b");
    cases[0].wanted = STATUS_BAD_FIELD, cases[0].field = "device.device_id";
    cases[1].form.is.kind = 0;
    cases[1].wanted = STATUS_BAD_FIELD, cases[1].field = "device.kind";
    cases[2].form.is.kind = DEVICE_OTHER + 1;
    cases[2].wanted = STATUS_BAD_FIELD, cases[2].field = "device.kind";
    cases[3].form.is.place = SMALL_PLACES + 1;
    cases[3].wanted = STATUS_BAD_FIELD, cases[3].field = "device.place";
    cases[4].form.is.gate = SMALL_GATES + 1;
    cases[4].wanted = STATUS_UNKNOWN_GATE, cases[4].field = "device.gate";
    cases[5].form.is.interval_ms = 99;
    cases[5].wanted = STATUS_BAD_FIELD, cases[5].field = "device.interval_ms";
    cases[6].form.is.interval_ms = DEVICE_INTERVAL_MOST_MS + 1;
    cases[6].wanted = STATUS_BAD_FIELD, cases[6].field = "device.interval_ms";
    strcpy(cases[7].form.gateway, "nobody");
    cases[7].wanted = STATUS_UNKNOWN_DEVICE, cases[7].field = "device.gateway";
    strcpy(cases[8].form.gateway, "cam"); /* Which is none. */
    cases[8].wanted = STATUS_UNKNOWN_DEVICE, cases[8].field = "device.gateway";
    strcpy(cases[9].form.gateway, "gw");
    cases[9].form.is.kind = DEVICE_GATEWAY;
    cases[9].wanted = STATUS_BAD_FIELD, cases[9].field = "device.gateway";
    for (int i = 0; i < 10; i++) {
        assert_int_equal(play_set_device(&play, &cases[i].form), cases[i].wanted);
        assert_string_equal(play.facts.refusal.field, cases[i].field);
    }
    /* One that others are behind stays what it is. */
    struct set_device form = play_device_form("gw", SMALL_NORTH);
    form.is_new = false;
    assert_int_equal(play_set_device(&play, &form), STATUS_DEVICE_STATE);
    assert_int_equal(play_tend_device(&play, COMMAND_RETIRE_DEVICE, "gw"), STATUS_DEVICE_STATE);
    play_tend_device(&play, COMMAND_RETIRE_DEVICE, "cam");
    assert_int_equal(play_tend_device(&play, COMMAND_RETIRE_DEVICE, "gw"), STATUS_OK);
}

static void only_what_is_news_of_a_device_is_a_fact(void **state)
{
    (void)state;
    play_device(&play, "cam-1", SMALL_NORTH);
    play_silent(&play, 0, 1); /* Never heard: it cannot fall silent. */
    assert_int_equal(play.facts.count, 0);
    play_heard(&play, 0, 1);
    assert_non_null(play_fact(&play, FACT_DEVICES_HEARD));
    assert_int_equal(device("cam-1")->state, DEVICE_ONLINE);
    play_heard(&play, 0, 1);
    assert_int_equal(play.facts.count, 0);
    play_silent(&play, 0, 2); /* One of which is not there. */
    assert_int_equal(play.facts.count, 1);
    assert_int_equal(play.facts.items[0].as.devices_silent.device.count, 1);
    assert_int_equal(device("cam-1")->state, DEVICE_OFFLINE);
    play_silent(&play, 0, 1);
    assert_int_equal(play.facts.count, 0);
    play_registration(&play, true);
    assert_int_equal(play.facts.count, 1);
    assert_true(stadium_registration_required(play.stadium));
    play_registration(&play, true);
    assert_int_equal(play.facts.count, 0);
}

static void a_silent_device_is_one_alarm_until_it_speaks(void **state)
{
    (void)state;
    set_clock();
    play_device(&play, "cam-1", SMALL_NORTH);
    play_heard(&play, 0, 1);
    play_wait(&play, 30000);
    assert_int_equal(alarm_count(), 0);
    play_silent(&play, 0, 1);
    play_wait(&play, 9750); /* One more interval. */
    assert_int_equal(alarm_count(), 0);
    play_wait(&play, 250);
    assert_int_equal(alarm()->kind, ALARM_DEVICE_SILENT);
    assert_int_equal(alarm()->priority, ALARM_LOW);
    assert_int_equal(alarm()->subject, 0);
    assert_string_equal(alarm_place(play.stadium, alarm()), "North");
    assert_string_equal(
        cause(), "cam-1 at North was last heard at 14:41:00 UTC; it is to be heard every 10 s");
    assert_string_equal(title(), "cam-1 is silent");
    assert_int_equal(device("cam-1")->alarm, 1);
    play_wait(&play, 600000);
    assert_int_equal(alarm_count(), 1);
    play_heard(&play, 0, 1);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    assert_int_equal(device("cam-1")->alarm, 0);
}

static void one_that_is_retired_has_no_alarm(void **state)
{
    (void)state;
    play_device(&play, "cam-1", SMALL_NORTH);
    play_heard(&play, 0, 1);
    play_silent(&play, 0, 1);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 1);
    play_tend_device(&play, COMMAND_RETIRE_DEVICE, "cam-1");
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
}

static void many_in_a_place_are_one_alarm(void **state)
{
    (void)state;
    set_clock();
    char id[16];
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof(id), "cam-%d", i);
        play_device(&play, id, i < 12 ? SMALL_NORTH : SMALL_SOUTH);
    }
    play_heard(&play, 0, 20);
    play_silent(&play, 0, 1); /* It was the first, and has its own. */
    play_wait(&play, 10000);
    assert_int_equal(alarm()->kind, ALARM_DEVICE_SILENT);
    play_silent(&play, 1, 9);
    play_settle(&play);
    assert_int_equal(alarm()->kind, ALARM_PLACE_SILENT);
    assert_int_equal(alarm()->priority, ALARM_MEDIUM);
    assert_int_equal(alarm()->subject, SMALL_NORTH);
    play_wait(&play, 60000);
    assert_string_equal(cause(), "10 of 12 devices in North are silent since 14:41:10 UTC");
    assert_string_equal(title(), "Sensors in North are silent");
    assert_int_equal(alarms_suppressed(play.stadium, play.now_ms), 10);
    /* The south is another matter: two are no group. */
    play_silent(&play, 12, 2);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 3);
    play_heard(&play, 12, 2);
    play_heard(&play, 1, 8);
    play_settle(&play);
    assert_int_equal(alarm()->kind, ALARM_PLACE_SILENT); /* Two still are. */
    play_heard(&play, 9, 1);
    play_settle(&play);
    assert_int_equal(alarm()->kind, ALARM_DEVICE_SILENT); /* The last one is itself again. */
    assert_int_equal(alarm()->subject, 0);
    play_heard(&play, 0, 1);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
}

/* They share nothing that anybody knows of: each would be an alarm, and all together a flood. */
static void many_that_are_nowhere_do_not_bury_other_alarms(void **state)
{
    (void)state;
    struct set_device form = play_device_form("", 0);
    form.is.place = 0;
    for (int i = 0; i < 60; i++) {
        snprintf(form.is.id, sizeof(form.is.id), "cam-%d", i);
        play_set_device(&play, &form);
    }
    play_heard(&play, 0, 60);
    play_silent(&play, 0, 60);
    play_people(&play, SMALL_NORTH, 217);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), ALARM_FLOOD + 1);
    uint32_t count;
    assert_int_equal(alarms(&count)[0].kind, ALARM_DENSITY);
    assert_int_equal(alarms_suppressed(play.stadium, play.now_ms), 60 - ALARM_FLOOD);
    play_wait(&play, 60000);
    assert_int_equal(alarm_count(), ALARM_FLOOD + 1);
}

static void a_gateway_speaks_for_those_behind_it(void **state)
{
    (void)state;
    set_clock();
    char id[16];
    play_gateway(&play, "gw");
    for (int i = 0; i < 8; i++) {
        snprintf(id, sizeof(id), "cam-%d", i);
        play_device_behind(&play, id, "gw");
    }
    play_heard(&play, 0, 9);
    /* The gateway and one more are enough. */
    play_silent(&play, 0, 2);
    play_settle(&play);
    assert_int_equal(alarm()->kind, ALARM_GATEWAY_SILENT);
    assert_int_equal(alarm()->subject, 0);
    assert_string_equal(alarm_place(play.stadium, alarm()), "gw");
    play_silent(&play, 2, 7);
    play_wait(&play, 60000);
    assert_string_equal(cause(), "9 of 9 devices of gateway gw are silent since 14:41:00 UTC");
    assert_string_equal(title(), "Gateway gw is silent");
    play_heard(&play, 0, 9);
    play_settle(&play);
    assert_int_equal(alarm_count(), 0);
    /* Two of those behind it are not. */
    play_silent(&play, 1, 2);
    play_wait(&play, 10000);
    assert_int_equal(alarm_count(), 2);
}

static void a_journal_with_devices_gives_the_same_again(void **state)
{
    (void)state;
    play_gateway(&play, "gw");
    play_device_behind(&play, "cam-1", "gw");
    play_device(&play, "cam-2", SMALL_SOUTH);
    play_registration(&play, true);
    play_heard(&play, 0, 3);
    play_silent(&play, 0, 3);
    play_wait(&play, 11000);
    play_tend_device(&play, COMMAND_ROTATE_DEVICE, "cam-2");
    play_tend_device(&play, COMMAND_RETIRE_DEVICE, "cam-2");
    play_settle(&play);
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_device_is_registered_updated_and_retired, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(only_what_is_news_of_a_device_is_a_fact, start, stop),
        cmocka_unit_test_setup_teardown(a_silent_device_is_one_alarm_until_it_speaks, start, stop),
        cmocka_unit_test_setup_teardown(one_that_is_retired_has_no_alarm, start, stop),
        cmocka_unit_test_setup_teardown(many_in_a_place_are_one_alarm, start, stop),
        cmocka_unit_test_setup_teardown(many_that_are_nowhere_do_not_bury_other_alarms, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_gateway_speaks_for_those_behind_it, start, stop),
        cmocka_unit_test_setup_teardown(a_journal_with_devices_gives_the_same_again, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
