/*
 * A whole server on one thread: memory journal, driven clock, planner and signer without a thread,
 * sandbox payments, memory transport. A second one on the same journal is the first one after a
 * crash.
 */
#ifndef TESTS_SUPPORT_SERVER_H
#define TESTS_SUPPORT_SERVER_H

#include "api/rpc/rpc.h"
#include "server/services/services.h"

struct test_server {
    struct journal *journal;
    bool owns_journal;
    struct stadium *stadium;
    struct keys *keys;
    struct clock *clock;
    struct planner *planner;
    struct payment_provider *payment;
    struct keyring *keyring;
    struct signer *signer;
    struct telemetry_store *telemetry;
    struct recorder *recorder; /* NULL: nothing of telemetry is kept. */
    struct app *app;
    struct services services;
    struct rpc_server *rpc;
    struct historian *historian;
    int64_t machine_ms; /* As replays see it; the test's. */
    struct log log;
};

/* `journal` NULL: an own, empty one. Otherwise it stays the caller's, and is recovered from. */
void test_server_open(struct test_server *server, struct journal *journal);
/* The same with a clock of choice and another payment provider (NULL: the sandbox), which it
 * closes.
 */
void test_server_open_real(struct test_server *server, struct journal *journal,
                           struct payment_provider *payment);
void test_server_open_driven(struct test_server *server, struct journal *journal,
                             struct payment_provider *payment);
/* What a test wants otherwise; zero is as test_server_open() has it. */
struct test_server_parts {
    struct journal *journal;
    struct clock *clock;               /* Closed with the server. */
    struct payment_provider *payment;  /* Closed with the server. */
    struct telemetry_store *telemetry; /* Closed with the server; NULL: none. */
    uint32_t inbox_room;
    enum log_level log_level;
};
void test_server_open_with(struct test_server *server, const struct test_server_parts *parts);
/* As a crash does: what is not in the journal is gone. */
void test_server_close(struct test_server *server);

/* Turns, and looks into the past, until there is nothing left to do. */
void test_server_run(struct test_server *server);

/* A unary call and its answer, NULL when it failed; *status (may be NULL) is the caller's to fini.
 * Free the answer with protobuf_c_message_free_unpacked(). */
void *test_server_call(struct test_server *server, const char *path, const void *request,
                       struct rpc_status *status);
/* The same with metadata: `key` of idempotency, and who calls; NULL: none. */
void *test_server_call_as(struct test_server *server, const char *path, const void *request,
                          const char *caller, const char *key, struct rpc_status *status);
/* What must go well: a refusal is printed and ends the test. */
void *test_server_must(struct test_server *server, const char *path, const void *request,
                       const char *caller);
/* The same where nobody looks at the answer. */
void test_server_do(struct test_server *server, const char *path, const void *request);

/* The ground of tests/support/ground.h, as "ground". */
void test_server_import_ground(struct test_server *server);
void test_server_advance(struct test_server *server, int64_t to_ms);

#endif
