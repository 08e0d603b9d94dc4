#include "sim/flow/flow_state.h"
#include "sim/flow/problem.h"

#include <assert.h>
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

/* A chunk and its way. */
struct sent {
    uint32_t first_step, step_count;
    double people;
};

struct balance {
    struct flow_solver s;
    struct load *loads;          /* By channel. */
    struct sent *sent;           /* [round * origins + origin] */
    struct step *steps, *before; /* Of this pass and of the one before. */
    size_t step_count, step_room;
};

/* ---- When the last one is through ------------------------------------------------------------ */

/* If the first of `people` are there at at_s, and the last at last_s. */
static double passed_s(const struct balance *b, uint32_t channel, double at_s, double last_s,
                       double people)
{
    const struct load *load = &b->loads[channel];
    return fmax(last_s, fmin(load->first_s, at_s) +
                            (load->people + people) / b->s.channels[channel].capacity_ps);
}

static void load(struct balance *b, uint32_t channel, double at_s, double people)
{
    struct load *at = &b->loads[channel];
    if (people >= least_people)
        at->first_s = fmin(at->first_s, at_s);
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
    b->steps[b->step_count++] = (struct step){ channel, people, at_s };
}

/* ---- The way of a chunk ---------------------------------------------------------------------- */

static bool last_look(const struct flow_solver *s, uint32_t node)
{
    return !s->problem->last_look || s->problem->last_look[node];
}

static void reach(struct balance *b, uint32_t node, uint32_t arc_index, double people,
                  uint32_t destination)
{
    struct flow_solver *s = &b->s;
    const float *least_s = &s->least_s[(size_t)destination * s->problem->node_count];
    const struct flow_label *here = &s->labels[node];
    const struct flow_arc *arc = &s->arcs[arc_index];
    struct flow_label *there = &s->labels[arc->to];
    const bool known = there->search == s->search;
    if (!arc->out || !(least_s[arc->to] < HUGE_VALF) || (known && there->settled))
        return;
    if (s->ruled && !here->decided && !flow_may_go(s, arc->to, destination, people))
        return;
    const double walk_s = here->walk_s + arc->walk_s;
    const double last_s =
        passed_s(b, arc->channel, s->release_s + here->walk_s, here->last_s, people) + arc->walk_s;
    const double cost = last_s + s->problem->walk_cost * walk_s;
    if (known && there->cost <= cost)
        return;
    *there = (struct flow_label){
        .cost = cost,
        .last_s = last_s,
        .walk_s = walk_s,
        .from = node,
        .arc = arc_index,
        .search = s->search,
        .decided = here->decided || last_look(s, arc->to),
    };
    heap_push(&s->heap, cost + (1 + s->problem->walk_cost) * (double)least_s[arc->to], arc->to);
}

static bool search(struct balance *b, uint32_t origin, uint32_t destination, double people)
{
    struct flow_solver *s = &b->s;
    const uint32_t target = s->problem->destinations[destination].node;
    s->search++;
    heap_clear(&s->heap);
    s->labels[origin] = (struct flow_label){ .cost = s->release_s,
                                             .last_s = s->release_s,
                                             .from = FLOW_NONE,
                                             .arc = FLOW_NONE,
                                             .search = s->search,
                                             .decided = last_look(s, origin) };
    heap_push(&s->heap, s->release_s, origin);
    double key;
    uint32_t node;
    while (heap_pop(&s->heap, &key, &node)) {
        if (s->labels[node].settled)
            continue;
        s->labels[node].settled = true;
        if (node == target)
            return true;
        const uint32_t only = s->straight ? flow_straight_on(s, node, destination) : FLOW_NONE;
        for (uint32_t a = s->first_arc[node]; a < s->first_arc[node + 1]; a++)
            if (only == FLOW_NONE || a == only)
                reach(b, node, a, people, destination);
    }
    return false;
}

static uint32_t door(const struct balance *b, uint32_t destination)
{
    return 2 * b->s.problem->link_count + destination;
}

/* What the last of a chunk has to wait and walk for if it goes there on the way that was found. */
static double cost_there(const struct balance *b, uint32_t destination, double people)
{
    const struct flow_destination *to = &b->s.problem->destinations[destination];
    const struct flow_label *end = &b->s.labels[to->node];
    const double walk_s = end->walk_s + to->walk_s;
    return passed_s(b, door(b, destination), b->s.release_s + walk_s, end->last_s + to->walk_s,
                    people) +
           b->s.problem->walk_cost * walk_s;
}

static double least_cost(const struct balance *b, uint32_t origin, uint32_t destination,
                         double people)
{
    const struct flow_solver *s = &b->s;
    const double least_s =
        (double)s->least_s[(size_t)destination * s->problem->node_count + origin];
    if (!(least_s < HUGE_VAL))
        return HUGE_VAL;
    return passed_s(b, door(b, destination), s->release_s + least_s, s->release_s + least_s,
                    people) +
           s->problem->walk_cost * least_s;
}

static uint32_t best_of(struct balance *b, uint32_t origin, double people, uint32_t only)
{
    struct flow_solver *s = &b->s;
    const uint32_t count = s->problem->destination_count;
    for (uint32_t d = 0; d < count; d++)
        s->bound[d] =
            (only == FLOW_NONE || d == only) && (!s->ruled || flow_may_go(s, origin, d, people))
                ? least_cost(b, origin, d, people)
                : HUGE_VAL;
    uint32_t best = FLOW_NONE;
    double best_cost = HUGE_VAL;
    s->found = FLOW_NONE;
    for (;;) {
        uint32_t next = FLOW_NONE;
        for (uint32_t d = 0; d < count; d++)
            if (s->bound[d] < best_cost && (next == FLOW_NONE || s->bound[d] < s->bound[next]))
                next = d;
        if (next == FLOW_NONE)
            break;
        s->bound[next] = HUGE_VAL;
        s->found = FLOW_NONE;
        if (!search(b, origin, next, people))
            continue;
        s->found = next;
        const double cost = cost_there(b, next, people);
        if (cost < best_cost) {
            best_cost = cost;
            best = next;
        }
    }
    if (best != FLOW_NONE && s->found != best)
        search(b, origin, best, people);
    s->found = FLOW_NONE;
    return best;
}

/* ---- Sending --------------------------------------------------------------------------------- */

static void take_back(struct balance *b, const struct sent *sent)
{
    for (uint32_t i = 0; i < sent->step_count; i++)
        b->loads[b->before[sent->first_step + i].channel].people -= sent->people;
}

static void send(struct balance *b, struct sent *sent, uint32_t origin, uint32_t destination)
{
    struct flow_solver *s = &b->s;
    const struct flow_destination *to = &s->problem->destinations[destination];
    const struct flow_label *end = &s->labels[to->node];
    const double at_s = passed_s(b, door(b, destination), s->release_s + end->walk_s + to->walk_s,
                                 end->last_s + to->walk_s, sent->people);
    sent->first_step = (uint32_t)b->step_count;
    for (uint32_t node = to->node; s->labels[node].from != FLOW_NONE; node = s->labels[node].from) {
        const struct flow_label *label = &s->labels[node];
        load(b, s->arcs[label->arc].channel, s->release_s + s->labels[label->from].walk_s,
             sent->people);
    }
    load(b, door(b, destination), s->release_s + end->walk_s + to->walk_s, sent->people);
    sent->step_count = (uint32_t)b->step_count - sent->first_step;
    s->served[s->served_count++] = (struct flow_served){ at_s, sent->people };
    s->plan->finish_s[origin] = fmax(s->plan->finish_s[origin], at_s);
    s->plan->busy_until_s[destination] = fmax(s->plan->busy_until_s[destination], at_s);
    s->plan->share[(size_t)origin * s->problem->destination_count + destination] +=
        1.0 / flow_chunks(s, origin);
}

static void send_chunk(struct balance *b, uint32_t origin, uint32_t round, bool again)
{
    struct flow_solver *s = &b->s;
    const struct flow_problem *p = s->problem;
    const struct flow_origin *from = &p->origins[origin];
    struct sent *sent = &b->sent[(size_t)round * p->origin_count + origin];
    if (again)
        take_back(b, sent);
    const uint32_t chunks = flow_chunks(s, origin);
    if (!(from->people > 0) || round >= chunks)
        return;
    *sent = (struct sent){ .people = from->people / chunks };
    s->release_s = p->release_s ? p->release_s[round] : 0;
    const uint32_t given = flow_owed(s, origin, (round + 1.0) / chunks);
    const uint32_t only =
        given == FLOW_NONE && from->unguided ? flow_nearest(s, from->node) : given;
    s->straight = from->unguided;
    s->ruled = !from->unguided && (p->fixed_share || p->barred);
    uint32_t destination = best_of(b, from->node, sent->people, only);
    if (destination == FLOW_NONE && s->ruled) {
        s->ruled = false;
        destination = best_of(b, from->node, sent->people, only);
    }
    if (destination == FLOW_NONE) {
        s->plan->unreachable_people += sent->people;
        s->plan->finish_s[origin] = FLOW_NEVER_S;
        return;
    }
    send(b, sent, origin, destination);
    if (!from->unguided)
        flow_note_way(s, destination, sent->people);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void begin_pass(struct balance *b)
{
    struct flow_solver *s = &b->s;
    const struct flow_problem *p = s->problem;
    struct flow_plan *plan = s->plan;
    const size_t cells = (size_t)p->node_count * p->destination_count;
    memset(plan->share, 0, (size_t)p->origin_count * p->destination_count * sizeof *plan->share);
    memset(plan->people, 0, cells * sizeof *plan->people);
    memset(s->next_people, 0, cells * sizeof *s->next_people);
    memset(plan->next_node, 0xff, cells * sizeof *plan->next_node);
    memset(plan->finish_s, 0, p->origin_count * sizeof *plan->finish_s);
    memset(plan->busy_until_s, 0, p->destination_count * sizeof *plan->busy_until_s);
    plan->unreachable_people = 0;
    s->served_count = 0;
    for (size_t c = 0; c < 2 * (size_t)p->link_count + p->destination_count; c++)
        b->loads[c].first_s = HUGE_VAL;
    for (uint32_t d = 0; d < p->destination_count; d++)
        if (p->destinations[d].queue_people > 0)
            b->loads[door(b, d)].first_s = 0;
    for (size_t i = 0; i < b->step_count; i++) {
        struct load *at = &b->loads[b->steps[i].channel];
        if (b->steps[i].people >= least_people)
            at->first_s = fmin(at->first_s, b->steps[i].at_s);
    }
    free(b->before);
    b->before = b->steps;
    b->steps = NULL;
    b->step_count = b->step_room = 0;
}

void flow_balance(const struct flow_problem *problem, struct flow_plan *plan)
{
    struct balance b = { 0 };
    flow_open(&b.s, problem, plan);
    b.loads =
        flow_zeroed(2 * (size_t)problem->link_count + problem->destination_count, sizeof *b.loads);
    b.sent = flow_zeroed((size_t)problem->origin_count * b.s.chunks, sizeof *b.sent);
    for (uint32_t d = 0; d < problem->destination_count; d++)
        b.loads[door(&b, d)].people = problem->destinations[d].queue_people;
    for (int pass = 0; pass < PASSES; pass++) {
        begin_pass(&b);
        for (uint32_t round = 0; round < b.s.chunks; round++)
            for (uint32_t origin = 0; origin < problem->origin_count; origin++)
                send_chunk(&b, origin, round, pass > 0);
    }
    flow_close(&b.s);
    free(b.loads);
    free(b.sent);
    free(b.steps);
    free(b.before);
}
