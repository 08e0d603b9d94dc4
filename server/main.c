/*
 * tifod: opens the adapters, wires them to the core, serves, and closes everything in reverse.
 */
#include "api/descriptors.h"
#include "api/rpc/tls.h"
#include "server/adapters/clock/clock.h"
#include "server/adapters/files/snapshots.h"
#include "server/adapters/ids/ids.h"
#include "server/adapters/payment/sandbox.h"
#include "server/adapters/planner/planner.h"
#include "server/adapters/sqlite/journal.h"
#include "server/adapters/sqlite/records.h"
#include "server/adapters/sqlite/telemetry_store.h"
#include "server/app/loop.h"
#include "server/app/recover.h"
#include "server/base/worker.h"
#include "server/history/historian.h"
#include "server/keeper.h"
#include "server/options.h"
#include "server/records/follower.h"
#include "server/render/wallet.h"
#include "server/sensing.h"
#include "server/services/services.h"
#include "server/wire/seat_plan.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A client that is gone without a word is found within two minutes; clients may look after us, too.
 */
enum { KEEPALIVE_MS = 60000, MIN_PING_MS = 10000 };
/* gRPC looks through all that is open in a queue for each message that is sent: many short queues.
 */
enum { STREAM_QUEUES = 64 };
enum { WHY_SIZE = 512, DRAIN_MS = 5000, LOW_PRIORITY = 10 };

struct tifod {
    struct options options;
    struct log log;
    struct limits limits;
    struct journal *journal;
    struct snapshots *snapshots;
    struct recovered recovered;
    struct stadium *stadium; /* Those of `recovered`. */
    struct keys *keys;
    struct keeper keeper;
    struct journal *reader; /* The follower's. */
    struct follower *follower;
    struct telemetry_store *telemetry;
    struct recorder *recorder;
    struct journal *past; /* The historian's. */
    struct historian *historian;
    struct clock *clock;
    struct planner *planner;
    struct payment_provider *payment;
    struct keyring *keyring;
    struct signer *signer, *renderer;
    struct wallet *wallet;
    struct loop *loop;
    struct app *app;
    struct sensing *sensing;
    struct services services;
    struct rpc_server *rpc;
    pthread_t drain;
    bool draining;
    char address[80];
    char why[WHY_SIZE];
};

static int say(const char *why, int code)
{
    fprintf(stderr, "tifod: %s\n", why);
    return code;
}

/* ---- What is kept ------------------------------------------------------------------------------
 */

static bool open_journal(struct tifod *d, bool read_only, struct journal **out)
{
    const char *data = d->options.data;
    if (!read_only && mkdir(data, 0700) != 0 && errno != EEXIST) {
        snprintf(d->why, sizeof d->why,
                 "cannot make the data directory %.120s: %s; make it, or give another --data", data,
                 strerror(errno));
        return false;
    }
    const struct sqlite_journal_options options = { .directory = data, .read_only = read_only };
    return sqlite_journal_open(&options, out, d->why, sizeof d->why) == STATUS_OK;
}

/* From the journal alone, or (quick) from the newest snapshot on. */
static bool open_stadium(struct tifod *d, bool read_only, bool quick)
{
    d->limits = limits_default();
    if (!open_journal(d, read_only, &d->journal))
        return false;
    d->snapshots = quick ? file_snapshots_open(d->options.data) : NULL;
    const enum status status = recover_from(d->journal, d->snapshots, &d->limits, &d->log,
                                            &d->recovered, d->why, sizeof d->why);
    d->stadium = d->recovered.stadium;
    d->keys = d->recovered.keys;
    return status == STATUS_OK;
}

static void close_stadium(struct tifod *d)
{
    keys_destroy(d->keys);
    stadium_destroy(d->stadium);
    if (d->snapshots)
        d->snapshots->ops->close(d->snapshots);
    if (d->journal)
        d->journal->ops->close(d->journal);
}

/* The journal has been opened, `durable_seq` is its last fact. */
static bool open_follower(struct tifod *d, uint64_t durable_seq, bool fresh)
{
    if (!open_journal(d, true, &d->reader))
        return false;
    d->follower =
        follower_create(&(struct follower_options){ .journal = d->reader,
                                                    .place = sqlite_records_place(d->options.data),
                                                    .log = &d->log,
                                                    .durable_seq = durable_seq,
                                                    .fresh = fresh });
    return true;
}

/* On this thread: what is durable by now is in the records, too, unless they are in trouble. */
static void finish_follower(struct tifod *d)
{
    if (!d->follower)
        return;
    follower_stop(d->follower);
    while (follower_step(d->follower))
        ;
}

static void close_follower(struct tifod *d)
{
    follower_destroy(d->follower);
    if (d->reader)
        d->reader->ops->close(d->reader);
}

static bool open_historian(struct tifod *d)
{
    if (!open_journal(d, true, &d->past))
        return false;
    d->historian = historian_create(
        &(struct historian_options){ .journal = d->past, .durable_seq = stadium_seq(d->stadium) });
    return true;
}

static void close_historian(struct tifod *d)
{
    historian_destroy(d->historian);
    if (d->past)
        d->past->ops->close(d->past);
}

static int rebuild_records(struct tifod *d)
{
    struct follower_stats stats = { 0 };
    /* Read and write: nobody else may serve from this directory meanwhile. */
    bool done = open_stadium(d, false, false) && open_follower(d, stadium_seq(d->stadium), true);
    if (done) {
        finish_follower(d);
        follower_stats(d->follower, &stats);
        done = stats.status == STATUS_OK;
        snprintf(d->why, sizeof d->why, "%.*s", (int)sizeof d->why - 1, stats.why);
    }
    if (done)
        printf("%" PRIu64 "\n", stats.applied_seq);
    close_follower(d);
    close_stadium(d);
    return done ? 0 : say(d->why, 1);
}

static void print_digest(const struct tifod *d)
{
    printf("%" PRIu64 " %016" PRIx64 " %" PRId64 "\n", stadium_seq(d->stadium),
           stadium_digest(d->stadium), stadium_now_ms(d->stadium));
}

static int digest(struct tifod *d)
{
    const bool opened = open_stadium(d, true, false);
    if (opened)
        print_digest(d);
    close_stadium(d);
    return opened ? 0 : say(d->why, 1);
}

/* Beside a server that runs, too: it is not disturbed more than can be helped. */
static int snapshot(struct tifod *d)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* A server that is killed leaves none behind. */
    worker_make_way(LOW_PRIORITY);
    const bool kept =
        open_stadium(d, true, true) &&
        recovered_keep(&d->recovered, d->snapshots, d->why, sizeof d->why) == STATUS_OK;
    if (kept)
        print_digest(d);
    close_stadium(d);
    return kept ? 0 : say(d->why, 1);
}

static int new_key(struct tifod *d)
{
    uint32_t id;
    if (!keyring_renew(d->options.data, &id, d->why, sizeof d->why))
        return say(d->why, 1);
    printf("key %" PRIu32 " is made; a tifod that is started from now on signs with it\n", id);
    return 0;
}

/* ---- Serving -----------------------------------------------------------------------------------
 */

/* Certificates have changed; on a thread of gRPC. */
static void tls_reloaded(void *ctx, const char *why)
{
    const struct tifod *d = ctx;
    if (why)
        log_write(&d->log, LOG_WARNING, "certificates-kept", "why=%s", why);
    else
        log_write(&d->log, LOG_INFO, "certificates-reloaded", "file=%s", d->options.tls_cert);
}

static void durable(void *ctx, uint64_t seq)
{
    struct tifod *d = ctx;
    follower_durable(d->follower, seq);
    keeper_durable(&d->keeper, seq);
    historian_durable(d->historian, seq);
}

static void readings_durable(void *ctx, uint64_t mark)
{
    struct tifod *d = ctx;
    sensing_durable(d->sensing, mark);
}

/* The recorder's thread. */
static void take_series(void *ctx, struct arena *arena, struct series_bucket **buckets,
                        uint32_t *count, uint64_t *dropped)
{
    const struct tifod *d = ctx;
    struct series_taken taken;
    intake_take_series(app_intake(d->app), arena, &taken);
    *buckets = taken.buckets;
    *count = taken.count;
    *dropped = taken.dropped;
}

static int64_t stadium_time(void *ctx)
{
    const struct tifod *d = ctx;
    return app_now_ms(d->app);
}

/* After the app. Nothing waits for it: without its file it keeps in memory what it can. */
static bool open_recorder(struct tifod *d)
{
    d->telemetry = sqlite_telemetry_store_open(d->options.data, d->why, sizeof d->why);
    const bool kept = d->telemetry != NULL;
    if (!kept) {
        log_write(&d->log, LOG_WARNING, "telemetry-kept-in-memory", "why=%s", d->why);
        d->telemetry = sqlite_telemetry_store_open(NULL, d->why, sizeof d->why);
    }
    if (!d->telemetry)
        return false;
    d->recorder = recorder_create(
        &(struct recorder_options){ .store = d->telemetry,
                                    .log = &d->log,
                                    .take = take_series,
                                    .now_ms = stadium_time,
                                    .ctx = d,
                                    .standing = kept ? STATUS_OK : STATUS_RECORDS_UNAVAILABLE });
    if (recorder_start(d->recorder))
        return true;
    snprintf(d->why, sizeof d->why, "cannot start a thread; raise the limit of processes");
    return false;
}

static bool open_rpc(struct tifod *d)
{
    const struct rpc_tls tls = { .certificate.file = d->options.tls_cert,
                                 .key.file = d->options.tls_key,
                                 .ca.file = d->options.tls_client_ca,
                                 .reloaded = tls_reloaded,
                                 .ctx = d };
    const struct rpc_server_options options = { .address = d->options.listen,
                                                .tls = d->options.tls_cert ? &tls : NULL,
                                                .services = d->services.list,
                                                .interceptors = &d->services.interceptor,
                                                .interceptor_count = 1,
                                                .often = services_often,
                                                .keepalive_ms = KEEPALIVE_MS,
                                                .min_ping_ms = MIN_PING_MS,
                                                .stream_queues = STREAM_QUEUES,
                                                .descriptors = api_descriptors,
                                                .descriptors_size = api_descriptors_size };
    d->rpc = rpc_server_create(&options, d->why, sizeof d->why);
    if (!d->rpc)
        return false;
    const char *listen = d->options.listen;
    snprintf(d->address, sizeof d->address, "%.*s:%u", (int)(strrchr(listen, ':') - listen), listen,
             rpc_server_port(d->rpc));
    services_attach(&d->services, d->rpc);
    return true;
}

static bool open_all(struct tifod *d)
{
    if (d->options.sensors &&
        !(d->sensing = sensing_open(d->options.sensors, &d->log, d->why, sizeof d->why)))
        return false;
    if (d->options.wallet_cert &&
        !(d->wallet = wallet_open(d->options.wallet_cert, d->options.wallet_key, d->why,
                                  sizeof d->why)))
        return false;
    if (!open_stadium(d, false, true) ||
        !(d->keyring = keyring_open(d->options.data, stadium_order_count(d->stadium) > 0, d->why,
                                    sizeof d->why)) ||
        !(d->loop = loop_create(d->why, sizeof d->why)))
        return false;
    keeper_init(&d->keeper, d->options.data, &d->log, d->options.snapshot_facts,
                d->recovered.snapshot_seq);
    const int64_t now_ms = stadium_now_ms(d->stadium);
    d->clock = d->options.driven ? driven_clock_open(now_ms) : real_clock_open(now_ms);
    d->planner = d->options.by_threshold ? threshold_planner_open(true)
                                         : flow_planner_open(true, d->options.compliance_milli);
    d->payment = payment_sandbox_open();
    d->signer = signer_open(d->keyring, true);
    d->renderer = signer_open(d->keyring, true);
    if (!open_follower(d, stadium_seq(d->stadium), false))
        return false;
    if (!open_historian(d))
        return false;
    if (!follower_start(d->follower) || !historian_start(d->historian)) {
        snprintf(d->why, sizeof d->why, "cannot start a thread; raise the limit of processes");
        return false;
    }
    d->app =
        app_create(&(struct app_options){ .stadium = d->stadium,
                                          .keys = d->keys,
                                          .journal = d->journal,
                                          .clock = d->clock,
                                          .planner = d->planner,
                                          .payment = d->payment,
                                          .draw_ids = d->options.driven ? ids_driven : ids_random,
                                          .venue_there = seat_plan_attach,
                                          .log = &d->log,
                                          .sources_max = d->limits.sources,
                                          .keep_series = true,
                                          .durable = durable,
                                          .readings_durable = readings_durable,
                                          .durable_ctx = d,
                                          .answers_begin = rpc_cork,
                                          .answers_end = rpc_uncork,
                                          .wake = loop_wake,
                                          .monotonic_ms = loop_monotonic_ms,
                                          .ctx = d->loop });
    if (!open_recorder(d))
        return false;
    services_init(&d->services, &(struct services_options){ .app = d->app,
                                                            .version = TIFO_VERSION,
                                                            .payment = d->payment,
                                                            .signer = d->signer,
                                                            .renderer = d->renderer,
                                                            .wallet = d->wallet,
                                                            .follower = d->follower,
                                                            .recorder = d->recorder,
                                                            .historian = d->historian,
                                                            .look_sensors = sensing_look,
                                                            .sensors = d->sensing,
                                                            .operators = d->options.operators });
    return open_rpc(d);
}

/* Whole or not at all: whoever waits for the file never reads half an address. */
static bool write_port_file(struct tifod *d)
{
    const char *path = d->options.port_file;
    char part[4096];
    if (!path)
        return true;
    snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(part, "w");
    bool written = file && fprintf(file, "%s\n", d->address) > 0;
    if (file)
        written = fclose(file) == 0 && written;
    if (written && rename(part, path) == 0)
        return true;
    snprintf(d->why, sizeof d->why,
             "cannot write the port file %.120s: %s; give another "
             "--port-file",
             path, strerror(errno));
    unlink(part);
    return false;
}

/* Answers what is under way while the loop goes on, then ends the loop. */
static void *drain(void *ctx)
{
    struct tifod *d = ctx;
    rpc_server_set_serving(d->rpc, false);
    rpc_server_drain(d->rpc, DRAIN_MS);
    loop_stop(d->loop);
    return NULL;
}

static void on_end(void *ctx)
{
    struct tifod *d = ctx;
    log_write(&d->log, LOG_INFO, "draining", "grace_ms=%d", DRAIN_MS);
    d->draining = pthread_create(&d->drain, NULL, drain, d) == 0;
    if (!d->draining)
        loop_stop(d->loop);
}

static bool run(struct tifod *d)
{
    rpc_server_set_serving(d->rpc, true);
    if (!write_port_file(d))
        return false;
    if (d->sensing && !sensing_start(d->sensing, d->app, d->recorder)) {
        snprintf(d->why, sizeof d->why, "cannot start a thread; raise the limit of processes");
        return false;
    }
    const char *tls = d->options.tls_client_ca ? "mutual" : d->options.tls_cert ? "server" : "none";
    log_write(&d->log, LOG_INFO, "serving",
              "address=%s tls=%s data=%s clock=%s seq=%" PRIu64 " snapshot=%" PRIu64, d->address,
              tls, d->options.data, d->options.driven ? "driven" : "real", stadium_seq(d->stadium),
              d->recovered.snapshot_seq);
    loop_run(d->loop, d->app, on_end, d);
    if (d->draining)
        pthread_join(d->drain, NULL);
    return true;
}

static bool close_all(struct tifod *d)
{
    bool fine = true;
    /* Done already, unless the start failed half-way: no call may come after the app's last turn.
     */
    if (d->rpc)
        rpc_server_drain(d->rpc, 0);
    sensing_stop(d->sensing);
    if (d->planner)
        d->planner->ops->close(d->planner);
    if (d->payment)
        d->payment->ops->close(d->payment);
    if (d->app && !app_finish(d->app)) {
        snprintf(d->why, sizeof d->why, "%s", app_failure(d->app));
        fine = false;
    }
    sensing_close(d->sensing); /* What has become durable is acknowledged. */
    recorder_destroy(d->recorder);
    if (d->telemetry)
        d->telemetry->ops->close(d->telemetry);
    signer_close(d->renderer);
    signer_close(d->signer);
    close_historian(d);
    if (d->rpc)
        services_fini(&d->services);
    rpc_server_destroy(d->rpc);
    finish_follower(d);
    close_follower(d);
    keyring_close(d->keyring);
    wallet_close(d->wallet);
    keeper_fini(&d->keeper);
    if (d->snapshots)
        d->snapshots->ops->close(d->snapshots);
    if (d->journal)
        d->journal->ops->close(d->journal);
    app_destroy(d->app);
    if (d->clock)
        d->clock->ops->close(d->clock);
    loop_destroy(d->loop);
    keys_destroy(d->keys);
    stadium_destroy(d->stadium);
    return fine;
}

/* As many connections as the system lets us have: a listening socket of gRPC that once could not
 * accept for want of a descriptor accepts nothing ever after. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(struct tifod *d)
{
    raise_file_limit();
    signal(SIGPIPE, SIG_IGN);
    bool fine = open_all(d) && run(d);
    /* The first thing that went wrong is the one to tell. */
    char first[WHY_SIZE];
    memcpy(first, d->why, sizeof first);
    const bool closed = close_all(d);
    if (!fine)
        return say(first, 1);
    if (!closed)
        return say(d->why, 1);
    log_write(&d->log, LOG_INFO, "ended", "exit=%d", 0);
    return 0;
}

int main(int argc, char **argv)
{
    struct tifod d = { 0 };
    if (!options_parse(&d.options, argc, argv, d.why, sizeof d.why))
        return say(d.why, 2);
    d.log = (struct log){ stderr, (enum log_level)d.options.log_level };
    switch (d.options.program) {
    case PROGRAM_HELP:
        options_print_help();
        return 0;
    case PROGRAM_VERSION:
        printf("tifod %s\n", TIFO_VERSION);
        return 0;
    case PROGRAM_DIGEST:
        return digest(&d);
    case PROGRAM_SNAPSHOT:
        return snapshot(&d);
    case PROGRAM_NEW_KEY:
        return new_key(&d);
    case PROGRAM_RECORDS_REBUILD:
        return rebuild_records(&d);
    case PROGRAM_SERVE:
        break;
    }
    return serve(&d);
}
