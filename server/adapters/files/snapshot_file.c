#include "server/adapters/files/snapshot_file.h"

#include "server/base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORMAT = 1, SIZE_BYTES = 4, HASH_BYTES = 8 };

struct head {
    char magic[8];
    uint64_t format, seq, hash;
};

static struct head head_of(uint64_t seq)
{
    struct head head = { .magic = "TIFOSNAP", .format = FORMAT, .seq = seq };
    head.hash = hash_end(hash_bytes(0, &head, offsetof(struct head, hash)));
    return head;
}

static uint64_t hash_block(uint64_t hash, const uint8_t *data, uint32_t size)
{
    return hash_end(hash_bytes(hash_word(hash, size), data, size));
}

/* ---- Writing ----------------------------------------------------------------------------- */

static void write_all(struct snapshot_writer *writer, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size > 0 && !writer->error) {
        const ssize_t written = write(writer->file, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            writer->error = written < 0 ? errno : ENOSPC;
            return;
        }
        at += written;
        size -= (size_t)written;
    }
}

/* Also the empty one that ends it. */
static void block_write(struct snapshot_writer *writer)
{
    uint8_t *data = writer->block + SIZE_BYTES;
    writer->hash = hash_block(writer->hash, data, writer->used);
    memcpy(writer->block, &writer->used, SIZE_BYTES);
    memcpy(data + writer->used, &writer->hash, HASH_BYTES);
    write_all(writer, writer->block, SIZE_BYTES + writer->used + HASH_BYTES);
    writer->used = 0;
}

static bool put(struct byte_sink *sink, const void *data, size_t size)
{
    struct snapshot_writer *writer = (struct snapshot_writer *)sink;
    const uint8_t *from = data;
    while (size > 0 && !writer->error) {
        const size_t room = SNAPSHOT_BLOCK - writer->used, part = size < room ? size : room;
        memcpy(writer->block + SIZE_BYTES + writer->used, from, part);
        writer->used += (uint32_t)part;
        from += part;
        size -= part;
        if (writer->used == SNAPSHOT_BLOCK)
            block_write(writer);
    }
    return !writer->error;
}

void snapshot_writer_init(struct snapshot_writer *writer, int file, uint64_t seq)
{
    const struct head head = head_of(seq);
    *writer = (struct snapshot_writer){ .sink.put = put, .file = file, .hash = head.hash };
    writer->block = base_alloc(SIZE_BYTES + SNAPSHOT_BLOCK + HASH_BYTES);
    write_all(writer, &head, sizeof(head));
}

int snapshot_writer_end(struct snapshot_writer *writer)
{
    if (writer->used > 0)
        block_write(writer);
    block_write(writer);
    free(writer->block);
    writer->block = NULL;
    return writer->error;
}

/* ---- Reading ----------------------------------------------------------------------------- */

static bool read_all(struct snapshot_reader *reader, void *data, size_t size)
{
    uint8_t *at = data;
    while (size > 0) {
        const ssize_t got = read(reader->file, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            reader->wrong = got < 0 ? strerror(errno) : "it is cut off";
            return false;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* The next one, checked; an empty one is the end. */
static bool block_read(struct snapshot_reader *reader)
{
    uint32_t size;
    uint64_t hash;
    reader->size = reader->taken = 0;
    if (!read_all(reader, &size, SIZE_BYTES))
        return false;
    if (size > SNAPSHOT_BLOCK) {
        reader->wrong = "it is damaged: a block is too long";
        return false;
    }
    if (!read_all(reader, reader->block, size) || !read_all(reader, &hash, HASH_BYTES))
        return false;
    reader->hash = hash_block(reader->hash, reader->block, size);
    if (reader->hash != hash) {
        reader->wrong = "it is damaged: a checksum is wrong";
        return false;
    }
    reader->size = size;
    reader->ended = size == 0;
    return true;
}

static bool take(struct byte_source *source, void *data, size_t size)
{
    struct snapshot_reader *reader = (struct snapshot_reader *)source;
    uint8_t *to = data;
    while (size > 0) {
        if (reader->wrong || reader->ended)
            return false;
        if (reader->taken == reader->size && !block_read(reader))
            return false;
        const size_t left = reader->size - reader->taken, part = size < left ? size : left;
        memcpy(to, reader->block + reader->taken, part);
        reader->taken += (uint32_t)part;
        to += part;
        size -= part;
    }
    return true;
}

bool snapshot_reader_init(struct snapshot_reader *reader, int file, uint64_t seq)
{
    const struct head wanted = head_of(seq);
    struct head head;
    *reader = (struct snapshot_reader){ .source.take = take, .file = file, .hash = wanted.hash };
    reader->block = base_alloc(SNAPSHOT_BLOCK);
    if (!read_all(reader, &head, sizeof(head)))
        return false;
    if (memcmp(head.magic, wanted.magic, sizeof(head.magic)) != 0)
        reader->wrong = "it is no snapshot";
    else if (head.format != wanted.format)
        reader->wrong = "another version of tifod wrote it";
    else if (head.seq != wanted.seq || head.hash != wanted.hash)
        reader->wrong = "it is damaged: its head is another's";
    return !reader->wrong;
}

bool snapshot_reader_end(struct snapshot_reader *reader)
{
    uint8_t more;
    if (reader->wrong)
        return false;
    if (reader->taken < reader->size || (!reader->ended && block_read(reader) && !reader->ended)) {
        reader->wrong = "it holds more than was taken";
        return false;
    }
    if (reader->ended && read(reader->file, &more, 1) == 1)
        reader->wrong = "it is damaged: something follows its end";
    return reader->ended && !reader->wrong;
}

void snapshot_reader_fini(struct snapshot_reader *reader)
{
    free(reader->block);
}
