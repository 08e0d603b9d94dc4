#include "server/base/hash.h"

uint64_t hash_bytes(uint64_t state, const void *data, size_t size)
{
    const uint8_t *p = data;
    size_t left = size;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t word = 0;
        for (int i = 0; i < 8; i++)
            word |= (uint64_t)p[i] << (8 * i);
        state = hash_word(state, word);
    }
    if (left > 0) {
        uint64_t word = 0;
        for (size_t i = 0; i < left; i++)
            word |= (uint64_t)p[i] << (8 * i);
        state = hash_word(state, word);
    }
    return hash_word(state, size);
}
