/* tifo.v1.Tickets: what opens a turnstile. */
#include "server/wire/ticket.h"

#include "server/services/page.h"
#include "server/services/rendering.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <string.h>

/* ---- Answers with codes -----------------------------------------------------------------------
 */

/* Signs the codes of tickets, then answers; lies in the work's arena. Codes are kept nowhere: each
 * is signed when it is fetched, and comes out the same. */
struct signing {
    struct sign_job job; /* First. */
    struct rpc_call *call;
    struct arena arena;
    const ProtobufCMessage *reply;
    Tifo__V1__Ticket **tickets; /* Of the reply. */
    size_t count;
    int64_t now_ms;
};

/* The signer's thread. */
static void sign_and_answer(struct sign_job *job, const struct keyring *keyring)
{
    struct signing *signing = (struct signing *)job;
    struct arena arena = signing->arena;
    for (size_t i = 0; i < signing->count; i++) {
        Tifo__V1__Ticket *ticket = signing->tickets[i];
        struct ticket_claim claim;
        if (!wire_ticket_is_open(ticket, signing->now_ms))
            continue;
        ticket->code = arena_alloc(&arena, TICKET_CODE_CHARS + 1);
        wire_ticket_claim(ticket, &claim);
        keyring_sign(keyring, &claim, ticket->code);
    }
    rpc_reply(signing->call, signing->reply);
    arena_fini(&arena);
}

static void sign(struct work *work)
{
    struct signing *signing = work->made;
    struct signer *signer = work->services->signer;
    signing->job.run = sign_and_answer;
    signing->call = work->call;
    signing->arena = work->arena;
    signer_start(signer, &signing->job);
}

/* Nothing to pack yet: sign() does it. */
static const ProtobufCMessage *sign_later(struct work *work, const struct app *app,
                                          const ProtobufCMessage *reply, Tifo__V1__Ticket **tickets,
                                          size_t count)
{
    struct signing *signing = arena_alloc(&work->arena, sizeof *signing);
    *signing = (struct signing){
        .reply = reply, .tickets = tickets, .count = count, .now_ms = app_now_ms(app)
    };
    work->made = signing;
    return NULL;
}

static Tifo__V1__Ticket *ticket_seen(struct work *work, const struct app *app, uint32_t ticket,
                                     const char *viewer)
{
    return wire_ticket(app_stadium(app), ticket, viewer, services_seating(work->services, app),
                       &work->arena);
}

static uint32_t index_of(const struct stadium *stadium, struct id id)
{
    const struct ticket *ticket = stadium_ticket_find(stadium, id);
    return ticket ? stadium_ticket_index(stadium, ticket) : UINT32_MAX;
}

static const ProtobufCMessage *build_tickets(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    struct arena *arena = &work->arena;
    const struct order *order = stadium_order_find(app_stadium(app), asked->id);
    if (!order || strcmp(order->person, asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_ORDER, "order_id");
    Tifo__V1__GetTicketsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__get_tickets_response__init(reply);
    reply->tickets = arena_array(arena, order->ticket_count, sizeof *reply->tickets);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        reply->tickets[reply->n_tickets++] =
            ticket_seen(work, app, order->first_ticket + i, asked->person);
    reply->as_of_seq = work->request.seq;
    return sign_later(work, app, &reply->base, reply->tickets, reply->n_tickets);
}

static void get_tickets(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetTicketsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_tickets);
    work->deliver = sign;
    work_post_by_id(work, "order_id", input->order_id);
}

static const ProtobufCMessage *build_ticket(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const uint32_t index = index_of(stadium, asked->id);
    if (index == UINT32_MAX || strcmp(stadium_ticket_person(stadium, index), asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_TICKET, "ticket_id");
    Tifo__V1__GetTicketResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_ticket_response__init(reply);
    reply->ticket = ticket_seen(work, app, index, asked->person);
    reply->as_of_seq = work->request.seq;
    return sign_later(work, app, &reply->base, &reply->ticket, 1);
}

static void get_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetTicketRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_ticket);
    work->deliver = sign;
    work_post_by_id(work, "ticket_id", input->ticket_id);
}

/* ---- ListTickets ------------------------------------------------------------------------------
 */

struct given_asked {
    struct page page;
    const char *person;
};

static const ProtobufCMessage *build_given(struct work *work, const struct app *app)
{
    const struct given_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__ListTicketsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    const struct ticket_holder *next = stadium_given_first(stadium, asked->person);
    if (!id_is_none(asked->page.after)) {
        while (next && !id_equal(stadium_ticket(stadium, next->ticket)->id, asked->page.after))
            next = stadium_given_after(stadium, next);
        if (!next)
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = stadium_given_after(stadium, next);
    }
    tifo__v1__list_tickets_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->tickets = arena_array(&work->arena, asked->page.size, sizeof *reply->tickets);
    for (; next && reply->n_tickets < asked->page.size; next = stadium_given_after(stadium, next))
        reply->tickets[reply->n_tickets++] = ticket_seen(work, app, next->ticket, asked->person);
    if (next)
        reply->next_page_token = reply->tickets[reply->n_tickets - 1]->ticket_id;
    return &reply->base;
}

static void list_tickets(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListTicketsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_given);
    struct given_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = call_caller(call);
    work->asked = asked;
    work_post_if(
        work, page_read(input->page_size, input->page_token, &asked->page, &work->request.refusal));
}

/* ---- TransferTicket, ReissueTicket, BlockTicket -----------------------------------------------
 */

static const ProtobufCMessage *build_transferred(struct work *work, const struct app *app)
{
    const struct reissue_ticket *ask = &work->request.command.as.reissue_ticket;
    Tifo__V1__TransferTicketResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__transfer_ticket_response__init(reply);
    reply->ticket = ticket_seen(work, app, index_of(app_stadium(app), ask->ticket), ask->person);
    reply->seq = work->request.seq;
    return &reply->base;
}

static const ProtobufCMessage *build_reissued(struct work *work, const struct app *app)
{
    const struct reissue_ticket *ask = &work->request.command.as.reissue_ticket;
    Tifo__V1__ReissueTicketResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__reissue_ticket_response__init(reply);
    reply->ticket = ticket_seen(work, app, index_of(app_stadium(app), ask->ticket), ask->person);
    reply->seq = work->request.seq;
    return &reply->base;
}

/* `to` NULL: it stays theirs. */
static void reissue(struct rpc_call *call, void *ctx, const char *ticket_id, const char *to)
{
    struct work *work =
        work_begin(call, ctx, REQUEST_COMMAND, to ? build_transferred : build_reissued);
    struct reissue_ticket *ask = &work->request.command.as.reissue_ticket;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_REISSUE_TICKET;
    if (check_id(&check, "ticket_id", ticket_id, &ask->ticket) &&
        (!to || to[0] || check_refuse(&check, "to", "is empty; say who gets the ticket")) &&
        check_text(&check, "to", to, ask->to, sizeof ask->to) &&
        work_caller(work, ask->person, sizeof ask->person))
        work_post(work);
    else
        work_refuse(work);
}

static void transfer_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__TransferTicketRequest *input = (const void *)rpc_request(call);
    reissue(call, ctx, input->ticket_id, input->to);
}

static void reissue_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReissueTicketRequest *input = (const void *)rpc_request(call);
    reissue(call, ctx, input->ticket_id, NULL);
}

static const ProtobufCMessage *build_blocked(struct work *work, const struct app *app)
{
    const struct id id = work->request.command.as.block_ticket.ticket;
    Tifo__V1__BlockTicketResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__block_ticket_response__init(reply);
    reply->ticket = ticket_seen(work, app, index_of(app_stadium(app), id), NULL);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void block_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__BlockTicketRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_blocked);
    struct block_ticket *ask = &work->request.command.as.block_ticket;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_BLOCK_TICKET;
    ask->blocked = input->blocked;
    work_post_if(work,
                 check_id(&check, "ticket_id", input->ticket_id, &ask->ticket) &&
                     check_text(&check, "reason", input->reason, ask->reason, sizeof ask->reason) &&
                     work_actor(work, &ask->by));
}

/* ---- ScanTicket -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_scanned(struct work *work, const struct app *app)
{
    Tifo__V1__ScanTicketResponse *reply = wire_scanned(
        app_stadium(app), &work->request.scan, services_seating(work->services, app), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

/* The signature is checked here, before the loop hears of it. */
static void read_code(const struct services *services, const char *code, struct scan_ticket *scan)
{
    size_t count;
    struct ticket_claim claim;
    if (scan->by_hand) {
        scan->forged = !wire_id_read(code, &scan->ticket);
        return;
    }
    const struct ticket_key *keys = keyring_keys(signer_keyring(services->signer), &count);
    if (ticket_code_verify(code, keys, count, &claim) == TICKET_GENUINE)
        wire_scan(&claim, scan);
    else
        scan->forged = true;
}

static void scan_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ScanTicketRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_scanned);
    struct scan_ticket *scan = &work->request.command.as.scan_ticket;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SCAN_TICKET;
    wire_scan_form(input, scan);
    if (input->event_id[0] != 0 && !check_id(&check, "event_id", input->event_id, &scan->event)) {
        work_refuse(work);
        return;
    }
    if (input->medium[0] && (input->code[0] || input->by_hand)) {
        check_refuse(&check, "medium", "is given beside a code; leave one of them out");
        work_refuse(work);
        return;
    }
    if (!input->medium[0])
        read_code(ctx, input->code, scan);
    work_post_if(work,
                 check_text(&check, "medium", input->medium, scan->medium, sizeof scan->medium));
}

/* ---- ListSigningKeys --------------------------------------------------------------------------
 */

static void list_signing_keys(struct rpc_call *call, void *ctx)
{
    const struct services *services = ctx;
    size_t count;
    const struct ticket_key *keys = keyring_keys(signer_keyring(services->signer), &count);
    Tifo__V1__ListSigningKeysResponse reply = TIFO__V1__LIST_SIGNING_KEYS_RESPONSE__INIT;
    Tifo__V1__SigningKey *rows = rpc_alloc(call, count * sizeof *rows);
    reply.keys = rpc_alloc(call, count * sizeof *reply.keys);
    for (size_t i = 0; i < count; i++) {
        tifo__v1__signing_key__init(&rows[i]);
        rows[i].key_id = keys[i].id;
        rows[i].public_key.data = (uint8_t *)keys[i].public_key;
        rows[i].public_key.len = TICKET_PUBLIC_BYTES;
        reply.keys[reply.n_keys++] = &rows[i];
    }
    rpc_reply(call, &reply.base);
}

struct rpc_service tickets_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "GetTickets", RPC_UNARY, get_tickets, NULL },
        { "GetTicket", RPC_UNARY, get_ticket, NULL },
        { "RenderTicket", RPC_UNARY, render_ticket_call, NULL },
        { "ListTickets", RPC_UNARY, list_tickets, NULL },
        { "TransferTicket", RPC_UNARY, transfer_ticket, NULL },
        { "ReissueTicket", RPC_UNARY, reissue_ticket, NULL },
        { "BlockTicket", RPC_UNARY, block_ticket, NULL },
        { "ScanTicket", RPC_UNARY, scan_ticket, NULL },
        { "ListSigningKeys", RPC_UNARY, list_signing_keys, NULL },
    };
    return (struct rpc_service){ &tifo__v1__tickets__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
