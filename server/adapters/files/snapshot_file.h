/* One snapshot as a file: the framing of its bytes. */
#ifndef ADAPTERS_FILES_SNAPSHOT_FILE_H
#define ADAPTERS_FILES_SNAPSHOT_FILE_H

#include "server/base/image.h"

enum { SNAPSHOT_BLOCK = 1 << 20 };

struct snapshot_writer {
    struct byte_sink sink;
    int file;
    uint64_t hash;
    uint8_t *block; /* SNAPSHOT_BLOCK and what frames it. */
    uint32_t used;
    int error; /* errno; 0: all well. */
};
void snapshot_writer_init(struct snapshot_writer *writer, int file, uint64_t seq);
/* The last block and the end, unless something failed before: then errno, or 0. */
int snapshot_writer_end(struct snapshot_writer *writer);

struct snapshot_reader {
    struct byte_source source;
    int file;
    uint64_t hash;
    uint8_t *block;
    uint32_t size, taken; /* Of the block. */
    bool ended;
    const char *wrong; /* Half a sentence; NULL: nothing so far. */
};
/* False: it is no snapshot of this sequence; `wrong` says why. */
bool snapshot_reader_init(struct snapshot_reader *reader, int file, uint64_t seq);
/* False: not all of it was taken, or its end is missing; `wrong` says so. */
bool snapshot_reader_end(struct snapshot_reader *reader);
void snapshot_reader_fini(struct snapshot_reader *reader);

#endif
