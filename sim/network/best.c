#include "sim/network/best.h"

#include "clients/c/tifo.h"
#include "sim/flow/expanded.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

/* A trip's people in so many parts, and the part of all that counts as clearance. */
enum { PARTS = 40 };
static const double cleared_part = 0.98;

/* Adds what one flow gets out to the curve. */
static void add_curve(struct network_answer *out, const struct flow_expanded *flow)
{
    size_t count = flow->out_count > out->best_count ? flow->out_count : out->best_count;
    double *sum = memory_array(count, sizeof *sum);
    for (size_t t = 0; t < count; t++) {
        if (out->best_count > 0)
            sum[t] += out->best_out[t < out->best_count ? t : out->best_count - 1];
        if (flow->out_count > 0)
            sum[t] += flow->out[t < flow->out_count ? t : flow->out_count - 1];
    }
    free(out->best_out);
    out->best_out = sum;
    out->best_count = count;
}

static bool solve(struct flow_problem problem, struct network_answer *out)
{
    struct flow_expanded flow;
    problem.clearance_part = 1;
    if (!flow_expand(&problem, NULL, &flow))
        return false;
    add_curve(out, &flow);
    flow_expanded_fini(&flow);
    return true;
}

/* When the part that counts is out; the clock counts from the scenario's zero, not from its start.
 */
static void finish(const struct ways *w, struct network_answer *out)
{
    const size_t zero_s = (size_t)w->scenario->clock_zero_s, all = out->best_count;
    if (all == 0)
        return;
    size_t t = 0;
    while (t + 1 < all && out->best_out[t] < cleared_part * out->best_out[all - 1])
        t++;
    out->best_s = fmax(0, (double)t - (double)zero_s);
    for (size_t i = zero_s; i < all; i++)
        out->best_out[i - zero_s] = out->best_out[i];
    out->best_count = all > zero_s ? all - zero_s : 0;
}

void best_leave(const struct ways *w, const struct flow_problem *leaving,
                struct network_answer *out)
{
    if (solve(*leaving, out))
        finish(w, out);
}

static bool goes_to(const struct trip *trip, int kind)
{
    return trip->stops[0] ==
           (kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD ? STOP_FOOD : STOP_TOILETS);
}

static uint32_t counters(const struct ways *w, int kind, struct flow_destination *out)
{
    uint32_t count = 0;
    for (size_t i = 0; i < w->venue->n_links; i++) {
        const Tifo__V1__Link *link = w->venue->links[i];
        if (link->kind != TIFO__V1__LINK_KIND__LINK_KIND_FACILITY ||
            (int)w->venue->facilities[link->index]->kind != kind)
            continue;
        const Tifo__V1__Facility *facility = w->venue->facilities[link->index];
        out[count++] = (struct flow_destination){
            .node = facility->zone,
            .walk_s = 2 * link->walk_s + facility->service_mean_s,
            .capacity_ps = facility->servers / facility->service_mean_s,
        };
    }
    return count;
}

/* Who goes to facilities of one kind. */
static bool fetch(const struct ways *w, const struct flow_link *links, int kind,
                  struct network_answer *out)
{
    const size_t trips = w->scenario->trip_count, blocks = w->venue->n_blocks;
    struct flow_destination *to = memory_array(w->venue->n_facilities, sizeof *to);
    struct flow_origin *origins = memory_array(trips * blocks, sizeof *origins);
    double *release_s = memory_array(trips * PARTS, sizeof *release_s);
    const double **release = memory_array(trips * blocks, sizeof *release);
    struct flow_problem problem = { .node_count = w->places,
                                    .links = links,
                                    .link_count = w->link_count,
                                    .destinations = to,
                                    .destination_count = counters(w, kind, to),
                                    .origins = origins,
                                    .own_release_s = release,
                                    .chunks = PARTS };
    for (size_t i = 0; i < trips; i++) {
        const struct trip *trip = &w->scenario->trips[i];
        ways_releases(w->scenario, trip, release_s + i * PARTS, PARTS);
        for (size_t b = 0; b < blocks && goes_to(trip, kind); b++) {
            if (!trip_is_of(trip, w->venue->blocks[b]->stand))
                continue;
            release[problem.origin_count] = release_s + i * PARTS;
            origins[problem.origin_count++] =
                (struct flow_origin){ .node = (uint32_t)(w->venue->n_zones + b),
                                      .people = ways_seated(w, b) * trip->share };
            out->people += ways_seated(w, b) * trip->share;
        }
    }
    const bool good = solve(problem, out);
    free(to);
    free(origins);
    free(release_s);
    free(release);
    return good;
}

void best_return(const struct ways *w, struct network_answer *out)
{
    struct flow_link *links = memory_array(w->link_count, sizeof *links);
    for (uint32_t i = 0; i < w->link_count; i++) {
        links[i] = w->links[i];
        links[i].walk_s *= 2;
    }
    if (fetch(w, links, TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS, out) &&
        fetch(w, links, TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD, out))
        finish(w, out);
    free(links);
}
