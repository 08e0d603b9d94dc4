/* What must hold, in code that fuzzers run too: a sentence on stderr, and an abort. */
#ifndef TESTS_SUPPORT_MUST_H
#define TESTS_SUPPORT_MUST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define must_say(holds, ...)                                                                       \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static inline void must(bool holds, const char *what)
{
    must_say(holds, "not true: %s", what);
}

#endif
