#include "sim/foreign/walkers_state.h"

#include <math.h>
#include <stdlib.h>

void walker_add_stop(struct walkers *w, uint32_t person, size_t spot)
{
    if (w->stop_count == w->stop_room) {
        w->stop_room = w->stop_room ? 2 * w->stop_room : 1024;
        w->stops = realloc(w->stops, w->stop_room * sizeof *w->stops);
        if (w->stops == NULL)
            abort();
    }
    w->stops[w->stop_count++] = spot;
    w->people[person].count++;
}

void walker_take_route(struct walkers *w, uint32_t person, struct foreign_route route)
{
    w->people[person].first = w->stop_count;
    w->people[person].count = w->people[person].at = 0;
    for (size_t i = 0; i < route.count; i++)
        walker_add_stop(w, person, w->foreign->stops[route.first + i]);
}

size_t walkers_pick(const double *weights, size_t count, double u)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    double at = u * sum;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] > 0 && at < weights[i])
            return i;
        at -= weights[i];
    }
    return count;
}

/* The edges that leave a node of a graph: one of them by weight; NULL: none. */
static const struct foreign_edge *next_edge(const struct foreign *f, size_t graph, size_t node,
                                            struct die *die)
{
    const struct foreign_edge *leaving[PATH_MOST];
    double weights[PATH_MOST];
    size_t count = 0;
    for (size_t i = 0; i < f->edge_count && count < PATH_MOST; i++)
        if (f->edges[i].graph == graph && f->edges[i].from == node) {
            weights[count] = f->edges[i].weight;
            leaving[count++] = &f->edges[i];
        }
    size_t picked = walkers_pick(weights, count, die_uniform(die));
    return picked < count ? leaving[picked] : NULL;
}

static void take_choice(struct walkers *w, uint32_t person, const struct foreign_choice *choice,
                        size_t node, struct die *die)
{
    const struct foreign *f = w->foreign;
    w->people[person].then_nearest = choice->then_nearest;
    if (!choice->is_graph) {
        walker_take_route(w, person, f->routes[choice->route]);
        return;
    }
    walker_take_route(w, person, (struct foreign_route){ 0, 0 });
    for (int i = 0; i < PATH_MOST; i++) {
        const struct foreign_edge *edge = next_edge(f, choice->graph, node, die);
        if (edge == NULL)
            break;
        walker_add_stop(w, person, edge->to);
        node = edge->to;
        if (f->spots[node].absorbs)
            break;
    }
}

static size_t nearest_exit(const struct walkers *w, uint32_t person)
{
    struct crowd_people people = crowd_people(w->crowd);
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t i = 0; i < w->foreign->spot_count; i++) {
        if (!w->foreign->spots[i].is_exit)
            continue;
        double seconds =
            ground_spot_s(w->ground, people.place[person],
                          (struct point){ people.x[person], people.y[person] }, (uint32_t)i);
        if (seconds < least) {
            least = seconds;
            best = i;
        }
    }
    return best;
}

void walker_go_on(struct walkers *w, uint32_t person)
{
    struct walker *walker = &w->people[person];
    if (walker->at == walker->count && walker->then_nearest) {
        walker->then_nearest = false;
        size_t exit = nearest_exit(w, person);
        if (exit != SIZE_MAX) {
            walker_take_route(w, person, (struct foreign_route){ 0, 0 });
            walker_add_stop(w, person, exit);
        }
    }
    if (walker->at == walker->count) {
        walker->state = WALKER_STANDS;
        w->active--;
        return;
    }
    walker->state = WALKER_WALKS;
    crowd_set_goal(w->crowd, person,
                   (struct goal){ GOAL_SPOT, (uint32_t)w->stops[walker->first + walker->at] });
}

/* An even number for the next one of a source: multiples of the golden section, so that after any
 * number of people the shares are as near to the weights as can be. */
static double in_turn(const struct walkers *w, size_t node)
{
    size_t source = node - w->foreign->spot_count;
    struct die die = die_of(w->seed, source, WHAT_TURN);
    double u = die_uniform(&die) + 0.6180339887498949 * w->sources[source].came;
    return u - floor(u);
}

void walker_begin(struct walkers *w, uint32_t person, const struct foreign_source *source,
                  size_t node, size_t route, double now_s)
{
    struct walker *walker = &w->people[person];
    struct die die = die_of(w->seed, person, WHAT_ROUTE);
    walker->came_s = now_s;
    w->active++;
    walker_take_route(w, person, (struct foreign_route){ 0, 0 });
    if (route != SIZE_MAX)
        walker_take_route(w, person, w->foreign->routes[route]);
    if (source != NULL && source->choice_count > 0) {
        double weights[PATH_MOST];
        size_t count = source->choice_count < PATH_MOST ? source->choice_count : PATH_MOST;
        for (size_t i = 0; i < count; i++)
            weights[i] = source->choices[i].weight;
        size_t picked = walkers_pick(weights, count, in_turn(w, node));
        take_choice(w, person, &source->choices[picked < count ? picked : 0], node, &die);
    }
    if (source != NULL && source->delay_s.kind != DRAW_NONE) {
        struct die delay = die_of(w->seed, person, WHAT_DELAY);
        walker->state = WALKER_DELAYED;
        walker->until_s = now_s + fmax(draw_next(&source->delay_s, &delay), 0);
        return;
    }
    walker_go_on(w, person);
}
