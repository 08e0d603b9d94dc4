#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <string.h>

static struct id event, order, ticket;

/* An event with one order of two tickets; `ticket` is the first of them. */
static int sold(void **state)
{
    static const uint32_t seats[] = { SMALL_SEATS, SMALL_SEATS + 1 };
    struct id hold;
    start(state);
    event = play_event(&play);
    play_hold(&play, event, "ann", (struct u32s){ seats, 2 }, &hold);
    play_confirm(&play, hold, &order);
    ticket = play_ticket(&play, order, 0);
    return 0;
}

static const struct ticket *ticket_row(void)
{
    return stadium_ticket_find(play.stadium, ticket);
}

static const struct gate_state *gate(uint32_t index)
{
    return &stadium_gates(play.stadium)[index];
}

static enum scan_result scan(const struct scan_ticket *form)
{
    enum scan_result result = play_scan(&play, form);
    if (result != SCAN_OK) {
        /* Nobody is turned away without a trace, and nothing else happens. */
        assert_int_equal(play.facts.count, 1);
        assert_int_equal(play.facts.items[0].kind, FACT_TICKET_REFUSED);
        assert_int_equal(play.facts.items[0].as.ticket_refused.result, result);
    }
    return result;
}

static void a_ticket_admits_once(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 1, 77);
    assert_int_equal(scan(&form), SCAN_OK);
    assert_false(play.facts.scan.again);
    assert_ptr_equal(stadium_ticket(play.stadium, play.facts.scan.ticket - 1), ticket_row());
    assert_int_equal(ticket_row()->state, TICKET_CHECKED_IN);
    assert_int_equal(ticket_row()->admitted_ms, play.now_ms);
    assert_int_equal(ticket_row()->gate, 1);
    assert_int_equal(stadium_event_find(play.stadium, event)->admitted, 1);
    form.nonce = 78;
    assert_int_equal(scan(&form), SCAN_ALREADY_REDEEMED);
    form.gate = 0;
    assert_int_equal(scan(&form), SCAN_ALREADY_REDEEMED);
    struct scan_ticket other = play_scan_form(&play, play_ticket(&play, order, 1), 0, 78);
    assert_int_equal(scan(&other), SCAN_OK);
    assert_int_equal(stadium_event_find(play.stadium, event)->admitted, 2);
}

static void the_same_nonce_is_the_same_scan(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 1, 77);
    scan(&form);
    play_wait(&play, 1000);
    uint64_t seq = stadium_seq(play.stadium);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_true(play.facts.scan.again);
    assert_true(stadium_seq(play.stadium) == seq);
    assert_int_equal(gate(1)->total_in, 1);
}

/* Scanners may count their scans from 1, all of them. */
static void the_same_nonce_at_another_gate_is_another_scan(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 1, 77);
    scan(&form);
    form.gate = 0;
    assert_int_equal(scan(&form), SCAN_ALREADY_REDEEMED);
    assert_false(play.facts.scan.again);
}

static void who_is_admitted_is_counted_as_at_a_turnstile(void **state)
{
    (void)state;
    struct play counted;
    play_init(&counted, NULL);
    play_import(&counted);
    struct scan_ticket first = play_scan_form(&play, ticket, 1, 1);
    struct scan_ticket second = play_scan_form(&play, play_ticket(&play, order, 1), 1, 2);
    static const int64_t waits_ms[] = { 300, 2500, 40000 };
    for (int round = 0; round < 3; round++) {
        if (round < 2) {
            scan(round ? &second : &first);
            play_passed(&counted, 1, 1, 0);
        }
        play_wait(&play, waits_ms[round]);
        play_wait(&counted, waits_ms[round]);
        const struct gate_state *there = &stadium_gates(counted.stadium)[1];
        assert_int_equal(gate(1)->total_in, there->total_in);
        assert_int_equal(gate(1)->flow_in_ppm, there->flow_in_ppm);
        assert_memory_equal(gate(1)->in_buckets, there->in_buckets, sizeof(there->in_buckets));
        assert_int_equal(gate(0)->total_in, 0);
    }
    assert_int_equal(gate(1)->total_in, 2);
    assert_int_equal(gate(1)->flow_in_ppm, 0);
    play_fini(&counted);
}

static void what_is_none_of_ours_is_invalid(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 0, 1);
    form.forged = true;
    assert_int_equal(scan(&form), SCAN_INVALID);
    assert_int_equal(play.facts.scan.ticket, 0);
    form = play_scan_form(&play, play_id(&play), 0, 1);
    assert_int_equal(scan(&form), SCAN_INVALID);
    form = play_scan_form(&play, ticket, 0, 1);
    form.ticket_event = play_id(&play);
    assert_int_equal(scan(&form), SCAN_INVALID);
    form = play_scan_form(&play, ticket, 0, 1);
    form.generation = 2;
    assert_int_equal(scan(&form), SCAN_INVALID);
    assert_int_equal(ticket_row()->state, TICKET_VALID);
}

static void a_gate_admits_to_its_event(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 0, 1);
    form.event = play_event(&play);
    assert_int_equal(scan(&form), SCAN_PRODUCT);
    form.event = event;
    assert_int_equal(scan(&form), SCAN_OK);
}

static void a_ticket_is_good_from_doors_to_the_end(void **state)
{
    (void)state;
    struct id hold, late;
    uint32_t seat = SMALL_SEATS + 2;
    struct create_event plan = play_event_form(&play);
    plan.doors_ms = play.now_ms + 1000;
    play_create(&play, &plan);
    play_publish(&play, plan.id);
    play_hold(&play, plan.id, "bob", (struct u32s){ &seat, 1 }, &hold);
    play_confirm(&play, hold, &late);
    struct scan_ticket form = play_scan_form(&play, play_ticket(&play, late, 0), 0, 1);
    play.now_ms += 999;
    assert_int_equal(scan(&form), SCAN_INVALID_TIME);
    play.now_ms++;
    assert_int_equal(scan(&form), SCAN_OK);
    form = play_scan_form(&play, ticket, 0, 2);
    play.now_ms = plan.ends_ms + 1;
    assert_int_equal(scan(&form), SCAN_INVALID_TIME);
}

static void a_cancelled_event_admits_nobody(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 0, 1);
    play_cancel(&play, event);
    assert_int_equal(scan(&form), SCAN_CANCELLED);
    play_settle(&play);
    assert_int_equal(ticket_row()->state, TICKET_CANCELLED);
    assert_int_equal(scan(&form), SCAN_CANCELLED);
}

static void an_older_generation_is_revoked(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 0, 1);
    form.generation = 0;
    assert_int_equal(scan(&form), SCAN_REVOKED);
}

static void a_closed_gate_admits_nobody(void **state)
{
    (void)state;
    struct scan_ticket form = play_scan_form(&play, ticket, 2, 1);
    play_gate(&play, 2, GATE_CLOSED);
    assert_int_equal(scan(&form), SCAN_RULES);
    form.gate = 1;
    assert_int_equal(scan(&form), SCAN_OK);
    play_gate(&play, 1, GATE_CLOSED); /* It did let them in, before it closed. */
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form.nonce = 2;
    assert_int_equal(scan(&form), SCAN_ALREADY_REDEEMED);
}

static void a_scan_needs_a_gate_and_a_nonce(void **state)
{
    (void)state;
    struct command command = { .kind = COMMAND_SCAN_TICKET };
    command.as.scan_ticket = play_scan_form(&play, ticket, SMALL_GATES, 1);
    assert_int_equal(play_command(&play, command), STATUS_UNKNOWN_GATE);
    assert_string_equal(play.facts.refusal.field, "gate");
    command.as.scan_ticket = play_scan_form(&play, ticket, 0, 0);
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "nonce");
    assert_int_equal(play.facts.scan.result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ticket_admits_once, sold, stop),
        cmocka_unit_test_setup_teardown(the_same_nonce_is_the_same_scan, sold, stop),
        cmocka_unit_test_setup_teardown(the_same_nonce_at_another_gate_is_another_scan, sold, stop),
        cmocka_unit_test_setup_teardown(who_is_admitted_is_counted_as_at_a_turnstile, sold, stop),
        cmocka_unit_test_setup_teardown(what_is_none_of_ours_is_invalid, sold, stop),
        cmocka_unit_test_setup_teardown(a_gate_admits_to_its_event, sold, stop),
        cmocka_unit_test_setup_teardown(a_ticket_is_good_from_doors_to_the_end, sold, stop),
        cmocka_unit_test_setup_teardown(a_cancelled_event_admits_nobody, sold, stop),
        cmocka_unit_test_setup_teardown(an_older_generation_is_revoked, sold, stop),
        cmocka_unit_test_setup_teardown(a_closed_gate_admits_nobody, sold, stop),
        cmocka_unit_test_setup_teardown(a_scan_needs_a_gate_and_a_nonce, sold, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
