/*
 * The line to tifod, in lockstep: the simulator reports a quarter of a second, moves the stadium's
 * clock to its end, and reads the guidance if that changed. The server's time is the scenario's.
 *
 * A server that goes away, or does not answer a call, is waited for (LINK_PATIENCE_S). When it is
 * back it is told again what it may not have kept: readings are dropped by sequence and a clock
 * that is already there stays, so the journal is the same whether it was killed or not. A server
 * that comes back with another past is refused, and so is one that has another venue, which then
 * finds its clock as it was.
 *
 * Calls block. They return false when the run cannot go on; link_problem() then says why.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include "sim/scenario.h"
#include "tifo/v1/crowd.pb-c.h"
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
    double patience_s;                 /* 0: LINK_PATIENCE_S. */
};

/* Connects, brings the server's clock to the start and the venue to the server. NULL: `why` says
 * what to do. */
struct link *link_open(const struct link_def *def, char *why, size_t why_size);
void link_close(struct link *link); /* NULL is accepted. */

/* `next` NULL: none follows. */
bool link_set_phase(struct link *link, const struct phase *phase, const struct phase *next);
bool link_set_gate(struct link *link, uint32_t gate, bool open, const char *reason);
/* Nobody passes the opening from now on. */
bool link_block(struct link *link, uint32_t opening, const char *reason);

/* Reports the readings, in this order, and moves the clock to `to_ms`. */
bool link_advance(struct link *link, const Tifo__V1__Readings *const *readings, size_t count,
                  int64_t to_ms);

/* The plan in force after the last link_advance(); NULL: there is none. It is the link's, until
 * *number changes with a later link_advance(). */
const Tifo__V1__Plan *link_plan(const struct link *link, uint32_t *number);

/* All that the server says of the crowd; the caller's to free. */
bool link_crowd(struct link *link, Tifo__V1__GetCrowdResponse **reply);

/* The waits that the server expects at each gate, in seconds; UINT32_MAX: unknown. */
bool link_gate_waits(struct link *link, uint32_t *wait_s);

/* A call that may be made twice: a read, or a write with an idempotency key (NULL: none). On true
 * *reply is the caller's to free. */
struct link_request {
    const ProtobufCServiceDescriptor *service;
    const char *method;
    const char *caller; /* Who asks, as the server is to know them. */
    const char *key;
    const ProtobufCMessage *message;
};
bool link_call(struct link *link, const struct link_request *request, void *reply);

/* Where the server's journal is now. */
bool link_journal(struct link *link, uint64_t *seq, uint64_t *digest);

const char *link_problem(const struct link *link);

#endif
