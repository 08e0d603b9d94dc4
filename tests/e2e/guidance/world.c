#include "tests/e2e/guidance/world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    assert(memory);
    return memory;
}

static size_t kinds(const struct world *w)
{
    return (size_t)MINDS * w->destinations;
}

static double *stock_of(const struct world *w, uint32_t passage)
{
    return &w->stock[passage * kinds(w)];
}

static double *walking_to(const struct world *w, uint32_t at_s, uint32_t passage)
{
    return &w->walking[((size_t)(at_s % WORLD_WALK_S) * w->passage_count + passage) * kinds(w)];
}

/* ---- The ground ------------------------------------------------------------------------------ */

static uint32_t whole(double seconds)
{
    const long s = lround(seconds);
    return s < 1 ? 1 : s >= WORLD_WALK_S ? WORLD_WALK_S - 1 : (uint32_t)s;
}

static void add(struct world *w, struct way_on passage)
{
    w->passages[w->passage_count++] = passage;
}

static void serve(struct world *w, uint32_t index, const struct flow_destination *at)
{
    const uint32_t d = w->destinations++;
    assert(d < WORLD_DESTINATIONS);
    w->index[d] = index;
    w->serving[d] = w->passage_count;
    add(w, (struct way_on){ .from = at->node,
                            .to = UINT32_MAX,
                            .walk_s = whole(at->walk_s),
                            .room_ps = at->capacity_ps,
                            .opening = UINT32_MAX,
                            .serves = d,
                            .closed = at->closed });
}

/* Shortest ways to one destination, gates that are shut included: people do not know. */
static void find_way(struct world *w, uint32_t d)
{
    double *far = &w->distance[(size_t)d * w->places];
    uint32_t *way = &w->way[(size_t)d * w->places];
    for (uint32_t p = 0; p < w->places; p++) {
        far[p] = HUGE_VAL;
        way[p] = UINT32_MAX;
    }
    const struct way_on *last = &w->passages[w->serving[d]];
    far[last->from] = last->walk_s;
    way[last->from] = w->serving[d];
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < w->passage_count; i++) {
            const struct way_on *p = &w->passages[i];
            if (p->serves == UINT32_MAX && !p->closed && far[p->to] + p->walk_s < far[p->from]) {
                far[p->from] = far[p->to] + p->walk_s;
                way[p->from] = i;
                more = true;
            }
        }
    }
}

void world_init(struct world *w, const struct planner_job *job, const struct walkways *ways,
                enum purpose purpose)
{
    const struct venue *venue = job->venue;
    *w = (struct world){ .venue = venue, .purpose = purpose, .places = ways->places };
    w->passages = zeroed(2 * (size_t)ways->link_count + venue->gate_count + venue->facility_count,
                         sizeof *w->passages);
    for (uint32_t i = 0; i < ways->link_count; i++) {
        const struct flow_link *l = &ways->links[i];
        struct way_on p = { l->node_a,      l->node_b,        whole(l->walk_s),
                            l->capacity_ps, ways->opening[i], UINT32_MAX,
                            false };
        add(w, p);
        p.from = l->node_b;
        p.to = l->node_a;
        if (!l->one_way)
            add(w, p);
    }
    for (uint32_t g = 0; purpose == PURPOSE_EXIT && g < venue->gate_count; g++)
        serve(w, g, &ways->gates[g]);
    const uint32_t kind = purpose == PURPOSE_FOOD ? FACILITY_FOOD : FACILITY_TOILETS;
    for (uint32_t i = 0; purpose != PURPOSE_EXIT && i < venue->link_count; i++) {
        const struct link *link = &venue->links[i];
        if (link->kind != LINK_FACILITY || venue->facilities[link->index].kind != kind)
            continue;
        const struct facility *f = &venue->facilities[link->index];
        serve(w, link->index,
              &(struct flow_destination){ .node = f->zone,
                                          .walk_s = link->walk_ms / 1000.0,
                                          .capacity_ps = 1000.0 * f->servers / f->service_ms });
    }
    w->unborn = zeroed(w->places, sizeof *w->unborn);
    w->sets_out = zeroed(w->places, sizeof *w->sets_out);
    w->starts_s = zeroed(w->places, sizeof *w->starts_s);
    w->stock = zeroed(w->passage_count * kinds(w), sizeof *w->stock);
    w->walking = zeroed(WORLD_WALK_S * w->passage_count * kinds(w), sizeof *w->walking);
    w->distance = zeroed((size_t)w->destinations * w->places, sizeof *w->distance);
    w->way = zeroed((size_t)w->destinations * w->places, sizeof *w->way);
    w->served_by = zeroed(w->destinations, sizeof *w->served_by);
    w->compliance = 1;
    for (uint32_t d = 0; d < w->destinations; d++)
        find_way(w, d);
}

void world_fini(struct world *w)
{
    free(w->passages);
    free(w->unborn);
    free(w->sets_out);
    free(w->starts_s);
    free(w->stock);
    free(w->walking);
    free(w->distance);
    free(w->way);
    free(w->served_by);
}

void world_put(struct world *w, uint32_t place, double people, uint32_t from_s, uint32_t to_s)
{
    w->unborn[place] = people;
    w->sets_out[place] = people / (to_s - from_s);
    w->starts_s[place] = from_s;
    w->everybody += people;
}

/* ---- Going ----------------------------------------------------------------------------------- */

static uint32_t nearest(const struct world *w, uint32_t place)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t d = 0; d < w->destinations; d++) {
        const double far = w->distance[(size_t)d * w->places + place];
        const bool shut = w->passages[w->serving[d]].closed;
        if (!shut && far < HUGE_VAL &&
            (best == UINT32_MAX || far < w->distance[(size_t)best * w->places + place]))
            best = d;
    }
    return best;
}

/* Joins the line for the next passage to destination d; `by`: over that place, if it is next. */
static void line_up(struct world *w, uint32_t place, uint32_t d, enum mind mind, uint32_t by,
                    double people)
{
    uint32_t passage = w->way[(size_t)d * w->places + place];
    for (uint32_t i = 0; by != place && i < w->passage_count; i++)
        if (w->passages[i].from == place && w->passages[i].to == by && !w->passages[i].closed &&
            w->distance[(size_t)d * w->places + by] < HUGE_VAL)
            passage = i;
    if (passage != UINT32_MAX)
        stock_of(w, passage)[mind * w->destinations + d] += people;
}

static void decide(struct world *w, uint32_t place, const struct split *splits, double people)
{
    const struct split *split = &splits[place * PURPOSE_COUNT + (uint32_t)w->purpose - 1];
    const bool last = place < w->venue->zone_count && w->venue->zones[place].kind == ZONE_CONCOURSE;
    const enum mind mind = last ? MIND_SETTLED : MIND_LOOKING;
    for (uint32_t i = 0; i < split->count; i++)
        for (uint32_t d = 0; d < w->destinations; d++)
            if (w->index[d] == split->destination[i])
                line_up(w, place, d, mind, split->next_place[i],
                        people * split->share_milli[i] / SHARE_WHOLE_MILLI);
    if (split->count == 0 && nearest(w, place) != UINT32_MAX)
        line_up(w, place, nearest(w, place), mind, place, people);
}

/* Comes to a place on the way. Who finds the gate shut goes on from there. */
static void come(struct world *w, uint32_t place, uint32_t d, enum mind mind,
                 const struct split *splits, double people)
{
    const bool there = w->passages[w->serving[d]].from == place;
    if (mind == MIND_LOOKING || (mind == MIND_SETTLED && w->known_shut[d]))
        decide(w, place, splits, people);
    else if (mind == MIND_DEAF && there && w->passages[w->serving[d]].closed &&
             nearest(w, place) != UINT32_MAX)
        line_up(w, place, nearest(w, place), mind, place, people);
    else
        line_up(w, place, d, mind, place, people);
}

static void set_out(struct world *w, const struct split *splits)
{
    for (uint32_t p = 0; p < w->places; p++) {
        if (w->now_s < w->starts_s[p] || !(w->unborn[p] > 0))
            continue;
        const double people = fmin(w->unborn[p], w->sets_out[p]);
        w->unborn[p] -= people;
        decide(w, p, splits, people * w->compliance);
        if (nearest(w, p) != UINT32_MAX)
            line_up(w, p, nearest(w, p), MIND_DEAF, p, people * (1 - w->compliance));
    }
}

static void arrive(struct world *w, const struct split *splits)
{
    for (uint32_t i = 0; i < w->passage_count; i++) {
        const struct way_on *p = &w->passages[i];
        double *row = walking_to(w, w->now_s, i);
        for (size_t k = 0; k < kinds(w); k++) {
            const double people = row[k];
            row[k] = 0;
            if (!(people > 0))
                continue;
            if (p->serves != UINT32_MAX) {
                w->served += people;
                w->served_by[p->serves] += people;
            } else {
                come(w, p->to, (uint32_t)(k % w->destinations), (enum mind)(k / w->destinations),
                     splits, people);
            }
        }
    }
}

/* Whoever waits passes in proportion. */
static void pass(struct world *w)
{
    for (uint32_t i = 0; i < w->passage_count; i++) {
        const struct way_on *p = &w->passages[i];
        double *row = stock_of(w, i), wait = 0;
        for (size_t k = 0; k < kinds(w); k++)
            wait += row[k];
        if (!(wait > 0) || p->closed)
            continue;
        const double part = fmin(1, p->room_ps / wait);
        double *to = walking_to(w, w->now_s + p->walk_s, i);
        for (size_t k = 0; k < kinds(w); k++) {
            to[k] += row[k] * part;
            row[k] -= row[k] * part;
        }
    }
}

void world_step(struct world *w, const struct split *splits)
{
    arrive(w, splits);
    set_out(w, splits);
    pass(w);
    w->now_s++;
}

/* Those who wait look again, when `destination` is theirs or (UINT32_MAX) when `passage` is. */
static void turn(struct world *w, uint32_t destination, uint32_t passage,
                 const struct split *splits)
{
    for (uint32_t i = 0; i < w->passage_count; i++)
        for (size_t k = 0; k < kinds(w); k++) {
            const double people = stock_of(w, i)[k];
            const uint32_t d = (uint32_t)(k % w->destinations);
            if (!(people > 0) || (destination != UINT32_MAX ? d != destination : i != passage) ||
                (k / w->destinations == MIND_DEAF && destination != UINT32_MAX &&
                 w->serving[d] != i))
                continue;
            stock_of(w, i)[k] = 0;
            w->moved_late += people;
            if (k / w->destinations == MIND_DEAF)
                come(w, w->passages[i].from, d, MIND_DEAF, splits, people);
            else
                decide(w, w->passages[i].from, splits, people);
        }
}

void world_shut(struct world *w, uint32_t destination, const struct split *splits)
{
    w->passages[w->serving[destination]].closed = true;
    w->known_shut[destination] = true;
    turn(w, destination, UINT32_MAX, splits);
}

void world_bar(struct world *w, uint32_t opening, bool closed)
{
    for (uint32_t i = 0; i < w->passage_count; i++)
        if (opening != UINT32_MAX && w->passages[i].opening == opening)
            w->passages[i].closed = closed;
}

void world_block(struct world *w, uint32_t opening, const struct split *splits)
{
    world_bar(w, opening, true);
    for (uint32_t d = 0; d < w->destinations; d++)
        find_way(w, d);
    for (uint32_t i = 0; i < w->passage_count; i++)
        if (w->passages[i].opening == opening)
            turn(w, UINT32_MAX, i, splits);
}

/* ---- Seen ------------------------------------------------------------------------------------ */

/* Whoever is more than half-way is at the next place. */
void world_count(const struct world *w, double *people)
{
    memcpy(people, w->unborn, w->places * sizeof *people);
    for (uint32_t i = 0; i < w->passage_count; i++) {
        const struct way_on *p = &w->passages[i];
        for (size_t k = 0; k < kinds(w); k++)
            people[p->from] += stock_of(w, i)[k];
        for (uint32_t s = 0; s < p->walk_s; s++) {
            const bool near = p->serves == UINT32_MAX && 2 * s < p->walk_s;
            const double *row = walking_to(w, w->now_s + s, i);
            for (size_t k = 0; k < kinds(w); k++)
                people[near ? p->to : p->from] += row[k];
        }
    }
}

double world_waiting(const struct world *w, uint32_t destination)
{
    double people = 0;
    for (size_t k = 0; k < kinds(w); k++)
        people += stock_of(w, w->serving[destination])[k];
    return people;
}

/* ---- The best there is ----------------------------------------------------------------------- */

/* Who sets out later than the first is a walk away in places of their own. */
struct flow_expanded world_best(const struct world *w)
{
    enum { CHUNKS = 20 };
    struct flow_link *links = zeroed(w->passage_count + w->places, sizeof *links);
    struct flow_destination *doors = zeroed(w->destinations, sizeof *doors);
    struct flow_origin *origins = zeroed(w->places, sizeof *origins);
    double release_s[CHUNKS], longest_s = 0;
    uint32_t link_count = 0, origin_count = 0;
    for (uint32_t i = 0; i < w->passage_count; i++) {
        const struct way_on *p = &w->passages[i];
        if (p->serves != UINT32_MAX)
            doors[p->serves] = (struct flow_destination){
                .node = p->from, .walk_s = p->walk_s, .capacity_ps = p->room_ps, .closed = p->closed
            };
        else if (!p->closed)
            links[link_count++] = (struct flow_link){ .node_a = p->from,
                                                      .node_b = p->to,
                                                      .walk_s = p->walk_s,
                                                      .capacity_ps = p->room_ps,
                                                      .one_way = true };
    }
    for (uint32_t p = 0; p < w->places; p++) {
        if (!(w->unborn[p] > 0))
            continue;
        longest_s = fmax(longest_s, w->unborn[p] / w->sets_out[p]);
        links[link_count++] = (struct flow_link){ .node_a = w->places + p,
                                                  .node_b = p,
                                                  .walk_s = w->starts_s[p],
                                                  .capacity_ps = 1e6,
                                                  .one_way = true };
        origins[origin_count++] = (struct flow_origin){ w->places + p, w->unborn[p], false };
    }
    for (uint32_t c = 0; c < CHUNKS; c++)
        release_s[c] = longest_s * (c + 0.5) / CHUNKS;
    const struct flow_problem problem = { .node_count = 2 * w->places,
                                          .links = links,
                                          .link_count = link_count,
                                          .destinations = doors,
                                          .destination_count = w->destinations,
                                          .origins = origins,
                                          .origin_count = origin_count,
                                          .release_s = release_s,
                                          .chunks = CHUNKS };
    struct flow_expanded best;
    const bool good = flow_expand(&problem, NULL, &best);
    assert(good);
    (void)good;
    free(links);
    free(doors);
    free(origins);
    return best;
}
