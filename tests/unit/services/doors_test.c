/* tifo.v1.Doors, and tickets that change hands, as clients and stewards see them: every reason of a
 * scan, by name. */
#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tests/support/slow_payment.h"
#include "tifo/v1/doors.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/terms.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OPEN_MS       (SHOP_STARTS_MS - 3600 * 1000)
#define DOORS(method) "/tifo.v1.Doors/" method
#define RESULT(name)  TIFO__V1__SCAN_RESULT__SCAN_RESULT_##name
#define STATE(name)   TIFO__V1__TICKET_STATE__TICKET_STATE_##name

static struct test_server server;
static char event[33], order[33], ticket[2][33], code[2][TICKET_CODE_CHARS + 1];
static uint64_t nonce;

static void *call_as(const char *path, const void *request, const char *caller)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call_as(&server, path, request, caller, NULL, &status);
    if (!reply)
        fail_msg("%s: %s (%s)", path, status.message, status.reason);
    rpc_status_fini(&status);
    return reply;
}

static void refused(const char *path, const void *request, const char *caller, const char *reason,
                    const char *field)
{
    struct rpc_status status = { 0 };
    assert_null(test_server_call_as(&server, path, request, caller, NULL, &status));
    shop_refused(&status, reason, field);
}

/* Two tickets of ann's, in blocks 0 and 1; doors are open. */
static int set_up(void **state)
{
    const uint32_t seats[] = { 0, 599 };
    (void)state;
    nonce = 0;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, seats, 2);
    snprintf(order, sizeof order, "%s", bought->order->order_id);
    shop_drop(bought);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", order);
    for (size_t i = 0; i < 2; i++) {
        snprintf(ticket[i], sizeof ticket[i], "%s", tickets->tickets[i]->ticket_id);
        snprintf(code[i], sizeof code[i], "%s", tickets->tickets[i]->code);
    }
    shop_drop(tickets);
    shop_advance(&server, OPEN_MS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_server_close(&server);
    return 0;
}

static Tifo__V1__ScanTicketRequest scan_of(const char *what)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = (char *)what;
    request.nonce = ++nonce;
    return request;
}

static Tifo__V1__ScanTicketResponse *scan(const Tifo__V1__ScanTicketRequest *request)
{
    return call_as(SHOP_TICKETS("ScanTicket"), request, "turnstile-1");
}

static void scans_as(const Tifo__V1__ScanTicketRequest *request, Tifo__V1__ScanResult result)
{
    Tifo__V1__ScanTicketResponse *reply = scan(request);
    if (reply->result != result)
        fail_msg("%d (%s), not %d", (int)reply->result, reply->sentence, (int)result);
    assert_true(strlen(reply->sentence) > 0);
    shop_drop(reply);
}

static Tifo__V1__GetTicketResponse *fetch(const char *id, const char *caller)
{
    Tifo__V1__GetTicketRequest request = TIFO__V1__GET_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)id;
    return call_as(SHOP_TICKETS("GetTicket"), &request, caller);
}

static void transfer(const char *id, const char *from, const char *to)
{
    Tifo__V1__TransferTicketRequest request = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)id;
    request.to = (char *)to;
    Tifo__V1__TransferTicketResponse *reply =
        call_as(SHOP_TICKETS("TransferTicket"), &request, from);
    assert_int_equal(reply->ticket->state, STATE(TRANSFERRED));
    assert_int_equal(strlen(reply->ticket->code), 0);
    assert_int_equal(strlen(reply->ticket->holder), 0);
    shop_drop(reply);
}

static void set_list(uint32_t number, const Tifo__V1__CheckinList *list)
{
    Tifo__V1__SetCheckinListRequest request = TIFO__V1__SET_CHECKIN_LIST_REQUEST__INIT;
    Tifo__V1__CheckinList copy = *list;
    copy.number = number;
    request.event_id = event;
    request.list = &copy;
    Tifo__V1__SetCheckinListResponse *reply = call_as(DOORS("SetCheckinList"), &request, NULL);
    assert_int_equal(reply->list->number, number ? number : 1);
    shop_drop(reply);
}

static Tifo__V1__DoorRules default_rules(void)
{
    Tifo__V1__GetDoorsRequest request = TIFO__V1__GET_DOORS_REQUEST__INIT;
    request.event_id = event;
    Tifo__V1__GetDoorsResponse *reply = call_as(DOORS("GetDoors"), &request, NULL);
    const Tifo__V1__DoorRules rules = *reply->rules;
    shop_drop(reply);
    return rules;
}

static void set_rules(const Tifo__V1__DoorRules *rules)
{
    Tifo__V1__SetDoorRulesRequest request = TIFO__V1__SET_DOOR_RULES_REQUEST__INIT;
    request.event_id = event;
    request.rules = (Tifo__V1__DoorRules *)rules;
    shop_drop(call_as(DOORS("SetDoorRules"), &request, NULL));
}

/* ---- Whose a ticket is ------------------------------------------------------------------------
 */

/* "a ticket used after transfer: revoked" */
static void a_ticket_used_after_its_transfer_is_revoked(void **state)
{
    (void)state;
    transfer(ticket[0], "ann", "bob");
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    scans_as(&request, RESULT(REVOKED));
    Tifo__V1__GetTicketResponse *bobs = fetch(ticket[0], "bob");
    assert_int_equal(bobs->ticket->generation, 2);
    assert_string_equal(bobs->ticket->holder, "bob");
    assert_string_not_equal(bobs->ticket->code, code[0]);
    request = scan_of(bobs->ticket->code);
    scans_as(&request, RESULT(OK));
    shop_drop(bobs);
    request = scan_of(code[0]);
    scans_as(&request, RESULT(REVOKED));
}

static void who_gave_a_ticket_away_gets_no_code(void **state)
{
    (void)state;
    Tifo__V1__GetTicketRequest request = TIFO__V1__GET_TICKET_REQUEST__INIT;
    transfer(ticket[0], "ann", "bob");
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", order);
    assert_int_equal(tickets->tickets[0]->state, STATE(TRANSFERRED));
    assert_int_equal(strlen(tickets->tickets[0]->code), 0);
    assert_int_equal(strlen(tickets->tickets[1]->code), TICKET_CODE_CHARS);
    shop_drop(tickets);
    request.ticket_id = ticket[0];
    refused(SHOP_TICKETS("GetTicket"), &request, "ann", "UNKNOWN_TICKET", "ticket_id");
    Tifo__V1__ListTicketsRequest list = TIFO__V1__LIST_TICKETS_REQUEST__INIT;
    Tifo__V1__ListTicketsResponse *given = call_as(SHOP_TICKETS("ListTickets"), &list, "bob");
    assert_int_equal(given->n_tickets, 1);
    assert_string_equal(given->tickets[0]->ticket_id, ticket[0]);
    shop_drop(given);
}

static void tickets_that_were_given_are_paged(void **state)
{
    (void)state;
    Tifo__V1__ListTicketsRequest request = TIFO__V1__LIST_TICKETS_REQUEST__INIT;
    transfer(ticket[0], "ann", "bob");
    transfer(ticket[1], "ann", "bob");
    request.page_size = 1;
    Tifo__V1__ListTicketsResponse *page = call_as(SHOP_TICKETS("ListTickets"), &request, "bob");
    assert_int_equal(page->n_tickets, 1);
    request.page_token = page->next_page_token;
    Tifo__V1__ListTicketsResponse *next = call_as(SHOP_TICKETS("ListTickets"), &request, "bob");
    assert_string_equal(next->tickets[0]->ticket_id, ticket[1]);
    assert_string_equal(next->next_page_token, "");
    shop_drop(next);
    shop_drop(page);
    request.page_token = event;
    refused(SHOP_TICKETS("ListTickets"), &request, "bob", "BAD_FIELD", "page_token");
}

static void a_transfer_may_be_refused(void **state)
{
    (void)state;
    Tifo__V1__TransferTicketRequest request = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    request.ticket_id = ticket[0];
    refused(SHOP_TICKETS("TransferTicket"), &request, "ann", "BAD_FIELD", "to");
    request.to = "bob";
    refused(SHOP_TICKETS("TransferTicket"), &request, "eve", "UNKNOWN_TICKET", "ticket_id");
    Tifo__V1__DoorRules rules = default_rules();
    rules.transfers = false;
    set_rules(&rules);
    refused(SHOP_TICKETS("TransferTicket"), &request, "ann", "TICKET_FIXED", "ticket_id");
    rules.transfers = true;
    set_rules(&rules);
    Tifo__V1__ScanTicketRequest in = scan_of(code[0]);
    scans_as(&in, RESULT(OK));
    refused(SHOP_TICKETS("TransferTicket"), &request, "ann", "TICKET_STATE", "ticket_id");
}

static void codes_are_sealed_until_the_rules_say(void **state)
{
    (void)state;
    Tifo__V1__DoorRules rules = default_rules();
    assert_int_equal(rules.sealed_s, 24 * 3600);
    rules.sealed_s = 1800;
    set_rules(&rules);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", order);
    assert_int_equal(strlen(tickets->tickets[0]->code), 0);
    assert_int_equal(tickets->tickets[0]->sealed_until_ms, SHOP_STARTS_MS - 1800 * 1000);
    shop_drop(tickets);
    shop_advance(&server, SHOP_STARTS_MS - 1800 * 1000);
    tickets = shop_tickets(&server, "ann", order);
    assert_string_equal(tickets->tickets[0]->code, code[0]);
    shop_drop(tickets);
}

static Tifo__V1__RenderTicketResponse *render(Tifo__V1__TicketFormat format)
{
    Tifo__V1__RenderTicketRequest request = TIFO__V1__RENDER_TICKET_REQUEST__INIT;
    request.ticket_id = ticket[0];
    request.format = format;
    return call_as(SHOP_TICKETS("RenderTicket"), &request, "ann");
}

static void tickets_are_drawn(void **state)
{
    (void)state;
    Tifo__V1__RenderTicketResponse *png = render(TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_QR_PNG);
    Tifo__V1__RenderTicketResponse *svg = render(TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_QR_SVG);
    Tifo__V1__RenderTicketResponse *pdf = render(TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PDF);
    assert_memory_equal(png->data.data, "\x89PNG", 4);
    assert_string_equal(png->media_type, "image/png");
    assert_memory_equal(svg->data.data, "<svg ", 5);
    assert_string_equal(svg->media_type, "image/svg+xml");
    assert_memory_equal(pdf->data.data, "%PDF-", 5);
    assert_string_equal(pdf->media_type, "application/pdf");
    shop_drop(png);
    shop_drop(svg);
    shop_drop(pdf);
}

static void what_may_not_be_drawn(void **state)
{
    (void)state;
    Tifo__V1__RenderTicketRequest request = TIFO__V1__RENDER_TICKET_REQUEST__INIT;
    Tifo__V1__DoorRules rules = default_rules();
    request.ticket_id = ticket[0];
    refused(SHOP_TICKETS("RenderTicket"), &request, "ann", "BAD_FIELD", "format");
    request.format = TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PDF;
    refused(SHOP_TICKETS("RenderTicket"), &request, "bob", "UNKNOWN_TICKET", "ticket_id");
    request.format = TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PKPASS; /* Nobody signs passes here. */
    refused(SHOP_TICKETS("RenderTicket"), &request, "bob", "UNKNOWN_TICKET", "ticket_id");
    refused(SHOP_TICKETS("RenderTicket"), &request, "ann", "NO_WALLET_CERT", "format");
    rules.sealed_s = 60;
    set_rules(&rules);
    refused(SHOP_TICKETS("RenderTicket"), &request, "ann", "TICKET_SEALED", "ticket_id");
    request.format = TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PDF;
    refused(SHOP_TICKETS("RenderTicket"), &request, "ann", "TICKET_SEALED", "ticket_id");
    shop_cancel(&server, event);
    refused(SHOP_TICKETS("RenderTicket"), &request, "ann", "TICKET_STATE", "ticket_id");
}

static void only_the_organiser_rules_the_doors(void **state)
{
    (void)state;
    Tifo__V1__SetDoorRulesRequest rules = TIFO__V1__SET_DOOR_RULES_REQUEST__INIT;
    Tifo__V1__DoorRules wanted = default_rules();
    Tifo__V1__SetCheckinListRequest list = TIFO__V1__SET_CHECKIN_LIST_REQUEST__INIT;
    Tifo__V1__CheckinList lounge = TIFO__V1__CHECKIN_LIST__INIT;
    Tifo__V1__BlockTicketRequest block = TIFO__V1__BLOCK_TICKET_REQUEST__INIT;
    Tifo__V1__FindTicketsRequest find = TIFO__V1__FIND_TICKETS_REQUEST__INIT;
    Tifo__V1__ListConflictsRequest conflicts = TIFO__V1__LIST_CONFLICTS_REQUEST__INIT;
    rules.event_id = list.event_id = find.event_id = conflicts.event_id = event;
    rules.rules = &wanted;
    lounge.name = "Lounge";
    list.list = &lounge;
    block.ticket_id = ticket[0];
    block.blocked = true;
    block.reason = "spite";
    find.person = "ann";
    refused(DOORS("SetDoorRules"), &rules, "eve", "NOT_ORGANISER", "event_id");
    refused(DOORS("SetCheckinList"), &list, "eve", "NOT_ORGANISER", "event_id");
    refused(SHOP_TICKETS("BlockTicket"), &block, "eve", "NOT_ORGANISER", "event_id");
    refused(DOORS("FindTickets"), &find, "eve", "NOT_ORGANISER", "event_id");
    refused(DOORS("ListConflicts"), &conflicts, "eve", "NOT_ORGANISER", "event_id");
}

/* ---- Every reason -----------------------------------------------------------------------------
 */

static void incomplete(void **state)
{
    (void)state;
    Tifo__V1__CheckinList list = TIFO__V1__CHECKIN_LIST__INIT;
    list.name = "Away end";
    list.checks_id = true;
    set_list(0, &list);
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    request.list = 1;
    scans_as(&request, RESULT(INCOMPLETE));
    request.id_checked = true;
    scans_as(&request, RESULT(OK));
}

/* "an offline scan of unsigned JSON: rejected" */
static void unsigned_json_is_invalid(void **state)
{
    (void)state;
    char json[200];
    snprintf(json, sizeof json, "{\"ticket_id\":\"%s\",\"event_id\":\"%s\",\"seat\":0}", ticket[0],
             event);
    Tifo__V1__ScanTicketRequest request = scan_of(json);
    scans_as(&request, RESULT(INVALID));
    request.code = ticket[0]; /* An id alone is none, either, unless a steward types it. */
    scans_as(&request, RESULT(INVALID));
}

static void ambiguous(void **state)
{
    (void)state;
    Tifo__V1__ScanTicketRequest request = scan_of(order);
    request.by_hand = true;
    scans_as(&request, RESULT(AMBIGUOUS));
    request.code = ticket[1];
    scans_as(&request, RESULT(OK));
}

/* Its provider takes its time. */
static void unpaid(void **state)
{
    struct ledger ledger = { 0 };
    struct payment_provider *slow = slow_payment_open(&ledger);
    const uint32_t seat = 7;
    tear_down(state);
    test_server_open_real(&server, NULL, slow);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, &seat, 1);
    assert_int_equal(bought->order->state, TIFO__V1__ORDER_STATE__ORDER_STATE_PENDING);
    Tifo__V1__ScanTicketRequest request = scan_of(bought->order->order_id);
    request.by_hand = true;
    scans_as(&request, RESULT(UNPAID));
    slow_payment_answer(slow, 1);
    test_server_run(&server);
    scans_as(&request, RESULT(OK));
    shop_drop(bought);
}

static void unapproved(void **state)
{
    (void)state;
    const uint32_t seat = 7;
    Tifo__V1__SetTermsRequest set = TIFO__V1__SET_TERMS_REQUEST__INIT;
    Tifo__V1__EventTerms terms = TIFO__V1__EVENT_TERMS__INIT;
    Tifo__V1__ApproveOrderRequest approve = TIFO__V1__APPROVE_ORDER_REQUEST__INIT;
    set.event_id = event;
    set.terms = &terms;
    terms.approval_required = true;
    shop_drop(call_as("/tifo.v1.Terms/SetTerms", &set, NULL));
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, &seat, 1);
    Tifo__V1__ScanTicketRequest request = scan_of(bought->order->order_id);
    request.by_hand = true;
    scans_as(&request, RESULT(UNAPPROVED));
    approve.order_id = bought->order->order_id;
    approve.version = bought->order->version;
    shop_drop(call_as(SHOP_ORDERS("ApproveOrder"), &approve, NULL));
    scans_as(&request, RESULT(OK));
    shop_drop(bought);
}

static void blocked(void **state)
{
    (void)state;
    Tifo__V1__BlockTicketRequest block = TIFO__V1__BLOCK_TICKET_REQUEST__INIT;
    block.ticket_id = ticket[0];
    block.blocked = true;
    refused(SHOP_TICKETS("BlockTicket"), &block, NULL, "BAD_FIELD", "reason");
    block.reason = "reported stolen";
    Tifo__V1__BlockTicketResponse *reply = call_as(SHOP_TICKETS("BlockTicket"), &block, NULL);
    assert_int_equal(reply->ticket->state, STATE(BLOCKED));
    shop_drop(reply);
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    Tifo__V1__ScanTicketResponse *refusal = scan(&request);
    assert_int_equal(refusal->result, RESULT(BLOCKED));
    assert_non_null(strstr(refusal->sentence, "reported stolen"));
    shop_drop(refusal);
    block.blocked = false;
    shop_drop(call_as(SHOP_TICKETS("BlockTicket"), &block, NULL));
    scans_as(&request, RESULT(OK));
}

static void product_rules_and_time_of_a_list(void **state)
{
    (void)state;
    uint32_t block = 1, gate = 2;
    Tifo__V1__CheckinList list = TIFO__V1__CHECKIN_LIST__INIT;
    list.name = "East";
    list.blocks = &block;
    list.n_blocks = 1;
    list.gates = &gate;
    list.n_gates = 1;
    list.from_ms = OPEN_MS + 60000;
    set_list(0, &list);
    Tifo__V1__ScanTicketRequest request = scan_of(code[1]);
    request.list = 1;
    request.gate = 2;
    scans_as(&request, RESULT(INVALID_TIME));
    shop_advance(&server, OPEN_MS + 60000);
    request.gate = 0;
    scans_as(&request, RESULT(RULES));
    request.gate = 2;
    request.code = code[0];
    scans_as(&request, RESULT(PRODUCT));
    request.code = code[1];
    scans_as(&request, RESULT(OK));
    request.list = 2;
    scans_as(&request, RESULT(PRODUCT));
}

static void medium_invalid(void **state)
{
    (void)state;
    Tifo__V1__CheckinList list = TIFO__V1__CHECKIN_LIST__INIT;
    list.name = "Turnstiles";
    list.codes_only = true;
    set_list(0, &list);
    Tifo__V1__ScanTicketRequest request = scan_of(ticket[0]);
    request.by_hand = true;
    request.list = 1;
    scans_as(&request, RESULT(MEDIUM_INVALID));
    request.code = code[0];
    request.by_hand = false;
    scans_as(&request, RESULT(OK));
}

static Tifo__V1__IssueMediumRequest issue_of(const char *id, const char *medium)
{
    Tifo__V1__IssueMediumRequest request = TIFO__V1__ISSUE_MEDIUM_REQUEST__INIT;
    request.ticket_id = (char *)id;
    request.medium = (char *)medium;
    return request;
}

static void already_exchanged(void **state)
{
    (void)state;
    const Tifo__V1__IssueMediumRequest issue = issue_of(ticket[0], "band-1");
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    refused(DOORS("IssueMedium"), &issue, "ann", "NOT_ORGANISER", "event_id");
    Tifo__V1__IssueMediumResponse *issued = call_as(DOORS("IssueMedium"), &issue, NULL);
    assert_string_equal(issued->medium->medium, "band-1");
    assert_string_equal(issued->medium->ticket->ticket_id, ticket[0]);
    assert_string_equal(issued->medium->ticket->medium, "band-1");
    assert_int_equal(issued->medium->version, issued->seq);
    shop_drop(issued);
    scans_as(&request, RESULT(ALREADY_EXCHANGED));
    request.medium = "band-1"; /* Beside a code. */
    refused(SHOP_TICKETS("ScanTicket"), &request, NULL, "BAD_FIELD", "medium");
    request = scan_of("");
    request.medium = "band-2";
    scans_as(&request, RESULT(MEDIUM_INVALID));
    request.medium = "band-1";
    Tifo__V1__ScanTicketResponse *in = scan(&request);
    assert_int_equal(in->result, RESULT(OK));
    assert_string_equal(in->ticket_id, ticket[0]);
    shop_drop(in);
}

static void media_are_blocked_and_handed_back(void **state)
{
    (void)state;
    const Tifo__V1__IssueMediumRequest issue = issue_of(ticket[0], "band-1");
    Tifo__V1__BlockMediumRequest block = TIFO__V1__BLOCK_MEDIUM_REQUEST__INIT;
    Tifo__V1__ReturnMediumRequest back = TIFO__V1__RETURN_MEDIUM_REQUEST__INIT;
    Tifo__V1__GetMediumRequest look = TIFO__V1__GET_MEDIUM_REQUEST__INIT;
    block.medium = back.medium = look.medium = "band-1";
    block.blocked = true;
    block.reason = "lost";
    refused(DOORS("GetMedium"), &look, NULL, "UNKNOWN_MEDIUM", "medium");
    shop_drop(call_as(DOORS("IssueMedium"), &issue, NULL));
    refused(DOORS("BlockMedium"), &block, "ann", "NOT_ORGANISER", "event_id");
    refused(DOORS("GetMedium"), &look, "ann", "NOT_ORGANISER", "medium");
    shop_drop(call_as(DOORS("BlockMedium"), &block, NULL));
    Tifo__V1__GetMediumResponse *seen = call_as(DOORS("GetMedium"), &look, NULL);
    assert_true(seen->medium->blocked);
    assert_string_equal(seen->medium->reason, "lost");
    shop_drop(seen);
    Tifo__V1__ScanTicketRequest request = scan_of("");
    request.medium = "band-1";
    Tifo__V1__ScanTicketResponse *out = scan(&request);
    assert_int_equal(out->result, RESULT(MEDIUM_INVALID));
    assert_non_null(strstr(out->sentence, "lost"));
    shop_drop(out);
    Tifo__V1__ReturnMediumResponse *returned = call_as(DOORS("ReturnMedium"), &back, NULL);
    assert_null(returned->medium->ticket);
    shop_drop(returned);
    request = scan_of(code[0]);
    scans_as(&request, RESULT(OK));
}

static void out_and_in_again(void **state)
{
    (void)state;
    Tifo__V1__DoorRules rules = default_rules();
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    scans_as(&request, RESULT(OK));
    request = scan_of(code[0]);
    request.exit = true;
    scans_as(&request, RESULT(OK));
    Tifo__V1__GetTicketResponse *out = fetch(ticket[0], "ann");
    assert_int_equal(out->ticket->state, STATE(CHECKED_OUT));
    shop_drop(out);
    request = scan_of(code[0]);
    scans_as(&request, RESULT(ALREADY_REDEEMED));
    rules.reentry = true;
    set_rules(&rules);
    scans_as(&request, RESULT(OK));
    request = scan_of(code[1]);
    request.exit = true;
    scans_as(&request, RESULT(RULES));
}

static void forced_scans_are_kept(void **state)
{
    (void)state;
    Tifo__V1__ScanTicketRequest request = scan_of(code[0]);
    scans_as(&request, RESULT(OK));
    request = scan_of(code[0]);
    request.forced = true;
    scans_as(&request, RESULT(ALREADY_REDEEMED));
    Tifo__V1__GetDoorsRequest doors = TIFO__V1__GET_DOORS_REQUEST__INIT;
    doors.event_id = event;
    Tifo__V1__GetDoorsResponse *reply = call_as(DOORS("GetDoors"), &doors, NULL);
    assert_int_equal(reply->conflicts, 1);
    shop_drop(reply);
}

/* ---- Lists, counts, search --------------------------------------------------------------------
 */

static void doors_count_who_is_in(void **state)
{
    (void)state;
    uint32_t block = 1;
    Tifo__V1__CheckinList list = TIFO__V1__CHECKIN_LIST__INIT;
    Tifo__V1__GetDoorsRequest request = TIFO__V1__GET_DOORS_REQUEST__INIT;
    list.name = "Lounge";
    list.blocks = &block;
    list.n_blocks = 1;
    set_list(0, &list);
    Tifo__V1__ScanTicketRequest in = scan_of(code[1]);
    scans_as(&in, RESULT(OK));
    in.list = 1;
    scans_as(&in, RESULT(OK));
    in.exit = true;
    scans_as(&in, RESULT(OK));
    request.event_id = event;
    Tifo__V1__GetDoorsResponse *reply = call_as(DOORS("GetDoors"), &request, NULL);
    assert_int_equal(reply->n_lists, 2);
    assert_int_equal(reply->lists[0]->expected, 2);
    assert_int_equal(reply->lists[0]->admitted, 1);
    assert_int_equal(reply->lists[0]->inside, 1);
    assert_string_equal(reply->lists[1]->name, "Lounge");
    assert_int_equal(reply->lists[1]->expected, 1);
    assert_int_equal(reply->lists[1]->admitted, 1);
    assert_int_equal(reply->lists[1]->inside, 0);
    shop_drop(reply);
    request.event_id = order;
    refused(DOORS("GetDoors"), &request, NULL, "UNKNOWN_EVENT", "event_id");
}

static void finds(const Tifo__V1__FindTicketsRequest *request, size_t count, const char *first)
{
    Tifo__V1__FindTicketsResponse *reply = call_as(DOORS("FindTickets"), request, NULL);
    assert_int_equal(reply->n_tickets, count);
    if (count) {
        assert_string_equal(reply->tickets[0]->ticket_id, first);
        assert_int_equal(strlen(reply->tickets[0]->code), 0);
    }
    shop_drop(reply);
}

static void stewards_find_tickets_without_a_code(void **state)
{
    (void)state;
    Tifo__V1__FindTicketsRequest request = TIFO__V1__FIND_TICKETS_REQUEST__INIT, none = request;
    uint32_t seat = 599;
    request.event_id = none.event_id = event;
    refused(DOORS("FindTickets"), &request, NULL, "BAD_FIELD", "order_id");
    request.order_id = order;
    finds(&request, 2, ticket[0]);
    request = none;
    request.ticket_id = ticket[1];
    finds(&request, 1, ticket[1]);
    request = none;
    request.seat = &seat;
    request.n_seat = 1;
    finds(&request, 1, ticket[1]);
    request = none;
    request.person = "bob";
    finds(&request, 0, NULL);
    transfer(ticket[1], "ann", "bob");
    finds(&request, 1, ticket[1]);
    request.ticket_id = ticket[0];
    refused(DOORS("FindTickets"), &request, NULL, "BAD_FIELD", "order_id");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_used_after_its_transfer_is_revoked),
        TEST(who_gave_a_ticket_away_gets_no_code),
        TEST(tickets_that_were_given_are_paged),
        TEST(a_transfer_may_be_refused),
        TEST(codes_are_sealed_until_the_rules_say),
        TEST(tickets_are_drawn),
        TEST(what_may_not_be_drawn),
        TEST(only_the_organiser_rules_the_doors),
        TEST(incomplete),
        TEST(unsigned_json_is_invalid),
        TEST(ambiguous),
        TEST(unpaid),
        TEST(unapproved),
        TEST(blocked),
        TEST(product_rules_and_time_of_a_list),
        TEST(medium_invalid),
        TEST(already_exchanged),
        TEST(media_are_blocked_and_handed_back),
        TEST(out_and_in_again),
        TEST(forced_scans_are_kept),
        TEST(doors_count_who_is_in),
        TEST(stewards_find_tickets_without_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
