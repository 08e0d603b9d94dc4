#include <stdio.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "tifo/v1/ledger.pb-c.h"

static const struct flag flags[] = {
    JSON_FLAG,
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

static void print_balance(const Tifo__V1__LedgerBalance *row)
{
    static const char *const accounts[] = { "?",          "provider", "cash box", "external",
                                            "receivable", "revenue",  "tax",      "fees",
                                            "refunds",    "kept",     "reverse" };
    const size_t count = sizeof accounts / sizeof accounts[0];
    const int64_t minor = row->balance_minor;
    printf("%-10s %s %16s  %llu entries\n", accounts[row->account < count ? row->account : 0],
           minor < 0 ? "-" : " ", money_text(minor < 0 ? -minor : minor, row->currency).text,
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

const struct command ledger_command = {
    "ledger", "EVENT", "its books: debits are positive, all of them sum to zero",
    1,        flags,   .task = ledger,
};
