#include <stdio.h>

#include "clients/cli/level_text.h"
#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/crowd.pb-c.h"

#define NEVER UINT32_MAX

static const struct flag flags[] = {
    { "--watch", NULL, "print again whenever it changes, until interrupted" },
    { "--json", NULL, "the whole state as JSON, one line each time" },
    { NULL, NULL, NULL },
};

/* What a watch prints with. */
struct watch {
    const Tifo__V1__Venue *venue;
    bool json;
};

static void print_places(const Tifo__V1__Venue *venue, const Tifo__V1__CrowdState *state)
{
    printf("%-24s %8s %8s  %s\n", "place", "people", "p/m2", "level");
    for (uint32_t i = 0; i < state->n_people && i < venue->n_zones; i++) {
        if (state->people[i] == 0)
            continue;
        printf("%-24s %8u %8.2f  %s\n", tifo_place_name(venue, i), state->people[i],
               i < state->n_density_milli ? state->density_milli[i] / 1000.0 : 0.0,
               level_text(i < state->n_los ? state->los[i] : 0,
                          i < state->n_los_scale ? state->los_scale[i] : 0)
                   .text);
    }
}

static uint32_t column(const uint32_t *values, size_t count, size_t i)
{
    return i < count ? values[i] : 0;
}

static void print_wait(uint32_t wait_s)
{
    if (wait_s == NEVER)
        printf(" %6s\n", "-");
    else
        printf(" %3u:%02u\n", wait_s / 60, wait_s % 60);
}

static void print_gates(const Tifo__V1__Venue *venue, const Tifo__V1__CrowdState *state)
{
    printf("%-8s %-8s %10s %10s %6s %6s\n", "gate", "", "in/min", "out/min", "queue", "wait");
    for (size_t i = 0; i < venue->n_gates && i < state->n_gate_mode; i++) {
        bool shut = state->gate_mode[i] == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
        printf("%-8s %-8s %10u %10u %6u", venue->gates[i]->gate_id, shut ? "closed" : "open",
               column(state->gate_flow_in_ppm, state->n_gate_flow_in_ppm, i),
               column(state->gate_flow_out_ppm, state->n_gate_flow_out_ppm, i),
               column(state->gate_queue, state->n_gate_queue, i));
        print_wait(column(state->gate_wait_s, state->n_gate_wait_s, i));
    }
}

static void print_state(const Tifo__V1__Venue *venue, const Tifo__V1__CrowdState *state, bool json)
{
    if (json) {
        message_json_print(&state->base);
        fflush(stdout);
        return;
    }
    const char *phase = state->phase ? state->phase->label : "";
    printf("%s, %s: %u inside%s%s, seq %llu%s\n", venue->name, time_text(state->at_ms).text,
           state->inside, phase[0] ? ", " : "", phase, (unsigned long long)state->to_seq,
           state->simulated ? ", simulated" : "");
    print_gates(venue, state);
    print_places(venue, state);
    for (size_t i = 0; i < state->n_alarms; i++)
        printf("alarm %u: %s. %s\n", state->alarms[i]->number, state->alarms[i]->cause,
               state->alarms[i]->action);
    printf("\n");
    fflush(stdout);
}

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    const struct watch *watch = ctx;
    const Tifo__V1__WatchCrowdResponse *response = (const void *)message;
    if (response->state)
        print_state(watch->venue, response->state, watch->json);
}

static enum outcome follow(struct server_link *link, const Tifo__V1__Venue *venue, bool json)
{
    struct watch watch = { .venue = venue, .json = json };
    Tifo__V1__WatchCrowdRequest request = TIFO__V1__WATCH_CROWD_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    return server_link_follow(link, &tifo__v1__crowd__descriptor, "WatchCrowd", &request.base,
                              on_message, &watch);
}

static enum outcome ask(struct server_link *link, const Tifo__V1__Venue *venue, bool json)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    Tifo__V1__GetCrowdResponse *reply =
        (void *)server_link_call(link, &tifo__v1__crowd__descriptor, "GetCrowd", &request.base);
    if (!reply)
        return FAILED;
    if (reply->state)
        print_state(venue, reply->state, json);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    bool json = arguments_switch(arguments, "--json");
    return arguments_switch(arguments, "--watch") ? follow(link, venue, json)
                                                  : ask(link, venue, json);
}

const struct command crowd_command = {
    "crowd", "", "people, density, gates and alarms now", 0, flags, .task = show,
};
