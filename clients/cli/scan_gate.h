/*
 * A gate that goes on when the server is away: the scanner of clients/c with what it needs of the
 * server, fetched and brought back over gRPC.
 */
#ifndef CLIENTS_CLI_SCAN_GATE_H
#define CLIENTS_CLI_SCAN_GATE_H

#include "clients/c/scanner.h"
#include "clients/cli/server_link.h"
#include "tifo/v1/tickets.pb-c.h"

struct scan_gate {
    struct tifo_scanner *scanner;
    char folder[256];
    uint32_t gate;    /* Index. */
    int64_t ahead_ms; /* Stadium time less this machine's clock. */
};

/* `gate` NULL: as at the last start in this folder. False after a sentence. */
bool scan_gate_open(struct scan_gate *gate, const char *folder, const char *name,
                    const uint32_t *index);
void scan_gate_close(struct scan_gate *gate);
/* Stadium time now, as far as it is known. */
int64_t scan_gate_now_ms(const struct scan_gate *gate);

/* Decides without the server. *reply is the caller's, with texts that are literals or in `text`. */
void scan_gate_decide(struct scan_gate *gate, const Tifo__V1__ScanTicketRequest *request,
                      Tifo__V1__ScanTicketResponse *reply, char text[160]);
/* The server let them in, or out. */
void scan_gate_note(struct scan_gate *gate, const Tifo__V1__ScanTicketRequest *request);

/* Brings back what was done, and fetches what has changed of an event (id; NULL: the one that it
 * knows) and list. False: the server cannot be reached, or a sentence was said. *uploaded counts.
 */
bool scan_gate_meet(struct scan_gate *gate, struct server_link *link, const char *event,
                    uint32_t list, uint64_t *uploaded);

#endif
