#include "tests/unit/sim/small.h"

#include "sim/record.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct small small;

static int run_once(void **state)
{
    (void)state;
    small_init(&small);
    return small_run(&small, small_egress, 7, "one") + small_run(&small, small_egress, 7, "two") +
           small_run(&small, small_egress, 8, "other");
}

static int clean(void **state)
{
    (void)state;
    small_fini(&small);
    return 0;
}

static void read_run(const char *name, struct record *record)
{
    char path[256], why[400];
    if (!record_read(small_path(&small, name, path), record, why, sizeof why))
        fail_msg("%s", why);
}

static void one_seed_is_one_run_and_another_is_another(void **state)
{
    (void)state;
    char *one = small_read(&small, "one/run.json"), *two = small_read(&small, "two/run.json");
    assert_string_equal(one, two);
    free(one);
    free(two);
    struct record record, other;
    read_run("one/run.json", &record);
    read_run("other/run.json", &other);
    assert_true(record.hash != other.hash);
    record_fini(&record);
    record_fini(&other);
}

static void figures_agree_with_each_other(void **state)
{
    (void)state;
    struct record r;
    read_run("one/run.json", &r);
    uint32_t out = 0;
    for (size_t i = 0; i < r.gates.count; i++) {
        const struct record_gate *gate = &RECORD_GATES(&r)[i];
        int32_t sum = 0;
        for (size_t k = 0; k < gate->out.count; k++)
            sum += gate->out.values[k];
        assert_true((uint32_t)sum <= gate->people_out); /* The last sample may not be over. */
        assert_true(gate->people_out - (uint32_t)sum <= 10);
        out += gate->people_out;
    }
    assert_int_equal(out, r.people);
    assert_int_equal(r.done, r.travellers);
    assert_true(r.clearance_s > 20 && r.clearance_s < 350);
    assert_false(r.returns || r.guided || r.with_server);
    assert_true(isnan(RECORD_GATES(&r)[0].closed_from_s));
    assert_true(RECORD_GATES(&r)[3].closed_from_s == 40);
    for (size_t i = 0; i < r.inside.count; i++)
        assert_int_equal(r.inside.values[i] + r.outside.values[i], r.people);
    record_fini(&r);
}

static int64_t sum_of(const struct series *series)
{
    int64_t sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += series->values[i];
    return sum;
}

static void floor_and_doors_agree_with_what_people_did(void **state)
{
    (void)state;
    struct record r;
    read_run("one/run.json", &r);
    size_t openings = r.doors.count - r.gates.count;
    double last_out_s = 0;
    for (size_t i = 0; i < r.gates.count; i++) {
        const struct record_gate *gate = &RECORD_GATES(&r)[i];
        const struct record_door *door = &RECORD_DOORS(&r)[openings + i];
        assert_string_equal(door->id, gate->id);
        assert_int_equal(sum_of(&door->passed), sum_of(&gate->out) + sum_of(&gate->in));
        assert_true(door->code_ppm > 0 && door->width_m > 0.5);
        last_out_s = fmax(last_out_s, gate->last_out_s);
    }
    /* People on their feet in zones; who is in a row has no level of service. */
    double on_foot_s = (double)(sum_of(&r.walkway_person_s) + sum_of(&r.stairs_person_s));
    double away_s = (double)sum_of(&r.away) * r.sample_s;
    print_message("%.0f person-seconds on foot, %.0f out of the seat\n", on_foot_s, away_s);
    assert_true(on_foot_s > 0.3 * away_s && on_foot_s < 1.1 * away_s + 60);
    assert_true(r.stands_left_s > r.clock_zero_s && r.stands_left_s <= last_out_s);
    assert_int_equal(r.loads.count, r.levels.count);
    double peak = 0, most = 0;
    for (size_t i = 0; i < r.loads.count; i++) {
        const struct record_load *load = &RECORD_LOADS(&r)[i];
        peak = fmax(peak, load->peak_p_m2);
        for (size_t k = 1; k < load->peak.count; k += 2)
            most = fmax(most, load->peak.values[k] / 100.0);
        assert_true(load->floor_above_4_m2 <= load->floor_above_2_m2);
    }
    assert_true(peak > 0.5 && fabs(peak - most) < 0.006);
    assert_true(r.capacity_seats == 600 && r.capacity_gates > 0 && r.capacity_stands > 0);
    assert_string_equal(r.parameters, "experiment");
    bool said = false;
    for (size_t i = 0; i < r.assumptions.count; i++)
        said |= strstr(RECORD_ASSUMPTIONS(&r)[i].text, "G4 is shut at 0:40: a test") != NULL;
    assert_true(said);
    record_fini(&r);
}

static void the_busiest_minute_is_six_samples_anywhere(void **state)
{
    (void)state;
    int32_t values[] = { 5, 0, 0, 30, 0, 0, 0, 12, 6, 0, 0, 0 };
    struct series passed = { values, 12 };
    assert_true(record_busiest_ppm(&passed, 10) == 48); /* 30 and 12 and 6. */
    passed.count = 2;
    assert_true(record_busiest_ppm(&passed, 10) == 5);
    passed.count = 0;
    assert_true(record_busiest_ppm(&passed, 10) == 0);
}

/* Six or so people, so that 98 % are all of them: the last one ends the run. */
static void whoever_leaves_last_still_counts(void **state)
{
    (void)state;
    char text[4096];
    strcpy(text, small_egress);
    memcpy(strstr(text, "occupancy: 0.3"), "occupancy: .01", 14);
    for (uint64_t seed = 1; seed <= 6; seed++) {
        assert_int_equal(small_run(&small, text, seed, "few"), 0);
        struct record r;
        read_run("few/run.json", &r);
        assert_int_equal(r.done, r.travellers);
        assert_false(isnan(r.clearance_s));
        record_fini(&r);
    }
}

static void what_is_read_is_written_again_alike(void **state)
{
    (void)state;
    struct record record;
    char path[256], why[400];
    read_run("one/run.json", &record);
    assert_true(record_write(&record, small_path(&small, "again.json", path), why, sizeof why));
    char *one = small_read(&small, "one/run.json"), *again = small_read(&small, "again.json");
    assert_string_equal(one, again);
    free(one);
    free(again);
    record_fini(&record);
}

static void a_file_that_is_no_record_is_refused(void **state)
{
    (void)state;
    struct record record;
    char path[256], why[400];
    small_path(&small, "bad.json", path);
    assert_false(record_read(path, &record, why, sizeof why));
    assert_non_null(strstr(why, "bad.json: cannot be read"));
    small_write(&small, "bad.json", "{\"tifo\": }");
    assert_false(record_read(path, &record, why, sizeof why));
    assert_non_null(strstr(why, "bad.json:1:"));
    small_write(&small, "bad.json", "{\"tifo\": 3}");
    assert_false(record_read(path, &record, why, sizeof why));
    assert_non_null(strstr(why, "\"tifo\" is missing or wrong"));
}

static void nothing_half_written_is_left(void **state)
{
    (void)state;
    char path[256];
    assert_int_equal(access(small_path(&small, "one/.run.json.partial", path), F_OK), -1);
    assert_int_equal(access(small_path(&small, "one/.trajectories.sqlite.partial", path), F_OK),
                     -1);
    assert_int_equal(access(small_path(&small, "one/series.csv", path), F_OK), 0);
}

/* Lanes that let twenty a minute out hold people up, but not in an evacuation. */
static void lanes_are_opened_in_an_evacuation(void **state)
{
    (void)state;
    char path[256];
    char *venue = small_read_file(small_ground);
    for (int gate = 0; gate < 4; gate++) {
        char *limited = small_changed(venue, "\"turnstiles\": 1}",
                                      "\"turnstiles\": 1, \"exit_limited\": true, "
                                      "\"exit_capacity_ppm\": 20}");
        free(venue);
        venue = limited;
    }
    small_write(&small, "lanes.geojson", venue);
    char *egress = small_changed(small_egress, small_ground,
                                 small_path(&small, "lanes.geojson", path));
    char *evacuation = small_changed(egress, "kind: egress", "kind: evacuation");
    assert_int_equal(small_run(&small, egress, 7, "egress"), 0);
    assert_int_equal(small_run(&small, evacuation, 7, "evacuation"), 0);
    struct record held, free_to_go;
    read_run("egress/run.json", &held);
    read_run("evacuation/run.json", &free_to_go);
    assert_true(free_to_go.clearance_s < 150 && held.clearance_s > free_to_go.clearance_s + 60);
    record_fini(&held);
    record_fini(&free_to_go);
    free(evacuation);
    free(egress);
    free(venue);
}

static void a_gate_that_the_venue_lacks_is_said_with_its_place(void **state)
{
    (void)state;
    char text[4096];
    strcpy(text, small_egress);
    memcpy(strstr(text, "gate: G4"), "gate: G9", 8);
    assert_int_equal(small_run(&small, text, 7, "lacking"), 1);
    char path[256];
    assert_int_equal(access(small_path(&small, "lacking", path), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_is_one_run_and_another_is_another),
        cmocka_unit_test(figures_agree_with_each_other),
        cmocka_unit_test(floor_and_doors_agree_with_what_people_did),
        cmocka_unit_test(the_busiest_minute_is_six_samples_anywhere),
        cmocka_unit_test(whoever_leaves_last_still_counts),
        cmocka_unit_test(what_is_read_is_written_again_alike),
        cmocka_unit_test(a_file_that_is_no_record_is_refused),
        cmocka_unit_test(nothing_half_written_is_left),
        cmocka_unit_test(lanes_are_opened_in_an_evacuation),
        cmocka_unit_test(a_gate_that_the_venue_lacks_is_said_with_its_place),
    };
    return cmocka_run_group_tests(tests, run_once, clean);
}
