#include "server/services/room_watch.h"

#include "server/wire/waitroom.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_INTERVAL_MS = 250, ROOM_IDLE_MOST = 64 };

/* Somebody who is followed, as they were told of last. */
struct followed {
    struct id person;
    uint32_t entry, state, number;
};

struct waiters_watch {
    struct room_watch *room;
    struct waiters_watch *next;
    struct stream stream; /* Its topic is NULL: nobody has subscribed yet. */
    uint32_t expected;    /* Streams on their way. */
    struct followed *rows;
    uint32_t count;
    uint64_t shown_seq;
    /* To be published once it is durable; `whole` NULL: nothing. */
    const ProtobufCMessage *change, *whole;
    struct arena first; /* Of its first message; then it is the feed's arena. */
};

struct room_watch {
    struct feed feed; /* First. */
    struct services *services;
    uint32_t event;
    struct stream stream;
    struct waiters_watch *waiters;
    uint64_t joined; /* Streams so far: each has something to hear. */
    struct arena arena;
    const ProtobufCMessage *message; /* To be published once it is durable, */
    uint64_t seq;                    /* and its to_seq. */
    bool pending;                    /* It waits for that: for the feed's turn, */
    bool by_watch;                   /* or for a WatchWaitingRoom to be answered. */
};

/* ---- What is said -----------------------------------------------------------------------------
 */

static const ProtobufCMessage *room_message(struct room_watch *room, const struct stadium *stadium,
                                            int64_t now_ms)
{
    struct arena *arena = &room->arena;
    Tifo__V1__WatchWaitingRoomResponse *message = arena_alloc(arena, sizeof *message);
    tifo__v1__watch_waiting_room_response__init(message);
    message->to_seq = room->seq = stadium_seq(stadium);
    message->epoch = room->stream.epoch;
    message->room = wire_waitroom(stadium, room->event, now_ms, arena);
    return &message->base;
}

static Tifo__V1__WatchWaitersResponse *columns(uint32_t rows, uint64_t from_seq, uint64_t to_seq,
                                               uint32_t served, struct arena *arena)
{
    Tifo__V1__WatchWaitersResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__watch_waiters_response__init(to);
    to->from_seq = from_seq;
    to->to_seq = to_seq;
    to->served = served;
    to->person = arena_array(arena, rows, sizeof *to->person);
    to->state = arena_array(arena, rows, sizeof *to->state);
    to->entry = arena_array(arena, rows, sizeof *to->entry);
    to->number = arena_array(arena, rows, sizeof *to->number);
    return to;
}

static void add_row(Tifo__V1__WatchWaitersResponse *to, uint32_t person, const struct followed *row)
{
    to->person[to->n_person++] = person;
    to->state[to->n_state++] = row->state;
    to->entry[to->n_entry++] = row->entry;
    to->number[to->n_number++] = row->number;
}

/* Where they are now; true: elsewhere than they were. Who has no place, or lost it, may have got
 * another one. */
static bool look_again(struct followed *row, const struct stadium *stadium, uint32_t event)
{
    struct followed now = { .person = row->person, .entry = row->entry };
    if (row->state != WAITER_WAITING && row->state != WAITER_ADMITTED)
        now.entry = stadium_waiter_find(stadium, event, row->person);
    if (now.entry) {
        now.state = stadium_waiter(stadium, event, now.entry)->state;
        now.number = stadium_waiter_number(stadium, event, now.entry);
    }
    const bool moved =
        now.entry != row->entry || now.state != row->state || now.number != row->number;
    *row = now;
    return moved;
}

static void look_at_waiters(struct waiters_watch *watch, const struct stadium *stadium,
                            uint32_t event, struct arena *arena)
{
    const uint64_t seq = stadium_seq(stadium);
    const uint32_t served = stadium_waitroom(stadium, event)->served;
    Tifo__V1__WatchWaitersResponse *change =
        columns(watch->count, watch->shown_seq, seq, served, arena);
    for (uint32_t i = 0; i < watch->count; i++) {
        if (look_again(&watch->rows[i], stadium, event))
            add_row(change, i, &watch->rows[i]);
    }
    watch->change = watch->whole = NULL;
    if (watch->shown_seq && change->n_person == 0)
        return;
    Tifo__V1__WatchWaitersResponse *whole = columns(watch->count, 0, seq, served, arena);
    whole->epoch = watch->stream.epoch;
    for (uint32_t i = 0; i < watch->count; i++)
        add_row(whole, i, &watch->rows[i]);
    watch->whole = &whole->base;
    watch->change = watch->shown_seq ? &change->base : NULL;
    watch->shown_seq = seq;
}

/* ---- The feed ---------------------------------------------------------------------------------
 */

static uint64_t watch_version(const struct feed *feed, const struct app *app)
{
    const struct room_watch *watch = (const struct room_watch *)feed;
    if (watch->pending || (rpc_topic_subscribers(watch->stream.topic) == 0 && !watch->waiters))
        return 0;
    return stadium_waitroom(app_stadium(app), watch->event)->version + (watch->joined << 48);
}

static void waiters_watch_destroy(struct waiters_watch *watch)
{
    stream_close(&watch->stream, watch->room->services);
    arena_fini(&watch->first);
    free(watch->rows);
    free(watch);
}

/* Streams that ended a minute ago are forgotten, and the oldest of too many. */
static void drop_ended(struct room_watch *room)
{
    uint32_t idle = 0;
    for (struct waiters_watch **at = &room->waiters; *at;) {
        struct waiters_watch *watch = *at;
        const bool ended = watch->stream.topic && watch->expected == 0 &&
                           rpc_topic_subscribers(watch->stream.topic) == 0;
        idle += ended;
        if (!ended ||
            (watch->stream.idle_reviews <= STREAM_IDLE_REVIEWS && idle <= ROOM_IDLE_MOST)) {
            at = &watch->next;
            continue;
        }
        *at = watch->next;
        waiters_watch_destroy(watch);
    }
}

static void look_at_room(struct feed *feed, const struct app *app)
{
    struct room_watch *room = (struct room_watch *)feed;
    const struct stadium *stadium = app_stadium(app);
    arena_reset(&room->arena);
    drop_ended(room);
    room->pending = true;
    room->message = room_message(room, stadium, app_now_ms(app));
    for (struct waiters_watch *watch = room->waiters; watch; watch = watch->next) {
        if (watch->stream.topic)
            look_at_waiters(watch, stadium, room->event, &room->arena);
    }
}

static void publish_room(struct feed *feed)
{
    struct room_watch *room = (struct room_watch *)feed;
    stream_publish(&room->stream, room->seq, NULL, room->message);
    for (struct waiters_watch *watch = room->waiters; watch; watch = watch->next) {
        if (!watch->stream.topic || !watch->whole)
            continue;
        stream_publish(&watch->stream, watch->shown_seq, watch->change, watch->whole);
        watch->whole = NULL;
    }
    room->pending = false;
}

void room_watch_refresh(struct room_watch *room, const struct app *app)
{
    if (room->pending || rpc_topic_subscribers(room->stream.topic) > 0)
        return;
    look_at_room(&room->feed, app);
    room->by_watch = true;
}

void room_watch_subscribe(struct room_watch *room, struct rpc_call *call)
{
    const Tifo__V1__WatchWaitingRoomRequest *input = (const void *)rpc_request(call);
    if (room->by_watch)
        publish_room(&room->feed);
    room->by_watch = false;
    stream_follow(&room->stream, call, input->after_seq, input->epoch);
}

/* ---- Streams that follow people ---------------------------------------------------------------
 */

/* The one that a client was following, if it is still there and is about the same persons. */
static struct waiters_watch *find_waiters(struct room_watch *room, const char *epoch,
                                          const struct id *persons, uint32_t count)
{
    for (struct waiters_watch *watch = room->waiters; watch && epoch[0]; watch = watch->next) {
        bool same =
            watch->stream.topic && watch->count == count && strcmp(watch->stream.epoch, epoch) == 0;
        for (uint32_t i = 0; same && i < count; i++)
            same = memcmp(&watch->rows[i].person, &persons[i], sizeof persons[i]) == 0;
        if (same)
            return watch;
    }
    return NULL;
}

struct waiters_watch *waiters_watch_create(struct room_watch *room, const struct app *app,
                                           const struct id *persons, uint32_t count,
                                           const char *epoch)
{
    struct waiters_watch *there = find_waiters(room, epoch, persons, count);
    if (there) {
        there->expected++;
        return there;
    }
    struct waiters_watch *watch = base_alloc(sizeof *watch);
    *watch = (struct waiters_watch){ .room = room, .count = count, .expected = 1 };
    watch->rows = base_alloc(count * sizeof *watch->rows);
    for (uint32_t i = 0; i < count; i++)
        watch->rows[i].person = persons[i];
    stream_name(&watch->stream, room->services);
    look_at_waiters(watch, app_stadium(app), room->event, &watch->first);
    watch->next = room->waiters;
    room->waiters = watch;
    return watch;
}

void waiters_watch_subscribe(struct waiters_watch *watch, struct rpc_call *call)
{
    static const struct stream_fields fields = { 1, 2, STREAM_RECOVERIES(8) };
    const Tifo__V1__WatchWaitersRequest *input = (const void *)rpc_request(call);
    struct room_watch *room = watch->room;
    if (!watch->stream.topic) {
        stream_open(&watch->stream, room->services, &fields, true);
        stream_publish(&watch->stream, watch->shown_seq, NULL, watch->whole);
        watch->whole = NULL;
        arena_fini(&watch->first);
    }
    watch->expected--;
    stream_follow(&watch->stream, call, input->after_seq, input->epoch);
    room->joined++;
}

/* ---- Rooms, one an event ----------------------------------------------------------------------
 */

static struct room_watch *room_watch_create(struct services *services, uint32_t event)
{
    static const struct stream_fields fields = { 3, 1, STREAM_RECOVERIES(4) };
    struct room_watch *room = base_alloc(sizeof *room);
    *room = (struct room_watch){
        .feed = { .interval_ms = ROOM_INTERVAL_MS,
                  .driven_interval_ms = ROOM_INTERVAL_MS,
                  .version = watch_version,
                  .look = look_at_room,
                  .publish = publish_room },
        .services = services,
        .event = event,
    };
    stream_open(&room->stream, services, &fields, false);
    app_add_feed(services->app, &room->feed);
    return room;
}

struct room_watch *room_watch_of(struct services *services, const struct app *app, uint32_t event)
{
    uint32_t count;
    stadium_events(app_stadium(app), &count);
    if (event >= services->room_watch_count) {
        struct room_watch **rooms = base_alloc(2 * count * sizeof *rooms);
        if (services->room_watch_count)
            memcpy(rooms, services->room_watches, services->room_watch_count * sizeof *rooms);
        free(services->room_watches);
        services->room_watches = rooms;
        services->room_watch_count = 2 * count;
    }
    if (!services->room_watches[event])
        services->room_watches[event] = room_watch_create(services, event);
    return services->room_watches[event];
}

void room_watches_fini(struct services *services)
{
    for (uint32_t i = 0; i < services->room_watch_count; i++) {
        struct room_watch *room = services->room_watches[i];
        if (!room)
            continue;
        while (room->waiters) {
            struct waiters_watch *watch = room->waiters;
            room->waiters = watch->next;
            waiters_watch_destroy(watch);
        }
        stream_close(&room->stream, services);
        arena_fini(&room->arena);
        free(room);
    }
    free(services->room_watches);
}
