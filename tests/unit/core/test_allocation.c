#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/seat_choice.h"
#include "tests/support/play_allocation.h"
#include "tests/support/play_money.h"
#include "tests/support/play_wait.h"
#include "tests/unit/core/imported.h"

#include <string.h>

enum { FIRST = 4, COUNT = 3, HOUR_MS = 3600 * 1000 };

static struct id event;

/* Seats 4 to 6 are kept for who knows "club". */
static int kept(void **state)
{
    start(state);
    event = play_event(&play);
    assert_int_equal(play_allocation(&play, event, 0, "Club", FIRST, COUNT, 0), STATUS_OK);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

static enum status hold(uint32_t seat, const char *code)
{
    return play_hold_with(&play, event, "ann", &(struct wanted_lines){ .seats = { &seat, 1 } },
                          code, NULL);
}

static void only_who_has_the_code_gets_them(void **state)
{
    (void)state;
    assert_true(stadium_seat_is_kept(play.stadium, 0, FIRST));
    assert_int_equal(hold(FIRST, ""), STATUS_SEAT_KEPT);
    assert_string_equal(play.facts.refusal.field, "seats[0]");
    assert_int_equal(hold(FIRST, "clubs"), STATUS_UNKNOWN_ALLOCATION);
    assert_int_equal(hold(FIRST - 1, ""), STATUS_OK);
    assert_int_equal(hold(FIRST, "cLUB"), STATUS_OK);
    assert_int_equal(hold(FIRST + COUNT, "club"), STATUS_OK); /* Others, too. */
    assert_int_equal(hold(FIRST, ""), STATUS_SEAT_TAKEN);
    play.now_ms += PLAY_TTL_MS; /* Over, without a tick: still kept. */
    assert_int_equal(hold(FIRST, ""), STATUS_SEAT_KEPT);
}

static void all_of_a_hold_or_none(void **state)
{
    (void)state;
    uint32_t seats[] = { FIRST - 1, FIRST };
    struct id id;
    const struct wanted_lines lines = { .seats = { seats, 2 } };
    assert_int_equal(play_hold_with(&play, event, "ann", &lines, "", NULL), STATUS_SEAT_KEPT);
    assert_int_equal(play_seat(&play, event, FIRST - 1), SEAT_FREE);
    assert_int_equal(play_hold_with(&play, event, "ann", &lines, "club", &id), STATUS_OK);
    /* What is added later needs the code again. */
    seats[0] = FIRST + 1;
    const struct wanted_lines more = { .seats = { seats, 1 } };
    assert_int_equal(play_change(&play, id, 0, &more, NULL), STATUS_SEAT_KEPT);
}

static void they_are_released_by_time_or_by_hand(void **state)
{
    (void)state;
    const int64_t at_ms = play.now_ms + HOUR_MS;
    assert_int_equal(play_allocation(&play, event, 1, "club", FIRST, COUNT, at_ms), STATUS_OK);
    assert_int_equal(allocations_due(play.stadium), at_ms);
    play_wait(&play, HOUR_MS - 250);
    assert_int_equal(hold(FIRST, ""), STATUS_SEAT_KEPT);
    play_wait(&play, 250);
    assert_true(stadium_allocation(play.stadium, 0, 1)->released);
    assert_int_equal(hold(FIRST, ""), STATUS_OK);
    assert_int_equal(hold(FIRST + 1, "club"), STATUS_OK); /* The code is known still. */
    /* Kept anew: what is held stays so. */
    assert_int_equal(play_allocation(&play, event, 1, "club", FIRST, COUNT, 0), STATUS_OK);
    assert_int_equal(hold(FIRST + 2, ""), STATUS_SEAT_KEPT);
    assert_int_equal(play_allocation(&play, event, 1, "club", FIRST, COUNT, play.now_ms),
                     STATUS_OK);
    assert_int_equal(hold(FIRST + 2, ""), STATUS_OK);
}

static void what_was_sold_is_kept_when_it_comes_back(void **state)
{
    (void)state;
    uint32_t seat = FIRST;
    struct id id, order;
    struct set_policy terms = play_terms_form(event);
    play_terms(&play, &terms);
    play_hold_with(&play, event, "ann", &(struct wanted_lines){ .seats = { &seat, 1 } }, "club",
                   &id);
    play_confirm(&play, id, &order);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 0), STATUS_OK);
    assert_int_equal(play_seat(&play, event, FIRST), SEAT_FREE);
    assert_int_equal(hold(FIRST, ""), STATUS_SEAT_KEPT);
}

/* A payment that comes late gets its seats back, though they are kept for others by now. */
static void a_late_payment_needs_no_code(void **state)
{
    (void)state;
    uint32_t seat = FIRST + COUNT;
    struct id id, order;
    play_hold_with(&play, event, "ann", &(struct wanted_lines){ .seats = { &seat, 1 } }, "", &id);
    play_confirm(&play, id, &order);
    assert_int_equal(play_allocation(&play, event, 0, "two", FIRST + COUNT, 1, 0), STATUS_OK);
    play_wait(&play, 900 * 1000);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(stadium_order_find(play.stadium, order)->state, ORDER_PAID);
}

static void who_waits_is_not_offered_them(void **state)
{
    (void)state;
    uint32_t seats, sold = 0, list[HOLD_SEATS];
    stadium_seats(play.stadium, 0, &seats);
    play_set_waitlist(&play, event, 0, 0);
    for (uint32_t seat = 0; seat < seats; seat++) {
        if (!stadium_seat_is_kept(play.stadium, 0, seat))
            list[sold++] = seat;
        if (sold == HOLD_SEATS || (seat == seats - 1 && sold > 0)) {
            assert_int_equal(play_hold(&play, event, "dan", (struct u32s){ list, sold }, NULL),
                             STATUS_OK);
            sold = 0;
        }
    }
    assert_int_equal(play_enter_waitlist(&play, event, "wim", 0, 1), STATUS_OK);
    play_settle(&play);
    assert_int_equal(play_wait_of(&play, event, "wim")->state, WAIT_WAITING);
    play_allocation(&play, event, 1, "club", FIRST, COUNT, play.now_ms);
    play_settle(&play);
    assert_int_equal(play_wait_of(&play, event, "wim")->state, WAIT_OFFERED);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    assert_int_equal(play_allocation(&play, event, 0, "club", 20, 1, 0), STATUS_ALLOCATION_EXISTS);
    assert_int_equal(play_allocation(&play, event, 0, "two", FIRST + 2, 3, 0),
                     STATUS_ALLOCATION_EXISTS);
    assert_int_equal(play_allocation(&play, event, 0, "", 20, 1, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_allocation(&play, event, 0, "two", 20, 0, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_allocation(&play, event, 0, "two", 1u << 30, 1, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_allocation(&play, event, 2, "two", 20, 1, 0), STATUS_UNKNOWN_ALLOCATION);
    assert_int_equal(play_allocation(&play, event, 1, "club", FIRST + 1, 9, 0), STATUS_OK);
    for (int i = 2; i <= EVENT_ALLOCATIONS; i++) {
        const char code[] = { (char)('A' + i % 26), (char)('A' + i / 26), 0 };
        assert_int_equal(play_allocation(&play, event, 0, code, 20 + i, 1, 0), STATUS_OK);
    }
    assert_int_equal(play_allocation(&play, event, 0, "last", 90, 1, 0), STATUS_ALLOCATIONS_FULL);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, kept, checked)
    const struct CMUnitTest tests[] = {
        CASE(only_who_has_the_code_gets_them),      CASE(all_of_a_hold_or_none),
        CASE(they_are_released_by_time_or_by_hand), CASE(what_was_sold_is_kept_when_it_comes_back),
        CASE(a_late_payment_needs_no_code),         CASE(who_waits_is_not_offered_them),
        CASE(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
