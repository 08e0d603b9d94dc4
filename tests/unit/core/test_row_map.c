#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/row_map.h"
#include "tests/support/seed.h"

enum { IDS = 2000 };

struct row {
    struct id id;
    uint32_t more;
};

/* Rows come and go; half of their ids are the low half of others'. */
static void every_row_is_found_and_no_other(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct arena arena = { 0 };
    struct pool rows;
    struct row_map map;
    bool there[IDS] = { false };
    uint32_t count = 0;
    pool_init(&rows, &arena, sizeof(struct row), IDS);
    row_map_init(&map, &rows);
    for (uint32_t i = 0; i < IDS; i++)
        *(struct row *)pool_add(&rows) = (struct row){ .id = { prng_below(&prng, 3), i + 1 } };
    for (uint32_t round = 0; round < 50000; round++) {
        const uint32_t i = prng_below(&prng, IDS);
        const struct id id = ((struct row *)pool_get(&rows, i))->id;
        assert_int_equal(row_map_find(&map, id), there[i] ? i : ID_MAP_NONE);
        assert_int_equal(row_map_find(&map, (struct id){ id.high + 3, id.low }), ID_MAP_NONE);
        if (there[i])
            row_map_remove(&map, i);
        else
            row_map_add(&map, i);
        there[i] = !there[i];
        count += there[i] ? 1 : -1u;
        assert_int_equal(map.count, count);
    }
    for (uint32_t i = 0; i < IDS; i++)
        assert_int_equal(row_map_find(&map, ((struct row *)pool_get(&rows, i))->id),
                         there[i] ? i : ID_MAP_NONE);
    row_map_fini(&map);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
