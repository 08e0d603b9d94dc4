/*
 * A process that appends is killed at any moment: what was acknowledged is there, and every turn is
 * there whole or not at all. TIFO_CRASHES says how often (default 40).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/sqlite/journal.h"
#include "server/base/prng.h"
#include "tests/contract/journal/turns.h"
#include "tests/support/seed.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN_FLIGHT = 8 };

static struct journal *open_journal(const char *directory)
{
    struct journal *journal;
    char why[JOURNAL_WHY_SIZE];
    const struct sqlite_journal_options options = { .directory = directory };
    if (sqlite_journal_open(&options, &journal, why, sizeof(why)) != STATUS_OK)
        fail_msg("%s", why);
    return journal;
}

static void acknowledge(struct turns *turns, const struct turn *turn)
{
    const int *fd = turns->ctx;
    char byte = turn->status == STATUS_OK;
    if (write(*fd, &byte, 1) != 1)
        _exit(3);
}

/* The child: appends without end, IN_FLIGHT turns at a time; a byte for each that is durable. */
static void append_for_ever(const char *directory, uint32_t from, int fd)
{
    struct journal *journal = open_journal(directory);
    struct turns turns;
    static struct turn ring[IN_FLIGHT];
    turns_init(&turns);
    turns.on_done = acknowledge;
    turns.ctx = &fd;
    for (uint32_t started = 0;; started++) {
        if (started >= IN_FLIGHT)
            turns_wait(&turns, started - IN_FLIGHT + 1);
        struct turn *turn = &ring[started % IN_FLIGHT];
        turn_make(turn, from + started, &turns);
        if (journal->ops->append(journal, &turn->append) != STATUS_OK)
            _exit(2);
    }
}

/* Starts the child, kills it after `acks` acknowledgements, returns how many there were in all. */
static uint32_t append_and_kill(const char *directory, uint32_t from, uint32_t acks)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(fds[0]);
        append_for_ever(directory, from, fds[1]);
    }
    close(fds[1]);
    uint32_t seen = 0;
    char byte;
    while (seen < acks && read(fds[0], &byte, 1) == 1) {
        assert_int_equal(byte, 1);
        seen++;
    }
    kill(child, SIGKILL);
    while (read(fds[0], &byte, 1) == 1) /* What it still said before it died. */
        seen++;
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(fds[0]);
    return seen;
}

static uint32_t turns_there(const char *directory)
{
    char why[JOURNAL_WHY_SIZE] = "";
    uint32_t count = 0;
    struct journal *journal = open_journal(directory);
    if (turns_read(journal, &count, why, sizeof(why)) != STATUS_OK)
        fail_msg("%s", why);
    journal->ops->close(journal);
    return count;
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    const char *given = getenv("TIFO_CRASHES");
    char *directory = directory_make();
    uint32_t there = 0;
    for (int crashes = given ? atoi(given) : 40; crashes > 0; crashes--) {
        uint32_t acks = append_and_kill(directory, there, prng_below(&prng, 60));
        uint32_t now = turns_there(directory);
        assert_in_range(now, there + acks, there + acks + IN_FLIGHT);
        there = now;
    }
    assert_true(there > 0);
    directory_remove(directory);
}

/* ---- A write-ahead log that is cut or damaged -------------------------------------------- */

struct file {
    uint8_t *data;
    size_t size;
};

static struct file file_read(const char *directory, const char *name)
{
    char path[512];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    fstat(fileno(in), &st);
    struct file file = { malloc((size_t)st.st_size + 1), (size_t)st.st_size };
    assert_int_equal(fread(file.data, 1, file.size, in), file.size);
    fclose(in);
    return file;
}

static void file_write(const char *directory, const char *name, struct file file)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(file.data, 1, file.size, out), file.size);
    fclose(out);
}

/* The journal with this log: how many whole turns it has, UINT32_MAX if it is refused in words. */
static uint32_t turns_with_log(struct file db, struct file wal)
{
    char *directory = directory_make();
    char why[JOURNAL_WHY_SIZE] = "";
    struct journal *journal;
    const struct sqlite_journal_options options = { .directory = directory };
    uint32_t count = 0;
    file_write(directory, "journal.db", db);
    file_write(directory, "journal.db-wal", wal);
    enum status status = sqlite_journal_open(&options, &journal, why, sizeof(why));
    if (status == STATUS_OK) {
        status = turns_read(journal, &count, why, sizeof(why));
        journal->ops->close(journal);
    }
    directory_remove(directory);
    if (status == STATUS_OK)
        return count;
    assert_true(strlen(why) > 20);
    return UINT32_MAX;
}

static void a_cut_or_damaged_log_leaves_whole_turns(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    char *directory = directory_make();
    /* Few enough that no checkpoint has moved them into the file. */
    uint32_t acks = append_and_kill(directory, 0, 60);
    struct file db = file_read(directory, "journal.db");
    struct file wal = file_read(directory, "journal.db-wal");
    uint32_t all = turns_with_log(db, wal);
    assert_in_range(all, acks, acks + IN_FLIGHT);
    const uint32_t cuts = getenv("TIFO_LONG") ? 20000 : 60;
    uint32_t shorter = 0;
    for (uint32_t i = 0; i < cuts; i++) {
        struct file cut = { wal.data, prng_below(&prng, (uint32_t)wal.size) };
        uint32_t count = turns_with_log(db, cut);
        assert_true(count <= all);
        shorter += count < all;
    }
    assert_true(shorter > cuts / 2);
    for (uint32_t i = 0; i < cuts; i++) {
        size_t at = prng_below(&prng, (uint32_t)wal.size);
        wal.data[at] ^= 0x10;
        uint32_t count = turns_with_log(db, wal);
        assert_true(count <= all || count == UINT32_MAX);
        wal.data[at] ^= 0x10;
    }
    free(db.data);
    free(wal.data);
    directory_remove(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_survives_a_kill),
        cmocka_unit_test(a_cut_or_damaged_log_leaves_whole_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
