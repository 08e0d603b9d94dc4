#include "sim/runs.h"

#include "sim/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct process {
    pid_t id; /* 0: none. */
    size_t run;
};

struct pool {
    const struct runs *runs;
    struct process *processes;
    size_t jobs, done;
    char *why;
    size_t why_size;
};

static bool start(struct pool *pool, struct process *process, size_t run)
{
    struct run_request request = { .scenario = NULL };
    char seed[24];
    char *arguments[16 + 2 * SETTINGS_MOST];
    size_t count = 0;
    pool->runs->ask(pool->runs->ctx, run, &request);
    snprintf(seed, sizeof seed, "%" PRIu64, request.seed);
    char *const fixed[] = { "tifo-sim", "run",          (char *)request.scenario,
                            "--out",    request.folder, "--seed",
                            seed,       "--quiet",      "--record-every",
                            "600" };
    for (; count < sizeof fixed / sizeof fixed[0]; count++)
        arguments[count] = fixed[count];
    if (request.venue != NULL) {
        arguments[count++] = "--venue";
        arguments[count++] = (char *)request.venue;
    }
    if (request.parameters != NULL) {
        arguments[count++] = "--set-of-parameters";
        arguments[count++] = (char *)request.parameters;
    }
    for (size_t i = 0; i < request.setting_count; i++) {
        arguments[count++] = "--set";
        arguments[count++] = request.settings[i];
    }
    arguments[count] = NULL;
    process->run = run;
    int code = posix_spawn(&process->id, "/proc/self/exe", NULL, NULL, arguments, environ);
    if (code == 0)
        return true;
    process->id = 0;
    snprintf(pool->why, pool->why_size, "a run cannot be started: %s", strerror(code));
    return false;
}

static void drop_trajectories(const char *folder)
{
    static const char *const names[] = { "trajectories.sqlite", "trajectories.tape" };
    char path[RUNS_PATH + 40];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

static bool take(struct pool *pool, size_t run, int status)
{
    struct run_request request = { .scenario = NULL };
    pool->runs->ask(pool->runs->ctx, run, &request);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        size_t used =
            (size_t)snprintf(pool->why, pool->why_size, "the run with seed %" PRIu64, request.seed);
        for (size_t i = 0; i < request.setting_count && used < pool->why_size; i++)
            used += (size_t)snprintf(pool->why + used, pool->why_size - used, ", %s",
                                     request.settings[i]);
        if (used < pool->why_size)
            snprintf(pool->why + used, pool->why_size - used, " failed");
        return false;
    }
    bool good = pool->runs->take(pool->runs->ctx, run, request.folder, pool->why, pool->why_size);
    drop_trajectories(request.folder);
    return good;
}

/* One process that has ended. False: it failed, or somebody wants to stop. */
static bool wait_for_one(struct pool *pool)
{
    int status;
    pid_t id = waitpid(-1, &status, 0);
    if (id < 0)
        return errno == EINTR && !*pool->runs->stop;
    for (size_t i = 0; i < pool->jobs; i++)
        if (pool->processes[i].id == id) {
            pool->processes[i].id = 0;
            pool->done++;
            return take(pool, pool->processes[i].run, status);
        }
    return true;
}

static void show(const struct pool *pool)
{
    if (pool->runs->visible && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu runs\033[K%s", pool->done, pool->runs->count,
                pool->done == pool->runs->count ? "\n" : "");
}

static void end_all(struct pool *pool)
{
    for (size_t i = 0; i < pool->jobs; i++)
        if (pool->processes[i].id != 0) {
            kill(pool->processes[i].id, SIGTERM);
            while (waitpid(pool->processes[i].id, NULL, 0) < 0 && errno == EINTR)
                ;
        }
}

bool runs_do(const struct runs *runs, char *why, size_t why_size)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct pool pool = { .runs = runs, .why = why, .why_size = why_size };
    pool.jobs = runs->jobs ? runs->jobs : cores > 0 ? (size_t)cores : 1;
    pool.processes = memory_array(pool.jobs, sizeof *pool.processes);
    size_t begun = 0;
    bool good = true;
    while (good && pool.done < runs->count) {
        for (size_t i = 0; i < pool.jobs && good && begun < runs->count; i++)
            if (pool.processes[i].id == 0)
                good = start(&pool, &pool.processes[i], begun++);
        show(&pool);
        good = good && wait_for_one(&pool) && !*runs->stop;
    }
    show(&pool);
    end_all(&pool);
    free(pool.processes);
    return good;
}
