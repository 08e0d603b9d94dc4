#include "twin/views/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where words may stand on the ground's canvas: not on the ground, not on each other. */

enum { CELL = 8 }; /* px; the ground is looked at in such squares. */

void scene_places_shift(struct scene_places *places, float dx_px, float dy_px)
{
    for (size_t i = 0; i < places->label_count; i++) {
        places->labels[i].x += dx_px;
        places->labels[i].y += dy_px;
    }
    places->callout.at.x += dx_px;
    places->callout.at.y += dy_px;
}

void scene_take(struct scene *scene, struct words_box box)
{
    struct scene_places *places = scene->places;
    if (places->taken_count < PLACES_MOST)
        places->taken[places->taken_count++] = box;
}

bool words_overlap(const struct words_box *a, const struct words_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

bool scene_is_taken(const struct scene *scene, struct words_box box)
{
    const struct scene_places *places = scene->places;
    for (size_t i = 0; i < places->taken_count; i++)
        if (words_overlap(&box, &places->taken[i]))
            return true;
    return false;
}

/* ---- The ground in squares */

struct squares {
    int columns, rows;
    uint8_t *full;
};

/* What the outlines of places leave free between them, such as the pitch, is not outside. */
static void fill_inside(struct squares *squares)
{
    int cells = squares->columns * squares->rows, depth = 0;
    int *stack = calloc((size_t)cells + 1, sizeof *stack);
    uint8_t *outside = calloc((size_t)cells + 1, 1);
    if (!stack || !outside)
        abort();
    for (int i = 0; i < cells; i++) {
        int x = i % squares->columns, y = i / squares->columns;
        bool border = x == 0 || y == 0 || x + 1 == squares->columns || y + 1 == squares->rows;
        if (border && !squares->full[i]) {
            outside[i] = 1;
            stack[depth++] = i;
        }
    }
    while (depth) {
        int at = stack[--depth], x = at % squares->columns, y = at / squares->columns;
        const int next[4][2] = { { x + 1, y }, { x - 1, y }, { x, y + 1 }, { x, y - 1 } };
        for (int n = 0; n < 4; n++) {
            int nx = next[n][0], ny = next[n][1], cell = ny * squares->columns + nx;
            if (nx < 0 || ny < 0 || nx >= squares->columns || ny >= squares->rows ||
                squares->full[cell] || outside[cell])
                continue;
            outside[cell] = 1;
            stack[depth++] = cell;
        }
    }
    for (int i = 0; i < cells; i++)
        squares->full[i] = !outside[i];
    free(stack);
    free(outside);
}

static void squares_init(struct squares *squares, const struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct scene small = *scene;
    struct canvas canvas;
    squares->columns = scene->pen.canvas->width / CELL + 1;
    squares->rows = scene->pen.canvas->height / CELL + 1;
    canvas_init(&canvas, squares->columns, squares->rows);
    canvas_fill(&canvas, canvas.clip, OPAQUE(0));
    small.pen.canvas = &canvas;
    small.camera.px_per_m /= CELL;
    small.camera.width_px /= CELL, small.camera.height_px /= CELL;
    path_reset(small.pen.path);
    for (uint32_t p = 0; p < v->n_zones + v->n_blocks; p++)
        if (p >= v->n_zones || zone_is_inside(v->zones[p]))
            scene_add_place(&small, p);
    scene_fill(&small, OPAQUE(0xffffff));
    size_t cells = (size_t)squares->columns * (size_t)squares->rows;
    squares->full = calloc(cells + 1, 1);
    if (!squares->full)
        abort();
    for (size_t i = 0; i < cells; i++)
        squares->full[i] = canvas.pixels[i] != 0;
    canvas_fini(&canvas);
    fill_inside(squares);
}

static bool is_free(const struct scene *scene, const struct squares *squares,
                    const struct words_box *box)
{
    if (box->x < 0 || box->y < 0 || box->x + box->width > (float)scene->pen.canvas->width ||
        box->y + box->height > (float)scene->pen.canvas->height || scene_is_taken(scene, *box))
        return false;
    for (int y = (int)box->y / CELL; y <= (int)(box->y + box->height) / CELL; y++)
        for (int x = (int)box->x / CELL; x <= (int)(box->x + box->width) / CELL; x++)
            if (x < squares->columns && y < squares->rows &&
                squares->full[y * squares->columns + x])
                return false;
    return true;
}

/* Does a straight line cross words? */
static bool crosses_words(const struct scene *scene, struct point a, struct point b)
{
    for (int i = 0; i <= 20; i++) {
        float part = (float)i / 20;
        struct words_box dot = { a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part, 1, 1 };
        if (scene_is_taken(scene, dot))
            return true;
    }
    return false;
}

bool scene_find_room(const struct scene *scene, struct point from, float width, float height,
                     float farthest, bool crossing, struct point *out)
{
    const float air = 8 * scene->pen.scale;
    struct squares squares;
    squares_init(&squares, scene);
    float least = farthest;
    bool found = false;
    for (int row = 0; row < squares.rows; row++) {
        for (int column = 0; column < squares.columns; column++) {
            struct point at = { (float)(column * CELL), (float)(row * CELL) };
            struct words_box box = { at.x - air, at.y - air, width + 2 * air, height + 2 * air };
            /* The leader ends at the tag, which is at the end that is nearer. */
            struct point end = { at.x + width / 2 < from.x ? at.x + width : at.x,
                                 at.y + height / 4 };
            float away = hypotf(end.x - from.x, end.y - from.y);
            if (away >= least || !is_free(scene, &squares, &box))
                continue;
            if (!crossing && crosses_words(scene, from, end))
                continue;
            least = away;
            *out = at;
            found = true;
        }
    }
    free(squares.full);
    return found;
}
