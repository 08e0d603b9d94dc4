/*
 * The requests that are sent: a file of gRPC messages as they go over the wire (a byte 0, the size
 * as four bytes big-endian, the message), one behind the other. They are taken in turn.
 */
#ifndef LOAD_BODIES_H
#define LOAD_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct body {
    const uint8_t *bytes; /* With the five bytes before the message. */
    size_t size;
};

struct bodies {
    uint8_t *file;
    struct body *each;
    size_t count, next;
};

/* False: `why` says what is wrong with the file. */
bool bodies_open(struct bodies *bodies, const char *path, char *why, size_t why_size);
void bodies_close(struct bodies *bodies);
struct body bodies_next(struct bodies *bodies);

#endif
