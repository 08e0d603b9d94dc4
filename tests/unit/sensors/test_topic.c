/* Topics with placeholders, and times as sensors write them. */
#include "server/sensors/topic.h"
#include "server/sensors/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void patterns_are_told_from_others(void **state)
{
    static const char *const good[] = { "a",   "a/b", "{device}", "a/{gate}/+/{device}",
                                        "a/#", "#",   "a//b",     "+/+" };
    static const char *const bad[] = { "",        "a/#/b",         "a+/b",    "a/{gate",
                                       "{gate}x", "{zone}/{zone}", "a/{lane}" };
    const char *why;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!topic_is_pattern(good[i], &why))
            fail_msg("%s: %s", good[i], why);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(topic_is_pattern(bad[i], &why));
        assert_true(strlen(why) > 0);
    }
}

static void a_topic_is_one_of_a_pattern_or_not(void **state)
{
    static const struct {
        const char *pattern, *topic;
        bool fits;
        const char *device, *gate;
    } cases[] = {
        { "bowl/{gate}/turnstile/{device}", "bowl/G4/turnstile/t-17", true, "t-17", "G4" },
        { "bowl/{gate}/turnstile/{device}", "bowl/G4/turnstile", false, "", "" },
        { "bowl/{gate}/turnstile/{device}", "bowl/G4/turnstile/t/1", false, "", "" },
        { "bowl/{gate}", "bowl/", false, "", "" },
        { "bowl/{gate}", "bowls/G1", false, "", "" },
        { "+/{device}", "anything/7", true, "7", "" },
        { "a/#", "a/b/c", true, "", "" },
        { "a/#", "a", true, "", "" },
        { "a/#", "b", false, "", "" },
        { "{device}", "x", true, "x", "" },
        { "a", "a", true, "", "" },
        { "a", "a/b", false, "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct topic_parts parts;
        if (topic_match(cases[i].pattern, cases[i].topic, &parts) != cases[i].fits)
            fail_msg("%s and %s", cases[i].pattern, cases[i].topic);
        if (!cases[i].fits)
            continue;
        assert_string_equal(parts.text[TOPIC_DEVICE], cases[i].device);
        assert_string_equal(parts.text[TOPIC_GATE], cases[i].gate);
    }
}

static void a_filter_is_what_a_broker_wants(void **state)
{
    char filter[TOPIC_BYTES + 1];
    (void)state;
    topic_filter("bowl/{gate}/turnstile/{device}", filter);
    assert_string_equal(filter, "bowl/+/turnstile/+");
    topic_filter("a/+/#", filter);
    assert_string_equal(filter, "a/+/#");
}

static void placeholders_are_filled_in(void **state)
{
    struct topic_parts parts;
    char out[16];
    (void)state;
    assert_true(topic_match("{gate}/{device}", "G4/17", &parts));
    assert_true(topic_expand("{gate}-{device}", &parts, out, sizeof out));
    assert_string_equal(out, "G4-17");
    assert_false(topic_expand("{zone}", &parts, out, sizeof out));
    assert_false(topic_expand("{gate}-much-too-long", &parts, out, sizeof out));
}

static void times_are_read_to_the_millisecond(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: none. */
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-05-16T14:41:00Z", INT64_C(1778942460000) },
        { "2026-05-16T16:41:00.25+02:00", INT64_C(1778942460250) },
        { "2026-05-16T10:11:00.001999-04:30", INT64_C(1778942460001) },
        { "2024-02-29T23:59:59Z", INT64_C(1709251199000) },
        { "2026-05-16 14:41:00Z", INT64_C(1778942460000) },
        { "2026-05-16T14:41:00", -1 },
        { "2026-13-16T14:41:00Z", -1 },
        { "2026-05-16T24:41:00Z", -1 },
        { "2026-05-16T14:41:00.Z", -1 },
        { "2026-05-16T14:41:00+2", -1 },
        { "yesterday", -1 },
        { "", -1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = -1;
        assert_int_equal(when_parse(cases[i].text, &ms), cases[i].ms >= 0);
        if (cases[i].ms >= 0)
            assert_int_equal(ms, cases[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_told_from_others),
        cmocka_unit_test(a_topic_is_one_of_a_pattern_or_not),
        cmocka_unit_test(a_filter_is_what_a_broker_wants),
        cmocka_unit_test(placeholders_are_filled_in),
        cmocka_unit_test(times_are_read_to_the_millisecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
