#include "sim/network/compare.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"
#include "sim/network/network.h"
#include "sim/output.h"
#include "sim/record.h"
#include "sim/runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A crowd that is as large as it is, smaller, and one that all take the nearest or the usual gate:
 * what a planner would ask for, and far enough apart to show where the network is wrong. */
static const char *const changes[] = { NULL, "occupancy=0.5", "people.nearest-gate=0",
                                       "people.nearest-gate=1" };
enum { CHANGES = sizeof changes / sizeof changes[0], SEEDS = 2 };

struct comparing {
    const struct calibrate_options *options;
    const struct capacities *capacities;
    char folder[64];
    double *network_s; /* By scenario and change. */
    double *bound_s;   /* The same. */
    double *engine_s;  /* By scenario, change and seed. */
    bool arrives[CALIBRATE_AGAINST];
    char *why;
    size_t why_size;
};

static void ask(void *ctx, size_t run, struct run_request *request)
{
    const struct comparing *c = ctx;
    const char *change = changes[run / SEEDS % CHANGES];
    request->scenario = c->options->against[run / SEEDS / CHANGES];
    request->parameters = c->options->parameters;
    request->seed = run % SEEDS + 1;
    snprintf(request->folder, sizeof request->folder, "%s/%zu", c->folder, run);
    if (change != NULL)
        snprintf(request->settings[request->setting_count++], RUNS_SETTING, "%s", change);
}

static void remove_run(const char *folder)
{
    static const char *const names[] = { "run.json", "series.csv", "trajectories.sqlite",
                                         "trajectories.tape" };
    char path[RUNS_PATH + 40];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    rmdir(folder);
}

static bool take(void *ctx, size_t run, const char *folder, char *why, size_t why_size)
{
    struct comparing *c = ctx;
    char path[RUNS_PATH + 40];
    struct record record;
    snprintf(path, sizeof path, "%s/run.json", folder);
    if (!record_read(path, &record, why, why_size))
        return false;
    c->engine_s[run] = record.clearance_s;
    record_fini(&record);
    remove_run(folder);
    return true;
}

static bool ask_network(struct comparing *c, size_t number)
{
    struct scenario scenario;
    const char *path = c->options->against[number];
    for (size_t i = 0; i < CHANGES; i++) {
        Tifo__V1__Venue *venue;
        struct tifo_problem problem;
        struct network_answer answer;
        if (!scenario_read(path, &scenario, c->why, c->why_size))
            return false;
        if (!tifo_venue_load(scenario.venue, &venue, &problem)) {
            tifo_problem_print(&problem, c->why, c->why_size);
            return false;
        }
        bool good =
            (changes[i] == NULL ||
             setting_apply(changes[i], &scenario, venue, c->why, c->why_size)) &&
            network_ask(&scenario, venue, c->capacities, false, &answer, c->why, c->why_size);
        tifo_venue_free(venue);
        if (!good)
            return false;
        c->arrives[number] = answer.arrives;
        c->network_s[number * CHANGES + i] = answer.clearance_s;
        c->bound_s[number * CHANGES + i] = answer.bound_s;
        network_answer_fini(&answer);
    }
    return true;
}

/* A variant in which the engine did not come to an end says nothing. */
static bool engine_mean(const struct comparing *c, size_t variant, double *mean_s)
{
    double sum = 0;
    for (size_t seed = 0; seed < SEEDS; seed++)
        sum += c->engine_s[variant * SEEDS + seed];
    *mean_s = sum / SEEDS;
    return isfinite(sum) && sum > 0;
}

/* A crowd that is sooner than the bound shows that capacities are measured too low. */
static bool bounds_hold(const struct comparing *c)
{
    for (size_t run = 0; run < c->options->against_count * CHANGES * SEEDS; run++) {
        double bound_s = c->bound_s[run / SEEDS];
        if (!isnan(bound_s) && c->engine_s[run] < bound_s) {
            snprintf(c->why, c->why_size,
                     "%s, %s, seed %zu: the engine clears in %.0f s, T*bound is %.0f s: measure "
                     "the elements again",
                     c->options->against[run / SEEDS / CHANGES],
                     changes[run / SEEDS % CHANGES] != NULL ? changes[run / SEEDS % CHANGES]
                                                            : "as it is",
                     run % SEEDS + 1, c->engine_s[run], bound_s);
            return false;
        }
    }
    return true;
}

static void sum_up(const struct comparing *c, bool arrives, struct capacities *out)
{
    struct capacity_error error = { .variants = 0 };
    snprintf(error.kind, sizeof error.kind, "%s", arrives ? "arrive" : "leave");
    for (size_t v = 0; v < c->options->against_count * CHANGES; v++) {
        double engine_s;
        if (c->arrives[v / CHANGES] != arrives || !engine_mean(c, v, &engine_s))
            continue;
        double off = c->network_s[v] / engine_s - 1;
        if (!c->options->quiet)
            printf("%-40s %-24s network %6.0f s, engine %6.0f s: %+.1f %%\n",
                   c->options->against[v / CHANGES],
                   changes[v % CHANGES] != NULL ? changes[v % CHANGES] : "as it is",
                   c->network_s[v], engine_s, off * 100);
        error.variants++;
        error.runs += SEEDS;
        error.bias += off;
        error.mean += fabs(off);
        error.worst = fmax(error.worst, fabs(off));
    }
    if (error.variants == 0)
        return;
    error.bias /= error.variants;
    error.mean /= error.variants;
    out->errors[out->error_count++] = error;
}

bool compare(const struct calibrate_options *options, struct capacities *capacities, char *why,
             size_t why_size)
{
    size_t variants = options->against_count * CHANGES;
    struct comparing c = { .options = options,
                           .capacities = capacities,
                           .folder = "/tmp/tifo-compare-XXXXXX",
                           .why = why,
                           .why_size = why_size };
    struct runs runs = { .count = variants * SEEDS,
                         .jobs = (size_t)options->jobs,
                         .visible = !options->quiet,
                         .stop = options->stop,
                         .ctx = &c,
                         .ask = ask,
                         .take = take };
    if (options->against_count == 0)
        return true;
    if (mkdtemp(c.folder) == NULL) {
        snprintf(why, why_size, "%s: cannot be made", c.folder);
        return false;
    }
    c.network_s = memory_array(variants, sizeof *c.network_s);
    c.bound_s = memory_array(variants, sizeof *c.bound_s);
    c.engine_s = memory_array(runs.count, sizeof *c.engine_s);
    bool good = true;
    for (size_t i = 0; i < options->against_count && good; i++)
        good = ask_network(&c, i);
    good = good && runs_do(&runs, why, why_size);
    for (size_t run = 0; run < runs.count; run++) {
        char folder[RUNS_PATH];
        snprintf(folder, sizeof folder, "%s/%zu", c.folder, run);
        remove_run(folder);
    }
    rmdir(c.folder);
    good = good && bounds_hold(&c);
    if (good) {
        sum_up(&c, false, capacities);
        sum_up(&c, true, capacities);
    }
    free(c.network_s);
    free(c.bound_s);
    free(c.engine_s);
    return good;
}
