#include <stdio.h>
#include <stdlib.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"

static const struct flag flags[] = {
    { "--gate", "ID", "at which gate; needed" },
    { "--event", "EVENT", "what the gate admits to (default: what the ticket is for)" },
    { "--nonce", "N", "of this scan, to ask again (default: drawn)" },
    JSON_FLAG,
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

static void print(const Tifo__V1__Venue *venue, const Tifo__V1__ScanTicketResponse *scan)
{
    const bool in = scan->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK;
    printf("%s: %s\n", in ? "IN" : "STOP", scan->sentence);
    if (scan->ticket_id[0])
        printf("%s\n", seat_text(venue, scan->seat).text);
}

static bool read_request(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments, Tifo__V1__ScanTicketRequest *request,
                         char event[EVENT_ID_SIZE])
{
    const char *gate = arguments_text(arguments, "--gate");
    const char *of = arguments_text(arguments, "--event");
    const char *nonce = arguments_text(arguments, "--nonce");
    request->code = (char *)arguments->positional[0];
    request->nonce = nonce ? strtoull(nonce, NULL, 10) : random_number();
    if (!gate || !tifo_gate_find(venue, gate, &request->gate)) {
        fprintf(stderr, "tifo: --gate %s: %s has no such gate; it has", gate ? gate : "is missing",
                venue->venue_id);
        for (size_t i = 0; i < venue->n_gates; i++)
            fprintf(stderr, " %s", venue->gates[i]->gate_id);
        fprintf(stderr, "\n");
        return false;
    }
    if (of && !event_find(link, venue, of, event))
        return false;
    if (of)
        request->event_id = event;
    return true;
}

/* Exit code 0 only for who may go in. */
static enum outcome scan(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!read_request(link, venue, arguments, &request, event))
        return FAILED;
    Tifo__V1__ScanTicketResponse *reply =
        (void *)server_link_call(link, &tifo__v1__tickets__descriptor, "ScanTicket", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        print(venue, reply);
    const enum outcome outcome =
        reply->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK ? DONE : FAILED;
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome run(const struct arguments *arguments)
{
    return server_link_do(arguments, scan);
}

const struct command scan_command = {
    "scan", "CODE", "lets a ticket in at a gate, or says why not (exit code 1)", 1, flags, run,
};
