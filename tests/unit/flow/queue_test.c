/* A doorway over time, against values worked out by hand and against a doorway that never had those
 * who are taken back. */
#include "sim/flow/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double got, double wanted, double tolerance)
{
    if (got < wanted - tolerance || got > wanted + tolerance)
        fail_msg("got %g, wanted %g +- %g", got, wanted, tolerance);
}

/* 80 come within 20 s, and 2 a second get through. */
static void a_line_grows_and_is_over(void **state)
{
    (void)state;
    struct queue queue = { .capacity_ps = 2 };
    queue_add(&queue, 0, 19, 80);
    assert_near(queue_first_s(&queue, 0), 0, 1e-9);
    assert_near(queue_last_s(&queue, 17, 0), 40, 1e-6);
    assert_near(queue_first_s(&queue, 20), 40, 1e-6);
    assert_near(queue_last_s(&queue, 20, 6), 43, 1e-6);
    assert_near(queue_first_s(&queue, 41), 41, 1e-6);
    queue_fini(&queue);
}

static void who_stands_there_is_served_first(void **state)
{
    (void)state;
    struct queue queue = { .capacity_ps = 0.5, .first = 30 };
    assert_near(queue_first_s(&queue, 0), 60, 1e-6);
    assert_near(queue_last_s(&queue, 8, 5), 70, 1e-6);
    assert_near(queue_first_s(&queue, 100), 100, 1e-6);
    queue_fini(&queue);
}

/* What comes after the last bin waits there, and for all who do. */
static void there_is_a_last_bin(void **state)
{
    (void)state;
    const double late_s = 3 * QUEUE_BIN_S * QUEUE_BINS;
    struct queue queue = { .capacity_ps = 1 };
    queue_add(&queue, late_s, 2 * late_s, 1000);
    assert_near(queue_first_s(&queue, late_s), late_s, 1e-6);
    assert_near(queue_last_s(&queue, 0, 1), 1, 1e-6);
    queue_add(&queue, 0, late_s, 0);
    assert_true(queue_last_s(&queue, QUEUE_BIN_S * QUEUE_BINS, 9000) > 9000);
    queue_fini(&queue);
}

static double between(double least, double most)
{
    return least + (most - least) * rand() / RAND_MAX;
}

static void who_is_taken_back_was_never_there(void **state)
{
    (void)state;
    enum { GROUPS = 60 };
    const char *env = getenv("TIFO_SEED");
    const unsigned seed = env ? (unsigned)strtoul(env, NULL, 10) : 20260517;
    print_message("TIFO_SEED=%u\n", seed);
    srand(seed);
    for (int round = 0; round < 50; round++) {
        struct queue with = { .capacity_ps = 1.5 }, without = { .capacity_ps = 1.5 };
        double from_s[GROUPS], to_s[GROUPS], people[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            from_s[i] = between(0, 500);
            to_s[i] = from_s[i] + between(0, 200);
            people[i] = between(0.01, 40);
            queue_add(&with, from_s[i], to_s[i], people[i]);
            if (i % 2)
                queue_add(&without, from_s[i], to_s[i], people[i]);
            queue_last_s(&with, between(0, 800), 0);
        }
        for (int i = 0; i < GROUPS; i += 2)
            queue_add(&with, from_s[i], to_s[i], -people[i]);
        for (double t = 0; t < 900; t += 7) {
            assert_near(queue_first_s(&with, t), queue_first_s(&without, t), 0.01);
            assert_near(queue_last_s(&with, t, 3), queue_last_s(&without, t, 3), 0.01);
        }
        queue_fini(&with);
        queue_fini(&without);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_grows_and_is_over),
        cmocka_unit_test(who_stands_there_is_served_first),
        cmocka_unit_test(there_is_a_last_bin),
        cmocka_unit_test(who_is_taken_back_was_never_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
