/*
 * Echo on api/rpc. `direct` answers on the rpc thread; `loop` sends each call through tifod's own
 * inbox, event loop and turn, as a read. With a certificate and its key, over TLS. Prints its port
 * and serves until its input ends.
 */
#include "api/rpc/rpc.h"
#include "api/rpc/tls.h"
#include "echo.pb-c.h"
#include "server/adapters/clock/clock.h"
#include "server/adapters/memory/journal.h"
#include "server/adapters/planner/planner.h"
#include "server/app/loop.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct looped {
    struct limits limits;
    struct log log;
    struct journal *journal;
    struct stadium *stadium;
    struct clock *clock;
    struct planner *planner;
    struct loop *loop;
    struct app *app;
    pthread_t thread;
};

static void echo(struct rpc_call *call)
{
    const Bench__EchoRequest *request = (const void *)rpc_request(call);
    Bench__EchoReply reply = BENCH__ECHO_REPLY__INIT;
    reply.text = request->text;
    reply.number = request->number;
    rpc_reply(call, &reply.base);
}

static void direct(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    echo(call);
}

/* ---- Through inbox and loop ----------------------------------------------------------------- */

struct echo_request {
    struct request request; /* First. */
    struct rpc_call *call;
};

static void answer(struct request *request)
{
    echo(((struct echo_request *)request)->call);
}

static void through_loop(struct rpc_call *call, void *ctx)
{
    struct looped *looped = ctx;
    struct echo_request *question = rpc_alloc(call, sizeof *question);
    question->request.kind = REQUEST_READ;
    question->request.answer = answer;
    question->call = call;
    if (app_post(looped->app, &question->request) != STATUS_OK)
        rpc_fail(call, &(struct rpc_error){ .code = RPC_RESOURCE_EXHAUSTED });
}

static void ignore_end(void *ctx)
{
    (void)ctx;
}

static void *run_loop(void *ctx)
{
    struct looped *looped = ctx;
    loop_run(looped->loop, looped->app, ignore_end, NULL);
    return NULL;
}

static bool open_loop(struct looped *looped)
{
    char why[200];
    *looped = (struct looped){ .log = { stderr, LOG_ERROR }, .limits = limits_default() };
    looped->loop = loop_create(why, sizeof why);
    if (!looped->loop) {
        fprintf(stderr, "echo_c: %s\n", why);
        return false;
    }
    looped->journal = memory_journal_open(NULL);
    looped->stadium = stadium_create(&looped->limits);
    looped->clock = real_clock_open(0);
    looped->planner = flow_planner_open(false, true);
    looped->app = app_create(&(struct app_options){ .stadium = looped->stadium,
                                                    .journal = looped->journal,
                                                    .clock = looped->clock,
                                                    .planner = looped->planner,
                                                    .log = &looped->log,
                                                    .sources_max = looped->limits.sources,
                                                    .wake = loop_wake,
                                                    .monotonic_ms = loop_monotonic_ms,
                                                    .ctx = looped->loop });
    return pthread_create(&looped->thread, NULL, run_loop, looped) == 0;
}

static void close_loop(struct looped *looped)
{
    loop_stop(looped->loop);
    pthread_join(looped->thread, NULL);
    app_finish(looped->app);
    looped->planner->ops->close(looped->planner);
    app_destroy(looped->app);
    looped->journal->ops->close(looped->journal);
    looped->clock->ops->close(looped->clock);
    stadium_destroy(looped->stadium);
    loop_destroy(looped->loop);
}

int main(int argc, char **argv)
{
    bool has_loop = argc >= 2 && strcmp(argv[1], "loop") == 0;
    bool has_tls = argc == 4;
    if ((!has_loop && (argc < 2 || strcmp(argv[1], "direct") != 0)) || (argc != 2 && !has_tls)) {
        fprintf(stderr, "usage: echo_c direct|loop [CERTIFICATE KEY]\n");
        return 2;
    }
    struct looped looped;
    if (has_loop && !open_loop(&looped))
        return 1;
    const struct rpc_method methods[] = { { "Say", RPC_UNARY, has_loop ? through_loop : direct,
                                            NULL } };
    const struct rpc_service service = { &bench__echo__descriptor, methods, 1, &looped };
    const struct rpc_service *const services[] = { &service, NULL };
    char why[256];
    const struct rpc_tls tls = { .certificate.file = argv[2],
                                 .key.file = has_tls ? argv[3] : NULL };
    struct rpc_server *server = rpc_server_create(
        &(struct rpc_server_options){
            .address = "127.0.0.1:0", .tls = has_tls ? &tls : NULL, .services = services },
        why, sizeof why);
    if (!server) {
        fprintf(stderr, "echo_c: %s\n", why);
        return 1;
    }
    printf("%u\n", (unsigned)rpc_server_port(server));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    rpc_server_drain(server, 1000);
    if (has_loop)
        close_loop(&looped);
    rpc_server_destroy(server);
    return 0;
}
