#include "server/base/log.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

static const char *const level_names[] = { "debug", "info", "warning", "error", "quiet" };

int log_level_find(const char *name)
{
    for (int level = LOG_DEBUG; level <= LOG_QUIET; level++) {
        if (strcmp(name, level_names[level]) == 0)
            return level;
    }
    return -1;
}

void log_write(const struct log *log, enum log_level level, const char *event, const char *format,
               ...)
{
    if (level < log->level || log->level == LOG_QUIET)
        return;
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char line[1024];
    size_t used = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &utc);
    used += (size_t)snprintf(line + used, sizeof(line) - used, ".%03ldZ %s %s ",
                             now.tv_nsec / 1000000, level_names[level], event);
    va_list args;
    va_start(args, format);
    if (used < sizeof(line))
        vsnprintf(line + used, sizeof(line) - used, format, args);
    va_end(args);
    for (char *p = line; *p; p++) {
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    }
    fprintf(log->out, "%s\n", line);
    fflush(log->out);
}
