#include "sim/flow/flow_state.h"
#include "sim/flow/problem.h"

#include <math.h>
#include <string.h>

enum { PASSES = 3 };
/* Fewer than that ask the way, but nobody waits for them. */
static const double least_people = 0.02;

/* What passes a channel in all, and when the first of them can be there with nobody in the way. */
struct load {
    double first_s, people;
};

/* A channel on a chunk's way, and when the first of the chunk would be there. */
struct step {
    uint32_t channel;
    double people, at_s;
};

/* A chunk's way. */
struct sent {
    uint32_t first_step, step_count;
};

struct balance {
    struct flow_solver s;        /* First. */
    struct load *loads;          /* By channel. */
    struct sent *sent;           /* [round * origins + origin] */
    struct step *steps, *before; /* Of this pass and of the one before. */
    size_t step_count, step_room;
};

static struct balance *of(struct flow_solver *solver)
{
    return (struct balance *)solver;
}

static double at_s(const struct balance *b, const struct flow_label *here)
{
    return b->s.release_s + here->walk_s;
}

/* Everybody is through when the last one is, who comes after all that there are. */
static struct flow_times past_all(struct flow_solver *s, uint32_t channel,
                                  const struct flow_label *here, double people)
{
    const struct load *load = &of(s)->loads[channel];
    const double passed_s =
        flow_max(here->last_s, flow_min(load->first_s, at_s(of(s), here)) +
                                   (load->people + people) / s->channels[channel].capacity_ps);
    return (struct flow_times){ passed_s, passed_s };
}

static void join(struct flow_solver *s, uint32_t channel, const struct flow_label *here,
                 double people)
{
    struct balance *b = of(s);
    struct load *at = &b->loads[channel];
    if (people >= least_people)
        at->first_s = flow_min(at->first_s, at_s(b, here));
    at->people += people;
    if (b->step_count == b->step_room) {
        const size_t room = b->step_room ? 2 * b->step_room : 4096;
        struct step *wider = flow_zeroed(room, sizeof *wider);
        if (b->step_count > 0)
            memcpy(wider, b->steps, b->step_count * sizeof *wider);
        free(b->steps);
        b->steps = wider;
        b->step_room = room;
    }
    b->steps[b->step_count++] = (struct step){ channel, people, at_s(b, here) };
}

static void take_back(struct balance *b, const struct sent *sent)
{
    for (uint32_t i = 0; i < sent->step_count; i++) {
        const struct step *step = &b->before[sent->first_step + i];
        b->loads[step->channel].people -= step->people;
    }
}

static void send(struct balance *b, uint32_t origin, uint32_t round)
{
    struct sent *sent = &b->sent[(size_t)round * b->s.problem->origin_count + origin];
    take_back(b, sent);
    sent->first_step = (uint32_t)b->step_count;
    flow_send(&b->s, origin, round);
    sent->step_count = (uint32_t)b->step_count - sent->first_step;
}

static void begin_pass(struct balance *b)
{
    const struct flow_problem *p = b->s.problem;
    flow_clear(&b->s);
    for (size_t c = 0; c < flow_channels(p); c++)
        b->loads[c].first_s = HUGE_VAL;
    for (uint32_t d = 0; d < p->destination_count; d++)
        if (p->destinations[d].queue_people > 0)
            b->loads[flow_door(&b->s, d)].first_s = 0;
    for (size_t i = 0; i < b->step_count; i++) {
        struct load *at = &b->loads[b->steps[i].channel];
        if (b->steps[i].people >= least_people)
            at->first_s = flow_min(at->first_s, b->steps[i].at_s);
    }
    free(b->before);
    b->before = b->steps;
    b->steps = NULL;
    b->step_count = b->step_room = 0;
}

void flow_balance(const struct flow_problem *problem, struct flow_plan *plan)
{
    static const struct flow_traffic traffic = { past_all, join };
    struct balance b = { 0 };
    flow_open(&b.s, problem, &traffic, plan);
    b.loads = flow_zeroed(flow_channels(problem), sizeof *b.loads);
    b.sent = flow_zeroed((size_t)problem->origin_count * b.s.chunks, sizeof *b.sent);
    for (uint32_t d = 0; d < problem->destination_count; d++)
        b.loads[flow_door(&b.s, d)].people = problem->destinations[d].queue_people;
    for (int pass = 0; pass < PASSES; pass++) {
        begin_pass(&b);
        for (uint32_t round = 0; round < b.s.chunks; round++)
            for (uint32_t origin = 0; origin < problem->origin_count; origin++)
                send(&b, origin, round);
    }
    flow_close(&b.s);
    free(b.loads);
    free(b.sent);
    free(b.steps);
    free(b.before);
}
