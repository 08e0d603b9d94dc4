/*
 * Vouchers and promotion codes of an event.
 */
#include <stdio.h>
#include <strings.h>

#include "api/money/money.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/vouchers.pb-c.h"

enum { USES_MAX = 1000000, HUNDRED_PERCENT = 100000 };

static const struct flag add_flags[] = {
    { "--percent", "N", "so much off" },
    { "--amount", "AMOUNT", "so much off" },
    { "--fixed", "AMOUNT", "the price is this, unless it is less" },
    { "--types", "LIST", "types that it is for, by index: 0,2 (default all); unlocks hidden ones" },
    { "--uses", "N", "tickets that it can be used for (default 1)" },
    { "--from", "TIME", "valid from then, in UTC, such as 2026-05-16T15:00" },
    { "--until", "TIME", "valid until then" },
    { "--reserve", "QUOTA", "keeps places in this quota, by its index" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag set_flags[] = {
    { "--uses", "N", "tickets that it can be used for, not fewer than it was" },
    { "--from", "TIME", "valid from then, in UTC, such as 2026-05-16T15:00" },
    { "--until", "TIME", "valid until then" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

/* ---- voucher add ----------------------------------------------------------------------------- */

static bool read_effect(const struct arguments *arguments, const char *currency,
                        Tifo__V1__Voucher *voucher)
{
    const char *amount = arguments_text(arguments, "--amount");
    const char *fixed = arguments_text(arguments, "--fixed");
    const char *percent = arguments_text(arguments, "--percent");
    const char *value = amount ? amount : fixed;
    if ((amount != NULL) + (fixed != NULL) + (percent != NULL) > 1) {
        fprintf(stderr, "tifo: give one of --percent, --amount and --fixed\n");
        return false;
    }
    voucher->effect = percent  ? TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_PERCENT
                      : amount ? TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_AMOUNT
                      : fixed  ? TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_FIXED
                               : TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_NONE;
    if (value && !money_read(value, currency, &voucher->value_minor)) {
        fprintf(stderr, "tifo: \"%s\" is no amount in %s\n", value, currency);
        return false;
    }
    return percent_read(arguments, "--percent", HUNDRED_PERCENT, &voucher->percent_milli);
}

static bool read_voucher(const struct arguments *arguments, const char *currency, uint32_t *types,
                         Tifo__V1__Voucher *voucher)
{
    const char *list = arguments_text(arguments, "--types");
    voucher->code = (char *)arguments->positional[1];
    voucher->uses = 1;
    voucher->types = types;
    if (arguments_text(arguments, "--reserve"))
        voucher->reserve_case = TIFO__V1__VOUCHER__RESERVE_QUOTA;
    return read_effect(arguments, currency, voucher) &&
           (!list || list_read("--types", list, types, &voucher->n_types)) &&
           arguments_number(arguments, "--uses", 1, USES_MAX, &voucher->uses) &&
           arguments_number(arguments, "--reserve", 0, LIST_MAX - 1, &voucher->quota) &&
           arguments_time(arguments, "--from", &voucher->from_ms) &&
           arguments_time(arguments, "--until", &voucher->until_ms);
}

static void print_voucher(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Voucher *voucher = (const void *)row;
    (void)ctx;
    printf("%-32s %7u of %u used\n", voucher->code, voucher->used, voucher->uses);
}

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__AddVoucherRequest request = TIFO__V1__ADD_VOUCHER_REQUEST__INIT;
    Tifo__V1__Voucher voucher = TIFO__V1__VOUCHER__INIT;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    uint32_t types[LIST_MAX];
    enum outcome outcome = BAD_USAGE;
    if (!event)
        return FAILED;
    request.event_id = event->event->event_id;
    request.voucher = &voucher;
    if (read_voucher(arguments, event->event->currency, types, &voucher))
        outcome =
            server_link_show(server_link_write(link, arguments, &tifo__v1__vouchers__descriptor,
                                               "AddVoucher", &request.base),
                             arguments, print_voucher, NULL);
    protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

/* ---- voucher set ----------------------------------------------------------------------------- */

/* The page of the event's that has the code in whatever case, and which it is there; NULL after a
 * sentence. */
static Tifo__V1__ListVouchersResponse *voucher_find(struct server_link *link, char *event,
                                                    const char *code, size_t *at)
{
    char token[64] = "";
    do {
        Tifo__V1__ListVouchersRequest request = TIFO__V1__LIST_VOUCHERS_REQUEST__INIT;
        request.event_id = event;
        request.page_token = token;
        Tifo__V1__ListVouchersResponse *page = (void *)server_link_call(
            link, &tifo__v1__vouchers__descriptor, "ListVouchers", &request.base);
        if (!page)
            return NULL;
        for (*at = 0; *at < page->n_vouchers; ++*at) {
            if (strcasecmp(page->vouchers[*at]->code, code) == 0)
                return page;
        }
        snprintf(token, sizeof(token), "%s", page->next_page_token);
        protobuf_c_message_free_unpacked(&page->base, NULL);
    } while (token[0]);
    fprintf(stderr, "tifo: the event has no voucher \"%s\"; see tifo voucher list\n", code);
    return NULL;
}

/* What is not given stays. */
static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__UpdateVoucherRequest request = TIFO__V1__UPDATE_VOUCHER_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    size_t at;
    enum outcome outcome = BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    Tifo__V1__ListVouchersResponse *page = voucher_find(link, event, arguments->positional[1], &at);
    if (!page)
        return FAILED;
    Tifo__V1__Voucher *voucher = page->vouchers[at];
    request.event_id = event;
    request.voucher = voucher;
    if (arguments_number(arguments, "--uses", 1, USES_MAX, &voucher->uses) &&
        arguments_time(arguments, "--from", &voucher->from_ms) &&
        arguments_time(arguments, "--until", &voucher->until_ms))
        outcome =
            server_link_show(server_link_write(link, arguments, &tifo__v1__vouchers__descriptor,
                                               "UpdateVoucher", &request.base),
                             arguments, print_voucher, NULL);
    protobuf_c_message_free_unpacked(&page->base, NULL);
    return outcome;
}

/* ---- voucher list ---------------------------------------------------------------------------- */

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListVouchersRequest request = TIFO__V1__LIST_VOUCHERS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_list(link, arguments, &tifo__v1__vouchers__descriptor, "ListVouchers",
                            &request.base, print_voucher, NULL);
}

const struct command voucher_add_command = {
    "voucher add", "EVENT CODE", "a code that lowers prices or unlocks types", 2,
    add_flags,     .task = add,
};
const struct command voucher_set_command = {
    "voucher set", "EVENT CODE", "other uses, or another time, for a code", 2,
    set_flags,     .task = set,
};
const struct command voucher_list_command = {
    "voucher list", "EVENT", "vouchers, and how often they were used", 1, json_flags, .task = list,
};
