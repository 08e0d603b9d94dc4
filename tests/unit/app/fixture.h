/* An app on one thread with ports that a test holds in its hand. */
#ifndef TESTS_UNIT_APP_FIXTURE_H
#define TESTS_UNIT_APP_FIXTURE_H

#include "server/adapters/memory/journal.h"
#include "server/app/app.h"

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

/* A planner that answers when it is told to, with nothing better. */
struct hand_planner {
    struct planner planner;
    struct planner_job *job; /* The one that is asked; NULL: none. */
    bool at_once;
};
void hand_planner_answer(struct hand_planner *planner);

struct fixture {
    struct journal *journal;
    struct stadium *stadium;
    struct keys *keys;
    struct clock *clock;
    struct hand_planner planner;
    struct app *app;
    struct log log;
    int64_t machine_ms; /* What the app's monotonic clock shows. */
};

struct fixture_options {
    struct memory_journal_options journal;
    struct journal *own_journal; /* Instead of that; closed with the fixture. */
    bool real_clock;
    bool hold_plans;
    uint32_t inbox_room;
    uint32_t keys, keys_each; /* 0: the defaults. */
};
void fixture_init(struct fixture *f, const struct fixture_options *options);
void fixture_fini(struct fixture *f);
/* Turns until there is nothing left to do. */
void fixture_run(struct fixture *f);

/* A request that remembers its answer. */
struct asked {
    struct request request;
    bool answered;
    uint64_t looked_seq; /* What look() saw; 0: it was not called. */
    struct once once;
    char text[300]; /* What it was told, as text: by the first answer or a replay. */
};
void asked_read(struct asked *asked);
void asked_gate(struct asked *asked, uint32_t gate, enum gate_mode mode);
/* Gives it an idempotency key; `body` stands for what it asks. */
void asked_once(struct asked *asked, uint64_t key, uint64_t body);
/* In answer(): takes the text of a replay. The fixture's own answer() does. */
void asked_hear(struct asked *asked);
void asked_advance(struct asked *asked, int64_t to_ms);
/* The small ground, whose rows must outlive the request: they are static. */
void asked_import(struct asked *asked);

#endif
