/* The server's decide path on its own: a stadium, its questions, the planner, what is adopted. Time
 * is the caller's; nothing is journalled. */
#ifndef TESTS_GUIDANCE_SERVICE_H
#define TESTS_GUIDANCE_SERVICE_H

#include "server/core/stadium.h"
#include "server/ports/planner.h"

struct service {
    struct stadium *stadium;
    struct facts facts;
    struct planner *planner;
    struct planner_job job;
    struct arena question;
    int64_t now_ms;
    uint32_t plans;      /* Adopted ... */
    uint32_t most_moves; /* ... and the most often that one split changed within a minute. */
    int64_t *changed_ms; /* By split: when it last changed. */
    uint32_t *changes;   /* And how often in that minute. */
};

/* Imports the venue. `planner` is from then on the service's. */
void service_open(struct service *service, const struct venue *venue, struct planner *planner);
void service_phase(struct service *service, enum phase_kind phase);
void service_close(struct service *service);
/* Must be accepted. Everything that follows from it at once has happened when it returns. */
void service_do(struct service *service, struct command command);
const struct split *service_splits(const struct service *service);

#endif
