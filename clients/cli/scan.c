#include "clients/cli/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/message_json.h"
#include "clients/cli/time_text.h"

static const struct flag flags[] = {
    { "--gate", "ID", "at which gate; needed" },
    { "--event", "EVENT", "what the gate admits to (default: what the ticket is for)" },
    { "--list", "N", "which check-in list (default 0: all tickets)" },
    { "--exit", NULL, "they leave" },
    { "--id-checked", NULL, "their papers have been looked at" },
    { "--by-hand", NULL, "CODE was typed: the id of a ticket or of an order" },
    { "--medium", NULL, "CODE was read from a wristband or the like" },
    { "--force", NULL, "they are in, whatever the answer: keep it" },
    { "--nonce", "N", "of this scan, to ask again (default: drawn)" },
    { "--offline-dir", "DIR", "with CODE -: go on without a network, and keep here what was done" },
    JSON_FLAG,
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

bool scan_read(const struct arguments *arguments, Tifo__V1__ScanTicketRequest *request)
{
    request->exit = arguments_switch(arguments, "--exit");
    request->id_checked = arguments_switch(arguments, "--id-checked");
    request->by_hand = arguments_switch(arguments, "--by-hand");
    request->forced = arguments_switch(arguments, "--force");
    return arguments_number(arguments, "--list", 0, UINT32_MAX, &request->list);
}

void scan_set(const struct arguments *arguments, const char *read,
              Tifo__V1__ScanTicketRequest *request)
{
    *(arguments_switch(arguments, "--medium") ? &request->medium : &request->code) = (char *)read;
}

/* Large enough to be seen from the lane: a bar as wide as the terminal. */
static void print_bar(bool in, const char *words, const char *sentence)
{
    const char *colour = in ? "\033[1;30;42m" : "\033[1;37;41m";
    printf("%s\033[K\n%s   %s   %s\033[K\n%s\033[K\033[0m\n", colour, colour, words, sentence,
           colour);
}

void scan_print(const Tifo__V1__Venue *venue, const struct arguments *arguments,
                const Tifo__V1__ScanTicketResponse *scan, bool offline)
{
    const bool in = scan->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK;
    char words[40];
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&scan->base);
        return;
    }
    snprintf(words, sizeof(words), "%s%s",
             !in                                     ? "STOP"
             : arguments_switch(arguments, "--exit") ? "OUT"
                                                     : "IN",
             offline ? " (offline)" : "");
    if (isatty(STDOUT_FILENO))
        print_bar(in, words, scan->sentence);
    else
        printf("%s: %s\n", words, scan->sentence);
    if (scan->ticket_id[0] && venue)
        printf("%s\n", seat_text(venue, scan->seat).text);
    else if (scan->ticket_id[0])
        printf("seat %u\n", scan->seat);
    fflush(stdout);
}

static bool read_request(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments, Tifo__V1__ScanTicketRequest *request,
                         char event[EVENT_ID_SIZE])
{
    const char *of = arguments_text(arguments, "--event");
    const char *nonce = arguments_text(arguments, "--nonce");
    scan_set(arguments, arguments->positional[0], request);
    request->nonce = nonce ? strtoull(nonce, NULL, 10) : random_number();
    if (!gate_find(venue, arguments_text(arguments, "--gate"), &request->gate) ||
        !scan_read(arguments, request) || (of && !event_find(link, venue, of, event)))
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
    scan_print(venue, arguments, reply, false);
    const enum outcome outcome =
        reply->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK ? DONE : FAILED;
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome run(const struct arguments *arguments)
{
    return strcmp(arguments->positional[0], "-") == 0 ? scan_loop(arguments)
                                                      : server_link_do(arguments, scan);
}

const struct command scan_command = {
    "scan",
    "CODE|-",
    "lets a ticket in at a gate, or says why not (exit code 1); -: codes, a line each",
    1,
    flags,
    .run = run,
};
