#include "clients/cli/dry_run.h"

#include <stdio.h>

#include "clients/cli/message_json.h"

static void print_time(const char *what, const Tifo__V1__PlanBound *bound)
{
    if (bound)
        printf("%s: %u people could be out in %u:%02u (T*fit%s), not before %u:%02u (T*bound)\n",
               what, bound->people, bound->fit_ms / 60000, bound->fit_ms / 1000 % 60,
               bound->exact ? "" : ", estimate", bound->bound_ms / 60000,
               bound->bound_ms / 1000 % 60);
}

/* Who of everybody would go where, by the plan: a line a gate. */
static void print_gates(const Tifo__V1__Venue *venue, const Tifo__V1__Plan *plan)
{
    for (size_t g = 0; g < venue->n_gates; g++) {
        uint32_t places = 0;
        double shares = 0;
        for (size_t i = 0; i < plan->n_splits; i++) {
            const Tifo__V1__Split *split = plan->splits[i];
            if (split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT ||
                !tifo_place_is_block(venue, split->origin))
                continue;
            for (size_t k = 0; k < split->n_destination && k < split->n_share_milli; k++)
                if (split->destination[k] == g) {
                    places++;
                    shares += split->share_milli[k] / 1000.0;
                }
        }
        printf("  %-8s from %u blocks, as many people as sit in %.1f of them\n",
               venue->gates[g]->gate_id, places, shares);
    }
}

static void print_cost(const Tifo__V1__Plan *plan)
{
    if (plan->free_clearance_s)
        printf("with overrides %u:%02u until 98 %% are out if all follow, without them %u:%02u\n",
               plan->clearance_s / 60, plan->clearance_s % 60, plan->free_clearance_s / 60,
               plan->free_clearance_s % 60);
}

enum outcome dry_run(struct server_link *link, const Tifo__V1__Venue *venue,
                     const struct arguments *arguments, Tifo__V1__DryRunRequest *request,
                     const char *what)
{
    request->venue_id = venue->venue_id;
    Tifo__V1__DryRunResponse *reply =
        (void *)server_link_call(link, &tifo__v1__guidance__descriptor, "DryRun", &request->base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&reply->base);
    } else if (reply->plan) {
        printf("dry run: %s; nothing has changed\n", what);
        print_time("now", reply->present);
        print_time("then", reply->plan->bound);
        print_cost(reply->plan);
        print_gates(venue, reply->plan);
    }
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}
