#include "sim/network/ways.h"

#include "clients/c/tifo.h"
#include "sim/chance.h"
#include "sim/core/walking.h"
#include "sim/memory.h"
#include "sim/places.h"

#include <math.h>
#include <stdlib.h>

/* What Venue's links are walked at. */
#define LEVEL_MPS 1.34

/* ---- Passages -------------------------------------------------------------------------------- */

static bool has_kind(const Tifo__V1__Venue *venue, uint32_t place, Tifo__V1__ZoneKind kind)
{
    return place < venue->n_zones && venue->zones[place]->kind == kind;
}

static int32_t lowest_gate(const Tifo__V1__Venue *venue)
{
    int32_t level = INT32_MAX;
    for (size_t g = 0; g < venue->n_gates; g++)
        if (venue->gates[g]->level < level)
            level = venue->gates[g]->level;
    return level;
}

/* Stairs lie above the level of the gates, or below: who leaves goes down, or up. That one turns
 * onto them the graph does not say, but mostly one does. */
static enum capacity_element element_of(const Tifo__V1__Venue *venue, const Tifo__V1__Link *link)
{
    bool a_aisle = has_kind(venue, link->node_a, TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE);
    bool b_aisle = has_kind(venue, link->node_b, TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE);
    uint32_t stairs = tifo_place_is_stairs(venue, link->node_a) ? link->node_a : link->node_b;
    if (tifo_place_is_stairs(venue, stairs))
        return tifo_place_level(venue, stairs) >= lowest_gate(venue) ? CAPACITY_TURN_DOWN
                                                                     : CAPACITY_TURN_UP;
    return a_aisle != b_aisle ? CAPACITY_AISLE : CAPACITY_DOOR;
}

/* A code's value where the scenario keeps to one. */
static double limited_ps(const struct scenario *scenario, bool stairs, double width_m,
                         double capacity_ps)
{
    const struct design *design = scenario_design(scenario);
    if (design == NULL)
        return capacity_ps;
    double counts_m = fmax(0, width_m - 2 * design->boundary_m);
    return fmin(capacity_ps, counts_m * (stairs ? design->stairs_pms : design->level_pms));
}

/* Rows are left sideways: slower than the link says. */
static double row_s(const Tifo__V1__Venue *venue, const Tifo__V1__Link *link)
{
    uint32_t block = tifo_place_is_block(venue, link->node_a) ? link->node_a : link->node_b;
    if (!tifo_place_is_block(venue, block))
        return 0;
    const Tifo__V1__Point *centre = tifo_place_centre(venue, block);
    struct tifo_spot middle = tifo_path_middle(venue->openings[link->index]->line);
    double metres = hypot(centre->x - middle.x_m, centre->y - middle.y_m);
    return metres / walking_experiment.row_mps - metres / LEVEL_MPS;
}

/* Rows are left at their ends all at once, and stairs may be taken both ways: the greater. */
static double most_ps(const struct ways *w, enum capacity_element element, double width_m)
{
    if (element == CAPACITY_TURN_UP || element == CAPACITY_TURN_DOWN)
        return fmax(capacity_most_ps(w->capacities, CAPACITY_STAIRS_UP, width_m),
                    capacity_most_ps(w->capacities, CAPACITY_STAIRS_DOWN, width_m));
    return fmax(capacity_most_ps(w->capacities, element, width_m),
                capacity_most_ps(w->capacities, CAPACITY_DOOR, width_m));
}

static void add_link(struct ways *w, const Tifo__V1__Link *link)
{
    const Tifo__V1__Venue *venue = w->venue;
    bool a_block = tifo_place_is_block(venue, link->node_a);
    bool b_block = tifo_place_is_block(venue, link->node_b);
    if (link->kind != TIFO__V1__LINK_KIND__LINK_KIND_OPENING ||
        tifo_place_is_outside(venue, link->node_a) || tifo_place_is_outside(venue, link->node_b))
        return;
    enum capacity_element element = element_of(venue, link);
    bool stairs = element == CAPACITY_TURN_UP || element == CAPACITY_TURN_DOWN;
    w->opening[w->link_count] = link->index;
    w->link_most_ps[w->link_count] =
        limited_ps(w->scenario, stairs, link->width_m, most_ps(w, element, link->width_m));
    w->links[w->link_count++] = (struct flow_link){
        .node_a = b_block ? link->node_b : link->node_a,
        .node_b = b_block ? link->node_a : link->node_b,
        .walk_s = link->walk_s + row_s(venue, link),
        .capacity_ps = limited_ps(w->scenario, stairs, link->width_m,
                                  capacity_ps(w->capacities, element, link->width_m)),
        .one_way = a_block != b_block,
    };
}

static bool block_openings(struct ways *w, char *why, size_t why_size)
{
    uint32_t blocked[SCENARIO_BLOCKED];
    if (!places_blocked(w->scenario, w->venue, blocked, why, why_size))
        return false;
    for (uint32_t l = 0; l < w->link_count; l++)
        for (size_t i = 0; i < w->scenario->blocked_count; i++)
            w->links[l].closed |= w->opening[l] == blocked[i];
    return true;
}

/* As in the last phase they are from the start. */
static void add_gates(struct ways *w)
{
    const struct phase *last = &w->scenario->phases[w->scenario->phase_count - 1];
    for (size_t i = 0; i < w->venue->n_links; i++) {
        const Tifo__V1__Link *link = w->venue->links[i];
        if (link->kind != TIFO__V1__LINK_KIND__LINK_KIND_GATE)
            continue;
        const Tifo__V1__Gate *gate = w->venue->gates[link->index];
        double mean_ps = capacity_ps(w->capacities, CAPACITY_GATE, gate->width_m);
        double high_ps = most_ps(w, CAPACITY_GATE, gate->width_m);
        if (gate->exit_limited && !scenario_frees_gates(last)) {
            mean_ps = fmin(mean_ps, gate->exit_capacity_ppm / 60);
            high_ps = fmin(high_ps, gate->exit_capacity_ppm / 60);
        }
        w->gate_most_ps[link->index] = limited_ps(w->scenario, false, gate->width_m, high_ps);
        w->out[link->index] = (struct flow_destination){
            .node = gate->zone_inside,
            .walk_s = link->walk_s,
            .capacity_ps = limited_ps(w->scenario, false, gate->width_m, mean_ps),
        };
    }
}

/* What the last word of the scenario on a gate is, it is from the start. */
static bool shut_gates(struct ways *w, char *why, size_t why_size)
{
    uint32_t gates[SCENARIO_CHANGES];
    if (!places_gates(w->scenario, w->venue, gates, why, why_size))
        return false;
    for (size_t i = 0; i < w->scenario->change_count; i++) {
        bool closes = w->scenario->changes[i].to == GATE_STATE_CLOSED;
        bool at_once = w->scenario->changes[i].at_s <= 0;
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first &= gates[k] != gates[i];
        w->out[gates[i]].closed = closes;
        w->shut_all_along[gates[i]] = closes && (first ? at_once : w->shut_all_along[gates[i]]);
    }
    return true;
}

/* ---- Ways ------------------------------------------------------------------------------------ */

/* Passes over the links until none makes a way shorter. Shut gates are places, too. */
static void find_ways(struct ways *w, uint32_t gate)
{
    double *least = w->least_s + (size_t)gate * w->places;
    for (uint32_t p = 0; p < w->places; p++)
        least[p] = INFINITY;
    least[w->out[gate].node] = w->out[gate].walk_s;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < w->link_count; i++) {
            const struct flow_link *link = &w->links[i];
            if (link->closed)
                continue;
            double from_a = least[link->node_b] + link->walk_s;
            double from_b = least[link->node_a] + link->walk_s;
            if (from_a < least[link->node_a]) {
                least[link->node_a] = from_a;
                more = true;
            }
            if (!link->one_way && from_b < least[link->node_b]) {
                least[link->node_b] = from_b;
                more = true;
            }
        }
    }
}

bool ways_init(struct ways *w, const struct scenario *scenario, const Tifo__V1__Venue *venue,
               const struct capacities *capacities, char *why, size_t why_size)
{
    *w = (struct ways){ .scenario = scenario,
                        .venue = venue,
                        .capacities = capacities,
                        .places = tifo_place_count(venue),
                        .gates = (uint32_t)venue->n_gates };
    w->links = memory_array(venue->n_links, sizeof *w->links);
    w->out = memory_array(w->gates, sizeof *w->out);
    w->link_most_ps = memory_array(venue->n_links, sizeof *w->link_most_ps);
    w->gate_most_ps = memory_array(w->gates, sizeof *w->gate_most_ps);
    w->opening = memory_array(venue->n_links, sizeof *w->opening);
    w->least_s = memory_array((size_t)w->gates * w->places, sizeof *w->least_s);
    w->share = memory_array(w->gates, sizeof *w->share);
    w->shut_all_along = memory_array(w->gates, sizeof *w->shut_all_along);
    for (size_t i = 0; i < venue->n_links; i++)
        add_link(w, venue->links[i]);
    add_gates(w);
    if (!block_openings(w, why, why_size) || !places_stands(scenario, venue, why, why_size))
        return false;
    for (uint32_t g = 0; g < w->gates; g++)
        find_ways(w, g);
    return shut_gates(w, why, why_size);
}

void ways_fini(struct ways *w)
{
    free(w->links);
    free(w->out);
    free(w->link_most_ps);
    free(w->gate_most_ps);
    free(w->opening);
    free(w->least_s);
    free(w->share);
    free(w->shut_all_along);
}

/* ---- People ---------------------------------------------------------------------------------- */

static double least_s(const struct ways *w, uint32_t gate, uint32_t place)
{
    return w->least_s[(size_t)gate * w->places + place];
}

/* FLOW_NONE: none of them can be reached. */
static uint32_t nearest(const struct ways *w, uint32_t place, const bool *usable)
{
    uint32_t best = FLOW_NONE;
    for (uint32_t g = 0; g < w->gates; g++)
        if ((usable == NULL || usable[g]) && isfinite(least_s(w, g, place)) &&
            (best == FLOW_NONE || least_s(w, g, place) < least_s(w, best, place)))
            best = g;
    return best;
}

/* Who finds a gate shut goes on from there. */
static void send(struct ways *w, uint32_t gate, const bool *usable, double share)
{
    uint32_t to = usable[gate] ? gate : nearest(w, w->out[gate].node, usable);
    if (to != FLOW_NONE)
        w->share[to] += share;
}

const double *ways_shares(struct ways *w, uint32_t place, const bool *usable)
{
    double nearest_part = w->scenario->people.nearest_gate, pull = 0;
    uint32_t near = nearest(w, place, NULL);
    for (uint32_t g = 0; g < w->gates; g++) {
        w->share[g] = 0;
        pull += isfinite(least_s(w, g, place))
                    ? w->venue->gates[g]->width_m / pow(least_s(w, g, place) + 1, 2)
                    : 0;
    }
    if (near == FLOW_NONE)
        return w->share;
    send(w, near, usable, nearest_part);
    for (uint32_t g = 0; g < w->gates; g++)
        if (isfinite(least_s(w, g, place)))
            send(w, g, usable,
                 (1 - nearest_part) * w->venue->gates[g]->width_m /
                     pow(least_s(w, g, place) + 1, 2) / pull);
    return w->share;
}

double ways_seated(const struct ways *w, size_t block)
{
    const Tifo__V1__Block *seats = w->venue->blocks[block];
    return seats->seats * scenario_occupancy(w->scenario, seats->stand);
}

/* ---- Times ----------------------------------------------------------------------------------- */

enum { DRAWS = 4096 };

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Even draws of the moment; what is drawn beside it by chance, with a seed of its own. */
static void draw(double *at_s, size_t most, const struct moment *moment,
                 const struct spell *premovement)
{
    struct distribution of = { DISTRIBUTION_EVEN, 0, 0 };
    if (premovement != NULL && premovement->mark.line > 0)
        of = (struct distribution){ (enum distribution_kind)premovement->kind, premovement->a,
                                    premovement->b };
    for (size_t i = 0; i < most; i++) {
        double later_s =
            fmax(0, distribution_draw(&of, chance_bits(1, CHANCE_PREMOVEMENT, (uint32_t)i)));
        at_s[i] = chance_triangle(((double)i + 0.5) / (double)most, moment->from_s, moment->peak_s,
                                  moment->to_s) +
                  later_s;
    }
}

void ways_releases(const struct scenario *scenario, const struct trip *trip, double *at_s,
                   uint32_t count)
{
    double *all = memory_array(DRAWS, sizeof *all);
    draw(all, DRAWS, trip != NULL ? &trip->leave : &scenario->arrivals,
         trip != NULL ? &trip->premovement : NULL);
    qsort(all, DRAWS, sizeof *all, by_value);
    for (uint32_t i = 0; i < count; i++)
        at_s[i] = all[(size_t)((i + 0.5) / count * DRAWS)];
    free(all);
}
