#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/kin.h"
#include "tests/support/seed.h"

static void kin_are_found_from_any_of_them(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int round = 0; round < 10000; round++) {
        const uint64_t high = prng_next(&prng);
        const struct id hold = kin_first((struct id){ high, prng_next(&prng) });
        const uint32_t place = prng_below(&prng, KIN_PLACES), other = prng_below(&prng, KIN_PLACES);
        const struct id id = kin_at(hold, place);
        assert_int_equal(kin_place(hold), KIN_HOLD);
        assert_int_equal(kin_place(id), place);
        assert_true(id_equal(kin_at(id, KIN_HOLD), hold));
        assert_true(id_equal(kin_at(id, other), kin_at(hold, other)));
        assert_true(place == other || !id_equal(id, kin_at(hold, other)));
    }
}

static void kin_of_a_row_say_which(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int round = 0; round < 10000; round++) {
        const uint64_t key = prng_next(&prng), seq = prng_below(&prng, 1000000);
        const uint32_t row = prng_below(&prng, UINT32_MAX), place = prng_below(&prng, KIN_PLACES);
        const struct id hold = kin_of_row(key, seq, row), id = kin_at(hold, place);
        assert_int_equal(kin_place(hold), KIN_HOLD);
        assert_int_equal(kin_row(id), row);
        assert_true(id_equal(kin_of_parts(kin_parts(id)), id));
        assert_false(id_equal(kin_of_row(key, seq + 1, row), hold));
        assert_false(id_equal(kin_of_row(key, seq, row ^ 1), hold));
    }
}

/* Journals have ids that were drawn so: followed otherwise they would take more memory. */
static void kin_never_change(void **state)
{
    (void)state;
    const struct id hold = kin_first((struct id){ 1, 2 });
    const struct id ticket = kin_at(hold, KIN_TICKET + 3);
    char digits[ID_DIGITS + 1] = "";
    id_write(hold, digits);
    assert_string_equal(digits, "d19da17d9dcb0ec1f4cf912764170bd8");
    id_write(ticket, digits);
    assert_string_equal(digits, "85dc7fc4a3a77d4506de086b5ecea0a1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kin_are_found_from_any_of_them),
        cmocka_unit_test(kin_of_a_row_say_which),
        cmocka_unit_test(kin_never_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
