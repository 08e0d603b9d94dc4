#include "tests/bench/load/bodies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 5 };

static bool read_file(struct bodies *bodies, const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    bool is_good = fseek(file, 0, SEEK_END) == 0;
    long end = is_good ? ftell(file) : -1;
    is_good = end > 0 && fseek(file, 0, SEEK_SET) == 0;
    *size = is_good ? (size_t)end : 0;
    bodies->file = is_good ? malloc(*size) : NULL;
    is_good = bodies->file && fread(bodies->file, 1, *size, file) == *size;
    fclose(file);
    return is_good;
}

static bool add(struct bodies *bodies, size_t *room, const uint8_t *bytes, size_t size)
{
    if (bodies->count == *room) {
        *room = *room ? *room * 2 : 1024;
        struct body *grown = realloc(bodies->each, *room * sizeof *grown);
        if (!grown)
            return false;
        bodies->each = grown;
    }
    bodies->each[bodies->count++] = (struct body){ bytes, size };
    return true;
}

bool bodies_open(struct bodies *bodies, const char *path, char *why, size_t why_size)
{
    *bodies = (struct bodies){ 0 };
    size_t size;
    if (!read_file(bodies, path, &size)) {
        snprintf(why, why_size, "cannot read %s: %s", path, errno ? strerror(errno) : "empty");
        return false;
    }
    size_t at = 0, room = 0;
    while (at < size) {
        const uint8_t *head = bodies->file + at;
        size_t left = size - at, length = 0;
        if (left >= HEAD_BYTES)
            length = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
        if (left < HEAD_BYTES || left - HEAD_BYTES < length) {
            snprintf(why, why_size, "%s: byte %zu: half a message", path, at);
            return false;
        }
        if (!add(bodies, &room, head, HEAD_BYTES + length)) {
            snprintf(why, why_size, "%s: out of memory", path);
            return false;
        }
        at += HEAD_BYTES + length;
    }
    return true;
}

void bodies_close(struct bodies *bodies)
{
    free(bodies->each);
    free(bodies->file);
}

struct body bodies_next(struct bodies *bodies)
{
    struct body body = bodies->each[bodies->next];
    bodies->next = (bodies->next + 1) % bodies->count;
    return body;
}
