#include "twin/link.h"

#include "api/rpc/channel.h"
#include "api/rpc/clock.h"
#include "twin/player.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FIRST_PAUSE_MS = 500,
    LONGEST_PAUSE_MS = 8000,
    CALL_TIMEOUT_MS = 3000,
    NO_VENUE_PAUSE_MS = 250,
    PLAY_STEP_MS = 1000
};

enum topic { CROWD, GUIDANCE, POSITIONS, TOPICS };

/* What the channel's callbacks know of their stream. */
struct stream {
    struct link *link;
    enum topic topic;
    struct rpc_watch *watch;
};

struct link {
    struct tifo_server server;
    void (*wake)(void *ctx);
    void *wake_ctx;
    pthread_t thread;
    struct stream streams[TOPICS];

    struct player *player; /* NULL: a server is followed. */
    double speed;
    int64_t played_ms; /* The machine's clock when it was last gone on with. */

    pthread_mutex_t mutex;  /* Guards everything below. */
    pthread_cond_t changed; /* closing, or a stream ended. */
    bool closing;
    bool live, ever_live, ended;
    int64_t since_ms; /* Of `live`, on this machine's monotonic clock. */
    int64_t retry_at_ms;
    int64_t newest_ms; /* When the last frame came in. */
    bool contact_changed;
    Tifo__V1__Venue *venue;
    ProtobufCMessage *newest[TOPICS];
};

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void free_message(void *message)
{
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

/* A message is valid inside its callback only: packing and unpacking is the generated code's copy.
 */
static ProtobufCMessage *copy_message(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    if (!bytes)
        abort();
    protobuf_c_message_pack(message, bytes);
    ProtobufCMessage *copy = protobuf_c_message_unpack(message->descriptor, NULL, size, bytes);
    free(bytes);
    if (!copy)
        abort();
    return copy;
}

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct stream *stream = ctx;
    struct link *link = stream->link;
    ProtobufCMessage *copy = copy_message(message);
    pthread_mutex_lock(&link->mutex);
    free_message(link->newest[stream->topic]);
    link->newest[stream->topic] = copy;
    link->newest_ms = monotonic_ms();
    pthread_mutex_unlock(&link->mutex);
    link->wake(link->wake_ctx);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    (void)status; /* Whatever the reason, the answer is the same: connect again. */
    struct stream *stream = ctx;
    pthread_mutex_lock(&stream->link->mutex);
    stream->link->ended = true;
    pthread_cond_broadcast(&stream->link->changed);
    pthread_mutex_unlock(&stream->link->mutex);
}

/* ---- The link's thread */

static void set_live(struct link *link, bool live, int64_t retry_in_ms)
{
    pthread_mutex_lock(&link->mutex);
    int64_t now = monotonic_ms();
    if (live != link->live)
        link->since_ms = now;
    link->live = live;
    link->ever_live |= live;
    link->retry_at_ms = now + retry_in_ms;
    if (live) /* What is known grows older while contact is lost. */
        link->newest_ms = now;
    link->contact_changed = true;
    pthread_mutex_unlock(&link->mutex);
    link->wake(link->wake_ctx);
}

/* Sleeps until the time is over or the link closes; true: it closes. */
static bool pause_for(struct link *link, int64_t pause_ms)
{
    const struct timespec until = rpc_after_ms((uint32_t)pause_ms);
    pthread_mutex_lock(&link->mutex);
    int timed_out = 0;
    while (!link->closing && !timed_out)
        timed_out = pthread_cond_timedwait(&link->changed, &link->mutex, &until);
    bool closing = link->closing;
    pthread_mutex_unlock(&link->mutex);
    return closing;
}

static bool is_closing(struct link *link)
{
    pthread_mutex_lock(&link->mutex);
    bool closing = link->closing;
    pthread_mutex_unlock(&link->mutex);
    return closing;
}

/* Fetches the venue. A server without one is asked again and again: it is about to get it. */
static bool fetch_venue(struct link *link, struct rpc_channel *channel)
{
    struct rpc_client_options options = { .timeout_ms = CALL_TIMEOUT_MS };
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    for (;;) {
        ProtobufCMessage *reply = NULL;
        enum rpc_code code = rpc_unary(channel, &tifo__v1__venues__descriptor, "GetVenue", &options,
                                       &request.base, &reply, NULL);
        if (code == RPC_OK) {
            Tifo__V1__GetVenueResponse *response = (void *)reply;
            pthread_mutex_lock(&link->mutex);
            free_message(link->venue);
            link->venue = response->venue;
            response->venue = NULL;
            pthread_mutex_unlock(&link->mutex);
            free_message(response);
            set_live(link, true, 0);
            return true;
        }
        if (code != RPC_NOT_FOUND && code != RPC_FAILED_PRECONDITION)
            return false;
        set_live(link, true, 0);
        if (pause_for(link, NO_VENUE_PAUSE_MS))
            return false;
    }
}

static void watch(struct link *link, struct rpc_channel *channel)
{
    struct rpc_client_options options = { 0 };
    Tifo__V1__WatchCrowdRequest crowd = TIFO__V1__WATCH_CROWD_REQUEST__INIT;
    Tifo__V1__WatchGuidanceRequest guidance = TIFO__V1__WATCH_GUIDANCE_REQUEST__INIT;
    Tifo__V1__WatchPositionsRequest positions = TIFO__V1__WATCH_POSITIONS_REQUEST__INIT;
    const struct {
        const ProtobufCServiceDescriptor *service;
        const char *method;
        const ProtobufCMessage *request;
    } calls[TOPICS] = {
        [CROWD] = { &tifo__v1__crowd__descriptor, "WatchCrowd", &crowd.base },
        [GUIDANCE] = { &tifo__v1__guidance__descriptor, "WatchGuidance", &guidance.base },
        [POSITIONS] = { &tifo__v1__crowd__descriptor, "WatchPositions", &positions.base },
    };
    bool started = true;
    pthread_mutex_lock(&link->mutex);
    link->ended = false;
    crowd.venue_id = guidance.venue_id = positions.venue_id = "";
    char *venue_id = link->venue ? strdup(link->venue->venue_id) : NULL;
    pthread_mutex_unlock(&link->mutex);
    if (venue_id)
        crowd.venue_id = guidance.venue_id = positions.venue_id = venue_id;
    for (int topic = 0; topic < TOPICS; topic++) {
        struct stream *stream = &link->streams[topic];
        stream->watch = rpc_watch_start(channel, calls[topic].service, calls[topic].method,
                                        &options, calls[topic].request, on_message, on_end, stream);
        started = started && stream->watch;
    }
    pthread_mutex_lock(&link->mutex);
    while (started && !link->ended && !link->closing)
        pthread_cond_wait(&link->changed, &link->mutex);
    pthread_mutex_unlock(&link->mutex);
    for (int topic = 0; topic < TOPICS; topic++)
        rpc_watch_destroy(link->streams[topic].watch);
    free(venue_id);
}

static void *run(void *ctx)
{
    struct link *link = ctx;
    int64_t pause_ms = FIRST_PAUSE_MS;
    while (!is_closing(link)) {
        char why[256]; /* Files that cannot be used now may be good the next time. */
        struct rpc_channel *channel = tifo_channel(&link->server, why, sizeof why);
        if (channel && fetch_venue(link, channel)) {
            pause_ms = FIRST_PAUSE_MS;
            watch(link, channel);
        }
        rpc_channel_destroy(channel);
        set_live(link, false, pause_ms);
        if (pause_for(link, pause_ms))
            break;
        pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
    }
    return NULL;
}

/* ---- The user's side */

struct link *link_open(const struct tifo_server *server, void (*wake)(void *ctx), void *ctx)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        abort();
    link->server = *server;
    link->wake = wake;
    link->wake_ctx = ctx;
    link->since_ms = link->newest_ms = monotonic_ms();
    pthread_mutex_init(&link->mutex, NULL);
    rpc_cond_init(&link->changed);
    for (int topic = 0; topic < TOPICS; topic++)
        link->streams[topic] = (struct stream){ .link = link, .topic = (enum topic)topic };
    if (pthread_create(&link->thread, NULL, run, link) != 0)
        abort();
    return link;
}

struct link *link_play(const char *path, double speed, void (*wake)(void *ctx), void *ctx,
                       char *why, size_t why_size)
{
    struct player *player = player_open(path, why, why_size);
    if (!player)
        return NULL;
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        abort();
    link->player = player;
    link->speed = speed;
    link->wake = wake;
    link->wake_ctx = ctx;
    link->played_ms = monotonic_ms();
    pthread_mutex_init(&link->mutex, NULL);
    wake(ctx);
    return link;
}

static bool play(struct link *link, struct model *model, char *problem, size_t problem_size)
{
    int64_t now = monotonic_ms();
    int64_t by =
        link->speed > 0 ? (int64_t)((double)(now - link->played_ms) * link->speed) : PLAY_STEP_MS;
    link->played_ms = now;
    bool changed = player_advance(link->player, model, by, problem, problem_size);
    if (link->speed > 0)
        return changed; /* Whoever has a window looks again by themselves. */
    link->wake(link->wake_ctx);
    return changed;
}

void link_close(struct link *link)
{
    if (!link)
        return;
    if (link->player) {
        player_close(link->player);
        pthread_mutex_destroy(&link->mutex);
        free(link);
        return;
    }
    pthread_mutex_lock(&link->mutex);
    link->closing = true;
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->mutex);
    pthread_join(link->thread, NULL);
    for (int topic = 0; topic < TOPICS; topic++)
        free_message(link->newest[topic]);
    free_message(link->venue);
    pthread_cond_destroy(&link->changed);
    pthread_mutex_destroy(&link->mutex);
    free(link);
}

static void take_contact(struct link *link, struct contact *contact)
{
    int64_t now = monotonic_ms(), retry = link->retry_at_ms - now;
    contact->state = link->live ? CONTACT_LIVE : link->ever_live ? CONTACT_LOST : CONTACT_NEVER;
    contact->retry_in_s = retry > 0 ? (uint32_t)((retry + 999) / 1000) : 0;
    contact->data_age_ms = (uint32_t)(now - link->newest_ms);
    link->contact_changed = false;
}

bool link_take(struct link *link, struct model *model, char *problem, size_t problem_size)
{
    ProtobufCMessage *newest[TOPICS];
    problem[0] = '\0';
    if (link->player)
        return play(link, model, problem, problem_size);
    pthread_mutex_lock(&link->mutex);
    bool changed = link->contact_changed;
    take_contact(link, &model->contact);
    Tifo__V1__Venue *venue = link->venue;
    link->venue = NULL;
    memcpy(newest, link->newest, sizeof newest);
    memset(link->newest, 0, sizeof link->newest);
    pthread_mutex_unlock(&link->mutex);

    if (venue && !model_set_venue(model, venue, problem, problem_size))
        changed = true;
    changed |= venue || newest[CROWD] || newest[GUIDANCE] || newest[POSITIONS];
    /* Each frame hands over its one field; the rest of it is freed. */
    if (newest[GUIDANCE]) {
        Tifo__V1__WatchGuidanceResponse *frame = (void *)newest[GUIDANCE];
        if (frame->plan)
            model_set_plan(model, frame->plan);
        frame->plan = NULL;
        free_message(frame);
    }
    if (newest[CROWD]) {
        Tifo__V1__WatchCrowdResponse *frame = (void *)newest[CROWD];
        if (frame->state)
            model_set_crowd(model, frame->state);
        frame->state = NULL;
        free_message(frame);
    }
    if (newest[POSITIONS])
        model_set_positions(model, (void *)newest[POSITIONS]);
    return changed;
}

struct link_status link_status(struct link *link)
{
    if (link->player) {
        bool over = player_is_over(link->player);
        return (struct link_status){ true, !over || link->speed > 0,
                                     over && !(link->speed > 0) ? INT64_MAX : 0 };
    }
    pthread_mutex_lock(&link->mutex);
    struct link_status status = { link->ever_live, link->live,
                                  link->live ? 0 : monotonic_ms() - link->since_ms };
    pthread_mutex_unlock(&link->mutex);
    return status;
}
