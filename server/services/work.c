#include "server/services/work.h"

#include "api/rpc/text.h"
#include "google/rpc/status.pb-c.h"
#include "server/wire/id.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* When it makes sense to come back. */
enum { RETRY_SHORTLY_MS = 100, RETRY_STARTING_MS = 500 };

static uint32_t retry_after_ms(enum status status)
{
    switch (status) {
    case STATUS_INBOX_FULL:
    case STATUS_HISTORY_BUSY:
        return RETRY_SHORTLY_MS;
    case STATUS_STARTING:
    case STATUS_STOPPING:
        return RETRY_STARTING_MS;
    default:
        return 0;
    }
}

/* Its strings stay the refusal's. What was cut to fit may end amid a character. */
static struct rpc_error error_of(struct refusal *refusal)
{
    rpc_text_mend(refusal->message);
    return (struct rpc_error){
        .code = (enum rpc_code)status_code(refusal->status),
        .message = refusal->message,
        .reason = status_reason(refusal->status),
        .domain = "tifo",
        .field = refusal->field[0] ? refusal->field : NULL,
        .retry_after_ms = refusal->retry_ms ? refusal->retry_ms : retry_after_ms(refusal->status),
    };
}

void refuse_call(struct rpc_call *call, const struct refusal *refusal)
{
    struct refusal said = *refusal;
    const struct rpc_error error = error_of(&said);
    rpc_fail(call, &error);
}

struct rpc_error error_packed(enum status status)
{
    struct rpc_error error = {
        .code = (enum rpc_code)status_code(status),
        .message = status_sentence(status),
        .reason = status_reason(status),
        .domain = "tifo",
        .retry_after_ms = retry_after_ms(status),
    };
    error.packed = rpc_error_pack(&error, &error.packed_size);
    return error;
}

/* With the status' own sentence. */
static struct refusal refusal_of(enum status status, const char *field)
{
    struct refusal refusal = { .status = status };
    snprintf(refusal.field, sizeof refusal.field, "%s", field ? field : "");
    snprintf(refusal.message, sizeof refusal.message, "%s", status_sentence(status));
    return refusal;
}

void refuse_call_with(struct rpc_call *call, enum status status, const char *field)
{
    const struct refusal refusal = refusal_of(status, field);
    refuse_call(call, &refusal);
}

const ProtobufCMessage *work_deny(struct work *work, enum status status, const char *field)
{
    work->request.refusal = refusal_of(status, field);
    return NULL;
}

bool work_event(struct work *work, const struct app *app, struct id id, uint32_t *index)
{
    *index = stadium_event_index(app_stadium(app), id);
    if (*index == STADIUM_NONE)
        work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    return *index != STADIUM_NONE;
}

bool work_own_event(struct work *work, const struct app *app, struct id id, const struct actor *by,
                    uint32_t *index)
{
    if (!work_event(work, app, id, index))
        return false;
    if (stadium_is_organiser(app_stadium(app), *index, by))
        return true;
    work_deny(work, STATUS_NOT_ORGANISER, "event_id");
    return false;
}

const struct venue *call_venue(struct rpc_call *call, struct services *services,
                               const char *venue_id)
{
    const struct venue *venue = intake_venue(app_intake(services->app));
    if (venue && (venue_id[0] == 0 || strcmp(venue_id, venue->id) == 0))
        return venue;
    refuse_call_with(call, STATUS_UNKNOWN_VENUE, "venue_id");
    return NULL;
}

bool call_by_operator(struct rpc_call *call, struct services *services, const char *venue_id)
{
    if (!call_venue(call, services, venue_id))
        return false;
    const bool may = call_is_operator(call, services);
    if (!may)
        refuse_call_with(call, STATUS_NOT_OPERATOR, NULL);
    return may;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void look(struct request *request, const struct app *app)
{
    struct work *work = (struct work *)request;
    const ProtobufCMessage *reply = work->build(work, app);
    if (!reply)
        return;
    const size_t size = protobuf_c_message_get_packed_size(reply);
    uint8_t *bytes = arena_alloc(&work->arena, size);
    protobuf_c_message_pack(reply, bytes);
    work->reply = (struct bytes){ bytes, size };
}

/* What the journal keeps: the reply, or the refusal as it is sent. */
static struct bytes pack(struct request *request)
{
    struct work *work = (struct work *)request;
    if (request->refusal.status == STATUS_OK)
        return work->reply;
    const struct rpc_error error = error_of(&request->refusal);
    size_t size;
    uint8_t *status = rpc_error_pack(&error, &size);
    const struct bytes packed = { arena_copy(&work->arena, status, size), size };
    free(status);
    return packed;
}

/* The first answer again. The sentence goes into the status, too, as it did then. */
static void answer_again(struct work *work)
{
    const struct request *request = &work->request;
    const struct bytes bytes = request->replay;
    rpc_trailer(work->call, "idempotent-replayed", "true");
    if (request->replay_code == RPC_OK) {
        rpc_reply_packed(work->call, bytes.data, bytes.size);
        return;
    }
    Google__Rpc__Status *status = google__rpc__status__unpack(NULL, bytes.size, bytes.data);
    rpc_fail(work->call, &(struct rpc_error){ .code = (enum rpc_code)request->replay_code,
                                              .message = status ? status->message : "",
                                              .packed = bytes.data,
                                              .packed_size = bytes.size });
    google__rpc__status__free_unpacked(status, NULL);
}

/* Fields may come in any order: what is shown once is put behind what is kept. */
static void reply_first(struct work *work)
{
    const struct bytes reply = work->reply, shown = work->shown;
    if (shown.size == 0) {
        rpc_reply_packed(work->call, reply.data, reply.size);
        return;
    }
    uint8_t *both = rpc_alloc(work->call, reply.size + shown.size);
    memcpy(both, reply.data, reply.size);
    memcpy(both + reply.size, shown.data, shown.size);
    rpc_reply_packed(work->call, both, reply.size + shown.size);
}

static void answer(struct request *request)
{
    struct work *work = (struct work *)request;
    /* The answer ends the call, and with it the memory the work lies in. */
    struct arena arena = work->arena;
    const struct refusal refusal = request->refusal;
    if (work->deliver && refusal.status == STATUS_OK) {
        work->deliver(work);
        return;
    }
    if (refusal.status != STATUS_OK)
        refuse_call(work->call, &refusal);
    else if (request->replayed)
        answer_again(work);
    else
        reply_first(work);
    arena_fini(&arena);
}

void work_show_once(struct work *work, uint32_t field, const char *text)
{
    enum { WIRE_TEXT = 2, TEXT_MOST = 127 };
    const size_t size = strlen(text);
    assert(field >= 1 && field <= 15 && size <= TEXT_MOST);
    uint8_t *bytes = rpc_alloc(work->call, size + 2);
    bytes[0] = (uint8_t)(field << 3 | WIRE_TEXT);
    bytes[1] = (uint8_t)size;
    memcpy(bytes + 2, text, size);
    work->shown = (struct bytes){ bytes, size + 2 };
}

/* ---- Idempotency ----------------------------------------------------------------------------- */

enum { KEY_BYTES = 255, HASH_BYTES = 16 };

static bool check_key(const char *key, struct refusal *refusal)
{
    const size_t size = strlen(key);
    bool fine = size >= 1 && size <= KEY_BYTES;
    for (size_t i = 0; fine && i < size; i++)
        fine = key[i] >= ' ' && key[i] <= '~';
    if (fine)
        return true;
    *refusal = (struct refusal){ .status = STATUS_BAD_FIELD, .field = "idempotency-key" };
    snprintf(refusal->message, sizeof refusal->message,
             "the metadata idempotency-key must be 1 to %d printable ASCII characters", KEY_BYTES);
    return false;
}

static uint64_t number(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* BLAKE2b: callers choose their keys, and must not be able to make one that meets another's. */
static void hash(const void *data, size_t size, uint64_t *high, uint64_t *low)
{
    uint8_t out[HASH_BYTES];
    crypto_generichash(out, sizeof out, data, size, NULL, 0);
    *high = number(out);
    *low = number(out + 8);
}

/* Texts with their ending zeros, so that no two lists of them are the same bytes. */
static void hash_texts(const char *const *texts, size_t count, uint64_t *high, uint64_t *low)
{
    uint8_t out[HASH_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof out);
    for (size_t i = 0; i < count; i++)
        crypto_generichash_update(&state, (const uint8_t *)texts[i], strlen(texts[i]) + 1);
    crypto_generichash_final(&state, out, sizeof out);
    *high = number(out);
    *low = number(out + 8);
}

static const char tenant[] = ""; /* There is one, as long as nobody says who they are. */

/* Most calls are those of a few callers: the last one's is remembered. */
static uint64_t hash_caller(const char *caller)
{
    static _Thread_local char known[PERSON_BYTES + 1];
    static _Thread_local uint64_t known_hash;
    const char *scope[] = { tenant, caller };
    uint64_t high, rest;
    if (known[0] && strcmp(known, caller) == 0)
        return known_hash;
    hash_texts(scope, 2, &high, &rest);
    if (strlen(caller) <= PERSON_BYTES) {
        memcpy(known, caller, strlen(caller) + 1);
        known_hash = high;
    }
    return high;
}

/* The request as it was understood, so that another encoding of the same is the same. */
static void hash_body(struct work *work)
{
    const ProtobufCMessage *message = rpc_request(work->call);
    const size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(&work->arena, size);
    protobuf_c_message_pack(message, bytes);
    hash(bytes, size, &work->once.body_high, &work->once.body_low);
}

/* False: the key will not do, and request.refusal says why. */
static bool take_key(struct work *work)
{
    const char *key = rpc_metadata(work->call, "idempotency-key");
    if (work->request.kind != REQUEST_COMMAND || !key)
        return true;
    if (!check_key(key, &work->request.refusal))
        return false;
    struct once *once = &work->once;
    const char *caller = call_caller(work->call);
    const char *scope[] = { tenant, caller, rpc_method_path(work->call), key };
    hash_texts(scope, 4, &once->scope_high, &once->scope_low);
    once->caller = hash_caller(caller);
    hash_body(work);
    work->request.once = once;
    return true;
}

/* ---- Work ------------------------------------------------------------------------------------ */

enum { WORK_ROOM = 3 << 10 }; /* A hold's or an order's answer fits in. */

struct work *work_begin(struct rpc_call *call, struct services *services, enum request_kind kind,
                        work_build *build)
{
    struct work *work = rpc_alloc(call, sizeof *work);
    void *room = rpc_alloc(call, WORK_ROOM);
    *work = (struct work){
        .request = { .kind = kind, .look = look, .pack = pack, .answer = answer },
        .call = call,
        .services = services,
        .build = build,
    };
    arena_lend(&work->arena, room, WORK_ROOM);
    return work;
}

void work_post(struct work *work)
{
    if (!take_key(work)) {
        work_refuse(work);
        return;
    }
    const enum status status = app_post(work->services->app, &work->request);
    if (status == STATUS_OK)
        return;
    struct arena arena = work->arena;
    refuse_call_with(work->call, status, NULL);
    arena_fini(&arena);
}

void work_refuse(struct work *work)
{
    answer(&work->request);
}

void work_post_if(struct work *work, bool in_order)
{
    if (in_order)
        work_post(work);
    else
        work_refuse(work);
}

void work_post_by_id(struct work *work, const char *field, const char *text)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct asked *asked = rpc_alloc(work->call, sizeof *asked);
    asked->person = call_caller(work->call);
    work->asked = asked;
    work_post_if(work, check_id(&check, field, text, &asked->id));
}
