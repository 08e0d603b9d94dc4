/*
 * tifod is killed again and again while people buy and go in. Whoever does not know what became of
 * a call sends it again under the same key. In the end all that was acknowledged is there, nothing
 * is there twice, and the records are what the journal says.
 *
 * TIFO_CRASHES says how often (default 8), TIFO_SEED who does what.
 */
#include "api/rpc/channel.h"
#include "tests/e2e/server/bench.h"
#include "tests/support/ground.h"
#include "tests/support/seed.h"
#include "tests/support/shell.h"

#include "server/base/prng.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z; doors are open. */
#define START_MS INT64_C(1778942460000)

enum {
    FANS = 4,
    SEATS = GROUND_BLOCKS * GROUND_BLOCK_SEATS,
    ACKS_BETWEEN = 60, /* Between two kills, at most. */
    LINE_BYTES = 160,
};

/* What was acknowledged, a line each: what must be found in the records. */
struct notes {
    char (*lines)[LINE_BYTES];
    uint32_t count, room;
};

struct stage;
struct fan {
    struct stage *stage;
    char name[16];
    struct prng prng;
    uint32_t keys; /* Drawn so far. */
    uint32_t generation;
    struct rpc_channel *channel;
    struct notes holds, orders, tickets, admissions;
    uint32_t replays; /* Answers that came from the journal. */
    pthread_t thread;
};

struct stage {
    struct bench *bench;
    char event[40];
    struct fan fans[FANS];
    atomic_uint_fast64_t answered_seq; /* The highest that anybody was told. */

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* Under the mutex: */
    uint32_t generation; /* Of the server. */
    char address[64];
    uint64_t acks;
    bool over;
};

static void note(struct notes *notes, const char *format, ...)
{
    if (notes->count == notes->room) {
        notes->room = notes->room ? 2 * notes->room : 64;
        notes->lines = realloc(notes->lines, notes->room * sizeof *notes->lines);
    }
    va_list args;
    va_start(args, format);
    vsnprintf(notes->lines[notes->count++], LINE_BYTES, format, args);
    va_end(args);
}

/* Of another thread than the test's: says what is wrong and ends all. */
static void must(bool truth, const char *what)
{
    if (truth)
        return;
    fprintf(stderr, "not true: %s\n", what);
    abort();
}

/* ---- Calls that are made until their outcome is known -----------------------------------------
 */

/* A channel to the server that lives; waits for another one if ours is dead. */
static void connect_fan(struct fan *fan, bool is_dead)
{
    struct stage *stage = fan->stage;
    pthread_mutex_lock(&stage->mutex);
    while (is_dead && fan->generation == stage->generation)
        pthread_cond_wait(&stage->changed, &stage->mutex);
    if (fan->generation != stage->generation) {
        rpc_channel_destroy(fan->channel);
        fan->channel = rpc_channel_create(stage->address);
        fan->generation = stage->generation;
    }
    pthread_mutex_unlock(&stage->mutex);
}

struct outcome {
    void *reply; /* NULL: refused for good. */
    char reason[40];
    bool replayed;
};

static bool is_replay(const struct rpc_status *status)
{
    return rpc_metadata_find(&status->trailer, "idempotent-replayed") != NULL;
}

/* One call under a key until there is an answer. `key` NULL: a read. */
static struct outcome insist(struct fan *fan, const ProtobufCServiceDescriptor *service,
                             const char *method, const void *request, const char *key)
{
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = fan->name },
                                                   { .key = "idempotency-key", .value = key } };
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = key ? 2 : 1,
                                                .timeout_ms = 20000 };
    for (;;) {
        struct outcome outcome = { 0 };
        struct rpc_status status = { 0 };
        ProtobufCMessage *reply = NULL;
        connect_fan(fan, false);
        const enum rpc_code code =
            rpc_unary(fan->channel, service, method, &options, request, &reply, &status);
        outcome.reply = reply;
        outcome.replayed = is_replay(&status);
        snprintf(outcome.reason, sizeof outcome.reason, "%s", status.reason ? status.reason : "");
        /* Ours says why it refuses; without that nobody knows what happened. */
        const bool known = code == RPC_OK || (status.reason && code != RPC_UNAVAILABLE);
        if (!known && code != RPC_UNAVAILABLE)
            fprintf(stderr, "%s: %s %s\n", method, rpc_code_name(code), status.message);
        rpc_status_fini(&status);
        if (known)
            return outcome;
        must(code == RPC_UNAVAILABLE, "a call that was not answered is UNAVAILABLE");
        connect_fan(fan, true);
    }
}

static uint64_t seq_of(const ProtobufCMessage *reply)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, "seq");
    return *(const uint64_t *)((const char *)reply + field->offset);
}

static bool same_bytes(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    const size_t size = protobuf_c_message_get_packed_size(a);
    bool same = protobuf_c_message_get_packed_size(b) == size;
    uint8_t *bytes = malloc(2 * size + 1);
    if (same) {
        protobuf_c_message_pack(a, bytes);
        protobuf_c_message_pack(b, bytes + size);
        same = memcmp(bytes, bytes + size, size) == 0;
    }
    free(bytes);
    return same;
}

static void acknowledged(struct stage *stage, uint64_t seq)
{
    uint64_t before = atomic_load(&stage->answered_seq);
    while (before < seq && !atomic_compare_exchange_weak(&stage->answered_seq, &before, seq))
        ;
    pthread_mutex_lock(&stage->mutex);
    stage->acks++;
    pthread_cond_broadcast(&stage->changed);
    pthread_mutex_unlock(&stage->mutex);
}

/* A write under a new key; now and then it is sent again although its outcome is known. */
static struct outcome write_once(struct fan *fan, const ProtobufCServiceDescriptor *service,
                                 const char *method, const void *request)
{
    char key[48];
    snprintf(key, sizeof key, "%s-%" PRIu32, fan->name, ++fan->keys);
    const uint64_t floor = atomic_load(&fan->stage->answered_seq);
    struct outcome first = insist(fan, service, method, request, key);
    fan->replays += first.replayed;
    must(!first.reply || seq_of(first.reply) > floor, "what was asked later has a higher seq");
    acknowledged(fan->stage, first.reply ? seq_of(first.reply) : 0);
    if (prng_below(&fan->prng, 5) == 0) {
        struct outcome again = insist(fan, service, method, request, key);
        must(again.replayed, "an answer that is known is replayed");
        must(strcmp(again.reason, first.reason) == 0, "a refusal stays what it was");
        must(!first.reply == !again.reply, "an answer stays what it was");
        must(!first.reply || same_bytes(first.reply, again.reply), "byte for byte");
        drop(again.reply);
    }
    return first;
}

/* ---- What fans do -----------------------------------------------------------------------------
 */

static Tifo__V1__HoldSeatsResponse *hold_some(struct fan *fan)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seats[3];
    seats[0] = (uint32_t)prng_below(&fan->prng, SEATS - 2);
    seats[1] = seats[0] + 1;
    seats[2] = seats[0] + 2;
    request.event_id = fan->stage->event;
    request.seats = seats;
    request.n_seats = 1 + prng_below(&fan->prng, 3);
    struct outcome outcome = write_once(fan, &tifo__v1__seats__descriptor, "HoldSeats", &request);
    Tifo__V1__HoldSeatsResponse *reply = outcome.reply;
    must(reply || strcmp(outcome.reason, "SEAT_TAKEN") == 0, "a hold is granted or its seat taken");
    for (size_t i = 0; reply && i < reply->hold->n_seats; i++)
        note(&fan->holds, "%s|%zu|%" PRIu32, reply->hold->hold_id, i, reply->hold->seats[i]);
    return reply;
}

static void release(struct fan *fan, const Tifo__V1__Hold *hold)
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    struct outcome outcome = write_once(fan, &tifo__v1__seats__descriptor, "ReleaseHold", &request);
    must(outcome.reply != NULL, "an own hold is released");
    drop(outcome.reply);
}

static void scan(struct fan *fan, const Tifo__V1__Ticket *ticket)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = ticket->code;
    request.gate = (uint32_t)prng_below(&fan->prng, GROUND_GATES);
    request.nonce = fan->keys + 1;
    struct outcome outcome =
        write_once(fan, &tifo__v1__tickets__descriptor, "ScanTicket", &request);
    Tifo__V1__ScanTicketResponse *reply = outcome.reply;
    must(reply && reply->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK, "a ticket lets in");
    note(&fan->admissions, "%s|ok|%" PRIu32, ticket->ticket_id, request.gate);
    drop(reply);
    /* Whoever comes after them with the same ticket stays out. */
    request.nonce = fan->keys + 1000000;
    outcome = write_once(fan, &tifo__v1__tickets__descriptor, "ScanTicket", &request);
    reply = outcome.reply;
    must(reply && reply->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED,
         "a ticket lets in once");
    note(&fan->admissions, "%s|already_redeemed|%" PRIu32, ticket->ticket_id, request.gate);
    drop(reply);
}

static void go_in(struct fan *fan, const Tifo__V1__Order *order)
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    request.order_id = order->order_id;
    struct outcome outcome =
        insist(fan, &tifo__v1__tickets__descriptor, "GetTickets", &request, NULL);
    Tifo__V1__GetTicketsResponse *reply = outcome.reply;
    must(reply && reply->n_tickets == order->n_ticket_ids, "who has paid has tickets");
    for (size_t i = 0; i < reply->n_tickets; i++) {
        must(strcmp(reply->tickets[i]->ticket_id, order->ticket_ids[i]) == 0, "the same tickets");
        note(&fan->tickets, "%s|%" PRIu32, order->ticket_ids[i], order->seats[i]);
        scan(fan, reply->tickets[i]);
    }
    drop(reply);
}

static void buy(struct fan *fan, const Tifo__V1__Hold *hold)
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.payment_token = "tok_ok";
    struct outcome outcome =
        write_once(fan, &tifo__v1__orders__descriptor, "ConfirmHold", &request);
    Tifo__V1__ConfirmHoldResponse *reply = outcome.reply;
    must(reply && reply->order->state == TIFO__V1__ORDER_STATE__ORDER_STATE_PAID,
         "what is held can be bought, and is paid at once");
    note(&fan->orders, "%s|%s", reply->order->order_id, hold->hold_id);
    go_in(fan, reply->order);
    drop(reply);
}

static bool is_over(struct stage *stage)
{
    pthread_mutex_lock(&stage->mutex);
    const bool over = stage->over;
    pthread_mutex_unlock(&stage->mutex);
    return over;
}

static void *act(void *ctx)
{
    struct fan *fan = ctx;
    while (!is_over(fan->stage)) {
        Tifo__V1__HoldSeatsResponse *held = hold_some(fan);
        if (held && prng_below(&fan->prng, 6) == 0)
            buy(fan, held->hold);
        else if (held && prng_below(&fan->prng, 20) > 0)
            release(fan, held->hold);
        drop(held);
    }
    return NULL;
}

/* ---- Before, meanwhile and after --------------------------------------------------------------
 */

static void open_sale(struct stage *stage)
{
    struct bench *b = stage->bench;
    Tifo__V1__AdvanceRequest advance = TIFO__V1__ADVANCE_REQUEST__INIT;
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *categories = &category;
    serve(b);
    import_ground(b);
    advance.to_ms = START_MS;
    drop(ask(b, &tifo__v1__clock__descriptor, "Advance", &advance, NULL));
    category.name = "Everywhere";
    category.price_minor = 2500;
    event.title = "Derby";
    event.currency = "EUR";
    event.starts_ms = START_MS + 3600 * 1000;
    event.ends_ms = START_MS + 3 * 3600 * 1000;
    event.n_categories = 1;
    event.categories = &categories;
    create.event = &event;
    Tifo__V1__CreateEventResponse *created =
        ask(b, &tifo__v1__events__descriptor, "CreateEvent", &create, NULL);
    assert_non_null(created);
    snprintf(stage->event, sizeof stage->event, "%s", created->event->event_id);
    publish.event_id = stage->event;
    void *published = ask(b, &tifo__v1__events__descriptor, "PublishEvent", &publish, NULL);
    assert_non_null(published);
    drop(published);
    drop(created);
}

/* The fans may go to the server that serves now. */
static void announce(struct stage *stage)
{
    pthread_mutex_lock(&stage->mutex);
    stage->generation++;
    snprintf(stage->address, sizeof stage->address, "%s", stage->bench->server.address);
    pthread_cond_broadcast(&stage->changed);
    pthread_mutex_unlock(&stage->mutex);
}

static void wait_for_acks(struct stage *stage, uint64_t more)
{
    pthread_mutex_lock(&stage->mutex);
    const uint64_t acks = stage->acks + more;
    while (stage->acks < acks)
        pthread_cond_wait(&stage->changed, &stage->mutex);
    pthread_mutex_unlock(&stage->mutex);
}

static void run_fans(struct stage *stage, uint64_t seed, int kills)
{
    struct prng prng = { seed };
    announce(stage);
    for (int i = 0; i < FANS; i++) {
        struct fan *fan = &stage->fans[i];
        fan->stage = stage;
        fan->prng.state = seed + 1 + (uint64_t)i;
        snprintf(fan->name, sizeof fan->name, "fan-%d", i);
        assert_int_equal(pthread_create(&fan->thread, NULL, act, fan), 0);
    }
    for (int i = 0; i < kills; i++) {
        wait_for_acks(stage, 1 + prng_below(&prng, ACKS_BETWEEN));
        assert_int_equal(end_server(stage->bench, SIGKILL), -1);
        serve(stage->bench);
        announce(stage);
    }
    wait_for_acks(stage, ACKS_BETWEEN);
    pthread_mutex_lock(&stage->mutex);
    stage->over = true;
    pthread_mutex_unlock(&stage->mutex);
    for (int i = 0; i < FANS; i++) {
        pthread_join(stage->fans[i].thread, NULL);
        rpc_channel_destroy(stage->fans[i].channel);
    }
}

/* The running server's digest, and that of its journal. */
static void check_digest(struct stage *stage)
{
    struct bench *b = stage->bench;
    char line[200], expected[64];
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *clock =
        ask(b, &tifo__v1__clock__descriptor, "GetClock", &request, NULL);
    assert_non_null(clock);
    snprintf(expected, sizeof expected, "%" PRIu64 " %016" PRIx64 " ", clock->seq, clock->digest);
    drop(clock);
    snprintf(line, sizeof line, "%s digest --data %s", TIFOD, b->data);
    assert_int_equal(shell(line), 0);
    assert_said(expected);
    assert_int_equal(end_server(b, SIGTERM), 0);
    assert_int_equal(shell(line), 0);
    assert_said(expected);
}

/* ---- The reckoning ----------------------------------------------------------------------------
 */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Lines of the query's rows, columns joined by '|', against what was noted: the same, each once. */
static void check_lines(sqlite3 *db, struct notes *notes, const char *what, const char *sql)
{
    sqlite3_stmt *query;
    struct notes there = { 0 };
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", what, sqlite3_errmsg(db));
    while (sqlite3_step(query) == SQLITE_ROW)
        note(&there, "%s", (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    qsort(there.lines, there.count, LINE_BYTES, compare_lines);
    qsort(notes->lines, notes->count, LINE_BYTES, compare_lines);
    for (uint32_t i = 0; i < there.count && i < notes->count; i++)
        if (strcmp(there.lines[i], notes->lines[i]) != 0)
            fail_msg("%s: %s was acknowledged, %s is there", what, notes->lines[i], there.lines[i]);
    if (there.count != notes->count)
        fail_msg("%s: %" PRIu32 " were acknowledged, %" PRIu32 " are there", what, notes->count,
                 there.count);
    free(there.lines);
}

static int64_t count_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    const int64_t count = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return count;
}

/* Everything that anybody was told, in one list. */
static void gather(struct notes *all, const struct notes *some)
{
    for (uint32_t i = 0; i < some->count; i++)
        note(all, "%s", some->lines[i]);
}

static void check_all(struct stage *stage)
{
    char path[128];
    sqlite3 *db;
    struct notes holds = { 0 }, orders = { 0 }, tickets = { 0 }, admissions = { 0 };
    for (int i = 0; i < FANS; i++) {
        gather(&holds, &stage->fans[i].holds);
        gather(&orders, &stage->fans[i].orders);
        gather(&tickets, &stage->fans[i].tickets);
        gather(&admissions, &stage->fans[i].admissions);
    }
    snprintf(path, sizeof path, "%s/records.db", stage->bench->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    check_lines(db, &holds, "holds",
                "SELECT hold_id || '|' || position || '|' || seat FROM hold_seat");
    check_lines(db, &orders, "orders",
                "SELECT id || '|' || hold_id FROM order_ WHERE state = 'paid'");
    check_lines(db, &tickets, "tickets", "SELECT id || '|' || seat FROM ticket");
    check_lines(db, &admissions, "admissions",
                "SELECT ticket_id || '|' || result || '|' || gate FROM admission");
    assert_int_equal(count_of(db, "SELECT count(*) FROM order_ WHERE state <> 'paid'"), 0);
    assert_int_equal(count_of(db, "SELECT count(*) - count(DISTINCT seat) FROM ticket"), 0);
    assert_int_equal(count_of(db, "SELECT count(*) FROM ticket WHERE state <> 'checked_in'"), 0);
    assert_int_equal(count_of(db, "SELECT count(*) FROM payment WHERE outcome <> 'done'"), 0);
    assert_int_equal(count_of(db, "SELECT count(*) FROM seat WHERE state = 'sold'"), tickets.count);
    assert_true(holds.count > 0 && orders.count > 0);
    print_message("%" PRIu32 " seats held, %" PRIu32 " orders, %" PRIu32 " tickets\n", holds.count,
                  orders.count, tickets.count);
    sqlite3_close(db);
    free(holds.lines);
    free(orders.lines);
    free(tickets.lines);
    free(admissions.lines);
}

static void killed_under_load_it_keeps_what_it_said(void **state)
{
    const char *given = getenv("TIFO_CRASHES");
    const int kills = given ? atoi(given) : 8;
    struct stage stage = { .bench = *state };
    uint32_t replays = 0;
    pthread_mutex_init(&stage.mutex, NULL);
    pthread_cond_init(&stage.changed, NULL);
    open_sale(&stage);
    run_fans(&stage, test_seed(), kills);
    check_digest(&stage);
    check_records(stage.bench);
    check_all(&stage);
    for (int i = 0; i < FANS; i++) {
        struct fan *fan = &stage.fans[i];
        replays += fan->replays;
        free(fan->holds.lines);
        free(fan->orders.lines);
        free(fan->tickets.lines);
        free(fan->admissions.lines);
    }
    print_message("%d kills, %" PRIu32 " outcomes were unknown and had happened\n", kills, replays);
    pthread_cond_destroy(&stage.changed);
    pthread_mutex_destroy(&stage.mutex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_under_load_it_keeps_what_it_said, set_up, tear_down),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
