/* What the files of tifo.v1.Telemetry share: taking readings, and what is kept of them. */
#ifndef SERVICES_TELEMETRY_H
#define SERVICES_TELEMETRY_H

#include "server/services/services.h"
#include "tifo/v1/telemetry.pb-c.h"

/* What one message came to. Counts are added up over several. */
struct taken {
    uint64_t accepted, duplicates, late, outside;
    struct refusal refusal; /* Of the last one; STATUS_OK: taken. */
};

/* Folds a message. `replay`: it was refused before, and comes again by hand: however old it is, and
 * whatever its sequence. `credential` NULL: none is shown. Any thread. */
void telemetry_take_columns(struct services *services, const Tifo__V1__Readings *from, bool replay,
                            const struct credential *credential, struct taken *taken);
/* The same for a single reading, of a venue that is there. */
void telemetry_take_row(struct services *services, const Tifo__V1__Reading *from, bool replay,
                        const struct credential *credential, struct taken *taken);
/* False, and *refusal filled: there is no such venue, and so many rows were refused for it. */
bool telemetry_venue(struct services *services, const char *venue_id, uint64_t rows,
                     struct refusal *refusal);

/* telemetry_kept.c */
/* Keeps what was refused as a dead letter, unless it was shed. */
void telemetry_bury_columns(struct services *services, struct rpc_call *call,
                            const Tifo__V1__Readings *from, const struct refusal *refusal);
void telemetry_bury_row(struct services *services, struct rpc_call *call, const char *venue_id,
                        const Tifo__V1__Reading *from, const struct refusal *refusal);
void list_dead_letters(struct rpc_call *call, void *ctx);
void replay_dead_letter(struct rpc_call *call, void *ctx);
void drop_dead_letter(struct rpc_call *call, void *ctx);
void get_series(struct rpc_call *call, void *ctx);

#endif
