/*
 * A store that is slower than what is asked for, in a time of its own: a millisecond a step, so
 * many requests a millisecond, and an append takes as long as its rows.
 */
#include "tests/unit/app/fixture.h"

#include "server/app/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ROWS_PER_MS = 5, /* One a request, its answer: 5,000 requests a second. */
    SECONDS = 6,
    WARM_MS = 1000,
    LATE_MS = 100,
    REQUESTS = 2048,
};

/* A journal that takes its time: an append is done when its rows' time is over. */
struct slow_journal {
    struct journal journal;
    struct journal *inner;
    struct journal_append *append;
    int64_t over_ms, *now_ms;
};

static void ignore(struct journal_append *append, enum status status, const char *why)
{
    (void)why;
    *(enum status *)append->ctx = status;
}

static enum status slow_append(struct journal *journal, struct journal_append *append)
{
    struct slow_journal *self = (struct slow_journal *)journal;
    self->append = append;
    self->over_ms = *self->now_ms + 1 + append->count / ROWS_PER_MS;
    return STATUS_OK;
}

static enum status slow_read(struct journal *journal, uint64_t from_seq, journal_visit *visit,
                             void *ctx, char *why, size_t why_size)
{
    struct journal *inner = ((struct slow_journal *)journal)->inner;
    return inner->ops->read(inner, from_seq, visit, ctx, why, why_size);
}

static void slow_close(struct journal *journal)
{
    struct journal *inner = ((struct slow_journal *)journal)->inner;
    inner->ops->close(inner);
}

static void slow_turn(struct slow_journal *self)
{
    struct journal_append *append = self->append;
    enum status status = STATUS_JOURNAL_FAILED;
    if (!append || *self->now_ms < self->over_ms)
        return;
    struct journal_append inside = {
        .rows = append->rows, .count = append->count, .done = ignore, .ctx = &status
    };
    self->inner->ops->append(self->inner, &inside);
    self->append = NULL;
    append->done(append, status, "");
}

/* ---- Requests that tell how long they took -----------------------------------------------------
 */

struct timed {
    struct asked asked;
    int64_t posted_ms;
    struct load *load;
    struct timed *next_free;
};

struct load {
    struct fixture f;
    struct slow_journal slow;
    struct timed *requests, *free;
    uint64_t keys, taken, refused, done, late, most_under_way, under_way;
    bool counts; /* It is warm. */
};

static void answered(struct request *request)
{
    struct timed *timed = (struct timed *)request;
    struct load *load = timed->load;
    assert_int_equal(request->refusal.status, STATUS_OK);
    load->under_way--;
    load->done += load->counts;
    load->late += load->counts && load->f.machine_ms - timed->posted_ms > LATE_MS;
    timed->next_free = load->free;
    load->free = timed;
}

static void offer(struct load *load)
{
    struct timed *timed = load->free;
    assert_non_null(timed); /* More under way than anybody should let in. */
    load->free = timed->next_free;
    asked_gate(&timed->asked, 0, GATE_OPEN); /* As it is. */
    load->keys++;
    asked_once(&timed->asked, load->keys, load->keys);
    timed->asked.request.answer = answered;
    timed->posted_ms = load->f.machine_ms;
    if (app_post(load->f.app, &timed->asked.request) == STATUS_OK) {
        load->taken += load->counts;
        if (++load->under_way > load->most_under_way && load->counts)
            load->most_under_way = load->under_way;
        return;
    }
    load->refused += load->counts;
    timed->next_free = load->free;
    load->free = timed;
}

/* Until nothing is under way. */
static void come_to_rest(struct load *load)
{
    fixture_run(&load->f);
    while (load->slow.append) {
        load->f.machine_ms++;
        slow_turn(&load->slow);
        fixture_run(&load->f);
    }
}

static void run(struct load *load, uint32_t offered_per_ms)
{
    for (int ms = 0; ms < SECONDS * 1000; ms++) {
        load->counts = ms >= WARM_MS;
        load->f.machine_ms++;
        slow_turn(&load->slow);
        for (uint32_t i = 0; i < offered_per_ms; i++)
            offer(load);
        fixture_run(&load->f);
    }
    load->counts = false;
    come_to_rest(load);
    assert_int_equal(load->under_way, 0);
}

static void load_init(struct load *load)
{
    static const struct journal_ops ops = { slow_append, NULL, slow_read, slow_close };
    *load = (struct load){ .slow = { .journal = { &ops },
                                     .inner = memory_journal_open(NULL),
                                     .now_ms = &load->f.machine_ms } };
    fixture_init(&load->f, &(struct fixture_options){ .real_clock = true,
                                                      .own_journal = &load->slow.journal });
    struct asked import;
    asked_import(&import);
    assert_int_equal(app_post(load->f.app, &import.request), STATUS_OK);
    come_to_rest(load);
    load->requests = calloc(REQUESTS, sizeof *load->requests);
    for (uint32_t i = 0; i < REQUESTS; i++) {
        load->requests[i].load = load;
        load->requests[i].next_free = load->free;
        load->free = &load->requests[i];
    }
}

static void load_fini(struct load *load)
{
    fixture_fini(&load->f);
    free(load->requests);
}

static void what_fits_is_taken(void **state)
{
    (void)state;
    struct load load;
    load_init(&load);
    run(&load, 3);
    assert_int_equal(load.refused, 0);
    assert_int_equal(load.late, 0);
    load_fini(&load);
}

static void four_times_as_much_as_fits_is_refused_and_the_rest_is_quick(void **state)
{
    (void)state;
    struct load load;
    load_init(&load);
    run(&load, 20);
    const uint64_t fits = (SECONDS * 1000 - WARM_MS) * (uint64_t)ROWS_PER_MS;
    print_message("%llu of %llu that fit were done, %llu refused, %llu late; %llu under way\n",
                  (unsigned long long)load.done, (unsigned long long)fits,
                  (unsigned long long)load.refused, (unsigned long long)load.late,
                  (unsigned long long)load.most_under_way);
    assert_true(load.done * 10 >= fits * 9);
    assert_true(load.late * 100 <= load.done);
    assert_true(load.most_under_way <= 2 * PACE_LEAST);
    load_fini(&load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_taken),
        cmocka_unit_test(four_times_as_much_as_fits_is_refused_and_the_rest_is_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
