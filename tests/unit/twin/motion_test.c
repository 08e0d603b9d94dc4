/* Values on their way: by the clock they are given, and not at all when motion is reduced. */
#include "tests/unit/twin/check.h"

#include "twin/motion.h"

static const uint32_t key = MOTION_KEY(MOTION_WAIT, 3);

static void a_value_eases_to_its_new_place(void **state)
{
    (void)state;
    struct motion motion = { .now_ms = 5000 };
    assert_true(motion_ease(&motion, key, 10) == 10); /* It has always been there. */
    assert_false(motion_under_way(&motion));
    assert_true(motion_ease(&motion, key, 20) == 10);
    float before = 10;
    for (uint32_t passed = 25; passed < MOTION_EASE_MS; passed += 25) {
        motion.now_ms = 5000 + passed;
        assert_true(motion_under_way(&motion));
        float now = motion_ease(&motion, key, 20);
        assert_true(now > before && now < 20);
        before = now;
    }
    motion.now_ms = 5000 + MOTION_EASE_MS;
    assert_true(motion_ease(&motion, key, 20) == 20);
    assert_false(motion_under_way(&motion));
}

static void a_turn_on_the_way_makes_no_jump(void **state)
{
    (void)state;
    struct motion motion = { .now_ms = 100 };
    motion_ease(&motion, key, 0);
    motion_ease(&motion, key, 100);
    motion.now_ms += 100;
    float midway = motion_ease(&motion, key, 50); /* Told something else: */
    assert_true(motion_ease(&motion, key, 50) == midway);
    motion.now_ms += 10;
    float after = motion_ease(&motion, key, 50);
    assert_true(after < midway && after > midway - 15);
}

static void reduced_motion_is_none(void **state)
{
    (void)state;
    struct motion motion = { .now_ms = 100, .off = true };
    motion_ease(&motion, key, 1);
    assert_true(motion_ease(&motion, key, 2) == 2);
    assert_true(motion_ease(NULL, key, 3) == 3);
    assert_true(motion_part(&motion, 100, 180) == 1);
    assert_false(motion_under_way(&motion));
}

/* More values than there is room for: those without a place are where they belong. */
static void many_values_find_a_place_or_stay_still(void **state)
{
    (void)state;
    static struct motion motion;
    motion = (struct motion){ .now_ms = 7 };
    for (uint32_t i = 0; i < 2 * MOTION_SLOTS; i++)
        assert_true(motion_ease(&motion, MOTION_KEY(MOTION_ZONE, i), (float)i) == (float)i);
    motion.now_ms = 1000;
    assert_true(motion_ease(&motion, MOTION_KEY(MOTION_ZONE, 0), 5) == 0);
    assert_true(motion_ease(&motion, MOTION_KEY(MOTION_ZONE, 2 * MOTION_SLOTS - 1), 5) == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_eases_to_its_new_place),
        cmocka_unit_test(a_turn_on_the_way_makes_no_jump),
        cmocka_unit_test(reduced_motion_is_none),
        cmocka_unit_test(many_values_find_a_place_or_stay_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
