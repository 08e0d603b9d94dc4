#include "twin/views/scene.h"

#include <math.h>
#include <stdlib.h>

/* Iso-lines where levels E and F begin, and their letter on each patch that is large enough. */

static const float least_patch_m2 = 20;

static struct point cell_px(const struct scene *scene, float column, float row)
{
    const struct heat *heat = scene->heat;
    return scene_px(scene, heat->x0_m + (column + 0.5f) * HEAT_CELL_M,
                    heat->y0_m + (row + 0.5f) * HEAT_CELL_M);
}

/* Marching squares on one square of cell centres; corners counter-clockwise from the lower left. */
static void square(struct scene *scene, int column, int row, float limit)
{
    const struct heat *heat = scene->heat;
    static const int offset[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    float value[4];
    for (int i = 0; i < 4; i++) {
        int cell = (row + offset[i][1]) * heat->columns + column + offset[i][0];
        if (heat->zone[cell] < 0)
            return;
        value[i] = heat->density[cell];
    }
    struct point cut[4];
    int cuts = 0;
    for (int i = 0; i < 4; i++) {
        int j = (i + 1) % 4;
        if ((value[i] >= limit) == (value[j] >= limit))
            continue;
        float part = (limit - value[i]) / (value[j] - value[i]);
        cut[cuts++] = cell_px(
            scene,
            (float)column + (float)offset[i][0] + part * (float)(offset[j][0] - offset[i][0]),
            (float)row + (float)offset[i][1] + part * (float)(offset[j][1] - offset[i][1]));
    }
    for (int i = 0; i + 1 < cuts; i += 2)
        path_add_line(scene->pen.path, cut[i].x, cut[i].y, cut[i + 1].x, cut[i + 1].y,
                      scene_line(scene, 1));
}

/* Connected cells at or above a limit. */
struct patch {
    float area_m2, weight, x, y; /* x, y: weighted sums of cell coordinates. */
    float area_f_m2;
};

static void visit(const struct heat *heat, int cell, struct patch *patch)
{
    float weight = heat->density[cell] * heat->density[cell] * heat->area_m2[cell];
    patch->area_m2 += heat->area_m2[cell];
    if (heat->density[cell] >= walkway_limits[4])
        patch->area_f_m2 += heat->area_m2[cell];
    patch->weight += weight;
    patch->x += weight * (float)(cell % heat->columns);
    patch->y += weight * (float)(cell / heat->columns);
}

static struct patch flood(const struct heat *heat, int start, bool *seen, int *stack)
{
    struct patch patch = { 0 };
    int depth = 0;
    stack[depth++] = start;
    seen[start] = true;
    while (depth) {
        int at = stack[--depth];
        visit(heat, at, &patch);
        const int next[4] = { at + 1, at - 1, at + heat->columns, at - heat->columns };
        const bool open[4] = { heat->open[at] & HEAT_RIGHT, heat->open[at - 1] & HEAT_RIGHT,
                               heat->open[at] & HEAT_UP, heat->open[at - heat->columns] & HEAT_UP };
        for (int i = 0; i < 4; i++) {
            if (!open[i] || seen[next[i]] || heat->density[next[i]] < walkway_limits[3])
                continue;
            seen[next[i]] = true;
            stack[depth++] = next[i];
        }
    }
    return patch;
}

/* On a patch of its own colour, so that dots and hatch do not cross it. */
static void draw_letter(struct scene *scene, struct point at, const struct patch *patch)
{
    const struct theme *theme = scene->pen.theme;
    float across_px = sqrtf(patch->area_m2) * scene->camera.px_per_m, scale = scene->pen.scale;
    float size = fminf(22, fmaxf(18, across_px / scale / 4));
    bool f = patch->area_f_m2 >= least_patch_m2;
    path_reset(scene->pen.path);
    path_add_disc(scene->pen.path, at.x, at.y, size * 0.62f * scale);
    scene_fill(scene, theme->stops[f ? 5 : 4]);
    scene_words(scene, SEMIBOLD, size, CENTRE, at.x, at.y + size * scale * 0.36f, theme->ink_dense,
                f ? "F" : "E");
}

void scene_letters(struct scene *scene)
{
    const struct heat *heat = scene->heat;
    size_t cells = (size_t)heat->columns * (size_t)heat->rows;
    bool *seen = calloc(cells, sizeof *seen);
    int *stack = calloc(cells, sizeof *stack);
    if (!seen || !stack)
        abort();
    for (int i = 0; i < (int)cells; i++) {
        if (seen[i] || heat->zone[i] < 0 || heat->density[i] < walkway_limits[3])
            continue;
        struct patch patch = flood(heat, i, seen, stack);
        float across_px = sqrtf(patch.area_m2) * scene->camera.px_per_m;
        if (patch.area_m2 < least_patch_m2 || across_px < 22)
            continue;
        draw_letter(scene, cell_px(scene, patch.x / patch.weight, patch.y / patch.weight), &patch);
    }
    free(seen);
    free(stack);
}

void scene_iso_lines(struct scene *scene)
{
    const struct heat *heat = scene->heat;
    path_reset(scene->pen.path);
    for (int row = 0; row + 1 < heat->rows; row++) {
        for (int column = 0; column + 1 < heat->columns; column++) {
            square(scene, column, row, walkway_limits[3]);
            square(scene, column, row, walkway_limits[4]);
        }
    }
    scene_fill(scene, colour_fade(scene->pen.theme->bg, 0.55f));
}
