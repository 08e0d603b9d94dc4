/* tifo.v1.Live: streams by filter. Who follows them is in viewers.c. */
#include "server/services/live.h"

#include "server/services/work.h"

#include <inttypes.h>
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Topics -----------------------------------------------------------------------------------
 */

/* With the mutex held. */
static struct live_topic *topic_find(const struct live *live, const struct live_filter *filter)
{
    const size_t size = live_filter_bytes(&live->shape);
    for (struct live_topic *topic = live->topics; topic; topic = topic->next)
        if (memcmp(topic->filter, filter, size) == 0)
            return topic;
    return NULL;
}

/* Loop thread: what the rows are now, which is durable. */
static void publish_whole(struct live *live, struct live_topic *topic)
{
    live_message_whole(&live->whole, live->rows, topic->filter, topic->epoch);
    const uint64_t seq = live_rows_seq(live->rows);
    const struct rpc_packed_update update = {
        .from = seq, .to = seq, .whole = live->whole.bytes, .whole_size = live->whole.size
    };
    atomic_store(&topic->to_seq, seq);
    rpc_topic_publish_packed(topic->topic, &update);
}

static void publish_change(struct live *live, struct live_topic *topic)
{
    if (!live_message_change(&live->change, live->rows, topic->filter, topic->to_seq))
        return;
    live_message_whole(&live->whole, live->rows, topic->filter, topic->epoch);
    const struct rpc_packed_update update = { .from = topic->to_seq,
                                              .to = live_rows_seq(live->rows),
                                              .change = live->change.bytes,
                                              .change_size = live->change.size,
                                              .whole = live->whole.bytes,
                                              .whole_size = live->whole.size };
    atomic_store(&topic->to_seq, update.to);
    rpc_topic_publish_packed(topic->topic, &update);
}

/* Loop thread, with the mutex held. Takes the filter over. */
static struct live_topic *topic_create(struct live *live, struct live_filter *filter)
{
    static const struct rpc_topic_options options = { .history = STREAM_HISTORY,
                                                      .history_bytes = STREAM_HISTORY_BYTES,
                                                      .from_field = 1,
                                                      .to_field = 2,
                                                      .patience = STREAM_PATIENCE,
                                                      .too_slow = &stream_too_slow,
                                                      .expired = &stream_expired };
    struct live_topic *topic = base_alloc(sizeof *topic);
    topic->filter = filter;
    topic->number = ++live->topics_made;
    snprintf(topic->epoch, sizeof topic->epoch, "%016" PRIx64 "-%" PRIx64, live->started,
             topic->number);
    topic->topic = rpc_topic_create_with(live->services->server, &options);
    topic->next = live->topics;
    live->topics = topic;
    live->topic_count++;
    if (!live->pending)
        publish_whole(live, topic);
    return topic;
}

static void topic_destroy(struct live_topic *topic)
{
    rpc_topic_destroy(topic->topic);
    free(topic->filter);
    free(topic);
}

/* Loop thread. */
static void drop_idle(struct live *live)
{
    pthread_mutex_lock(&live->mutex);
    for (struct live_topic **at = &live->topics; *at;) {
        struct live_topic *topic = *at;
        topic->idle_reviews = topic->viewers > 0 ? 0 : topic->idle_reviews + 1;
        if (topic->idle_reviews <= STREAM_IDLE_REVIEWS) {
            at = &topic->next;
            continue;
        }
        *at = topic->next;
        live->topic_count--;
        topic_destroy(topic);
    }
    pthread_mutex_unlock(&live->mutex);
}

/* ---- Feeds ------------------------------------------------------------------------------------
 */

static uint64_t live_version(const struct feed *feed, const struct app *app)
{
    const struct live *live = (const struct live *)feed;
    const struct stadium *stadium = app_stadium(app);
    if (!live->topics)
        return 0;
    const uint64_t crowd = stadium_crowd_seq(stadium), guidance = stadium_guidance_seq(stadium);
    return crowd > guidance ? crowd : guidance;
}

static void update_rows(struct live *live, const struct app *app)
{
    live_rows_update(live->rows, app_stadium(app), app_now_ms(app), app_driven(app));
}

static void look_at_rows(struct feed *feed, const struct app *app)
{
    struct live *live = (struct live *)feed;
    update_rows(live, app);
    live->pending = true;
}

static void publish_rows(struct feed *feed)
{
    struct live *live = (struct live *)feed;
    live->pending = false;
    for (struct live_topic *topic = live->topics; topic; topic = topic->next) {
        if (topic->to_seq == 0)
            publish_whole(live, topic);
        else
            publish_change(live, topic);
    }
}

static struct live *of_review(const struct feed *feed)
{
    return (struct live *)((char *)feed - offsetof(struct live, review));
}

static uint64_t review_version(const struct feed *feed, const struct app *app)
{
    (void)app;
    return of_review(feed)->topics != NULL;
}

static void review(struct feed *feed)
{
    struct live *live = of_review(feed);
    const int64_t now_s = (int64_t)time(NULL);
    for (struct live_topic *topic = live->topics; topic; topic = topic->next)
        rpc_topic_review(topic->topic, now_s);
    drop_idle(live);
}

/* ---- WatchLive --------------------------------------------------------------------------------
 */

/* Streams for which there is no topic yet, on their way over the loop; those that come meanwhile
 * and want the same go with them, so that a crowd that comes at once is one request. */
struct newcomer {
    struct newcomer *next;
    struct rpc_call *call;
};
struct newcomers {
    struct request request; /* First. */
    struct live *live;
    struct newcomers *next; /* Of the live's; under the mutex. */
    struct newcomer *first;
    struct live_filter *filter; /* Owned. */
};

/* The handler's thread, or the one that `answer` runs on; with the mutex held. */
static void follow(struct live *live, struct live_topic *topic, struct rpc_call *call)
{
    static const stream_recovery said[] = STREAM_RECOVERIES(4);
    const Tifo__V1__WatchLiveRequest *input = (const void *)rpc_request(call);
    viewer_enter(live, topic, call, call_caller(call), app_now_ms(live->services->app));
    stream_follow_topic(topic->topic, call, input->after_seq,
                        strcmp(input->epoch, topic->epoch) == 0, said);
}

static void look_at_newcomers(struct request *request, const struct app *app)
{
    struct live *live = ((struct newcomers *)request)->live;
    if (!live->rows)
        live->rows = live_rows_create(stadium_venue(app_stadium(app)));
    /* While nobody follows nothing is looked at. */
    if (!live->topics && !live->pending)
        update_rows(live, app);
}

/* With the mutex held. `topic` NULL: there is none to be had. */
static void let_in(struct newcomers *newcomers, struct live_topic *topic)
{
    while (newcomers->first) {
        struct newcomer *newcomer = newcomers->first;
        newcomers->first = newcomer->next;
        if (newcomers->request.refusal.status != STATUS_OK)
            refuse_call(newcomer->call, &newcomers->request.refusal);
        else if (!topic)
            refuse_call_with(newcomer->call, STATUS_FILTERS_FULL, "filter");
        else if (rpc_cancelled(newcomer->call))
            rpc_finish(newcomer->call);
        else
            follow(newcomers->live, topic, newcomer->call);
        free(newcomer);
    }
}

/* With the mutex held: nobody joins them any more. */
static void leave_list(struct newcomers *newcomers)
{
    struct newcomers **at = &newcomers->live->newcomers;
    while (*at != newcomers)
        at = &(*at)->next;
    *at = newcomers->next;
}

static void newcomers_free(struct newcomers *newcomers)
{
    free(newcomers->filter);
    free(newcomers);
}

static void answer_newcomers(struct request *request)
{
    struct newcomers *newcomers = (struct newcomers *)request;
    struct live *live = newcomers->live;
    pthread_mutex_lock(&live->mutex);
    struct live_topic *topic = topic_find(live, newcomers->filter);
    if (!topic && request->refusal.status == STATUS_OK && live->topic_count < LIVE_FILTERS) {
        topic = topic_create(live, newcomers->filter);
        newcomers->filter = NULL;
    }
    leave_list(newcomers);
    let_in(newcomers, topic);
    pthread_mutex_unlock(&live->mutex);
    newcomers_free(newcomers);
}

static void add_newcomer(struct newcomers *newcomers, struct rpc_call *call)
{
    struct newcomer *newcomer = base_alloc(sizeof *newcomer);
    *newcomer = (struct newcomer){ .next = newcomers->first, .call = call };
    newcomers->first = newcomer;
}

/* With the mutex held: whoever wants the same and is on the way. */
static struct newcomers *newcomers_find(const struct live *live, const struct live_filter *filter)
{
    const size_t size = live_filter_bytes(&live->shape);
    for (struct newcomers *each = live->newcomers; each; each = each->next)
        if (memcmp(each->filter, filter, size) == 0)
            return each;
    return NULL;
}

/* With the mutex held. The filter is theirs from here on. */
static void send_over_the_loop(struct live *live, struct rpc_call *call, struct live_filter *filter)
{
    struct newcomers *newcomers = base_alloc(sizeof *newcomers);
    *newcomers = (struct newcomers){
        .request = { .kind = REQUEST_READ, .look = look_at_newcomers, .answer = answer_newcomers },
        .live = live,
        .next = live->newcomers,
        .filter = filter,
    };
    live->newcomers = newcomers;
    add_newcomer(newcomers, call);
    const enum status status = app_post(live->services->app, &newcomers->request);
    if (status == STATUS_OK)
        return;
    leave_list(newcomers);
    refuse_call_with(call, status, NULL);
    free(newcomers->first);
    newcomers_free(newcomers);
}

/* Takes the filter over. */
static void enter(struct live *live, struct rpc_call *call, struct live_filter *filter,
                  const struct live_shape *shape)
{
    pthread_mutex_lock(&live->mutex);
    live->shape = *shape; /* The venue is there by now, and stays. */
    struct live_topic *topic = topic_find(live, filter);
    struct newcomers *newcomers = topic ? NULL : newcomers_find(live, filter);
    if (topic)
        follow(live, topic, call);
    else if (newcomers)
        add_newcomer(newcomers, call);
    else
        send_over_the_loop(live, call, filter);
    pthread_mutex_unlock(&live->mutex);
    if (topic || newcomers)
        free(filter);
}

static void watch_live(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchLiveRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct live *live = services->live;
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    const struct venue *venue;
    if (!atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return;
    }
    if (!(venue = call_venue(call, services, input->venue_id)))
        return;
    const struct live_shape shape = live_shape(venue);
    struct live_filter *filter = base_alloc(live_filter_bytes(&shape));
    if (stream_check(&check, input->after_seq, input->epoch) &&
        live_filter_read(input->filter, &shape, filter, &refusal)) {
        enter(live, call, filter, &shape);
        return;
    }
    free(filter);
    refuse_call(call, &refusal);
}

static void watch_ended(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    if (*rpc_slot(call))
        viewer_leave(*rpc_slot(call));
}

/* ---- Life -------------------------------------------------------------------------------------
 */

struct live *live_create(struct services *services)
{
    struct live *live = base_alloc(sizeof *live);
    *live = (struct live){
        .feed = { .interval_ms = LIVE_INTERVAL_MS,
                  .driven_interval_ms = LIVE_INTERVAL_MS,
                  .version = live_version,
                  .look = look_at_rows,
                  .publish = publish_rows },
        .review = { .interval_ms = STREAM_REVIEW_MS,
                    .driven_interval_ms = STREAM_REVIEW_MS,
                    .version = review_version,
                    .repeats = true,
                    .publish = review },
        .services = services,
    };
    randombytes_buf(&live->started, sizeof live->started);
    pthread_mutex_init(&live->mutex, NULL);
    return live;
}

void live_attach(struct live *live)
{
    app_add_feed(live->services->app, &live->feed);
    app_add_feed(live->services->app, &live->review);
}

void live_destroy(struct live *live)
{
    if (!live)
        return;
    while (live->topics) {
        struct live_topic *topic = live->topics;
        live->topics = topic->next;
        topic_destroy(topic);
    }
    live_rows_destroy(live->rows);
    live_message_fini(&live->change);
    live_message_fini(&live->whole);
    pthread_mutex_destroy(&live->mutex);
    free(live);
}

struct rpc_service live_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "WatchLive", RPC_SERVER_STREAM, watch_live, watch_ended },
        { "CountViewers", RPC_UNARY, count_viewers, NULL },
        { "ListViewers", RPC_UNARY, list_viewers, NULL },
    };
    return (struct rpc_service){ &tifo__v1__live__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
