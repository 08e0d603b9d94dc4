/*
 * Fan-out on api/rpc: whoever follows is a subscriber of one topic. Prints its port and serves
 * until its input ends.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/rpc/rpc.h"
#include "fanout.pb-c.h"

struct fanout {
    struct rpc_topic *_Atomic topic; /* NULL: not there yet. */
};

static void publish(struct rpc_call *call, void *ctx)
{
    struct fanout *fanout = ctx;
    rpc_topic_publish(fanout->topic, rpc_request(call));
    const Bench__Published reply = BENCH__PUBLISHED__INIT;
    rpc_reply(call, &reply.base);
}

static void follow(struct rpc_call *call, void *ctx)
{
    struct fanout *fanout = ctx;
    rpc_topic_subscribe(fanout->topic, call);
}

int main(int argc, char **argv)
{
    static const struct rpc_method methods[] = { { "Publish", RPC_UNARY, publish, NULL },
                                                 { "Follow", RPC_SERVER_STREAM, follow, NULL } };
    struct fanout fanout = { NULL };
    const struct rpc_service service = { &bench__fanout__descriptor, methods, 2, &fanout };
    const struct rpc_service *const services[] = { &service, NULL };
    char why[256];
    if (argc != 2) {
        fprintf(stderr, "usage: fanout_c QUEUES\n");
        return 2;
    }
    struct rpc_server *server =
        rpc_server_create(&(struct rpc_server_options){ .address = "127.0.0.1:0",
                                                        .services = services,
                                                        .stream_queues = (uint32_t)atoi(argv[1]) },
                          why, sizeof why);
    if (!server) {
        fprintf(stderr, "fanout_c: %s\n", why);
        return 1;
    }
    fanout.topic = rpc_topic_create(server);
    printf("%u\n", (unsigned)rpc_server_port(server));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    rpc_server_drain(server, 1000);
    rpc_topic_destroy(fanout.topic);
    rpc_server_destroy(server);
    return 0;
}
