/* The named parameter sets: what each was fitted to, and that bodies keep apart. */
#include "tests/unit/simcore/scene.h"

#include "sim/core/geometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void open_as(struct scene *s, const struct walking *walking, uint64_t seed)
{
    scene_open(s, seed);
    crowd_destroy(s->crowd);
    s->crowd = crowd_create(s->ground, &(struct crowd_def){ .seed = seed, .walking = walking });
}

/* Share of people of mode walking who overlap somebody by more than 1 cm. */
struct overlaps {
    double people, overlapping;
};

static bool overlaps(const struct crowd_people *p, uint32_t i)
{
    for (uint32_t k = 0; k < p->count; k++) {
        double touch = p->radius_m[i] + p->radius_m[k] - 0.01;
        if (k != i && p->mode[k] == PERSON_WALKING && p->place[k] == p->place[i] &&
            fabs(p->x[i] - p->x[k]) < touch &&
            point_distance((struct point){ p->x[i], p->y[i] }, (struct point){ p->x[k], p->y[k] }) <
                touch)
            return true;
    }
    return false;
}

static void count_overlaps(const struct scene *s, struct overlaps *o)
{
    struct crowd_people p = crowd_people(s->crowd);
    for (uint32_t i = 0; i < p.count; i++)
        if (p.mode[i] == PERSON_WALKING) {
            o->people++;
            o->overlapping += overlaps(&p, i);
        }
}

struct reading {
    double density, mps;
};

/* A corridor of 100 x 3 m full of people who walk one way, read in its middle from 10 to 40 s. */
static struct reading read_corridor(const struct walking *walking, double density, uint32_t seed)
{
    struct scene s = { 0 };
    uint32_t corridor = scene_room(&s, 0, 0, 100, 3), outside = scene_outside(&s, 100, 0, 104, 3);
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 100, 0 }, (struct point){ 100, 3 });
    open_as(&s, walking, seed);
    scene_spread(&s, corridor, (uint32_t)(density * 99.6 * 2.8), (struct point){ 0.2, 0.1 },
                 (struct point){ 99.8, 2.9 }, (struct goal){ GOAL_GATE, gate }, seed);
    double people = 0, speeds = 0, readings = 0;
    while (crowd_time_s(s.crowd) < 40) {
        crowd_step(s.crowd);
        struct crowd_people p = crowd_people(s.crowd);
        readings += crowd_time_s(s.crowd) > 10;
        for (uint32_t i = 0; crowd_time_s(s.crowd) > 10 && i < p.count; i++)
            if (p.mode[i] == PERSON_WALKING && fabs(p.x[i] - 50) < 3 && fabs(p.y[i] - 1.5) < 1) {
                people++;
                speeds += p.speed_mps[i];
            }
    }
    scene_close(&s);
    return (struct reading){ people / readings / 12, speeds / people };
}

static void weidmann_walks_at_weidmanns_speeds(void **state)
{
    (void)state;
    static const double densities[] = { 0.5, 1, 1.5, 2, 2.5, 3, 4 };
    for (size_t i = 0; i < sizeof densities / sizeof densities[0]; i++) {
        enum { SEEDS = 4 };
        struct reading r = { 0, 0 };
        for (uint32_t seed = 1; seed <= SEEDS; seed++) {
            struct reading one = read_corridor(&walking_weidmann, densities[i], seed);
            r.density += one.density / SEEDS;
            r.mps += one.mps / SEEDS;
        }
        double wanted = 1.34 * (1 - exp(-1.913 * (1 / r.density - 1 / 5.4)));
        print_message("%.2f people a m2: %.3f m/s, Weidmann %.3f\n", r.density, r.mps, wanted);
        assert_true(fabs(r.mps - wanted) <= 0.05);
    }
}

/* People a second through a bottleneck of 1 m length, of the middle half of those who pass. */
static double flow_through(const struct walking *walking, double width_m, struct overlaps *o)
{
    struct scene s = { 0 };
    double y0 = 7 - width_m / 2, y1 = 7 + width_m / 2;
    uint32_t room = scene_room(&s, 0, 0, 10, 14), neck = scene_room(&s, 10, y0, 11, y1);
    uint32_t outside = scene_outside(&s, 11, 0, 17, 14);
    scene_door(&s, room, neck, (struct point){ 10, y0 }, (struct point){ 10, y1 });
    uint32_t gate =
        scene_gate(&s, neck, outside, (struct point){ 11, y0 }, (struct point){ 11, y1 });
    open_as(&s, walking, 1);
    uint32_t people = (uint32_t)(140 * fmax(1, width_m)), step = 0;
    scene_spread(&s, room, people, (struct point){ 0.2, 0.2 }, (struct point){ 9.8, 13.8 },
                 (struct goal){ GOAL_GATE, gate }, 1);
    double from_s = 0, to_s = 0;
    while (to_s == 0 && crowd_time_s(s.crowd) < 300) {
        crowd_step(s.crowd);
        uint32_t passed = crowd_tally(s.crowd).door_forward[gate];
        if (from_s == 0 && passed >= people / 4)
            from_s = crowd_time_s(s.crowd);
        if (passed >= people * 3 / 4)
            to_s = crowd_time_s(s.crowd);
        if (step++ % 20 == 0 && crowd_time_s(s.crowd) > 3) /* Not the overlaps they began with. */
            count_overlaps(&s, o);
    }
    assert_true(to_s > 0);
    scene_close(&s);
    return people / 2.0 / (to_s - from_s);
}

static void experiments_bottlenecks_are_linear_and_nobody_overlaps(void **state)
{
    (void)state;
    static const double widths[] = { 0.8, 1.2, 2, 3, 4, 5 };
    enum { WIDTHS = sizeof widths / sizeof widths[0] };
    double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    struct overlaps o = { 0, 0 };
    for (int i = 0; i < WIDTHS; i++) {
        double w = widths[i], flow = flow_through(&walking_experiment, w, &o);
        print_message("%.1f m: %.2f people a second\n", w, flow);
        x += w / WIDTHS;
        y += flow / WIDTHS;
        xx += w * w / WIDTHS;
        xy += w * flow / WIDTHS;
        yy += flow * flow / WIDTHS;
    }
    double slope = (xy - x * y) / (xx - x * x);
    double r2 = (xy - x * y) * (xy - x * y) / ((xx - x * x) * (yy - y * y));
    print_message("slope %.2f a metre and second, R2 %.4f; overlapping %.4f %%\n", slope, r2,
                  100 * o.overlapping / o.people);
    assert_true(slope >= 1.6 && slope <= 1.9 && r2 >= 0.98);
    assert_true(o.overlapping < 0.001 * o.people);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weidmann_walks_at_weidmanns_speeds),
        cmocka_unit_test(experiments_bottlenecks_are_linear_and_nobody_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
