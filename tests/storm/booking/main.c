/*
 * Storms over booking, each from a seed of its own, until the time is over or one finds something.
 *
 *   storm_booking [--seconds N] [--seeds N] [--calls N] [--planted]
 *
 * TIFO_SEED runs that seed alone; TIFO_LONG is 10,000 seeds. Every 25th runs on SQLite. `--planted`
 * is for servers with a planted bug: it must be found.
 */
#include "tests/storm/booking/storm.h"
#include "tests/support/seed.h"

#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SQLITE_EVERY = 25, LONG_SEEDS = 10000 };

struct arguments {
    double seconds;
    uint64_t seeds;
    uint32_t calls;
    bool planted;
};

struct tally {
    uint64_t seeds, calls, accepted, refused, replayed, happened, lost, reads, messages, crashes;
};

static double now_s(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void count(struct tally *tally, const struct storm_outcome *outcome)
{
    const struct verdict *verdict = &outcome->verdict;
    tally->seeds++;
    tally->calls += outcome->calls;
    tally->crashes += outcome->crashes;
    tally->accepted += verdict->accepted;
    tally->refused += verdict->refused;
    tally->replayed += verdict->replayed;
    tally->happened += verdict->happened;
    tally->lost += verdict->lost;
    tally->reads += verdict->reads;
    tally->messages += verdict->messages;
}

static bool run(uint64_t seed, const struct arguments *arguments, bool on_disk, struct tally *tally)
{
    char directory[] = "/tmp/tifo-storm-XXXXXX", remove[64];
    struct storm_outcome outcome = { 0 };
    struct storm_options options = { .seed = seed, .calls = arguments->calls };
    if (on_disk) {
        options.directory = mkdtemp(directory);
        options.calls /= 4;
    }
    storm_run(&options, &outcome);
    if (on_disk) {
        snprintf(remove, sizeof remove, "rm -r %s", directory);
        if (system(remove) != 0)
            perror(directory);
    }
    count(tally, &outcome);
    if (!outcome.verdict.fine)
        fprintf(stderr, "TIFO_SEED=%" PRIu64 ": %s\n", seed, outcome.verdict.why);
    return outcome.verdict.fine;
}

/* In a process of its own: what is planted may end that. True: it was found. */
static bool is_found(uint64_t seed, const struct arguments *arguments)
{
    struct tally tally = { 0 };
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        _exit(run(seed, arguments, false, &tally) ? 0 : 1);
    waitpid(child, &status, 0);
    return status != 0;
}

static void report(const struct tally *t, double cpu_s)
{
    const double commands = (double)(t->accepted + t->refused);
    printf("%" PRIu64 " seeds, %" PRIu64 " crashes, %" PRIu64 " calls: %" PRIu64
           " commands accepted, %" PRIu64 " refused (%.0f %% accepted), %" PRIu64
           " replays, %" PRIu64 " reads, %" PRIu64 " messages of streams\n",
           t->seeds, t->crashes, t->calls, t->accepted, t->refused,
           commands > 0 ? 100 * (double)t->accepted / commands : 0, t->replayed, t->reads,
           t->messages);
    printf("of unknown outcomes %" PRIu64 " had happened and %" PRIu64 " had not\n", t->happened,
           t->lost);
    printf("%.0f commands a minute of one core\n", cpu_s > 0 ? commands / cpu_s * 60 : 0);
}

static bool read_arguments(int argc, char **argv, struct arguments *out)
{
    const bool is_long = getenv("TIFO_LONG") != NULL;
    *out = (struct arguments){ .seconds = 40, .seeds = UINT64_MAX, .calls = 3000 };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--planted") == 0)
            out->planted = true;
        else if (i + 1 == argc)
            return false;
        else if (strcmp(argv[i], "--seconds") == 0)
            out->seconds = atof(argv[++i]);
        else if (strcmp(argv[i], "--seeds") == 0)
            out->seeds = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--calls") == 0)
            out->calls = (uint32_t)atoi(argv[++i]);
        else
            return false;
    }
    if (is_long && !out->planted) {
        out->seeds = LONG_SEEDS;
        out->seconds = 1e9;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct tally tally = { 0 };
    if (!read_arguments(argc, argv, &arguments)) {
        fprintf(stderr, "storm_booking [--seconds N] [--seeds N] [--calls N] [--planted]\n");
        return 2;
    }
    const uint64_t first = test_seed();
    const bool only_one = getenv("TIFO_SEED") != NULL;
    const double end_s = now_s(CLOCK_MONOTONIC) + arguments.seconds;
    for (uint64_t i = 0; i < arguments.seeds && now_s(CLOCK_MONOTONIC) < end_s; i++) {
        if (arguments.planted
                ? is_found(first + i, &arguments)
                : !run(first + i, &arguments, i % SQLITE_EVERY == SQLITE_EVERY - 1, &tally))
            return arguments.planted ? 0 : 1;
        if (only_one)
            break;
    }
    if (arguments.planted)
        return fprintf(stderr, "the planted bug was not found\n"), 1;
    report(&tally, now_s(CLOCK_PROCESS_CPUTIME_ID));
    return 0;
}
