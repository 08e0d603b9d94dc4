#include "clients/cli/server_link.h"

#include <stdio.h>
#include <stdlib.h>

#define CONNECT_TIMEOUT_MS 1500
#define CALL_TIMEOUT_MS    10000

bool server_link_open(struct server_link *link, const struct arguments *arguments)
{
    const char *address = arguments_text(arguments, "--server");
    link->address = address ? address : TIFO_DEFAULT_ADDRESS;
    const struct tifo_server server = {
        .address = link->address,
        .tls_ca = arguments_text(arguments, "--tls-ca"),
        .tls_cert = arguments_text(arguments, "--tls-cert"),
        .tls_key = arguments_text(arguments, "--tls-key"),
    };
    char why[512];
    link->channel = tifo_connect(&server, CONNECT_TIMEOUT_MS, why, sizeof(why));
    if (!link->channel)
        fprintf(stderr, "tifo: %s\n", why);
    return link->channel != NULL;
}

void server_link_close(struct server_link *link)
{
    rpc_channel_destroy(link->channel);
    link->channel = NULL;
}

void server_link_complain(const struct server_link *link, const struct rpc_status *status)
{
    const char *reason = status->reason ? status->reason : rpc_code_name(status->code);
    fprintf(stderr, "tifo: %s: %s (%s%s%s)\n", link->address,
            status->message && status->message[0] ? status->message : "no answer", reason,
            status->field ? ", " : "", status->field ? status->field : "");
}

ProtobufCMessage *server_link_call(struct server_link *link,
                                   const ProtobufCServiceDescriptor *service, const char *method,
                                   const ProtobufCMessage *request)
{
    /* Until there are identities a caller on this machine is believed. */
    const char *user = getenv("USER");
    const struct rpc_metadata_entry caller = { .key = "tifo-caller",
                                               .value = user && user[0] ? user : "tifo" };
    struct rpc_client_options options = { .metadata = &caller,
                                          .metadata_count = 1,
                                          .timeout_ms = CALL_TIMEOUT_MS };
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(link->channel, service, method, &options, request, &reply, &status) != RPC_OK)
        server_link_complain(link, &status);
    rpc_status_fini(&status);
    return reply;
}

/* With its names and indices. */
static Tifo__V1__GetVenueResponse *ask_venue(struct server_link *link,
                                             const struct arguments *arguments)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    const char *id = arguments_text(arguments, "--venue");
    if (id)
        request.venue_id = (char *)id;
    return (Tifo__V1__GetVenueResponse *)(void *)server_link_call(
        link, &tifo__v1__venues__descriptor, "GetVenue", &request.base);
}

enum outcome server_link_do(const struct arguments *arguments, server_link_task *task)
{
    struct server_link link;
    if (!server_link_open(&link, arguments))
        return FAILED;
    enum outcome outcome = FAILED;
    Tifo__V1__GetVenueResponse *known = ask_venue(&link, arguments);
    if (known && known->venue)
        outcome = task(&link, known->venue, arguments);
    if (known)
        protobuf_c_message_free_unpacked(&known->base, NULL);
    server_link_close(&link);
    return outcome;
}
