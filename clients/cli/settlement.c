/*
 * What providers and cash boxes have paid out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/ledger.pb-c.h"

static const struct flag record_flags[] = {
    { "--account", "NAME", "what it left: provider (as if left out), cash-box, external" },
    { "--back", NULL, "more went back than came in: your bank has paid AMOUNT" },
    { "--fee", "AMOUNT", "what the provider kept of it" },
    { "--reference", "TEXT", "what the statement is called; needed" },
    { "--at", "TIME", "when, UTC, 2026-05-16T10:00; left out: now" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag void_flags[] = {
    { "--reason", "TEXT", "what was wrong with it; needed" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static const char *const accounts[] = { "?", "provider", "cash-box", "external" };

static const char *account_name(Tifo__V1__LedgerAccount account)
{
    return accounts[account <= TIFO__V1__LEDGER_ACCOUNT__LEDGER_ACCOUNT_EXTERNAL ? account : 0];
}

static const char *sign_of(int64_t minor)
{
    return minor < 0 ? "-" : "";
}

static int64_t size_of(int64_t minor)
{
    return minor < 0 ? -minor : minor;
}

static void print_settlement(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__Settlement *row = (const void *)message;
    const int64_t bank_minor = row->amount_minor - row->fee_minor;
    (void)ctx;
    printf("%3u  %s  %-8s %s%s", row->number, time_text(row->settled_ms).text,
           account_name(row->account), sign_of(row->amount_minor),
           money_text(size_of(row->amount_minor), row->currency).text);
    printf(", charges %s, to the bank %s", money_text(row->fee_minor, row->currency).text,
           sign_of(bank_minor));
    printf("%s  \"%s\"%s\n", money_text(size_of(bank_minor), row->currency).text, row->reference,
           row->voided ? "  voided" : "");
}

static void print_unsettled(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__ListSettlementsResponse *list = (const void *)message;
    (void)ctx;
    for (size_t i = 0; i < list->n_settlements; i++)
        print_settlement(&list->settlements[i]->base, NULL);
    for (size_t i = 0; i < list->n_unsettled; i++) {
        const Tifo__V1__LedgerBalance *row = list->unsettled[i];
        printf("to be settled: %-8s %s%s\n", account_name(row->account),
               sign_of(row->balance_minor),
               money_text(size_of(row->balance_minor), row->currency).text);
    }
    if (list->n_unsettled == 0)
        printf("all is settled\n");
    if (list->next_page_token[0])
        printf("there are more; --json has their pages\n");
}

static bool read_account(const char *name, Tifo__V1__LedgerAccount *account)
{
    for (int i = 1; i <= TIFO__V1__LEDGER_ACCOUNT__LEDGER_ACCOUNT_EXTERNAL; i++) {
        if (strcmp(accounts[i], name) != 0)
            continue;
        *account = (Tifo__V1__LedgerAccount)i;
        return true;
    }
    fprintf(stderr,
            "tifo: --account: \"%s\" is not settled; write provider, cash-box or external\n", name);
    return false;
}

static bool read_amount(const char *option, const char *text, const char *currency, int64_t *minor)
{
    if (money_read(text, currency, minor))
        return true;
    fprintf(stderr, "tifo: %s: \"%s\" is no amount of %s\n", option, text, currency);
    return false;
}

static enum outcome record(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__RecordSettlementRequest request = TIFO__V1__RECORD_SETTLEMENT_REQUEST__INIT;
    Tifo__V1__Settlement settlement = TIFO__V1__SETTLEMENT__INIT;
    const char *reference = arguments_text(arguments, "--reference");
    enum outcome outcome = BAD_USAGE;
    if (!reference)
        fprintf(stderr, "tifo: --reference is missing: what is the statement called?\n");
    if (!reference ||
        !read_account(arguments_or(arguments, "--account", "provider"), &settlement.account) ||
        !arguments_time(arguments, "--at", &settlement.settled_ms))
        return BAD_USAGE;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    if (!event)
        return FAILED;
    const char *currency = event->event->currency;
    if (read_amount("AMOUNT", arguments->positional[1], currency, &settlement.amount_minor) &&
        read_amount("--fee", arguments_or(arguments, "--fee", "0"), currency,
                    &settlement.fee_minor)) {
        if (arguments_switch(arguments, "--back"))
            settlement.amount_minor = -settlement.amount_minor;
        settlement.reference = (char *)reference;
        request.event_id = event->event->event_id;
        request.settlement = &settlement;
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__ledger__descriptor,
                                                     "RecordSettlement", &request.base),
                                   arguments, print_settlement, NULL);
    }
    protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome take_back(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__VoidSettlementRequest request = TIFO__V1__VOID_SETTLEMENT_REQUEST__INIT;
    const char *number = arguments->positional[1], *reason = arguments_text(arguments, "--reason");
    char event[EVENT_ID_SIZE], *end;
    const unsigned long value = strtoul(number, &end, 10);
    if (!reason || end == number || *end || value < 1 || value > UINT32_MAX) {
        fprintf(stderr,
                reason ? "tifo: \"%s\" is no number; see tifo settlement list\n"
                       : "tifo: --reason is missing: what was wrong with %s?\n",
                number);
        return BAD_USAGE;
    }
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.number = (uint32_t)value;
    request.reason = (char *)reason;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__ledger__descriptor,
                                              "VoidSettlement", &request.base),
                            arguments, print_settlement, NULL);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListSettlementsRequest request = TIFO__V1__LIST_SETTLEMENTS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.page_size = 200;
    return server_link_tell(
        server_link_call(link, &tifo__v1__ledger__descriptor, "ListSettlements", &request.base),
        arguments, print_unsettled, NULL);
}

const struct command settlement_record_command = {
    "settlement record", "EVENT AMOUNT", "an account was paid out to your bank", 2,
    record_flags,        .task = record,
};
const struct command settlement_void_command = {
    "settlement void", "EVENT NUMBER", "it was recorded wrongly", 2, void_flags, .task = take_back,
};
const struct command settlement_list_command = {
    "settlement list", "EVENT",      "what was paid out, and what is still to be", 1,
    json_flags,        .task = list,
};
