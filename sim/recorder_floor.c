#include "sim/recorder_state.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"
#include "sim/paper.h"
#include "sim/record_subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double level_f_p_m2 = 2.17;

/* ---- Metre by metre -------------------------------------------------------------------------- */

struct zone_box {
    double x0_m, y0_m, x1_m, y1_m;
};

struct floor_of_level {
    const Tifo__V1__Venue *venue;
    int32_t level;
    const struct zone_box *boxes; /* By zone: asking a polygon is dear. */
};

static struct zone_box box_of(const Tifo__V1__Path *path)
{
    struct zone_box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i + 1 < path->n_xy_cm; i += 2) {
        box.x0_m = fmin(box.x0_m, path->xy_cm[i] / 100.0);
        box.x1_m = fmax(box.x1_m, path->xy_cm[i] / 100.0);
        box.y0_m = fmin(box.y0_m, path->xy_cm[i + 1] / 100.0);
        box.y1_m = fmax(box.y1_m, path->xy_cm[i + 1] / 100.0);
    }
    return box;
}

static bool is_floor(const void *ctx, struct point at)
{
    const struct floor_of_level *f = ctx;
    for (uint32_t zone = 0; zone < f->venue->n_zones; zone++)
        if (f->venue->zones[zone]->level == f->level && at.x >= f->boxes[zone].x0_m &&
            at.x <= f->boxes[zone].x1_m && at.y >= f->boxes[zone].y0_m &&
            at.y <= f->boxes[zone].y1_m && !tifo_place_is_outside(f->venue, zone) &&
            tifo_place_has(f->venue, zone, at.x, at.y))
            return true;
    return false;
}

static void init_loads(struct recorder *r, size_t i, const struct grid *grid,
                       const struct zone_box *boxes)
{
    struct floor_of_level floor = { r->venue, grid->level, boxes };
    struct point low = { grid->x0_m, grid->y0_m };
    struct point high = { low.x + grid->columns * GRID_CELL_M, low.y + grid->rows * GRID_CELL_M };
    loads_init(&r->loads[i], low, high, is_floor, &floor);
}

static void find_grids(struct recorder *r, const struct grid *grids, size_t count)
{
    r->grid_of_zone = memory_array(r->venue->n_zones, sizeof *r->grid_of_zone);
    for (uint32_t zone = 0; zone < r->venue->n_zones; zone++) {
        r->grid_of_zone[zone] = -1;
        for (size_t i = 0; i < count && !tifo_place_is_outside(r->venue, zone); i++)
            if (grids[i].level == r->venue->zones[zone]->level)
                r->grid_of_zone[zone] = (int32_t)i;
    }
}

void recorder_floor_second(struct recorder *r, const struct crowd_people *people)
{
    density_look(r->density, people);
    for (uint32_t p = 0; p < people->count; p++) {
        enum person_mode mode = people->mode[p];
        if ((mode == PERSON_WALKING || mode == PERSON_QUEUED || mode == PERSON_SERVED) &&
            people->place[p] < r->venue->n_zones && r->grid_of_zone[people->place[p]] >= 0)
            loads_add(&r->loads[r->grid_of_zone[people->place[p]]],
                      (struct point){ people->x[p], people->y[p] });
    }
    for (size_t i = 0; i < r->record.loads.count; i++)
        loads_second(&r->loads[i], crowd_time_s(r->crowd));
}

/* ---- Grids ----------------------------------------------------------------------------------- */

/* Two minutes, and a twelfth of the day where it is longer than half an hour, in whole minutes. */
static double map_period_s(double duration_s)
{
    return duration_s <= 1800 ? 120 : ceil(duration_s / 12 / 60) * 60;
}

void recorder_floor_init(struct recorder *r)
{
    size_t count;
    const struct grid *grids = density_grids(r->density, &count);
    struct record *record = &r->record;
    record->levels.count = count;
    record->levels.data = memory_array(count, sizeof(struct record_level));
    r->period_peak = memory_array(count, sizeof *r->period_peak);
    r->worst = memory_array(count, sizeof *r->worst);
    r->held = memory_array(count, sizeof *r->held);
    r->loads = memory_array(count, sizeof *r->loads);
    record->loads.data = memory_array(count, sizeof(struct record_load));
    record->loads.count = count;
    struct zone_box *boxes = memory_array(r->venue->n_zones, sizeof *boxes);
    for (size_t zone = 0; zone < r->venue->n_zones; zone++)
        boxes[zone] = box_of(r->venue->zones[zone]->outline);
    for (size_t i = 0; i < count; i++) {
        size_t cells = grid_cells(&grids[i]);
        struct record_level *level = &RECORD_LEVELS(record)[i];
        *level = (struct record_level){ .level = grids[i].level,
                                        .x0_m = grids[i].x0_m,
                                        .y0_m = grids[i].y0_m,
                                        .columns = grids[i].columns,
                                        .rows = grids[i].rows,
                                        .floor = series_with_room(cells) };
        level->floor.count = cells;
        for (size_t c = 0; c < cells; c++)
            level->floor.values[c] = (int32_t)lround(grids[i].floor_m2[c] * 100);
        r->period_peak[i] = memory_array(cells, sizeof(float));
        r->worst[i] = memory_array(cells, sizeof(float));
        r->held[i] = memory_array(cells, sizeof *r->held[i]);
        init_loads(r, i, &grids[i], boxes);
    }
    free(boxes);
    find_grids(r, grids, count);
    r->period_densest = memory_array(count, sizeof *r->period_densest);
    r->worst_densest = memory_array(count, sizeof *r->worst_densest);
    r->record.map_period_s = map_period_s(r->record.duration_s);
    size_t maps = ((size_t)(r->record.duration_s / r->record.map_period_s) + 4) * count;
    record->maps.data = memory_array(maps, sizeof(struct record_map));
}

static struct series pairs_of(const float *value, size_t cells)
{
    size_t used = 0;
    for (size_t c = 0; c < cells; c++)
        used += value[c] >= 0.005f;
    struct series pairs = series_with_room(2 * used);
    for (size_t c = 0; c < cells; c++)
        if (value[c] >= 0.005f) {
            pairs.values[pairs.count++] = (int32_t)c;
            pairs.values[pairs.count++] = (int32_t)lround(value[c] * 100);
        }
    return pairs;
}

/* A map for each level; densest by grid. */
static void add_maps(struct recorder *r, float *const *values, const double *densest,
                     struct record_map map)
{
    for (size_t i = 0; i < r->record.levels.count; i++) {
        map.grid = (uint32_t)i;
        map.peak = densest[i];
        map.cells = pairs_of(values[i], RECORD_LEVELS(&r->record)[i].floor.count);
        RECORD_MAPS(&r->record)[r->record.maps.count++] = map;
    }
}

static void end_period(struct recorder *r, double now_s)
{
    if (now_s <= r->period_from_s)
        return;
    add_maps(r, r->period_peak, r->period_densest,
             (struct record_map){ .from_s = r->period_from_s, .to_s = now_s });
    for (size_t i = 0; i < r->record.levels.count; i++) {
        memset(r->period_peak[i], 0, RECORD_LEVELS(&r->record)[i].floor.count * sizeof(float));
        r->period_densest[i] = 0;
    }
    r->period_from_s = now_s;
}

static void keep_worst(struct recorder *r, const struct grid *grids, size_t count, size_t densest,
                       struct density_peak peak, double now_s)
{
    struct record *record = &r->record;
    record->peak_density = peak.density;
    record->peak_from_s = now_s - DENSITY_SAMPLE_S;
    record->peak_x_m = peak.x_m;
    record->peak_y_m = peak.y_m;
    record->peak_level = grids[densest].level;
    for (size_t i = 0; i < count; i++) {
        memcpy(r->worst[i], grids[i].value, grid_cells(&grids[i]) * sizeof(float));
        r->worst_densest[i] = density_peak(r->density, i).density;
    }
}

/* Each cell's level of service now: on stairs by their own limits. */
static void sample_service(struct recorder *r)
{
    size_t count;
    const struct grid *grids = density_grids(r->density, &count);
    for (size_t i = 0; i < count; i++) {
        const float *people = density_people(r->density, i);
        const uint8_t *stairs = density_stairs(r->density, i);
        for (size_t c = 0; c < grid_cells(&grids[i]); c++) {
            if (!(grids[i].value[c] > 0))
                continue;
            double density = grids[i].value[c];
            int level = (stairs[c] ? paper_stairs_level(density) : paper_level(density)) - 'A';
            r->person_s[stairs[c]][level] += people[c] * DENSITY_SAMPLE_S;
            for (int l = 1; l <= level; l++)
                if (r->held[i][c][l - 1] < UINT16_MAX)
                    r->held[i][c][l - 1]++;
        }
    }
}

void recorder_floor_sample(struct recorder *r, double now_s)
{
    size_t count;
    density_sample(r->density);
    sample_service(r);
    const struct grid *grids = density_grids(r->density, &count);
    for (size_t i = 0; i < count; i++) {
        struct density_peak peak = density_peak(r->density, i);
        r->period_densest[i] = fmax(r->period_densest[i], peak.density);
        if (peak.density > r->record.peak_density)
            keep_worst(r, grids, count, i, peak, now_s);
        for (size_t c = 0; c < grid_cells(&grids[i]); c++)
            r->period_peak[i][c] = fmaxf(r->period_peak[i][c], grids[i].value[c]);
    }
    r->record.person_minutes_f +=
        density_people_above(r->density, level_f_p_m2) * DENSITY_SAMPLE_S / 60;
    /* Periods count from clock zero, so the first may be shorter. */
    double zero_s = r->record.clock_zero_s, period_s = r->record.map_period_s;
    if (floor((now_s - zero_s) / period_s) > floor((r->period_from_s - zero_s) / period_s))
        end_period(r, now_s);
}

/* ---- The end --------------------------------------------------------------------------------- */

/* Cells whose value is at least that, as pairs. */
static struct series loads_pairs(const struct loads *l, double (*of)(const struct load *cell),
                                 double least)
{
    size_t cells = (size_t)l->columns * l->rows, used = 0;
    for (size_t c = 0; c < cells; c++)
        used += of(&l->cells[c]) >= least;
    struct series pairs = series_with_room(2 * used);
    for (size_t c = 0; c < cells; c++)
        if (of(&l->cells[c]) >= least) {
            pairs.values[pairs.count++] = (int32_t)c;
            pairs.values[pairs.count++] = (int32_t)lround(of(&l->cells[c]));
        }
    return pairs;
}

static double peak_centi(const struct load *cell)
{
    return cell->peak_p_m2 * 100.0;
}

static double above_2(const struct load *cell)
{
    return cell->above_2_s;
}

static double above_4(const struct load *cell)
{
    return cell->above_4_s;
}

static void finish_loads(struct recorder *r, size_t i, double congested_s)
{
    static const double lasting_s = 10;
    const struct loads *l = &r->loads[i];
    RECORD_LOADS(&r->record)
    [i] = (struct record_load){
        .level = RECORD_LEVELS(&r->record)[i].level,
        .x0_m = l->low.x,
        .y0_m = l->low.y,
        .columns = l->columns,
        .rows = l->rows,
        .peak = loads_pairs(l, peak_centi, 10),
        .above_2 = loads_pairs(l, above_2, 1),
        .above_4 = loads_pairs(l, above_4, 1),
        .peak_p_m2 = l->peak_p_m2,
        .peak_s = l->peak_s,
        .peak_x_m = l->peak_at.x,
        .peak_y_m = l->peak_at.y,
        .floor_above_2_m2 = loads_floor_above_m2(l, 2, lasting_s),
        .floor_above_4_m2 = loads_floor_above_m2(l, 4, lasting_s),
        .congested_m2 = loads_floor_above_m2(l, 4, congested_s),
    };
}

static void finish_service(struct recorder *r, size_t i)
{
    enum { MINUTE = 60 / DENSITY_SAMPLE_S };
    struct record_level *level = &RECORD_LEVELS(&r->record)[i];
    size_t used = 0;
    for (size_t c = 0; c < level->floor.count; c++)
        used += r->held[i][c][0] >= MINUTE;
    level->service = series_with_room(2 * used);
    for (size_t c = 0; c < level->floor.count; c++) {
        int32_t worst = 0;
        while (worst < 5 && r->held[i][c][worst] >= MINUTE)
            worst++;
        if (worst == 0)
            continue;
        level->service.values[level->service.count++] = (int32_t)c;
        level->service.values[level->service.count++] = worst;
    }
}

void recorder_floor_finish(struct recorder *r, double now_s)
{
    static const double congested_part = 0.1;
    struct record *record = &r->record;
    double took_s = isnan(record->clearance_s) ? now_s - record->clock_zero_s : record->clearance_s;
    double congested_s = fmax(1, ceil(congested_part * took_s));
    end_period(r, now_s);
    add_maps(r, r->worst, r->worst_densest,
             (struct record_map){ .from_s = record->peak_from_s,
                                  .to_s = record->peak_from_s + DENSITY_SAMPLE_S,
                                  .worst = true });
    for (size_t i = 0; i < record->levels.count; i++) {
        finish_loads(r, i, congested_s);
        finish_service(r, i);
    }
    for (int level = 0; level < 6; level++) {
        record->walkway_person_s.values[level] = (int32_t)lround(r->person_s[0][level]);
        record->stairs_person_s.values[level] = (int32_t)lround(r->person_s[1][level]);
    }
}

void recorder_floor_fini(struct recorder *r)
{
    for (size_t i = 0; i < r->record.levels.count; i++) {
        free(r->period_peak[i]);
        free(r->worst[i]);
        free(r->held[i]);
        loads_fini(&r->loads[i]);
    }
    free(r->period_peak);
    free(r->worst);
    free(r->held);
    free(r->loads);
    free(r->grid_of_zone);
    free(r->period_densest);
    free(r->worst_densest);
    density_destroy(r->density);
}

static void archive_loads(struct loads *l, struct archive *archive)
{
    archive_fixed(archive, l->cells, (size_t)l->columns * l->rows, sizeof *l->cells);
    ARCHIVE(archive, l->peak_p_m2);
    ARCHIVE(archive, l->peak_s);
    ARCHIVE(archive, l->peak_at);
}

void recorder_floor_archive(struct recorder *r, struct archive *archive)
{
    size_t grids = r->record.levels.count;
    density_archive(r->density, archive);
    ARCHIVE(archive, r->period_from_s);
    ARCHIVE(archive, r->person_s);
    archive_fixed(archive, r->period_densest, grids, sizeof *r->period_densest);
    archive_fixed(archive, r->worst_densest, grids, sizeof *r->worst_densest);
    for (size_t i = 0; i < grids; i++) {
        size_t cells = RECORD_LEVELS(&r->record)[i].floor.count;
        archive_fixed(archive, r->period_peak[i], cells, sizeof(float));
        archive_fixed(archive, r->worst[i], cells, sizeof(float));
        archive_fixed(archive, r->held[i], cells, sizeof *r->held[i]);
        archive_loads(&r->loads[i], archive);
    }
}
