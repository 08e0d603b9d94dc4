/*
 * How far two pictures are apart to the eye: picture_difference A.png B.png
 *
 * Both are cut into cells of 8 x 8 pixels. A cell's colour is the mean of its pixels in Lab, so a glyph
 * that sits a fraction of a pixel elsewhere counts for little and a panel that is gone for much. Prints the
 * mean CIEDE2000 difference over the cells, the share of cells that differ by more than 5 (plain to see
 * side by side), and where the first of the worst ones is. Exit codes: 0 printed, 1 not comparable.
 */
#include "tests/unit/twin/lab.h"

#include <SDL_image.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELL = 8, PLAIN = 5 };

static SDL_Surface *load(const char *path)
{
    SDL_Surface *file = IMG_Load(path);
    SDL_Surface *rgb = file ? SDL_ConvertSurfaceFormat(file, SDL_PIXELFORMAT_RGB888, 0) : NULL;
    SDL_FreeSurface(file);
    if (!rgb)
        fprintf(stderr, "picture_difference: %s: %s\n", path, SDL_GetError());
    return rgb;
}

/* Of the cell at (x, y), clipped to the picture. */
static struct lab mean(const SDL_Surface *picture, int x, int y)
{
    static uint32_t known = UINT32_MAX;
    static struct lab known_lab;
    struct lab sum = { 0, 0, 0 };
    int pixels = 0;
    for (int v = y; v < y + CELL && v < picture->h; v++) {
        const uint32_t *row = (const uint32_t *)((const char *)picture->pixels + v * picture->pitch);
        for (int u = x; u < x + CELL && u < picture->w; u++, pixels++) {
            const uint32_t rgb = row[u] & 0xffffff;
            if (rgb != known)
                known_lab = lab_of(rgb, NORMAL);
            known = rgb;
            sum.l += known_lab.l;
            sum.a += known_lab.a;
            sum.b += known_lab.b;
        }
    }
    return (struct lab){ sum.l / pixels, sum.a / pixels, sum.b / pixels };
}

static void compare(const SDL_Surface *a, const SDL_Surface *b)
{
    double total = 0, worst = 0;
    int cells = 0, plain = 0, at_x = 0, at_y = 0;
    for (int y = 0; y < a->h; y += CELL)
        for (int x = 0; x < a->w; x += CELL, cells++) {
            const double difference = lab_difference(mean(a, x, y), mean(b, x, y));
            total += difference;
            plain += difference > PLAIN;
            if (difference <= worst)
                continue;
            worst = difference;
            at_x = x;
            at_y = y;
        }
    printf("%.4f %.4f %.1f %d %d\n", total / cells, 100.0 * plain / cells, worst, at_x, at_y);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: picture_difference A.png B.png\n");
        return 1;
    }
    SDL_Surface *a = load(argv[1]), *b = load(argv[2]);
    int code = 1;
    if (a && b && (a->w != b->w || a->h != b->h))
        fprintf(stderr, "picture_difference: %d x %d against %d x %d\n", a->w, a->h, b->w, b->h);
    else if (a && b) {
        compare(a, b);
        code = 0;
    }
    SDL_FreeSurface(a);
    SDL_FreeSurface(b);
    return code;
}
