#include "twin/draw/canvas.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void canvas_init(struct canvas *canvas, int width, int height)
{
    assert(width > 0 && height > 0 && width <= 16384 && height <= 16384);
    uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof *pixels);
    if (!pixels) {
        fprintf(stderr, "tifo-twin: no memory for a picture of %d x %d\n", width, height);
        abort();
    }
    canvas_init_over(canvas, pixels, width, height, width);
    canvas->owned = true;
}

void canvas_init_over(struct canvas *canvas, uint32_t *pixels, int width, int height, int stride)
{
    *canvas =
        (struct canvas){ .pixels = pixels, .width = width, .height = height, .stride = stride };
    canvas_clear_clip(canvas);
}

void canvas_fini(struct canvas *canvas)
{
    if (canvas->owned)
        free(canvas->pixels);
    *canvas = (struct canvas){ 0 };
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

struct rect rect_overlap(struct rect a, struct rect b)
{
    int x0 = most(a.x, b.x), y0 = most(a.y, b.y);
    int x1 = least(a.x + a.width, b.x + b.width), y1 = least(a.y + a.height, b.y + b.height);
    return (struct rect){ x0, y0, most(0, x1 - x0), most(0, y1 - y0) };
}

void canvas_set_clip(struct canvas *canvas, struct rect clip)
{
    canvas->clip = rect_overlap(clip, (struct rect){ 0, 0, canvas->width, canvas->height });
}

void canvas_clear_clip(struct canvas *canvas)
{
    canvas->clip = (struct rect){ 0, 0, canvas->width, canvas->height };
}

uint32_t colour_over(uint32_t below, colour ink, unsigned coverage)
{
    unsigned alpha = (ink >> 24) * coverage;
    alpha = (alpha + 127) / 255;
    if (alpha == 255)
        return ink & 0xffffff;
    unsigned rest = 255 - alpha;
    /* Red and blue together, green alone: two multiplications instead of three. */
    uint32_t rb = (ink & 0xff00ff) * alpha + (below & 0xff00ff) * rest + 0x800080;
    uint32_t g = (ink & 0x00ff00) * alpha + (below & 0x00ff00) * rest + 0x008000;
    rb = (rb + ((rb >> 8) & 0xff00ff)) >> 8;
    g = (g + ((g >> 8) & 0x00ff00)) >> 8;
    return (rb & 0xff00ff) | (g & 0x00ff00);
}

colour colour_mix(colour a, colour b, float part)
{
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    colour mixed = 0xff000000u;
    for (int shift = 0; shift <= 16; shift += 8) {
        float from = (float)((a >> shift) & 0xff), to = (float)((b >> shift) & 0xff);
        mixed |= (colour)(from + (to - from) * part + 0.5f) << shift;
    }
    return mixed;
}

colour colour_fade(colour ink, float alpha)
{
    return (ink & 0xffffff) | (colour)(alpha * 255 + 0.5f) << 24;
}

void canvas_fill(struct canvas *canvas, struct rect area, colour ink)
{
    area = rect_overlap(area, canvas->clip);
    bool opaque = ink >> 24 == 0xff;
    for (int y = area.y; y < area.y + area.height; y++) {
        uint32_t *row = canvas->pixels + (size_t)y * (size_t)canvas->stride;
        for (int x = area.x; x < area.x + area.width; x++)
            row[x] = opaque ? ink & 0xffffff : colour_over(row[x], ink, 255);
    }
}

void canvas_frame(struct canvas *canvas, struct rect area, int thickness, colour ink)
{
    int t = least(thickness, least(area.width, area.height) / 2);
    canvas_fill(canvas, (struct rect){ area.x, area.y, area.width, t }, ink);
    canvas_fill(canvas, (struct rect){ area.x, area.y + area.height - t, area.width, t }, ink);
    canvas_fill(canvas, (struct rect){ area.x, area.y + t, t, area.height - 2 * t }, ink);
    canvas_fill(canvas,
                (struct rect){ area.x + area.width - t, area.y + t, t, area.height - 2 * t }, ink);
}

void canvas_hatch(struct canvas *canvas, struct rect area, int line, int pitch, colour ink)
{
    area = rect_overlap(area, canvas->clip);
    for (int y = area.y; y < area.y + area.height; y++) {
        uint32_t *row = canvas->pixels + (size_t)y * (size_t)canvas->stride;
        for (int x = area.x; x < area.x + area.width; x++)
            if ((x + y) % pitch < line)
                row[x] = colour_over(row[x], ink, 255);
    }
}

void canvas_copy(struct canvas *canvas, const struct canvas *from, int x, int y)
{
    struct rect area = rect_overlap((struct rect){ x, y, from->width, from->height }, canvas->clip);
    for (int row = area.y; row < area.y + area.height; row++)
        memcpy(canvas->pixels + (size_t)row * (size_t)canvas->stride + area.x,
               from->pixels + (size_t)(row - y) * (size_t)from->stride + (area.x - x),
               (size_t)area.width * sizeof *from->pixels);
}

void canvas_copy_scaled(struct canvas *canvas, const struct canvas *from, struct rect area)
{
    if (area.width <= 0 || area.height <= 0)
        return;
    struct rect shown = rect_overlap(area, canvas->clip);
    int64_t step = ((int64_t)from->width << 16) / area.width;
    for (int y = shown.y; y < shown.y + shown.height; y++) {
        int64_t source_y = (int64_t)(y - area.y) * from->height / area.height;
        const uint32_t *source = from->pixels + source_y * from->stride;
        uint32_t *row = canvas->pixels + (size_t)y * (size_t)canvas->stride;
        int64_t at = (shown.x - area.x) * step;
        for (int x = shown.x; x < shown.x + shown.width; x++, at += step)
            row[x] = source[at >> 16];
    }
}

void canvas_scroll(struct canvas *canvas, int dx, int dy)
{
    struct rect all = { 0, 0, canvas->width, canvas->height };
    struct rect to = rect_overlap((struct rect){ dx, dy, canvas->width, canvas->height }, all);
    for (int i = 0; i < to.height; i++) {
        int y = dy > 0 ? to.y + to.height - 1 - i : to.y + i; /* Never over what is still needed. */
        memmove(canvas->pixels + (size_t)y * (size_t)canvas->stride + to.x,
                canvas->pixels + (size_t)(y - dy) * (size_t)canvas->stride + (to.x - dx),
                (size_t)to.width * sizeof *canvas->pixels);
    }
}

bool canvas_update(struct canvas *canvas, const struct canvas *from, struct rect area,
                   struct rect *changed)
{
    area = rect_overlap(area, (struct rect){ 0, 0, canvas->width, canvas->height });
    int x0 = area.x + area.width, x1 = area.x, y0 = area.y + area.height, y1 = area.y;
    for (int y = area.y; y < area.y + area.height; y++) {
        uint32_t *to_row = canvas->pixels + (size_t)y * (size_t)canvas->stride;
        const uint32_t *row = from->pixels + (size_t)y * (size_t)from->stride;
        int first = area.x, end = area.x + area.width;
        if (memcmp(to_row + first, row + first, (size_t)(end - first) * sizeof *row) == 0)
            continue;
        while (to_row[first] == row[first])
            first++;
        while (to_row[end - 1] == row[end - 1])
            end--;
        memcpy(to_row + first, row + first, (size_t)(end - first) * sizeof *row);
        x0 = least(x0, first), x1 = most(x1, end);
        y0 = least(y0, y), y1 = y + 1;
    }
    *changed = (struct rect){ x0, y0, x1 - x0, y1 - y0 };
    return x1 > x0;
}
