#include "server/adapters/planner/propose.h"

#include "server/adapters/planner/comply.h"
#include "server/adapters/planner/planner.h"
#include "server/adapters/planner/prove.h"
#include "server/adapters/planner/rules.h"
#include "server/core/crowd.h"

#include <math.h>
#include <string.h>

/* The network that all purposes share, and one purpose's part of it. */
struct network {
    const struct planner_job *job;
    struct arena *arena;
    uint32_t places;
    struct walkways ways;
    struct flow_origin *origins; /* One a place inside, but where all stay. */
    uint32_t origin_count;
    bool *last_look;   /* By place: concourses, where people come out and find their way. */
    uint64_t leaving;  /* People. */
    double compliance; /* 0 .. 1 */
    const struct override *rules; /* NULL: none. */
    struct comply *comply;
};

struct purpose_row {
    enum purpose purpose;
    enum facility_kind facilities; /* 0: gates. */
    double part;                   /* Of a place's people. */
    double walk_cost;              /* As in struct flow_problem. */
};

static const struct purpose_row purposes[] = {
    { PURPOSE_EXIT, 0, 1.0, PLANNER_EXIT_WALK_COST },
    { PURPOSE_FOOD, FACILITY_FOOD, PLANNER_FOOD_PART, PLANNER_BACK_WALK_COST },
    { PURPOSE_TOILETS, FACILITY_TOILETS, PLANNER_TOILETS_PART, PLANNER_BACK_WALK_COST },
};

/* ---- The question ---------------------------------------------------------------------------- */

static void build_looks(struct network *net)
{
    const struct venue *venue = net->job->venue;
    net->last_look = arena_array(net->arena, net->places, sizeof *net->last_look);
    for (uint32_t zone = 0; zone < venue->zone_count; zone++)
        net->last_look[zone] = venue->zones[zone].kind == ZONE_CONCOURSE;
}

static const struct link *link_find(const struct venue *venue, enum link_kind kind, uint32_t index)
{
    for (uint32_t i = 0; i < venue->link_count; i++)
        if (venue->links[i].kind == (uint32_t)kind && venue->links[i].index == index)
            return &venue->links[i];
    return NULL;
}

/* Where one purpose can lead; index i is gate or facility `index[i]`. */
struct choice {
    struct flow_destination *destinations;
    uint32_t *index;
    uint32_t count;
};

static void add_destination(struct choice *choice, uint32_t index, const struct link *link,
                            struct flow_destination destination)
{
    destination.walk_s = link ? link->walk_ms / 1000.0 : 0;
    choice->index[choice->count] = index;
    choice->destinations[choice->count++] = destination;
}

/* A gate with a line that gets out slower than it should is as slow as that. */
static void slow_down(struct flow_destination *gate, const uint32_t *strained_ppm, uint32_t index)
{
    const double seen_ps = strained_ppm ? strained_ppm[index] / 60.0 : 0;
    if (seen_ps > 0)
        gate->capacity_ps = fmin(gate->capacity_ps, fmax(seen_ps, gate->capacity_ps / 10));
}

static void choose(const struct network *net, const struct purpose_row *row, struct choice *choice)
{
    const struct planner_job *job = net->job;
    const struct venue *venue = job->venue;
    const uint32_t most = row->facilities ? venue->facility_count : venue->gate_count;
    choice->destinations = arena_array(net->arena, most, sizeof *choice->destinations);
    choice->index = arena_array(net->arena, most, sizeof *choice->index);
    for (uint32_t i = 0; !row->facilities && i < venue->gate_count; i++) {
        choice->index[choice->count] = i;
        choice->destinations[choice->count] = net->ways.gates[i];
        slow_down(&choice->destinations[choice->count], job->gate_strained_ppm, i);
        choice->destinations[choice->count++].queue_people = job->gate_waiting[i];
    }
    for (uint32_t i = 0; row->facilities && i < venue->facility_count; i++)
        if (venue->facilities[i].kind == (uint32_t)row->facilities)
            add_destination(
                choice, i, link_find(venue, LINK_FACILITY, i),
                (struct flow_destination){ .node = venue->facilities[i].zone,
                                           .capacity_ps = 1000.0 * venue->facilities[i].servers /
                                                          venue->facilities[i].service_ms,
                                           .queue_people = job->facility_waiting[i] });
}

/* Enough to be led somewhere, and too few to be in anybody's way. */
static const double nobody = 0.01;

/* Who of each place sets out: first those who follow, a row a place, then those who do not. Those
 * who wait in line already are counted there. */
static struct flow_origin *demand(const struct network *net, const struct purpose_row *row,
                                  const struct choice *choice)
{
    double *waiting = arena_array(net->arena, net->places, sizeof *waiting);
    for (uint32_t d = 0; d < choice->count; d++)
        waiting[choice->destinations[d].node] += choice->destinations[d].queue_people;
    const uint32_t count = net->origin_count;
    struct flow_origin *origins = arena_array(net->arena, 2 * (size_t)count, sizeof *origins);
    for (uint32_t i = 0; i < count; i++) {
        const struct flow_origin *from = &net->origins[i];
        const double people = fmax(0, from->people - waiting[from->node]) * row->part;
        origins[i] = (struct flow_origin){ .node = from->node,
                                           .people = fmax(nobody, people * net->compliance) };
        origins[count + i] =
            (struct flow_origin){ .node = from->node,
                                  .people = fmax(nobody, people * (1 - net->compliance)),
                                  .unguided = true };
    }
    return origins;
}

/* When everyone would be out if everyone followed. */
static double clearance_s(struct flow_problem problem, struct arena *arena, uint32_t places)
{
    struct flow_origin *origins =
        arena_copy(arena, problem.origins, problem.origin_count * sizeof *origins);
    for (uint32_t i = 0; i < places; i++)
        origins[i].people += origins[places + i].people;
    struct flow_plan plan;
    problem.origins = origins;
    problem.origin_count = places;
    flow_solve(&problem, &plan);
    const double cleared_s = plan.clearance_s;
    flow_plan_fini(&plan);
    return cleared_s;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static const struct split *present(const struct network *net, const struct purpose_row *row,
                                   uint32_t origin)
{
    const uint32_t place = net->origins[origin].node;
    return &net->job->splits[place * PURPOSE_COUNT + (uint32_t)row->purpose - 1];
}

/* The plan in force as given shares: what would happen if it stayed. */
static double *present_shares(const struct network *net, const struct purpose_row *row,
                              const struct choice *choice)
{
    double *given =
        arena_array(net->arena, 2 * (size_t)net->origin_count * choice->count, sizeof *given);
    for (uint32_t o = 0; o < net->origin_count; o++) {
        const struct split *split = present(net, row, o);
        for (uint32_t i = 0; i < split->count; i++)
            for (uint32_t d = 0; d < choice->count; d++)
                if (choice->index[d] == split->destination[i])
                    given[(size_t)o * choice->count + d] =
                        split->share_milli[i] / (double)SHARE_WHOLE_MILLI;
    }
    return given;
}

/* What operators say, for the solver. */
static void lay_rules(const struct network *net, const struct purpose_row *row,
                      const struct choice *choice, struct flow_problem *problem)
{
    const size_t cells = (size_t)net->places * choice->count;
    double *fixed = NULL;
    bool *barred = NULL;
    for (uint32_t place = 0; net->rules && place < net->places; place++) {
        const struct override *rule = rule_for(net->rules, place, row->purpose);
        if (!rule)
            continue;
        if (!barred) {
            fixed = arena_array(net->arena, cells, sizeof *fixed);
            barred = arena_array(net->arena, cells, sizeof *barred);
        }
        for (uint32_t d = 0; d < choice->count; d++) {
            const size_t cell = (size_t)place * choice->count + d;
            barred[cell] = !override_allows(rule, choice->index[d]);
            for (uint32_t i = 0; rule->kind == OVERRIDE_FIXED && i < rule->count; i++)
                if (rule->destination[i] == choice->index[d])
                    fixed[cell] = rule->share_milli[i] / (double)SHARE_WHOLE_MILLI;
        }
    }
    problem->fixed_share = fixed;
    problem->barred = barred;
}

static uint32_t whole_seconds(double seconds)
{
    return seconds >= UINT32_MAX ? UINT32_MAX : (uint32_t)ceil(seconds);
}

/* Which destinations a split names: the largest that are allowed, as many as it has room for. */
static uint32_t kept(const double *people, const struct choice *choice, const struct override *rule,
                     bool *keep)
{
    uint32_t kept_count = 0;
    memset(keep, 0, choice->count * sizeof *keep);
    while (kept_count < SPLIT_DESTINATIONS) {
        uint32_t best = FLOW_NONE;
        for (uint32_t d = 0; d < choice->count; d++)
            if (!keep[d] && people[d] > 0 && override_allows(rule, choice->index[d]) &&
                (best == FLOW_NONE || people[d] > people[best]))
                best = d;
        if (best == FLOW_NONE)
            break;
        keep[best] = true;
        kept_count++;
    }
    return kept_count;
}

/* Whole thousandths that total 1000: rounded down, the rest to the largest remainders. */
static void round_shares(struct proposed_split *split, const double *exact, double total)
{
    double rest[SPLIT_DESTINATIONS];
    uint32_t left = SHARE_WHOLE_MILLI;
    for (uint32_t i = 0; i < split->count; i++) {
        const double milli = exact[i] / total * SHARE_WHOLE_MILLI;
        split->share_milli[i] = (uint32_t)milli;
        rest[i] = milli - split->share_milli[i];
        left -= split->share_milli[i];
    }
    for (; left > 0; left--) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < split->count; i++)
            if (rest[i] > rest[best])
                best = i;
        split->share_milli[best]++;
        rest[best] = -1;
    }
}

/* A place's split is that of everyone who decides there: those who set out from it, and those who
 * come out of rows and stairs and look again. */
static void fill_split(struct proposed_split *split, const struct choice *choice,
                       const struct flow_plan *plan, const struct override *rule, uint32_t place,
                       bool *keep)
{
    const double *people = &plan->people[(size_t)place * choice->count];
    const uint32_t *next = &plan->next_node[(size_t)place * choice->count];
    double exact[SPLIT_DESTINATIONS], total = 0;
    if (kept(people, choice, rule, keep) == 0)
        return;
    for (uint32_t d = 0; d < choice->count; d++) {
        if (!keep[d])
            continue;
        exact[split->count] = people[d];
        total += people[d];
        split->destination[split->count] = choice->index[d];
        split->next_place[split->count] = next[d];
        split->count++;
    }
    round_shares(split, exact, total);
}

/* An operator has fixed it: the shares are given, and lead by the shortest ways. Nothing is said
 * where there is no way to any of them. */
static void fill_fixed(struct proposed_split *split, const struct network *net,
                       const struct choice *choice, const struct override *rule, uint32_t place)
{
    double *far_s = arena_array(net->arena, net->places, sizeof *far_s);
    uint32_t *next = arena_array(net->arena, net->places, sizeof *next);
    bool reached = false;
    for (uint32_t i = 0; i < rule->count; i++)
        for (uint32_t d = 0; d < choice->count; d++) {
            if (choice->index[d] != rule->destination[i])
                continue;
            const struct flow_destination *to = &choice->destinations[d];
            walkways_to(&net->ways, to->node, to->walk_s, far_s, next);
            reached = reached || far_s[place] < HUGE_VAL;
            split->destination[split->count] = rule->destination[i];
            split->share_milli[split->count] = rule->share_milli[i];
            split->next_place[split->count++] = next[place];
        }
    if (!reached)
        split->count = 0;
}

/* As a plan counts on them. */
static struct flow_destination *careful(const struct network *net, const struct choice *choice)
{
    struct flow_destination *gates =
        arena_copy(net->arena, choice->destinations, choice->count * sizeof *gates);
    for (uint32_t d = 0; d < choice->count; d++)
        gates[d].capacity_ps *= net->ways.gate_sure_part[choice->index[d]];
    return gates;
}

/* Those who leave for good go by shares that stand, because signs are to change little; those who
 * come back, where they are served first. Times are of those shares, as `stay`'s are of its own. */
static void plan_move(const struct network *net, const struct purpose_row *row,
                      const struct choice *choice, struct flow_problem problem,
                      struct flow_plan *move)
{
    struct flow_plan outcome;
    if (row->purpose != PURPOSE_EXIT) {
        flow_solve(&problem, move);
        return;
    }
    problem.destinations = careful(net, choice);
    flow_balance(&problem, move);
    problem.destinations = choice->destinations;
    double *given =
        arena_array(net->arena, 2 * (size_t)net->origin_count * choice->count, sizeof *given);
    memcpy(given, move->share, (size_t)net->origin_count * choice->count * sizeof *given);
    problem.fixed_share = NULL;
    problem.barred = NULL;
    problem.given_share = given;
    flow_solve(&problem, &outcome);
    memcpy(move->finish_s, outcome.finish_s, net->origin_count * sizeof *move->finish_s);
    flow_plan_fini(&outcome);
}

/* Fills the purpose's row of every origin in `out`; it stays empty where nothing can be reached. */
static void propose_purpose(struct network *net, const struct purpose_row *row,
                            struct proposed_split *out)
{
    struct planner_job *job = (struct planner_job *)net->job;
    struct choice choice = { 0 };
    choose(net, row, &choice);
    if (choice.count == 0)
        return;
    struct flow_problem problem = {
        .node_count = net->places,
        .links = net->ways.links,
        .link_count = net->ways.link_count,
        .destinations = choice.destinations,
        .destination_count = choice.count,
        .origins = demand(net, row, &choice),
        .origin_count = 2 * net->origin_count,
        .walk_cost = row->walk_cost,
        .last_look = net->last_look,
    };
    if (row->purpose == PURPOSE_EXIT && net->leaving > 0) {
        const struct flow_problem free = problem;
        lay_rules(net, row, &choice, &problem);
        job->clearance_s = whole_seconds(clearance_s(problem, net->arena, net->origin_count));
        if (problem.barred)
            job->free_clearance_s = whole_seconds(clearance_s(free, net->arena, net->origin_count));
    } else {
        lay_rules(net, row, &choice, &problem);
    }
    struct flow_plan move, stay;
    plan_move(net, row, &choice, problem, &move);
    problem.fixed_share = NULL;
    problem.barred = NULL;
    problem.given_share = present_shares(net, row, &choice);
    flow_solve(&problem, &stay);

    if (row->purpose == PURPOSE_EXIT && net->comply != NULL)
        job->seen_compliance_milli =
            comply_see(net->comply, job, &net->ways, net->arena, net->origins, net->origin_count,
                       &move.share[(size_t)net->origin_count * choice.count]);
    bool *keep = arena_array(net->arena, choice.count, sizeof *keep);
    for (uint32_t o = 0; o < net->origin_count; o++) {
        struct proposed_split *split = &out[o * PURPOSE_COUNT + (uint32_t)row->purpose - 1];
        const uint32_t place = net->origins[o].node;
        const struct override *rule = rule_for(net->rules, place, row->purpose);
        if (rule && rule->kind == OVERRIDE_FIXED)
            fill_fixed(split, net, &choice, rule, place);
        else
            fill_split(split, &choice, &move, rule, place, keep);
        if (split->count == 0)
            continue;
        split->origin = place;
        split->purpose = row->purpose;
        split->move_s = whole_seconds(move.finish_s[o]);
        split->stay_s = present(net, row, o)->count ? whole_seconds(stay.finish_s[o]) : UINT32_MAX;
    }
    flow_plan_fini(&move);
    flow_plan_fini(&stay);
}

static void open_network(struct network *net, struct planner_job *job)
{
    const uint32_t seen = job->compliance_milli;
    *net = (struct network){ .job = job, .arena = &job->arena };
    net->places = venue_places(job->venue);
    net->compliance = seen ? seen / 1000.0 : PLANNER_COMPLIANCE;
    walkways_init(&net->ways, job, net->arena);
    net->origins = walkways_people(job, net->arena, &net->origin_count, &net->leaving);
    build_looks(net);
    net->rules = rules_of(job, net->arena);
}

void propose(struct planner_job *job, struct comply *comply)
{
    struct network net;
    open_network(&net, job);
    net.comply = comply;
    prove(job, &net.ways, net.origins, net.origin_count);
    if (job->exact)
        return;
    /* The core wants them by origin, then by purpose, and without gaps. */
    const uint32_t most = net.origin_count * PURPOSE_COUNT;
    struct proposed_split *out = arena_array(&job->arena, most, sizeof *out);
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        propose_purpose(&net, &purposes[i], out);
    job->proposed_count = 0;
    for (uint32_t i = 0; i < most; i++)
        if (out[i].count > 0)
            out[job->proposed_count++] = out[i];
    job->proposed = out;
}
