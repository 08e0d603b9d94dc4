/* The ground unfolded: rings that hide nothing, true along themselves. */
#include "tests/unit/twin/check.h"

#include "clients/c/tifo.h"
#include "tests/unit/twin/states.h"
#include "twin/drawing.h"

#include <math.h>
#include <stdio.h>

static Tifo__V1__Venue *load(const char *file)
{
    struct tifo_problem problem;
    Tifo__V1__Venue *venue;
    char path[1024];
    snprintf(path, sizeof path, "%s/scenarios/venues/%s", TIFO_SOURCE_DIR, file);
    assert_true(tifo_venue_load(path, &venue, &problem));
    return venue;
}

static void the_rectangle_goes_there_and_back(void **state)
{
    (void)state;
    struct base base = { .centre = { 3, -7 },
                         .cosine = 0.8f,
                         .sine = 0.6f,
                         .half_x = 40,
                         .half_y = 25,
                         .reference = 30 };
    float length = base_length(&base);
    for (float u = 0.5f; u < length; u += 1.7f) {
        for (float d = 1; d < 90; d += 11) {
            struct base_spot spot = base_spot(&base, base_point(&base, (struct base_spot){ u, d }));
            assert_true(fabsf(base_way(&base, spot.u, u)) < 0.01f);
            assert_true(fabsf(spot.d - d) < 0.01f);
        }
    }
    assert_true(fabsf(base_way(&base, length - 1, 2) - 3) < 1e-3f);
    assert_true(fabsf(base_way(&base, 2, length - 1) + 3) < 1e-3f);
}

static void a_bowl_becomes_rings_that_do_not_overlap(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = load("bowl-5000.geojson");
    struct unfold unfold;
    assert_true(unfold_init(&unfold, venue));
    static const struct {
        enum ring_kind kind;
        int32_t level;
    } order[] = { { RING_TIER, 1 },
                  { RING_TIER, 2 },
                  { RING_CONCOURSE, 2 },
                  { RING_STAIRS, 1 },
                  { RING_CONCOURSE, 1 } };
    assert_int_equal(unfold.ring_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(unfold.rings[i].kind, order[i].kind);
        assert_int_equal(unfold.rings[i].level, order[i].level);
        assert_true(unfold.rings[i].to > unfold.rings[i].from);
        assert_true(i == 0 || unfold.rings[i].from > unfold.rings[i - 1].to);
    }
    assert_true(unfold.rings[4].gates);
    unfold_fini(&unfold);
    tifo_venue_free(venue);
}

/* Every outline lies in its ring, and every point comes back to where it was. */
static void places_keep_their_position_along_the_ring(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = load("bowl-5000.geojson");
    struct unfold unfold;
    struct drawing drawing;
    assert_true(unfold_init(&unfold, venue));
    drawing_init_unfolded(&drawing, venue, &unfold);
    size_t looked_at = 0;
    for (uint32_t z = 0; z < venue->n_zones; z++) {
        const struct ring *ring = drawing_ring(&drawing, z);
        if (!ring || ring->kind != RING_CONCOURSE)
            continue;
        const struct shape *shape = &drawing.shapes[drawing.first[z]];
        for (size_t i = 0; i < shape->count; i++) {
            float d = base_spot(&unfold.base, shape->points[i]).d;
            assert_true(d > ring->from - 0.05f && d < ring->to + 0.05f);
        }
        const Tifo__V1__Path *outline = venue->zones[z]->outline;
        for (size_t i = 0; i + 1 < outline->n_xy_cm; i += 2, looked_at++) {
            struct point m = { (float)outline->xy_cm[i] / 100, (float)outline->xy_cm[i + 1] / 100 };
            struct point drawn = unfold_point(&unfold, z, m);
            float there = base_spot(&unfold.base, m).u, here = base_spot(&unfold.base, drawn).u;
            assert_true(fabsf(base_way(&unfold.base, there, here)) < 0.02f);
            struct point back = unfold_back(&unfold, unfold.place_ring[z], drawn);
            assert_true(hypotf(back.x - m.x, back.y - m.y) < 0.3f); /* Arcs are chords. */
        }
    }
    assert_true(looked_at > 100);
    drawing_fini(&drawing);
    unfold_fini(&unfold);
    tifo_venue_free(venue);
}

static void a_ground_with_open_ends_stays_a_map(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = load("four-gates.geojson");
    struct unfold unfold;
    assert_false(unfold_init(&unfold, venue));
    tifo_venue_free(venue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rectangle_goes_there_and_back),
        cmocka_unit_test(a_bowl_becomes_rings_that_do_not_overlap),
        cmocka_unit_test(places_keep_their_position_along_the_ring),
        cmocka_unit_test(a_ground_with_open_ends_stays_a_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
