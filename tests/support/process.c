#include "tests/support/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 16 };

static void start(struct process *process, const char *program, const char *const *arguments)
{
    int ends[2];
    char *argv[ARGUMENTS_MAX + 2] = { (char *)program };
    for (size_t i = 0; arguments[i] && i < ARGUMENTS_MAX; i++)
        argv[i + 1] = (char *)arguments[i];
    if (pipe(ends) != 0 || (process->pid = fork()) < 0) {
        perror("process");
        abort();
    }
    if (process->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* A test that aborts leaves nobody behind. */
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(program, argv);
        _exit(127);
    }
    close(ends[1]);
    process->errors = ends[0];
}

/* Reads what it says, until `word` was said or it has ended. */
static bool listen_for(struct process *process, const char *word)
{
    size_t used = strlen(process->said);
    while (!word || !strstr(process->said, word)) {
        char dropped[256];
        const size_t room = sizeof process->said - 1 - used;
        const ssize_t got = read(process->errors, room ? process->said + used : dropped,
                                 room ? room : sizeof dropped);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        used += room ? (size_t)got : 0;
        process->said[used] = 0;
    }
    return true;
}

bool process_says(struct process *process, const char *word)
{
    return listen_for(process, word);
}

bool process_run(struct process *process, const char *program, const char *const *arguments,
                 const char *word)
{
    *process = (struct process){ 0 };
    start(process, program, arguments);
    return listen_for(process, word);
}

bool process_serve(struct process *process, const char *program, const char *const *arguments,
                   const char *port_file)
{
    if (!process_run(process, program, arguments, "serving"))
        return false;
    FILE *file = port_file ? fopen(port_file, "r") : NULL;
    if (file) {
        if (fgets(process->address, sizeof process->address, file))
            process->address[strcspn(process->address, "\n")] = 0;
        fclose(file);
    }
    return true;
}

int process_wait(struct process *process)
{
    int status = 0;
    listen_for(process, NULL);
    close(process->errors);
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
