/* tifo.v1.Tickets: what opens a turnstile. */
#include "server/wire/ticket.h"

#include "server/services/work.h"
#include "server/wire/id.h"

#include <string.h>

static const struct seating *seating_of(struct services *services, const struct app *app)
{
    if (!services->seating)
        services->seating = seating_create(stadium_venue(app_stadium(app)));
    return services->seating;
}

/* ---- GetTickets -------------------------------------------------------------------------------
 */

/* Signs the codes, then answers; lies in the work's arena. */
struct signing {
    struct sign_job job; /* First. */
    struct rpc_call *call;
    struct arena arena;
    Tifo__V1__GetTicketsResponse *reply;
};

static const ProtobufCMessage *build_tickets(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    const struct order *order = stadium_order_find(stadium, asked->id);
    if (!order || strcmp(order->person, asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_ORDER, "order_id");
    struct signing *signing = arena_alloc(arena, sizeof *signing);
    Tifo__V1__GetTicketsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__get_tickets_response__init(reply);
    reply->tickets = arena_array(arena, order->ticket_count, sizeof *reply->tickets);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        reply->tickets[reply->n_tickets++] =
            wire_ticket(stadium, stadium_ticket(stadium, order->first_ticket + i),
                        seating_of(work->services, app), arena);
    reply->as_of_seq = work->request.seq;
    signing->reply = reply;
    work->made = signing;
    return NULL; /* Nothing to pack yet. */
}

/* The signer's thread. */
static void sign_and_answer(struct sign_job *job, const struct keyring *keyring)
{
    struct signing *signing = (struct signing *)job;
    struct arena arena = signing->arena;
    for (size_t i = 0; i < signing->reply->n_tickets; i++) {
        Tifo__V1__Ticket *ticket = signing->reply->tickets[i];
        struct ticket_claim claim;
        ticket->code = arena_alloc(&arena, TICKET_CODE_CHARS + 1);
        wire_ticket_claim(ticket, &claim);
        keyring_sign(keyring, &claim, ticket->code);
    }
    rpc_reply(signing->call, &signing->reply->base);
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

static void get_tickets(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetTicketsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_tickets);
    work->deliver = sign;
    work_post_by_id(work, "order_id", input->order_id);
}

/* ---- ScanTicket -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_scanned(struct work *work, const struct app *app)
{
    Tifo__V1__ScanTicketResponse *reply = wire_scanned(
        app_stadium(app), &work->request.scan, seating_of(work->services, app), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

/* The signature is checked here, before the loop hears of it. */
static void read_code(const struct services *services, const char *code, struct scan_ticket *scan)
{
    size_t count;
    struct ticket_claim claim;
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
    scan->gate = input->gate;
    scan->nonce = input->nonce;
    if (input->event_id[0] != 0 && !check_id(&check, "event_id", input->event_id, &scan->event)) {
        work_refuse(work);
        return;
    }
    read_code(ctx, input->code, scan);
    work_post(work);
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
        { "ScanTicket", RPC_UNARY, scan_ticket, NULL },
        { "ListSigningKeys", RPC_UNARY, list_signing_keys, NULL },
    };
    return (struct rpc_service){ &tifo__v1__tickets__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
