#include "tests/e2e/guidance/service.h"

#include "server/app/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60000 };

/* A split that is told anew counts, and one that changes within a minute of it twice. */
static void count_changes(struct service *s, const struct plan_adopted *adopted)
{
    s->plans++;
    for (uint32_t i = 0; s->plans > 1 && i < adopted->origin.count; i++) {
        const uint32_t split = adopted->origin.v[i] * PURPOSE_COUNT + adopted->purpose.v[i] - 1;
        const bool again = s->changes[split] > 0 && s->now_ms - s->changed_ms[split] < MINUTE_MS;
        s->changes[split] = again ? s->changes[split] + 1 : 1;
        s->changed_ms[split] = s->now_ms;
        s->most_moves = s->changes[split] > s->most_moves ? s->changes[split] : s->most_moves;
    }
}

static void perform(struct service *s, struct command command)
{
    command.time_ms = s->now_ms;
    facts_reset(&s->facts);
    const enum status status = stadium_decide(s->stadium, &command, &s->facts);
    if (status != STATUS_OK) {
        fprintf(stderr, "guidance: command %d refused: %s %s\n", (int)command.kind,
                status_reason(status), s->facts.refusal.message);
        abort();
    }
    for (uint32_t i = 0; i < s->facts.count; i++) {
        stadium_evolve(s->stadium, &s->facts.items[i]);
        if (s->facts.items[i].kind == FACT_PLAN_ADOPTED)
            count_changes(s, &s->facts.items[i].as.plan_adopted);
    }
}

static void planned(struct planner_job *job)
{
    (void)job;
}

static void plan(struct service *s)
{
    arena_reset(&s->question);
    arena_reset(&s->job.arena);
    s->job = (struct planner_job){ .arena = s->job.arena, .done = planned };
    question_ask(s->stadium, &s->question, &s->job);
    s->planner->ops->start(s->planner, &s->job);
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan =
        (struct adopt_plan){ .wanted = s->job.wanted,
                             .clearance_s = s->job.clearance_s,
                             .free_clearance_s = s->job.free_clearance_s,
                             .splits = s->job.proposed,
                             .split_count = s->job.proposed_count,
                             .bound = &s->job.bound,
                             .compliance_milli = s->job.seen_compliance_milli };
    perform(s, command);
}

void service_do(struct service *s, struct command command)
{
    perform(s, command);
    for (;;) {
        while (stadium_due(s->stadium) <= s->now_ms)
            perform(s, (struct command){ .kind = COMMAND_TICK });
        if (!question_open(s->stadium))
            return;
        plan(s);
    }
}

void service_open(struct service *s, const struct venue *venue, struct planner *planner)
{
    const struct limits limits = limits_default();
    *s = (struct service){ .stadium = stadium_create(&limits),
                           .planner = planner,
                           .now_ms = 1778942460000 };
    const size_t splits = (size_t)venue_places(venue) * PURPOSE_COUNT;
    s->changed_ms = calloc(splits, sizeof *s->changed_ms);
    s->changes = calloc(splits, sizeof *s->changes);
    struct command command = { .kind = COMMAND_IMPORT_VENUE };
    command.as.import_venue.venue = *venue;
    service_do(s, command);
}

void service_phase(struct service *s, enum phase_kind phase)
{
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase = (struct phase){
        .kind = phase, .label = "now", .started_ms = s->now_ms, .ends_ms = s->now_ms + 3600 * 1000
    };
    service_do(s, command);
}

void service_close(struct service *s)
{
    s->planner->ops->close(s->planner);
    stadium_destroy(s->stadium);
    facts_fini(&s->facts);
    arena_fini(&s->question);
    arena_fini(&s->job.arena);
    free(s->changed_ms);
    free(s->changes);
}

const struct split *service_splits(const struct service *s)
{
    uint32_t count;
    return stadium_splits(s->stadium, &count);
}
