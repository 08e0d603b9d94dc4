/*
 * A scan from the command line, one or many, with the server or without.
 */
#ifndef CLIENTS_CLI_SCAN_H
#define CLIENTS_CLI_SCAN_H

#include "clients/cli/selling.h"

/* What --list, --exit, --id-checked, --by-hand and --force say; code, gate, event and nonce are the
 * caller's. False after a sentence. */
bool scan_read(const struct arguments *arguments, Tifo__V1__ScanTicketRequest *request);
/* What was read: a code, or (--medium) a medium. Lives as long as the request. */
void scan_set(const struct arguments *arguments, const char *read,
              Tifo__V1__ScanTicketRequest *request);
/* Tells the steward; `venue` NULL: it is not known, seats have their index. */
void scan_print(const Tifo__V1__Venue *venue, const struct arguments *arguments,
                const Tifo__V1__ScanTicketResponse *scan, bool offline);

/* scan_loop.c: codes from standard input, a line each, until it ends. */
enum outcome scan_loop(const struct arguments *arguments);

#endif
