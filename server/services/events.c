/* tifo.v1.Events: what tickets are sold for. */
#include "server/wire/event.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

static Tifo__V1__Event *event_now(const struct app *app, struct id id, struct arena *arena)
{
    const struct stadium *stadium = app_stadium(app);
    const struct event *event = stadium_event_find(stadium, id);
    return event ? wire_event(stadium, event, app_now_ms(app), arena) : NULL;
}

/* ---- CreateEvent ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_created(struct work *work, const struct app *app)
{
    Tifo__V1__CreateEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__create_event_response__init(reply);
    reply->event = event_now(app, work->request.command.as.create_event.id, &work->arena);
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
    if (wire_create_event(input->event, &work->arena, &command->as.create_event,
                          &work->request.refusal))
        work_post(work);
    else
        work_refuse(work);
}

/* ---- PublishEvent, CancelEvent ----------------------------------------------------------------
 */

static const ProtobufCMessage *build_published(struct work *work, const struct app *app)
{
    Tifo__V1__PublishEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__publish_event_response__init(reply);
    reply->event = event_now(app, work->request.command.as.publish_event.event, &work->arena);
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
    if (check_id(&check, "event_id", input->event_id, &command->as.publish_event.event))
        work_post(work);
    else
        work_refuse(work);
}

static const ProtobufCMessage *build_cancelled(struct work *work, const struct app *app)
{
    Tifo__V1__CancelEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__cancel_event_response__init(reply);
    reply->event = event_now(app, work->request.command.as.cancel_event.event, &work->arena);
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
    if (check_id(&check, "event_id", input->event_id, &cancel->event) &&
        check_text(&check, "reason", input->reason, cancel->reason, sizeof cancel->reason))
        work_post(work);
    else
        work_refuse(work);
}

/* ---- GetEvent ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_event(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    Tifo__V1__GetEventResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_event_response__init(reply);
    reply->event = event_now(app, asked->id, &work->arena);
    reply->as_of_seq = work->request.seq;
    return reply->event ? &reply->base : work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
}

static void get_event(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetEventRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_event), "event_id", input->event_id);
}

/* ---- ListEvents -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_events(struct work *work, const struct app *app)
{
    const struct page *page = work->asked;
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__ListEventsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    uint32_t count, next = 0;
    const struct event *events = stadium_events(stadium, &count);
    if (!id_is_none(page->after)) {
        const struct event *last = stadium_event_find(stadium, page->after);
        if (!last)
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = (uint32_t)(last - events) + 1;
    }
    tifo__v1__list_events_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->events = arena_array(&work->arena, page->size, sizeof(Tifo__V1__Event *));
    for (; next < count && reply->n_events < page->size; next++)
        reply->events[reply->n_events++] =
            wire_event(stadium, &events[next], app_now_ms(app), &work->arena);
    if (next < count)
        reply->next_page_token = wire_id_text(events[next - 1].id, &work->arena);
    return &reply->base;
}

static void list_events(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListEventsRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_events);
    struct page *page = rpc_alloc(call, sizeof *page);
    work->asked = page;
    if (page_read(input->page_size, input->page_token, page, &work->request.refusal))
        work_post(work);
    else
        work_refuse(work);
}

struct rpc_service events_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "CreateEvent", RPC_UNARY, create_event, NULL },
        { "PublishEvent", RPC_UNARY, publish_event, NULL },
        { "CancelEvent", RPC_UNARY, cancel_event, NULL },
        { "GetEvent", RPC_UNARY, get_event, NULL },
        { "ListEvents", RPC_UNARY, list_events, NULL },
    };
    return (struct rpc_service){ &tifo__v1__events__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
