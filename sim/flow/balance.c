#include "sim/flow/flow_state.h"
#include "sim/flow/problem.h"
#include "sim/flow/queue.h"
#include "sim/flow/uncross.h"

#include <math.h>
#include <string.h>

enum { PASSES = 3 };
/* What a second in the line of a door counts beside its time: lines stand in the way of those who
 * go past (measured in the engine, e2e/guidance_optimum). */
#define LINE_COST 0.3

/* A channel on a chunk's way, and when the first and the last of the chunk are there. */
struct step {
    uint32_t channel;
    double people, from_s, to_s;
};

/* A chunk's way. */
struct sent {
    uint32_t first_step, step_count;
};

struct balance {
    struct flow_solver s;        /* First. */
    struct queue *queues;        /* By channel. */
    struct sent *sent;           /* [round * origins + origin] */
    struct step *steps, *before; /* Of this pass and of the one before. */
    size_t step_count, step_room;
};

static struct balance *of(struct flow_solver *solver)
{
    return (struct balance *)solver;
}

static struct sent *sent_of(struct balance *b, uint32_t origin, uint32_t round)
{
    return &b->sent[(size_t)round * b->s.problem->origin_count + origin];
}

/* The first of the chunk comes as the first ones do, and its last one behind all. */
static struct flow_times past_line(struct flow_solver *s, uint32_t channel,
                                   const struct flow_label *here, double people)
{
    struct queue *queue = &of(s)->queues[channel];
    const double first_s = queue_first_s(queue, here->first_s);
    const double last_s = queue_last_s(queue, here->last_s, people);
    return (struct flow_times){ first_s, flow_max(first_s, last_s) };
}

static void join(struct flow_solver *s, uint32_t channel, const struct flow_label *here,
                 double people)
{
    struct balance *b = of(s);
    queue_add(&b->queues[channel], here->first_s, here->last_s, people);
    if (b->step_count == b->step_room) {
        const size_t room = b->step_room ? 2 * b->step_room : 4096;
        b->steps = flow_wider(b->steps, b->step_count, room, sizeof *b->steps);
        b->step_room = room;
    }
    b->steps[b->step_count++] = (struct step){ channel, people, here->first_s, here->last_s };
}

static void take_back(struct balance *b, const struct sent *sent)
{
    for (uint32_t i = 0; i < sent->step_count; i++) {
        const struct step *step = &b->before[sent->first_step + i];
        queue_add(&b->queues[step->channel], step->from_s, step->to_s, -step->people);
    }
}

static void send(struct balance *b, uint32_t origin, uint32_t round)
{
    struct sent *sent = sent_of(b, origin, round);
    take_back(b, sent);
    sent->first_step = (uint32_t)b->step_count;
    flow_send(&b->s, origin, round);
    sent->step_count = (uint32_t)b->step_count - sent->first_step;
}

static void begin_pass(struct balance *b)
{
    flow_clear(&b->s);
    free(b->before);
    b->before = b->steps;
    b->steps = NULL;
    b->step_count = b->step_room = 0;
}

/* ---- Nobody meets others head on ------------------------------------------------------------- */

/* Somebody says where whoever looks there goes. */
static bool is_ruled(const struct flow_problem *p, uint32_t node)
{
    const size_t row = (size_t)node * p->destination_count;
    bool ruled = false;
    for (uint32_t d = 0; d < p->destination_count; d++)
        ruled = ruled || (p->fixed_share && p->fixed_share[row + d] > 0) ||
                (p->barred && p->barred[row + d]);
    return ruled;
}

/* All of them have a way, and it is the plan's to choose. */
static bool may_turn(struct balance *b, uint32_t origin)
{
    const struct flow_problem *p = b->s.problem;
    const size_t row = (size_t)origin * p->destination_count;
    bool may = !p->origins[origin].unguided && p->origins[origin].people >= 1;
    for (uint32_t d = 0; may && p->given_share && d < p->destination_count; d++)
        may = !(p->given_share[row + d] > 0);
    for (uint32_t round = 0; may && round < b->s.chunks; round++)
        may = sent_of(b, origin, round)->step_count > 0;
    return may;
}

/* A chunk's steps stand the last first, and before them all the door. */
static void add_part(struct balance *b, struct flow_crowd *crowd, uint32_t origin, uint32_t round,
                     bool may_turn)
{
    const struct flow_problem *p = b->s.problem;
    const struct sent *sent = sent_of(b, origin, round);
    const struct step *steps = &b->steps[sent->first_step];
    const uint32_t count = sent->step_count - 1;
    struct flow_part part = {
        .origin = origin,
        .destination = steps[count].channel - flow_door(&b->s, 0),
        .people = steps[count].people,
        .release_s = flow_release_s(p, origin, round),
        .count = count,
        .fixed = !may_turn || is_ruled(p, p->origins[origin].node),
    };
    for (uint32_t i = 0; i < count; i++)
        part.fixed = part.fixed || is_ruled(p, flow_walked_to(p, steps[i].channel));
    uint32_t *links = flow_crowd_add(crowd, part);
    for (uint32_t i = 0; i < count; i++)
        links[i] = steps[count - 1 - i].channel;
}

/* As if they had been sent so. */
static void note_part(struct balance *b, const struct flow_crowd *crowd,
                      const struct flow_part *part)
{
    const struct flow_problem *p = b->s.problem;
    uint32_t count = 0;
    b->s.way[count++] = p->origins[part->origin].node;
    for (uint32_t i = 0; i < part->count; i++)
        b->s.way[count++] = flow_walked_to(p, crowd->links[part->first + i]);
    flow_note_along(&b->s, b->s.way, count, part->destination, part->people);
}

static void forget_ways(struct flow_solver *s)
{
    const size_t cells = (size_t)s->problem->node_count * s->problem->destination_count;
    memset(s->plan->people, 0, cells * sizeof *s->plan->people);
    memset(s->next_people, 0, cells * sizeof *s->next_people);
    for (size_t i = 0; i < cells; i++)
        s->plan->next_node[i] = FLOW_NONE;
}

/* Doors have as many people as before, so times stay. */
static void uncross(struct balance *b)
{
    const struct flow_problem *p = b->s.problem;
    struct flow_plan *plan = b->s.plan;
    struct flow_crowd crowd = { 0 };
    bool *turns = flow_zeroed(p->origin_count, sizeof *turns);
    for (uint32_t o = 0; o < p->origin_count; o++) {
        turns[o] = may_turn(b, o);
        for (uint32_t round = 0; round < b->s.chunks; round++)
            if (sent_of(b, o, round)->step_count > 0)
                add_part(b, &crowd, o, round, turns[o]);
    }
    flow_uncross(p, plan->busy_until_s, &crowd);
    forget_ways(&b->s);
    for (uint32_t o = 0; o < p->origin_count; o++)
        for (uint32_t d = 0; turns[o] && d < p->destination_count; d++)
            plan->share[(size_t)o * p->destination_count + d] = 0;
    for (uint32_t i = 0; i < crowd.part_count; i++) {
        const struct flow_part *part = &crowd.parts[i];
        if (!p->origins[part->origin].unguided)
            note_part(b, &crowd, part);
        if (turns[part->origin])
            plan->share[(size_t)part->origin * p->destination_count + part->destination] +=
                part->people / p->origins[part->origin].people;
    }
    free(turns);
    flow_crowd_fini(&crowd);
}

void flow_balance(const struct flow_problem *problem, struct flow_plan *plan)
{
    static const struct flow_traffic traffic = { past_line, join, LINE_COST, true };
    struct balance b = { 0 };
    flow_open(&b.s, problem, &traffic, plan);
    b.queues = flow_zeroed(flow_channels(problem), sizeof *b.queues);
    for (size_t c = 0; c < flow_channels(problem); c++)
        b.queues[c].capacity_ps = b.s.channels[c].capacity_ps;
    b.sent = flow_zeroed((size_t)problem->origin_count * b.s.chunks, sizeof *b.sent);
    for (uint32_t d = 0; d < problem->destination_count; d++)
        b.queues[flow_door(&b.s, d)].first = problem->destinations[d].queue_people;
    for (int pass = 0; pass < PASSES; pass++) {
        begin_pass(&b);
        for (uint32_t round = 0; round < b.s.chunks; round++)
            for (uint32_t origin = 0; origin < problem->origin_count; origin++)
                send(&b, origin, round);
    }
    uncross(&b);
    for (size_t c = 0; c < flow_channels(problem); c++)
        queue_fini(&b.queues[c]);
    flow_close(&b.s);
    free(b.queues);
    free(b.sent);
    free(b.steps);
    free(b.before);
}
