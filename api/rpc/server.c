#include "api/rpc/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "api/rpc/clock.h"
#include "api/rpc/credentials.h"
#include "api/rpc/listen.h"
#include "api/rpc/memory.h"
#include "api/rpc/topic.h"
#include "api/rpc/wire.h"

/* ---- Life ----------------------------------------------------------------------------------- */

static bool add_reflection(struct rpc_server *server, const struct rpc_server_options *options,
                           char *why, size_t why_size)
{
    struct rpc_reflection *reflection = &server->reflection;
    return rpc_reflection_init(reflection, &server->methods, options->descriptors,
                               options->descriptors_size, why, why_size) &&
           rpc_method_table_add(&server->methods, &reflection->services[0], why, why_size) &&
           rpc_method_table_add(&server->methods, &reflection->services[1], why, why_size);
}

static bool add_services(struct rpc_server *server, const struct rpc_server_options *options,
                         char *why, size_t why_size)
{
    rpc_health_init(&server->health);
    if (!rpc_method_table_add(&server->methods, &server->health.service, why, why_size))
        return false;
    if (options->descriptors && !add_reflection(server, options, why, why_size))
        return false;
    const struct rpc_service *const *services = options->services;
    for (; services && *services; services++)
        if (!rpc_method_table_add(&server->methods, *services, why, why_size))
            return false;
    return !options->often ||
           rpc_method_table_often(&server->methods, options->often, why, why_size);
}

static void free_server(struct rpc_server *server)
{
    rpc_method_table_fini(&server->methods);
    rpc_reflection_fini(&server->reflection);
    rpc_certificates_close(server->certificates);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static bool open_wire(struct rpc_server *server, const struct rpc_server_options *options,
                      char *why, size_t why_size)
{
    if (!rpc_listen_check(options->address, why, why_size))
        return false;
    if (options->tls) {
        server->certificates = rpc_certificates_open(options->tls, why, why_size);
        if (!server->certificates)
            return false;
    }
    server->wire = rpc_wire_open(server, options, why, why_size);
    return server->wire != NULL;
}

struct rpc_server *rpc_server_create(const struct rpc_server_options *options, char *why,
                                     size_t why_size)
{
    struct rpc_server *server = rpc_new(sizeof *server);
    rpc_cond_init(&server->changed);
    pthread_mutex_init(&server->lock, NULL);
    server->max_message_bytes =
        options->max_message_bytes ? options->max_message_bytes : RPC_MAX_MESSAGE_BYTES;
    server->compression = options->compression;
    server->interceptors = options->interceptors;
    server->interceptor_count = options->interceptor_count;
    if (!add_services(server, options, why, why_size)) {
        free_server(server);
        return NULL;
    }
    if (options->address && !open_wire(server, options, why, why_size)) {
        free_server(server);
        return NULL;
    }
    rpc_health_open(&server->health, server, &server->methods);
    if (server->wire)
        rpc_wire_start(server->wire, options->unary_slots);
    return server;
}

uint16_t rpc_server_port(const struct rpc_server *server)
{
    return server->wire ? server->wire->port : 0;
}

void rpc_server_set_serving(struct rpc_server *server, bool serving)
{
    rpc_health_set_all(&server->health, serving);
}

bool rpc_server_set_service_serving(struct rpc_server *server, const char *service, bool serving)
{
    return rpc_health_set(&server->health, service, serving);
}

/* ---- Draining ------------------------------------------------------------------------------- */

static uint64_t live(const struct rpc_server *server)
{
    return server->calls_started - server->calls_ended;
}

/* To who watches a topic. */
static const struct rpc_error stopping = {
    .code = RPC_UNAVAILABLE,
    .message = "The server is stopping; watch again when it is back.",
};

/* Ends every topic's streams. Topics cannot be destroyed under our feet while they are held. */
static void close_topics(struct rpc_server *server)
{
    for (;;) {
        pthread_mutex_lock(&server->lock);
        struct rpc_topic *open = server->topics;
        while (open && rpc_topic_is_closed(open))
            open = open->next;
        if (open)
            rpc_topic_hold(open);
        pthread_mutex_unlock(&server->lock);
        if (!open)
            return;
        rpc_topic_close(open, &stopping);
        rpc_topic_release(open);
    }
}

/* Refuses those who go on calling until they have heard it: what comes once gRPC has been told to
 * stop it cancels, and CANCELLED invites nobody to try again. */
static void refuse_stragglers(struct rpc_server *server)
{
    enum { QUIET_MS = 100, TRIES = 10 };
    uint64_t refused = UINT64_MAX;
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < TRIES && server->calls_refused != refused; i++) {
        struct timespec quiet = rpc_after_ms(QUIET_MS);
        refused = server->calls_refused;
        while (pthread_cond_timedwait(&server->changed, &server->lock, &quiet) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_drain(struct rpc_server *server, uint32_t grace_ms)
{
    if (server->drained)
        return;
    server->drained = true;
    rpc_health_set_all(&server->health, false);
    pthread_mutex_lock(&server->lock);
    server->draining = true;
    pthread_mutex_unlock(&server->lock);
    close_topics(server);
    rpc_memory_cancel_all(server);
    if (!server->wire)
        return;

    /* gRPC is told last: it closes a connection as soon as its last stream has ended, and what the
     * client has sent meanwhile makes the kernel reset it, with answers still under way. */
    struct timespec until = rpc_after_ms(grace_ms);
    pthread_mutex_lock(&server->lock);
    while (live(server) > 0 &&
           pthread_cond_timedwait(&server->changed, &server->lock, &until) != ETIMEDOUT)
        ;
    bool is_late = live(server) > 0;
    pthread_mutex_unlock(&server->lock);
    if (!is_late && grace_ms > 0)
        refuse_stragglers(server);
    rpc_wire_stop(server->wire);
    if (!is_late)
        return;

    rpc_wire_cancel_calls(server->wire);
    pthread_mutex_lock(&server->lock);
    while (live(server) > server->calls_gone)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

/* Calls that the service has never answered are answered for it: they end as all others do. On the
 * calls thread, so no handler is in the middle of one. */
static void abandon_calls(struct rpc_server *server)
{
    static const struct rpc_error gone = { .code = RPC_CANCELLED,
                                           .message = "the server has shut down" };
    for (struct rpc_call *call = server->live; call; call = call->next)
        if (!atomic_load(&call->answered))
            rpc_fail(call, &gone);
}

static void end_calls(struct rpc_server *server)
{
    if (!server->wire)
        return;
    rpc_wire_turn(server->wire, abandon_calls);
    pthread_mutex_lock(&server->lock);
    while (live(server) > 0)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_destroy(struct rpc_server *server)
{
    if (!server)
        return;
    rpc_server_drain(server, 0);
    end_calls(server);
    rpc_health_close(&server->health);
    assert(!server->topics && "topics are destroyed before their server");
    assert(!server->memory_calls && "memory calls are destroyed before their server");
    rpc_wire_close(server->wire);
    free_server(server);
}

/* ---- What lives ----------------------------------------------------------------------------- */

bool rpc_server_call_started(struct rpc_server *server, struct rpc_call *call)
{
    pthread_mutex_lock(&server->lock);
    bool is_taken = !server->draining;
    server->calls_refused += !is_taken;
    if (is_taken) {
        call->is_live = true;
        call->next = server->live;
        if (server->live)
            server->live->previous = call;
        server->live = call;
        server->calls_started++;
    }
    pthread_mutex_unlock(&server->lock);
    return is_taken;
}

void rpc_server_call_gone(struct rpc_server *server, struct rpc_call *call)
{
    if (!call->is_live)
        return;
    pthread_mutex_lock(&server->lock);
    call->gone = true;
    server->calls_gone++;
    if (server->draining)
        pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_call_ended(struct rpc_server *server, struct rpc_call *call)
{
    if (!call->is_live)
        return;
    pthread_mutex_lock(&server->lock);
    if (call->previous)
        call->previous->next = call->next;
    else
        server->live = call->next;
    if (call->next)
        call->next->previous = call->previous;
    server->calls_ended++;
    if (call->gone)
        server->calls_gone--;
    if (server->draining)
        pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_add_topic(struct rpc_server *server, struct rpc_topic *topic)
{
    pthread_mutex_lock(&server->lock);
    topic->closed = server->draining;
    topic->why = server->draining ? &stopping : NULL;
    topic->next = server->topics;
    if (server->topics)
        server->topics->previous = topic;
    server->topics = topic;
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_remove_topic(struct rpc_server *server, struct rpc_topic *topic)
{
    pthread_mutex_lock(&server->lock);
    if (topic->previous)
        topic->previous->next = topic->next;
    else
        server->topics = topic->next;
    if (topic->next)
        topic->next->previous = topic->previous;
    pthread_mutex_unlock(&server->lock);
}

void rpc_server_stats(const struct rpc_server *server, struct rpc_server_stats *out)
{
    pthread_mutex_t *lock = &((struct rpc_server *)server)->lock; /* Locking is no change. */
    pthread_mutex_lock(lock);
    *out = (struct rpc_server_stats){
        .calls_started = server->calls_started + server->memory_started,
        .calls_ended = server->calls_ended + server->memory_ended,
        .calls_live = live(server) + server->memory_started - server->memory_ended,
        .frames_sent = atomic_load(&server->frames_sent),
        .frames_conflated = atomic_load(&server->frames_conflated),
        .unimplemented = atomic_load(&server->unimplemented),
    };
    pthread_mutex_unlock(lock);
}
