/*
 * What clients did and what they heard: the evidence that check.h judges. One record a call, also
 * for a call that repeats another under its key, and one a message of a stream.
 *
 * Instants only say what came before what: each record that is made and each answer that is noted
 * is one later than the one before. So a history has one writer at a time.
 */
#ifndef TESTS_STORM_HISTORY_H
#define TESTS_STORM_HISTORY_H

#include "api/rpc/rpc.h"
#include "api/ticket/code.h"
#include "server/base/arena.h"
#include "server/base/slice.h"

enum outcome {
    OUTCOME_UNKNOWN, /* No answer: it happened once, or not at all. */
    OUTCOME_OK,
    OUTCOME_FAILED, /* Refused, and the server says why. */
};

struct operation {
    const char *method;        /* "/tifo.v1.Seats/HoldSeats" */
    const char *caller, *key;  /* key NULL: a read. */
    struct bytes request;      /* Packed. */
    uint64_t called, returned; /* Instants; returned 0: not yet, or never. */
    /* Stadium time when it was called and answered, as far as anybody knows: it was done in
     * between. */
    int64_t earliest_ms, latest_ms;
    enum outcome outcome;
    struct bytes reply; /* OK: packed. */
    uint32_t code;      /* FAILED: gRPC's, */
    const char *reason; /* and of the list in server/base/status.h. */
    bool replayed;      /* The answer came with the trailer idempotent-replayed. */
    uint32_t stream;    /* A message of a stream: 1 + which one. */
};

/* Zeroed is empty. Records are found by index: they move when the list grows. */
struct history {
    struct operation *operations;
    uint32_t count, room;
    uint64_t instant; /* The last one. */
    uint32_t streams;
    struct arena arena;
    const struct ticket_key *keys; /* That codes on tickets are signed with; the caller's. */
    size_t key_count;
};
void history_fini(struct history *history);

/* A call begins. Strings and the request are copied; `key` NULL: a read. */
uint32_t history_call(struct history *history, const char *method, const char *caller,
                      const char *key, const ProtobufCMessage *request, int64_t now_ms);
/* It is answered. A failure of which the server does not say why, or says that it could not keep
 * its journal, is no answer: the outcome stays unknown. `reply` NULL: it failed. */
void history_return(struct history *history, uint32_t call, const ProtobufCMessage *reply,
                    const struct rpc_status *status, int64_t now_ms);
/* A message of stream `stream` (from 1) came in, which the request asked for. */
void history_heard(struct history *history, uint32_t stream, const char *method,
                   const ProtobufCMessage *request, const ProtobufCMessage *message);

/* `seq` or `as_of_seq` of a message; 0: it has none. */
uint64_t history_seq(const ProtobufCMessage *message);

#endif
