#include "clients/c/feature_lines.h"

#include <stdbool.h>
#include <string.h>

#include "clients/c/memory.h"

struct scan {
    const char *text;
    size_t size, at;
    int line, column;
    int depth;        /* Open brackets and braces. */
    bool is_features; /* The last key at depth 1 was "features". */
};

static void step(struct scan *scan)
{
    if (scan->text[scan->at++] == '\n') {
        scan->line++;
        scan->column = 1;
    } else {
        scan->column++;
    }
}

/* From the opening quote past the closing one. */
static void skip_string(struct scan *scan)
{
    size_t start = scan->at;
    step(scan);
    while (scan->at < scan->size && scan->text[scan->at] != '"') {
        if (scan->text[scan->at] == '\\')
            step(scan);
        if (scan->at < scan->size)
            step(scan);
    }
    if (scan->at < scan->size)
        step(scan);
    static const char key[] = "\"features\"";
    if (scan->depth == 1)
        scan->is_features = scan->at - start == sizeof(key) - 1 &&
                            memcmp(scan->text + start, key, sizeof(key) - 1) == 0;
}

struct text_position *feature_lines(const char *text, size_t size, size_t count)
{
    struct text_position *found = memory_cleared(count, sizeof(*found));
    struct scan scan = { .text = text, .size = size, .line = 1, .column = 1 };
    size_t next = 0;
    bool inside = false; /* In the array, at depth 2. */
    while (scan.at < size && next < count) {
        char c = text[scan.at];
        bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (inside && opens && scan.depth == 2)
            found[next++] = (struct text_position){ scan.line, scan.column };
        if (opens && scan.depth == 1)
            inside = c == '[' && scan.is_features;
        scan.depth += opens - closes;
        if (c == '"')
            skip_string(&scan);
        else
            step(&scan);
    }
    return found;
}
