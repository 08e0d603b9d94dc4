#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/guidance.pb-c.h"

static const struct flag flags[] = {
    { "--json", NULL, "the plan as JSON" },
    { NULL, NULL, NULL },
};

/* Indices come from a server: look before using them. */
static const char *destination_id(const Tifo__V1__Venue *venue, Tifo__V1__Purpose purpose,
                                  uint32_t index)
{
    if (purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT)
        return index < venue->n_gates ? venue->gates[index]->gate_id : "?";
    return index < venue->n_facilities ? venue->facilities[index]->facility_id : "?";
}

static void print_bound(const Tifo__V1__Venue *venue, const Tifo__V1__PlanBound *bound)
{
    if (!bound)
        return;
    printf("%u people; T*fit %.1f s%s; no plan is below T*bound %.1f s", bound->people,
           bound->fit_ms / 1e3, bound->exact ? "" : " (estimate)", bound->bound_ms / 1e3);
    if (bound->bound_ms > 0)
        printf(": %u of them behind", bound->cut_people);
    for (size_t i = 0; i < bound->n_cut_gate; i++)
        printf(" %s", destination_id(venue, TIFO__V1__PURPOSE__PURPOSE_EXIT, bound->cut_gate[i]));
    for (size_t i = 0; i < bound->n_cut_opening; i++)
        printf(" %s", bound->cut_opening[i] < venue->n_openings
                          ? venue->openings[bound->cut_opening[i]]->opening_id
                          : "?");
    if (bound->bound_ms > 0)
        printf(", which pass %.0f a minute", bound->cut_capacity_ppm);
    printf("\n");
}

static void print_overrides(const Tifo__V1__Venue *venue, const Tifo__V1__Plan *plan)
{
    for (size_t i = 0; i < plan->n_closed_opening; i++)
        printf("%s is shut\n", plan->closed_opening[i] < venue->n_openings
                                   ? venue->openings[plan->closed_opening[i]]->opening_id
                                   : "?");
    for (size_t i = 0; i < plan->n_overrides; i++) {
        const Tifo__V1__Override *rule = plan->overrides[i];
        const bool fixed = rule->kind == TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FIXED;
        if (rule->origin >= tifo_place_count(venue))
            continue;
        printf("by an operator: %s %s", tifo_place_name(venue, rule->origin),
               fixed ? "goes to" : "does not go to");
        for (size_t k = 0; k < rule->n_destination; k++) {
            printf(" %s", destination_id(venue, rule->purpose, rule->destination[k]));
            if (k < rule->n_share_milli)
                printf(" %.1f %%", rule->share_milli[k] / 10.0);
        }
        printf("%s%s%s\n", rule->reason[0] ? ": " : "", rule->reason,
               rule->suspended ? " (suspended: all that it allows is shut)" : "");
    }
    if (plan->free_clearance_s)
        printf("clearance would be %u:%02u without what operators say\n",
               plan->free_clearance_s / 60, plan->free_clearance_s % 60);
}

static void print_plan(const Tifo__V1__Venue *venue, const Tifo__V1__Plan *plan)
{
    static const char *const purposes[] = { "?", "exit", "food", "toilets" };
    if (plan->number == 0) {
        printf("%s: there is no plan yet\n", venue->name);
        return;
    }
    printf("%s: plan %u, adopted %s, clearance %u:%02u if egress began now\n", venue->name,
           plan->number, time_text(plan->adopted_ms).text, plan->clearance_s / 60,
           plan->clearance_s % 60);
    print_bound(venue, plan->bound);
    print_overrides(venue, plan);
    if (plan->compliance_milli)
        printf("%.0f %% go where the plan says, as seen at the gates\n",
               plan->compliance_milli / 10.0);
    for (size_t i = 0; i < plan->n_splits; i++) {
        const Tifo__V1__Split *split = plan->splits[i];
        if (split->origin >= tifo_place_count(venue))
            continue;
        printf("%-20s %-8s", tifo_place_name(venue, split->origin),
               purposes[split->purpose <= 3 ? split->purpose : 0]);
        for (size_t k = 0; k < split->n_destination && k < split->n_share_milli; k++)
            printf("  %s %.1f %%", destination_id(venue, split->purpose, split->destination[k]),
                   split->share_milli[k] / 10.0);
        printf("\n");
    }
}

static enum outcome ask(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__GetGuidanceRequest request = TIFO__V1__GET_GUIDANCE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    Tifo__V1__GetGuidanceResponse *reply = (void *)server_link_call(
        link, &tifo__v1__guidance__descriptor, "GetGuidance", &request.base);
    if (!reply)
        return FAILED;
    if (reply->plan && arguments_switch(arguments, "--json"))
        message_json_print(&reply->plan->base);
    else if (reply->plan)
        print_plan(venue, reply->plan);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

const struct command guidance_command = {
    "guidance", "", "the plan in force: which share goes where", 0, flags, .task = ask,
};
