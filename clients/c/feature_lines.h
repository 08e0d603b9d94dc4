/*
 * Where each feature starts in the text: the JSON library forgets it, people who mend files need
 * it.
 */
#ifndef CLIENTS_C_FEATURE_LINES_H
#define CLIENTS_C_FEATURE_LINES_H

#include <stddef.h>

struct text_position {
    int line, column; /* From 1. */
};

/* Positions of the first `count` elements of the top-level array "features", in text that is valid
 * JSON; the caller frees. What is not found stays zero. */
struct text_position *feature_lines(const char *text, size_t size, size_t count);

#endif
