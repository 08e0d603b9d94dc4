/*
 * The derived half of a venue: centres and the walkway graph. Link lengths are walked inside each
 * place, around its corners. Stairs are walked at their plan length, which is what Weidmann's
 * horizontal speed means.
 */
#include <math.h>
#include <stdlib.h>

#include "clients/c/draft.h"
#include "clients/c/memory.h"

static Tifo__V1__Point *point_of(struct spot spot)
{
    Tifo__V1__Point *point = memory_cleared(1, sizeof(*point));
    tifo__v1__point__init(point);
    point->x = spot.x / 100;
    point->y = spot.y / 100;
    return point;
}

static void derive_centres(Tifo__V1__Venue *venue)
{
    struct path holes[VENUE_HOLES_MAX];
    for (uint32_t place = 0; place < tifo_place_count(venue); place++) {
        struct shape shape = venue_shape(venue, place, holes);
        Tifo__V1__Point *centre = point_of(shape_centre(&shape));
        if (place < venue->n_zones)
            venue->zones[place]->centre = centre;
        else
            venue->blocks[place - venue->n_zones]->centre = centre;
    }
}

/* From the place's centre to the middle of the line. */
static double walk_m(const Tifo__V1__Venue *venue, uint32_t place, const Tifo__V1__Path *line)
{
    struct path holes[VENUE_HOLES_MAX];
    struct shape shape = venue_shape(venue, place, holes);
    const Tifo__V1__Point *centre = tifo_place_centre(venue, place);
    struct spot from = { centre->x * 100, centre->y * 100 };
    struct spot to = path_along(venue_path(line), 0.5);
    double cm = shape_walk_cm(&shape, from, to);
    /* Shapes that pinch to nothing can deny a way; then as the crow flies. */
    if (!isfinite(cm))
        cm = sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
    return cm / 100;
}

static bool is_steps(const Tifo__V1__Venue *venue, uint32_t place)
{
    return place < venue->n_zones &&
           venue->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
}

static Tifo__V1__Link *new_link(Tifo__V1__LinkKind kind, size_t index, uint32_t a, uint32_t b)
{
    Tifo__V1__Link *link = memory_cleared(1, sizeof(*link));
    tifo__v1__link__init(link);
    link->kind = kind;
    link->index = (uint32_t)index;
    link->node_a = a;
    link->node_b = b;
    return link;
}

/* Adds one place's share of the way. */
static void add_walk(const Tifo__V1__Venue *venue, Tifo__V1__Link *link, uint32_t place,
                     const Tifo__V1__Path *line)
{
    double part_m = walk_m(venue, place, line);
    link->length_m += part_m;
    link->walk_s += part_m / (is_steps(venue, place) ? WALK_STAIRS_M_S : WALK_LEVEL_M_S);
}

static Tifo__V1__Link *opening_link(const Tifo__V1__Venue *venue, size_t i)
{
    const Tifo__V1__Opening *opening = venue->openings[i];
    uint32_t a = opening->place_a, b = opening->place_b;
    Tifo__V1__Link *link = new_link(TIFO__V1__LINK_KIND__LINK_KIND_OPENING, i, a, b);
    bool stepped = is_steps(venue, a) || is_steps(venue, b);
    add_walk(venue, link, a, opening->line);
    add_walk(venue, link, b, opening->line);
    link->width_m = opening->width_m;
    link->capacity_ppm = link->width_m * (stepped ? FLOW_STEPPED_PPM_PER_M : FLOW_LEVEL_PPM_PER_M);
    return link;
}

static Tifo__V1__Link *gate_link(const Tifo__V1__Venue *venue, size_t i)
{
    const Tifo__V1__Gate *gate = venue->gates[i];
    uint32_t a = gate->zone_inside, b = gate->zone_outside;
    Tifo__V1__Link *link = new_link(TIFO__V1__LINK_KIND__LINK_KIND_GATE, i, a, b);
    add_walk(venue, link, a, gate->line); /* Who stands in the gate has left. */
    link->width_m = gate->width_m;
    link->capacity_ppm = gate->exit_capacity_ppm;
    return link;
}

static Tifo__V1__Link *facility_link(const Tifo__V1__Venue *venue, size_t i)
{
    const Tifo__V1__Facility *facility = venue->facilities[i];
    uint32_t node = tifo_place_count(venue) + (uint32_t)i;
    Tifo__V1__Link *link =
        new_link(TIFO__V1__LINK_KIND__LINK_KIND_FACILITY, i, facility->zone, node);
    add_walk(venue, link, facility->zone, facility->front);
    link->width_m = path_length_cm(venue_path(facility->front)) / 100;
    link->capacity_ppm = 60.0 * facility->servers / facility->service_mean_s;
    return link;
}

static void derive_links(Tifo__V1__Venue *venue)
{
    venue->links = memory_cleared(venue->n_openings + venue->n_gates + venue->n_facilities,
                                  sizeof(*venue->links));
    for (size_t i = 0; i < venue->n_openings; i++)
        venue->links[venue->n_links++] = opening_link(venue, i);
    for (size_t i = 0; i < venue->n_gates; i++)
        venue->links[venue->n_links++] = gate_link(venue, i);
    for (size_t i = 0; i < venue->n_facilities; i++)
        venue->links[venue->n_links++] = facility_link(venue, i);
}

/* Marks what can be walked to from the gates: passes over the links until none adds a place. */
static void flood(const Tifo__V1__Venue *venue, bool *reached)
{
    for (size_t i = 0; i < venue->n_gates; i++)
        reached[venue->gates[i]->zone_outside] = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < venue->n_links; i++) {
            const Tifo__V1__Link *link = venue->links[i];
            if (link->kind == TIFO__V1__LINK_KIND__LINK_KIND_FACILITY ||
                reached[link->node_a] == reached[link->node_b])
                continue;
            reached[link->node_a] = reached[link->node_b] = true;
            more = true;
        }
    }
}

static bool check_reachable(struct draft *draft)
{
    const Tifo__V1__Venue *venue = draft->venue;
    bool *reached = memory_cleared(tifo_place_count(venue), sizeof(*reached));
    flood(venue, reached);
    bool ok = true;
    for (uint32_t place = 0; place < tifo_place_count(venue); place++) {
        if (reached[place])
            continue;
        bool block = tifo_place_is_block(venue, place);
        problem_add(&draft->log,
                    block ? &draft->block_at[place - venue->n_zones] : &draft->zone_at[place], NULL,
                    "cannot be reached from any gate; add the opening%s that leads there",
                    block ? " to its aisle" : "");
        ok = false;
    }
    free(reached);
    return ok;
}

bool venue_graph(struct draft *draft)
{
    derive_centres(draft->venue);
    derive_links(draft->venue);
    return check_reachable(draft);
}
