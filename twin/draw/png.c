#include "twin/draw/png.h"

#include <SDL_image.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The picture as PNG bytes; NULL: SDL says why. In memory first, because SDL's own writing to a
 * file does not notice a full disk. */
static void *encode(const struct canvas *canvas, size_t *size)
{
    size_t room = (size_t)canvas->width * (size_t)canvas->height * 4 + 65536; /* Never larger. */
    void *bytes = malloc(room);
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormatFrom(canvas->pixels, canvas->width, canvas->height, 24,
                                           canvas->stride * 4, SDL_PIXELFORMAT_RGB888);
    SDL_RWops *out = bytes ? SDL_RWFromMem(bytes, (int)room) : NULL;
    bool encoded = surface && out && IMG_SavePNG_RW(surface, out, 0) == 0;
    *size = encoded ? (size_t)SDL_RWtell(out) : 0;
    if (out)
        SDL_RWclose(out);
    SDL_FreeSurface(surface);
    if (!encoded) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static bool write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool written = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && written;
}

bool png_write(const struct canvas *canvas, const char *path, char *why, size_t why_size)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.part", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        snprintf(why, why_size, "the picture's path is too long; choose a shorter --out");
        return false;
    }
    size_t size;
    void *bytes = encode(canvas, &size);
    if (!bytes) {
        snprintf(why, why_size, "cannot encode a picture: %.100s", SDL_GetError());
        return false;
    }
    bool written = write_file(temporary, bytes, size) && rename(temporary, path) == 0;
    if (!written) {
        snprintf(why, why_size, "cannot write %.80s: %s; make room there or choose another --out",
                 path, strerror(errno));
        remove(temporary);
    }
    free(bytes);
    return written;
}
