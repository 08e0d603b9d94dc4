/*
 * The line to tifod, in lockstep: the simulator reports a quarter of a second, moves the stadium's
 * clock to its end, and reads the guidance if that changed. The server's time is the scenario's.
 *
 * A server that goes away is waited for (LINK_PATIENCE_S). When it is back it is told again what it
 * may not have kept: readings are dropped by sequence and a clock that is already there stays, so
 * the journal is the same whether it was killed or not. A server that comes back with another
 * past is refused.
 *
 * Calls block. They return false when the run cannot go on; link_problem() then says why.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include "sim/scenario.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

#include <signal.h>

#include "clients/c/tifo.h"

#define LINK_STEP_MS    250
#define LINK_PATIENCE_S 60

struct link;

struct link_def {
    struct tifo_server server; /* Its strings outlive the link. */
    Tifo__V1__Venue *venue;    /* Kept by pointer, only read. */
    int64_t start_ms;
    const volatile sig_atomic_t *stop; /* Not 0: give up waiting. */
};

/* Connects, brings the server's clock to the start and the venue to the server. NULL: `why` says
 * what to do. */
struct link *link_open(const struct link_def *def, char *why, size_t why_size);
void link_close(struct link *link); /* NULL is accepted. */

/* `next` NULL: none follows. */
bool link_set_phase(struct link *link, const struct phase *phase, const struct phase *next);
bool link_set_gate(struct link *link, uint32_t gate, bool open, const char *reason);

/* Reports the readings and moves the clock to `to_ms`. */
bool link_advance(struct link *link, const Tifo__V1__Readings *readings, int64_t to_ms);

/* The plan in force after the last link_advance(); NULL: there is none. It is the link's, until
 * *number changes with a later link_advance(). */
const Tifo__V1__Plan *link_plan(const struct link *link, uint32_t *number);

/* Where the server's journal is now. */
bool link_journal(struct link *link, uint64_t *seq, uint64_t *digest);

const char *link_problem(const struct link *link);

#endif
