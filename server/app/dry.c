/* Questions that change nothing: what the planner would say if gates were open or shut otherwise.
 * It has one job at a time, and the stadium's own questions come first. */
#include "server/app/state.h"

#include <stdio.h>

static void refuse(struct app *app, struct request *request, enum status status)
{
    request->refusal.status = status;
    snprintf(request->refusal.message, sizeof request->refusal.message, "%s",
             status_sentence(status));
    request->seq = stadium_seq(app->options.stadium);
    app_done(app, request);
}

static bool gates_are_there(struct app *app, struct request *request)
{
    const struct venue *venue = stadium_venue(app->options.stadium);
    const struct u32s lists[] = { request->shut, request->opened };
    for (size_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < lists[i].count; k++)
            if (lists[i].v[k] >= venue->gate_count) {
                struct refusal *refusal = &request->refusal;
                snprintf(refusal->field, sizeof refusal->field, "%s[%u]",
                         i == 0 ? "close_gate" : "open_gate", k);
                refuse(app, request, STATUS_BAD_FIELD);
                snprintf(refusal->message, sizeof refusal->message,
                         "there is no gate %u; the venue has %u", lists[i].v[k], venue->gate_count);
                return false;
            }
    return true;
}

void dry_begin(struct app *app, struct request *request)
{
    if (!stadium_venue(app->options.stadium)) {
        refuse(app, request, STATUS_UNKNOWN_VENUE);
    } else if (app->finishing) {
        refuse(app, request, STATUS_STOPPING);
    } else if (gates_are_there(app, request)) {
        struct request **end = &app->dry_first;
        while (*end)
            end = &(*end)->next;
        request->next = NULL;
        *end = request;
    }
}

bool dry_start(struct app *app)
{
    struct request *request = app->dry_first;
    if (!request)
        return false;
    app_pose(app);
    bool *open =
        arena_copy(&app->question, app->job.gate_open, app->job.venue->gate_count * sizeof *open);
    for (uint32_t i = 0; i < request->opened.count; i++)
        open[request->opened.v[i]] = true;
    for (uint32_t i = 0; i < request->shut.count; i++)
        open[request->shut.v[i]] = false;
    app->job.gate_open = open;
    app->job.gate_out = NULL; /* Nothing is to be learnt from it. */
    app->dry_first = request->next;
    app->dry_running = request;
    app->dry = true;
    return true;
}

void dry_end(struct app *app)
{
    struct request *request = app->dry_running;
    app->dry = false;
    app->dry_running = NULL;
    if (!request)
        return;
    request->seq = stadium_seq(app->options.stadium);
    request->planned = &app->job;
    if (request->look)
        request->look(request, app);
    app_done(app, request);
}

/* The one that the planner works on hears it, too; what it says is dropped. */
void dry_stop(struct app *app)
{
    if (app->dry_running)
        refuse(app, app->dry_running, STATUS_STOPPING);
    app->dry_running = NULL;
    while (app->dry_first) {
        struct request *request = app->dry_first;
        app->dry_first = request->next;
        refuse(app, request, STATUS_STOPPING);
    }
}
