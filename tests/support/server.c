#include "tests/support/server.h"

#include "server/adapters/clock/clock.h"
#include "server/adapters/ids/ids.h"
#include "server/adapters/memory/journal.h"
#include "server/adapters/payment/sandbox.h"
#include "server/adapters/planner/planner.h"
#include "server/app/recover.h"
#include "server/wire/seat_plan.h"
#include "tests/support/ground.h"
#include "tifo/v1/clock.pb-c.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void take_series(void *ctx, struct arena *arena, struct series_bucket **buckets,
                        uint32_t *count, uint64_t *dropped)
{
    const struct test_server *server = ctx;
    struct series_taken taken;
    intake_take_series(app_intake(server->app), arena, &taken);
    *buckets = taken.buckets;
    *count = taken.count;
    *dropped = taken.dropped;
}

static void durable(void *ctx, uint64_t seq)
{
    historian_durable(((struct test_server *)ctx)->historian, seq);
}

static int64_t machine_ms(void *ctx)
{
    return ((struct test_server *)ctx)->machine_ms;
}

static void open_server(struct test_server *server, const struct test_server_parts *parts,
                        bool real)
{
    static const uint8_t seed[TICKET_SEED_BYTES] = { 't', 'e', 's', 't' };
    static const char *const operators[] = { "operator", NULL };
    char why[JOURNAL_WHY_SIZE] = "";
    const struct limits limits = limits_default();
    *server = (struct test_server){ .journal = parts->journal, .owns_journal = !parts->journal };
    server->log = (struct log){ stderr, parts->log_level ? parts->log_level : LOG_WARNING };
    if (!parts->journal)
        server->journal = memory_journal_open(NULL);
    server->stadium = stadium_create(&limits);
    server->keys = keys_create(&limits);
    const enum status status =
        recover(server->journal, server->stadium, server->keys, why, sizeof why);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", why);
    assert(status == STATUS_OK);
    const int64_t now_ms = stadium_now_ms(server->stadium);
    server->clock = parts->clock ? parts->clock
                    : real       ? real_clock_open(now_ms)
                                 : driven_clock_open(now_ms);
    server->planner = flow_planner_open(false, 0);
    server->payment = parts->payment ? parts->payment : payment_sandbox_open();
    server->keyring = keyring_of_seed(seed);
    server->signer = signer_open(server->keyring, false);
    server->historian =
        historian_create(&(struct historian_options){ .journal = server->journal,
                                                      .durable_seq = stadium_seq(server->stadium),
                                                      .now_ms = machine_ms,
                                                      .ctx = server });
    server->app = app_create(&(struct app_options){ .stadium = server->stadium,
                                                    .keys = server->keys,
                                                    .journal = server->journal,
                                                    .clock = server->clock,
                                                    .planner = server->planner,
                                                    .payment = server->payment,
                                                    .draw_ids = real ? ids_random : ids_driven,
                                                    .venue_there = seat_plan_attach,
                                                    .log = &server->log,
                                                    .inbox_room = parts->inbox_room,
                                                    .durable = durable,
                                                    .durable_ctx = server,
                                                    .sources_max = limits.sources,
                                                    .keep_series = parts->telemetry });
    server->telemetry = parts->telemetry;
    if (parts->telemetry)
        server->recorder = recorder_create(&(struct recorder_options){
            .store = parts->telemetry, .log = &server->log, .take = take_series, .ctx = server });
    services_init(&server->services, &(struct services_options){ .app = server->app,
                                                                 .version = "test",
                                                                 .payment = server->payment,
                                                                 .signer = server->signer,
                                                                 .renderer = server->signer,
                                                                 .recorder = server->recorder,
                                                                 .historian = server->historian,
                                                                 .operators = operators });
    server->rpc = rpc_server_create(
        &(struct rpc_server_options){ .services = server->services.list,
                                      .interceptors = &server->services.interceptor,
                                      .interceptor_count = 1 },
        why, sizeof why);
    if (!server->rpc)
        fprintf(stderr, "%s\n", why);
    assert(server->rpc);
    services_attach(&server->services, server->rpc);
    test_server_run(server);
}

void test_server_open(struct test_server *server, struct journal *journal)
{
    test_server_open_driven(server, journal, NULL);
}

void test_server_open_real(struct test_server *server, struct journal *journal,
                           struct payment_provider *payment)
{
    open_server(server, &(struct test_server_parts){ .journal = journal, .payment = payment },
                true);
}

void test_server_open_driven(struct test_server *server, struct journal *journal,
                             struct payment_provider *payment)
{
    open_server(server, &(struct test_server_parts){ .journal = journal, .payment = payment },
                false);
}

void test_server_open_with(struct test_server *server, const struct test_server_parts *parts)
{
    open_server(server, parts, false);
}

void test_server_close(struct test_server *server)
{
    test_server_run(server);
    historian_destroy(server->historian);
    services_fini(&server->services);
    rpc_server_destroy(server->rpc);
    server->planner->ops->close(server->planner);
    server->payment->ops->close(server->payment);
    recorder_destroy(server->recorder);
    if (server->telemetry)
        server->telemetry->ops->close(server->telemetry);
    signer_close(server->signer);
    keyring_close(server->keyring);
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
    historian_step(server->historian);
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

void *test_server_must(struct test_server *server, const char *path, const void *request,
                       const char *caller)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call_as(server, path, request, caller, NULL, &status);
    if (!reply) {
        fprintf(stderr, "%s: %s (%s)\n", path, status.message, status.reason);
        abort();
    }
    rpc_status_fini(&status);
    return reply;
}

void test_server_do(struct test_server *server, const char *path, const void *request)
{
    protobuf_c_message_free_unpacked(test_server_must(server, path, request, NULL), NULL);
}

void test_server_import_ground(struct test_server *server)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = ground_venue("ground");
    test_server_do(server, "/tifo.v1.Venues/ImportVenue", &request);
    ground_free(request.venue);
}

void test_server_advance(struct test_server *server, int64_t to_ms)
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    request.to_ms = to_ms;
    test_server_do(server, "/tifo.v1.Clock/Advance", &request);
}
