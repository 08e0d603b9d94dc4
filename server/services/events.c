/* tifo.v1.Events: what tickets are sold for. */
#include "server/wire/event.h"

#include "server/services/event_terms.h"
#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

static Tifo__V1__Event *event_now(const struct app *app, struct id id, const struct actor *who,
                                  struct arena *arena)
{
    const struct stadium *stadium = app_stadium(app);
    const struct event *event = stadium_event_find(stadium, id);
    return event ? wire_event(stadium, event, app_now_ms(app), who, arena) : NULL;
}

/* ---- CreateEvent ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_created(struct work *work, const struct app *app)
{
    Tifo__V1__CreateEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__create_event_response__init(reply);
    const struct create_event *create = &work->request.command.as.create_event;
    reply->event = event_now(app, create->id, &create->by, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void create_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__CreateEventRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    if (!input->event) {
        refuse_call_with(call, STATUS_BAD_FIELD, "event");
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_created);
    struct command *command = &work->request.command;
    command->kind = COMMAND_CREATE_EVENT;
    work_post_if(work, wire_create_event(input->event, &work->arena, &command->as.create_event,
                                         &work->request.refusal) &&
                           work_actor(work, &command->as.create_event.by));
}

/* ---- UpdateEvent ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_updated(struct work *work, const struct app *app)
{
    const struct update_event *update = &work->request.command.as.update_event;
    Tifo__V1__UpdateEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__update_event_response__init(reply);
    reply->event = event_now(app, update->event, &update->by, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void update_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UpdateEventRequest *input = (const void *)rpc_request(call);
    if (!input->event) {
        refuse_call_with(call, STATUS_BAD_FIELD, "event");
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_updated);
    struct update_event *update = &work->request.command.as.update_event;
    const struct check check = { .refusal = &work->request.refusal, .at = "event" };
    work->request.command.kind = COMMAND_UPDATE_EVENT;
    work_post_if(work, check_id(&check, "event_id", input->event->event_id, &update->event) &&
                           wire_update_event(input->event, update, &work->request.refusal) &&
                           work_actor(work, &update->by));
}

/* ---- PublishEvent, UnpublishEvent, CancelEvent ------------------------------------------------
 */

static const ProtobufCMessage *build_published(struct work *work, const struct app *app)
{
    Tifo__V1__PublishEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__publish_event_response__init(reply);
    const struct publish_event *publish = &work->request.command.as.publish_event;
    reply->event = event_now(app, publish->event, &publish->by, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void publish_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__PublishEventRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_published);
    struct command *command = &work->request.command;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    command->kind = COMMAND_PUBLISH_EVENT;
    work_post_if(work,
                 check_id(&check, "event_id", input->event_id, &command->as.publish_event.event) &&
                     work_actor(work, &command->as.publish_event.by));
}

static const ProtobufCMessage *build_unpublished(struct work *work, const struct app *app)
{
    const struct unpublish_event *unpublish = &work->request.command.as.unpublish_event;
    Tifo__V1__UnpublishEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__unpublish_event_response__init(reply);
    reply->event = event_now(app, unpublish->event, &unpublish->by, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void unpublish_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UnpublishEventRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_unpublished);
    struct command *command = &work->request.command;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    command->kind = COMMAND_UNPUBLISH_EVENT;
    work_post_if(
        work, check_id(&check, "event_id", input->event_id, &command->as.unpublish_event.event) &&
                  work_actor(work, &command->as.unpublish_event.by));
}

static const ProtobufCMessage *build_cancelled(struct work *work, const struct app *app)
{
    Tifo__V1__CancelEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__cancel_event_response__init(reply);
    const struct cancel_event *cancel = &work->request.command.as.cancel_event;
    reply->event = event_now(app, cancel->event, &cancel->by, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void cancel_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__CancelEventRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_cancelled);
    struct cancel_event *cancel = &work->request.command.as.cancel_event;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_CANCEL_EVENT;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &cancel->event) &&
                           check_text(&check, "reason", input->reason, cancel->reason,
                                      sizeof cancel->reason) &&
                           work_actor(work, &cancel->by));
}

/* ---- GetEvent ---------------------------------------------------------------------------------
 */

struct event_asked {
    struct id id;
    struct actor by;
};

static const ProtobufCMessage *build_event(struct work *work, const struct app *app)
{
    const struct event_asked *asked = work->asked;
    Tifo__V1__GetEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_event_response__init(reply);
    reply->event = event_now(app, asked->id, &asked->by, &work->arena);
    reply->as_of_seq = work->request.seq;
    return reply->event ? &reply->base : work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
}

static void get_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetEventRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_event);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct event_asked *asked = rpc_alloc(call, sizeof *asked);
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->id) &&
                           work_actor(work, &asked->by));
}

/* ---- ListEvents -------------------------------------------------------------------------------
 */

struct events_asked {
    struct page page;
    struct id series; /* None: all events. */
    struct actor by;
};

static uint32_t index_of(const struct stadium *stadium, const struct event *event)
{
    uint32_t count;
    return (uint32_t)(event - stadium_events(stadium, &count));
}

/* 1 + the index of the event after `last` (NULL: the first) that is asked for, or 0. `first`: of
 * the series. */
static uint32_t event_after(const struct stadium *stadium, const struct event *first,
                            const struct event *last)
{
    uint32_t count;
    stadium_events(stadium, &count);
    const uint32_t next = last ? index_of(stadium, last) + 1 : 0;
    if (!first)
        return next < count ? next + 1 : 0;
    if (!last)
        return index_of(stadium, first) + 1;
    return stadium_series_after(stadium, index_of(stadium, first), index_of(stadium, last));
}

/* The first event of the series that any event of it names. */
static const struct event *series_first(const struct stadium *stadium, struct id series)
{
    const struct event *event = stadium_event_find(stadium, series);
    if (!event)
        return NULL;
    const struct id first = stadium_event_detail(stadium, index_of(stadium, event))->series;
    return id_is_none(first) ? event : stadium_event_find(stadium, first);
}

static const ProtobufCMessage *build_events(struct work *work, const struct app *app)
{
    const struct events_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__ListEventsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    uint32_t count;
    const struct event *first = NULL, *last = NULL, *events = stadium_events(stadium, &count);
    if (!id_is_none(asked->series) && !(first = series_first(stadium, asked->series)))
        return work_deny(work, STATUS_UNKNOWN_EVENT, "series_id");
    if (!id_is_none(asked->page.after)) {
        last = stadium_event_find(stadium, asked->page.after);
        if (!last || (first && series_first(stadium, asked->page.after) != first))
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
    }
    tifo__v1__list_events_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->events = arena_array(&work->arena, asked->page.size, sizeof(Tifo__V1__Event *));
    uint32_t next = event_after(stadium, first, last);
    for (; next && reply->n_events < asked->page.size; next = event_after(stadium, first, last)) {
        last = &events[next - 1];
        reply->events[reply->n_events++] =
            wire_event(stadium, last, app_now_ms(app), &asked->by, &work->arena);
    }
    if (next)
        reply->next_page_token = wire_id_text(last->id, &work->arena);
    return &reply->base;
}

static void list_events(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListEventsRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_events);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct events_asked *asked = rpc_alloc(call, sizeof *asked);
    work->asked = asked;
    work_post_if(work, page_read(input->page_size, input->page_token, &asked->page,
                                 &work->request.refusal) &&
                           (input->series_id[0] == 0 ||
                            check_id(&check, "series_id", input->series_id, &asked->series)) &&
                           work_actor(work, &asked->by));
}

struct rpc_service events_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "CreateEvent", RPC_UNARY, create_event, NULL },
        { "PublishEvent", RPC_UNARY, publish_event, NULL },
        { "UnpublishEvent", RPC_UNARY, unpublish_event, NULL },
        { "UpdateEvent", RPC_UNARY, update_event, NULL },
        { "CancelEvent", RPC_UNARY, cancel_event, NULL },
        { "GetEvent", RPC_UNARY, get_event, NULL },
        { "ListEvents", RPC_UNARY, list_events, NULL },
        { "AddTicketType", RPC_UNARY, add_ticket_type, NULL },
        { "UpdateTicketType", RPC_UNARY, update_ticket_type, NULL },
        { "AddQuota", RPC_UNARY, add_quota, NULL },
        { "UpdateQuota", RPC_UNARY, update_quota, NULL },
    };
    return (struct rpc_service){ &tifo__v1__events__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
