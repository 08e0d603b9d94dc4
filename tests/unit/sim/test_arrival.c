/* People come from outside, through turnstiles, to their seats. */
#include "tests/unit/sim/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/ground.h"
#include "sim/record.h"
#include "sim/tickets.h"

#include <stdlib.h>

static uint32_t heading_for(const struct small_stand *stand, uint32_t gate)
{
    struct crowd_people people = crowd_people(stand->crowd);
    uint32_t facility, count = 0;
    assert_true(ground_gate_turnstiles(stand->venue, gate, &facility));
    for (uint32_t p = 0; p < people.count; p++)
        count += people.goal[p].kind == GOAL_FACILITY && people.goal[p].index == facility;
    return count;
}

static void everybody_comes_in_and_sits_down(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_arrival, 0, NULL);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_true(tally.people > 100);
    assert_int_equal(tally.travellers, tally.people);
    assert_int_equal(crowd_tally(stand.crowd).away, tally.people);
    for (double now_s = 0; now_s < 600; now_s += 5) {
        small_stand_until(&stand, now_s);
        /* Who has passed a gate has been let in there, and nobody else. */
        uint32_t passed = 0;
        for (uint32_t g = 0; g < stand.venue->n_gates; g++)
            passed += crowd_tally(stand.crowd).door_backward[ground_gate_door(stand.venue, g)];
        tally = behaviour_tally(stand.behaviour);
        assert_true(passed <= tally.admitted);
        assert_true(tally.admitted <= passed + 16);
    }
    assert_int_equal(tally.done, tally.people);
    assert_int_equal(tally.admitted, tally.people);
    assert_int_equal(crowd_tally(stand.crowd).seated, tally.people);
    small_stand_fini(&stand);
}

static void turnstiles_keep_their_rate(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_arrival, 0, NULL);
    uint32_t before[8] = { 0 };
    for (double now_s = 60; now_s <= 300; now_s += 60) {
        small_stand_until(&stand, now_s);
        for (uint32_t g = 0; g < stand.venue->n_gates; g++) {
            uint32_t in = crowd_tally(stand.crowd).door_backward[ground_gate_door(stand.venue, g)];
            const Tifo__V1__Gate *gate = stand.venue->gates[g];
            /* A minute's worth, and who stood in each turnstile as it began. */
            assert_true(in - before[g] <=
                        gate->turnstiles * (gate->entry_rate_pph / 60 * 1.25 + 2));
            before[g] = in;
        }
    }
    assert_true(before[0] > 0);
    small_stand_fini(&stand);
}

static void those_who_look_take_the_gate_with_the_shortest_wait(void **state)
{
    (void)state;
    static const uint32_t waits[4] = { 3000, 3000, 0, UINT32_MAX };
    struct small_stand with, without;
    small_stand_init(&with, small_arrival, 1, NULL);
    behaviour_hear_waits(with.behaviour, waits);
    small_stand_until(&with, 40);
    struct behaviour_tally tally = behaviour_tally(with.behaviour);
    assert_true(tally.set_out > 0);
    assert_int_equal(tally.guided, tally.set_out);
    assert_int_equal(heading_for(&with, 0) + heading_for(&with, 1) + heading_for(&with, 3), 0);

    small_stand_init(&without, small_arrival, 0, NULL);
    behaviour_hear_waits(without.behaviour, waits);
    small_stand_until(&without, 40);
    assert_int_equal(behaviour_tally(without.behaviour).guided, 0);
    assert_true(heading_for(&without, 0) + heading_for(&without, 1) + heading_for(&without, 3) > 0);
    small_stand_fini(&with);
    small_stand_fini(&without);
}

static void nobody_comes_to_a_shut_gate(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_arrival, 0, NULL);
    crowd_set_gate(stand.crowd, ground_gate_door(stand.venue, 3), false);
    small_stand_until(&stand, 900);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_int_equal(crowd_tally(stand.crowd).door_backward[ground_gate_door(stand.venue, 3)], 0);
    assert_int_equal(crowd_tally(stand.crowd).seated, tally.people);
    small_stand_fini(&stand);
}

static bool even_ones(void *ctx, uint32_t person, uint32_t gate)
{
    const struct small_stand *stand = ctx;
    assert_true(gate < stand->venue->n_gates);
    return person % 2 == 0;
}

static void who_is_refused_goes_away(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_arrival, 0, even_ones);
    small_stand_until(&stand, 600);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    struct crowd_people people = crowd_people(stand.crowd);
    for (uint32_t p = 0; p < people.count; p++)
        assert_int_equal(people.mode[p], p % 2 == 0 ? PERSON_SEATED : PERSON_LEFT);
    assert_int_equal(tally.admitted, (people.count + 1) / 2);
    assert_int_equal(tally.refused, people.count / 2);
    assert_int_equal(tally.done, people.count);
    small_stand_fini(&stand);
}

static void a_copied_ticket_lets_one_person_in(void **state)
{
    (void)state;
    enum { PEOPLE = 2000 };
    struct tickets tickets;
    struct ticketing ticketing = { .forged = 0.05, .copied = 0.1 };
    uint32_t counts[SCAN_KINDS] = { 0 }, bought = 0, copies = 0, forged = 0;
    tickets_init(&tickets, &ticketing, 3, PEOPLE);
    for (uint32_t p = 0; p < PEOPLE; p++) {
        bought += tickets_bought(&tickets, p);
        forged += tickets.holds[p] == TICKET_FORGED;
        copies += tickets.holds[p] != TICKET_FORGED && tickets.holds[p] != p;
        counts[tickets_scan(&tickets, p)]++;
    }
    assert_true(forged > PEOPLE / 40 && copies > PEOPLE / 20);
    assert_int_equal(bought + forged + copies, PEOPLE);
    assert_int_equal(counts[SCAN_ADMITTED], bought);
    assert_int_equal(counts[SCAN_INVALID], forged);
    assert_int_equal(counts[SCAN_REDEEMED], copies);
    for (uint32_t p = 0; p < PEOPLE; p++)
        if (tickets.holds[p] != TICKET_FORGED)
            assert_true(tickets_bought(&tickets, tickets.holds[p]));
    tickets_fini(&tickets);
}

static void a_run_records_who_came_in(void **state)
{
    (void)state;
    struct small small;
    struct record record;
    char path[256], why[400];
    small_init(&small);
    assert_int_equal(small_run(&small, small_arrival, 7, "out"), 0);
    assert_true(record_read(small_path(&small, "out/run.json", path), &record, why, sizeof why));
    assert_true(record.arrives && record.tickets);
    assert_int_equal(record.done, record.people);
    assert_true(record.refused_invalid > 0 && record.refused_redeemed > 0);
    assert_int_equal(record.admitted + record.refused_invalid + record.refused_redeemed +
                         record.refused_other,
                     record.people);
    uint32_t in = 0;
    for (size_t i = 0; i < record.gates.count; i++)
        in += RECORD_GATES(&record)[i].people_in;
    assert_int_equal(in, record.admitted);
    assert_true(record.all_in_s >= record.clearance_s);
    assert_true(record.entry_wait_p95_s <= record.longest_gate_wait_s);
    assert_true(record.entry_wait_mean_s > 0);
    assert_true(record.late_people == 0);
    record_fini(&record);
    small_fini(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_comes_in_and_sits_down),
        cmocka_unit_test(turnstiles_keep_their_rate),
        cmocka_unit_test(those_who_look_take_the_gate_with_the_shortest_wait),
        cmocka_unit_test(nobody_comes_to_a_shut_gate),
        cmocka_unit_test(who_is_refused_goes_away),
        cmocka_unit_test(a_copied_ticket_lets_one_person_in),
        cmocka_unit_test(a_run_records_who_came_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
