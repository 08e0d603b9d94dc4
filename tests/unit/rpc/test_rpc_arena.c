#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdalign.h>
#include <string.h>

#include "api/rpc/arena.h"

enum { FIRST_BYTES = 256, LIMIT_BYTES = 1 << 16 };

struct fixture {
    alignas(max_align_t) char first[FIRST_BYTES];
    struct rpc_arena arena;
};

static bool lies_in_first(const struct fixture *fixture, const char *memory)
{
    return memory >= fixture->first && memory < fixture->first + FIRST_BYTES;
}

static void everything_is_aligned_apart_and_written_to(void **state)
{
    (void)state;
    struct fixture fixture;
    rpc_arena_init(&fixture.arena, fixture.first, FIRST_BYTES, LIMIT_BYTES);
    char *memory[200];
    for (size_t i = 0; i < 200; i++) {
        memory[i] = rpc_arena_alloc(&fixture.arena, i);
        assert_non_null(memory[i]);
        assert_int_equal((uintptr_t)memory[i] % alignof(max_align_t), 0);
        memset(memory[i], (int)i, i);
    }
    assert_true(lies_in_first(&fixture, memory[1]));
    assert_false(lies_in_first(&fixture, memory[199]));
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal((unsigned char)memory[i][k], i);
    rpc_arena_fini(&fixture.arena);
}

static void a_large_piece_leaves_room_for_small_ones(void **state)
{
    (void)state;
    struct fixture fixture;
    rpc_arena_init(&fixture.arena, fixture.first, FIRST_BYTES, LIMIT_BYTES);
    char *before = rpc_arena_alloc(&fixture.arena, 16);
    assert_non_null(rpc_arena_alloc(&fixture.arena, 20000));
    assert_ptr_equal(rpc_arena_alloc(&fixture.arena, 16), before + 16);
    rpc_arena_fini(&fixture.arena);
}

static void the_limit_is_kept_and_told(void **state)
{
    (void)state;
    struct fixture fixture;
    rpc_arena_init(&fixture.arena, fixture.first, FIRST_BYTES, LIMIT_BYTES);
    assert_non_null(rpc_arena_alloc(&fixture.arena, LIMIT_BYTES));
    assert_non_null(rpc_arena_alloc(&fixture.arena, FIRST_BYTES)); /* It does not count. */
    assert_false(fixture.arena.exhausted);
    assert_null(rpc_arena_alloc(&fixture.arena, 1));
    assert_true(fixture.arena.exhausted);
    assert_null(rpc_arena_alloc(&fixture.arena, SIZE_MAX));

    rpc_arena_reset(&fixture.arena);
    assert_false(fixture.arena.exhausted);
    assert_true(lies_in_first(&fixture, rpc_arena_alloc(&fixture.arena, 1)));
    rpc_arena_fini(&fixture.arena);
}

static void strings_are_copied_with_an_end(void **state)
{
    (void)state;
    struct fixture fixture;
    rpc_arena_init(&fixture.arena, NULL, 0, LIMIT_BYTES);
    assert_string_equal(rpc_arena_string(&fixture.arena, "gate 3 west", 6), "gate 3");
    assert_string_equal(rpc_arena_string(&fixture.arena, "", 0), "");
    rpc_arena_fini(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_aligned_apart_and_written_to),
        cmocka_unit_test(a_large_piece_leaves_room_for_small_ones),
        cmocka_unit_test(the_limit_is_kept_and_told),
        cmocka_unit_test(strings_are_copied_with_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
