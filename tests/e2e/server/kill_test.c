/*
 * tifod is killed again and again while people buy and go in; or its disk fails. After each end the
 * checker says whether what is in the journal explains all that anybody heard.
 *
 * TIFO_CRASHES says how often (default 8), TIFO_SEED who does what.
 */
#include "api/rpc/channel.h"
#include "server/adapters/sqlite/journal.h"
#include "server/app/recover.h"
#include "tests/e2e/server/bench.h"
#include "tests/e2e/server/fans.h"
#include "tests/storm/checker/check.h"
#include "tests/support/seed.h"
#include "tests/support/shell.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z; doors are open. */
#define START_MS INT64_C(1778942460000)

enum {
    FANS = 16,
    ACKS_BETWEEN = 160, /* Between two kills, at most. */
    NEW_EVENT_EVERY = 25,
    STEP_MS = 3000, /* Holds expire on the way. */
};

struct night {
    struct bench *bench;
    struct stage stage;
    int64_t now_ms;
    uint32_t starts;
    char watched[EVENT_ID];
    struct rpc_watch *watch;
    struct ticket_key keys[4];
    struct verdict verdict;
};

/* ---- Somebody who follows the seats, as long as the server lives -------------------------------
 */

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct night *night = ctx;
    struct stage *stage = &night->stage;
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    request.event_id = night->watched;
    pthread_mutex_lock(&stage->mutex);
    history_heard(&stage->history, night->starts, "/tifo.v1.Seats/WatchSeats", &request.base,
                  message);
    pthread_mutex_unlock(&stage->mutex);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx, (void)status;
}

static void follow(struct night *night)
{
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    snprintf(night->watched, sizeof night->watched, "%s", night->stage.event);
    request.event_id = night->watched;
    night->watch = rpc_watch_start(night->bench->channel, &tifo__v1__seats__descriptor,
                                   "WatchSeats", NULL, &request.base, on_message, on_end, night);
}

/* ---- A night with kills ------------------------------------------------------------------------
 */

static void start(struct night *night)
{
    struct bench *b = night->bench;
    Tifo__V1__AdvanceRequest advance = TIFO__V1__ADVANCE_REQUEST__INIT;
    serve(b);
    if (night->starts == 0)
        import_ground(b);
    night->now_ms += STEP_MS;
    advance.to_ms = night->now_ms;
    void *advanced = ask(b, &tifo__v1__clock__descriptor, "Advance", &advance, NULL);
    assert_non_null(advanced);
    drop(advanced);
    stage_announce(&night->stage, b->server.address);
    if (night->starts++ % NEW_EVENT_EVERY == 0)
        stage_sell(&night->stage, b->channel, START_MS + 24 * 3600 * INT64_C(1000));
    follow(night);
}

static void know_keys(struct night *night)
{
    Tifo__V1__ListSigningKeysRequest request = TIFO__V1__LIST_SIGNING_KEYS_REQUEST__INIT;
    Tifo__V1__ListSigningKeysResponse *reply =
        ask(night->bench, &tifo__v1__tickets__descriptor, "ListSigningKeys", &request, NULL);
    assert_non_null(reply);
    for (size_t i = 0; i < reply->n_keys && i < 4; i++) {
        night->keys[i].id = reply->keys[i]->key_id;
        memcpy(night->keys[i].public_key, reply->keys[i]->public_key.data, TICKET_PUBLIC_BYTES);
        night->stage.history.key_count = i + 1;
    }
    night->stage.history.keys = night->keys;
    drop(reply);
}

/* The server is gone; fans wait for another. */
static void judge(struct night *night)
{
    char why[JOURNAL_WHY_SIZE] = "";
    struct journal *journal = NULL;
    const struct sqlite_journal_options options = { .directory = night->bench->data,
                                                    .read_only = true };
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    if (sqlite_journal_open(&options, &journal, why, sizeof why) != STATUS_OK ||
        recover(journal, stadium, NULL, why, sizeof why) != STATUS_OK)
        fail_msg("%s", why);
    pthread_mutex_lock(&night->stage.mutex);
    check_history(&night->stage.history, journal, stadium, &night->verdict);
    pthread_mutex_unlock(&night->stage.mutex);
    if (!night->verdict.fine)
        fail_msg("start %u: %s", night->starts, night->verdict.why);
    journal->ops->close(journal);
    stadium_destroy(stadium);
}

/* 0: it ends by itself. */
static void expect_end(struct night *night, int signal_number, int code)
{
    if (signal_number) {
        rpc_watch_destroy(night->watch);
        night->watch = NULL;
    }
    assert_int_equal(end_server(night->bench, signal_number), code);
    judge(night);
}

/* The running server's digest, and that of its journal. */
static void check_digest(struct bench *b)
{
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

static void open_night(struct night *night, struct bench *bench, uint64_t seed)
{
    *night = (struct night){ .bench = bench, .now_ms = START_MS };
    stage_init(&night->stage);
    start(night);
    know_keys(night);
    fans_start(&night->stage, FANS, seed);
}

static void killed_under_load_it_keeps_what_it_said(void **state)
{
    const char *given = getenv("TIFO_CRASHES");
    const int kills = given ? atoi(given) : 8;
    const uint64_t seed = test_seed();
    struct prng prng = { seed };
    static struct night night;
    open_night(&night, *state, seed);
    for (int i = 0; i < kills; i++) {
        stage_wait(&night.stage, 1 + prng_below(&prng, ACKS_BETWEEN));
        expect_end(&night, SIGKILL, -1);
        const char *const snapshot[] = { "snapshot", "--data", night.bench->data, NULL };
        if (i % 2 == 0)
            assert_int_equal(run_tifod(snapshot), 0);
        start(&night);
    }
    stage_wait(&night.stage, ACKS_BETWEEN);
    fans_join(&night.stage);
    rpc_watch_destroy(night.watch);
    check_digest(night.bench);
    judge(&night);
    check_records(night.bench);
    const struct verdict *verdict = &night.verdict;
    print_message("%d kills: %u accepted, %u refused, %u replays, %u reads, %u messages of "
                  "streams; of unknown outcomes %u had happened and %u had not\n",
                  kills, verdict->accepted, verdict->refused, verdict->replayed, verdict->reads,
                  verdict->messages, verdict->happened, verdict->lost);
    assert_true(verdict->accepted > 0 && verdict->happened + verdict->lost > 0);
    stage_fini(&night.stage);
}

/* ---- A disk that fails -------------------------------------------------------------------------
 */

static void fail_disk(struct bench *b, const char *fault, const char *word)
{
    static struct night night;
    char file[128];
    snprintf(file, sizeof file, "%s/fault", b->folder);
    setenv("TIFO_FAULT", fault, 1);
    setenv("TIFO_FAULT_FILE", file, 1);
    setenv("LD_PRELOAD", FAILING_DISK, 1);
    open_night(&night, b, test_seed());
    unsetenv("LD_PRELOAD");
    stage_wait(&night.stage, ACKS_BETWEEN);
    fclose(fopen(file, "w"));
    expect_end(&night, 0, 1); /* It says why, and ends. */
    assert_non_null(strstr(b->server.said, word));
    rpc_watch_destroy(night.watch);
    start(&night);
    stage_wait(&night.stage, ACKS_BETWEEN);
    fans_join(&night.stage);
    expect_end(&night, SIGTERM, 0);
    assert_true(night.verdict.accepted > 0 && night.verdict.happened + night.verdict.lost > 0);
    stage_fini(&night.stage);
}

static void a_disk_that_does_not_sync_stops_it(void **state)
{
    fail_disk(*state, "fsync", "JOURNAL_FAILED");
}

static void a_file_that_does_not_sync_stops_it_though_its_log_does(void **state)
{
    fail_disk(*state, "checkpoint", "JOURNAL_FAILED");
}

static void a_full_disk_stops_it(void **state)
{
    fail_disk(*state, "full", "JOURNAL_FULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_under_load_it_keeps_what_it_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_disk_that_does_not_sync_stops_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_does_not_sync_stops_it_though_its_log_does,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_stops_it, set_up, tear_down),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
