#include "clients/cli/ticket_print.h"

#include <stdio.h>

#include "clients/cli/time_text.h"

void ticket_print(const Tifo__V1__Venue *venue, const Tifo__V1__Ticket *ticket)
{
    static const char *const states[] = { "?",         "valid",   "in",         "cancelled",
                                          "out again", "blocked", "given away", "offered" };
    printf("%s  %s  %s%s%s\n", ticket->ticket_id, seat_text(venue, ticket->seat).text,
           states[ticket->state <= 7 ? ticket->state : 0], ticket->holder[0] ? ", of " : "",
           ticket->holder);
    if (ticket->medium[0])
        printf("exchanged for %s\n", ticket->medium);
    if (ticket->code[0])
        printf("%s\n", ticket->code);
}
