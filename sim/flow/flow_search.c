#include "sim/flow/flow_state.h"
#include "sim/flow/problem.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

static bool last_look(const struct flow_solver *s, uint32_t node)
{
    return s->problem->last_look && s->problem->last_look[node];
}

/* What signs must say at the node lets `people` more go to the destination. */
static bool may_go(const struct flow_solver *s, uint32_t node, uint32_t destination, double people)
{
    const uint32_t count = s->problem->destination_count;
    const size_t row = (size_t)node * count;
    const double *fixed = s->problem->fixed_share ? &s->problem->fixed_share[row] : NULL;
    if (s->problem->barred && s->problem->barred[row + destination])
        return false;
    /* To whom most is owed, if anything is fixed there. */
    double total = people;
    for (uint32_t d = 0; fixed && d < count; d++)
        total += s->plan->people[row + d];
    uint32_t most = FLOW_NONE;
    double owed = 0;
    for (uint32_t d = 0; fixed && d < count; d++) {
        const double owes = fixed[d] * total - s->plan->people[row + d];
        if (fixed[d] > 0 && (most == FLOW_NONE || owes > owed)) {
            most = d;
            owed = owes;
        }
    }
    return most == FLOW_NONE || most == destination;
}

/* Offers the neighbour behind `arc` the way over `node`. */
static void reach(struct flow_solver *s, uint32_t node, uint32_t arc_index, double people,
                  uint32_t destination)
{
    const float *least_s = &s->least_s[(size_t)destination * s->problem->node_count];
    const struct flow_label *here = &s->labels[node];
    const struct flow_arc *arc = &s->arcs[arc_index];
    struct flow_label *there = &s->labels[arc->to];
    const bool known = there->search == s->search;
    if (!arc->out || !(least_s[arc->to] < HUGE_VALF) || (known && there->settled))
        return;
    if (s->ruled && !here->decided && !may_go(s, arc->to, destination, people))
        return;
    const struct flow_times past = s->traffic->past(s, arc->channel, here, people);
    const double walk_s = here->walk_s + arc->walk_s;
    const double there_s = s->traffic->by_last ? past.last_s : past.first_s;
    const double cost = there_s + arc->walk_s + s->problem->walk_cost * walk_s;
    if (known && there->cost <= cost)
        return;
    *there = (struct flow_label){
        .cost = cost,
        .first_s = past.first_s + arc->walk_s,
        .last_s = past.last_s + arc->walk_s,
        .walk_s = walk_s,
        .from = node,
        .arc = arc_index,
        .search = s->search,
        .decided = here->decided || last_look(s, arc->to),
    };
    const double rest_s = (double)least_s[arc->to];
    heap_push(&s->heap, cost + (1 + s->problem->walk_cost) * rest_s, arc->to);
}

/* A* from `origin` to `destination`: labels lead back along the way. False: there is none. */
static bool search(struct flow_solver *s, uint32_t origin, uint32_t destination, double people)
{
    const uint32_t target = s->problem->destinations[destination].node;
    s->search++;
    heap_clear(&s->heap);
    s->labels[origin] =
        (struct flow_label){ .cost = s->release_s,
                             .first_s = s->release_s,
                             .last_s = s->release_s,
                             .from = FLOW_NONE,
                             .arc = FLOW_NONE,
                             .search = s->search,
                             .decided = !s->problem->last_look || last_look(s, origin) };
    heap_push(&s->heap, s->release_s, origin);
    double key;
    uint32_t node;
    while (heap_pop(&s->heap, &key, &node)) {
        if (s->labels[node].settled)
            continue;
        s->labels[node].settled = true;
        if (node == target)
            return true;
        const bool straight = s->straight || (s->problem->last_look && s->labels[node].decided);
        const uint32_t only = straight ? flow_straight_on(s, node, destination) : FLOW_NONE;
        for (uint32_t a = s->first_arc[node]; a < s->first_arc[node + 1]; a++)
            if (only == FLOW_NONE || a == only)
                reach(s, node, a, people, destination);
    }
    return false;
}

/* How the chunk comes to the destination's line on the way that search() found. */
static struct flow_label at_door(const struct flow_solver *s, uint32_t destination)
{
    const struct flow_destination *to = &s->problem->destinations[destination];
    struct flow_label end = s->labels[to->node];
    end.first_s += to->walk_s;
    end.last_s += to->walk_s;
    end.walk_s += to->walk_s;
    return end;
}

/* When the last of the chunk is served there. */
static double served_s(struct flow_solver *s, uint32_t destination, const struct flow_label *door,
                       double people)
{
    return s->traffic->past(s, flow_door(s, destination), door, people).last_s;
}

static double cost_at(struct flow_solver *s, uint32_t destination, const struct flow_label *door,
                      double people)
{
    const double at_s = served_s(s, destination, door, people);
    const double pass_s = people / s->problem->destinations[destination].capacity_ps;
    return at_s + s->problem->walk_cost * door->walk_s +
           s->traffic->line_cost * flow_max(0, at_s - door->last_s - pass_s);
}

/* The least that `destination` can cost: with nobody in the way, but in its queue. */
static double bound(struct flow_solver *s, uint32_t origin, uint32_t destination, double people)
{
    const double least_s =
        (double)s->least_s[(size_t)destination * s->problem->node_count + origin];
    if (!(least_s < HUGE_VAL))
        return HUGE_VAL;
    const double at_s = s->release_s + least_s;
    const struct flow_label door = { .first_s = at_s, .last_s = at_s, .walk_s = least_s };
    return served_s(s, destination, &door, people) + s->problem->walk_cost * least_s;
}

/* Most promising first; a destination whose bound is no better than what was found is not searched
 * for. */
uint32_t flow_quickest(struct flow_solver *s, uint32_t origin, double people, uint32_t only)
{
    const struct flow_problem *p = s->problem;
    for (uint32_t d = 0; d < p->destination_count; d++)
        s->bound[d] =
            (only == FLOW_NONE || d == only) && (!s->ruled || may_go(s, origin, d, people))
                ? bound(s, origin, d, people)
                : HUGE_VAL;
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
        s->found = FLOW_NONE;
        if (!search(s, origin, next, people))
            continue;
        s->found = next;
        const struct flow_label door = at_door(s, next);
        const double cost = cost_at(s, next, &door, people);
        if (cost < best_cost) {
            best_cost = cost;
            best = next;
        }
    }
}

void flow_reserve(struct flow_solver *s, uint32_t origin, uint32_t destination, double people)
{
    const struct flow_origin *from = &s->problem->origins[origin];
    const struct flow_destination *to = &s->problem->destinations[destination];
    /* Another destination may have been searched for since. */
    const bool found = s->found == destination || search(s, from->node, destination, people);
    assert(found);
    (void)found;
    s->found = FLOW_NONE;
    const struct flow_label door = at_door(s, destination);
    const double at_s = served_s(s, destination, &door, people);
    for (uint32_t node = to->node; s->labels[node].from != FLOW_NONE; node = s->labels[node].from) {
        const struct flow_label *label = &s->labels[node];
        s->traffic->take(s, s->arcs[label->arc].channel, &s->labels[label->from], people);
    }
    s->traffic->take(s, flow_door(s, destination), &door, people);
    s->served[s->served_count++] = (struct flow_served){ at_s, people };
    s->plan->finish_s[origin] = flow_max(s->plan->finish_s[origin], at_s);
    s->plan->busy_until_s[destination] = flow_max(s->plan->busy_until_s[destination], at_s);
}

/* People who decide at `node`; `next` is where they go from there. */
static void note(struct flow_solver *s, uint32_t node, uint32_t destination, uint32_t next,
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

void flow_note_along(struct flow_solver *s, const uint32_t *way, uint32_t count,
                     uint32_t destination, double people)
{
    const bool *last_look = s->problem->last_look;
    for (uint32_t i = 0; i < count; i++) {
        note(s, way[i], destination, way[i + 1 < count ? i + 1 : i], people);
        if (!last_look || last_look[way[i]])
            return;
    }
}

void flow_note_way(struct flow_solver *s, uint32_t destination, double people)
{
    const uint32_t target = s->problem->destinations[destination].node;
    uint32_t at = s->problem->node_count;
    for (uint32_t node = target; node != FLOW_NONE; node = s->labels[node].from)
        s->way[--at] = node;
    flow_note_along(s, s->way + at, s->problem->node_count - at, destination, people);
}
