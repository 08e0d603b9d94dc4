#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/status.h"

#include <string.h>

static void every_status_has_a_code_a_reason_and_a_sentence(void **state)
{
    (void)state;
    for (enum status status = STATUS_OK; status < STATUS_COUNT; status++) {
        const char *reason = status_reason(status), *sentence = status_sentence(status);
        assert_true(status_code(status) <= 16);
        assert_int_equal(status_code(status) == 0, status == STATUS_OK);
        assert_int_equal(strspn(reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), strlen(reason));
        assert_int_equal(sentence[strlen(sentence) - 1], '.');
        for (enum status other = STATUS_OK; other < status; other++)
            assert_string_not_equal(reason, status_reason(other));
    }
    assert_string_equal(status_reason(STATUS_VENUE_EXISTS), "VENUE_EXISTS");
    assert_int_equal(status_code(STATUS_VENUE_EXISTS), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_code_a_reason_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
