#include "sim/step_free.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

/* From every place to one: made when it is first asked for. */
struct tree {
    double *least_s;
    uint32_t *next;
};

struct step_free {
    const Tifo__V1__Venue *venue;
    uint32_t places;
    struct tree *trees; /* By the place that they lead to. */
};

struct step_free *step_free_create(const Tifo__V1__Venue *venue)
{
    struct step_free *w = memory_array(1, sizeof *w);
    w->venue = venue;
    w->places = tifo_place_count(venue);
    w->trees = memory_array(w->places, sizeof *w->trees);
    return w;
}

void step_free_destroy(struct step_free *w)
{
    if (w == NULL)
        return;
    for (uint32_t to = 0; to < w->places; to++) {
        free(w->trees[to].least_s);
        free(w->trees[to].next);
    }
    free(w->trees);
    free(w);
}

/* A link between places inside, neither of them stairs. */
static bool is_free(const struct step_free *w, const Tifo__V1__Link *link)
{
    return link->kind == TIFO__V1__LINK_KIND__LINK_KIND_OPENING &&
           !tifo_place_is_stairs(w->venue, link->node_a) &&
           !tifo_place_is_stairs(w->venue, link->node_b);
}

/* From `a` over the link to `b`, if that is shorter. Blocks are no way to anywhere. */
static bool shorten(const struct step_free *w, struct tree *tree, uint32_t to, uint32_t a,
                    uint32_t b, double walk_s)
{
    if (tifo_place_is_block(w->venue, b) && b != to)
        return false;
    double over_s = tree->least_s[b] + walk_s;
    if (!(over_s < tree->least_s[a]))
        return false;
    tree->least_s[a] = over_s;
    tree->next[a] = b;
    return true;
}

/* Passes over the links until none makes a way shorter. */
static const struct tree *tree_to(const struct step_free *w, uint32_t to)
{
    struct tree *tree = &w->trees[to];
    if (tree->least_s != NULL)
        return tree;
    tree->least_s = memory_array(w->places, sizeof *tree->least_s);
    tree->next = memory_array(w->places, sizeof *tree->next);
    for (uint32_t place = 0; place < w->places; place++)
        tree->least_s[place] = INFINITY;
    tree->least_s[to] = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < w->venue->n_links; i++) {
            const Tifo__V1__Link *link = w->venue->links[i];
            if (!is_free(w, link))
                continue;
            more |= shorten(w, tree, to, link->node_a, link->node_b, link->walk_s);
            more |= shorten(w, tree, to, link->node_b, link->node_a, link->walk_s);
        }
    }
    return tree;
}

double step_free_s(const struct step_free *w, uint32_t from, uint32_t to)
{
    return tree_to(w, to)->least_s[from];
}

bool step_free_next(const struct step_free *w, uint32_t from, uint32_t to, uint32_t *next)
{
    const struct tree *tree = tree_to(w, to);
    *next = tree->next[from];
    return from != to && isfinite(tree->least_s[from]);
}

double step_free_gate_s(const struct step_free *w, uint32_t from, uint32_t gate)
{
    return step_free_s(w, from, w->venue->gates[gate]->zone_inside);
}

bool step_free_has_way_out(const struct step_free *w, uint32_t from)
{
    for (uint32_t gate = 0; gate < w->venue->n_gates; gate++)
        if (isfinite(step_free_gate_s(w, from, gate)))
            return true;
    return false;
}
