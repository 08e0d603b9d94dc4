/* tifo.v1.Events as a client sees it. */
#include "tests/support/shop.h"

#include "server/adapters/memory/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

static void *create(struct test_server *server, Tifo__V1__Event *event, struct rpc_status *status)
{
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    request.event = event;
    return test_server_call(server, SHOP_EVENTS("CreateEvent"), &request, status);
}

static void an_event_is_created_as_it_was_described(void **state)
{
    struct test_server *server = *state;
    Tifo__V1__PriceCategory categories[2], *list[2] = { &categories[0], &categories[1] };
    uint32_t blocks[] = { 1, 2, 0, 1 };
    Tifo__V1__Event event;
    shop_describe(&event, &categories[0], list);
    tifo__v1__price_category__init(&categories[1]);
    list[1] = &categories[1];
    categories[1].name = "Tribüne";
    categories[1].price_minor = 10000000;
    event.n_categories = 2;
    event.n_block_category = 4;
    event.block_category = blocks;
    Tifo__V1__CreateEventResponse *reply = create(server, &event, NULL);
    assert_non_null(reply);
    const Tifo__V1__Event *made = reply->event;
    assert_int_equal(strlen(made->event_id), 32);
    assert_int_equal(made->state, TIFO__V1__EVENT_STATE__EVENT_STATE_DRAFT);
    assert_string_equal(made->title, "Derby");
    assert_string_equal(made->currency, "EUR");
    assert_int_equal(made->starts_ms, SHOP_STARTS_MS);
    assert_int_equal(made->ends_ms, SHOP_ENDS_MS);
    assert_int_equal(made->doors_ms, SHOP_STARTS_MS - 2 * 3600 * 1000);
    assert_int_equal(made->hold_ttl_s, 600);
    assert_int_equal(made->n_categories, 2);
    assert_string_equal(made->categories[1]->name, "Tribüne");
    assert_int_equal(made->categories[1]->price_minor, 10000000);
    assert_int_equal(made->n_block_category, 4);
    assert_memory_equal(made->block_category, blocks, sizeof blocks);
    assert_int_equal(made->seats, SHOP_SEATS - 300);
    assert_int_equal(made->held + made->sold + made->admitted, 0);
    assert_true(reply->seq > 0);
    Tifo__V1__GetEventResponse *got = shop_event(server, made->event_id);
    assert_string_equal(got->event->title, "Derby");
    assert_int_equal(got->as_of_seq, reply->seq);
    assert_int_equal(got->event->version, made->version);
    shop_drop(got);
    shop_drop(reply);
}

static void what_makes_no_event_is_refused_with_its_field(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__PriceCategory category, *list;
    Tifo__V1__Event event;
    assert_null(create(server, NULL, &status));
    shop_refused(&status, "BAD_FIELD", "event");
    shop_describe(&event, &category, &list);
    event.title = "";
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.title");
    char title[140];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = 0;
    event.title = title;
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.title");
    shop_describe(&event, &category, &list);
    category.price_minor = -1;
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.categories[0].price_minor");
    category.price_minor = INT64_C(1) << 40;
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.categories[0].price_minor");
    shop_describe(&event, &category, &list);
    event.ends_ms = event.starts_ms;
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.ends_ms");
    Tifo__V1__PriceCategory *many[40];
    for (size_t i = 0; i < 40; i++)
        many[i] = &category;
    shop_describe(&event, &category, &list);
    event.n_categories = 40;
    event.categories = many;
    assert_null(create(server, &event, &status));
    shop_refused(&status, "BAD_FIELD", "event.categories");
    Tifo__V1__CreateEventRequest elsewhere = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    elsewhere.venue_id = "elsewhere";
    assert_null(test_server_call(server, SHOP_EVENTS("CreateEvent"), &elsewhere, &status));
    shop_refused(&status, "UNKNOWN_VENUE", "venue_id");
}

static void ids_are_checked_and_unknown_ones_refused(void **state)
{
    static const struct {
        const char *id, *reason;
    } rows[] = {
        { "", "BAD_FIELD" },
        { "0123456789abcdef0123456789abcde", "BAD_FIELD" },
        { "0123456789abcdef0123456789abcdef0", "BAD_FIELD" },
        { "0123456789ABCDEF0123456789ABCDEF", "BAD_FIELD" },
        { "00000000000000000000000000000000", "BAD_FIELD" },
        { "0123456789abcdef0123456789abcdef", "UNKNOWN_EVENT" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Tifo__V1__GetEventRequest get = TIFO__V1__GET_EVENT_REQUEST__INIT;
        Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
        Tifo__V1__CancelEventRequest cancel = TIFO__V1__CANCEL_EVENT_REQUEST__INIT;
        struct rpc_status status = { 0 };
        get.event_id = publish.event_id = cancel.event_id = (char *)rows[i].id;
        assert_null(test_server_call(*state, SHOP_EVENTS("GetEvent"), &get, &status));
        shop_refused(&status, rows[i].reason, "event_id");
        assert_null(test_server_call(*state, SHOP_EVENTS("PublishEvent"), &publish, &status));
        shop_refused(&status, rows[i].reason, "event_id");
        assert_null(test_server_call(*state, SHOP_EVENTS("CancelEvent"), &cancel, &status));
        shop_refused(&status, rows[i].reason, "event_id");
    }
}

/* Half a character in an error's details makes all of them unreadable for other clients. */
static void what_a_refusal_quotes_stays_utf8(void **state)
{
    static const char *const quoted[] = {
        "x\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
        "\xa9\xc3\xa9"
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
        "\xa9", /* Cut
                   at 40.
                 */
        "short \xc3\xa9",
    };
    static const char *const said[] = { "\xc3\xa9?\"; an id", "short \xc3\xa9\"; an id" };
    for (size_t i = 0; i < sizeof quoted / sizeof quoted[0]; i++) {
        Tifo__V1__GetEventRequest get = TIFO__V1__GET_EVENT_REQUEST__INIT;
        struct rpc_status status = { 0 };
        get.event_id = (char *)quoted[i];
        assert_null(test_server_call(*state, SHOP_EVENTS("GetEvent"), &get, &status));
        assert_non_null(strstr(status.message, said[i]));
        shop_refused(&status, "BAD_FIELD", "event_id");
    }
}

static void an_event_lives_from_draft_to_its_end(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    char id[33];
    uint32_t seat = 0;
    shop_sell(server, SHOP_PRICE, id);
    Tifo__V1__GetEventResponse *got = shop_event(server, id);
    assert_int_equal(got->event->state, TIFO__V1__EVENT_STATE__EVENT_STATE_PUBLISHED);
    shop_drop(got);
    shop_drop(shop_hold(server, "ann", id, &seat, 1));
    got = shop_event(server, id);
    assert_int_equal(got->event->held, 1);
    assert_int_equal(got->event->seats, SHOP_SEATS);
    shop_drop(got);
    shop_advance(server, SHOP_ENDS_MS);
    got = shop_event(server, id);
    assert_int_equal(got->event->state, TIFO__V1__EVENT_STATE__EVENT_STATE_ENDED);
    assert_int_equal(got->event->held, 0);
    shop_drop(got);
    seat = 1;
    assert_null(shop_try_hold(server, "ann", id, &seat, 1, &status));
    shop_refused(&status, "EVENT_OVER", "event_id");
}

static void a_cancelled_event_says_why_and_sells_no_more(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    char id[33];
    uint32_t seat = 0;
    shop_sell(server, SHOP_PRICE, id);
    shop_cancel(server, id);
    shop_cancel(server, id);
    Tifo__V1__GetEventResponse *got = shop_event(server, id);
    assert_int_equal(got->event->state, TIFO__V1__EVENT_STATE__EVENT_STATE_CANCELLED);
    assert_string_equal(got->event->cancel_reason, "Snow");
    shop_drop(got);
    assert_null(shop_try_hold(server, "ann", id, &seat, 1, &status));
    shop_refused(&status, "EVENT_CANCELLED", "event_id");
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    publish.event_id = id;
    assert_null(test_server_call(server, SHOP_EVENTS("PublishEvent"), &publish, &status));
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    rpc_status_fini(&status);
}

static Tifo__V1__ListEventsResponse *list(struct test_server *server, uint32_t size,
                                          const char *token, struct rpc_status *status)
{
    Tifo__V1__ListEventsRequest request = TIFO__V1__LIST_EVENTS_REQUEST__INIT;
    request.page_size = size;
    request.page_token = (char *)token;
    return test_server_call(server, SHOP_EVENTS("ListEvents"), &request, status);
}

static void events_are_listed_in_pages_while_more_come(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    char ids[8][33], token[40] = "";
    for (size_t i = 0; i < 5; i++)
        shop_sell(server, 0, ids[i]);
    size_t seen = 0;
    for (size_t page = 0; page < 4; page++) {
        Tifo__V1__ListEventsResponse *reply = list(server, 2, token, &status);
        for (size_t i = 0; i < reply->n_events; i++)
            assert_string_equal(reply->events[i]->event_id, ids[seen++]);
        snprintf(token, sizeof token, "%s", reply->next_page_token);
        assert_int_equal(reply->n_events, page < 3 ? 2 : 1);
        assert_int_equal(strlen(token), page < 3 ? 32 : 0);
        shop_drop(reply);
        if (page < 2)
            shop_sell(server, 0, ids[5 + page]);
    }
    assert_int_equal(seen, 7);
    Tifo__V1__ListEventsResponse *all = list(server, 0, "", &status);
    assert_int_equal(all->n_events, 7);
    assert_string_equal(all->next_page_token, "");
    shop_drop(all);
    assert_null(list(server, 0, "page 2", &status));
    shop_refused(&status, "BAD_FIELD", "page_token");
    assert_null(list(server, 0, "0123456789abcdef0123456789abcdef", &status));
    shop_refused(&status, "BAD_FIELD", "page_token");
}

/* The same requests give the same ids with a driven clock, also when a server went down between. */
static void driven_ids_follow_from_the_requests(void **state)
{
    (void)state;
    char first[3][33], again[3][33];
    struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    for (size_t i = 0; i < 3; i++)
        shop_sell(&server, 0, first[i]);
    const uint64_t digest = stadium_digest(server.stadium);
    test_server_close(&server);

    struct journal *journal = memory_journal_open(NULL);
    test_server_open(&server, journal);
    shop_open(&server);
    for (size_t i = 0; i < 3; i++) {
        shop_sell(&server, 0, again[i]);
        test_server_close(&server);
        test_server_open(&server, journal);
        assert_string_equal(first[i], again[i]);
    }
    assert_true(stadium_digest(server.stadium) == digest);
    test_server_close(&server);
    journal->ops->close(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_is_created_as_it_was_described),
        TEST(what_makes_no_event_is_refused_with_its_field),
        TEST(ids_are_checked_and_unknown_ones_refused),
        TEST(what_a_refusal_quotes_stays_utf8),
        TEST(an_event_lives_from_draft_to_its_end),
        TEST(a_cancelled_event_says_why_and_sells_no_more),
        TEST(events_are_listed_in_pages_while_more_come),
        cmocka_unit_test(driven_ids_follow_from_the_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
