/*
 * A gRPC client in C: TLS with a certificate of its own, a call that may be tried again, a stream.
 *
 *     lamp-client HOST:PORT CA CERTIFICATE KEY turn ROOM on|off
 *     lamp-client HOST:PORT CA CERTIFICATE KEY watch COUNT
 */
#include "api/rpc/channel.h"
#include "api/rpc/tls.h"
#include "lamps.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_lamp(const Lamps__V1__Lamp *lamp, const char *end)
{
    printf("%s %s%s", lamp->room, lamp->on ? "on" : "off", end);
}

static int complain(struct rpc_status *status)
{
    fprintf(stderr, "lamp-client: %s: %s\n", rpc_code_name(status->code),
            status->message ? status->message : "no reason given");
    rpc_status_fini(status);
    return 1;
}

static int turn_lamp(struct rpc_channel *channel, const char *room, bool on)
{
    Lamps__V1__TurnRequest request = LAMPS__V1__TURN_REQUEST__INIT;
    request.room = (char *)room;
    request.on = on;
    const struct rpc_retry retry = { .attempts = 3 };
    const struct rpc_client_options options = { .timeout_ms = 5000, .retry = &retry };
    struct rpc_status status;
    ProtobufCMessage *reply;
    if (rpc_unary(channel, &lamps__v1__lamps__descriptor, "Turn", &options, &request.base, &reply,
                  &status) != RPC_OK)
        return complain(&status);
    print_lamp((const Lamps__V1__Lamp *)reply, "\n");
    protobuf_c_message_free_unpacked(reply, NULL);
    rpc_status_fini(&status);
    return 0;
}

/* Prints the house so many times, then goes. */
static int watch(struct rpc_channel *channel, long count)
{
    const Lamps__V1__WatchRequest request = LAMPS__V1__WATCH_REQUEST__INIT;
    struct rpc_talk *talk = rpc_talk_start(channel, &lamps__v1__lamps__descriptor, "Watch", NULL);
    rpc_talk_send(talk, &request.base);
    rpc_talk_send_end(talk);
    ProtobufCMessage *message = NULL;
    for (; count > 0 && (message = rpc_talk_next(talk)); count--) {
        const Lamps__V1__House *house = (const Lamps__V1__House *)message;
        for (size_t i = 0; i < house->n_lamps; i++)
            print_lamp(house->lamps[i], i + 1 < house->n_lamps ? ", " : "\n");
        fflush(stdout);
        protobuf_c_message_free_unpacked(message, NULL);
    }
    struct rpc_status status;
    rpc_talk_finish(talk, &status); /* Cancels what goes on. */
    if (count > 0)
        return complain(&status);
    rpc_status_fini(&status);
    return 0;
}

int main(int argc, char **argv)
{
    const bool turns = argc == 8 && strcmp(argv[5], "turn") == 0;
    const bool watches = argc == 7 && strcmp(argv[5], "watch") == 0;
    if (!turns && !watches) {
        fprintf(stderr, "usage: lamp-client HOST:PORT CA CERTIFICATE KEY turn ROOM on|off\n"
                        "       lamp-client HOST:PORT CA CERTIFICATE KEY watch COUNT\n");
        return 2;
    }
    const struct rpc_tls tls = { .ca.file = argv[2],
                                 .certificate.file = argv[3],
                                 .key.file = argv[4] };
    char why[256];
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){ .address = argv[1], .tls = &tls, .keepalive_ms = 30000 },
        why, sizeof why);
    if (!channel) {
        fprintf(stderr, "lamp-client: %s\n", why);
        return 1;
    }
    int code = turns ? turn_lamp(channel, argv[6], strcmp(argv[7], "on") == 0)
                     : watch(channel, strtol(argv[6], NULL, 10));
    rpc_channel_destroy(channel);
    return code;
}
