/*
 * A 64-bit hash for digests and checksums, the same on every machine. Each step is a bijection of
 * the state and of the word, so two inputs that differ in one word never meet again by that word
 * alone. Not against an adversary.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_word(uint64_t state, uint64_t word)
{
    state ^= word * UINT64_C(0x9e3779b97f4a7c15);
    state = (state << 29) | (state >> 35);
    return state * UINT64_C(0xbf58476d1ce4e5b9);
}

/* Mixes what is left in the high bits down; once, at the end. */
static inline uint64_t hash_end(uint64_t state)
{
    state ^= state >> 31;
    state *= UINT64_C(0x94d049bb133111eb);
    return state ^ (state >> 29);
}

/* The bytes, then how many they were. */
uint64_t hash_bytes(uint64_t state, const void *data, size_t size);

#endif
