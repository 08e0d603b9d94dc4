/* tifo.v1.Orders as a client sees it: paying, at once and later, and money that goes back. */
#include "tests/support/shop.h"
#include "tests/support/slow_payment.h"

#include "server/adapters/memory/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    PENDING = TIFO__V1__ORDER_STATE__ORDER_STATE_PENDING,
    PAID = TIFO__V1__ORDER_STATE__ORDER_STATE_PAID,
    CANCELLED = TIFO__V1__ORDER_STATE__ORDER_STATE_CANCELLED,
    REFUNDED = TIFO__V1__ORDER_STATE__ORDER_STATE_REFUNDED,
};

static char event[33];
static const uint32_t seats[] = { 10, 11 };

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

static Tifo__V1__GetOrderResponse *get_order(struct test_server *server, const char *caller,
                                             const char *id, struct rpc_status *status)
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    request.order_id = (char *)id;
    return test_server_call_as(server, SHOP_ORDERS("GetOrder"), &request, caller, NULL, status);
}

static void check_state(struct test_server *server, const char *id, int state)
{
    Tifo__V1__GetOrderResponse *got = get_order(server, "ann", id, NULL);
    assert_non_null(got);
    assert_int_equal(got->order->state, state);
    assert_int_equal(got->order->n_ticket_ids, state == PAID || state == REFUNDED ? 2 : 0);
    shop_drop(got);
}

static void a_hold_is_bought(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, seats, 2);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", held->hold, "tok_ok", &status);
    const Tifo__V1__Order *order = bought->order;
    assert_int_equal(order->state, PAID);
    assert_string_equal(order->event_id, event);
    assert_string_equal(order->hold_id, held->hold->hold_id);
    assert_int_equal(order->n_seats, 2);
    assert_memory_equal(order->seats, seats, sizeof seats);
    assert_int_equal(order->n_ticket_ids, 2);
    assert_string_not_equal(order->ticket_ids[0], order->ticket_ids[1]);
    assert_int_equal(order->total_minor, 2 * SHOP_PRICE);
    assert_string_equal(order->currency, "EUR");
    assert_int_equal(order->placed_ms, SHOP_NOW_MS);
    Tifo__V1__GetOrderResponse *got = get_order(server, "ann", order->order_id, &status);
    assert_int_equal(got->order->version, order->version);
    assert_int_equal(got->as_of_seq, bought->seq);
    shop_drop(got);
    assert_null(get_order(server, "bob", order->order_id, &status));
    shop_refused(&status, "UNKNOWN_ORDER", "order_id");
    Tifo__V1__GetEventResponse *counts = shop_event(server, event);
    assert_int_equal(counts->event->sold, 2);
    assert_int_equal(counts->event->held, 0);
    shop_drop(counts);
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_ok", &status));
    shop_refused(&status, "HOLD_ENDED", "hold_id");
    shop_drop(bought);
    shop_drop(held);
}

static void what_cannot_be_bought_is_refused(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, seats, 2);
    assert_null(shop_try_confirm(server, "bob", held->hold, "tok_ok", &status));
    shop_refused(&status, "UNKNOWN_HOLD", "hold_id");
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_other", &status));
    assert_non_null(strstr(status.message, "tok_declined"));
    shop_refused(&status, "BAD_FIELD", "payment_token");
    assert_null(shop_try_confirm(server, "ann", held->hold, "", &status));
    shop_refused(&status, "BAD_FIELD", "payment_token");
    char token[140];
    memset(token, 'x', sizeof token - 1);
    token[sizeof token - 1] = 0;
    assert_null(shop_try_confirm(server, "ann", held->hold, token, &status));
    shop_refused(&status, "BAD_FIELD", "payment_token");
    held->hold->version++;
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_ok", &status));
    shop_refused(&status, "HOLD_CHANGED", "version");
    held->hold->version--;
    shop_advance(server, held->hold->expires_ms);
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_ok", &status));
    shop_refused(&status, "HOLD_ENDED", "hold_id");
    shop_drop(held);
}

static void a_declined_payment_leaves_the_hold(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, seats, 2);
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_declined", &status));
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    shop_refused(&status, "PAYMENT_DECLINED", "payment_token");
    assert_null(shop_try_confirm(server, "ann", held->hold, "tok_ok", &status));
    shop_refused(&status, "HOLD_CHANGED", "version");
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    request.hold_id = held->hold->hold_id;
    Tifo__V1__GetHoldResponse *now =
        test_server_call_as(server, SHOP_SEAT("GetHold"), &request, "ann", NULL, &status);
    assert_int_equal(now->hold->state, TIFO__V1__HOLD_STATE__HOLD_STATE_HELD);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", now->hold, "tok_ok", &status);
    assert_int_equal(bought->order->state, PAID);
    shop_drop(bought);
    shop_drop(now);
    shop_drop(held);
}

static void what_is_free_needs_no_payment(void **state)
{
    struct test_server *server = *state;
    char gratis[33];
    struct rpc_status status = { 0 };
    shop_sell(server, 0, gratis);
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", gratis, seats, 2);
    Tifo__V1__ConfirmHoldResponse *bought =
        shop_try_confirm(server, "ann", held->hold, "", &status);
    assert_int_equal(bought->order->state, PAID);
    assert_int_equal(bought->order->total_minor, 0);
    assert_int_equal(bought->order->n_ticket_ids, 2);
    shop_drop(bought);
    shop_drop(held);
}

static void a_cancelled_event_gives_the_money_back(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__ConfirmHoldResponse *bought = shop_buy(server, "ann", event, seats, 2);
    shop_cancel(server, event);
    check_state(server, bought->order->order_id, REFUNDED);
    shop_drop(bought);
}

static Tifo__V1__ListOrdersResponse *list(struct test_server *server, const char *caller,
                                          const char *of, uint32_t size, const char *token,
                                          struct rpc_status *status)
{
    Tifo__V1__ListOrdersRequest request = TIFO__V1__LIST_ORDERS_REQUEST__INIT;
    request.event_id = (char *)of;
    request.page_size = size;
    request.page_token = (char *)token;
    return test_server_call_as(server, SHOP_ORDERS("ListOrders"), &request, caller, NULL, status);
}

static void a_caller_lists_the_own_orders(void **state)
{
    enum { ORDERS = 7 };
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    char ids[ORDERS][33], other[33], token[40] = "";
    shop_sell(server, SHOP_PRICE, other);
    for (uint32_t i = 0; i < ORDERS; i++) {
        const uint32_t seat = 100 + i, bobs = 200 + i;
        Tifo__V1__ConfirmHoldResponse *bought =
            shop_buy(server, "ann", i == 3 ? other : event, &seat, 1);
        snprintf(ids[i], sizeof ids[i], "%s", bought->order->order_id);
        shop_drop(bought);
        shop_drop(shop_buy(server, "bob", event, &bobs, 1));
    }
    uint32_t seen = ORDERS;
    do {
        Tifo__V1__ListOrdersResponse *page = list(server, "ann", "", 3, token, &status);
        assert_non_null(page);
        for (size_t i = 0; i < page->n_orders; i++)
            assert_string_equal(page->orders[i]->order_id, ids[--seen]);
        snprintf(token, sizeof token, "%s", page->next_page_token);
        shop_drop(page);
        if (seen == ORDERS - 3) { /* A new one does not shift the pages. */
            const uint32_t seat = 300;
            shop_drop(shop_buy(server, "ann", event, &seat, 1));
        }
    } while (token[0]);
    assert_int_equal(seen, 0);
    Tifo__V1__ListOrdersResponse *page = list(server, "ann", other, 0, "", &status);
    assert_int_equal(page->n_orders, 1);
    assert_string_equal(page->orders[0]->order_id, ids[3]);
    shop_drop(page);
    page = list(server, "eve", "", 0, "", &status);
    assert_int_equal(page->n_orders, 0);
    shop_drop(page);
    /* Another's order is no page of ours, and of another event neither. */
    assert_null(list(server, "eve", "", 0, ids[0], &status));
    shop_refused(&status, "BAD_FIELD", "page_token");
    assert_null(list(server, "ann", other, 0, ids[0], &status));
    shop_refused(&status, "BAD_FIELD", "page_token");
    assert_null(list(server, "ann", "0123456789abcdef0123456789abcdef", 0, "", &status));
    shop_refused(&status, "UNKNOWN_EVENT", "event_id");
}

/* ---- A provider that takes its time -----------------------------------------------------------
 */

struct slow_shop {
    struct test_server server;
    struct journal *journal;
    struct ledger ledger;
    char order[33];
};

static void open_slow(struct slow_shop *shop)
{
    test_server_open_real(&shop->server, shop->journal, slow_payment_open(&shop->ledger));
}

/* An order that waits for its payment. */
static void place(struct slow_shop *shop, const char *token)
{
    struct rpc_status status = { 0 };
    *shop = (struct slow_shop){ .journal = memory_journal_open(NULL) };
    open_slow(shop);
    shop_open(&shop->server);
    shop_sell(&shop->server, SHOP_PRICE, event);
    Tifo__V1__HoldSeatsResponse *held = shop_hold(&shop->server, "ann", event, seats, 2);
    Tifo__V1__ConfirmHoldResponse *placed =
        shop_try_confirm(&shop->server, "ann", held->hold, token, &status);
    if (!placed)
        fail_msg("%s", status.message);
    assert_int_equal(placed->order->state, PENDING);
    snprintf(shop->order, sizeof shop->order, "%s", placed->order->order_id);
    /* Meanwhile nobody else can have it. */
    assert_null(shop_try_confirm(&shop->server, "ann", held->hold, token, &status));
    shop_refused(&status, "HOLD_CHANGED", "hold_id");
    assert_null(shop_try_hold(&shop->server, "bob", event, seats, 1, &status));
    shop_refused(&status, "SEAT_TAKEN", "seats[0]");
    shop_drop(placed);
    shop_drop(held);
}

static void answer(struct slow_shop *shop)
{
    slow_payment_answer(shop->server.payment, 1);
    test_server_run(&shop->server);
}

static void finish(struct slow_shop *shop)
{
    test_server_close(&shop->server);
    shop->journal->ops->close(shop->journal);
}

static void an_order_is_pending_until_the_provider_answers(void **state)
{
    (void)state;
    static struct slow_shop shop;
    place(&shop, "tok_ok");
    check_state(&shop.server, shop.order, PENDING);
    answer(&shop);
    check_state(&shop.server, shop.order, PAID);
    shop_cancel(&shop.server, event);
    check_state(&shop.server, shop.order, PAID);
    answer(&shop);
    check_state(&shop.server, shop.order, REFUNDED);
    assert_int_equal(shop.ledger.count, 2);
    assert_int_equal(shop.ledger.balance_minor, 0);
    finish(&shop);
}

static void a_late_refusal_frees_the_hold(void **state)
{
    (void)state;
    static struct slow_shop shop;
    place(&shop, "tok_declined");
    answer(&shop);
    check_state(&shop.server, shop.order, CANCELLED);
    assert_int_equal(shop.ledger.balance_minor, 0);
    finish(&shop);
}

/* Who pays for an event that is cancelled meanwhile gets the money back, and no tickets. */
static void an_event_may_be_cancelled_while_somebody_pays(void **state)
{
    (void)state;
    static struct slow_shop shop;
    place(&shop, "tok_ok");
    shop_cancel(&shop.server, event);
    answer(&shop);
    answer(&shop);
    Tifo__V1__GetOrderResponse *got = get_order(&shop.server, "ann", shop.order, NULL);
    assert_int_equal(got->order->state, REFUNDED);
    assert_int_equal(got->order->n_ticket_ids, 0);
    shop_drop(got);
    assert_int_equal(shop.ledger.balance_minor, 0);
    finish(&shop);
}

/* The server goes down before it hears: it asks again, and the money moves once. */
static void after_a_crash_the_provider_is_asked_again_but_pays_once(void **state)
{
    (void)state;
    static struct slow_shop shop;
    place(&shop, "tok_ok");
    test_server_close(&shop.server);
    open_slow(&shop);
    check_state(&shop.server, shop.order, PENDING);
    /* This time the money moves, and again the server goes down before it hears of that. */
    slow_payment_lose(shop.server.payment);
    assert_int_equal(shop.ledger.balance_minor, 2 * SHOP_PRICE);
    test_server_close(&shop.server);
    open_slow(&shop);
    check_state(&shop.server, shop.order, PENDING);
    answer(&shop);
    check_state(&shop.server, shop.order, PAID);
    test_server_close(&shop.server);
    open_slow(&shop);
    check_state(&shop.server, shop.order, PAID);
    assert_int_equal(shop.ledger.count, 1);
    assert_int_equal(shop.ledger.rows[0].asked, 2);
    assert_int_equal(shop.ledger.balance_minor, 2 * SHOP_PRICE);
    finish(&shop);
}

/* A provider that looks into the journal whenever it is asked. */
struct witness {
    struct payment_provider provider;
    struct journal *journal;
    uint32_t asked, too_early;
};

static bool any_token(const struct payment_provider *provider, const char *token)
{
    (void)provider;
    (void)token;
    return true;
}

static bool count_wanted(void *ctx, const struct journal_row *row)
{
    *(uint32_t *)ctx += row->kind == FACT_PAYMENT_WANTED;
    return true;
}

static void look_and_pay(struct payment_provider *provider, struct payment_job *job)
{
    struct witness *witness = (struct witness *)provider;
    uint32_t wanted = 0;
    char why[JOURNAL_WHY_SIZE];
    witness->journal->ops->read(witness->journal, 1, count_wanted, &wanted, why, sizeof why);
    witness->asked++;
    witness->too_early += wanted < job->payment.number;
    job->outcome = PAYMENT_DONE;
    job->done(job);
}

static void leave_open(struct payment_provider *provider)
{
    (void)provider;
}

static void money_moves_only_for_what_is_durable(void **state)
{
    (void)state;
    static const struct payment_ops ops = { any_token, NULL, look_and_pay, look_and_pay,
                                            leave_open };
    struct witness witness = { .provider = { .ops = &ops, .tokens = "anything" },
                               .journal = memory_journal_open(NULL) };
    struct test_server server;
    test_server_open_real(&server, witness.journal, &witness.provider);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    for (uint32_t i = 0; i < 5; i++) {
        const uint32_t some[] = { 2 * i, 2 * i + 1 };
        Tifo__V1__ConfirmHoldResponse *placed = shop_buy(&server, "ann", event, some, 2);
        assert_int_equal(placed->order->state, PENDING);
        check_state(&server, placed->order->order_id, PAID);
        shop_drop(placed);
    }
    shop_cancel(&server, event);
    test_server_run(&server);
    assert_null(stadium_payment_open(server.stadium));
    assert_int_equal(witness.asked, 10);
    assert_int_equal(witness.too_early, 0);
    test_server_close(&server);
    witness.journal->ops->close(witness.journal);
}

/* ---- With a driven clock ----------------------------------------------------------------------
 */

static Tifo__V1__GetOrderRequest order_of(const char *id)
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    request.order_id = (char *)id;
    return request;
}

/* Whatever comes waits until the provider has answered, so that the order of things is the same
 * however quick it is. */
static void a_driven_clock_waits_for_the_provider(void **state)
{
    (void)state;
    static struct ledger ledger;
    struct test_server server;
    test_server_open_driven(&server, NULL, slow_payment_open(&ledger));
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    Tifo__V1__ConfirmHoldResponse *placed = shop_buy(&server, "ann", event, seats, 2);
    assert_int_equal(placed->order->state, PENDING);
    const Tifo__V1__GetOrderRequest request = order_of(placed->order->order_id);
    const struct rpc_metadata_entry ann = { .key = "tifo-caller", .value = "ann" };
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, SHOP_ORDERS("GetOrder"), &ann, 1, &request.base);
    test_server_run(&server);
    assert_false(rpc_memory_ended(call, NULL));
    slow_payment_answer(server.payment, 1);
    test_server_run(&server);
    assert_true(rpc_memory_ended(call, NULL));
    Tifo__V1__GetOrderResponse *got = (void *)rpc_memory_next(call);
    assert_int_equal(got->order->state, PAID);
    shop_drop(got);
    rpc_memory_destroy(call);
    shop_drop(placed);
    test_server_close(&server);
}

/* The same requests, the same journal: ids, payments and refunds included. */
static uint64_t play(uint32_t shift)
{
    struct test_server server;
    struct rpc_status status = { 0 };
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    for (uint32_t i = 0; i < 50; i++) {
        const uint32_t some[] = { 2 * i + shift, 2 * i + 1 + shift };
        Tifo__V1__HoldSeatsResponse *held = shop_hold(&server, "ann", event, some, 2);
        if (i % 3)
            shop_drop(shop_try_confirm(&server, "ann", held->hold,
                                       i % 5 ? "tok_ok" : "tok_declined", &status));
        rpc_status_fini(&status);
        status = (struct rpc_status){ 0 };
        shop_drop(held);
        shop_advance(&server, SHOP_NOW_MS + 20000 * (int64_t)i);
    }
    shop_cancel(&server, event);
    const uint64_t digest = stadium_digest(server.stadium);
    assert_null(stadium_payment_open(server.stadium));
    test_server_close(&server);
    return digest;
}

static void the_same_requests_give_the_same_journal(void **state)
{
    (void)state;
    const uint64_t digest = play(0);
    assert_true(play(0) == digest);
    assert_true(play(1) != digest);
}

/* A type of which one means of payment buys one ticket. */
static void one_means_buys_so_many(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__AddTicketTypeRequest add = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    int64_t price = SHOP_PRICE;
    struct rpc_status status = { 0 };
    type.name = "One each";
    type.price_minor = &price;
    type.n_price_minor = 1;
    type.max_per_means = 1;
    add.event_id = event;
    add.type = &type;
    shop_drop(test_server_call(server, SHOP_EVENTS("AddTicketType"), &add, NULL));
    for (uint32_t i = 0; i < 2; i++) {
        const char *who = i ? "bob" : "ann";
        Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
        Tifo__V1__NewLines lines = TIFO__V1__NEW_LINES__INIT, *list = &lines;
        uint32_t seat = 100 + i;
        lines.ticket_type = 1;
        lines.seats = &seat;
        lines.n_seats = 1;
        request.event_id = event;
        request.lines = &list;
        request.n_lines = 1;
        Tifo__V1__HoldSeatsResponse *held =
            test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, who, NULL, NULL);
        if (i == 1) {
            assert_null(shop_try_confirm(server, who, held->hold, "tok_ok_visa", &status));
            shop_refused(&status, "MEANS_LIMIT", "payment_token");
        }
        shop_drop(shop_try_confirm(server, who, held->hold, i ? "tok_ok" : "tok_ok_visa", NULL));
        shop_drop(held);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_hold_is_bought),
        TEST(what_cannot_be_bought_is_refused),
        TEST(a_declined_payment_leaves_the_hold),
        TEST(what_is_free_needs_no_payment),
        TEST(a_cancelled_event_gives_the_money_back),
        TEST(a_caller_lists_the_own_orders),
        TEST(one_means_buys_so_many),
        cmocka_unit_test(an_order_is_pending_until_the_provider_answers),
        cmocka_unit_test(a_late_refusal_frees_the_hold),
        cmocka_unit_test(an_event_may_be_cancelled_while_somebody_pays),
        cmocka_unit_test(after_a_crash_the_provider_is_asked_again_but_pays_once),
        cmocka_unit_test(money_moves_only_for_what_is_durable),
        cmocka_unit_test(a_driven_clock_waits_for_the_provider),
        cmocka_unit_test(the_same_requests_give_the_same_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
