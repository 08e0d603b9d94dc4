/* What is kept of telemetry: dead letters, listed and replayed, and time series. The recorder's
 * thread asks its store, and answers. */
#include "server/services/columns.h"
#include "server/services/telemetry.h"
#include "server/services/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS_PAGE = 50, LETTERS_PAGE_MOST = 100, SERIES_PAGE = 1000, SERIES_PAGE_MOST = 10000 };

/* A call on its way through the recorder, in the call's memory. */
struct asked_kept {
    struct recorder_job job; /* First: the recorder hands it back. */
    struct rpc_call *call;
    struct services *services;
    const void *request;
    void (*answer)(struct asked_kept *asked, struct telemetry_store *store, struct arena *arena);
    uint64_t after; /* Where the page begins. */
};

static void run(struct recorder_job *job, struct telemetry_store *store)
{
    struct asked_kept *asked = (struct asked_kept *)job;
    struct arena arena = { 0 };
    asked->answer(asked, store, &arena);
    arena_fini(&arena);
}

static void post(struct rpc_call *call, struct services *services, uint64_t after,
                 void (*answer)(struct asked_kept *, struct telemetry_store *, struct arena *))
{
    struct asked_kept *asked = rpc_alloc(call, sizeof *asked);
    *asked = (struct asked_kept){ { run, NULL }, call, services, rpc_request(call), answer, after };
    const enum status status = services->recorder ? recorder_post(services->recorder, &asked->job)
                                                  : STATUS_RECORDS_UNAVAILABLE;
    if (status != STATUS_OK)
        refuse_call_with(call, status, NULL);
}

static void refuse_store(struct rpc_call *call, const struct telemetry_store *store,
                         enum status status)
{
    struct refusal refusal = { .status = status };
    snprintf(refusal.message, sizeof refusal.message, "%.239s", store->why);
    refuse_call(call, &refusal);
}

static void refuse_field(struct rpc_call *call, const char *field, const char *message)
{
    struct refusal refusal = { .status = STATUS_BAD_FIELD };
    snprintf(refusal.field, sizeof refusal.field, "%s", field);
    snprintf(refusal.message, sizeof refusal.message, "%s", message);
    refuse_call(call, &refusal);
}

/* False: it is none of ours, and the call is refused. */
static bool read_token(struct rpc_call *call, const char *token, uint64_t *after)
{
    char *end;
    *after = strtoull(token, &end, 10);
    if (*end == 0 && token[0] != '-')
        return true;
    refuse_field(call, "page_token",
                 "page_token is no page's; take next_page_token of the one before");
    return false;
}

static char *token_of(struct arena *arena, uint64_t last)
{
    char text[24];
    const int size = snprintf(text, sizeof text, "%" PRIu64, last);
    return arena_copy(arena, text, (size_t)size + 1);
}

/* ---- Burying ----------------------------------------------------------------------------------
 */

/* Who is shed sends it again; strangers are counted, or they could push out what others sent. */
static bool is_kept(enum status status)
{
    return status != STATUS_TELEMETRY_SHED && status != STATUS_DEVICE_NOT_REGISTERED &&
           status != STATUS_DEVICE_KEY_WRONG;
}

static void bury(struct services *services, struct rpc_call *call, struct letter *letter,
                 const ProtobufCMessage *message, const struct refusal *refusal)
{
    if (!services->recorder || !is_kept(refusal->status))
        return;
    const size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *payload = size <= LETTER_BYTES ? base_alloc(size + 1) : NULL;
    if (payload)
        protobuf_c_message_pack(message, payload);
    letter->received_ms = app_now_ms(services->app);
    letter->caller = call_caller(call);
    letter->reason = status_reason(refusal->status);
    letter->field = refusal->field;
    letter->message = refusal->message;
    letter->payload = (struct bytes){ payload, payload ? size : 0 };
    recorder_letter(services->recorder, letter);
    free(payload);
}

void telemetry_bury_columns(struct services *services, struct rpc_call *call,
                            const Tifo__V1__Readings *from, const struct refusal *refusal)
{
    struct letter letter = { .form = LETTER_COLUMNS,
                             .venue_id = from->venue_id,
                             .device = from->source,
                             .sequence = from->sequence,
                             .rows = columns_rows(from) };
    bury(services, call, &letter, &from->base, refusal);
}

void telemetry_bury_row(struct services *services, struct rpc_call *call, const char *venue_id,
                        const Tifo__V1__Reading *from, const struct refusal *refusal)
{
    struct letter letter = { .form = LETTER_ROW,
                             .venue_id = venue_id,
                             .device = from->device,
                             .sequence = from->sequence,
                             .rows = 1 };
    bury(services, call, &letter, &from->base, refusal);
}

/* ---- ListDeadLetters --------------------------------------------------------------------------
 */

/* Unpacked into memory of its own; free it. NULL: there is none, or it is no message of ours. */
static ProtobufCMessage *unpack(const struct letter *letter)
{
    const ProtobufCMessageDescriptor *form = letter->form == LETTER_COLUMNS
                                                 ? &tifo__v1__readings__descriptor
                                                 : &tifo__v1__reading__descriptor;
    if (letter->payload.size == 0)
        return NULL;
    return protobuf_c_message_unpack(form, NULL, letter->payload.size, letter->payload.data);
}

static void letter_message(const struct letter *from, Tifo__V1__DeadLetter *to)
{
    tifo__v1__dead_letter__init(to);
    to->letter_id = from->id;
    to->received_ms = from->received_ms;
    to->caller = (char *)from->caller;
    to->venue_id = (char *)from->venue_id;
    to->device = (char *)from->device;
    to->sequence = from->sequence;
    to->reason = (char *)from->reason;
    to->field = (char *)from->field;
    to->message = (char *)from->message;
    to->rows = from->rows;
    ProtobufCMessage *payload = unpack(from);
    if (payload && from->form == LETTER_COLUMNS) {
        to->refused_case = TIFO__V1__DEAD_LETTER__REFUSED_READINGS;
        to->readings = (Tifo__V1__Readings *)payload;
    } else if (payload) {
        to->refused_case = TIFO__V1__DEAD_LETTER__REFUSED_READING;
        to->reading = (Tifo__V1__Reading *)payload;
    }
}

static void drop_payload(Tifo__V1__DeadLetter *letter)
{
    if (letter->refused_case != TIFO__V1__DEAD_LETTER__REFUSED__NOT_SET)
        protobuf_c_message_free_unpacked(&letter->readings->base, NULL);
}

static void answer_list(struct asked_kept *asked, struct telemetry_store *store,
                        struct arena *arena)
{
    const Tifo__V1__ListDeadLettersRequest *input = asked->request;
    struct letter_page page;
    const uint32_t size = input->page_size ? input->page_size : LETTERS_PAGE;
    const enum status status = store->ops->letters(store, asked->after, size, arena, &page);
    if (status != STATUS_OK) {
        refuse_store(asked->call, store, status);
        return;
    }
    Tifo__V1__ListDeadLettersResponse reply = TIFO__V1__LIST_DEAD_LETTERS_RESPONSE__INIT;
    Tifo__V1__DeadLetter *letters = arena_array(arena, page.count, sizeof *letters);
    reply.letters = arena_array(arena, page.count, sizeof *reply.letters);
    for (uint32_t i = 0; i < page.count; i++) {
        letter_message(&page.letters[i], &letters[i]);
        reply.letters[reply.n_letters++] = &letters[i];
    }
    if (page.more)
        reply.next_page_token = token_of(arena, page.letters[page.count - 1].id);
    rpc_reply(asked->call, &reply.base);
    for (uint32_t i = 0; i < page.count; i++)
        drop_payload(&letters[i]);
}

void list_dead_letters(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListDeadLettersRequest *input = (const void *)rpc_request(call);
    uint64_t after;
    if (input->page_size > LETTERS_PAGE_MOST)
        refuse_field(call, "page_size", "page_size is 1 to 100; ask for further pages");
    else if (read_token(call, input->page_token, &after))
        post(call, ctx, after, answer_list);
}

/* ---- ReplayDeadLetter, DropDeadLetter ----------------------------------------------------------
 */

/* The letter, in the arena; false: it is not there, and the call is refused. */
static bool find_letter(struct asked_kept *asked, struct telemetry_store *store, uint64_t id,
                        struct arena *arena, struct letter *out)
{
    struct letter_page page = { 0 };
    const enum status status = id ? store->ops->letters(store, id - 1, 1, arena, &page) : STATUS_OK;
    if (status != STATUS_OK) {
        refuse_store(asked->call, store, status);
        return false;
    }
    if (page.count == 0 || page.letters[0].id != id) {
        refuse_call_with(asked->call, STATUS_UNKNOWN_LETTER, "letter_id");
        return false;
    }
    *out = page.letters[0];
    return true;
}

/* As it was refused, or as it was corrected. */
static void take_again(struct services *services, const Tifo__V1__ReplayDeadLetterRequest *input,
                       const struct letter *letter, struct taken *taken)
{
    const bool corrected =
        input->corrected_case != TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__CORRECTED__NOT_SET;
    const bool columns = corrected ? input->corrected_case ==
                                         TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__CORRECTED_READINGS
                                   : letter->form == LETTER_COLUMNS;
    ProtobufCMessage *was = corrected ? NULL : unpack(letter);
    const void *message = was       ? (const void *)was
                          : columns ? (const void *)input->readings
                                    : (const void *)input->reading;
    if (!corrected && !was)
        taken->refusal = (struct refusal){ .status = STATUS_BAD_FIELD,
                                           .field = "corrected",
                                           .message = "the letter was too large to be kept whole; "
                                                      "send it again as corrected" };
    else if (columns)
        telemetry_take_columns(services, message, true, NULL, taken);
    else if (telemetry_venue(services, letter->venue_id, 1, &taken->refusal))
        telemetry_take_row(services, message, true, NULL, taken);
    if (was)
        protobuf_c_message_free_unpacked(was, NULL);
}

static void answer_replay(struct asked_kept *asked, struct telemetry_store *store,
                          struct arena *arena)
{
    const Tifo__V1__ReplayDeadLetterRequest *input = asked->request;
    struct letter letter;
    struct taken taken = { 0 };
    bool there;
    if (!find_letter(asked, store, input->letter_id, arena, &letter))
        return;
    take_again(asked->services, input, &letter, &taken);
    if (taken.refusal.status != STATUS_OK) {
        refuse_call(asked->call, &taken.refusal);
        return;
    }
    const enum status status = store->ops->remove_letter(store, letter.id, &there);
    if (status != STATUS_OK) {
        refuse_store(asked->call, store, status);
        return;
    }
    Tifo__V1__ReplayDeadLetterResponse reply = TIFO__V1__REPLAY_DEAD_LETTER_RESPONSE__INIT;
    reply.accepted = taken.accepted;
    reply.outside = taken.outside;
    rpc_reply(asked->call, &reply.base);
}

void replay_dead_letter(struct rpc_call *call, void *ctx)
{
    post(call, ctx, 0, answer_replay);
}

static void answer_drop(struct asked_kept *asked, struct telemetry_store *store,
                        struct arena *arena)
{
    const Tifo__V1__DropDeadLetterRequest *input = asked->request;
    bool there;
    (void)arena;
    const enum status status = store->ops->remove_letter(store, input->letter_id, &there);
    Tifo__V1__DropDeadLetterResponse reply = TIFO__V1__DROP_DEAD_LETTER_RESPONSE__INIT;
    if (status != STATUS_OK)
        refuse_store(asked->call, store, status);
    else if (!there)
        refuse_call_with(asked->call, STATUS_UNKNOWN_LETTER, "letter_id");
    else
        rpc_reply(asked->call, &reply.base);
}

void drop_dead_letter(struct rpc_call *call, void *ctx)
{
    post(call, ctx, 0, answer_drop);
}

/* ---- GetSeries --------------------------------------------------------------------------------
 */

static void fill_series(const struct series_page *page, struct arena *arena,
                        Tifo__V1__GetSeriesResponse *to)
{
    const uint32_t count = page->count;
    to->n_at_ms = to->n_count = to->n_mean = to->n_sum = to->n_min = to->n_max = to->n_last = count;
    to->at_ms = arena_array(arena, count, sizeof *to->at_ms);
    to->count = arena_array(arena, count, sizeof *to->count);
    to->mean = arena_array(arena, count, sizeof *to->mean);
    to->sum = arena_array(arena, count, sizeof *to->sum);
    to->min = arena_array(arena, count, sizeof *to->min);
    to->max = arena_array(arena, count, sizeof *to->max);
    to->last = arena_array(arena, count, sizeof *to->last);
    for (uint32_t i = 0; i < count; i++) {
        const struct series_bucket *bucket = &page->buckets[i];
        to->at_ms[i] = bucket->at_s * 1000;
        to->count[i] = bucket->count;
        to->mean[i] = bucket->sum / (double)bucket->count;
        to->sum[i] = bucket->sum;
        to->min[i] = bucket->min;
        to->max[i] = bucket->max;
        to->last[i] = bucket->last;
    }
}

static void answer_series(struct asked_kept *asked, struct telemetry_store *store,
                          struct arena *arena)
{
    const Tifo__V1__GetSeriesRequest *input = asked->request;
    const int64_t to_ms = input->to_ms ? input->to_ms : INT64_MAX - 999;
    const int64_t step_s = series_step_s[input->step];
    struct series_query query = { .name = input->name,
                                  .step = (enum series_step)input->step,
                                  .from_s = (input->from_ms + 999) / 1000,
                                  .to_s = (to_ms + 999) / 1000,
                                  .most = input->page_size ? input->page_size : SERIES_PAGE };
    struct series_page page;
    if (asked->after)
        query.from_s = (int64_t)asked->after + step_s;
    const enum status status = store->ops->series(store, &query, arena, &page);
    if (status != STATUS_OK) {
        refuse_store(asked->call, store, status);
        return;
    }
    Tifo__V1__GetSeriesResponse reply = TIFO__V1__GET_SERIES_RESPONSE__INIT;
    fill_series(&page, arena, &reply);
    if (page.more)
        reply.next_page_token = token_of(arena, (uint64_t)page.buckets[page.count - 1].at_s);
    rpc_reply(asked->call, &reply.base);
}

void get_series(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetSeriesRequest *input = (const void *)rpc_request(call);
    uint64_t after;
    if (input->name[0] == 0 || strlen(input->name) > SERIES_NAME_BYTES)
        refuse_field(call, "name", "name is a series', such as place/0/people or gate/2/in");
    else if ((int)input->step < SERIES_SECOND || (int)input->step > SERIES_HOUR)
        refuse_field(call, "step", "step is SECOND, MINUTE or HOUR");
    else if (input->from_ms < 0 || input->from_ms > READINGS_LAST_MS)
        refuse_field(call, "from_ms", "from_ms is a time in Unix milliseconds");
    else if (input->to_ms < 0 || input->to_ms > READINGS_LAST_MS)
        refuse_field(call, "to_ms", "to_ms is a time in Unix milliseconds, or 0: no end");
    else if (input->page_size > SERIES_PAGE_MOST)
        refuse_field(call, "page_size", "page_size is 1 to 10,000; ask for further pages");
    else if (read_token(call, input->page_token, &after))
        post(call, ctx, after < INT64_MAX / 2 ? after : 0, answer_series);
}
