/* Commands with an idempotency key: done once, answered as often as asked. */
#include "tests/unit/app/fixture.h"

#include "server/app/recover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR_MS = 3600 * 1000 };

static void post(struct fixture *f, struct asked *asked)
{
    assert_int_equal(app_post(f->app, &asked->request), STATUS_OK);
    fixture_run(f);
}

static void release(struct fixture *f)
{
    while (memory_journal_release(f->journal, 1))
        fixture_run(f);
}

static void start(struct fixture *f, const struct fixture_options *options)
{
    struct asked asked;
    fixture_init(f, options);
    asked_import(&asked);
    post(f, &asked);
    release(f);
    asked_advance(&asked, START_MS);
    post(f, &asked);
    release(f);
    assert_true(asked.answered);
}

/* Shuts gate 1 or opens it again, under a key; the body is what is asked. */
static void set_gate(struct asked *asked, enum gate_mode mode, uint64_t key)
{
    asked_gate(asked, 1, mode);
    asked_once(asked, key, mode);
}

static void first(struct fixture *f, struct asked *asked)
{
    post(f, asked);
    assert_true(asked->answered);
    assert_false(asked->request.replayed);
}

static void again(struct fixture *f, struct asked *asked, const struct asked *before)
{
    const uint64_t digest = stadium_digest(f->stadium);
    post(f, asked);
    assert_true(asked->answered);
    assert_true(asked->request.replayed);
    assert_int_equal(asked->looked_seq, 0);
    assert_int_equal(asked->request.refusal.status, STATUS_OK);
    assert_int_equal(asked->request.replay_code, status_code(before->request.refusal.status));
    assert_string_equal(asked->text, before->text);
    assert_true(stadium_digest(f->stadium) == digest);
}

static void a_key_is_done_once_and_answered_the_same(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut, open, late;
    start(&f, &(struct fixture_options){ 0 });
    set_gate(&shut, GATE_CLOSED, 7);
    first(&f, &shut);
    set_gate(&open, GATE_OPEN, 8);
    first(&f, &open);
    /* A late retry of the first does not shut the gate again. */
    set_gate(&late, GATE_CLOSED, 7);
    again(&f, &late, &shut);
    assert_int_equal(stadium_gates(f.stadium)[1].mode, GATE_OPEN);
    fixture_fini(&f);
}

static void the_answer_is_of_the_effects_turn(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut;
    start(&f, &(struct fixture_options){ .journal = { .hold = true } });
    const uint64_t before = stadium_seq(f.stadium);
    set_gate(&shut, GATE_CLOSED, 7);
    post(&f, &shut);
    assert_false(shut.answered);
    /* One append brings the effect and the answer. */
    assert_int_equal(memory_journal_release(f.journal, 1), 1);
    fixture_run(&f);
    assert_true(shut.answered);
    assert_true(shut.request.seq > before + 1);
    assert_true(shut.request.seq <= stadium_seq(f.stadium));
    char told[40];
    snprintf(told, sizeof told, "seq %llu", (unsigned long long)shut.request.seq);
    assert_string_equal(shut.text, told);
    release(&f);
    fixture_fini(&f);
}

static void a_twin_waits_for_the_first(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut, twin;
    start(&f, &(struct fixture_options){ .journal = { .hold = true } });
    set_gate(&shut, GATE_CLOSED, 7);
    set_gate(&twin, GATE_CLOSED, 7);
    post(&f, &shut);
    const uint64_t seq = stadium_seq(f.stadium);
    post(&f, &twin);
    assert_false(shut.answered || twin.answered);
    assert_int_equal(stadium_seq(f.stadium), seq);
    release(&f);
    assert_true(shut.answered && twin.answered && twin.request.replayed);
    assert_string_equal(twin.text, shut.text);
    fixture_fini(&f);
}

static void a_refusal_is_an_answer(void **state)
{
    (void)state;
    struct fixture f;
    struct asked no, retry;
    start(&f, &(struct fixture_options){ 0 });
    asked_gate(&no, 9, GATE_CLOSED);
    asked_once(&no, 7, 9);
    first(&f, &no);
    assert_int_equal(no.request.refusal.status, STATUS_UNKNOWN_GATE);
    asked_gate(&retry, 9, GATE_CLOSED);
    asked_once(&retry, 7, 9);
    again(&f, &retry, &no);
    fixture_fini(&f);
}

static void of_an_invalid_argument_nothing_is_kept(void **state)
{
    (void)state;
    struct fixture f;
    struct asked wrong, right;
    start(&f, &(struct fixture_options){ 0 });
    const uint64_t seq = stadium_seq(f.stadium);
    set_gate(&wrong, (enum gate_mode)77, 7);
    first(&f, &wrong);
    assert_int_equal(wrong.request.refusal.status, STATUS_BAD_FIELD);
    assert_int_equal(stadium_seq(f.stadium), seq);
    set_gate(&right, GATE_CLOSED, 7);
    first(&f, &right);
    assert_int_equal(right.request.refusal.status, STATUS_OK);
    fixture_fini(&f);
}

static void another_body_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut, other;
    start(&f, &(struct fixture_options){ 0 });
    set_gate(&shut, GATE_CLOSED, 7);
    first(&f, &shut);
    set_gate(&other, GATE_OPEN, 7);
    first(&f, &other);
    assert_int_equal(other.request.refusal.status, STATUS_KEY_REUSED);
    assert_string_equal(other.request.refusal.field, "idempotency-key");
    /* One that only the whole hash tells apart is found out when the answer is read. */
    set_gate(&other, GATE_CLOSED, 7);
    other.once.body_high ^= 1;
    first(&f, &other);
    assert_int_equal(other.request.refusal.status, STATUS_KEY_REUSED);
    assert_int_equal(stadium_gates(f.stadium)[1].mode, GATE_CLOSED);
    fixture_fini(&f);
}

static void who_has_used_up_a_share_is_refused_before_any_work(void **state)
{
    (void)state;
    struct fixture f;
    struct asked asked, other;
    start(&f, &(struct fixture_options){ .keys = 4, .keys_each = 2 });
    for (uint64_t key = 1; key <= 2; key++) {
        set_gate(&asked, GATE_CLOSED, key);
        first(&f, &asked);
        assert_int_equal(asked.request.refusal.status, STATUS_OK);
    }
    const uint64_t seq = stadium_seq(f.stadium);
    set_gate(&asked, GATE_OPEN, 3);
    first(&f, &asked);
    assert_int_equal(asked.request.refusal.status, STATUS_KEYS_FULL);
    assert_int_equal(stadium_seq(f.stadium), seq);
    /* Another caller has a share of its own, until all is used up; what is known stays known. */
    for (uint64_t key = 11; key <= 13; key++) {
        set_gate(&other, GATE_OPEN, key);
        other.once.caller = key;
        first(&f, &other);
        assert_int_equal(other.request.refusal.status, key < 13 ? STATUS_OK : STATUS_KEYS_FULL);
    }
    set_gate(&asked, GATE_CLOSED, 1);
    post(&f, &asked);
    assert_true(asked.request.replayed);
    fixture_fini(&f);
}

static void a_key_is_kept_for_a_day(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut, retry, advance;
    start(&f, &(struct fixture_options){ .keys_each = 1 });
    set_gate(&shut, GATE_CLOSED, 7);
    first(&f, &shut);
    asked_advance(&advance, START_MS + 24 * (int64_t)HOUR_MS);
    post(&f, &advance);
    set_gate(&retry, GATE_CLOSED, 7);
    again(&f, &retry, &shut);
    asked_advance(&advance, START_MS + 25 * (int64_t)HOUR_MS);
    post(&f, &advance);
    assert_int_equal(keys_count(f.keys), 1);
    set_gate(&retry, GATE_CLOSED, 8); /* There is room again. */
    first(&f, &retry);
    assert_int_equal(retry.request.refusal.status, STATUS_OK);
    assert_int_equal(keys_count(f.keys), 1);
    fixture_fini(&f);
}

static void keys_are_recovered(void **state)
{
    (void)state;
    struct fixture f;
    struct asked shut, retry;
    start(&f, &(struct fixture_options){ 0 });
    set_gate(&shut, GATE_CLOSED, 7);
    first(&f, &shut);
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct keys *keys = keys_create(&limits);
    char why[JOURNAL_WHY_SIZE];
    assert_int_equal(recover(f.journal, stadium, keys, why, sizeof why), STATUS_OK);
    assert_true(stadium_digest(stadium) == stadium_digest(f.stadium));
    set_gate(&retry, GATE_CLOSED, 7);
    uint64_t body, seq = keys_find(keys, retry.once.scope_high, retry.once.scope_low, &body);
    assert_int_equal(seq, shut.request.seq);
    assert_true(body == retry.once.body_low);
    keys_destroy(keys);
    stadium_destroy(stadium);
    fixture_fini(&f);
}

static void when_the_journal_fails_a_twin_hears_it(void **state)
{
    (void)state;
    struct fixture f;
    struct asked import, shut, twin;
    fixture_init(&f, &(struct fixture_options){ .journal = { .hold = true, .fail_append = 2 } });
    asked_import(&import);
    post(&f, &import);
    release(&f);
    set_gate(&shut, GATE_CLOSED, 7);
    set_gate(&twin, GATE_CLOSED, 7);
    post(&f, &shut);
    post(&f, &twin);
    release(&f);
    assert_true(shut.answered && twin.answered);
    assert_int_equal(shut.request.refusal.status, STATUS_JOURNAL_FAILED);
    assert_int_equal(twin.request.refusal.status, STATUS_JOURNAL_FAILED);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_done_once_and_answered_the_same),
        cmocka_unit_test(the_answer_is_of_the_effects_turn),
        cmocka_unit_test(a_twin_waits_for_the_first),
        cmocka_unit_test(a_refusal_is_an_answer),
        cmocka_unit_test(of_an_invalid_argument_nothing_is_kept),
        cmocka_unit_test(another_body_is_refused),
        cmocka_unit_test(who_has_used_up_a_share_is_refused_before_any_work),
        cmocka_unit_test(a_key_is_kept_for_a_day),
        cmocka_unit_test(keys_are_recovered),
        cmocka_unit_test(when_the_journal_fails_a_twin_hears_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
