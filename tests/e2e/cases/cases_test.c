/*
 * The cases of the model that touch booking, by their names, over gRPC: who asks for what, and what
 * comes of it. Those that are about something else, or more than one process can show, are
 * elsewhere: payments that are cut off by SIGKILL hundreds of times in
 * tests/e2e/server/kill_test.c, webhooks nowhere yet, the wait of 10,000 people in line_test.c,
 * positions of devices and the weighted wait in tests/unit, SIGTERM under load in tests/e2e/server.
 */
#include "tests/e2e/cases/verbs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS = 24 };

static const struct booking_case {
    const char *name;
    struct step steps[STEPS];
} cases[] = {
    { "50 join at once, capacity 10",
      { { "club", 0, "joining 10", "OK" },
        { "p#", 50, "join", "10 ACTIVE, 20 EVENT_FULL, 20 WAITLISTED" },
        { "ann", 0, "join-count", "10 ACTIVE, 20 WAITLISTED" } } },
    { "one user joins 30 times at once",
      { { "club", 0, "joining 10", "OK" },
        { "ann", 30, "join", "1 ACTIVE, 29 ALREADY_JOINED" },
        { "ann", 0, "join-count", "1 ACTIVE, 0 WAITLISTED" } } },
    { "capacity 1, 21st waiter",
      { { "club", 0, "joining 1", "OK" },
        { "ann", 0, "join", "ACTIVE" },
        { "bob", 0, "join", "WAITLISTED" },
        { "p#", 20, "join", "1 EVENT_FULL, 19 WAITLISTED" },
        { "ann", 0, "unjoin", "CANCELLED" },
        { "bob", 0, "join-state", "ACTIVE" },
        { "ann", 0, "join-count", "1 ACTIVE, 19 WAITLISTED" },
        { "ann", 0, "unjoin", "NOT_JOINED" },
        { "ann", 0, "join-count", "1 ACTIVE, 19 WAITLISTED" } } },
    { "join, cancel, then a late retry of the first key",
      { { "club", 0, "joining 10", "OK" },
        { "ann", 0, "join first", "ACTIVE" },
        { "ann", 0, "unjoin", "CANCELLED" },
        { "ann", 0, "join first", "ACTIVE" }, /* The first answer; */
        { "ann", 0, "join-state", "CANCELLED" } /* nobody has joined. */ } },
    { "published after cancelled, duplicated, reordered",
      { { "club", 0, "publish", "OK" },
        { "club", 0, "cancel-event", "OK" },
        { "club", 0, "publish", "EVENT_CANCELLED" },
        { "club", 0, "cancel-event", "OK" },
        { "club", 8, "publish", "8 EVENT_CANCELLED" },
        { "ann", 0, "hold 0", "EVENT_CANCELLED" },
        { "club", 0, "event-state", "CANCELLED" } } },
    { "capacity raised by k",
      { { "club", 0, "joining 2", "OK" },
        { "p#", 12, "join", "2 ACTIVE, 10 WAITLISTED" },
        { "club", 0, "joining 7", "OK" },
        { "ann", 0, "join-count", "7 ACTIVE, 5 WAITLISTED" },
        { "club", 0, "lawn 1", "OK" },
        { "club", 0, "waitlist", "OK" },
        { "ann", 0, "place", "HELD" },
        { "bob", 0, "enter", "OK" },
        { "cyd", 0, "enter", "OK" },
        { "dan", 0, "enter", "OK" },
        { "club", 0, "capacity 3", "OK" },
        { "bob", 0, "wait-state", "OFFERED" },
        { "cyd", 0, "wait-state", "OFFERED" },
        { "dan", 0, "wait-state", "WAITING" } } },
    { "capacity lowered under what is sold",
      { { "club", 0, "joining 5", "OK" },
        { "p#", 3, "join", "3 ACTIVE" },
        { "club", 0, "joining 2", "CAPACITY_BELOW_JOINED" },
        { "club", 0, "lawn 3", "OK" },
        { "ann", 0, "place", "HELD" },
        { "ann", 0, "confirm", "PAID" },
        { "bob", 0, "place", "HELD" },
        { "club", 0, "capacity 1", "QUOTA_BELOW_SOLD" },
        { "club", 0, "capacity 2", "OK" },
        { "cyd", 0, "place", "SOLD_OUT" } } },
    { "ban with an expiry",
      { { "club", 0, "joining 5", "OK" },
        { "club", 0, "ban ann 60000", "OK" },
        { "ann", 0, "join", "BANNED" },
        { "ann", 0, "hold 0", "BANNED" },
        { "club", 0, "advance 59999", "OK" },
        { "ann", 0, "join", "BANNED" },
        { "club", 0, "advance 1", "OK" },
        { "ann", 0, "join", "ACTIVE" },
        { "ann", 0, "hold 0", "HELD" } } },
    { "two events on one venue, the same seat",
      { { "ann", 0, "hold 0", "HELD" },
        { "ann", 0, "confirm", "PAID" },
        { "club", 0, "event", "OK" },
        { "club", 0, "publish", "OK" },
        { "bob", 0, "seat 0", "FREE" },
        { "bob", 0, "hold 0", "HELD" },
        { "bob", 0, "confirm", "PAID" },
        { "club", 0, "cancel-event", "OK" },
        { "club", 0, "other", "OK" },
        { "ann", 0, "seat 0", "SOLD" },
        { "ann", 0, "order", "PAID" } } },
    { "confirm 1 ms before, at, and 1 ms after the TTL",
      { { "ann", 0, "hold 0", "HELD" },
        { "bob", 0, "hold 1", "HELD" },
        { "cyd", 0, "hold 2", "HELD" },
        { "club", 0, "advance 599999", "OK" },
        { "ann", 0, "confirm", "PAID" },
        { "club", 0, "advance 1", "OK" },
        { "bob", 0, "confirm", "HOLD_ENDED" },
        { "club", 0, "advance 1", "OK" },
        { "cyd", 0, "confirm", "HOLD_ENDED" },
        { "p#", 5, "hold 1", "1 HELD, 4 SEAT_TAKEN" },
        { "p#", 5, "hold 2", "1 HELD, 4 SEAT_TAKEN" },
        { "p#", 5, "hold 0", "5 SEAT_TAKEN" } } },
    { "book, cancel, rebook the seat",
      { { "ann", 0, "hold 0", "HELD" },
        { "ann", 0, "confirm", "PAID" },
        { "bob", 0, "hold 0", "SEAT_TAKEN" },
        { "ann", 0, "give-back", "REFUNDED" },
        { "bob", 0, "hold 0", "HELD" },
        { "bob", 0, "confirm", "PAID" },
        { "bob", 0, "seat 0", "SOLD" },
        { "ann", 0, "tickets", "0 VALID" },
        { "bob", 0, "tickets", "1 VALID" } } },
    { "8 seats with one taken",
      { { "bob", 0, "hold 3", "HELD" },
        { "ann", 0, "hold 0 8", "SEAT_TAKEN" },
        { "ann", 0, "seat 0", "FREE" },
        { "ann", 0, "seat 7", "FREE" },
        { "ann", 0, "seat 3", "HELD" },
        { "bob", 0, "release", "OK" },
        { "ann", 0, "hold 0 8", "HELD" } } },
    { "the last ticket in two carts",
      { { "club", 0, "lawn 1", "OK" },
        { "p#", 2, "place", "1 HELD, 1 SOLD_OUT" },
        { "p#", 20, "hold 0", "1 HELD, 19 SEAT_TAKEN" } } },
    { "an abandoned cart",
      { { "ann", 0, "hold 0 4", "HELD" },
        { "bob", 0, "seat 3", "HELD" },
        { "club", 0, "advance 600000", "OK" },
        { "bob", 0, "seat 3", "FREE" },
        { "bob", 0, "hold 0 4", "HELD" } } },
    { "SIGKILL between capture and commit",
      { { "ann", 0, "hold 0 2", "HELD" },
        { "ann", 0, "confirm tok_timeout_then_ok", "PENDING" },
        { "club", 0, "kill", "OK" },
        { "ann", 0, "order", "PENDING" },
        { "club", 0, "advance 10000", "OK" },
        { "ann", 0, "order", "PAID" },
        { "ann", 0, "tickets", "2 VALID" },
        { "bob", 0, "hold 2", "HELD" },
        { "bob", 0, "confirm tok_timeout_then_ok", "PENDING" },
        { "club", 0, "cancel-event", "OK" },
        { "club", 0, "kill", "OK" },
        { "club", 0, "advance 10000", "OK" },
        { "bob", 0, "order", "REFUNDED" },
        { "ann", 0, "order", "REFUNDED" } } },
    { "N concurrent voucher redemptions for N uses",
      { { "club", 0, "voucher FRIENDS 12", "OK" },
        { "p#", 12, "hold # 1 FRIENDS", "12 HELD" },
        { "q#", 12, "hold 2# 1 FRIENDS", "12 VOUCHER_USED_UP" },
        { "club", 0, "advance 600000", "OK" },
        { "q#", 24, "hold 2# 1 FRIENDS", "12 HELD, 12 VOUCHER_USED_UP" } } },
    { "the first waiter is no longer valid",
      { { "club", 0, "lawn 1", "OK" },
        { "club", 0, "waitlist", "OK" },
        { "ann", 0, "place", "HELD" },
        { "bob", 0, "enter", "OK" },
        { "cyd", 0, "enter", "OK" },
        { "club", 0, "ban bob", "OK" },
        { "ann", 0, "release", "OK" },
        { "bob", 0, "wait-state", "DECLINED" },
        { "cyd", 0, "wait-state", "OFFERED" } } },
    { "an offline scan of unsigned JSON", { { "ann", 0, "scan {\"ticket\":1}", "INVALID" } } },
    { "a ticket used after transfer",
      { { "ann", 0, "hold 0", "HELD" },
        { "ann", 0, "confirm", "PAID" },
        { "ann", 0, "tickets", "1 VALID" },
        { "ann", 0, "transfer bob", "OK" },
        { "ann", 0, "scan", "REVOKED" },
        { "bob", 0, "fetch ann", "OK" },
        { "bob", 0, "scan", "OK" },
        { "bob", 0, "scan", "ALREADY_REDEEMED" } } },
    { "a ticket exchanged for a wristband",
      { { "ann", 0, "hold 0 2", "HELD" },
        { "ann", 0, "confirm", "PAID" },
        { "ann", 0, "tickets", "2 VALID" },
        { "ann", 0, "scan-medium band-1", "MEDIUM_INVALID" },
        { "club", 0, "exchange ann band-1 first", "OK" },
        { "club", 0, "exchange ann band-1 first", "OK" }, /* The first answer. */
        { "ann", 0, "scan", "ALREADY_EXCHANGED" },
        { "ann", 0, "offline", "ALREADY_EXCHANGED" },
        { "ann", 0, "offline-medium band-1", "MEDIUM_INVALID" },
        { "ann", 0, "transfer bob", "TICKET_EXCHANGED" },
        { "club", 0, "block-medium band-1", "OK" },
        { "ann", 0, "scan-medium band-1", "MEDIUM_INVALID" },
        { "club", 0, "exchange ann band-2", "OK" },
        { "ann", 0, "scan-medium band-1", "MEDIUM_INVALID" },
        { "p#", 9, "scan-medium band-2", "8 ALREADY_REDEEMED, 1 OK" },
        { "club", 0, "kill", "OK" },
        { "ann", 0, "scan", "ALREADY_EXCHANGED" },
        { "ann", 0, "scan-medium band-2", "ALREADY_REDEEMED" },
        { "club", 0, "return-medium band-2", "OK" },
        { "ann", 0, "scan", "ALREADY_REDEEMED" } } },
};

static void as_the_model_says(void **state)
{
    const struct booking_case *each = *state;
    cases_begin();
    for (int i = 0; i < STEPS && each->steps[i].what; i++) {
        const struct step *step = &each->steps[i];
        char outcome[OUTCOME_BYTES];
        cases_do(step, outcome);
        if (strcmp(outcome, step->expected) != 0)
            fail_msg("step %d, %s: %s: %s, not %s", i + 1, step->who, step->what, outcome,
                     step->expected);
    }
}

int main(void)
{
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct CMUnitTest tests[CASES];
    for (size_t i = 0; i < CASES; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].name,
                                        .test_func = as_the_model_says,
                                        .initial_state = (void *)&cases[i] };
    return cmocka_run_group_tests(tests, cases_open, cases_close);
}
