#include "api/rpc/reflection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"
#include "grpc/reflection/v1/reflection.pb-c.h"

typedef Grpc__Reflection__V1__ServerReflectionRequest request_message;
typedef Grpc__Reflection__V1__ServerReflectionResponse response_message;

/* ---- Answers: each fills in the response and sends it -----------------------------------------
 */

static void send_error(struct rpc_call *call, response_message *response, enum rpc_code code,
                       const char *message)
{
    Grpc__Reflection__V1__ErrorResponse error = GRPC__REFLECTION__V1__ERROR_RESPONSE__INIT;
    error.error_code = code;
    error.error_message = (char *)message;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE;
    response->error_response = &error;
    rpc_send(call, &response->base);
}

/* How much of a text an error quotes: whole characters. */
static int quoted_size(const char *text)
{
    enum { QUOTED_MAX = 160 };
    size_t size = strlen(text);
    if (size > QUOTED_MAX)
        for (size = QUOTED_MAX; size > 0 && (text[size] & 0xc0) == 0x80; size--)
            ;
    return (int)size;
}

/* `file` NULL: the error names what was asked for. */
static void send_file(struct rpc_call *call, const struct rpc_reflection *reflection,
                      response_message *response, const struct rpc_descriptor_file *file,
                      const char *noun, const char *name)
{
    if (!file) {
        char message[256];
        snprintf(message, sizeof message, "this server knows no %s %.*s; ask it for a list", noun,
                 quoted_size(name), name);
        send_error(call, response, RPC_NOT_FOUND, message);
        return;
    }
    size_t room = reflection->descriptors.count;
    const struct rpc_descriptor_file **files = rpc_new(room * sizeof *files);
    ProtobufCBinaryData *protos = rpc_new(room * sizeof *protos);
    size_t count = rpc_descriptors_closure(&reflection->descriptors, file, files);
    for (size_t i = 0; i < count; i++)
        protos[i] = (ProtobufCBinaryData){ files[i]->proto.size, (uint8_t *)files[i]->proto.bytes };
    Grpc__Reflection__V1__FileDescriptorResponse found =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    found.n_file_descriptor_proto = count;
    found.file_descriptor_proto = protos;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
    response->file_descriptor_response = &found;
    rpc_send(call, &response->base);
    free(protos);
    free(files);
}

static void send_services(struct rpc_call *call, const struct rpc_method_table *methods,
                          response_message *response)
{
    Grpc__Reflection__V1__ServiceResponse *rows = rpc_new(methods->count * sizeof *rows);
    Grpc__Reflection__V1__ServiceResponse **list = rpc_new(methods->count * sizeof *list);
    Grpc__Reflection__V1__ListServiceResponse services =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    for (size_t i = 0; i < methods->count; i++) {
        const char *name = methods->entries[i].service;
        if (i > 0 && name == methods->entries[i - 1].service)
            continue;
        Grpc__Reflection__V1__ServiceResponse *row = &rows[services.n_service];
        grpc__reflection__v1__service_response__init(row);
        row->name = (char *)name;
        list[services.n_service++] = row;
    }
    services.service = list;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
    response->list_services_response = &services;
    rpc_send(call, &response->base);
    free(list);
    free(rows);
}

/* ---- The service ---------------------------------------------------------------------------- */

static void answer(struct rpc_call *call, void *ctx)
{
    const struct rpc_reflection *reflection = ctx;
    const request_message *request = (const void *)rpc_request(call);
    if (!request) {
        rpc_finish(call);
        return;
    }
    response_message response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    response.valid_host = request->host;
    response.original_request = (request_message *)request;
    const struct rpc_descriptors *descriptors = &reflection->descriptors;
    switch (request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        send_services(call, reflection->methods, &response);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
        send_file(call, reflection, &response,
                  rpc_descriptors_find_file(descriptors, request->file_by_filename), "file",
                  request->file_by_filename);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        send_file(call, reflection, &response,
                  rpc_descriptors_find_symbol(descriptors, request->file_containing_symbol),
                  "symbol", request->file_containing_symbol);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST__NOT_SET:
        send_error(call, &response, RPC_INVALID_ARGUMENT,
                   "the request asks for nothing; set one field of message_request");
        break;
    default:
        send_error(call, &response, RPC_UNIMPLEMENTED,
                   "this server has no extensions; ask for services, files or symbols");
    }
}

static const struct rpc_method methods[] = {
    { "ServerReflectionInfo", RPC_BIDI_STREAM, answer, NULL },
};

bool rpc_reflection_init(struct rpc_reflection *reflection, const struct rpc_method_table *table,
                         const uint8_t *set, size_t size, char *why, size_t why_size)
{
    if (!rpc_descriptors_init(&reflection->descriptors, set, size)) {
        snprintf(why, why_size,
                 "the descriptors are no FileDescriptorSet; make them with protoc "
                 "--include_imports --descriptor_set_out");
        return false;
    }
    reflection->methods = table;
    reflection->alpha = grpc__reflection__v1__server_reflection__descriptor;
    reflection->alpha.name = "grpc.reflection.v1alpha.ServerReflection";
    reflection->services[0] =
        (struct rpc_service){ &grpc__reflection__v1__server_reflection__descriptor, methods, 1,
                              reflection };
    reflection->services[1] = (struct rpc_service){ &reflection->alpha, methods, 1, reflection };
    return true;
}

void rpc_reflection_fini(struct rpc_reflection *reflection)
{
    rpc_descriptors_fini(&reflection->descriptors);
}
