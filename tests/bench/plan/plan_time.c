/*
 * How long a plan takes on the planner's own thread, for a ground that is full when everybody is to
 * leave: the plan itself, and then the exact T*fit.
 *
 *     plan_time VENUE.geojson  ->  ms of a plan, ms of the exact T*fit
 */
#include "clients/c/tifo.h"
#include "server/adapters/planner/planner.h"
#include "server/core/crowd.h"
#include "server/wire/venue.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct waiting {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool done;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void done(struct planner_job *job)
{
    struct waiting *waiting = job->ctx;
    pthread_mutex_lock(&waiting->mutex);
    waiting->done = true;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->mutex);
}

static double ask(struct planner *planner, struct planner_job *job)
{
    struct waiting *waiting = job->ctx;
    const double began_ms = now_ms();
    waiting->done = false;
    planner->ops->start(planner, job);
    pthread_mutex_lock(&waiting->mutex);
    while (!waiting->done)
        pthread_cond_wait(&waiting->changed, &waiting->mutex);
    pthread_mutex_unlock(&waiting->mutex);
    return now_ms() - began_ms;
}

/* Everybody sits; all gates are open, and there is no plan yet. */
static void pose(struct planner_job *job, const struct venue *venue, struct arena *arena)
{
    const uint32_t places = venue_places(venue);
    uint32_t *people = arena_array(arena, places, sizeof *people);
    for (uint32_t b = 0; b < venue->block_count; b++)
        people[venue->zone_count + b] = venue->blocks[b].seats;
    bool *open = arena_array(arena, venue->gate_count, sizeof *open);
    memset(open, 1, venue->gate_count * sizeof *open);
    *job = (struct planner_job){
        .venue = venue,
        .wanted = 1,
        .phase = PHASE_EGRESS,
        .people = people,
        .gate_open = open,
        .gate_waiting = arena_array(arena, venue->gate_count, sizeof(uint32_t)),
        .facility_waiting = arena_array(arena, venue->facility_count, sizeof(uint32_t)),
        .splits = arena_array(arena, (size_t)places * PURPOSE_COUNT, sizeof(struct split)),
        .done = done,
        .ctx = job->ctx,
    };
}

int main(int argc, char **argv)
{
    struct tifo_problem problem;
    struct refusal refusal;
    Tifo__V1__Venue *message;
    struct arena arena = { 0 };
    struct venue venue;
    if (argc != 2 || !tifo_venue_load(argv[1], &message, &problem)) {
        fprintf(stderr, "usage: plan_time VENUE.geojson\n");
        return 1;
    }
    if (wire_venue(message, &arena, &venue, &refusal) != STATUS_OK) {
        fprintf(stderr, "plan_time: %s\n", refusal.message);
        return 1;
    }
    struct waiting waiting = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
    struct planner *planner = flow_planner_open(true, false);
    struct planner_job job = { .ctx = &waiting };
    pose(&job, &venue, &arena);
    ask(planner, &job); /* What is read once is read now. */
    arena_reset(&job.arena);
    const double plan_ms = ask(planner, &job);
    arena_reset(&job.arena);
    job.exact = true;
    const double exact_ms = ask(planner, &job);
    printf("%.1f %.1f\n", plan_ms, exact_ms);
    planner->ops->close(planner);
    arena_fini(&job.arena);
    arena_fini(&arena);
    tifo_venue_free(message);
    return job.bound.exact ? 0 : 1;
}
