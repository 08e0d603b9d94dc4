/* History.Summarize: the journal, counted in windows of time. */
#include "server/services/history.h"
#include "server/services/work.h"
#include "server/wire/check.h"

#include <stdlib.h>

enum {
    WINDOW_S = 60,
    WINDOW_S_MIN = 10,
    WINDOW_S_MAX = 86400,
    WINDOWS_MAX = 1440,
    LOOKED_AT = 5000
};

struct window {
    int64_t from_ms;
    uint64_t facts, first_seq, gates_in, gates_out;
    uint32_t kinds[HISTORY_KINDS];
};

struct summary {
    struct history_task task; /* First. */
    struct rpc_call *call;
    int64_t from_ms, to_ms, window_ms;
    bool placed;
    uint64_t next_seq, last_seq, as_of_seq;
    struct window *now; /* The one that is being counted. */
    uint32_t looked_at;
    struct arena arena, scratch;
    Tifo__V1__SummaryWindow *windows[WINDOWS_MAX];
    size_t count;
    bool too_many;
};

static void summary_free(struct summary *summary)
{
    arena_fini(&summary->arena);
    arena_fini(&summary->scratch);
    free(summary->now);
    free(summary);
}

static void summary_end(struct history_task *task)
{
    struct summary *summary = (struct summary *)task;
    history_stop(summary->call);
    summary_free(summary);
}

static Tifo__V1__KindCount *kind_count(uint32_t kind, uint32_t count, struct arena *arena)
{
    Tifo__V1__KindCount *to = arena_alloc(arena, sizeof *to);
    tifo__v1__kind_count__init(to);
    to->kind = kind;
    to->count = count;
    return to;
}

/* The window is over: it becomes a message. */
static void close_window(struct summary *summary)
{
    struct window *from = summary->now;
    struct arena *arena = &summary->arena;
    if (from->facts == 0)
        return;
    Tifo__V1__SummaryWindow *to = arena_alloc(arena, sizeof *to);
    tifo__v1__summary_window__init(to);
    to->from_ms = from->from_ms;
    to->facts = from->facts;
    to->first_seq = from->first_seq;
    to->gates_in = from->gates_in;
    to->gates_out = from->gates_out;
    to->alarms_raised = from->kinds[FACT_ALARM_RAISED];
    to->tickets_admitted = from->kinds[FACT_TICKET_ADMITTED];
    to->orders_paid = from->kinds[FACT_ORDER_PAID];
    to->plans_adopted = from->kinds[FACT_PLAN_ADOPTED];
    for (uint32_t kind = 0; kind < HISTORY_KINDS; kind++)
        to->n_kinds += from->kinds[kind] > 0;
    to->kinds = arena_array(arena, to->n_kinds, sizeof *to->kinds);
    for (uint32_t kind = 0, i = 0; kind < HISTORY_KINDS; kind++)
        if (from->kinds[kind] > 0)
            to->kinds[i++] = kind_count(kind, from->kinds[kind], arena);
    summary->windows[summary->count++] = to;
    *from = (struct window){ 0 };
}

static void count_gates(struct summary *summary, const struct journal_row *row)
{
    struct fact fact;
    arena_reset(&summary->scratch);
    if (!fact_decode(row->payload, &summary->scratch, &fact))
        return; /* Recovery would have refused it. */
    const struct crowd_measured *measured = &fact.as.crowd_measured;
    for (uint32_t i = 0; i < measured->gate_in.count; i++)
        summary->now->gates_in += measured->gate_in.v[i];
    for (uint32_t i = 0; i < measured->gate_out.count; i++)
        summary->now->gates_out += measured->gate_out.v[i];
}

static bool take(void *ctx, const struct journal_row *row)
{
    struct summary *summary = ctx;
    const int64_t from_ms = row->time_ms - row->time_ms % summary->window_ms;
    if (from_ms != summary->now->from_ms)
        close_window(summary);
    if (summary->count == WINDOWS_MAX) {
        summary->too_many = true;
        return false;
    }
    struct window *now = summary->now;
    if (now->facts++ == 0) {
        now->from_ms = from_ms;
        now->first_seq = row->seq;
    }
    now->kinds[row->kind < HISTORY_KINDS ? row->kind : 0]++;
    if (row->kind == FACT_CROWD_MEASURED)
        count_gates(summary, row);
    summary->next_seq = row->seq + 1;
    return ++summary->looked_at % LOOKED_AT != 0;
}

static bool place(struct summary *summary, struct historian *historian, char *why)
{
    summary->placed = true;
    summary->as_of_seq = summary->last_seq = historian_durable_seq(historian);
    if (!historian_seek(historian, summary->from_ms, summary->as_of_seq, &summary->next_seq, why))
        return false;
    if (summary->to_ms == 0)
        return true;
    const bool found =
        historian_seek(historian, summary->to_ms, summary->as_of_seq, &summary->last_seq, why);
    summary->last_seq--;
    return found;
}

static void refuse_so_many(struct rpc_call *call)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    check_refuse(&check, "window_s",
                 "is so short that there are more than %d windows; give longer "
                 "ones, or less time",
                 WINDOWS_MAX);
    refuse_call(call, &refusal);
}

static int64_t answer(struct summary *summary)
{
    Tifo__V1__SummarizeResponse reply = TIFO__V1__SUMMARIZE_RESPONSE__INIT;
    if (!summary->too_many && summary->count < WINDOWS_MAX)
        close_window(summary);
    reply.windows = summary->windows;
    reply.n_windows = summary->count;
    reply.as_of_seq = summary->as_of_seq;
    if (summary->too_many)
        refuse_so_many(summary->call);
    else
        rpc_reply(summary->call, &reply.base);
    summary_free(summary);
    return HISTORY_DONE;
}

static int64_t summary_run(struct history_task *task, struct historian *historian, int64_t now_ms)
{
    struct summary *summary = (struct summary *)task;
    char why[JOURNAL_WHY_SIZE] = "";
    if ((!summary->placed && !place(summary, historian, why)) ||
        !historian_read(historian, summary->next_seq, summary->last_seq, take, summary, why)) {
        history_fail(summary->call, why);
        summary_free(summary);
        return HISTORY_DONE;
    }
    const bool over = summary->too_many || summary->next_seq > summary->last_seq;
    return over ? answer(summary) : now_ms;
}

void summarize(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SummarizeRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    struct history_kinds all;
    if (!history_begin(call, services, input->venue_id, NULL, 0, &all) ||
        !history_check_times(call, input->from_ms, input->to_ms))
        return;
    if (!call_is_operator(call, services)) {
        refuse_call_with(call, STATUS_NOT_OPERATOR, NULL);
        return;
    }
    const uint32_t window_s = input->window_s ? input->window_s : WINDOW_S;
    if (window_s < WINDOW_S_MIN || window_s > WINDOW_S_MAX) {
        check_refuse(&check, "window_s", "is %u; from %d to %d is possible, or 0 for %d", window_s,
                     WINDOW_S_MIN, WINDOW_S_MAX, WINDOW_S);
        refuse_call(call, &refusal);
        return;
    }
    struct summary *summary = base_alloc(sizeof *summary);
    summary->task = (struct history_task){ .run = summary_run, .end = summary_end };
    summary->call = call;
    summary->window_ms = (int64_t)window_s * 1000;
    summary->from_ms = input->from_ms - input->from_ms % summary->window_ms;
    summary->to_ms = input->to_ms;
    summary->now = base_alloc(sizeof *summary->now);
    if (!history_add(call, services, &summary->task))
        summary_free(summary);
}
