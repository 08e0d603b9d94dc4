/* Ids of what is sold: unguessable ones, and for a driven clock ones that the same requests give
 * again. */
#ifndef ADAPTERS_IDS_IDS_H
#define ADAPTERS_IDS_IDS_H

#include "server/ports/ids.h"

#include <stdbool.h>

/* Before the first draw. False: this machine gives no randomness. */
bool ids_init(void);

/* 128 bits of libsodium's randomness. Two are never the same, for all practical purposes: among
 * 10^12 of them with a probability below 10^-14. */
void ids_random(uint64_t seq, struct id *ids, uint32_t count);

/* They follow from `seq` and the place in the draw alone, so they are nobody's secret: for
 * simulators and tests. Every seq is used once, so no two are the same within a journal; there is
 * no state, so it goes on after a restart as if there had been none. */
void ids_driven(uint64_t seq, struct id *ids, uint32_t count);

#endif
