/*
 * On what terms an event's tickets are given back, and its orders made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "tifo/v1/terms.pb-c.h"

enum { TIERS_MAX = 16, HOUR_S = 3600, DAY_S = 24 * HOUR_S };

static const struct flag set_flags[] = {
    { "--tiers", "LIST", "NOTICE:PERCENT kept, such as 7d:0,24h:50,0h:80" },
    { "--withhold", NULL, "seats that are given back do not go back on sale" },
    { "--keep-fees", NULL, "booking fees are never refunded" },
    { "--approve", NULL, "orders wait for the organiser before they are paid" },
    { "--payment-minutes", "N", "a payment has so long, 1 to 1440 (15)" },
    { "--tax-country", "CC", "whose taxes it has: businesses of other countries buy without" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_terms(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__EventTerms *terms = (const void *)row;
    (void)ctx;
    const Tifo__V1__CancellationPolicy *policy = terms->policy;
    if (policy->n_tiers == 0)
        printf("tickets cannot be given back\n");
    for (size_t i = 0; i < policy->n_tiers; i++) {
        const Tifo__V1__CancellationTier *tier = policy->tiers[i];
        printf("%u h before the start or earlier: %g %% and %u minor units are kept%s\n",
               tier->notice_s / HOUR_S, tier->fee_bp / 100.0, tier->fee_minor,
               tier->withhold_seat ? ", the seat stays off sale" : "");
    }
    printf("orders %s, and expire %u minutes after that unless they are paid\n",
           terms->approval_required ? "wait for the organiser" : "are paid at once",
           terms->payment_ttl_s / 60);
    if (terms->tax_country[0])
        printf("its taxes are of %s; businesses of other countries buy without\n",
               terms->tax_country);
}

/* "7d:25": notice and what is kept. */
static bool read_tier(const char *text, Tifo__V1__CancellationTier *tier)
{
    char *end;
    const unsigned long notice = strtoul(text, &end, 10);
    const uint32_t unit = *end == 'd' ? DAY_S : *end == 'h' ? HOUR_S : 0;
    if (end == text || !unit || end[1] != ':' || notice > 366 * 24)
        return false;
    const char *percent = end + 2;
    const unsigned long kept = strtoul(percent, &end, 10);
    if (end == percent || *end || kept > 100)
        return false;
    tier->notice_s = (uint32_t)notice * unit;
    tier->fee_bp = (uint32_t)kept * 100;
    return true;
}

static bool read_tiers(const struct arguments *arguments, Tifo__V1__CancellationTier *tiers,
                       Tifo__V1__CancellationTier **list, size_t *count)
{
    char copy[512], *save = NULL;
    snprintf(copy, sizeof(copy), "%s", arguments_or(arguments, "--tiers", ""));
    for (char *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        if (*count == TIERS_MAX) {
            fprintf(stderr, "tifo: --tiers: at most %d of them\n", TIERS_MAX);
            return false;
        }
        tifo__v1__cancellation_tier__init(&tiers[*count]);
        if (!read_tier(part, &tiers[*count])) {
            fprintf(
                stderr,
                "tifo: --tiers: \"%s\" is none; write NOTICE:PERCENT, such as 7d:25 or 12h:50\n",
                part);
            return false;
        }
        tiers[*count].withhold_seat = arguments_switch(arguments, "--withhold");
        list[*count] = &tiers[*count];
        ++*count;
    }
    return true;
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetTermsRequest request = TIFO__V1__SET_TERMS_REQUEST__INIT;
    Tifo__V1__EventTerms terms = TIFO__V1__EVENT_TERMS__INIT;
    Tifo__V1__CancellationPolicy policy = TIFO__V1__CANCELLATION_POLICY__INIT;
    Tifo__V1__CancellationTier tiers[TIERS_MAX], *list[TIERS_MAX];
    char event[EVENT_ID_SIZE];
    uint32_t minutes = 0;
    if (!read_tiers(arguments, tiers, list, &policy.n_tiers) ||
        !arguments_number(arguments, "--payment-minutes", 1, 1440, &minutes))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    policy.tiers = list;
    policy.keeps_booking_fee = arguments_switch(arguments, "--keep-fees");
    terms.policy = &policy;
    terms.approval_required = arguments_switch(arguments, "--approve");
    terms.payment_ttl_s = minutes * 60;
    terms.tax_country = arguments_or(arguments, "--tax-country", "");
    request.event_id = event;
    request.terms = &terms;
    return server_link_show(
        server_link_write(link, arguments, &tifo__v1__terms__descriptor, "SetTerms", &request.base),
        arguments, print_terms, NULL);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetTermsRequest request = TIFO__V1__GET_TERMS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(
        server_link_call(link, &tifo__v1__terms__descriptor, "GetTerms", &request.base), arguments,
        print_terms, NULL);
}

const struct command terms_set_command = {
    "terms set", "EVENT",   "on what terms its tickets are given back; replaces all of them",
    1,           set_flags, .task = set,
};
const struct command terms_show_command = {
    "terms show", "EVENT", "on what terms its tickets are given back", 1, json_flags, .task = show,
};
