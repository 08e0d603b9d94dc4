/*
 * What the commands around tickets share: events by what people call them, seats by what is written
 * on them.
 */
#ifndef CLIENTS_CLI_SELLING_H
#define CLIENTS_CLI_SELLING_H

#include "clients/cli/server_link.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

#define JSON_FLAG                                                                                  \
    {                                                                                              \
        "--json", NULL, "the answer as JSON"                                                       \
    }

enum { EVENT_ID_SIZE = 33, HOLD_SEATS_MAX = 16 };

/* The event that has this id, or alone a title or an id that begins so. False after a sentence. */
bool event_find(struct server_link *link, const Tifo__V1__Venue *venue, const char *text,
                char id[EVENT_ID_SIZE]);

struct seat_text {
    char text[96];
};
/* "B112 row 4 seat 17"; "seat 99999" for one that the venue has not. */
struct seat_text seat_text(const Tifo__V1__Venue *venue, uint32_t seat);
/* "B112/4/17,B112/4/19-21": block, row, number on the seat or from one number to another. False
 * after a sentence. */
bool seats_read(const Tifo__V1__Venue *venue, const char *text, uint32_t seats[HOLD_SEATS_MAX],
                size_t *count);

/* HoldSeats; NULL after a sentence. */
Tifo__V1__HoldSeatsResponse *seats_hold(struct server_link *link, const Tifo__V1__Venue *venue,
                                        const struct arguments *arguments);
/* GetTickets; NULL after a sentence. */
Tifo__V1__GetTicketsResponse *order_tickets(struct server_link *link, const char *order);
void order_print(const Tifo__V1__Venue *venue, const Tifo__V1__Order *order,
                 const Tifo__V1__GetTicketsResponse *tickets);

#endif
