#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "echo_descriptors.h"
#include "echo_server.h"
#include "grpc/reflection/v1/reflection.pb-c.h"

typedef Grpc__Reflection__V1__ServerReflectionRequest request_message;
typedef Grpc__Reflection__V1__ServerReflectionResponse response_message;
#define ASKS(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##what
#define SAYS(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what

static const struct rpc_server_options options = { .descriptors = echo_descriptors };

static void open_server(struct echo_server *server, bool has_socket)
{
    struct rpc_server_options all = options;
    all.descriptors_size = echo_descriptors_size;
    echo_server_open(server, has_socket, &all);
}

/* v1's, or v1alpha's by the name of another service. */
static ProtobufCServiceDescriptor service(bool is_alpha)
{
    ProtobufCServiceDescriptor descriptor = grpc__reflection__v1__server_reflection__descriptor;
    if (is_alpha)
        descriptor.name = "grpc.reflection.v1alpha.ServerReflection";
    return descriptor;
}

static response_message *ask(struct rpc_talk *talk, const request_message *request)
{
    assert_true(rpc_talk_send(talk, &request->base));
    response_message *response = (response_message *)rpc_talk_next(talk);
    assert_non_null(response);
    assert_int_equal(response->original_request->message_request_case,
                     request->message_request_case);
    assert_string_equal(response->valid_host, request->host);
    return response;
}

static void done(response_message *response)
{
    protobuf_c_message_free_unpacked(&response->base, NULL);
}

static request_message by_symbol(const char *symbol)
{
    request_message request = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    request.host = (char *)"here";
    request.message_request_case = ASKS(FILE_CONTAINING_SYMBOL);
    request.file_containing_symbol = (char *)symbol;
    return request;
}

static request_message by_file(const char *name)
{
    request_message request = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    request.message_request_case = ASKS(FILE_BY_FILENAME);
    request.file_by_filename = (char *)name;
    return request;
}

/* A FileDescriptorProto begins with its name. */
static void expect_file(const response_message *response, size_t index, size_t count,
                        const char *name)
{
    assert_int_equal(response->message_response_case, SAYS(FILE_DESCRIPTOR_RESPONSE));
    assert_int_equal(response->file_descriptor_response->n_file_descriptor_proto, count);
    const ProtobufCBinaryData *proto =
        &response->file_descriptor_response->file_descriptor_proto[index];
    assert_true(proto->len > strlen(name) + 2);
    assert_int_equal(proto->data[1], strlen(name));
    assert_memory_equal(proto->data + 2, name, strlen(name));
}

static void expect_error(const response_message *response, enum rpc_code code, const char *message)
{
    assert_int_equal(response->message_response_case, SAYS(ERROR_RESPONSE));
    assert_int_equal(response->error_response->error_code, code);
    assert_string_equal(response->error_response->error_message, message);
}

static void ask_for_services(struct rpc_talk *talk)
{
    static const char *const names[] = { "grpc.health.v1.Health",
                                         "grpc.reflection.v1.ServerReflection",
                                         "grpc.reflection.v1alpha.ServerReflection",
                                         "rpc.test.Echo" };
    request_message list = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    list.message_request_case = ASKS(LIST_SERVICES);
    list.list_services = (char *)"*";
    response_message *response = ask(talk, &list);
    assert_int_equal(response->message_response_case, SAYS(LIST_SERVICES_RESPONSE));
    assert_int_equal(response->list_services_response->n_service, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(response->list_services_response->service[i]->name, names[i]);
    done(response);
}

static void ask_for_files(struct rpc_talk *talk)
{
    static const char *const symbols[] = { "rpc.test.Echo", "rpc.test.Echo.Say",
                                           "rpc.test.EchoRequest.Part" };
    for (size_t i = 0; i < 3; i++) {
        request_message request = by_symbol(symbols[i]);
        response_message *response = ask(talk, &request);
        expect_file(response, 0, 1, "echo.proto");
        done(response);
    }
    request_message request = by_file("google/rpc/status.proto");
    response_message *response = ask(talk, &request);
    expect_file(response, 0, 2, "google/rpc/status.proto");
    expect_file(response, 1, 2, "google/protobuf/any.proto");
    done(response);
}

static void ask_in_vain(struct rpc_talk *talk)
{
    request_message request = by_symbol("rpc.test.Shout");
    response_message *response = ask(talk, &request);
    expect_error(response, RPC_NOT_FOUND,
                 "this server knows no symbol rpc.test.Shout; ask it for a list");
    done(response);
    request = by_file("shout.proto");
    response = ask(talk, &request);
    expect_error(response, RPC_NOT_FOUND,
                 "this server knows no file shout.proto; ask it for a list");
    done(response);
    char name[201]; /* A quotation ends between two characters. */
    for (size_t i = 0; i < sizeof name - 1; i++)
        name[i] = "x\xc3\xa9"[i == 0 ? 0 : 2 - i % 2];
    memcpy(name + 199, "z", 2);
    request = by_symbol(name);
    response = ask(talk, &request);
    char expected[256];
    snprintf(expected, sizeof expected, "this server knows no symbol %.159s; ask it for a list",
             name);
    expect_error(response, RPC_NOT_FOUND, expected);
    done(response);
    request_message extensions = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    extensions.message_request_case = ASKS(ALL_EXTENSION_NUMBERS_OF_TYPE);
    extensions.all_extension_numbers_of_type = (char *)"rpc.test.EchoRequest";
    response = ask(talk, &extensions);
    expect_error(response, RPC_UNIMPLEMENTED,
                 "this server has no extensions; ask for services, files or symbols");
    done(response);
    request_message nothing = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    response = ask(talk, &nothing);
    expect_error(response, RPC_INVALID_ARGUMENT,
                 "the request asks for nothing; set one field of message_request");
    done(response);
}

static void a_server_describes_itself_in_both_versions(void **state)
{
    (void)state;
    struct echo_server server;
    open_server(&server, true);
    for (int is_alpha = 0; is_alpha < 2; is_alpha++) {
        ProtobufCServiceDescriptor descriptor = service(is_alpha);
        struct rpc_talk *talk =
            rpc_talk_start(server.channel, &descriptor, "ServerReflectionInfo", NULL);
        ask_for_services(talk);
        ask_for_files(talk);
        ask_in_vain(talk);
        ask_for_files(talk); /* An error in between ends nothing. */
        rpc_talk_send_end(talk);
        assert_null(rpc_talk_next(talk));
        assert_int_equal(rpc_talk_finish(talk, NULL), RPC_OK);
    }
    echo_server_close(&server);
}

static void it_does_so_in_memory(void **state)
{
    (void)state;
    struct echo_server server;
    open_server(&server, false);
    request_message request = by_symbol("rpc.test.Echo");
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                         NULL, 0, &request.base);
    response_message *response = (response_message *)rpc_memory_next(call);
    expect_file(response, 0, 1, "echo.proto");
    done(response);
    rpc_memory_send(call, NULL);
    assert_true(rpc_memory_ended(call, NULL));
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

static void without_descriptors_there_is_no_reflection(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    ProtobufCServiceDescriptor descriptor = service(false);
    struct rpc_talk *talk =
        rpc_talk_start(server.channel, &descriptor, "ServerReflectionInfo", NULL);
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), RPC_UNIMPLEMENTED);
    echo_server_close(&server);
}

static void descriptors_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    char why[200] = "";
    struct rpc_server_options cut = options;
    cut.descriptors_size = 20;
    assert_null(rpc_server_create(&cut, why, sizeof why));
    assert_string_equal(why, "the descriptors are no FileDescriptorSet; make them with protoc "
                             "--include_imports --descriptor_set_out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_describes_itself_in_both_versions),
        cmocka_unit_test(it_does_so_in_memory),
        cmocka_unit_test(without_descriptors_there_is_no_reflection),
        cmocka_unit_test(descriptors_that_cannot_be_read_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
