#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/order.h"
#include "server/core/order_list.h"
#include "tests/support/seed.h"

#include <stdio.h>
#include <string.h>

enum { ORDERS = 4000, PEOPLE = 500, EVENTS = 3 };

/* 1 + the index of the next older order of the same list below `end`; 0: none. Found by
 * looking at all orders; EVENTS: of any event. */
static uint32_t looked_up(const struct pool *orders, uint32_t end, const char *person,
                          uint32_t event)
{
    for (; end > 0; end--) {
        const struct order *order = pool_get(orders, end - 1);
        if (strcmp(order->person, person) == 0 && (event == EVENTS || order->event == event))
            return end;
    }
    return 0;
}

static void check_list(const struct order_lists *lists, const char *person, uint32_t event)
{
    uint32_t expected = looked_up(lists->orders, lists->orders->count, person, event);
    uint32_t at = order_lists_newest(lists, person, event);
    for (; at; at = order_lists_before(lists, at - 1)) {
        assert_int_equal(at, expected);
        expected = looked_up(lists->orders, at - 1, person, event);
    }
    assert_int_equal(expected, 0);
}

static void everybody_has_the_own_orders_newest_first(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct arena arena = { 0 };
    struct pool orders;
    struct order_lists all, of_event;
    pool_init(&orders, &arena, sizeof(struct order), ORDERS);
    order_lists_init(&all, &orders, false, &arena, ORDERS, NULL);
    order_lists_init(&of_event, &orders, true, &arena, ORDERS, NULL);
    assert_int_equal(order_lists_newest(&all, "person 0", 0), 0);
    for (uint32_t i = 0; i < ORDERS; i++) {
        struct order *order = pool_add(&orders);
        snprintf(order->person, sizeof(order->person), "person %u",
                 (unsigned)prng_below(&prng, PEOPLE));
        order->event = prng_below(&prng, EVENTS);
        order_lists_add(&all, i);
        order_lists_add(&of_event, i);
    }
    for (uint32_t i = 0; i <= PEOPLE; i++) { /* The last one has none. */
        char person[PERSON_BYTES + 1];
        snprintf(person, sizeof(person), "person %u", (unsigned)i);
        check_list(&all, person, EVENTS);
        for (uint32_t event = 0; event < EVENTS; event++)
            check_list(&of_event, person, event);
    }
    order_lists_fini(&all);
    order_lists_fini(&of_event);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_has_the_own_orders_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
