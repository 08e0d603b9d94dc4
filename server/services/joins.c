/* tifo.v1.Joins: taking part in an event without a seat, and who may not. */
#include "server/wire/join.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <string.h>

/* ---- SetJoining, GetJoining -------------------------------------------------------------------
 */

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    uint32_t event;
    if (!work_event(work, app, work->request.command.as.set_joining.event, &event))
        return NULL;
    Tifo__V1__SetJoiningResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_joining_response__init(reply);
    reply->joining = wire_joining(app_stadium(app), event, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_joining(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetJoiningRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_joining *set = &work->request.command.as.set_joining;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_JOINING;
    set->capacity = input->capacity;
    set->waitlist = input->waitlist;
    set->closed = input->closed;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &set->event) &&
                           work_actor(work, &set->by));
}

static const ProtobufCMessage *build_joining(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    uint32_t event;
    if (!work_event(work, app, asked->id, &event))
        return NULL;
    if (!stadium_joining(app_stadium(app), event))
        return work_deny(work, STATUS_JOINING_CLOSED, "event_id");
    Tifo__V1__GetJoiningResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_joining_response__init(reply);
    reply->joining = wire_joining(app_stadium(app), event, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_joining(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetJoiningRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_joining), "event_id",
                    input->event_id);
}

/* ---- JoinEvent, CancelJoin, KickPerson, GetJoin -----------------------------------------------
 */

/* The person's, as it is now; NULL: the answer is refused. */
static Tifo__V1__Join *join_now(struct work *work, const struct app *app, struct id id,
                                const char *person)
{
    uint32_t event;
    if (!work_event(work, app, id, &event))
        return NULL;
    const uint32_t index = stadium_join_find(app_stadium(app), event, person);
    if (index == STADIUM_NONE) {
        work_deny(work, STATUS_NOT_JOINED, "event_id");
        return NULL;
    }
    Tifo__V1__Join *join = wire_join(app_stadium(app), index, &work->arena);
    join->position = wire_join_position(app_stadium(app), index);
    return join;
}

static const ProtobufCMessage *build_joined(struct work *work, const struct app *app)
{
    const struct join_event *join = &work->request.command.as.join_event;
    Tifo__V1__JoinEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__join_event_response__init(reply);
    reply->join = join_now(work, app, join->event, join->person);
    reply->seq = work->request.seq;
    return reply->join ? &reply->base : NULL;
}

static void join_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__JoinEventRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_joined);
    struct join_event *join = &work->request.command.as.join_event;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_JOIN_EVENT;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &join->event) &&
                           work_caller(work, join->person, sizeof join->person));
}

static const ProtobufCMessage *build_cancelled(struct work *work, const struct app *app)
{
    const struct end_join *end = &work->request.command.as.end_join;
    Tifo__V1__CancelJoinResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__cancel_join_response__init(reply);
    reply->join = join_now(work, app, end->event, end->person);
    reply->seq = work->request.seq;
    return reply->join ? &reply->base : NULL;
}

static void cancel_join(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__CancelJoinRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_cancelled);
    struct end_join *end = &work->request.command.as.end_join;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_END_JOIN;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &end->event) &&
                           work_caller(work, end->person, sizeof end->person));
}

static const ProtobufCMessage *build_kicked(struct work *work, const struct app *app)
{
    const struct end_join *end = &work->request.command.as.end_join;
    Tifo__V1__KickPersonResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__kick_person_response__init(reply);
    reply->join = join_now(work, app, end->event, end->person);
    reply->seq = work->request.seq;
    return reply->join ? &reply->base : NULL;
}

static void kick_person(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__KickPersonRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_kicked);
    struct end_join *end = &work->request.command.as.end_join;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_END_JOIN;
    end->kick = true;
    work_post_if(work,
                 check_id(&check, "event_id", input->event_id, &end->event) &&
                     check_text(&check, "person", input->person, end->person, sizeof end->person) &&
                     check_text(&check, "reason", input->reason, end->reason, sizeof end->reason) &&
                     work_actor(work, &end->by));
}

static const ProtobufCMessage *build_join(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    Tifo__V1__GetJoinResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_join_response__init(reply);
    reply->join = join_now(work, app, asked->id, asked->person);
    reply->as_of_seq = work->request.seq;
    return reply->join ? &reply->base : NULL;
}

static void get_join(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetJoinRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_join), "event_id", input->event_id);
}

/* ---- Lists ------------------------------------------------------------------------------------
 */

struct list_asked {
    struct page page;
    struct id event;
    const char *person;
    struct actor by;
    bool active_only;
};

static void post_list(struct work *work, const char *event_id, uint32_t size, const char *token,
                      struct list_asked *asked)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    asked->person = call_caller(work->call);
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
    uint32_t next = stadium_join_newest(stadium, asked->person);
    if (!id_is_none(asked->page.after)) {
        const uint32_t last = stadium_join_of(stadium, asked->page.after);
        if (last == STADIUM_NONE || strcmp(stadium_join(stadium, last)->person, asked->person) != 0)
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = stadium_join_before(stadium, last);
    }
    Tifo__V1__ListMyJoinsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_my_joins_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->joins = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Join *));
    for (; next && reply->n_joins < asked->page.size; next = stadium_join_before(stadium, next - 1))
        reply->joins[reply->n_joins++] = wire_join(stadium, next - 1, arena);
    if (next)
        reply->next_page_token = reply->joins[reply->n_joins - 1]->join_id;
    return &reply->base;
}

static void list_my_joins(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListMyJoinsRequest *input = (const void *)rpc_request(call);
    post_list(work_begin(call, ctx, REQUEST_READ, build_mine), NULL, input->page_size,
              input->page_token, rpc_alloc(call, sizeof(struct list_asked)));
}

/* People never leave this list, so it goes on behind whoever was the last. */
static const ProtobufCMessage *build_participants(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t event;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    uint32_t next = stadium_join_first(stadium, event), last = 0;
    if (!id_is_none(asked->page.after)) {
        last = stadium_join_of(stadium, asked->page.after);
        if (last == STADIUM_NONE || stadium_join(stadium, last)->event != event)
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = stadium_join_after(stadium, last);
    }
    Tifo__V1__ListParticipantsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_participants_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->joins = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Join *));
    for (; next && reply->n_joins < asked->page.size; next = stadium_join_after(stadium, last)) {
        last = next - 1;
        if (!asked->active_only || stadium_join(stadium, last)->state == JOIN_ACTIVE)
            reply->joins[reply->n_joins++] = wire_join(stadium, last, arena);
    }
    if (next)
        reply->next_page_token = wire_id_text(stadium_join(stadium, last)->id, arena);
    return &reply->base;
}

static void list_participants(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListParticipantsRequest *input = (const void *)rpc_request(call);
    struct list_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->active_only = input->active_only;
    post_list(work_begin(call, ctx, REQUEST_READ, build_participants), input->event_id,
              input->page_size, input->page_token, asked);
}

/* By the number of who was last, who may wait no longer. */
static const ProtobufCMessage *build_waitlist(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t event;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    uint32_t next = stadium_join_waits_first(stadium, event);
    while (next && stadium_join(stadium, next - 1)->number <= asked->page.after.high)
        next = stadium_join_waits_after(stadium, next - 1);
    Tifo__V1__ListJoinWaitlistResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_join_waitlist_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->joins = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Join *));
    struct id token = { 0, 1 };
    for (; next && reply->n_joins < asked->page.size;
         next = stadium_join_waits_after(stadium, next - 1)) {
        token.high = stadium_join(stadium, next - 1)->number;
        reply->joins[reply->n_joins++] = wire_join(stadium, next - 1, arena);
    }
    if (next)
        reply->next_page_token = wire_id_text(token, arena);
    return &reply->base;
}

static void list_join_waitlist(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListJoinWaitlistRequest *input = (const void *)rpc_request(call);
    post_list(work_begin(call, ctx, REQUEST_READ, build_waitlist), input->event_id,
              input->page_size, input->page_token, rpc_alloc(call, sizeof(struct list_asked)));
}

/* ---- BanPerson, UnbanPerson, ListBans ---------------------------------------------------------
 */

static const ProtobufCMessage *build_banned(struct work *work, const struct app *app)
{
    const struct ban_person *ban = &work->request.command.as.ban_person;
    uint32_t event;
    if (!work_event(work, app, ban->event, &event))
        return NULL;
    Tifo__V1__BanPersonResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__ban_person_response__init(reply);
    reply->ban = wire_ban(app_stadium(app), stadium_ban_find(app_stadium(app), event, ban->person),
                          &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static const ProtobufCMessage *build_unbanned(struct work *work, const struct app *app)
{
    Tifo__V1__UnbanPersonResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    (void)app;
    tifo__v1__unban_person_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void post_ban(struct work *work, enum command_kind kind, const char *event_id,
                     const char *person, const char *reason)
{
    struct ban_person *ban = &work->request.command.as.ban_person;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = kind;
    work_post_if(work, check_id(&check, "event_id", event_id, &ban->event) &&
                           check_text(&check, "person", person, ban->person, sizeof ban->person) &&
                           check_text(&check, "reason", reason, ban->reason, sizeof ban->reason) &&
                           work_actor(work, &ban->by));
}

static void ban_person(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__BanPersonRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_banned);
    work->request.command.as.ban_person.until_ms = input->until_ms;
    post_ban(work, COMMAND_BAN_PERSON, input->event_id, input->person, input->reason);
}

static void unban_person(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UnbanPersonRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_unbanned);
    post_ban(work, COMMAND_UNBAN_PERSON, input->event_id, input->person, "");
}

static const ProtobufCMessage *build_bans(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t event;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    uint32_t next = stadium_ban_first(stadium, event);
    while (next && next <= asked->page.after.high)
        next = stadium_ban_after(stadium, next - 1);
    Tifo__V1__ListBansResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_bans_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->bans = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Ban *));
    struct id token = { 0, 1 };
    for (; next && reply->n_bans < asked->page.size; next = stadium_ban_after(stadium, next - 1)) {
        token.high = next;
        reply->bans[reply->n_bans++] = wire_ban(stadium, next - 1, arena);
    }
    if (next)
        reply->next_page_token = wire_id_text(token, arena);
    return &reply->base;
}

static void list_bans(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListBansRequest *input = (const void *)rpc_request(call);
    post_list(work_begin(call, ctx, REQUEST_READ, build_bans), input->event_id, input->page_size,
              input->page_token, rpc_alloc(call, sizeof(struct list_asked)));
}

struct rpc_service joins_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetJoining", RPC_UNARY, set_joining, NULL },
        { "GetJoining", RPC_UNARY, get_joining, NULL },
        { "JoinEvent", RPC_UNARY, join_event, NULL },
        { "CancelJoin", RPC_UNARY, cancel_join, NULL },
        { "GetJoin", RPC_UNARY, get_join, NULL },
        { "ListMyJoins", RPC_UNARY, list_my_joins, NULL },
        { "ListParticipants", RPC_UNARY, list_participants, NULL },
        { "ListJoinWaitlist", RPC_UNARY, list_join_waitlist, NULL },
        { "KickPerson", RPC_UNARY, kick_person, NULL },
        { "BanPerson", RPC_UNARY, ban_person, NULL },
        { "UnbanPerson", RPC_UNARY, unban_person, NULL },
        { "ListBans", RPC_UNARY, list_bans, NULL },
    };
    return (struct rpc_service){ &tifo__v1__joins__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
