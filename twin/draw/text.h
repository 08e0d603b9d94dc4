/*
 * Words and figures: Inter in three weights, in whole pixel sizes, on whole-pixel baselines.
 *
 * Inter's own digits differ in width ("1" 0.464 em, "4" 0.642) and SDL_ttf cannot ask for its equal
 * ones, so every digit stands centred in a cell of 0.645 em (0.67 for SemiBold): clocks and tables
 * keep still while they count. Words between digits are shaped and kerned as a whole. Both are
 * rendered once and kept as masks.
 */
#ifndef TWIN_DRAW_TEXT_H
#define TWIN_DRAW_TEXT_H

#include "twin/draw/canvas.h"

#include <stddef.h>

enum weight { REGULAR, MEDIUM, SEMIBOLD, WEIGHTS };

enum align { LEFT, CENTRE, RIGHT };

struct text;

/* Loads the fonts. NULL when there are none, and `why` (>= 160 bytes) says what to install. */
struct text *text_create(char *why, size_t why_size);
void text_destroy(struct text *text); /* NULL is accepted. */

/* Width of a digit's cell, the same for all ten. */
int text_digit_width(struct text *text, enum weight weight, int size_px);
/* Width of UTF-8 words in pixels. */
int text_width(struct text *text, enum weight weight, int size_px, const char *words);
/* Draws with the baseline at y; x is the left end, the middle or the right end. */
void text_draw(struct text *text, struct canvas *canvas, enum weight weight, int size_px,
               enum align align, int x, int y, colour ink, const char *words);

#endif
