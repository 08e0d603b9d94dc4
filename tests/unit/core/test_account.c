#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/account.h"
#include "tests/support/seed.h"

#include <stdlib.h>

enum { EVENTS = 300, STEPS = 20000 };

/* Against a table of all of it. */
static void accounts_are_what_was_put_there(void **state)
{
    (void)state;
    static uint32_t tickets[EVENTS][EVENT_TYPES], newest[EVENTS];
    struct prng prng = { test_seed() };
    struct bytes accounts = { 0 };
    for (uint32_t step = 0; step < STEPS; step++) {
        const uint32_t event = prng_below(&prng, EVENTS), type = prng_below(&prng, EVENT_TYPES);
        struct account account = account_get(accounts, event);
        assert_int_equal(account.event, event);
        assert_int_equal(account.newest, newest[event]);
        for (uint32_t i = 0; i < EVENT_TYPES; i++)
            assert_int_equal(account_tickets(&account, i), tickets[event][i]);
        const uint32_t more = prng_below(&prng, 2) ? prng_below(&prng, 1000) : 0;
        account_set_tickets(&account, type, more);
        account.newest = prng_below(&prng, 3) ? account.newest : step * 1000;
        account_put(&accounts, &account);
        tickets[event][type] = more;
        newest[event] = account.newest;
    }
    for (uint32_t event = 0; event < EVENTS; event++)
        account_put(&accounts, &(struct account){ .event = event });
    assert_int_equal(accounts.size, 0);
    assert_null(accounts.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_what_was_put_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
