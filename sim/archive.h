/*
 * The state of a run as bytes: one walk over a thing's parts measures, saves or loads them, so that
 * the three cannot differ. What is loaded was saved by the same program (a checkpoint says so and
 * has a checksum), so parts are plain memory.
 */
#ifndef SIM_ARCHIVE_H
#define SIM_ARCHIVE_H

#include "sim/core/crowd.h"

enum archive_what { ARCHIVE_MEASURE, ARCHIVE_SAVE, ARCHIVE_LOAD };

struct archive {
    enum archive_what what;
    char *bytes;
    size_t done, size;
    const char *problem; /* LOAD: what did not fit; NULL: nothing. */
};

void archive_bytes(struct archive *archive, void *data, size_t size);
#define ARCHIVE(archive, value) archive_bytes(archive, &(value), sizeof(value))
/* `count` values, which on LOAD must be as many as there are now. */
void archive_fixed(struct archive *archive, void *data, size_t count, size_t size);
/* The crowd, in its place. */
void archive_crowd(struct archive *archive, struct crowd *crowd);

typedef void archive_walk(struct archive *archive, void *ctx);

/* A checkpoint: a file that is whole or not there. `key` stands for all that must be the same when
 * the run goes on: scenario, ground, seed. False: `why` says what went wrong. */
bool checkpoint_write(const char *path, uint64_t key, archive_walk *walk, void *ctx, char *why,
                      size_t why_size);
bool checkpoint_read(const char *path, uint64_t key, archive_walk *walk, void *ctx, char *why,
                     size_t why_size);

/* Of bytes, to make keys of: FNV-1a, going on from `key` (0 at first). */
uint64_t checkpoint_key(uint64_t key, const void *data, size_t size);

#endif
