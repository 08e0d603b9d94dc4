/* tifo.v1.WaitingRooms: settings, entering and leaving, where somebody is. */
#include "server/wire/waitroom.h"

#include "server/services/room_watch.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* By index; false: the answer is refused. */
static bool room_index(struct work *work, const struct app *app, struct id id, uint32_t *index)
{
    if (!work_event(work, app, id, index))
        return false;
    if (stadium_waitroom(app_stadium(app), *index))
        return true;
    work_deny(work, STATUS_UNKNOWN_WAITROOM, "event_id");
    return false;
}

/* ---- SetWaitingRoom, GetWaitingRoom -----------------------------------------------------------
 */

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    uint32_t event;
    if (!room_index(work, app, work->request.command.as.set_waitroom.event, &event))
        return NULL;
    Tifo__V1__SetWaitingRoomResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_waiting_room_response__init(reply);
    reply->room = wire_waitroom(app_stadium(app), event, app_now_ms(app), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_waiting_room(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetWaitingRoomRequest *input = (const void *)rpc_request(call);
    if (!input->settings) {
        refuse_call_with(call, STATUS_BAD_FIELD, "settings");
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_waitroom *set = &work->request.command.as.set_waitroom;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_WAITROOM;
    wire_set_waitroom(input->settings, set);
    work_post_if(work, check_id(&check, "event_id", input->event_id, &set->event) &&
                           work_actor(work, &set->by));
}

static const ProtobufCMessage *build_room(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    uint32_t event;
    if (!room_index(work, app, asked->id, &event))
        return NULL;
    Tifo__V1__GetWaitingRoomResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_waiting_room_response__init(reply);
    reply->room = wire_waitroom(app_stadium(app), event, app_now_ms(app), &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_waiting_room(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetWaitingRoomRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_room), "event_id", input->event_id);
}

/* ---- People, as requests list them ------------------------------------------------------------
 */

struct persons {
    struct id event;
    const char *const *names;
    uint32_t count;
};

/* A gateway lists its people: on this machine whoever says so is believed anyway; who shows a
 * certificate has to be an operator. */
static bool may_speak_for_others(struct work *work)
{
    struct actor actor = { 0 };
    if (!rpc_peer_is_certified(work->call))
        return true;
    if (!work_actor(work, &actor))
        return false;
    if (!actor.is_operator)
        work_deny(work, STATUS_NOT_ORGANISER, "persons");
    return actor.is_operator;
}

/* The caller alone when nobody is listed. How many they are and who, decide checks. */
static bool read_persons(struct work *work, const char *event_id, char **names, size_t count,
                         struct persons *persons)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    const char **alone = rpc_alloc(work->call, sizeof *alone);
    *alone = call_caller(work->call);
    persons->names = count ? (const char *const *)names : alone;
    persons->count = count ? (uint32_t)count : 1;
    if (count && !may_speak_for_others(work))
        return false;
    if (count > ENTER_PERSONS)
        return check_refuse(&check, "persons", "has %zu rows; at most %d are possible", count,
                            ENTER_PERSONS);
    return check_id(&check, "event_id", event_id, &persons->event);
}

static Tifo__V1__Waiter **waiters_now(const struct app *app, uint32_t event,
                                      const char *const *names, uint32_t count, struct arena *arena)
{
    Tifo__V1__Waiter **waiters = arena_array(arena, count, sizeof(Tifo__V1__Waiter *));
    for (uint32_t i = 0; i < count; i++)
        waiters[i] = wire_waiter(app_stadium(app), event, names[i], app_now_ms(app), arena);
    return waiters;
}

/* ---- EnterWaitingRoom, LeaveWaitingRoom, AdmitPersons -----------------------------------------
 */

static const ProtobufCMessage *build_entered(struct work *work, const struct app *app)
{
    const struct enter_waitroom *enter = &work->request.command.as.enter_waitroom;
    uint32_t event;
    if (!room_index(work, app, enter->event, &event))
        return NULL;
    Tifo__V1__EnterWaitingRoomResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__enter_waiting_room_response__init(reply);
    reply->n_waiters = enter->person_count;
    reply->waiters = waiters_now(app, event, enter->persons, enter->person_count, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void enter_waiting_room(struct rpc_call *call, void *ctx)
{
    static const char *const none[ENTER_PERSONS] = { 0 };
    const Tifo__V1__EnterWaitingRoomRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_entered);
    struct enter_waitroom *enter = &work->request.command.as.enter_waitroom;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct persons persons = { 0 };
    work->request.command.kind = COMMAND_ENTER_WAITROOM;
    bool good = read_persons(work, input->event_id, input->persons, input->n_persons, &persons);
    if (good && input->n_device && input->n_device != persons.count)
        good = check_refuse(&check, "device", "has %zu rows; one a person is due", input->n_device);
    *enter = (struct enter_waitroom){
        .event = persons.event,
        .persons = persons.names,
        .person_count = persons.count,
        .nonce = { input->nonce, (uint32_t)input->n_nonce },
        .devices = input->n_device ? (const char *const *)input->device : none,
    };
    work_post_if(work, good);
}

static const ProtobufCMessage *build_left(struct work *work, const struct app *app)
{
    const struct waitroom_persons *leave = &work->request.command.as.leave_waitroom;
    uint32_t event;
    if (!room_index(work, app, leave->event, &event))
        return NULL;
    Tifo__V1__LeaveWaitingRoomResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__leave_waiting_room_response__init(reply);
    reply->n_waiters = leave->count;
    reply->waiters = waiters_now(app, event, leave->persons, leave->count, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void leave_waiting_room(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__LeaveWaitingRoomRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_left);
    struct persons persons = { 0 };
    work->request.command.kind = COMMAND_LEAVE_WAITROOM;
    const bool good =
        read_persons(work, input->event_id, input->persons, input->n_persons, &persons);
    work->request.command.as.leave_waitroom = (struct waitroom_persons){ .event = persons.event,
                                                                         .persons = persons.names,
                                                                         .count = persons.count };
    work_post_if(work, good);
}

static const ProtobufCMessage *build_admitted(struct work *work, const struct app *app)
{
    const struct waitroom_persons *admit = &work->request.command.as.admit_persons;
    uint32_t event;
    if (!room_index(work, app, admit->event, &event))
        return NULL;
    Tifo__V1__AdmitPersonsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__admit_persons_response__init(reply);
    reply->n_waiters = admit->count;
    reply->waiters = waiters_now(app, event, admit->persons, admit->count, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void admit_persons(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AdmitPersonsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_admitted);
    struct persons persons = { 0 };
    work->request.command.kind = COMMAND_ADMIT_PERSONS;
    const bool good =
        read_persons(work, input->event_id, input->persons, input->n_persons, &persons);
    work->request.command.as.admit_persons =
        (struct waitroom_persons){ .event = persons.event,
                                   .persons = persons.names,
                                   .count = input->n_persons ? persons.count : 0 };
    work_post_if(work, good && work_actor(work, &work->request.command.as.admit_persons.by));
}

/* ---- GetWaiters -------------------------------------------------------------------------------
 */

/* Signs the tokens, then answers; lies in the work's arena. */
struct admitting {
    struct sign_job job; /* First. */
    struct rpc_call *call;
    struct arena arena;
    struct id event;
    Tifo__V1__GetWaitersResponse *reply;
};

static const ProtobufCMessage *build_waiters(struct work *work, const struct app *app)
{
    const struct persons *persons = work->asked;
    uint32_t event;
    if (!room_index(work, app, persons->event, &event))
        return NULL;
    struct admitting *admitting = arena_alloc(&work->arena, sizeof *admitting);
    Tifo__V1__GetWaitersResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_waiters_response__init(reply);
    reply->n_waiters = persons->count;
    reply->waiters = waiters_now(app, event, persons->names, persons->count, &work->arena);
    reply->as_of_seq = work->request.seq;
    admitting->event = persons->event;
    admitting->reply = reply;
    work->made = admitting;
    return NULL; /* Nothing to pack yet. */
}

/* The signer's thread. */
static void sign_and_answer(struct sign_job *job, const struct keyring *keyring)
{
    struct admitting *admitting = (struct admitting *)job;
    struct arena arena = admitting->arena;
    for (size_t i = 0; i < admitting->reply->n_waiters; i++) {
        Tifo__V1__Waiter *waiter = admitting->reply->waiters[i];
        struct admission_claim claim;
        if (!wire_admission_claim(waiter, admitting->event, &claim))
            continue;
        waiter->admission_token = arena_alloc(&arena, ADMISSION_TOKEN_CHARS + 1);
        keyring_sign_admission(keyring, &claim, waiter->admission_token);
    }
    rpc_reply(admitting->call, &admitting->reply->base);
    arena_fini(&arena);
}

static void sign(struct work *work)
{
    struct admitting *admitting = work->made;
    struct signer *signer = work->services->signer;
    admitting->job.run = sign_and_answer;
    admitting->call = work->call;
    admitting->arena = work->arena;
    signer_start(signer, &admitting->job);
}

static void get_waiters(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetWaitersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_waiters);
    struct persons *persons = rpc_alloc(call, sizeof *persons);
    work->asked = persons;
    work->deliver = sign;
    work_post_if(work,
                 read_persons(work, input->event_id, input->persons, input->n_persons, persons));
}

uint32_t admission_entry(const struct services *services, const char *token, struct id event,
                         const char *person)
{
    size_t count;
    struct admission_claim claim;
    const struct ticket_key *keys = keyring_keys(signer_keyring(services->signer), &count);
    if (!token[0] || admission_token_verify(token, keys, count, &claim) != TICKET_GENUINE ||
        !wire_admission_is_of(&claim, event, person))
        return 0;
    return claim.entry;
}

/* ---- WatchWaitingRoom, WatchWaiters -----------------------------------------------------------
 */

static const ProtobufCMessage *find_room(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    uint32_t event;
    if (!room_index(work, app, asked->id, &event))
        return NULL;
    work->made = room_watch_of(work->services, app, event);
    room_watch_refresh(work->made, app);
    return NULL;
}

static void watch_room(struct work *work)
{
    struct room_watch *watch = work->made;
    struct app *app = work->services->app;
    arena_fini(&work->arena);
    room_watch_subscribe(watch, work->call);
    app_wake(app);
}

static bool is_attached(struct rpc_call *call, const struct services *services)
{
    if (atomic_load(&services->attached))
        return true;
    refuse_call_with(call, STATUS_STARTING, NULL);
    return false;
}

static void watch_waiting_room(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchWaitingRoomRequest *input = (const void *)rpc_request(call);
    if (!is_attached(call, ctx))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, find_room);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->deliver = watch_room;
    if (stream_check(&check, input->after_seq, input->epoch))
        work_post_by_id(work, "event_id", input->event_id);
    else
        work_refuse(work);
}

/* The persons of a stream, hashed before the loop hears of them. */
struct watched {
    struct persons persons;
    struct id *ids;
};

static const ProtobufCMessage *find_waiters(struct work *work, const struct app *app)
{
    const struct watched *watched = work->asked;
    uint32_t event;
    if (!room_index(work, app, watched->persons.event, &event))
        return NULL;
    const Tifo__V1__WatchWaitersRequest *input = (const void *)rpc_request(work->call);
    work->made = waiters_watch_create(room_watch_of(work->services, app, event), app, watched->ids,
                                      watched->persons.count, input->epoch);
    return NULL;
}

static void watch_those(struct work *work)
{
    struct waiters_watch *watch = work->made;
    struct app *app = work->services->app;
    arena_fini(&work->arena);
    waiters_watch_subscribe(watch, work->call);
    app_wake(app);
}

static void watch_waiters(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchWaitersRequest *input = (const void *)rpc_request(call);
    if (!is_attached(call, ctx))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, find_waiters);
    struct watched *watched = rpc_alloc(call, sizeof *watched);
    work->asked = watched;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->deliver = watch_those;
    if (!stream_check(&check, input->after_seq, input->epoch) ||
        !read_persons(work, input->event_id, input->persons, input->n_persons, &watched->persons)) {
        work_refuse(work);
        return;
    }
    watched->ids = rpc_alloc(call, watched->persons.count * sizeof *watched->ids);
    for (uint32_t i = 0; i < watched->persons.count; i++)
        watched->ids[i] = waitroom_person(watched->persons.names[i]);
    work_post(work);
}

/* ---- ListDraw ---------------------------------------------------------------------------------
 */

enum { DRAW_PAGE = 1000, DRAW_PAGE_MAX = 10000 };

struct draw_asked {
    struct id event;
    uint32_t size, after;
};

static const ProtobufCMessage *build_draw(struct work *work, const struct app *app)
{
    const struct draw_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!room_index(work, app, asked->event, &event))
        return NULL;
    const struct waitroom *room = stadium_waitroom(stadium, event);
    if (!room->open)
        return work_deny(work, STATUS_WAITROOM_SHUT, "event_id");
    if (asked->after > room->drawn)
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    Tifo__V1__ListDrawResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_draw_response__init(reply);
    const uint32_t left = room->drawn - asked->after;
    const uint32_t count = left < asked->size ? left : asked->size;
    reply->first_entry = asked->after + 1;
    reply->n_nonce = reply->n_number = count;
    reply->nonce = arena_array(&work->arena, count, sizeof *reply->nonce);
    reply->number = arena_array(&work->arena, count, sizeof *reply->number);
    for (uint32_t i = 0; i < count; i++) {
        reply->nonce[i] = stadium_waiter(stadium, event, reply->first_entry + i)->nonce;
        reply->number[i] = stadium_waiter_number(stadium, event, reply->first_entry + i);
    }
    reply->as_of_seq = work->request.seq;
    if (count < left) {
        reply->next_page_token = arena_alloc(&work->arena, 12);
        snprintf(reply->next_page_token, 12, "%u", asked->after + count);
    }
    return &reply->base;
}

static void list_draw(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListDrawRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_draw);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct draw_asked *asked = rpc_alloc(call, sizeof *asked);
    char *end;
    asked->size = input->page_size == 0              ? DRAW_PAGE
                  : input->page_size > DRAW_PAGE_MAX ? DRAW_PAGE_MAX
                                                     : input->page_size;
    asked->after = (uint32_t)strtoul(input->page_token, &end, 10);
    work->asked = asked;
    if (*end != 0)
        check_refuse(&check, "page_token", "is none of ours; take next_page_token");
    work_post_if(work, *end == 0 && check_id(&check, "event_id", input->event_id, &asked->event));
}

struct rpc_service waitroom_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetWaitingRoom", RPC_UNARY, set_waiting_room, NULL },
        { "GetWaitingRoom", RPC_UNARY, get_waiting_room, NULL },
        { "WatchWaitingRoom", RPC_SERVER_STREAM, watch_waiting_room, NULL },
        { "EnterWaitingRoom", RPC_UNARY, enter_waiting_room, NULL },
        { "LeaveWaitingRoom", RPC_UNARY, leave_waiting_room, NULL },
        { "AdmitPersons", RPC_UNARY, admit_persons, NULL },
        { "GetWaiters", RPC_UNARY, get_waiters, NULL },
        { "WatchWaiters", RPC_SERVER_STREAM, watch_waiters, NULL },
        { "ListDraw", RPC_UNARY, list_draw, NULL },
    };
    return (struct rpc_service){ &tifo__v1__waiting_rooms__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
