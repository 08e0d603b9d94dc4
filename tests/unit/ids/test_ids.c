/* Ids: never the same twice, never none; with the driven clock the same again for the same seq. */
#include "server/adapters/ids/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DRAWS = 2000, IDS = 17 };

static int by_value(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

static void check_distinct(ids_draw *draw)
{
    struct id *ids = calloc(DRAWS * IDS, sizeof *ids);
    for (uint64_t seq = 0; seq < DRAWS; seq++)
        draw(seq, ids + seq * IDS, IDS);
    qsort(ids, DRAWS * IDS, sizeof *ids, by_value);
    for (size_t i = 0; i < DRAWS * IDS; i++) {
        assert_false(id_is_none(ids[i]));
        assert_false(i > 0 && id_equal(ids[i], ids[i - 1]));
    }
    free(ids);
}

static void no_two_are_the_same(void **state)
{
    (void)state;
    check_distinct(ids_random);
    check_distinct(ids_driven);
}

static void driven_ones_follow_from_seq(void **state)
{
    (void)state;
    struct id once[IDS], again[IDS], first;
    ids_driven(41, once, IDS);
    ids_driven(41, again, IDS);
    assert_memory_equal(once, again, sizeof once);
    ids_driven(41, &first, 1);
    assert_memory_equal(once, &first, sizeof first);
    ids_random(41, once, IDS);
    ids_random(41, again, IDS);
    assert_memory_not_equal(once, again, sizeof once);
}

static int set_up(void **state)
{
    (void)state;
    return ids_init() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_are_the_same),
        cmocka_unit_test(driven_ones_follow_from_seq),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
