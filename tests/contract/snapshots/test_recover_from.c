/* Recovery with snapshots comes to what recovery without them comes to, whatever became of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/files/snapshots.h"
#include "server/adapters/memory/journal.h"
#include "server/app/recover.h"
#include "server/base/prng.h"
#include "tests/contract/journal/turns.h"
#include "tests/support/play.h"
#include "tests/support/seed.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static uint32_t draw(void *ctx, uint32_t bound)
{
    return prng_below(ctx, bound);
}

struct history {
    struct play play;
    struct journal *journal; /* What it was told so far. */
    uint64_t told;
    struct limits limits;
    char *directory;
    struct snapshots *snapshots;
    FILE *said; /* The log. */
    struct log log;
    struct prng prng;
};

static void history_begin(struct history *h, uint64_t seed)
{
    *h = (struct history){ .limits = limits_default(), .prng = { seed } };
    play_init(&h->play, NULL);
    h->journal = memory_journal_open(NULL);
    h->directory = directory_make();
    h->snapshots = file_snapshots_open(h->directory);
    h->said = tmpfile();
    h->log = (struct log){ h->said, LOG_INFO };
}

static void history_end(struct history *h)
{
    play_fini(&h->play);
    h->journal->ops->close(h->journal);
    h->snapshots->ops->close(h->snapshots);
    directory_remove(h->directory);
    fclose(h->said);
}

static void appended(struct journal_append *append, enum status status, const char *why)
{
    (void)append, (void)why;
    assert_int_equal(status, STATUS_OK);
}

/* Fact i of the journal. Random play uses a key more than once, which no server does. */
static struct fact fact_told(const struct history *h, uint64_t i, struct arena *arena)
{
    struct fact fact = { 0 };
    assert_true(fact_decode(h->play.journal[i], arena, &fact));
    if (fact.kind == FACT_ANSWERED)
        fact.as.answered.scope_low = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return fact;
}

/* The journal hears of the facts up to this one. */
static void tell(struct history *h, struct journal *journal, uint64_t from, uint64_t until)
{
    struct arena arena = { 0 };
    for (uint64_t i = from; i < until; i++) {
        const struct fact fact = fact_told(h, i, &arena);
        const struct journal_row row = { i + 1, (uint32_t)fact.kind, fact.time_ms,
                                         fact_encode(&fact, &arena), 0 };
        struct journal_append append = { .rows = &row, .count = 1, .done = appended };
        assert_int_equal(journal->ops->append(journal, &append), STATUS_OK);
    }
    arena_fini(&arena);
}

/* Things happen; now and then with a key. */
static void go_on(struct history *h, int commands)
{
    const struct dice dice = { draw, &h->prng };
    for (int i = 0; i < commands; i++) {
        play_random(&h->play, &dice);
        if (i % 3 == 0) {
            const struct answered answered = { .scope_high = prng_next(&h->prng),
                                               .body_low = (uint64_t)i,
                                               .caller = prng_below(&h->prng, 5) };
            play_answered(&h->play, &answered);
        }
    }
    tell(h, h->journal, h->told, h->play.journal_count);
    h->told = h->play.journal_count;
}

static bool said(struct history *h, const char *what)
{
    char text[8192];
    rewind(h->said);
    const size_t size = fread(text, 1, sizeof text - 1, h->said);
    text[size] = 0;
    fseek(h->said, 0, SEEK_END);
    return strstr(text, what) != NULL;
}

static struct recovered recovered_of(struct history *h, struct journal *journal,
                                     struct snapshots *snapshots)
{
    char why[JOURNAL_WHY_SIZE] = "";
    struct recovered recovered;
    const enum status status =
        recover_from(journal, snapshots, &h->limits, &h->log, &recovered, why, sizeof why);
    if (status != STATUS_OK)
        fail_msg("%s", why);
    stadium_check(recovered.stadium);
    return recovered;
}

static void drop(struct recovered *recovered)
{
    stadium_destroy(recovered->stadium);
    keys_destroy(recovered->keys);
}

/* From the snapshot of this sequence (0: none) to what happened, keys included. */
static void check_recovers(struct history *h, uint64_t snapshot_seq)
{
    struct recovered quick = recovered_of(h, h->journal, h->snapshots);
    struct recovered whole = recovered_of(h, h->journal, NULL);
    assert_int_equal(quick.snapshot_seq, snapshot_seq);
    assert_int_equal(whole.snapshot_seq, 0);
    assert_true(stadium_digest(quick.stadium) == stadium_digest(h->play.stadium));
    assert_true(stadium_digest(whole.stadium) == stadium_digest(h->play.stadium));
    assert_int_equal(stadium_seq(quick.stadium), h->told);
    assert_true(quick.chain == whole.chain);
    assert_int_equal(stadium_due(quick.stadium), stadium_due(whole.stadium));
    assert_int_equal(keys_count(quick.keys), keys_count(whole.keys));
    struct arena arena = { 0 };
    for (uint64_t i = 0; i < h->told; i++) {
        const struct fact fact = fact_told(h, i, &arena);
        uint64_t body = 0, other = 0;
        if (fact.kind != FACT_ANSWERED)
            continue;
        const struct answered *answered = &fact.as.answered;
        assert_true(keys_find(quick.keys, answered->scope_high, answered->scope_low, &body) ==
                    keys_find(whole.keys, answered->scope_high, answered->scope_low, &other));
        assert_true(body == other);
        assert_int_equal(keys_room(quick.keys, answered->caller),
                         keys_room(whole.keys, answered->caller));
    }
    arena_fini(&arena);
    drop(&quick);
    drop(&whole);
}

static uint64_t keep(struct history *h)
{
    char why[SNAPSHOTS_WHY_SIZE] = "";
    struct recovered recovered = recovered_of(h, h->journal, h->snapshots);
    const enum status status = recovered_keep(&recovered, h->snapshots, why, sizeof why);
    if (status != STATUS_OK)
        fail_msg("%s", why);
    drop(&recovered);
    return h->told;
}

static void damage(struct history *h, uint64_t seq)
{
    char path[512];
    uint8_t byte;
    snprintf(path, sizeof path, "%s/snapshots/%020llu.snapshot", h->directory,
             (unsigned long long)seq);
    const int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, 5000), 1);
    byte ^= 4;
    assert_int_equal(pwrite(file, &byte, 1, 5000), 1);
    close(file);
}

/* ---- Tests ------------------------------------------------------------------------------------
 */

static void any_history_is_recovered_from_any_snapshot_of_it(void **state)
{
    (void)state;
    const uint64_t seed = test_seed();
    for (uint64_t round = 0; round < 6; round++) {
        struct history h;
        uint64_t kept = 0;
        history_begin(&h, seed + round);
        for (int i = 0; i < 6; i++) {
            go_on(&h, 40);
            check_recovers(&h, kept);
            kept = keep(&h);
            check_recovers(&h, kept);
        }
        assert_false(said(&h, "skipped"));
        history_end(&h);
    }
}

static void a_damaged_one_is_skipped(void **state)
{
    (void)state;
    struct history h;
    history_begin(&h, test_seed());
    go_on(&h, 100);
    const uint64_t first = keep(&h);
    go_on(&h, 100);
    const uint64_t second = keep(&h);
    go_on(&h, 20);
    check_recovers(&h, second);
    damage(&h, second);
    check_recovers(&h, first);
    assert_true(said(&h, "snapshot-skipped"));
    assert_true(said(&h, "a checksum is wrong"));
    damage(&h, first);
    check_recovers(&h, 0);
    /* The next one begins without them. */
    assert_int_equal(keep(&h), h.told);
    check_recovers(&h, h.told);
    history_end(&h);
}

/* As many facts, the last one the same. */
static void one_of_another_journal_is_skipped(void **state)
{
    (void)state;
    struct history h;
    history_begin(&h, test_seed());
    go_on(&h, 60);
    keep(&h);
    struct journal *other = memory_journal_open(NULL);
    struct arena arena = { 0 };
    struct fact fact = { 0 };
    assert_true(fact_decode(h.play.journal[0], &arena, &fact));
    fact.time_ms--;
    const struct bytes payload = fact_encode(&fact, &arena);
    const struct journal_row row = { 1, (uint32_t)fact.kind, fact.time_ms, payload, 0 };
    struct journal_append append = { .rows = &row, .count = 1, .done = appended };
    assert_int_equal(other->ops->append(other, &append), STATUS_OK);
    tell(&h, other, 1, h.told);
    struct recovered recovered = recovered_of(&h, other, h.snapshots);
    assert_int_equal(recovered.snapshot_seq, 0);
    assert_int_equal(stadium_seq(recovered.stadium), h.told);
    assert_true(said(&h, "another journal"));
    drop(&recovered);
    other->ops->close(other);
    arena_fini(&arena);
    history_end(&h);
}

/* A backup of the journal was put back. */
static void one_that_knows_more_than_the_journal_is_skipped(void **state)
{
    (void)state;
    struct history h;
    history_begin(&h, test_seed());
    go_on(&h, 30);
    const uint64_t before = keep(&h);
    go_on(&h, 30);
    keep(&h);
    struct journal *shorter = memory_journal_open(NULL);
    tell(&h, shorter, 0, before + 1);
    struct recovered recovered = recovered_of(&h, shorter, h.snapshots);
    assert_int_equal(recovered.snapshot_seq, before);
    assert_int_equal(stadium_seq(recovered.stadium), before + 1);
    assert_true(said(&h, "one that was longer"));
    drop(&recovered);
    shorter->ops->close(shorter);
    history_end(&h);
}

static void an_empty_journal_has_none(void **state)
{
    (void)state;
    struct history h;
    history_begin(&h, 1);
    assert_int_equal(keep(&h), 0);
    assert_int_equal(h.snapshots->ops->before(h.snapshots, UINT64_MAX), 0);
    check_recovers(&h, 0);
    history_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_history_is_recovered_from_any_snapshot_of_it),
        cmocka_unit_test(a_damaged_one_is_skipped),
        cmocka_unit_test(one_of_another_journal_is_skipped),
        cmocka_unit_test(one_that_knows_more_than_the_journal_is_skipped),
        cmocka_unit_test(an_empty_journal_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
