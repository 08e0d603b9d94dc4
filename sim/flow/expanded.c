#include "sim/flow/expanded.h"

#include "sim/flow/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_S = 3600,
    LAYERS = 8, /* Seconds that are added at a time; HOUR_S is a multiple of it. */
    MILLI = 1000,
};
#define NO_DEPTH UINT32_MAX

/* A way from node to node, one direction of a link, or a destination (`to` is then `sink`). */
struct way {
    uint32_t from, to, steps;
    int32_t room; /* People a step, in thousandths. */
};

/* Node n touches ways[touch[first[n]]] .. : the ones that leave it and the ones that come in. */
struct expansion {
    const struct flow_problem *problem;
    uint32_t nodes, sink;
    struct way *ways;
    uint32_t way_count;
    uint32_t *first, *touch;
    uint32_t horizon; /* Steps that there is room for; the layout below depends on it. */
    uint32_t now;     /* Steps so far. */
    int32_t *flow;    /* [step * ways + way]: that set out on it. */
    int64_t *stay;    /* [step * nodes + node]: that wait there until the next step. */
    int64_t *left;    /* [step * nodes + node]: that set out there and have no way yet. */
    uint32_t *depth;  /* [step * nodes + node]: hops to the outside. */
    uint32_t *choice; /* [step * nodes + node]: of the node's options, the one at hand. */
    uint32_t *queue;
    struct hop {
        uint32_t cell, option;
    } * path;
};

/* ---- Setting up ------------------------------------------------------------------------------ */

static void add_way(struct expansion *x, uint32_t from, uint32_t to, double walk_s,
                    double capacity_ps)
{
    const double room = fmin(capacity_ps * MILLI, INT32_MAX);
    if (room >= 1 && from != to)
        x->ways[x->way_count++] =
            (struct way){ from, to, (uint32_t)lround(walk_s), (int32_t)lround(room) };
}

static void find_ways(struct expansion *x)
{
    const struct flow_problem *p = x->problem;
    x->ways = flow_zeroed(2 * (size_t)p->link_count + p->destination_count, sizeof *x->ways);
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *l = &p->links[i];
        if (l->closed)
            continue;
        add_way(x, l->node_a, l->node_b, l->walk_s, l->capacity_ps);
        if (!l->one_way)
            add_way(x, l->node_b, l->node_a, l->walk_s, l->capacity_ps);
    }
    for (uint32_t i = 0; i < p->destination_count; i++)
        if (!p->destinations[i].closed)
            add_way(x, p->destinations[i].node, x->sink, p->destinations[i].walk_s,
                    p->destinations[i].capacity_ps);
    x->first = flow_zeroed(x->nodes + 1, sizeof *x->first);
    x->touch = flow_zeroed(2 * (size_t)x->way_count, sizeof *x->touch);
    for (uint32_t w = 0; w < x->way_count; w++) {
        x->first[x->ways[w].from + 1]++;
        if (x->ways[w].to != x->sink)
            x->first[x->ways[w].to + 1]++;
    }
    for (uint32_t n = 0; n < x->nodes; n++)
        x->first[n + 1] += x->first[n];
    uint32_t *fill = flow_zeroed(x->nodes, sizeof *fill);
    for (uint32_t w = 0; w < x->way_count; w++) {
        const struct way *way = &x->ways[w];
        x->touch[x->first[way->from] + fill[way->from]++] = w;
        if (way->to != x->sink)
            x->touch[x->first[way->to] + fill[way->to]++] = w;
    }
    free(fill);
}

/* Who leads to a way out at all, by node. */
static bool *find_escapes(const struct expansion *x)
{
    bool *escapes = flow_zeroed(x->nodes + 1, sizeof *escapes);
    escapes[x->sink] = true;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t w = 0; w < x->way_count; w++)
            if (escapes[x->ways[w].to] && !escapes[x->ways[w].from])
                more = escapes[x->ways[w].from] = true;
    }
    return escapes;
}

static void free_layers(struct expansion *x)
{
    free(x->flow);
    free(x->stay);
    free(x->left);
    free(x->depth);
    free(x->choice);
    free(x->queue);
    free(x->path);
}

/* More room: steps are the outer index, so that what is there stays where it is. */
static void stretch(struct expansion *x, uint32_t horizon)
{
    const size_t cells = (size_t)horizon * x->nodes, old = (size_t)x->horizon * x->nodes;
    struct expansion wide = *x;
    wide.horizon = horizon;
    wide.flow = flow_zeroed((size_t)horizon * x->way_count, sizeof *x->flow);
    wide.stay = flow_zeroed(cells, sizeof *x->stay);
    wide.left = flow_zeroed(cells, sizeof *x->left);
    wide.depth = flow_zeroed(cells, sizeof *x->depth);
    wide.choice = flow_zeroed(cells, sizeof *x->choice);
    wide.queue = flow_zeroed(cells, sizeof *x->queue);
    wide.path = flow_zeroed(cells + 1, sizeof *x->path);
    if (old > 0) {
        memcpy(wide.flow, x->flow, (size_t)x->horizon * x->way_count * sizeof *x->flow);
        memcpy(wide.stay, x->stay, old * sizeof *x->stay);
        memcpy(wide.left, x->left, old * sizeof *x->left);
    }
    free_layers(x);
    *x = wide;
}

/* Puts the people where and when they set out; returns who can leave, in thousandths. */
static int64_t set_out(struct expansion *x)
{
    const struct flow_problem *p = x->problem;
    const uint32_t chunks = flow_chunks_of(p);
    bool *escapes = find_escapes(x);
    int64_t people = 0;
    uint32_t last = 0;
    for (uint32_t o = 0; o < p->origin_count; o++)
        for (uint32_t k = 0; k < chunks; k++)
            last = (uint32_t)fmax(last, fmin(flow_release_s(p, o, k), HOUR_S));
    stretch(x, last + 2 * LAYERS);
    for (uint32_t o = 0; o < p->origin_count; o++)
        for (uint32_t k = 0; k < chunks; k++) {
            const uint32_t at = (uint32_t)fmin(flow_release_s(p, o, k), HOUR_S);
            const int64_t part = llround(p->origins[o].people / chunks * MILLI);
            if (!escapes[p->origins[o].node] || part <= 0)
                continue;
            x->left[(size_t)at * x->nodes + p->origins[o].node] += part;
            people += part;
        }
    free(escapes);
    return people;
}

/* ---- The network of what is left ------------------------------------------------------------- */

/* The options of (node, step): to wait, to have waited less, and each way it touches: forwards
 * those that leave it, against the flow those that come in. Returns how much could still take it,
 * and to where: a cell, or the sink. */
static int64_t option(const struct expansion *x, uint32_t node, uint32_t step, uint32_t which,
                      size_t *to)
{
    const size_t cell = (size_t)step * x->nodes + node;
    if (which == 0) {
        *to = cell + x->nodes;
        return step + 1 < x->now ? INT64_MAX : 0;
    }
    if (which == 1) {
        *to = cell - x->nodes;
        return step > 0 ? x->stay[cell - x->nodes] : 0;
    }
    const uint32_t w = x->touch[x->first[node] + which - 2];
    const struct way *way = &x->ways[w];
    if (way->from == node) {
        if (step + way->steps >= x->now)
            return 0;
        *to = way->to == x->sink ? SIZE_MAX : (size_t)(step + way->steps) * x->nodes + way->to;
        return way->room - x->flow[(size_t)step * x->way_count + w];
    }
    if (step < way->steps)
        return 0;
    *to = (size_t)(step - way->steps) * x->nodes + way->from;
    return x->flow[(size_t)(step - way->steps) * x->way_count + w];
}

static void take(struct expansion *x, uint32_t node, uint32_t step, uint32_t which, int64_t people)
{
    const size_t cell = (size_t)step * x->nodes + node;
    if (which == 0) {
        x->stay[cell] += people;
    } else if (which == 1) {
        x->stay[cell - x->nodes] -= people;
    } else {
        const uint32_t w = x->touch[x->first[node] + which - 2];
        if (x->ways[w].from == node)
            x->flow[(size_t)step * x->way_count + w] += (int32_t)people;
        else
            x->flow[(size_t)(step - x->ways[w].steps) * x->way_count + w] -= (int32_t)people;
    }
}

static uint32_t options(const struct expansion *x, uint32_t node)
{
    return 2 + x->first[node + 1] - x->first[node];
}

/* ---- The greatest flow, by Dinic: hops from the outside backwards, then ways that go down ---- */

static void see(struct expansion *x, size_t cell, uint32_t depth, uint32_t *end)
{
    if (x->depth[cell] == NO_DEPTH) {
        x->depth[cell] = depth;
        x->queue[(*end)++] = (uint32_t)cell;
    }
}

/* Everything that still leads to (node, step). */
static void see_before(struct expansion *x, uint32_t node, uint32_t step, uint32_t depth,
                       uint32_t *end)
{
    const size_t cell = (size_t)step * x->nodes + node;
    if (step > 0)
        see(x, cell - x->nodes, depth, end);
    if (step + 1 < x->now && x->stay[cell] > 0)
        see(x, cell + x->nodes, depth, end);
    for (uint32_t i = x->first[node]; i < x->first[node + 1]; i++) {
        const uint32_t w = x->touch[i];
        const struct way *way = &x->ways[w];
        if (way->to == node && step >= way->steps &&
            x->flow[(size_t)(step - way->steps) * x->way_count + w] < way->room)
            see(x, (size_t)(step - way->steps) * x->nodes + way->from, depth, end);
        else if (way->from == node && way->to != x->sink && step + way->steps < x->now &&
                 x->flow[(size_t)step * x->way_count + w] > 0)
            see(x, (size_t)(step + way->steps) * x->nodes + way->to, depth, end);
    }
}

/* `since`: the first step whose arrivals are not the most yet. False: nobody gets there. */
static bool find_depths(struct expansion *x, uint32_t since)
{
    const size_t cells = (size_t)x->now * x->nodes;
    uint32_t begin = 0, end = 0;
    bool reached = false;
    memset(x->depth, 0xff, cells * sizeof *x->depth);
    memset(x->choice, 0, cells * sizeof *x->choice);
    for (uint32_t w = 0; w < x->way_count; w++) {
        const struct way *way = &x->ways[w];
        if (way->to != x->sink)
            continue;
        for (uint32_t t = since > way->steps ? since : way->steps; t < x->now; t++)
            if (x->flow[(size_t)(t - way->steps) * x->way_count + w] < way->room)
                see(x, (size_t)(t - way->steps) * x->nodes + way->from, 1, &end);
    }
    while (begin < end) {
        const uint32_t cell = x->queue[begin++];
        reached = reached || x->left[cell] > 0;
        see_before(x, cell % x->nodes, cell / x->nodes, x->depth[cell] + 1, &end);
    }
    return reached;
}

/* One way down from `start`, and as many along it as there is room for. 0: there is none left. */
static int64_t send(struct expansion *x, size_t start)
{
    size_t cell = start, to = 0;
    uint32_t hops = 0;
    for (;;) {
        const uint32_t node = (uint32_t)(cell % x->nodes), step = (uint32_t)(cell / x->nodes);
        const uint32_t count = options(x, node);
        bool found = false;
        for (; !found && x->choice[cell] < count; x->choice[cell] += !found) {
            found =
                option(x, node, step, x->choice[cell], &to) > 0 &&
                (to == SIZE_MAX ? x->depth[cell] == 1
                                : x->depth[to] != NO_DEPTH && x->depth[to] + 1 == x->depth[cell]);
        }
        if (found) {
            x->path[hops++] = (struct hop){ (uint32_t)cell, x->choice[cell] };
            if (to == SIZE_MAX)
                break;
            cell = to;
        } else if (hops == 0) {
            return 0;
        } else {
            cell = x->path[--hops].cell;
            x->choice[cell]++;
        }
    }
    int64_t people = x->left[start];
    for (uint32_t i = 0; i < hops; i++) {
        const uint32_t at = x->path[i].cell;
        const int64_t room = option(x, at % x->nodes, at / x->nodes, x->path[i].option, &to);
        people = room < people ? room : people;
    }
    for (uint32_t i = 0; i < hops; i++)
        take(x, x->path[i].cell % x->nodes, x->path[i].cell / x->nodes, x->path[i].option, people);
    x->left[start] -= people;
    return people;
}

/* Adds arrivals of the steps from `since` on; returns how many came. */
static int64_t most_more(struct expansion *x, uint32_t since)
{
    const size_t cells = (size_t)x->now * x->nodes;
    int64_t more = 0;
    while (find_depths(x, since))
        for (size_t cell = 0; cell < cells; cell++)
            while (x->left[cell] > 0 && x->depth[cell] != NO_DEPTH) {
                const int64_t sent = send(x, cell);
                more += sent;
                if (sent == 0)
                    break;
            }
    return more;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* What most_more() changes, to go back to. */
struct saved {
    uint32_t now;
    int32_t *flow;
    int64_t *stay, *left;
};

static void save(const struct expansion *x, struct saved *to)
{
    const size_t cells = (size_t)x->horizon * x->nodes, ways = (size_t)x->horizon * x->way_count;
    to->now = x->now;
    memcpy(to->flow, x->flow, ways * sizeof *to->flow);
    memcpy(to->stay, x->stay, cells * sizeof *to->stay);
    memcpy(to->left, x->left, cells * sizeof *to->left);
}

static void restore(struct expansion *x, const struct saved *from)
{
    const size_t cells = (size_t)x->horizon * x->nodes, ways = (size_t)x->horizon * x->way_count;
    x->now = from->now;
    memcpy(x->flow, from->flow, ways * sizeof *x->flow);
    memcpy(x->stay, from->stay, cells * sizeof *x->stay);
    memcpy(x->left, from->left, cells * sizeof *x->left);
}

static void saved_open(struct saved *s, const struct expansion *x)
{
    const size_t cells = (size_t)x->horizon * x->nodes;
    s->flow = flow_zeroed((size_t)x->horizon * x->way_count, sizeof *s->flow);
    s->stay = flow_zeroed(cells, sizeof *s->stay);
    s->left = flow_zeroed(cells, sizeof *s->left);
}

static void saved_fini(struct saved *s)
{
    free(s->flow);
    free(s->stay);
    free(s->left);
    *s = (struct saved){ 0 };
}

/* One second, or LAYERS of them, more; returns how many came. */
static int64_t go_on(struct expansion *x, uint32_t seconds, int64_t passed,
                     struct flow_expanded *out)
{
    const uint32_t since = x->now;
    x->now += seconds;
    const int64_t more = most_more(x, since);
    for (uint32_t t = since; t < x->now; t++)
        out->out[t] = ((double)passed + (double)more * (t + 1 - since) / (x->now - since)) / MILLI;
    return more;
}

/* LAYERS seconds at a time, which is quicker than one, and those in which it is over again by the
 * second. */
static bool run(struct expansion *x, int64_t people, double part, const atomic_bool *cancel,
                struct flow_expanded *out)
{
    const int64_t enough = (int64_t)ceil((double)people * part);
    struct saved before = { 0 };
    uint32_t step = LAYERS;
    int64_t passed = 0;
    bool good = true;
    out->out = flow_zeroed(HOUR_S, sizeof *out->out);
    saved_open(&before, x);
    while (passed < enough && good) {
        good = x->now + step <= HOUR_S && !(cancel && atomic_load(cancel));
        if (good && x->now + step > x->horizon) {
            stretch(x, x->horizon * 2 < HOUR_S ? x->horizon * 2 : HOUR_S);
            saved_fini(&before);
            saved_open(&before, x);
        }
        if (!good)
            break;
        if (step > 1)
            save(x, &before);
        const int64_t more = go_on(x, step, passed, out);
        if (passed + more >= enough && step > 1) {
            restore(x, &before);
            step = 1;
            continue;
        }
        passed += more;
        out->out_count = x->now;
        if (passed >= enough)
            out->clearance_s =
                fmax(0, x->now - 1 - (double)(passed - enough) / (double)(more ? more : 1));
    }
    saved_fini(&before);
    return good;
}

bool flow_expand(const struct flow_problem *problem, const atomic_bool *cancel,
                 struct flow_expanded *expanded)
{
    const double part = problem->clearance_part > 0 ? problem->clearance_part : 0.98;
    struct expansion x = { .problem = problem,
                           .nodes = problem->node_count,
                           .sink = problem->node_count };
    *expanded = (struct flow_expanded){ .clearance_s = FLOW_NEVER_S };
    find_ways(&x);
    const int64_t people = set_out(&x);
    expanded->people = (double)people / MILLI;
    bool good = people == 0 || run(&x, people, part, cancel, expanded);
    free_layers(&x);
    free(x.ways);
    free(x.first);
    free(x.touch);
    if (!good)
        flow_expanded_fini(expanded);
    return good;
}

void flow_expanded_fini(struct flow_expanded *expanded)
{
    free(expanded->out);
    *expanded = (struct flow_expanded){ 0 };
}
