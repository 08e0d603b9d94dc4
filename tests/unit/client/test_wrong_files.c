/*
 * Every way in which a venue file can be wrong, each made by one change to a good file, and what
 * the reader must say about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "tests/unit/client/files.h"

struct wrong {
    const char *name;
    const char *from, *to; /* `to` NULL: the line vanishes. */
    bool every;
    const char *id, *field; /* Of the problem; NULL: none. */
    const char *sentence;   /* A part of it. */
};

static const struct wrong wrongs[] = {
    /* The document */
    { "broken JSON", "\"features\": [", "\"features\": [,", 0, NULL, NULL, "not JSON" },
    { "a key twice", "\"kind\": \"pitch\"", "\"kind\": \"pitch\", \"kind\": \"row\"", 0, NULL, NULL,
      "not JSON: duplicate" },
    { "another type", "\"FeatureCollection\"", "\"Feature\"", 0, NULL, "type",
      "is not \"FeatureCollection\"" },
    { "no features", "\"features\":", "\"things\":", 0, NULL, "features", "is missing" },
    { "no member tifo", "\"tifo\": {", "\"tofu\": {", 0, NULL, "tifo", "is missing" },
    { "no format", "\"format\": 1, ", "", 0, NULL, "format", "is missing" },
    { "a later format", "\"format\": 1", "\"format\": 2", 0, NULL, "format", "2 is unknown" },
    { "a venue id with capitals", "\"id\": \"four-gates\"", "\"id\": \"Four\"", 0, NULL, "id",
      "capital letters" },
    { "no venue name", "\"name\": \"Four Gates\", ", "", 0, NULL, "name", "is missing" },
    { "no levels", "\"levels\": [", "\"floors\": [", 0, NULL, "levels", "must list" },
    { "a level twice", "{\"level\": 2,", "{\"level\": 1,", 0, NULL, "levels", "twice" },
    { "neither metres nor origin", "\"local_metres\": true,", "", 0, NULL, "origin",
      "give either" },
    { "metres and origin", "\"local_metres\": true", "\"local_metres\": true, \"origin\": [9, 50]",
      0, NULL, "origin", "not both" },
    { "an origin off the Earth", "\"local_metres\": true", "\"origin\": [9, 95]", 0, NULL, "origin",
      "-85 to 85" },
    { "metres read as degrees", "\"local_metres\": true", "\"origin\": [13, 52]", 0, "L1-N",
      "coordinates", "more than 2 km" },
    /* Features one by one */
    { "no properties", "\"properties\": {\"kind\": \"pitch\"}", "\"properties\": null", 0, NULL,
      "properties", "is missing" },
    { "no kind", "\"kind\": \"pitch\"", "\"sort\": \"pitch\"", 0, NULL, "kind", "is missing" },
    { "an unknown kind", "\"kind\": \"pitch\"", "\"kind\": \"lawn\"", 0, NULL, "kind",
      "\"lawn\" is unknown; give one of zone" },
    { "a wheelchair on a seat that is not there", "\"first_seat\": 1}",
      "\"first_seat\": 1, \"accessible\": [25]}", 0, "N1", "accessible", "25 is no seat" },
    { "an aisle twice", "\"first_seat\": 1}", "\"first_seat\": 1, \"aisle_after\": [5, 5]}", 0,
      "N1", "aisle_after", "each once" },
    { "too few numbers", "\"first_seat\": 1}", "\"numbers\": [1, 3, 5]}", 0, "N1", "numbers",
      "give one a seat" },
    { "companions in a sentence", "\"first_seat\": 1}", "\"first_seat\": 1, \"companion\": \"5\"}",
      0, "N1", "companion", "must be a list of whole numbers" },
    { "a seat of two kinds", "\"first_seat\": 1}",
      "\"first_seat\": 1, \"accessible\": [5], \"companion\": [4, 5]}", 0, "N1", "companion",
      "seat 5 is accessible, too" },
    { "an id twice", "\"id\": \"L1-NE\"", "\"id\": \"L1-N\"", 0, "L1-N", "id", "has the same id" },
    { "an id with a space", "\"id\": \"L1-NE\"", "\"id\": \"L1 NE\"", 0, "L1 NE", "id",
      "not an id" },
    { "text for a number", "\"turnstiles\": 1", "\"turnstiles\": \"one\"", 0, "G1", "turnstiles",
      "must be a whole number, not a string" },
    { "a fraction of a turnstile", "\"turnstiles\": 1", "\"turnstiles\": 1.5", 0, "G1",
      "turnstiles", "not a number with a fraction" },
    { "a negative number", "\"turnstiles\": 1", "\"turnstiles\": -1", 0, "G1", "turnstiles",
      "-1 is out of range" },
    { "no turnstiles", ", \"turnstiles\": 1", "", 0, "G1", "turnstiles", "is missing" },
    { "a name that is a number", "\"name\": \"Level 1 NE\"", "\"name\": 7", 0, "L1-NE", "name",
      "must be a string" },
    { "an unknown use", "\"use\": \"aisle\"", "\"use\": \"lane\"", 0, "aisle-N", "use",
      "\"lane\" is unknown; give one of concourse" },
    { "a level that is not there", "\"use\": \"aisle\", \"level\": 2",
      "\"use\": \"aisle\", \"level\": 3", 0, "aisle-U", "level", "not in tifo.levels" },
    { "stairs without levels", "\"level_from\": 1, ", "", 0, "stairs-W", "level_from",
      "is missing" },
    { "stairs to where they start", "\"level_to\": 2", "\"level_to\": 1", 0, "stairs-W", "level_to",
      "join two levels" },
    { "stairs without a rise", ", \"rise_m\": 3", "", 0, "stairs-W", "rise_m", "is missing" },
    { "too many people", "\"use\": \"aisle\", \"level\": 1",
      "\"use\": \"aisle\", \"level\": 1, \"capacity_people\": 100", 0, "aisle-N", "capacity_people",
      "more than 4.7 a m2" },
    { "a zone drawn as a line",
      "\"geometry\": {\"type\": \"Polygon\", \"coordinates\": [[[-14, 18]",
      "\"geometry\": {\"type\": \"LineString\", \"coordinates\": [[[-14, 18]", 0, "L1-N",
      "geometry", "a zone is a Polygon" },
    { "an open polygon", "[-20, 10], [-20, -10]]]", "[-20, 10]]]", 0, NULL, "coordinates",
      "is not closed" },
    { "a polygon that crosses itself", "[20, -10], [20, 10]", "[20, 10], [20, -10]", 0, NULL,
      "coordinates", "crosses or touches itself" },
    { "a polygon without room", "[[[-20, -10], [20, -10], [20, 10], [-20, 10], [-20, -10]]]",
      "[[[0, 0], [0.4, 0], [0.4, 0.4], [0, 0.4], [0, 0]]]", 0, NULL, "coordinates",
      "at least 0.25 m2" },
    { "a polygon with two corners", "[[[-20, -10], [20, -10], [20, 10], [-20, 10], [-20, -10]]]",
      "[[[0, 0], [4, 0], [0, 0]]]", 0, NULL, "coordinates", "has 3 points" },
    { "a corner twice", "[20, -10], [20, 10]", "[20, -10], [20, -10], [20, 10]", 0, NULL,
      "coordinates", "repeats the point before" },
    { "a corner of words", "[20, -10], [20, 10]", "[20, -10], [\"20\", 10]", 0, NULL, "coordinates",
      "point 2 is not a pair of numbers" },
    { "a corner far away", "[20, -10], [20, 10]", "[20, -10], [2001, 10]", 0, NULL, "coordinates",
      "more than 2 km from the origin" },
    { "a hole beside its zone", "[-14, 22], [-14, 18]]]",
      "[-14, 22], [-14, 18]], [[0, 0], [1, 0], [1, 1], [0, 0]]]", 0, "L1-N", "coordinates",
      "hole lies outside" },
    { "a second pitch", "{\"type\": \"Feature\", \"properties\": {\"kind\": \"pitch\"}",
      "{\"type\": \"Feature\", \"properties\": {\"kind\": \"pitch\"}, \"geometry\": {\"type\": "
      "\"Polygon\", \"coordinates\": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}},\n{\"type\": "
      "\"Feature\", "
      "\"properties\": {\"kind\": \"pitch\"}",
      0, NULL, "kind", "second pitch" },
    { "a bent opening", "[[-1, 18], [1, 18]]", "[[-1, 18], [0, 18], [1, 18]]", 0, "o-aisle-N",
      "coordinates", "has 3 points" },
    /* Names */
    { "an opening to nowhere", "[\"aisle-N\", \"L1-N\"]", "[\"aisle-N\", \"L1-X\"]", 0, "o-aisle-N",
      "between", "\"L1-X\" is not a zone or block; no feature" },
    { "an opening to a gate", "[\"aisle-N\", \"L1-N\"]", "[\"aisle-N\", \"G1\"]", 0, "o-aisle-N",
      "between", "another kind of feature" },
    { "an opening of one place", "[\"aisle-N\", \"L1-N\"]", "[\"aisle-N\"]", 0, "o-aisle-N",
      "between", "list of two ids" },
    { "an opening without places", ", \"between\": [\"aisle-N\", \"L1-N\"]", "", 0, "o-aisle-N",
      "between", "is missing" },
    { "a row of no block", "\"block\": \"N1\", \"label\": \"A\"",
      "\"block\": \"N9\", \"label\": \"A\"", 0, "N9", "block", "\"N9\" is not a block" },
    { "a counter of no zone", "\"use\": \"food\", \"zone\": \"L1-N\"",
      "\"use\": \"food\", \"zone\": \"N1\"", 0, "F1", "zone", "\"N1\" is not a zone" },
    /* How things lie */
    { "an opening beside the wall", "[[-1, 18], [1, 18]]", "[[-1, 18.2], [1, 18.2]]", 0,
      "o-aisle-N", "coordinates", "does not lie on the edge of aisle-N" },
    { "an opening for nobody", "[[-1, 18], [1, 18]]", "[[-0.2, 18], [0.2, 18]]", 0, "o-aisle-N",
      "coordinates", "is 0.40 m wide" },
    { "an opening to itself", "[\"aisle-N\", \"L1-N\"]", "[\"L1-N\", \"L1-N\"]", 0, "o-aisle-N",
      "between", "names L1-N twice" },
    { "a way out that nobody counts", "[\"aisle-N\", \"L1-N\"]", "[\"L1-N\", \"out-1\"]", 0,
      "o-aisle-N", "between", "make it a gate" },
    { "an opening between levels", "[\"aisle-U\", \"L2-S\"]", "[\"aisle-U\", \"L1-S\"]", 0,
      "o-aisle-U", "between", "no level in common" },
    { "a gate from outside", "\"inside\": \"L1-N\"", "\"inside\": \"out-1\"", 0, "G1", "inside",
      "out-1 is outside" },
    { "a gate to the inside", "\"outside\": \"out-1\"", "\"outside\": \"L1-NE\"", 0, "G1",
      "outside", "is not outside" },
    { "a gate away from the wall", "[[-9, 22], [-8, 22]]", "[[-9, 21], [-8, 21]]", 0, "G1",
      "coordinates", "does not lie on the edge of L1-N" },
    { "a gate that lets too many out", "\"turnstiles\": 1",
      "\"turnstiles\": 1, \"exit_capacity_ppm\": 90", 0, "G1", "exit_capacity_ppm",
      "more than 82 a minute and metre" },
    { "a gate that lets too many in", "\"turnstiles\": 1",
      "\"turnstiles\": 1, \"entry_rate_pph\": 700", 0, "G1", "entry_rate_pph", "out of range" },
    { "a counter in the stand", "[[5, 18], [9, 18]]", "[[5, 17], [9, 17]]", 0, "F1", "coordinates",
      "not in zone L1-N" },
    { "a counter outside", "\"use\": \"food\", \"zone\": \"L1-N\"",
      "\"use\": \"food\", \"zone\": \"out-1\"", 0, "F1", "zone", "out-1 is outside" },
    { "a counter for a mouse", "[[5, 18], [9, 18]]", "[[5, 18], [5.3, 18]]", 0, "F1", "coordinates",
      "at least 0.50 m" },
    { "a row outside its block", "[[-13, 12.5], [-1, 12.5]]", "[[-13, 11.5], [-1, 11.5]]", 0, "N1",
      "coordinates", "row A lies outside its block" },
    { "a row that nobody reaches", "[[-1, -20], [-1, -16]]", "[[-1, -17], [-1, -16]]", 0, "U1",
      "coordinates", "no end of row D comes within 2 m" },
    { "narrow seats", "\"seats\": 24", "\"seats\": 40", 0, "N1", "seats",
      "row A has 0.30 m a seat" },
    { "a row twice", "\"label\": \"B\"", "\"label\": \"A\"", 0, "N1", "label",
      "row A is there twice" },
    { "seats that do not add up", "\"seats\": 96", "\"seats\": 97", 0, "N1", "seats",
      "says 97, but its rows have 96" },
    { "a block without rows", "\"kind\": \"row\", \"block\": \"N1\"", NULL, 1, "N1", NULL,
      "has no rows" },
    { "zones that overlap", "[14, 22], [-14, 22]", "[16, 22], [-14, 22]", 0, "L1-NE", "coordinates",
      "overlaps L1-N" },
    { "no gates", "\"kind\": \"gate\"", NULL, 1, NULL, "features", "there is no gate" },
    { "rows of blocks that are gone", "\"stand\":", NULL, 1, "N1", "block", "is not a block" },
    { "an aisle without a way out", "\"o-aisle-N\"", NULL, 0, "aisle-N", NULL,
      "cannot be reached from any gate" },
    { "a block behind a closed aisle", "\"o-aisle-U\"", NULL, 0, "U2", NULL,
      "cannot be reached from any gate; add the opening to its aisle" },
};

static bool is_it(const struct wrong *wrong, const struct tifo_problem *problem)
{
    return strcmp(problem->id, wrong->id ? wrong->id : "") == 0 &&
           strcmp(problem->field, wrong->field ? wrong->field : "") == 0 &&
           strstr(problem->sentence, wrong->sentence);
}

/* The line that a problem names starts a feature that has the problem's id. */
static void assert_names_line(const char *text, const struct tifo_problem *problem)
{
    assert_true(problem->line > 0);
    for (int line = 1; line < problem->line; line++)
        text = strchr(text, '\n') + 1;
    char start[400];
    snprintf(start, sizeof(start), "%.*s", (int)strcspn(text, "\n"), text);
    assert_int_equal(problem->column, 1);
    assert_non_null(strstr(start, "\"Feature\""));
    if (problem->id[0])
        assert_non_null(strstr(start, problem->id));
}

static void says_what_is_wrong(void **state)
{
    const struct wrong *wrong = *state;
    size_t size;
    char *good = venue_file("four-gates.geojson", &size);
    char *text = text_replace(good, wrong->from, wrong->to, wrong->every);
    assert_non_null(text);
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    assert_false(tifo_venue_parse("bad.geojson", text, strlen(text), &venue, &problems));
    assert_null(venue);
    const struct tifo_problem *found = NULL;
    for (size_t i = 0; i < problems.count; i++)
        if (!found && is_it(wrong, &problems.rows[i]))
            found = &problems.rows[i];
    if (!found)
        for (size_t i = 0; i < problems.count; i++)
            print_message("  got id %s field %s: %s\n", problems.rows[i].id, problems.rows[i].field,
                          problems.rows[i].sentence);
    assert_non_null(found);
    if (found->feature >= 0)
        assert_names_line(text, found);
    char line[1024];
    tifo_problem_print(found, line, sizeof(line));
    assert_non_null(strstr(line, found->sentence));
    assert_int_equal(strncmp(line, "bad.geojson:", 12), 0);
    tifo_problems_fini(&problems);
    free(text);
    free(good);
}

static void a_missing_file_is_a_sentence(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    struct tifo_problem problem;
    assert_false(tifo_venue_load("/nowhere/ground.geojson", &venue, &problem));
    assert_null(venue);
    assert_non_null(strstr(problem.sentence, "cannot be opened: No such file"));
    assert_false(tifo_venue_load("/", &venue, &problem));
    assert_non_null(strstr(problem.sentence, "cannot be"));
}

static void broken_json_names_line_and_column(void **state)
{
    (void)state;
    static const char text[] = "{\n  \"type\": \"FeatureCollection\",\n  \"features\": [}\n}";
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    assert_false(tifo_venue_parse("x", text, strlen(text), &venue, &problems));
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.rows[0].line, 3);
    assert_true(problems.rows[0].column > 10);
    tifo_problems_fini(&problems);
}

static void everything_wrong_is_listed_at_once(void **state)
{
    (void)state;
    size_t size;
    char *good = venue_file("four-gates.geojson", &size);
    char *text = text_replace(good, "\"turnstiles\": 1", "\"turnstiles\": -1", true);
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    assert_false(tifo_venue_parse("x", text, strlen(text), &venue, &problems));
    assert_int_equal(problems.count, 4);
    tifo_problems_fini(&problems);
    free(text);
    free(good);
}

static void a_ground_without_seats_is_refused(void **state)
{
    (void)state;
    size_t size;
    char *readme = venue_file("README.md", &size);
    char *start = strstr(readme, "```json\n") + 8;
    *strstr(start, "```") = '\0';
    char *text = text_replace(start, "\"101\"", NULL, true);
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    assert_false(tifo_venue_parse("x", text, strlen(text), &venue, &problems));
    assert_int_equal(problems.count, 1);
    assert_non_null(strstr(problems.rows[0].sentence, "there are no seats"));
    tifo_problems_fini(&problems);
    free(text);
    free(readme);
}

static void polygons_may_run_either_way(void **state)
{
    (void)state;
    size_t size;
    char *good = venue_file("four-gates.geojson", &size);
    char *text = text_replace(good, "[[[-14, 18], [14, 18], [14, 22], [-14, 22], [-14, 18]]]",
                              "[[[-14, 18], [-14, 22], [14, 22], [14, 18], [-14, 18]]]", false);
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    assert_true(tifo_venue_parse("x", text, strlen(text), &venue, &problems));
    assert_string_equal(venue->zones[0]->zone_id, "L1-N");
    assert_true(venue->zones[0]->area_m2 == 112);
    tifo_venue_free(venue);
    free(text);
    free(good);
}

int main(void)
{
    enum { WRONGS = sizeof(wrongs) / sizeof(wrongs[0]) };
    struct CMUnitTest tests[WRONGS + 5] = {
        cmocka_unit_test(a_missing_file_is_a_sentence),
        cmocka_unit_test(broken_json_names_line_and_column),
        cmocka_unit_test(everything_wrong_is_listed_at_once),
        cmocka_unit_test(polygons_may_run_either_way),
        cmocka_unit_test(a_ground_without_seats_is_refused),
    };
    for (size_t i = 0; i < WRONGS; i++)
        tests[5 + i] = (struct CMUnitTest){ wrongs[i].name, says_what_is_wrong, NULL, NULL,
                                            (void *)&wrongs[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
