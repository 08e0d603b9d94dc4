/*
 * What the commands around tickets share: events by what people call them, seats by what is written
 * on them.
 */
#ifndef CLIENTS_CLI_SELLING_H
#define CLIENTS_CLI_SELLING_H

#include "clients/cli/server_link.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

enum { EVENT_ID_SIZE = 33, HOLD_SEATS_MAX = 16 };

/* The event that has this id, or alone a title or an id that begins so. False after a sentence. */
bool event_find(struct server_link *link, const Tifo__V1__Venue *venue, const char *text,
                char id[EVENT_ID_SIZE]);

/* GetEvent of it; NULL after a sentence. */
Tifo__V1__GetEventResponse *event_get(struct server_link *link, const Tifo__V1__Venue *venue,
                                      const char *text);
/* The type of this name or index; NULL after a sentence. */
const Tifo__V1__TicketType *type_find(const Tifo__V1__Event *event, const char *text);

#define TYPE_FLAG                                                                                  \
    {                                                                                              \
        "--type", "NAME", "type of ticket, by its name or index (default 0)"                       \
    }
#define VOUCHER_FLAG                                                                               \
    {                                                                                              \
        "--voucher", "CODE", "a voucher or promotion code"                                         \
    }
#define ADMISSION_FLAG                                                                             \
    {                                                                                              \
        "--admission", "TOKEN", "of a waiting room; see tifo waitroom place"                       \
    }
#define ALLOCATION_FLAG                                                                            \
    {                                                                                              \
        "--allocation", "CODE", "for seats that are kept for you; see tifo allocation list"        \
    }
#define GIVES_FLAG                                                                                 \
    {                                                                                              \
        "--gives", "AMOUNT", "what is given for each, for a type that takes donations"             \
    }
/* Of "best:COUNT:BLOCK+BLOCK". */
#define BEST_FLAGS                                                                                 \
    { "--accessible", "N", "so many of best:COUNT are for a wheelchair" },                         \
    {                                                                                              \
        "--together", NULL, "best:COUNT side by side, or not at all"                               \
    }
#define ADDON_FLAG                                                                                 \
    {                                                                                              \
        "--addon", "LIST", "add-ons, by name or index, and how many: Parking:1,Scarf:2"            \
    }
enum { BEST_BLOCKS_MAX = 64, ADDONS_MAX = 8 };
/* All that seats_hold() and seats_hold_of() ask for. */
#define HOLD_FLAGS                                                                                 \
    TYPE_FLAG, VOUCHER_FLAG, GIVES_FLAG, BEST_FLAGS, ADDON_FLAG, ADMISSION_FLAG, ALLOCATION_FLAG
/* What is asked for by "SEATS", the best seats or a number of places, and --type. */
struct new_lines {
    Tifo__V1__NewLines row, *list;
    uint32_t seats[HOLD_SEATS_MAX], blocks[BEST_BLOCKS_MAX];
};
/* False after a sentence. */
bool new_lines_read(struct server_link *link, const Tifo__V1__Venue *venue, const char *event,
                    const char *seats, const struct arguments *arguments, struct new_lines *out);
/* A Hold, for server_link_show(). */
void hold_print(const ProtobufCMessage *row, const void *venue);
/* That a business owes the tax itself; nothing if the tax id is empty. */
void reverse_print(const char *tax_id);
/* The business buys what is held; NULL after a sentence. */
Tifo__V1__SetBuyerResponse *buyer_set(struct server_link *link, const struct arguments *arguments,
                                      const Tifo__V1__Hold *hold, const char *tax_id);

/* A block by its id or name; false after a sentence. */
bool block_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *index);

/* For events: whether a hold may leave a seat alone. False after a sentence. */
#define ORPHANS_FLAG                                                                               \
    {                                                                                              \
        "--orphans", "refuse|allow", "holds that would leave a single seat alone in its row"       \
    }
bool orphans_read(const struct arguments *arguments, protobuf_c_boolean *refuse);

struct seat_text {
    char text[96];
};
/* "B112 row 4 seat 17"; "seat 99999" for one that the venue has not; "a place" of general
 * admission. */
struct seat_text seat_text(const Tifo__V1__Venue *venue, uint32_t seat);
/* "B112/4/17,B112/4/19-21": block, row, number on the seat or from one number to another. False
 * after a sentence. */
bool seats_read(const Tifo__V1__Venue *venue, const char *text, uint32_t seats[HOLD_SEATS_MAX],
                size_t *count);

/* HoldSeats; NULL after a sentence. */
Tifo__V1__HoldSeatsResponse *seats_hold(struct server_link *link, const Tifo__V1__Venue *venue,
                                        const struct arguments *arguments);
/* The same of an event by its id, for seats in words. */
Tifo__V1__HoldSeatsResponse *seats_hold_of(struct server_link *link, const Tifo__V1__Venue *venue,
                                           const char *event, const char *seats,
                                           const struct arguments *arguments);
const char *order_state_text(const Tifo__V1__Order *order);
/* GetTickets; NULL after a sentence. */
Tifo__V1__GetTicketsResponse *order_tickets(struct server_link *link, const char *order);
void order_print(const Tifo__V1__Venue *venue, const Tifo__V1__Order *order,
                 const Tifo__V1__GetTicketsResponse *tickets);

#endif
