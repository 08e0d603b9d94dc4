/* What is written piece by piece, in an arena: twice as large each time it is full. */
#ifndef RENDER_OUTPUT_H
#define RENDER_OUTPUT_H

#include "server/base/arena.h"

#include <cairo.h>
#include <stdint.h>

struct output {
    struct arena *arena;
    uint8_t *data;
    size_t size, room;
};

void output_put(struct output *out, const void *data, size_t size);
/* The same for cairo: `ctx` is the output. */
cairo_status_t output_put_cairo(void *ctx, const unsigned char *data, unsigned int size);

#endif
