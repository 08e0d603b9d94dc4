/* A tifod of its own process, on a free port. */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid;
    int errors;       /* The read end of its stderr. */
    char said[4096];  /* What it wrote there so far. */
    char address[64]; /* Of a server that serves. */
};

/* Runs `tifod` with arguments (NULL-ended, its name left out) and waits until it serves, or has
 * ended: then false, and process_wait() tells how. */
bool process_serve(struct process *process, const char *program, const char *const *arguments,
                   const char *port_file);
/* Runs any program, and waits until it has said `word` on its stderr; false: it has ended before.
 */
bool process_run(struct process *process, const char *program, const char *const *arguments,
                 const char *word);
/* Waits until it has said `word` on its stderr, since its start; false: it has ended before. */
bool process_says(struct process *process, const char *word);
/* Waits for its end; returns the exit code, or -1 when a signal ended it. Reads on in `said`. */
int process_wait(struct process *process);

#endif
