/* Tickets: as messages, and as what their codes claim. */
#ifndef WIRE_TICKET_H
#define WIRE_TICKET_H

#include "api/ticket/code.h"
#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/seating.h"
#include "tifo/v1/tickets.pb-c.h"

/* In the arena, but for the row's label, which is the seating's. Its code is left empty. `viewer`:
 * who bought it, and no longer holds it, is told so; NULL: for the doors. */
Tifo__V1__Ticket *wire_ticket(const struct stadium *stadium, uint32_t ticket, const char *viewer,
                              const struct seating *seating, struct arena *arena);
/* Whether its code may be given to the viewer of such a message. */
bool wire_ticket_is_open(const Tifo__V1__Ticket *ticket, int64_t now_ms);
/* What the code of such a message has to say; key_id is left 0. */
void wire_ticket_claim(const Tifo__V1__Ticket *ticket, struct ticket_claim *claim);
/* A genuine claim as the core wants it. */
void wire_scan(const struct ticket_claim *claim, struct scan_ticket *to);
/* Everything of a request but its code and its event. */
void wire_scan_form(const Tifo__V1__ScanTicketRequest *from, struct scan_ticket *to);

/* What a scan came to, as a message. `scan` is as of now; the seating of the stadium's venue. */
Tifo__V1__ScanTicketResponse *wire_scanned(const struct stadium *stadium, const struct scan *scan,
                                           const struct seating *seating, struct arena *arena);

#endif
