#include "api/rpc/payload.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <stdlib.h>
#include <zlib.h>

/* What grows while it is decompressed. */
struct inflating {
    z_stream z;
    uint8_t *bytes;
    size_t size, room, limit;
};

/* zlib's windowBits: the largest window, for gzip with 16 added. */
enum { WINDOW_BITS = 15, GZIP_WRAPPER = 16, FIRST_ROOM = 4096 };

/* Makes room for more; false: the limit is reached, or memory is. */
static bool grow(struct inflating *to)
{
    size_t room = to->room ? 2 * to->room : FIRST_ROOM;
    if (room > to->limit)
        room = to->limit;
    uint8_t *bytes = room > to->room ? realloc(to->bytes, room) : NULL;
    if (!bytes)
        return false;
    to->bytes = bytes;
    to->room = room;
    return true;
}

/* Decompresses one slice's bytes behind what is there. zlib's answer. */
static int inflate_slice(struct inflating *to, grpc_slice *from)
{
    to->z.next_in = GRPC_SLICE_START_PTR(*from);
    to->z.avail_in = (uInt)GRPC_SLICE_LENGTH(*from);
    int said = Z_OK;
    while (said == Z_OK) {
        if (to->size == to->room && !grow(to))
            return Z_MEM_ERROR;
        size_t room = to->room - to->size;
        to->z.next_out = to->bytes + to->size;
        to->z.avail_out = (uInt)room;
        said = inflate(&to->z, Z_NO_FLUSH);
        to->size += room - to->z.avail_out;
        if (to->z.avail_in == 0 && to->z.avail_out > 0)
            break;
    }
    if (said == Z_STREAM_END && to->z.avail_in > 0)
        return Z_DATA_ERROR; /* Something behind the end. */
    return said == Z_BUF_ERROR && to->z.avail_in == 0 ? Z_OK : said;
}

/* One byte more than the limit is room enough to see that it is passed. */
static enum rpc_payload_fault inflate_all(struct rpc_payload *payload, grpc_byte_buffer *buffer,
                                          size_t limit_bytes)
{
    struct inflating to = { .limit = limit_bytes + 1 };
    bool is_gzip = buffer->data.raw.compression == GRPC_COMPRESS_GZIP;
    if (inflateInit2(&to.z, WINDOW_BITS + (is_gzip ? GZIP_WRAPPER : 0)) != Z_OK)
        return RPC_PAYLOAD_TOO_LARGE;
    grpc_byte_buffer_reader reader;
    grpc_byte_buffer_reader_init(&reader, buffer);
    grpc_slice *slice;
    int said = Z_OK;
    while (said == Z_OK && grpc_byte_buffer_reader_peek(&reader, &slice))
        said = inflate_slice(&to, slice);
    /* gRPC may leave an empty slice behind the last: only bytes there are too many. */
    while (said == Z_STREAM_END && grpc_byte_buffer_reader_peek(&reader, &slice))
        said = GRPC_SLICE_LENGTH(*slice) > 0 ? Z_DATA_ERROR : said;
    grpc_byte_buffer_reader_destroy(&reader);
    inflateEnd(&to.z);
    payload->inflated = to.bytes;
    payload->bytes = to.bytes;
    payload->size = to.size;
    if (said == Z_MEM_ERROR || to.size > limit_bytes)
        return RPC_PAYLOAD_TOO_LARGE;
    return said == Z_STREAM_END ? RPC_PAYLOAD_GOOD : RPC_PAYLOAD_GARBLED;
}

static void read_all(struct rpc_payload *payload, grpc_byte_buffer *buffer)
{
    grpc_byte_buffer_reader reader;
    grpc_slice *first;
    grpc_byte_buffer_reader_init(&reader, buffer);
    if (!grpc_byte_buffer_reader_peek(&reader, &first))
        ;
    else if (GRPC_SLICE_LENGTH(*first) == grpc_byte_buffer_length(buffer)) {
        payload->bytes = GRPC_SLICE_START_PTR(*first);
        payload->size = GRPC_SLICE_LENGTH(*first);
    } else {
        grpc_byte_buffer_reader_destroy(&reader);
        grpc_byte_buffer_reader_init(&reader, buffer);
        payload->whole = grpc_byte_buffer_reader_readall(&reader);
        payload->bytes = GRPC_SLICE_START_PTR(payload->whole);
        payload->size = GRPC_SLICE_LENGTH(payload->whole);
    }
    grpc_byte_buffer_reader_destroy(&reader);
}

enum rpc_payload_fault rpc_payload_open(struct rpc_payload *payload, grpc_byte_buffer *buffer,
                                        size_t limit_bytes)
{
    *payload = (struct rpc_payload){ .whole = grpc_empty_slice() };
    if (!buffer)
        return RPC_PAYLOAD_ABSENT;
    payload->compressed = buffer->data.raw.compression != GRPC_COMPRESS_NONE;
    if (payload->compressed)
        return inflate_all(payload, buffer, limit_bytes);
    read_all(payload, buffer);
    return RPC_PAYLOAD_GOOD;
}

void rpc_payload_close(struct rpc_payload *payload)
{
    grpc_slice_unref(payload->whole);
    free(payload->inflated);
}
