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

static bool window_load(const struct heat *heat, int32_t zone, struct window *window)
{
    bool any = false;
    for (int row = 0; row < window->rows; row++) {
        for (int column = 0; column < window->columns; column++) {
            int at = row * window->columns + column;
            int x = window->column0 + column, y = window->row0 + row;
            window->known[at] = false;
            if (!in_grid(heat, x, y))
                continue;
            int cell = y * heat->columns + x;
            if (heat->zone[cell] < 0 || (heat->zone[cell] != zone && !seen_from(heat, zone, x, y)))
                continue;
            window->density[at] = heat->density[cell];
            window->known[at] = true;
            any = true;
        }
    }
    return any;
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

/* ---- Colouring */

struct shade {
    const struct scene *scene;
    const struct window *window;
    bool stairs;
    colour hatch; /* Over level F from 4 p/m2: no further colour exists. */
};

static const float hatch_from_pm2 = 4;

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

/* Every second pixel is sampled, the next one repeats it. */
static void shade_floor(void *ctx, int x, int y, int count, colour *out)
{
    const struct shade *shade = ctx;
    const struct scene *scene = shade->scene;
    const struct heat *heat = scene->heat;
    struct point m = camera_to_m(&scene->camera, (float)x + 1, (float)y + 0.5f);
    float column = (m.x - heat->x0_m) / HEAT_CELL_M - 0.5f - (float)shade->window->column0;
    float row = (m.y - heat->y0_m) / HEAT_CELL_M - 0.5f - (float)shade->window->row0;
    float step = 2 / scene->camera.px_per_m / HEAT_CELL_M;
    for (int i = 0; i < count; i += 2, column += step) {
        float density = sample(shade->window, column, row);
        colour ink =
            theme_density(scene->pen.theme, shade->stairs ? stairs_as_walkway(density) : density);
        for (int j = i; j < i + 2 && j < count; j++)
            out[j] = density >= hatch_from_pm2 && (x + j + y) % 6 < 2 ? shade->hatch : ink;
    }
}

static void shade_stale(void *ctx, int x, int y, int count, colour *out)
{
    const struct theme *theme = ctx;
    for (int i = 0; i < count; i++)
        out[i] = (x + i + y) % 8 < 1 ? theme->line2 : theme->stops[0];
}

static void draw_zone(struct scene *scene, uint32_t index, struct window *window, bool *fresh)
{
    const Tifo__V1__Zone *zone = scene->model->venue->zones[index];
    const struct theme *theme = scene->pen.theme;
    uint32_t age = model_age_ms(scene->model, index);
    bool stairs = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
    path_reset(scene->pen.path);
    scene_add_zone(scene, zone);
    if (age != UNKNOWN && age > STALE_MS) {
        path_shade(scene->pen.path, scene->pen.canvas, shade_stale, (void *)(uintptr_t)theme);
        return;
    }
    if (!window_load(scene->heat, (int32_t)index, window)) { /* Too narrow for cells: flat. */
        float density = model_density(scene->model, index);
        scene_fill(scene, theme_density(theme, stairs ? stairs_as_walkway(density) : density));
        return;
    }
    window_spread(window, fresh);
    window_spread(window, fresh);
    struct shade shade = { scene, window, stairs, theme->bg };
    path_shade(scene->pen.path, scene->pen.canvas, shade_floor, &shade);
}

void scene_heat(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t z = 0; z < v->n_zones; z++) {
        if (!zone_is_inside(v->zones[z]) || !zone_on_level(v->zones[z], scene->level))
            continue;
        struct window window;
        window_bounds(scene->heat, v->zones[z], &window);
        size_t cells = (size_t)window.columns * (size_t)window.rows;
        window.density = calloc(cells, sizeof *window.density);
        window.known = calloc(2 * cells, sizeof *window.known);
        if (!window.density || !window.known)
            abort();
        draw_zone(scene, z, &window, window.known + cells);
        free(window.density);
        free(window.known);
    }
}
