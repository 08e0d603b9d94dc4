#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/sensors.pb-c.h"

static const struct flag flags[] = {
    { "--json", NULL, "everything as JSON" },
    SERVER_FLAGS,
    { NULL, NULL, NULL },
};

static void print_link(const Tifo__V1__SensorLink *link)
{
    printf("%s (%s): %s", link->name, link->kind, link->up ? "connected" : "away");
    if (link->since_ms)
        printf(" since %s", time_text(link->since_ms).text);
    printf(", %llu messages, %llu readings, %llu duplicates, %llu refused\n",
           (unsigned long long)link->messages, (unsigned long long)link->readings,
           (unsigned long long)link->duplicates, (unsigned long long)link->refused);
    for (size_t i = 0; i < link->n_refusals; i++)
        printf("  refused %s: %llu\n", link->refusals[i]->reason,
               (unsigned long long)link->refusals[i]->messages);
    if (link->last_refusal[0])
        printf("  last refused: %s\n", link->last_refusal);
    if (link->put_off)
        printf("  put off for want of room: %llu\n", (unsigned long long)link->put_off);
    if (link->last_failure[0])
        printf("  last failure of %llu: %s\n", (unsigned long long)link->failures,
               link->last_failure);
}

static enum outcome run(const struct arguments *arguments)
{
    struct server_link link;
    if (!server_link_open(&link, arguments))
        return FAILED;
    Tifo__V1__ListSensorsRequest request = TIFO__V1__LIST_SENSORS_REQUEST__INIT;
    Tifo__V1__ListSensorsResponse *reply = (void *)server_link_call(
        &link, &tifo__v1__sensors__descriptor, "ListSensors", &request.base);
    if (reply && arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        for (size_t i = 0; reply && i < reply->n_links; i++)
            print_link(reply->links[i]);
    enum outcome outcome = reply ? DONE : FAILED;
    if (reply)
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    server_link_close(&link);
    return outcome;
}

const struct command sensors_command = {
    "sensors", "", "brokers and devices that readings come from", 0, flags, .run = run,
};
