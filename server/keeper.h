/* Snapshots of a server that runs: every so many facts a `tifod snapshot` is started, a process of
 * its own with a low priority, which reads the journal. The loop waits for nothing. */
#ifndef SERVER_KEEPER_H
#define SERVER_KEEPER_H

#include "server/base/log.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct keeper {
    const char *data;
    const struct log *log;
    uint32_t every;    /* Facts; 0: never. */
    uint64_t next_seq; /* When the next one is wanted. */
    pid_t child;       /* 0: none runs. */
};
/* `seq`: of the newest snapshot, 0: none. */
void keeper_init(struct keeper *keeper, const char *data, const struct log *log, uint32_t every,
                 uint64_t seq);
/* Facts up to `seq` are durable. */
void keeper_durable(struct keeper *keeper, uint64_t seq);
/* One that runs is ended: what it has written so far is cleared away by the next one. */
void keeper_fini(struct keeper *keeper);

#endif
