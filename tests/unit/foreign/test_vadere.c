/* Vadere's files: what is read, and what people then do. */
#include "tests/unit/foreign/foreign_scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void the_topography_is_read(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "shop.scenario");
    const struct foreign *f = &s.foreign;
    assert_string_equal(f->format, "Vadere 2.4");
    assert_int_equal(f->seed, 11);
    assert_true(f->duration_s == 200);
    /* The border of half a metre belongs to nobody. */
    assert_true(f->areas[0].outline.points[0].x == 100.5 &&
                f->areas[0].outline.points[0].y == -4.5);
    assert_int_equal(f->areas[0].hole_count, 3);
    assert_int_equal(f->spot_count, 3); /* Two shapes of one id are one target. */
    assert_int_equal(f->spots[1].ring_count, 2);
    assert_true(f->zones[0].is_stairs && f->zones[0].up.x == 1);
    assert_int_equal(foreign_people(f), 12 + 4 + 1);
    /* Three at 0, 5, 10 and 15 s, then it has made its twelve. */
    assert_int_equal(f->sources[0].batch_count, 4);
    assert_true(f->sources[0].batches[3].at_s == 15);
    assert_int_equal(f->sources[1].batch_count, 1);
    foreign_scene_close(&s);
}

static void what_is_not_honoured_is_said(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "shop.scenario");
    assert_true(foreign_scene_notes(&s, "sources[0]: groups: people come singly"));
    assert_true(foreign_scene_notes(&s, "topography.teleporter: nobody is moved"));
    assert_true(foreign_scene_notes(&s, "stimulusInfos: nobody hears"));
    assert_true(foreign_scene_notes(&s, "attributesPsychology: "));
    assert_true(foreign_scene_notes(&s, "mainModel OptimalStepsModel: "));
    assert_true(foreign_scene_notes(&s, "submodel SIRGroupModel: "));
    assert_int_equal(s.foreign.note_count, 6);
    foreign_scene_close(&s);
}

static void people_wait_two_at_a_time_change_their_minds_and_leave(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "shop.scenario");
    foreign_scene_run(&s, 200);
    const struct walkers_spot *till = &walkers_spots(s.walkers)[0];
    assert_int_equal(till->served, 12);
    /* Twelve, two at a time, 4 s each: 24 s at least from the first to the last. */
    assert_true(till->last_s - till->first_s >= 5 * 4 - 0.3);
    assert_true(till->wait_s / till->served >= 4);
    /* Target 8 is in the changer's area: who came for it goes to target 6 instead. */
    assert_int_equal(walkers_spots(s.walkers)[2].served, 0);
    assert_int_equal(walkers_spots(s.walkers)[1].served, 17);
    crowd_step(s.crowd);
    assert_int_equal(crowd_tally(s.crowd).left, 17);
    foreign_scene_close(&s);
}

/* Person 0 stands there at the start, walks at 1 m/s, and has 3 m of stairs on the way. */
static void stairs_are_slow(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "shop.scenario");
    double on_s = 0;
    while (isnan(walkers_left_s(s.walkers, 0)) && crowd_time_s(s.crowd) < 60) {
        foreign_scene_step(&s);
        struct crowd_people people = crowd_people(s.crowd);
        on_s += people.x[0] > 121 && people.x[0] < 124 ? 0.1 : 0;
    }
    assert_true(fabs(on_s - 3 / (0.610 / 1.34)) < 0.5);
    foreign_scene_close(&s);
}

static void releases_before_1_are_read(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "old.scenario");
    assert_int_equal(s.foreign.seed, 5);
    assert_int_equal(foreign_people(&s.foreign), 10); /* Two every two seconds, from 0 to 8. */
    foreign_scene_run(&s, 60);
    assert_int_equal(walkers_spots(s.walkers)[0].served, 10);
    foreign_scene_close(&s);
}

static void half_a_run_and_the_rest_from_a_checkpoint_are_the_whole(void **state)
{
    (void)state;
    struct foreign_scene whole, half;
    foreign_scene_open(&whole, FIXTURES "shop.scenario");
    foreign_scene_open(&half, FIXTURES "shop.scenario");
    foreign_scene_run(&half, 17);
    size_t crowd_size = crowd_save(half.crowd, NULL, 0), size = walkers_save(half.walkers, NULL, 0);
    void *crowd = malloc(crowd_size), *walkers = malloc(size);
    assert_int_equal(crowd_save(half.crowd, crowd, crowd_size), crowd_size);
    assert_int_equal(walkers_save(half.walkers, walkers, size), size);
    walkers_destroy(half.walkers);
    crowd_destroy(half.crowd);
    const char *error;
    half.crowd =
        crowd_load(half.ground, &(struct crowd_def){ .seed = 11 }, crowd, crowd_size, &error);
    assert_non_null(half.crowd);
    half.walkers = walkers_create(&half.foreign, half.ground, half.crowd, 11);
    assert_false(walkers_load(half.walkers, walkers, size - 1));
    assert_true(walkers_load(half.walkers, walkers, size));
    foreign_scene_run(&whole, 200);
    foreign_scene_run(&half, 200);
    assert_true(crowd_hash(whole.crowd) == crowd_hash(half.crowd));
    free(crowd);
    free(walkers);
    foreign_scene_close(&whole);
    foreign_scene_close(&half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_topography_is_read),
        cmocka_unit_test(what_is_not_honoured_is_said),
        cmocka_unit_test(people_wait_two_at_a_time_change_their_minds_and_leave),
        cmocka_unit_test(stairs_are_slow),
        cmocka_unit_test(releases_before_1_are_read),
        cmocka_unit_test(half_a_run_and_the_rest_from_a_checkpoint_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
