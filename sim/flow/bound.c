#include "sim/flow/bound.h"

#include "sim/flow/problem.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the residual network: edge e and its way back e ^ 1 stand side by side. */
struct edge {
    uint32_t to, next; /* The next edge of the same node; FLOW_NONE. */
    double left;
};

struct bounding {
    const struct flow_problem *problem;
    uint32_t nodes, source, sink;
    uint32_t *first; /* By node. */
    struct edge *edges;
    uint32_t edge_count;
    uint32_t *depth, *at, *queue;
    double *earliest_s; /* By node: when anybody can be there; INFINITY. */
    double *rest_s;     /* By node: from there to the line of the nearest destination; INFINITY. */
    double people;      /* Who can leave, times the part that counts. */
};

/* Less than this of a person is rounding. */
static const double little = 1e-7;

/* ---- Walking alone --------------------------------------------------------------------------- */

/* Passes over the links until nothing becomes less. `back`: against their direction. */
static void spread(const struct flow_problem *p, double *least_s, bool back)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < p->link_count; i++) {
            const struct flow_link *l = &p->links[i];
            if (!flow_link_is_open(l))
                continue;
            uint32_t from = back ? l->node_b : l->node_a, to = back ? l->node_a : l->node_b;
            if (least_s[from] + l->walk_s < least_s[to]) {
                least_s[to] = least_s[from] + l->walk_s;
                more = true;
            }
            if (!l->one_way && least_s[to] + l->walk_s < least_s[from]) {
                least_s[from] = least_s[to] + l->walk_s;
                more = true;
            }
        }
    }
}

static void find_times(struct bounding *b)
{
    const struct flow_problem *p = b->problem;
    for (uint32_t n = 0; n < p->node_count; n++)
        b->earliest_s[n] = b->rest_s[n] = INFINITY;
    for (uint32_t d = 0; d < p->destination_count; d++)
        if (flow_destination_is_open(&p->destinations[d])) {
            double *rest_s = &b->rest_s[p->destinations[d].node];
            *rest_s = fmin(*rest_s, p->destinations[d].walk_s);
        }
    spread(p, b->rest_s, true);
    for (uint32_t o = 0; o < p->origin_count; o++)
        if (p->origins[o].people > 0) {
            double *earliest_s = &b->earliest_s[p->origins[o].node];
            *earliest_s = fmin(*earliest_s, flow_release_s(p, o, 0));
        }
    spread(p, b->earliest_s, false);
}

struct walker {
    double at_s, people;
};

static int by_time(const void *left, const void *right)
{
    const struct walker *a = left, *b = right;
    return (a->at_s > b->at_s) - (a->at_s < b->at_s);
}

/* When that part of the people could be out with nobody in the way. Also counts them. */
static double walking_s(struct bounding *b, double part)
{
    const struct flow_problem *p = b->problem;
    uint32_t chunks = flow_chunks_of(p), count = 0;
    struct walker *walkers = flow_zeroed((size_t)p->origin_count * chunks, sizeof *walkers);
    double all = 0, passed = 0, at_s = 0;
    for (uint32_t o = 0; o < p->origin_count; o++)
        for (uint32_t k = 0; k < chunks; k++) {
            double rest_s = b->rest_s[p->origins[o].node];
            if (!(p->origins[o].people > 0) || !isfinite(rest_s))
                continue;
            walkers[count++] =
                (struct walker){ flow_release_s(p, o, k) + rest_s, p->origins[o].people / chunks };
            all += p->origins[o].people / chunks;
        }
    qsort(walkers, count, sizeof *walkers, by_time);
    b->people = all * part;
    for (uint32_t i = 0; i < count && passed < b->people - little; i++) {
        passed += walkers[i].people;
        at_s = walkers[i].at_s;
    }
    free(walkers);
    return at_s;
}

/* ---- Flow ------------------------------------------------------------------------------------ */

static void add_edge(struct bounding *b, uint32_t from, uint32_t to, double room)
{
    b->edges[b->edge_count] = (struct edge){ to, b->first[from], fmax(0, room) };
    b->first[from] = b->edge_count++;
    b->edges[b->edge_count] = (struct edge){ from, b->first[to], 0 };
    b->first[to] = b->edge_count++;
}

/* What a way from node to node passes until T; it is passed at its beginning. */
static double room(const struct bounding *b, const struct flow_link *l, uint32_t from, uint32_t to,
                   double until_s)
{
    double window_s = until_s - b->earliest_s[from] - l->walk_s - b->rest_s[to];
    return window_s > 0 ? window_s * l->capacity_ps : 0;
}

/* Links first: the cut is read off by their numbers. */
static void build(struct bounding *b, double until_s)
{
    const struct flow_problem *p = b->problem;
    b->edge_count = 0;
    for (uint32_t n = 0; n < b->nodes; n++)
        b->first[n] = FLOW_NONE;
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *l = &p->links[i];
        bool open = flow_link_is_open(l);
        add_edge(b, l->node_a, l->node_b, open ? room(b, l, l->node_a, l->node_b, until_s) : 0);
        add_edge(b, l->node_b, l->node_a,
                 open && !l->one_way ? room(b, l, l->node_b, l->node_a, until_s) : 0);
    }
    for (uint32_t i = 0; i < p->destination_count; i++) {
        const struct flow_destination *d = &p->destinations[i];
        double window_s = until_s - b->earliest_s[d->node] - d->walk_s;
        double people =
            flow_destination_is_open(d) && window_s > 0
                ? fmin(window_s * d->capacity_ps, until_s * d->capacity_ps - d->queue_people)
                : 0;
        add_edge(b, d->node, b->sink, people);
    }
    for (uint32_t o = 0; o < p->origin_count; o++)
        if (isfinite(b->rest_s[p->origins[o].node]))
            add_edge(b, b->source, p->origins[o].node, p->origins[o].people);
}

/* Dinic: levels by breadth, then ways that go down one level a step. */
static bool find_levels(struct bounding *b)
{
    uint32_t begin = 0, end = 0;
    for (uint32_t n = 0; n < b->nodes; n++)
        b->depth[n] = FLOW_NONE;
    b->depth[b->source] = 0;
    b->queue[end++] = b->source;
    while (begin < end) {
        uint32_t node = b->queue[begin++];
        for (uint32_t e = b->first[node]; e != FLOW_NONE; e = b->edges[e].next)
            if (b->edges[e].left > little && b->depth[b->edges[e].to] == FLOW_NONE) {
                b->depth[b->edges[e].to] = b->depth[node] + 1;
                b->queue[end++] = b->edges[e].to;
            }
    }
    return b->depth[b->sink] != FLOW_NONE;
}

static double push(struct bounding *b, uint32_t node, double most)
{
    if (node == b->sink)
        return most;
    for (; b->at[node] != FLOW_NONE; b->at[node] = b->edges[b->at[node]].next) {
        struct edge *edge = &b->edges[b->at[node]];
        if (!(edge->left > little) || b->depth[edge->to] != b->depth[node] + 1)
            continue;
        double pushed = push(b, edge->to, fmin(most, edge->left));
        if (pushed > 0) {
            edge->left -= pushed;
            b->edges[b->at[node] ^ 1].left += pushed;
            return pushed;
        }
    }
    return 0;
}

/* How many can be out by T, at most. Leaves the residual network of the greatest flow. */
static double most_out(struct bounding *b, double until_s)
{
    double out = 0;
    build(b, until_s);
    while (find_levels(b)) {
        memcpy(b->at, b->first, b->nodes * sizeof *b->at);
        for (double pushed; (pushed = push(b, b->source, INFINITY)) > 0;)
            out += pushed;
    }
    return out;
}

/* ---- The certificate ------------------------------------------------------------------------- */

/* After most_out() at a time that is too soon: find_levels() has marked the places behind the cut.
 */
static void read_cut(const struct bounding *b, struct flow_bound *out)
{
    const struct flow_problem *p = b->problem;
    for (uint32_t i = 0; i < p->link_count; i++) {
        const struct flow_link *l = &p->links[i];
        bool a = b->depth[l->node_a] != FLOW_NONE, z = b->depth[l->node_b] != FLOW_NONE;
        out->link_cut[i] = flow_link_is_open(l) && ((a && !z) || (z && !a && !l->one_way));
        out->capacity_ps += out->link_cut[i] ? l->capacity_ps : 0;
    }
    for (uint32_t d = 0; d < p->destination_count; d++) {
        out->destination_cut[d] = flow_destination_is_open(&p->destinations[d]) &&
                                  b->depth[p->destinations[d].node] != FLOW_NONE;
        out->capacity_ps += out->destination_cut[d] ? p->destinations[d].capacity_ps : 0;
    }
    for (uint32_t o = 0; o < p->origin_count; o++)
        if (isfinite(b->rest_s[p->origins[o].node]) && b->depth[p->origins[o].node] != FLOW_NONE)
            out->people += p->origins[o].people;
}

void flow_bound(const struct flow_problem *problem, struct flow_bound *bound)
{
    static const double near_s = 0.05;
    const struct flow_problem *p = problem;
    uint32_t nodes = p->node_count + 2;
    size_t edges =
        4 * (size_t)p->link_count + 2 * (size_t)p->destination_count + 2 * (size_t)p->origin_count;
    struct bounding b = { .problem = p,
                          .nodes = nodes,
                          .source = p->node_count,
                          .sink = p->node_count + 1,
                          .first = flow_zeroed(nodes, sizeof *b.first),
                          .edges = flow_zeroed(edges, sizeof *b.edges),
                          .depth = flow_zeroed(nodes, sizeof *b.depth),
                          .at = flow_zeroed(nodes, sizeof *b.at),
                          .queue = flow_zeroed(nodes, sizeof *b.queue),
                          .earliest_s = flow_zeroed(nodes, sizeof *b.earliest_s),
                          .rest_s = flow_zeroed(nodes, sizeof *b.rest_s) };
    *bound =
        (struct flow_bound){ .link_cut = flow_zeroed(p->link_count, sizeof(bool)),
                             .destination_cut = flow_zeroed(p->destination_count, sizeof(bool)) };
    find_times(&b);
    double part = p->clearance_part > 0 ? p->clearance_part : 0.98;
    double low_s = walking_s(&b, part), high_s = low_s + 1;
    bound->clearance_s = b.people > 0 ? low_s : FLOW_NEVER_S;
    if (b.people > 0 && most_out(&b, low_s) < b.people - little) {
        while (most_out(&b, high_s) < b.people - little)
            high_s = low_s + 2 * (high_s - low_s);
        while (high_s - low_s > near_s) {
            double middle_s = (low_s + high_s) / 2;
            if (most_out(&b, middle_s) < b.people - little)
                low_s = middle_s;
            else
                high_s = middle_s;
        }
        bound->clearance_s = low_s;
        most_out(&b, low_s);
        read_cut(&b, bound);
    }
    free(b.first);
    free(b.edges);
    free(b.depth);
    free(b.at);
    free(b.queue);
    free(b.earliest_s);
    free(b.rest_s);
}

void flow_bound_fini(struct flow_bound *bound)
{
    free(bound->link_cut);
    free(bound->destination_cut);
    *bound = (struct flow_bound){ 0 };
}
