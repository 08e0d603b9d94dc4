/* tifo.v1.Addons, and what they do to holds and orders. */
#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tifo/v1/addons.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ADDONS(method) "/tifo.v1.Addons/" method

enum { SEAT = 8, SCARF = 1, SCARF_PRICE = 900, IN_BUNDLE = 300, TAX_MILLI = 25000, SCARVES = 3 };

static char event[33];
static uint64_t scarf_version;

/* Type 1: scarves, 25 % tax in the price. */
static Tifo__V1__TicketType scarf(void)
{
    static int64_t price = SCARF_PRICE;
    static uint32_t quota = 0;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    type.name = "Scarf";
    type.general = true;
    type.price_minor = &price;
    type.n_price_minor = 1;
    type.tax_milli_percent = TAX_MILLI;
    type.tax_included = true;
    type.quotas = &quota;
    type.n_quotas = 1;
    return type;
}

/* There are three. */
static void add_scarves(struct test_server *server)
{
    Tifo__V1__AddQuotaRequest quota = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota row = TIFO__V1__QUOTA__INIT;
    Tifo__V1__AddTicketTypeRequest add = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = scarf();
    row.name = "Scarf";
    row.capacity = SCARVES;
    quota.event_id = add.event_id = event;
    quota.quota = &row;
    shop_drop(test_server_call(server, SHOP_EVENTS("AddQuota"), &quota, NULL));
    add.type = &type;
    Tifo__V1__AddTicketTypeResponse *added =
        test_server_call(server, SHOP_EVENTS("AddTicketType"), &add, NULL);
    scarf_version = added->type->version;
    shop_drop(added);
}

/* One by itself for each person, and for each card. */
static void limit_scarves(struct test_server *server)
{
    Tifo__V1__UpdateTicketTypeRequest update = TIFO__V1__UPDATE_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = scarf();
    type.index = SCARF;
    type.version = scarf_version;
    type.max_per_person = type.max_per_means = 1;
    update.event_id = event;
    update.type = &type;
    shop_drop(test_server_call(server, SHOP_EVENTS("UpdateTicketType"), &update, NULL));
}

static Tifo__V1__SetAddonResponse *set(struct test_server *server, const char *who, uint32_t min,
                                       uint32_t max, struct rpc_status *status)
{
    Tifo__V1__SetAddonRequest request = TIFO__V1__SET_ADDON_REQUEST__INIT;
    Tifo__V1__Addon addon = TIFO__V1__ADDON__INIT;
    uint32_t seats = 0;
    addon.ticket_type = SCARF;
    addon.goes_with = &seats;
    addon.n_goes_with = 1;
    addon.min_per_ticket = min;
    addon.max_per_ticket = max;
    request.event_id = event;
    request.addon = &addon;
    return test_server_call_as(server, ADDONS("SetAddon"), &request, who, NULL, status);
}

static Tifo__V1__SetBundleResponse *bundle(struct test_server *server, uint32_t pieces)
{
    Tifo__V1__SetBundleRequest request = TIFO__V1__SET_BUNDLE_REQUEST__INIT;
    Tifo__V1__Bundle row = TIFO__V1__BUNDLE__INIT;
    Tifo__V1__BundleItem item = TIFO__V1__BUNDLE_ITEM__INIT, *list = &item;
    item.ticket_type = SCARF;
    item.pieces = pieces;
    item.price_minor = IN_BUNDLE;
    row.items = &list;
    row.n_items = pieces > 0;
    request.event_id = event;
    request.bundle = &row;
    return test_server_call(server, ADDONS("SetBundle"), &request, NULL);
}

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    add_scarves(&server);
    shop_drop(set(&server, NULL, 0, 2, NULL));
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

/* A seat and so many scarves for the line `to` (1 + line; 0: any). */
static Tifo__V1__HoldSeatsResponse *hold(struct test_server *server, uint32_t seat,
                                         uint32_t scarves, uint32_t to, struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines rows[2] = { TIFO__V1__NEW_LINES__INIT, TIFO__V1__NEW_LINES__INIT };
    Tifo__V1__NewLines *list[2] = { &rows[0], &rows[1] };
    rows[0].seats = &seat;
    rows[0].n_seats = 1;
    rows[1].ticket_type = SCARF;
    rows[1].places = scarves;
    rows[1].addon_to = to;
    request.event_id = event;
    request.lines = list;
    request.n_lines = scarves ? 2 : 1;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, "ann", NULL, status);
}

static void lines_say_what_goes_with_what(void **state)
{
    struct test_server *server = *state;
    shop_drop(bundle(server, 1));
    Tifo__V1__HoldSeatsResponse *held = hold(server, SEAT, 1, 1, NULL);
    assert_int_equal(held->hold->n_lines, 3);
    Tifo__V1__Line **lines = held->hold->lines;
    assert_int_equal(lines[0]->addon_to, 0);
    assert_int_equal(lines[0]->price_minor, SHOP_PRICE - IN_BUNDLE);
    assert_int_equal(lines[1]->addon_to, 1);
    assert_false(lines[1]->bundled);
    assert_int_equal(lines[1]->price_minor, SCARF_PRICE);
    assert_int_equal(lines[1]->tax_minor, SCARF_PRICE / 5);
    assert_int_equal(lines[2]->addon_to, 1);
    assert_true(lines[2]->bundled);
    assert_int_equal(lines[2]->price_minor, IN_BUNDLE);
    assert_int_equal(lines[2]->tax_minor, IN_BUNDLE / 5);
    assert_int_equal(held->hold->total_minor, SHOP_PRICE + SCARF_PRICE);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", held->hold, "tok_ok", NULL);
    assert_int_equal(bought->order->n_ticket_ids, 3);
    assert_int_equal(bought->order->lines[2]->addon_to, 1);
    assert_true(bought->order->lines[2]->bundled);
    shop_drop(bought);
    shop_drop(held);
}

static void bounds_are_the_servers(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    assert_null(hold(server, SEAT, 3, 0, &status));
    shop_refused(&status, "ADDON_ALONE", "lines");
    assert_null(hold(server, SEAT, 3, 1, &status));
    shop_refused(&status, "ORDER_LIMIT", "lines");
    shop_drop(hold(server, SEAT, 2, 1, NULL));
    assert_null(hold(server, SEAT + 1, 2, 0, &status)); /* One is left. */
    shop_refused(&status, "SOLD_OUT", "lines");
    shop_drop(set(server, NULL, 1, 2, NULL));
    Tifo__V1__HoldSeatsResponse *bare = hold(server, SEAT + 1, 0, 0, NULL);
    assert_null(shop_try_confirm(server, "ann", bare->hold, "tok_ok", &status));
    shop_refused(&status, "ADDON_NEEDED", "hold_id");
    shop_drop(bare);
    assert_null(set(server, "bob", 0, 1, &status));
    shop_refused(&status, "NOT_ORGANISER", "event_id");
    assert_null(set(server, NULL, 3, 2, &status));
    shop_refused(&status, "BAD_FIELD", "max_per_ticket");
}

/* Ann's, with a scarf that she chose or that a bundle brought; one card pays for all of hers. */
static void buy_with_scarf(struct test_server *server, uint32_t seat, bool bundled)
{
    shop_drop(bundle(server, bundled));
    Tifo__V1__HoldSeatsResponse *held = hold(server, seat, !bundled, 1, NULL);
    assert_non_null(held);
    assert_int_equal(held->hold->lines[1]->bundled, bundled);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", held->hold, "tok_ok", NULL);
    assert_non_null(bought);
    shop_drop(bought);
    shop_drop(held);
}

static void limits_are_not_for_what_bundles_bring(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    limit_scarves(server);
    buy_with_scarf(server, SEAT, true);
    buy_with_scarf(server, SEAT + 1, false); /* The only one that she may choose. */
    assert_null(hold(server, SEAT + 2, 1, 1, &status));
    shop_refused(&status, "PERSON_LIMIT", "lines");
    buy_with_scarf(server, SEAT + 2, true);
}

static void everybody_may_read_them(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ListAddonsRequest request = TIFO__V1__LIST_ADDONS_REQUEST__INIT;
    request.event_id = event;
    shop_drop(bundle(server, 2));
    Tifo__V1__ListAddonsResponse *list =
        test_server_call_as(server, ADDONS("ListAddons"), &request, "bob", NULL, NULL);
    assert_int_equal(list->n_addons, 1);
    assert_int_equal(list->addons[0]->ticket_type, SCARF);
    assert_int_equal(list->addons[0]->goes_with[0], 0);
    assert_int_equal(list->addons[0]->max_per_ticket, 2);
    assert_int_equal(list->n_bundles, 1);
    assert_int_equal(list->bundles[0]->items[0]->pieces, 2);
    shop_drop(list);
    shop_drop(bundle(server, 0));
    list = test_server_call(server, ADDONS("ListAddons"), &request, NULL);
    assert_int_equal(list->n_bundles, 0);
    shop_drop(list);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(lines_say_what_goes_with_what),
        CASE(bounds_are_the_servers),
        CASE(limits_are_not_for_what_bundles_bring),
        CASE(everybody_may_read_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
