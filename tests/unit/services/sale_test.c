/* What an event sells and how carts are filled, as clients see it. */
#include "tests/support/ground.h"
#include "tests/support/shop.h"
#include "tifo/v1/vouchers.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define VOUCHERS(method) "/tifo.v1.Vouchers/" method

enum { CAPACITY = 5, STANDING = 1, PLACE_PRICE = 1000, TTL_MS = 600 * 1000 };

static char event[33];

static void *call_as(struct test_server *server, const char *path, const void *request,
                     const char *caller)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call_as(server, path, request, caller, NULL, &status);
    if (!reply)
        fail_msg("%s: %s (%s)", path, status.message, status.reason);
    rpc_status_fini(&status);
    return reply;
}

static void refused(struct test_server *server, const char *path, const void *request,
                    const char *caller, const char *reason, const char *field)
{
    struct rpc_status status = { 0 };
    assert_null(test_server_call_as(server, path, request, caller, NULL, &status));
    shop_refused(&status, reason, field);
}

/* So many may stand, for 10.00 and 19 % tax. */
static int set_up(void **state)
{
    static struct test_server server;
    uint32_t quotas[] = { 0 };
    int64_t price[] = { PLACE_PRICE };
    Tifo__V1__Quota quota = TIFO__V1__QUOTA__INIT;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    Tifo__V1__AddQuotaRequest add_quota = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__AddTicketTypeRequest add_type = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    quota.name = type.name = "Standing";
    quota.capacity = CAPACITY;
    add_quota.event_id = add_type.event_id = event;
    add_quota.quota = &quota;
    shop_drop(call_as(&server, SHOP_EVENTS("AddQuota"), &add_quota, NULL));
    type.general = true;
    type.n_quotas = type.n_price_minor = 1;
    type.quotas = quotas;
    type.price_minor = price;
    type.tax_milli_percent = 19000;
    add_type.type = &type;
    Tifo__V1__AddTicketTypeResponse *added =
        call_as(&server, SHOP_EVENTS("AddTicketType"), &add_type, NULL);
    assert_int_equal(added->type->index, STANDING);
    shop_drop(added);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

/* So many places of STANDING; NULL: refused. */
static Tifo__V1__Hold *stand(struct test_server *server, const char *caller, uint32_t places,
                             const char *voucher, struct rpc_status *status)
{
    static Tifo__V1__HoldSeatsResponse *reply;
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines row = TIFO__V1__NEW_LINES__INIT, *rows = &row;
    row.ticket_type = STANDING;
    row.places = places;
    request.event_id = event;
    request.lines = &rows;
    request.n_lines = 1;
    request.voucher = (char *)voucher;
    shop_drop(reply);
    reply = test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, caller, NULL, status);
    return reply ? reply->hold : NULL;
}

static void stands(struct test_server *server, const char *caller, uint32_t places,
                   const char *reason)
{
    struct rpc_status status = { 0 };
    const Tifo__V1__Hold *hold = stand(server, caller, places, "", &status);
    assert_true(hold ? !reason : reason != NULL);
    if (reason)
        shop_refused(&status, reason, "lines");
}

static void add_voucher(struct test_server *server, const char *code, uint32_t uses)
{
    Tifo__V1__AddVoucherRequest request = TIFO__V1__ADD_VOUCHER_REQUEST__INIT;
    Tifo__V1__Voucher voucher = TIFO__V1__VOUCHER__INIT;
    voucher.code = (char *)code;
    voucher.effect = TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_PERCENT;
    voucher.percent_milli = 50000;
    voucher.uses = uses;
    request.event_id = event;
    request.voucher = &voucher;
    shop_drop(call_as(server, VOUCHERS("AddVoucher"), &request, NULL));
}

/* ---- Places -----------------------------------------------------------------------------------
 */

static void general_admission_sells_no_more_than_its_quota(void **state)
{
    struct test_server *server = *state;
    stands(server, "ann", 3, NULL);
    stands(server, "bob", 3, "SOLD_OUT");
    stands(server, "bob", 2, NULL);
    Tifo__V1__GetEventResponse *seen = shop_event(server, event);
    assert_int_equal(seen->event->n_quotas, 1);
    assert_int_equal(seen->event->quotas[0]->held, CAPACITY);
    assert_int_equal(seen->event->n_types, 2);
    assert_int_equal(seen->event->types[STANDING]->held, CAPACITY);
    assert_int_equal(seen->event->held, 0); /* No seat is. */
    shop_drop(seen);
}

static void an_abandoned_cart_is_back_on_sale_at_the_ttl_with_no_traffic(void **state)
{
    struct test_server *server = *state;
    stands(server, "ann", CAPACITY, NULL);
    shop_advance(server, SHOP_NOW_MS + TTL_MS - 1);
    stands(server, "bob", 1, "SOLD_OUT");
    shop_advance(server, SHOP_NOW_MS + TTL_MS);
    Tifo__V1__GetEventResponse *seen = shop_event(server, event);
    assert_int_equal(seen->event->quotas[0]->held, 0);
    shop_drop(seen);
    stands(server, "bob", CAPACITY, NULL);
}

static void capacity_lowered_under_what_is_sold_is_refused(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__UpdateQuotaRequest request = TIFO__V1__UPDATE_QUOTA_REQUEST__INIT;
    Tifo__V1__GetEventResponse *seen = shop_event(server, event);
    Tifo__V1__Quota quota = *seen->event->quotas[0];
    request.event_id = event;
    request.quota = &quota;
    stands(server, "ann", 3, NULL);
    quota.capacity = 2;
    refused(server, SHOP_EVENTS("UpdateQuota"), &request, NULL, "QUOTA_BELOW_SOLD",
            "quota.capacity");
    quota.capacity = 3;
    shop_drop(call_as(server, SHOP_EVENTS("UpdateQuota"), &request, NULL));
    refused(server, SHOP_EVENTS("UpdateQuota"), &request, NULL, "EVENT_CHANGED", "quota.version");
    stands(server, "bob", 1, "SOLD_OUT");
    shop_drop(seen);
}

static void what_is_bought_is_what_was_held(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__Hold *hold = stand(server, "ann", 2, "", &status);
    assert_int_equal(hold->total_minor, 2 * 1190);
    assert_int_equal(hold->price_minor, 2 * PLACE_PRICE);
    assert_int_equal(hold->tax_minor, 2 * 190);
    assert_int_equal(hold->lines[1]->seat, UINT32_MAX);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", hold, "tok_ok", &status);
    assert_non_null(bought);
    assert_int_equal(bought->order->n_lines, 2);
    assert_int_equal(bought->order->n_ticket_ids, 2);
    assert_int_equal(bought->order->total_minor, 2 * 1190);
    Tifo__V1__GetTicketsResponse *tickets = shop_tickets(server, "ann", bought->order->order_id);
    assert_int_equal(tickets->tickets[0]->ticket_type, STANDING);
    assert_string_equal(tickets->tickets[0]->row, "");
    shop_drop(tickets);
    shop_drop(bought);
}

/* ---- Vouchers ---------------------------------------------------------------------------------
 */

static void n_redemptions_of_n_uses_succeed_each_once(void **state)
{
    struct test_server *server = *state;
    add_voucher(server, "FRIENDS", 3);
    for (int i = 0; i < 5; i++) {
        struct rpc_status status = { 0 };
        char caller[8];
        snprintf(caller, sizeof caller, "fan-%d", i);
        const Tifo__V1__Hold *hold = stand(server, caller, 1, "friends", &status);
        assert_true((hold != NULL) == (i < 3));
        if (!hold)
            shop_refused(&status, "VOUCHER_USED_UP", "voucher");
        else
            assert_int_equal(hold->price_minor, PLACE_PRICE / 2);
    }
    shop_advance(server, SHOP_NOW_MS + TTL_MS); /* Nobody bought: uses are back. */
    assert_non_null(stand(server, "late", 3, "FRIENDS", NULL));
}

static void vouchers_are_the_organisers(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListVouchersRequest request = TIFO__V1__LIST_VOUCHERS_REQUEST__INIT;
    request.event_id = event;
    for (int i = 0; i < 3; i++) {
        char code[8];
        snprintf(code, sizeof code, "CODE-%d", i);
        add_voucher(server, code, 1);
    }
    refused(server, VOUCHERS("ListVouchers"), &request, "ann", "NOT_ORGANISER", "event_id");
    request.page_size = 2;
    Tifo__V1__ListVouchersResponse *page =
        call_as(server, VOUCHERS("ListVouchers"), &request, "operator");
    assert_int_equal(page->n_vouchers, 2);
    assert_string_equal(page->vouchers[1]->code, "CODE-1");
    request.page_token = page->next_page_token;
    Tifo__V1__ListVouchersResponse *last =
        call_as(server, VOUCHERS("ListVouchers"), &request, NULL);
    assert_int_equal(last->n_vouchers, 1);
    assert_string_equal(last->next_page_token, "");
    shop_drop(page);
    shop_drop(last);
}

/* ---- Carts ------------------------------------------------------------------------------------
 */

static void the_last_ticket_in_two_carts_is_one_persons(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ChangeHoldRequest request = TIFO__V1__CHANGE_HOLD_REQUEST__INIT;
    Tifo__V1__NewLines row = TIFO__V1__NEW_LINES__INIT, *rows = &row;
    const uint32_t seats[] = { 1, 2 };
    Tifo__V1__HoldSeatsResponse *ann = shop_hold(server, "ann", event, seats, 1);
    Tifo__V1__HoldSeatsResponse *bob = shop_hold(server, "bob", event, seats + 1, 1);
    stands(server, "cyd", CAPACITY - 1, NULL);
    row.ticket_type = STANDING;
    row.places = 1;
    request.add = &rows;
    request.n_add = 1;
    request.hold_id = ann->hold->hold_id;
    request.version = ann->hold->version;
    Tifo__V1__ChangeHoldResponse *changed =
        call_as(server, SHOP_SEAT("ChangeHold"), &request, "ann");
    assert_int_equal(changed->hold->n_lines, 2);
    assert_int_equal(changed->hold->total_minor, SHOP_PRICE + 1190);
    assert_int_equal(changed->hold->expires_ms, ann->hold->expires_ms);
    refused(server, SHOP_SEAT("ChangeHold"), &request, "ann", "HOLD_CHANGED", "version");
    refused(server, SHOP_SEAT("ChangeHold"), &request, "bob", "UNKNOWN_HOLD", "hold_id");
    request.hold_id = bob->hold->hold_id;
    request.version = bob->hold->version;
    refused(server, SHOP_SEAT("ChangeHold"), &request, "bob", "SOLD_OUT", "lines");
    shop_drop(changed);
    shop_drop(ann);
    shop_drop(bob);
}

static void holds_are_listed_and_extended_by_their_owner(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListHoldsRequest list = TIFO__V1__LIST_HOLDS_REQUEST__INIT;
    Tifo__V1__ExtendHoldRequest extend = TIFO__V1__EXTEND_HOLD_REQUEST__INIT;
    for (uint32_t seat = 1; seat <= 3; seat++)
        shop_drop(shop_hold(server, "ann", event, &seat, 1));
    shop_drop(shop_hold(server, "bob", event, &(uint32_t){ 9 }, 1));
    list.page_size = 2;
    Tifo__V1__ListHoldsResponse *page = call_as(server, SHOP_SEAT("ListHolds"), &list, "ann");
    assert_int_equal(page->n_holds, 2);
    assert_int_equal(page->holds[0]->seats[0], 1);
    list.page_token = page->next_page_token;
    Tifo__V1__ListHoldsResponse *last = call_as(server, SHOP_SEAT("ListHolds"), &list, "ann");
    assert_int_equal(last->n_holds, 1);
    shop_advance(server, SHOP_NOW_MS + TTL_MS - 1);
    extend.hold_id = last->holds[0]->hold_id;
    extend.version = last->holds[0]->version;
    refused(server, SHOP_SEAT("ExtendHold"), &extend, "bob", "UNKNOWN_HOLD", "hold_id");
    Tifo__V1__ExtendHoldResponse *extended =
        call_as(server, SHOP_SEAT("ExtendHold"), &extend, "ann");
    assert_int_equal(extended->hold->expires_ms, SHOP_NOW_MS + 2 * TTL_MS - 1);
    shop_advance(server, SHOP_NOW_MS + TTL_MS);
    list.page_token = "";
    shop_drop(last);
    last = call_as(server, SHOP_SEAT("ListHolds"), &list, "ann");
    assert_int_equal(last->n_holds, 1);
    shop_drop(extended);
    shop_drop(page);
    shop_drop(last);
}

/* ---- Events -----------------------------------------------------------------------------------
 */

static Tifo__V1__Event *created(struct test_server *server, const char *caller, const char *series)
{
    static Tifo__V1__CreateEventResponse *reply;
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PriceCategory category, *list;
    Tifo__V1__Event row;
    shop_describe(&row, &category, &list);
    row.city = "Bern";
    row.description = "A cup final";
    row.series_id = (char *)series;
    request.event = &row;
    shop_drop(reply);
    reply = call_as(server, SHOP_EVENTS("CreateEvent"), &request, caller);
    return reply->event;
}

static void an_event_is_changed_by_its_organiser_and_version(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__UpdateEventRequest request = TIFO__V1__UPDATE_EVENT_REQUEST__INIT;
    Tifo__V1__Event row = *created(server, "club", "");
    assert_string_equal(row.organiser, "club");
    assert_string_equal(row.description, "A cup final");
    request.event = &row;
    row.title = "Final";
    row.city = "Basel";
    refused(server, SHOP_EVENTS("UpdateEvent"), &request, "ann", "NOT_ORGANISER", "event_id");
    Tifo__V1__UpdateEventResponse *updated =
        call_as(server, SHOP_EVENTS("UpdateEvent"), &request, "club");
    assert_string_equal(updated->event->city, "Basel");
    refused(server, SHOP_EVENTS("UpdateEvent"), &request, "club", "EVENT_CHANGED", "event.version");
    row.version = updated->event->version;
    shop_drop(call_as(server, SHOP_EVENTS("UpdateEvent"), &request, "operator"));
    shop_drop(updated);
}

static void an_event_is_a_draft_again_while_nothing_is_sold(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__UnpublishEventRequest request = TIFO__V1__UNPUBLISH_EVENT_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.event_id = event;
    stands(server, "ann", 1, NULL);
    refused(server, SHOP_EVENTS("UnpublishEvent"), &request, NULL, "EVENT_SOLD", "event_id");
    shop_advance(server, SHOP_NOW_MS + TTL_MS);
    shop_drop(call_as(server, SHOP_EVENTS("UnpublishEvent"), &request, NULL));
    assert_null(stand(server, "ann", 1, "", &status));
    shop_refused(&status, "EVENT_STATE", "event_id");
    shop_cancel(server, event);
    refused(server, SHOP_EVENTS("UnpublishEvent"), &request, NULL, "EVENT_CANCELLED", "event_id");
}

static void a_series_is_listed_page_by_page(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListEventsRequest request = TIFO__V1__LIST_EVENTS_REQUEST__INIT;
    char first[33], id[33];
    snprintf(first, sizeof first, "%s", created(server, "club", "")->event_id);
    snprintf(id, sizeof id, "%s", created(server, "club", first)->event_id);
    created(server, "club", "");
    assert_string_equal(created(server, "club", id)->series_id, first);
    request.series_id = id;
    request.page_size = 2;
    Tifo__V1__ListEventsResponse *page = call_as(server, SHOP_EVENTS("ListEvents"), &request, NULL);
    assert_int_equal(page->n_events, 2);
    assert_string_equal(page->events[0]->event_id, first);
    request.page_token = page->next_page_token;
    Tifo__V1__ListEventsResponse *last = call_as(server, SHOP_EVENTS("ListEvents"), &request, NULL);
    assert_int_equal(last->n_events, 1);
    assert_string_equal(last->next_page_token, "");
    shop_drop(page);
    shop_drop(last);
}

static void another_plan_never_drops_sold_seats(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    const uint32_t seats[] = { 7 };
    shop_drop(shop_buy(server, "ann", event, seats, 1));
    request.venue = ground_venue("ground");
    request.venue->blocks[0]->rows[0]->seats--; /* One seat less. */
    request.venue->blocks[0]->seats--;
    refused(server, "/tifo.v1.Venues/ImportVenue", &request, NULL, "VENUE_EXISTS",
            "venue.venue_id");
    ground_free(request.venue);
    Tifo__V1__GetEventResponse *seen = shop_event(server, event);
    assert_int_equal(seen->event->sold, 1);
    shop_drop(seen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(general_admission_sells_no_more_than_its_quota),
        TEST(an_abandoned_cart_is_back_on_sale_at_the_ttl_with_no_traffic),
        TEST(capacity_lowered_under_what_is_sold_is_refused),
        TEST(what_is_bought_is_what_was_held),
        TEST(n_redemptions_of_n_uses_succeed_each_once),
        TEST(vouchers_are_the_organisers),
        TEST(the_last_ticket_in_two_carts_is_one_persons),
        TEST(holds_are_listed_and_extended_by_their_owner),
        TEST(an_event_is_changed_by_its_organiser_and_version),
        TEST(an_event_is_a_draft_again_while_nothing_is_sold),
        TEST(a_series_is_listed_page_by_page),
        TEST(another_plan_never_drops_sold_seats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
