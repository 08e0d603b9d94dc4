#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/chain.h"
#include "server/base/pool.h"

struct row {
    uint64_t number;
    char text[9];
};

static void a_row_never_moves(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    static struct row *rows[ROWS];
    struct arena arena = { 0 };
    struct pool pool;
    pool_init(&pool, &arena, sizeof(struct row), ROWS);
    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i] = pool_add(&pool);
        assert_int_equal(rows[i]->number, 0);
        rows[i]->number = i + 1;
    }
    assert_int_equal(pool.count, ROWS);
    for (uint32_t i = 0; i < ROWS; i++) {
        assert_ptr_equal(pool_get(&pool, i), rows[i]);
        assert_int_equal(rows[i]->number, i + 1);
    }
    arena_fini(&arena);
}

/* What the chain holds, in order. */
static void assert_chain(const struct chain *chain, const struct pool *links, const char *expected)
{
    char found[16] = { 0 };
    uint32_t count = 0;
    for (uint32_t at = chain->first; at; at = chain_after(links, at - 1))
        found[count++] = (char)('0' + at - 1);
    assert_string_equal(found, expected);
    assert_int_equal(chain->count, count);
    assert_int_equal(chain->last, count ? (uint32_t)(found[count - 1] - '0' + 1) : 0);
}

static void rows_leave_from_anywhere_and_come_at_the_end(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct pool links;
    struct chain first = { 0 }, second = { 0 };
    pool_init(&links, &arena, sizeof(struct chained), 8);
    for (uint32_t i = 0; i < 8; i++) {
        pool_add(&links);
        chain_add(i < 5 ? &first : &second, &links, i);
    }
    assert_chain(&first, &links, "01234");
    chain_remove(&first, &links, 2);
    chain_remove(&first, &links, 0);
    chain_remove(&first, &links, 4);
    assert_chain(&first, &links, "13");
    chain_add(&second, &links, 0);
    chain_add(&first, &links, 4);
    assert_chain(&first, &links, "134");
    assert_chain(&second, &links, "5670");
    for (uint32_t i = 5; i < 8; i++)
        chain_remove(&second, &links, i);
    chain_remove(&second, &links, 0);
    assert_chain(&second, &links, "");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_never_moves),
        cmocka_unit_test(rows_leave_from_anywhere_and_come_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
