/*
 * Something asked of the app, from arrival to answer. Whoever makes it owns it; from app_post()
 * until answer() it is the app's.
 */
#ifndef APP_REQUEST_H
#define APP_REQUEST_H

#include "server/core/command.h"
#include "server/core/fact.h"

struct app;

enum request_kind {
    REQUEST_READ = 1, /* Only look(). */
    REQUEST_COMMAND,  /* decide and evolve, then look(). */
    REQUEST_ADVANCE,  /* Driven clock: time goes on, then look(). */
};

struct request {
    enum request_kind kind;
    struct command command; /* COMMAND; the app sets its time. What it points to stays in place. */
    int64_t to_ms;          /* ADVANCE */

    /* On the loop thread, right after it was done: copies what the answer tells, or refuses by
     * filling request->refusal. Not called when it was refused before. May be NULL. */
    void (*look)(struct request *request, const struct app *app);
    /* Once, on the loop thread, when all that look() could see is durable (refusals too): the
     * request is its maker's again. */
    void (*answer)(struct request *request);

    /* The outcome. */
    struct refusal refusal; /* status STATUS_OK: it was done. */
    uint32_t fact_count;    /* Facts that the command caused. */
    uint64_t seq;           /* Last fact that it saw; durable when answer() is called. */

    struct request *next; /* The app's. */
};

#endif
