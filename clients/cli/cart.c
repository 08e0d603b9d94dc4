/*
 * A hold as a cart: what is in it, what goes in and out, how long it lasts.
 */
#include <stdio.h>
#include <string.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"

static const struct flag add_flags[] = {
    { "--with", "LINE", "of add-ons: the line that they go with (any that has room)" },
    TYPE_FLAG,
    VOUCHER_FLAG,
    GIVES_FLAG,
    BEST_FLAGS,
    ALLOCATION_FLAG,
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static Tifo__V1__GetHoldResponse *hold_get(struct server_link *link, const char *id)
{
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    request.hold_id = (char *)id;
    return (void *)server_link_call(link, &tifo__v1__seats__descriptor, "GetHold", &request.base);
}

/* ---- Changes --------------------------------------------------------------------------------- */

/* Of the version that was just read. */
static enum outcome change(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments, Tifo__V1__ChangeHoldRequest *request,
                           const Tifo__V1__Hold *hold)
{
    request->hold_id = hold->hold_id;
    request->version = hold->version;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__seats__descriptor,
                                              "ChangeHold", &request->base),
                            arguments, hold_print, venue);
}

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__ChangeHoldRequest request = TIFO__V1__CHANGE_HOLD_REQUEST__INIT;
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    const char *voucher = arguments_text(arguments, "--voucher");
    struct new_lines lines;
    enum outcome outcome = FAILED;
    if (!reply)
        return FAILED;
    request.add = &lines.list;
    request.n_add = 1;
    request.allocation_code = arguments_or(arguments, "--allocation", "");
    if (voucher) {
        request.voucher_change_case = TIFO__V1__CHANGE_HOLD_REQUEST__VOUCHER_CHANGE_VOUCHER;
        request.voucher = (char *)voucher;
    }
    if (new_lines_read(link, venue, reply->hold->event_id, arguments->positional[1], arguments,
                       &lines) &&
        arguments_number(arguments, "--with", 1, HOLD_SEATS_MAX, &lines.row.addon_to))
        outcome = change(link, venue, arguments, &request, reply->hold);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome take_out(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    Tifo__V1__ChangeHoldRequest request = TIFO__V1__CHANGE_HOLD_REQUEST__INIT;
    uint32_t lines[LIST_MAX];
    if (!list_read("LINES", arguments->positional[1], lines, &request.n_remove) || lines[0] == 0) {
        fprintf(stderr, "tifo: lines are counted from 1, as tifo cart show does\n");
        return BAD_USAGE;
    }
    for (size_t i = 0; i < request.n_remove; i++)
        lines[i]--;
    request.remove = lines;
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    if (!reply)
        return FAILED;
    const enum outcome outcome = change(link, venue, arguments, &request, reply->hold);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome set_voucher(struct server_link *link, const Tifo__V1__Venue *venue,
                                const struct arguments *arguments)
{
    Tifo__V1__ChangeHoldRequest request = TIFO__V1__CHANGE_HOLD_REQUEST__INIT;
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    const char *code = arguments->positional[1];
    if (!reply)
        return FAILED;
    request.voucher_change_case = TIFO__V1__CHANGE_HOLD_REQUEST__VOUCHER_CHANGE_VOUCHER;
    request.voucher = strcmp(code, "-") == 0 ? "" : (char *)code;
    const enum outcome outcome = change(link, venue, arguments, &request, reply->hold);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome extend(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__ExtendHoldRequest request = TIFO__V1__EXTEND_HOLD_REQUEST__INIT;
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    if (!reply)
        return FAILED;
    request.hold_id = reply->hold->hold_id;
    request.version = reply->hold->version;
    const enum outcome outcome =
        server_link_show(server_link_write(link, arguments, &tifo__v1__seats__descriptor,
                                           "ExtendHold", &request.base),
                         arguments, hold_print, venue);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome buyer(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    if (!reply)
        return FAILED;
    const enum outcome outcome =
        server_link_show((void *)buyer_set(link, arguments, reply->hold, arguments->positional[1]),
                         arguments, hold_print, venue);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

/* ---- cart list, cart show -------------------------------------------------------------------- */

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListHoldsRequest request = TIFO__V1__LIST_HOLDS_REQUEST__INIT;
    return server_link_list(link, arguments, &tifo__v1__seats__descriptor, "ListHolds",
                            &request.base, hold_print, venue);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetHoldResponse *reply = hold_get(link, arguments->positional[0]);
    return server_link_show(reply ? &reply->base : NULL, arguments, hold_print, venue);
}

const struct command cart_list_command = {
    "cart list", "", "what you hold", 0, json_flags, .task = list,
};
const struct command cart_show_command = {
    "cart show", "HOLD", "one hold and what it costs", 1, json_flags, .task = show,
};
const struct command cart_add_command = {
    "cart add", "HOLD SEATS", "more seats or places into a hold", 2, add_flags, .task = add,
};
const struct command cart_remove_command = {
    "cart remove", "HOLD LINES", "lines out of a hold: 1,3", 2, json_key_flags, .task = take_out,
};
const struct command cart_voucher_command = {
    "cart voucher", "HOLD CODE",         "another voucher for a hold; - for none", 2,
    json_key_flags, .task = set_voucher,
};
const struct command cart_extend_command = {
    "cart extend",  "HOLD",         "the whole time again, at most three times", 1,
    json_key_flags, .task = extend,
};
const struct command cart_buyer_command = {
    "cart buyer",   "HOLD TAX_ID", "a business of another country buys, without tax", 2,
    json_key_flags, .task = buyer,
};
