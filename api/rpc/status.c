#include "api/rpc/status.h"

#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"
#include "api/rpc/metadata.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"

#define ERROR_INFO  "type.googleapis.com/google.rpc.ErrorInfo"
#define BAD_REQUEST "type.googleapis.com/google.rpc.BadRequest"
#define RETRY_INFO  "type.googleapis.com/google.rpc.RetryInfo"

const char *rpc_code_name(enum rpc_code code)
{
    static const char *const names[] = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    };
    return (unsigned)code < sizeof names / sizeof *names ? names[code] : "UNKNOWN";
}

void rpc_status_fini(struct rpc_status *status)
{
    free(status->message);
    free(status->reason);
    free(status->domain);
    free(status->field);
    rpc_metadata_list_fini(&status->header);
    rpc_metadata_list_fini(&status->trailer);
    *status = (struct rpc_status){ 0 };
}

/* ---- Packing -------------------------------------------------------------------------------- */

static void pack_any(Google__Protobuf__Any *any, const char *type_url,
                     const ProtobufCMessage *message)
{
    google__protobuf__any__init(any);
    any->type_url = (char *)type_url;
    any->value.len = protobuf_c_message_get_packed_size(message);
    any->value.data = rpc_new(any->value.len + 1);
    protobuf_c_message_pack(message, any->value.data);
}

static void pack_error_info(Google__Protobuf__Any *any, const struct rpc_error *error)
{
    Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;
    info.domain = (char *)error->domain;
    if (error->reason)
        info.reason = (char *)error->reason;
    pack_any(any, ERROR_INFO, &info.base);
}

static void pack_bad_request(Google__Protobuf__Any *any, const struct rpc_error *error)
{
    Google__Rpc__BadRequest__FieldViolation violation =
        GOOGLE__RPC__BAD_REQUEST__FIELD_VIOLATION__INIT;
    violation.field = (char *)error->field;
    if (error->message)
        violation.description = (char *)error->message;
    Google__Rpc__BadRequest__FieldViolation *violations[] = { &violation };
    Google__Rpc__BadRequest bad = GOOGLE__RPC__BAD_REQUEST__INIT;
    bad.n_field_violations = 1;
    bad.field_violations = violations;
    pack_any(any, BAD_REQUEST, &bad.base);
}

static void pack_retry_info(Google__Protobuf__Any *any, const struct rpc_error *error)
{
    Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
    delay.seconds = error->retry_after_ms / 1000;
    delay.nanos = (int32_t)(error->retry_after_ms % 1000) * 1000000;
    Google__Rpc__RetryInfo retry = GOOGLE__RPC__RETRY_INFO__INIT;
    retry.retry_delay = &delay;
    pack_any(any, RETRY_INFO, &retry.base);
}

uint8_t *rpc_error_pack(const struct rpc_error *error, size_t *size)
{
    Google__Protobuf__Any details[3], *pointers[3];
    size_t count = 0;
    if (error->packed) {
        *size = error->packed_size;
        return memcpy(rpc_new(*size), error->packed, *size);
    }
    if (error->domain)
        pack_error_info(&details[count++], error);
    if (error->field)
        pack_bad_request(&details[count++], error);
    if (error->retry_after_ms)
        pack_retry_info(&details[count++], error);
    if (count == 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        pointers[i] = &details[i];

    Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
    status.code = error->code;
    if (error->message)
        status.message = (char *)error->message;
    status.n_details = count;
    status.details = pointers;
    *size = google__rpc__status__get_packed_size(&status);
    uint8_t *bytes = rpc_new(*size);
    google__rpc__status__pack(&status, bytes);
    for (size_t i = 0; i < count; i++)
        free(details[i].value.data);
    return bytes;
}

/* ---- Unpacking ------------------------------------------------------------------------------ */

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return size == 1 ? NULL : memcpy(rpc_new(size), text, size);
}

static void read_error_info(struct rpc_status *status, const ProtobufCMessage *message)
{
    const Google__Rpc__ErrorInfo *info = (const void *)message;
    if (status->domain || status->reason) /* The first one counts. */
        return;
    status->reason = copy_text(info->reason);
    status->domain = copy_text(info->domain);
}

static void read_bad_request(struct rpc_status *status, const ProtobufCMessage *message)
{
    const Google__Rpc__BadRequest *bad = (const void *)message;
    if (bad->n_field_violations > 0 && !status->field)
        status->field = copy_text(bad->field_violations[0]->field);
}

static void read_retry_info(struct rpc_status *status, const ProtobufCMessage *message)
{
    const Google__Rpc__RetryInfo *retry = (const void *)message;
    if (!retry->retry_delay || retry->retry_delay->seconds < 0 || retry->retry_delay->nanos < 0)
        return;
    int64_t seconds = retry->retry_delay->seconds;
    int64_t limit_s = UINT32_MAX / 1000 - 1;
    status->retry_after_ms = (uint32_t)((seconds < limit_s ? seconds : limit_s) * 1000 +
                                        retry->retry_delay->nanos % 1000000000 / 1000000);
}

static void read_detail(struct rpc_status *status, const Google__Protobuf__Any *any)
{
    static const struct {
        const char *type_url;
        const ProtobufCMessageDescriptor *descriptor;
        void (*read)(struct rpc_status *status, const ProtobufCMessage *message);
    } kinds[] = {
        { ERROR_INFO, &google__rpc__error_info__descriptor, read_error_info },
        { BAD_REQUEST, &google__rpc__bad_request__descriptor, read_bad_request },
        { RETRY_INFO, &google__rpc__retry_info__descriptor, read_retry_info },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(any->type_url, kinds[i].type_url) != 0)
            continue;
        ProtobufCMessage *message =
            protobuf_c_message_unpack(kinds[i].descriptor, NULL, any->value.len, any->value.data);
        if (message)
            kinds[i].read(status, message);
        protobuf_c_message_free_unpacked(message, NULL);
    }
}

void rpc_status_set(struct rpc_status *status, enum rpc_code code, const char *message,
                    size_t message_size, const uint8_t *details, size_t details_size)
{
    *status = (struct rpc_status){ .code = code };
    if (message_size > 0) {
        status->message = rpc_new(message_size + 1);
        memcpy(status->message, message, message_size);
    }
    Google__Rpc__Status *unpacked =
        details ? google__rpc__status__unpack(NULL, details_size, details) : NULL;
    if (!unpacked)
        return;
    for (size_t i = 0; i < unpacked->n_details; i++)
        read_detail(status, unpacked->details[i]);
    google__rpc__status__free_unpacked(unpacked, NULL);
}
