/*
 * Snapshots as files: DIRECTORY/snapshots/SEQ.snapshot, the two newest. One is written beside them,
 * synced, and renamed: whoever is killed on the way leaves a .part that nobody reads, and the next
 * one that is written clears away.
 *
 *     "TIFOSNAP", format, seq, checksum             numbers as the machine has them
 *     size, that many bytes, checksum               blocks of up to 1 MiB; a size of 0 ends them
 *
 * A checksum covers all before it, so a block is read whole and found right before anybody sees it.
 */
#ifndef ADAPTERS_FILES_SNAPSHOTS_H
#define ADAPTERS_FILES_SNAPSHOTS_H

#include "server/ports/snapshots.h"

/* The directory is copied; it need not exist before something is written. Any number of programs
 * may read and write at once. */
struct snapshots *file_snapshots_open(const char *directory);

#endif
