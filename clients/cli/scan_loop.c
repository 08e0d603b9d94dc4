/*
 * A scanner on a terminal: a reader that types (keyboard wedge) or a pipe gives a code a line. With
 * --offline-dir it goes on when the server is away, and brings back what it did when it is there
 * again.
 */
#include "clients/cli/scan.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/scan_gate.h"

enum { LINE_SIZE = 512, SCAN_TIMEOUT_MS = 1500, AWAY_MS = 2000, REFRESH_MS = 15000 };

struct loop {
    const struct arguments *arguments;
    struct server_link link;
    Tifo__V1__GetVenueResponse *known;   /* NULL: not asked yet. */
    Tifo__V1__ScanTicketRequest request; /* Of every scan, but for code and nonce. */
    char event[EVENT_ID_SIZE];           /* Empty: any. */
    struct scan_gate gate;
    bool keeps;  /* There is an --offline-dir. */
    bool online; /* The last call was answered. */
};

static const Tifo__V1__Venue *venue_of(const struct loop *loop)
{
    return loop->known ? loop->known->venue : NULL;
}

static void say_reach(struct loop *loop, bool online)
{
    if (loop->online == online)
        return;
    loop->online = online;
    fprintf(stderr, "tifo: %s\n",
            online        ? "the server is there again"
            : loop->keeps ? "the server is away; going on without it"
                          : "the server is away; nobody can be let in (see --offline-dir)");
}

/* Uploads and fetches; quietly when it fails. */
static void meet(struct loop *loop)
{
    uint64_t uploaded = 0;
    if (!loop->keeps)
        return;
    const bool met = scan_gate_meet(&loop->gate, &loop->link, loop->event[0] ? loop->event : NULL,
                                    loop->request.list, &uploaded);
    say_reach(loop, met);
    if (uploaded > 0)
        fprintf(stderr, "tifo: %llu scans uploaded\n", (unsigned long long)uploaded);
}

/* ---- One code -------------------------------------------------------------------------------- */

static bool scan_online(struct loop *loop)
{
    bool unreachable;
    Tifo__V1__ScanTicketResponse *reply =
        (void *)server_link_try(&loop->link, &tifo__v1__tickets__descriptor, "ScanTicket",
                                &loop->request.base, SCAN_TIMEOUT_MS, &unreachable);
    if (!reply && unreachable)
        return false;
    say_reach(loop, true);
    if (!reply)
        return true; /* A sentence was said. */
    scan_print(venue_of(loop), loop->arguments, reply, false);
    if (loop->keeps && reply->result == TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK)
        scan_gate_note(&loop->gate, &loop->request);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return true;
}

static void scan_offline(struct loop *loop)
{
    Tifo__V1__ScanTicketResponse reply = TIFO__V1__SCAN_TICKET_RESPONSE__INIT;
    char text[160];
    if (loop->keeps) {
        scan_gate_decide(&loop->gate, &loop->request, &reply, text);
    } else {
        reply.result = TIFO__V1__SCAN_RESULT__SCAN_RESULT_ERROR;
        reply.sentence = "The server cannot be reached.";
    }
    scan_print(venue_of(loop), loop->arguments, &reply, true);
}

/* While the server is away nobody waits for it: it is looked for between the scans. */
static void scan_line(struct loop *loop, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    line += strspn(line, " \t");
    for (size_t end = strlen(line); end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t');)
        line[--end] = '\0';
    if (!line[0])
        return;
    scan_set(loop->arguments, line, &loop->request);
    loop->request.nonce = random_number();
    if ((!loop->online && loop->keeps) || !scan_online(loop)) {
        say_reach(loop, false);
        scan_offline(loop);
    }
}

/* ---- All of them ----------------------------------------------------------------------------- */

/* Waits for input, and meets the server meanwhile. False: there is no more. */
static bool wait_for_input(struct loop *loop)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    for (;;) {
        const int ready = poll(&input, 1, loop->online ? REFRESH_MS : AWAY_MS);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0)
            return true;
        if (ready == 0)
            meet(loop);
    }
}

/* A line that is longer than any code is cut into such that are none. */
static void read_codes(struct loop *loop)
{
    char line[LINE_SIZE];
    size_t size = 0;
    while (wait_for_input(loop)) {
        const ssize_t got = read(STDIN_FILENO, line + size, sizeof(line) - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (size_t)got;
        line[size] = '\0';
        for (char *end; (end = memchr(line, '\n', size)) || size == sizeof(line) - 1;) {
            const size_t taken = end ? (size_t)(end - line) + 1 : size;
            char one[LINE_SIZE];
            snprintf(one, sizeof(one), "%.*s", (int)taken, line);
            memmove(line, line + taken, size - taken + 1);
            size -= taken;
            scan_line(loop, one);
        }
    }
    if (size > 0)
        scan_line(loop, line);
}

static bool find_place(struct loop *loop, uint32_t *gate)
{
    const char *of = arguments_text(loop->arguments, "--event");
    return gate_find(venue_of(loop), arguments_text(loop->arguments, "--gate"), gate) &&
           (!of || event_find(&loop->link, venue_of(loop), of, loop->event));
}

/* With the server if it is there; otherwise as the folder says. */
static bool begin(struct loop *loop)
{
    const char *folder = arguments_text(loop->arguments, "--offline-dir");
    const char *name = arguments_text(loop->arguments, "--gate");
    bool unreachable;
    loop->keeps = folder != NULL;
    if (folder && (!name || !arguments_text(loop->arguments, "--event"))) {
        fprintf(stderr, "tifo: --offline-dir needs --gate and --event\n");
        return false;
    }
    loop->known = server_link_venue(&loop->link, loop->arguments, AWAY_MS, &unreachable);
    loop->online = loop->known != NULL;
    if (!loop->known && (!unreachable || !folder)) {
        if (unreachable)
            fprintf(stderr, "tifo: %s cannot be reached; see --offline-dir\n", loop->link.address);
        return false;
    }
    if (loop->known && !find_place(loop, &loop->request.gate))
        return false;
    if (folder &&
        !scan_gate_open(&loop->gate, folder, name, loop->known ? &loop->request.gate : NULL)) {
        loop->keeps = false;
        return false;
    }
    if (folder)
        loop->request.gate = loop->gate.gate;
    loop->request.event_id = loop->event;
    if (!loop->online)
        fprintf(stderr, "tifo: %s cannot be reached; going on without it\n", loop->link.address);
    meet(loop);
    return true;
}

enum outcome scan_loop(const struct arguments *arguments)
{
    struct loop loop = { .arguments = arguments };
    tifo__v1__scan_ticket_request__init(&loop.request);
    if (!scan_read(arguments, &loop.request) || !server_link_open_lazily(&loop.link, arguments))
        return FAILED;
    const bool begun = begin(&loop);
    if (begun) {
        read_codes(&loop);
        meet(&loop);
    }
    if (begun && loop.keeps && tifo_scanner_info(loop.gate.scanner).pending > 0)
        fprintf(stderr,
                "tifo: %llu scans are still to be uploaded; start again with the same "
                "--offline-dir\n",
                (unsigned long long)tifo_scanner_info(loop.gate.scanner).pending);
    if (loop.keeps)
        scan_gate_close(&loop.gate);
    if (loop.known)
        protobuf_c_message_free_unpacked(&loop.known->base, NULL);
    server_link_close(&loop.link);
    return begun ? DONE : FAILED;
}
