/* The app's inside, shared by app.c, advance.c, feed.c and store.c alone. */
#ifndef APP_STATE_H
#define APP_STATE_H

#include "server/app/app.h"
#include "server/app/inbox.h"
#include "server/app/pace.h"
#include "server/app/payments.h"
#include "server/app/turn.h"

#include <pthread.h>
#include <stdatomic.h>

/* Requests whose answers wait for the journal, oldest first. */
struct answers {
    struct request *first, *last;
};

/* Answers that are read again: done() of the journal's thread leaves them here. */
struct replays {
    uint32_t under_way;      /* Loop thread. */
    struct request *fetched; /* Under the store's mutex. */
};

/* Facts on their way into the journal: one turn is being appended while the other collects. */
struct store {
    struct turn turns[2];
    uint32_t collecting; /* Which of them. */
    bool appending;
    uint64_t appending_seq; /* Last fact of the append under way. */
    uint64_t durable_seq;

    /* Written by the journal's thread, under the mutex. */
    pthread_mutex_t mutex;
    pthread_cond_t over_cond;
    bool over;
    enum status over_status;
    char over_why[JOURNAL_WHY_SIZE];
};

struct app {
    struct app_options options;
    bool driven;
    atomic_bool awake; /* Woken, and has not turned since. */
    struct inbox inbox;
    struct intake *intake;
    struct facts facts;   /* Of the command at hand. */
    struct arena scratch; /* A tick's columns. */
    struct store store;
    struct answers answers;
    struct pace pace;
    struct payments payments;
    struct replays replays;
    uint64_t venue_seq; /* Last fact of the import; 0: none yet. */
    uint64_t hold_key;  /* See stadium_hold_id(). */

    bool finishing; /* The planner is asked nothing more: it may be closed. */
    bool planning;  /* The planner has the job. */
    atomic_bool planned;
    struct planner_job job;
    struct arena question;
    bool dry;                    /* The job changes nothing. */
    struct request *dry_running; /* Who asked for it; NULL: they were refused meanwhile. */
    struct request *dry_first;   /* Who waits for the planner. */

    struct request *advancing; /* Driven: the Advance under way. */
    int64_t next_tick_ms;      /* Real: monotonic. */
    struct feed *feeds;

    enum status failed; /* STATUS_OK: all is well. */
    char failure[JOURNAL_WHY_SIZE];
};

/* ---- dry.c ---- */
/* Takes a REQUEST_DRY_RUN, or refuses it. */
void dry_begin(struct app *app, struct request *request);
/* Fills the job with the next one; false: nobody waits. */
bool dry_start(struct app *app);
void dry_end(struct app *app);
/* All that wait are refused: the server stops. */
void dry_stop(struct app *app);

/* ---- app.c ---- */
/* Fills the job with the question as it is now. */
void app_pose(struct app *app);
int64_t app_monotonic_ms(const struct app *app);
/* Decides and evolves; the facts are collected. On a refusal app->facts.refusal is filled. */
enum status app_perform(struct app *app, struct command *command);
/* One tick at stadium time now, with the readings or without. */
void app_tick(struct app *app, bool with_readings);
/* So many facts wait for the journal that nothing more is done before they are written. */
bool app_is_full(const struct app *app);
/* Does what is due now: what follows from a command without anybody having to be waited for, so
 * that its answer may tell of it. With a real clock what is much is left for the next turns. */
void app_settle_now(struct app *app);
/* The same, and asks the planner what is open. */
void app_settle(struct app *app);
/* Makes a fact that no command decides so. */
void app_evolve(struct app *app, const struct fact *fact);
/* The request is done: its answer waits for all that it could see. */
void app_done(struct app *app, struct request *request);
/* Gives the answer. */
void app_answer(struct app *app, struct request *request);
void app_fail(struct app *app, enum status status, const char *why);

/* ---- advance.c ---- */
/* Takes a REQUEST_ADVANCE, or refuses it. */
void advance_begin(struct app *app, struct request *request);
/* Goes on with it, as far as the planner and the facts that wait for the journal let it. */
void advance_on(struct app *app);

/* ---- once.c ---- */
/* True: the request is to be done. Otherwise it has been refused, or waits for the answer that its
 * key was given before. */
bool once_begin(struct app *app, struct request *request);
/* It has been done: its answer becomes a fact. */
void once_end(struct app *app, struct request *request);
/* Its answer is durable: reads it. */
void once_fetch(struct app *app, struct request *request);
/* Answers what has been read. */
void once_collect(struct app *app);

/* ---- store.c ---- */
void store_init(struct store *store, uint64_t durable_seq);
void store_fini(struct store *store);
/* Starts an append of what was collected, if none is under way. */
void store_flush(struct app *app);
/* Takes notice of an append that is over. */
void store_collect(struct app *app);
/* Waits until an append or a fetch under way is over. */
void store_wait(struct app *app);

/* ---- feed.c ---- */
void feeds_turn(struct app *app);
int64_t feeds_due_ms(const struct app *app);

#endif
