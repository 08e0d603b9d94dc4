#include <stdio.h>

#include "clients/cli/money_text.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"

static const struct flag flags[] = {
    JSON_FLAG, KEY_FLAG, SERVER_FLAGS, VENUE_FLAG, { NULL, NULL, NULL },
};

static void print_hold(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Hold *hold = ((const Tifo__V1__HoldSeatsResponse *)reply)->hold;
    printf("hold %s until %s, %s\n", hold->hold_id, time_text(hold->expires_ms).text,
           money_text(hold->total_minor, hold->currency).text);
    for (size_t i = 0; i < hold->n_seats; i++)
        printf("%s\n", seat_text(ctx, hold->seats[i]).text);
}

static enum outcome hold(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__HoldSeatsResponse *held = seats_hold(link, venue, arguments);
    return server_link_tell(held ? &held->base : NULL, arguments, print_hold, venue);
}

static void print_release(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Hold *hold = ((const Tifo__V1__ReleaseHoldResponse *)reply)->hold;
    (void)ctx;
    printf("%zu seats are free again\n", hold->n_seats);
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

static enum outcome run_hold(const struct arguments *arguments)
{
    return server_link_do(arguments, hold);
}

static enum outcome run_release(const struct arguments *arguments)
{
    return server_link_do(arguments, release);
}

const struct command hold_command = {
    "hold", "EVENT SEATS", "keeps seats for a while: BLOCK/ROW/NUMBER,...", 2, flags, run_hold,
};
const struct command release_command = {
    "release", "HOLD", "lets a hold go", 1, flags, run_release,
};
