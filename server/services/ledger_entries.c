/* Single entries of the books. The loop says what somebody may see, the follower's thread reads it
 * from the records, and the loop gives it the names that it has for clients. */
#include "server/services/ledger_entries.h"

#include "server/records/rows.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "tifo/v1/ledger.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page ends after so many rows that were looked at: an order's are found by themselves, others
 * one by one. */
enum { ENTRIES_PAGE = 100, ENTRIES_PAGE_MOST = 1000, ENTRIES_LOOKED_AT = 50000 };

/* A call on its way, in the call's memory. */
struct entries_asked {
    struct follower_job job; /* First: the follower hands it back. */
    struct work *work;
    struct actor by;
    struct id event, order; /* None: any. */
    uint32_t account;       /* 0: any. */
    int64_t from_ms, before_ms;
    uint32_t size;
    struct ledger_entry_record after; /* Its key: where the page begins. */

    /* The loop's: */
    bool *theirs; /* By event: they may see it. */
    uint32_t events;
    uint32_t order_number;
    /* The follower's: */
    struct ledger_entry_record *rows;
    uint32_t count, looked_at;
    bool more; /* Rows follow `after`, which is the last one that was looked at. */
};

/* ---- What is there, for clients ---------------------------------------------------------------
 */

static uint32_t account_of(const char *word)
{
    uint32_t account = LEDGER_ACCOUNTS;
    while (account > 0 && strcmp(ledger_account_words[account], word) != 0)
        account--;
    return account;
}

static Tifo__V1__LedgerEntry *entry_message(const struct stadium *stadium,
                                            const struct ledger_entry_record *row,
                                            struct arena *arena)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[row->event];
    Tifo__V1__LedgerEntry *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ledger_entry__init(to);
    to->seq = row->seq;
    to->position = row->position;
    to->at_ms = row->at_ms;
    to->event_id = wire_id_text(event->id, arena);
    to->settlement = row->settlement;
    if (!row->settlement)
        to->order_id = wire_id_text(stadium_order(stadium, row->order_number)->id, arena);
    to->account = (Tifo__V1__LedgerAccount)account_of(row->account);
    to->amount_minor = row->amount_minor;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    return to;
}

static const ProtobufCMessage *build_entries(struct work *work, const struct app *app)
{
    const struct entries_asked *asked = work->made;
    struct arena *arena = &work->arena;
    Tifo__V1__ListEntriesResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_entries_response__init(reply);
    reply->entries = arena_array(arena, asked->count, sizeof *reply->entries);
    for (uint32_t i = 0; i < asked->count; i++)
        reply->entries[reply->n_entries++] =
            entry_message(app_stadium(app), &asked->rows[i], arena);
    if (asked->more) {
        reply->next_page_token = arena_alloc(arena, 40);
        snprintf(reply->next_page_token, 40, "%" PRIu64 ".%u", asked->after.seq,
                 asked->after.position);
    }
    reply->as_of_seq = asked->job.min_seq;
    return &reply->base;
}

/* ---- The follower's thread --------------------------------------------------------------------
 */

static bool is_wanted(const struct entries_asked *asked, const struct ledger_entry_record *row)
{
    return row->event < asked->events && asked->theirs[row->event] &&
           (!asked->account || strcmp(row->account, ledger_account_words[asked->account]) == 0) &&
           row->at_ms >= asked->from_ms && (!asked->before_ms || row->at_ms < asked->before_ms);
}

static bool see(void *ctx, const void *row)
{
    struct entries_asked *asked = ctx;
    const struct ledger_entry_record *entry = row;
    /* Time goes on with seq. */
    if (asked->before_ms && entry->at_ms >= asked->before_ms)
        return false;
    asked->more = asked->count == asked->size || asked->looked_at == ENTRIES_LOOKED_AT;
    if (asked->more)
        return false;
    asked->looked_at++;
    asked->after = *entry;
    if (is_wanted(asked, entry))
        asked->rows[asked->count++] = *entry;
    return true;
}

/* To the loop once more. */
static void name_them(struct entries_asked *asked)
{
    struct work *work = asked->work;
    work->build = build_entries;
    work->deliver = NULL;
    work->request = (struct request){ .kind = REQUEST_READ,
                                      .look = work->request.look,
                                      .pack = work->request.pack,
                                      .answer = work->request.answer };
    work_post(work);
}

static void read_entries(struct follower_job *job, struct records *records)
{
    struct entries_asked *asked = (struct entries_asked *)job;
    char why[RECORDS_WHY_SIZE];
    const struct ledger_entry_record after = asked->after;
    const struct records_range range = {
        .after = after.seq ? &after : NULL,
        .column = id_is_none(asked->order) ? NULL : "order_number",
        .value = asked->order_number,
    };
    asked->rows = arena_array(&asked->work->arena, asked->size, sizeof *asked->rows);
    enum status status = STATUS_RECORDS_UNAVAILABLE;
    if (records)
        status = records->ops->each(records, RECORDS_LEDGER_ENTRY, &range, asked->job.min_seq, see,
                                    asked, why, sizeof why);
    if (status == STATUS_OK) {
        name_them(asked);
        return;
    }
    work_deny(asked->work, STATUS_RECORDS_UNAVAILABLE, NULL);
    work_refuse(asked->work);
}

/* ---- The loop ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *find_entries(struct work *work, const struct app *app)
{
    struct entries_asked *asked = work->made;
    const struct stadium *stadium = app_stadium(app);
    uint32_t only = STADIUM_NONE;
    stadium_events(stadium, &asked->events);
    if (!id_is_none(asked->event) && !work_own_event(work, app, asked->event, &asked->by, &only))
        return NULL;
    if (!id_is_none(asked->order)) {
        const struct order *order = stadium_order_find(stadium, asked->order);
        if (!order || (only != STADIUM_NONE && order->event != only) ||
            !stadium_is_organiser(stadium, order->event, &asked->by))
            return work_deny(work, STATUS_UNKNOWN_ORDER, "order_id");
        asked->order_number = stadium_order_index(stadium, order);
        only = order->event;
    }
    asked->theirs = arena_array(&work->arena, asked->events, sizeof *asked->theirs);
    for (uint32_t i = 0; i < asked->events; i++)
        asked->theirs[i] =
            only == STADIUM_NONE ? stadium_is_organiser(stadium, i, &asked->by) : i == only;
    return NULL;
}

static void ask_follower(struct work *work)
{
    struct entries_asked *asked = work->made;
    struct follower *follower = work->services->follower;
    asked->job.run = read_entries;
    asked->job.min_seq = work->request.seq;
    const enum status status =
        follower ? follower_ask(follower, &asked->job) : STATUS_RECORDS_UNAVAILABLE;
    if (status == STATUS_OK)
        return;
    work_deny(work, status, NULL);
    work_refuse(work);
}

/* ---- The handler ------------------------------------------------------------------------------
 */

static bool read_token(const struct check *check, const char *text,
                       struct ledger_entry_record *after)
{
    int size = 0;
    if (!text[0])
        return true;
    if (sscanf(text, "%" SCNu64 ".%" SCNu32 "%n", &after->seq, &after->position, &size) == 2 &&
        text[size] == 0 && after->seq)
        return true;
    return check_refuse(check, "page_token", "is none of ours; take next_page_token");
}

static bool read_request(const struct check *check, const Tifo__V1__ListEntriesRequest *input,
                         struct entries_asked *asked)
{
    asked->account = (uint32_t)input->account;
    asked->from_ms = input->from_ms;
    asked->before_ms = input->before_ms;
    asked->size = input->page_size == 0                  ? ENTRIES_PAGE
                  : input->page_size > ENTRIES_PAGE_MOST ? ENTRIES_PAGE_MOST
                                                         : input->page_size;
    if (asked->account > LEDGER_ACCOUNTS)
        return check_refuse(check, "account", "is %u; 1 to %d are accounts, 0 is all of them",
                            asked->account, LEDGER_ACCOUNTS);
    return (!input->event_id[0] || check_id(check, "event_id", input->event_id, &asked->event)) &&
           (!input->order_id[0] || check_id(check, "order_id", input->order_id, &asked->order)) &&
           read_token(check, input->page_token, &asked->after);
}

void list_entries(struct rpc_call *call, void *ctx)
{
    struct work *work = work_begin(call, ctx, REQUEST_READ, find_entries);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct entries_asked *asked = rpc_alloc(call, sizeof *asked);
    *asked = (struct entries_asked){ .work = work };
    work->made = asked;
    work->deliver = ask_follower;
    work_post_if(work, read_request(&check, (const void *)rpc_request(call), asked) &&
                           work_actor(work, &asked->by));
}
