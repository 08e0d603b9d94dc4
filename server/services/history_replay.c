/*
 * History.Replay: a session reads ahead of its clock by one row at most.
 *
 *   asked -> placed -> (pictures: brought up to from_ms) -> playing: send, wait for the client to
 *   take it, wait for the time of the next row -> over
 *
 * A session has its call while it is on the historian's thread; once it has sent, the call is the
 * handler's until the message is taken, which wakes the session.
 */
#include "server/services/history.h"
#include "server/services/work.h"
#include "server/wire/check.h"
#include "server/wire/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_FACTS = 500,
    MESSAGE_BYTES = 256 << 10,
    MESSAGE_ROWS = 5000, /* Looked at for a message, and in one part. */
    MESSAGE_GAP_MS = 20, /* Between two messages, unless it is as fast as may be. */
    PICTURE_STEP_MS = 250,
    LOOK_MS = 1000, /* Whether the client is still there. */
    SPEED_MAX_MILLI = 1000000,
    PICTURES = 4, /* Each has a stadium of its own. */
};

struct session {
    struct history_task task; /* First. */
    struct rpc_call *call;
    struct services *services;
    struct history_kinds kinds;
    int64_t from_ms, to_ms;
    uint64_t after_seq;
    uint32_t speed_milli;

    bool placed, over;
    uint64_t next_seq, end_seq;  /* The row that comes next; the last one. */
    uint64_t told_seq;           /* Messages have covered up to here. */
    int64_t begun_ms, origin_ms; /* Machine time and stadium time of the beginning. */
    int64_t limit_ms;            /* Rows up to here are due. */
    int64_t next_ms;             /* Time of the next row, when it was not due. */
    int64_t reached_ms;          /* Of the last row. */
    uint32_t rows;               /* Of this part. */
    size_t bytes;
    struct arena arena;
    Tifo__V1__HistoryFact **facts;
    size_t count;

    /* Pictures; NULL: facts. */
    struct live_filter *filter;
    struct stadium *stadium;
    struct live_rows *live;
    struct live_message message;
    bool broken, shown;
};

static void session_free(struct session *session)
{
    if (session->filter)
        atomic_fetch_sub(&session->services->pictures, 1);
    live_rows_destroy(session->live);
    live_message_fini(&session->message);
    stadium_destroy(session->stadium);
    free(session->filter);
    arena_fini(&session->arena);
    free(session);
}

static void session_end(struct history_task *task)
{
    struct session *session = (struct session *)task;
    /* One whose message is under way is the handler's: the server has drained, so there is none. */
    history_stop(session->call);
    session_free(session);
}

static int64_t finish(struct session *session)
{
    rpc_finish(session->call);
    session_free(session);
    return HISTORY_DONE;
}

static int64_t fail(struct session *session, const char *why)
{
    history_fail(session->call, why);
    session_free(session);
    return HISTORY_DONE;
}

/* ---- Time -------------------------------------------------------------------------------------
 */

static int64_t stadium_time(const struct session *session, int64_t now_ms)
{
    if (session->speed_milli == 0)
        return INT64_MAX;
    return session->origin_ms + (now_ms - session->begun_ms) * session->speed_milli / 1000;
}

static int64_t machine_time(const struct session *session, int64_t at_ms)
{
    const int64_t away_ms = at_ms - session->origin_ms;
    return session->begun_ms + (away_ms * 1000 + session->speed_milli - 1) / session->speed_milli;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

/* Not due yet: it waits for its time. */
static bool is_early(struct session *session, const struct journal_row *row)
{
    if (session->to_ms != 0 && row->time_ms >= session->to_ms) {
        session->over = true;
        return true;
    }
    session->next_ms = row->time_ms;
    return row->time_ms > session->limit_ms;
}

static bool take_fact(void *ctx, const struct journal_row *row)
{
    struct session *session = ctx;
    if (is_early(session, row))
        return false;
    session->next_seq = row->seq + 1;
    session->reached_ms = row->time_ms;
    if (history_wants(&session->kinds, row->kind)) {
        session->facts[session->count++] = history_fact(row, &session->arena);
        session->bytes += row->payload.size;
    }
    return ++session->rows < MESSAGE_ROWS && session->count < MESSAGE_FACTS &&
           session->bytes < MESSAGE_BYTES;
}

static bool take_into_stadium(void *ctx, const struct journal_row *row)
{
    struct session *session = ctx;
    struct fact fact;
    if (is_early(session, row))
        return false;
    arena_reset(&session->arena);
    if (!fact_decode(row->payload, &session->arena, &fact)) {
        session->broken = true;
        return false;
    }
    stadium_evolve(session->stadium, &fact);
    session->next_seq = row->seq + 1;
    session->reached_ms = row->time_ms;
    return ++session->rows < MESSAGE_ROWS;
}

/* ---- Messages ---------------------------------------------------------------------------------
 */

static int64_t send(struct session *session, Tifo__V1__ReplayResponse *message)
{
    message->from_seq = session->told_seq;
    message->to_seq = session->told_seq = session->next_seq - 1;
    message->at_ms = session->reached_ms;
    rpc_send(session->call, &message->base);
    return HISTORY_PARKED;
}

/* When there was nothing to send: for the next row's time, with a look at the client. */
static int64_t wait_for_next(const struct session *session, int64_t now_ms)
{
    if (session->rows == MESSAGE_ROWS)
        return now_ms;
    int64_t due_ms = machine_time(session, session->next_ms);
    if (due_ms < now_ms + MESSAGE_GAP_MS)
        due_ms = now_ms + MESSAGE_GAP_MS;
    return due_ms < now_ms + LOOK_MS ? due_ms : now_ms + LOOK_MS;
}

static bool is_over(const struct session *session)
{
    return session->over || session->next_seq > session->end_seq;
}

static int64_t play_facts(struct session *session, struct historian *historian, int64_t now_ms,
                          char *why)
{
    arena_reset(&session->arena);
    session->facts = arena_array(&session->arena, MESSAGE_FACTS, sizeof *session->facts);
    session->count = session->bytes = session->rows = 0;
    session->limit_ms = stadium_time(session, now_ms);
    if (!historian_read(historian, session->next_seq, session->end_seq, take_fact, session, why))
        return fail(session, why);
    const bool covers = session->next_seq - 1 > session->told_seq;
    if (session->count == 0 && !(is_over(session) && covers))
        return is_over(session) ? finish(session) : wait_for_next(session, now_ms);
    Tifo__V1__ReplayResponse message = TIFO__V1__REPLAY_RESPONSE__INIT;
    message.facts = session->facts;
    message.n_facts = session->count;
    return send(session, &message);
}

/* The rows of the stadium, as the live stream would say them: true if there is something to say. */
static bool look(struct session *session)
{
    if (!stadium_venue(session->stadium))
        return false;
    if (!session->live)
        session->live = live_rows_create(stadium_venue(session->stadium));
    live_rows_update(session->live, session->stadium, session->reached_ms,
                     app_driven(session->services->app));
    if (session->shown)
        return live_message_change(&session->message, session->live, session->filter,
                                   session->told_seq);
    live_message_whole(&session->message, session->live, session->filter, "");
    return session->shown = true;
}

static int64_t send_picture(struct session *session)
{
    Tifo__V1__ReplayResponse message = TIFO__V1__REPLAY_RESPONSE__INIT;
    arena_reset(&session->arena);
    ProtobufCAllocator allocator = history_allocator(&session->arena);
    message.picture = tifo__v1__watch_live_response__unpack(&allocator, session->message.size,
                                                            session->message.bytes);
    return send(session, &message);
}

/* One step of the picture's own clock, or a part of one. */
static int64_t play_picture(struct session *session, struct historian *historian, int64_t now_ms,
                            char *why)
{
    const uint32_t fast = session->speed_milli > 1000 ? session->speed_milli : 1000;
    const int64_t step_ms = (int64_t)PICTURE_STEP_MS * fast / 1000;
    const int64_t due_ms = stadium_time(session, now_ms);
    if (session->limit_ms > due_ms) {
        session->next_ms = session->limit_ms;
        session->rows = 0;
        return wait_for_next(session, now_ms);
    }
    session->rows = 0;
    if (!historian_read(historian, session->next_seq, session->end_seq, take_into_stadium, session,
                        why))
        return fail(session, why);
    if (session->broken)
        return fail(session, "the journal has a fact that this version does not know");
    if (session->rows == MESSAGE_ROWS)
        return now_ms; /* The step is not whole yet. */
    const bool speaks = look(session);
    if (is_over(session) && !speaks)
        return finish(session);
    /* Steps without a row are left out. */
    const int64_t behind_ms = session->next_ms - session->limit_ms;
    if (!is_over(session))
        session->limit_ms +=
            behind_ms > step_ms ? (behind_ms + step_ms - 1) / step_ms * step_ms : step_ms;
    return speaks ? send_picture(session) : now_ms;
}

/* ---- The session ------------------------------------------------------------------------------
 */

static bool note_time(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->time_ms;
    return false;
}

static bool place(struct session *session, struct historian *historian, int64_t now_ms, char *why)
{
    session->placed = true;
    session->end_seq = historian_durable_seq(historian);
    if (!historian_seek(historian, session->from_ms, session->end_seq, &session->next_seq, why))
        return false;
    if (session->next_seq <= session->after_seq)
        session->next_seq = session->after_seq + 1;
    session->told_seq = session->next_seq - 1;
    session->origin_ms = session->from_ms;
    /* A replay from the beginning does not wait for the first fact. */
    int64_t first_ms = session->from_ms;
    if (!historian_read(historian, session->next_seq, session->end_seq, note_time, &first_ms, why))
        return false;
    if (session->from_ms == 0 || session->after_seq != 0)
        session->origin_ms = first_ms;
    session->begun_ms = now_ms;
    if (session->filter) { /* What came before it is its first picture, from the beginning on. */
        session->limit_ms = session->origin_ms;
        session->next_seq = 1;
        session->told_seq = 0;
    }
    return true;
}

static int64_t session_run(struct history_task *task, struct historian *historian, int64_t now_ms)
{
    struct session *session = (struct session *)task;
    char why[JOURNAL_WHY_SIZE] = "";
    if (rpc_cancelled(session->call))
        return finish(session);
    if (!session->placed && !place(session, historian, now_ms, why))
        return fail(session, why);
    if (is_over(session) && (!session->filter || session->shown))
        return finish(session);
    return session->filter ? play_picture(session, historian, now_ms, why)
                           : play_facts(session, historian, now_ms, why);
}

/* False: refused. */
static bool read_picture(struct rpc_call *call, struct services *services,
                         const Tifo__V1__ReplayRequest *input, struct session *session)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    const struct live_shape shape = live_shape(intake_venue(app_intake(services->app)));
    if (input->n_kinds > 0 || input->after_seq != 0) {
        check_refuse(&check, input->n_kinds > 0 ? "kinds" : "after_seq",
                     "is for a replay of facts; leave it or the picture out");
        refuse_call(call, &refusal);
        return false;
    }
    struct live_filter *filter = base_alloc(live_filter_bytes(&shape));
    if (!live_filter_read(input->picture, &shape, filter, &refusal)) {
        free(filter);
        /* It is "filter" where the rows are checked. */
        const size_t length = sizeof "filter" - 1;
        struct refusal said = refusal;
        const size_t rest = strlen(refusal.field + length);
        const size_t room = sizeof said.field - sizeof "picture";
        memcpy(said.field, "picture", sizeof "picture" - 1);
        memcpy(said.field + sizeof "picture" - 1, refusal.field + length,
               rest < room ? rest + 1 : room);
        said.field[sizeof said.field - 1] = 0;
        refuse_call(call, &said);
        return false;
    }
    if (atomic_fetch_add(&services->pictures, 1) >= PICTURES) {
        atomic_fetch_sub(&services->pictures, 1);
        free(filter);
        refuse_call_with(call, STATUS_HISTORY_BUSY, "picture");
        return false;
    }
    const struct limits limits = limits_default();
    session->filter = filter;
    session->stadium = stadium_create(&limits);
    return true;
}

static struct session *session_create(struct rpc_call *call, struct services *services,
                                      const Tifo__V1__ReplayRequest *input)
{
    struct session *session = base_alloc(sizeof *session);
    *session = (struct session){ .task = { .run = session_run, .end = session_end },
                                 .call = call,
                                 .services = services,
                                 .from_ms = input->from_ms,
                                 .to_ms = input->to_ms,
                                 .after_seq = input->after_seq,
                                 .speed_milli = input->speed_milli };
    return session;
}

void replay(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReplayRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    struct history_kinds kinds;
    if (!input) { /* What was sent is taken, or its client is gone. */
        historian_wake(services->historian, *rpc_slot(call));
        return;
    }
    if (!history_begin(call, services, input->venue_id, input->kinds, input->n_kinds, &kinds) ||
        !history_check_times(call, input->from_ms, input->to_ms))
        return;
    if (input->speed_milli > SPEED_MAX_MILLI) {
        check_refuse(&check, "speed_milli", "is %u; up to %d is possible, 0 is without waiting",
                     input->speed_milli, SPEED_MAX_MILLI);
        refuse_call(call, &refusal);
        return;
    }
    struct session *session = session_create(call, services, input);
    session->kinds = kinds;
    if (input->picture && !read_picture(call, services, input, session)) {
        free(session);
        return;
    }
    *rpc_slot(call) = session;
    if (!history_add(call, services, &session->task))
        session_free(session);
}
