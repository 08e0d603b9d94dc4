/*
 * The log: one line an event, for people and for grep.
 *
 *     2026-05-16T14:41:00.250Z info listening address=127.0.0.1:7040 pid=71
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdio.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_QUIET };

struct log {
    FILE *out;            /* Stays the caller's. */
    enum log_level level; /* Lower ones are dropped. */
};

/* `event` is one word or words-with-dashes; `format` (may be "") gives key=value pairs. A line
 * break in a value becomes a space. One write a line, so threads do not mix theirs. */
void log_write(const struct log *log, enum log_level level, const char *event, const char *format,
               ...) __attribute__((format(printf, 4, 5)));
/* The level of a name ("debug", "info", "warning", "error", "quiet"), or -1. */
int log_level_find(const char *name);

#endif
