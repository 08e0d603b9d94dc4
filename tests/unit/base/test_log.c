#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/log.h"

#include <string.h>

static void one_event_is_one_line(void **state)
{
    (void)state;
    char text[2048] = "";
    FILE *out = fmemopen(text, sizeof(text), "w");
    struct log log = { out, LOG_INFO };
    log_write(&log, LOG_DEBUG, "unseen", "%s", "");
    log_write(&log, LOG_WARNING, "refused", "why=%s n=%d", "two\nlines", 2);
    char longer[2000];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = 0;
    log_write(&log, LOG_INFO, "long", "%s", longer);
    fclose(out);
    assert_null(strstr(text, "unseen"));
    assert_non_null(strstr(text, "Z warning refused why=two lines n=2\n"));
    int lines = 0;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 2);
}

static void levels_have_names(void **state)
{
    (void)state;
    assert_int_equal(log_level_find("warning"), LOG_WARNING);
    assert_int_equal(log_level_find("quiet"), LOG_QUIET);
    assert_int_equal(log_level_find("loud"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_is_one_line),
        cmocka_unit_test(levels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
