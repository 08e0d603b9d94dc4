/* What gates take along, and what they bring back. */
#include "server/services/offline.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/manifest.h"
#include "server/wire/ticket.h"
#include "tifo/v1/doors.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- GetManifest ------------------------------------------------------------------------------
 */

struct manifest_asked {
    struct id event;
    const Tifo__V1__GetManifestRequest *input;
};

/* Tickets that are copied at a time: some 200 microseconds. */
enum { MANIFEST_STEP = 1024 };

/* Copied by the loop in steps, sorted, written and signed by the signer's thread; lies in the
 * work's arena. */
struct writing {
    struct sign_job job; /* First. */
    struct rpc_call *call;
    struct arena arena;
    struct manifest manifest;
    struct manifest_walk walk;
    bool done;
    uint64_t seq;
};

static void write_and_answer(struct sign_job *job, const struct keyring *keyring)
{
    struct writing *writing = (struct writing *)job;
    struct arena arena = writing->arena;
    struct manifest *manifest = &writing->manifest;
    Tifo__V1__GetManifestResponse reply = TIFO__V1__GET_MANIFEST_RESPONSE__INIT;
    size_t count;
    const struct ticket_key *keys = keyring_keys(keyring, &count);
    const size_t first = count > MANIFEST_KEYS ? count - MANIFEST_KEYS : 0;
    manifest->key_id = keyring_newest(keyring);
    manifest->key_count = (uint32_t)(count - first);
    memcpy(manifest->keys, keys + first, manifest->key_count * sizeof *keys);
    wire_manifest_sort(&writing->walk, manifest);
    reply.manifest.len = manifest_size(manifest);
    reply.manifest.data = arena_alloc(&arena, reply.manifest.len);
    manifest_write(manifest, reply.manifest.data);
    keyring_sign_manifest(keyring, reply.manifest.data, reply.manifest.len);
    reply.as_of_seq = writing->seq;
    rpc_reply(writing->call, &reply.base);
    arena_fini(&arena);
}

static void write_later(struct work *work)
{
    struct writing *writing = work->made;
    if (!writing->done) {
        app_post_again(work->services->app, &work->request);
        return;
    }
    writing->job.run = write_and_answer;
    writing->call = work->call;
    writing->arena = work->arena;
    signer_start(work->services->signer, &writing->job);
}

/* The first step. */
static struct writing *begin_manifest(struct work *work, const struct app *app)
{
    const struct manifest_asked *asked = work->asked;
    uint32_t event;
    if (!work_event(work, app, asked->event, &event))
        return NULL;
    if (asked->input->list > 0 &&
        !stadium_checkin_list(app_stadium(app), event, asked->input->list)) {
        work_deny(work, STATUS_UNKNOWN_LIST, "list");
        return NULL;
    }
    struct writing *writing = arena_alloc(&work->arena, sizeof *writing);
    *writing = (struct writing){ .walk.ask = { .event = event,
                                               .list = asked->input->list,
                                               .since_seq = asked->input->since_seq,
                                               .revoked_only = asked->input->revoked_only,
                                               .media = asked->input->media } };
    return writing;
}

static const ProtobufCMessage *build_manifest(struct work *work, const struct app *app)
{
    const struct stadium *stadium = app_stadium(app);
    struct writing *writing = work->made ? work->made : begin_manifest(work, app);
    work->made = writing;
    if (!writing)
        return NULL;
    writing->done = wire_manifest_step(stadium, &writing->walk, MANIFEST_STEP, app_now_ms(app),
                                       &work->arena, &writing->manifest);
    writing->seq = work->request.seq;
    return NULL; /* Nothing to pack yet. */
}

void get_manifest(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetManifestRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_manifest);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct manifest_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->input = input;
    work->asked = asked;
    work->deliver = write_later;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event));
}

/* ---- UploadScans ------------------------------------------------------------------------------
 */

/* Signatures are checked on the signer's thread: there may be hundreds. */
struct reading {
    struct sign_job job; /* First. */
    struct work *work;
};

static const ProtobufCMessage *build_uploaded(struct work *work, const struct app *app)
{
    const struct upload_scans *ask = &work->request.command.as.upload_scans;
    Tifo__V1__UploadScansResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    uint32_t index;
    tifo__v1__upload_scans_response__init(reply);
    reply->taken_sequence =
        stadium_scanner_find(app_stadium(app), ask->scanner, &index)->last_sequence;
    reply->results = arena_array(&work->arena, ask->count, sizeof *reply->results);
    for (uint32_t i = 0; i < ask->count; i++)
        reply->results[reply->n_results++] = (Tifo__V1__ScanResult)ask->results[i].result;
    reply->seq = work->request.seq;
    return &reply->base;
}

static void read_scan(const Tifo__V1__OfflineScan *from, const struct keyring *keyring,
                      struct scan_ticket *to)
{
    size_t count;
    struct ticket_claim claim;
    const struct ticket_key *keys = keyring_keys(keyring, &count);
    const bool medium = from->medium[0] != 0;
    to->gate = from->gate;
    to->list = from->list;
    to->at_ms = from->at_ms;
    to->nonce = from->nonce;
    to->exit = from->exit;
    to->id_checked = from->id_checked;
    to->by_hand = from->by_hand && !medium; /* An id that was typed mends more. */
    if (medium)
        snprintf(to->medium, sizeof to->medium, "%s", from->medium);
    if (from->by_hand || medium)
        to->forged =
            strlen(from->medium) > MEDIUM_BYTES || !wire_id_read(from->code, &to->ticket);
    else if (ticket_code_verify(from->code, keys, count, &claim) == TICKET_GENUINE)
        wire_scan(&claim, to);
    else
        to->forged = true;
}

static void read_and_post(struct sign_job *job, const struct keyring *keyring)
{
    struct work *work = ((struct reading *)job)->work;
    const Tifo__V1__UploadScansRequest *input = (const void *)rpc_request(work->call);
    struct upload_scans *ask = &work->request.command.as.upload_scans;
    struct scan_ticket *scans = arena_array(&work->arena, input->n_scans, sizeof *scans);
    uint64_t *sequences = arena_array(&work->arena, input->n_scans, sizeof *sequences);
    for (size_t i = 0; i < input->n_scans; i++) {
        read_scan(input->scans[i], keyring, &scans[i]);
        sequences[i] = input->scans[i]->sequence;
    }
    ask->scans = scans;
    ask->sequences = sequences;
    ask->results = arena_array(&work->arena, input->n_scans, sizeof *ask->results);
    ask->count = (uint32_t)input->n_scans;
    work_post(work);
}

void upload_scans(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UploadScansRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_uploaded);
    struct upload_scans *ask = &work->request.command.as.upload_scans;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct reading *reading = rpc_alloc(call, sizeof *reading);
    *reading = (struct reading){ { .run = read_and_post }, work };
    work->request.command.kind = COMMAND_UPLOAD_SCANS;
    if (!check_text(&check, "scanner", input->scanner, ask->scanner, sizeof ask->scanner) ||
        (input->n_scans > UPLOAD_SCANS &&
         !check_refuse(&check, "scans", "has %zu rows; at most %d are possible in one call",
                       input->n_scans, UPLOAD_SCANS))) {
        work_refuse(work);
        return;
    }
    signer_start(work->services->signer, &reading->job);
}

/* ---- ListConflicts ----------------------------------------------------------------------------
 */

struct conflicts_asked {
    struct id event;
    struct numbered_page page; /* Their numbers are one more than their places. */
    struct actor by;
};

static Tifo__V1__Conflict *conflict_message(const struct stadium *stadium,
                                            const struct scan_conflict *from, struct arena *arena)
{
    const struct ticket *ticket = stadium_ticket(stadium, from->ticket);
    Tifo__V1__Conflict *to = arena_alloc(arena, sizeof *to);
    tifo__v1__conflict__init(to);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->seat = ticket->seat;
    to->list = from->list;
    to->result = (Tifo__V1__ScanResult)from->result;
    to->gate = from->gate;
    to->at_ms = from->at_ms;
    to->first_gate = from->first_gate;
    to->first_ms = from->first_ms;
    to->found_ms = from->found_ms;
    if (from->scanner > 0)
        to->scanner =
            (char *)stadium_scanner(stadium, from->scanner - 1)->name; /* Never changes. */
    return to;
}

static const ProtobufCMessage *build_conflicts(struct work *work, const struct app *app)
{
    const struct conflicts_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t index, next = asked->page.after;
    if (!work_own_event(work, app, asked->event, &asked->by, &index))
        return NULL;
    Tifo__V1__ListConflictsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_conflicts_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->conflicts = arena_array(&work->arena, asked->page.size, sizeof *reply->conflicts);
    for (; next < stadium_conflict_count(stadium) && reply->n_conflicts < asked->page.size;
         next++) {
        const struct scan_conflict *conflict = stadium_conflict(stadium, next);
        if (conflict->event == index)
            reply->conflicts[reply->n_conflicts++] =
                conflict_message(stadium, conflict, &work->arena);
    }
    if (next < stadium_conflict_count(stadium))
        reply->next_page_token = numbered_page_token(next, &work->arena);
    return &reply->base;
}

void list_conflicts(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListConflictsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_conflicts);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct conflicts_asked *asked = rpc_alloc(call, sizeof *asked);
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           numbered_page_read(input->page_size, input->page_token, &asked->page,
                                              &work->request.refusal) &&
                           work_actor(work, &asked->by));
}
