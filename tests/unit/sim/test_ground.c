#include "tests/unit/sim/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "sim/core/crowd.h"
#include "sim/ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void a_venue_keeps_its_indices(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = small_venue();
    struct ground_error error = { "" };
    struct ground *ground = ground_of_venue(venue, false, NULL, NULL, &error);
    if (ground == NULL)
        fail_msg("%s", error.text);
    for (uint32_t i = 0; i < venue->n_zones; i++)
        for (uint32_t k = 0; k < venue->n_zones; k++) {
            /* The engine's floor and the venue's agree about the middle of every zone. */
            const Tifo__V1__Point *centre = venue->zones[k]->centre;
            struct point at = { centre->x, centre->y };
            assert_int_equal(ground_contains(ground, i, at),
                             tifo_place_has(venue, i, centre->x, centre->y));
        }
    ground_destroy(ground);
    tifo_venue_free(venue);
}

static void gates_are_the_doors_after_the_openings(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = small_venue();
    uint32_t gate = 99;
    assert_int_equal(ground_gate_door(venue, 2), venue->n_openings + 2);
    assert_true(ground_door_gate(venue, ground_gate_door(venue, 3), &gate));
    assert_int_equal(gate, 3);
    assert_false(ground_door_gate(venue, (uint32_t)venue->n_openings - 1, &gate));
    tifo_venue_free(venue);
}

/* From every seat there is a way to every gate and to every facility. */
static void everything_can_be_reached_from_every_block(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = small_venue();
    struct ground_error error;
    struct ground *ground = ground_of_venue(venue, false, NULL, NULL, &error);
    struct crowd *crowd = crowd_create(ground, &(struct crowd_def){ .seed = 1 });
    for (uint32_t block = 0; block < venue->n_blocks; block++) {
        uint32_t person =
            crowd_add(crowd, &(struct person_def){ .seat_block = block, .seated = true });
        for (uint32_t gate = 0; gate < venue->n_gates; gate++)
            assert_true(isfinite(crowd_way_s(
                crowd, person, (struct goal){ GOAL_GATE, ground_gate_door(venue, gate) })));
        for (uint32_t f = 0; f < venue->n_facilities; f++)
            assert_true(isfinite(crowd_way_s(crowd, person, (struct goal){ GOAL_FACILITY, f })));
    }
    crowd_destroy(crowd);
    ground_destroy(ground);
    tifo_venue_free(venue);
}

static void a_door_beside_its_place_is_refused_in_words(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = small_venue();
    struct ground_error error = { "" };
    for (size_t i = 0; i < venue->openings[0]->line->n_xy_cm; i++)
        venue->openings[0]->line->xy_cm[i] += 100000;
    assert_null(ground_of_venue(venue, false, NULL, NULL, &error));
    assert_non_null(strstr(error.text, venue->openings[0]->opening_id));
    tifo_venue_free(venue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_venue_keeps_its_indices),
        cmocka_unit_test(gates_are_the_doors_after_the_openings),
        cmocka_unit_test(everything_can_be_reached_from_every_block),
        cmocka_unit_test(a_door_beside_its_place_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
