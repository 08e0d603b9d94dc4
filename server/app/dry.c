/* Questions that change nothing: what the planner would say if gates and passages were open or shut
 * otherwise, or operators had said something else.
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

/* Fills the refusal. */
static bool all_there(struct request *request, struct u32s list, uint32_t count, const char *field,
                      const char *what)
{
    for (uint32_t k = 0; k < list.count; k++)
        if (list.v[k] >= count) {
            struct refusal *refusal = &request->refusal;
            refusal->status = STATUS_BAD_FIELD;
            snprintf(refusal->field, sizeof refusal->field, "%s[%u]", field, k);
            snprintf(refusal->message, sizeof refusal->message,
                     "there is no %s %u; the venue has %u", what, list.v[k], count);
            return false;
        }
    return true;
}

static bool rules_are_good(struct app *app, struct request *request)
{
    for (uint32_t i = 0; i < request->rule_count; i++) {
        facts_reset(&app->facts);
        if (override_check(app->options.stadium, &request->rules[i], &app->facts) != STATUS_OK) {
            request->refusal = app->facts.refusal;
            return false;
        }
    }
    return true;
}

static bool is_possible(struct app *app, struct request *request)
{
    const struct venue *venue = stadium_venue(app->options.stadium);
    const bool good = all_there(request, request->shut, venue->gate_count, "close_gate", "gate") &&
                      all_there(request, request->opened, venue->gate_count, "open_gate", "gate") &&
                      all_there(request, request->shut_openings, venue->opening_count,
                                "close_opening", "opening") &&
                      all_there(request, request->opened_openings, venue->opening_count,
                                "open_opening", "opening") &&
                      rules_are_good(app, request);
    if (!good) {
        request->seq = stadium_seq(app->options.stadium);
        app_done(app, request);
    }
    return good;
}

void dry_begin(struct app *app, struct request *request)
{
    if (!stadium_venue(app->options.stadium)) {
        refuse(app, request, STATUS_UNKNOWN_VENUE);
    } else if (app->finishing) {
        refuse(app, request, STATUS_STOPPING);
    } else if (is_possible(app, request)) {
        struct request **end = &app->dry_first;
        while (*end)
            end = &(*end)->next;
        request->next = NULL;
        *end = request;
    }
}

static bool *changed(const bool *open, uint32_t count, struct u32s opened, struct u32s shut,
                     struct arena *arena)
{
    bool *now = arena_copy(arena, open, count * sizeof *now);
    for (uint32_t i = 0; i < opened.count; i++)
        now[opened.v[i]] = true;
    for (uint32_t i = 0; i < shut.count; i++)
        now[shut.v[i]] = false;
    return now;
}

static void change_rules(struct planner_job *job, const struct request *request,
                         struct arena *arena)
{
    const size_t count = (size_t)venue_places(job->venue) * PURPOSE_COUNT;
    struct override *rules = job->overrides
                                 ? arena_copy(arena, job->overrides, count * sizeof *rules)
                                 : arena_array(arena, count, sizeof *rules);
    for (uint32_t i = 0; i < request->rule_count; i++) {
        const struct override *rule = &request->rules[i];
        struct override *now = &rules[rule->origin * PURPOSE_COUNT + rule->purpose - 1];
        *now = *rule;
        if (rule->kind == OVERRIDE_TAKEN_BACK)
            now->kind = 0;
    }
    job->overrides = rules;
}

bool dry_start(struct app *app)
{
    struct request *request = app->dry_first;
    if (!request)
        return false;
    app_pose(app);
    struct arena *arena = &app->question;
    struct planner_job *job = &app->job;
    job->gate_open =
        changed(job->gate_open, job->venue->gate_count, request->opened, request->shut, arena);
    job->opening_open = changed(job->opening_open, job->venue->opening_count,
                                request->opened_openings, request->shut_openings, arena);
    if (request->rule_count > 0)
        change_rules(job, request, arena);
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
