#include "tests/storm/checker/history.h"

#include <stdlib.h>
#include <string.h>

void history_fini(struct history *history)
{
    free(history->operations);
    arena_fini(&history->arena);
    *history = (struct history){ 0 };
}

static const char *keep_text(struct history *history, const char *text)
{
    return text ? arena_copy(&history->arena, text, strlen(text) + 1) : NULL;
}

static struct bytes keep_packed(struct history *history, const ProtobufCMessage *message)
{
    const size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(&history->arena, size);
    protobuf_c_message_pack(message, bytes);
    return (struct bytes){ bytes, size };
}

static struct operation *add(struct history *history)
{
    if (history->count == history->room) {
        const uint32_t room = history->room ? 2 * history->room : 1024;
        struct operation *operations = base_alloc(room * sizeof *operations);
        if (history->count)
            memcpy(operations, history->operations, history->count * sizeof *operations);
        free(history->operations);
        history->operations = operations;
        history->room = room;
    }
    return &history->operations[history->count++];
}

uint32_t history_call(struct history *history, const char *method, const char *caller,
                      const char *key, const ProtobufCMessage *request, int64_t now_ms)
{
    struct operation *operation = add(history);
    *operation = (struct operation){
        .method = keep_text(history, method),
        .caller = keep_text(history, caller),
        .key = keep_text(history, key),
        .request = keep_packed(history, request),
        .called = ++history->instant,
        .earliest_ms = now_ms,
        .latest_ms = INT64_MAX,
    };
    return history->count - 1;
}

/* Its journal would not take it: nobody knows whether it is there after the next start. */
static bool is_unknown(const char *reason)
{
    return !reason || strncmp(reason, "JOURNAL_", strlen("JOURNAL_")) == 0;
}

void history_return(struct history *history, uint32_t call, const ProtobufCMessage *reply,
                    const struct rpc_status *status, int64_t now_ms)
{
    struct operation *operation = &history->operations[call];
    if (!reply && is_unknown(status->reason))
        return;
    operation->outcome = reply ? OUTCOME_OK : OUTCOME_FAILED;
    operation->returned = ++history->instant;
    operation->latest_ms = now_ms;
    operation->code = (uint32_t)status->code;
    operation->replayed = rpc_metadata_find(&status->trailer, "idempotent-replayed") != NULL;
    if (reply)
        operation->reply = keep_packed(history, reply);
    else
        operation->reason = keep_text(history, status->reason);
}

void history_heard(struct history *history, uint32_t stream, const char *method,
                   const ProtobufCMessage *request, const ProtobufCMessage *message)
{
    const uint32_t call = history_call(history, method, "", NULL, request, INT64_MIN);
    struct operation *operation = &history->operations[call];
    operation->outcome = OUTCOME_OK;
    operation->returned = ++history->instant;
    operation->reply = keep_packed(history, message);
    operation->stream = stream;
    if (stream > history->streams)
        history->streams = stream;
}

uint64_t history_seq(const ProtobufCMessage *message)
{
    static const char *const names[] = { "seq", "as_of_seq", "to_seq" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(message->descriptor, names[i]);
        if (field)
            return *(const uint64_t *)((const char *)message + field->offset);
    }
    return 0;
}
