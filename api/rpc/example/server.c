/*
 * A gRPC server in C: TLS on both sides, an interceptor that logs, a unary method, a topic that any
 * number of streams share, health, and an end that loses no answer.
 *
 *     lamp-server HOST:PORT CERTIFICATE KEY CLIENT-CA
 */
#include "api/rpc/rpc.h"
#include "api/rpc/tls.h"
#include "lamps.pb-c.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { LAMPS = 3, DRAIN_MS = 2000 };

/* Handlers run on one thread: the lamps need no lock. */
struct house {
    struct lamp {
        const char *room;
        bool on;
        char turned_by[65];
    } lamps[LAMPS];
    struct rpc_topic *_Atomic changes; /* NULL: the server has only just begun. */
};

/* ---- From our lamps to messages -------------------------------------------------------------- */

static Lamps__V1__Lamp message_of(struct lamp *lamp)
{
    Lamps__V1__Lamp message = LAMPS__V1__LAMP__INIT;
    message.room = (char *)lamp->room;
    message.on = lamp->on;
    message.turned_by = lamp->turned_by;
    return message;
}

static void publish(struct house *house, struct rpc_topic *topic)
{
    Lamps__V1__Lamp lamps[LAMPS], *list[LAMPS];
    Lamps__V1__House message = LAMPS__V1__HOUSE__INIT;
    for (size_t i = 0; i < LAMPS; i++) {
        lamps[i] = message_of(&house->lamps[i]);
        list[i] = &lamps[i];
    }
    message.n_lamps = LAMPS;
    message.lamps = list;
    rpc_topic_publish(topic, &message.base);
}

/* ---- The service ----------------------------------------------------------------------------- */

/* Calls may come before there is a topic; clients try again. */
static bool is_starting(struct rpc_call *call, struct house *house)
{
    if (house->changes)
        return false;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNAVAILABLE, .message = "starting" });
    return true;
}

static void turn_lamp(struct rpc_call *call, void *ctx)
{
    struct house *house = ctx;
    const Lamps__V1__TurnRequest *request = (const void *)rpc_request(call);
    const char *caller = rpc_peer_identity(call);
    if (is_starting(call, house))
        return;
    for (size_t i = 0; i < LAMPS; i++) {
        struct lamp *lamp = &house->lamps[i];
        if (strcmp(lamp->room, request->room) != 0)
            continue;
        lamp->on = request->on;
        snprintf(lamp->turned_by, sizeof lamp->turned_by, "%s", caller ? caller : "");
        publish(house, house->changes);
        const Lamps__V1__Lamp reply = message_of(lamp);
        rpc_reply(call, &reply.base);
        return;
    }
    rpc_fail(call, &(struct rpc_error){ .code = RPC_NOT_FOUND,
                                        .message = "there is no such room",
                                        .reason = "UNKNOWN_ROOM",
                                        .domain = "lamps.example",
                                        .field = "room" });
}

static void watch(struct rpc_call *call, void *ctx)
{
    struct house *house = ctx;
    if (!is_starting(call, house))
        rpc_topic_subscribe(house->changes, call);
}

static const struct rpc_method methods[] = {
    { "Turn", RPC_UNARY, turn_lamp, NULL },
    { "Watch", RPC_SERVER_STREAM, watch, NULL },
};

/* ---- The server ------------------------------------------------------------------------------ */

static void log_call(const struct rpc_call *call, const struct rpc_outcome *outcome, void *ctx)
{
    (void)ctx;
    const char *caller = rpc_peer_identity(call);
    fprintf(stderr, "%s by %s: %s in %.1f ms\n", rpc_method_path(call), caller ? caller : "nobody",
            rpc_code_name(outcome->code), (double)outcome->duration_ns / 1e6);
}

static void serve_until_told(struct rpc_server *server, struct house *house)
{
    sigset_t ends;
    int signal_number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct rpc_topic *changes = rpc_topic_create(server);
    publish(house, changes);
    house->changes = changes; /* From here on the lamps are the handlers'. */
    rpc_server_set_serving(server, true);
    fprintf(stderr, "serving on port %u\n", (unsigned)rpc_server_port(server));
    sigwait(&ends, &signal_number);
    rpc_server_drain(server, DRAIN_MS);
    rpc_topic_destroy(changes);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: lamp-server HOST:PORT CERTIFICATE KEY CLIENT-CA\n");
        return 2;
    }
    struct house house = {
        .lamps = { { "hall", false, "" }, { "kitchen", true, "" }, { "study", false, "" } }
    };
    const struct rpc_service lamps = { &lamps__v1__lamps__descriptor, methods,
                                       sizeof methods / sizeof *methods, &house };
    const struct rpc_service *const services[] = { &lamps, NULL };
    const struct rpc_interceptor logger = { .end = log_call };
    const struct rpc_tls tls = { .certificate.file = argv[2],
                                 .key.file = argv[3],
                                 .ca.file = argv[4] };
    char why[256];
    struct rpc_server *server =
        rpc_server_create(&(struct rpc_server_options){ .address = argv[1],
                                                        .tls = &tls,
                                                        .services = services,
                                                        .interceptors = &logger,
                                                        .interceptor_count = 1,
                                                        .keepalive_ms = 30000,
                                                        .min_ping_ms = 10000 },
                          why, sizeof why);
    if (!server) {
        fprintf(stderr, "lamp-server: %s\n", why);
        return 1;
    }
    serve_until_told(server, &house);
    rpc_server_destroy(server);
    return 0;
}
