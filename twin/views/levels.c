#include "twin/views/scene.h"

#include <math.h>
#include <stdlib.h>

/* The letters of levels E and F, with the word of their scale, on each patch of them that is large
 * enough. */

static const float least_patch_m2 = 20;

static struct point cell_px(const struct scene *scene, const struct heat *heat, int32_t zone,
                            float column, float row)
{
    return scene_px(scene, (uint32_t)zone, heat->x0_m + (column + 0.5f) * HEAT_CELL_M,
                    heat->y0_m + (row + 0.5f) * HEAT_CELL_M);
}

/* Zones are drawn with one heat: a level's, or their own level's. Unfolded, aisles and stairs are
 * flat. What is old has no colour, and so no letter either. */
static bool is_drawn(const struct scene *scene, const struct heat *heat, int32_t zone)
{
    if (zone < 0 || model_place_is_stale(scene->model, (uint32_t)zone))
        return false;
    const Tifo__V1__Zone *z = scene->model->venue->zones[zone];
    return scene_heat_of(scene, z) == heat &&
           (!scene->drawing->unfold || z->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE);
}

/* Connected cells at or above a limit. */
struct patch {
    float area_m2, weight, x, y; /* x, y: weighted sums of cell coordinates. */
    float area_f_m2;
};

/* For finding patches: which cells were looked at, and a stack of those to look at. */
struct flood {
    const struct heat *heat;
    const struct model *model;
    bool *seen;
    int *stack;
};

static const struct level_scale *scale_of(const struct flood *f, int cell)
{
    return model_level_scale(f->model, (uint32_t)f->heat->zone[cell]);
}

static void visit(const struct flood *f, int cell, struct patch *patch)
{
    const struct heat *heat = f->heat;
    float weight = heat->density[cell] * heat->density[cell] * heat->area_m2[cell];
    patch->area_m2 += heat->area_m2[cell];
    if (heat->density[cell] >= scale_of(f, cell)->limits[4])
        patch->area_f_m2 += heat->area_m2[cell];
    patch->weight += weight;
    patch->x += weight * (float)(cell % heat->columns);
    patch->y += weight * (float)(cell / heat->columns);
}

/* Leaves the patch's cells on the stack; returns how many. All are on one scale. */
static int flood(struct flood *f, int start, struct patch *patch)
{
    const struct heat *heat = f->heat;
    const struct level_scale *scale = scale_of(f, start);
    int depth = 0;
    *patch = (struct patch){ 0 };
    f->stack[depth++] = start;
    f->seen[start] = true;
    for (int i = 0; i < depth; i++) {
        int at = f->stack[i];
        visit(f, at, patch);
        const int next[4] = { at + 1, at - 1, at + heat->columns, at - heat->columns };
        const bool open[4] = { heat->open[at] & HEAT_RIGHT, heat->open[at - 1] & HEAT_RIGHT,
                               heat->open[at] & HEAT_UP, heat->open[at - heat->columns] & HEAT_UP };
        for (int n = 0; n < 4; n++) {
            if (!open[n] || f->seen[next[n]] || scale_of(f, next[n]) != scale ||
                heat->density[next[n]] < scale->limits[3])
                continue;
            f->seen[next[n]] = true;
            f->stack[depth++] = next[n];
        }
    }
    return depth;
}

/* The cell of the patch that is nearest to its weighted middle: around a bend that lies beside it.
 */
static int middle_cell(const struct flood *f, int count, const struct patch *patch)
{
    float x = patch->x / patch->weight, y = patch->y / patch->weight, least = INFINITY;
    int best = f->stack[0];
    for (int i = 0; i < count; i++) {
        int columns = f->heat->columns;
        float away = hypotf((float)(f->stack[i] % columns) - x, (float)(f->stack[i] / columns) - y);
        if (away < least) {
            least = away;
            best = f->stack[i];
        }
    }
    return best;
}

/* The middle of its ring, where it lies in one. */
static struct point letter_px(const struct scene *scene, const struct heat *heat, int cell)
{
    int32_t zone = heat->zone[cell];
    const struct ring *ring = drawing_ring(scene->drawing, (uint32_t)zone);
    float x = (float)(cell % heat->columns), y = (float)(cell / heat->columns);
    if (!ring)
        return cell_px(scene, heat, zone, x, y);
    struct point m = { heat->x0_m + (x + 0.5f) * HEAT_CELL_M,
                       heat->y0_m + (y + 0.5f) * HEAT_CELL_M };
    return scene_ring_px(scene, base_spot(&scene->drawing->unfold->base, m).u,
                         (ring->from + ring->to) / 2);
}

/* The word stands towards the middle: outwards are gates and their names. */
static void draw_letter(struct scene *scene, struct point at, const struct patch *patch,
                        const char *word)
{
    const struct theme *theme = scene->pen.theme;
    float across_px = sqrtf(patch->area_m2) * scene->camera.px_per_m, scale = scene->pen.scale;
    float size = fminf(22, fmaxf(18, across_px / scale / 4));
    bool f = patch->area_f_m2 >= least_patch_m2;
    bool leftwards = at.x > scene_centre_px(scene).x;
    colour ground = theme->stops[f ? 5 : 4];
    path_reset(scene->pen.path);
    path_add_disc(scene->pen.path, at.x, at.y, size * 0.62f * scale);
    scene_fill(scene, ground); /* So that dots and hatch do not cross it. */
    float half = size * 0.62f, wide = half;
    if (*word) {
        wide = size * 0.4f + 8 + pen_width(&scene->pen, MEDIUM, 16, word);
        pen_fill(&scene->pen, at.x / scale - (leftwards ? wide : 0), at.y / scale - 10, wide, 20,
                 ground);
    }
    struct scene_places *places = scene->places;
    if (places->letter_count < LETTERS_MOST)
        places->letters[places->letter_count++] =
            (struct words_box){ at.x - (leftwards ? wide : half) * scale, at.y - half * scale,
                                (wide + half) * scale, 2 * half * scale };
    scene_words(scene, SEMIBOLD, size, CENTRE, at.x, at.y + size * scale * 0.36f, theme->ink_dense,
                f ? "F" : "E");
    scene_words(scene, MEDIUM, 16, leftwards ? RIGHT : LEFT,
                at.x + (leftwards ? -1 : 1) * (size * 0.4f + 4) * scale, at.y + 6 * scale,
                theme->ink_dense, word);
}

static void letters_of(struct scene *scene, const struct heat *heat)
{
    size_t cells = (size_t)heat->columns * (size_t)heat->rows;
    struct flood f = { heat, scene->model, calloc(cells, sizeof *f.seen),
                       calloc(cells, sizeof *f.stack) };
    if (!f.seen || !f.stack)
        abort();
    for (int i = 0; i < (int)cells; i++) {
        if (f.seen[i] || !is_drawn(scene, heat, heat->zone[i]) ||
            heat->density[i] < scale_of(&f, i)->limits[3])
            continue;
        struct patch patch;
        int count = flood(&f, i, &patch);
        float across_px = sqrtf(patch.area_m2) * scene->camera.px_per_m;
        if (patch.area_m2 < least_patch_m2 || across_px < 22)
            continue;
        draw_letter(scene, letter_px(scene, heat, middle_cell(&f, count, &patch)), &patch,
                    scale_of(&f, i)->word);
    }
    free(f.seen);
    free(f.stack);
}

void scene_letters(struct scene *scene)
{
    scene->places->letter_count = 0;
    for (size_t i = 0; i < scene->heat_count; i++)
        if (drawing_shows_level(scene->drawing, scene->heats[i].level))
            letters_of(scene, &scene->heats[i]);
}
