#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/files/snapshots.h"
#include "server/adapters/memory/snapshots.h"
#include "server/base/prng.h"
#include "tests/contract/journal/turns.h"
#include "tests/support/seed.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Numbers that follow from a seed, in pieces of many sizes. */
struct numbers {
    uint64_t seed;
    size_t count;
    size_t killed_at; /* The writer is gone before this number; 0: it is not. */
    size_t refused_at;
};

static bool numbers_fill(void *ctx, struct byte_sink *sink)
{
    const struct numbers *numbers = ctx;
    struct prng prng = { numbers->seed };
    uint64_t piece[40];
    for (size_t i = 0, more; i < numbers->count; i += more) {
        more = 1 + i % 37 < numbers->count - i ? 1 + i % 37 : numbers->count - i;
        for (size_t k = 0; k < more; k++)
            piece[k] = prng_next(&prng);
        if (numbers->killed_at && i + more >= numbers->killed_at)
            raise(SIGKILL);
        if (numbers->refused_at && i + more >= numbers->refused_at)
            return false;
        if (!sink->put(sink, piece, more * sizeof piece[0]))
            return false;
    }
    return true;
}

static bool numbers_take(void *ctx, struct byte_source *source, char *why, size_t why_size)
{
    const struct numbers *numbers = ctx;
    struct prng prng = { numbers->seed };
    uint64_t number;
    for (size_t i = 0; i < numbers->count; i++) {
        if (!source->take(source, &number, sizeof number)) {
            snprintf(why, why_size, "it ends too early");
            return false;
        }
        assert_true(number == prng_next(&prng)); /* What is handed out is as it was. */
    }
    return true;
}

static enum status keep(struct snapshots *snapshots, uint64_t seq, struct numbers numbers)
{
    char why[SNAPSHOTS_WHY_SIZE] = "";
    return snapshots->ops->write(snapshots, seq, numbers_fill, &numbers, why, sizeof why);
}

static enum status look(struct snapshots *snapshots, uint64_t seq, struct numbers numbers,
                        char *why, size_t why_size)
{
    why[0] = 0;
    return snapshots->ops->read(snapshots, seq, numbers_take, &numbers, why, why_size);
}

static void check_is(struct snapshots *snapshots, uint64_t seq, struct numbers numbers)
{
    char why[SNAPSHOTS_WHY_SIZE];
    const enum status status = look(snapshots, seq, numbers, why, sizeof why);
    if (status != STATUS_OK)
        fail_msg("%s", why);
}

static uint64_t newest(struct snapshots *snapshots)
{
    return snapshots->ops->before(snapshots, UINT64_MAX);
}

/* ---- Every adapter ------------------------------------------------------------------------------
 */

struct fixture {
    struct snapshots *snapshots;
    char *directory; /* NULL: memory. */
};

static void each_adapter(void (*body)(struct fixture *f))
{
    struct fixture memory = { memory_snapshots_open(), NULL };
    body(&memory);
    memory.snapshots->ops->close(memory.snapshots);
    struct fixture files = { .directory = directory_make() };
    files.snapshots = file_snapshots_open(files.directory);
    body(&files);
    files.snapshots->ops->close(files.snapshots);
    directory_remove(files.directory);
}

static void two_are_kept(struct fixture *f)
{
    struct snapshots *snapshots = f->snapshots;
    const struct numbers sizes[] = { { 1, 1, 0, 0 },      { 2, 100, 0, 0 }, { 3, 131072, 0, 0 },
                                     { 4, 400000, 0, 0 }, { 5, 0, 0, 0 },   { 6, 131073, 0, 0 } };
    assert_int_equal(newest(snapshots), 0);
    for (uint64_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(keep(snapshots, 10 * i + 10, sizes[i]), STATUS_OK);
        assert_int_equal(newest(snapshots), 10 * i + 10);
        check_is(snapshots, 10 * i + 10, sizes[i]);
        assert_int_equal(snapshots->ops->before(snapshots, 10 * i + 10), 10 * i);
        if (i > 0)
            check_is(snapshots, 10 * i, sizes[i - 1]);
        if (i > 0)
            assert_int_equal(snapshots->ops->before(snapshots, 10 * i), 0);
    }
    const struct numbers again = { 7, 50, 0, 0 };
    assert_int_equal(keep(snapshots, 60, again), STATUS_OK);
    check_is(snapshots, 60, again);
    assert_int_equal(snapshots->ops->before(snapshots, 60), 50);
}

static void what_cannot_be_made_changes_nothing(struct fixture *f)
{
    struct snapshots *snapshots = f->snapshots;
    const struct numbers before = { 1, 5000, 0, 0 };
    assert_int_equal(keep(snapshots, 7, before), STATUS_OK);
    assert_int_equal(keep(snapshots, 9, (struct numbers){ 2, 300000, 0, 200000 }),
                     STATUS_JOURNAL_FAILED);
    assert_int_equal(newest(snapshots), 7);
    check_is(snapshots, 7, before);
}

static void all_of_it_must_be_taken(struct fixture *f)
{
    struct snapshots *snapshots = f->snapshots;
    char why[SNAPSHOTS_WHY_SIZE];
    assert_int_equal(keep(snapshots, 7, (struct numbers){ 1, 5000, 0, 0 }), STATUS_OK);
    assert_int_not_equal(look(snapshots, 7, (struct numbers){ 1, 4999, 0, 0 }, why, sizeof why),
                         STATUS_OK);
    assert_non_null(strstr(why, "more than was taken"));
    assert_int_not_equal(look(snapshots, 7, (struct numbers){ 1, 5001, 0, 0 }, why, sizeof why),
                         STATUS_OK);
    assert_int_not_equal(look(snapshots, 8, (struct numbers){ 1, 5000, 0, 0 }, why, sizeof why),
                         STATUS_OK);
    assert_true(why[0] != 0);
}

static void two_are_kept_by_each(void **state)
{
    (void)state;
    each_adapter(two_are_kept);
}

static void what_cannot_be_made_changes_nothing_in_each(void **state)
{
    (void)state;
    each_adapter(what_cannot_be_made_changes_nothing);
}

static void all_of_it_must_be_taken_from_each(void **state)
{
    (void)state;
    each_adapter(all_of_it_must_be_taken);
}

/* ---- Files --------------------------------------------------------------------------------------
 */

static void path_of(const char *directory, uint64_t seq, char path[512])
{
    snprintf(path, 512, "%s/snapshots/%020llu.snapshot", directory, (unsigned long long)seq);
}

static uint32_t files_in(const char *directory)
{
    char path[512];
    uint32_t count = 0;
    snprintf(path, sizeof path, "%s/snapshots", directory);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void only_their_owner_reads_them(void **state)
{
    (void)state;
    char *directory = directory_make(), path[512];
    struct snapshots *snapshots = file_snapshots_open(directory);
    struct stat stat_of;
    assert_int_equal(keep(snapshots, 3, (struct numbers){ 1, 10, 0, 0 }), STATUS_OK);
    path_of(directory, 3, path);
    assert_int_equal(stat(path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0777, 0600);
    snapshots->ops->close(snapshots);
    directory_remove(directory);
}

/* Flips a bit, or cuts the file, anywhere: nothing of it is believed, and nothing is handed out
 * that is not as it was. */
static void damage_is_found_wherever_it_is(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    const struct numbers numbers = { 11, 150000, 0, 0 };
    char *directory = directory_make(), path[512], why[SNAPSHOTS_WHY_SIZE];
    struct snapshots *snapshots = file_snapshots_open(directory);
    assert_int_equal(keep(snapshots, 3, numbers), STATUS_OK);
    path_of(directory, 3, path);
    const int file = open(path, O_RDWR);
    struct stat stat_of;
    assert_true(file >= 0 && fstat(file, &stat_of) == 0);
    const off_t size = stat_of.st_size;
    for (int i = 0; i < 200; i++) {
        const off_t at = i < 48   ? i
                         : i < 64 ? size - 64 + i
                                  : (off_t)(prng_next(&prng) % (uint64_t)size);
        uint8_t byte, other;
        assert_int_equal(pread(file, &byte, 1, at), 1);
        other = byte ^ (uint8_t)(1u << prng_below(&prng, 8));
        assert_int_equal(pwrite(file, &other, 1, at), 1);
        assert_int_not_equal(look(snapshots, 3, numbers, why, sizeof why), STATUS_OK);
        assert_non_null(strstr(why, "is not used: "));
        assert_int_equal(pwrite(file, &byte, 1, at), 1);
    }
    check_is(snapshots, 3, numbers);
    assert_int_equal(pwrite(file, "x", 1, size), 1);
    assert_int_not_equal(look(snapshots, 3, numbers, why, sizeof why), STATUS_OK);
    for (int i = 0; i < 60; i++) {
        const off_t cut = i < 2 ? i : (off_t)(prng_next(&prng) % (uint64_t)size);
        assert_int_equal(ftruncate(file, 0), 0);
        assert_int_equal(keep(snapshots, 3, numbers), STATUS_OK);
        assert_int_equal(truncate(path, cut), 0);
        assert_int_not_equal(look(snapshots, 3, numbers, why, sizeof why), STATUS_OK);
    }
    close(file);
    snapshots->ops->close(snapshots);
    directory_remove(directory);
}

static void another_ones_name_is_not_believed(void **state)
{
    (void)state;
    const struct numbers numbers = { 11, 100, 0, 0 };
    char *directory = directory_make(), path[512], other[512], why[SNAPSHOTS_WHY_SIZE];
    struct snapshots *snapshots = file_snapshots_open(directory);
    assert_int_equal(keep(snapshots, 3, numbers), STATUS_OK);
    path_of(directory, 3, path);
    path_of(directory, 4, other);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(newest(snapshots), 4);
    assert_int_not_equal(look(snapshots, 4, numbers, why, sizeof why), STATUS_OK);
    assert_non_null(strstr(why, "another's"));
    snapshots->ops->close(snapshots);
    directory_remove(directory);
}

/* Killed at any point of the writing: the one before is there, whole, and the next one clears up.
 */
static void whoever_is_killed_leaves_the_one_before(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    const struct numbers before = { 21, 70000, 0, 0 };
    char *directory = directory_make();
    struct snapshots *snapshots = file_snapshots_open(directory);
    assert_int_equal(keep(snapshots, 3, before), STATUS_OK);
    for (int i = 0; i < 20; i++) {
        const struct numbers next = { 22, 600000, 1 + prng_below(&prng, 600000), 0 };
        int status;
        const pid_t child = fork();
        if (child == 0) {
            keep(snapshots, 5, next);
            _exit(0);
        }
        assert_true(waitpid(child, &status, 0) == child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_int_equal(newest(snapshots), 3);
        check_is(snapshots, 3, before);
    }
    assert_true(files_in(directory) > 1);
    assert_int_equal(keep(snapshots, 5, before), STATUS_OK);
    assert_int_equal(files_in(directory), 2);
    check_is(snapshots, 5, before);
    snapshots->ops->close(snapshots);
    directory_remove(directory);
}

/* A file may not grow beyond a size: what a full disk does. */
static void a_full_disk_leaves_the_one_before(void **state)
{
    (void)state;
    const struct numbers before = { 31, 1000, 0, 0 };
    char *directory = directory_make();
    struct snapshots *snapshots = file_snapshots_open(directory);
    int status;
    assert_int_equal(keep(snapshots, 3, before), STATUS_OK);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit limit = { 1 << 20, 1 << 20 };
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(keep(snapshots, 5, (struct numbers){ 32, 600000, 0, 0 }) == STATUS_OK);
    }
    assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(newest(snapshots), 3);
    assert_int_equal(files_in(directory), 1);
    check_is(snapshots, 3, before);
    snapshots->ops->close(snapshots);
    directory_remove(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_are_kept_by_each),
        cmocka_unit_test(what_cannot_be_made_changes_nothing_in_each),
        cmocka_unit_test(all_of_it_must_be_taken_from_each),
        cmocka_unit_test(only_their_owner_reads_them),
        cmocka_unit_test(damage_is_found_wherever_it_is),
        cmocka_unit_test(another_ones_name_is_not_believed),
        cmocka_unit_test(whoever_is_killed_leaves_the_one_before),
        cmocka_unit_test(a_full_disk_leaves_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
