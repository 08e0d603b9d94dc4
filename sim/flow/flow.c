#include "sim/flow/flow.h"

#include "sim/flow/channel.h"
#include "sim/flow/heap.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A link as a node sees it. */
struct arc {
    uint32_t to;
    double walk_s;
    uint32_t channel; /* Of the way out. */
    bool out, in;     /* May the link be walked from here, and to here? */
};

/* What a chunk's search knows of a node. */
struct label {
    double cost;     /* first_s, and what the walk has cost. */
    double first_s;  /* When the chunk's first person can be there ... */
    double last_s;   /* ... and its last: a chunk stretches where it passes something narrow. */
    double walk_s;   /* Walked so far. */
    uint32_t from;   /* The node before, FLOW_NONE at the origin. */
    uint32_t arc;    /* The arc taken to get here. */
    uint32_t search; /* Valid when it is the running search's number. */
    bool settled;
};

struct served {
    double at_s, people;
};

struct solver {
    const struct flow_problem *problem;
    struct flow_plan *plan;
    /* Arcs by node: node n leaves by arcs[first_arc[n]] .. arcs[first_arc[n + 1] - 1]. */
    uint32_t *first_arc;
    struct arc *arcs;
    struct channel *channels; /* Two for each link, then one for each destination. */
    /* From each node to each destination's line with nobody in the way; HUGE_VALF: no way.
     * least_s[destination * node_count + node]. */
    float *least_s;
    double *bound; /* By destination: the chunk at hand cannot do better there. */
    struct label *labels;
    uint32_t search;
    struct heap heap;
    struct served *served;
    uint32_t served_count;
    double *next_people; /* By (node, destination): how far next_node leads the vote. */
};

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "flow: out of memory for %zu x %zu bytes\n", count, size);
        abort();
    }
    return memory;
}

static bool usable(const struct flow_destination *destination)
{
    return !destination->closed && destination->capacity_ps > 0;
}

static struct channel *destination_channel(const struct solver *s, uint32_t destination)
{
    return &s->channels[2 * s->problem->link_count + destination];
}

/* ---- Setting up ------------------------------------------------------------------------------ */

static void add_arc(struct solver *s, uint32_t *fill, uint32_t from, struct arc arc,
                    double capacity_ps)
{
    s->channels[arc.channel].capacity_ps = capacity_ps;
    s->arcs[fill[from]++] = arc;
}

static void build_arcs(struct solver *s)
{
    const struct flow_problem *p = s->problem;
    s->first_arc = zeroed(p->node_count + 1, sizeof *s->first_arc);
    s->arcs = zeroed(2 * (size_t)p->link_count, sizeof *s->arcs);
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *link = &p->links[i];
        assert(link->node_a < p->node_count && link->node_b < p->node_count && link->walk_s >= 0);
        if (link->closed || !(link->capacity_ps > 0))
            continue;
        s->first_arc[link->node_a + 1]++;
        s->first_arc[link->node_b + 1]++;
    }
    for (uint32_t n = 0; n < p->node_count; n++)
        s->first_arc[n + 1] += s->first_arc[n];

    uint32_t *fill = zeroed(p->node_count, sizeof *fill);
    for (uint32_t n = 0; n < p->node_count; n++)
        fill[n] = s->first_arc[n];
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *link = &p->links[i];
        if (link->closed || !(link->capacity_ps > 0))
            continue;
        const bool back = !link->one_way;
        const struct arc ab = { link->node_b, link->walk_s, 2 * i, true, back };
        const struct arc ba = { link->node_a, link->walk_s, 2 * i + 1, back, true };
        add_arc(s, fill, link->node_a, ab, link->capacity_ps);
        add_arc(s, fill, link->node_b, ba, link->capacity_ps);
    }
    free(fill);
}

/* Dijkstra against the arcs, from one destination. */
static void build_least(struct solver *s, uint32_t destination)
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
            const struct arc *arc = &s->arcs[a];
            const float there_s = (float)(key + arc->walk_s);
            if (arc->in && there_s < least_s[arc->to]) {
                least_s[arc->to] = there_s;
                heap_push(&s->heap, (double)there_s, arc->to);
            }
        }
    }
}

static void build_destinations(struct solver *s)
{
    const struct flow_problem *p = s->problem;
    const size_t cells = (size_t)p->destination_count * p->node_count;
    s->least_s = zeroed(cells, sizeof *s->least_s);
    s->bound = zeroed(p->destination_count, sizeof *s->bound);
    for (size_t i = 0; i < cells; i++)
        s->least_s[i] = HUGE_VALF;
    for (uint32_t i = 0; i < p->destination_count; i++) {
        const struct flow_destination *destination = &p->destinations[i];
        assert(destination->node < p->node_count);
        if (!usable(destination))
            continue;
        struct channel *channel = destination_channel(s, i);
        channel->capacity_ps = destination->capacity_ps;
        if (destination->queue_people > 0)
            channel_reserve(channel, 0, destination->queue_people);
        build_least(s, i);
    }
}

/* ---- One chunk ------------------------------------------------------------------------------- */

/* Offers the neighbour behind `arc` the way over `node`. The first person waits for the queue he
 * meets; the chunk's own passing overlaps with his walking on. */
static void reach(struct solver *s, uint32_t node, uint32_t arc_index, double people,
                  const float *least_s)
{
    const struct label *here = &s->labels[node];
    const struct arc *arc = &s->arcs[arc_index];
    struct label *there = &s->labels[arc->to];
    const bool known = there->search == s->search;
    if (!arc->out || !(least_s[arc->to] < HUGE_VALF) || (known && there->settled))
        return;
    struct channel *channel = &s->channels[arc->channel];
    const double passed_s = channel_passed_s(channel, here->first_s, people);
    const double free_s = fmax(here->first_s, passed_s - people / channel->capacity_ps);
    const double walk_s = here->walk_s + arc->walk_s;
    const double cost = free_s + arc->walk_s + s->problem->walk_cost * walk_s;
    if (known && there->cost <= cost)
        return;
    *there = (struct label){
        .cost = cost,
        .first_s = free_s + arc->walk_s,
        .last_s = fmax(here->last_s, passed_s) + arc->walk_s,
        .walk_s = walk_s,
        .from = node,
        .arc = arc_index,
        .search = s->search,
    };
    const double rest_s = (double)least_s[arc->to];
    heap_push(&s->heap, cost + (1 + s->problem->walk_cost) * rest_s, arc->to);
}

/* A* from `origin` to `destination`: labels lead back along the way. False: there is none. */
static bool search(struct solver *s, uint32_t origin, uint32_t destination, double people)
{
    const uint32_t target = s->problem->destinations[destination].node;
    const float *least_s = &s->least_s[(size_t)destination * s->problem->node_count];
    s->search++;
    heap_clear(&s->heap);
    s->labels[origin] = (struct label){ .from = FLOW_NONE, .arc = FLOW_NONE, .search = s->search };
    heap_push(&s->heap, 0, origin);
    double key;
    uint32_t node;
    while (heap_pop(&s->heap, &key, &node)) {
        if (s->labels[node].settled)
            continue;
        s->labels[node].settled = true;
        if (node == target)
            return true;
        for (uint32_t a = s->first_arc[node]; a < s->first_arc[node + 1]; a++)
            reach(s, node, a, people, least_s);
    }
    return false;
}

/* When the last of the chunk is served at the end of the way that search() found. */
static double served_s(struct solver *s, uint32_t destination, double people)
{
    const struct flow_destination *to = &s->problem->destinations[destination];
    const struct label *end = &s->labels[to->node];
    const double passed_s =
        channel_passed_s(destination_channel(s, destination), end->first_s + to->walk_s, people);
    return fmax(passed_s, end->last_s + to->walk_s);
}

/* The least that `destination` can cost: with nobody in the way, but in its queue. */
static double bound(struct solver *s, uint32_t origin, uint32_t destination, double people)
{
    const double least_s =
        (double)s->least_s[(size_t)destination * s->problem->node_count + origin];
    if (!(least_s < HUGE_VAL))
        return HUGE_VAL;
    return channel_passed_s(destination_channel(s, destination), least_s, people) +
           s->problem->walk_cost * least_s;
}

/* The destination where a chunk from `origin` is served at the least cost, FLOW_NONE: none can be
 * reached. `only` is the one that counts, FLOW_NONE: any. Most promising first; a destination whose
 * bound is no better than what was found is not searched for. */
static uint32_t quickest(struct solver *s, uint32_t origin, double people, uint32_t only)
{
    const struct flow_problem *p = s->problem;
    for (uint32_t d = 0; d < p->destination_count; d++)
        s->bound[d] = only == FLOW_NONE || d == only ? bound(s, origin, d, people) : HUGE_VAL;
    uint32_t best = FLOW_NONE;
    double best_cost = HUGE_VAL;
    for (;;) {
        uint32_t next = FLOW_NONE;
        for (uint32_t d = 0; d < p->destination_count; d++)
            if (s->bound[d] < best_cost && (next == FLOW_NONE || s->bound[d] < s->bound[next]))
                next = d;
        if (next == FLOW_NONE)
            return best;
        s->bound[next] = HUGE_VAL;
        if (!search(s, origin, next, people))
            continue;
        const double walk_s =
            s->labels[p->destinations[next].node].walk_s + p->destinations[next].walk_s;
        const double cost = served_s(s, next, people) + p->walk_cost * walk_s;
        if (cost < best_cost) {
            best_cost = cost;
            best = next;
        }
    }
}

/* Sends the chunk and takes the room along its way. */
static void reserve(struct solver *s, uint32_t origin, uint32_t destination, double people)
{
    const struct flow_origin *from = &s->problem->origins[origin];
    const struct flow_destination *to = &s->problem->destinations[destination];
    /* Another destination may have been searched for since. */
    const bool found = search(s, from->node, destination, people);
    assert(found);
    (void)found;
    const double at_s = served_s(s, destination, people);
    for (uint32_t node = to->node; s->labels[node].from != FLOW_NONE; node = s->labels[node].from) {
        const struct label *label = &s->labels[node];
        channel_reserve(&s->channels[s->arcs[label->arc].channel], s->labels[label->from].first_s,
                        people);
    }
    channel_reserve(destination_channel(s, destination), s->labels[to->node].first_s + to->walk_s,
                    people);
    s->served[s->served_count++] = (struct served){ at_s, people };
    s->plan->finish_s[origin] = fmax(s->plan->finish_s[origin], at_s);
}

/* People who decide at `node`; `next` is where they go from there. */
static void note(struct solver *s, uint32_t node, uint32_t destination, uint32_t next,
                 double people)
{
    const size_t cell = (size_t)node * s->problem->destination_count + destination;
    struct flow_plan *plan = s->plan;
    plan->people[cell] += people;
    /* The way most take, found as a running majority. */
    if (plan->next_node[cell] == next) {
        s->next_people[cell] += people;
    } else if (s->next_people[cell] < people) {
        plan->next_node[cell] = next;
        s->next_people[cell] = people - s->next_people[cell];
    } else {
        s->next_people[cell] -= people;
    }
}

/* Notes the way that search() found at every node where people look. */
static void note_way(struct solver *s, uint32_t destination, double people)
{
    const uint32_t target = s->problem->destinations[destination].node;
    const bool *last_look = s->problem->last_look;
    uint32_t last = FLOW_NONE;
    for (uint32_t node = target; node != FLOW_NONE; node = s->labels[node].from)
        if (last_look && last_look[node])
            last = node;
    /* Backwards from the target: nothing until the last look, everything before it. */
    bool looking = last_look && last == FLOW_NONE;
    uint32_t next = target;
    for (uint32_t node = target; node != FLOW_NONE; node = s->labels[node].from) {
        looking = looking || node == last || s->labels[node].from == FLOW_NONE;
        if (looking)
            note(s, node, destination, next, people);
        next = node;
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct served *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* When `part` of all who were served had been, between chunks by a straight line. */
static double clearance_s(struct solver *s, double part)
{
    double total = 0, passed = 0, before_s = 0;
    for (uint32_t i = 0; i < s->served_count; i++)
        total += s->served[i].people;
    qsort(s->served, s->served_count, sizeof *s->served, by_time);
    for (uint32_t i = 0; i < s->served_count; i++) {
        const struct served *chunk = &s->served[i];
        if (passed + chunk->people >= total * part - 1e-9) {
            const double rest = fmax(0, total * part - passed) / chunk->people;
            return before_s + (chunk->at_s - before_s) * fmin(1, rest);
        }
        passed += chunk->people;
        before_s = chunk->at_s;
    }
    return before_s;
}

/* Where the next chunk of a given row goes: to whom most is still owed. */
static uint32_t owed(const struct solver *s, uint32_t origin, double sent)
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

static uint32_t nearest(const struct solver *s, uint32_t node)
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

static void send_chunk(struct solver *s, uint32_t origin, uint32_t round, uint32_t chunks)
{
    const struct flow_origin *from = &s->problem->origins[origin];
    double *share = &s->plan->share[(size_t)origin * s->problem->destination_count];
    const double people = from->people / chunks;
    if (!(people > 0))
        return;
    const uint32_t only =
        from->unguided ? nearest(s, from->node) : owed(s, origin, (round + 1.0) / chunks);
    const uint32_t destination = quickest(s, from->node, people, only);
    if (destination != FLOW_NONE) {
        reserve(s, origin, destination, people);
        if (!from->unguided)
            note_way(s, destination, people);
        share[destination] += 1.0 / chunks;
        return;
    }
    /* Those who were told to go there stay behind; the others go where they were told. */
    if (only != FLOW_NONE)
        share[only] += 1.0 / chunks;
    s->plan->unreachable_people += people;
    s->plan->finish_s[origin] = FLOW_NEVER_S;
}

void flow_solve(const struct flow_problem *problem, struct flow_plan *plan)
{
    const uint32_t chunks = problem->chunks ? problem->chunks : 20;
    const size_t rows = (size_t)problem->origin_count * problem->destination_count;
    const size_t cells = (size_t)problem->node_count * problem->destination_count;
    const size_t channels = 2 * (size_t)problem->link_count + problem->destination_count;
    *plan = (struct flow_plan){
        .origin_count = problem->origin_count,
        .destination_count = problem->destination_count,
        .node_count = problem->node_count,
        .share = zeroed(rows, sizeof *plan->share),
        .finish_s = zeroed(problem->origin_count, sizeof *plan->finish_s),
        .people = zeroed(cells, sizeof *plan->people),
        .next_node = zeroed(cells, sizeof *plan->next_node),
    };
    for (size_t i = 0; i < cells; i++)
        plan->next_node[i] = FLOW_NONE;

    struct solver s = { .problem = problem, .plan = plan };
    s.channels = zeroed(channels, sizeof *s.channels);
    s.labels = zeroed(problem->node_count, sizeof *s.labels);
    s.served = zeroed((size_t)problem->origin_count * chunks, sizeof *s.served);
    s.next_people = zeroed(cells, sizeof *s.next_people);
    build_arcs(&s);
    build_destinations(&s);
    for (uint32_t round = 0; round < chunks; round++)
        for (uint32_t origin = 0; origin < problem->origin_count; origin++)
            send_chunk(&s, origin, round, chunks);
    const double part = problem->clearance_part > 0 ? problem->clearance_part : 0.98;
    plan->clearance_s = clearance_s(&s, part);

    for (size_t i = 0; i < channels; i++)
        channel_fini(&s.channels[i]);
    heap_fini(&s.heap);
    free(s.channels);
    free(s.labels);
    free(s.served);
    free(s.next_people);
    free(s.first_arc);
    free(s.arcs);
    free(s.least_s);
    free(s.bound);
}

void flow_plan_fini(struct flow_plan *plan)
{
    free(plan->share);
    free(plan->next_node);
    free(plan->finish_s);
    free(plan->people);
    *plan = (struct flow_plan){ 0 };
}
