/* Gates without a network: what they take along, what they bring back, and what is found then. */
#include "tests/support/shop.h"

#include "clients/c/scanner.h"
#include "server/wire/manifest.h"
#include "tests/support/ground.h"
#include "tifo/v1/doors.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define OPEN_MS       (SHOP_STARTS_MS - 3600 * 1000)
#define DOORS(method) "/tifo.v1.Doors/" method

enum { TICKETS = 8, GATES = 2 };

static struct test_server server;
static char event[33], order[33], ticket[TICKETS][33], code[TICKETS][TICKET_CODE_CHARS + 1];
static char folder[64], why[256];
static struct tifo_scanner *gates[GATES];
static uint64_t nonce;

static void *call(const char *path, const void *request, const char *caller)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call_as(&server, path, request, caller, NULL, &status);
    if (!reply)
        fail_msg("%s: %s (%s)", path, status.message, status.reason);
    rpc_status_fini(&status);
    return reply;
}

static void refused(const char *path, const void *request, const char *reason, const char *field)
{
    struct rpc_status status = { 0 };
    assert_null(test_server_call_as(&server, path, request, NULL, NULL, &status));
    shop_refused(&status, reason, field);
}

static void open_gate(uint32_t gate)
{
    char path[100], name[16];
    snprintf(path, sizeof path, "%s/%u", folder, gate);
    snprintf(name, sizeof name, "gate-%u", gate);
    gates[gate] = tifo_scanner_open(
        &(struct tifo_scanner_options){ .folder = path, .name = name, .gate = gate }, why,
        sizeof why);
    if (!gates[gate])
        fail_msg("%s", why);
}

static Tifo__V1__GetManifestResponse *manifest(uint64_t since_seq, bool revoked_only)
{
    Tifo__V1__GetManifestRequest request = TIFO__V1__GET_MANIFEST_REQUEST__INIT;
    request.event_id = event;
    request.since_seq = since_seq;
    request.revoked_only = revoked_only;
    request.media = true;
    return call(DOORS("GetManifest"), &request, NULL);
}

static void fetch(uint32_t gate, bool trusted)
{
    const struct tifo_scanner_info info = tifo_scanner_info(gates[gate]);
    Tifo__V1__GetManifestResponse *reply = manifest(info.base_seq, false);
    if (!tifo_scanner_load(gates[gate], reply->manifest.data, reply->manifest.len, trusted, why,
                           sizeof why))
        fail_msg("%s", why);
    shop_drop(reply);
}

/* An order of ann's, whose tickets two gates know; doors are open. */
static int set_up(void **state)
{
    static const uint32_t seats[TICKETS] = { 0, 1, 2, 3, 4, 5, 6, 599 };
    (void)state;
    nonce = 0;
    strcpy(folder, "/tmp/tifo-offline-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, seats, TICKETS);
    snprintf(order, sizeof order, "%s", bought->order->order_id);
    shop_drop(bought);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", order);
    for (size_t i = 0; i < TICKETS; i++) {
        snprintf(ticket[i], sizeof ticket[i], "%s", tickets->tickets[i]->ticket_id);
        snprintf(code[i], sizeof code[i], "%s", tickets->tickets[i]->code);
    }
    shop_drop(tickets);
    shop_advance(&server, OPEN_MS);
    for (uint32_t i = 0; i < GATES; i++) {
        open_gate(i);
        fetch(i, true);
    }
    return 0;
}

static int tear_down(void **state)
{
    char line[100];
    (void)state;
    for (uint32_t i = 0; i < GATES; i++)
        tifo_scanner_close(gates[i]);
    test_server_close(&server);
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

static enum tifo_scanner_result offline(uint32_t gate, uint32_t which, int64_t at_ms, bool exit)
{
    const struct tifo_scanner_ask ask = {
        .code = code[which], .now_ms = at_ms, .nonce = ++nonce, .exit = exit
    };
    return tifo_scanner_scan(gates[gate], &ask).result;
}

static Tifo__V1__ScanResult online(uint32_t gate, const char *what)
{
    Tifo__V1__ScanTicketResponse *reply = shop_scan(&server, what, event, gate, ++nonce);
    const Tifo__V1__ScanResult result = reply->result;
    shop_drop(reply);
    return result;
}

static Tifo__V1__UploadScansResponse *upload(uint32_t gate, const struct tifo_scanner_row *rows,
                                             size_t count)
{
    Tifo__V1__UploadScansRequest request = TIFO__V1__UPLOAD_SCANS_REQUEST__INIT;
    Tifo__V1__OfflineScan scans[UPLOAD_SCANS], *list[UPLOAD_SCANS];
    request.scanner = (char *)tifo_scanner_info(gates[gate]).id;
    request.scans = list;
    for (size_t i = 0; i < count; i++) {
        tifo__v1__offline_scan__init(&scans[i]);
        scans[i].sequence = rows[i].sequence;
        scans[i].code = (char *)rows[i].code;
        scans[i].gate = rows[i].gate;
        scans[i].at_ms = rows[i].at_ms;
        scans[i].nonce = rows[i].nonce;
        scans[i].exit = rows[i].exit;
        scans[i].by_hand = rows[i].by_hand;
        scans[i].medium = (char *)rows[i].medium;
        list[request.n_scans++] = &scans[i];
    }
    return call(DOORS("UploadScans"), &request, NULL);
}

/* All that the gate has; how many calls it took. */
static int bring_back(uint32_t gate)
{
    struct tifo_scanner_row rows[UPLOAD_SCANS];
    size_t count;
    int calls = 0;
    for (; (count = tifo_scanner_pending(gates[gate], rows, UPLOAD_SCANS)) > 0; calls++) {
        Tifo__V1__UploadScansResponse *reply = upload(gate, rows, count);
        assert_true(tifo_scanner_taken(gates[gate], reply->taken_sequence));
        shop_drop(reply);
    }
    return calls;
}

static Tifo__V1__ListConflictsResponse *conflicts(uint32_t page_size, const char *page_token)
{
    Tifo__V1__ListConflictsRequest request = TIFO__V1__LIST_CONFLICTS_REQUEST__INIT;
    request.event_id = event;
    request.page_size = page_size;
    request.page_token = (char *)page_token;
    return call(DOORS("ListConflicts"), &request, NULL);
}

static uint32_t admitted(void)
{
    Tifo__V1__GetEventResponse *reply = shop_event(&server, event);
    const uint32_t count = reply->event->admitted;
    shop_drop(reply);
    return count;
}

/* ---- I12 ---------------------------------------------------------------------------------------
 */

static void duplicates_of_two_offline_gates_are_found_and_reported(void **state)
{
    (void)state;
    assert_int_equal(offline(0, 0, OPEN_MS + 1000, false), TIFO_SCAN_OK);
    assert_int_equal(offline(1, 0, OPEN_MS + 2000, false), TIFO_SCAN_OK); /* Neither can know. */
    assert_int_equal(offline(1, 1, OPEN_MS + 3000, false), TIFO_SCAN_OK);
    assert_int_equal(offline(1, 1, OPEN_MS + 4000, false), TIFO_SCAN_ALREADY_REDEEMED);
    shop_advance(&server, OPEN_MS + 60000);
    assert_int_equal(bring_back(0), 1);
    assert_int_equal(bring_back(1), 1);
    assert_int_equal(admitted(), 2);
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 1);
    const Tifo__V1__Conflict *conflict = found->conflicts[0];
    assert_string_equal(conflict->ticket_id, ticket[0]);
    assert_int_equal(conflict->result, TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED);
    assert_int_equal(conflict->gate, 1);
    assert_int_equal(conflict->at_ms, OPEN_MS + 2000);
    assert_int_equal(conflict->first_gate, 0);
    assert_int_equal(conflict->first_ms, OPEN_MS + 1000);
    assert_int_equal(conflict->found_ms, OPEN_MS + 60000);
    assert_string_equal(conflict->scanner, tifo_scanner_info(gates[1]).id);
    shop_drop(found);
    assert_int_equal(online(0, code[1]), TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED);
}

static void pinned_tickets_come_in_at_one_gate_alone(void **state)
{
    (void)state;
    Tifo__V1__SetDoorRulesRequest rules = TIFO__V1__SET_DOOR_RULES_REQUEST__INIT;
    Tifo__V1__DoorRules pinned = TIFO__V1__DOOR_RULES__INIT;
    uint32_t in = 0;
    pinned.offline = TIFO__V1__OFFLINE_POLICY__OFFLINE_POLICY_PINNED;
    rules.event_id = event;
    rules.rules = &pinned;
    shop_drop(call(DOORS("SetDoorRules"), &rules, NULL));
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", order);
    for (uint32_t gate = 0; gate < GATES; gate++) {
        fetch(gate, false);
        for (uint32_t i = 0; i < TICKETS; i++) {
            const bool here = tickets->tickets[i]->offline_gate == gate;
            in += here;
            assert_int_equal(offline(gate, i, OPEN_MS + 1000, false),
                             here ? TIFO_SCAN_OK : TIFO_SCAN_RULES);
        }
    }
    shop_drop(tickets);
    bring_back(0);
    bring_back(1);
    assert_int_equal(admitted(), in);
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 0);
    shop_drop(found);
}

/* ---- Bringing back -----------------------------------------------------------------------------
 */

static void what_is_sent_twice_counts_once(void **state)
{
    (void)state;
    struct tifo_scanner_row rows[4];
    offline(0, 0, OPEN_MS + 1000, false);
    offline(0, 1, OPEN_MS + 2000, false);
    const size_t count = tifo_scanner_pending(gates[0], rows, 4);
    shop_drop(upload(0, rows, count)); /* The answer is lost. */
    Tifo__V1__UploadScansResponse *again = upload(0, rows, count);
    assert_int_equal(again->taken_sequence, 2);
    assert_int_equal(again->results[0], TIFO__V1__SCAN_RESULT__SCAN_RESULT_UNSPECIFIED);
    shop_drop(again);
    assert_int_equal(admitted(), 2);
}

static void in_out_and_in_again_come_in_their_order(void **state)
{
    (void)state;
    Tifo__V1__SetDoorRulesRequest rules = TIFO__V1__SET_DOOR_RULES_REQUEST__INIT;
    Tifo__V1__DoorRules reentry = TIFO__V1__DOOR_RULES__INIT;
    reentry.offline = TIFO__V1__OFFLINE_POLICY__OFFLINE_POLICY_OPEN;
    reentry.reentry = true;
    rules.event_id = event;
    rules.rules = &reentry;
    shop_drop(call(DOORS("SetDoorRules"), &rules, NULL));
    fetch(0, false);
    assert_int_equal(offline(0, 0, OPEN_MS + 1000, false), TIFO_SCAN_OK);
    assert_int_equal(offline(0, 0, OPEN_MS + 2000, true), TIFO_SCAN_OK);
    assert_int_equal(offline(0, 0, OPEN_MS + 3000, false), TIFO_SCAN_OK);
    assert_int_equal(bring_back(0), 3);
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 0);
    shop_drop(found);
    assert_int_equal(online(0, code[0]), TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED);
}

/* The call went out, its answer never came: the scan goes on offline with the same nonce. */
static void a_scan_whose_answer_was_lost_is_no_conflict(void **state)
{
    (void)state;
    online(0, code[0]);
    nonce--;
    assert_int_equal(offline(0, 0, OPEN_MS + 1000, false), TIFO_SCAN_OK);
    bring_back(0);
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 0);
    shop_drop(found);
    assert_int_equal(admitted(), 1);
}

static void forged_scans_come_to_nothing(void **state)
{
    (void)state;
    struct tifo_scanner_row rows[2] = { { .sequence = 1, .nonce = 1, .code = "{\"seat\":1}" },
                                        { .sequence = 2, .nonce = 2 } };
    memcpy(rows[1].code, code[0], sizeof rows[1].code);
    rows[1].code[100] ^= 1;
    Tifo__V1__UploadScansResponse *reply = upload(0, rows, 2);
    assert_int_equal(reply->taken_sequence, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(reply->results[i], TIFO__V1__SCAN_RESULT__SCAN_RESULT_INVALID);
    shop_drop(reply);
    assert_int_equal(admitted(), 0);
}

static void uploads_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    Tifo__V1__UploadScansRequest request = TIFO__V1__UPLOAD_SCANS_REQUEST__INIT;
    Tifo__V1__OfflineScan scan = TIFO__V1__OFFLINE_SCAN__INIT, *list[UPLOAD_SCANS + 1];
    for (int i = 0; i <= UPLOAD_SCANS; i++)
        list[i] = &scan;
    request.scanner = "one";
    refused(DOORS("UploadScans"), &request, "BAD_FIELD", "scans");
    request.scans = list;
    request.n_scans = UPLOAD_SCANS + 1;
    refused(DOORS("UploadScans"), &request, "BAD_FIELD", "scans");
    request.n_scans = 1;
    refused(DOORS("UploadScans"), &request, "BAD_FIELD", "scans"); /* No sequence. */
    scan.sequence = 1;
    refused(DOORS("UploadScans"), &request, "BAD_FIELD", "nonce");
    scan.nonce = 1;
    scan.gate = GROUND_GATES;
    refused(DOORS("UploadScans"), &request, "UNKNOWN_GATE", "gate");
    request.scanner = "";
    refused(DOORS("UploadScans"), &request, "BAD_FIELD", "scanner");
}

static void conflicts_are_paged(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(online(0, code[i]), TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK);
        assert_int_equal(offline(1, i, OPEN_MS + 1000, false), TIFO_SCAN_OK);
    }
    bring_back(1);
    Tifo__V1__ListConflictsResponse *page = conflicts(2, "");
    assert_int_equal(page->n_conflicts, 2);
    Tifo__V1__ListConflictsResponse *last = conflicts(2, page->next_page_token);
    assert_int_equal(last->n_conflicts, 1);
    assert_string_equal(last->conflicts[0]->ticket_id, ticket[2]);
    assert_string_equal(last->next_page_token, "");
    shop_drop(last);
    shop_drop(page);
    Tifo__V1__ListConflictsRequest request = TIFO__V1__LIST_CONFLICTS_REQUEST__INIT;
    request.event_id = event;
    request.page_token = "x";
    refused(DOORS("ListConflicts"), &request, "BAD_FIELD", "page_token");
}

/* ---- Taking along ------------------------------------------------------------------------------
 */

static void a_gate_that_hears_of_changes_refuses_what_was_given_away(void **state)
{
    (void)state;
    Tifo__V1__TransferTicketRequest request = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    request.ticket_id = ticket[0];
    request.to = "bob";
    shop_drop(call(SHOP_TICKETS("TransferTicket"), &request, "ann"));
    assert_int_equal(online(0, code[1]), TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK);
    fetch(1, false);
    assert_int_equal(tifo_scanner_info(gates[1]).tickets, TICKETS);
    assert_true(tifo_scanner_info(gates[1]).seq > tifo_scanner_info(gates[1]).base_seq);
    assert_int_equal(offline(1, 0, OPEN_MS + 1000, false), TIFO_SCAN_REVOKED);
    assert_int_equal(offline(1, 1, OPEN_MS + 1000, false), TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(offline(1, 2, OPEN_MS + 1000, false), TIFO_SCAN_OK);
    shop_cancel(&server, event);
    fetch(1, false);
    assert_int_equal(offline(1, 3, OPEN_MS + 1000, false), TIFO_SCAN_CANCELLED);
}

/* ---- Media -------------------------------------------------------------------------------------
 */

static void exchange(uint32_t which, const char *medium)
{
    Tifo__V1__IssueMediumRequest request = TIFO__V1__ISSUE_MEDIUM_REQUEST__INIT;
    request.ticket_id = ticket[which];
    request.medium = (char *)medium;
    shop_drop(call(DOORS("IssueMedium"), &request, NULL));
}

static void hand_back(const char *medium)
{
    Tifo__V1__ReturnMediumRequest request = TIFO__V1__RETURN_MEDIUM_REQUEST__INIT;
    request.medium = (char *)medium;
    shop_drop(call(DOORS("ReturnMedium"), &request, NULL));
}

static enum tifo_scanner_result offline_medium(uint32_t gate, const char *name)
{
    const struct tifo_scanner_ask ask = {
        .code = name, .now_ms = OPEN_MS + 1000, .nonce = ++nonce, .medium = true
    };
    return tifo_scanner_scan(gates[gate], &ask).result;
}

static Tifo__V1__ScanResult online_medium(uint32_t gate, const char *name)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.medium = (char *)name;
    request.gate = gate;
    request.nonce = ++nonce;
    Tifo__V1__ScanTicketResponse *reply = call(SHOP_TICKETS("ScanTicket"), &request, NULL);
    const Tifo__V1__ScanResult result = reply->result;
    shop_drop(reply);
    return result;
}

static void a_medium_comes_in_offline_and_is_uploaded_once(void **state)
{
    (void)state;
    struct tifo_scanner_row row;
    exchange(0, "band-0");
    fetch(0, false);
    assert_int_equal(offline(0, 0, OPEN_MS + 1000, false), TIFO_SCAN_ALREADY_EXCHANGED);
    assert_int_equal(offline_medium(0, "band-0"), TIFO_SCAN_OK);
    assert_int_equal(offline_medium(1, "band-0"), TIFO_SCAN_MEDIUM_INVALID); /* Has not heard. */
    shop_advance(&server, OPEN_MS + 60000);
    assert_int_equal(tifo_scanner_pending(gates[0], &row, 1), 1);
    assert_int_equal(bring_back(0), 1);
    assert_int_equal(bring_back(0), 0);
    shop_drop(upload(0, &row, 1)); /* Its answer was lost: once more. */
    assert_int_equal(admitted(), 1);
    assert_int_equal(online_medium(1, "band-0"),
                     TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED);
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 0);
    shop_drop(found);
}

/* While the gate was away one was handed back, one stands for another ticket, and one was let in
 * elsewhere: all that it did is reported, and what is good opens still. */
static void what_media_were_no_more_is_a_conflict(void **state)
{
    (void)state;
    char name[8];
    for (uint32_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "band-%u", i);
        exchange(i, name);
    }
    fetch(0, false);
    hand_back("band-0");
    hand_back("band-1");
    exchange(3, "band-1");
    assert_int_equal(online_medium(1, "band-2"), TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK);
    for (uint32_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "band-%u", i);
        assert_int_equal(offline_medium(0, name), TIFO_SCAN_OK);
    }
    shop_advance(&server, OPEN_MS + 60000);
    struct tifo_scanner_row rows[3];
    assert_int_equal(tifo_scanner_pending(gates[0], rows, 3), 3);
    rows[0].by_hand = true; /* Whatever a gate says beside: nobody typed it. */
    shop_drop(upload(0, rows, 3));
    Tifo__V1__ListConflictsResponse *found = conflicts(0, "");
    assert_int_equal(found->n_conflicts, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(found->conflicts[i]->ticket_id, ticket[i]);
        assert_int_equal(found->conflicts[i]->result,
                         i < 2 ? TIFO__V1__SCAN_RESULT__SCAN_RESULT_MEDIUM_INVALID
                               : TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED);
    }
    shop_drop(found);
    assert_int_equal(admitted(), 1);
    assert_int_equal(online(1, code[0]), TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK);
    assert_int_equal(online_medium(1, "band-1"), TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK);
}

/* Gates of before ask for none, and read what they are given. */
static void who_does_not_ask_for_media_gets_the_first_layout(void **state)
{
    (void)state;
    struct manifest read;
    struct manifest_ticket row;
    Tifo__V1__GetManifestRequest request = TIFO__V1__GET_MANIFEST_REQUEST__INIT;
    request.event_id = event;
    request.revoked_only = true;
    exchange(0, "band-0");
    Tifo__V1__GetManifestResponse *reply = call(DOORS("GetManifest"), &request, NULL);
    assert_memory_equal(reply->manifest.data, "TIFOMAN1", 8);
    assert_null(manifest_read(reply->manifest.data, reply->manifest.len, &read));
    assert_int_equal(read.ticket_count, 1);
    manifest_ticket_read(read.tickets, &row);
    assert_int_equal(row.flags, MANIFEST_EXCHANGED | MANIFEST_BLOCKED);
    shop_drop(reply);
    request.media = true;
    reply = call(DOORS("GetManifest"), &request, NULL);
    assert_memory_equal(reply->manifest.data, "TIFOMAN2", 8);
    assert_null(manifest_read(reply->manifest.data, reply->manifest.len, &read));
    assert_int_equal(read.medium_count, 1);
    manifest_ticket_read(read.tickets, &row);
    assert_int_equal(row.flags, MANIFEST_EXCHANGED);
    shop_drop(reply);
}

static void manifests_have_what_is_asked_for(void **state)
{
    (void)state;
    struct manifest read;
    uint32_t block = 1;
    Tifo__V1__SetCheckinListRequest list = TIFO__V1__SET_CHECKIN_LIST_REQUEST__INIT;
    Tifo__V1__CheckinList lounge = TIFO__V1__CHECKIN_LIST__INIT;
    Tifo__V1__GetManifestResponse *reply = manifest(0, true);
    assert_null(manifest_read(reply->manifest.data, reply->manifest.len, &read));
    assert_int_equal(read.kind, MANIFEST_REVOKED);
    assert_int_equal(read.ticket_count, 0);
    shop_drop(reply);
    reply = manifest(0, false);
    assert_null(manifest_read(reply->manifest.data, reply->manifest.len, &read));
    assert_int_equal(read.kind, MANIFEST_FULL);
    assert_int_equal(read.ticket_count, TICKETS);
    assert_int_equal(read.to_seq, reply->as_of_seq);
    assert_string_equal(read.title, "Derby");
    shop_drop(reply);
    lounge.name = "Lounge";
    lounge.blocks = &block;
    lounge.n_blocks = 1;
    list.event_id = event;
    list.list = &lounge;
    shop_drop(call(DOORS("SetCheckinList"), &list, NULL));
    Tifo__V1__GetManifestRequest request = TIFO__V1__GET_MANIFEST_REQUEST__INIT;
    request.event_id = event;
    request.list = 1;
    reply = call(DOORS("GetManifest"), &request, NULL);
    assert_null(manifest_read(reply->manifest.data, reply->manifest.len, &read));
    assert_int_equal(read.ticket_count, 1);
    assert_string_equal(read.name, "Lounge");
    assert_int_equal(manifest_range_read(read.ranges).first, 300);
    shop_drop(reply);
    request.list = 2;
    refused(DOORS("GetManifest"), &request, "UNKNOWN_LIST", "list");
    request.event_id = order;
    refused(DOORS("GetManifest"), &request, "UNKNOWN_EVENT", "event_id");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(duplicates_of_two_offline_gates_are_found_and_reported),
        TEST(pinned_tickets_come_in_at_one_gate_alone),
        TEST(what_is_sent_twice_counts_once),
        TEST(in_out_and_in_again_come_in_their_order),
        TEST(a_scan_whose_answer_was_lost_is_no_conflict),
        TEST(forged_scans_come_to_nothing),
        TEST(uploads_that_make_no_sense_are_refused),
        TEST(conflicts_are_paged),
        TEST(a_gate_that_hears_of_changes_refuses_what_was_given_away),
        TEST(a_medium_comes_in_offline_and_is_uploaded_once),
        TEST(what_media_were_no_more_is_a_conflict),
        TEST(who_does_not_ask_for_media_gets_the_first_layout),
        TEST(manifests_have_what_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
