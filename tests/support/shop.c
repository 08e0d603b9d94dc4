#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tifo/v1/clock.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void shop_drop(void *message)
{
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

void shop_describe(Tifo__V1__Event *event, Tifo__V1__PriceCategory *category,
                   Tifo__V1__PriceCategory **list)
{
    tifo__v1__event__init(event);
    tifo__v1__price_category__init(category);
    category->name = "Everywhere";
    category->price_minor = SHOP_PRICE;
    *list = category;
    event->title = "Derby";
    event->currency = "EUR";
    event->starts_ms = SHOP_STARTS_MS;
    event->ends_ms = SHOP_ENDS_MS;
    event->n_categories = 1;
    event->categories = list;
}

void shop_advance(struct test_server *server, int64_t to_ms)
{
    test_server_advance(server, to_ms);
}

void shop_open(struct test_server *server)
{
    test_server_import_ground(server);
    if (app_driven(server->app))
        shop_advance(server, SHOP_NOW_MS);
}

void shop_sell(struct test_server *server, int64_t price, char *id)
{
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__PriceCategory category, *list;
    Tifo__V1__Event event;
    shop_describe(&event, &category, &list);
    category.price_minor = price;
    if (!app_driven(server->app)) {
        event.doors_ms = app_now_ms(server->app);
        event.starts_ms = event.doors_ms + 3600 * 1000;
        event.ends_ms = event.starts_ms + 3600 * 1000;
    }
    create.event = &event;
    Tifo__V1__CreateEventResponse *created =
        test_server_must(server, SHOP_EVENTS("CreateEvent"), &create, NULL);
    snprintf(id, 33, "%s", created->event->event_id);
    publish.event_id = id;
    shop_drop(test_server_must(server, SHOP_EVENTS("PublishEvent"), &publish, NULL));
    shop_drop(created);
}

Tifo__V1__HoldSeatsResponse *shop_try_hold(struct test_server *server, const char *caller,
                                           const char *event, const uint32_t *seats, size_t count,
                                           struct rpc_status *status)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    request.event_id = (char *)event;
    request.seats = (uint32_t *)seats;
    request.n_seats = count;
    return test_server_call_as(server, SHOP_SEAT("HoldSeats"), &request, caller, NULL, status);
}

Tifo__V1__HoldSeatsResponse *shop_hold(struct test_server *server, const char *caller,
                                       const char *event, const uint32_t *seats, size_t count)
{
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *reply =
        shop_try_hold(server, caller, event, seats, count, &status);
    if (!reply)
        fail_msg("HoldSeats: %s (%s)", status.message, status.reason);
    return reply;
}

Tifo__V1__ConfirmHoldResponse *shop_try_confirm(struct test_server *server, const char *caller,
                                                const Tifo__V1__Hold *hold, const char *token,
                                                struct rpc_status *status)
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.payment_token = (char *)token;
    return test_server_call_as(server, SHOP_ORDERS("ConfirmHold"), &request, caller, NULL, status);
}

Tifo__V1__ConfirmHoldResponse *shop_buy(struct test_server *server, const char *caller,
                                        const char *event, const uint32_t *seats, size_t count)
{
    struct rpc_status status = { 0 };
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, caller, event, seats, count);
    Tifo__V1__ConfirmHoldResponse *reply =
        shop_try_confirm(server, caller, held->hold, "tok_ok", &status);
    if (!reply)
        fail_msg("ConfirmHold: %s (%s)", status.message, status.reason);
    shop_drop(held);
    return reply;
}

Tifo__V1__GetTicketsResponse *shop_tickets(struct test_server *server, const char *caller,
                                           const char *order)
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    request.order_id = (char *)order;
    return test_server_must(server, SHOP_TICKETS("GetTickets"), &request, caller);
}

Tifo__V1__ScanTicketResponse *shop_scan(struct test_server *server, const char *code,
                                        const char *event, uint32_t gate, uint64_t nonce)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = (char *)code;
    if (event)
        request.event_id = (char *)event;
    request.gate = gate;
    request.nonce = nonce;
    return test_server_must(server, SHOP_TICKETS("ScanTicket"), &request, "turnstile-1");
}

Tifo__V1__GetEventResponse *shop_event(struct test_server *server, const char *event)
{
    Tifo__V1__GetEventRequest request = TIFO__V1__GET_EVENT_REQUEST__INIT;
    request.event_id = (char *)event;
    return test_server_must(server, SHOP_EVENTS("GetEvent"), &request, NULL);
}

void shop_cancel(struct test_server *server, const char *event)
{
    Tifo__V1__CancelEventRequest request = TIFO__V1__CANCEL_EVENT_REQUEST__INIT;
    request.event_id = (char *)event;
    request.reason = "Snow";
    shop_drop(test_server_must(server, SHOP_EVENTS("CancelEvent"), &request, NULL));
}

void shop_refused(struct rpc_status *status, const char *reason, const char *field)
{
    assert_int_not_equal(status->code, RPC_OK);
    if (strcmp(status->reason, reason) != 0)
        fail_msg("%s (%s), not %s", status->reason, status->message, reason);
    if (field)
        assert_string_equal(status->field, field);
    else
        assert_null(status->field);
    assert_string_equal(status->domain, "tifo");
    rpc_status_fini(status);
    *status = (struct rpc_status){ 0 };
}
