/*
 * The server of the tests: what a request's `action` says is done with it. Calls may be held back
 * and answered by the test, or by a worker thread.
 */
#ifndef TESTS_ECHO_SERVER_H
#define TESTS_ECHO_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "api/rpc/channel.h"
#include "echo.pb-c.h"

enum {
    ECHO_METHODS = 5,
    ECHO_HELD_MAX = 4096,
    ECHO_COUNT_BYTES = 100000 /* In each reply of Count. */
};

struct echo_server {
    struct rpc_server *rpc;
    struct rpc_channel *channel;     /* To it; NULL: memory transport only, or TLS. */
    struct rpc_topic *_Atomic topic; /* Streams may be asked for before it is there. */
    struct rpc_service service;
    const struct rpc_service *services[2];
    char address[32];

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct rpc_call *held[ECHO_HELD_MAX]; /* In the order in which they came. */
    size_t held_count;
    bool working;
    pthread_t worker;

    atomic_size_t said, ended, ends_seen; /* ends_seen: the end of a stream of requests. */
    atomic_size_t said_compressed;        /* Messages of Sum that came so. */
};

/* With a socket (on a free port, if the options give no address), or for the memory transport
 * alone. */
void echo_server_open(struct echo_server *server, bool has_socket,
                      const struct rpc_server_options *options);
void echo_server_close(struct echo_server *server);

/* Takes the oldest call that is held back; waits for one. */
struct rpc_call *echo_server_take(struct echo_server *server);
/* Starts a thread that answers what is held back, until the server is closed. */
void echo_server_work(struct echo_server *server);
void echo_answer(struct rpc_call *call);
/* rpc_send() of a numbered message. */
void echo_send(struct rpc_call *call, uint64_t number, const char *text);

/* Waits until the number reaches the value; false: not within ten seconds. */
bool echo_reaches(atomic_size_t *number, size_t value);

extern const struct rpc_method echo_methods[ECHO_METHODS];

/* A request; literals do. */
Rpc__Test__EchoRequest echo_request(const char *action, const char *text);
/* rpc_unary() of Say. */
enum rpc_code echo_say(struct rpc_channel *channel, const struct rpc_client_options *options,
                       const char *action, const char *text, Rpc__Test__EchoReply **reply,
                       struct rpc_status *status);
void echo_reply_free(Rpc__Test__EchoReply *reply);

#endif
