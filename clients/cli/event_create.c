#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/events.pb-c.h"

enum { CATEGORIES_MAX = 32, HOURS = 2, HOURS_MAX = 240, HOUR_MS = 3600 * 1000 };

static const struct flag flags[] = {
    { "--starts", "TIME", "in UTC, such as 2026-05-16T15:00; needed" },
    { "--hours", "N", "how long it takes, 1 to 240 (default 2)" },
    { "--price", "AMOUNT", "of every seat, such as 25.00 (default 0: free)" },
    { "--prices", "LIST",
      "by stand: \"North lower=30.00,South lower=25\"; others are not on sale" },
    { "--currency", "CODE", "ISO 4217 (default EUR)" },
    { "--city", "TEXT", "where it is, for people" },
    { "--kind", "TEXT", "what it is, such as Football" },
    { "--description", "TEXT", "what else there is to say" },
    ORPHANS_FLAG,
    { "--series", "EVENT", "any event of the series that it belongs to" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

/* What the request points to. */
struct prices {
    Tifo__V1__PriceCategory rows[CATEGORIES_MAX], *list[CATEGORIES_MAX];
    uint32_t *blocks;
    char text[1024];
};

static bool add(struct prices *prices, Tifo__V1__Event *event, const char *name, const char *amount)
{
    Tifo__V1__PriceCategory *category = &prices->rows[event->n_categories];
    tifo__v1__price_category__init(category);
    category->name = (char *)name;
    if (!money_read(amount, event->currency, &category->price_minor)) {
        fprintf(stderr, "tifo: \"%s\" is no price in %s\n", amount, event->currency);
        return false;
    }
    prices->list[event->n_categories++] = category;
    return true;
}

/* The blocks of a stand get the last category. */
static bool sell_stand(const Tifo__V1__Venue *venue, struct prices *prices,
                       const Tifo__V1__Event *event, const char *stand)
{
    bool found = false;
    for (size_t b = 0; b < venue->n_blocks; b++) {
        if (strcmp(venue->blocks[b]->stand, stand) != 0)
            continue;
        prices->blocks[b] = (uint32_t)event->n_categories;
        found = true;
    }
    if (!found)
        fprintf(stderr, "tifo: %s has no stand \"%s\"; see tifo venue show --json\n",
                venue->venue_id, stand);
    return found;
}

/* "North lower=30.00,South lower=25" */
static bool read_stands(const Tifo__V1__Venue *venue, const char *text, struct prices *prices,
                        Tifo__V1__Event *event)
{
    snprintf(prices->text, sizeof(prices->text), "%s", text);
    prices->blocks = calloc(venue->n_blocks + 1, sizeof(*prices->blocks));
    event->block_category = prices->blocks;
    event->n_block_category = venue->n_blocks;
    char *part = prices->text;
    for (char *next; part; part = next) {
        next = strchr(part, ',');
        if (next)
            *next++ = '\0';
        char *amount = strchr(part, '=');
        if (!amount || event->n_categories == CATEGORIES_MAX) {
            fprintf(stderr, "tifo: --prices: \"%s\": write STAND=AMOUNT,STAND=AMOUNT, at most %d\n",
                    part, CATEGORIES_MAX);
            return false;
        }
        *amount++ = '\0';
        if (!add(prices, event, part, amount) || !sell_stand(venue, prices, event, part))
            return false;
    }
    return true;
}

static bool read_event(const Tifo__V1__Venue *venue, const struct arguments *arguments,
                       struct prices *prices, char *series, Tifo__V1__Event *event)
{
    const char *currency = arguments_text(arguments, "--currency");
    const char *price = arguments_text(arguments, "--price");
    const char *stands = arguments_text(arguments, "--prices");
    uint32_t hours = HOURS;
    event->title = (char *)arguments->positional[0];
    event->currency = currency ? (char *)currency : "EUR";
    event->categories = prices->list;
    if (!orphans_read(arguments, &event->refuse_orphans) ||
        !arguments_time(arguments, "--starts", &event->starts_ms) ||
        !arguments_number(arguments, "--hours", 1, HOURS_MAX, &hours))
        return false;
    if (event->starts_ms == 0) {
        fprintf(stderr, "tifo: --starts is missing; write it as 2026-05-16T15:00, in UTC\n");
        return false;
    }
    event->city = arguments_or(arguments, "--city", "");
    event->kind = arguments_or(arguments, "--kind", "");
    event->description = arguments_or(arguments, "--description", "");
    event->series_id = series;
    event->ends_ms = event->starts_ms + (int64_t)hours * HOUR_MS;
    if (stands && price) {
        fprintf(stderr, "tifo: give --price or --prices, not both\n");
        return false;
    }
    return stands ? read_stands(venue, stands, prices, event)
                  : add(prices, event, "Seat", price ? price : "0");
}

static void print(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__CreateEventResponse *)reply)->event;
    (void)ctx;
    printf(
        "%s\n\"%s\" is a draft, %u seats, doors %s; put it on sale with: tifo event publish %s\n",
        event->event_id, event->title, event->seats, time_text(event->doors_ms).text,
        event->event_id);
}

static enum outcome create(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    struct prices prices = { .blocks = NULL };
    const char *of = arguments_text(arguments, "--series");
    char series[EVENT_ID_SIZE] = "";
    enum outcome outcome = BAD_USAGE;
    if (of && !event_find(link, venue, of, series))
        return FAILED;
    request.venue_id = venue->venue_id;
    request.event = &event;
    if (read_event(venue, arguments, &prices, series, &event))
        outcome = server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                     "CreateEvent", &request.base),
                                   arguments, print, NULL);
    free(prices.blocks);
    return outcome;
}

const struct command event_create_command = {
    "event create", "TITLE", "a new event, as a draft", 1, flags, .task = create,
};
