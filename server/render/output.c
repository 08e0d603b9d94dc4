#include "server/render/output.h"

#include <string.h>

void output_put(struct output *out, const void *data, size_t size)
{
    if (out->size + size > out->room) {
        const size_t room = (out->size + size) * 2;
        uint8_t *more = arena_alloc(out->arena, room);
        if (out->size > 0)
            memcpy(more, out->data, out->size);
        out->data = more;
        out->room = room;
    }
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

cairo_status_t output_put_cairo(void *ctx, const unsigned char *data, unsigned int size)
{
    output_put(ctx, data, size);
    return CAIRO_STATUS_SUCCESS;
}
