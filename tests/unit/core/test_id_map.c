#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/id_map.h"
#include "tests/support/seed.h"

enum { IDS = 2000 };

/* Compared with an array, while ids come and go. */
static void every_id_is_found_and_no_other(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    static struct id ids[IDS];
    static uint32_t rows[IDS];
    struct id_map map = { 0 };
    uint32_t there = 0;
    for (uint32_t i = 0; i < IDS; i++) {
        ids[i] = (struct id){ prng_below(&prng, 3), i };
        rows[i] = ID_MAP_NONE;
    }
    for (uint32_t round = 0; round < 50000; round++) {
        uint32_t i = prng_below(&prng, IDS);
        assert_int_equal(id_map_find(&map, ids[i]), rows[i]);
        if (rows[i] == ID_MAP_NONE) {
            rows[i] = round;
            id_map_add(&map, ids[i], round);
            there++;
        } else {
            rows[i] = ID_MAP_NONE;
            id_map_remove(&map, ids[i]);
            there--;
        }
        assert_int_equal(map.count, there);
    }
    for (uint32_t i = 0; i < IDS; i++)
        assert_int_equal(id_map_find(&map, ids[i]), rows[i]);
    id_map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_id_is_found_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
