/* Bad files: each is refused with words that say where. */
#include "sim/foreign/foreign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TOPOGRAPHY(rest)                                                                           \
    "{\"scenario\": {\"topography\": {\"attributes\": {\"bounds\": {\"x\": 0, \"y\": 0, "          \
    "\"width\": 9, \"height\": 9}}, " rest "}}}"
#define SQUARE                                                                                     \
    "\"shape\": {\"type\": \"RECTANGLE\", \"x\": 1, \"y\": 1, \"width\": 1, \"height\": 1}"

static void vadere_files_are_refused_with_the_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } bad[] = {
        { "{\"scenario\": {\n  \"topography\": }", "bad.scenario:2:" },
        { "[]", "the file: is to be an object" },
        { "{\"name\": \"x\"}", "scenario: is to be there" },
        { "{\"scenario\": {}}", "scenario.topography: is to be there" },
        { "{\"scenario\": {\"topography\": 3}}", "scenario.topography: is to be an object" },
        { "{\"scenario\": {\"topography\": {\"attributes\": {\"bounds\": {\"width\": 0.5}}}}}",
          "topography.attributes: the bounds leave no room" },
        { TOPOGRAPHY("\"obstacles\": {}"), "scenario.topography.obstacles: is to be a list" },
        { TOPOGRAPHY("\"obstacles\": [4]"), "topography.obstacles[0]: is to be an object" },
        { TOPOGRAPHY("\"obstacles\": [{}, {}]"), "obstacles[0].shape: is to be there" },
        { TOPOGRAPHY("\"obstacles\": [{\"shape\": {\"type\": \"STAR\"}}]"),
          "obstacles[0].shape: there is no shape \"STAR\"" },
        { TOPOGRAPHY("\"targets\": [{\"id\": 1, \"shape\": {\"type\": \"POLYGON\", \"points\": "
                     "[{\"x\": 1, \"y\": 1}]}}]"),
          "targets[0].shape: a ring has three corners" },
        { TOPOGRAPHY("\"targets\": [{\"id\": \"one\", " SQUARE "}]"),
          "targets[0].id: is to be a number" },
        { TOPOGRAPHY("\"targets\": [{\"id\": 1, " SQUARE ", \"waiter\": []}]"),
          "targets[0].waiter: is to be an object" },
        { TOPOGRAPHY("\"sources\": [{\"id\": 1, " SQUARE ", \"spawner\": {\"eventElementCount\": "
                     "-1}}]"),
          "sources[0].spawner.eventElementCount: -1 is not within" },
        { TOPOGRAPHY("\"sources\": [{\"id\": 1, " SQUARE ", \"spawner\": {\"eventElementCount\": "
                     "10000, \"constraintsTimeEnd\": 400, \"distribution\": {\"type\": "
                     "\"constant\", \"updateFrequency\": 0.1}}}]"),
          "sources[0].spawner: it makes more than 200000 people" },
        { TOPOGRAPHY("\"sources\": [{\"id\": 1, " SQUARE ", \"targetIds\": [\"a\"]}]"),
          "sources[0].targetIds[0]: is to be a target's id" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct foreign foreign;
        char why[600] = "";
        struct foreign_text text = { "bad.scenario", bad[i].text, strlen(bad[i].text) };
        assert_false(foreign_read_vadere(text, &foreign, why, sizeof why));
        if (strstr(why, bad[i].words) == NULL || strncmp(why, "bad.scenario", 12) != 0)
            fail_msg("\"%s\" is not in \"%s\"", bad[i].words, why);
    }
}

static void jupedsim_scenarios_are_refused_with_the_path(void **state)
{
    (void)state;
    static const char floor[] = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))";
    static const struct {
        const char *config, *wkt, *words;
    } bad[] = {
        { "{", floor, "config.json:1:1: this is no JSON" },
        { "{}", "POLYGON ((0 0, 1 0, 1 1)", "geometry.wkt:1:25: a polygon ends with )" },
        { "{}", "LINESTRING (0 0, 1 0)", "geometry.wkt:1:11: POLYGON, MULTIPOLYGON" },
        { "{}", "POLYGON ((0 0,\n 1 a, 1 1))", "geometry.wkt:2:3: a coordinate is to be here" },
        { "{}", "POLYGON EMPTY", "there is no polygon" },
        { "{}", "POLYGON ((0 0, 1 0, 1 1)) x", "nothing is to follow" },
        { "{}", NULL, "config.json: the file: no geometry" },
        { "{\"exits\": [1]}", floor, "exits: is to be an object of objects" },
        { "{\"exits\": {\"e\": {\"coordinates\": [[1, 2], [3]]}}}", floor,
          "exits.e.coordinates[1]: is to be [x, y]" },
        { "{\"exits\": {\"e\": {\"coordinates\": [[1, 2], [3, 4]]}}}", floor,
          "exits.e.coordinates: a ring has three corners" },
        { "{\"distributions\": {\"d\": {\"coordinates\": [[1, 1], [2, 1], [2, 2]], "
          "\"parameters\": {\"v0\": \"fast\"}}}}",
          floor, "distributions.d.parameters.v0: is to be a number" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct foreign foreign;
        char why[600] = "";
        struct foreign_text config = { "config.json", bad[i].config, strlen(bad[i].config) };
        struct foreign_text wkt = { "geometry.wkt", bad[i].wkt,
                                    bad[i].wkt ? strlen(bad[i].wkt) : 0 };
        assert_false(foreign_read_jupedsim(config, wkt, &foreign, why, sizeof why));
        if (strstr(why, bad[i].words) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", bad[i].words, why);
    }
}

static void what_is_no_zip_is_refused(void **state)
{
    (void)state;
    static const char bytes[] = "PK\003\004 and nothing more";
    struct foreign foreign;
    char why[600] = "";
    struct foreign_text text = { "bad.zip", bytes, sizeof bytes };
    assert_false(foreign_read_zip(text, &foreign, why, sizeof why));
    assert_non_null(strstr(why, "bad.zip: this is no ZIP"));
    assert_false(foreign_read("/nowhere/a.scenario", &foreign, why, sizeof why));
    assert_non_null(strstr(why, "/nowhere/a.scenario: No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vadere_files_are_refused_with_the_path),
        cmocka_unit_test(jupedsim_scenarios_are_refused_with_the_path),
        cmocka_unit_test(what_is_no_zip_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
