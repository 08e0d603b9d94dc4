#include "server/adapters/planner/planner.h"

#include "server/adapters/planner/comply.h"
#include "server/adapters/planner/propose.h"
#include "server/adapters/planner/threshold.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flow_planner {
    struct planner planner;
    bool threaded, by_threshold;
    struct comply *comply; /* Of whoever works on a job. */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct planner_job *job; /* Waits for the thread. */
    bool closing;
};

static void answer(struct flow_planner *own, struct planner_job *job)
{
    if (own->by_threshold)
        propose_by_threshold(job);
    else
        propose(job, own->comply);
    job->done(job);
}

static void *work(void *ctx)
{
    struct flow_planner *own = ctx;
    pthread_mutex_lock(&own->mutex);
    for (;;) {
        while (!own->job && !own->closing)
            pthread_cond_wait(&own->changed, &own->mutex);
        struct planner_job *job = own->job;
        own->job = NULL;
        if (!job)
            break;
        pthread_mutex_unlock(&own->mutex);
        answer(own, job);
        pthread_mutex_lock(&own->mutex);
    }
    pthread_mutex_unlock(&own->mutex);
    return NULL;
}

static enum status start_on_thread(struct planner *planner, struct planner_job *job)
{
    struct flow_planner *own = (struct flow_planner *)planner;
    pthread_mutex_lock(&own->mutex);
    own->job = job;
    pthread_cond_signal(&own->changed);
    pthread_mutex_unlock(&own->mutex);
    return STATUS_OK;
}

static enum status start_here(struct planner *planner, struct planner_job *job)
{
    answer((struct flow_planner *)planner, job);
    return STATUS_OK;
}

static void close_planner(struct planner *planner)
{
    struct flow_planner *own = (struct flow_planner *)planner;
    if (own->threaded) {
        pthread_mutex_lock(&own->mutex);
        own->closing = true;
        pthread_cond_signal(&own->changed);
        pthread_mutex_unlock(&own->mutex);
        pthread_join(own->thread, NULL);
    }
    comply_destroy(own->comply);
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->mutex);
    free(own);
}

static struct flow_planner *open_planner(bool threaded)
{
    static const struct planner_ops here = { start_here, close_planner };
    static const struct planner_ops on_thread = { start_on_thread, close_planner };
    struct flow_planner *own = base_alloc(sizeof *own);
    own->planner.ops = threaded ? &on_thread : &here;
    own->threaded = threaded;
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->changed, NULL);
    if (threaded) {
        const int error = pthread_create(&own->thread, NULL, work, own);
        if (error) {
            fprintf(stderr, "planner: cannot start a thread: %s\n", strerror(error));
            abort();
        }
    }
    return own;
}

struct planner *flow_planner_open(bool threaded, bool learns)
{
    struct flow_planner *own = open_planner(threaded);
    own->comply = learns ? comply_create() : NULL;
    return &own->planner;
}

struct planner *threshold_planner_open(bool threaded)
{
    struct flow_planner *own = open_planner(threaded);
    own->by_threshold = true;
    return &own->planner;
}
