/*
 * Plane geometry, on shapes whose answers are plain.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clients/c/geometry.h"
#include "clients/c/plane.h"

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.6f is not %.6f", value, expected);
}

#define PATH(name, ...)                                                                            \
    static const int32_t name##_xy[] = { __VA_ARGS__ };                                            \
    static const struct path name = { name##_xy, sizeof(name##_xy) / sizeof(name##_xy[0]) / 2 }

/* An L of 10 m legs, 2 m wide, inner corner at (2, 2). */
PATH(ell, 0, 0, 1000, 0, 1000, 200, 200, 200, 200, 1000, 0, 1000);
PATH(square, 0, 0, 1000, 0, 1000, 1000, 0, 1000);
PATH(column, 400, 400, 400, 600, 600, 600, 600, 400);
PATH(bow_tie, 0, 0, 1000, 1000, 1000, 0, 0, 1000);
PATH(pinched, 0, 0, 1000, 0, 500, 500, 1000, 1000, 0, 1000, 500, 500);
PATH(fold, 0, 0, 1000, 0, 500, 0, 500, 500);

static void an_area_is_less_its_holes(void **state)
{
    (void)state;
    struct shape shape = { square, &column, 1 };
    assert_near(shape_area_m2(&shape), 96, 0);
    assert_true(ring_double_area(square) > 0);
    assert_true(ring_double_area(column) < 0);
}

static void rings_that_cross_or_touch_themselves_are_found(void **state)
{
    (void)state;
    size_t a, b;
    assert_false(ring_crosses_itself(ell, &a, &b));
    assert_true(ring_crosses_itself(bow_tie, &a, &b));
    assert_true(ring_crosses_itself(pinched, &a, &b));
    assert_true(ring_crosses_itself(fold, &a, &b));
}

static void the_edge_belongs_to_the_shape_and_the_hole_does_not(void **state)
{
    (void)state;
    struct shape shape = { square, &column, 1 };
    assert_true(shape_has(&shape, (struct spot){ 0, 0 }));
    assert_true(shape_has(&shape, (struct spot){ 500, 1000 }));
    assert_true(shape_has(&shape, (struct spot){ 400, 500 }));
    assert_false(shape_has(&shape, (struct spot){ 500, 500 }));
    assert_false(shape_has(&shape, (struct spot){ 1000.5, 500 }));
}

static void the_way_bends_around_corners_and_columns(void **state)
{
    (void)state;
    struct shape bent = { ell, NULL, 0 };
    assert_near(shape_walk_cm(&bent, (struct spot){ 900, 100 }, (struct spot){ 100, 900 }),
                2 * sqrt(700 * 700 + 100 * 100), 0.01);
    assert_near(shape_walk_cm(&bent, (struct spot){ 100, 100 }, (struct spot){ 900, 100 }), 800, 0);
    struct shape holed = { square, &column, 1 };
    assert_near(shape_walk_cm(&holed, (struct spot){ 100, 500 }, (struct spot){ 900, 500 }),
                200 + 2 * sqrt(300 * 300 + 100 * 100), 0.01);
}

static void a_centre_lies_inside(void **state)
{
    (void)state;
    struct shape bent = { ell, NULL, 0 }, holed = { square, &column, 1 };
    struct spot centre = shape_centre(&bent);
    assert_true(shape_has_deep(&bent, centre, 30));
    centre = shape_centre(&holed);
    assert_true(shape_has_deep(&holed, centre, 30));
    struct shape plain = { square, NULL, 0 };
    centre = shape_centre(&plain);
    assert_near(centre.x, 500, 0);
    assert_near(centre.y, 500, 0);
}

PATH(beside, 1000, 0, 2000, 0, 2000, 1000, 1000, 1000);
PATH(rounded_into, 996, 0, 2000, 0, 2000, 1000, 996, 1000);
PATH(well_into, 990, 100, 2000, 100, 2000, 900, 990, 900);
PATH(crossing, -500, 400, 1500, 400, 1500, 600, -500, 600);

static void touching_is_not_overlapping(void **state)
{
    (void)state;
    struct shape a = { square, NULL, 0 };
    const struct {
        struct path path;
        bool overlaps;
    } rows[] = {
        { beside, false },  { rounded_into, false }, { well_into, true },
        { crossing, true }, { square, true },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct shape b = { rows[i].path, NULL, 0 };
        assert_int_equal(shapes_overlap(&a, &b), rows[i].overlaps);
        assert_int_equal(shapes_overlap(&b, &a), rows[i].overlaps);
    }
}

/* Lengths of a degree: 111,319.5 m along the equator, 110,574.3 m along the meridian there (WGS
 * 84). */
static void degrees_become_metres(void **state)
{
    (void)state;
    struct plane plane = plane_init(9, 0, 0);
    double cm[2], east[2] = { 9.01, 0 }, north[2] = { 9, 0.01 };
    plane_to_cm(&plane, east, cm);
    assert_near(cm[0], 111319.5, 0.1);
    assert_near(cm[1], 0, 0.1);
    plane_to_cm(&plane, north, cm);
    assert_near(cm[1], 110574.3, 0.1);
}

static void a_bearing_turns_the_plane_and_back(void **state)
{
    (void)state;
    struct plane plane = plane_init(13.2, 52.9, 90);
    double cm[2], east[2] = { 13.201, 52.9 }, back[2];
    plane_to_cm(&plane, east, cm);
    /* +y points east now. */
    assert_near(cm[0], 0, 0.01);
    assert_true(cm[1] > 6000);
    plane_from_cm(&plane, cm, back);
    assert_near(back[0], east[0], 1e-11);
    assert_near(back[1], east[1], 1e-11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_area_is_less_its_holes),
        cmocka_unit_test(rings_that_cross_or_touch_themselves_are_found),
        cmocka_unit_test(the_edge_belongs_to_the_shape_and_the_hole_does_not),
        cmocka_unit_test(the_way_bends_around_corners_and_columns),
        cmocka_unit_test(a_centre_lies_inside),
        cmocka_unit_test(touching_is_not_overlapping),
        cmocka_unit_test(degrees_become_metres),
        cmocka_unit_test(a_bearing_turns_the_plane_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
