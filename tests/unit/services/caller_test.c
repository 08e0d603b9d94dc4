/* Who is taken for the caller, over loopback and over the memory transport. */
#include "server/services/work.h"

#include "api/rpc/channel.h"
#include "api/rpc/tls.h"
#include "tests/support/certificates.h"
#include "tifo/v1/clock.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Every call is refused, with the caller's name for a message. */
static void tell_caller(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_ABORTED, .message = call_caller(call) });
}

static const struct rpc_method methods[] = {
    { "Advance", RPC_UNARY, tell_caller, NULL },
    { "GetClock", RPC_UNARY, tell_caller, NULL },
};
static const struct rpc_service service = { &tifo__v1__clock__descriptor, methods, 2, NULL };
static const struct rpc_service *const services[] = { &service, NULL };

static const struct rpc_metadata_entry turnstile[] = { { .key = "tifo-caller",
                                                         .value = "turnstile-7" } };
static const struct rpc_metadata_entry nobody[] = { { .key = "tifo-caller", .value = "" } };

/* NULL: this machine has no such address. */
static struct rpc_server *open_server(const char *address, const struct rpc_tls *tls)
{
    char why[256];
    const struct rpc_server_options options = { .address = address,
                                                .tls = tls,
                                                .services = services };
    return rpc_server_create(&options, why, sizeof why);
}

static void check_memory(struct rpc_server *server, const struct rpc_metadata_entry *metadata,
                         const char *expected)
{
    const Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    struct rpc_status status = { 0 };
    struct rpc_memory_call *call = rpc_memory_start(server, "/tifo.v1.Clock/GetClock", metadata,
                                                    metadata ? 1 : 0, &request.base);
    assert_true(rpc_memory_ended(call, &status));
    assert_string_equal(status.message, expected);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
}

static void metadata_names_the_caller(void **state)
{
    (void)state;
    struct rpc_server *server = open_server(NULL, NULL);
    assert_non_null(server);
    check_memory(server, turnstile, "turnstile-7");
    check_memory(server, nobody, "anonymous");
    check_memory(server, NULL, "anonymous");
    rpc_server_destroy(server);
}

static void check_socket(struct rpc_channel *channel, const struct rpc_metadata_entry *metadata,
                         const char *expected)
{
    const Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = metadata ? 1 : 0,
                                                .timeout_ms = 10000 };
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply;
    rpc_unary(channel, &tifo__v1__clock__descriptor, "GetClock", &options, &request.base, &reply,
              &status);
    assert_string_equal(status.message, expected);
    rpc_status_fini(&status);
}

static void check_loopback(const char *host)
{
    char address[40];
    snprintf(address, sizeof address, "%s:0", host);
    struct rpc_server *server = open_server(address, NULL);
    if (!server)
        skip();
    snprintf(address, sizeof address, "%s:%u", host, rpc_server_port(server));
    struct rpc_channel *channel = rpc_channel_create(address);
    check_socket(channel, turnstile, "turnstile-7");
    check_socket(channel, NULL, "anonymous");
    rpc_channel_destroy(channel);
    rpc_server_destroy(server);
}

static void loopback_is_believed(void **state)
{
    (void)state;
    check_loopback("127.0.0.1");
}

static void loopback_of_ipv6_is_believed(void **state)
{
    (void)state;
    check_loopback("[::1]");
}

/* A client whose certificate has this common name is this caller, whatever it says. */
static void check_certified(const char *common_name, const char *expected)
{
    struct test_ca *ca = test_ca_create();
    struct test_identity own = test_ca_issue(ca, "tifod", "IP:127.0.0.1");
    struct test_identity steward = test_ca_issue(ca, common_name, NULL);
    const struct rpc_tls server_tls = { .certificate.text = own.certificate,
                                        .key.text = own.key,
                                        .ca.text = test_ca_pem(ca) };
    const struct rpc_tls tls = { .certificate.text = steward.certificate,
                                 .key.text = steward.key,
                                 .ca.text = test_ca_pem(ca) };
    char address[40], why[256];
    struct rpc_server *server = open_server("127.0.0.1:0", &server_tls);
    snprintf(address, sizeof address, "127.0.0.1:%u", rpc_server_port(server));
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){ .address = address, .tls = &tls }, why, sizeof why);
    assert_non_null(channel);
    check_socket(channel, turnstile, expected);
    check_socket(channel, NULL, expected);
    rpc_channel_destroy(channel);
    rpc_server_destroy(server);
    test_identity_fini(&own);
    test_identity_fini(&steward);
    test_ca_destroy(ca);
}

static void a_certificate_says_more_than_metadata(void **state)
{
    (void)state;
    check_certified("steward-3", "steward-3");
}

static void a_certificate_of_nobody_names_nobody(void **state)
{
    (void)state;
    check_certified(NULL, "anonymous");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_names_the_caller),
        cmocka_unit_test(loopback_is_believed),
        cmocka_unit_test(loopback_of_ipv6_is_believed),
        cmocka_unit_test(a_certificate_says_more_than_metadata),
        cmocka_unit_test(a_certificate_of_nobody_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
