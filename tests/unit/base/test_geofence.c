/* The geofence against an oracle that looks at every polygon: a point's winding number, in whole
 * numbers, edges first. Random polygons with holes, over levels, asked at random points, at their
 * corners and on their edges. */
#include "server/base/geofence.h"

#include "server/base/prng.h"
#include "tests/support/seed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SHAPES = 60, POINTS = 12, HOLES = 2, LEVELS = 4, ASKED = 20000, WORLDS = 6 };

struct world {
    int32_t xy[SHAPES][POINTS * 2], holes_xy[SHAPES][HOLES][8];
    struct geofence_ring holes[SHAPES][HOLES];
    struct geofence_shape shapes[SHAPES];
    int32_t span_cm;
};

/* ---- The oracle -------------------------------------------------------------------------------
 */

static int sign_of(int64_t value)
{
    return (value > 0) - (value < 0);
}

static bool is_between(int32_t value, int32_t a, int32_t b)
{
    return (a <= value && value <= b) || (b <= value && value <= a);
}

/* 2: on the edge; 1: inside; 0: outside. */
static int oracle_ring(const struct geofence_ring *ring, int32_t x, int32_t y)
{
    int winding = 0;
    for (uint32_t i = 0; i < ring->points; i++) {
        const int32_t *a = &ring->xy_cm[2 * i], *b = &ring->xy_cm[2 * ((i + 1) % ring->points)];
        const int64_t cross = ((int64_t)b[0] - a[0]) * ((int64_t)y - a[1]) -
                              ((int64_t)b[1] - a[1]) * ((int64_t)x - a[0]);
        if (cross == 0 && is_between(x, a[0], b[0]) && is_between(y, a[1], b[1]))
            return 2;
        if (a[1] <= y && b[1] > y && sign_of(cross) > 0)
            winding++;
        else if (a[1] > y && b[1] <= y && sign_of(cross) < 0)
            winding--;
    }
    return winding != 0;
}

static uint32_t oracle(const struct world *world, int32_t x, int32_t y, int32_t level)
{
    for (uint32_t i = 0; i < SHAPES; i++) {
        const struct geofence_shape *shape = &world->shapes[i];
        bool in = shape->level <= level && level <= shape->level_to &&
                  oracle_ring(&shape->outline, x, y) != 0;
        for (uint32_t h = 0; in && h < shape->hole_count; h++)
            in = oracle_ring(&shape->holes[h], x, y) != 1;
        if (in)
            return shape->place;
    }
    return GEOFENCE_NONE;
}

/* ---- Worlds -----------------------------------------------------------------------------------
 */

/* A star around a middle: simple, and as ragged as it comes; some are plain boxes on round numbers,
 * side by side, as grounds have them. */
static void make_shape(struct world *world, uint32_t i, struct prng *prng)
{
    const int32_t span = world->span_cm;
    int32_t *xy = world->xy[i];
    const int32_t x = (int32_t)prng_below(prng, (uint32_t)span) - span / 2;
    const int32_t y = (int32_t)prng_below(prng, (uint32_t)span) - span / 2;
    const int32_t most = span / 8 + 20;
    uint32_t points = POINTS;
    if (prng_below(prng, 3) == 0) {
        const int32_t step = span / 16 + 4, left = x / step * step, low = y / step * step;
        const int32_t box[] = { left,        low,        left + step, low,
                                left + step, low + step, left,        low + step };
        memcpy(xy, box, sizeof box);
        points = 4;
    } else {
        for (uint32_t k = 0; k < POINTS; k++) {
            const double angle = 6.283185307179586 * k / POINTS;
            const double radius = most / 4.0 + prng_below(prng, (uint32_t)most);
            xy[2 * k] = x + (int32_t)(radius * cos(angle));
            xy[2 * k + 1] = y + (int32_t)(radius * sin(angle));
        }
    }
    const int32_t level = (int32_t)prng_below(prng, LEVELS) - 1;
    uint32_t holes = prng_below(prng, HOLES + 1);
    for (uint32_t h = 0; h < holes; h++) {
        const int32_t at = x + (int32_t)h * most / 6 - most / 8, size = most / 10 + 2;
        const int32_t hole[] = { at, y, at, y + size, at + size, y + size, at + size, y };
        memcpy(world->holes_xy[i][h], hole, sizeof hole);
        world->holes[i][h] = (struct geofence_ring){ world->holes_xy[i][h], 4 };
    }
    world->shapes[i] = (struct geofence_shape){ .place = i * 2 + 1,
                                                .level = level,
                                                .level_to = level + (prng_below(prng, 4) == 0),
                                                .outline = { xy, points },
                                                .holes = world->holes[i],
                                                .hole_count = holes };
}

static void ask(const struct world *world, const struct geofence *fence, int32_t x, int32_t y)
{
    for (int32_t level = -2; level <= LEVELS; level++) {
        const uint32_t want = oracle(world, x, y, level), got = geofence_find(fence, x, y, level);
        if (want != got)
            fail_msg("span %d cm, (%d, %d) on level %d: %u, the oracle says %u", world->span_cm, x,
                     y, level, got, want);
    }
}

/* Corners, what is beside them, and points along edges. */
static void ask_ring(const struct world *world, const struct geofence *fence,
                     const struct geofence_ring *ring)
{
    for (uint32_t i = 0; i < ring->points; i++) {
        const int32_t *a = &ring->xy_cm[2 * i], *b = &ring->xy_cm[2 * ((i + 1) % ring->points)];
        for (int32_t dx = -1; dx <= 1; dx++)
            for (int32_t dy = -1; dy <= 1; dy++)
                ask(world, fence, a[0] + dx, a[1] + dy);
        ask(world, fence, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
        ask(world, fence, a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3);
    }
}

static void equals_the_oracle(void **state)
{
    (void)state;
    static const int32_t spans_cm[WORLDS] = { 200, 3000, 30000, 300000, 10000000, 400000000 };
    static struct world world;
    struct prng prng = { test_seed() };
    for (int w = 0; w < WORLDS; w++) {
        world.span_cm = spans_cm[w];
        for (uint32_t i = 0; i < SHAPES; i++)
            make_shape(&world, i, &prng);
        struct geofence *fence = geofence_create(world.shapes, SHAPES, NULL);
        for (int i = 0; i < ASKED; i++)
            ask(&world, fence,
                (int32_t)prng_below(&prng, (uint32_t)world.span_cm * 3 / 2) - world.span_cm / 4 * 3,
                (int32_t)prng_below(&prng, (uint32_t)world.span_cm * 3 / 2) -
                    world.span_cm / 4 * 3);
        for (uint32_t i = 0; i < SHAPES; i++) {
            ask_ring(&world, fence, &world.shapes[i].outline);
            for (uint32_t h = 0; h < world.shapes[i].hole_count; h++)
                ask_ring(&world, fence, &world.shapes[i].holes[h]);
        }
        ask(&world, fence, INT32_MIN, INT32_MAX);
        geofence_destroy(fence);
    }
}

static void what_makes_no_shape_is_left_out(void **state)
{
    (void)state;
    static const int32_t line[] = { 0, 0, 10, 10 }, far[] = { 0, 0, INT32_MAX, 0, 0, INT32_MAX };
    const struct geofence_shape shapes[] = { { .place = 0, .outline = { line, 2 } },
                                             { .place = 1, .outline = { far, 3 } },
                                             { .place = 2, .level = 3, .level_to = 1 } };
    struct geofence *fence = geofence_create(shapes, 3, NULL);
    assert_int_equal(geofence_find(fence, 0, 0, 0), GEOFENCE_NONE);
    int32_t x, y;
    assert_false(geofence_plane(fence, 0, 0, &x, &y));
    geofence_destroy(fence);
}

/* Metres a degree at 50 degrees north: 71,696 east, 111,229 north (WGS 84). */
static void positions_on_the_earth(void **state)
{
    (void)state;
    struct geofence_anchor anchor = { .longitude_deg = 8, .latitude_deg = 50 };
    struct geofence *fence = geofence_create(NULL, 0, &anchor);
    int32_t x, y;
    assert_true(geofence_plane(fence, 8.001, 50.002, &x, &y));
    assert_in_range(x, 7168, 7171);
    assert_in_range(y, 22243, 22248);
    assert_true(geofence_plane(fence, 8, 50, &x, &y));
    assert_int_equal(x, 0);
    assert_int_equal(y, 0);
    assert_false(geofence_plane(fence, -172, -50, &x, &y));
    geofence_destroy(fence);
    /* The plane's +y points east: what lies north lies to its left. */
    anchor.bearing_deg = 90;
    fence = geofence_create(NULL, 0, &anchor);
    assert_true(geofence_plane(fence, 8, 50.001, &x, &y));
    assert_true(x < -11100 && y > -5 && y < 5);
    geofence_destroy(fence);
    /* Across the date line. */
    anchor = (struct geofence_anchor){ .longitude_deg = 179.9999 };
    fence = geofence_create(NULL, 0, &anchor);
    assert_true(geofence_plane(fence, -179.9999, 0, &x, &y));
    assert_in_range(x, 2220, 2230);
    geofence_destroy(fence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_oracle),
        cmocka_unit_test(what_makes_no_shape_is_left_out),
        cmocka_unit_test(positions_on_the_earth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
