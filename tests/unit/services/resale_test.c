/* tifo.v1.Resale as sellers, buyers and the organiser see it. */
#include "tests/support/shop.h"

#include "tifo/v1/resale.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RESALE(method) "/tifo.v1.Resale/" method

enum { PRICE = 2000 };

static char event[33], ticket[33], other[33];

/* Two tickets of ann's; resale at no more than was paid, 5 % of it is the organiser's. */
static int set_up(void **state)
{
    static struct test_server server;
    const uint32_t seats[] = { 0, 1 };
    Tifo__V1__SetResaleRequest request = TIFO__V1__SET_RESALE_REQUEST__INIT;
    Tifo__V1__ResaleTerms terms = TIFO__V1__RESALE_TERMS__INIT;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(&server, "ann", event, seats, 2);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(&server, "ann", bought->order->order_id);
    snprintf(ticket, sizeof ticket, "%s", tickets->tickets[0]->ticket_id);
    snprintf(other, sizeof other, "%s", tickets->tickets[1]->ticket_id);
    terms.cap_percent = 100;
    terms.fee_bp = 500;
    request.event_id = event;
    request.terms = &terms;
    shop_drop(test_server_call(&server, RESALE("SetResale"), &request, NULL));
    shop_drop(tickets);
    shop_drop(bought);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

static Tifo__V1__OfferTicketResponse *offer(struct test_server *server, char *id, int64_t price,
                                            const char *who, const char *key,
                                            struct rpc_status *status)
{
    Tifo__V1__OfferTicketRequest request = TIFO__V1__OFFER_TICKET_REQUEST__INIT;
    request.ticket_id = id;
    request.price_minor = price;
    return test_server_call_as(server, RESALE("OfferTicket"), &request, who, key, status);
}

static Tifo__V1__HoldSeatsResponse *hold(struct test_server *server, const char *who,
                                         struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    request.event_id = event;
    request.resale_ticket_id = ticket;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, who, NULL, status);
}

static void the_terms_are_the_organisers(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__SetResaleRequest request = TIFO__V1__SET_RESALE_REQUEST__INIT;
    Tifo__V1__ResaleTerms terms = TIFO__V1__RESALE_TERMS__INIT;
    Tifo__V1__GetResaleRequest get = TIFO__V1__GET_RESALE_REQUEST__INIT;
    get.event_id = request.event_id = event;
    assert_null(test_server_call_as(server, RESALE("SetResale"), &request, NULL, NULL, &status));
    shop_refused(&status, "BAD_FIELD", "terms");
    request.terms = &terms;
    assert_null(test_server_call_as(server, RESALE("SetResale"), &request, "bob", NULL, &status));
    shop_refused(&status, "NOT_ORGANISER", "event_id");
    terms.cap_percent = 101;
    assert_null(test_server_call_as(server, RESALE("SetResale"), &request, NULL, NULL, &status));
    shop_refused(&status, "BAD_FIELD", "terms.cap_percent");
    Tifo__V1__GetResaleResponse *now = test_server_call(server, RESALE("GetResale"), &get, NULL);
    assert_int_equal(now->terms->cap_percent, 100);
    assert_int_equal(now->terms->fee_bp, 500);
    assert_true(now->terms->version > 0);
    shop_drop(now);
    get.event_id = ticket;
    assert_null(test_server_call_as(server, RESALE("GetResale"), &get, NULL, NULL, &status));
    shop_refused(&status, "UNKNOWN_EVENT", "event_id");
}

static void what_is_offered_is_listed_in_pages(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListOffersRequest request = TIFO__V1__LIST_OFFERS_REQUEST__INIT;
    shop_drop(offer(server, ticket, PRICE, "ann", NULL, NULL));
    shop_drop(offer(server, other, SHOP_PRICE, "ann", NULL, NULL));
    request.event_id = event;
    request.page_size = 1;
    Tifo__V1__ListOffersResponse *page =
        test_server_call(server, RESALE("ListOffers"), &request, NULL);
    assert_int_equal(page->n_offers, 1);
    const Tifo__V1__Offer *first = page->offers[0];
    assert_string_equal(first->ticket_id, ticket);
    assert_string_equal(first->event_id, event);
    assert_int_equal(first->seat, 0);
    assert_string_equal(first->row, "A");
    assert_int_equal(first->price_minor, PRICE);
    assert_int_equal(first->max_price_minor, SHOP_PRICE);
    assert_string_equal(first->currency, "EUR");
    assert_false(first->held);
    request.page_token = page->next_page_token;
    Tifo__V1__ListOffersResponse *next =
        test_server_call(server, RESALE("ListOffers"), &request, NULL);
    assert_int_equal(next->n_offers, 1);
    assert_string_equal(next->offers[0]->ticket_id, other);
    assert_string_equal(next->next_page_token, "");
    shop_drop(next);
    shop_drop(page);
}

static void offering_is_done_once_a_key(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__OfferTicketResponse *first = offer(server, ticket, PRICE, "ann", "key-1", NULL);
    Tifo__V1__WithdrawOfferRequest withdraw = TIFO__V1__WITHDRAW_OFFER_REQUEST__INIT;
    withdraw.ticket_id = ticket;
    assert_null(
        test_server_call_as(server, RESALE("WithdrawOffer"), &withdraw, "bob", NULL, &status));
    shop_refused(&status, "UNKNOWN_TICKET", "ticket_id");
    shop_drop(test_server_call_as(server, RESALE("WithdrawOffer"), &withdraw, "ann", NULL, NULL));
    Tifo__V1__OfferTicketResponse *again = offer(server, ticket, PRICE, "ann", "key-1", NULL);
    assert_int_equal(again->seq, first->seq); /* Late: it is not offered again. */
    assert_null(hold(server, "bob", &status));
    shop_refused(&status, "NOT_LISTED", "resale_ticket_id");
    assert_null(offer(server, ticket, PRICE - 1, "ann", "key-1", &status));
    assert_string_equal(status.reason, "KEY_REUSED");
    rpc_status_fini(&status);
    shop_drop(again);
    shop_drop(first);
}

static void what_is_held_is_bought_and_shows(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    assert_null(offer(server, ticket, SHOP_PRICE + 1, "ann", NULL, &status));
    shop_refused(&status, "PRICE_CAPPED", "price_minor");
    assert_null(offer(server, ticket, 0, "ann", NULL, &status));
    shop_refused(&status, "BAD_FIELD", "price_minor");
    shop_drop(offer(server, ticket, PRICE, "ann", NULL, NULL));
    Tifo__V1__HoldSeatsResponse *held = hold(server, "bob", NULL);
    assert_int_equal(held->hold->total_minor, PRICE);
    assert_int_equal(held->hold->n_lines, 1);
    assert_int_equal(held->hold->lines[0]->seat, 0);
    assert_null(hold(server, "cyd", &status));
    shop_refused(&status, "LISTING_HELD", "resale_ticket_id");
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "bob", held->hold, "tok_ok", NULL);
    assert_int_equal(bought->order->state, TIFO__V1__ORDER_STATE__ORDER_STATE_PAID);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(server, "bob", bought->order->order_id);
    assert_int_equal(tickets->n_tickets, 1);
    assert_int_equal(tickets->tickets[0]->seat, 0);
    assert_string_not_equal(tickets->tickets[0]->ticket_id, ticket);
    assert_null(hold(server, "cyd", &status));
    shop_refused(&status, "NOT_LISTED", "resale_ticket_id");
    shop_drop(tickets);
    shop_drop(bought);
    shop_drop(held);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(the_terms_are_the_organisers),
        CASE(what_is_offered_is_listed_in_pages),
        CASE(offering_is_done_once_a_key),
        CASE(what_is_held_is_bought_and_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
