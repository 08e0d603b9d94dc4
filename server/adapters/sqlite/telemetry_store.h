/* Time series and dead letters in SQLite: `telemetry.db`. Beside records.db and not in it, which is
 * thrown away whenever it can be made anew; this cannot. */
#ifndef ADAPTERS_SQLITE_TELEMETRY_STORE_H
#define ADAPTERS_SQLITE_TELEMETRY_STORE_H

#include "server/ports/telemetry_store.h"

/* `directory` NULL: in memory, gone when it is closed. A file that is damaged or no database is set
 * aside as telemetry.db.damaged. NULL: `why` is a sentence. */
struct telemetry_store *sqlite_telemetry_store_open(const char *directory, char *why,
                                                    size_t why_size);

#endif
