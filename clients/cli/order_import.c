/*
 * Orders that were made elsewhere, from a CSV file: a line each, "PERSON;SEATS;TENDER", with the
 * tender cash, comp or external; a line that begins with # is none. Each has a key made of the
 * file's own words, so that a file that broke off can be given again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/cli/selling.h"

static const struct flag flags[] = {
    HOLD_FLAGS,
    { "--key", "TEXT", "what the keys of the lines begin with (the file's name)" },
    { NULL, NULL, NULL },
};

enum { LINE_SIZE = 1024 };

struct row {
    const char *file;
    unsigned line;
    char person[LINE_SIZE], seats[LINE_SIZE], tender[LINE_SIZE];
};

static bool tender_read(const char *text, Tifo__V1__Tender *tender)
{
    static const char *const words[] = { "", "", "cash", "comp", "external" };
    for (size_t i = 2; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *tender = (Tifo__V1__Tender)i;
            return true;
        }
    }
    return false;
}

static Tifo__V1__ConfirmHoldResponse *sell(struct server_link *link, struct arguments *arguments,
                                           const struct row *row, const Tifo__V1__Hold *hold,
                                           Tifo__V1__Tender tender)
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.tender = tender;
    request.for_person = (char *)row->person;
    return (void *)server_link_write(link, arguments, &tifo__v1__orders__descriptor, "ConfirmHold",
                                     &request.base);
}

/* Both writes carry the line's key: another method is another key. */
static bool import_row(struct server_link *link, const Tifo__V1__Venue *venue, const char *event,
                       struct arguments *arguments, const struct row *row)
{
    Tifo__V1__Tender tender;
    if (!tender_read(row->tender, &tender)) {
        fprintf(stderr, "tifo: %s:%u: \"%s\" is no tender; write cash, comp or external\n",
                row->file, row->line, row->tender);
        return false;
    }
    Tifo__V1__HoldSeatsResponse *held = seats_hold_of(link, venue, event, row->seats, arguments);
    Tifo__V1__ConfirmHoldResponse *sold =
        held ? sell(link, arguments, row, held->hold, tender) : NULL;
    if (sold)
        printf("%s  %s\n", sold->order->order_id, row->person);
    else
        fprintf(stderr, "tifo: %s:%u: not imported, and what follows it neither\n", row->file,
                row->line);
    const bool done = sold != NULL;
    if (sold)
        protobuf_c_message_free_unpacked(&sold->base, NULL);
    if (held)
        protobuf_c_message_free_unpacked(&held->base, NULL);
    return done;
}

/* False after a sentence; *empty: there is nothing on the line. */
static bool row_read(char *text, struct row *row, bool *empty)
{
    text[strcspn(text, "\r\n")] = '\0';
    *empty = !text[0] || text[0] == '#';
    if (*empty ||
        sscanf(text, "%1023[^;];%1023[^;];%1023[^;]", row->person, row->seats, row->tender) == 3)
        return true;
    fprintf(stderr, "tifo: %s:%u: write PERSON;SEATS;TENDER\n", row->file, row->line);
    return false;
}

static enum outcome import_file(struct server_link *link, const Tifo__V1__Venue *venue,
                                const struct arguments *arguments, FILE *in)
{
    struct row row = { .file = arguments->positional[1] };
    struct arguments keyed = *arguments;
    char event[EVENT_ID_SIZE], text[LINE_SIZE], key[256];
    const char *prefix = arguments_or(arguments, "--key", (char *)row.file);
    bool empty;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    while (fgets(text, sizeof(text), in)) {
        row.line++;
        if (!row_read(text, &row, &empty))
            return FAILED;
        snprintf(key, sizeof(key), "%.200s:%u", prefix, row.line);
        arguments_give(&keyed, "--key", key);
        if (!empty && !import_row(link, venue, event, &keyed, &row))
            return FAILED;
    }
    return DONE;
}

static enum outcome import(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    FILE *in = fopen(arguments->positional[1], "r");
    if (!in) {
        fprintf(stderr, "tifo: cannot read %s: %s\n", arguments->positional[1], strerror(errno));
        return FAILED;
    }
    const enum outcome outcome = import_file(link, venue, arguments, in);
    fclose(in);
    return outcome;
}

const struct command order_import_command = {
    "order import",
    "EVENT FILE",
    "orders that were made elsewhere: PERSON;SEATS;TENDER a line",
    2,
    flags,
    .task = import,
};
