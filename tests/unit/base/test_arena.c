#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/arena.h"
#include "server/base/prng.h"

#include <stdlib.h>
#include <string.h>

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct prng prng = { 7 };
    unsigned char *pieces[200];
    size_t sizes[200];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) {
            sizes[i] = prng_below(&prng, 3000);
            pieces[i] = arena_alloc(&arena, sizes[i]);
            assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(pieces[i][k], 0);
            memset(pieces[i], i + 1, sizes[i]);
        }
        for (int i = 0; i < 200; i++) {
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(pieces[i][k], (unsigned char)(i + 1));
        }
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_fini(&arena);
}

static void one_piece_may_be_larger_than_a_chunk(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    char *large = arena_alloc(&arena, 10 << 20);
    memset(large, 1, 10 << 20);
    assert_string_equal(arena_copy(&arena, "copy", 5), "copy");
    arena_fini(&arena);
}

static void a_reset_arena_settles_on_one_chunk(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    for (int i = 0; i < 1000; i++)
        arena_alloc(&arena, 100);
    arena_reset(&arena);
    struct arena_chunk *kept = arena.chunk;
    for (int i = 0; i < 100; i++) {
        arena_alloc(&arena, 100);
        assert_ptr_equal(arena.chunk, kept);
    }
    arena_fini(&arena);
}

/* It begins there, goes on elsewhere, and never looks at it again once it is gone. */
static void memory_that_was_lent_is_used_first(void **state)
{
    (void)state;
    for (int resets = 0; resets < 2; resets++) {
        for (size_t later = 0; later < 3; later++) {
            struct arena arena = { 0 };
            unsigned char *room = aligned_alloc(_Alignof(max_align_t), 1024);
            memset(room, 0xff, 1024);
            arena_lend(&arena, room, 1024);
            unsigned char *first = arena_alloc(&arena, 100);
            assert_true(first > room && first + 100 <= room + 1024);
            assert_int_equal(first[0] | first[99], 0);
            for (size_t i = 0; i < later; i++) {
                unsigned char *more = arena_alloc(&arena, 20000);
                assert_true(more + 20000 <= room || more >= room + 1024);
                memset(more, 1, 20000);
            }
            free(room);
            if (resets) {
                arena_reset(&arena);
                memset(arena_alloc(&arena, 100), 1, 100);
            }
            arena_fini(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(one_piece_may_be_larger_than_a_chunk),
        cmocka_unit_test(a_reset_arena_settles_on_one_chunk),
        cmocka_unit_test(memory_that_was_lent_is_used_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
