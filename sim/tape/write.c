#include "sim/tape/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct tape_writer {
    FILE *file;
    struct columns block;
    bool failed;
};

static void put_u32(FILE *file, uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        fputc((int)(value >> shift & 255), file);
}

static void put_head(FILE *file, const struct tape_head *head)
{
    uint32_t title = (uint32_t)strlen(head->title);
    fwrite("TIFOTAPE", 1, 8, file);
    put_u32(file, 1);
    put_u32(file, head->frame_ms);
    put_u32(file, (uint32_t)(uint64_t)head->start_ms);
    put_u32(file, (uint32_t)((uint64_t)head->start_ms >> 32));
    put_u32(file, head->count_count);
    put_u32(file, title);
    put_u32(file, (uint32_t)head->venue_size);
    fwrite(head->title, 1, title, file);
    if (head->venue_size > 0)
        fwrite(head->venue, 1, head->venue_size, file);
}

struct tape_writer *tape_create(const char *path, const struct tape_head *head, uint64_t from)
{
    FILE *file = fopen(path, from ? "r+b" : "wb");
    struct tape_writer *w = file ? calloc(1, sizeof *w) : NULL;
    if (w == NULL) {
        if (file != NULL)
            fclose(file);
        return NULL;
    }
    w->file = file;
    w->block.counts = head->count_count;
    if (from)
        w->failed = ftruncate(fileno(file), (off_t)from) != 0 || fseek(file, 0, SEEK_END) != 0;
    else
        put_head(file, head);
    return w;
}

static void end_block(struct tape_writer *w)
{
    struct columns *block = &w->block;
    if (block->frames == 0 || w->failed)
        return;
    uint8_t *plain = malloc(columns_most(block));
    size_t size = plain ? columns_pack(block, plain) : 0;
    uLongf packed_size = compressBound(size);
    uint8_t *packed = plain ? malloc(packed_size) : NULL;
    w->failed = packed == NULL || compress2(packed, &packed_size, plain, size, 6) != Z_OK;
    if (!w->failed) {
        put_u32(w->file, block->frames);
        put_u32(w->file, block->people);
        put_u32(w->file, (uint32_t)size);
        put_u32(w->file, (uint32_t)packed_size);
        w->failed = fwrite(packed, 1, packed_size, w->file) != packed_size;
    }
    free(plain);
    free(packed);
    block->frames = 0;
}

bool tape_write(struct tape_writer *w, const struct tape_frame *frame)
{
    struct columns *block = &w->block;
    if (w->failed || !columns_room(block, frame->people)) {
        w->failed = true;
        return false;
    }
    if (block->frames == 0)
        block->people = 0;
    /* Who is new to the block was not there before in it. */
    for (int k = 0; k < COLUMNS; k++)
        for (uint32_t f = 0; f < block->frames && frame->people > block->people; f++)
            memset(block->value[k] + (size_t)f * block->room + block->people, 0,
                   (frame->people - block->people) * sizeof(int32_t));
    block->people = frame->people > block->people ? frame->people : block->people;
    size_t row = (size_t)block->frames * block->room;
    for (uint32_t p = 0; p < frame->people; p++) {
        bool absent = frame->state[p] == TAPE_ABSENT;
        size_t before = row - block->room + p;
        block->value[0][row + p] = frame->state[p];
        block->value[1][row + p] = frame->place[p];
        /* Where they are not matters to nobody: it stays, which costs nothing. */
        block->value[2][row + p] = !absent         ? frame->x_cm[p]
                                   : block->frames ? block->value[2][before]
                                                   : 0;
        block->value[3][row + p] = !absent         ? frame->y_cm[p]
                                   : block->frames ? block->value[3][before]
                                                   : 0;
    }
    if (block->counts)
        memcpy(block->count + (size_t)block->frames * block->counts, frame->counts,
               block->counts * sizeof *frame->counts);
    if (++block->frames == TAPE_BLOCK_FRAMES)
        end_block(w);
    return !w->failed;
}

uint64_t tape_written(struct tape_writer *w)
{
    end_block(w);
    long at = w->failed || fflush(w->file) != 0 ? -1 : ftell(w->file);
    return at > 0 ? (uint64_t)at : 0;
}

bool tape_finish(struct tape_writer *w, bool end)
{
    if (w == NULL)
        return true;
    end_block(w);
    for (int i = 0; i < 4 && end; i++)
        put_u32(w->file, 0);
    bool good = !w->failed && !ferror(w->file);
    good = fclose(w->file) == 0 && good;
    columns_fini(&w->block);
    free(w);
    return good;
}
