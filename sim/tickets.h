/*
 * Who holds which ticket, and what a turnstile says to it when there is no server to ask. Most hold
 * their own. Some hold a forged one, and some a copy of somebody else's: whichever of the two
 * comes first is let in, the other is not.
 */
#ifndef SIM_TICKETS_H
#define SIM_TICKETS_H

#include "sim/archive.h"
#include "sim/scenario.h"

enum scan {
    SCAN_ADMITTED,
    SCAN_INVALID,  /* Not a ticket of this ground. */
    SCAN_REDEEMED, /* Somebody has come in with it. */
    SCAN_REFUSED,  /* Anything else. */
    SCAN_KINDS
};

struct tickets {
    uint32_t people;
    uint32_t *holds; /* By person: whose ticket they hold, their own as a rule; TICKET_FORGED. */
    bool *redeemed;  /* By person whose ticket it is. */
};

#define TICKET_FORGED UINT32_MAX

/* Nobody's is forged or copied unless the scenario says so. */
void tickets_init(struct tickets *tickets, const struct ticketing *ticketing, uint64_t seed,
                  uint32_t people);
void tickets_fini(struct tickets *tickets);

/* Whether the person has bought a ticket: who holds a forged one or a copy has not. */
bool tickets_bought(const struct tickets *tickets, uint32_t person);
/* For a checkpoint. */
void tickets_archive(struct tickets *tickets, struct archive *archive);
/* At a turnstile, without a server. */
enum scan tickets_scan(struct tickets *tickets, uint32_t person);

#endif
