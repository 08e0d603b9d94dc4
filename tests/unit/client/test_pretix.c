/* Seating plans of pretix as venues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "tests/unit/client/files.h"

#define SEAT(guid, number, x, category)                                                            \
    "{\"seat_guid\":\"" guid "\",\"seat_number\":\"" number "\",\"position\":{\"x\":" #x           \
    ",\"y\":0},\"category\":\"" category "\"}"

static const char plan[] =
    "{\"name\":\"Small Hall\",\"size\":{\"width\":800,\"height\":600},"
    "\"categories\":[{\"name\":\"Stalls\",\"color\":\"#33f\"},{\"name\":\"Balcony\"}],"
    "\"zones\":[{\"name\":\"Main floor\",\"position\":{\"x\":0,\"y\":0},\"rows\":["
    "{\"row_number\":\"A\",\"seats\":[" SEAT("a9", "9", 180, "Stalls") "," SEAT("a1", "1", 0, "Stalls") "," SEAT(
        "a3", "3",
        30, "Stalls") "," SEAT("a5", "5", 60,
                               "Stalls") "," SEAT("a7", "7", 150,
                                                  "Stalls") "]},"
                                                            "{\"row_number\":\"B\",\"seats\":"
                                                            "[" SEAT("b1", "B-1", 0, "Stalls") "," SEAT("b2", "B-2", 30, "Balcony") "," SEAT(
                                                                "b3", "B-3", 60,
                                                                "Stalls") "]},"
                                                                          "{\"row_number\":\"A\","
                                                                          "\"seats\":[" SEAT(
                                                                              "c1", "1", 0,
                                                                              "Stalls") "]}]},"
                                                                                        "{\"positio"
                                                                                        "n\":{"
                                                                                        "\"x\":0,"
                                                                                        "\"y\":400}"
                                                                                        ",\"rows\":"
                                                                                        "[{\"row_"
                                                                                        "number\":"
                                                                                        "\"\","
                                                                                        "\"seats\":"
                                                                                        "[" SEAT(
                                                                                            "r1",
                                                                                            "1", 0,
                                                                                            "Balcon"
                                                                                            "y") "]"
                                                                                                 "}"
                                                                                                 "]"
                                                                                                 ","
                                                                                                 "\"areas\":[]}]}";

static void a_plan_becomes_a_venue_with_its_numbers_aisles_and_categories(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    if (!tifo_venue_parse("plan", plan, strlen(plan), &venue, &problems))
        fail_msg("%s", problems.rows[0].sentence);
    assert_string_equal(venue->venue_id, "small-hall");
    assert_int_equal(tifo_seat_count(venue), 10);
    assert_int_equal(venue->n_blocks, 3);
    const Tifo__V1__Block *stalls = venue->blocks[0];
    assert_string_equal(stalls->name, "Main floor Stalls");
    assert_string_equal(stalls->stand, "Stalls");
    assert_int_equal(stalls->n_rows, 3);
    const Tifo__V1__Row *a = stalls->rows[0], *b = stalls->rows[1];
    const uint32_t odd[] = { 1, 3, 5, 7, 9 }; /* As they stand, not as the plan lists them. */
    assert_int_equal(a->n_numbers, 5);
    assert_memory_equal(a->numbers, odd, sizeof odd);
    assert_int_equal(a->n_aisle_after, 1);
    assert_int_equal(a->aisle_after[0], 2); /* After 5: 90 to the next, and 30 is usual. */
    assert_int_equal(b->n_numbers, 2);
    assert_int_equal(b->aisle_after[0], 0); /* Seat 2 belongs to the balcony. */
    assert_string_equal(stalls->rows[2]->label, "A 2");
    assert_string_equal(venue->blocks[2]->rows[0]->label, "-");
    uint32_t seat;
    assert_true(tifo_seat_find(venue, stalls->block_id, "A", 7, &seat));
    assert_int_equal(seat, 3);
    assert_false(tifo_seat_find(venue, stalls->block_id, "A", 2, &seat));
    tifo_venue_free(venue);
}

static void what_is_wrong_with_a_plan_is_said_with_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *sentence;
    } wrongs[] = {
        { "\"Small Hall\"", "\"\"", "name: is missing" },
        { "\"seat_number\":\"7\"", "\"seat_number\":\"left\"",
          "zones[0].rows[0].seats[4]: seat_number is left" },
        { "\"seat_number\":\"7\"", "\"seat_number\":\"3\"",
          "zones[0].rows[0]: two seats have the number 3" },
        { "{\"x\":150,\"y\":0}", "{\"x\":150}",
          "zones[0].rows[0].seats[4]: position needs x and y" },
        { "\"name\":\"Balcony\"", "\"name\":\"Gallery\"",
          "zones[0].rows[1].seats[1]: category \"Balcony\" is not one" },
        { "\"row_number\":\"B\",", "", "zones[0].rows[1]: needs row_number" },
        { "\"row_number\":\"B\"", "\"row_number\":\"a very long row name\"", "more than 16 bytes" },
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        char *text = text_replace(plan, wrongs[i].from, wrongs[i].to, false);
        Tifo__V1__Venue *venue;
        struct tifo_problems problems;
        assert_false(tifo_venue_parse("plan", text, strlen(text), &venue, &problems));
        assert_int_equal(problems.count, 1);
        if (!strstr(problems.rows[0].sentence, wrongs[i].sentence))
            fail_msg("\"%s\" is not in: %s", wrongs[i].sentence, problems.rows[0].sentence);
        tifo_problems_fini(&problems);
        free(text);
    }
}

static size_t put_seats(char *text, size_t size, size_t at, int rows, int seats)
{
    for (int r = 0; r < rows; r++) {
        at += (size_t)snprintf(text + at, size - at, "%s{\"row_number\":\"%d\",\"seats\":[",
                               r ? "," : "", r + 1);
        for (int k = 0; k < seats; k++)
            at += (size_t)snprintf(text + at, size - at,
                                   "%s{\"seat_guid\":\"%d-%d\",\"seat_number\":\"%d\",\"position\":"
                                   "{\"x\":%d,\"y\":%d},\"category\":\"Stalls\"}",
                                   k ? "," : "", r, k, k + 1, 25 * k, 30 * r + k * (seats - k));
        at += (size_t)snprintf(text + at, size - at, "]}");
    }
    return at;
}

static void a_large_plan_of_curved_rows_is_a_sound_venue(void **state)
{
    (void)state;
    const size_t size = 8 << 20;
    char *text = malloc(size);
    size_t at = (size_t)snprintf(text, size,
                                 "{\"name\":\"Hall\",\"categories\":[{\"name\":\"Stalls\"}],"
                                 "\"zones\":[");
    for (int zone = 0; zone < 12; zone++) {
        at += (size_t)snprintf(text + at, size - at, "%s{\"name\":\"Z%d\",\"rows\":[",
                               zone ? "," : "", zone);
        at = put_seats(text, size, at, 1 + 3 * zone, 20 + 5 * zone);
        at += (size_t)snprintf(text + at, size - at, "]}");
    }
    at += (size_t)snprintf(text + at, size - at, "]}");
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    if (!tifo_venue_parse("plan", text, at, &venue, &problems))
        fail_msg("%s %s: %s", problems.rows[0].id, problems.rows[0].field,
                 problems.rows[0].sentence);
    assert_int_equal(venue->n_blocks, 12);
    assert_true(tifo_seat_count(venue) > 10000);
    tifo_venue_free(venue);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_becomes_a_venue_with_its_numbers_aisles_and_categories),
        cmocka_unit_test(what_is_wrong_with_a_plan_is_said_with_its_path),
        cmocka_unit_test(a_large_plan_of_curved_rows_is_a_sound_venue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
