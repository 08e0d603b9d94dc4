/*
 * The steps of a case, done by a tifod of its own process over gRPC: who, what, and what comes of
 * it in one word: the state of what is answered ("HELD", "PAID", "ACTIVE"), the reason of a refusal
 * ("SEAT_TAKEN"), or "OK".
 *
 * `times` > 1: so many calls at once, each of a thread of its own; the outcome is then how often
 * each word came, in alphabetical order: "10 ACTIVE, 20 EVENT_FULL". A `#` in who or what is the
 * number of the call, from 0.
 */
#ifndef TESTS_E2E_CASES_VERBS_H
#define TESTS_E2E_CASES_VERBS_H

#include "tests/support/process.h"

#include <stdint.h>

enum { OUTCOME_BYTES = 160 };

struct step {
    const char *who;
    int times; /* 0: once. */
    const char *what;
    const char *expected;
};

/* A tifod with a driven clock and the ground of tests/support/ground.h; a folder of its own. */
int cases_open(void **state);
/* Not 0: tifod did not end well. */
int cases_close(void **state);
/* Everybody is forgotten, and a new event is on sale. */
void cases_begin(void);
void cases_do(const struct step *step, char outcome[OUTCOME_BYTES]);

/* For what is no verb. The event is the one that is meant now. */
struct rpc_channel;
struct rpc_channel *cases_channel(void);
const char *cases_event(void);
int64_t cases_now_ms(void);

#endif
