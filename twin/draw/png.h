/* Pictures to disk. */
#ifndef TWIN_DRAW_PNG_H
#define TWIN_DRAW_PNG_H

#include "twin/draw/canvas.h"

#include <stddef.h>

/* Writes `canvas` as a PNG, atomically: under another name first, then renamed, so that nobody ever
 * reads half a picture. False, and a sentence in `why` (>= 160 bytes), when it could not. */
bool png_write(const struct canvas *canvas, const char *path, char *why, size_t why_size);

#endif
