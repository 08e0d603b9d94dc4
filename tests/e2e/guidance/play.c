#include "tests/e2e/guidance/play.h"

#include "server/adapters/planner/planner.h"
#include "tests/e2e/guidance/service.h"
#include "tests/e2e/guidance/sight.h"
#include "tests/e2e/guidance/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_S = 3600 };

/* ---- Scenarios ------------------------------------------------------------------------------- */

static const char *stand_of(const struct venue *venue, uint32_t block)
{
    return venue->blocks[block].stand;
}

/* A stand at random, by one of its blocks. */
static const char *some_stand(const struct venue *venue, struct dice *dice)
{
    return stand_of(venue, (uint32_t)draw(dice, 0, venue->block_count));
}

struct plot {
    enum kind kind;
    uint32_t shut[3], shut_count, shut_at_s; /* Destinations. */
    uint32_t blocked;                        /* Opening; UINT32_MAX: none. */
};

static void fill(struct world *w, struct plot *plot, struct dice *variant, struct dice *seed)
{
    const struct venue *venue = w->venue;
    const char *stand = some_stand(venue, variant);
    const double others = draw(variant, 0.1, 0.4), minutes = draw(variant, 0.5, 2);
    const uint32_t later_s = (uint32_t)draw(variant, 60, 110);
    for (uint32_t b = 0; b < venue->block_count; b++) {
        const bool chosen = strcmp(stand, stand_of(venue, b)) == 0;
        double part = plot->kind == UNBALANCED ? (chosen ? 1 : others) : 0.9;
        part *= plot->kind == HALF_TIME ? 0.3 : 1;
        const uint32_t from_s = plot->kind == ONE_SIDED && !chosen ? later_s : 1;
        world_put(w, venue->zone_count + b,
                  floor(venue->blocks[b].seats * part * draw(seed, 0.9, 1)), from_s,
                  from_s + (uint32_t)(60 * minutes));
    }
}

/* An end of stairs at random. */
static uint32_t some_stair(const struct venue *venue, struct dice *dice)
{
    uint32_t ends[64], count = 0;
    for (uint32_t i = 0; i < venue->opening_count && count < 64; i++) {
        const uint32_t a = venue->openings[i].place_a, b = venue->openings[i].place_b;
        if ((a < venue->zone_count && venue->zones[a].kind == ZONE_STAIRS) ||
            (b < venue->zone_count && venue->zones[b].kind == ZONE_STAIRS))
            ends[count++] = i;
    }
    return ends[(uint32_t)draw(dice, 0, count)];
}

static void hinder(struct world *w, struct plot *plot, struct dice *variant)
{
    plot->shut_at_s = 15;
    if (plot->kind == BLOCKED)
        plot->blocked = some_stair(w->venue, variant);
    if (plot->kind == CLOSED) {
        plot->shut_count = 1 + (draw(variant, 0, 1) < 0.4);
        for (uint32_t i = 0; i < plot->shut_count; i++)
            plot->shut[i] = (uint32_t)draw(variant, 0, w->destinations);
    }
}

/* What is there at the end is there from the beginning. */
static struct flow_expanded best_of(struct world *w, const struct plot *plot)
{
    for (uint32_t i = 0; i < plot->shut_count; i++)
        w->passages[w->serving[plot->shut[i]]].closed = true;
    world_bar(w, plot->blocked, true);
    const struct flow_expanded best = world_best(w);
    world_bar(w, plot->blocked, false);
    for (uint32_t i = 0; i < plot->shut_count; i++)
        w->passages[w->serving[plot->shut[i]]].closed = false;
    return best;
}

/* ---- A run ----------------------------------------------------------------------------------- */

static void shut(struct service *service, struct world *w, uint32_t destination)
{
    struct command command = { .kind = COMMAND_SET_GATE };
    command.as.set_gate.gate = w->index[destination];
    command.as.set_gate.mode = GATE_CLOSED;
    w->passages[w->serving[destination]].closed = true;
    service_do(service, command);
    world_shut(w, destination, service_splits(service));
}

static void block(struct service *service, struct world *w, uint32_t opening)
{
    struct command command = { .kind = COMMAND_SET_OPENING };
    command.as.set_opening.opening = opening;
    command.as.set_opening.mode = GATE_CLOSED;
    service_do(service, command);
    world_block(w, opening, service_splits(service));
}

/* Two gates of some grounds let fewer people out. */
static void slow_gates(struct gate *gates, uint32_t count, struct dice *variant)
{
    for (int i = 0; i < 2; i++) {
        struct gate *gate = &gates[(uint32_t)draw(variant, 0, count)];
        gate->exit_limited = 1;
        gate->exit_capacity_milli_ppm =
            (uint32_t)(gate->exit_capacity_milli_ppm * draw(variant, 0.4, 0.7));
    }
}

/* What the plot has for this second. */
static void happen(struct service *service, struct world *w, const struct plot *plot)
{
    if (w->now_s != plot->shut_at_s)
        return;
    for (uint32_t i = 0; i < plot->shut_count; i++)
        if (!w->passages[w->serving[plot->shut[i]]].closed)
            shut(service, w, plot->shut[i]);
    if (plot->blocked != UINT32_MAX)
        block(service, w, plot->blocked);
}

/* The least of `least` and the part of the best that is out now. */
static double early(const struct world *w, const struct flow_expanded *best, double least)
{
    if (w->served < 0.1 * w->everybody || w->now_s == 0 || best->out_count == 0)
        return least;
    const uint32_t at = w->now_s - 1 < best->out_count ? w->now_s - 1 : best->out_count - 1;
    return best->out[at] > 0 ? fmin(least, w->served / best->out[at]) : least;
}

static void run(struct service *service, struct world *world, const struct plot *plot,
                const struct flow_expanded *best, struct sights *sights, struct dice *seed,
                struct outcome *outcome)
{
    /* Everybody sits, and is seen, before it begins. */
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = sights_first(sights, seed);
    service_do(service, command);
    service->now_ms += 60000;
    service_phase(service, plot->kind == HALF_TIME ? PHASE_BREAK : PHASE_EGRESS);
    outcome->early = 1;
    while (world->served < 0.98 * world->everybody && world->now_s < LIMIT_S) {
        happen(service, world, plot);
        command.as.tick = sights_look(sights, seed);
        service_do(service, command);
        world_step(world, service_splits(service));
        service->now_ms += 1000;
        outcome->early = early(world, best, outcome->early);
    }
    outcome->cleared_s = world->now_s;
    outcome->most_moves = service->most_moves;
    outcome->turned = world->moved_late / world->everybody;
    outcome->estimate = stadium_plan(service->stadium)->compliance_milli / 1000.0;
}

struct outcome play(const struct venue *all_venue, enum kind kind, uint32_t variant_number,
                    uint64_t seed_number, const struct manner *manner)
{
    struct dice variant = { 77 + 1000 * (uint64_t)kind + variant_number };
    struct dice seed = { seed_number * 7919 + 13 };
    for (int i = 0; i < 8; i++) {
        draw(&variant, 0, 1);
        draw(&seed, 0, 1);
    }
    struct venue venue = *all_venue;
    struct gate *gates = malloc(venue.gate_count * sizeof *gates);
    memcpy(gates, venue.gates, venue.gate_count * sizeof *gates);
    venue.gates = gates;
    if (kind == SLOW)
        slow_gates(gates, venue.gate_count, &variant);
    struct service service;
    service_open(&service, &venue,
                 manner->by_threshold ? threshold_planner_open(false)
                                      : flow_planner_open(
                                            false, (uint32_t)(manner->known_compliance * 1000)));
    struct arena arena = { 0 };
    struct walkways ways;
    struct world world;
    struct plot plot = { .kind = kind, .blocked = UINT32_MAX };
    bool open[WORLD_DESTINATIONS];
    memset(open, 1, sizeof open);
    const struct planner_job job = { .venue = &venue, .gate_open = open };
    walkways_init(&ways, &job, &arena);
    world_init(&world, &job, &ways, kind == HALF_TIME ? PURPOSE_TOILETS : PURPOSE_EXIT);
    world.compliance = manner->compliance;
    hinder(&world, &plot, &variant);
    fill(&world, &plot, &variant, &seed);
    struct flow_expanded best = { 0 };
    if (!manner->by_threshold)
        best = best_of(&world, &plot);
    struct outcome outcome = { .best_s = best.clearance_s };
    struct sights *sights = sights_open(&world, manner->noise, manner->late_s);
    run(&service, &world, &plot, &best, sights, &seed, &outcome);
    sights_close(sights);
    flow_expanded_fini(&best);
    world_fini(&world);
    service_close(&service);
    arena_fini(&arena);
    free(gates);
    return outcome;
}
