/* tifo.v1.Seats: the seat map; holds are in holds.c. */
#include "server/wire/seats.h"

#include "server/services/holds.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEATS_INTERVAL_MS = 250 };

/* ---- Maps, one an event -----------------------------------------------------------------------
 */

/* Lives from the first question on; the loop thread's but for the topic. */
struct seat_watch {
    struct feed feed; /* First. */
    struct services *services;
    uint32_t event;
    struct seat_map map;   /* For GetSeatMap. */
    struct seat_map shown; /* As subscribers were told last, */
    uint64_t shown_seq;    /* up to where; 0: nothing yet. */
    struct stream stream;
    struct arena arena;
    /* To be published once it is durable; `whole` NULL: no seat has changed. */
    const ProtobufCMessage *change, *whole;
    bool pending;  /* They wait for that: for the feed's turn, */
    bool by_watch; /* or for a WatchSeats to be answered. */
};

static uint64_t watch_version(const struct feed *feed, const struct app *app)
{
    const struct seat_watch *watch = (const struct seat_watch *)feed;
    uint32_t count;
    if (watch->pending || rpc_topic_subscribers(watch->stream.topic) == 0)
        return 0;
    return stadium_events(app_stadium(app), &count)[watch->event].seats_seq + 1;
}

static void look_at_seats(struct feed *feed, const struct app *app)
{
    struct seat_watch *watch = (struct seat_watch *)feed;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &watch->arena;
    const uint64_t seq = stadium_seq(stadium);
    arena_reset(arena);
    seat_map_update(&watch->shown, stadium, watch->event);
    watch->pending = true;
    watch->change = watch->whole = NULL;
    if (watch->shown_seq && watch->shown.changed_count == 0)
        return;
    Tifo__V1__WatchSeatsResponse *whole = wire_seats_whole(&watch->shown, stadium, arena);
    whole->epoch = watch->stream.epoch;
    watch->whole = &whole->base;
    if (watch->shown_seq)
        watch->change = &wire_seats_changed(&watch->shown, watch->shown_seq, seq, arena)->base;
    watch->shown_seq = seq;
}

static void publish_seats(struct feed *feed)
{
    struct seat_watch *watch = (struct seat_watch *)feed;
    if (watch->whole)
        stream_publish(&watch->stream, watch->shown_seq, watch->change, watch->whole);
    watch->pending = false;
}

static struct seat_watch *watch_create(struct services *services, uint32_t event)
{
    static const struct stream_fields fields = { 1, 2, STREAM_RECOVERIES(6) };
    struct seat_watch *watch = base_alloc(sizeof *watch);
    *watch = (struct seat_watch){
        .feed = { .interval_ms = SEATS_INTERVAL_MS,
                  .driven_interval_ms = SEATS_INTERVAL_MS,
                  .version = watch_version,
                  .look = look_at_seats,
                  .publish = publish_seats },
        .services = services,
        .event = event,
    };
    stream_open(&watch->stream, services, &fields, true);
    app_add_feed(services->app, &watch->feed);
    return watch;
}

static void make_room(struct services *services, uint32_t count)
{
    const size_t old = services->seat_watch_room * sizeof *services->seat_watches;
    struct seat_watch **watches = base_alloc(count * sizeof *watches);
    if (old)
        memcpy(watches, services->seat_watches, old);
    free(services->seat_watches);
    services->seat_watches = watches;
    services->seat_watch_room = count;
}

/* The event's; NULL: there is no such event. */
static struct seat_watch *watch_of(struct services *services, const struct app *app, struct id id)
{
    uint32_t count;
    const struct event *events = stadium_events(app_stadium(app), &count);
    const struct event *event = stadium_event_find(app_stadium(app), id);
    if (!event)
        return NULL;
    const uint32_t index = (uint32_t)(event - events);
    if (index >= services->seat_watch_room)
        make_room(services, 2 * count);
    if (!services->seat_watches[index])
        services->seat_watches[index] = watch_create(services, index);
    return services->seat_watches[index];
}

void seat_watches_fini(struct services *services)
{
    for (uint32_t i = 0; i < services->seat_watch_room; i++) {
        struct seat_watch *watch = services->seat_watches[i];
        if (!watch)
            continue;
        stream_close(&watch->stream, services);
        seat_map_fini(&watch->map);
        seat_map_fini(&watch->shown);
        arena_fini(&watch->arena);
        free(watch);
    }
    free(services->seat_watches);
}

/* ---- GetSeatMap -------------------------------------------------------------------------------
 */

struct map_asked {
    struct id event;
    const uint32_t *blocks;
    size_t count;
};

/* Each block once: an answer is never larger than the whole map. */
static bool check_blocks(struct work *work, const struct map_asked *asked,
                         const struct venue *venue)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    bool *seen = arena_array(&work->arena, venue->block_count, sizeof *seen);
    for (size_t i = 0; i < asked->count; i++) {
        char field[32];
        snprintf(field, sizeof field, "blocks[%zu]", i);
        if (asked->blocks[i] >= venue->block_count)
            return check_refuse(&check, field, "is %u; the venue has blocks 0 to %u",
                                asked->blocks[i], venue->block_count - 1);
        if (seen[asked->blocks[i]])
            return check_refuse(&check, field, "is %u, which is there twice; name each block once",
                                asked->blocks[i]);
        seen[asked->blocks[i]] = true;
    }
    return true;
}

static const ProtobufCMessage *build_map(struct work *work, const struct app *app)
{
    const struct map_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct seat_watch *watch = watch_of(work->services, app, asked->event);
    if (!watch)
        return work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    if (!check_blocks(work, asked, stadium_venue(stadium)))
        return NULL;
    Tifo__V1__GetSeatMapResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_seat_map_response__init(reply);
    seat_map_update(&watch->map, stadium, watch->event);
    reply->n_blocks = asked->count ? asked->count : stadium_venue(stadium)->block_count;
    reply->blocks = wire_seat_blocks(&watch->map, stadium, asked->count ? asked->blocks : NULL,
                                     reply->n_blocks, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_seat_map(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetSeatMapRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_map);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct map_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->blocks = input->blocks;
    asked->count = input->n_blocks;
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event));
}

/* ---- WatchSeats -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *find_watch(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    struct seat_watch *watch = watch_of(work->services, app, asked->id);
    work->made = watch;
    if (!watch)
        return work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    /* While nobody follows nothing is published, so what the topic has may be old. */
    if (!watch->pending && rpc_topic_subscribers(watch->stream.topic) == 0) {
        look_at_seats(&watch->feed, app);
        watch->by_watch = true;
    }
    return NULL;
}

static void subscribe(struct work *work)
{
    const Tifo__V1__WatchSeatsRequest *input = (const void *)rpc_request(work->call);
    struct seat_watch *watch = work->made;
    struct app *app = work->services->app;
    arena_fini(&work->arena);
    if (watch->by_watch)
        publish_seats(&watch->feed);
    watch->by_watch = false;
    stream_follow(&watch->stream, work->call, input->after_seq, input->epoch);
    app_wake(app);
}

static void watch_seats(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchSeatsRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    if (!atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_READ, find_watch);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->deliver = subscribe;
    if (stream_check(&check, input->after_seq, input->epoch))
        work_post_by_id(work, "event_id", input->event_id);
    else
        work_refuse(work);
}

struct rpc_service seats_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "GetSeatMap", RPC_UNARY, get_seat_map, NULL },
        { "WatchSeats", RPC_SERVER_STREAM, watch_seats, NULL },
        { "HoldSeats", RPC_UNARY, hold_seats, NULL },
        { "ReleaseHold", RPC_UNARY, release_hold, NULL },
        { "ChangeHold", RPC_UNARY, change_hold, NULL },
        { "ExtendHold", RPC_UNARY, extend_hold, NULL },
        { "SetBuyer", RPC_UNARY, set_buyer, NULL },
        { "GetHold", RPC_UNARY, get_hold, NULL },
        { "ListHolds", RPC_UNARY, list_holds, NULL },
    };
    return (struct rpc_service){ &tifo__v1__seats__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
