/* tifo.v1.Waitlists: waiting for tickets of an event that is sold out. */
#include "server/wire/wait.h"

#include "server/services/page.h"
#include "server/services/wait_watch.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <string.h>

/* ---- SetWaitlist, GetWaitlist -----------------------------------------------------------------
 */

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    uint32_t event;
    if (!work_event(work, app, work->request.command.as.set_waitlist.event, &event))
        return NULL;
    Tifo__V1__SetWaitlistResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_waitlist_response__init(reply);
    reply->waitlist = wire_waitlist(app_stadium(app), event, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_waitlist(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetWaitlistRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_waitlist *set = &work->request.command.as.set_waitlist;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_WAITLIST;
    set->capacity = input->capacity;
    set->claim_s = input->claim_s;
    set->closed = input->closed;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &set->event) &&
                           work_actor(work, &set->by));
}

static const ProtobufCMessage *build_waitlist(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    uint32_t event;
    if (!work_event(work, app, asked->id, &event))
        return NULL;
    if (!stadium_waitlist(app_stadium(app), event))
        return work_deny(work, STATUS_WAITLIST_CLOSED, "event_id");
    Tifo__V1__GetWaitlistResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_waitlist_response__init(reply);
    reply->waitlist = wire_waitlist(app_stadium(app), event, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_waitlist(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetWaitlistRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_waitlist), "event_id",
                    input->event_id);
}

/* ---- EnterWaitlist, LeaveWaitlist, GetWait ----------------------------------------------------
 */

/* The person's newest, as it is now; NULL: the answer is refused. */
static Tifo__V1__Wait *wait_now(struct work *work, const struct app *app, struct id id,
                                const char *person)
{
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!work_event(work, app, id, &event))
        return NULL;
    const uint32_t index = stadium_wait_find(stadium, event, person);
    if (index == STADIUM_NONE) {
        work_deny(work, STATUS_NOT_WAITING, "event_id");
        return NULL;
    }
    Tifo__V1__Wait *wait = wire_wait(stadium, index, &work->arena);
    wait->position = wire_wait_position(stadium, index);
    return wait;
}

static const ProtobufCMessage *build_entered(struct work *work, const struct app *app)
{
    const struct enter_waitlist *enter = &work->request.command.as.enter_waitlist;
    Tifo__V1__EnterWaitlistResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__enter_waitlist_response__init(reply);
    reply->wait = wait_now(work, app, enter->event, enter->person);
    reply->seq = work->request.seq;
    return reply->wait ? &reply->base : NULL;
}

static void enter_waitlist(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__EnterWaitlistRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_entered);
    struct enter_waitlist *enter = &work->request.command.as.enter_waitlist;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_ENTER_WAITLIST;
    enter->type = input->type;
    enter->party = input->party;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &enter->event) &&
                           work_caller(work, enter->person, sizeof enter->person));
}

static const ProtobufCMessage *build_left(struct work *work, const struct app *app)
{
    const struct leave_waitlist *leave = &work->request.command.as.leave_waitlist;
    Tifo__V1__LeaveWaitlistResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__leave_waitlist_response__init(reply);
    reply->wait = wait_now(work, app, leave->event, leave->person);
    reply->seq = work->request.seq;
    return reply->wait ? &reply->base : NULL;
}

static void leave_waitlist(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__LeaveWaitlistRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_left);
    struct leave_waitlist *leave = &work->request.command.as.leave_waitlist;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_LEAVE_WAITLIST;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &leave->event) &&
                           work_caller(work, leave->person, sizeof leave->person));
}

static const ProtobufCMessage *build_wait(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    Tifo__V1__GetWaitResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_wait_response__init(reply);
    reply->wait = wait_now(work, app, asked->id, asked->person);
    reply->as_of_seq = work->request.seq;
    return reply->wait ? &reply->base : NULL;
}

static void get_wait(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetWaitRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_wait), "event_id", input->event_id);
}

/* ---- Lists ------------------------------------------------------------------------------------
 */

struct list_asked {
    struct page page;
    struct id event;
    struct actor by;
};

static void post_list(struct work *work, const char *event_id, uint32_t size, const char *token)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct list_asked *asked = rpc_alloc(work->call, sizeof *asked);
    work->asked = asked;
    work_post_if(work, page_read(size, token, &asked->page, &work->request.refusal) &&
                           (!event_id || check_id(&check, "event_id", event_id, &asked->event)) &&
                           work_actor(work, &asked->by));
}

static const ProtobufCMessage *build_mine(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t next = stadium_wait_newest(stadium, asked->by.person);
    if (!id_is_none(asked->page.after)) {
        const uint32_t last = stadium_wait_of(stadium, asked->page.after);
        if (last == STADIUM_NONE ||
            strcmp(stadium_wait(stadium, last)->person, asked->by.person) != 0)
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = stadium_wait_before(stadium, last);
    }
    Tifo__V1__ListMyWaitsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_my_waits_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->waits = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Wait *));
    for (; next && reply->n_waits < asked->page.size; next = stadium_wait_before(stadium, next - 1))
        reply->waits[reply->n_waits++] = wire_wait(stadium, next - 1, arena);
    if (next)
        reply->next_page_token = reply->waits[reply->n_waits - 1]->wait_id;
    return &reply->base;
}

static void list_my_waits(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListMyWaitsRequest *input = (const void *)rpc_request(call);
    post_list(work_begin(call, ctx, REQUEST_READ, build_mine), NULL, input->page_size,
              input->page_token);
}

/* Entries are numbered in the order of waiting: it goes on behind the last one's, who may wait no
 * longer. */
static const ProtobufCMessage *build_waiting(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t event, last = 0;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    if (!id_is_none(asked->page.after) &&
        (last = stadium_wait_of(stadium, asked->page.after) + 1) == 0)
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    uint32_t next = stadium_wait_first(stadium, event);
    while (next && next <= last)
        next = stadium_wait_after(stadium, next - 1);
    Tifo__V1__ListWaitingResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_waiting_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->waits = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Wait *));
    for (; next && reply->n_waits < asked->page.size; next = stadium_wait_after(stadium, next - 1))
        reply->waits[reply->n_waits++] = wire_wait(stadium, next - 1, arena);
    if (next)
        reply->next_page_token = reply->waits[reply->n_waits - 1]->wait_id;
    return &reply->base;
}

static void list_waiting(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListWaitingRequest *input = (const void *)rpc_request(call);
    post_list(work_begin(call, ctx, REQUEST_READ, build_waiting), input->event_id, input->page_size,
              input->page_token);
}

/* ---- WatchMyWaits -----------------------------------------------------------------------------
 */

static const ProtobufCMessage *find_watch(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    work->made = wait_watch_of(work->services->wait_watches, app, asked->person);
    return work->made ? NULL : work_deny(work, STATUS_WATCHES_FULL, NULL);
}

static void follow_watch(struct work *work)
{
    struct wait_watch *watch = work->made;
    struct services *services = work->services;
    arena_fini(&work->arena);
    wait_watch_follow(services->wait_watches, watch, work->call);
    app_wake(services->app);
}

static void watch_my_waits(struct rpc_call *call, void *ctx)
{
    const struct services *services = ctx;
    char person[PERSON_BYTES + 1];
    if (!atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return;
    }
    const Tifo__V1__WatchMyWaitsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, find_watch);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = call_caller(call);
    work->asked = asked;
    work->deliver = follow_watch;
    work_post_if(work, stream_check(&check, input->after_seq, input->epoch) &&
                           work_caller(work, person, sizeof person));
}

struct rpc_service waitlist_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetWaitlist", RPC_UNARY, set_waitlist, NULL },
        { "GetWaitlist", RPC_UNARY, get_waitlist, NULL },
        { "EnterWaitlist", RPC_UNARY, enter_waitlist, NULL },
        { "LeaveWaitlist", RPC_UNARY, leave_waitlist, NULL },
        { "GetWait", RPC_UNARY, get_wait, NULL },
        { "ListMyWaits", RPC_UNARY, list_my_waits, NULL },
        { "ListWaiting", RPC_UNARY, list_waiting, NULL },
        { "WatchMyWaits", RPC_SERVER_STREAM, watch_my_waits, NULL },
    };
    return (struct rpc_service){ &tifo__v1__waitlists__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
