/*
 * Tickets over gRPC: an event is created and published, parties of one to four hold neighbouring
 * seats and buy them, and everybody gets the code of their ticket, all before the doors open. Then
 * every turnstile asks the server about the code it is shown.
 *
 * Each party is a caller of its own, called after its first person, and every write has a key, so
 * that a server which is killed meanwhile sells nothing twice.
 */
#ifndef SIM_BOX_OFFICE_H
#define SIM_BOX_OFFICE_H

#include "sim/behaviour.h"
#include "sim/link.h"
#include "sim/tickets.h"

struct box_office;

/* All are kept by pointer and must outlive the box office. */
struct box_office_def {
    const struct scenario *scenario;
    uint64_t seed;
    const Tifo__V1__Venue *venue;
    const struct behaviour *behaviour;
    const struct tickets *tickets; /* Who buys, and who holds what. */
    struct link *link;
    const volatile sig_atomic_t *stop; /* Not 0: sell no more. */
};

/* Sells to everybody who buys. NULL: link_problem() says why, unless it was told to stop. */
struct box_office *box_office_open(const struct box_office_def *def);
void box_office_close(struct box_office *office); /* NULL is accepted. */

uint32_t box_office_sold(const struct box_office *office);

/* A person shows what they hold at a gate. False: link_problem() says why. */
bool box_office_scan(struct box_office *office, uint32_t person, uint32_t gate, enum scan *scan);

#endif
