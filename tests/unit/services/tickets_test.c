/* tifo.v1.Tickets as a client and a turnstile see it. */
#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    OK = TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK,
    INVALID = TIFO__V1__SCAN_RESULT__SCAN_RESULT_INVALID,
    PRODUCT = TIFO__V1__SCAN_RESULT__SCAN_RESULT_PRODUCT,
    INVALID_TIME = TIFO__V1__SCAN_RESULT__SCAN_RESULT_INVALID_TIME,
    CANCELLED = TIFO__V1__SCAN_RESULT__SCAN_RESULT_CANCELLED,
    ALREADY_REDEEMED = TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED,
    RULES = TIFO__V1__SCAN_RESULT__SCAN_RESULT_RULES,
};

/* When doors are open. */
#define OPEN_MS (SHOP_STARTS_MS - 3600 * 1000)

static char event[33], order[33], code[2][TICKET_CODE_CHARS + 1];

static void keep_codes(struct test_server *server)
{
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(server, "ann", order);
    for (size_t i = 0; i < 2; i++)
        snprintf(code[i], sizeof code[i], "%s", tickets->tickets[i]->code);
    shop_drop(tickets);
}

/* Two tickets of ann's, for seats 0 and 599. */
static int set_up(void **state)
{
    static struct test_server server;
    const uint32_t seats[] = { 0, 599 };
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, seats, 2);
    snprintf(order, sizeof order, "%s", bought->order->order_id);
    shop_drop(bought);
    keep_codes(&server);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

/* ---- GetTickets, ListSigningKeys --------------------------------------------------------------
 */

static void tickets_name_their_seats_and_carry_codes(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(server, "ann", order);
    Tifo__V1__ListSigningKeysRequest request = TIFO__V1__LIST_SIGNING_KEYS_REQUEST__INIT;
    Tifo__V1__ListSigningKeysResponse *keys =
        test_server_call(server, SHOP_TICKETS("ListSigningKeys"), &request, NULL);
    struct ticket_key key = { .id = keys->keys[0]->key_id };
    assert_int_equal(keys->n_keys, 1);
    assert_int_equal(keys->keys[0]->public_key.len, TICKET_PUBLIC_BYTES);
    memcpy(key.public_key, keys->keys[0]->public_key.data, TICKET_PUBLIC_BYTES);
    assert_int_equal(tickets->n_tickets, 2);
    Tifo__V1__Venue *ground = ground_venue("ground");
    for (size_t i = 0; i < 2; i++) {
        const Tifo__V1__Ticket *ticket = tickets->tickets[i];
        const Tifo__V1__Block *block = ground->blocks[i];
        const Tifo__V1__Row *row = block->rows[i == 0 ? 0 : block->n_rows - 1];
        struct ticket_claim claim;
        assert_string_equal(ticket->event_id, event);
        assert_string_equal(ticket->order_id, order);
        assert_int_equal(ticket->state, TIFO__V1__TICKET_STATE__TICKET_STATE_VALID);
        assert_int_equal(ticket->block, i);
        assert_string_equal(ticket->row, row->label);
        assert_int_equal(ticket->seat_number, row->first_seat + (i == 0 ? 0 : row->seats - 1));
        assert_int_equal(ticket->not_before_ms, SHOP_STARTS_MS - 2 * 3600 * 1000);
        assert_int_equal(ticket->not_after_ms, SHOP_ENDS_MS);
        assert_int_equal(ticket_code_verify(ticket->code, &key, 1, &claim), TICKET_GENUINE);
        assert_int_equal(claim.seat, i == 0 ? 0 : 599);
        assert_int_equal(claim.generation, 1);
        assert_int_equal(claim.not_before_ms, ticket->not_before_ms);
        char id[33];
        for (size_t k = 0; k < TICKET_ID_BYTES; k++)
            snprintf(id + 2 * k, 3, "%02x", claim.ticket[k]);
        assert_string_equal(id, ticket->ticket_id);
        assert_string_equal(ticket->code, code[i]); /* Signed again, it is the same. */
    }
    ground_free(ground);
    shop_drop(keys);
    shop_drop(tickets);
}

static void tickets_are_their_owners_alone(void **state)
{
    struct rpc_status status = { 0 };
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    request.order_id = order;
    assert_null(
        test_server_call_as(*state, SHOP_TICKETS("GetTickets"), &request, "bob", NULL, &status));
    shop_refused(&status, "UNKNOWN_ORDER", "order_id");
    request.order_id = event;
    assert_null(
        test_server_call_as(*state, SHOP_TICKETS("GetTickets"), &request, "ann", NULL, &status));
    shop_refused(&status, "UNKNOWN_ORDER", "order_id");
}

/* ---- ScanTicket -------------------------------------------------------------------------------
 */

static void check_scan(struct test_server *server, const char *what, const char *of, uint32_t gate,
                       uint64_t nonce, int result)
{
    Tifo__V1__ScanTicketResponse *scan = shop_scan(server, what, of, gate, nonce);
    if ((int)scan->result != result)
        fail_msg("scan %llu: %d (%s), not %d", (unsigned long long)nonce, (int)scan->result,
                 scan->sentence, result);
    assert_true(strlen(scan->sentence) > 0);
    assert_int_equal(strlen(scan->ticket_id), result == INVALID ? 0 : 32);
    shop_drop(scan);
}

static void a_ticket_lets_in_once(void **state)
{
    struct test_server *server = *state;
    shop_advance(server, OPEN_MS);
    Tifo__V1__ScanTicketResponse *scan = shop_scan(server, code[1], event, 2, 77);
    assert_int_equal(scan->result, OK);
    assert_string_equal(scan->event_id, event);
    assert_int_equal(scan->seat, 599);
    assert_int_equal(scan->block, 1);
    assert_true(strlen(scan->row) > 0);
    assert_true(scan->seq > 0);
    shop_drop(scan);
    shop_advance(server, OPEN_MS + 60000);
    check_scan(server, code[1], event, 2, 77, OK); /* The same scan again. */
    scan = shop_scan(server, code[1], NULL, 0, 78);
    assert_int_equal(scan->result, ALREADY_REDEEMED);
    assert_int_equal(scan->first_ms, OPEN_MS);
    assert_int_equal(scan->first_gate, 2);
    assert_non_null(strstr(scan->sentence, "14:00"));
    assert_non_null(strstr(scan->sentence, "G3"));
    shop_drop(scan);
    check_scan(server, code[0], NULL, 0, 79, OK);
    Tifo__V1__GetEventResponse *counts = shop_event(server, event);
    assert_int_equal(counts->event->admitted, 2);
    shop_drop(counts);
}

static void a_scan_counts_at_its_gate(void **state)
{
    struct test_server *server = *state;
    shop_advance(server, OPEN_MS);
    check_scan(server, code[0], NULL, 1, 1, OK);
    check_scan(server, code[0], NULL, 1, 2, ALREADY_REDEEMED);
    check_scan(server, code[1], NULL, 1, 3, OK);
    shop_advance(server, OPEN_MS + 1000);
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *crowd =
        test_server_call(server, "/tifo.v1.Crowd/GetCrowd", &request, NULL);
    assert_int_equal(crowd->state->gate_total_in[1], 2);
    assert_int_equal(crowd->state->gate_total_in[0], 0);
    shop_drop(crowd);
}

static void codes_that_are_not_ours_are_invalid(void **state)
{
    struct test_server *server = *state;
    static const uint8_t seed[TICKET_SEED_BYTES] = { 'e', 'v', 'i', 'l' };
    uint8_t secret[TICKET_SECRET_BYTES];
    struct ticket_key key;
    struct ticket_claim claim;
    char forged[TICKET_CODE_CHARS + 1];
    size_t count;
    shop_advance(server, OPEN_MS);
    check_scan(server, "", NULL, 0, 1, INVALID);
    check_scan(server, "https://example.org/ticket", NULL, 0, 2, INVALID);
    /* Somebody else's signature under our ticket, with our key's id. */
    ticket_code_verify(code[0], keyring_keys(server->keyring, &count), 1, &claim);
    ticket_keys_from_seed(seed, secret, key.public_key);
    ticket_code_write(&claim, secret, forged);
    check_scan(server, forged, NULL, 0, 3, INVALID);
    claim.key_id = 9;
    ticket_code_write(&claim, secret, forged);
    check_scan(server, forged, NULL, 0, 4, INVALID);
    /* Signed by us, for a ticket that there is not; with a generation that we have not issued. */
    claim.ticket[0] ^= 1;
    keyring_sign(server->keyring, &claim, forged);
    check_scan(server, forged, NULL, 0, 5, INVALID);
    claim.ticket[0] ^= 1;
    claim.generation = 2;
    keyring_sign(server->keyring, &claim, forged);
    check_scan(server, forged, NULL, 0, 6, INVALID);
    check_scan(server, code[0], NULL, 0, 7, OK);
}

static void set_gate(struct test_server *server, uint32_t gate, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = mode;
    shop_drop(test_server_call(server, "/tifo.v1.Guidance/SetGate", &request, NULL));
}

static void the_right_ticket_may_be_refused(void **state)
{
    struct test_server *server = *state;
    char other[33];
    shop_sell(server, SHOP_PRICE, other);
    check_scan(server, code[0], NULL, 0, 1, INVALID_TIME);
    shop_advance(server, OPEN_MS);
    check_scan(server, code[0], other, 0, 2, PRODUCT);
    set_gate(server, 0, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    check_scan(server, code[0], event, 0, 3, RULES);
    check_scan(server, code[0], event, 1, 4, OK);
    set_gate(server, 0, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
    check_scan(server, code[1], event, 0, 5, OK);
    shop_advance(server, SHOP_ENDS_MS + 1);
    check_scan(server, code[1], event, 0, 6, INVALID_TIME);
}

static void a_cancelled_event_lets_nobody_in(void **state)
{
    struct test_server *server = *state;
    shop_advance(server, OPEN_MS);
    check_scan(server, code[0], NULL, 0, 1, OK);
    shop_cancel(server, event);
    check_scan(server, code[0], NULL, 0, 2, CANCELLED);
    check_scan(server, code[1], NULL, 0, 3, CANCELLED);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(server, "ann", order);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(tickets->tickets[i]->state,
                         TIFO__V1__TICKET_STATE__TICKET_STATE_CANCELLED);
    shop_drop(tickets);
}

static void a_scan_without_gate_or_nonce_is_refused(void **state)
{
    struct rpc_status status = { 0 };
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = code[0];
    assert_null(test_server_call(*state, SHOP_TICKETS("ScanTicket"), &request, &status));
    shop_refused(&status, "BAD_FIELD", "nonce");
    request.nonce = 1;
    request.gate = GROUND_GATES;
    assert_null(test_server_call(*state, SHOP_TICKETS("ScanTicket"), &request, &status));
    shop_refused(&status, "UNKNOWN_GATE", "gate");
    request.gate = 0;
    request.event_id = "derby";
    assert_null(test_server_call(*state, SHOP_TICKETS("ScanTicket"), &request, &status));
    shop_refused(&status, "BAD_FIELD", "event_id");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tickets_name_their_seats_and_carry_codes),
        TEST(tickets_are_their_owners_alone),
        TEST(a_ticket_lets_in_once),
        TEST(a_scan_counts_at_its_gate),
        TEST(codes_that_are_not_ours_are_invalid),
        TEST(the_right_ticket_may_be_refused),
        TEST(a_cancelled_event_lets_nobody_in),
        TEST(a_scan_without_gate_or_nonce_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
