#ifndef CLIENTS_CLI_TICKET_PRINT_H
#define CLIENTS_CLI_TICKET_PRINT_H

#include "clients/cli/selling.h"

/* Its seat, id, state and holder; then its code, if it has one, on a line of its own. */
void ticket_print(const Tifo__V1__Venue *venue, const Tifo__V1__Ticket *ticket);

#endif
