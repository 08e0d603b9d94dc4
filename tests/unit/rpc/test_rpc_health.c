/* Health: of the server and of each service, asked and watched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "echo_server.h"
#include "grpc/health/v1/health.pb-c.h"

#define IS(status) GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__##status
#define ECHO       "rpc.test.Echo"
#define HEALTH     "grpc.health.v1.Health"

/* The status, or the negative code of an error. */
static int check(struct echo_server *server, const char *service)
{
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    ProtobufCMessage *reply;
    request.service = (char *)service;
    enum rpc_code code = rpc_unary(server->channel, &grpc__health__v1__health__descriptor, "Check",
                                   NULL, &request.base, &reply, NULL);
    if (code != RPC_OK)
        return -(int)code;
    int status = (int)((Grpc__Health__V1__HealthCheckResponse *)reply)->status;
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
}

static void check_tells_of_the_server_and_of_each_service(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    assert_int_equal(check(&server, ""), IS(NOT_SERVING));
    assert_int_equal(check(&server, ECHO), IS(NOT_SERVING));

    rpc_server_set_serving(server.rpc, true);
    assert_int_equal(check(&server, ""), IS(SERVING));
    assert_int_equal(check(&server, ECHO), IS(SERVING));
    assert_int_equal(check(&server, HEALTH), IS(SERVING));

    assert_true(rpc_server_set_service_serving(server.rpc, ECHO, false));
    assert_int_equal(check(&server, ECHO), IS(NOT_SERVING));
    assert_int_equal(check(&server, ""), IS(SERVING));
    assert_int_equal(check(&server, HEALTH), IS(SERVING));

    assert_true(rpc_server_set_service_serving(server.rpc, "", false));
    assert_true(rpc_server_set_service_serving(server.rpc, ECHO, true));
    assert_int_equal(check(&server, ""), IS(NOT_SERVING));
    assert_int_equal(check(&server, ECHO), IS(SERVING));

    assert_false(rpc_server_set_service_serving(server.rpc, "rpc.test.Nowhere", true));
    assert_int_equal(check(&server, "rpc.test.Nowhere"), -RPC_NOT_FOUND);
    echo_server_close(&server);
}

/* ---- Watching ------------------------------------------------------------------------------- */

struct watcher {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int last; /* Status; -1: none yet. */
    bool ended;
    enum rpc_code code;
    struct rpc_watch *watch;
};

static void on_status(void *ctx, const ProtobufCMessage *message)
{
    struct watcher *watcher = ctx;
    pthread_mutex_lock(&watcher->lock);
    watcher->last = (int)((const Grpc__Health__V1__HealthCheckResponse *)message)->status;
    pthread_cond_broadcast(&watcher->changed);
    pthread_mutex_unlock(&watcher->lock);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    struct watcher *watcher = ctx;
    pthread_mutex_lock(&watcher->lock);
    watcher->ended = true;
    watcher->code = status->code;
    pthread_cond_broadcast(&watcher->changed);
    pthread_mutex_unlock(&watcher->lock);
}

static void watch(struct watcher *watcher, struct echo_server *server, const char *service)
{
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    request.service = (char *)service;
    *watcher = (struct watcher){ .lock = PTHREAD_MUTEX_INITIALIZER,
                                 .changed = PTHREAD_COND_INITIALIZER,
                                 .last = -1 };
    watcher->watch = rpc_watch_start(server->channel, &grpc__health__v1__health__descriptor,
                                     "Watch", NULL, &request.base, on_status, on_end, watcher);
}

static void wait_for(struct watcher *watcher, int status)
{
    pthread_mutex_lock(&watcher->lock);
    while (watcher->last != status)
        pthread_cond_wait(&watcher->changed, &watcher->lock);
    pthread_mutex_unlock(&watcher->lock);
}

static void wait_for_end(struct watcher *watcher)
{
    pthread_mutex_lock(&watcher->lock);
    while (!watcher->ended)
        pthread_cond_wait(&watcher->changed, &watcher->lock);
    pthread_mutex_unlock(&watcher->lock);
}

static void watch_hears_of_each_change(void **state)
{
    (void)state;
    struct echo_server server;
    struct watcher all, echo, unknown;
    echo_server_open(&server, true, NULL);
    watch(&all, &server, "");
    watch(&echo, &server, ECHO);
    watch(&unknown, &server, "rpc.test.Nowhere");
    wait_for(&all, IS(NOT_SERVING));
    wait_for(&echo, IS(NOT_SERVING));
    wait_for(&unknown, IS(SERVICE_UNKNOWN));
    rpc_server_set_serving(server.rpc, true);
    wait_for(&all, IS(SERVING));
    wait_for(&echo, IS(SERVING));
    rpc_server_set_service_serving(server.rpc, ECHO, false);
    wait_for(&echo, IS(NOT_SERVING));
    wait_for(&all, IS(SERVING));

    /* A drain says so, then ends the streams. */
    rpc_server_drain(server.rpc, 10000);
    wait_for_end(&all);
    wait_for_end(&echo);
    wait_for_end(&unknown);
    assert_int_equal(all.last, IS(NOT_SERVING));
    assert_int_equal(all.code, RPC_UNAVAILABLE);
    rpc_watch_destroy(all.watch);
    rpc_watch_destroy(echo.watch);
    rpc_watch_destroy(unknown.watch);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_tells_of_the_server_and_of_each_service),
        cmocka_unit_test(watch_hears_of_each_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
