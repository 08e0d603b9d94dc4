#include "clients/cli/selling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/events.pb-c.h"

/* ---- Events ---------------------------------------------------------------------------------- */

static bool is_id(const char *text)
{
    return strlen(text) == EVENT_ID_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == EVENT_ID_SIZE - 1;
}

struct matches {
    const char *text;
    char *id; /* Of the last. */
    size_t count;
};

static void match(const ProtobufCMessage *message, void *ctx)
{
    const Tifo__V1__ListEventsResponse *page = (const void *)message;
    struct matches *matches = ctx;
    for (size_t i = 0; i < page->n_events; i++) {
        const Tifo__V1__Event *event = page->events[i];
        if (strcmp(event->title, matches->text) != 0 &&
            (!matches->text[0] ||
             strncmp(event->event_id, matches->text, strlen(matches->text)) != 0))
            continue;
        snprintf(matches->id, EVENT_ID_SIZE, "%s", event->event_id);
        matches->count++;
    }
}

bool event_find(struct server_link *link, const Tifo__V1__Venue *venue, const char *text,
                char id[EVENT_ID_SIZE])
{
    Tifo__V1__ListEventsRequest request = TIFO__V1__LIST_EVENTS_REQUEST__INIT;
    struct matches found = { text, id, 0 };
    if (is_id(text)) {
        snprintf(id, EVENT_ID_SIZE, "%s", text);
        return true;
    }
    request.venue_id = venue->venue_id;
    if (server_link_pages(link, &tifo__v1__events__descriptor, "ListEvents", &request.base, match,
                          &found) != DONE)
        return false;
    if (found.count == 1)
        return true;
    if (found.count == 0)
        fprintf(stderr, "tifo: there is no event \"%s\"; see tifo event list\n", text);
    else
        fprintf(stderr, "tifo: %zu events are \"%s\"; give more of the id, see tifo event list\n",
                found.count, text);
    return false;
}

Tifo__V1__GetEventResponse *event_get(struct server_link *link, const Tifo__V1__Venue *venue,
                                      const char *text)
{
    Tifo__V1__GetEventRequest request = TIFO__V1__GET_EVENT_REQUEST__INIT;
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, text, id))
        return NULL;
    request.event_id = id;
    return (void *)server_link_call(link, &tifo__v1__events__descriptor, "GetEvent", &request.base);
}

const Tifo__V1__TicketType *type_find(const Tifo__V1__Event *event, const char *text)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    for (size_t i = 0; i < event->n_types; i++) {
        if (strcmp(event->types[i]->name, text) == 0 ||
            (end != text && !*end && event->types[i]->index == number))
            return event->types[i];
    }
    fprintf(stderr, "tifo: \"%s\" has no type \"%s\"; see tifo type list\n", event->title, text);
    return NULL;
}

/* ---- Seats ----------------------------------------------------------------------------------- */

struct seat_text seat_text(const Tifo__V1__Venue *venue, uint32_t seat)
{
    struct seat_text out;
    struct tifo_seat at;
    if (seat == UINT32_MAX) {
        snprintf(out.text, sizeof(out.text), "a place");
        return out;
    }
    if (!tifo_seat_place(venue, seat, &at)) {
        snprintf(out.text, sizeof(out.text), "seat %u", seat);
        return out;
    }
    const Tifo__V1__Block *block = venue->blocks[at.block];
    const Tifo__V1__Row *row = block->rows[at.row];
    snprintf(out.text, sizeof(out.text), "%.40s row %.20s seat %u", block->block_id, row->label,
             tifo_row_number(row, at.k));
    return out;
}

/* "17" or "17-19". */
static bool read_numbers(const char *text, uint32_t *first, uint32_t *last)
{
    char *end;
    *first = *last = (uint32_t)strtoul(text, &end, 10);
    if (end == text)
        return false;
    if (*end == '-') {
        text = end + 1;
        *last = (uint32_t)strtoul(text, &end, 10);
        if (end == text)
            return false;
    }
    return *end == '\0' && *first <= *last;
}

/* One part, "B112/4/17-19". */
static bool read_part(const Tifo__V1__Venue *venue, char *part, uint32_t *seats, size_t *count)
{
    char *row = strchr(part, '/');
    char *numbers = row ? strchr(row + 1, '/') : NULL;
    uint32_t first, last;
    if (!numbers || !read_numbers(numbers + 1, &first, &last)) {
        fprintf(stderr,
                "tifo: \"%s\" names no seat; write BLOCK/ROW/NUMBER or BLOCK/ROW/FIRST-LAST\n",
                part);
        return false;
    }
    *row = *numbers = '\0';
    for (uint32_t number = first; number <= last; number++) {
        if (*count == HOLD_SEATS_MAX) {
            fprintf(stderr, "tifo: at most %d seats are held together\n", HOLD_SEATS_MAX);
            return false;
        }
        if (!tifo_seat_find(venue, part, row + 1, number, &seats[(*count)++])) {
            fprintf(stderr, "tifo: %s has no seat %u in row %s of block %s; see tifo seats show\n",
                    venue->venue_id, number, row + 1, part);
            return false;
        }
    }
    return true;
}

bool seats_read(const Tifo__V1__Venue *venue, const char *text, uint32_t seats[HOLD_SEATS_MAX],
                size_t *count)
{
    char copy[1024];
    *count = 0;
    if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy)) {
        fprintf(stderr, "tifo: that is too long for at most %d seats\n", HOLD_SEATS_MAX);
        return false;
    }
    char *part = copy;
    for (char *next; part; part = next) {
        next = strchr(part, ',');
        if (next)
            *next++ = '\0';
        if (!read_part(venue, part, seats, count))
            return false;
    }
    return true;
}

/* Hidden types are not told to everybody: an index is taken as it is. */
static bool read_type(struct server_link *link, const Tifo__V1__Venue *venue, const char *event,
                      const char *text, uint32_t *type)
{
    char *end;
    *type = (uint32_t)strtoul(text, &end, 10);
    if (end != text && !*end)
        return true;
    Tifo__V1__GetEventResponse *reply = event_get(link, venue, event);
    const Tifo__V1__TicketType *found = reply ? type_find(reply->event, text) : NULL;
    if (found)
        *type = found->index;
    if (reply)
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    return found != NULL;
}

bool block_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *index)
{
    for (*index = 0; *index < venue->n_blocks; ++*index)
        if (strcmp(venue->blocks[*index]->block_id, id) == 0 ||
            strcmp(venue->blocks[*index]->name, id) == 0)
            return true;
    fprintf(stderr, "tifo: %s has no block %s; see tifo seats show\n", venue->venue_id, id);
    return false;
}

bool orphans_read(const struct arguments *arguments, protobuf_c_boolean *refuse)
{
    const char *text = arguments_text(arguments, "--orphans");
    if (!text)
        return true;
    *refuse = strcmp(text, "refuse") == 0;
    if (*refuse || strcmp(text, "allow") == 0)
        return true;
    fprintf(stderr, "tifo: --orphans is refuse or allow, not %s\n", text);
    return false;
}

/* "best:4" or "best:4:B112+B113": so many of the best seats, of all blocks or of these. */
static bool read_best(const Tifo__V1__Venue *venue, const char *text,
                      const struct arguments *arguments, struct new_lines *out)
{
    char copy[512], *end;
    const char *accessible = arguments_or(arguments, "--accessible", "0");
    snprintf(copy, sizeof(copy), "%s", text);
    out->row.best = (uint32_t)strtoul(copy, &end, 10);
    out->row.accessible = (uint32_t)strtoul(accessible, NULL, 10);
    out->row.together = arguments_switch(arguments, "--together");
    out->row.blocks = out->blocks;
    if (end == copy || (*end && *end != ':') || out->row.best == 0) {
        fprintf(stderr, "tifo: write best:COUNT or best:COUNT:BLOCK+BLOCK, such as best:2:%s\n",
                venue->blocks[0]->block_id);
        return false;
    }
    for (char *id = strtok(*end ? end + 1 : end, "+"); id; id = strtok(NULL, "+")) {
        if (out->row.n_blocks == BEST_BLOCKS_MAX) {
            fprintf(stderr, "tifo: at most %d blocks can be named\n", BEST_BLOCKS_MAX);
            return false;
        }
        if (!block_find(venue, id, &out->blocks[out->row.n_blocks++]))
            return false;
    }
    return true;
}

bool new_lines_read(struct server_link *link, const Tifo__V1__Venue *venue, const char *event,
                    const char *seats, const struct arguments *arguments, struct new_lines *out)
{
    char *end;
    const char *type = arguments_text(arguments, "--type");
    const char *gives = arguments_text(arguments, "--gives");
    tifo__v1__new_lines__init(&out->row);
    out->list = &out->row;
    out->row.seats = out->seats;
    out->row.places = (uint32_t)strtoul(seats, &end, 10);
    if (strncmp(seats, "best:", 5) == 0) {
        out->row.places = 0;
        if (!read_best(venue, seats + 5, arguments, out))
            return false;
    } else if (*end || end == seats) {
        out->row.places = 0;
        if (!seats_read(venue, seats, out->seats, &out->row.n_seats))
            return false;
    }
    if (gives && !money_read(gives, "EUR", &out->row.price_minor)) {
        fprintf(stderr, "tifo: --gives %s is no amount\n", gives);
        return false;
    }
    return !type || read_type(link, venue, event, type, &out->row.ticket_type);
}

/* "Parking:1,Scarf:2", behind what is there. */
static bool addons_read(struct server_link *link, const Tifo__V1__Venue *venue, const char *event,
                        const char *text, Tifo__V1__NewLines rows[ADDONS_MAX],
                        Tifo__V1__NewLines **list, size_t *count)
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    size_t found = 0;
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        char *number = strrchr(part, ':'), *end = "";
        if (number)
            *number++ = '\0';
        if (found == ADDONS_MAX) {
            fprintf(stderr, "tifo: --addon: at most %d kinds\n", ADDONS_MAX);
            return false;
        }
        tifo__v1__new_lines__init(&rows[found]);
        rows[found].places = number ? (uint32_t)strtoul(number, &end, 10) : 1;
        if (*end || rows[found].places == 0) {
            fprintf(stderr, "tifo: --addon %s: write TYPE:NUMBER\n", text);
            return false;
        }
        if (!read_type(link, venue, event, part, &rows[found].ticket_type))
            return false;
        list[(*count)++] = &rows[found++];
    }
    return true;
}

void hold_print(const ProtobufCMessage *row, const void *venue)
{
    const Tifo__V1__Hold *hold = (const void *)row;
    printf("hold %s until %s, %s\n", hold->hold_id, time_text(hold->expires_ms).text,
           money_text(hold->total_minor, hold->currency).text);
    for (size_t i = 0; i < hold->n_lines; i++) {
        const Tifo__V1__Line *line = hold->lines[i];
        printf("%zu  %-32s %s%s", i + 1, seat_text(venue, line->seat).text,
               money_text(line->total_minor, hold->currency).text,
               line->voucher ? "  (voucher)" : "");
        if (line->addon_to)
            printf("  (%s %u)", line->bundled ? "came with" : "goes with", line->addon_to);
        printf("\n");
    }
    if (hold->fee_minor > 0)
        printf("   fees %s\n", money_text(hold->fee_minor, hold->currency).text);
    if (hold->tax_minor > 0)
        printf("   tax %s\n", money_text(hold->tax_minor, hold->currency).text);
    reverse_print(hold->buyer_tax_id);
}

void reverse_print(const char *tax_id)
{
    if (tax_id[0])
        printf("   no tax: reverse charge, %s owes it\n", tax_id);
}

Tifo__V1__SetBuyerResponse *buyer_set(struct server_link *link, const struct arguments *arguments,
                                      const Tifo__V1__Hold *hold, const char *tax_id)
{
    Tifo__V1__SetBuyerRequest request = TIFO__V1__SET_BUYER_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.tax_id = (char *)tax_id;
    return (void *)server_link_write(link, arguments, &tifo__v1__seats__descriptor, "SetBuyer",
                                     &request.base);
}

#define RESALE "resale:" /* Then a ticket that is offered. */

Tifo__V1__HoldSeatsResponse *seats_hold_of(struct server_link *link, const Tifo__V1__Venue *venue,
                                           const char *event, const char *seats,
                                           const struct arguments *arguments)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines addons[ADDONS_MAX], *list[1 + ADDONS_MAX];
    struct new_lines lines;
    const bool resale = strncmp(seats, RESALE, strlen(RESALE)) == 0;
    if (!resale && !new_lines_read(link, venue, event, seats, arguments, &lines))
        return NULL;
    request.event_id = (char *)event;
    if (resale) {
        request.resale_ticket_id = (char *)seats + strlen(RESALE);
    } else {
        request.lines = list;
        list[request.n_lines++] = &lines.row;
        if (!addons_read(link, venue, event, arguments_or(arguments, "--addon", ""), addons, list,
                         &request.n_lines))
            return NULL;
    }
    request.voucher = arguments_or(arguments, "--voucher", "");
    request.admission_token = arguments_or(arguments, "--admission", "");
    request.allocation_code = arguments_or(arguments, "--allocation", "");
    return (void *)server_link_write(link, arguments, &tifo__v1__seats__descriptor, "HoldSeats",
                                     &request.base);
}

Tifo__V1__HoldSeatsResponse *seats_hold(struct server_link *link, const Tifo__V1__Venue *venue,
                                        const struct arguments *arguments)
{
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return NULL;
    return seats_hold_of(link, venue, event, arguments->positional[1], arguments);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

Tifo__V1__GetTicketsResponse *order_tickets(struct server_link *link, const char *order)
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    request.order_id = (char *)order;
    return (void *)server_link_call(link, &tifo__v1__tickets__descriptor, "GetTickets",
                                    &request.base);
}

/* Its code, or why there is none. */
static struct seat_text code_text(const Tifo__V1__Ticket *ticket)
{
    struct seat_text out;
    const bool given = ticket->state == TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED;
    const bool over = ticket->state == TIFO__V1__TICKET_STATE__TICKET_STATE_CANCELLED;
    snprintf(out.text, sizeof(out.text), "(%s%s)",
             given  ? "given away"
             : over ? "cancelled"
                    : "its code is given out from ",
             given || over ? "" : time_text(ticket->sealed_until_ms).text);
    return out;
}

const char *order_state_text(const Tifo__V1__Order *order)
{
    static const char *const states[] = { "?",
                                          "pending",
                                          "paid",
                                          "cancelled",
                                          "refunded",
                                          "expired",
                                          "waits for approval",
                                          "rejected",
                                          "partially refunded" };
    const size_t count = sizeof(states) / sizeof(states[0]);
    return states[order->state < count ? order->state : 0];
}

void order_print(const Tifo__V1__Venue *venue, const Tifo__V1__Order *order,
                 const Tifo__V1__GetTicketsResponse *tickets)
{
    printf("order %s: %s, %s, placed %s\n", order->order_id, order_state_text(order),
           money_text(order->total_minor, order->currency).text, time_text(order->placed_ms).text);
    reverse_print(order->buyer_tax_id);
    for (size_t i = 0; i < tickets->n_tickets; i++)
        printf("%s\n%s\n", seat_text(venue, tickets->tickets[i]->seat).text,
               tickets->tickets[i]->code[0] ? tickets->tickets[i]->code
                                            : code_text(tickets->tickets[i]).text);
    for (size_t i = 0; !tickets->n_tickets && i < order->n_seats; i++)
        printf("%s\n", seat_text(venue, order->seats[i]).text);
}
