#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_join.h"
#include "tests/support/play_tickets.h"
#include "tests/support/play_wait.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

enum { SEATS = SMALL_BLOCKS * SMALL_SEATS, AT_ONCE = 10, HOLDS = SEATS / AT_ONCE };

static struct id holds[HOLDS];

/* Every seat is held by somebody, ten by ten, and one can wait. */
static struct id sold_out(uint32_t claim_s)
{
    struct id event = play_event(&play);
    for (uint32_t i = 0; i < HOLDS; i++) {
        uint32_t seats[AT_ONCE];
        for (uint32_t k = 0; k < AT_ONCE; k++)
            seats[k] = i * AT_ONCE + k;
        assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ seats, AT_ONCE }, &holds[i]),
                         STATUS_OK);
    }
    assert_int_equal(play_set_waitlist(&play, event, 0, claim_s), STATUS_OK);
    return event;
}

static uint32_t state_of(struct id event, const char *person)
{
    const struct wait *wait = play_wait_of(&play, event, person);
    return wait ? wait->state : 0;
}

static void release(uint32_t hold)
{
    assert_int_equal(play_release(&play, holds[hold], "ann"), STATUS_OK);
    play_settle(&play);
}

static void who_waits_longest_is_offered_first(void **state)
{
    (void)state;
    struct id event = sold_out(0);
    assert_int_equal(play_enter_waitlist(&play, event, "bob", 0, 4), STATUS_OK);
    assert_int_equal(play_enter_waitlist(&play, event, "cyd", 0, 4), STATUS_OK);
    assert_int_equal(play_enter_waitlist(&play, event, "dee", 0, 4), STATUS_OK);
    assert_int_equal(play_enter_waitlist(&play, event, "bob", 0, 4), STATUS_ALREADY_WAITING);
    assert_int_equal(state_of(event, "bob"), WAIT_WAITING);
    release(3);
    assert_int_equal(state_of(event, "bob"), WAIT_OFFERED);
    assert_int_equal(state_of(event, "cyd"), WAIT_OFFERED);
    assert_int_equal(state_of(event, "dee"), WAIT_WAITING); /* Two are left. */
    const struct seathold *hold =
        stadium_hold_find(play.stadium, play_wait_of(&play, event, "bob")->hold_id);
    assert_string_equal(hold->person, "bob");
    assert_int_equal(hold->seat_count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(hold->seats[i], 30 + i); /* Side by side. */
    assert_int_equal(hold->expires_ms, stadium_event_find(play.stadium, event)->starts_ms);
    assert_int_equal(play_extend(&play, hold->id), STATUS_OK);
    assert_int_equal(hold->expires_ms, stadium_event_find(play.stadium, event)->starts_ms);
    assert_int_equal(stadium_waitlist(play.stadium, 0)->waiting, 1);
}

static void an_offer_is_paid_for_declined_or_expires(void **state)
{
    (void)state;
    struct id event = sold_out(300);
    static const char *const people[] = { "bob", "cyd", "dee", "eve" };
    for (int i = 0; i < 4; i++)
        play_enter_waitlist(&play, event, people[i], 0, 10);
    release(0);
    const struct wait *bob = play_wait_of(&play, event, "bob");
    assert_int_equal(play_confirm(&play, bob->hold_id, NULL), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(bob->state, WAIT_PURCHASED);
    release(1);
    assert_int_equal(state_of(event, "cyd"), WAIT_OFFERED);
    assert_int_equal(play_leave_waitlist(&play, event, "cyd"), STATUS_OK);
    play_settle(&play);
    assert_int_equal(state_of(event, "cyd"), WAIT_DECLINED);
    assert_int_equal(state_of(event, "dee"), WAIT_OFFERED); /* The next in line. */
    play.now_ms += 300 * 1000 - 1;
    play_settle(&play);
    assert_int_equal(state_of(event, "dee"), WAIT_OFFERED);
    play.now_ms += 1;
    play_settle(&play);
    assert_int_equal(state_of(event, "dee"), WAIT_EXPIRED);
    assert_int_equal(state_of(event, "eve"), WAIT_OFFERED);
    /* Nobody is promoted twice: they enter anew, at the end. */
    assert_int_equal(play_enter_waitlist(&play, event, "dee", 0, 1), STATUS_OK);
    assert_int_equal(play_leave_waitlist(&play, event, "dee"), STATUS_OK);
    assert_int_equal(state_of(event, "dee"), WAIT_CANCELLED);
    assert_int_equal(play_leave_waitlist(&play, event, "dee"), STATUS_NOT_WAITING);
}

static void a_smaller_party_is_offered_what_a_larger_one_cannot_use(void **state)
{
    (void)state;
    struct id event = sold_out(0);
    play_enter_waitlist(&play, event, "bob", 0, 16);
    play_enter_waitlist(&play, event, "cyd", 0, 3);
    release(5);
    assert_int_equal(state_of(event, "bob"), WAIT_WAITING);
    assert_int_equal(state_of(event, "cyd"), WAIT_OFFERED);
    release(9);
    assert_int_equal(state_of(event, "bob"), WAIT_OFFERED);
}

static void a_bulk_release_serves_all_it_can(void **state)
{
    (void)state;
    enum { PEOPLE = 60 };
    char name[16];
    struct id event = sold_out(0);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(play_enter_waitlist(&play, event, name, 0, 2), STATUS_OK);
    }
    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(play_release(&play, holds[i], "ann"), STATUS_OK);
    play_settle(&play);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(state_of(event, name), i < 50 ? WAIT_OFFERED : WAIT_WAITING);
    }
    assert_int_equal(stadium_event_find(play.stadium, event)->held, SEATS);
}

static void a_quota_that_grows_by_k_offers_k(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    assert_int_equal(play_quota(&play, event, "Lawn", 2), STATUS_OK);
    assert_int_equal(
        play_type(&play, event, &(struct ticket_type){ .name = "Lawn", .general = 1, .quotas = 1 }),
        STATUS_OK);
    const uint32_t types[] = { 1, 1 }, seats[] = { NO_SEAT, NO_SEAT };
    const struct wanted_lines lines = { .seats = { seats, 2 }, .types = { types, 2 } };
    assert_int_equal(play_hold_lines(&play, event, "ann", &lines, "", &hold), STATUS_OK);
    assert_int_equal(play_set_waitlist(&play, event, 0, 0), STATUS_OK);
    char name[16];
    for (uint32_t i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(play_enter_waitlist(&play, event, name, 1, 1), STATUS_OK);
    }
    assert_int_equal(play_enter_waitlist(&play, event, "bob", 0, 1), STATUS_WAITLIST_NEEDLESS);
    assert_int_equal(play_quota_grows(&play, event, 5), STATUS_OK);
    play_settle(&play);
    for (uint32_t i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(state_of(event, name), i < 3 ? WAIT_OFFERED : WAIT_WAITING);
    }
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    play_settle(&play);
    assert_int_equal(state_of(event, "p4"), WAIT_OFFERED);
}

/* Somebody asks in the millisecond in which a hold ends, or between its release and the offer. */
static void nobody_comes_before_who_waits(void **state)
{
    (void)state;
    struct id event = sold_out(0);
    uint32_t seat = 0;
    const struct u32s one = { &seat, 1 };
    play_enter_waitlist(&play, event, "bob", 0, AT_ONCE);
    play_release(&play, holds[0], "ann");
    assert_int_equal(play_hold(&play, event, "dee", one, NULL), STATUS_SOLD_OUT);
    play_settle(&play);
    assert_int_equal(state_of(event, "bob"), WAIT_OFFERED);
    play_enter_waitlist(&play, event, "cyd", 0, AT_ONCE);
    seat = AT_ONCE;
    play.now_ms = stadium_hold_find(play.stadium, holds[1])->expires_ms;
    assert_int_equal(play_hold(&play, event, "dee", one, NULL), STATUS_SEAT_TAKEN);
    play_settle(&play);
    assert_int_equal(state_of(event, "cyd"), WAIT_OFFERED);
    seat = 2 * AT_ONCE; /* Nobody waits any more. */
    assert_int_equal(play_hold(&play, event, "dee", one, NULL), STATUS_OK);
}

static void who_may_not_any_more_is_passed_over(void **state)
{
    (void)state;
    struct id event = sold_out(0);
    play_enter_waitlist(&play, event, "bob", 0, 2);
    play_enter_waitlist(&play, event, "cyd", 0, 2);
    play_ban(&play, event, "bob", 0);
    release(0);
    assert_int_equal(state_of(event, "bob"), WAIT_DECLINED);
    assert_int_equal(state_of(event, "cyd"), WAIT_OFFERED);
    assert_int_equal(play_enter_waitlist(&play, event, "bob", 0, 2), STATUS_BANNED);
}

static void waiting_ends_with_the_event(void **state)
{
    (void)state;
    struct id event = sold_out(0);
    play_enter_waitlist(&play, event, "bob", 0, 2);
    play_enter_waitlist(&play, event, "cyd", 0, 10);
    play_enter_waitlist(&play, event, "dee", 0, 10);
    release(0);
    assert_int_equal(state_of(event, "bob"), WAIT_OFFERED);
    play_cancel(&play, event);
    play_settle(&play);
    assert_int_equal(state_of(event, "bob"), WAIT_DECLINED);
    assert_int_equal(state_of(event, "cyd"), WAIT_EXPIRED);
    assert_int_equal(state_of(event, "dee"), WAIT_EXPIRED);
    assert_int_equal(play_enter_waitlist(&play, event, "eve", 0, 2), STATUS_EVENT_CANCELLED);
    assert_int_equal(stadium_due(play.stadium), STADIUM_NEVER);
}

static void only_so_many_may_wait(void **state)
{
    (void)state;
    char name[16];
    struct id event = sold_out(0), other = play_event(&play);
    for (uint32_t i = 0; i <= 100; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(play_enter_waitlist(&play, event, name, 0, 1),
                         i < 100 ? STATUS_OK : STATUS_WAITLIST_FULL);
    }
    assert_int_equal(play_enter_waitlist(&play, other, "bob", 0, 1), STATUS_WAITLIST_CLOSED);
    play_set_waitlist(&play, other, 5, 0);
    assert_int_equal(play_enter_waitlist(&play, other, "bob", 0, 1), STATUS_WAITLIST_NEEDLESS);
    assert_int_equal(play_enter_waitlist(&play, other, "bob", 1, 1), STATUS_UNKNOWN_TICKET_TYPE);
    assert_int_equal(play_enter_waitlist(&play, other, "bob", 0, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_set_waitlist(&play, other, 5, 59), STATUS_BAD_FIELD);
}

static void a_replayed_waitlist_is_the_same(void **state)
{
    (void)state;
    char name[16];
    struct id event = sold_out(300);
    for (uint32_t i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        play_enter_waitlist(&play, event, name, 0, 1 + i % 5);
    }
    release(0);
    release(1);
    play_wait(&play, 400 * 1000);
    assert_int_equal(play_replayed_digest(&play), stadium_digest(play.stadium));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_waits_longest_is_offered_first, start, stop),
        cmocka_unit_test_setup_teardown(an_offer_is_paid_for_declined_or_expires, start, stop),
        cmocka_unit_test_setup_teardown(a_smaller_party_is_offered_what_a_larger_one_cannot_use,
                                        start, stop),
        cmocka_unit_test_setup_teardown(a_bulk_release_serves_all_it_can, start, stop),
        cmocka_unit_test_setup_teardown(a_quota_that_grows_by_k_offers_k, start, stop),
        cmocka_unit_test_setup_teardown(nobody_comes_before_who_waits, start, stop),
        cmocka_unit_test_setup_teardown(who_may_not_any_more_is_passed_over, start, stop),
        cmocka_unit_test_setup_teardown(waiting_ends_with_the_event, start, stop),
        cmocka_unit_test_setup_teardown(only_so_many_may_wait, start, stop),
        cmocka_unit_test_setup_teardown(a_replayed_waitlist_is_the_same, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
