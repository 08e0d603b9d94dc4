/* Texts of rows: kinds as words, and texts of facts. */
#ifndef RECORDS_WORDS_H
#define RECORDS_WORDS_H

#include "server/records/rows.h"

#include <stdio.h>
#include <string.h>

static inline void set_word(char out[WORD_BYTES + 1], const char *const *words, size_t count,
                            uint32_t kind)
{
    snprintf(out, WORD_BYTES + 1, "%s", kind < count ? words[kind] : "");
}
#define SET_WORD(out, words, kind) set_word(out, words, sizeof(words) / sizeof((words)[0]), kind)

/* Both are arrays of one size. */
#define SET_TEXT(out, from)                                                                        \
    do {                                                                                           \
        _Static_assert(sizeof(out) == sizeof(from), "the text fits");                              \
        memcpy(out, from, sizeof(out));                                                            \
    } while (0)

#endif
