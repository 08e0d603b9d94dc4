/* tifo.v1.Events: what an event sells, and how much of it. */
#include "server/services/event_terms.h"

#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/ticket_type.h"

/* ---- Types ------------------------------------------------------------------------------------
 */

static Tifo__V1__TicketType *type_now(struct work *work, const struct app *app)
{
    const struct set_ticket_type *set = &work->request.command.as.set_ticket_type;
    const struct stadium *stadium = app_stadium(app);
    const uint32_t event = stadium_event_index(stadium, set->event);
    uint32_t index = set->type.index;
    struct stock stock;
    if (!set->update) /* The last: it was added. */
        for (index = 0; stadium_ticket_type(stadium, event, index + 1, &stock);)
            index++;
    return wire_ticket_type(stadium, event, index, &work->arena);
}

static const ProtobufCMessage *build_type_added(struct work *work, const struct app *app)
{
    Tifo__V1__AddTicketTypeResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__add_ticket_type_response__init(reply);
    reply->type = type_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static const ProtobufCMessage *build_type_updated(struct work *work, const struct app *app)
{
    Tifo__V1__UpdateTicketTypeResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__update_ticket_type_response__init(reply);
    reply->type = type_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_type(struct work *work, const char *event_id, const Tifo__V1__TicketType *type,
                     bool update)
{
    struct set_ticket_type *set = &work->request.command.as.set_ticket_type;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_TICKET_TYPE;
    set->update = update;
    work_post_if(work, check_id(&check, "event_id", event_id, &set->event) &&
                           (type || check_refuse(&check, "type", "is missing")) &&
                           wire_set_ticket_type(type, set, &work->request.refusal) &&
                           work_actor(work, &set->by));
}

void add_ticket_type(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AddTicketTypeRequest *input = (const void *)rpc_request(call);
    set_type(work_begin(call, ctx, REQUEST_COMMAND, build_type_added), input->event_id, input->type,
             false);
}

void update_ticket_type(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UpdateTicketTypeRequest *input = (const void *)rpc_request(call);
    set_type(work_begin(call, ctx, REQUEST_COMMAND, build_type_updated), input->event_id,
             input->type, true);
}

/* ---- Quotas -----------------------------------------------------------------------------------
 */

static Tifo__V1__Quota *quota_now(struct work *work, const struct app *app)
{
    const struct set_quota *set = &work->request.command.as.set_quota;
    const struct stadium *stadium = app_stadium(app);
    const uint32_t event = stadium_event_index(stadium, set->event);
    uint32_t index = set->quota.index;
    struct stock stock;
    if (!set->update)
        for (index = 0; stadium_quota(stadium, event, index + 1, &stock);)
            index++;
    return wire_quota(stadium, event, index, &work->arena);
}

static const ProtobufCMessage *build_quota_added(struct work *work, const struct app *app)
{
    Tifo__V1__AddQuotaResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__add_quota_response__init(reply);
    reply->quota = quota_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static const ProtobufCMessage *build_quota_updated(struct work *work, const struct app *app)
{
    Tifo__V1__UpdateQuotaResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__update_quota_response__init(reply);
    reply->quota = quota_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_quota(struct work *work, const char *event_id, const Tifo__V1__Quota *quota,
                      bool update)
{
    struct set_quota *set = &work->request.command.as.set_quota;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_QUOTA;
    set->update = update;
    work_post_if(work, check_id(&check, "event_id", event_id, &set->event) &&
                           (quota || check_refuse(&check, "quota", "is missing")) &&
                           wire_set_quota(quota, set, &work->request.refusal) &&
                           work_actor(work, &set->by));
}

void add_quota(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AddQuotaRequest *input = (const void *)rpc_request(call);
    set_quota(work_begin(call, ctx, REQUEST_COMMAND, build_quota_added), input->event_id,
              input->quota, false);
}

void update_quota(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UpdateQuotaRequest *input = (const void *)rpc_request(call);
    set_quota(work_begin(call, ctx, REQUEST_COMMAND, build_quota_updated), input->event_id,
              input->quota, true);
}
