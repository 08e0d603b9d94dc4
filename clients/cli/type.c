/*
 * What an event sells: types of ticket.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "clients/cli/time_text.h"

enum { CATEGORIES_MAX = 32, TIERS_MAX = 4, LIMIT_MAX = 1000, HUNDRED_PERCENT = 100000 };

#define TYPE_FLAGS                                                                                 \
    { "--price", "AMOUNTS", "one, or one for each category: 30.00,25.00" },                        \
        { "--off", "LIST", "tiers: AMOUNT@2026-05-01T00:00,AMOUNT@500 (until then, or so many)" }, \
        { "--donation", NULL, "the buyer says what is given, --price at least" },                  \
        { "--general", NULL, "general admission: places of --quota, no seats" },                   \
        { "--quota", "LIST", "quotas it counts against, by index: 0,2" },                          \
        { "--from", "TIME", "on sale from then, in UTC, such as 2026-05-16T15:00" },               \
        { "--until", "TIME", "on sale until then" },                                               \
        { "--min", "N", "at least so many in an order" },                                          \
        { "--max", "N", "at most so many in an order" },                                           \
        { "--each", "N", "at most so many a person" },                                             \
        { "--per-means", "N", "at most so many by one means of payment" },                         \
        { "--hidden", NULL, "only with a voucher" },                                               \
        { "--tax", "PERCENT", "such as 7.7; added to the price, unless" },                         \
        { "--tax-included", NULL, "it is in the price" },                                          \
        { "--fee", "AMOUNT", "a ticket, beside the price" },                                       \
        { "--fee-percent", "PERCENT", "of the price, beside it" }, JSON_FLAG, KEY_FLAG,            \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }

static const struct flag add_flags[] = { TYPE_FLAGS };
static const struct flag set_flags[] = { { "--name", "TEXT", "another name" }, TYPE_FLAGS };

/* What a request points to. */
struct terms {
    Tifo__V1__TicketType type;
    int64_t prices[CATEGORIES_MAX];
    uint32_t quotas[LIST_MAX];
    Tifo__V1__PriceTier tiers[TIERS_MAX], *tier_list[TIERS_MAX];
};

/* ---- Reading --------------------------------------------------------------------------------- */

static bool read_prices(const char *text, const char *currency, struct terms *terms)
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    terms->type.price_minor = terms->prices;
    terms->type.n_price_minor = 0;
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        if (terms->type.n_price_minor == CATEGORIES_MAX ||
            !money_read(part, currency, &terms->prices[terms->type.n_price_minor++])) {
            fprintf(stderr, "tifo: --price %s: \"%s\" is no price in %s\n", text, part, currency);
            return false;
        }
    }
    return true;
}

/* "5.00@500" or "5.00@2026-05-01T00:00" */
static bool read_tier(char *part, const char *currency, Tifo__V1__PriceTier *tier)
{
    char *bound = strchr(part, '@'), *end;
    tifo__v1__price_tier__init(tier);
    if (!bound)
        return false;
    *bound++ = '\0';
    tier->until_sold = (uint32_t)strtoul(bound, &end, 10);
    if (*end) {
        tier->until_sold = 0;
        if (!time_read(bound, &tier->until_ms))
            return false;
    }
    return money_read(part, currency, &tier->off_minor);
}

static bool read_tiers(const char *text, const char *currency, struct terms *terms)
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    terms->type.tiers = terms->tier_list;
    terms->type.n_tiers = 0;
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        const size_t at = terms->type.n_tiers++;
        if (at == TIERS_MAX || !read_tier(part, currency, &terms->tiers[at])) {
            fprintf(stderr, "tifo: --off %s: write AMOUNT@TIME or AMOUNT@NUMBER, at most %d\n",
                    text, TIERS_MAX);
            return false;
        }
        terms->tier_list[at] = &terms->tiers[at];
    }
    return true;
}

static bool read_limits(const struct arguments *arguments, Tifo__V1__TicketType *type)
{
    return arguments_time(arguments, "--from", &type->sale_from_ms) &&
           arguments_time(arguments, "--until", &type->sale_until_ms) &&
           arguments_number(arguments, "--min", 0, LIMIT_MAX, &type->min_per_order) &&
           arguments_number(arguments, "--max", 0, LIMIT_MAX, &type->max_per_order) &&
           arguments_number(arguments, "--each", 0, LIMIT_MAX, &type->max_per_person) &&
           arguments_number(arguments, "--per-means", 0, LIMIT_MAX, &type->max_per_means) &&
           percent_read(arguments, "--tax", HUNDRED_PERCENT, &type->tax_milli_percent) &&
           percent_read(arguments, "--fee-percent", HUNDRED_PERCENT, &type->fee_milli_percent);
}

/* What is given changes; what is not stays. */
static bool read_terms(const struct arguments *arguments, const char *currency, struct terms *terms)
{
    Tifo__V1__TicketType *type = &terms->type;
    const char *prices = arguments_text(arguments, "--price");
    const char *tiers = arguments_text(arguments, "--off");
    const char *quotas = arguments_text(arguments, "--quota");
    const char *fee = arguments_text(arguments, "--fee");
    type->general |= arguments_switch(arguments, "--general");
    type->hidden |= arguments_switch(arguments, "--hidden");
    type->tax_included |= arguments_switch(arguments, "--tax-included");
    if (arguments_switch(arguments, "--donation"))
        type->rule = TIFO__V1__PRICE_RULE__PRICE_RULE_DONATION;
    if (quotas) {
        type->quotas = terms->quotas;
        if (!list_read("--quota", quotas, terms->quotas, &type->n_quotas))
            return false;
    }
    if (fee && !money_read(fee, currency, &type->fee_minor)) {
        fprintf(stderr, "tifo: --fee %s is no amount in %s\n", fee, currency);
        return false;
    }
    return (!prices || read_prices(prices, currency, terms)) &&
           (!tiers || read_tiers(tiers, currency, terms)) && read_limits(arguments, type);
}

/* ---- Telling --------------------------------------------------------------------------------- */

static void print_type(const ProtobufCMessage *row, const void *currency)
{
    const Tifo__V1__TicketType *type = (const void *)row;
    printf("%2u  %-20s %-9s %6u held %6u sold ", type->index, type->name,
           type->general ? "places" : "seats", type->held, type->sold);
    for (size_t i = 0; i < type->n_price_minor; i++)
        printf(" %s", money_text(type->price_minor[i], currency).text);
    printf("%s%s\n", type->rule == TIFO__V1__PRICE_RULE__PRICE_RULE_DONATION ? " or more" : "",
           type->hidden ? "  hidden" : "");
}

static void print_list(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__GetEventResponse *)reply)->event;
    (void)ctx;
    for (size_t i = 0; i < event->n_types; i++)
        print_type(&event->types[i]->base, event->currency);
}

/* ---- Commands -------------------------------------------------------------------------------- */

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__AddTicketTypeRequest request = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    struct terms terms = { .type = TIFO__V1__TICKET_TYPE__INIT };
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    enum outcome outcome = FAILED;
    if (!event)
        return FAILED;
    terms.type.name = (char *)arguments->positional[1];
    request.event_id = event->event->event_id;
    request.type = &terms.type;
    if (read_terms(arguments, event->event->currency, &terms))
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                     "AddTicketType", &request.base),
                                   arguments, print_type, event->event->currency);
    protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__UpdateTicketTypeRequest request = TIFO__V1__UPDATE_TICKET_TYPE_REQUEST__INIT;
    struct terms terms;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    const Tifo__V1__TicketType *type =
        event ? type_find(event->event, arguments->positional[1]) : NULL;
    enum outcome outcome = FAILED;
    if (type) {
        terms.type = *type;
        terms.type.name = arguments_or(arguments, "--name", type->name);
        request.event_id = event->event->event_id;
        request.type = &terms.type;
        if (arguments_switch(arguments, "--general") && terms.type.n_price_minor > 1)
            terms.type.n_price_minor = 1;
        if (read_terms(arguments, event->event->currency, &terms))
            outcome =
                server_link_show(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                   "UpdateTicketType", &request.base),
                                 arguments, print_type, event->event->currency);
    }
    if (event)
        protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    return server_link_tell(event ? &event->base : NULL, arguments, print_list, NULL);
}

const struct command type_add_command = {
    "type add", "EVENT NAME", "another type of ticket", 2, add_flags, .task = add,
};
const struct command type_set_command = {
    "type set", "EVENT TYPE", "other terms of a type; what is not given stays",
    2,          set_flags,    .task = set,
};
const struct command type_list_command = {
    "type list", "EVENT", "types of ticket and their prices", 1, json_flags, .task = list,
};
