/* tifod as a process: started, killed, asked to end, and told nonsense. */
#include "api/rpc/channel.h"
#include "tests/e2e/server/bench.h"
#include "tests/support/ground.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

enum { STEPS = 400, KILLS = 8 };

/* ---- Killed again and again --------------------------------------------------------------------
 */

/* A step of the match; false when the server is gone. */
static bool play(struct bench *b, uint64_t step)
{
    const int64_t at_ms = START_MS + 250 * (int64_t)step;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    uint32_t place[GROUND_PLACES], people[GROUND_PLACES];
    for (uint32_t i = 0; i < GROUND_PLACES; i++) {
        place[i] = i;
        people[i] = (uint32_t)((step * 31 + i * 57) % 900);
    }
    zones.n_place = zones.n_people = GROUND_PLACES;
    zones.place = place;
    zones.people = people;
    readings.source = "sim";
    readings.sequence = step;
    readings.at_ms = at_ms;
    readings.zones = &zones;
    request.readings = &readings;
    void *reply = ask(b, &tifo__v1__telemetry__descriptor, "Report", &request, NULL);
    if (!reply)
        return false;
    drop(reply);
    Tifo__V1__AdvanceRequest advance = TIFO__V1__ADVANCE_REQUEST__INIT;
    advance.to_ms = at_ms;
    reply = ask(b, &tifo__v1__clock__descriptor, "Advance", &advance, NULL);
    drop(reply);
    return reply != NULL;
}

static Tifo__V1__GetClockResponse *get_clock(struct bench *b)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    struct rpc_status status = { 0 };
    Tifo__V1__GetClockResponse *reply =
        ask(b, &tifo__v1__clock__descriptor, "GetClock", &request, &status);
    if (!reply)
        fail_msg("GetClock: %s", status.message);
    return reply;
}

/* Where to go on after a crash: the step of the last time that is durable. */
static uint64_t step_reached(struct bench *b)
{
    Tifo__V1__GetClockResponse *clock = get_clock(b);
    const int64_t now_ms = clock->now_ms;
    drop(clock);
    return now_ms > START_MS ? (uint64_t)((now_ms - START_MS) / 250) : 0;
}

struct killer {
    pid_t pid;
    long after_us;
};

static void *kill_later(void *ctx)
{
    const struct killer *killer = ctx;
    const struct timespec pause = { .tv_nsec = killer->after_us * 1000 };
    nanosleep(&pause, NULL);
    kill(killer->pid, SIGKILL);
    return NULL;
}

/* Plays until the server, which somebody kills at some time, is gone; returns the next step. */
static uint64_t play_until_killed(struct bench *b, uint64_t step, long after_us)
{
    struct killer killer = { b->server.pid, after_us };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, kill_later, &killer), 0);
    while (step <= STEPS && play(b, step))
        step++;
    pthread_join(thread, NULL);
    assert_int_equal(end_server(b, SIGKILL), -1);
    serve(b);
    /* The step at hand is repeated: what of it was taken is known as such. */
    step = step_reached(b);
    return step > 0 ? step : 1;
}

static uint64_t digest_of_a_match(struct bench *b, unsigned kills, unsigned seed)
{
    uint64_t step = 1;
    srand(seed);
    serve(b);
    import_ground(b);
    for (unsigned i = 0; i < kills; i++)
        step = play_until_killed(b, step, 1000 + rand() % 60000);
    for (; step <= STEPS; step++)
        assert_true(play(b, step));
    Tifo__V1__GetClockResponse *clock = get_clock(b);
    const uint64_t digest = clock->digest;
    assert_int_equal(clock->sources[0]->last_sequence, STEPS);
    drop(clock);
    assert_int_equal(end_server(b, SIGTERM), 0);
    check_records(b);
    return digest;
}

static void killed_and_started_again_it_reaches_the_same_digest(void **state)
{
    const char *env = getenv("TIFO_SEED");
    const unsigned seed = env ? (unsigned)strtoul(env, NULL, 10) : 7040;
    print_message("TIFO_SEED=%u\n", seed);
    struct bench *b = *state;
    const uint64_t killed = digest_of_a_match(b, KILLS, seed);
    void *other = NULL;
    assert_int_equal(set_up(&other), 0);
    const uint64_t untouched = digest_of_a_match(other, 0, seed);
    assert_int_equal(tear_down(&other), 0);
    assert_true(killed == untouched);
}

/* ---- Ending ------------------------------------------------------------------------------------
 */

struct watcher {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned frames;
    bool over;
    enum rpc_code code;
};

static void on_frame(void *ctx, const ProtobufCMessage *message)
{
    struct watcher *watcher = ctx;
    (void)message;
    pthread_mutex_lock(&watcher->mutex);
    watcher->frames++;
    pthread_cond_signal(&watcher->changed);
    pthread_mutex_unlock(&watcher->mutex);
}

static void on_over(void *ctx, const struct rpc_status *status)
{
    struct watcher *watcher = ctx;
    pthread_mutex_lock(&watcher->mutex);
    watcher->over = true;
    watcher->code = status->code;
    pthread_cond_signal(&watcher->changed);
    pthread_mutex_unlock(&watcher->mutex);
}

static void sigterm_ends_streams_and_the_process(void **state)
{
    struct bench *b = *state;
    struct watcher watcher = { .mutex = PTHREAD_MUTEX_INITIALIZER,
                               .changed = PTHREAD_COND_INITIALIZER };
    Tifo__V1__WatchCrowdRequest request = TIFO__V1__WATCH_CROWD_REQUEST__INIT;
    serve(b);
    import_ground(b);
    struct rpc_watch *watch =
        rpc_watch_start(b->channel, &tifo__v1__crowd__descriptor, "WatchCrowd", NULL, &request.base,
                        on_frame, on_over, &watcher);
    assert_non_null(watch);
    pthread_mutex_lock(&watcher.mutex);
    while (watcher.frames == 0 && !watcher.over)
        pthread_cond_wait(&watcher.changed, &watcher.mutex);
    pthread_mutex_unlock(&watcher.mutex);
    kill(b->server.pid, SIGTERM);
    assert_int_equal(process_wait(&b->server), 0);
    rpc_watch_destroy(watch);
    assert_true(watcher.over);
    assert_int_equal(watcher.code, RPC_UNAVAILABLE);
    rpc_channel_destroy(b->channel);
}

/* ---- What it refuses ---------------------------------------------------------------------------
 */

static void refused(const char *const *arguments, int code, const char *word, const char *other)
{
    struct process process;
    assert_false(process_serve(&process, TIFOD, arguments, NULL));
    assert_int_equal(process_wait(&process), code);
    if (strncmp(process.said, "tifod: ", 7) != 0 || !strstr(process.said, word) ||
        !strstr(process.said, other))
        fail_msg("tifod said: %s", process.said);
}

static void a_busy_port_and_used_data_are_told_apart(void **state)
{
    struct bench *b = *state;
    serve(b);
    char elsewhere[128];
    snprintf(elsewhere, sizeof elsewhere, "%s/other", b->folder);
    const char *const busy[] = { "--listen", b->server.address, "--data", elsewhere, NULL };
    refused(busy, 1, "cannot listen on 127.0.0.1:", "in use");
    const char *const locked[] = { "--listen", "127.0.0.1:0", "--data", b->data, NULL };
    refused(locked, 1, "another server uses", b->data);
    assert_int_equal(end_server(b, SIGINT), 0);
}

static void a_damaged_journal_is_not_served(void **state)
{
    struct bench *b = *state;
    serve(b);
    import_ground(b);
    assert_int_equal(end_server(b, SIGTERM), 0);
    char path[128];
    snprintf(path, sizeof path, "%s/journal.db", b->data);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 5000, SEEK_SET);
    static const char junk[3000] = { 1 };
    fwrite(junk, sizeof junk, 1, file);
    fclose(file);
    const char *const arguments[] = { "--listen", "127.0.0.1:0", "--data", b->data, NULL };
    refused(arguments, 1, "journal", "restore");
}

static void damage_snapshots(const struct bench *b)
{
    char command[256];
    snprintf(command, sizeof command,
             "for f in %s/snapshots/*.snapshot; do "
             "printf x | dd of=$f bs=1 seek=4000 conv=notrunc status=none || exit 1; done",
             b->data);
    assert_int_equal(system(command), 0);
}

static void it_starts_from_a_snapshot_if_that_is_whole(void **state)
{
    struct bench *b = *state;
    const char *const snapshot[] = { "snapshot", "--data", b->data, NULL };
    const char *const digest[] = { "digest", "--data", b->data, NULL };
    serve(b);
    import_ground(b);
    for (uint64_t step = 1; step <= 20; step++)
        assert_true(play(b, step));
    assert_int_equal(run_tifod(snapshot), 0); /* Beside it. */
    for (uint64_t step = 21; step <= 30; step++)
        assert_true(play(b, step));
    Tifo__V1__GetClockResponse *before = get_clock(b), *after;
    assert_int_equal(end_server(b, SIGKILL), -1);
    serve(b);
    assert_non_null(strstr(b->server.said, " snapshot="));
    assert_null(strstr(b->server.said, " snapshot=0"));
    after = get_clock(b);
    assert_true(after->digest == before->digest && after->seq == before->seq);
    drop(after);
    assert_int_equal(end_server(b, SIGTERM), 0);
    damage_snapshots(b);
    serve(b);
    assert_non_null(strstr(b->server.said, "snapshot-skipped"));
    assert_non_null(strstr(b->server.said, "a checksum is wrong"));
    assert_non_null(strstr(b->server.said, " snapshot=0"));
    after = get_clock(b);
    assert_true(after->digest == before->digest && after->seq == before->seq);
    drop(after);
    drop(before);
    assert_int_equal(run_tifod(digest), 0);
    assert_int_equal(end_server(b, SIGTERM), 0);
}

static void what_cannot_be_is_bad_usage(void **state)
{
    struct bench *b = *state;
    const char *const unknown[] = { "--frobnicate", NULL };
    refused(unknown, 2, "--frobnicate", "--help");
    const char *const open[] = { "--listen", "0.0.0.0:7040", "--data", b->data, NULL };
    refused(open, 2, "0.0.0.0:7040", "loopback");
    const char *const named[] = { "--listen", "127.example:7040", "--data", b->data, NULL };
    refused(named, 2, "127.example:7040", "loopback");
    const char *const half[] = { "--tls-cert", "some.pem", "--data", b->data, NULL };
    refused(half, 2, "--tls-cert", "--tls-key");
    const char *const no_ca[] = { "--listen",  "0.0.0.0:7040", "--tls-cert", "some.pem",
                                  "--tls-key", "some.key",     NULL };
    refused(no_ca, 2, "0.0.0.0:7040", "--tls-client-ca");
    const char *const ca_alone[] = { "--tls-client-ca", "ca.pem", NULL };
    refused(ca_alone, 2, "--tls-client-ca", "--tls-cert");
    const char *const driven[] = { "--listen",        "0.0.0.0:7040", "--tls-cert", "some.pem",
                                   "--tls-key",       "some.key",     "--clock",    "driven",
                                   "--tls-client-ca", "ca.pem",       NULL };
    refused(driven, 2, "--clock driven", "loopback");
    const char *const gone[] = { "--listen",   "127.0.0.1:0",
                                 "--tls-cert", "/nowhere/some.pem",
                                 "--tls-key",  "/nowhere/some.key",
                                 "--data",     b->data,
                                 NULL };
    refused(gone, 1, "certificate /nowhere/some.pem", "No such file");
    const char *const every[] = { "--snapshot-facts", "often", NULL };
    refused(every, 2, "often", "number of facts");
    const char *const all[] = { "--compliance", "70%", NULL };
    refused(all, 2, "70%", "0.001 to 1");
    const char *const clock[] = { "--clock", "sundial", NULL };
    refused(clock, 2, "sundial", "driven");
    const char *const nothing[] = { "--data", NULL };
    refused(nothing, 2, "--data", "value");
    char deep[128];
    snprintf(deep, sizeof deep, "%s/not/there", b->folder);
    const char *const missing[] = { "--listen", "127.0.0.1:0", "--data", deep, NULL };
    refused(missing, 1, deep, "data directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_and_started_again_it_reaches_the_same_digest, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(sigterm_ends_streams_and_the_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_busy_port_and_used_data_are_told_apart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_journal_is_not_served, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_starts_from_a_snapshot_if_that_is_whole, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_bad_usage, set_up, tear_down),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
