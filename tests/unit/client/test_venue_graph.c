/*
 * What is derived from four-gates.geojson, worked out by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "tests/unit/client/files.h"

static int load(void **state)
{
    Tifo__V1__Venue *venue;
    if (!tifo_venue_load(venue_path_of("four-gates.geojson"), &venue, NULL))
        return 1;
    *state = venue;
    return 0;
}

static int unload(void **state)
{
    tifo_venue_free(*state);
    return 0;
}

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 1e-3)
        fail_msg("%.6f is not %.6f", value, expected);
}

static const Tifo__V1__Link *link_of(const Tifo__V1__Venue *venue, Tifo__V1__LinkKind kind,
                                     const char *id)
{
    for (size_t i = 0; i < venue->n_links; i++) {
        const Tifo__V1__Link *link = venue->links[i];
        const char *other = link->kind == TIFO__V1__LINK_KIND__LINK_KIND_OPENING
                                ? venue->openings[link->index]->opening_id
                            : link->kind == TIFO__V1__LINK_KIND__LINK_KIND_GATE
                                ? venue->gates[link->index]->gate_id
                                : venue->facilities[link->index]->facility_id;
        if (link->kind == kind && strcmp(other, id) == 0)
            return link;
    }
    fail_msg("no link %s", id);
    return NULL;
}

static void counts_are_the_files(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    assert_string_equal(venue->venue_id, "four-gates");
    assert_null(venue->anchor);
    assert_int_equal(venue->n_levels, 2);
    assert_int_equal(venue->n_zones, 20);
    assert_int_equal(venue->n_blocks, 6);
    assert_int_equal(venue->n_gates, 4);
    assert_int_equal(venue->n_facilities, 8);
    assert_int_equal(tifo_seat_count(venue), 600);
    assert_int_equal(tifo_place_count(venue), 26);
    assert_int_equal(tifo_node_count(venue), 34);
    assert_int_equal(venue->n_links, venue->n_openings + 4 + 8);
}

static void areas_capacities_and_centres(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    uint32_t place;
    assert_true(tifo_place_find(venue, "L1-SE", &place));
    /* 4 x 17 up the side and 20 x 4 along the south. */
    assert_near(venue->zones[place]->area_m2, 148);
    assert_int_equal(venue->zones[place]->capacity_people, 592);
    /* An L: its centroid lies in the pitch's corner, so another point is taken. */
    const Tifo__V1__Point *centre = tifo_place_centre(venue, place);
    assert_true(tifo_place_has(venue, place, centre->x, centre->y));
    assert_true(tifo_place_find(venue, "L1-N", &place));
    centre = tifo_place_centre(venue, place);
    assert_near(centre->x, 0);
    assert_near(centre->y, 20);
    assert_int_equal(venue->zones[place]->capacity_people, 4 * 28 * 4);
    assert_int_equal(venue->blocks[0]->seats, 96);
    assert_near(venue->blocks[0]->centre->x, -7);
    assert_near(venue->blocks[0]->centre->y, 14);
}

static void an_opening_is_walked_through_its_middle(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    /* N1 (-7, 14) to (-1, 14), on to the aisle's centre (0, 15). */
    const Tifo__V1__Link *link = link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, "o-N1");
    assert_near(link->length_m, 6 + sqrt(2));
    assert_near(link->width_m, 4);
    assert_near(link->capacity_ppm, 82 * 4);
    assert_near(link->walk_s, (6 + sqrt(2)) / 1.34);
    assert_int_equal(link->node_a, venue->n_zones);
    assert_string_equal(tifo_place_id(venue, link->node_b), "aisle-N");
}

static void stairs_are_slower_and_carry_less(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    /* Stairs (-8, -24) to (-5, -23), on to level 2 W (-10.5, -21.5). */
    const Tifo__V1__Link *link =
        link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, "o-stairs-W-2");
    assert_near(link->length_m, sqrt(10) + sqrt(32.5));
    assert_near(link->capacity_ppm, 66 * 2);
    assert_near(link->walk_s, sqrt(10) / 0.61 + sqrt(32.5) / 1.34);
    assert_int_equal(venue->openings[link->index]->level, 2);
    link = link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, "o-stairs-W-1");
    assert_int_equal(venue->openings[link->index]->level, 1);
}

static void a_gate_ends_at_the_gate(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    /* Level 1 N (0, 20) to (-8.5, 22). */
    const Tifo__V1__Link *link = link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_GATE, "G1");
    assert_near(link->length_m, sqrt(8.5 * 8.5 + 4));
    assert_near(link->capacity_ppm, 82);
    assert_near(venue->gates[0]->width_m, 1);
    assert_near(venue->gates[0]->entry_rate_pph, 660);
    assert_near(venue->gates[3]->exit_capacity_ppm, 82 * 1.2);
    assert_int_equal(venue->gates[0]->level, 1);
}

static void a_facility_serves_by_its_servers(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    /* Level 1 N (0, 20) to (7, 18); four tills of 30 s. */
    const Tifo__V1__Link *link = link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_FACILITY, "F1");
    assert_near(link->length_m, sqrt(49 + 4));
    assert_near(link->capacity_ppm, 8);
    assert_int_equal(link->node_b, tifo_place_count(venue));
    assert_int_equal(venue->facilities[3]->level, 2);
}

static void the_way_around_a_corner_is_walked(void **state)
{
    const Tifo__V1__Venue *venue = *state;
    const Tifo__V1__Link *link = link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, "o-NE-E");
    uint32_t place;
    assert_true(tifo_place_find(venue, "L1-NE", &place));
    const Tifo__V1__Point *centre = tifo_place_centre(venue, place);
    double straight = hypot(26 - centre->x, 8 - centre->y) + 10;
    assert_true(link->length_m >= straight - 1e-9);
    assert_true(link->length_m < straight + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_the_files),
        cmocka_unit_test(areas_capacities_and_centres),
        cmocka_unit_test(an_opening_is_walked_through_its_middle),
        cmocka_unit_test(stairs_are_slower_and_carry_less),
        cmocka_unit_test(a_gate_ends_at_the_gate),
        cmocka_unit_test(a_facility_serves_by_its_servers),
        cmocka_unit_test(the_way_around_a_corner_is_walked),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
