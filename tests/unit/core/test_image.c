#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "tests/support/play.h"
#include "tests/support/restored.h"
#include "tests/support/seed.h"

#include <string.h>

static uint32_t draw(void *ctx, uint32_t bound)
{
    return prng_below(ctx, bound);
}

/* `restores`: one in so many commands finds a stadium that was saved and loaded; 0: none does. */
static void play_for(struct play *play, uint64_t seed, uint32_t commands, uint32_t restores)
{
    struct prng prng = { seed }, when = { ~seed };
    const struct dice dice = { draw, &prng };
    play_init(play, NULL);
    for (uint32_t i = 0; i < commands; i++) {
        if (restores && prng_below(&when, restores) == 0)
            play->stadium = stadium_restored(play->stadium);
        play_random(play, &dice);
    }
}

static void one_that_was_loaded_decides_as_the_saved_one_would(void **state)
{
    (void)state;
    const uint64_t seed = test_seed();
    for (uint64_t round = 0; round < 12; round++) {
        struct play play, restored;
        play_for(&play, seed + round, 400, 0);
        play_for(&restored, seed + round, 400, 40);
        assert_int_equal(restored.journal_count, play.journal_count);
        for (uint32_t i = 0; i < play.journal_count; i++) {
            assert_int_equal(restored.journal[i].size, play.journal[i].size);
            assert_memory_equal(restored.journal[i].data, play.journal[i].data,
                                play.journal[i].size);
        }
        assert_true(stadium_digest(restored.stadium) == stadium_digest(play.stadium));
        play_fini(&play);
        play_fini(&restored);
    }
}

static bool loads(struct saved *saved, const struct limits *limits, char *why, size_t why_size)
{
    struct stadium *stadium = stadium_create(limits);
    saved->taken = 0;
    why[0] = 0;
    const bool loaded = stadium_load(stadium, &saved->source, why, why_size);
    stadium_destroy(stadium);
    return loaded;
}

static void what_is_cut_off_is_refused(void **state)
{
    (void)state;
    const uint64_t seed = test_seed();
    const struct limits limits = limits_default();
    struct prng prng = { seed };
    struct play play;
    struct saved saved;
    char why[100];
    play_for(&play, seed, 300, 0);
    saved_init(&saved, play.stadium);
    assert_true(loads(&saved, &limits, why, sizeof why));
    const size_t whole = saved.size;
    for (int i = 0; i < 300; i++) {
        saved.size = i < 16 ? (size_t)i : i == 16 ? whole - 1 : prng_next(&prng) % whole;
        assert_false(loads(&saved, &limits, why, sizeof why));
        assert_non_null(strstr(why, "cut off"));
    }
    saved_fini(&saved);
    play_fini(&play);
}

static void what_another_version_wrote_is_refused(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    struct play play;
    struct saved saved;
    char why[100];
    play_for(&play, test_seed(), 50, 0);
    saved_init(&saved, play.stadium);
    limits.orders++;
    assert_false(loads(&saved, &limits, why, sizeof why));
    assert_non_null(strstr(why, "another version"));
    limits.orders--;
    saved.data[0] ^= 1;
    assert_false(loads(&saved, &limits, why, sizeof why));
    assert_non_null(strstr(why, "another version"));
    saved_fini(&saved);
    play_fini(&play);
}

static void another_digest_is_refused(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    struct play play;
    struct saved saved;
    char why[100];
    play_for(&play, test_seed(), 50, 0);
    saved_init(&saved, play.stadium);
    saved.data[8] ^= 1; /* The head: how many facts there were. */
    assert_false(loads(&saved, &limits, why, sizeof why));
    assert_non_null(strstr(why, "digest"));
    saved.data[8] ^= 1;
    saved.data[saved.size - 1] ^= 1; /* The digest itself. */
    assert_false(loads(&saved, &limits, why, sizeof why));
    assert_non_null(strstr(why, "digest"));
    saved_fini(&saved);
    play_fini(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_loaded_decides_as_the_saved_one_would),
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(what_another_version_wrote_is_refused),
        cmocka_unit_test(another_digest_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
