/*
 * Something asked of the app, from arrival to answer. Whoever makes it owns it; from app_post()
 * until answer() it is the app's.
 */
#ifndef APP_REQUEST_H
#define APP_REQUEST_H

#include "server/core/command.h"
#include "server/core/fact.h"
#include "server/ports/journal.h"
#include "server/ports/planner.h"

struct app;

/* An idempotency key, as hashes of 128 bits (see struct answered): the command is done once, and
 * whoever asks again hears the first answer. */
struct once {
    uint64_t scope_high, scope_low;
    uint64_t body_high, body_low;
    uint64_t caller;
};

enum request_kind {
    REQUEST_READ = 1, /* Only look(). */
    REQUEST_COMMAND,  /* decide and evolve, then look(). */
    REQUEST_ADVANCE,  /* Driven clock: time goes on, then look(). */
    REQUEST_DRY_RUN,  /* The planner is asked, then look(); nothing changes. */
};

struct request {
    enum request_kind kind;
    struct command command; /* COMMAND; the app sets its time. What it points to stays in place. */
    int64_t to_ms;          /* ADVANCE */
    /* DRY_RUN: gates and openings that are shut, or open, while they are not; overrides as if they
     * were set, of kind TAKEN_BACK as if they were not. */
    struct u32s shut, opened, shut_openings, opened_openings;
    const struct override *rules;
    uint32_t rule_count;
    const struct once *once; /* COMMAND; NULL: it carries no key. */

    /* On the loop thread, right after it was done and what follows from it at once: copies what the
     * answer tells, or refuses by filling request->refusal. Not called when it was refused before.
     * May be NULL. */
    void (*look)(struct request *request, const struct app *app);
    /* With `once`, on the loop thread right after look(), refused or not: the bytes that journal
     * and replay keep as the answer. They stay valid until answer(). */
    struct bytes (*pack)(struct request *request);
    /* Once, on the loop thread, when all that look() could see is durable (refusals too): the
     * request is its maker's again. */
    void (*answer)(struct request *request);

    const struct planner_job *planned; /* DRY_RUN: in look(), what the planner says. */

    /* The outcome. */
    struct refusal refusal; /* status STATUS_OK: it was done, now or before. */
    uint32_t fact_count;    /* Facts that the command caused. */
    struct scan scan;       /* COMMAND_SCAN_TICKET: what it came to. */
    /* Last fact that it saw, in look(), too; with `once` that is the answer's own. Durable when
     * answer() is called. */
    uint64_t seq;
    /* It was done before: the answer is this one, and look() was not called. Valid in answer(). */
    bool replayed;
    uint32_t replay_code; /* gRPC's. */
    struct bytes replay;

    /* The app's. */
    struct request *next;
    bool posted;         /* It came through app_post(). */
    uint64_t replay_seq; /* The row to fetch; 0: none. */
    struct journal_fetch fetch;
    enum status fetch_status;
    uint8_t *fetched; /* The row's payload. */
    size_t fetched_size;
    struct app *app;
};

#endif
