/* A stadium under a test's hand: commands go in, what follows is kept as a journal would keep it.
 */
#ifndef TESTS_SUPPORT_PLAY_H
#define TESTS_SUPPORT_PLAY_H

#include "server/core/stadium.h"
#include "tests/support/small_venue.h"
#include "tests/support/stadium_check.h"
#include "tests/support/ticket_model.h"

struct play {
    struct stadium *stadium;
    struct facts facts; /* Of the last command. */
    int64_t now_ms;     /* Time of the next command. */
    struct arena arena; /* The journal below. */
    struct bytes *journal;
    uint32_t journal_count, journal_room;
    struct actor by;           /* Who organises; empty: nobody. */
    uint64_t ids;              /* Used so far. */
    struct ticket_model model; /* Hears every command from the first play_random() on. */
    bool modelled;
    bool packs; /* After each command all that can be packed is, and ids follow from each other. */
};
void play_init(struct play *play,
               const struct limits *limits); /* NULL: defaults. Time is 1,000,000. */
void play_fini(struct play *play);

/* Decides and evolves at now_ms; returns what decide said. */
enum status play_command(struct play *play, struct command command);
/* Imports the small venue, and lets everything happen that is due. */
void play_import(struct play *play);
/* The same with one that a test has changed. */
void play_import_venue(struct play *play, const struct small_venue *small);
enum status play_phase(struct play *play, enum phase_kind kind);
/* An evacuation's stage: these blocks leave. */
enum status play_stage(struct play *play, struct u32s leave_block);
enum status play_gate(struct play *play, uint32_t gate, enum gate_mode mode);
/* One reading each, in a tick of its own. */
enum status play_opening(struct play *play, uint32_t opening, enum gate_mode mode);
enum status play_override(struct play *play, const struct override *rule);
enum status play_people(struct play *play, uint32_t place, uint32_t people);
/* The same with an error of 10 %, true two seconds ago. */
enum status play_sensed(struct play *play, uint32_t place, uint32_t people);
enum status play_passed(struct play *play, uint32_t gate, uint32_t in, uint32_t out);
enum status play_queue(struct play *play, uint32_t queue, uint32_t waiting, uint32_t served);
/* By desk 1; by desk 2. */
enum status play_acknowledge(struct play *play, uint32_t number);
enum status play_shelve(struct play *play, uint32_t number, uint32_t for_ms);
/* What the app adds to a write with an idempotency key. */
void play_answered(struct play *play, const struct answered *answered);
/* Ticks without readings as long as one is due at now_ms. */
void play_settle(struct play *play);
/* Lets time go on in steps of 250 ms, settling at each. */
void play_wait(struct play *play, int64_t ms);
/* The first fact of this kind that the last command yielded, or NULL. */
const struct fact *play_fact(const struct play *play, enum fact_kind kind);

/* The digest of a new stadium that heard the journal; aborts if that differs in what it wants next,
 * or does not hold together; or from one that was saved and loaded half-way, with all
 * that can be packed packed after each fact. */
uint64_t play_replayed_digest(const struct play *play);

/* Numbers to make random commands from: `draw` yields 0 .. bound - 1. */
struct dice {
    uint32_t (*draw)(void *ctx, uint32_t bound);
    void *ctx;
};
/* Any command on the small venue, mostly sensible, at or after now_ms; checks the stadium after it.
 */
void play_random(struct play *play, const struct dice *dice);
/* The same, but all about a few events that are small, sold out, joined and waited for. */
void play_random_crowded(struct play *play, const struct dice *dice);

#endif
