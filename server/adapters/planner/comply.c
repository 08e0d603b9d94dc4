#include "server/adapters/planner/comply.h"

#include "server/adapters/planner/planner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Since the phase began, or since the ground was last as good as empty. */
struct comply {
    uint32_t gates, places, phase;
    uint32_t *people;           /* By place: at the last question. */
    double *followed, *nearest; /* By gate: who would have come, had all followed; had nobody. */
    uint64_t *out;              /* By gate: at the beginning. */
    double prior;               /* What was seen before. */
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
    free(c->people);
    free(c->followed);
    free(c->nearest);
    free(c->out);
    *c = (struct comply){ 0 };
}

void comply_destroy(struct comply *comply)
{
    if (comply != NULL)
        forget(comply);
    free(comply);
}

static void begin(struct comply *c, const struct planner_job *job)
{
    forget(c);
    *c = (struct comply){ .gates = job->venue->gate_count,
                          .places = venue_places(job->venue),
                          .phase = job->phase,
                          .prior = job->compliance_milli ? job->compliance_milli / 1000.0
                                                         : PLANNER_COMPLIANCE,
                          .begun = true };
    c->people = base_alloc(c->places * sizeof *c->people);
    c->followed = base_alloc(c->gates * sizeof *c->followed);
    c->nearest = base_alloc(c->gates * sizeof *c->nearest);
    c->out = base_alloc(c->gates * sizeof *c->out);
    memcpy(c->people, job->people, c->places * sizeof *c->people);
    for (uint32_t g = 0; g < c->gates; g++)
        c->out[g] = job->gate_out[g] + job->gate_waiting[g];
}

/* Who has left each block since, and where they would have gone. */
static void take_leavers(struct comply *c, const struct planner_job *job,
                         const struct flow_origin *origins, uint32_t origin_count,
                         const double *nearest)
{
    for (uint32_t o = 0; o < origin_count; o++) {
        const uint32_t place = origins[o].node;
        if (place < job->venue->zone_count || job->people[place] >= c->people[place])
            continue;
        const double gone = c->people[place] - job->people[place];
        const struct split *split = &job->splits[place * PURPOSE_COUNT + PURPOSE_EXIT - 1];
        if (split->count == 0)
            continue;
        for (uint32_t i = 0; i < split->count; i++)
            c->followed[split->destination[i]] += gone * split->share_milli[i] / SHARE_WHOLE_MILLI;
        for (uint32_t g = 0; g < c->gates; g++)
            c->nearest[g] += gone * nearest[(size_t)o * c->gates + g];
    }
    memcpy(c->people, job->people, c->places * sizeof *c->people);
}

static double total(const double *people, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += people[i];
    return sum;
}

/* Least squares along the line from one way to share out to the other. */
static uint32_t estimate(const struct comply *c, const struct planner_job *job)
{
    const double followed = total(c->followed, c->gates), nearest = total(c->nearest, c->gates);
    double came = 0, along = 0, distance = 0;
    for (uint32_t g = 0; g < c->gates; g++)
        came += fmax(0, (double)(job->gate_out[g] + job->gate_waiting[g]) - (double)c->out[g]);
    if (came < least_people || followed < least_people || nearest < least_people)
        return 0;
    for (uint32_t g = 0; g < c->gates; g++) {
        const double here =
            fmax(0, (double)(job->gate_out[g] + job->gate_waiting[g]) - (double)c->out[g]) / came;
        const double apart = c->followed[g] / followed - c->nearest[g] / nearest;
        along += (here - c->nearest[g] / nearest) * apart;
        distance += apart * apart;
    }
    if (distance < least_distance * least_distance)
        return 0;
    const double weight = came * fmin(1, distance / 0.02);
    const double part = (fmin(1, fmax(0, along / distance)) * weight + c->prior * prior_people) /
                        (weight + prior_people);
    return (uint32_t)lround(fmin(1000, fmax(1, part * 1000)));
}

uint32_t comply_see(struct comply *c, const struct planner_job *job,
                    const struct flow_origin *origins, uint32_t origin_count, const double *nearest)
{
    if (!job->gate_out)
        return 0;
    if (!c->begun || c->phase != job->phase || c->gates != job->venue->gate_count ||
        c->places != venue_places(job->venue)) {
        begin(c, job);
        return 0;
    }
    take_leavers(c, job, origins, origin_count, nearest);
    return estimate(c, job);
}
