/* Clients who change what they hold, with vouchers or without, and who give tickets away. */
#include "tests/storm/booking/world.h"

#include "tests/support/ground.h"
#include "tests/support/shop.h"
#include "tifo/v1/terms.pb-c.h"
#include "tifo/v1/vouchers.pb-c.h"

#include <stdio.h>
#include <string.h>

#define VOUCHER(method) "/tifo.v1.Vouchers/" method

/* ---- Vouchers -------------------------------------------------------------------------------- */

static char *code_of(uint32_t number, char code[CODE])
{
    snprintf(code, CODE, "CODE-%u", number);
    return code;
}

/* Few uses: they run out. */
static void set_terms(struct world *w, uint32_t event)
{
    Tifo__V1__SetTermsRequest request = TIFO__V1__SET_TERMS_REQUEST__INIT;
    Tifo__V1__EventTerms terms = TIFO__V1__EVENT_TERMS__INIT;
    Tifo__V1__CancellationPolicy policy = TIFO__V1__CANCELLATION_POLICY__INIT;
    Tifo__V1__CancellationTier early = TIFO__V1__CANCELLATION_TIER__INIT,
                               late = TIFO__V1__CANCELLATION_TIER__INIT;
    Tifo__V1__CancellationTier *tiers[] = { &late, &early };
    early.notice_s = 60 + world_roll(w, 1200);
    late.fee_bp = 2500 * world_roll(w, 4);
    late.fee_minor = 100 * world_roll(w, 3);
    late.withhold_seat = world_roll(w, 4) == 0;
    policy.tiers = tiers;
    policy.n_tiers = 1 + world_roll(w, 2);
    terms.policy = &policy;
    terms.approval_required = world_roll(w, 4) == 0;
    terms.payment_ttl_s = world_roll(w, 2) ? 60 + world_roll(w, 120) : 0;
    if (world_roll(w, 2))
        terms.tax_country = "AT";
    w->terms[event].taxed = terms.tax_country[0] != 0;
    terms.approval_ttl_s = world_roll(w, 2) ? 60 + world_roll(w, 120) : 0;
    request.event_id = w->events[event];
    request.terms = &terms;
    client_ask(w, "/tifo.v1.Terms/SetTerms", w->terms[event].organiser, true, &request.base);
}

void carts_begin(struct world *w, uint32_t event)
{
    const struct known_terms *terms = &w->terms[event];
    if (world_roll(w, 4))
        set_terms(w, event);
    uint32_t types[2] = { terms->general, terms->child };
    char code[CODE];
    if (types[0] > types[1]) {
        types[0] = terms->child;
        types[1] = terms->general;
    }
    for (uint32_t i = 0; i < VOUCHERS; i++) {
        Tifo__V1__AddVoucherRequest request = TIFO__V1__ADD_VOUCHER_REQUEST__INIT;
        Tifo__V1__Voucher voucher = TIFO__V1__VOUCHER__INIT;
        voucher.code = code_of(i, code);
        voucher.effect = world_roll(w, 2) ? TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_PERCENT
                                          : TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_FIXED;
        voucher.uses = 1 + world_roll(w, 6);
        if (voucher.effect == TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_PERCENT)
            voucher.percent_milli = 1 + world_roll(w, 100000);
        else
            voucher.value_minor = world_roll(w, 1200);
        if (i == 0) {
            voucher.types = types;
            voucher.n_types = 2;
            if (world_roll(w, 2))
                voucher.reserve_case = TIFO__V1__VOUCHER__RESERVE_QUOTA;
        }
        request.event_id = w->events[event];
        request.voucher = &voucher;
        client_ask(w, VOUCHER("AddVoucher"), terms->organiser, true, &request.base);
    }
}

/* More uses, or fewer: perhaps fewer than were used. */
static void update_voucher(struct world *w)
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    const struct known_terms *terms = &w->terms[event - w->events];
    const uint32_t number = world_roll(w, VOUCHERS);
    Tifo__V1__UpdateVoucherRequest request = TIFO__V1__UPDATE_VOUCHER_REQUEST__INIT;
    Tifo__V1__Voucher voucher = TIFO__V1__VOUCHER__INIT;
    char code[CODE];
    if (!terms->vouchers[number].version)
        return;
    voucher.code = code_of(number, code);
    voucher.uses = world_roll(w, 4) ? terms->vouchers[number].uses + world_roll(w, 4) : 1;
    voucher.version = terms->vouchers[number].version - (world_roll(w, 12) == 0);
    request.event_id = *event;
    request.voucher = &voucher;
    client_ask(w, VOUCHER("UpdateVoucher"), client_organiser(w, event), true, &request.base);
}

char *carts_code(struct world *w, const struct known_terms *terms, bool lines, char code[CODE])
{
    const uint32_t number = lines || world_roll(w, 8) == 0 ? world_roll(w, VOUCHERS) : 1;
    code[0] = 0;
    if (terms->vouchers[number].version && world_roll(w, 8) == 0)
        code_of(number, code);
    return code;
}

/* ---- Carts ----------------------------------------------------------------------------------- */

static void change_hold(struct world *w)
{
    const struct known_hold *hold = client_hold(w);
    const struct known_terms *terms = client_terms(w, hold->event);
    Tifo__V1__ChangeHoldRequest request = TIFO__V1__CHANGE_HOLD_REQUEST__INIT;
    Tifo__V1__NewLines line = TIFO__V1__NEW_LINES__INIT, parking = TIFO__V1__NEW_LINES__INIT;
    Tifo__V1__NewLines *lines[] = { &line, &parking };
    uint32_t remove = hold->lines ? world_roll(w, hold->lines) : 0, seats[2];
    char code[CODE];
    request.hold_id = (char *)hold->id;
    request.version = hold->version - (world_roll(w, 25) == 0);
    request.remove = &remove;
    request.n_remove = world_roll(w, 2);
    seats[0] = world_roll(w, GROUND_BLOCKS * GROUND_BLOCK_SEATS - 1);
    seats[1] = seats[0] + 1;
    if (terms->general && world_roll(w, 2)) {
        line.ticket_type = terms->general;
        line.places = 1;
    } else {
        line.ticket_type = terms->child && world_roll(w, 2) ? terms->child : 0;
        line.seats = seats;
        line.n_seats = 1 + world_roll(w, 2);
        request.allocation_code = deals_code(w, terms, (uint32_t)line.n_seats, seats);
    }
    request.add = lines;
    request.n_add = !request.n_remove || world_roll(w, 2);
    if (request.n_add)
        request.n_add += checkout_parks(w, terms, &parking, hold->lines);
    if (world_roll(w, 3) == 0) {
        request.voucher_change_case = TIFO__V1__CHANGE_HOLD_REQUEST__VOUCHER_CHANGE_VOUCHER;
        request.voucher = terms->vouchers[0].version && world_roll(w, 3)
                              ? code_of(world_roll(w, VOUCHERS), code)
                              : (char *)"";
    }
    client_ask(w, SHOP_SEAT("ChangeHold"), client_who(w, hold->client), true, &request.base);
}

static void extend_hold(struct world *w)
{
    const struct known_hold *hold = client_hold(w), *other;
    for (int i = 0; i < 6; i++) /* Again and again. */
        hold =
            (other = client_hold(w))->extensions > hold->extensions && !other->over ? other : hold;
    Tifo__V1__ExtendHoldRequest request = TIFO__V1__EXTEND_HOLD_REQUEST__INIT;
    request.hold_id = (char *)hold->id;
    request.version = hold->version - (world_roll(w, 25) == 0);
    client_ask(w, SHOP_SEAT("ExtendHold"), client_who(w, hold->client), true, &request.base);
}

void carts_ask(struct world *w)
{
    const uint32_t roll = world_roll(w, 12);
    if (roll == 0)
        update_voucher(w);
    else if (roll < 4)
        extend_hold(w);
    else
        change_hold(w);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

/* One line, or some, or all that are left. */
static void give_back(struct world *w)
{
    const struct known_order *order = KNOWN(w, order);
    Tifo__V1__CancelOrderRequest request = TIFO__V1__CANCEL_ORDER_REQUEST__INIT;
    uint32_t lines[2] = { order->lines ? world_roll(w, order->lines) : 0 };
    lines[1] = lines[0] + 1;
    request.order_id = (char *)order->id;
    request.version = order->version - (world_roll(w, 25) == 0);
    request.lines = lines;
    request.n_lines = world_roll(w, 4) ? 1 + (lines[1] < order->lines && world_roll(w, 3) == 0) : 0;
    request.by_organiser = world_roll(w, 12) == 0;
    const uint32_t client =
        request.by_organiser ? client_terms(w, order->event)->organiser : order->client;
    client_ask(w, SHOP_ORDERS("CancelOrder"), client_who(w, client), true, &request.base);
}

/* A seat for one of its lines. */
static void hold_for(struct world *w, const struct known_order *order)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seat = world_roll(w, GROUND_BLOCKS * GROUND_BLOCK_SEATS);
    request.event_id = (char *)order->event;
    request.seats = &seat;
    request.n_seats = 1;
    if (!client_terms(w, order->event)->line && !client_terms(w, order->event)->cancelled)
        client_ask(w, SHOP_SEAT("HoldSeats"), order->client, true, &request.base);
}

/* For what its owner holds of the same event. */
static void exchange(struct world *w)
{
    const struct known_order *order = KNOWN(w, order);
    const struct known_hold *hold = NULL;
    for (uint32_t i = 0; i < KNOWN_MAX; i++) {
        const struct known_hold *one = &w->holds[i];
        if (one->lines && one->lines <= order->lines && !one->over && one->expires_ms > w->now_ms &&
            one->client == order->client && strcmp(one->event, order->event) == 0 &&
            (!hold || one->lines < hold->lines))
            hold = one;
    }
    if (!hold) {
        hold_for(w, order);
        return;
    }
    Tifo__V1__ExchangeLinesRequest request = TIFO__V1__EXCHANGE_LINES_REQUEST__INIT;
    uint32_t lines[HOLD_SEATS];
    const uint32_t first = world_roll(w, order->lines - hold->lines + 1);
    for (uint32_t i = 0; i < hold->lines; i++)
        lines[i] = first + i;
    request.order_id = (char *)order->id;
    request.version = order->version;
    request.lines = lines;
    request.n_lines = hold->lines;
    request.hold_id = (char *)hold->id;
    request.hold_version = hold->version - (world_roll(w, 25) == 0);
    request.payment_token = world_roll(w, 8) ? "tok_ok" : "tok_declined";
    client_ask(w, SHOP_ORDERS("ExchangeLines"), client_who(w, order->client), true, &request.base);
}

void orders_ask(struct world *w)
{
    if (world_roll(w, 2))
        exchange(w);
    else
        give_back(w);
}

/* ---- Tickets --------------------------------------------------------------------------------- */

void tickets_ask(struct world *w)
{
    const struct known_code *code = KNOWN(w, code);
    Tifo__V1__TransferTicketRequest transfer = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    Tifo__V1__ReissueTicketRequest reissue = TIFO__V1__REISSUE_TICKET_REQUEST__INIT;
    Tifo__V1__GetTicketRequest look = TIFO__V1__GET_TICKET_REQUEST__INIT;
    const uint32_t roll = world_roll(w, 6);
    char to[16];
    snprintf(to, sizeof to, "fan-%u", world_roll(w, CLIENTS));
    transfer.ticket_id = reissue.ticket_id = look.ticket_id = (char *)code->ticket;
    transfer.to = to;
    if (roll == 0)
        client_ask(w, SHOP_TICKETS("ReissueTicket"), client_who(w, code->client), true,
                   &reissue.base);
    else if (roll < 3)
        client_ask(w, SHOP_TICKETS("TransferTicket"), client_who(w, code->client), true,
                   &transfer.base);
    else
        client_ask(w, SHOP_TICKETS("GetTicket"), client_who(w, code->client), false, &look.base);
}

/* A ticket is somebody else's; its code is the old one until they fetch theirs. */
static void know_ticket(struct world *w, const Tifo__V1__Ticket *told, uint32_t client)
{
    for (uint32_t i = 0; i < KNOWN_MAX; i++) {
        if (strcmp(w->codes[i].ticket, told->ticket_id) != 0)
            continue;
        if (told->state == TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED)
            w->codes[i].client = world_roll(w, CLIENTS);
        else
            w->codes[i].client = client;
        if (told->code[0])
            snprintf(w->codes[i].code, sizeof w->codes[i].code, "%s", told->code);
    }
}

/* ---- What is heard --------------------------------------------------------------------------- */

static void know_voucher(struct world *w, const struct operation *operation,
                         const Tifo__V1__Voucher *voucher)
{
    const uint32_t number = (uint32_t)(voucher->code[strlen("CODE-")] - '0') % VOUCHERS;
    struct known_terms *terms = &w->terms[client_event(w, operation)];
    terms->vouchers[number].uses = voucher->uses;
    terms->vouchers[number].version = voucher->version;
}

void carts_know(struct world *w, const struct operation *operation, const void *reply)
{
    const char *method = operation->method;
    const uint32_t client = client_of(operation);
    if (strcmp(method, VOUCHER("AddVoucher")) == 0)
        know_voucher(w, operation, ((const Tifo__V1__AddVoucherResponse *)reply)->voucher);
    else if (strcmp(method, VOUCHER("UpdateVoucher")) == 0)
        know_voucher(w, operation, ((const Tifo__V1__UpdateVoucherResponse *)reply)->voucher);
    else if (strcmp(method, SHOP_SEAT("ChangeHold")) == 0)
        client_know_hold(w, ((const Tifo__V1__ChangeHoldResponse *)reply)->hold, client, false);
    else if (strcmp(method, SHOP_SEAT("ExtendHold")) == 0)
        client_know_hold(w, ((const Tifo__V1__ExtendHoldResponse *)reply)->hold, client, false);
    else if (strcmp(method, SHOP_TICKETS("TransferTicket")) == 0)
        know_ticket(w, ((const Tifo__V1__TransferTicketResponse *)reply)->ticket, client);
    else if (strcmp(method, SHOP_TICKETS("GetTicket")) == 0)
        know_ticket(w, ((const Tifo__V1__GetTicketResponse *)reply)->ticket, client);
}
