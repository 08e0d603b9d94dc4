#include "server/services/rendering.h"

#include "api/rpc/text.h"
#include "server/render/pass.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/ticket.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct render_asked {
    struct id id;
    const char *person;
    enum render_format format;
};

/* Signed and drawn by the renderer's thread; lies in the work's arena. */
struct rendering {
    struct sign_job job; /* First. */
    struct rpc_call *call;
    struct arena arena;
    enum render_format format;
    const Tifo__V1__Ticket *ticket;
    struct ticket_face face;
    const struct wallet *wallet;
    uint64_t seq;
};

static struct bytes draw(const struct rendering *rendering, struct arena *arena)
{
    return rendering->format == RENDER_PASS
               ? pass_make(rendering->wallet, &rendering->face, arena)
               : render_ticket(&rendering->face, rendering->format, arena);
}

static void draw_and_answer(struct sign_job *job, const struct keyring *keyring)
{
    static const char *const types[] = { "", "image/png", "image/svg+xml", "application/pdf",
                                         "application/vnd.apple.pkpass" };
    struct rendering *rendering = (struct rendering *)job;
    struct arena arena = rendering->arena;
    Tifo__V1__RenderTicketResponse reply = TIFO__V1__RENDER_TICKET_RESPONSE__INIT;
    struct ticket_claim claim;
    char code[TICKET_CODE_CHARS + 1];
    wire_ticket_claim(rendering->ticket, &claim);
    keyring_sign(keyring, &claim, code);
    rendering->face.code = code;
    const struct bytes drawn = draw(rendering, &arena);
    reply.data.data = (uint8_t *)drawn.data;
    reply.data.len = drawn.size;
    reply.media_type = (char *)types[rendering->format];
    reply.as_of_seq = rendering->seq;
    if (drawn.size > 0)
        rpc_reply(rendering->call, &reply.base);
    else
        refuse_call_with(rendering->call, STATUS_INBOX_FULL, NULL); /* No memory just now. */
    arena_fini(&arena);
}

static void draw_later(struct work *work)
{
    struct rendering *rendering = work->made;
    rendering->job.run = draw_and_answer;
    rendering->call = work->call;
    rendering->arena = work->arena;
    signer_start(work->services->renderer, &rendering->job);
}

/* As UTF-8, whatever somebody typed. */
static char *text(struct arena *arena, const char *from)
{
    char *copy = arena_copy(arena, from, strlen(from) + 1);
    rpc_text_mend(copy);
    return copy;
}

static char *time_text(struct arena *arena, const char *before, int64_t ms)
{
    char day[40], all[80];
    const time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(day, sizeof day, "%Y-%m-%d %H:%M UTC", &parts);
    snprintf(all, sizeof all, "%s%s", before, day);
    return text(arena, all);
}

/* A ticket that has no seat has no block, either. */
static void set_face(const struct stadium *stadium, const struct ticket *ticket,
                     const Tifo__V1__Ticket *message, struct arena *arena, struct ticket_face *to)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[ticket->event];
    const struct venue *venue = stadium_venue(stadium);
    const uint32_t block = stadium_block_of_seat(stadium, ticket->seat);
    const bool seated = block != UINT32_MAX;
    const bool pinned = stadium_door_rules(stadium, ticket->event).offline == OFFLINE_PINNED;
    const bool named = seated && venue->blocks[block].name[0];
    char number[16] = "";
    if (seated)
        snprintf(number, sizeof number, "%u", message->seat_number);
    *to = (struct ticket_face){
        .starts_ms = event->starts_ms,
        .doors_ms = event->doors_ms,
        .ends_ms = event->ends_ms,
        .title = text(arena, event->title),
        .venue =
            venue->name[0] ? venue->name : venue->id, /* Never changes, nor does what follows. */
        .starts = time_text(arena, "", event->starts_ms),
        .doors = time_text(arena, "Doors open ", event->doors_ms),
        .block = text(arena, !seated ? ""
                             : named ? venue->blocks[block].name
                                     : venue->blocks[block].id),
        .row = text(arena, seated ? message->row : ""),
        .seat = text(arena, number),
        .gate = text(arena, pinned ? venue_gate_name(venue, message->offline_gate) : ""),
        .holder = text(arena, message->holder),
        .id = message->ticket_id,
    };
}

static const ProtobufCMessage *build_rendering(struct work *work, const struct app *app)
{
    const struct render_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct ticket *ticket = stadium_ticket_find(stadium, asked->id);
    const uint32_t index = ticket ? stadium_ticket_index(stadium, ticket) : 0;
    if (!ticket || strcmp(stadium_ticket_person(stadium, index), asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_TICKET, "ticket_id");
    struct rendering *rendering = arena_alloc(&work->arena, sizeof *rendering);
    const Tifo__V1__Ticket *message = wire_ticket(
        stadium, index, asked->person, services_seating(work->services, app), &work->arena);
    if (ticket->state == TICKET_CANCELLED)
        return work_deny(work, STATUS_TICKET_STATE, "ticket_id");
    if (!wire_ticket_is_open(message, app_now_ms(app)))
        return work_deny(work, STATUS_TICKET_SEALED, "ticket_id");
    if (asked->format == RENDER_PASS && !work->services->wallet)
        return work_deny(work, STATUS_NO_WALLET_CERT, "format");
    rendering->wallet = work->services->wallet;
    rendering->ticket = message;
    rendering->format = asked->format;
    rendering->seq = work->request.seq;
    set_face(stadium, ticket, message, &work->arena, &rendering->face);
    work->made = rendering;
    return NULL; /* Nothing to pack yet. */
}

void render_ticket_call(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RenderTicketRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_rendering);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct render_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = call_caller(call);
    asked->format = (enum render_format)input->format;
    work->asked = asked;
    work->deliver = draw_later;
    if (check_id(&check, "ticket_id", input->ticket_id, &asked->id) &&
        ((asked->format >= RENDER_QR_PNG && asked->format <= RENDER_PASS) ||
         check_refuse(&check, "format",
                      "is %d; a QR symbol as PNG or SVG, a PDF, or a pass is possible",
                      (int)input->format)))
        work_post(work);
    else
        work_refuse(work);
}
