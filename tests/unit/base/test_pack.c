/* Rows that are packed come back as they were: alone, and under a pool's packer while others look
 * at them and change them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/pack.h"
#include "server/base/pool.h"
#include "server/base/prng.h"
#include "tests/support/seed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    uint64_t id;
    uint32_t number, other;
    int64_t at_ms;
    char name[33];
    uint32_t seats[16];
    uint64_t version;
};
static const struct field row_table[] = {
    FIELD(struct row, id, 1, U64),      FIELD(struct row, number, 2, U32),
    FIELD(struct row, other, 3, U32),   FIELD(struct row, at_ms, 4, I64),
    FIELD(struct row, name, 5, TEXT),   FIELD(struct row, seats, 6, U32_ARRAY),
    FIELD(struct row, version, 7, U64),
};
static const struct fields row_fields = FIELDS("row", struct row, row_table);

static uint64_t any_bits(struct prng *prng)
{
    return prng_next(prng) >> prng_below(prng, 64);
}

/* Texts with heads, numbers, zeros before them, and neither. */
static void fill_name(struct prng *prng, char name[33])
{
    static const char *const heads[] = { "", "fan-", "fan-0", "a", "99 luft", "0", "fan-00" };
    static const char *const forms[] = { "%s%llu", "%s%03llu", "%s" };
    const char *head = heads[prng_below(prng, 7)];
    const unsigned long long number = any_bits(prng);
    switch (prng_below(prng, 3)) {
    case 0:
        snprintf(name, 33, forms[0], head, number);
        break;
    case 1:
        snprintf(name, 33, forms[1], head, number % 1000);
        break;
    default:
        snprintf(name, 33, forms[2], head);
    }
}

/* `habit` says of each field whether it is the same, counts up, is near its like, or anything. */
static void fill(struct prng *prng, uint32_t habit, uint32_t index, struct row *row)
{
    memset(row, 0, sizeof(*row));
    row->id = habit & 1 ? prng_next(prng) : index * UINT64_C(3) + (habit & 2);
    row->number = habit & 4 ? (uint32_t)any_bits(prng) : 7 + index / 3;
    row->other = habit & 8 ? row->number + prng_below(prng, 3) - 1 : UINT32_MAX;
    row->at_ms = habit & 16 ? (int64_t)(any_bits(prng) - INT64_MAX / 2) : 1700000000000 + index;
    if (habit & 32)
        fill_name(prng, row->name);
    const uint32_t seats = habit & 64 ? prng_below(prng, 17) : 2;
    for (uint32_t i = 0; i < seats; i++)
        row->seats[i] = i ? row->seats[i - 1] + 1 : prng_below(prng, 60000);
    if (habit & 128 && prng_below(prng, 8) == 0)
        row->version = any_bits(prng);
}

static void rows_come_back_as_they_were(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct texts texts = { 0 };
    uint8_t *bytes = malloc(pack_bound(&row_fields));
    struct row rows[PACK_ROWS], again[PACK_ROWS];
    for (int round = 0; round < 3000; round++) {
        const uint32_t habit = prng_below(&prng, 256), count = 1 + prng_below(&prng, PACK_ROWS);
        for (uint32_t i = 0; i < count; i++)
            fill(&prng, habit, i, &rows[i]);
        const size_t size = pack_rows(&row_fields, &texts, rows, count, bytes);
        assert_true(size <= pack_bound(&row_fields));
        for (int leave = 0; leave < 2; leave++) {
            memset(again, 0, sizeof(again));
            unpack_rows(&row_fields, &texts, bytes, leave, again, count);
            assert_memory_equal(again, rows, count * sizeof(rows[0]));
        }
        assert_int_equal(texts.used, 0);
    }
    free(bytes);
    texts_fini(&texts);
}

static void what_is_alike_takes_little_room(void **state)
{
    (void)state;
    struct prng prng = { 1 };
    struct texts texts = { 0 };
    uint8_t *bytes = malloc(pack_bound(&row_fields));
    struct row rows[PACK_ROWS];
    for (uint32_t i = 0; i < PACK_ROWS; i++)
        fill(&prng, 0, i, &rows[i]);
    /* Two bytes a seat that is drawn of 60,000; what counts up or is the same, next to nothing. */
    assert_in_range(pack_rows(&row_fields, &texts, rows, PACK_ROWS, bytes), 1, 4 * PACK_ROWS);
    free(bytes);
    texts_fini(&texts);
}

static void a_packed_pool_is_a_pool(void **state)
{
    (void)state;
    enum { ROWS = 1000, STEPS = 30000 };
    struct prng prng = { test_seed() };
    struct arena arena = { 0 };
    struct packer packer = { .count = 0 };
    struct pool pool, numbers;
    static struct row truth[ROWS];
    const struct packing packing = { .fields = &row_fields }, alone = { .fields = &number_fields };
    pool_init_packed(&pool, &arena, &packing, ROWS, &packer);
    pool_init_packed(&numbers, &arena, &alone, ROWS, &packer);
    for (int step = 0; step < STEPS; step++) {
        const uint32_t what = prng_below(&prng, 8);
        if (what == 0 && pool.count < ROWS) {
            const uint32_t index = pool.count;
            uint32_t *number = pool_add(&numbers);
            struct row *row = pool_add(&pool);
            *number = index;
            fill(&prng, prng_below(&prng, 256), index, row);
            truth[index] = *row;
        } else if (what == 1) {
            packer.most_bytes = prng_below(&prng, 2) ? 0 : prng_below(&prng, 60000);
            packer_rest(&packer);
            assert_true(packer.open_bytes <= packer.most_bytes);
        } else if (pool.count > 0) {
            const uint32_t index = prng_below(&prng, pool.count);
            struct row *row = pool_get(&pool, index);
            assert_memory_equal(row, &truth[index], sizeof(*row));
            assert_int_equal(*(const uint32_t *)pool_peek(&numbers, index), index);
            if (what < 5) {
                fill(&prng, prng_below(&prng, 256), index, row);
                truth[index] = *row;
            }
        }
    }
    uint32_t seen = 0;
    packer.most_bytes = 0;
    packer_rest(&packer);
    for (uint32_t run; seen < pool.count; seen += run) {
        const struct row *rows = pool_run(&pool, seen, &run);
        assert_memory_equal(rows, &truth[seen], run * sizeof(truth[0]));
    }
    assert_int_equal(packer.open_bytes, 0); /* Runs open nothing. */
    packer_fini(&packer);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_were),
        cmocka_unit_test(what_is_alike_takes_little_room),
        cmocka_unit_test(a_packed_pool_is_a_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
