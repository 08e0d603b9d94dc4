#include "server/base/texts.h"

#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 64 };

void texts_fini(struct texts *texts)
{
    for (uint32_t i = 0; i < texts->count; i++)
        if (texts->rows[i].uses > 0)
            free(texts->rows[i].text);
    free(texts->rows);
    free(texts->slots);
    *texts = (struct texts){ 0 };
}

static uint32_t home(const struct texts *texts, const char *text, size_t size)
{
    return (uint32_t)hash_end(hash_bytes(0, text, size)) & (texts->slots_room - 1);
}

/* The slot of the text, or the empty one where it would go. */
static uint32_t place(const struct texts *texts, const char *text, size_t size)
{
    uint32_t at = home(texts, text, size);
    for (; texts->slots[at]; at = (at + 1) & (texts->slots_room - 1)) {
        const struct text *row = &texts->rows[texts->slots[at] - 1];
        if (row->size == size && memcmp(row->text, text, size) == 0)
            break;
    }
    return at;
}

static void grow(struct texts *texts)
{
    free(texts->slots);
    texts->slots_room = texts->slots_room ? texts->slots_room * 2 : ROOM_LEAST;
    texts->slots = base_alloc(texts->slots_room * sizeof(*texts->slots));
    for (uint32_t i = 0; i < texts->count; i++) {
        const struct text *row = &texts->rows[i];
        if (row->uses > 0)
            texts->slots[place(texts, row->text, row->size)] = i + 1;
    }
}

static uint32_t row_take(struct texts *texts)
{
    if (texts->spare) {
        const uint32_t index = texts->spare - 1;
        texts->spare = texts->rows[index].size;
        return index;
    }
    if (texts->count == texts->room) {
        const uint32_t room = texts->room ? texts->room * 2 : ROOM_LEAST;
        struct text *rows = base_alloc(room * sizeof(*rows));
        if (texts->count > 0)
            memcpy(rows, texts->rows, texts->count * sizeof(*rows));
        free(texts->rows);
        texts->rows = rows;
        texts->room = room;
    }
    return texts->count++;
}

uint32_t texts_take(struct texts *texts, const char *text, size_t size)
{
    if (size == 0)
        return 0;
    if (texts->used >= texts->slots_room / 2)
        grow(texts);
    uint32_t *slot = &texts->slots[place(texts, text, size)];
    if (*slot == 0) {
        const uint32_t index = row_take(texts);
        char *copy = base_alloc(size);
        memcpy(copy, text, size);
        texts->rows[index] = (struct text){ copy, (uint32_t)size, 0 };
        texts->used++;
        *slot = index + 1;
    }
    texts->rows[*slot - 1].uses++;
    return *slot;
}

/* What follows without a gap moves up, as far as its home allows. */
static void slot_clear(struct texts *texts, uint32_t hole)
{
    const uint32_t mask = texts->slots_room - 1;
    for (uint32_t at = (hole + 1) & mask; texts->slots[at]; at = (at + 1) & mask) {
        const struct text *row = &texts->rows[texts->slots[at] - 1];
        if (((at - home(texts, row->text, row->size)) & mask) >= ((at - hole) & mask)) {
            texts->slots[hole] = texts->slots[at];
            hole = at;
        }
    }
    texts->slots[hole] = 0;
}

void texts_drop(struct texts *texts, uint32_t number)
{
    if (number == 0)
        return;
    struct text *row = &texts->rows[number - 1];
    assert(number <= texts->count && row->uses > 0);
    if (--row->uses > 0)
        return;
    slot_clear(texts, place(texts, row->text, row->size));
    free(row->text);
    *row = (struct text){ .size = texts->spare };
    texts->spare = number;
    texts->used--;
}

const char *texts_get(const struct texts *texts, uint32_t number, size_t *size)
{
    *size = 0;
    if (number == 0)
        return "";
    const struct text *row = &texts->rows[number - 1];
    assert(number <= texts->count && row->uses > 0);
    *size = row->size;
    return row->text;
}
