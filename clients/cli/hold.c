#include <stdio.h>

#include "clients/cli/selling.h"

static const struct flag flags[] = {
    HOLD_FLAGS,
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static enum outcome hold(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__HoldSeatsResponse *held = seats_hold(link, venue, arguments);
    return server_link_show(held ? &held->base : NULL, arguments, hold_print, venue);
}

static void print_release(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Hold *hold = ((const Tifo__V1__ReleaseHoldResponse *)reply)->hold;
    (void)ctx;
    printf("%zu seats are free again\n", hold->n_lines);
}

static enum outcome release(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = (char *)arguments->positional[0];
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__seats__descriptor,
                                              "ReleaseHold", &request.base),
                            arguments, print_release, venue);
}

const struct command hold_command = {
    "hold",
    "EVENT SEATS",
    "keeps seats for a while: BLOCK/ROW/NUMBER,..., best:COUNT, resale:TICKET, or so many places",
    2,
    flags,
    .task = hold,
};
const struct command release_command = {
    "release", "HOLD", "lets a hold go", 1, json_key_flags, .task = release,
};
