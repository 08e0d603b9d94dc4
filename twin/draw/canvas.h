/*
 * A picture in memory: one 32 bit word a pixel, 0x00RRGGBB, and the plain operations on it.
 *
 * Coordinates are whole pixels from the top left. Every operation is clipped to the picture and to
 * `clip`, so callers never check bounds. Colours carry alpha in the top byte: 0xff000000 is opaque;
 * a colour whose alpha is 0 draws nothing. Blending is done on the stored values, as the tokens of
 * the twin's look were chosen.
 */
#ifndef TWIN_DRAW_CANVAS_H
#define TWIN_DRAW_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0xAARRGGBB. */
typedef uint32_t colour;

#define OPAQUE(rgb) (0xff000000u | (rgb))

struct rect {
    int x, y, width, height;
};

struct canvas {
    uint32_t *pixels;
    int width, height;
    int stride; /* Pixels from one row to the next. */
    struct rect clip;
    bool owned;
};

/* A picture of its own, undefined until filled. Sizes are 1..16384. */
void canvas_init(struct canvas *canvas, int width, int height);
/* A picture over someone else's pixels, such as a window's; those must outlive it. */
void canvas_init_over(struct canvas *canvas, uint32_t *pixels, int width, int height, int stride);
void canvas_fini(struct canvas *canvas);

void canvas_set_clip(struct canvas *canvas, struct rect clip);
void canvas_clear_clip(struct canvas *canvas);

void canvas_fill(struct canvas *canvas, struct rect area, colour ink);
/* The outline of `area`, `thickness` pixels wide, inside it. */
void canvas_frame(struct canvas *canvas, struct rect area, int thickness, colour ink);
/* 45 degree lines, `line` pixels wide and `pitch` pixels apart measured along x. */
void canvas_hatch(struct canvas *canvas, struct rect area, int line, int pitch, colour ink);
/* Copies `from` so that its top left comes to (x, y). */
void canvas_copy(struct canvas *canvas, const struct canvas *from, int x, int y);
/* Copies all of `from` over `area`, larger or smaller, by nearest neighbour. */
void canvas_copy_scaled(struct canvas *canvas, const struct canvas *from, struct rect area);

/* Moves the picture by (dx, dy) within itself; what comes in from beyond its edge stays as it was.
 */
void canvas_scroll(struct canvas *canvas, int dx, int dy);
/* Makes `area` of `canvas` the same as in `from`, and says where they differed: false, nowhere.
 * Both have the same size. */
bool canvas_update(struct canvas *canvas, const struct canvas *from, struct rect area,
                   struct rect *changed);

/* What two areas share; no width or no height: nothing. */
struct rect rect_overlap(struct rect a, struct rect b);

/* `ink` over `below`, with the coverage (0..255) of an anti-aliased edge. */
uint32_t colour_over(uint32_t below, colour ink, unsigned coverage);
/* From a to b, `part` in 0..1; opaque. */
colour colour_mix(colour a, colour b, float part);
/* The same colour with another alpha, 0..1. */
colour colour_fade(colour ink, float alpha);

#endif
