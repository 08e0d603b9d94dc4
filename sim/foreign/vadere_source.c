/* Vadere's sources: who comes when. */
#include "sim/foreign/times.h"
#include "sim/foreign/vadere.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MOST = 1000, KIND = 100 };

/* "org.vadere...AttributesNegativeExponentialDistribution" and "negativeExponential" alike. */
static bool is_kind(const char *type, const char *kind)
{
    char low[KIND];
    size_t used = 0;
    const char *dot = strrchr(type, '.');
    for (const char *at = dot ? dot + 1 : type; *at && used < KIND - 1; at++)
        low[used++] = (char)tolower((unsigned char)*at);
    low[used] = '\0';
    return strstr(low, kind) != NULL;
}

/* Parameters by name, or in older files by place. */
static double parameter(struct fields *f, const json_t *at, const char *key, size_t place,
                        double standard)
{
    if (json_is_array(at)) {
        const json_t *value = json_array_get(at, place);
        return json_is_number(value) ? json_number_value(value) : standard;
    }
    return fields_number(f, at, key, standard, -1e9, 1e9);
}

static struct draw draw_of(struct vadere *v, const char *type, const json_t *at)
{
    struct fields *f = &v->fields;
    struct draw draw = { .kind = DRAW_NONE };
    if (is_kind(type, "constant")) {
        draw = draw_constant(parameter(f, at, "updateFrequency", 0, 1));
    } else if (is_kind(type, "exponential")) {
        draw = (struct draw){ .kind = DRAW_EXPONENTIAL, .a = parameter(f, at, "mean", 0, 1) };
    } else if (is_kind(type, "poisson")) {
        double rate = parameter(f, at, "numberPedsPerSecond", 0, 1);
        draw = (struct draw){ .kind = DRAW_EXPONENTIAL, .a = rate > 0 ? 1 / rate : 1e9 };
    } else if (is_kind(type, "normal")) {
        draw = (struct draw){ .kind = DRAW_NORMAL,
                              .a = parameter(f, at, "mean", 0, 1),
                              .b = parameter(f, at, "sd", 1, 0) };
    } else if (is_kind(type, "binomial")) {
        draw = (struct draw){ .kind = DRAW_BINOMIAL,
                              .a = parameter(f, at, "trials", 0, 1),
                              .b = parameter(f, at, "p", 1, 1) };
    } else if (is_kind(type, "empirical")) {
        const json_t *values = json_is_array(at) ? at : json_object_get(at, "values");
        for (size_t i = 0; i < json_array_size(values); i++) {
            draw.values = foreign_add(draw.values, &draw.value_count, sizeof *draw.values);
            draw.values[i] = json_number_value(json_array_get(values, i));
        }
        draw.kind = draw.value_count ? DRAW_ONE_OF : DRAW_NONE;
    } else {
        fields_note(f, "distribution \"%.80s\": a constant second instead", type);
        draw = draw_constant(1);
    }
    return draw;
}

struct draw vadere_draw(struct vadere *v, const json_t *distribution)
{
    if (distribution == NULL) {
        fields_note(&v->fields, "no distribution: nobody waits here");
        return (struct draw){ .kind = DRAW_NONE };
    }
    return draw_of(v, fields_text(&v->fields, distribution, "type", "constant"), distribution);
}

/* ---- Times ----------------------------------------------------------------------------------- */

static void add_part(struct times *times, struct draw gap, double until_s)
{
    times->parts = foreign_add(times->parts, &times->part_count, sizeof *times->parts);
    times->parts[times->part_count - 1] = (struct times_part){ gap, until_s };
}

static void read_series(struct vadere *v, const json_t *at, struct foreign_source *source,
                        const struct times *times)
{
    struct fields *f = &v->fields;
    double length_s = fields_number(f, at, "intervalLength", 1, 0.001, 1e6);
    const json_t *counts = fields_array(f, at, "spawnsPerInterval");
    double from_s = times->from_s;
    long people = 0;
    for (size_t i = 0; i < json_array_size(counts) && from_s <= times->to_s; i++) {
        double count = json_number_value(json_array_get(counts, i));
        if (!(count >= 0 && count <= FOREIGN_PEOPLE_MOST))
            fields_refuse(f, "spawnsPerInterval[%zu] is not within 0 and %d", i,
                          FOREIGN_PEOPLE_MOST);
        long spawns = (long)count;
        if (times->most >= 0 && people + spawns * times->count > times->most)
            spawns = (times->most - people) / (times->count ? times->count : 1);
        people += spawns * times->count;
        if (f->refused || people > FOREIGN_PEOPLE_MOST) {
            fields_refuse(f, "it makes more than %d people", FOREIGN_PEOPLE_MOST);
            return;
        }
        for (long k = 0; k < spawns; k++)
            times_add_batch(source, from_s + length_s * (double)k / (double)spawns, times->count);
        from_s += length_s;
    }
}

static void read_mixed(struct vadere *v, const json_t *at, struct times *times)
{
    struct fields *f = &v->fields;
    const json_t *points = fields_array(f, at, "switchpoints");
    const json_t *list = fields_array(f, at, "distributions");
    for (size_t i = 0; i < json_array_size(list) && i < PARTS_MOST; i++) {
        const json_t *point = json_array_get(points, i);
        add_part(times, vadere_draw(v, json_array_get(list, i)),
                 json_is_number(point) ? json_number_value(point) : INFINITY);
    }
}

/* The number of people changes with time, along a line through given points. */
static void read_lerp(struct vadere *v, const json_t *at, struct foreign_source *source,
                      const struct times *times)
{
    struct fields *f = &v->fields;
    double every_s = fields_number(f, at, "spawnFrequency", 1, 0.001, 1e6);
    const json_t *xs = fields_array(f, at, "xValues"), *ys = fields_array(f, at, "yValues");
    size_t count =
        json_array_size(xs) < json_array_size(ys) ? json_array_size(xs) : json_array_size(ys);
    double people = 0;
    for (double now_s = times->from_s; now_s <= times->to_s && count > 1; now_s += every_s) {
        for (size_t i = 1; i < count; i++) {
            double x0 = json_number_value(json_array_get(xs, i - 1)),
                   x1 = json_number_value(json_array_get(xs, i)),
                   y0 = json_number_value(json_array_get(ys, i - 1)),
                   y1 = json_number_value(json_array_get(ys, i));
            if (!(now_s >= x0 && now_s < x1))
                continue;
            double here = round(y0 + (y1 - y0) * (now_s - x0) / (x1 - x0));
            people += fmax(here, 0);
            if (people > FOREIGN_PEOPLE_MOST)
                fields_refuse(f, "it makes more than %d people", FOREIGN_PEOPLE_MOST);
            else if (here > 0)
                times_add_batch(source, now_s, (uint32_t)here);
        }
        if (f->refused)
            return;
    }
    fields_note(f, "the random part of the numbers of people: it is left out");
}

static void read_times(struct vadere *v, const json_t *spawner, const json_t *element,
                       struct foreign_source *source)
{
    struct fields *f = &v->fields;
    bool is_new = spawner != NULL;
    const json_t *at = is_new ? spawner : element;
    struct times times = {
        .from_s = fields_number(f, at, is_new ? "constraintsTimeStart" : "startTime", 0, 0, 1e9),
        .to_s = fields_number(f, at, is_new ? "constraintsTimeEnd" : "endTime", 0, 0, 1e9),
        .count = (uint32_t)fields_whole(f, at, is_new ? "eventElementCount" : "spawnNumber", 1, 0,
                                        FOREIGN_PEOPLE_MOST),
        .most = fields_whole(f, at, is_new ? "constraintsElementsMax" : "maxSpawnNumberTotal", -1,
                             -1, 1000000000),
        .seed = f->out->seed,
        .subject = f->out->source_count,
    };
    times.to_s = fmin(times.to_s, f->out->duration_s);
    const json_t *distribution = fields_object(f, at, "distribution");
    const char *type = is_new || distribution
                           ? fields_text(f, distribution, "type", "constant")
                           : fields_text(f, element, "interSpawnTimeDistribution", "constant");
    const json_t *parameters =
        distribution ? distribution : json_object_get(element, "distributionParameters");
    double delay_s = fields_number(f, element, "spawnDelay", 0, 0, 1e9);
    if (is_kind(type, "timeseries")) {
        read_series(v, parameters, source, &times);
    } else if (is_kind(type, "interpolation") || is_kind(type, "lerp")) {
        read_lerp(v, parameters, source, &times);
    } else {
        if (is_kind(type, "mixed"))
            read_mixed(v, parameters, &times);
        else if (is_kind(type, "singlespawn"))
            times.from_s = times.to_s =
                fields_number(f, parameters, "spawnTime", times.from_s, 0, 1e9);
        else if (parameters == NULL && delay_s > 0)
            add_part(&times, draw_constant(delay_s), INFINITY);
        else
            add_part(&times, draw_of(v, type, parameters), INFINITY);
        if (!f->refused && !times_add(&times, source))
            fields_refuse(f, "it makes more than %d people", FOREIGN_PEOPLE_MOST);
    }
    for (size_t i = 0; i < times.part_count; i++)
        draw_fini(&times.parts[i].gap_s);
    free(times.parts);
}

/* ---- People ---------------------------------------------------------------------------------- */

static void read_people(struct vadere *v, const json_t *attributes, struct foreign_source *source)
{
    struct fields *f = &v->fields;
    source->radius_m = draw_constant(fields_number(f, attributes, "radius", 0.2, 0.01, 10));
    source->speed_mps =
        (struct draw){ .kind = DRAW_NORMAL,
                       .a = fields_number(f, attributes, "speedDistributionMean", 1.34, 0, 10),
                       .b = fields_number(f, attributes, "speedDistributionStandardDeviation", 0.26,
                                          0, 10),
                       .least = fields_number(f, attributes, "minimumSpeed", 0.5, 0, 10),
                       .most = fields_number(f, attributes, "maximumSpeed", 2.2, 0, 10) };
}

static void note_groups(struct vadere *v, const json_t *element)
{
    const json_t *sizes = fields_array(&v->fields, element, "groupSizeDistribution");
    for (size_t i = 1; i < json_array_size(sizes); i++)
        if (json_number_value(json_array_get(sizes, i)) > 0) {
            fields_note(&v->fields, "groups: people come singly and walk on their own");
            return;
        }
}

void vadere_source(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    const json_t *spawner = fields_object(f, element, "spawner");
    const json_t *shape = fields_object_of(f, element, "shape");
    struct foreign_source source = { .choices = NULL };
    snprintf(source.name, sizeof source.name, "source %ld",
             fields_whole(f, element, "id", -1, -1000000000, 1000000000));
    size_t mark = fields_enter(f, "shape");
    source.ring = shape_vadere(f, shape);
    fields_leave(f, mark);
    mark = fields_enter(f, spawner ? "spawner" : "");
    read_times(v, spawner, element, &source);
    const json_t *own = fields_object(f, spawner, "eventElement");
    read_people(v, own ? own : v->pedestrian, &source);
    source.lattice = spawner ? !fields_bool(f, spawner, "eventPositionRandom", false) ||
                                   fields_bool(f, spawner, "eventPositionGridCA", false)
                             : !fields_bool(f, element, "spawnAtRandomPositions", false);
    if (!fields_bool(f, spawner ? spawner : element,
                     spawner ? "eventPositionFreeSpace" : "useFreeSpaceOnly", true))
        fields_note(f, "people on top of each other: they come as room gets free");
    fields_leave(f, mark);
    note_groups(v, element);
    size_t route;
    if (vadere_route(v, element, "targetIds", 0, &route)) {
        source.choices = foreign_add(NULL, &source.choice_count, sizeof *source.choices);
        source.choices[0] = (struct foreign_choice){ .weight = 1, .route = route };
    } else if (!f->refused) {
        fields_note(f, "no target: who comes from here stands still");
    }
    f->out->sources = foreign_add(f->out->sources, &f->out->source_count, sizeof *f->out->sources);
    f->out->sources[f->out->source_count - 1] = source;
}
