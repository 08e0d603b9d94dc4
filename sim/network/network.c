#include "sim/network/network.h"

#include "clients/c/tifo.h"
#include "sim/chance.h"
#include "sim/flow/bound.h"
#include "sim/memory.h"
#include "sim/network/best.h"
#include "sim/network/ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A block's people in so many parts: finer tells no more. */
enum { PARTS = 40 };
static const double cleared_part = 0.98;

/* ---- Out ------------------------------------------------------------------------------------- */

/* Two origins a trip and block: who goes to a gate of their own, as shares, and who takes the
 * soonest. */
struct leaving {
    struct flow_problem problem;
    struct flow_origin *origins;
    double *shares;
    double *release_s;      /* PARTS a trip. */
    const double **release; /* By origin: its trip's. */
};

static void add_trip(struct leaving *l, struct ways *w, size_t number, const bool *usable)
{
    const struct trip *trip = &w->scenario->trips[number];
    double *release_s = l->release_s + PARTS * number;
    ways_releases(w->scenario, trip, release_s, PARTS);
    for (size_t b = 0; b < w->venue->n_blocks; b++) {
        size_t o = 2 * (number * w->venue->n_blocks + b);
        uint32_t node = (uint32_t)(w->venue->n_zones + b);
        double people =
            trip_is_of(trip, w->venue->blocks[b]->stand) ? ways_seated(w, b) * trip->share : 0;
        double choosing = w->scenario->people.choosing;
        l->origins[o] = (struct flow_origin){ .node = node, .people = people * (1 - choosing) };
        l->origins[o + 1] = (struct flow_origin){ .node = node, .people = people * choosing };
        l->release[o] = l->release[o + 1] = release_s;
        const double *shares = ways_shares(w, node, usable);
        for (uint32_t g = 0; g < w->gates; g++)
            l->shares[o * w->gates + g] = shares[g];
    }
}

static void leaving_init(struct leaving *l, struct ways *w)
{
    size_t trips = w->scenario->trip_count, origins = 2 * trips * w->venue->n_blocks;
    bool *usable = memory_array(w->gates, sizeof *usable);
    for (uint32_t g = 0; g < w->gates; g++)
        usable[g] = !w->out[g].closed;
    l->origins = memory_array(origins, sizeof *l->origins);
    l->shares = memory_array(origins * w->gates, sizeof *l->shares);
    l->release_s = memory_array(trips * PARTS, sizeof *l->release_s);
    l->release = memory_array(origins, sizeof *l->release);
    for (size_t i = 0; i < trips; i++)
        add_trip(l, w, i, usable);
    free(usable);
    l->problem = (struct flow_problem){ .node_count = w->places,
                                        .links = w->links,
                                        .link_count = w->link_count,
                                        .destinations = w->out,
                                        .destination_count = w->gates,
                                        .origins = l->origins,
                                        .origin_count = (uint32_t)origins,
                                        .given_share = l->shares,
                                        .own_release_s = l->release,
                                        .chunks = PARTS,
                                        .clearance_part = cleared_part };
}

static void take_gates(const struct ways *w, const struct leaving *l, const struct flow_plan *plan,
                       struct network_answer *out)
{
    double zero_s = w->scenario->clock_zero_s;
    for (uint32_t g = 0; g < w->gates; g++) {
        struct network_gate *gate = &out->gates[g];
        for (uint32_t o = 0; o < plan->origin_count; o++)
            gate->people += l->origins[o].people * plan->share[(size_t)o * w->gates + g];
        gate->capacity_ps = w->out[g].closed ? 0 : w->out[g].capacity_ps;
        gate->last_s = gate->people > 0 ? plan->busy_until_s[g] - zero_s : NAN;
        out->last_s = fmax(out->last_s, gate->last_s);
    }
}

static void name_doors(const struct ways *w, const struct flow_bound *bound,
                       struct network_answer *out)
{
    size_t used = 0;
    for (uint32_t g = 0; g < w->gates && used < sizeof out->bound_doors; g++)
        if (bound->destination_cut[g])
            used += (size_t)snprintf(out->bound_doors + used, sizeof out->bound_doors - used,
                                     "%s%s", used ? ", " : "", w->venue->gates[g]->gate_id);
    for (uint32_t i = 0; i < w->link_count && used < sizeof out->bound_doors; i++)
        if (bound->link_cut[i])
            used +=
                (size_t)snprintf(out->bound_doors + used, sizeof out->bound_doors - used, "%s%s",
                                 used ? ", " : "", w->venue->openings[w->opening[i]]->opening_id);
}

/* Nobody needs time to walk, so that it is a bound however short the ways are. */
static void find_bound(const struct ways *w, const struct flow_problem *mean,
                       struct network_answer *out)
{
    struct flow_link *links = memory_array(w->link_count, sizeof *links);
    struct flow_destination *gates = memory_array(w->gates, sizeof *gates);
    struct flow_problem most = *mean;
    struct flow_bound bound;
    for (uint32_t i = 0; i < w->link_count; i++) {
        links[i] = w->links[i];
        links[i].walk_s = 0;
        links[i].capacity_ps = w->link_most_ps[i];
    }
    for (uint32_t g = 0; g < w->gates; g++) {
        gates[g] = w->out[g];
        gates[g].walk_s = 0;
        gates[g].capacity_ps = w->gate_most_ps[g];
        gates[g].closed = w->shut_all_along[g];
    }
    most.links = links;
    most.destinations = gates;
    flow_bound(&most, &bound);
    out->bound_s = fmax(0, bound.clearance_s - w->scenario->clock_zero_s);
    out->bound_people = bound.people;
    out->bound_ps = bound.capacity_ps;
    name_doors(w, &bound, out);
    flow_bound_fini(&bound);
    free(links);
    free(gates);
}

static void leave(struct ways *w, bool exact, struct network_answer *out)
{
    struct leaving l;
    struct flow_plan plan;
    double zero_s = w->scenario->clock_zero_s;
    leaving_init(&l, w);
    for (uint32_t o = 0; o < l.problem.origin_count; o++)
        out->people += l.origins[o].people;
    flow_solve(&l.problem, &plan);
    bool all = plan.unreachable_people < (1 - cleared_part) * out->people;
    if (all)
        out->clearance_s = fmax(0, plan.clearance_s - zero_s);
    take_gates(w, &l, &plan, out);
    flow_plan_fini(&plan);
    l.problem.given_share = NULL;
    if (exact)
        best_leave(w, &l.problem, out);
    else {
        flow_solve(&l.problem, &plan);
        if (all)
            out->best_s = fmax(0, plan.clearance_s - zero_s);
        flow_plan_fini(&plan);
    }
    if (all)
        find_bound(w, &l.problem, out);
    free(l.origins);
    free(l.shares);
    free(l.release_s);
    free(l.release);
}

/* ---- In -------------------------------------------------------------------------------------- */

/* People of one block who come at one time to one gate. */
struct arrived {
    double seated_s, wait_s, people;
};

struct entering {
    struct arrived *groups;
    size_t count;
    double *free_s; /* By gate: when its lanes are through with all who have come. */
};

static double service_mean_s(const struct spell *spell)
{
    enum { DRAWS = 4096 };
    struct distribution of = { (enum distribution_kind)spell->kind, spell->a, spell->b };
    double sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++)
        sum += fmax(0.1, distribution_draw(&of, chance_bits(1, CHANCE_LEAVE, i)));
    return sum / DRAWS;
}

static double entry_ps(const struct ways *w, const Tifo__V1__Gate *gate)
{
    const struct spell *spell = &w->scenario->turnstile_service;
    double lane_ps = spell->mark.line > 0 ? 1 / service_mean_s(spell) : gate->entry_rate_pph / 3600;
    return capacity_ps(w->capacities, CAPACITY_TURNSTILES, gate->turnstiles * lane_ps);
}

/* A part of a block's people comes: each gate serves those who come first. */
static void come(struct ways *w, struct entering *e, struct network_answer *out, size_t block,
                 double people, double at_s, const double *shares)
{
    uint32_t node = (uint32_t)(w->venue->n_zones + block);
    for (uint32_t g = 0; g < w->gates; g++) {
        double coming = people * shares[g];
        if (!(coming > 0) || !(out->gates[g].capacity_ps > 0))
            continue;
        double begins_s = fmax(e->free_s[g], at_s);
        e->free_s[g] = begins_s + coming / out->gates[g].capacity_ps;
        double way_s = w->least_s[(size_t)g * w->places + node];
        e->groups[e->count++] = (struct arrived){ .seated_s = e->free_s[g] + way_s,
                                                  .wait_s = begins_s - at_s,
                                                  .people = coming };
        out->gates[g].people += coming;
        out->gates[g].last_s = e->free_s[g] - w->scenario->clock_zero_s;
    }
}

static int by_seated(const void *left, const void *right)
{
    const struct arrived *a = left, *b = right;
    return (a->seated_s > b->seated_s) - (a->seated_s < b->seated_s);
}

static int by_wait(const void *left, const void *right)
{
    const struct arrived *a = left, *b = right;
    return (a->wait_s > b->wait_s) - (a->wait_s < b->wait_s);
}

/* The first, in their order, up to whom that part of all has passed. */
static const struct arrived *at_part(const struct entering *e, double people, double part)
{
    double passed = 0;
    size_t i = 0;
    for (; i + 1 < e->count; i++) {
        passed += e->groups[i].people;
        if (passed >= part * people)
            break;
    }
    return &e->groups[i];
}

static void enter(struct ways *w, struct network_answer *out)
{
    enum { MOMENTS = 240 };
    size_t blocks = w->venue->n_blocks;
    struct entering e = { memory_array(MOMENTS * blocks * w->gates, sizeof *e.groups), 0,
                          memory_array(w->gates, sizeof *e.free_s) };
    double *shares = memory_array(blocks * w->gates, sizeof *shares), at_s[MOMENTS], waits = 0;
    bool *usable = memory_array(w->gates, sizeof *usable);
    for (uint32_t g = 0; g < w->gates; g++) {
        out->gates[g].capacity_ps = w->out[g].closed ? 0 : entry_ps(w, w->venue->gates[g]);
        out->gates[g].last_s = NAN;
        usable[g] = out->gates[g].capacity_ps > 0;
    }
    for (size_t b = 0; b < blocks; b++) {
        const double *of = ways_shares(w, (uint32_t)(w->venue->n_zones + b), usable);
        for (uint32_t g = 0; g < w->gates; g++)
            shares[b * w->gates + g] = of[g];
    }
    ways_releases(w->scenario, NULL, at_s, MOMENTS);
    for (size_t m = 0; m < MOMENTS; m++)
        for (size_t b = 0; b < blocks; b++)
            come(w, &e, out, b, ways_seated(w, b) / MOMENTS, at_s[m], shares + b * w->gates);
    for (size_t i = 0; i < e.count; i++) {
        out->people += e.groups[i].people;
        waits += e.groups[i].people * e.groups[i].wait_s;
    }
    if (e.count > 0) {
        double zero_s = w->scenario->clock_zero_s;
        qsort(e.groups, e.count, sizeof *e.groups, by_seated);
        out->clearance_s = fmax(0, at_part(&e, out->people, cleared_part)->seated_s - zero_s);
        out->last_s = e.groups[e.count - 1].seated_s - zero_s;
        qsort(e.groups, e.count, sizeof *e.groups, by_wait);
        out->wait_mean_s = waits / out->people;
        out->wait_p95_s = at_part(&e, out->people, 0.95)->wait_s;
    }
    free(e.groups);
    free(e.free_s);
    free(shares);
    free(usable);
}

/* ---- Asked ----------------------------------------------------------------------------------- */

/* Only those who leave for good, straight, or who come in; and how soon they could be back who go
 * to one facility. */
static bool can_tell(const struct scenario *scenario, bool exact, char *why, size_t why_size)
{
    bool returns = exact && scenario_returns(scenario);
    for (size_t i = 0; i < scenario->trip_count; i++) {
        const struct trip *trip = &scenario->trips[i];
        if (trip->stop_count != 1 || (!returns && trip->stops[0] != STOP_EXIT))
            return form_refuse(scenario->path, trip->mark, why, why_size,
                               "the network model tells how people leave or come in, and with "
                               "--exact T*fit of trips to one facility and back; for others use "
                               "tifo-sim run");
    }
    return true;
}

bool network_ask(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                 const struct capacities *capacities, bool exact, struct network_answer *out,
                 char *why, size_t why_size)
{
    struct ways ways;
    *out = (struct network_answer){ .arrives = scenario_arrives(scenario),
                                    .clearance_s = NAN,
                                    .last_s = NAN,
                                    .best_s = NAN,
                                    .bound_s = NAN,
                                    .wait_mean_s = NAN,
                                    .wait_p95_s = NAN };
    if (!can_tell(scenario, exact, why, why_size))
        return false;
    bool good = ways_init(&ways, scenario, venue, capacities, why, why_size);
    if (good) {
        out->gate_count = venue->n_gates;
        out->gates = memory_array(venue->n_gates, sizeof *out->gates);
        if (out->arrives)
            enter(&ways, out);
        else if (scenario_returns(scenario))
            best_return(&ways, out);
        else
            leave(&ways, exact, out);
    }
    ways_fini(&ways);
    return good;
}

void network_answer_fini(struct network_answer *answer)
{
    free(answer->gates);
    free(answer->best_out);
    answer->gates = NULL;
    answer->best_out = NULL;
}
