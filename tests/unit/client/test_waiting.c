/* People who wait behind gateways, and the draw that orders them. */
#include "clients/c/draw.h"
#include "clients/c/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    WAITING = TIFO__V1__WAITER_STATE__WAITER_STATE_WAITING,
    ADMITTED = TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED,
    EXPIRED = TIFO__V1__WAITER_STATE__WAITER_STATE_EXPIRED,
    ROWS = 8,
};

struct message {
    Tifo__V1__WatchWaitersResponse response;
    uint32_t person[ROWS], state[ROWS], entry[ROWS], number[ROWS];
};

static void message_init(struct message *message, uint64_t from_seq, uint64_t to_seq)
{
    tifo__v1__watch_waiters_response__init(&message->response);
    message->response.from_seq = from_seq;
    message->response.to_seq = to_seq;
    message->response.person = message->person;
    message->response.state = message->state;
    message->response.entry = message->entry;
    message->response.number = message->number;
}

static void message_add(struct message *message, uint32_t person, uint32_t state)
{
    const size_t i = message->response.n_person++;
    message->response.n_state = message->response.n_entry = message->response.n_number = i + 1;
    message->person[i] = person;
    message->state[i] = state;
    message->entry[i] = person + 1;
    message->number[i] = person + 1;
}

/* All of the party wait. */
static void begin(struct tifo_waiting *waiting, uint32_t party)
{
    struct message message;
    uint32_t first;
    message_init(&message, 0, 10);
    for (uint32_t i = 0; i < tifo_waiting_party(waiting, party, &first); i++)
        message_add(&message, i, WAITING);
    assert_null(tifo_waiting_hear(waiting, party, &message.response));
}

static const char *hear(struct tifo_waiting *waiting, uint32_t party, uint64_t from_seq,
                        uint32_t person, uint32_t state)
{
    struct message message;
    message_init(&message, from_seq, from_seq + 5);
    message_add(&message, person, state);
    return tifo_waiting_hear(waiting, party, &message.response);
}

/* What GetWaiters says of those who were asked for; an empty token: they are not let in. */
static void tell(struct tifo_waiting *waiting, const struct tifo_waiting_next *asked, char *token)
{
    Tifo__V1__GetWaitersResponse reply = TIFO__V1__GET_WAITERS_RESPONSE__INIT;
    Tifo__V1__Waiter rows[ROWS], *waiters[ROWS];
    for (uint32_t i = 0; i < asked->count; i++) {
        tifo__v1__waiter__init(&rows[i]);
        rows[i].admission_token = token;
        waiters[i] = &rows[i];
    }
    reply.waiters = waiters;
    reply.n_waiters = asked->count;
    tifo_waiting_told(waiting, asked, &reply);
}

static void people_stand_in_parties(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(9, 3, 2);
    const uint32_t counts[] = { 3, 3, 1, 1, 1 }, firsts[] = { 0, 3, 6, 7, 8 };
    assert_int_equal(tifo_waiting_parties(waiting), 5);
    for (uint32_t i = 0; i < 5; i++) {
        uint32_t first;
        assert_int_equal(tifo_waiting_party(waiting, i, &first), counts[i]);
        assert_int_equal(first, firsts[i]);
    }
    tifo_waiting_destroy(waiting);
}

static void who_is_let_in_gets_a_token_and_is_served(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(4, 4, 0);
    struct tifo_waiting_next next;
    begin(waiting, 0);
    assert_null(hear(waiting, 0, 10, 2, ADMITTED));
    assert_null(hear(waiting, 0, 15, 1, ADMITTED));
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_TOKENS);
    assert_int_equal(next.count, 2);
    assert_int_equal(next.people[0], 1);
    assert_int_equal(next.people[1], 2);
    tifo_waiting_told(waiting, &next, NULL); /* No answer: once more. */
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_TOKENS);
    assert_int_equal(next.count, 2);
    tell(waiting, &next, "token");
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_LET_IN);
    assert_int_equal(next.count, 1);
    assert_int_equal(next.people[0], 1);
    assert_string_equal(next.token, "token");
    struct tifo_waiting_counts counts = tifo_waiting_counts(waiting);
    assert_int_equal(counts.waiting, 2);
    assert_int_equal(counts.let_in, 2);
    tifo_waiting_leave(waiting, 1);
    counts = tifo_waiting_counts(waiting);
    assert_int_equal(counts.gone, 1);
    assert_true(tifo_waiting_person(waiting, 1).gone);
    assert_int_equal(tifo_waiting_person(waiting, 2).number, 3);
    tifo_waiting_destroy(waiting);
}

static void when_all_have_gone_it_is_over(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(3, 3, 0);
    struct tifo_waiting_next next;
    begin(waiting, 0);
    tifo_waiting_leave(waiting, 0);
    tifo_waiting_leave(waiting, 0); /* Once more changes nothing. */
    assert_null(hear(waiting, 0, 10, 1, EXPIRED));
    assert_null(hear(waiting, 0, 15, 2, ADMITTED));
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_TOKENS);
    tell(waiting, &next, ""); /* It ended meanwhile. */
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_OVER);
    tifo_waiting_destroy(waiting);
}

static void when_it_is_ended_nobody_is_served(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(2, 2, 0);
    struct tifo_waiting_next next;
    begin(waiting, 0);
    assert_null(hear(waiting, 0, 10, 1, ADMITTED));
    tifo_waiting_end(waiting);
    assert_int_equal(tifo_waiting_next(waiting, &next), TIFO_WAITING_OVER);
    tifo_waiting_destroy(waiting);
}

static void a_stream_that_finds_no_room_is_started_again(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(6, 2, 0);
    assert_true(tifo_waiting_ended(waiting, 0, 1));
    assert_false(tifo_waiting_opened(waiting, 0)); /* It is: */
    begin(waiting, 0);
    assert_true(tifo_waiting_opened(waiting, 0));
    /* Not one that has told something before, nor one that did not end for want of room. */
    assert_false(tifo_waiting_ended(waiting, 0, 1));
    assert_true(tifo_waiting_opened(waiting, 0));
    assert_false(tifo_waiting_ended(waiting, 1, 0));
    assert_true(tifo_waiting_opened(waiting, 1));
    tifo_waiting_end(waiting); /* The third one has neither told anything nor ended. */
    assert_true(tifo_waiting_opened(waiting, 2));
    tifo_waiting_destroy(waiting);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    struct tifo_waiting *waiting = tifo_waiting_create(4, 2, 0);
    struct message message;
    begin(waiting, 0);
    assert_non_null(hear(waiting, 0, 11, 0, ADMITTED)); /* A gap. */
    assert_non_null(hear(waiting, 0, 10, 2, ADMITTED)); /* Nobody. */
    message_init(&message, 0, 20);                      /* Not everybody. */
    message_add(&message, 0, WAITING);
    assert_non_null(tifo_waiting_hear(waiting, 1, &message.response));
    message.response.n_state = 0;
    assert_non_null(tifo_waiting_hear(waiting, 0, &message.response));
    tifo_waiting_destroy(waiting);
}

/* Against figures of another implementation: hashlib's SHA-256 and sorted(), in Python. */
static void the_draw_is_as_published(void **state)
{
    (void)state;
    uint8_t seed[TIFO_SEED_BYTES], hash[TIFO_SEED_BYTES];
    const uint64_t nonces[] = { 7, 7, 0, UINT64_MAX, 1000 };
    const uint32_t expected[] = { 1, 4, 3, 5, 2 };
    static const uint8_t commitment[TIFO_SEED_BYTES] = { 0x63, 0x0d, 0xcd, 0x29, 0x66, 0xc4, 0x33,
                                                         0x66, 0x91, 0x12, 0x54, 0x48, 0xbb, 0xb2,
                                                         0x5b, 0x4f, 0xf4, 0x12, 0xa4, 0x9c, 0x73,
                                                         0x2d, 0xb2, 0xc8, 0xab, 0xc1, 0xb8, 0x58,
                                                         0x1b, 0xd7, 0x10, 0xdd };
    uint32_t numbers[5];
    for (int i = 0; i < TIFO_SEED_BYTES; i++)
        seed[i] = (uint8_t)i;
    assert_true(tifo_draw_is_committed(seed, commitment, hash));
    assert_memory_equal(hash, commitment, sizeof hash);
    tifo_draw_numbers(seed, nonces, 5, numbers);
    assert_memory_equal(numbers, expected, sizeof expected);
    seed[31] ^= 1;
    assert_false(tifo_draw_is_committed(seed, commitment, NULL));
}

/* The same: the first nonce from 1,000 on for which SHA-256(commitment, nonce, "ann") has 12 zeros.
 */
static void work_is_proved(void **state)
{
    (void)state;
    uint8_t commitment[TIFO_SEED_BYTES];
    for (int i = 0; i < TIFO_SEED_BYTES; i++)
        commitment[i] = (uint8_t)i;
    assert_int_equal(tifo_draw_nonce(commitment, "ann", 0, 1000), 1000);
    assert_int_equal(tifo_draw_nonce(commitment, "ann", 12, 1000), 1807);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_stand_in_parties),
        cmocka_unit_test(who_is_let_in_gets_a_token_and_is_served),
        cmocka_unit_test(when_all_have_gone_it_is_over),
        cmocka_unit_test(when_it_is_ended_nobody_is_served),
        cmocka_unit_test(a_stream_that_finds_no_room_is_started_again),
        cmocka_unit_test(what_cannot_be_is_said),
        cmocka_unit_test(the_draw_is_as_published),
        cmocka_unit_test(work_is_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
