#include "twin/views/scene.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A zone's cells with a border that its own values are carried into, so that sampling near its
 * walls sees nothing of what lies behind them. */
struct window {
    int column0, row0, columns, rows;
    float *density;
    bool *known;
};

static void window_bounds(const struct heat *heat, const Tifo__V1__Zone *zone, struct window *out)
{
    int least_x = INT32_MAX, least_y = INT32_MAX, most_x = INT32_MIN, most_y = INT32_MIN;
    for (size_t i = 0; i < zone->outline->n_xy_cm; i += 2) {
        int x = zone->outline->xy_cm[i], y = zone->outline->xy_cm[i + 1];
        least_x = x < least_x ? x : least_x, most_x = x > most_x ? x : most_x;
        least_y = y < least_y ? y : least_y, most_y = y > most_y ? y : most_y;
    }
    out->column0 = (int)floorf(((float)least_x / 100 - heat->x0_m) / HEAT_CELL_M) - 2;
    out->row0 = (int)floorf(((float)least_y / 100 - heat->y0_m) / HEAT_CELL_M) - 2;
    out->columns = (int)ceilf((float)(most_x - least_x) / 100 / HEAT_CELL_M) + 5;
    out->rows = (int)ceilf((float)(most_y - least_y) / 100 / HEAT_CELL_M) + 5;
}

static bool in_grid(const struct heat *heat, int column, int row)
{
    return column >= 0 && row >= 0 && column < heat->columns && row < heat->rows;
}

/* Another zone's cell counts when one of this zone's cells sees it through an opening. */
static bool seen_from(const struct heat *heat, int32_t zone, int column, int row)
{
    int at = row * heat->columns + column;
    if (column + 1 < heat->columns && heat->zone[at + 1] == zone && (heat->open[at] & HEAT_RIGHT))
        return true;
    if (row + 1 < heat->rows && heat->zone[at + heat->columns] == zone &&
        (heat->open[at] & HEAT_UP))
        return true;
    if (column > 0 && heat->zone[at - 1] == zone && (heat->open[at - 1] & HEAT_RIGHT))
        return true;
    return row > 0 && heat->zone[at - heat->columns] == zone &&
           (heat->open[at - heat->columns] & HEAT_UP);
}

/* Carries values one cell outwards: the mean of the known neighbours. */
static void window_spread(struct window *window, bool *fresh)
{
    size_t cells = (size_t)window->columns * (size_t)window->rows;
    memcpy(fresh, window->known, cells * sizeof *fresh);
    for (int row = 0; row < window->rows; row++) {
        for (int column = 0; column < window->columns; column++) {
            int at = row * window->columns + column, count = 0;
            float sum = 0;
            if (window->known[at])
                continue;
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int x = column + dx, y = row + dy;
                    if (x < 0 || y < 0 || x >= window->columns || y >= window->rows ||
                        !window->known[y * window->columns + x])
                        continue;
                    sum += window->density[y * window->columns + x];
                    count++;
                }
            }
            if (count) {
                window->density[at] = sum / (float)count;
                fresh[at] = true;
            }
        }
    }
    memcpy(window->known, fresh, cells * sizeof *fresh);
}

static void window_free(struct window *window)
{
    free(window->density);
    free(window->known);
}

/* False: the zone is too narrow to have cells. */
static bool window_load(const struct heat *heat, const Tifo__V1__Zone *zone, int32_t index,
                        struct window *window)
{
    bool any = false;
    window_bounds(heat, zone, window);
    size_t cells = (size_t)window->columns * (size_t)window->rows;
    window->density = calloc(cells, sizeof *window->density);
    window->known = calloc(2 * cells, sizeof *window->known);
    if (!window->density || !window->known)
        abort();
    for (int row = 0; row < window->rows; row++) {
        for (int column = 0; column < window->columns; column++) {
            int at = row * window->columns + column;
            int x = window->column0 + column, y = window->row0 + row;
            if (!in_grid(heat, x, y))
                continue;
            int cell = y * heat->columns + x;
            if (heat->zone[cell] < 0 ||
                (heat->zone[cell] != index && !seen_from(heat, index, x, y)))
                continue;
            window->density[at] = heat->density[cell];
            window->known[at] = true;
            any = true;
        }
    }
    for (int pass = 0; any && pass < 2; pass++)
        window_spread(window, window->known + cells);
    return any;
}

/* ---- Colouring */

struct shade {
    const struct scene *scene;
    const struct heat *heat;
    int ring;                    /* Of an unfolded drawing. */
    const struct window *window; /* NULL: the same everywhere. */
    float density;               /* Without a window. */
    const struct level_scale *scale;
};

/* From 4 p/m2 on lies a hatch, whatever the level's scale: no further colour exists. */
static const float hatch_from_pm2 = 4;
/* Iso-lines: where levels E and F begin, and how visible the line is. */
static const float iso_alpha = 0.55f, iso_near_pm2 = 0.35f;

static float sample(const struct window *window, float column, float row)
{
    column = fminf(fmaxf(column, 0), (float)window->columns - 1.001f);
    row = fminf(fmaxf(row, 0), (float)window->rows - 1.001f);
    int x = (int)column, y = (int)row;
    float part_x = column - (float)x, part_y = row - (float)y;
    const float *low = window->density + y * window->columns + x, *high = low + window->columns;
    float below = low[0] + (low[1] - low[0]) * part_x;
    float above = high[0] + (high[1] - high[0]) * part_x;
    return below + (above - below) * part_y;
}

/* At a point of the canvas. */
static float density_at(const struct shade *shade, float x, float y)
{
    const struct scene *scene = shade->scene;
    const struct heat *heat = shade->heat;
    if (!shade->window)
        return shade->density;
    struct point m = camera_to_m(&scene->camera, x, y);
    if (scene->drawing->unfold)
        m = unfold_back(scene->drawing->unfold, shade->ring, m);
    return sample(shade->window,
                  (m.x - heat->x0_m) / HEAT_CELL_M - 0.5f - (float)shade->window->column0,
                  (m.y - heat->y0_m) / HEAT_CELL_M - 0.5f - (float)shade->window->row0);
}

/* How much of a pixel an iso-line covers: a line one pixel wide lies as far away as the density
 * differs, divided by how steep it is. */
static float iso_cover(const struct shade *shade, float x, float y, float limit)
{
    float here = density_at(shade, x, y);
    float across = density_at(shade, x + 1, y) - here, down = density_at(shade, x, y + 1) - here;
    float away = fabsf(here - limit) / fmaxf(hypotf(across, down), 1e-5f);
    float half = fmaxf(1, shade->scene->pen.scale) / 2;
    return fminf(fmaxf(half + 0.5f - away, 0), 1);
}

static colour with_iso(const struct shade *shade, int x, int y, float density, colour ink)
{
    for (int i = 3; i <= 4; i++) {
        float limit = shade->scale->limits[i];
        if (fabsf(density - limit) > iso_near_pm2)
            continue;
        float cover = iso_cover(shade, (float)x + 0.5f, (float)y + 0.5f, limit);
        ink = colour_mix(ink, shade->scene->pen.theme->bg, cover * iso_alpha);
    }
    return ink;
}

/* Every second pixel is sampled, the next one repeats it but for lines. */
static void shade_floor(void *ctx, int x, int y, int count, colour *out)
{
    const struct shade *shade = ctx;
    const struct theme *theme = shade->scene->pen.theme;
    const float *limits = shade->scale->limits;
    for (int i = 0; i < count; i += 2) {
        float density = density_at(shade, (float)(x + i) + 1, (float)y + 0.5f);
        colour ink = theme_density(theme, level_shade(density, shade->scale));
        bool lines = shade->window && density > limits[3] - iso_near_pm2 &&
                     density < limits[4] + iso_near_pm2;
        for (int j = i; j < i + 2 && j < count; j++) {
            out[j] = ink;
            if (density >= hatch_from_pm2 && (x + j + y) % 6 < 2)
                out[j] = theme->bg;
            else if (lines)
                out[j] = with_iso(shade, x + j, y, density, ink);
        }
    }
}

static void shade_stale(void *ctx, int x, int y, int count, colour *out)
{
    const struct theme *theme = ctx;
    for (int i = 0; i < count; i++)
        out[i] = (x + i + y) % 8 < 1 ? theme->line2 : theme->stops[0];
}

/* Aisles run on under other tiers: what is drawn of one is flat. So are stairs, unfolded. */
static bool is_flat(const struct scene *scene, const Tifo__V1__Zone *zone)
{
    return scene->drawing->unfold && zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE;
}

static void draw_zone(struct scene *scene, uint32_t index)
{
    const Tifo__V1__Zone *zone = scene->model->venue->zones[index];
    const struct theme *theme = scene->pen.theme;
    const struct heat *heat = scene_heat_of(scene, zone);
    path_reset(scene->pen.path);
    scene_add_place(scene, index);
    if (model_place_is_stale(scene->model, index)) {
        path_shade(scene->pen.path, scene->pen.canvas, shade_stale, (void *)(uintptr_t)theme);
        return;
    }
    struct window window = { 0 };
    struct shade shade = { .scene = scene,
                           .heat = heat,
                           .ring = scene->drawing->unfold
                                       ? scene->drawing->unfold->place_ring[index]
                                       : NO_RING,
                           .density = model_density(scene->model, index),
                           .scale = model_level_scale(scene->model, index) };
    if (heat && !is_flat(scene, zone) && window_load(heat, zone, (int32_t)index, &window))
        shade.window = &window;
    path_shade(scene->pen.path, scene->pen.canvas, shade_floor, &shade);
    window_free(&window);
}

void scene_heat(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (zone_is_inside(v->zones[z]) && drawing_shows_zone(scene->drawing, v->zones[z]) &&
            scene_sees(scene, z))
            draw_zone(scene, z);
}
