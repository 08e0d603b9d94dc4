#include "sim/flow/uncross.h"

#include "sim/flow/problem.h"

#include <string.h>

/* Sweeps over all links; each leaves less, and mostly the second finds nothing. */
enum { SWEEPS = 8 };
/* Fewer are not worth a sign. */
static const double least_people = 1;
/* Of a person. */
static const double rounding = 1e-6;

/* ---- Parts ----------------------------------------------------------------------------------- */

static uint32_t *add_links(struct flow_crowd *crowd, uint32_t count)
{
    if (crowd->link_room - crowd->link_count < count) {
        crowd->link_room = 2 * crowd->link_room + count + 8192;
        crowd->links =
            flow_wider(crowd->links, crowd->link_count, crowd->link_room, sizeof *crowd->links);
    }
    crowd->link_count += count;
    return crowd->links + crowd->link_count - count;
}

static void add_part(struct flow_crowd *crowd, struct flow_part part)
{
    if (crowd->part_count == crowd->part_room) {
        crowd->part_room = crowd->part_room ? 2 * crowd->part_room : 1024;
        crowd->parts =
            flow_wider(crowd->parts, crowd->part_count, crowd->part_room, sizeof *crowd->parts);
    }
    crowd->parts[crowd->part_count++] = part;
}

uint32_t *flow_crowd_add(struct flow_crowd *crowd, struct flow_part part)
{
    part.first = crowd->link_count;
    add_part(crowd, part);
    return add_links(crowd, part.count);
}

void flow_crowd_fini(struct flow_crowd *crowd)
{
    free(crowd->parts);
    free(crowd->links);
    *crowd = (struct flow_crowd){ 0 };
}

/* ---- One exchange ---------------------------------------------------------------------------- */

struct uncrossing {
    const struct flow_problem *problem;
    const double *until_s;
    struct flow_crowd *crowd;
    /* By link as it is walked: from where on in `who` they are who walked it as the sweep began. */
    uint32_t *first;
    uint32_t *who;
    uint32_t *way, *other; /* Room for a way each: no place comes twice. */
};

/* Where on the part's way the link is; its count: it is not. */
static uint32_t position(const struct flow_crowd *crowd, const struct flow_part *part,
                         uint32_t walked)
{
    uint32_t i = 0;
    while (i < part->count && crowd->links[part->first + i] != walked)
        i++;
    return i;
}

/* Adds a link to a way; where that comes back to a place, the way round is left out. */
static uint32_t go(const struct uncrossing *u, uint32_t *way, uint32_t count, uint32_t walked)
{
    const uint32_t to = flow_walked_to(u->problem, walked);
    for (uint32_t i = 0; i < count; i++)
        if (flow_walked_from(u->problem, way[i]) == to)
            return i;
    way[count] = walked;
    return count + 1;
}

/* The first links of one part's way and then another's, from a link on. */
static uint32_t join_ways(const struct uncrossing *u, const struct flow_part *head,
                          uint32_t head_count, const struct flow_part *tail, uint32_t tail_first,
                          uint32_t *way)
{
    const uint32_t *links = u->crowd->links;
    uint32_t count = 0;
    for (uint32_t i = 0; i < head_count; i++)
        count = go(u, way, count, links[head->first + i]);
    for (uint32_t i = tail_first; i < tail->count; i++)
        count = go(u, way, count, links[tail->first + i]);
    return count;
}

static bool in_time(const struct uncrossing *u, double release_s, const uint32_t *way,
                    uint32_t count, uint32_t destination)
{
    double at_s = release_s + u->problem->destinations[destination].walk_s;
    for (uint32_t i = 0; i < count; i++)
        at_s += u->problem->links[way[i] / 2].walk_s;
    return at_s <= u->until_s[destination];
}

/* So many of the part go that way; the others on as they did. */
static void redirect(struct flow_crowd *crowd, uint32_t index, double people, const uint32_t *way,
                     uint32_t count, uint32_t destination)
{
    struct flow_part part = crowd->parts[index];
    part.people = people;
    part.destination = destination;
    part.first = crowd->link_count;
    part.count = count;
    if (count > 0)
        memcpy(add_links(crowd, count), way, count * sizeof *way);
    crowd->parts[index].people -= people;
    if (crowd->parts[index].people > rounding)
        add_part(crowd, part);
    else
        crowd->parts[index] = part;
}

/* As many of both as both have, if they are in time. */
static void exchange(struct uncrossing *u, uint32_t a, uint32_t b, uint32_t walked)
{
    struct flow_crowd *crowd = u->crowd;
    const struct flow_part one = crowd->parts[a], two = crowd->parts[b];
    const uint32_t at_one = position(crowd, &one, walked);
    const uint32_t at_two = position(crowd, &two, walked ^ 1);
    const uint32_t one_count = join_ways(u, &one, at_one, &two, at_two + 1, u->way);
    const uint32_t two_count = join_ways(u, &two, at_two, &one, at_one + 1, u->other);
    if (!in_time(u, one.release_s, u->way, one_count, two.destination) ||
        !in_time(u, two.release_s, u->other, two_count, one.destination))
        return;
    const double people = flow_min(one.people, two.people);
    redirect(crowd, a, people, u->way, one_count, two.destination);
    redirect(crowd, b, people, u->other, two_count, one.destination);
}

/* ---- All of them ----------------------------------------------------------------------------- */

/* Who walks which link as a sweep begins. */
static void index_crowd(struct uncrossing *u)
{
    const struct flow_crowd *crowd = u->crowd;
    const size_t walks = 2 * (size_t)u->problem->link_count;
    memset(u->first, 0, (walks + 1) * sizeof *u->first);
    for (uint32_t p = 0; p < crowd->part_count; p++) {
        const struct flow_part *part = &crowd->parts[p];
        for (uint32_t i = 0; i < part->count && !part->fixed; i++)
            u->first[crowd->links[part->first + i]]++;
    }
    uint32_t end = 0;
    for (size_t i = 0; i < walks; i++)
        u->first[i] = end += u->first[i];
    u->first[walks] = end;
    free(u->who);
    u->who = flow_zeroed(end, sizeof *u->who);
    /* From behind: every row is filled down to its beginning, and is in the order of parts. */
    for (uint32_t p = crowd->part_count; p-- > 0;) {
        const struct flow_part *part = &crowd->parts[p];
        for (uint32_t i = 0; i < part->count && !part->fixed; i++)
            u->who[--u->first[crowd->links[part->first + i]]] = p;
    }
}

static bool walks(const struct uncrossing *u, uint32_t part, uint32_t walked)
{
    const struct flow_part *p = &u->crowd->parts[part];
    return position(u->crowd, p, walked) < p->count;
}

static double people_on(const struct uncrossing *u, uint32_t walked)
{
    double people = 0;
    for (uint32_t i = u->first[walked]; i < u->first[walked + 1]; i++)
        if (walks(u, u->who[i], walked))
            people += u->crowd->parts[u->who[i]].people;
    return people;
}

/* False: nobody meets there. */
static bool uncross_link(struct uncrossing *u, uint32_t walked)
{
    const uint32_t back = walked ^ 1;
    if (people_on(u, walked) < least_people || people_on(u, back) < least_people)
        return false;
    for (uint32_t i = u->first[walked]; i < u->first[walked + 1]; i++)
        for (uint32_t k = u->first[back];
             k < u->first[back + 1] && walks(u, u->who[i], walked); k++)
            if (walks(u, u->who[k], back))
                exchange(u, u->who[i], u->who[k], walked);
    return true;
}

void flow_uncross(const struct flow_problem *problem, const double *until_s,
                  struct flow_crowd *crowd)
{
    struct uncrossing u = {
        .problem = problem,
        .until_s = until_s,
        .crowd = crowd,
        .first = flow_zeroed(2 * (size_t)problem->link_count + 1, sizeof *u.first),
        .way = flow_zeroed(problem->node_count, sizeof *u.way),
        .other = flow_zeroed(problem->node_count, sizeof *u.other),
    };
    bool met = true;
    for (int sweep = 0; met && sweep < SWEEPS; sweep++) {
        met = false;
        index_crowd(&u);
        for (uint32_t link = 0; link < problem->link_count; link++)
            met |= uncross_link(&u, 2 * link);
    }
    free(u.first);
    free(u.who);
    free(u.way);
    free(u.other);
}
