/*
 * Venues as text: what is written reads back to the same message, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "tests/unit/client/files.h"

static uint8_t *packed(const Tifo__V1__Venue *venue, size_t *size)
{
    *size = tifo__v1__venue__get_packed_size(venue);
    uint8_t *bytes = malloc(*size);
    tifo__v1__venue__pack(venue, bytes);
    return bytes;
}

static void assert_same(const Tifo__V1__Venue *a, const Tifo__V1__Venue *b)
{
    size_t a_size, b_size;
    uint8_t *a_bytes = packed(a, &a_size), *b_bytes = packed(b, &b_size);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a_bytes, b_bytes, a_size);
    free(a_bytes);
    free(b_bytes);
}

static void reads_back(const char *name)
{
    Tifo__V1__Venue *venue, *again;
    assert_true(tifo_venue_load(venue_path_of(name), &venue, NULL));
    size_t size;
    char *text = tifo_venue_text(venue, &size);
    struct tifo_problems problems;
    assert_true(tifo_venue_parse("again", text, size, &again, &problems));
    assert_same(venue, again);
    free(text);
    tifo_venue_free(venue);
    tifo_venue_free(again);
}

static void local_metres_read_back(void **state)
{
    (void)state;
    reads_back("four-gates.geojson");
}

static void longitude_and_latitude_read_back(void **state)
{
    (void)state;
    reads_back("bowl-5000.geojson");
}

/* Fields that neither shipped file uses. */
static void rare_fields_read_back(void **state)
{
    (void)state;
    size_t size;
    char *good = venue_file("four-gates.geojson", &size);
    char *rates = text_replace(good, "\"turnstiles\": 1",
                               "\"turnstiles\": 3, \"entry_rate_pph\": 500.5, "
                               "\"exit_capacity_ppm\": 60, \"exit_limited\": true",
                               false);
    char *hole =
        text_replace(rates, "[-14, 22], [-14, 18]]]",
                     "[-14, 22], [-14, 18]], [[0, 19], [1, 19], [1, 20], [0, 19]]]", false);
    char *text = text_replace(hole, "\"use\": \"aisle\"",
                              "\"use\": \"aisle\", \"capacity_people\": 11", false);
    char *seats = text_replace(text, "\"seats\": 24, \"first_seat\": 1}",
                               "\"seats\": 24, \"first_seat\": 101, \"accessible\": [101, 102], "
                               "\"companion\": [103], \"aisle_after\": [112]}",
                               false);
    Tifo__V1__Venue *venue, *again;
    struct tifo_problems problems;
    assert_true(tifo_venue_parse("rare", seats, strlen(seats), &venue, &problems));
    assert_true(venue->gates[0]->exit_limited);
    assert_int_equal(venue->zones[0]->n_holes, 1);
    assert_true(venue->zones[0]->area_m2 == 111.5);
    assert_int_equal(venue->blocks[0]->rows[0]->n_accessible, 2);
    assert_int_equal(venue->blocks[0]->rows[0]->accessible[1], 1);
    assert_int_equal(venue->blocks[0]->rows[0]->companion[0], 2);
    assert_int_equal(venue->blocks[0]->rows[0]->aisle_after[0], 11);
    char *written = tifo_venue_text(venue, &size);
    assert_true(tifo_venue_parse("again", written, size, &again, &problems));
    assert_same(venue, again);
    tifo_venue_free(venue);
    tifo_venue_free(again);
    free(written);
    free(seats);
    free(text);
    free(hole);
    free(rates);
    free(good);
}

static void the_example_of_the_readme_is_sound(void **state)
{
    (void)state;
    size_t size;
    char *readme = venue_file("README.md", &size);
    char *start = strstr(readme, "```json\n") + 8, *end = strstr(start, "```");
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    bool ok = tifo_venue_parse("README.md", start, (size_t)(end - start), &venue, &problems);
    if (!ok)
        fail_msg("%s: %s", problems.rows[0].id, problems.rows[0].sentence);
    assert_int_equal(tifo_seat_count(venue), 40);
    tifo_venue_free(venue);
    free(readme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_metres_read_back),
        cmocka_unit_test(longitude_and_latitude_read_back),
        cmocka_unit_test(rare_fields_read_back),
        cmocka_unit_test(the_example_of_the_readme_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
