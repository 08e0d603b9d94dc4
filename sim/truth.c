#include "sim/truth.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double counted_p_m2 = 0.2, crush_p_m2 = 4;

struct zone_truth {
    double people; /* Sum over the steps since the last comparison. */
    double density;
    int64_t heard_ms; /* at_ms of the newest reading that arrived. */
    /* More than 4 people a m2: since when; when the first reading of that arrived, and when it was
     * found; 0: not yet. */
    int64_t crush_ms, crush_heard_ms, crush_found_ms;
    double recent[TRUTH_ALARM_S]; /* Densities of the last seconds, in a ring. */
    uint32_t alarm;               /* Number of the last alarm about it. */
};

enum { HORIZONS = 3 };
static const int64_t horizon_ms[HORIZONS] = { 300000, 900000, 1800000 };

/* What was forecast, and not judged yet: densities of the zones. */
struct promise {
    int64_t due_ms;
    int horizon;
    double *said, *was;
};

struct truth {
    const Tifo__V1__Venue *venue;
    int64_t start_ms;
    struct zone_truth *zones;
    uint32_t steps; /* Since the last comparison. */
    uint64_t seconds;
    uint64_t zone_seconds, covered, equal_levels, within_one;
    double error_sum;
    uint64_t crushes, crushes_found;
    double crush_worst_s, peak;
    uint64_t alarms, false_alarms;
    double wait_error_s, wait_mean_error_s; /* Of the queues where anybody waited. */
    int64_t forecast_ms;                    /* The newest forecast that was taken down. */
    struct promise *promises;
    size_t promise_count, promise_room;
    struct forecast_truth {
        uint64_t zones;
        double error, persistence;
    } forecasts[HORIZONS];
};

struct truth *truth_create(const Tifo__V1__Venue *venue, int64_t start_ms)
{
    struct truth *t = memory_array(1, sizeof *t);
    t->venue = venue;
    t->start_ms = start_ms;
    t->zones = memory_array(venue->n_zones, sizeof *t->zones);
    return t;
}

void truth_destroy(struct truth *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->promise_count; i++)
        free(t->promises[i].said);
    free(t->promises);
    free(t->zones);
    free(t);
}

void truth_hear(struct truth *t, const Tifo__V1__Readings *const *readings, size_t count,
                int64_t now_ms)
{
    for (size_t r = 0; r < count; r++) {
        const Tifo__V1__ZoneCounts *zones = readings[r]->zones;
        for (size_t i = 0; zones != NULL && i < zones->n_place; i++) {
            if (zones->place[i] >= t->venue->n_zones)
                continue;
            struct zone_truth *zone = &t->zones[zones->place[i]];
            if (readings[r]->at_ms > zone->heard_ms)
                zone->heard_ms = readings[r]->at_ms;
            if (zone->crush_ms && !zone->crush_heard_ms && zone->heard_ms >= zone->crush_ms)
                zone->crush_heard_ms = now_ms;
        }
    }
}

/* ---- Comparing ------------------------------------------------------------------------------- */

/* Fruin 1971. */
static int level(double density, int scale)
{
    static const double queue[] = { 0.826, 1.075, 1.538, 3.571, 5.263 };
    static const double walkway[] = { 0.31, 0.43, 0.72, 1.08, 2.17 };
    static const double stair[] = { 0.54, 0.72, 1.08, 1.54, 2.70 };
    int level = TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_A;
    const double *bounds = scale == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_STAIRS  ? stair
                           : scale == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_QUEUE ? queue
                                                                               : walkway;
    for (int i = 0; i < 5 && density >= bounds[i]; i++)
        level++;
    return level;
}

static bool is_stairs(const struct truth *t, uint32_t zone)
{
    return t->venue->zones[zone]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
}

static void compare_zone(struct truth *t, uint32_t zone, const Tifo__V1__CrowdState *said)
{
    const double density = t->zones[zone].density;
    const double error = said->density_milli[zone] / 1000.0 - density;
    t->peak = fmax(t->peak, density);
    if (density <= counted_p_m2)
        return;
    t->zone_seconds++;
    t->error_sum += fabs(error);
    const int apart = abs((int)said->los[zone] - level(density, (int)said->los_scale[zone]));
    t->equal_levels += apart == 0;
    t->within_one += apart <= 1;
    t->covered += density * 1000 >= said->density_low_milli[zone] - 1.0 &&
                  density * 1000 <= said->density_high_milli[zone] + 1.0;
}

/* A crush that is over before it could be found does not count. */
static void compare_crush(struct truth *t, uint32_t index, const Tifo__V1__CrowdState *said,
                          int64_t now_ms)
{
    struct zone_truth *zone = &t->zones[index];
    if (zone->density > crush_p_m2) {
        if (!zone->crush_ms)
            zone->crush_ms = now_ms;
        if (zone->crush_heard_ms && !zone->crush_found_ms &&
            said->density_high_milli[index] >= crush_p_m2 * 1000)
            zone->crush_found_ms = now_ms;
        return;
    }
    if (zone->crush_heard_ms && now_ms - zone->crush_heard_ms > TRUTH_CRUSH_S * 1000) {
        const double after_s = zone->crush_found_ms
                                   ? (double)(zone->crush_found_ms - zone->crush_heard_ms) / 1000
                                   : INFINITY;
        t->crushes++;
        t->crushes_found += after_s <= TRUTH_CRUSH_S;
        t->crush_worst_s = fmax(t->crush_worst_s, after_s);
    }
    zone->crush_ms = zone->crush_heard_ms = zone->crush_found_ms = 0;
}

/* What raises an alarm, as crowd.proto has it. */
static double alarm_p_m2(const struct truth *t, uint32_t zone)
{
    const bool aisle = t->venue->zones[zone]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE;
    return aisle ? 4.7 : is_stairs(t, zone) ? 2.7 : 2.17;
}

static void compare_alarms(struct truth *t, const Tifo__V1__CrowdState *said)
{
    for (size_t i = 0; i < said->n_alarms; i++) {
        const Tifo__V1__Alarm *alarm = said->alarms[i];
        if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY ||
            t->zones[alarm->subject].alarm >= alarm->number)
            continue;
        struct zone_truth *zone = &t->zones[alarm->subject];
        double most = 0;
        for (int k = 0; k < TRUTH_ALARM_S; k++)
            most = fmax(most, zone->recent[k]);
        zone->alarm = alarm->number;
        t->alarms++;
        if (most < 0.9 * alarm_p_m2(t, alarm->subject))
            t->false_alarms++;
    }
}

/* ---- Forecasts ------------------------------------------------------------------------------- */

static void take_down(struct truth *t, int horizon, const uint32_t *said_milli,
                      const Tifo__V1__CrowdState *said)
{
    const size_t zones = t->venue->n_zones;
    if (t->promise_count == t->promise_room) {
        t->promise_room = t->promise_room ? 2 * t->promise_room : 64;
        struct promise *more = memory_array(t->promise_room, sizeof *more);
        if (t->promise_count > 0)
            memcpy(more, t->promises, t->promise_count * sizeof *more);
        free(t->promises);
        t->promises = more;
    }
    struct promise *promise = &t->promises[t->promise_count++];
    promise->due_ms = said->forecast_ms + horizon_ms[horizon];
    promise->horizon = horizon;
    promise->said = memory_array(2 * zones, sizeof *promise->said);
    promise->was = promise->said + zones;
    for (size_t i = 0; i < zones; i++) {
        promise->said[i] = said_milli[i] / 1000.0;
        promise->was[i] = said->density_milli[i] / 1000.0;
    }
}

static void judge(struct truth *t, const struct promise *promise)
{
    struct forecast_truth *to = &t->forecasts[promise->horizon];
    for (uint32_t i = 0; i < t->venue->n_zones; i++) {
        const double is = t->zones[i].density, said = promise->said[i], was = promise->was[i];
        if (tifo_place_is_outside(t->venue, i) ||
            (is <= counted_p_m2 && said <= counted_p_m2 && was <= counted_p_m2))
            continue;
        to->zones++;
        to->error += fabs(said - is);
        to->persistence += fabs(was - is);
    }
}

/* Those whose time has come. */
static void judge_due(struct truth *t, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->promise_count; i++) {
        if (t->promises[i].due_ms > now_ms) {
            t->promises[kept++] = t->promises[i];
            continue;
        }
        judge(t, &t->promises[i]);
        free(t->promises[i].said);
    }
    t->promise_count = kept;
}

static void compare_forecasts(struct truth *t, const Tifo__V1__CrowdState *said, int64_t now_ms)
{
    judge_due(t, now_ms);
    if (said->forecast_ms == t->forecast_ms)
        return;
    t->forecast_ms = said->forecast_ms;
    const uint32_t *const columns[HORIZONS] = { said->density_in_5_milli, said->density_in_15_milli,
                                                said->density_in_30_milli };
    for (int h = 0; h < HORIZONS; h++)
        take_down(t, h, columns[h], said);
}

/* The server judges those itself: it sees who is through. */
static void take_waits(struct truth *t, const Tifo__V1__CrowdState *said)
{
    double error_ms = 0, mean_error_ms = 0, queues = 0;
    for (size_t i = 0; i < said->n_gate_wait_error_ms + said->n_facility_wait_error_ms; i++) {
        const bool gate = i < said->n_gate_wait_error_ms;
        const size_t at = gate ? i : i - said->n_gate_wait_error_ms;
        const uint32_t error =
            gate ? said->gate_wait_error_ms[at] : said->facility_wait_error_ms[at];
        const uint32_t mean =
            gate ? said->gate_wait_mean_error_ms[at] : said->facility_wait_mean_error_ms[at];
        queues += error + mean > 0;
        error_ms += error;
        mean_error_ms += mean;
    }
    t->wait_error_s = queues > 0 ? error_ms / queues / 1000 : 0;
    t->wait_mean_error_s = queues > 0 ? mean_error_ms / queues / 1000 : 0;
}

void truth_see(struct truth *t, const struct crowd_tally *tally)
{
    for (uint32_t i = 0; i < t->venue->n_zones; i++)
        t->zones[i].people += tally->in_place[i];
    t->steps++;
}

void truth_compare(struct truth *t, const Tifo__V1__CrowdState *said, int64_t now_ms)
{
    for (uint32_t i = 0; i < t->venue->n_zones; i++) {
        const Tifo__V1__Zone *zone = t->venue->zones[i];
        if (tifo_place_is_outside(t->venue, i))
            continue;
        t->zones[i].density = t->zones[i].people / (t->steps * zone->area_m2);
        t->zones[i].recent[t->seconds % TRUTH_ALARM_S] = t->zones[i].density;
        compare_zone(t, i, said);
        compare_crush(t, i, said, now_ms);
        t->zones[i].people = 0;
    }
    t->steps = 0;
    compare_alarms(t, said);
    compare_forecasts(t, said, now_ms);
    take_waits(t, said);
    t->seconds++;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static double share(uint64_t part, uint64_t of)
{
    return of ? (double)part / (double)of : 1;
}

static json_t *forecasts_json(const struct truth *t)
{
    json_t *list = json_array();
    for (int h = 0; h < HORIZONS; h++) {
        const struct forecast_truth *from = &t->forecasts[h];
        const double zones = from->zones ? (double)from->zones : 1;
        json_array_append_new(list, json_pack("{s:I, s:I, s:f, s:f}", "minutes",
                                              (json_int_t)(horizon_ms[h] / 60000), "zones",
                                              (json_int_t)from->zones, "mae", from->error / zones,
                                              "persistence_mae", from->persistence / zones));
    }
    return list;
}

bool truth_write(struct truth *t, const char *path, char *why, size_t why_size)
{
    judge_due(t, INT64_MAX);
    json_t *json = json_pack(
        "{s:I, s:f, s:f, s:f, s:f, s:f, s:I, s:I, s:o, s:I, s:I, s:o, s:f, s:f}", "zone_seconds",
        (json_int_t)t->zone_seconds, "peak_density", t->peak, "density_mae",
        t->zone_seconds ? t->error_sum / (double)t->zone_seconds : 0, "interval_covers",
        share(t->covered, t->zone_seconds), "levels_equal", share(t->equal_levels, t->zone_seconds),
        "levels_within_one", share(t->within_one, t->zone_seconds), "crushes",
        (json_int_t)t->crushes, "crushes_found", (json_int_t)t->crushes_found, "crush_worst_s",
        isfinite(t->crush_worst_s) ? json_real(t->crush_worst_s) : json_null(), "density_alarms",
        (json_int_t)t->alarms, "false_alarms", (json_int_t)t->false_alarms, "forecasts",
        forecasts_json(t), "wait_error_s", t->wait_error_s, "wait_mean_error_s",
        t->wait_mean_error_s);
    const bool good = json != NULL && json_dump_file(json, path, JSON_INDENT(2)) == 0;
    json_decref(json);
    if (!good)
        snprintf(why, why_size, "%s could not be written", path);
    return good;
}
