/* tifo.v1.Doors: rules, check-in lists and who is in. */
#include "server/services/media.h"
#include "server/services/offline.h"
#include "server/services/work.h"
#include "server/wire/door.h"
#include "server/wire/id.h"
#include "server/wire/ticket.h"

#include <string.h>

/* ---- SetDoorRules, SetCheckinList -------------------------------------------------------------
 */

static const ProtobufCMessage *build_rules(struct work *work, const struct app *app)
{
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__SetDoorRulesResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_door_rules_response__init(reply);
    reply->rules = wire_door_rules(
        stadium, stadium_event_index(stadium, work->request.command.as.set_door_rules.event),
        &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_door_rules(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetDoorRulesRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_rules);
    struct set_door_rules *ask = &work->request.command.as.set_door_rules;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_DOOR_RULES;
    if (!input->rules) {
        refuse_call_with(call, STATUS_BAD_FIELD, "rules");
        return;
    }
    wire_door_rules_read(input->rules, ask);
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct set_checkin_list *ask = &work->request.command.as.set_checkin_list;
    const struct stadium *stadium = app_stadium(app);
    const uint32_t event = stadium_event_index(stadium, ask->event);
    const uint32_t number = ask->number ? ask->number : stadium_door_rules(stadium, event).lists;
    Tifo__V1__SetCheckinListResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_checkin_list_response__init(reply);
    reply->list = wire_list(stadium, event, number, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_checkin_list(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetCheckinListRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_list);
    struct set_checkin_list *ask = &work->request.command.as.set_checkin_list;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_CHECKIN_LIST;
    if (!input->list) {
        refuse_call_with(call, STATUS_BAD_FIELD, "list");
        return;
    }
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           wire_list_read(input->list, ask, &work->request.refusal) &&
                           work_actor(work, &ask->by));
}

/* ---- GetDoors ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_doors(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!work_event(work, app, asked->id, &event))
        return NULL;
    const struct door_rules rules = stadium_door_rules(stadium, event);
    Tifo__V1__GetDoorsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_doors_response__init(reply);
    reply->rules = wire_door_rules(stadium, event, &work->arena);
    reply->lists = arena_array(&work->arena, rules.lists + 1, sizeof *reply->lists);
    for (uint32_t i = 0; i <= rules.lists; i++)
        reply->lists[reply->n_lists++] = wire_list(stadium, event, i, &work->arena);
    reply->conflicts = rules.conflicts;
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_doors(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetDoorsRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_doors), "event_id", input->event_id);
}

/* ---- FindTickets ------------------------------------------------------------------------------
 */

enum { FOUND_MAX = 200, SEATS_MAX = 16 };

struct find_asked {
    struct id event, order, ticket;
    const char *person;
    struct u32s seats;
    struct actor by;
};

struct found {
    struct work *work;
    const struct app *app;
    uint32_t event;
    Tifo__V1__FindTicketsResponse *reply;
};

static void found_one(struct found *found, uint32_t ticket)
{
    Tifo__V1__FindTicketsResponse *reply = found->reply;
    const struct stadium *stadium = app_stadium(found->app);
    if (reply->n_tickets < FOUND_MAX && stadium_ticket(stadium, ticket)->event == found->event)
        reply->tickets[reply->n_tickets++] =
            wire_ticket(stadium, ticket, NULL, services_seating(found->work->services, found->app),
                        &found->work->arena);
}

static void found_order(struct found *found, const struct order *order)
{
    for (uint32_t i = 0; order && i < order->ticket_count; i++)
        found_one(found, order->first_ticket + i);
}

static void found_seats(struct found *found, struct u32s wanted)
{
    uint32_t count;
    const struct seat *seats = stadium_seats(app_stadium(found->app), found->event, &count);
    for (uint32_t i = 0; i < wanted.count; i++) {
        if (wanted.v[i] < count && seats[wanted.v[i]].state == SEAT_SOLD)
            found_one(found, seats[wanted.v[i]].owner);
    }
}

/* What they bought, also what they gave away; then what was given to them. */
static void found_person(struct found *found, const char *person)
{
    const struct stadium *stadium = app_stadium(found->app);
    const struct order *order = stadium_order_newest(stadium, person, found->event);
    const struct ticket_holder *given = stadium_given_first(stadium, person);
    for (; order && found->reply->n_tickets < FOUND_MAX;
         order = stadium_order_before(stadium, order, found->event))
        found_order(found, order);
    for (; given && found->reply->n_tickets < FOUND_MAX;
         given = stadium_given_after(stadium, given))
        found_one(found, given->ticket);
}

static const ProtobufCMessage *build_found(struct work *work, const struct app *app)
{
    const struct find_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct found found = { .work = work, .app = app };
    if (!work_own_event(work, app, asked->event, &asked->by, &found.event))
        return NULL;
    found.reply = arena_alloc(&work->arena, sizeof *found.reply);
    tifo__v1__find_tickets_response__init(found.reply);
    found.reply->tickets = arena_array(&work->arena, FOUND_MAX, sizeof *found.reply->tickets);
    found.reply->as_of_seq = work->request.seq;
    const struct ticket *ticket = stadium_ticket_find(stadium, asked->ticket);
    if (asked->seats.count)
        found_seats(&found, asked->seats);
    else if (asked->person[0])
        found_person(&found, asked->person);
    else if (!id_is_none(asked->order))
        found_order(&found, stadium_order_find(stadium, asked->order));
    else if (ticket)
        found_one(&found, stadium_ticket_index(stadium, ticket));
    return &found.reply->base;
}

static void find_tickets(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__FindTicketsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_found);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct find_asked *asked = rpc_alloc(call, sizeof *asked);
    const int ways = (input->order_id[0] != 0) + (input->ticket_id[0] != 0) +
                     (input->person[0] != 0) + (input->n_seat > 0);
    work->asked = asked;
    asked->person = input->person;
    asked->seats = (struct u32s){ input->seat, (uint32_t)input->n_seat };
    if (check_id(&check, "event_id", input->event_id, &asked->event) &&
        (ways == 1 || check_refuse(&check, "order_id",
                                   "or another way to find them: %d are given, "
                                   "and one is needed",
                                   ways)) &&
        (input->n_seat <= SEATS_MAX ||
         check_refuse(&check, "seat", "has %zu rows; at most %d are possible", input->n_seat,
                      SEATS_MAX)) &&
        work_actor(work, &asked->by) &&
        (!input->order_id[0] || check_id(&check, "order_id", input->order_id, &asked->order)) &&
        (!input->ticket_id[0] || check_id(&check, "ticket_id", input->ticket_id, &asked->ticket)))
        work_post(work);
    else
        work_refuse(work);
}

struct rpc_service doors_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetDoorRules", RPC_UNARY, set_door_rules, NULL },
        { "GetDoors", RPC_UNARY, get_doors, NULL },
        { "SetCheckinList", RPC_UNARY, set_checkin_list, NULL },
        { "GetManifest", RPC_UNARY, get_manifest, NULL },
        { "UploadScans", RPC_UNARY, upload_scans, NULL },
        { "ListConflicts", RPC_UNARY, list_conflicts, NULL },
        { "FindTickets", RPC_UNARY, find_tickets, NULL },
        { "IssueMedium", RPC_UNARY, issue_medium, NULL },
        { "BlockMedium", RPC_UNARY, block_medium, NULL },
        { "ReturnMedium", RPC_UNARY, return_medium, NULL },
        { "GetMedium", RPC_UNARY, get_medium, NULL },
    };
    return (struct rpc_service){ &tifo__v1__doors__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
