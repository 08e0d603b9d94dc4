#include "sim/tape/columns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEAD_BYTES = 36, BLOCK_BYTES = 16, TEXT_MOST = 1 << 10, VENUE_MOST = 64 << 20 };
enum { PLAIN_MOST = 1 << 30 };

struct block {
    long at; /* Of its packed bytes. */
    uint32_t first, frames, people, plain, packed;
};

struct tape {
    FILE *file;
    struct tape_head head;
    char *title;
    uint32_t title_size;
    uint8_t *venue;
    struct block *blocks;
    size_t block_count;
    uint32_t frames;
    struct columns columns; /* Of block `loaded`. */
    size_t loaded;          /* SIZE_MAX: none. */
    struct tape_frame frame;
    uint32_t frame_room;
};

static uint32_t u32_at(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void *read_text(FILE *file, size_t size)
{
    char *text = calloc(size + 1, 1);
    if (text != NULL && fread(text, 1, size, file) == size)
        return text;
    free(text);
    return NULL;
}

static bool read_head(struct tape *t)
{
    uint8_t bytes[HEAD_BYTES];
    if (fread(bytes, 1, sizeof bytes, t->file) != sizeof bytes ||
        memcmp(bytes, "TIFOTAPE", 8) != 0 || u32_at(bytes + 8) != 1)
        return false;
    uint32_t title = u32_at(bytes + 28), venue = u32_at(bytes + 32);
    t->head.frame_ms = u32_at(bytes + 12);
    t->head.start_ms = (int64_t)(u32_at(bytes + 16) | (uint64_t)u32_at(bytes + 20) << 32);
    t->head.count_count = t->columns.counts = u32_at(bytes + 24);
    t->title_size = title;
    if (t->head.frame_ms == 0 || t->head.frame_ms > 86400000 ||
        t->head.count_count > TAPE_COUNTS_MOST || title > TEXT_MOST || venue > VENUE_MOST)
        return false;
    t->title = read_text(t->file, title);
    t->venue = t->title ? read_text(t->file, venue) : NULL;
    t->head.title = t->title;
    t->head.venue = t->venue;
    t->head.venue_size = venue;
    return t->venue != NULL;
}

static bool block_fits(const struct block *block, const struct tape *t)
{
    struct columns columns = { .frames = block->frames,
                               .people = block->people,
                               .counts = t->head.count_count };
    return block->frames <= TAPE_BLOCK_FRAMES && block->people <= TAPE_PEOPLE_MOST &&
           block->plain <= PLAIN_MOST && block->plain <= columns_most(&columns) &&
           block->packed <= compressBound(block->plain);
}

/* The blocks up to the end, or to where the tape was cut off. False: one is none. */
static bool list_blocks(struct tape *t)
{
    uint8_t bytes[BLOCK_BYTES];
    fseek(t->file, 0, SEEK_END);
    long end = ftell(t->file);
    long at = HEAD_BYTES + (long)t->title_size + (long)t->head.venue_size;
    while (fseek(t->file, at, SEEK_SET) == 0 &&
           fread(bytes, 1, sizeof bytes, t->file) == sizeof bytes) {
        struct block block = { at + BLOCK_BYTES,  t->frames,         u32_at(bytes),
                               u32_at(bytes + 4), u32_at(bytes + 8), u32_at(bytes + 12) };
        if (block.frames == 0)
            return true;
        if (!block_fits(&block, t) || t->frames > UINT32_MAX - TAPE_BLOCK_FRAMES)
            return false;
        at = block.at + (long)block.packed;
        if (at > end)
            return true;
        if ((t->block_count & (t->block_count - 1)) == 0) {
            size_t room = t->block_count ? 2 * t->block_count : 1;
            struct block *more = realloc(t->blocks, room * sizeof *more);
            if (more == NULL)
                return false;
            t->blocks = more;
        }
        t->blocks[t->block_count++] = block;
        t->frames += block.frames;
    }
    return true;
}

struct tape *tape_open(const char *path, char *why, size_t why_size)
{
    struct tape *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->loaded = SIZE_MAX;
    t->file = fopen(path, "rb");
    const char *problem = NULL;
    if (t->file == NULL)
        problem = strerror(errno);
    else if (!read_head(t))
        problem = "is no tape of this version";
    else if (!list_blocks(t))
        problem = "is damaged";
    else if (t->frames == 0)
        problem = "holds nothing: the run was cut off too early";
    if (problem == NULL)
        return t;
    snprintf(why, why_size, "%.300s: %s", path, problem);
    tape_close(t);
    return NULL;
}

void tape_close(struct tape *t)
{
    if (t == NULL)
        return;
    if (t->file != NULL)
        fclose(t->file);
    columns_fini(&t->columns);
    free(t->title);
    free(t->venue);
    free(t->blocks);
    free(t->frame.x_cm);
    free(t->frame.y_cm);
    free(t->frame.place);
    free(t->frame.state);
    free(t);
}

const struct tape_head *tape_head(const struct tape *t)
{
    return &t->head;
}

uint32_t tape_frames(const struct tape *t)
{
    return t->frames;
}

static bool load(struct tape *t, size_t number)
{
    const struct block *block = &t->blocks[number];
    if (t->loaded == number)
        return true;
    t->loaded = SIZE_MAX;
    t->columns.frames = 0;
    uint8_t *packed = malloc(block->packed + 1), *plain = malloc(block->plain + 1);
    uLongf size = block->plain;
    bool good = packed != NULL && plain != NULL && columns_room(&t->columns, block->people) &&
                fseek(t->file, block->at, SEEK_SET) == 0 &&
                fread(packed, 1, block->packed, t->file) == block->packed &&
                uncompress(plain, &size, packed, block->packed) == Z_OK && size == block->plain;
    t->columns.frames = block->frames;
    t->columns.people = block->people;
    good = good && columns_unpack(&t->columns, plain, size);
    free(packed);
    free(plain);
    if (good)
        t->loaded = number;
    return good;
}

static bool frame_room(struct tape *t, uint32_t people)
{
    if (people <= t->frame_room && t->frame.x_cm != NULL)
        return true;
    free(t->frame.x_cm);
    free(t->frame.y_cm);
    free(t->frame.place);
    free(t->frame.state);
    t->frame_room = people;
    t->frame.x_cm = calloc(people + 1, sizeof *t->frame.x_cm);
    t->frame.y_cm = calloc(people + 1, sizeof *t->frame.y_cm);
    t->frame.place = calloc(people + 1, sizeof *t->frame.place);
    t->frame.state = calloc(people + 1, sizeof *t->frame.state);
    return t->frame.x_cm && t->frame.y_cm && t->frame.place && t->frame.state;
}

bool tape_read(struct tape *t, uint32_t frame, struct tape_frame *out)
{
    size_t low = 0, high = t->block_count;
    if (frame >= t->frames)
        return false;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (t->blocks[middle].first <= frame)
            low = middle;
        else
            high = middle;
    }
    if (!load(t, low) || !frame_room(t, t->columns.people))
        return false;
    const struct columns *c = &t->columns;
    uint32_t f = frame - t->blocks[low].first;
    for (uint32_t p = 0; p < c->people; p++) {
        size_t at = (size_t)f * c->room + p;
        t->frame.state[p] = (uint8_t)c->value[0][at];
        t->frame.place[p] = (uint16_t)c->value[1][at];
        t->frame.x_cm[p] = c->value[2][at];
        t->frame.y_cm[p] = c->value[3][at];
    }
    t->frame.people = c->people;
    t->frame.counts = c->count + (size_t)f * c->counts;
    *out = t->frame;
    return true;
}
