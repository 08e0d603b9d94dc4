#include "tests/unit/sim/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "sim/ground.h"
#include "sim/guide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A plan that sends everybody, wherever they are, to one gate and one facility of each kind. */
struct one_way {
    Tifo__V1__Plan plan;
    Tifo__V1__Split *rows;
    Tifo__V1__Split **pointers;
    uint32_t gate, whole;
};

static void one_way_init(struct one_way *plan, const Tifo__V1__Venue *venue, uint32_t gate)
{
    uint32_t places = tifo_place_count(venue);
    tifo__v1__plan__init(&plan->plan);
    plan->rows = calloc(places, sizeof *plan->rows);
    plan->pointers = calloc(places, sizeof *plan->pointers);
    plan->gate = gate;
    plan->whole = 1000;
    for (uint32_t i = 0; i < places; i++) {
        tifo__v1__split__init(&plan->rows[i]);
        plan->rows[i].origin = i;
        plan->rows[i].purpose = TIFO__V1__PURPOSE__PURPOSE_EXIT;
        plan->rows[i].destination = &plan->gate;
        plan->rows[i].share_milli = &plan->whole;
        plan->rows[i].n_destination = plan->rows[i].n_share_milli = 1;
        plan->pointers[i] = &plan->rows[i];
    }
    plan->plan.number = 1;
    plan->plan.splits = plan->pointers;
    plan->plan.n_splits = places;
}

static void one_way_fini(struct one_way *plan)
{
    free(plan->rows);
    free(plan->pointers);
}

static uint32_t count_heading_for(const struct small_stand *stand, uint32_t gate)
{
    struct crowd_people people = crowd_people(stand->crowd);
    uint32_t count = 0;
    for (uint32_t p = 0; p < people.count; p++)
        count += people.goal[p].kind == GOAL_GATE &&
                 people.goal[p].index == ground_gate_door(stand->venue, gate);
    return count;
}

static void the_unguided_take_the_nearest_facility(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_break, 0, NULL);
    uint32_t seen = 0;
    while (crowd_time_s(stand.crowd) < 60) {
        struct crowd_people people = crowd_people(stand.crowd);
        for (uint32_t p = 0; p < people.count; p++) {
            if (people.mode[p] != PERSON_SEATED || people.goal[p].kind != GOAL_FACILITY)
                continue;
            seen++;
            double way_s = crowd_way_s(stand.crowd, p, people.goal[p]);
            const Tifo__V1__Facility *taken = stand.venue->facilities[people.goal[p].index];
            for (uint32_t f = 0; f < stand.venue->n_facilities; f++)
                if (stand.venue->facilities[f]->kind == taken->kind)
                    assert_true(way_s <=
                                crowd_way_s(stand.crowd, p, (struct goal){ GOAL_FACILITY, f }));
        }
        small_stand_until(&stand, crowd_time_s(stand.crowd) + CROWD_STEP_S);
    }
    assert_true(seen > 0);
    small_stand_fini(&stand);
}

static void those_who_comply_follow_the_plan_and_the_others_do_not(void **state)
{
    (void)state;
    struct small_stand with, without;
    struct one_way plan;
    small_stand_init(&with, small_egress, 1, NULL);
    one_way_init(&plan, with.venue, 1);
    behaviour_follow(with.behaviour, &plan.plan);
    small_stand_until(&with, 30);
    uint32_t out = behaviour_tally(with.behaviour).set_out;
    assert_true(out > 0);
    assert_int_equal(behaviour_tally(with.behaviour).guided, out);
    assert_int_equal(count_heading_for(&with, 1), out);

    small_stand_init(&without, small_egress, 0, NULL);
    behaviour_follow(without.behaviour, &plan.plan);
    small_stand_until(&without, 30);
    assert_int_equal(behaviour_tally(without.behaviour).set_out, out);
    assert_int_equal(behaviour_tally(without.behaviour).guided, 0);
    assert_true(count_heading_for(&without, 1) < out);
    one_way_fini(&plan);
    small_stand_fini(&with);
    small_stand_fini(&without);
}

static void arrows_point_to_the_next_place(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = small_venue();
    struct one_way plan;
    struct guide guide;
    uint32_t next, arrow = 3;
    one_way_init(&plan, venue, 1);
    for (size_t i = 0; i < plan.plan.n_splits; i++) {
        plan.rows[i].next_place = &arrow;
        plan.rows[i].n_next_place = 1;
    }
    guide_init(&guide, venue);
    assert_false(guide_next(&guide, 0, 1, &next));
    guide_follow(&guide, &plan.plan);
    assert_true(guide_next(&guide, 0, 1, &next));
    assert_int_equal(next, 3);
    assert_false(guide_next(&guide, 0, 2, &next)); /* Nobody is sent there. */
    assert_false(guide_next(&guide, 3, 1, &next)); /* It is at hand. */
    guide_fini(&guide);
    one_way_fini(&plan);
    tifo_venue_free(venue);
}

static void shares_fall_to_people_by_their_hash(void **state)
{
    (void)state;
    struct small_stand stand;
    struct one_way plan;
    uint32_t gates[] = { 0, 2 }, shares[] = { 300, 700 };
    small_stand_init(&stand, small_egress, 1, NULL);
    one_way_init(&plan, stand.venue, 0);
    for (size_t i = 0; i < plan.plan.n_splits; i++) {
        plan.rows[i].destination = gates;
        plan.rows[i].share_milli = shares;
        plan.rows[i].n_destination = plan.rows[i].n_share_milli = 2;
    }
    behaviour_follow(stand.behaviour, &plan.plan);
    small_stand_until(&stand, 38);
    struct crowd_people people = crowd_people(stand.crowd);
    uint32_t checked = 0;
    for (uint32_t p = 0; p < people.count; p++)
        if (people.goal[p].kind == GOAL_GATE) {
            uint32_t gate = tifo_person_hash(p) % 1000 < 300 ? 0 : 2;
            assert_int_equal(people.goal[p].index, ground_gate_door(stand.venue, gate));
            checked++;
        }
    assert_true(checked > 20);
    one_way_fini(&plan);
    small_stand_fini(&stand);
}

static void a_plan_that_drops_a_gate_turns_those_on_their_way_once(void **state)
{
    (void)state;
    struct small_stand stand;
    struct one_way first, second, third;
    small_stand_init(&stand, small_egress, 1, NULL);
    one_way_init(&first, stand.venue, 1);
    one_way_init(&second, stand.venue, 2);
    one_way_init(&third, stand.venue, 0);
    behaviour_follow(stand.behaviour, &first.plan);
    small_stand_until(&stand, 22);
    uint32_t out = behaviour_tally(stand.behaviour).set_out;
    behaviour_follow(stand.behaviour, &second.plan);
    uint32_t turned = behaviour_tally(stand.behaviour).redirected;
    assert_true(turned > 0 && turned <= out);
    assert_int_equal(count_heading_for(&stand, 2), turned);
    behaviour_follow(stand.behaviour, &third.plan);
    assert_int_equal(behaviour_tally(stand.behaviour).redirected, turned);
    assert_int_equal(count_heading_for(&stand, 2), turned);
    one_way_fini(&first);
    one_way_fini(&second);
    one_way_fini(&third);
    small_stand_fini(&stand);
}

static void whoever_finds_a_gate_shut_hesitates_and_takes_another(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_egress, 0, NULL);
    crowd_set_gate(stand.crowd, ground_gate_door(stand.venue, 3), false);
    bool stood = false;
    while (crowd_time_s(stand.crowd) < 350 &&
           behaviour_tally(stand.behaviour).done < behaviour_tally(stand.behaviour).travellers) {
        small_stand_until(&stand, crowd_time_s(stand.crowd) + CROWD_STEP_S);
        struct crowd_people people = crowd_people(stand.crowd);
        for (uint32_t p = 0; p < people.count && !stood; p++)
            stood = people.mode[p] == PERSON_WALKING && people.goal[p].kind == GOAL_STAND;
    }
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_true(stood);
    assert_true(tally.found_shut > 0);
    assert_int_equal(tally.done, tally.travellers);
    assert_int_equal(crowd_tally(stand.crowd).door_forward[ground_gate_door(stand.venue, 3)], 0);
    small_stand_fini(&stand);
}

/* A plan that knows nothing of a shut gate leads everybody to it; they find another all the same.
 */
static void a_plan_that_is_wrong_keeps_nobody_inside(void **state)
{
    (void)state;
    struct small_stand stand;
    struct one_way plan;
    small_stand_init(&stand, small_egress, 1, NULL);
    one_way_init(&plan, stand.venue, 3);
    behaviour_follow(stand.behaviour, &plan.plan);
    crowd_set_gate(stand.crowd, ground_gate_door(stand.venue, 3), false);
    small_stand_until(&stand, 400);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_true(tally.guided > 0 && tally.found_shut > 0);
    assert_int_equal(tally.done, tally.travellers);
    one_way_fini(&plan);
    small_stand_fini(&stand);
}

/* It leads to two gates, of which one is shut: then to the other, and to none that it avoids. */
static void who_follows_turns_to_no_gate_that_the_plan_avoids(void **state)
{
    (void)state;
    struct small_stand stand;
    struct one_way plan;
    uint32_t other = 0;
    small_stand_init(&stand, small_egress, 1, NULL);
    one_way_init(&plan, stand.venue, 3);
    plan.plan.splits[0]->destination = &other;
    behaviour_follow(stand.behaviour, &plan.plan);
    crowd_set_gate(stand.crowd, ground_gate_door(stand.venue, 3), false);
    small_stand_until(&stand, 400);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    const uint32_t *out = crowd_tally(stand.crowd).door_forward;
    assert_true(tally.found_shut > 0);
    assert_int_equal(tally.done, tally.travellers);
    assert_int_equal(out[ground_gate_door(stand.venue, 1)], 0);
    assert_int_equal(out[ground_gate_door(stand.venue, 2)], 0);
    one_way_fini(&plan);
    small_stand_fini(&stand);
}

static void change(char **text, const char *from, const char *to)
{
    char *changed = small_changed(*text, from, to);
    free(*text);
    *text = changed;
}

/* The ground with G1 beside the way from its place to the next, which is one for one person, and
 * with G2 so wide that it is most people's usual gate. */
static void narrow_stand_init(struct small_stand *stand, double compliance)
{
    struct small small;
    char path[256];
    small_init(&small);
    char *venue = small_read_file(small_ground), *text = strdup(small_egress);
    change(&venue, "[[-9, 22], [-8, 22]]", "[[9, 22], [10, 22]]");
    change(&venue, "[[-15, 22], [-3, 22], [-3, 28], [-15, 28], [-15, 22]]",
           "[[3, 22], [13, 22], [13, 28], [3, 28], [3, 22]]");
    change(&venue, "[[14, 18], [14, 22]]", "[[14, 19.7], [14, 20.3]]");
    change(&venue, "[[28, -2], [28, -1]]", "[[28, -6], [28, 2]]");
    small_write(&small, "narrow.geojson", venue);
    change(&text, small_ground, small_path(&small, "narrow.geojson", path));
    change(&text, "occupancy: 0.3", "occupancy: 0.9");
    change(&text, "nearest-gate: 0.5", "nearest-gate: 0");
    small_stand_init(stand, text, compliance, NULL);
    small_fini(&small);
    free(venue);
    free(text);
}

/* On their way to G2 they come to stand beside G1: who does not get on there leaves by it, long
 * before they would give G2 up. Those whom a plan leads on trust it. */
static void who_is_stuck_before_an_open_gate_leaves_by_it(void **state)
{
    (void)state;
    enum { G1, G2 };
    for (int guided = 0; guided < 2; guided++) {
        struct small_stand stand;
        struct one_way plan;
        narrow_stand_init(&stand, guided);
        one_way_init(&plan, stand.venue, G2);
        behaviour_follow(stand.behaviour, &plan.plan);
        small_stand_until(&stand, 60);
        struct crowd_people people = crowd_people(stand.crowd);
        struct goal to_g1 = { GOAL_GATE, ground_gate_door(stand.venue, G1) };
        struct goal to_g2 = { GOAL_GATE, ground_gate_door(stand.venue, G2) };
        uint8_t *went_on = calloc(people.count, 1);
        for (uint32_t p = 0; p < people.count; p++)
            went_on[p] = people.goal[p].kind == to_g2.kind && people.goal[p].index == to_g2.index;
        small_stand_until(&stand, 120);
        people = crowd_people(stand.crowd);
        uint32_t turned = 0;
        for (uint32_t p = 0; p < people.count; p++)
            turned += went_on[p] && people.goal[p].index == to_g1.index;
        assert_true(guided ? turned == 0 : turned > 20);
        assert_true(crowd_tally(stand.crowd).door_forward[to_g2.index] > 50);
        free(went_on);
        one_way_fini(&plan);
        small_stand_fini(&stand);
    }
}

/* Five hundred people and two doors for one each: the last wait for minutes, a step at a time. */
static void a_line_that_moves_is_not_given_up(void **state)
{
    (void)state;
    enum { G2 = 1 };
    struct small small;
    struct small_stand stand;
    struct one_way plan;
    char path[256];
    small_init(&small);
    char *venue = small_read_file(small_ground), *text = strdup(small_egress);
    change(&venue, "[[14, 18], [14, 22]]", "[[14, 19.7], [14, 20.3]]");
    change(&venue, "[[4, -29], [4, -25]]", "[[4, -27.3], [4, -26.7]]");
    small_write(&small, "slow.geojson", venue);
    change(&text, small_ground, small_path(&small, "slow.geojson", path));
    change(&text, "occupancy: 0.3", "occupancy: 0.9");
    small_stand_init(&stand, text, 1, NULL);
    one_way_init(&plan, stand.venue, G2);
    behaviour_follow(stand.behaviour, &plan.plan);
    small_stand_until(&stand, 200);
    const uint32_t to_g2 = ground_gate_door(stand.venue, G2);
    const struct crowd_people people = crowd_people(stand.crowd);
    uint32_t wait = 0, gave_up = 0;
    for (uint32_t p = 0; p < people.count; p++) {
        wait += people.mode[p] == PERSON_WALKING;
        gave_up += people.goal[p].kind == GOAL_GATE && people.goal[p].index != to_g2;
    }
    assert_true(wait > 200 && gave_up < 10); /* Some are wedged between others. */
    one_way_fini(&plan);
    small_stand_fini(&stand);
    small_fini(&small);
    free(venue);
    free(text);
}

static void everybody_comes_back_after_all_stops(void **state)
{
    (void)state;
    struct small_stand stand;
    small_stand_init(&stand, small_break, 0, NULL);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_true(tally.travellers > 0);
    small_stand_until(&stand, 720);
    tally = behaviour_tally(stand.behaviour);
    assert_int_equal(tally.set_out, tally.travellers);
    assert_int_equal(tally.done, tally.travellers);
    assert_int_equal(crowd_tally(stand.crowd).seated, tally.people);
    uint32_t served = 0;
    for (uint32_t f = 0; f < stand.venue->n_facilities; f++)
        served += crowd_tally(stand.crowd).served_by[f];
    assert_true(served > tally.travellers); /* Some made two stops. */
    small_stand_fini(&stand);
}

static void whoever_still_queues_a_minute_after_the_restart_gives_up(void **state)
{
    (void)state;
    char text[1024];
    assert_true(strlen(small_break) < sizeof text);
    strcpy(text, small_break);
    for (char *at; (at = strstr(text, "10:00")) != NULL;) /* The break ends when they set out. */
        memcpy(at, "01:00", 5);
    struct small_stand stand;
    small_stand_init(&stand, text, 0, NULL);
    small_stand_until(&stand, 119.9);
    assert_int_equal(behaviour_tally(stand.behaviour).gave_up, 0);
    assert_true(crowd_tally(stand.crowd).queued > 0);
    small_stand_until(&stand, 122);
    assert_true(behaviour_tally(stand.behaviour).gave_up > 0);
    small_stand_until(&stand, 300);
    struct behaviour_tally tally = behaviour_tally(stand.behaviour);
    assert_int_equal(tally.done, tally.travellers);
    assert_int_equal(crowd_tally(stand.crowd).seated, tally.people);
    small_stand_fini(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unguided_take_the_nearest_facility),
        cmocka_unit_test(those_who_comply_follow_the_plan_and_the_others_do_not),
        cmocka_unit_test(arrows_point_to_the_next_place),
        cmocka_unit_test(shares_fall_to_people_by_their_hash),
        cmocka_unit_test(a_plan_that_drops_a_gate_turns_those_on_their_way_once),
        cmocka_unit_test(whoever_finds_a_gate_shut_hesitates_and_takes_another),
        cmocka_unit_test(a_plan_that_is_wrong_keeps_nobody_inside),
        cmocka_unit_test(who_follows_turns_to_no_gate_that_the_plan_avoids),
        cmocka_unit_test(who_is_stuck_before_an_open_gate_leaves_by_it),
        cmocka_unit_test(a_line_that_moves_is_not_given_up),
        cmocka_unit_test(everybody_comes_back_after_all_stops),
        cmocka_unit_test(whoever_still_queues_a_minute_after_the_restart_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
