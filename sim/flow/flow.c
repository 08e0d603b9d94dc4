#include "sim/flow/flow_state.h"
#include "sim/flow/problem.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t flow_door(const struct flow_solver *s, uint32_t destination)
{
    return 2 * s->problem->link_count + destination;
}

/* ---- Setting up ------------------------------------------------------------------------------ */

static void add_arc(struct flow_solver *s, uint32_t *fill, uint32_t from, struct flow_arc arc,
                    double capacity_ps)
{
    s->channels[arc.channel].capacity_ps = capacity_ps;
    s->arcs[fill[from]++] = arc;
}

static void build_arcs(struct flow_solver *s)
{
    const struct flow_problem *p = s->problem;
    s->first_arc = flow_zeroed(p->node_count + 1, sizeof *s->first_arc);
    s->arcs = flow_zeroed(2 * (size_t)p->link_count, sizeof *s->arcs);
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *link = &p->links[i];
        assert(link->node_a < p->node_count && link->node_b < p->node_count && link->walk_s >= 0);
        if (!flow_link_is_open(link))
            continue;
        s->first_arc[link->node_a + 1]++;
        s->first_arc[link->node_b + 1]++;
    }
    for (uint32_t n = 0; n < p->node_count; n++)
        s->first_arc[n + 1] += s->first_arc[n];

    uint32_t *fill = flow_zeroed(p->node_count, sizeof *fill);
    for (uint32_t n = 0; n < p->node_count; n++)
        fill[n] = s->first_arc[n];
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *link = &p->links[i];
        if (!flow_link_is_open(link))
            continue;
        const bool back = !link->one_way;
        const struct flow_arc ab = { link->node_b, link->walk_s, 2 * i, true, back };
        const struct flow_arc ba = { link->node_a, link->walk_s, 2 * i + 1, back, true };
        add_arc(s, fill, link->node_a, ab, link->capacity_ps);
        add_arc(s, fill, link->node_b, ba, link->capacity_ps);
    }
    free(fill);
}

/* Dijkstra against the arcs, from one destination. */
static void build_least(struct flow_solver *s, uint32_t destination)
{
    const struct flow_destination *to = &s->problem->destinations[destination];
    float *least_s = &s->least_s[(size_t)destination * s->problem->node_count];
    heap_clear(&s->heap);
    least_s[to->node] = (float)to->walk_s;
    heap_push(&s->heap, (double)least_s[to->node], to->node);
    double key;
    uint32_t node;
    while (heap_pop(&s->heap, &key, &node)) {
        if (key > (double)least_s[node])
            continue;
        for (uint32_t a = s->first_arc[node]; a < s->first_arc[node + 1]; a++) {
            const struct flow_arc *arc = &s->arcs[a];
            const float there_s = (float)(key + arc->walk_s);
            if (arc->in && there_s < least_s[arc->to]) {
                least_s[arc->to] = there_s;
                heap_push(&s->heap, (double)there_s, arc->to);
            }
        }
    }
}

static void build_destinations(struct flow_solver *s)
{
    const struct flow_problem *p = s->problem;
    const size_t cells = (size_t)p->destination_count * p->node_count;
    s->least_s = flow_zeroed(cells, sizeof *s->least_s);
    s->bound = flow_zeroed(p->destination_count, sizeof *s->bound);
    for (size_t i = 0; i < cells; i++)
        s->least_s[i] = HUGE_VALF;
    for (uint32_t i = 0; i < p->destination_count; i++) {
        const struct flow_destination *destination = &p->destinations[i];
        assert(destination->node < p->node_count);
        if (!flow_destination_is_open(destination))
            continue;
        struct channel *channel = &s->channels[flow_door(s, i)];
        channel->capacity_ps = destination->capacity_ps;
        if (destination->queue_people > 0)
            channel_reserve(channel, 0, destination->queue_people);
        build_least(s, i);
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct flow_served *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* When `part` of all who were served had been, between chunks by a straight line. */
static double clearance_s(struct flow_solver *s, double part)
{
    double total = 0, passed = 0, before_s = 0;
    for (uint32_t i = 0; i < s->served_count; i++)
        total += s->served[i].people;
    qsort(s->served, s->served_count, sizeof *s->served, by_time);
    for (uint32_t i = 0; i < s->served_count; i++) {
        const struct flow_served *chunk = &s->served[i];
        if (passed + chunk->people >= total * part - 1e-9) {
            const double rest = flow_max(0, total * part - passed) / chunk->people;
            return before_s + (chunk->at_s - before_s) * flow_min(1, rest);
        }
        passed += chunk->people;
        before_s = chunk->at_s;
    }
    return before_s;
}

/* Where the next chunk of a given row goes: to whom most is still owed. */
static uint32_t owed(const struct flow_solver *s, uint32_t origin, double sent)
{
    const uint32_t count = s->problem->destination_count;
    const double *given = s->problem->given_share;
    uint32_t best = FLOW_NONE;
    double most = 0;
    for (uint32_t d = 0; given && d < count; d++) {
        const size_t cell = (size_t)origin * count + d;
        const double owes = given[cell] * sent - s->plan->share[cell];
        if (given[cell] > 0 && (best == FLOW_NONE || owes > most)) {
            best = d;
            most = owes;
        }
    }
    return best;
}

static uint32_t nearest(const struct flow_solver *s, uint32_t node)
{
    const uint32_t nodes = s->problem->node_count;
    uint32_t best = FLOW_NONE;
    for (uint32_t d = 0; d < s->problem->destination_count; d++) {
        const float least_s = s->least_s[(size_t)d * nodes + node];
        if (least_s < HUGE_VALF &&
            (best == FLOW_NONE || least_s < s->least_s[(size_t)best * nodes + node]))
            best = d;
    }
    return best;
}

uint32_t flow_straight_on(const struct flow_solver *s, uint32_t node, uint32_t destination)
{
    const float *least_s = &s->least_s[(size_t)destination * s->problem->node_count];
    uint32_t best = FLOW_NONE;
    double best_s = HUGE_VAL;
    for (uint32_t a = s->first_arc[node]; a < s->first_arc[node + 1]; a++) {
        const double s_here = s->arcs[a].walk_s + (double)least_s[s->arcs[a].to];
        if (s->arcs[a].out && s_here < best_s) {
            best_s = s_here;
            best = a;
        }
    }
    return best;
}

uint32_t flow_chunks(const struct flow_solver *s, uint32_t origin)
{
    return s->problem->origins[origin].people < 1 ? 1 : s->chunks;
}

void flow_send(struct flow_solver *s, uint32_t origin, uint32_t round)
{
    const uint32_t chunks = flow_chunks(s, origin);
    const struct flow_origin *from = &s->problem->origins[origin];
    double *share = &s->plan->share[(size_t)origin * s->problem->destination_count];
    const double people = from->people / chunks;
    if (!(people > 0) || round >= chunks)
        return;
    s->release_s = flow_release_s(s->problem, origin, round);
    const uint32_t given = owed(s, origin, (round + 1.0) / chunks);
    const uint32_t only = given == FLOW_NONE && from->unguided ? nearest(s, from->node) : given;
    s->straight = from->unguided;
    s->ruled = !from->unguided && (s->problem->fixed_share || s->problem->barred);
    uint32_t destination = flow_quickest(s, from->node, people, only);
    if (destination == FLOW_NONE && s->ruled) {
        s->ruled = false;
        destination = flow_quickest(s, from->node, people, only);
    }
    if (destination != FLOW_NONE) {
        flow_reserve(s, origin, destination, people);
        if (!from->unguided)
            flow_note_way(s, destination, people);
        share[destination] += 1.0 / chunks;
        return;
    }
    /* Those who were told to go there stay behind; the others go where they were told. */
    if (only != FLOW_NONE)
        share[only] += 1.0 / chunks;
    s->plan->unreachable_people += people;
    s->plan->finish_s[origin] = FLOW_NEVER_S;
}

size_t flow_channels(const struct flow_problem *problem)
{
    return 2 * (size_t)problem->link_count + problem->destination_count;
}

void flow_clear(struct flow_solver *s)
{
    const struct flow_problem *problem = s->problem;
    struct flow_plan *plan = s->plan;
    const size_t rows = (size_t)problem->origin_count * problem->destination_count;
    const size_t cells = (size_t)problem->node_count * problem->destination_count;
    memset(plan->share, 0, rows * sizeof *plan->share);
    memset(plan->finish_s, 0, problem->origin_count * sizeof *plan->finish_s);
    memset(plan->busy_until_s, 0, problem->destination_count * sizeof *plan->busy_until_s);
    memset(plan->people, 0, cells * sizeof *plan->people);
    memset(s->next_people, 0, cells * sizeof *s->next_people);
    for (size_t i = 0; i < cells; i++)
        plan->next_node[i] = FLOW_NONE;
    plan->unreachable_people = 0;
    s->served_count = 0;
}

void flow_open(struct flow_solver *s, const struct flow_problem *problem,
               const struct flow_traffic *traffic, struct flow_plan *plan)
{
    const size_t rows = (size_t)problem->origin_count * problem->destination_count;
    const size_t cells = (size_t)problem->node_count * problem->destination_count;
    *plan = (struct flow_plan){
        .origin_count = problem->origin_count,
        .destination_count = problem->destination_count,
        .node_count = problem->node_count,
        .share = flow_zeroed(rows, sizeof *plan->share),
        .finish_s = flow_zeroed(problem->origin_count, sizeof *plan->finish_s),
        .busy_until_s = flow_zeroed(problem->destination_count, sizeof *plan->busy_until_s),
        .people = flow_zeroed(cells, sizeof *plan->people),
        .next_node = flow_zeroed(cells, sizeof *plan->next_node),
    };
    *s = (struct flow_solver){ .problem = problem,
                               .traffic = traffic,
                               .plan = plan,
                               .chunks = flow_chunks_of(problem),
                               .found = FLOW_NONE };
    s->channels = flow_zeroed(flow_channels(problem), sizeof *s->channels);
    s->labels = flow_zeroed(problem->node_count, sizeof *s->labels);
    s->served = flow_zeroed((size_t)problem->origin_count * s->chunks, sizeof *s->served);
    s->next_people = flow_zeroed(cells, sizeof *s->next_people);
    s->way = flow_zeroed(problem->node_count, sizeof *s->way);
    build_arcs(s);
    build_destinations(s);
    flow_clear(s);
}

void flow_close(struct flow_solver *s)
{
    const double part = s->problem->clearance_part > 0 ? s->problem->clearance_part : 0.98;
    s->plan->clearance_s = clearance_s(s, part);
    for (size_t i = 0; i < flow_channels(s->problem); i++)
        channel_fini(&s->channels[i]);
    heap_fini(&s->heap);
    free(s->channels);
    free(s->labels);
    free(s->served);
    free(s->next_people);
    free(s->way);
    free(s->first_arc);
    free(s->arcs);
    free(s->least_s);
    free(s->bound);
}

/* Whoever comes waits for the queue that he meets; the chunk's own passing overlaps with his
 * walking on. */
static struct flow_times past_queue(struct flow_solver *s, uint32_t channel,
                                    const struct flow_label *here, double people)
{
    struct channel *at = &s->channels[channel];
    const double passed_s = channel_passed_s(at, here->first_s, people);
    return (struct flow_times){ .first_s =
                                    flow_max(here->first_s, passed_s - people / at->capacity_ps),
                                .last_s = flow_max(here->last_s, passed_s) };
}

static void queue_up(struct flow_solver *s, uint32_t channel, const struct flow_label *here,
                     double people)
{
    channel_reserve(&s->channels[channel], here->first_s, people);
}

void flow_solve(const struct flow_problem *problem, struct flow_plan *plan)
{
    static const struct flow_traffic traffic = { past_queue, queue_up, 0, false };
    struct flow_solver s;
    flow_open(&s, problem, &traffic, plan);
    for (uint32_t round = 0; round < s.chunks; round++)
        for (uint32_t origin = 0; origin < problem->origin_count; origin++)
            flow_send(&s, origin, round);
    flow_close(&s);
}

void flow_plan_fini(struct flow_plan *plan)
{
    free(plan->share);
    free(plan->next_node);
    free(plan->finish_s);
    free(plan->busy_until_s);
    free(plan->people);
    *plan = (struct flow_plan){ 0 };
}
