#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <string.h>

static const struct gate_state *gate(uint32_t index)
{
    return &stadium_gates(play.stadium)[index];
}

static const struct facility_state *facility(uint32_t index)
{
    return &stadium_facilities(play.stadium)[index];
}

static void a_gate_is_opened_and_closed(void **state)
{
    (void)state;
    uint64_t guidance_seq = stadium_guidance_seq(play.stadium);
    assert_int_equal(play_gate(&play, 1, GATE_CLOSED), STATUS_OK);
    assert_int_equal(gate(1)->mode, GATE_CLOSED);
    assert_int_equal(gate(1)->set_ms, play.now_ms);
    assert_int_equal(gate(1)->queue.wait_s, WAIT_UNKNOWN_S);
    assert_true(stadium_guidance_seq(play.stadium) > guidance_seq);
    assert_int_equal(play_gate(&play, 1, GATE_CLOSED), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_gate(&play, 1, GATE_OPEN), STATUS_OK);
    assert_int_equal(gate(1)->queue.wait_s, 0);
    assert_int_equal(play_gate(&play, SMALL_GATES, GATE_OPEN), STATUS_UNKNOWN_GATE);
    assert_string_equal(play.facts.refusal.field, "gate");
    assert_int_equal(play_gate(&play, 0, 0), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "mode");
}

static void flow_is_that_of_the_last_thirty_seconds(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        play_passed(&play, 1, 1, 2);
        play_wait(&play, 1000);
    }
    assert_in_range(gate(1)->flow_out_ppm, 116, 120);
    assert_in_range(gate(1)->flow_in_ppm, 58, 60);
    assert_int_equal(gate(0)->flow_out_ppm, 0);
    play_wait(&play, 15000);
    assert_in_range(gate(1)->flow_out_ppm, 56, 62);
    play_wait(&play, 16000);
    assert_int_equal(gate(1)->flow_out_ppm, 0);
    assert_int_equal(gate(1)->total_out, 60);
    assert_int_equal(gate(1)->total_in, 30);
    assert_true(stadium_due(play.stadium) == STADIUM_NEVER);
}

static void a_long_silence_empties_the_windows(void **state)
{
    (void)state;
    play_passed(&play, 0, 0, 10);
    play.now_ms += 3600 * 1000;
    play_settle(&play);
    assert_int_equal(gate(0)->flow_out_ppm, 0);
    play_passed(&play, 0, 0, 10);
    assert_int_equal(gate(0)->flow_out_ppm, 20);
}

static void a_new_line_waits_for_what_the_gate_can_pass(void **state)
{
    (void)state;
    play_queue(&play, SMALL_FACILITIES + 0, 30, 0);
    assert_int_equal(gate(0)->queue.waiting, 30);
    assert_int_equal(gate(0)->queue.wait_s, 30); /* 60 a minute */
    play_queue(&play, SMALL_FACILITIES + 0, 31, 0);
    assert_int_equal(gate(0)->queue.wait_s, 31);
    play_phase(&play, PHASE_ENTRY);
    assert_int_equal(gate(0)->queue.wait_s, 186); /* One turnstile: 10 a minute. */
    play_queue(&play, SMALL_FACILITIES + 2, 30, 0);
    assert_int_equal(gate(2)->queue.wait_s, 60); /* No turnstile: its exit, 30 a minute. */
}

/* G3's lanes let 30 a minute out; opened, its metre lets 82. G1 has none. */
static void in_an_evacuation_lanes_are_opened(void **state)
{
    (void)state;
    play_queue(&play, SMALL_FACILITIES + 0, 30, 0);
    play_queue(&play, SMALL_FACILITIES + 2, 30, 0);
    play_phase(&play, PHASE_EVACUATION);
    assert_int_equal(gate(0)->queue.wait_s, 30);
    assert_int_equal(gate(2)->queue.wait_s, 22);
    play_phase(&play, PHASE_EGRESS);
    assert_int_equal(gate(2)->queue.wait_s, 60);
}

/* Who does not say since when means now, and the same once more changes nothing. */
static void a_phase_begins_now_unless_it_is_said(void **state)
{
    (void)state;
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase.kind = PHASE_BREAK;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    int64_t began_ms = play.now_ms;
    assert_int_equal(stadium_phase(play.stadium)->started_ms, began_ms);
    play_wait(&play, 5000);
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(stadium_phase(play.stadium)->started_ms, began_ms);
    command.as.set_phase.phase.kind = PHASE_PLAY;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(stadium_phase(play.stadium)->started_ms, began_ms + 5000);
}

static void a_line_that_stood_waits_for_what_it_saw(void **state)
{
    (void)state;
    for (int i = 0; i <= 31; i++) {
        play_queue(&play, SMALL_FACILITIES + 0, 30, 0);
        play_passed(&play, 0, 0, i % 2);
        play_wait(&play, 1000);
    }
    assert_in_range(gate(0)->queue.wait_s, 56, 65); /* 30 a minute were seen. */
    for (int i = 0; i <= 31; i++)
        play_wait(&play, 1000);
    assert_int_equal(gate(0)->queue.wait_s, 300); /* Stuck: a tenth of 60 a minute. */
    play_queue(&play, SMALL_FACILITIES + 0, 0, 0);
    assert_int_equal(gate(0)->queue.wait_s, 0);
    play_queue(&play, SMALL_FACILITIES + 0, 10, 0);
    assert_int_equal(gate(0)->queue.wait_s, 10); /* A new line. */
}

static void a_facility_serves_and_is_waited_for(void **state)
{
    (void)state;
    play_queue(&play, 2, 8, 4);
    assert_int_equal(facility(2)->queue.wait_s, 120); /* 4 a minute. */
    assert_int_equal(facility(2)->flow_ppm, 4);
    assert_int_equal(facility(2)->total_served, 4);
    play_wait(&play, 61000);
    assert_int_equal(facility(2)->flow_ppm, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_gate_is_opened_and_closed, start, stop),
        cmocka_unit_test_setup_teardown(flow_is_that_of_the_last_thirty_seconds, start, stop),
        cmocka_unit_test_setup_teardown(a_long_silence_empties_the_windows, start, stop),
        cmocka_unit_test_setup_teardown(a_new_line_waits_for_what_the_gate_can_pass, start, stop),
        cmocka_unit_test_setup_teardown(in_an_evacuation_lanes_are_opened, start, stop),
        cmocka_unit_test_setup_teardown(a_phase_begins_now_unless_it_is_said, start, stop),
        cmocka_unit_test_setup_teardown(a_line_that_stood_waits_for_what_it_saw, start, stop),
        cmocka_unit_test_setup_teardown(a_facility_serves_and_is_waited_for, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
