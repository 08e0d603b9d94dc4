#include "server/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

void keeper_init(struct keeper *keeper, const char *data, const struct log *log, uint32_t every,
                 uint64_t seq)
{
    *keeper = (struct keeper){ data, log, every, seq + every, 0 };
}

/* 0, or errno. */
static int spawn(struct keeper *keeper)
{
    char *const arguments[] = { "tifod", "snapshot", "--data", (char *)keeper->data, NULL };
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    /* It says on stdout what it has kept; its log is ours. */
    error = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (!error)
        error = posix_spawn(&keeper->child, "/proc/self/exe", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        keeper->child = 0;
    return error;
}

/* Whether none runs any more. */
static bool child_is_over(struct keeper *keeper)
{
    int status = 0;
    if (keeper->child == 0)
        return true;
    const pid_t over = waitpid(keeper->child, &status, WNOHANG);
    if (over == 0)
        return false;
    if (over == keeper->child && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        log_write(keeper->log, LOG_WARNING, "snapshot-failed", "status=%d", status);
    keeper->child = 0;
    return true;
}

void keeper_durable(struct keeper *keeper, uint64_t seq)
{
    if (keeper->every == 0 || seq < keeper->next_seq || !child_is_over(keeper))
        return;
    const int error = spawn(keeper);
    if (error)
        log_write(keeper->log, LOG_WARNING, "snapshot-failed", "why=%s", strerror(error));
    else
        log_write(keeper->log, LOG_INFO, "snapshot-begun", "seq=%" PRIu64 " pid=%ld", seq,
                  (long)keeper->child);
    keeper->next_seq = seq + keeper->every;
}

void keeper_fini(struct keeper *keeper)
{
    if (child_is_over(keeper))
        return;
    kill(keeper->child, SIGTERM);
    while (waitpid(keeper->child, NULL, 0) < 0 && errno == EINTR)
        ;
    keeper->child = 0;
}
