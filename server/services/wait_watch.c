#include "server/services/wait_watch.h"

#include "server/base/hash.h"
#include "server/services/live.h"
#include "server/wire/wait.h"

#include <inttypes.h>
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An entry, as its person was told of last. */
struct told {
    uint32_t wait, position;
    uint64_t version;
    int64_t until_ms;
};

struct wait_watch {
    struct wait_watch *next;     /* In its bucket. */
    struct rpc_topic *topic;     /* NULL: what it begins with is not durable yet. */
    struct rpc_packed_update up; /* To be published once it is durable; `whole` NULL: nothing. */
    uint64_t to_seq;
    uint32_t expected; /* Streams on their way. */
    uint32_t idle_reviews;
    uint32_t count;
    struct told rows[WAITS_TOLD]; /* The newest first. */
    char epoch[LIVE_EPOCH_BYTES + 1];
    char person[PERSON_BYTES + 1];
    struct arena first; /* Of its first message; then it is the feed's arena. */
};

enum { BUCKETS = 4096 };

struct wait_watches {
    struct feed feed; /* First. */
    struct feed review;
    struct services *services;
    struct wait_watch *buckets[BUCKETS];
    uint32_t count;
    uint64_t opened;  /* Topics so far: each may have missed something on its way. */
    uint64_t made;    /* Watches so far, the second part of an epoch. */
    uint64_t started; /* Of this process: the first part. */
    struct arena arena;

    /* Places in line of all who wait, by entry; 0: not looked at yet. As of `places_seq`. */
    uint32_t *places;
    uint64_t places_seq;
    struct arena places_arena;
};

/* ---- What is said -----------------------------------------------------------------------------
 */

/* An event's line is counted once for all who follow: one by one they would take its length each.
 */
static uint32_t place_of(struct wait_watches *watches, const struct stadium *stadium,
                         uint32_t index)
{
    const struct wait *wait = stadium_wait(stadium, index);
    uint32_t position = 0;
    if (wait->state != WAIT_WAITING)
        return 0;
    if (!watches->places || watches->places_seq != stadium_waits_seq(stadium)) {
        arena_reset(&watches->places_arena);
        watches->places = arena_array(&watches->places_arena, stadium_wait_count(stadium),
                                      sizeof *watches->places);
        watches->places_seq = stadium_waits_seq(stadium);
    }
    for (uint32_t at = watches->places[index] ? 0 : stadium_wait_first(stadium, wait->event); at;
         at = stadium_wait_after(stadium, at - 1))
        watches->places[at - 1] = ++position;
    return watches->places[index];
}

static struct told row_of(struct wait_watches *watches, const struct stadium *stadium,
                          uint32_t index)
{
    const struct wait *wait = stadium_wait(stadium, index);
    const bool offered = wait->state == WAIT_OFFERED;
    return (struct told){
        .wait = index,
        .position = place_of(watches, stadium, index),
        .version = wait->version,
        .until_ms = offered ? stadium_hold_find(stadium, wait->hold_id)->expires_ms : 0,
    };
}

static bool was_told(const struct wait_watch *watch, const struct told *row)
{
    for (uint32_t i = 0; i < watch->count; i++) {
        const struct told *old = &watch->rows[i];
        if (old->wait == row->wait)
            return old->position == row->position && old->version == row->version &&
                   old->until_ms == row->until_ms;
    }
    return false;
}

static Tifo__V1__WatchMyWaitsResponse *message_of(uint64_t from_seq, uint64_t to_seq,
                                                  struct arena *arena)
{
    Tifo__V1__WatchMyWaitsResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__watch_my_waits_response__init(to);
    to->from_seq = from_seq;
    to->to_seq = to_seq;
    to->waits = arena_array(arena, WAITS_TOLD, sizeof *to->waits);
    return to;
}

static const uint8_t *pack(const Tifo__V1__WatchMyWaitsResponse *message, struct arena *arena,
                           size_t *size)
{
    uint8_t *bytes =
        arena_alloc(arena, tifo__v1__watch_my_waits_response__get_packed_size(message));
    *size = tifo__v1__watch_my_waits_response__pack(message, bytes);
    return bytes;
}

/* What is new since it looked last, as an update in the arena. */
static void look_again(struct wait_watches *watches, struct wait_watch *watch,
                       const struct stadium *stadium, struct arena *arena)
{
    const uint64_t seq = stadium_seq(stadium);
    struct told now[WAITS_TOLD];
    uint32_t count = 0;
    Tifo__V1__WatchMyWaitsResponse *change = message_of(watch->to_seq, seq, arena);
    Tifo__V1__WatchMyWaitsResponse *whole = message_of(0, seq, arena);
    whole->epoch = watch->epoch;
    for (uint32_t next = stadium_wait_newest(stadium, watch->person); next && count < WAITS_TOLD;
         next = stadium_wait_before(stadium, next - 1)) {
        const struct told row = now[count++] = row_of(watches, stadium, next - 1);
        Tifo__V1__Wait *wait = wire_wait(stadium, row.wait, arena);
        wait->position = row.position;
        whole->waits[whole->n_waits++] = wait;
        if (!was_told(watch, &row))
            change->waits[change->n_waits++] = wait;
    }
    watch->up = (struct rpc_packed_update){ .from = watch->to_seq, .to = seq };
    if (watch->to_seq && change->n_waits == 0)
        return;
    watch->up.whole = pack(whole, arena, &watch->up.whole_size);
    if (watch->to_seq)
        watch->up.change = pack(change, arena, &watch->up.change_size);
    else
        watch->up.from = seq;
    memcpy(watch->rows, now, count * sizeof *now);
    watch->count = count;
    watch->to_seq = seq;
}

static void publish(struct wait_watch *watch)
{
    if (watch->up.whole)
        rpc_topic_publish_packed(watch->topic, &watch->up);
    watch->up.whole = NULL;
}

/* ---- Feeds ------------------------------------------------------------------------------------
 */

static uint64_t watches_version(const struct feed *feed, const struct app *app)
{
    const struct wait_watches *watches = (const struct wait_watches *)feed;
    return watches->count ? stadium_waits_seq(app_stadium(app)) + (watches->opened << 48) : 0;
}

static void look_at_waits(struct feed *feed, const struct app *app)
{
    struct wait_watches *watches = (struct wait_watches *)feed;
    arena_reset(&watches->arena);
    for (uint32_t i = 0; i < BUCKETS; i++)
        for (struct wait_watch *watch = watches->buckets[i]; watch; watch = watch->next)
            if (watch->topic)
                look_again(watches, watch, app_stadium(app), &watches->arena);
}

static void publish_waits(struct feed *feed)
{
    struct wait_watches *watches = (struct wait_watches *)feed;
    for (uint32_t i = 0; i < BUCKETS; i++)
        for (struct wait_watch *watch = watches->buckets[i]; watch; watch = watch->next)
            if (watch->topic)
                publish(watch);
}

static struct wait_watches *of_review(const struct feed *feed)
{
    return (struct wait_watches *)((char *)feed - offsetof(struct wait_watches, review));
}

static uint64_t review_version(const struct feed *feed, const struct app *app)
{
    (void)app;
    return of_review(feed)->count;
}

static void watch_destroy(struct wait_watch *watch)
{
    rpc_topic_destroy(watch->topic);
    arena_fini(&watch->first);
    free(watch);
}

/* What is to be published of it is dropped with it: nobody would hear. */
static bool is_over(struct wait_watch *watch)
{
    const bool idle =
        watch->expected == 0 && watch->topic && rpc_topic_subscribers(watch->topic) == 0;
    watch->idle_reviews = idle ? watch->idle_reviews + 1 : 0;
    return watch->idle_reviews > STREAM_IDLE_REVIEWS;
}

static void review(struct feed *feed)
{
    struct wait_watches *watches = of_review(feed);
    const int64_t now_s = (int64_t)time(NULL);
    for (uint32_t i = 0; i < BUCKETS; i++) {
        for (struct wait_watch **at = &watches->buckets[i]; *at;) {
            struct wait_watch *watch = *at;
            if (watch->topic)
                rpc_topic_review(watch->topic, now_s);
            if (!is_over(watch)) {
                at = &watch->next;
                continue;
            }
            *at = watch->next;
            watches->count--;
            watch_destroy(watch);
        }
    }
}

/* ---- People -----------------------------------------------------------------------------------
 */

static struct wait_watch **place_in(struct wait_watches *watches, const char *person)
{
    const uint64_t hash = hash_end(hash_bytes(0, person, strlen(person)));
    struct wait_watch **at = &watches->buckets[hash % BUCKETS];
    while (*at && strcmp((*at)->person, person) != 0)
        at = &(*at)->next;
    return at;
}

struct wait_watch *wait_watch_of(struct wait_watches *watches, const struct app *app,
                                 const char *person)
{
    struct wait_watch **at = place_in(watches, person), *watch = *at;
    if (!watch) {
        if (watches->count == WAITS_PEOPLE)
            return NULL;
        watch = *at = base_alloc(sizeof *watch);
        *watch = (struct wait_watch){ .topic = NULL };
        snprintf(watch->person, sizeof watch->person, "%s", person);
        snprintf(watch->epoch, sizeof watch->epoch, "%016" PRIx64 "-%" PRIx64, watches->started,
                 ++watches->made);
        watches->count++;
        look_again(watches, watch, app_stadium(app), &watch->first);
    }
    watch->expected++;
    return watch;
}

static void open_topic(struct wait_watches *watches, struct wait_watch *watch)
{
    static const struct rpc_topic_options options = { .history = WAITS_HISTORY,
                                                      .from_field = 1,
                                                      .to_field = 2,
                                                      .patience = STREAM_PATIENCE,
                                                      .too_slow = &stream_too_slow,
                                                      .expired = &stream_expired };
    watch->topic = rpc_topic_create_with(watches->services->server, &options);
    publish(watch);
    arena_fini(&watch->first);
    watches->opened++;
}

void wait_watch_follow(struct wait_watches *watches, struct wait_watch *watch,
                       struct rpc_call *call)
{
    static const stream_recovery said[] = STREAM_RECOVERIES(3);
    const Tifo__V1__WatchMyWaitsRequest *input = (const void *)rpc_request(call);
    if (!watch->topic)
        open_topic(watches, watch);
    watch->expected--;
    stream_follow_topic(watch->topic, call, input->after_seq,
                        strcmp(input->epoch, watch->epoch) == 0, said);
}

/* ---- Life -------------------------------------------------------------------------------------
 */

struct wait_watches *wait_watches_create(struct services *services)
{
    struct wait_watches *watches = base_alloc(sizeof *watches);
    *watches = (struct wait_watches){
        .feed = { .interval_ms = WAITS_INTERVAL_MS,
                  .driven_interval_ms = WAITS_INTERVAL_MS,
                  .version = watches_version,
                  .look = look_at_waits,
                  .publish = publish_waits },
        .review = { .interval_ms = STREAM_REVIEW_MS,
                    .driven_interval_ms = STREAM_REVIEW_MS,
                    .version = review_version,
                    .repeats = true,
                    .publish = review },
        .services = services,
    };
    randombytes_buf(&watches->started, sizeof watches->started);
    app_add_feed(services->app, &watches->feed);
    app_add_feed(services->app, &watches->review);
    return watches;
}

void wait_watches_destroy(struct wait_watches *watches)
{
    if (!watches)
        return;
    for (uint32_t i = 0; i < BUCKETS; i++) {
        while (watches->buckets[i]) {
            struct wait_watch *watch = watches->buckets[i];
            watches->buckets[i] = watch->next;
            watch_destroy(watch);
        }
    }
    arena_fini(&watches->arena);
    arena_fini(&watches->places_arena);
    free(watches);
}
