#include "server/services/work.h"

#include <stdio.h>
#include <string.h>

/* When it makes sense to come back. */
enum { RETRY_SHORTLY_MS = 100, RETRY_STARTING_MS = 500 };

static uint32_t retry_after_ms(enum status status)
{
    switch (status) {
    case STATUS_INBOX_FULL:
        return RETRY_SHORTLY_MS;
    case STATUS_STARTING:
    case STATUS_STOPPING:
        return RETRY_STARTING_MS;
    default:
        return 0;
    }
}

void refuse_call(struct rpc_call *call, const struct refusal *refusal)
{
    const struct rpc_error error = {
        .code = (enum rpc_code)status_code(refusal->status),
        .message = refusal->message,
        .reason = status_reason(refusal->status),
        .domain = "tifo",
        .field = refusal->field[0] ? refusal->field : NULL,
        .retry_after_ms = retry_after_ms(refusal->status),
    };
    rpc_fail(call, &error);
}

void refuse_call_with(struct rpc_call *call, enum status status, const char *field)
{
    struct refusal refusal = { .status = status };
    snprintf(refusal.field, sizeof refusal.field, "%s", field ? field : "");
    snprintf(refusal.message, sizeof refusal.message, "%s", status_sentence(status));
    refuse_call(call, &refusal);
}

const struct venue *call_venue(struct rpc_call *call, struct services *services,
                               const char *venue_id)
{
    const struct venue *venue = intake_venue(app_intake(services->app));
    if (venue && (venue_id[0] == 0 || strcmp(venue_id, venue->id) == 0))
        return venue;
    refuse_call_with(call, STATUS_UNKNOWN_VENUE, "venue_id");
    return NULL;
}

/* ---- Work ------------------------------------------------------------------------------------ */

struct look {
    struct work work;
    void (*look)(struct work *work, const struct app *app);
};

static void look(struct request *request, const struct app *app)
{
    struct look *own = (struct look *)request;
    own->look(&own->work, app);
}

static void answer(struct request *request)
{
    struct work *work = (struct work *)request;
    /* The answer ends the call, and with it the memory the work lies in. */
    struct arena arena = work->arena;
    const struct refusal refusal = request->refusal;
    if (refusal.status == STATUS_OK)
        work->reply(work);
    else
        refuse_call(work->call, &refusal);
    arena_fini(&arena);
}

struct work *work_begin(struct rpc_call *call, struct services *services, enum request_kind kind,
                        void (*look_at)(struct work *work, const struct app *app),
                        void (*reply)(struct work *work))
{
    struct look *own = rpc_alloc(call, sizeof *own);
    own->look = look_at;
    own->work = (struct work){
        .request = { .kind = kind, .look = look_at ? look : NULL, .answer = answer },
        .call = call,
        .services = services,
        .reply = reply,
    };
    return &own->work;
}

void work_post(struct work *work)
{
    const enum status status = app_post(work->services->app, &work->request);
    if (status == STATUS_OK)
        return;
    struct arena arena = work->arena;
    refuse_call_with(work->call, status, NULL);
    arena_fini(&arena);
}

void work_refuse(struct work *work)
{
    answer(&work->request);
}
