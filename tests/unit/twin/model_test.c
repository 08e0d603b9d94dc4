#include "tests/unit/twin/check.h"

#include "clients/c/tifo.h"
#include "tests/unit/twin/states.h"
#include "twin/format.h"
#include "twin/heat.h"
#include "twin/route.h"
#include "twin/walls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void a_crowd_state_is_counted(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    uint32_t sum = 0;
    for (uint32_t p = 0; p < model_place_count(&model); p++)
        sum += model_people(&model, p);
    assert_int_equal(model.totals.in_seats + model.totals.on_concourses, sum);
    uint32_t seats = 0;
    for (size_t s = 0; s < model.stand_count; s++)
        seats += model.stands[s].seats;
    assert_int_equal(seats, tifo_seat_count(model.venue));
    uint32_t jam = states_jam_zone(model.venue), last = (uint32_t)model.venue->n_gates - 1;
    assert_int_equal(model_densest(&model), jam);
    assert_int_equal(model_level_of_service(&model, jam), 'F');
    assert_true(model_gate(&model, last).closed);
    assert_int_equal(model_gate_alarm(&model, last)->number, 1);
    assert_int_equal(model_zone_alarm(&model, jam)->number, 2);
    assert_int_equal(model_recent_alarms(&model), 3);
    model_fini(&model);
}

static void a_level_is_on_the_scale_that_is_told(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    uint32_t jam = states_jam_zone(model.venue), stairs = 0;
    while (model.venue->zones[stairs]->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS)
        stairs++;
    assert_ptr_equal(model_level_scale(&model, jam), &walkway_scale);
    assert_ptr_equal(model_level_scale(&model, stairs), &stairs_scale);
    assert_true(model_shade(&model, jam) == model_density(&model, jam));
    states_scale(model.crowd, jam, TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_QUEUE);
    assert_ptr_equal(model_level_scale(&model, jam), &queue_scale);
    assert_int_equal(level_letter(model_shade(&model, jam), &walkway_scale),
                     level_letter(model_density(&model, jam), &queue_scale));
    assert_ptr_equal(model_level_scale(&model, stairs), &stairs_scale); /* Not told. */
    model_fini(&model);
}

static void what_lies_beyond_the_columns_is_unknown(void **state)
{
    (void)state;
    struct model model;
    char why[200];
    model_init(&model);
    assert_true(model_set_venue(&model, states_venue(), why, sizeof why));
    Tifo__V1__CrowdState *short_one = malloc(sizeof *short_one);
    tifo__v1__crowd_state__init(short_one);
    short_one->at_ms = STATES_START_MS;
    model_set_crowd(&model, short_one);
    assert_int_equal(model_people(&model, 3), 0);
    assert_int_equal(model_age_ms(&model, 3), UNKNOWN);
    assert_int_equal(model_level_of_service(&model, 3), 0);
    assert_int_equal(model_gate(&model, 0).wait_s, UNKNOWN);
    assert_int_equal(model_facility(&model, 99).wait_s, UNKNOWN);
    assert_null(model_focus_split(&model, 1));
    model_fini(&model);
}

static void a_venue_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    struct model model;
    char why[200];
    model_init(&model);
    Tifo__V1__Venue *venue = states_venue();
    venue->gates[1]->zone_inside = 100000;
    assert_false(model_set_venue(&model, venue, why, sizeof why));
    assert_non_null(strstr(why, "gate"));
    venue = states_venue();
    venue->zones[2]->outline->n_xy_cm = 3;
    assert_false(model_set_venue(&model, venue, why, sizeof why));
    assert_null(model.venue);
    model_set_crowd(&model, states_crowd(venue = states_venue(), CALM, STATES_START_MS));
    assert_null(model.crowd); /* Nothing is kept that belongs to no venue. */
    tifo_venue_free(venue);
    model_fini(&model);
}

static void gates_phases_and_alarms_are_marked_once(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    int gates = 0, phases = 0, alarms = 0;
    for (size_t i = 0; i < model.mark_count; i++) {
        gates += model.marks[i].kind == MARK_GATE;
        phases += model.marks[i].kind == MARK_PHASE;
        alarms += model.marks[i].kind == MARK_ALARM;
    }
    assert_int_equal(gates, 1);
    assert_int_equal(phases, 2);
    assert_int_equal(alarms, 3);
    model_fini(&model);
}

static void history_keeps_half_an_hour_and_forgets_another_day(void **state)
{
    (void)state;
    struct history history;
    float mean;
    history_init(&history, 2);
    for (int64_t at = 0; at < 3600 * 1000; at += 250) {
        float *row = history_add(&history, at);
        assert_int_equal(row != NULL, at % HISTORY_STEP_MS == 0);
        if (row)
            row[1] = (float)(at / 1000);
    }
    assert_int_equal(history.count, HISTORY_ROWS);
    assert_int_equal(history_time(&history, HISTORY_ROWS - 1), 3595000);
    assert_true(history_mean(&history, 1, 3500000, 3510000, &mean));
    assert_true(fabsf(mean - 3502.5f) < 0.1f);
    assert_false(history_mean(&history, 1, 0, 1000, &mean));
    assert_non_null(history_add(&history, 1000));
    assert_int_equal(history.count, 1);
    history_fini(&history);
}

static void guidance_stands_by_while_hardly_anyone_walks(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    for (size_t i = 0; i < model.crowd->n_people; i++)
        model.crowd->people[i] = 3;
    size_t alarms = model.crowd->n_alarms;
    model.crowd->n_alarms = 0;
    assert_null(model_focus_split(&model, 1));
    model.crowd->people[model.plan->splits[0]->origin] = 300;
    assert_ptr_equal(model_focus_split(&model, 1), model.plan->splits[0]);
    model.crowd->n_alarms = alarms; /* They are freed by their number. */
    model_fini(&model);
}

static void guidance_of_the_jam_comes_first(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    const Tifo__V1__Split *split = model_focus_split(&model, 1);
    assert_non_null(split);
    assert_int_equal(split->origin, states_jam_zone(model.venue));
    assert_null(model_focus_split(&model, 2));
    model_fini(&model);
}

/* ---- Heat */

static float total(const struct heat *heat, int32_t zone)
{
    float sum = 0;
    for (int i = 0; i < heat->columns * heat->rows; i++)
        if (heat->zone[i] == zone || (zone < 0 && heat->zone[i] >= 0))
            sum += heat->people[i];
    return sum;
}

static void heat_loses_nobody(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    for (size_t l = 0; l < model.venue->n_levels; l++) {
        struct heat heat;
        heat_init(&heat, model.venue, model.venue->levels[l]->number);
        heat_update(&heat, &model);
        float counted = 0;
        for (uint32_t z = 0; z < model.venue->n_zones; z++)
            if (heat.zone_area_m2[z] > 0)
                counted += (float)model_people(&model, z);
        assert_true(fabsf(total(&heat, -1) - counted) < 0.001f * counted + 0.1f);
        heat_fini(&heat);
    }
    model_fini(&model);
}

static uint32_t *zeroes(size_t n)
{
    return calloc(n + 1, sizeof(uint32_t));
}

/* Everyone in one zone, packed against its wall: who else's cells change? */
static void heat_leaks_only_through_openings(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, CALM);
    uint32_t zone;
    assert_true(tifo_place_find(model.venue, "L1-N", &zone));
    Tifo__V1__CrowdState *crowd = states_crowd(model.venue, CALM, STATES_START_MS + 31 * 60000);
    memset(crowd->people, 0, crowd->n_people * sizeof(uint32_t));
    crowd->people[zone] = 500;
    model_set_crowd(&model, crowd);
    Tifo__V1__WatchPositionsResponse *none = malloc(sizeof *none);
    tifo__v1__watch_positions_response__init(none);
    none->x_cm = (int32_t *)zeroes(0);
    none->y_cm = (int32_t *)zeroes(0);
    none->place = zeroes(0);
    model_set_positions(&model, none);
    struct heat heat;
    heat_init(&heat, model.venue, 1);
    heat_update(&heat, &model);
    assert_true(fabsf(total(&heat, -1) - 500) < 0.5f);
    for (uint32_t z = 0; z < model.venue->n_zones; z++) {
        bool joined = z == zone;
        for (size_t o = 0; o < model.venue->n_openings; o++) {
            const Tifo__V1__Opening *opening = model.venue->openings[o];
            joined |= (opening->place_a == zone && opening->place_b == z) ||
                      (opening->place_b == zone && opening->place_a == z);
        }
        if (!joined)
            assert_true(total(&heat, (int32_t)z) == 0);
    }
    heat_fini(&heat);
    model_fini(&model);
}

static void where_nobody_reports_a_zone_is_even(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, CALM);
    protobuf_c_message_free_unpacked(&model.positions->base, NULL);
    model.positions = NULL;
    Tifo__V1__CrowdState *crowd = states_crowd(model.venue, CALM, STATES_START_MS + 31 * 60000);
    for (uint32_t z = 0; z < model.venue->n_zones; z++) /* One person a m2 everywhere. */
        crowd->people[z] = (uint32_t)lround(model.venue->zones[z]->area_m2);
    model_set_crowd(&model, crowd);
    struct heat heat;
    heat_init(&heat, model.venue, 1);
    heat_update(&heat, &model);
    for (int i = 0; i < heat.columns * heat.rows; i++)
        if (heat.zone[i] >= 0)
            assert_true(fabsf(heat.density[i] - 1) < 0.06f);
    heat_fini(&heat);
    model_fini(&model);
}

/* ---- Ways and walls */

static void routes_stay_inside_and_end_at_their_gate(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = states_venue();
    for (uint32_t origin = 0; origin < venue->n_zones; origin++) {
        if (!zone_is_inside(venue->zones[origin]) || venue->zones[origin]->level != 1)
            continue;
        for (uint32_t g = 0; g < venue->n_gates; g++) {
            struct route route;
            route_find(venue, origin, UNKNOWN, (struct route_goal){ false, g }, 1, &route);
            assert_true(route.count >= 2);
            struct point end = line_middle(venue->gates[g]->line);
            struct point last = route.points[route.count - 1];
            assert_true(hypotf(end.x - last.x, end.y - last.y) < 0.01f);
            for (size_t i = 0; i + 1 < route.count; i++) {
                for (int part = 1; part < 10; part++) {
                    struct point a = route.points[i], b = route.points[i + 1];
                    double x = a.x + (b.x - a.x) * part / 10.0, y = a.y + (b.y - a.y) * part / 10.0;
                    bool inside = false;
                    for (uint32_t z = 0; z < venue->n_zones && !inside; z++)
                        inside =
                            zone_on_level(venue->zones[z], 1) && tifo_place_has(venue, z, x, y);
                    assert_true(inside);
                }
            }
        }
    }
    tifo_venue_free(venue);
}

static void walls_leave_doorways_free(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue = states_venue();
    struct walls walls;
    walls_init(&walls, venue, 1);
    assert_true(walls.count > 0);
    for (size_t g = 0; g < venue->n_gates; g++) {
        struct point m = line_middle(venue->gates[g]->line);
        for (size_t i = 0; i < walls.count; i++) {
            struct point a = walls.list[i].a, b = walls.list[i].b;
            float length = hypotf(b.x - a.x, b.y - a.y);
            float beside = fabsf((b.x - a.x) * (m.y - a.y) - (b.y - a.y) * (m.x - a.x)) / length;
            float along =
                ((m.x - a.x) * (b.x - a.x) + (m.y - a.y) * (b.y - a.y)) / (length * length);
            assert_false(beside < 0.05f && along > 0 && along < 1);
        }
    }
    walls_fini(&walls);
    tifo_venue_free(venue);
}

static void figures_are_written_as_people_read_them(void **state)
{
    (void)state;
    char out[FORMAT_SIZE];
    assert_string_equal(format_count(out, 7), "7");
    assert_string_equal(format_count(out, 59470), "59,470");
    assert_string_equal(format_count(out, 1234567), "1,234,567");
    assert_string_equal(format_duration(out, 252), "4:12");
    assert_string_equal(format_duration(out, -61), "\xe2\x88\x92"
                                                   "1:01");
}

/* ---- Alarms in their order ----------------------------------------------------------------- */

static Tifo__V1__Alarm *more_alarm(Tifo__V1__CrowdState *crowd, uint32_t number,
                                   Tifo__V1__AlarmKind kind, Tifo__V1__AlarmPriority priority,
                                   uint32_t subject)
{
    Tifo__V1__Alarm *alarm = malloc(sizeof *alarm);
    assert_non_null(alarm);
    tifo__v1__alarm__init(alarm);
    alarm->number = number;
    alarm->kind = kind;
    alarm->priority = priority;
    alarm->subject = subject;
    crowd->alarms = realloc(crowd->alarms, (crowd->n_alarms + 1) * sizeof(Tifo__V1__Alarm *));
    crowd->alarms[crowd->n_alarms++] = alarm;
    return alarm;
}

static void a_jam_comes_before_a_queue_and_shelved_ones_last(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, CALM);
    Tifo__V1__CrowdState *crowd = model.crowd;
    const Tifo__V1__AlarmKind queue = TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE;
    const Tifo__V1__AlarmKind jam = TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY;
    more_alarm(crowd, 1, queue, TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW, 0);
    more_alarm(crowd, 2, jam, TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH, 0)->shelved_until_ms =
        1;
    more_alarm(crowd, 3, TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED,
               TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH, 0);
    more_alarm(crowd, 4, jam, TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_MEDIUM, 1);
    more_alarm(crowd, 5, jam, TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH, 2);
    static const uint32_t expected[] = { 5, 3, 4, 1, 2 };
    const Tifo__V1__Alarm *ranked[8];
    assert_int_equal(model_alarms_ranked(&model, ranked, 8), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(ranked[i]->number, expected[i]);
    assert_int_equal(model_alarms_ranked(&model, ranked, 2), 2);
    assert_int_equal(ranked[1]->number, 3);
    assert_int_equal(model_shelved_count(&model), 1);
    model_fini(&model);
}

/* Three low ones about queues of one kind are told as one; two are not, nor is one that is shelved.
 */
static void slow_queues_of_one_kind_are_a_group(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, CALM);
    const Tifo__V1__Venue *v = model.venue;
    uint32_t number = 0;
    for (uint32_t f = 0; f < v->n_facilities; f++)
        if (v->facilities[f]->kind == v->facilities[0]->kind && number < GROUP_LEAST) {
            assert_true(number == 0 || !model_alarm_grouped(&model, model_alarm(&model, 0)));
            more_alarm(model.crowd, ++number, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE,
                       TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW, f);
        }
    assert_int_equal(number, GROUP_LEAST);
    assert_true(model_alarm_grouped(&model, model_alarm(&model, 0)));
    model.crowd->alarms[1]->shelved_until_ms = 1;
    assert_false(model_alarm_grouped(&model, model_alarm(&model, 0)));
    assert_false(model_alarm_grouped(&model, model_alarm(&model, 1)));
    model_fini(&model);
}

static void the_alarm_that_cleared_last_is_known(void **state)
{
    (void)state;
    struct model model;
    states_model(&model, NULL, JAM);
    assert_int_equal(model.cleared.until_ms, 0);
    int64_t now = model_now_ms(&model) + 1000;
    Tifo__V1__CrowdState *next = states_crowd(model.venue, JAM, now);
    protobuf_c_message_free_unpacked(&next->alarms[--next->n_alarms]->base, NULL); /* The queue. */
    model_set_crowd(&model, next);
    assert_int_equal(model.cleared.number, 3);
    assert_true(model.cleared.until_ms == now);
    model_fini(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crowd_state_is_counted),
        cmocka_unit_test(a_level_is_on_the_scale_that_is_told),
        cmocka_unit_test(what_lies_beyond_the_columns_is_unknown),
        cmocka_unit_test(a_venue_that_contradicts_itself_is_refused),
        cmocka_unit_test(gates_phases_and_alarms_are_marked_once),
        cmocka_unit_test(history_keeps_half_an_hour_and_forgets_another_day),
        cmocka_unit_test(guidance_stands_by_while_hardly_anyone_walks),
        cmocka_unit_test(guidance_of_the_jam_comes_first),
        cmocka_unit_test(heat_loses_nobody),
        cmocka_unit_test(heat_leaks_only_through_openings),
        cmocka_unit_test(where_nobody_reports_a_zone_is_even),
        cmocka_unit_test(routes_stay_inside_and_end_at_their_gate),
        cmocka_unit_test(walls_leave_doorways_free),
        cmocka_unit_test(figures_are_written_as_people_read_them),
        cmocka_unit_test(a_jam_comes_before_a_queue_and_shelved_ones_last),
        cmocka_unit_test(slow_queues_of_one_kind_are_a_group),
        cmocka_unit_test(the_alarm_that_cleared_last_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
