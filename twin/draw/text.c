#include "twin/draw/text.h"

#include <SDL_ttf.h>
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FACES = 64, SLOTS = 4096, FULL = 3000 };

/* Debian's places. The second file of a weight stands in when Inter is not installed. */
static const char *const font_files[WEIGHTS][2] = {
    [REGULAR] = { "/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                  "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf" },
    [MEDIUM] = { "/usr/share/fonts/opentype/inter/Inter-Medium.otf",
                 "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf" },
    [SEMIBOLD] = { "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                   "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf" },
};

static const double digit_em[WEIGHTS] = { [REGULAR] = 0.645, [MEDIUM] = 0.645, [SEMIBOLD] = 0.67 };

/* A font file opened in one size. */
struct face {
    TTF_Font *font;
    enum weight weight;
    int size_px;
    int ascent;
    int digit_width;
};

/* A word or digit, rendered: one byte of coverage a pixel. */
struct mask {
    char *words; /* NULL: the slot is free. */
    const struct face *face;
    uint8_t *coverage;
    int width, height;
    int advance;
};

struct text {
    const char *files[WEIGHTS];
    struct face faces[MAX_FACES];
    size_t face_count;
    struct mask masks[SLOTS];
    size_t mask_count;
};

struct text *text_create(char *why, size_t why_size)
{
    if (TTF_Init() != 0) {
        snprintf(why, why_size, "cannot start SDL_ttf: %s", TTF_GetError());
        return NULL;
    }
    struct text *text = calloc(1, sizeof *text);
    if (!text)
        abort();
    for (int weight = 0; weight < WEIGHTS; weight++) {
        for (int choice = 1; choice >= 0; choice--) {
            FILE *file = fopen(font_files[weight][choice], "rb");
            if (file) {
                text->files[weight] = font_files[weight][choice];
                fclose(file);
            }
        }
        if (!text->files[weight]) {
            snprintf(why, why_size, "no font %s; install the package fonts-inter",
                     font_files[weight][0]);
            text_destroy(text);
            return NULL;
        }
    }
    return text;
}

static void forget_masks(struct text *text)
{
    for (size_t i = 0; i < SLOTS; i++) {
        free(text->masks[i].words);
        free(text->masks[i].coverage);
        text->masks[i] = (struct mask){ 0 };
    }
    text->mask_count = 0;
}

void text_destroy(struct text *text)
{
    if (!text)
        return;
    forget_masks(text);
    for (size_t i = 0; i < text->face_count; i++)
        TTF_CloseFont(text->faces[i].font);
    free(text);
    TTF_Quit();
}

static struct face *get_face(struct text *text, enum weight weight, int size_px)
{
    for (size_t i = 0; i < text->face_count; i++)
        if (text->faces[i].weight == weight && text->faces[i].size_px == size_px)
            return &text->faces[i];
    if (text->face_count == MAX_FACES) { /* Another UI scale was chosen often: begin again. */
        forget_masks(text);
        while (text->face_count)
            TTF_CloseFont(text->faces[--text->face_count].font);
    }
    TTF_Font *font = TTF_OpenFont(text->files[weight], size_px);
    if (!font) {
        fprintf(stderr, "tifo-twin: cannot read %s: %s; reinstall fonts-inter\n",
                text->files[weight], TTF_GetError());
        abort();
    }
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT_SUBPIXEL);
    struct face *face = &text->faces[text->face_count++];
    *face = (struct face){ .font = font, .weight = weight, .size_px = size_px };
    face->ascent = TTF_FontAscent(font);
    face->digit_width = (int)(digit_em[weight] * size_px + 0.5);
    return face;
}

static size_t slot_of(const struct face *face, const char *words, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)words[i]) * 16777619u;
    hash = (hash ^ (uint32_t)face->size_px) * 16777619u;
    hash = (hash ^ (uint32_t)face->weight) * 16777619u;
    return hash % SLOTS;
}

static void render(struct mask *mask, TTF_Font *font)
{
    SDL_Surface *surface =
        TTF_RenderUTF8_Blended(font, mask->words, (SDL_Color){ 255, 255, 255, 255 });
    if (!surface) /* Nothing to see in it, such as a lone space. */
        return;
    mask->width = surface->w;
    mask->height = surface->h;
    mask->coverage = malloc((size_t)surface->w * (size_t)surface->h + 1);
    if (!mask->coverage)
        abort();
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = (const void *)((const uint8_t *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < surface->w; x++)
            mask->coverage[y * surface->w + x] = (uint8_t)(row[x] >> 24);
    }
    SDL_FreeSurface(surface);
}

static const struct mask *get_mask(struct text *text, struct face *face, const char *words,
                                   size_t length)
{
    size_t slot = slot_of(face, words, length);
    while (text->masks[slot].words) {
        const struct mask *known = &text->masks[slot];
        if (known->face == face && strncmp(known->words, words, length) == 0 &&
            known->words[length] == '\0')
            return known;
        slot = (slot + 1) % SLOTS;
    }
    if (text->mask_count == FULL) {
        forget_masks(text);
        slot = slot_of(face, words, length);
    }
    text->mask_count++;
    struct mask *mask = &text->masks[slot];
    *mask = (struct mask){ .words = malloc(length + 1), .face = face };
    if (!mask->words)
        abort();
    memcpy(mask->words, words, length);
    mask->words[length] = '\0';
    render(mask, face->font);
    int height;
    TTF_SizeUTF8(face->font, mask->words, &mask->advance, &height);
    return mask;
}

/* The next piece of `words`: one digit, or everything up to the next digit. */
static size_t piece_length(const char *words)
{
    if (isdigit((unsigned char)*words))
        return 1;
    size_t length = 0;
    while (words[length] && !isdigit((unsigned char)words[length]))
        length++;
    return length;
}

int text_digit_width(struct text *text, enum weight weight, int size_px)
{
    return get_face(text, weight, size_px)->digit_width;
}

int text_width(struct text *text, enum weight weight, int size_px, const char *words)
{
    struct face *face = get_face(text, weight, size_px);
    int width = 0;
    while (*words) {
        size_t length = piece_length(words);
        bool digit = isdigit((unsigned char)*words);
        width += digit ? face->digit_width : get_mask(text, face, words, length)->advance;
        words += length;
    }
    return width;
}

static void draw_mask(struct canvas *canvas, const struct mask *mask, int x, int y, colour ink)
{
    const struct rect *clip = &canvas->clip;
    for (int row = 0; row < mask->height; row++) {
        int py = y + row;
        if (py < clip->y || py >= clip->y + clip->height)
            continue;
        uint32_t *pixels = canvas->pixels + (size_t)py * (size_t)canvas->stride;
        for (int column = 0; column < mask->width; column++) {
            int px = x + column;
            unsigned coverage = mask->coverage[row * mask->width + column];
            if (coverage && px >= clip->x && px < clip->x + clip->width)
                pixels[px] = colour_over(pixels[px], ink, coverage);
        }
    }
}

void text_draw(struct text *text, struct canvas *canvas, enum weight weight, int size_px,
               enum align align, int x, int y, colour ink, const char *words)
{
    struct face *face = get_face(text, weight, size_px);
    if (align != LEFT) {
        int width = text_width(text, weight, size_px, words);
        x -= align == RIGHT ? width : width / 2;
    }
    while (*words) {
        size_t length = piece_length(words);
        const struct mask *mask = get_mask(text, face, words, length);
        if (isdigit((unsigned char)*words)) {
            int lead = (face->digit_width - mask->advance + 1) / 2;
            draw_mask(canvas, mask, x + lead, y - face->ascent, ink);
            x += face->digit_width;
        } else {
            draw_mask(canvas, mask, x, y - face->ascent, ink);
            x += mask->advance;
        }
        words += length;
    }
}
