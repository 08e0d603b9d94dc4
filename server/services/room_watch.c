#include "server/services/room_watch.h"

#include "server/wire/waitroom.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_INTERVAL_MS = 250 };

/* Somebody who is followed, as they were told of last. */
struct followed {
    struct id person;
    uint32_t entry, state, number;
};

struct waiters_watch {
    struct room_watch *room;
    struct waiters_watch *next;
    struct rpc_topic *topic; /* NULL: nobody has subscribed yet. */
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
    struct rpc_topic *topic;
    struct waiters_watch *waiters;
    uint64_t joined; /* Streams so far: each has something to hear. */
    struct arena arena;
    const ProtobufCMessage *message; /* To be published once it is durable. */
    bool pending;                    /* It waits for that: for the feed's turn, */
    bool by_watch;                   /* or for a WatchWaitingRoom to be answered. */
};

/* ---- What is said -----------------------------------------------------------------------------
 */

static const ProtobufCMessage *room_message(const struct stadium *stadium, uint32_t event,
                                            int64_t now_ms, struct arena *arena)
{
    Tifo__V1__WatchWaitingRoomResponse *message = arena_alloc(arena, sizeof *message);
    tifo__v1__watch_waiting_room_response__init(message);
    message->to_seq = stadium_seq(stadium);
    message->room = wire_waitroom(stadium, event, now_ms, arena);
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
    if (watch->pending || (rpc_topic_subscribers(watch->topic) == 0 && !watch->waiters))
        return 0;
    return stadium_waitroom(app_stadium(app), watch->event)->version + (watch->joined << 48);
}

static void waiters_watch_destroy(struct waiters_watch *watch)
{
    rpc_topic_destroy(watch->topic);
    arena_fini(&watch->first);
    free(watch->rows);
    free(watch);
}

/* Streams that have ended are forgotten. */
static void drop_ended(struct room_watch *room)
{
    for (struct waiters_watch **at = &room->waiters; *at;) {
        struct waiters_watch *watch = *at;
        if (!watch->topic || rpc_topic_subscribers(watch->topic) > 0) {
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
    room->message = room_message(stadium, room->event, app_now_ms(app), &room->arena);
    for (struct waiters_watch *watch = room->waiters; watch; watch = watch->next) {
        if (watch->topic)
            look_at_waiters(watch, stadium, room->event, &room->arena);
    }
}

static void publish_room(struct feed *feed)
{
    struct room_watch *room = (struct room_watch *)feed;
    rpc_topic_publish(room->topic, room->message);
    for (struct waiters_watch *watch = room->waiters; watch; watch = watch->next) {
        if (!watch->topic || !watch->whole)
            continue;
        rpc_topic_publish_change(watch->topic, watch->change, watch->whole);
        watch->whole = NULL;
    }
    room->pending = false;
}

void room_watch_refresh(struct room_watch *room, const struct app *app)
{
    if (room->pending || rpc_topic_subscribers(room->topic) > 0)
        return;
    look_at_room(&room->feed, app);
    room->by_watch = true;
}

void room_watch_subscribe(struct room_watch *room, struct rpc_call *call)
{
    if (room->by_watch)
        publish_room(&room->feed);
    room->by_watch = false;
    rpc_topic_subscribe(room->topic, call);
}

/* ---- Streams that follow people ---------------------------------------------------------------
 */

struct waiters_watch *waiters_watch_create(struct room_watch *room, const struct app *app,
                                           const struct id *persons, uint32_t count)
{
    struct waiters_watch *watch = base_alloc(sizeof *watch);
    *watch = (struct waiters_watch){ .room = room, .count = count };
    watch->rows = base_alloc(count * sizeof *watch->rows);
    for (uint32_t i = 0; i < count; i++)
        watch->rows[i].person = persons[i];
    look_at_waiters(watch, app_stadium(app), room->event, &watch->first);
    watch->next = room->waiters;
    room->waiters = watch;
    return watch;
}

void waiters_watch_subscribe(struct waiters_watch *watch, struct rpc_call *call)
{
    struct room_watch *room = watch->room;
    watch->topic = rpc_topic_create(room->services->server);
    rpc_topic_publish(watch->topic, watch->whole);
    watch->whole = NULL;
    arena_fini(&watch->first);
    rpc_topic_subscribe(watch->topic, call);
    room->joined++;
}

/* ---- Rooms, one an event ----------------------------------------------------------------------
 */

static struct room_watch *room_watch_create(struct services *services, uint32_t event)
{
    struct room_watch *room = base_alloc(sizeof *room);
    *room = (struct room_watch){
        .feed = { .interval_ms = ROOM_INTERVAL_MS,
                  .driven_interval_ms = ROOM_INTERVAL_MS,
                  .version = watch_version,
                  .look = look_at_room,
                  .publish = publish_room },
        .services = services,
        .event = event,
        .topic = rpc_topic_create(services->server),
    };
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
        rpc_topic_destroy(room->topic);
        arena_fini(&room->arena);
        free(room);
    }
    free(services->room_watches);
}
