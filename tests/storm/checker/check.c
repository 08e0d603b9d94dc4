#include "tests/storm/checker/check.h"

#include "google/rpc/status.pb-c.h"
#include "server/base/status.h"
#include "tests/storm/checker/walk.h"

#include "api/rpc/status.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

bool mismatch(struct checker *checker, const struct deed *deed, const char *format, ...)
{
    struct verdict *verdict = checker->verdict;
    if (!verdict->fine)
        return false;
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    verdict->fine = false;
    if (deed && deed->operation)
        snprintf(verdict->why, sizeof verdict->why, "seq %llu: %s by %.40s (key %.60s): %s",
                 (unsigned long long)deed->seq, deed->operation->method, deed->operation->caller,
                 deed->operation->key ? deed->operation->key : "none", what);
    else
        snprintf(verdict->why, sizeof verdict->why, "%s", what);
    return false;
}

static void change_add(struct checker *c, struct change change)
{
    if (c->change_count == c->change_room) {
        c->change_room = c->change_room ? 2 * c->change_room : 256;
        c->changes = realloc(c->changes, c->change_room * sizeof *c->changes);
    }
    c->changes[c->change_count++] = change;
}

void seats_changed(struct checker *c, uint64_t seq, uint32_t hold)
{
    change_add(c, (struct change){ seq, hold, c->model.holds[hold].event });
}

void allocation_changed(struct checker *c, uint64_t seq, uint32_t event)
{
    change_add(c, (struct change){ seq, NONE, event });
}

/* ---- Which calls are one operation ----------------------------------------------------------- */

static uint64_t number(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* As tifo.v1.Answered says: of tenant, caller, method and key, each with its ending zero. */
static struct id scope_id(const struct operation *operation)
{
    const char *texts[] = { "", operation->caller, operation->method, operation->key };
    uint8_t out[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        crypto_generichash_update(&state, (const uint8_t *)texts[i], strlen(texts[i]) + 1);
    crypto_generichash_final(&state, out, sizeof out);
    return (struct id){ number(out), number(out + 8) };
}

static bool has_body(const struct operation *operation, const struct answered *answered)
{
    uint8_t out[16];
    crypto_generichash(out, sizeof out, operation->request.data, operation->request.size, NULL, 0);
    return number(out) == answered->body_high && number(out + 8) == answered->body_low;
}

static void find_scopes(struct walk *w)
{
    const struct history *history = w->checker.history;
    for (uint32_t i = history->count; i-- > 0;) {
        const struct operation *operation = &history->operations[i];
        w->scope_of[i] = NONE;
        if (!operation->key)
            continue;
        const struct id id = scope_id(operation);
        uint32_t scope = id_map_find(&w->scope_ids, id);
        if (scope == ID_MAP_NONE) {
            scope = w->scope_count++;
            id_map_add(&w->scope_ids, id, scope);
        }
        w->scope_of[i] = scope;
        w->next_call[i] = w->scopes[scope].first_call;
        w->scopes[scope].first_call = i + 1;
    }
}

/* ---- Doing ----------------------------------------------------------------------------------- */

static enum status status_of(const char *reason)
{
    for (int i = 0; i < STATUS_COUNT; i++)
        if (strcmp(status_reason((enum status)i), reason) == 0)
            return (enum status)i;
    return STATUS_COUNT;
}

/* What the journal's answer says of a refusal. */
static enum status refusal_of(const struct answered *answered)
{
    struct rpc_status status = { 0 };
    rpc_status_set(&status, (enum rpc_code)answered->code, NULL, 0, answered->answer.data,
                   answered->answer.size);
    const enum status said = status_of(status.reason ? status.reason : "");
    rpc_status_fini(&status);
    return said;
}

static void command_of(const struct walk *w, const struct deed *deed, int64_t time_ms,
                       struct command *command)
{
    *command = (struct command){ .time_ms = time_ms };
    deed->method->ask(&w->checker, deed, command);
}

static bool is_wrong(struct walk *w, const struct deed *deed, enum status must)
{
    return mismatch(&w->checker, deed, "it was answered %s; it had to be %s",
                    deed->said < STATUS_COUNT ? status_reason(deed->said) : "something else",
                    status_reason(must));
}

/* `time_ms`: of its first fact; a real clock may have gone on before it is answered. */
static bool perform(struct walk *w, struct deed *deed, int64_t time_ms)
{
    struct command command;
    deed->done = true;
    command_of(w, deed, time_ms, &command);
    const enum status status = ticket_model_do(&w->checker.model, &command, &deed->scan);
    /* The provider's answer comes as facts of its own. */
    const bool fine =
        deed->said == status || (deed->said == STATUS_PAYMENT_DECLINED && status == STATUS_OK);
    return fine || is_wrong(w, deed, status);
}

/* A refusal changes nothing, so its facts do not show where it was: somewhere before its answer,
 * and before what was due at once, or it would have heard something else. */
static void look_whether_refused(struct walk *w, struct deed *deed, int64_t time_ms)
{
    struct command command;
    if (deed->said == STATUS_OK || deed->said == STATUS_PAYMENT_DECLINED || deed->done)
        return;
    command_of(w, deed, time_ms, &command);
    deed->must = ticket_model_says(&w->checker.model, &command);
    deed->done = deed->must == deed->said;
}

static bool is_command(const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_EVENT_CREATED:
    case FACT_EVENT_PUBLISHED:
    case FACT_EVENT_CANCELLED:
    case FACT_LINES_HELD:
    case FACT_ORDER_OPENED:
    case FACT_TICKET_TYPE_SET:
    case FACT_QUOTA_SET:
    case FACT_TICKET_ADMITTED:
    case FACT_TICKET_REFUSED:
    case FACT_LINES_CHANGED:
    case FACT_HOLD_EXTENDED:
    case FACT_VOUCHER_SET:
    case FACT_TICKET_REISSUED:
    case FACT_EXCHANGE_BEGUN:
    case FACT_ORDER_EXCHANGED:
    case FACT_POLICY_SET:
    case FACT_JOINING_SET:
    case FACT_JOINED:
    case FACT_JOIN_ENDED:
    case FACT_PERSON_BANNED:
    case FACT_PERSON_UNBANNED:
    case FACT_WAITLIST_SET:
    case FACT_WAIT_ENTERED:
    case FACT_WAITROOM_SET:
    case FACT_WAITERS_ENTERED:
    case FACT_WAITERS_ADMITTED:
    case FACT_ALLOCATION_SET:
    case FACT_ORDER_APPROVED:
    case FACT_RESALE_SET:
    case FACT_TICKET_LISTED:
    case FACT_LISTING_WITHDRAWN:
    case FACT_LISTING_HELD:
    case FACT_ADDON_SET:
    case FACT_BUNDLE_SET:
    case FACT_SETTLED:
    case FACT_SETTLEMENT_VOIDED:
    case FACT_QUESTION_SET:
    case FACT_BUYER_SET:
    case FACT_MEDIUM_SET:
        return true;
    case FACT_LINES_CANCELLED: /* Else somebody else has paid for it. */
        return fact->as.lines_cancelled.cause != POLICY_RESOLD;
    case FACT_ORDER_REJECTED: /* Else with its event, which is cancelled. */
        return fact->as.order_rejected.caller[0] != 0;
    default:
        return false;
    }
}

/* Of one command with the fact before; an exchange whose payment has been answered. */
static bool follows(const struct walk *w, uint32_t at)
{
    const struct fact *fact = &w->rows[at].fact;
    const enum fact_kind before = at > 0 ? w->rows[at - 1].fact.kind : 0;
    if (fact->kind == FACT_ORDER_EXCHANGED && fact->as.order_exchanged.hold < w->slot_room) {
        const uint32_t hold = w->slots[fact->as.order_exchanged.hold];
        return hold && w->checker.model.holds[hold - 1].state == HOLD_CONFIRMED;
    }
    return (fact->kind == FACT_JOIN_ENDED && before == FACT_PERSON_BANNED) ||
           (fact->kind == FACT_WAITERS_ADMITTED && before == FACT_WAITERS_ENTERED) ||
           (fact->kind == FACT_MEDIUM_SET && before == FACT_MEDIUM_SET) || /* In one's place. */
           (fact->kind == FACT_TICKET_REISSUED && before == FACT_TICKET_REISSUED); /* Add-ons. */
}

/* Made for somebody who waited for it, perhaps with what a bundle brings. */
static bool is_offer(const struct row *rows, uint32_t count, uint32_t at)
{
    if (rows[at].fact.kind != FACT_LINES_HELD)
        return false;
    at += at + 1 < count && rows[at + 1].fact.kind == FACT_ADDONS_HELD;
    return at + 1 < count && rows[at + 1].fact.kind == FACT_WAIT_OFFERED;
}

/* Whether the deed is the command that this fact is of: not what time did. */
static bool begins(const struct walk *w, const struct deed *deed, uint32_t at)
{
    const struct fact *fact = &w->rows[at].fact;
    if (!deed || deed->done || !deed->method->ask ||
        (fact->kind != deed->method->fact && fact->kind != deed->method->other_fact))
        return false;
    switch (fact->kind) {
    case FACT_HOLD_ENDED:
        return fact->as.hold_ended.state == HOLD_RELEASED;
    case FACT_WAIT_ENDED:
        return fact->as.wait_ended.state == WAIT_CANCELLED;
    case FACT_WAITERS_ENDED:
        return fact->as.waiters_ended.state == WAITER_LEFT;
    case FACT_ORDER_REJECTED:
    case FACT_LINES_CANCELLED:
        return is_command(fact);
    default:
        return !is_offer(w->rows, w->row_count, at) && !follows(w, at);
    }
}

/* Ids that its facts give to what it made. */
static void take_ids(struct deed *deed, const struct row *rows, uint32_t count, uint32_t at)
{
    const struct fact *fact = &rows[at].fact;
    if (fact->kind == FACT_EVENT_CREATED)
        deed->made = (struct id){ fact->as.event_created.id_high, fact->as.event_created.id_low };
    else if (fact->kind == FACT_LINES_HELD)
        deed->made = (struct id){ fact->as.lines_held.id_high, fact->as.lines_held.id_low };
    else if (fact->kind == FACT_LISTING_HELD)
        deed->made = (struct id){ fact->as.listing_held.id_high, fact->as.listing_held.id_low };
    else if (fact->kind == FACT_ORDER_OPENED)
        deed->made = (struct id){ fact->as.order_opened.id_high, fact->as.order_opened.id_low };
    else if (fact->kind == FACT_JOINED)
        deed->made = (struct id){ fact->as.joined.id_high, fact->as.joined.id_low };
    else if (fact->kind == FACT_WAIT_ENTERED) {
        const struct wait_entered *entered = &fact->as.wait_entered;
        deed->made = (struct id){ entered->id_high, entered->id_low };
        deed->tickets[0] = (struct id){ entered->hold_high, entered->hold_low };
    } else if (fact->kind == FACT_WAITROOM_SET && fact->as.waitroom_set.seed.size == SEED_BYTES) {
        const uint8_t *seed = fact->as.waitroom_set.seed.data;
        deed->tickets[0] = (struct id){ number(seed), number(seed + 8) };
        deed->tickets[1] = (struct id){ number(seed + 16), number(seed + 24) };
    }
    if (fact->kind != FACT_ORDER_OPENED && fact->kind != FACT_ORDER_APPROVED)
        return;
    while (at + 1 < count && (rows[at + 1].fact.kind == FACT_ANSWERS_GIVEN ||
                              rows[at + 1].fact.kind == FACT_MEANS_KNOWN))
        at++;
    if (at + 1 == count || rows[at + 1].fact.kind != FACT_ORDER_PAID)
        return;
    const struct order_paid *paid = &rows[at + 1].fact.as.order_paid;
    for (uint32_t i = 0; i < paid->ticket_high.count && i < HOLD_SEATS; i++)
        deed->tickets[i] = (struct id){ paid->ticket_high.v[i], paid->ticket_low.v[i] };
}

/* ---- Reads ----------------------------------------------------------------------------------- */

static bool read_one(struct walk *w, uint32_t call)
{
    struct checker *c = &w->checker;
    const struct operation *operation = &c->history->operations[call];
    struct deed deed = { .operation = operation,
                         .method = method_find(operation->method),
                         .seq = w->seqs[call],
                         .time_ms = c->now_ms };
    ProtobufCMessage *request = protobuf_c_message_unpack(
        deed.method->input, NULL, operation->request.size, operation->request.data);
    ProtobufCMessage *reply = protobuf_c_message_unpack(
        deed.method->output, NULL, operation->reply.size, operation->reply.data);
    deed.request = request;
    deed.reply = reply;
    const bool fine = deed.method->tell(c, &deed);
    protobuf_c_message_free_unpacked(request, NULL);
    protobuf_c_message_free_unpacked(reply, NULL);
    c->verdict->messages += operation->stream != 0;
    c->verdict->reads += operation->stream == 0;
    return fine;
}

/* All that saw the stadium before the fact `seq`. */
static bool read_until(struct walk *w, uint64_t seq)
{
    while (w->next_read < w->read_count && w->reads[w->next_read].seq < seq)
        if (!read_one(w, w->reads[w->next_read++].call))
            return false;
    return true;
}

/* ---- An answer of the journal ---------------------------------------------------------------- */

static bool see_rows(struct walk *w, struct deed *deed)
{
    struct checker *c = &w->checker;
    for (uint32_t i = 0; i < w->row_count; i++) {
        const struct row *row = &w->rows[i];
        if (deed)
            look_whether_refused(w, deed, c->now_ms);
        if (!read_until(w, row->seq))
            return false;
        c->now_ms = row->fact.time_ms;
        if (begins(w, deed, i)) {
            take_ids(deed, w->rows, w->row_count, i);
            if (!perform(w, deed, c->now_ms))
                return false;
        } else if (is_command(&row->fact) && !follows(w, i) &&
                   !is_offer(w->rows, w->row_count, i)) {
            return mismatch(c, deed, "seq %llu: a fact of kind %d that nobody asked for",
                            (unsigned long long)row->seq, row->fact.kind);
        }
        if (!walk_see(w, deed, i))
            return false;
    }
    return true;
}

/* A call heard what the journal has. */
static bool hear_call(struct walk *w, const struct deed *deed, uint32_t call,
                      const struct answered *answered, uint32_t *firsts)
{
    struct checker *c = &w->checker;
    const struct operation *operation = &c->history->operations[call];
    struct verdict *verdict = c->verdict;
    const bool same = has_body(operation, answered);
    if (operation->outcome == OUTCOME_UNKNOWN) {
        verdict->happened += same;
        return true;
    }
    if (!same)
        return (operation->outcome == OUTCOME_FAILED && operation->code != RPC_OK) ||
               mismatch(c, deed, "another request under the same key was done");
    w->seqs[call] = deed->seq;
    if (operation->outcome == OUTCOME_FAILED) {
        /* Refused before it was done, or done and refused. */
        if (strcmp(operation->reason, "KEY_REUSED") == 0)
            return mismatch(c, deed, "the same request is KEY_REUSED");
        if (operation->code != answered->code)
            w->seqs[call] = 0;
        if (operation->code != answered->code && !operation->replayed &&
            (operation->code == RPC_INVALID_ARGUMENT || operation->code == RPC_UNAVAILABLE ||
             operation->code == RPC_RESOURCE_EXHAUSTED))
            return true;
        if (operation->code != answered->code ||
            status_of(operation->reason) != refusal_of(answered))
            return mismatch(c, deed, "it heard %s, and something else is kept", operation->reason);
    } else if (answered->code != RPC_OK || operation->reply.size != answered->answer.size ||
               memcmp(operation->reply.data, answered->answer.data, answered->answer.size) != 0) {
        return mismatch(c, deed, "what it heard and what is kept are not the same bytes");
    }
    if (deed->time_ms < operation->earliest_ms && !operation->replayed)
        return mismatch(c, deed, "it was done at %lld, before it was asked for at %lld",
                        (long long)deed->time_ms, (long long)operation->earliest_ms);
    if (deed->time_ms > operation->latest_ms)
        return mismatch(c, deed, "it was done at %lld, after it was answered at %lld",
                        (long long)deed->time_ms, (long long)operation->latest_ms);
    *firsts += !operation->replayed;
    verdict->replayed += operation->replayed;
    if (*firsts > 1)
        return mismatch(c, deed, "two calls under a key were both answered as the first");
    return true;
}

static bool hear_calls(struct walk *w, const struct deed *deed, uint32_t scope,
                       const struct answered *answered)
{
    uint32_t firsts = 0;
    for (uint32_t i = w->scopes[scope].first_call; i; i = w->next_call[i - 1])
        if (!hear_call(w, deed, i - 1, answered, &firsts))
            return false;
    return true;
}

/* The call that the answer is to: any of its key with the same request. */
static const struct operation *asked_by(struct walk *w, uint32_t scope,
                                        const struct answered *answered)
{
    for (uint32_t i = w->scopes[scope].first_call; i; i = w->next_call[i - 1]) {
        const struct operation *operation = &w->checker.history->operations[i - 1];
        if (has_body(operation, answered))
            return operation;
    }
    return NULL;
}

static bool tell(struct walk *w, struct deed *deed, const struct answered *answered)
{
    struct checker *c = &w->checker;
    ProtobufCMessage *reply = NULL;
    if (answered->code == RPC_OK) {
        reply = protobuf_c_message_unpack(deed->method->output, NULL, answered->answer.size,
                                          answered->answer.data);
        if (!reply || history_seq(reply) != deed->seq)
            return mismatch(c, deed, "its answer cannot be read, or has another seq");
    }
    deed->reply = reply;
    const bool fine = !reply || deed->method->tell(c, deed);
    c->verdict->accepted += reply != NULL;
    c->verdict->refused += reply == NULL;
    protobuf_c_message_free_unpacked(reply, NULL);
    deed->reply = NULL;
    return fine;
}

/* What no fact has shown: a command without any, or a refusal. */
static bool finish(struct walk *w, struct deed *deed)
{
    look_whether_refused(w, deed, deed->time_ms);
    if (deed->done)
        return true;
    if (deed->said == STATUS_OK || deed->said == STATUS_PAYMENT_DECLINED)
        return perform(w, deed, deed->time_ms);
    return is_wrong(w, deed, deed->must);
}

/* The rows since the last answer; the last of them is one. */
static bool hear_answer(struct walk *w)
{
    struct checker *c = &w->checker;
    const struct row *row = &w->rows[w->row_count - 1];
    const struct answered *answered = &row->fact.as.answered;
    const uint32_t scope =
        id_map_find(&w->scope_ids, (struct id){ answered->scope_high, answered->scope_low });
    if (scope == ID_MAP_NONE)
        return mismatch(c, NULL, "seq %llu: something was done that nobody asked for",
                        (unsigned long long)row->seq);
    const struct operation *operation = asked_by(w, scope, answered);
    struct deed deed = { .operation = operation, .seq = row->seq, .time_ms = row->fact.time_ms };
    if (!operation)
        return mismatch(c, NULL, "seq %llu: a request that nobody sent was done",
                        (unsigned long long)row->seq);
    if (w->scopes[scope].seq)
        return mismatch(c, &deed, "it was done at seq %llu already",
                        (unsigned long long)w->scopes[scope].seq);
    w->scopes[scope].seq = row->seq;
    deed.method = method_find(operation->method);
    if (!deed.method || !deed.method->ask) /* No ticketing. */
        return see_rows(w, NULL) && hear_calls(w, &deed, scope, answered);
    ProtobufCMessage *request = protobuf_c_message_unpack(
        deed.method->input, NULL, operation->request.size, operation->request.data);
    deed.request = request;
    deed.said = answered->code == RPC_OK ? STATUS_OK : refusal_of(answered);
    const bool fine = see_rows(w, &deed) && finish(w, &deed) && tell(w, &deed, answered) &&
                      hear_calls(w, &deed, scope, answered);
    protobuf_c_message_free_unpacked(request, NULL);
    return fine;
}

/* ---- The walk -------------------------------------------------------------------------------- */

static bool visit(void *ctx, const struct journal_row *from)
{
    struct walk *w = ctx;
    struct checker *c = &w->checker;
    if (w->row_count == w->row_room) {
        w->row_room = w->row_room ? 2 * w->row_room : 64;
        w->rows = realloc(w->rows, w->row_room * sizeof *w->rows);
    }
    struct row *row = &w->rows[w->row_count++];
    const struct bytes payload = {
        arena_copy(&w->rows_arena, from->payload.data, from->payload.size), from->payload.size
    };
    *row = (struct row){ .seq = from->seq };
    if (from->seq != ++w->last_seq || !fact_decode(payload, &w->rows_arena, &row->fact))
        return mismatch(c, NULL, "seq %llu: the journal has a gap, or a row that is no fact",
                        (unsigned long long)from->seq);
    if (row->fact.kind == FACT_ANSWERED && !hear_answer(w))
        return false;
    if (row->fact.kind == FACT_ANSWERED) {
        w->row_count = 0;
        arena_reset(&w->rows_arena);
    }
    return true;
}

static int by_seq(const void *a, const void *b)
{
    const struct look *x = a, *y = b;
    return x->seq != y->seq ? (x->seq < y->seq ? -1 : 1)
                            : (x->call > y->call) - (x->call < y->call);
}

static void find_reads(struct walk *w)
{
    const struct history *history = w->checker.history;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        const struct method *method = method_find(operation->method);
        if (operation->key || operation->outcome != OUTCOME_OK || !method || method->ask)
            continue;
        ProtobufCMessage *reply = protobuf_c_message_unpack(
            method->output, NULL, operation->reply.size, operation->reply.data);
        w->seqs[i] = history_seq(reply);
        protobuf_c_message_free_unpacked(reply, NULL);
        w->reads[w->read_count++] = (struct look){ w->seqs[i], i };
    }
    qsort(w->reads, w->read_count, sizeof *w->reads, by_seq);
}

/* What clients were told is there. */
static bool check_kept(struct walk *w)
{
    struct checker *c = &w->checker;
    for (uint32_t i = 0; i < c->history->count; i++) {
        const struct operation *operation = &c->history->operations[i];
        const struct method *method = method_find(operation->method);
        if (!operation->key || !method)
            continue;
        const struct deed deed = { .operation = operation };
        const bool kept = w->scopes[w->scope_of[i]].seq != 0;
        c->verdict->lost += operation->outcome == OUTCOME_UNKNOWN && !kept;
        if (!kept && operation->outcome == OUTCOME_OK)
            return mismatch(c, &deed, "it was acknowledged and is not in the journal");
        if (!kept && operation->outcome == OUTCOME_FAILED &&
            operation->code != RPC_INVALID_ARGUMENT && operation->code != RPC_UNAVAILABLE &&
            operation->code != RPC_RESOURCE_EXHAUSTED)
            return mismatch(c, &deed, "it heard %s, and that is not in the journal",
                            operation->reason);
    }
    if (w->next_read < w->read_count) {
        const uint32_t call = w->reads[w->next_read].call;
        const struct deed deed = { .operation = &c->history->operations[call],
                                   .seq = w->seqs[call] };
        return mismatch(c, &deed, "it saw what is not in the journal, which ends at %llu",
                        (unsigned long long)w->last_seq);
    }
    return true;
}

struct instant {
    uint64_t at, seq;
    uint32_t call;
    bool is_return;
};

static int by_instant(const void *a, const void *b)
{
    const struct instant *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Whoever asked after an answer was there comes after it. */
static bool check_real_time(struct walk *w)
{
    struct checker *c = &w->checker;
    const struct history *history = c->history;
    struct instant *instants = base_alloc((2 * history->count + 1) * sizeof *instants);
    uint32_t count = 0;
    uint64_t seen = 0;
    bool fine = true;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        if (!operation->returned || !w->seqs[i] || operation->stream)
            continue;
        instants[count++] = (struct instant){ operation->called, w->seqs[i], i, false };
        instants[count++] = (struct instant){ operation->returned, w->seqs[i], i, true };
    }
    qsort(instants, count, sizeof *instants, by_instant);
    for (uint32_t i = 0; fine && i < count; i++) {
        const struct operation *operation = &history->operations[instants[i].call];
        const struct deed deed = { .operation = operation, .seq = instants[i].seq };
        if (instants[i].is_return)
            seen = instants[i].seq > seen ? instants[i].seq : seen;
        else if (operation->key ? !operation->replayed && instants[i].seq <= seen
                                : instants[i].seq < seen)
            fine = mismatch(c, &deed, "somebody had been told of seq %llu before it was asked for",
                            (unsigned long long)seen);
    }
    free(instants);
    return fine;
}

/* What is kept until a time is, and no longer: nothing is due any more. */
static bool check_released(struct walk *w, int64_t now_ms)
{
    const struct ticket_model *m = &w->checker.model;
    for (uint32_t i = 0; i < m->event_count; i++) {
        for (uint32_t k = 0; k < m->events[i].allocation_count; k++) {
            const struct model_allocation *row = &m->events[i].allocations[k];
            if (!row->released && row->release_ms && row->release_ms <= now_ms)
                return mismatch(&w->checker, NULL, "seats are kept at %lld; they were until %lld",
                                (long long)now_ms, (long long)row->release_ms);
        }
    }
    return true;
}

static void walk_init(struct walk *w, const struct history *history, struct verdict *out)
{
    const size_t room = (size_t)history->count + 1;
    *w = (struct walk){ .checker = { .history = history, .verdict = out } };
    w->scopes = base_alloc(room * sizeof *w->scopes);
    w->scope_of = base_alloc(room * sizeof *w->scope_of);
    w->next_call = base_alloc(room * sizeof *w->next_call);
    w->seqs = base_alloc(room * sizeof *w->seqs);
    w->reads = base_alloc(room * sizeof *w->reads);
    w->checker.followers = base_alloc((history->streams + 1) * sizeof *w->checker.followers);
    find_scopes(w);
    find_reads(w);
}

static void walk_fini(struct walk *w)
{
    struct checker *c = &w->checker;
    for (uint32_t i = 0; i < c->history->streams; i++)
        free(c->followers[i].states);
    free(c->followers);
    free(c->changes);
    ticket_model_fini(&c->model);
    arena_fini(&c->scratch);
    id_map_fini(&w->scope_ids);
    free(w->scopes);
    free(w->scope_of);
    free(w->next_call);
    free(w->seqs);
    free(w->reads);
    free(w->rows);
    free(w->slots);
    arena_fini(&w->rows_arena);
}

void check_history(const struct history *history, struct journal *journal,
                   const struct stadium *stadium, struct verdict *out)
{
    char why[JOURNAL_WHY_SIZE] = "";
    struct walk w;
    *out = (struct verdict){ .fine = true };
    walk_init(&w, history, out);
    struct checker *c = &w.checker;
    if (stadium_venue(stadium))
        ticket_model_venue(&c->model, stadium_venue(stadium));
    if (journal->ops->read(journal, 1, visit, &w, why, sizeof why) != STATUS_OK)
        mismatch(c, NULL, "%s", why);
    if (out->fine && see_rows(&w, NULL) && read_until(&w, w.last_seq + 1) && check_kept(&w) &&
        check_real_time(&w) && check_released(&w, stadium_now_ms(stadium)))
        ticket_model_compare(&c->model, stadium, stadium_now_ms(stadium));
    walk_fini(&w);
}
