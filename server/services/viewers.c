/* Who follows what on WatchLive. */
#include "server/base/hash.h"
#include "server/services/live.h"
#include "server/services/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_VIEWERS = 100, PAGE_VIEWERS_MAX = 1000 };

/* ---- Coming and going -------------------------------------------------------------------------
 */

static struct live_caller **bucket_of(struct live *live, const char *name)
{
    return &live->callers[hash_bytes(0, name, strlen(name)) % LIVE_BUCKETS];
}

static struct live_caller *caller_get(struct live *live, const char *said)
{
    char name[CALLER_BYTES + 1];
    snprintf(name, sizeof name, "%s", said);
    struct live_caller **bucket = bucket_of(live, name);
    for (struct live_caller *caller = *bucket; caller; caller = caller->next)
        if (strcmp(caller->name, name) == 0)
            return caller;
    struct live_caller *caller = base_alloc(sizeof *caller);
    memcpy(caller->name, name, sizeof name);
    caller->next = *bucket;
    *bucket = caller;
    live->caller_count++;
    return caller;
}

static void caller_drop(struct live *live, struct live_caller *caller)
{
    struct live_caller **at = bucket_of(live, caller->name);
    if (--caller->streams > 0)
        return;
    while (*at != caller)
        at = &(*at)->next;
    *at = caller->next;
    live->caller_count--;
    free(caller);
}

void viewer_enter(struct live *live, struct live_topic *topic, struct rpc_call *call,
                  const char *caller, int64_t now_ms)
{
    struct viewer *viewer = rpc_alloc(call, sizeof *viewer);
    *viewer = (struct viewer){ .previous = live->last,
                               .live = live,
                               .topic = topic,
                               .caller = caller_get(live, caller),
                               .number = ++live->viewers_made,
                               .since_ms = now_ms };
    if (live->last)
        live->last->next = viewer;
    else
        live->first = viewer;
    live->last = viewer;
    viewer->caller->streams++;
    topic->viewers++;
    live->viewer_count++;
    *rpc_slot(call) = viewer;
}

void viewer_leave(struct viewer *viewer)
{
    struct live *live = viewer->live;
    pthread_mutex_lock(&live->mutex);
    if (viewer->previous)
        viewer->previous->next = viewer->next;
    else
        live->first = viewer->next;
    if (viewer->next)
        viewer->next->previous = viewer->previous;
    else
        live->last = viewer->previous;
    caller_drop(live, viewer->caller);
    viewer->topic->viewers--;
    live->viewer_count--;
    pthread_mutex_unlock(&live->mutex);
}

/* ---- CountViewers -----------------------------------------------------------------------------
 */

static int by_streams(const void *a, const void *b)
{
    const Tifo__V1__LiveTopic *x = *(Tifo__V1__LiveTopic *const *)a;
    const Tifo__V1__LiveTopic *y = *(Tifo__V1__LiveTopic *const *)b;
    return (x->streams < y->streams) - (x->streams > y->streams);
}

static void add_topics(const struct live *live, struct arena *arena,
                       Tifo__V1__CountViewersResponse *reply)
{
    reply->topics = arena_array(arena, live->topic_count, sizeof *reply->topics);
    for (const struct live_topic *topic = live->topics; topic; topic = topic->next) {
        if (topic->viewers == 0)
            continue;
        Tifo__V1__LiveTopic *to = arena_alloc(arena, sizeof *to);
        tifo__v1__live_topic__init(to);
        to->filter = live_filter_message(topic->filter, &live->shape, arena);
        to->streams = topic->viewers;
        to->to_seq = atomic_load(&topic->to_seq);
        reply->topics[reply->n_topics++] = to;
    }
    qsort(reply->topics, reply->n_topics, sizeof *reply->topics, by_streams);
}

/* On the handler's thread: nothing of the stadium is asked for. */
void count_viewers(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__CountViewersRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct live *live = services->live;
    struct arena arena = { 0 };
    Tifo__V1__CountViewersResponse reply = TIFO__V1__COUNT_VIEWERS_RESPONSE__INIT;
    if (!atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return;
    }
    if (!call_venue(call, services, input->venue_id))
        return;
    pthread_mutex_lock(&live->mutex);
    reply.streams = live->viewer_count;
    reply.callers = live->caller_count;
    add_topics(live, &arena, &reply);
    pthread_mutex_unlock(&live->mutex);
    reply.crowd_streams = (uint32_t)rpc_topic_subscribers(services->crowd.stream.topic);
    reply.guidance_streams = (uint32_t)rpc_topic_subscribers(services->guidance.stream.topic);
    reply.position_streams = (uint32_t)rpc_topic_subscribers(services->positions.stream.topic);
    rpc_reply(call, &reply.base);
    arena_fini(&arena);
}

/* ---- ListViewers ------------------------------------------------------------------------------
 */

static bool read_token(const char *token, uint64_t *after)
{
    char *end;
    *after = token[0] ? strtoull(token, &end, 10) : 0;
    return token[0] == 0 || (token[0] >= '0' && token[0] <= '9' && *end == 0);
}

static void add_viewers(const struct live *live, const Tifo__V1__ListViewersRequest *input,
                        uint64_t after, struct arena *arena, Tifo__V1__ListViewersResponse *reply)
{
    uint32_t size = input->page_size ? input->page_size : PAGE_VIEWERS;
    size = size < PAGE_VIEWERS_MAX ? size : PAGE_VIEWERS_MAX;
    reply->viewers = arena_array(arena, size, sizeof *reply->viewers);
    for (const struct viewer *viewer = live->first; viewer; viewer = viewer->next) {
        if (viewer->number <= after ||
            (input->caller[0] && strcmp(viewer->caller->name, input->caller) != 0))
            continue;
        if (reply->n_viewers == size) {
            char *token = arena_alloc(arena, 24);
            snprintf(token, 24, "%" PRIu64, reply->viewers[size - 1]->number);
            reply->next_page_token = token;
            return;
        }
        Tifo__V1__Viewer *to = arena_alloc(arena, sizeof *to);
        tifo__v1__viewer__init(to);
        to->number = viewer->number;
        to->caller = arena_copy(arena, viewer->caller->name, sizeof viewer->caller->name);
        to->since_ms = viewer->since_ms;
        to->filter = live_filter_message(viewer->topic->filter, &live->shape, arena);
        reply->viewers[reply->n_viewers++] = to;
    }
}

void list_viewers(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListViewersRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    struct arena arena = { 0 };
    uint64_t after;
    Tifo__V1__ListViewersResponse reply = TIFO__V1__LIST_VIEWERS_RESPONSE__INIT;
    if (!atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return;
    }
    if (!call_by_operator(call, services, input->venue_id))
        return;
    if (!read_token(input->page_token, &after)) {
        check_refuse(&check, "page_token", "is not one of ours; take next_page_token");
        refuse_call(call, &refusal);
        return;
    }
    pthread_mutex_lock(&services->live->mutex);
    add_viewers(services->live, input, after, &arena, &reply);
    pthread_mutex_unlock(&services->live->mutex);
    rpc_reply(call, &reply.base);
    arena_fini(&arena);
}
