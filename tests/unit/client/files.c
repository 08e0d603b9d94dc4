#include "tests/unit/client/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *venue_path_of(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof(path), "%s%s", TIFO_VENUES, name);
    return path;
}

char *venue_file(const char *name, size_t *size)
{
    FILE *file = fopen(venue_path_of(name), "rb");
    if (!file) {
        fprintf(stderr, "cannot open %s\n", venue_path_of(name));
        abort();
    }
    size_t room = 4 * 1024 * 1024;
    char *text = malloc(room);
    *size = fread(text, 1, room - 1, file);
    text[*size] = '\0';
    fclose(file);
    return text;
}

/* Widens [*start, *end) to the whole line; a last feature takes the comma before it along. */
static void whole_line(const char *text, const char **start, const char **end)
{
    while (*start > text && (*start)[-1] != '\n')
        (*start)--;
    *end += strcspn(*end, "\n");
    if ((*end)[-1] != ',' && *start - 2 > text && (*start)[-2] == ',')
        *start -= 2;
    else
        *end += **end == '\n';
}

char *text_replace(const char *text, const char *from, const char *to, bool every)
{
    if (!strstr(text, from))
        return NULL;
    /* Every hit grows by less than `to`. */
    size_t hits = 0, size = strlen(text);
    for (const char *at = text; (at = strstr(at, from)); at += strlen(from))
        hits++;
    char *out = calloc(1, size + hits * (to ? strlen(to) : 0) + 1), *tail = out;
    const char *rest = text;
    for (const char *at; (at = strstr(rest, from));) {
        const char *end = at + strlen(from);
        if (!to)
            whole_line(text, &at, &end);
        if (at > rest) {
            memcpy(tail, rest, (size_t)(at - rest));
            tail += at - rest;
        } else {
            tail -= rest - at;
        }
        if (to) {
            memcpy(tail, to, strlen(to));
            tail += strlen(to);
        }
        rest = end;
        if (!every)
            break;
    }
    strcpy(tail, rest);
    return out;
}
