#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/cli/money_text.h"
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
    JSON_FLAG,
    KEY_FLAG,
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

/* What the request points to. */
struct prices {
    Tifo__V1__PriceCategory rows[CATEGORIES_MAX], *list[CATEGORIES_MAX];
    uint32_t *blocks;
    char text[1024];
};

/* Days since 1970 of a date of the Gregorian calendar (Hinnant, chrono-compatible algorithms). */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    const int64_t era = year / 400;
    const unsigned of_era = (unsigned)(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2026-05-16T15:00" */
static bool read_time(const char *text, int64_t *ms)
{
    unsigned year, month, day, hour, minute;
    int end = 0;
    if (!text ||
        sscanf(text, "%4u-%2u-%2uT%2u:%2u%n", &year, &month, &day, &hour, &minute, &end) < 5 ||
        text[end] || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        year < 1970) {
        fprintf(stderr, "tifo: --starts %s is no time; write it as 2026-05-16T15:00, in UTC\n",
                text ? text : "is missing and");
        return false;
    }
    *ms = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000;
    return true;
}

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
                       struct prices *prices, Tifo__V1__Event *event)
{
    const char *currency = arguments_text(arguments, "--currency");
    const char *price = arguments_text(arguments, "--price");
    const char *stands = arguments_text(arguments, "--prices");
    uint32_t hours = HOURS;
    event->title = (char *)arguments->positional[0];
    event->currency = currency ? (char *)currency : "EUR";
    event->categories = prices->list;
    if (!read_time(arguments_text(arguments, "--starts"), &event->starts_ms) ||
        !arguments_number(arguments, "--hours", 1, HOURS_MAX, &hours))
        return false;
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
    enum outcome outcome = BAD_USAGE;
    request.venue_id = venue->venue_id;
    request.event = &event;
    if (read_event(venue, arguments, &prices, &event))
        outcome = server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                     "CreateEvent", &request.base),
                                   arguments, print, NULL);
    free(prices.blocks);
    return outcome;
}

static enum outcome run(const struct arguments *arguments)
{
    return server_link_do(arguments, create);
}

const struct command event_create_command = {
    "event create", "TITLE", "a new event, as a draft", 1, flags, run,
};
