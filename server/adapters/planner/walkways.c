#include "server/adapters/planner/walkways.h"

#include "server/adapters/planner/planner.h"
#include "server/core/crowd.h"
#include "sim/flow/capacities.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct capacities measured;

static void read_measured(void)
{
    char why[200];
    if (!capacities_parse(capacities_measured, "measured.txt", &measured, why, sizeof why)) {
        fprintf(stderr, "planner: %s\n", why);
        abort();
    }
}

static const struct capacities *capacities(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_measured);
    return &measured;
}

/* ---- Openings -------------------------------------------------------------------------------- */

static bool has_kind(const struct venue *venue, uint32_t place, enum zone_kind kind)
{
    return place < venue->zone_count && venue->zones[place].kind == (uint32_t)kind;
}

static int32_t lowest_gate(const struct venue *venue)
{
    int32_t level = INT32_MAX;
    for (uint32_t g = 0; g < venue->gate_count; g++)
        level = venue->gates[g].level < level ? venue->gates[g].level : level;
    return level;
}

/* Stairs lie above the level of the gates, or below: who leaves goes down, or up. That one turns
 * onto them the graph does not say, but mostly one does. */
static enum capacity_element element_of(const struct venue *venue, const struct link *link)
{
    const uint32_t stairs =
        has_kind(venue, link->node_a, ZONE_STAIRS) ? link->node_a : link->node_b;
    if (has_kind(venue, stairs, ZONE_STAIRS))
        return venue->zones[stairs].level >= lowest_gate(venue) ? CAPACITY_TURN_DOWN
                                                                : CAPACITY_TURN_UP;
    return has_kind(venue, link->node_a, ZONE_AISLE) != has_kind(venue, link->node_b, ZONE_AISLE)
               ? CAPACITY_AISLE
               : CAPACITY_DOOR;
}

/* Rows are left at their ends all at once, and stairs may be taken both ways: the greater. */
static double most_ps(enum capacity_element element, double width_m)
{
    if (element == CAPACITY_TURN_UP || element == CAPACITY_TURN_DOWN)
        return fmax(capacity_most_ps(capacities(), CAPACITY_STAIRS_UP, width_m),
                    capacity_most_ps(capacities(), CAPACITY_STAIRS_DOWN, width_m));
    return fmax(capacity_most_ps(capacities(), element, width_m),
                capacity_most_ps(capacities(), CAPACITY_DOOR, width_m));
}

static void add_link(struct walkways *ways, const struct planner_job *job, const struct link *link)
{
    const struct venue *venue = job->venue;
    const bool a_is_block = link->node_a >= venue->zone_count;
    const bool b_is_block = link->node_b >= venue->zone_count;
    const enum capacity_element element = element_of(venue, link);
    const double width_m = link->width_cm / 100.0;
    ways->opening[ways->link_count] = link->index;
    ways->link_most_ps[ways->link_count] = most_ps(element, width_m);
    /* Rows are left, not walked through: what leads into a block is no way to anywhere. */
    ways->links[ways->link_count++] = (struct flow_link){
        .node_a = b_is_block ? link->node_b : link->node_a,
        .node_b = b_is_block ? link->node_a : link->node_b,
        .walk_s = link->walk_ms / 1000.0,
        .capacity_ps = capacity_ps(capacities(), element, width_m),
        .one_way = a_is_block != b_is_block,
        .closed = job->opening_open && !job->opening_open[link->index],
    };
}

/* ---- Gates ----------------------------------------------------------------------------------- */

static void add_gate(struct walkways *ways, const struct planner_job *job, const struct link *link)
{
    const struct gate *gate = &job->venue->gates[link->index];
    const double width_m = gate->width_cm / 100.0;
    const double limit_ps =
        gate_limits_exit(gate, job->phase) ? gate->exit_capacity_milli_ppm / 60000.0
                                           : (double)INFINITY;
    const double mean_ps = fmin(limit_ps, capacity_ps(capacities(), CAPACITY_GATE, width_m));
    ways->gate_most_ps[link->index] = fmin(limit_ps, most_ps(CAPACITY_GATE, width_m));
    const double sure_m = fmax(width_m / 2, width_m - 2 * PLANNER_GATE_SIDE_M);
    const double sure_ps = capacity_ps(capacities(), CAPACITY_GATE, sure_m);
    ways->gate_sure_part[link->index] = sure_ps < mean_ps ? sure_ps / mean_ps : 1;
    ways->gates[link->index] = (struct flow_destination){
        .node = gate->zone_inside,
        .walk_s = link->walk_ms / 1000.0,
        .capacity_ps = mean_ps,
        .closed = !job->gate_open[link->index],
    };
}

void walkways_init(struct walkways *ways, const struct planner_job *job, struct arena *arena)
{
    const struct venue *venue = job->venue;
    *ways = (struct walkways){
        .places = venue_places(venue),
        .links = arena_array(arena, venue->link_count, sizeof *ways->links),
        .opening = arena_array(arena, venue->link_count, sizeof *ways->opening),
        .link_most_ps = arena_array(arena, venue->link_count, sizeof *ways->link_most_ps),
        .gates = arena_array(arena, venue->gate_count, sizeof *ways->gates),
        .gate_most_ps = arena_array(arena, venue->gate_count, sizeof *ways->gate_most_ps),
        .gate_sure_part = arena_array(arena, venue->gate_count, sizeof *ways->gate_sure_part),
    };
    for (uint32_t i = 0; i < venue->gate_count; i++)
        ways->gates[i] =
            (struct flow_destination){ .node = venue->gates[i].zone_inside, .closed = true };
    for (uint32_t i = 0; i < venue->link_count; i++) {
        const struct link *link = &venue->links[i];
        if (link->kind == LINK_GATE)
            add_gate(ways, job, link);
        else if (link->kind == LINK_OPENING && venue_place_is_inside(venue, link->node_a) &&
                 venue_place_is_inside(venue, link->node_b))
            add_link(ways, job, link);
    }
}

static bool shorten(const struct flow_link *link, uint32_t from, uint32_t to, double *far_s,
                    uint32_t *next)
{
    if (!(far_s[to] + link->walk_s < far_s[from]))
        return false;
    far_s[from] = far_s[to] + link->walk_s;
    next[from] = to;
    return true;
}

void walkways_to(const struct walkways *ways, uint32_t node, double walk_s, double *far_s,
                 uint32_t *next)
{
    for (uint32_t p = 0; p < ways->places; p++) {
        far_s[p] = HUGE_VAL;
        next[p] = p;
    }
    far_s[node] = walk_s;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < ways->link_count; i++) {
            const struct flow_link *link = &ways->links[i];
            if (link->closed)
                continue;
            more |= shorten(link, link->node_a, link->node_b, far_s, next);
            if (!link->one_way)
                more |= shorten(link, link->node_b, link->node_a, far_s, next);
        }
    }
}

bool place_is_left(const struct planner_job *job, uint32_t place)
{
    return venue_place_is_inside(job->venue, place) && !(job->stays && job->stays[place]);
}

struct flow_origin *walkways_people(const struct planner_job *job, struct arena *arena,
                                    uint32_t *count, uint64_t *leaving)
{
    const struct venue *venue = job->venue;
    struct flow_origin *origins = arena_array(arena, venue_places(venue), sizeof *origins);
    bool counted = false;
    *count = 0;
    *leaving = 0;
    for (uint32_t place = 0; place < venue_places(venue); place++) {
        counted = counted || (venue_place_is_inside(venue, place) && job->people[place] > 0);
        if (!place_is_left(job, place))
            continue;
        origins[(*count)++] = (struct flow_origin){ .node = place, .people = job->people[place] };
        *leaving += job->people[place];
    }
    for (uint32_t i = 0; !counted && i < *count; i++)
        if (origins[i].node >= venue->zone_count)
            origins[i].people = venue->blocks[origins[i].node - venue->zone_count].seats;
    return origins;
}
