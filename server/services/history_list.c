/* History.ListFacts: pages of the journal. */
#include "server/services/history.h"
#include "server/services/work.h"
#include "server/wire/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PAGE_FACTS = 100,
    PAGE_FACTS_MAX = 500,
    PAGE_BYTES = 1 << 20,
    LOOKED_AT_MAX = 100000, /* For a page, */
    LOOKED_AT = 5000,       /* and in one part of the task. */
    BACKWARDS = 1000,       /* Rows at a time. */
};

struct fact_listing {
    struct history_task task; /* First. */
    struct rpc_call *call;
    struct services *services;
    struct history_kinds kinds;
    int64_t from_ms, to_ms;
    bool newest_first, placed;
    uint32_t size;
    uint64_t token;       /* The next row to be looked at; 0: the first page. */
    uint64_t first, last; /* What is still to be looked at, once `placed`. */
    uint64_t as_of_seq;
    uint32_t looked_at;
    size_t bytes;
    struct arena arena;
    Tifo__V1__HistoryFact **facts;
    size_t count;
    /* Rows of a stretch that is read forwards and told backwards. */
    Tifo__V1__HistoryFact **stretch;
    size_t stretch_count;
    size_t *stretch_bytes;
};

static void listing_free(struct fact_listing *listing)
{
    arena_fini(&listing->arena);
    free(listing);
}

static void listing_end(struct history_task *task)
{
    struct fact_listing *listing = (struct fact_listing *)task;
    history_stop(listing->call);
    listing_free(listing);
}

static bool is_full(const struct fact_listing *listing)
{
    return listing->count == listing->size || listing->bytes >= PAGE_BYTES ||
           listing->looked_at >= LOOKED_AT_MAX;
}

static bool is_over(const struct fact_listing *listing)
{
    return listing->first > listing->last;
}

static int64_t answer(struct fact_listing *listing)
{
    Tifo__V1__ListFactsResponse reply = TIFO__V1__LIST_FACTS_RESPONSE__INIT;
    char token[24];
    reply.facts = listing->facts;
    reply.n_facts = listing->count;
    reply.as_of_seq = listing->as_of_seq;
    if (!is_over(listing)) {
        snprintf(token, sizeof token, "%" PRIu64,
                 listing->newest_first ? listing->last : listing->first);
        reply.next_page_token = token;
    }
    rpc_reply(listing->call, &reply.base);
    listing_free(listing);
    return HISTORY_DONE;
}

static bool take_forwards(void *ctx, const struct journal_row *row)
{
    struct fact_listing *listing = ctx;
    listing->first = row->seq + 1;
    listing->looked_at++;
    if (history_wants(&listing->kinds, row->kind)) {
        listing->facts[listing->count++] = history_fact(row, &listing->arena);
        listing->bytes += row->payload.size;
    }
    return !is_full(listing) && listing->looked_at % LOOKED_AT != 0;
}

static bool take_stretch(void *ctx, const struct journal_row *row)
{
    struct fact_listing *listing = ctx;
    if (history_wants(&listing->kinds, row->kind)) {
        listing->stretch_bytes[listing->stretch_count] = row->payload.size;
        listing->stretch[listing->stretch_count++] = history_fact(row, &listing->arena);
    }
    return true;
}

static bool read_backwards(struct fact_listing *listing, struct historian *historian, char *why)
{
    const uint64_t last = listing->last;
    const uint64_t from = last >= BACKWARDS && last - BACKWARDS + 1 > listing->first
                              ? last - BACKWARDS + 1
                              : listing->first;
    listing->stretch_count = 0;
    if (!historian_read(historian, from, last, take_stretch, listing, why))
        return false;
    size_t i = listing->stretch_count;
    while (i > 0 && !is_full(listing)) {
        listing->bytes += listing->stretch_bytes[--i];
        listing->facts[listing->count++] = listing->stretch[i];
    }
    listing->looked_at += (uint32_t)(last - from + 1);
    /* What did not fit comes with the next page. */
    listing->last = i > 0 ? listing->stretch[i - 1]->seq : from - 1;
    return true;
}

/* Between which rows. */
static bool place(struct fact_listing *listing, struct historian *historian, char *why)
{
    listing->placed = true;
    listing->as_of_seq = historian_durable_seq(historian);
    listing->last = listing->as_of_seq;
    if (!historian_seek(historian, listing->from_ms, listing->as_of_seq, &listing->first, why))
        return false;
    if (listing->to_ms != 0) {
        if (!historian_seek(historian, listing->to_ms, listing->as_of_seq, &listing->last, why))
            return false;
        listing->last--;
    }
    if (listing->token && listing->newest_first && listing->token < listing->last)
        listing->last = listing->token;
    if (listing->token && !listing->newest_first && listing->token > listing->first)
        listing->first = listing->token;
    return true;
}

static int64_t listing_run(struct history_task *task, struct historian *historian, int64_t now_ms)
{
    struct fact_listing *listing = (struct fact_listing *)task;
    char why[JOURNAL_WHY_SIZE] = "";
    bool good = listing->placed || place(listing, historian, why);
    if (good && !is_over(listing) && !is_full(listing))
        good = listing->newest_first ? read_backwards(listing, historian, why)
                                     : historian_read(historian, listing->first, listing->last,
                                                      take_forwards, listing, why);
    if (!good) {
        history_fail(listing->call, why);
        listing_free(listing);
        return HISTORY_DONE;
    }
    return is_over(listing) || is_full(listing) ? answer(listing) : now_ms;
}

static bool read_token(struct rpc_call *call, const char *text, uint64_t *token)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    char *end;
    *token = 0;
    if (text[0] == 0)
        return true;
    *token = strtoull(text, &end, 10);
    if (text[0] >= '1' && text[0] <= '9' && *end == 0)
        return true;
    check_refuse(&check, "page_token", "is not one of ours; take next_page_token");
    refuse_call(call, &refusal);
    return false;
}

void list_facts(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListFactsRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct history_kinds kinds;
    uint64_t token;
    if (!history_begin(call, services, input->venue_id, input->kinds, input->n_kinds, &kinds) ||
        !history_check_times(call, input->from_ms, input->to_ms) ||
        !read_token(call, input->page_token, &token))
        return;
    struct fact_listing *listing = base_alloc(sizeof *listing);
    *listing = (struct fact_listing){ .task = { .run = listing_run, .end = listing_end },
                                      .call = call,
                                      .services = services,
                                      .kinds = kinds,
                                      .from_ms = input->from_ms,
                                      .to_ms = input->to_ms,
                                      .newest_first = input->newest_first,
                                      .size = input->page_size ? input->page_size : PAGE_FACTS,
                                      .token = token };
    if (listing->size > PAGE_FACTS_MAX)
        listing->size = PAGE_FACTS_MAX;
    listing->facts = arena_array(&listing->arena, listing->size, sizeof *listing->facts);
    if (listing->newest_first) {
        listing->stretch = arena_array(&listing->arena, BACKWARDS, sizeof *listing->stretch);
        listing->stretch_bytes =
            arena_array(&listing->arena, BACKWARDS, sizeof *listing->stretch_bytes);
    }
    if (!history_add(call, services, &listing->task))
        listing_free(listing);
}
