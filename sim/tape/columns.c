#include "sim/tape/columns.h"

#include <stdlib.h>
#include <string.h>

enum { VARINT_MOST = 5 };

bool columns_room(struct columns *c, uint32_t people)
{
    if (c->count == NULL) {
        c->count = calloc((size_t)TAPE_BLOCK_FRAMES * (c->counts + 1), sizeof *c->count);
        if (c->count == NULL)
            return false;
    }
    if (people <= c->room)
        return true;
    uint32_t room = people + people / 2 + 64;
    for (int k = 0; k < COLUMNS; k++) {
        int32_t *more = calloc((size_t)TAPE_BLOCK_FRAMES * room, sizeof *more);
        if (more == NULL)
            return false;
        for (uint32_t f = 0; f < c->frames; f++)
            memcpy(more + (size_t)f * room, c->value[k] + (size_t)f * c->room,
                   c->people * sizeof *more);
        free(c->value[k]);
        c->value[k] = more;
    }
    c->room = room;
    return true;
}

void columns_fini(struct columns *c)
{
    for (int k = 0; k < COLUMNS; k++)
        free(c->value[k]);
    free(c->count);
}

size_t columns_most(const struct columns *c)
{
    return (size_t)VARINT_MOST * c->frames * ((size_t)COLUMNS * c->people + c->counts) + 1;
}

static uint8_t *put(uint8_t *out, uint32_t difference)
{
    uint32_t value = difference << 1 ^ (difference >> 31 ? UINT32_MAX : 0);
    for (; value >= 128; value >>= 7)
        *out++ = (uint8_t)(value | 128);
    *out++ = (uint8_t)value;
    return out;
}

/* Differences are modulo 2^32: whatever a value is, it comes back. */
size_t columns_pack(const struct columns *c, uint8_t *out)
{
    uint8_t *to = out;
    for (int k = 0; k < COLUMNS; k++)
        for (uint32_t p = 0; p < c->people; p++) {
            uint32_t before = 0, step = 0;
            for (uint32_t f = 0; f < c->frames; f++) {
                uint32_t now = (uint32_t)c->value[k][(size_t)f * c->room + p];
                to = put(to, now - before - step);
                step = k >= 2 && f > 0 ? now - before : 0;
                before = now;
            }
        }
    for (uint32_t i = 0; i < c->counts; i++) {
        uint32_t before = 0;
        for (uint32_t f = 0; f < c->frames; f++) {
            uint32_t now = c->count[(size_t)f * c->counts + i];
            to = put(to, now - before);
            before = now;
        }
    }
    return (size_t)(to - out);
}

struct bytes {
    const uint8_t *at, *end;
    bool bad;
};

static uint32_t get(struct bytes *b)
{
    uint32_t value = 0;
    for (int shift = 0; shift < 7 * VARINT_MOST; shift += 7) {
        if (b->at == b->end)
            break;
        uint8_t byte = *b->at++;
        value |= (uint32_t)(byte & 127) << shift;
        if (byte < 128)
            return value >> 1 ^ (value & 1 ? UINT32_MAX : 0);
    }
    b->bad = true;
    return 0;
}

bool columns_unpack(struct columns *c, const uint8_t *bytes, size_t size)
{
    struct bytes from = { bytes, bytes + size, false };
    for (int k = 0; k < COLUMNS; k++)
        for (uint32_t p = 0; p < c->people && !from.bad; p++) {
            uint32_t before = 0, step = 0;
            for (uint32_t f = 0; f < c->frames; f++) {
                uint32_t now = before + step + get(&from);
                c->value[k][(size_t)f * c->room + p] = (int32_t)now;
                step = k >= 2 && f > 0 ? now - before : 0;
                before = now;
            }
        }
    for (uint32_t i = 0; i < c->counts && !from.bad; i++) {
        uint32_t before = 0;
        for (uint32_t f = 0; f < c->frames; f++)
            c->count[(size_t)f * c->counts + i] = before += get(&from);
    }
    return !from.bad && from.at == from.end;
}
