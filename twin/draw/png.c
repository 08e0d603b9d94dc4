#include "twin/draw/png.h"

#include <SDL_image.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

bool png_write(const struct canvas *canvas, const char *path, char *why, size_t why_size)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.part", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        snprintf(why, why_size, "the picture's path is too long; choose a shorter --out");
        return false;
    }
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormatFrom(canvas->pixels, canvas->width, canvas->height, 24,
                                           canvas->stride * 4, SDL_PIXELFORMAT_RGB888);
    bool written = surface && IMG_SavePNG(surface, temporary) == 0;
    SDL_FreeSurface(surface);
    if (!written) {
        snprintf(why, why_size, "cannot write %.80s: %s; is the disk full?", path, SDL_GetError());
        remove(temporary);
        return false;
    }
    if (rename(temporary, path) != 0) {
        snprintf(why, why_size, "cannot write %.80s: %s", path, strerror(errno));
        remove(temporary);
        return false;
    }
    return true;
}
