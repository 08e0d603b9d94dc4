/*
 * Capacities that types of ticket share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/selling.h"

enum { CAPACITY_MAX = 1000000 };

static const struct flag add_flags[] = {
    { "--capacity", "N", "how many there are; needed" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_quota(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Quota *quota = (const void *)row;
    (void)ctx;
    printf("%2u  %-20s %7u: %u held, %u sold, %u reserved\n", quota->index, quota->name,
           quota->capacity, quota->held, quota->sold, quota->reserved);
}

static void print_list(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__GetEventResponse *)reply)->event;
    (void)ctx;
    for (size_t i = 0; i < event->n_quotas; i++)
        print_quota(&event->quotas[i]->base, NULL);
}

static bool read_capacity(const struct arguments *arguments, uint32_t *capacity)
{
    if (arguments_text(arguments, "--capacity"))
        return arguments_number(arguments, "--capacity", 0, CAPACITY_MAX, capacity);
    fprintf(stderr, "tifo: --capacity is missing: how many are there?\n");
    return false;
}

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__AddQuotaRequest request = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota quota = TIFO__V1__QUOTA__INIT;
    char id[EVENT_ID_SIZE];
    if (!read_capacity(arguments, &quota.capacity))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    quota.name = (char *)arguments->positional[1];
    request.event_id = id;
    request.quota = &quota;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                              "AddQuota", &request.base),
                            arguments, print_quota, NULL);
}

/* By name or index. */
static const Tifo__V1__Quota *quota_find(const Tifo__V1__Event *event, const char *text)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    for (size_t i = 0; i < event->n_quotas; i++) {
        if (strcmp(event->quotas[i]->name, text) == 0 || (end != text && !*end && number == i))
            return event->quotas[i];
    }
    fprintf(stderr, "tifo: \"%s\" has no quota \"%s\"; see tifo quota list\n", event->title, text);
    return NULL;
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__UpdateQuotaRequest request = TIFO__V1__UPDATE_QUOTA_REQUEST__INIT;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    const Tifo__V1__Quota *found =
        event ? quota_find(event->event, arguments->positional[1]) : NULL;
    enum outcome outcome = FAILED;
    if (found) {
        Tifo__V1__Quota quota = *found;
        request.event_id = event->event->event_id;
        request.quota = &quota;
        outcome = BAD_USAGE;
        if (read_capacity(arguments, &quota.capacity))
            outcome =
                server_link_show(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                   "UpdateQuota", &request.base),
                                 arguments, print_quota, NULL);
    }
    if (event)
        protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    return server_link_tell(event ? &event->base : NULL, arguments, print_list, NULL);
}

const struct command quota_add_command = {
    "quota add", "EVENT NAME", "a capacity that types share", 2, add_flags, .task = add,
};
const struct command quota_set_command = {
    "quota set", "EVENT QUOTA", "another capacity, not below what is sold",
    2,           add_flags,     .task = set,
};
const struct command quota_list_command = {
    "quota list", "EVENT", "quotas, and what is left of them", 1, json_flags, .task = list,
};
