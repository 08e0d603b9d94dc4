#include "server/adapters/planner/planner.h"

#include "server/adapters/planner/comply.h"
#include "server/adapters/planner/propose.h"
#include "server/adapters/planner/threshold.h"
#include "server/base/worker.h"

#include <stdio.h>
#include <stdlib.h>

/* How far any plan could get takes seconds, and nobody is led by it: plans, and everything else
 * that is asked of the server, come first. Yet a plan waits until it has heard that it is called
 * off: it must not stand still. */
enum { EXACT_NICE = 10 };

struct desk {
    struct flow_planner *planner;
    struct worker worker;
    struct planner_job *job; /* Under its mutex: waits for the thread. */
    int nice;
};

struct flow_planner {
    struct planner planner;
    bool by_threshold;
    struct comply *comply; /* Of whoever works on a plan; NULL: it is known. */
    uint32_t compliance_milli;
    struct desk plans, exact;
};

static void answer(struct flow_planner *own, struct planner_job *job)
{
    if (own->compliance_milli)
        job->compliance_milli = job->seen_compliance_milli = own->compliance_milli;
    if (own->by_threshold)
        propose_by_threshold(job);
    else
        propose(job, own->comply);
    job->done(job);
}

static void *work(void *ctx)
{
    struct desk *desk = ctx;
    worker_make_way(desk->nice);
    worker_lock(&desk->worker);
    for (;;) {
        while (!desk->job && !desk->worker.stopping)
            worker_wait(&desk->worker, WORKER_NEVER);
        struct planner_job *job = desk->job;
        desk->job = NULL;
        if (!job)
            break;
        worker_unlock(&desk->worker);
        answer(desk->planner, job);
        worker_lock(&desk->worker);
    }
    worker_unlock(&desk->worker);
    return NULL;
}

static enum status start_on_thread(struct planner *planner, struct planner_job *job)
{
    struct flow_planner *own = (struct flow_planner *)planner;
    struct desk *desk = job->exact ? &own->exact : &own->plans;
    worker_lock(&desk->worker);
    desk->job = job;
    worker_wake(&desk->worker);
    worker_unlock(&desk->worker);
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
    worker_stop(&own->plans.worker);
    worker_stop(&own->exact.worker);
    comply_destroy(own->comply);
    worker_fini(&own->plans.worker);
    worker_fini(&own->exact.worker);
    free(own);
}

static void open_desk(struct flow_planner *own, struct desk *desk, const char *name, bool threaded)
{
    desk->planner = own;
    worker_init(&desk->worker);
    if (threaded && !worker_start(&desk->worker, name, work, desk)) {
        perror("planner: cannot start a thread");
        abort();
    }
}

static struct flow_planner *open_planner(bool threaded)
{
    static const struct planner_ops here = { start_here, close_planner };
    static const struct planner_ops on_thread = { start_on_thread, close_planner };
    struct flow_planner *own = base_alloc(sizeof *own);
    own->planner.ops = threaded ? &on_thread : &here;
    own->exact.nice = EXACT_NICE;
    open_desk(own, &own->plans, "planner", threaded);
    open_desk(own, &own->exact, "planner-exact", threaded);
    return own;
}

struct planner *flow_planner_open(bool threaded, uint32_t compliance_milli)
{
    struct flow_planner *own = open_planner(threaded);
    own->compliance_milli = compliance_milli;
    own->comply = compliance_milli ? NULL : comply_create();
    return &own->planner;
}

struct planner *threshold_planner_open(bool threaded)
{
    struct flow_planner *own = open_planner(threaded);
    own->by_threshold = true;
    return &own->planner;
}
