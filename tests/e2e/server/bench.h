/* A tifod of the test's own: a folder, a process, a channel to it, and what is in its files. */
#ifndef TESTS_E2E_SERVER_BENCH_H
#define TESTS_E2E_SERVER_BENCH_H

#include "api/rpc/rpc.h"
#include "tests/support/process.h"

struct bench {
    char folder[64], data[96], port_file[96];
    struct process server;
    struct rpc_channel *channel;
    const char *sensors; /* A file, for --sensors; NULL: none. */
};

/* For cmocka: *state is a struct bench. */
int set_up(void **state);
int tear_down(void **state);

/* Starts tifod with --clock driven, or with the real one. */
void serve(struct bench *b);
void serve_real(struct bench *b);
/* Its exit code, or -1 when the signal ended it. */
int end_server(struct bench *b, int signal_number);
/* A unary call, NULL when it failed. */
void *ask(struct bench *b, const ProtobufCServiceDescriptor *service, const char *method,
          const void *request, struct rpc_status *status);
void drop(void *message);
/* Imports tests/support/ground.h's. */
void import_ground(struct bench *b);

/* Runs tifod to its end, with arguments that do not serve; returns the exit code. */
int run_tifod(const char *const *arguments);
/* Every row of every table of records.db, as text; to be freed. The server has ended. */
char *records_text(const struct bench *b);
/* Fails the test unless records.db is what is made anew from the journal. The server has ended. */
void check_records(const struct bench *b);

#endif
