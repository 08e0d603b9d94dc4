#include <stdio.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/ledger.pb-c.h"

static const struct flag entries_flags[] = {
    { "--order", "ID", "only of this order" },
    { "--account", "NAME", "only on this account, such as provider or cash-box" },
    { "--from", "TIME", "posted then or later, UTC, 2026-05-16T10:00" },
    { "--before", "TIME", "and before then" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};

static const char *const accounts[] = { "?",       "provider", "cash-box", "external", "receivable",
                                        "revenue", "tax",      "fees",     "refunds",  "kept",
                                        "reverse", "bank",     "charges" };
enum { ACCOUNTS = sizeof accounts / sizeof accounts[0] };

static const char *account_name(Tifo__V1__LedgerAccount account)
{
    return accounts[(int)account < (int)ACCOUNTS ? account : 0];
}

static void print_balance(const Tifo__V1__LedgerBalance *row)
{
    const int64_t minor = row->balance_minor;
    printf("%-10s %s %16s  %llu entries\n", account_name(row->account), minor < 0 ? "-" : " ",
           money_text(minor < 0 ? -minor : minor, row->currency).text,
           (unsigned long long)row->entries);
}

static enum outcome ledger(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__ListLedgerRequest request = TIFO__V1__LIST_LEDGER_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    Tifo__V1__ListLedgerResponse *reply =
        (void *)server_link_call(link, &tifo__v1__ledger__descriptor, "ListLedger", &request.base);
    if (!reply)
        return FAILED;
    for (size_t i = 0; i < reply->n_balances; i++) {
        if (arguments_switch(arguments, "--json"))
            message_json_print(&reply->balances[i]->base);
        else
            print_balance(reply->balances[i]);
    }
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

/* ---- Single entries -------------------------------------------------------------------------- */

static void print_entry(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__LedgerEntry *row = (const void *)message;
    const int64_t minor = row->amount_minor;
    char of[48];
    (void)ctx;
    if (row->settlement)
        snprintf(of, sizeof(of), "settlement %u", row->settlement);
    else
        snprintf(of, sizeof(of), "order %s", row->order_id);
    printf("%10llu.%u  %s  %-38s  %-10s %s %16s\n", (unsigned long long)row->seq, row->position,
           time_text(row->at_ms).text, of, account_name(row->account), minor < 0 ? "-" : " ",
           money_text(minor < 0 ? -minor : minor, row->currency).text);
}

static bool read_account(const char *name, Tifo__V1__LedgerAccount *account)
{
    for (int i = 1; name && i < ACCOUNTS; i++) {
        if (strcmp(accounts[i], name) == 0) {
            *account = (Tifo__V1__LedgerAccount)i;
            return true;
        }
    }
    if (name) {
        fprintf(stderr, "tifo: --account: \"%s\" is none; write one of", name);
        for (int i = 1; i < ACCOUNTS; i++)
            fprintf(stderr, " %s", accounts[i]);
        fprintf(stderr, "\n");
    }
    return !name;
}

static enum outcome entries(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__ListEntriesRequest request = TIFO__V1__LIST_ENTRIES_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!read_account(arguments_text(arguments, "--account"), &request.account) ||
        !arguments_time(arguments, "--from", &request.from_ms) ||
        !arguments_time(arguments, "--before", &request.before_ms))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.order_id = arguments_or(arguments, "--order", "");
    return server_link_list(link, arguments, &tifo__v1__ledger__descriptor, "ListEntries",
                            &request.base, print_entry, NULL);
}

const struct command ledger_entries_command = {
    "ledger entries", "EVENT",         "each entry of its books, the oldest first", 1,
    entries_flags,    .task = entries,
};
const struct command ledger_command = {
    "ledger", "EVENT",    "its books: debits are positive, all of them sum to zero",
    1,        json_flags, .task = ledger,
};
