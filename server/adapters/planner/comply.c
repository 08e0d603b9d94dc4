#include "server/adapters/planner/comply.h"

#include "server/adapters/planner/planner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Who is on the way, by when they should be there: so many bins of so many seconds; the last one is
 * of all who need longer. */
enum { WAY_BINS = 64, WAY_BIN_MS = 5000 };

/* One way to share out. */
struct expected {
    int64_t bin;    /* Of the clock; who should be there before it has come. */
    double *come;   /* By gate. */
    double *on_way; /* By [gate * WAY_BINS + bin % WAY_BINS]. */
};

/* Since the phase began. */
struct comply {
    uint32_t gates, places, phase;
    uint32_t *people;                  /* By place: the fewest that were there. */
    struct expected followed, nearest; /* Had all done as told; had nobody. */
    uint64_t *out;                     /* By gate: at the beginning. */
    double prior;                      /* What was seen before. */
    bool begun;
};

/* People; and who must have come out before anything is said. */
static const double prior_people = 150, least_people = 100;
/* Shares that differ by less (root of the sum of squares) do not tell one from the other. */
static const double least_distance = 0.05;

struct comply *comply_create(void)
{
    return base_alloc(sizeof(struct comply));
}

static void forget(struct comply *c)
{
    void *const lists[] = { c->people,       c->out,          c->followed.come, c->followed.on_way,
                            c->nearest.come, c->nearest.on_way };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]);
    *c = (struct comply){ 0 };
}

void comply_destroy(struct comply *comply)
{
    if (comply != NULL)
        forget(comply);
    free(comply);
}

static struct expected nobody_yet(uint32_t gates, int64_t now_ms)
{
    return (struct expected){
        .bin = now_ms / WAY_BIN_MS,
        .come = base_alloc(gates * sizeof(double)),
        .on_way = base_alloc((size_t)gates * WAY_BINS * sizeof(double)),
    };
}

static void begin(struct comply *c, const struct planner_job *job)
{
    forget(c);
    *c = (struct comply){ .gates = job->venue->gate_count,
                          .places = venue_places(job->venue),
                          .phase = job->phase,
                          .followed = nobody_yet(job->venue->gate_count, job->now_ms),
                          .nearest = nobody_yet(job->venue->gate_count, job->now_ms),
                          .prior = job->compliance_milli ? job->compliance_milli / 1000.0
                                                         : PLANNER_COMPLIANCE,
                          .begun = true };
    c->people = base_alloc(c->places * sizeof *c->people);
    c->out = base_alloc(c->gates * sizeof *c->out);
    memcpy(c->people, job->people, c->places * sizeof *c->people);
    for (uint32_t g = 0; g < c->gates; g++)
        c->out[g] = job->gate_out[g] + job->gate_waiting[g];
}

/* ---- Who should have come -------------------------------------------------------------------- */

static double total(const double *people, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += people[i];
    return sum;
}

/* Time passes for them until as many should have come as have: lines on stairs hold all up. */
static void catch_up(const struct comply *c, struct expected *e, double came, int64_t now_ms)
{
    for (; e->bin < now_ms / WAY_BIN_MS && total(e->come, c->gates) < came; e->bin++)
        for (uint32_t g = 0; g < c->gates; g++) {
            double *here = &e->on_way[g * WAY_BINS + (size_t)(e->bin % WAY_BINS)];
            e->come[g] += *here;
            *here = 0;
        }
}

static void set_out(struct expected *e, uint32_t gate, double people, double walk_s, int64_t now_ms)
{
    const int64_t there = now_ms / WAY_BIN_MS + (int64_t)fmin(walk_s * 1000 / WAY_BIN_MS, 1e6);
    const int64_t last = e->bin + WAY_BINS - 1;
    e->on_way[gate * WAY_BINS + (size_t)((there < last ? there : last) % WAY_BINS)] += people;
}

/* How long everybody walks to each gate, by [gate * places + place]. */
static double *all_walks(const struct comply *c, const struct walkways *ways, struct arena *arena)
{
    double *walk_s = arena_array(arena, (size_t)c->gates * c->places, sizeof *walk_s);
    uint32_t *next = arena_array(arena, c->places, sizeof *next);
    for (uint32_t g = 0; g < c->gates; g++)
        walkways_to(ways, ways->gates[g].node, ways->gates[g].walk_s, &walk_s[g * c->places],
                    next);
    return walk_s;
}

/* Who has left each block since there were least in it, and where they would have gone. */
static void take_leavers(struct comply *c, const struct planner_job *job,
                         const struct flow_origin *origins, uint32_t origin_count,
                         const double *nearest, const double *walk_s)
{
    for (uint32_t o = 0; o < origin_count; o++) {
        const uint32_t place = origins[o].node;
        if (place < job->venue->zone_count || job->people[place] >= c->people[place])
            continue;
        const double gone = c->people[place] - job->people[place];
        const struct split *split = &job->splits[place * PURPOSE_COUNT + PURPOSE_EXIT - 1];
        c->people[place] = job->people[place];
        if (split->count == 0)
            continue;
        for (uint32_t i = 0; i < split->count; i++) {
            const uint32_t g = split->destination[i];
            set_out(&c->followed, g, gone * split->share_milli[i] / SHARE_WHOLE_MILLI,
                    walk_s[g * c->places + place], job->now_ms);
        }
        for (uint32_t g = 0; g < c->gates; g++)
            set_out(&c->nearest, g, gone * nearest[(size_t)o * c->gates + g],
                    walk_s[g * c->places + place], job->now_ms);
    }
}

/* Who has come to each gate since. */
static double *seen(const struct comply *c, const struct planner_job *job, struct arena *arena)
{
    double *came = arena_array(arena, c->gates, sizeof *came);
    for (uint32_t g = 0; g < c->gates; g++)
        came[g] = fmax(0, (double)(job->gate_out[g] + job->gate_waiting[g]) - (double)c->out[g]);
    return came;
}

/* Least squares along the line from one way to share out to the other. */
static uint32_t estimate(const struct comply *c, const double *came)
{
    const double followed = total(c->followed.come, c->gates);
    const double nearest = total(c->nearest.come, c->gates), all = total(came, c->gates);
    double along = 0, distance = 0;
    if (all < least_people || followed < least_people || nearest < least_people)
        return 0;
    for (uint32_t g = 0; g < c->gates; g++) {
        const double near = c->nearest.come[g] / nearest;
        const double apart = c->followed.come[g] / followed - near;
        along += (came[g] / all - near) * apart;
        distance += apart * apart;
    }
    if (distance < least_distance * least_distance)
        return 0;
    const double weight = all * fmin(1, distance / 0.02);
    const double part = (fmin(1, fmax(0, along / distance)) * weight + c->prior * prior_people) /
                        (weight + prior_people);
    return (uint32_t)lround(fmin(1000, fmax(1, part * 1000)));
}

uint32_t comply_see(struct comply *c, const struct planner_job *job, const struct walkways *ways,
                    struct arena *arena, const struct flow_origin *origins, uint32_t origin_count,
                    const double *nearest)
{
    if (!job->gate_out)
        return 0;
    if (!c->begun || c->phase != job->phase || c->gates != job->venue->gate_count ||
        c->places != venue_places(job->venue)) {
        begin(c, job);
        return 0;
    }
    const double *came = seen(c, job, arena);
    catch_up(c, &c->followed, total(came, c->gates), job->now_ms);
    catch_up(c, &c->nearest, total(came, c->gates), job->now_ms);
    take_leavers(c, job, origins, origin_count, nearest, all_walks(c, ways, arena));
    return estimate(c, came);
}
