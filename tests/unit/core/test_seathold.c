#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <string.h>

#define SEATS(...)                                                                                 \
    (struct u32s)                                                                                  \
    {                                                                                              \
        (const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)  \
    }

enum { LAST = SMALL_BLOCKS * SMALL_SEATS - 1 };

static const struct seathold *hold_row(struct id hold)
{
    return stadium_hold_find(play.stadium, hold);
}

static void seats_are_held_together_for_a_while(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    assert_int_equal(play_hold(&play, event, "ann", SEATS(3, LAST, 4), &hold), STATUS_OK);
    const struct seathold *row = hold_row(hold);
    assert_int_equal(row->state, HOLD_HELD);
    assert_int_equal(row->seat_count, 3);
    assert_int_equal(row->seats[1], LAST);
    assert_string_equal(row->person, "ann");
    assert_int_equal(row->expires_ms, play.now_ms + PLAY_TTL_MS);
    assert_int_equal(stadium_hold_total_minor(play.stadium, row), 2 * PLAY_PRICE_MINOR);
    assert_int_equal(play_seat(&play, event, LAST), SEAT_HELD);
    assert_int_equal(play_seat(&play, event, 5), SEAT_FREE);
    assert_int_equal(stadium_event_find(play.stadium, event)->held, 3);
    assert_int_equal(stadium_due(play.stadium), row->expires_ms);
}

static void eight_seats_with_one_taken_are_not_held(void **state)
{
    (void)state;
    struct id event = play_event(&play);
    assert_int_equal(play_hold(&play, event, "ann", SEATS(15), NULL), STATUS_OK);
    assert_int_equal(play_hold(&play, event, "bob", SEATS(10, 11, 12, 13, 14, 15, 16, 17), NULL),
                     STATUS_SEAT_TAKEN);
    assert_string_equal(play.facts.refusal.field, "seats[5]");
    for (uint32_t seat = 10; seat < 18; seat++)
        assert_int_equal(play_seat(&play, event, seat), seat == 15 ? SEAT_HELD : SEAT_FREE);
    assert_int_equal(stadium_event_find(play.stadium, event)->held, 1);
}

/* A seat keeps eight bits of its version. */
static void a_seat_may_change_hands_a_thousand_times(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    for (int round = 0; round < 500; round++) {
        assert_int_equal(play_hold(&play, event, "ann", SEATS(4, 5), &hold), STATUS_OK);
        assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    }
    assert_int_equal(seat_row(play.stadium, 0, 4).version, 1000);
    assert_int_equal(seat_row(play.stadium, 0, 6).version, 0);
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
}

static void the_same_seat_of_two_events_is_two_seats(void **state)
{
    (void)state;
    struct id first = play_event(&play), second = play_event(&play);
    assert_int_equal(play_hold(&play, first, "ann", SEATS(7), NULL), STATUS_OK);
    assert_int_equal(play_seat(&play, second, 7), SEAT_FREE);
    assert_int_equal(play_hold(&play, second, "bob", SEATS(7), NULL), STATUS_OK);
    assert_int_equal(play_hold(&play, first, "bob", SEATS(7), NULL), STATUS_SEAT_TAKEN);
}

static void what_cannot_be_held_is_refused(void **state)
{
    (void)state;
    struct id event = play_event(&play);
    uint32_t many[HOLD_SEATS + 1];
    for (uint32_t i = 0; i <= HOLD_SEATS; i++)
        many[i] = i;
    struct u32s none = { many, 0 };
    assert_int_equal(play_hold(&play, event, "ann", none, NULL), STATUS_BAD_FIELD);
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ many, HOLD_SEATS + 1 }, NULL),
                     STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "seats");
    assert_int_equal(play_hold(&play, event, "ann", SEATS(4, 5, 4), NULL), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "seats[2]");
    assert_int_equal(play_hold(&play, event, "ann", SEATS(4, LAST + 1), NULL), STATUS_UNKNOWN_SEAT);
    assert_string_equal(play.facts.refusal.field, "seats[1]");
    assert_int_equal(play_hold(&play, play_id(&play), "ann", SEATS(4), NULL), STATUS_UNKNOWN_EVENT);
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ many, HOLD_SEATS }, NULL),
                     STATUS_OK);
}

static void a_hold_is_released_by_its_owner_alone(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    play_hold(&play, event, "ann", SEATS(1, 2), &hold);
    uint64_t version = hold_row(hold)->version;
    assert_int_equal(play_release(&play, hold, "bob"), STATUS_UNKNOWN_HOLD);
    assert_int_equal(play_release(&play, play_id(&play), "ann"), STATUS_UNKNOWN_HOLD);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(hold_row(hold)->state, HOLD_RELEASED);
    assert_true(hold_row(hold)->version > version);
    assert_int_equal(play_seat(&play, event, 2), SEAT_FREE);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_HOLD_ENDED);
    assert_true(stadium_due(play.stadium) == STADIUM_NEVER);
    assert_int_equal(play_hold(&play, event, "bob", SEATS(2), NULL), STATUS_OK);
}

static void an_abandoned_hold_expires_without_traffic(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    play_hold(&play, event, "ann", SEATS(1, 2), &hold);
    play.now_ms += PLAY_TTL_MS - 1;
    play_settle(&play);
    assert_int_equal(hold_row(hold)->state, HOLD_HELD);
    play.now_ms++;
    play_settle(&play);
    assert_int_equal(hold_row(hold)->state, HOLD_EXPIRED);
    assert_int_equal(play_seat(&play, event, 1), SEAT_FREE);
    assert_int_equal(stadium_event_find(play.stadium, event)->held, 0);
    assert_true(stadium_due(play.stadium) == STADIUM_NEVER);
}

/* The time itself frees it: whether its tick has run makes no difference. */
static void a_seat_is_free_exactly_at_the_ttl(void **state)
{
    (void)state;
    struct id event = play_event(&play), hold;
    play_hold(&play, event, "ann", SEATS(1, 2, 3), &hold);
    play.now_ms += PLAY_TTL_MS - 1;
    assert_int_equal(play_hold(&play, event, "bob", SEATS(3, 4), NULL), STATUS_SEAT_TAKEN);
    play.now_ms++;
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_HOLD_ENDED);
    assert_int_equal(play_hold(&play, event, "bob", SEATS(3, 1), NULL), STATUS_OK);
    assert_int_equal(play.facts.count, 2);
    assert_int_equal(play.facts.items[0].kind, FACT_HOLD_ENDED);
    assert_int_equal(play.facts.items[0].as.hold_ended.state, HOLD_EXPIRED);
    assert_int_equal(hold_row(hold)->state, HOLD_EXPIRED);
    assert_int_equal(play_seat(&play, event, 2), SEAT_FREE);
    assert_int_equal(play_seat(&play, event, 1), SEAT_HELD);
}

static void the_last_seat_in_two_carts_goes_to_one(void **state)
{
    (void)state;
    struct id event = play_event(&play), ann;
    for (uint32_t seat = 0; seat < LAST; seat++)
        assert_int_equal(play_hold(&play, event, "all", SEATS(seat), NULL), STATUS_OK);
    assert_int_equal(play_hold(&play, event, "ann", SEATS(LAST), &ann), STATUS_OK);
    assert_int_equal(play_hold(&play, event, "bob", SEATS(LAST), NULL), STATUS_SEAT_TAKEN);
    play_release(&play, ann, "ann");
    assert_int_equal(play_hold(&play, event, "bob", SEATS(LAST), NULL), STATUS_OK);
}

static void as_many_are_held_as_the_limits_say(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.holds = 2;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    struct id event = play_event(&play);
    assert_int_equal(play_hold(&play, event, "ann", SEATS(1), NULL), STATUS_OK);
    assert_int_equal(play_hold(&play, event, "ann", SEATS(2), NULL), STATUS_OK);
    assert_int_equal(play_hold(&play, event, "ann", SEATS(3), NULL), STATUS_HOLDS_FULL);
    play.now_ms += PLAY_TTL_MS; /* Nothing ticked: one of them makes room by expiring. */
    assert_int_equal(play_hold(&play, event, "ann", SEATS(2), NULL), STATUS_OK);
}

static void ended_holds_are_remembered_for_a_while(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.holds_kept = 3;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    struct id event = play_event(&play), holds[8];
    for (uint32_t i = 0; i < 8; i++) {
        assert_int_equal(play_hold(&play, event, "ann", SEATS(i), &holds[i]), STATUS_OK);
        assert_int_equal(play_release(&play, holds[i], "ann"), STATUS_OK);
    }
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(play_release(&play, holds[i], "ann"),
                         i < 5 ? STATUS_UNKNOWN_HOLD : STATUS_HOLD_ENDED);
}

static void many_holds_expire_in_steps_and_all_at_their_time(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.facts_per_command = 16;
    play_fini(&play);
    play_init(&play, &limits);
    play_import(&play);
    struct id event = play_event(&play), holds[100];
    for (uint32_t i = 0; i < 100; i++) {
        play_hold(&play, event, "ann", SEATS(i), &holds[i]);
        play.now_ms += 250;
    }
    play.now_ms += PLAY_TTL_MS - 51 * 250;
    uint32_t ticks = 0;
    for (; stadium_due(play.stadium) <= play.now_ms; ticks++) {
        play_command(&play, (struct command){ .kind = COMMAND_TICK });
        assert_in_range(play.facts.count, 1, 16);
    }
    assert_int_equal(ticks, 4);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(hold_row(holds[i])->state, i < 50 ? HOLD_EXPIRED : HOLD_HELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seats_are_held_together_for_a_while, start, stop),
        cmocka_unit_test_setup_teardown(eight_seats_with_one_taken_are_not_held, start, stop),
        cmocka_unit_test_setup_teardown(a_seat_may_change_hands_a_thousand_times, start, stop),
        cmocka_unit_test_setup_teardown(the_same_seat_of_two_events_is_two_seats, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_held_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_hold_is_released_by_its_owner_alone, start, stop),
        cmocka_unit_test_setup_teardown(an_abandoned_hold_expires_without_traffic, start, stop),
        cmocka_unit_test_setup_teardown(a_seat_is_free_exactly_at_the_ttl, start, stop),
        cmocka_unit_test_setup_teardown(the_last_seat_in_two_carts_goes_to_one, start, stop),
        cmocka_unit_test_setup_teardown(as_many_are_held_as_the_limits_say, start, stop),
        cmocka_unit_test_setup_teardown(ended_holds_are_remembered_for_a_while, start, stop),
        cmocka_unit_test_setup_teardown(many_holds_expire_in_steps_and_all_at_their_time, start,
                                        stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
