/* Tickets: whose they are, and who goes in with them. */
#include "tests/storm/checker/judge.h"

#include "server/wire/ticket.h"
#include "tifo/v1/tickets.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- Scans ----------------------------------------------------------------------------------- */

static void ask_scan(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__ScanTicketRequest *request = (const void *)deed->request;
    struct scan_ticket *scan = &command->as.scan_ticket;
    struct ticket_claim claim;
    command->kind = COMMAND_SCAN_TICKET;
    snprintf(scan->medium, sizeof scan->medium, "%s", request->medium);
    if (ticket_code_verify(request->code, c->history->keys, c->history->key_count, &claim) ==
        TICKET_GENUINE)
        wire_scan(&claim, scan);
    else
        scan->forged = !request->medium[0];
    scan->gate = request->gate;
    scan->nonce = request->nonce;
    scan->event = judge_id(request->event_id);
}

static bool tell_scanned(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ScanTicketResponse *told = (const void *)deed->reply;
    return (int)told->result == (int)deed->scan ||
           mismatch(c, deed, "the scan comes to %d, and had to come to %d", (int)told->result,
                    (int)deed->scan);
}

/* ---- Whose they are -------------------------------------------------------------------------- */

/* As somebody sees it who holds it, or bought it. */
static bool is_ticket(const struct checker *c, const struct deed *deed,
                      const struct model_ticket *ticket, const Tifo__V1__Ticket *told)
{
    const bool theirs = strcmp(ticket->person, deed->operation->caller) == 0;
    const struct model_order *order = &c->model.orders[ticket->order];
    const struct model_hold *hold = &c->model.holds[order->hold];
    /* Tickets of an event that is cancelled are wound up later. */
    const bool winds_up = model_event_of(&c->model, hold)->state == EVENT_CANCELLED;
    const int shown = ticket->listing.open ? (int)TIFO__V1__TICKET_STATE__TICKET_STATE_LISTED
                                           : (int)ticket->state;
    const bool state =
        !theirs ? told->state == TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED
                : (int)told->state == shown || (winds_up && ticket->state == TICKET_CANCELLED);
    const struct model_medium *medium = theirs ? model_medium_of(&c->model, ticket) : NULL;
    return id_equal(judge_id(told->ticket_id), ticket->id) && told->seat == ticket->seat &&
           told->generation == ticket->generation && state &&
           strcmp(told->holder, theirs ? ticket->person : "") == 0 &&
           strcmp(told->medium, medium ? medium->name : "") == 0;
}

static bool tell_ticket(struct checker *c, const struct deed *deed, const Tifo__V1__Ticket *told)
{
    const struct model_ticket *ticket = model_ticket_find(&c->model, judge_id(told->ticket_id));
    return (ticket && is_ticket(c, deed, ticket, told)) ||
           mismatch(c, deed, "a ticket is said to be %u of generation %u, and is not",
                    (unsigned)told->state, told->generation);
}

static bool tell_tickets(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__GetTicketsRequest *request = (const void *)deed->request;
    const Tifo__V1__GetTicketsResponse *told = (const void *)deed->reply;
    const struct model_order *order = model_order_find(&c->model, judge_id(request->order_id));
    if (!order || told->n_tickets != order->ticket_count)
        return mismatch(c, deed, "the order is said to have %zu tickets", told->n_tickets);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        if (!is_ticket(c, deed, &c->model.tickets[order->first_ticket + i], told->tickets[i]))
            return mismatch(c, deed, "a ticket is said to be another, or in another state");
    return true;
}

static bool tell_get_ticket(struct checker *c, const struct deed *deed)
{
    return tell_ticket(c, deed, ((const Tifo__V1__GetTicketResponse *)deed->reply)->ticket);
}

static void ask_reissue(const struct deed *deed, const char *ticket, const char *to,
                        struct command *command)
{
    struct reissue_ticket *reissue = &command->as.reissue_ticket;
    command->kind = COMMAND_REISSUE_TICKET;
    reissue->ticket = judge_id(ticket);
    snprintf(reissue->to, sizeof reissue->to, "%s", to);
    judge_person(deed, reissue->person);
}

static void ask_transfer(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__TransferTicketRequest *request = (const void *)deed->request;
    ask_reissue(deed, request->ticket_id, request->to, command);
}

static bool tell_transferred(struct checker *c, const struct deed *deed)
{
    return tell_ticket(c, deed, ((const Tifo__V1__TransferTicketResponse *)deed->reply)->ticket);
}

static void ask_anew(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    ask_reissue(deed,
                ((const Tifo__V1__ReissueTicketRequest *)(const void *)deed->request)->ticket_id,
                "", command);
}

static bool tell_anew(struct checker *c, const struct deed *deed)
{
    return tell_ticket(c, deed, ((const Tifo__V1__ReissueTicketResponse *)deed->reply)->ticket);
}

const struct method ticket_methods[] = {
    { "/tifo.v1.Tickets/ScanTicket", MESSAGES(scan_ticket), ask_scan, FACT_TICKET_ADMITTED,
      FACT_TICKET_REFUSED, tell_scanned },
    { "/tifo.v1.Tickets/GetTickets", MESSAGES(get_tickets), NULL, 0, 0, tell_tickets },
    { "/tifo.v1.Tickets/GetTicket", MESSAGES(get_ticket), NULL, 0, 0, tell_get_ticket },
    { "/tifo.v1.Tickets/TransferTicket", MESSAGES(transfer_ticket), ask_transfer,
      FACT_TICKET_REISSUED, 0, tell_transferred },
    { "/tifo.v1.Tickets/ReissueTicket", MESSAGES(reissue_ticket), ask_anew, FACT_TICKET_REISSUED, 0,
      tell_anew },
    { 0 },
};
