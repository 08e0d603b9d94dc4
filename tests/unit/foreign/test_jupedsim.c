/* Scenarios of JuPedSim's web project. */
#include "tests/unit/foreign/foreign_scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

static void the_config_is_read(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "hall.json");
    const struct foreign *f = &s.foreign;
    assert_int_equal(f->seed, 7);
    assert_int_equal(f->areas[0].hole_count, 1);
    assert_int_equal(f->spot_count, 4);
    assert_true(f->spots[0].is_exit && f->spots[1].interval_s == 2);
    assert_int_equal(f->zone_count, 2); /* The checkpoint that slows is one. */
    assert_int_equal(f->sources[0].choice_count, 2);
    assert_int_equal(f->sources[1].batch_count, 10);
    assert_true(f->sources[1].batches[9].at_s == 14);
    assert_true(f->sources[2].delay_s.a == 20); /* From parameters that are a text. */
    assert_true(f->sources[2].choices[0].then_nearest);
    foreign_scene_close(&s);
}

static void journeys_waiting_throttling_and_premovement_are_honoured(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "hall.json");
    foreign_scene_run(&s, 240);
    assert_true(walkers_done(s.walkers));
    const struct walkers_spot *spots = walkers_spots(s.walkers);
    /* By weight 15 of the 20 go south, the others and the ten north; the three without a journey
     * come by both checkpoints. */
    assert_int_equal(spots[2].served, 15 + 3);
    assert_int_equal(spots[3].served, 15 + 3);
    assert_true(spots[2].wait_s / spots[2].served >= 5 - 0.01);
    assert_int_equal(spots[0].served + spots[1].served, 33);
    /* Half a person a second through exit 1. */
    assert_true(spots[1].last_s - spots[1].first_s >= 2.0 * (spots[1].served - 1) - 0.5);
    /* The last three to be numbered at 0 s stand for 20 s. */
    for (uint32_t person = 20; person < 23; person++)
        assert_true(walkers_left_s(s.walkers, person) > 20);
    foreign_scene_close(&s);
}

static void zones_slow(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "hall.json");
    double in_zone = 0, seen = 0;
    while (!walkers_done(s.walkers) && crowd_time_s(s.crowd) < 240) {
        foreign_scene_step(&s);
        struct crowd_people people = crowd_people(s.crowd);
        for (uint32_t p = 0; p < people.count; p++)
            if (people.mode[p] != PERSON_LEFT && people.x[p] > 20.5 && people.x[p] < 21.9) {
                in_zone += people.speed_mps[p];
                seen++;
            }
    }
    assert_true(seen > 100 && in_zone / seen < 0.4 * 1.2 + 0.05);
    foreign_scene_close(&s);
}

static void journeys_with_transitions_are_drawn_edge_by_edge(void **state)
{
    (void)state;
    struct foreign_scene s;
    foreign_scene_open(&s, FIXTURES "ring-config.json");
    foreign_scene_run(&s, 120);
    const struct walkers_spot *spots = walkers_spots(s.walkers);
    assert_int_equal(spots[0].served, 30);
    assert_int_equal(spots[1].served + spots[2].served, 30);
    assert_in_range(spots[1].served, 17, 29); /* 24 are expected; 99 % of all seeds. */
    foreign_scene_close(&s);
}

static void add_file(zip_t *zip, const char *name, const char *path)
{
    zip_source_t *source = zip_source_file(zip, path, 0, -1);
    assert_non_null(source);
    assert_true(zip_file_add(zip, name, source, 0) >= 0);
}

static void a_zip_is_the_same_as_the_two_files(void **state)
{
    (void)state;
    char path[] = "/tmp/foreign-XXXXXX";
    int file = mkstemp(path), code;
    assert_true(file >= 0);
    close(file);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(zip);
    add_file(zip, "config.json", FIXTURES "hall.json");
    add_file(zip, "geometry.wkt", FIXTURES "hall.wkt");
    assert_int_equal(zip_close(zip), 0);
    struct foreign_scene one, other;
    foreign_scene_open(&one, path);
    foreign_scene_open(&other, FIXTURES "hall.json");
    foreign_scene_run(&one, 20);
    foreign_scene_run(&other, 20);
    assert_true(crowd_hash(one.crowd) == crowd_hash(other.crowd));
    foreign_scene_close(&one);
    foreign_scene_close(&other);
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_config_is_read),
        cmocka_unit_test(journeys_waiting_throttling_and_premovement_are_honoured),
        cmocka_unit_test(zones_slow),
        cmocka_unit_test(journeys_with_transitions_are_drawn_edge_by_edge),
        cmocka_unit_test(a_zip_is_the_same_as_the_two_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
