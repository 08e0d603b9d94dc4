#include "sim/sweep.h"

#include "sim/sweep_page.h"

#include "sim/memory.h"
#include "sim/output.h"
#include "sim/record.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUES_MOST = 200, SETTING = 120, PATH = 800, TEXT = 40 };

extern char **environ;

/* The values of one --set, as written. */
struct axis {
    char key[SETTING];
    char values[VALUES_MOST][TEXT];
    size_t count;
};

struct process {
    pid_t id; /* 0: none. */
    size_t run;
};

struct sweeping {
    const struct sweep_options *options;
    struct axis axes[SETTINGS_MOST];
    struct sweep_result result;
    struct output output;
    size_t jobs, done, failed;
    struct process *processes;
    char why[500];
};

static bool fail(struct sweeping *s, const char *set, const char *what)
{
    snprintf(s->why, sizeof s->why, "--set %.100s: %s", set, what);
    return false;
}

/* ---- Variants -------------------------------------------------------------------------------- */

static bool add_range(struct sweeping *s, struct axis *axis, const char *set, const char *text)
{
    char first[TEXT], *end;
    const char *dots = strstr(text, ".."), *second = dots + 2;
    double step = 1;
    snprintf(first, sizeof first, "%.*s", (int)(dots - text), text); /* "2." is a number, too. */
    double from = strtod(first, &end);
    if (end == first || *end != '\0')
        return fail(s, set, "is to be KEY=FROM..TO, KEY=FROM..TO:STEP or KEY=A,B,C");
    double to = strtod(second, &end);
    if (end != second && *end == ':')
        step = strtod(end + 1, &end);
    if (end == second || *end != '\0' || !(step > 0) || !(to >= from))
        return fail(s, set, "a range goes up from the first number to the second");
    for (size_t i = 0; from + step * (double)i <= to + step * 1e-9; i++) {
        if (axis->count == VALUES_MOST)
            return fail(s, set, "has more than 200 values");
        snprintf(axis->values[axis->count++], TEXT, "%.10g", from + step * (double)i);
    }
    return true;
}

static bool add_list(struct sweeping *s, struct axis *axis, const char *set, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        if (axis->count == VALUES_MOST || length == 0 || length >= TEXT)
            return fail(s, set, "is to be KEY=A,B,C with at most 200 numbers");
        snprintf(axis->values[axis->count++], TEXT, "%.*s", (int)length, text);
        text += length + (text[length] == ',');
    }
    return axis->count > 0 || fail(s, set, "has no values");
}

static bool read_axis(struct sweeping *s, size_t number)
{
    const char *set = s->options->sets[number], *equals = strchr(set, '=');
    struct axis *axis = &s->axes[number];
    if (equals == NULL || (size_t)(equals - set) >= sizeof axis->key - TEXT)
        return fail(s, set, "is to be KEY=VALUES");
    snprintf(axis->key, sizeof axis->key, "%.*s", (int)(equals - set), set);
    bool read = strstr(equals, "..") != NULL ? add_range(s, axis, set, equals + 1)
                                             : add_list(s, axis, set, equals + 1);
    for (size_t i = 0; i < axis->count && read; i++) {
        char one[SETTING + TEXT];
        snprintf(one, sizeof one, "%s=%s", axis->key, axis->values[i]);
        read = setting_apply(one, NULL, NULL, s->why, sizeof s->why);
    }
    return read;
}

/* Variant v's value on an axis: the last axis changes fastest. */
static const char *value_of(const struct sweeping *s, size_t variant, size_t axis)
{
    for (size_t a = s->options->set_count; a-- > axis + 1;)
        variant /= s->axes[a].count;
    return s->axes[axis].values[variant % s->axes[axis].count];
}

static bool make_variants(struct sweeping *s)
{
    struct sweep_result *r = &s->result;
    r->variant_count = 1;
    for (size_t a = 0; a < s->options->set_count; a++) {
        if (!read_axis(s, a))
            return false;
        r->variant_count *= s->axes[a].count;
        if (r->variant_count > SWEEP_VARIANTS_MOST)
            return fail(s, s->options->sets[a], "makes more than 500 variants");
    }
    r->seeds = (size_t)s->options->seeds;
    if (r->variant_count * r->seeds > SWEEP_RUNS_MOST) {
        snprintf(s->why, sizeof s->why, "%zu variants with %zu seeds are more than %d runs",
                 r->variant_count, r->seeds, SWEEP_RUNS_MOST);
        return false;
    }
    r->variants = memory_array(r->variant_count, sizeof *r->variants);
    for (size_t v = 0; v < r->variant_count; v++) {
        struct sweep_variant *variant = &r->variants[v];
        size_t used = 0;
        for (size_t a = 0; a < s->options->set_count && used < sizeof variant->name; a++)
            used += (size_t)snprintf(variant->name + used, sizeof variant->name - used, "%s%s=%s",
                                     a ? " " : "", s->axes[a].key, value_of(s, v, a));
        if (used == 0)
            strcpy(variant->name, "as it is");
        variant->x = s->options->set_count == 1 ? atof(value_of(s, v, 0)) : (double)v + 1;
        for (int f = 0; f < SWEEP_FIGURES; f++)
            variant->values[f] = memory_array(r->seeds, sizeof(double));
    }
    r->x_label = s->options->set_count == 1 ? s->axes[0].key : "variant";
    return true;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void run_folder(const struct sweeping *s, size_t run, char out[PATH])
{
    snprintf(out, PATH, "%.500s/runs/%zu-%zu", s->output.folder, run / s->result.seeds + 1,
             run % s->result.seeds + 1);
}

static bool start(struct sweeping *s, struct process *process, size_t run)
{
    char folder[PATH], seed[TEXT], settings[SETTINGS_MOST][SETTING + TEXT];
    char *arguments[16 + 2 * SETTINGS_MOST] = { "tifo-sim", "run",     (char *)s->options->scenario,
                                                "--out",    folder,    "--seed",
                                                seed,       "--quiet", "--record-every",
                                                "600" };
    size_t count = 10, variant = run / s->result.seeds;
    run_folder(s, run, folder);
    snprintf(seed, sizeof seed, "%zu", run % s->result.seeds + 1);
    if (s->options->venue != NULL) {
        arguments[count++] = "--venue";
        arguments[count++] = (char *)s->options->venue;
    }
    for (size_t a = 0; a < s->options->set_count; a++) {
        snprintf(settings[a], sizeof settings[a], "%s=%s", s->axes[a].key, value_of(s, variant, a));
        arguments[count++] = "--set";
        arguments[count++] = settings[a];
    }
    process->run = run;
    int code = posix_spawn(&process->id, "/proc/self/exe", NULL, NULL, arguments, environ);
    if (code == 0)
        return true;
    process->id = 0;
    snprintf(s->why, sizeof s->why, "a run cannot be started: %s", strerror(code));
    return false;
}

/* What a run leaves that nobody reads any more goes: a thousand of them are much. */
static void drop_trajectories(const char *folder)
{
    static const char *const names[] = { "trajectories.sqlite", "trajectories.tape" };
    char path[PATH + TEXT];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

static bool take(struct sweeping *s, size_t run)
{
    char folder[PATH], path[PATH + TEXT];
    struct record record;
    run_folder(s, run, folder);
    snprintf(path, sizeof path, "%s/run.json", folder);
    if (!record_read(path, &record, s->why, sizeof s->why))
        return false;
    double **values = s->result.variants[run / s->result.seeds].values;
    size_t seed = run % s->result.seeds;
    values[SWEEP_CLEARANCE][seed] = record.clearance_s;
    values[SWEEP_DENSITY][seed] = record.peak_density;
    values[SWEEP_GATE_WAIT][seed] = record.longest_gate_wait_s;
    values[SWEEP_WAITING][seed] = record.waiting_person_minutes;
    values[SWEEP_CROWDED][seed] = record.person_minutes_f;
    record_fini(&record);
    drop_trajectories(folder);
    return true;
}

/* One process that has ended. False: it failed, or somebody wants to stop. */
static bool wait_for_one(struct sweeping *s)
{
    int status;
    pid_t id = waitpid(-1, &status, 0);
    if (id < 0)
        return errno == EINTR && !*s->options->stop;
    for (size_t i = 0; i < s->jobs; i++) {
        if (s->processes[i].id != id)
            continue;
        s->processes[i].id = 0;
        s->done++;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            snprintf(s->why, sizeof s->why, "variant \"%s\", seed %zu: the run failed",
                     s->result.variants[s->processes[i].run / s->result.seeds].name,
                     s->processes[i].run % s->result.seeds + 1);
            return false;
        }
        return take(s, s->processes[i].run);
    }
    return true;
}

static void show(const struct sweeping *s, size_t runs)
{
    if (!s->options->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu runs\033[K%s", s->done, runs, s->done == runs ? "\n" : "");
}

static bool run_all(struct sweeping *s)
{
    size_t runs = s->result.variant_count * s->result.seeds, begun = 0;
    bool good = true;
    while (good && s->done < runs) {
        for (size_t i = 0; i < s->jobs && good && begun < runs; i++)
            if (s->processes[i].id == 0)
                good = start(s, &s->processes[i], begun++);
        show(s, runs);
        good = good && wait_for_one(s) && !*s->options->stop;
    }
    show(s, runs);
    for (size_t i = 0; i < s->jobs; i++)
        if (s->processes[i].id != 0) {
            kill(s->processes[i].id, SIGTERM);
            while (waitpid(s->processes[i].id, NULL, 0) < 0 && errno == EINTR)
                ;
        }
    return good;
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool write_results(struct sweeping *s)
{
    char path[OUTPUT_PATH];
    output_path(&s->output, "sweep.json", path);
    if (!sweep_json(&s->result, path, s->why, sizeof s->why))
        return false;
    output_path(&s->output, "sweep.html", path);
    if (!sweep_page(&s->result, path, s->why, sizeof s->why) ||
        !output_keep(&s->output, s->why, sizeof s->why))
        return false;
    return s->options->json == NULL ||
           sweep_json(&s->result, s->options->json, s->why, sizeof s->why);
}

static void fini(struct sweeping *s)
{
    output_drop(&s->output);
    for (size_t v = 0; v < s->result.variant_count && s->result.variants != NULL; v++)
        for (int f = 0; f < SWEEP_FIGURES; f++)
            free(s->result.variants[v].values[f]);
    free(s->result.variants);
    free(s->processes);
}

int sweep(const struct sweep_options *options)
{
    struct sweeping *s = memory_array(1, sizeof *s);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    s->options = options;
    s->result.scenario = options->scenario;
    s->jobs = options->jobs ? (size_t)options->jobs : cores > 0 ? (size_t)cores : 1;
    s->processes = memory_array(s->jobs, sizeof *s->processes);
    bool good = make_variants(s) && output_open(&s->output, options->out, s->why, sizeof s->why) &&
                run_all(s) && write_results(s);
    if (good && !options->quiet)
        sweep_table(&s->result, stdout);
    if (!good)
        fprintf(stderr, "tifo-sim: %s\n",
                *options->stop ? "stopped; no results were written" : s->why);
    fini(s);
    free(s);
    return good ? 0 : 1;
}
