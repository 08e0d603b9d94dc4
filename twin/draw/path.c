#include "twin/draw/path.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHADE_RUN = 256 };

void path_init(struct path *path)
{
    *path = (struct path){ 0 };
}

void path_fini(struct path *path)
{
    free(path->points);
    free(path->ends);
    free(path->cover);
    path_init(path);
}

void path_reset(struct path *path)
{
    path->count = path->contours = 0;
}

static void *grown(void *memory, size_t *room, size_t wanted, size_t size)
{
    if (wanted <= *room)
        return memory;
    *room = wanted * 2;
    memory = realloc(memory, *room * size);
    if (!memory) {
        fprintf(stderr, "tifo-twin: no memory for a shape of %zu points\n", wanted);
        abort();
    }
    return memory;
}

void path_add_point(struct path *path, float x, float y)
{
    path->points = grown(path->points, &path->room, path->count + 1, sizeof *path->points);
    path->points[path->count++] = (struct point){ x, y };
}

static size_t contour_start(const struct path *path)
{
    return path->contours ? path->ends[path->contours - 1] : 0;
}

void path_close(struct path *path)
{
    size_t start = contour_start(path);
    if (path->count - start < 3) {
        path->count = start;
        return;
    }
    path->ends = grown(path->ends, &path->contour_room, path->contours + 1, sizeof *path->ends);
    path->ends[path->contours++] = path->count;
}

static float doubled_area(const struct point *points, size_t count)
{
    float area = 0;
    for (size_t i = 0; i < count; i++) {
        struct point a = points[i], b = points[(i + 1) % count];
        area += a.x * b.y - b.x * a.y;
    }
    return area;
}

void path_close_ring(struct path *path, bool hole)
{
    size_t start = contour_start(path), count = path->count - start;
    struct point *points = path->points + start;
    if (count >= 3 && (doubled_area(points, count) < 0) != hole) {
        for (size_t i = 0; i < count / 2; i++) {
            struct point swap = points[i];
            points[i] = points[count - 1 - i];
            points[count - 1 - i] = swap;
        }
    }
    path_close(path);
}

void path_add_ring(struct path *path, const struct point *points, size_t count, bool hole)
{
    for (size_t i = 0; i < count; i++)
        path_add_point(path, points[i].x, points[i].y);
    path_close_ring(path, hole);
}

static void add_arc(struct path *path, float x, float y, float radius, bool backwards)
{
    int steps = 8 + (int)(radius * 1.5f);
    steps = steps > 90 ? 90 : steps;
    for (int i = 0; i < steps; i++) {
        float angle = (float)(backwards ? steps - i : i) * 6.2831853f / (float)steps;
        path_add_point(path, x + radius * cosf(angle), y + radius * sinf(angle));
    }
    path_close(path);
}

void path_add_disc(struct path *path, float x, float y, float radius)
{
    add_arc(path, x, y, radius, false);
}

void path_add_circle(struct path *path, float x, float y, float radius, float width)
{
    add_arc(path, x, y, radius + width / 2, false);
    add_arc(path, x, y, radius - width / 2, true);
}

/* A quadrangle, turned the common way: mirrored strokes must not cancel each other. */
static void add_quad(struct path *path, struct point a, struct point b, struct point c,
                     struct point d)
{
    struct point corners[4] = { a, b, c, d };
    path_add_ring(path, corners, 4, false);
}

void path_add_line(struct path *path, float x0, float y0, float x1, float y1, float width)
{
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy);
    if (length < 1e-4f)
        return;
    float nx = -dy / length * width / 2, ny = dx / length * width / 2;
    add_quad(path, (struct point){ x0 + nx, y0 + ny }, (struct point){ x1 + nx, y1 + ny },
             (struct point){ x1 - nx, y1 - ny }, (struct point){ x0 - nx, y0 - ny });
}

void path_add_corner(struct path *path, struct point a, struct point at, struct point b,
                     float width)
{
    float ux = at.x - a.x, uy = at.y - a.y, vx = b.x - at.x, vy = b.y - at.y;
    float ul = sqrtf(ux * ux + uy * uy), vl = sqrtf(vx * vx + vy * vy);
    if (ul < 1e-4f || vl < 1e-4f)
        return;
    ux /= ul, uy /= ul, vx /= vl, vy /= vl;
    float turn = ux * vy - uy * vx, along = ux * vx + uy * vy;
    if (fabsf(turn) < 1e-3f)
        return;
    float side = turn > 0 ? -width / 2 : width / 2; /* The outer side. */
    struct point p = { at.x - uy * side, at.y + ux * side };
    struct point q = { at.x - vy * side, at.y + vx * side };
    struct point tip = { (p.x + q.x) / 2, (p.y + q.y) / 2 };
    if (along > -0.5f) { /* A mitre, unless it would be a spike. */
        float mx = tip.x - at.x, my = tip.y - at.y, m2 = mx * mx + my * my;
        float reach = m2 > 1e-6f ? side * side / m2 : 1;
        tip = (struct point){ at.x + mx * reach, at.y + my * reach };
    }
    add_quad(path, at, p, tip, q);
}

void path_add_polyline(struct path *path, const struct point *points, size_t count, float width,
                       bool closed, bool round)
{
    size_t pieces = closed ? count : count - 1;
    for (size_t i = 0; count > 1 && i < pieces; i++) {
        struct point a = points[i], b = points[(i + 1) % count];
        path_add_line(path, a.x, a.y, b.x, b.y, width);
        if (!closed && i + 1 == pieces)
            break;
        if (round)
            path_add_disc(path, b.x, b.y, width / 2);
        else
            path_add_corner(path, a, b, points[(i + 2) % count], width);
    }
}

/* Half the band's width to the left of point `i`, square to the way from the point before to the
 * point after it. */
static struct point band_side(const struct point *points, size_t count, size_t i, float width)
{
    struct point a = points[i ? i - 1 : 0], b = points[i + 1 < count ? i + 1 : i];
    float dx = b.x - a.x, dy = b.y - a.y, length = fmaxf(sqrtf(dx * dx + dy * dy), 1e-4f);
    return (struct point){ -dy / length * width / 2, dx / length * width / 2 };
}

void path_add_band(struct path *path, const struct point *points, size_t count, float width)
{
    for (size_t i = 0; i < count; i++) {
        struct point side = band_side(points, count, i, width);
        path_add_point(path, points[i].x + side.x, points[i].y + side.y);
    }
    for (size_t i = count; i-- > 0;) {
        struct point side = band_side(points, count, i, width);
        path_add_point(path, points[i].x - side.x, points[i].y - side.y);
    }
    path_close_ring(path, false);
}

/* ---- Filling ---------------------------------------------------------------------------------
 *
 * Signed-area accumulation: each edge adds, to the pixels of each row that it crosses, how much of
 * the pixel lies to its right; a running sum along the row is then the coverage. One pass over the
 * edges, one over the pixels of the shape's box, and exact areas instead of samples. */

struct box {
    int x0, y0, x1, y1; /* Half open, pixels. */
};

static struct box path_box(const struct path *path, const struct canvas *canvas)
{
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (size_t i = 0; i < contour_start(path); i++) {
        struct point p = path->points[i];
        x0 = fminf(x0, p.x), x1 = fmaxf(x1, p.x);
        y0 = fminf(y0, p.y), y1 = fmaxf(y1, p.y);
    }
    const struct rect *clip = &canvas->clip;
    x0 = fmaxf(floorf(x0), (float)clip->x);
    y0 = fmaxf(floorf(y0), (float)clip->y);
    x1 = fminf(ceilf(x1), (float)(clip->x + clip->width));
    y1 = fminf(ceilf(y1), (float)(clip->y + clip->height));
    if (!(x0 < x1 && y0 < y1))
        return (struct box){ 0 };
    return (struct box){ (int)x0, (int)y0, (int)x1, (int)y1 };
}

/* One row's share of an edge: from (x0) to (x1) while falling `dy` (signed) within the row. */
static void accumulate(float *row, int width, float x0, float x1, float dy)
{
    float limit = (float)width;
    x0 = x0 < 0 ? 0 : x0 > limit ? limit : x0;
    x1 = x1 < 0 ? 0 : x1 > limit ? limit : x1;
    if (x0 > x1) {
        float swap = x0;
        x0 = x1, x1 = swap;
    }
    int first = (int)x0, last = (int)ceilf(x1);
    if (last <= first + 1) {
        float right = (float)first + 1 - (x0 + x1) / 2;
        row[first] += dy * right;
        row[first + 1] += dy * (1 - right);
        return;
    }
    float per_pixel = dy / (x1 - x0);
    float head = (float)first + 1 - x0, tail = x1 - (float)(last - 1);
    float done = per_pixel * head * head / 2; /* The triangle in the first pixel. */
    row[first] += done;
    float before = done;
    for (int i = first + 1; i < last - 1; i++) {
        float sum = per_pixel * ((float)i + 0.5f - x0);
        row[i] += sum - before;
        before = sum;
    }
    float sum = dy - per_pixel * tail * tail / 2;
    row[last - 1] += sum - before;
    row[last] += dy - sum;
}

static void add_edge(float *cover, const struct box *box, struct point a, struct point b)
{
    int width = box->x1 - box->x0;
    size_t stride = (size_t)width + 2;
    float sign = 1;
    if (a.y > b.y) {
        struct point swap = a;
        a = b, b = swap;
        sign = -1;
    }
    if (a.y == b.y || b.y <= (float)box->y0 || a.y >= (float)box->y1)
        return;
    float slope = (b.x - a.x) / (b.y - a.y);
    int first = a.y <= (float)box->y0 ? box->y0 : (int)floorf(a.y);
    int last = b.y >= (float)box->y1 ? box->y1 : (int)ceilf(b.y);
    for (int y = first; y < last; y++) {
        float top = fmaxf(a.y, (float)y), bottom = fminf(b.y, (float)y + 1);
        float x0 = a.x + (top - a.y) * slope - (float)box->x0;
        float x1 = a.x + (bottom - a.y) * slope - (float)box->x0;
        accumulate(cover + (size_t)(y - box->y0) * stride, width, x0, x1, sign * (bottom - top));
    }
}

static void add_edges(struct path *path, const struct box *box)
{
    size_t start = 0;
    for (size_t c = 0; c < path->contours; c++) {
        size_t end = path->ends[c];
        for (size_t i = start; i < end; i++)
            add_edge(path->cover, box, path->points[i], path->points[i + 1 < end ? i + 1 : start]);
        start = end;
    }
}

static unsigned coverage_of(float sum)
{
    float cover = fabsf(sum);
    return cover >= 1 ? 255 : (unsigned)(cover * 255 + 0.5f);
}

static void flat_row(uint32_t *pixels, const float *cover, int count, colour ink)
{
    float sum = 0;
    for (int i = 0; i < count; i++) {
        sum += cover[i];
        unsigned coverage = coverage_of(sum);
        if (coverage)
            pixels[i] = colour_over(pixels[i], ink, coverage);
    }
}

static void shaded_row(uint32_t *pixels, const float *cover, int x, int y, int count,
                       path_shader *shade, void *ctx)
{
    unsigned coverage[SHADE_RUN];
    colour inks[SHADE_RUN];
    float sum = 0;
    for (int at = 0; at < count; at += SHADE_RUN) {
        int run = count - at < SHADE_RUN ? count - at : SHADE_RUN, first = run, last = -1;
        for (int i = 0; i < run; i++) {
            sum += cover[at + i];
            coverage[i] = coverage_of(sum);
            if (coverage[i]) {
                first = i < first ? i : first;
                last = i;
            }
        }
        if (last < 0)
            continue;
        shade(ctx, x + at + first, y, last - first + 1, inks + first);
        for (int i = first; i <= last; i++)
            if (coverage[i])
                pixels[at + i] = colour_over(pixels[at + i], inks[i], coverage[i]);
    }
}

static void fill(struct path *path, struct canvas *canvas, colour ink, path_shader *shade,
                 void *ctx)
{
    struct box box = path_box(path, canvas);
    int width = box.x1 - box.x0, height = box.y1 - box.y0;
    if (width <= 0)
        return;
    size_t stride = (size_t)width + 2, cells = stride * (size_t)height;
    path->cover = grown(path->cover, &path->cover_room, cells, sizeof *path->cover);
    memset(path->cover, 0, cells * sizeof *path->cover);
    add_edges(path, &box);
    for (int y = box.y0; y < box.y1; y++) {
        uint32_t *pixels = canvas->pixels + (size_t)y * (size_t)canvas->stride + box.x0;
        const float *cover = path->cover + (size_t)(y - box.y0) * stride;
        if (shade)
            shaded_row(pixels, cover, box.x0, y, width, shade, ctx);
        else
            flat_row(pixels, cover, width, ink);
    }
}

void path_fill(struct path *path, struct canvas *canvas, colour ink)
{
    fill(path, canvas, ink, NULL, NULL);
}

void path_shade(struct path *path, struct canvas *canvas, path_shader *shade, void *ctx)
{
    fill(path, canvas, 0, shade, ctx);
}
