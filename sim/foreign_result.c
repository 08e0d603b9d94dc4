#include "sim/foreign_result.h"

#include "sim/core/geometry.h"
#include "sim/foreign/walkers_state.h"
#include "sim/json_values.h"
#include "sim/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_floor(const void *ctx, struct point at)
{
    const struct foreign_result *r = ctx;
    uint32_t area;
    return foreign_area_at(r->ground, r->foreign->area_count, at, &area);
}

void foreign_result_init(struct foreign_result *r)
{
    const struct foreign *f = r->foreign;
    struct box all = box_of(f->areas[0].outline, 0);
    for (size_t i = 1; i < f->area_count; i++) {
        struct box box = box_of(f->areas[i].outline, 0);
        all.low = (struct point){ fmin(all.low.x, box.low.x), fmin(all.low.y, box.low.y) };
        all.high = (struct point){ fmax(all.high.x, box.high.x), fmax(all.high.y, box.high.y) };
    }
    loads_init(&r->loads, all.low, all.high, is_floor, r);
    r->measured = memory_array(f->measure_count + 1, sizeof *r->measured);
    for (size_t i = 0; i < f->measure_count; i++) {
        struct box box = box_of(f->measures[i].ring, 0);
        double width = box.high.x - box.low.x, depth = box.high.y - box.low.y;
        enum { PROBES = 100 };
        for (int k = 0; k < PROBES * PROBES; k++) {
            struct point at = { box.low.x + width * (k % PROBES + 0.5) / PROBES,
                                box.low.y + depth * (k / PROBES + 0.5) / PROBES };
            if (ring_holds(f->measures[i].ring, box, at, 0) && is_floor(r, at))
                r->measured[i].floor_m2 += width * depth / (PROBES * PROBES);
        }
    }
}

void foreign_result_fini(struct foreign_result *r)
{
    if (r->measured != NULL)
        loads_fini(&r->loads);
    free(r->samples);
    free(r->measured);
    free(r->before);
}

void foreign_result_before(struct foreign_result *r)
{
    struct crowd_people people = crowd_people(r->crowd);
    free(r->before);
    r->before = memory_array(people.count + 1, sizeof *r->before);
    r->before_count = people.count;
    for (uint32_t p = 0; p < people.count; p++)
        r->before[p] = (struct point){ people.x[p], people.y[p] };
}

/* Of who has come since, over the last step. */
static float speed_of(const struct foreign_result *r, const struct crowd_people *people, uint32_t p)
{
    if (p >= r->before_count)
        return people->speed_mps[p];
    struct point at = { people->x[p], people->y[p] };
    return (float)(point_distance(r->before[p], at) /
                   (FOREIGN_SPEED_STEPS * crowd_step_s(r->crowd)));
}

static void measure(struct foreign_result *r, const struct crowd_people *people)
{
    for (size_t i = 0; i < r->foreign->measure_count; i++) {
        struct path ring = r->foreign->measures[i].ring;
        struct box box = box_of(ring, 0);
        struct foreign_measured *m = &r->measured[i];
        double count = 0;
        for (uint32_t p = 0; p < people->count; p++) {
            struct point at = { people->x[p], people->y[p] };
            if (people->mode[p] == PERSON_LEFT || !ring_holds(ring, box, at, 0))
                continue;
            count++;
            m->speed_sum += speed_of(r, people, p);
        }
        m->seconds += count > 0;
        m->people_sum += count;
        m->most_people = fmax(m->most_people, count);
    }
}

void foreign_result_second(struct foreign_result *r)
{
    struct crowd_people people = crowd_people(r->crowd);
    struct foreign_sample sample = { 0, 0, 0 };
    for (uint32_t p = 0; p < people.count; p++) {
        if (people.mode[p] == PERSON_LEFT) {
            sample.left++;
            continue;
        }
        sample.present++;
        sample.mean_speed_mps += speed_of(r, &people, p);
        loads_add(&r->loads, (struct point){ people.x[p], people.y[p] });
    }
    if (sample.present > 0)
        sample.mean_speed_mps /= (float)sample.present;
    loads_second(&r->loads, crowd_time_s(r->crowd));
    measure(r, &people);
    r->samples = foreign_add(r->samples, &r->sample_count, sizeof sample);
    r->samples[r->sample_count - 1] = sample;
}

void foreign_result_archive(struct foreign_result *r, struct archive *archive)
{
    struct loads *l = &r->loads;
    uint64_t count = r->sample_count;
    ARCHIVE(archive, count);
    while (archive->what == ARCHIVE_LOAD && r->sample_count < count && count <= archive->size)
        r->samples = foreign_add(r->samples, &r->sample_count, sizeof *r->samples);
    archive_bytes(archive, r->samples, count * sizeof *r->samples);
    archive_fixed(archive, r->measured, r->foreign->measure_count, sizeof *r->measured);
    ARCHIVE(archive, r->before_count);
    if (archive->what == ARCHIVE_LOAD && r->before_count <= archive->size) {
        free(r->before);
        r->before = memory_array(r->before_count + 1, sizeof *r->before);
    }
    archive_bytes(archive, r->before, r->before_count * sizeof *r->before);
    archive_fixed(archive, l->cells, (size_t)l->columns * l->rows, sizeof *l->cells);
    ARCHIVE(archive, l->peak_p_m2);
    ARCHIVE(archive, l->peak_s);
    ARCHIVE(archive, l->peak_at);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct foreign_figures foreign_result_figures(const struct foreign_result *r)
{
    struct crowd_people people = crowd_people(r->crowd);
    struct foreign_figures figures = { .came = people.count,
                                       .planned = (uint32_t)foreign_people(r->foreign),
                                       .travel_mean_s = NAN,
                                       .travel_p95_s = NAN,
                                       .first_out_s = NAN,
                                       .last_out_s = NAN };
    double *times = memory_array(people.count + 1, sizeof *times), sum = 0;
    for (uint32_t p = 0; p < people.count; p++) {
        double left_s = walkers_left_s(r->walkers, p);
        if (isnan(left_s))
            continue;
        times[figures.left] = left_s - walkers_came_s(r->walkers, p);
        sum += times[figures.left++];
        figures.first_out_s = fmin(figures.first_out_s, left_s); /* fmin() passes NAN over. */
        figures.last_out_s = fmax(figures.last_out_s, left_s);
    }
    if (figures.left > 0) {
        qsort(times, figures.left, sizeof *times, by_value);
        figures.travel_mean_s = sum / figures.left;
        figures.travel_p95_s = times[(size_t)ceil(0.95 * figures.left) - 1];
    }
    free(times);
    figures.standing = figures.came - figures.left;
    for (size_t i = 0; i < r->foreign->source_count; i++)
        figures.no_room += walkers_sources(r->walkers)[i].pending;
    figures.all_out = figures.left == figures.planned && figures.planned > 0;
    return figures;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static json_t *spots_json(const struct foreign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->foreign->spot_count; i++) {
        const struct walkers_spot *s = &walkers_spots(r->walkers)[i];
        json_t *spot = json_object();
        json_object_set_new(spot, "name", json_string(r->foreign->spots[i].name));
        json_object_set_new(spot, "absorbs", json_boolean(r->foreign->spots[i].absorbs));
        json_object_set_new(spot, "reached_people", json_integer(s->reached));
        json_object_set_new(spot, "served_people", json_integer(s->served));
        json_object_set_new(spot, "most_waiting_people", json_integer(s->longest));
        json_object_set_new(spot, "mean_wait_s",
                            json_rounded(s->served ? s->wait_s / s->served : NAN));
        json_object_set_new(spot, "first_s", json_rounded(s->first_s));
        json_object_set_new(spot, "last_s", json_rounded(s->last_s));
        json_array_append_new(list, spot);
    }
    return list;
}

static json_t *sources_json(const struct foreign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->foreign->source_count; i++) {
        const struct walkers_source *s = &walkers_sources(r->walkers)[i];
        json_t *source = json_object();
        json_object_set_new(source, "name", json_string(r->foreign->sources[i].name));
        json_object_set_new(source, "planned_people", json_integer(s->planned));
        json_object_set_new(source, "came_people", json_integer(s->came));
        json_object_set_new(source, "no_room_people", json_integer(s->pending));
        json_object_set_new(source, "last_s", json_rounded(s->last_s));
        json_array_append_new(list, source);
    }
    return list;
}

static json_t *measures_json(const struct foreign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->foreign->measure_count; i++) {
        const struct foreign_measured *m = &r->measured[i];
        json_t *one = json_object();
        json_object_set_new(one, "name", json_string(r->foreign->measures[i].name));
        json_object_set_new(one, "floor_m2", json_rounded(m->floor_m2));
        json_object_set_new(one, "seconds_used", json_rounded(m->seconds));
        json_object_set_new(one, "mean_density_p_m2",
                            json_rounded(m->people_sum / m->seconds / m->floor_m2));
        json_object_set_new(one, "peak_density_p_m2", json_rounded(m->most_people / m->floor_m2));
        json_object_set_new(one, "mean_speed_mps", json_rounded(m->speed_sum / m->people_sum));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *notes_json(const struct foreign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->foreign->note_count; i++)
        json_array_append_new(list, json_string(r->foreign->notes[i]));
    return list;
}

static void density_json(const struct foreign_result *r, json_t *root)
{
    json_t *density = json_object();
    json_object_set_new(density, "peak_p_m2", json_rounded(r->loads.peak_p_m2));
    json_object_set_new(density, "peak_s", json_rounded(r->loads.peak_s));
    json_object_set_new(density, "peak_x_m", json_rounded(r->loads.peak_at.x));
    json_object_set_new(density, "peak_y_m", json_rounded(r->loads.peak_at.y));
    json_object_set_new(density, "floor_once_above_2_m2",
                        json_rounded(loads_floor_above_m2(&r->loads, 2, 1)));
    json_object_set_new(density, "floor_once_above_4_m2",
                        json_rounded(loads_floor_above_m2(&r->loads, 4, 1)));
    json_object_set_new(root, "density", density);
}

bool foreign_result_json(const struct foreign_result *r, const char *path, char *why,
                         size_t why_size)
{
    struct foreign_figures figures = foreign_result_figures(r);
    json_t *root = json_object();
    json_object_set_new(root, "version", json_string(TIFO_VERSION));
    json_object_set_new(root, "scenario", json_string(r->path));
    json_object_set_new(root, "format", json_string(r->foreign->format));
    json_object_set_new(root, "title", json_string(r->foreign->title));
    json_object_set_new(root, "seed", json_sprintf("%" PRIu64, r->seed));
    json_object_set_new(root, "simulated_s", json_rounded(crowd_time_s(r->crowd)));
    json_object_set_new(root, "planned_people", json_integer(figures.planned));
    json_object_set_new(root, "came_people", json_integer(figures.came));
    json_object_set_new(root, "left_people", json_integer(figures.left));
    json_object_set_new(root, "all_out", json_boolean(figures.all_out));
    json_object_set_new(root, "first_out_s", json_rounded(figures.first_out_s));
    json_object_set_new(root, "last_out_s", json_rounded(figures.last_out_s));
    json_object_set_new(root, "travel_mean_s", json_rounded(figures.travel_mean_s));
    json_object_set_new(root, "travel_p95_s", json_rounded(figures.travel_p95_s));
    json_object_set_new(root, "hash", json_hash(crowd_hash(r->crowd)));
    density_json(r, root);
    json_object_set_new(root, "spots", spots_json(r));
    json_object_set_new(root, "sources", sources_json(r));
    json_object_set_new(root, "measurement_areas", measures_json(r));
    json_object_set_new(root, "not_honoured", notes_json(r));
    bool written = json_dump_file(root, path, JSON_INDENT(2)) == 0;
    if (!written)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    json_decref(root);
    return written;
}

bool foreign_result_csv(const struct foreign_result *r, const char *path, char *why,
                        size_t why_size)
{
    FILE *file = fopen(path, "wb");
    bool good = file != NULL;
    if (good)
        fputs("time_s,present_people,left_people,mean_speed_mps\n", file);
    for (size_t i = 0; i < r->sample_count && good; i++)
        good = fprintf(file, "%zu,%" PRIu32 ",%" PRIu32 ",%.3f\n", i + 1, r->samples[i].present,
                       r->samples[i].left, (double)r->samples[i].mean_speed_mps) > 0;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    return good;
}
