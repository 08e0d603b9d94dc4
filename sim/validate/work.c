#include "sim/validate/work.h"

#include "sim/figures.h"
#include "sim/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A running process, and the file that it leaves its figures in. */
struct process {
    pid_t id; /* 0: none */
    FILE *file;
    const struct task *task;
};

static struct trial *trial_of(const struct task *task)
{
    return &task->harvest->trials[task->number];
}

static double monotonic_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* In the process itself. */
static void run_trial(const struct task *task, FILE *file)
{
    struct trial *t = trial_of(task);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    for (int i = 0; i < TRIAL_FIGURES; i++)
        t->figures[i] = NAN;
    t->setup->run(t);
    bool whole = fwrite(t->figures, sizeof t->figures, 1, file) == 1 &&
                 fwrite(&t->dot_count, sizeof t->dot_count, 1, file) == 1 &&
                 (t->dot_count == 0 ||
                  fwrite(t->dots, sizeof *t->dots, t->dot_count, file) == t->dot_count) &&
                 fflush(file) == 0;
    _exit(whole ? 0 : 1);
}

static void read_trial(struct trial *t, FILE *file)
{
    uint32_t count;
    rewind(file);
    if (fread(t->figures, sizeof t->figures, 1, file) != 1 ||
        fread(&count, sizeof count, 1, file) != 1)
        return;
    t->dots = memory_array(count, sizeof *t->dots);
    t->dot_count = (uint32_t)fread(t->dots, sizeof *t->dots, count, file);
}

static bool start(struct process *process, const struct task *task)
{
    fflush(NULL); /* the child has a copy of what is not written yet */
    process->file = tmpfile();
    process->task = task;
    process->id = process->file != NULL ? fork() : -1;
    if (process->id == 0)
        run_trial(task, process->file);
    return process->id > 0;
}

static void finish(struct process *process, int status)
{
    struct trial *t = trial_of(process->task);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        read_trial(t, process->file);
    else
        for (int i = 0; i < TRIAL_FIGURES; i++)
            t->figures[i] = NAN;
    fclose(process->file);
    process->id = 0;
}

static void end_all(struct process *processes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (processes[i].id > 0)
            kill(processes[i].id, SIGTERM);
    for (uint32_t i = 0; i < count; i++)
        if (processes[i].id > 0) {
            while (waitpid(processes[i].id, NULL, 0) < 0 && errno == EINTR)
                ;
            fclose(processes[i].file);
        }
}

/* One line that is written over and over; in a file, one for each twentieth. */
static void show(const struct work *work, uint32_t done, const char *name, double began_s)
{
    char left[FIGURE];
    uint32_t count = work->task_count;
    bool twentieth = done * 20ull / count != (done - 1) * 20ull / count;
    if (work->progress == PROGRESS_NONE || (work->progress == PROGRESS_LINES && !twentieth))
        return;
    double elapsed_s = monotonic_s() - began_s;
    bool over = work->progress == PROGRESS_OVER;
    fprintf(stderr, "%s%u of %u trials  %s to go  %s%s", over ? "\r\033[K" : "", done, count,
            figure_time(left, elapsed_s / done * (count - done)), name, over ? "" : "\n");
}

/* Any one that has ended; NULL: stopped meanwhile. */
static struct process *await_one(const struct work *work, struct process *processes)
{
    for (;;) {
        int status;
        pid_t id = *work->stop ? -1 : waitpid(-1, &status, 0);
        if (id < 0 && (*work->stop || errno != EINTR))
            return NULL;
        for (uint32_t i = 0; id > 0 && i < work->jobs; i++)
            if (processes[i].id == id) {
                finish(&processes[i], status);
                return &processes[i];
            }
    }
}

bool work_do(const struct work *work, char *why, size_t why_size)
{
    struct process *processes = memory_array(work->jobs, sizeof *processes);
    uint32_t begun = 0, done = 0;
    double began_s = monotonic_s();
    struct process *free_one = processes;
    bool good = true;
    while (good && done < work->task_count) {
        if (begun < work->task_count && (begun - done) < work->jobs) {
            for (free_one = processes; free_one->id != 0;)
                free_one++;
            if (!start(free_one, &work->tasks[begun++])) {
                snprintf(why, why_size, "no process for a trial: %s", strerror(errno));
                good = false;
            }
            continue;
        }
        free_one = await_one(work, processes);
        if (free_one == NULL) {
            snprintf(why, why_size, "stopped; nothing was written");
            good = false;
            continue;
        }
        show(work, ++done, free_one->task->harvest->setup->name, began_s);
    }
    end_all(processes, work->jobs);
    if (work->progress == PROGRESS_OVER)
        fputs("\r\033[K", stderr);
    free(processes);
    return good;
}
