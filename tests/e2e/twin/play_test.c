/* A run's tape, played by the twin: what it tells is what the run counted, and it makes pictures.
 */
#include "twin/headless.h"
#include "twin/player.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

static char folder[] = "/tmp/tifo-play-XXXXXX";
static char tape[200];

static int run_once(void **state)
{
    char command[1000];
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(tape, sizeof tape, "%s/run/trajectories.tape", folder);
    snprintf(command, sizeof command,
             "cd " TIFO_SOURCE_DIR " && " TIFO_SIM " run scenarios/gate-closure.yaml --venue "
             "scenarios/venues/four-gates.geojson --quiet --out %s/run",
             folder);
    return system(command);
}

static int clean(void **state)
{
    char command[200];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void a_tape_tells_what_the_run_counted(void **state)
{
    (void)state;
    char path[200], why[400], problem[200];
    snprintf(path, sizeof path, "%s/run/run.json", folder);
    json_t *run = json_load_file(path, 0, NULL);
    json_int_t people = json_integer_value(json_object_get(run, "people"));
    assert_true(people > 100);
    struct player *player = player_open(tape, why, sizeof why);
    assert_non_null(player);
    struct model model;
    model_init(&model);
    uint32_t first = 0, last = 0;
    bool was_shut = false;
    for (int i = 0; !player_is_over(player); i++) {
        player_advance(player, &model, 5000, problem, sizeof problem);
        assert_string_equal(problem, "");
        last = model.totals.inside;
        first = i == 0 ? last : first;
        for (uint32_t gate = 0; gate < model.venue->n_gates; gate++)
            was_shut |= model_gate(&model, gate).closed;
    }
    assert_int_equal(first, people);
    assert_int_equal(model.totals.left, people - last);
    assert_true(was_shut && model.recorded);
    assert_int_equal(model_alarm_count(&model), 0);
    assert_int_equal(model.positions->at_ms, model.crowd->at_ms);
    player_close(player);
    model_fini(&model);
    json_decref(run);
}

static long size_of(const char *name)
{
    char path[200];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

static void the_twin_makes_pictures_of_a_tape(void **state)
{
    (void)state;
    char out[200];
    snprintf(out, sizeof out, "%s/pictures", folder);
    struct options options = { .play = tape,
                               .headless = true,
                               .out = out,
                               .width = 960,
                               .height = 540,
                               .scale = 0.75f,
                               .caller = "test",
                               .every_ms = 240000 };
    assert_int_equal(headless_run(&options), 0);
    /* Floors, people and words: far more than an empty frame of that size packs to. */
    assert_true(size_of("pictures/twin-last.png") > 15000);
    assert_true(size_of("pictures/twin-worst.png") > 15000);
    assert_int_not_equal(size_of("pictures/twin-last.png"), size_of("pictures/twin-worst.png"));
    options.play = "/nowhere/a.tape";
    assert_int_equal(headless_run(&options), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tape_tells_what_the_run_counted),
        cmocka_unit_test(the_twin_makes_pictures_of_a_tape),
    };
    return cmocka_run_group_tests(tests, run_once, clean);
}
