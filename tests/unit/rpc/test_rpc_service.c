/* What a server refuses to start with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "echo_server.h"

static void ignore(struct rpc_call *call, void *ctx)
{
    (void)call;
    (void)ctx;
}

static void expect_refusal(const struct rpc_method *methods, size_t count, const char *sentence)
{
    struct rpc_service service = { &rpc__test__echo__descriptor, methods, count, NULL };
    const struct rpc_service *services[] = { &service, NULL };
    static const char *const addresses[] = { NULL, "127.0.0.1:0" };
    for (size_t i = 0; i < 2; i++) {
        char why[200] = "";
        struct rpc_server_options options = { .address = addresses[i], .services = services };
        assert_null(rpc_server_create(&options, why, sizeof why));
        assert_string_equal(why, sentence);
    }
}

static void rows_that_do_not_fit_the_descriptor_are_named(void **state)
{
    (void)state;
    const struct rpc_method unknown[] = { { "Say", RPC_UNARY, ignore, NULL },
                                          { "Sum", RPC_CLIENT_STREAM, ignore, NULL },
                                          { "Follow", RPC_SERVER_STREAM, ignore, NULL },
                                          { "Shout", RPC_UNARY, ignore, NULL } };
    expect_refusal(unknown, 4,
                   "service rpc.test.Echo: row \"Shout\" is no method of the .proto; remove it");
    expect_refusal(
        unknown, 2,
        "service rpc.test.Echo: method \"Follow\" of the .proto has no row; give it one");
    expect_refusal(NULL, 0,
                   "service rpc.test.Echo: method \"Say\" of the .proto has no row; give it one");

    const struct rpc_method twice[] = { { "Say", RPC_UNARY, ignore, NULL },
                                        { "Say", RPC_UNARY, ignore, NULL },
                                        { "Sum", RPC_CLIENT_STREAM, ignore, NULL },
                                        { "Follow", RPC_SERVER_STREAM, ignore, NULL } };
    expect_refusal(
        twice, 4,
        "service rpc.test.Echo: method \"Say\" of the .proto has more than one row; give it one");

    const struct rpc_method no_handler[] = { { "Say", RPC_UNARY, NULL, NULL } };
    expect_refusal(no_handler, 1, "service rpc.test.Echo: row \"Say\" has no handler; give it one");

    const struct rpc_method no_kind[] = { { "Say", (enum rpc_kind)7, ignore, NULL } };
    expect_refusal(no_kind, 1, "service rpc.test.Echo: row \"Say\" is of no known kind (7)");

    const struct rpc_method no_name[] = { { NULL, RPC_UNARY, ignore, NULL } };
    expect_refusal(no_name, 1,
                   "service rpc.test.Echo: row \"(null)\" is no method of the .proto; remove it");
}

static void a_service_listed_twice_is_named(void **state)
{
    (void)state;
    struct rpc_service service = { &rpc__test__echo__descriptor, echo_methods, ECHO_METHODS, NULL };
    const struct rpc_service *services[] = { &service, &service, NULL };
    char why[200] = "";
    assert_null(
        rpc_server_create(&(struct rpc_server_options){ .services = services }, why, sizeof why));
    assert_string_equal(why, "service rpc.test.Echo is listed twice; list it once");
}

static void what_is_not_called_often_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *often[3], *why;
    } rows[] = {
        { { "/rpc.test.Echo/Shout" },
          "often: \"/rpc.test.Echo/Shout\" is no method of the server; name each unary method "
          "once" },
        { { "/rpc.test.Echo/Say", "/rpc.test.Echo/Say" },
          "often: \"/rpc.test.Echo/Say\" is not unary, or there twice; name each unary method "
          "once" },
        { { "/rpc.test.Echo/Follow" },
          "often: \"/rpc.test.Echo/Follow\" is not unary, or there twice; name each unary method "
          "once" },
    };
    struct rpc_service service = { &rpc__test__echo__descriptor, echo_methods, ECHO_METHODS, NULL };
    const struct rpc_service *services[] = { &service, NULL };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char why[200] = "";
        const struct rpc_server_options options = { .services = services, .often = rows[i].often };
        assert_null(rpc_server_create(&options, why, sizeof why));
        assert_string_equal(why, rows[i].why);
    }
}

static void an_address_that_cannot_be_had_is_explained(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    char in_use[160];
    snprintf(in_use, sizeof in_use,
             "cannot listen on %s: address in use; stop the other server or give another --listen",
             server.address);
    const struct {
        const char *address, *why;
    } rows[] = {
        { server.address, in_use },
        { "7040", "cannot listen on 7040: not host:port; give --listen such as 127.0.0.1:7040" },
        { "127.0.0.1:", "cannot listen on 127.0.0.1:: not host:port; give --listen such as "
                        "127.0.0.1:7040" },
        { "127.0.0.1:http",
          "cannot listen on 127.0.0.1:http: not host:port; give --listen such as 127.0.0.1:7040" },
        { "192.0.2.1:7040", "cannot listen on 192.0.2.1:7040: this machine has no such address; "
                            "give one of its own to --listen" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char why[200] = "";
        struct rpc_server_options options = { .address = rows[i].address };
        assert_null(rpc_server_create(&options, why, sizeof why));
        assert_string_equal(why, rows[i].why);
    }
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_do_not_fit_the_descriptor_are_named),
        cmocka_unit_test(a_service_listed_twice_is_named),
        cmocka_unit_test(what_is_not_called_often_is_named),
        cmocka_unit_test(an_address_that_cannot_be_had_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
