/* tifo.v1.Doors: what tickets are exchanged for at the doors. */
#include "server/services/media.h"

#include "server/core/medium.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/ticket.h"
#include "tifo/v1/doors.pb-c.h"

#include <string.h>

static Tifo__V1__Medium *medium_message(struct work *work, const struct app *app, const char *name)
{
    const struct stadium *stadium = app_stadium(app);
    const struct medium *from = stadium_medium_find(stadium, name);
    Tifo__V1__Medium *to = arena_alloc(&work->arena, sizeof *to);
    tifo__v1__medium__init(to);
    to->medium = arena_copy(&work->arena, name, strlen(name) + 1);
    to->version = work->request.seq;
    if (!from) /* It was handed back. */
        return to;
    to->ticket = wire_ticket(stadium, from->ticket - 1, NULL, services_seating(work->services, app),
                             &work->arena);
    to->blocked = from->blocked;
    to->reason = arena_copy(&work->arena, from->reason, sizeof from->reason);
    to->version = from->version;
    return to;
}

/* ---- IssueMedium, BlockMedium, ReturnMedium ---------------------------------------------------
 */

#define BUILD(verb, noun, Noun)                                                                    \
    static const ProtobufCMessage *build_##verb(struct work *work, const struct app *app)          \
    {                                                                                              \
        const struct set_medium *ask = &work->request.command.as.set_medium;                       \
        Tifo__V1__##Noun##Response *reply = arena_alloc(&work->arena, sizeof *reply);              \
        tifo__v1__##noun##_response__init(reply);                                                  \
        reply->medium = medium_message(work, app, ask->medium);                                    \
        reply->seq = work->request.seq;                                                            \
        return &reply->base;                                                                       \
    }
BUILD(issued, issue_medium, IssueMedium)
BUILD(blocked, block_medium, BlockMedium)
BUILD(returned, return_medium, ReturnMedium)
#undef BUILD

static bool read_name(const struct check *check, const char *name, char to[MEDIUM_BYTES + 1])
{
    return (name[0] || check_refuse(check, "medium", "is empty; say what is read from it")) &&
           check_text(check, "medium", name, to, MEDIUM_BYTES + 1);
}

void issue_medium(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__IssueMediumRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_issued);
    struct set_medium *ask = &work->request.command.as.set_medium;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_MEDIUM;
    ask->change = MEDIUM_ISSUE;
    work_post_if(work, check_id(&check, "ticket_id", input->ticket_id, &ask->ticket) &&
                           read_name(&check, input->medium, ask->medium) &&
                           work_actor(work, &ask->by));
}

void block_medium(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__BlockMediumRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_blocked);
    struct set_medium *ask = &work->request.command.as.set_medium;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_MEDIUM;
    ask->change = input->blocked ? MEDIUM_BLOCK : MEDIUM_UNBLOCK;
    work_post_if(work,
                 read_name(&check, input->medium, ask->medium) &&
                     check_text(&check, "reason", input->reason, ask->reason, sizeof ask->reason) &&
                     work_actor(work, &ask->by));
}

void return_medium(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReturnMediumRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_returned);
    struct set_medium *ask = &work->request.command.as.set_medium;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_MEDIUM;
    ask->change = MEDIUM_RETURN;
    work_post_if(work,
                 read_name(&check, input->medium, ask->medium) && work_actor(work, &ask->by));
}

/* ---- GetMedium --------------------------------------------------------------------------------
 */

struct medium_asked {
    char name[MEDIUM_BYTES + 1];
    struct actor by;
};

static const ProtobufCMessage *build_medium(struct work *work, const struct app *app)
{
    const struct medium_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct medium *medium = stadium_medium_find(stadium, asked->name);
    if (!medium)
        return work_deny(work, STATUS_UNKNOWN_MEDIUM, "medium");
    if (!stadium_is_organiser(stadium, stadium_ticket(stadium, medium->ticket - 1)->event,
                              &asked->by))
        return work_deny(work, STATUS_NOT_ORGANISER, "medium");
    Tifo__V1__GetMediumResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_medium_response__init(reply);
    reply->medium = medium_message(work, app, asked->name);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

void get_medium(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetMediumRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_medium);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct medium_asked *asked = rpc_alloc(call, sizeof *asked);
    work->asked = asked;
    work_post_if(work,
                 read_name(&check, input->medium, asked->name) && work_actor(work, &asked->by));
}
