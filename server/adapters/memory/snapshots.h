/* Snapshots that are forgotten when they are closed. For tests. */
#ifndef ADAPTERS_MEMORY_SNAPSHOTS_H
#define ADAPTERS_MEMORY_SNAPSHOTS_H

#include "server/ports/snapshots.h"

struct snapshots *memory_snapshots_open(void);

#endif
