/* Saved and loaded crowds, threads, other instruction sets: the same trajectory. */
#include "sim/core/state.h"
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HALF = 100, SEATS = 60 };

/* Two streams meet, people queue, sit, rise and come from the street. */
static void open_busy(struct scene *s, const struct crowd_def *def)
{
    *s = (struct scene){ 0 };
    uint32_t hall = scene_room(s, 0, 0, 24, 12), aisle = scene_room(s, 10, 12, 12, 20);
    uint32_t west = scene_outside(s, -6, 0, 0, 12), east = scene_outside(s, 24, 0, 30, 12);
    uint32_t block = scene_block(s, 0, 12, 10, 6, 1, 10);
    uint32_t out = scene_gate(s, hall, east, (struct point){ 24, 5 }, (struct point){ 24, 6.2 });
    scene_gate(s, hall, west, (struct point){ 0, 5 }, (struct point){ 0, 7 });
    s->doors[out].exit_rate_pps = 1.5;
    scene_door(s, hall, aisle, (struct point){ 10, 12 }, (struct point){ 12, 12 });
    scene_door(s, aisle, s->area_count + block, (struct point){ 10, 12 }, (struct point){ 10, 18 });
    s->facilities[s->facility_count++] = (struct facility_def){ .name = "bar",
                                                                .area = hall,
                                                                .front = { { 2, 0 }, { 5, 0 } },
                                                                .servers = 2,
                                                                .service_mean_s = 5 };
    scene_open(s, def->seed);
    crowd_destroy(s->crowd);
    s->crowd = crowd_create(s->ground, def);
    for (uint32_t p = 0; p < SEATS; p++)
        crowd_add(s->crowd, &(struct person_def){ .seat_block = block,
                                                  .seat_row = p / 10,
                                                  .seat = p % 10,
                                                  .seated = p % 2 == 0,
                                                  .away = p % 2 == 1 });
    scene_fill(s, hall, 500, (struct point){ 6, 1 }, (struct point){ 18, 11 },
               (struct goal){ GOAL_GATE, 0 }, 5);
    scene_fill(s, hall, 500, (struct point){ 6, 1 }, (struct point){ 18, 11 },
               (struct goal){ GOAL_GATE, 1 }, 6);
    scene_fill(s, hall, 40, (struct point){ 1, 1 }, (struct point){ 5, 11 },
               (struct goal){ GOAL_FACILITY, 0 }, 7);
}

static void step_busy(struct scene *s, uint32_t from, uint32_t to)
{
    for (uint32_t step = from; step < to; step++) {
        uint32_t person = step % SEATS;
        if (step < SEATS && person % 2 == 1 && crowd_arrive(s->crowd, person, 1))
            crowd_set_goal(s->crowd, person, (struct goal){ GOAL_SEAT, 0 });
        else if (step < SEATS)
            crowd_set_goal(s->crowd, person, (struct goal){ GOAL_GATE, 0 });
        scene_step(s);
    }
}

static uint64_t hash_of_whole(const struct crowd_def *def)
{
    struct scene s;
    open_busy(&s, def);
    step_busy(&s, 0, 2 * HALF);
    uint64_t hash = crowd_hash(s.crowd);
    scene_close(&s);
    return hash;
}

/* Saves at `at`, goes on with what was loaded. */
static uint64_t hash_of_resumed(const struct crowd_def *def, uint32_t at)
{
    struct scene s;
    open_busy(&s, def);
    step_busy(&s, 0, at);
    size_t size = crowd_save(s.crowd, NULL, 0);
    char *bytes = malloc(size);
    assert_int_equal(crowd_save(s.crowd, bytes, size), size);
    const char *error;
    struct crowd *loaded = crowd_load(s.ground, def, bytes, size, &error);
    assert_non_null(loaded);
    assert_true(crowd_hash(loaded) == crowd_hash(s.crowd));
    size_t events, loaded_events;
    crowd_events(s.crowd, &events);
    crowd_events(loaded, &loaded_events);
    assert_int_equal(events, loaded_events);
    crowd_destroy(s.crowd);
    free(bytes);
    s.crowd = loaded;
    step_busy(&s, at, 2 * HALF);
    uint64_t hash = crowd_hash(s.crowd);
    scene_close(&s);
    return hash;
}

static void a_resumed_run_ends_with_the_hash_of_the_whole_one(void **state)
{
    (void)state;
    struct crowd_def def = { .seed = 3 };
    uint64_t whole = hash_of_whole(&def);
    assert_true(hash_of_resumed(&def, 0) == whole);
    assert_true(hash_of_resumed(&def, 25) == whole); /* While people arrive. */
    assert_true(hash_of_resumed(&def, HALF) == whole);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    uint64_t one = hash_of_whole(&(struct crowd_def){ .seed = 3 });
    assert_true(hash_of_whole(&(struct crowd_def){ .seed = 3, .threads = 2 }) == one);
    assert_true(hash_of_whole(&(struct crowd_def){ .seed = 3, .threads = 5 }) == one);
}

static uint64_t hash_by(struct steer_set set, const struct crowd_def *def)
{
    struct scene s;
    open_busy(&s, def);
    s.crowd->steer.set = set;
    step_busy(&s, 0, 2 * HALF);
    uint64_t hash = crowd_hash(s.crowd);
    scene_close(&s);
    return hash;
}

static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    struct crowd_def def = { .seed = 3 };
    struct steer_set sets[STEER_SETS_MAX];
    uint32_t count = steer_sets(sets);
    for (uint32_t k = 0; k < count; k++)
        assert_true(hash_by(sets[k], &def) == hash_of_whole(&def));
}

static void what_does_not_fit_is_refused_in_words(void **state)
{
    (void)state;
    struct scene s, other = { 0 };
    struct crowd_def def = { .seed = 3 };
    open_busy(&s, &def);
    scene_room(&other, 0, 0, 5, 5);
    scene_open(&other, 1);
    size_t size = crowd_save(s.crowd, NULL, 0);
    char *bytes = malloc(size);
    crowd_save(s.crowd, bytes, size);
    const char *error;
    assert_null(crowd_load(s.ground, &def, bytes, 10, &error));
    assert_string_equal(error, "it is shorter than any checkpoint");
    assert_null(crowd_load(s.ground, &def, bytes, size - 1, &error));
    assert_string_equal(error, "it is damaged");
    assert_null(crowd_load(other.ground, &def, bytes, size, &error));
    assert_string_equal(error, "it was written on another ground");
    struct walking slower = walking_weidmann;
    slower.speed_mean_mps = 1;
    struct crowd_def slow = { .walking = &slower };
    assert_null(crowd_load(s.ground, &slow, bytes, size, &error));
    assert_string_equal(error, "it was written with other walking parameters or design values");
    bytes[size / 2] ^= 1;
    assert_null(crowd_load(s.ground, &def, bytes, size, &error));
    assert_string_equal(error, "it is damaged");
    bytes[0] ^= 1;
    assert_null(crowd_load(s.ground, &def, bytes, size, &error));
    assert_string_equal(error, "it was not written by this version of the engine");
    free(bytes);
    scene_close(&other);
    scene_close(&s);
}

static void time_is_steps_times_their_length(void **state)
{
    (void)state;
    struct scene s;
    open_busy(&s, &(struct crowd_def){ .seed = 3, .step_s = 0.05 });
    assert_true(crowd_step_s(s.crowd) == 0.05);
    for (int step = 0; step < 10; step++)
        scene_step(&s);
    assert_true(crowd_time_s(s.crowd) > 0.4999 && crowd_time_s(s.crowd) < 0.5001);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_run_ends_with_the_hash_of_the_whole_one),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(what_does_not_fit_is_refused_in_words),
        cmocka_unit_test(time_is_steps_times_their_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
