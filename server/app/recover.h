/* A stadium from its journal: evolve alone, nothing is decided again. */
#ifndef APP_RECOVER_H
#define APP_RECOVER_H

#include "server/app/keys.h"
#include "server/core/stadium.h"
#include "server/ports/journal.h"

/* Brings an empty stadium, and the empty keys (may be NULL), to where the journal ends. On an error
 * `why` (JOURNAL_WHY_SIZE) is a sentence and the stadium is of no use. */
enum status recover(struct journal *journal, struct stadium *stadium, struct keys *keys, char *why,
                    size_t why_size);

#endif
