#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_join.h"
#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

static struct id open_event(uint32_t capacity)
{
    struct id event = play_event(&play);
    assert_int_equal(play_set_joining(&play, event, capacity), STATUS_OK);
    return event;
}

static const char *nth(uint32_t n)
{
    static char name[16];
    snprintf(name, sizeof(name), "p%u", n);
    return name;
}

static uint32_t join_all(struct id event, uint32_t count, enum status expected)
{
    uint32_t said = 0;
    for (uint32_t i = 0; i < count; i++)
        said += play_join(&play, event, nth(i)) == expected;
    return said;
}

static void fifty_join_at_once_with_a_capacity_of_ten(void **state)
{
    (void)state;
    struct id event = open_event(10);
    assert_int_equal(join_all(event, 50, STATUS_EVENT_FULL), 20);
    assert_int_equal(play_joining(&play, event)->active, 10);
    assert_int_equal(play_joining(&play, event)->waiting, 20);
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(play_join_state(&play, event, nth(i)), i < 10   ? JOIN_ACTIVE
                                                                : i < 30 ? JOIN_WAITLISTED
                                                                         : 0);
}

static void one_joins_thirty_times(void **state)
{
    (void)state;
    struct id event = open_event(10);
    for (int i = 0; i < 30; i++)
        assert_int_equal(play_join(&play, event, "ann"),
                         i == 0 ? STATUS_OK : STATUS_ALREADY_JOINED);
    assert_int_equal(play_joining(&play, event)->active, 1);
}

static void a_cancel_promotes_the_second_exactly_once(void **state)
{
    (void)state;
    struct id event = open_event(1);
    assert_int_equal(join_all(event, 22, STATUS_EVENT_FULL), 1);
    assert_int_equal(play_join_state(&play, event, nth(20)), JOIN_WAITLISTED);
    assert_int_equal(play_join_state(&play, event, nth(21)), 0);
    assert_int_equal(play_unjoin(&play, event, nth(0)), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(1)), JOIN_ACTIVE);
    assert_int_equal(play_join_state(&play, event, nth(2)), JOIN_WAITLISTED);
    assert_int_equal(play_unjoin(&play, event, nth(0)), STATUS_NOT_JOINED);
    play_settle(&play);
    assert_int_equal(play_joining(&play, event)->active, 1);
    assert_int_equal(play_joining(&play, event)->waiting, 19);
    /* Again, at the end of the line. */
    assert_int_equal(play_join(&play, event, nth(0)), STATUS_OK);
    assert_int_equal(play_join_state(&play, event, nth(0)), JOIN_WAITLISTED);
    assert_int_equal(play_unjoin(&play, event, nth(1)), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(2)), JOIN_ACTIVE);
}

static void a_capacity_raised_by_k_promotes_k(void **state)
{
    (void)state;
    struct id event = open_event(2);
    join_all(event, 12, STATUS_OK);
    assert_int_equal(play_set_joining(&play, event, 7), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_joining(&play, event)->active, 7);
    for (uint32_t i = 0; i < 12; i++)
        assert_int_equal(play_join_state(&play, event, nth(i)),
                         i < 7 ? JOIN_ACTIVE : JOIN_WAITLISTED);
    assert_int_equal(play_set_joining(&play, event, 6), STATUS_CAPACITY_BELOW_JOINED);
    assert_string_equal(play.facts.refusal.field, "capacity");
    assert_int_equal(play_set_joining(&play, event, 0), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_joining(&play, event)->active, 12);
}

static void who_is_new_does_not_overtake_who_waits(void **state)
{
    (void)state;
    struct id event = open_event(1);
    join_all(event, 2, STATUS_OK);
    play_unjoin(&play, event, nth(0)); /* Before any tick: */
    assert_int_equal(play_join(&play, event, "new"), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(1)), JOIN_ACTIVE);
    assert_int_equal(play_join_state(&play, event, "new"), JOIN_WAITLISTED);
}

static void when_the_first_waiter_is_no_longer_valid_the_next_is_promoted(void **state)
{
    (void)state;
    struct id event = open_event(1);
    join_all(event, 4, STATUS_OK);
    assert_int_equal(play_ban(&play, event, nth(1), 0), STATUS_OK);
    assert_int_equal(play_join_state(&play, event, nth(1)), JOIN_REJECTED);
    assert_int_equal(play_unjoin(&play, event, nth(0)), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(2)), JOIN_ACTIVE);
    assert_int_equal(play_joining(&play, event)->waiting, 1);
}

static void a_ban_ends_by_itself(void **state)
{
    (void)state;
    const uint32_t seat = 3;
    struct id event = open_event(0);
    const int64_t until_ms = play.now_ms + 5000;
    assert_int_equal(play_join(&play, event, "ann"), STATUS_OK);
    assert_int_equal(play_ban(&play, event, "ann", until_ms), STATUS_OK);
    assert_int_equal(play_join_state(&play, event, "ann"), JOIN_REJECTED);
    play.now_ms = until_ms - 1;
    assert_int_equal(play_join(&play, event, "ann"), STATUS_BANNED);
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ &seat, 1 }, NULL),
                     STATUS_BANNED);
    assert_int_equal(play_hold(&play, event, "bob", (struct u32s){ &seat, 1 }, NULL), STATUS_OK);
    assert_int_equal(play_join(&play, play_event(&play), "ann"), STATUS_JOINING_CLOSED);
    play.now_ms = until_ms;
    assert_int_equal(play_join(&play, event, "ann"), STATUS_OK);
}

static void a_ban_is_lifted(void **state)
{
    (void)state;
    struct id event = open_event(0);
    assert_int_equal(play_ban(&play, event, "ann", 0), STATUS_OK);
    play_wait(&play, 10000);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_BANNED);
    assert_int_equal(play_unban(&play, event, "ann"), STATUS_OK);
    assert_int_equal(play_unban(&play, event, "ann"), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_OK);
    assert_int_equal(play_ban(&play, event, "ann", play.now_ms), STATUS_BAD_FIELD);
    assert_int_equal(play_ban(&play, event, "ann", 0), STATUS_OK);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_BANNED);
}

static void who_is_kicked_may_come_again(void **state)
{
    (void)state;
    struct id event = open_event(1);
    join_all(event, 2, STATUS_OK);
    assert_int_equal(play_kick(&play, event, nth(0)), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(0)), JOIN_REJECTED);
    assert_int_equal(play_join_state(&play, event, nth(1)), JOIN_ACTIVE);
    assert_int_equal(play_kick(&play, event, "nobody"), STATUS_NOT_JOINED);
    assert_int_equal(play_join(&play, event, nth(0)), STATUS_OK);
}

static void waiting_ends_when_it_begins(void **state)
{
    (void)state;
    struct id event = open_event(1), other = open_event(1);
    join_all(event, 3, STATUS_OK);
    join_all(other, 3, STATUS_OK);
    play_cancel(&play, other);
    play_settle(&play);
    assert_int_equal(play_join_state(&play, other, nth(2)), JOIN_EXPIRED);
    play.now_ms = stadium_event_find(play.stadium, event)->starts_ms;
    play_settle(&play);
    assert_int_equal(play_join_state(&play, event, nth(0)), JOIN_ACTIVE);
    assert_int_equal(play_join_state(&play, event, nth(1)), JOIN_EXPIRED);
    assert_int_equal(play_join(&play, event, "late"), STATUS_EVENT_FULL);
    assert_int_equal(stadium_due(play.stadium), STADIUM_NEVER);
}

static void an_event_is_open_or_it_is_not(void **state)
{
    (void)state;
    struct id event = play_event(&play), draft = play_id(&play);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_JOINING_CLOSED);
    assert_int_equal(play_join(&play, draft, "ann"), STATUS_UNKNOWN_EVENT);
    struct create_event form = play_event_form(&play);
    play_create(&play, &form);
    assert_int_equal(play_set_joining(&play, form.id, 5), STATUS_OK);
    assert_int_equal(play_join(&play, form.id, "ann"), STATUS_EVENT_STATE);
    struct command command = { .kind = COMMAND_SET_JOINING };
    command.as.set_joining = (struct set_joining){ .event = event, .waitlist = 1001 };
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    command.as.set_joining = (struct set_joining){ .event = event, .closed = 1 };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_JOINING_CLOSED);
    play_cancel(&play, event);
    assert_int_equal(play_join(&play, event, "ann"), STATUS_EVENT_CANCELLED);
    assert_int_equal(play_set_joining(&play, event, 5), STATUS_EVENT_CANCELLED);
}

static void replayed_joins_are_the_same(void **state)
{
    (void)state;
    struct id event = open_event(3);
    join_all(event, 20, STATUS_OK);
    for (uint32_t i = 0; i < 20; i += 3)
        play_unjoin(&play, event, nth(i));
    play_ban(&play, event, nth(4), play.now_ms + 1000);
    play_settle(&play);
    play_wait(&play, 2000);
    play_join(&play, event, nth(4));
    assert_int_equal(play_replayed_digest(&play), stadium_digest(play.stadium));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fifty_join_at_once_with_a_capacity_of_ten, start, stop),
        cmocka_unit_test_setup_teardown(one_joins_thirty_times, start, stop),
        cmocka_unit_test_setup_teardown(a_cancel_promotes_the_second_exactly_once, start, stop),
        cmocka_unit_test_setup_teardown(a_capacity_raised_by_k_promotes_k, start, stop),
        cmocka_unit_test_setup_teardown(who_is_new_does_not_overtake_who_waits, start, stop),
        cmocka_unit_test_setup_teardown(
            when_the_first_waiter_is_no_longer_valid_the_next_is_promoted, start, stop),
        cmocka_unit_test_setup_teardown(a_ban_ends_by_itself, start, stop),
        cmocka_unit_test_setup_teardown(a_ban_is_lifted, start, stop),
        cmocka_unit_test_setup_teardown(who_is_kicked_may_come_again, start, stop),
        cmocka_unit_test_setup_teardown(waiting_ends_when_it_begins, start, stop),
        cmocka_unit_test_setup_teardown(an_event_is_open_or_it_is_not, start, stop),
        cmocka_unit_test_setup_teardown(replayed_joins_are_the_same, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
