#include "tests/support/server.h"

#include "server/adapters/clock/clock.h"
#include "server/adapters/memory/journal.h"
#include "server/adapters/planner/planner.h"
#include "server/app/recover.h"

#include <assert.h>
#include <stdio.h>

void test_server_open(struct test_server *server, struct journal *journal)
{
    char why[JOURNAL_WHY_SIZE] = "";
    const struct limits limits = limits_default();
    *server = (struct test_server){ .journal = journal, .owns_journal = !journal };
    server->log = (struct log){ stderr, LOG_WARNING };
    if (!journal)
        server->journal = memory_journal_open(NULL);
    server->stadium = stadium_create(&limits);
    server->keys = keys_create(&limits);
    const enum status status =
        recover(server->journal, server->stadium, server->keys, why, sizeof why);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", why);
    assert(status == STATUS_OK);
    server->clock = driven_clock_open(stadium_now_ms(server->stadium));
    server->planner = flow_planner_open(false);
    server->app = app_create(&(struct app_options){ .stadium = server->stadium,
                                                    .keys = server->keys,
                                                    .journal = server->journal,
                                                    .clock = server->clock,
                                                    .planner = server->planner,
                                                    .log = &server->log,
                                                    .sources_max = limits.sources });
    services_init(&server->services, server->app, "test");
    server->rpc = rpc_server_create(
        &(struct rpc_server_options){ .services = server->services.list }, why, sizeof why);
    if (!server->rpc)
        fprintf(stderr, "%s\n", why);
    assert(server->rpc);
    services_attach(&server->services, server->rpc);
    test_server_run(server);
}

void test_server_close(struct test_server *server)
{
    test_server_run(server);
    services_fini(&server->services);
    rpc_server_destroy(server->rpc);
    server->planner->ops->close(server->planner);
    app_destroy(server->app);
    server->clock->ops->close(server->clock);
    keys_destroy(server->keys);
    stadium_destroy(server->stadium);
    if (server->owns_journal)
        server->journal->ops->close(server->journal);
}

void test_server_run(struct test_server *server)
{
    while (app_turn(server->app))
        ;
}

void *test_server_call_as(struct test_server *server, const char *path, const void *request,
                          const char *caller, const char *key, struct rpc_status *status)
{
    struct rpc_metadata_entry metadata[2];
    size_t count = 0;
    if (caller)
        metadata[count++] = (struct rpc_metadata_entry){ .key = "tifo-caller", .value = caller };
    if (key)
        metadata[count++] = (struct rpc_metadata_entry){ .key = "idempotency-key", .value = key };
    struct rpc_memory_call *call = rpc_memory_start(server->rpc, path, metadata, count, request);
    test_server_run(server);
    assert(rpc_memory_ended(call, status));
    void *reply = rpc_memory_next(call);
    rpc_memory_destroy(call);
    return reply;
}

void *test_server_call(struct test_server *server, const char *path, const void *request,
                       struct rpc_status *status)
{
    return test_server_call_as(server, path, request, NULL, NULL, status);
}
