#include "clients/c/draw.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/memory.h"

enum { KEY_BYTES = TIFO_SEED_BYTES + 4 + 8 };

struct row {
    uint64_t key;
    uint32_t entry;
};

static void put(uint8_t *at, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t key_of(const uint8_t seed[TIFO_SEED_BYTES], uint32_t entry, uint64_t nonce)
{
    uint8_t bytes[KEY_BYTES], hash[crypto_hash_sha256_BYTES];
    uint64_t key = 0;
    memcpy(bytes, seed, TIFO_SEED_BYTES);
    put(bytes + TIFO_SEED_BYTES, entry, 4);
    put(bytes + TIFO_SEED_BYTES + 4, nonce, 8);
    crypto_hash_sha256(hash, bytes, sizeof(bytes));
    for (int i = 0; i < 8; i++)
        key = key << 8 | hash[i];
    return key;
}

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

bool tifo_draw_is_committed(const uint8_t seed[TIFO_SEED_BYTES],
                            const uint8_t commitment[TIFO_SEED_BYTES],
                            uint8_t hash[TIFO_SEED_BYTES])
{
    uint8_t own[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(own, seed, TIFO_SEED_BYTES);
    if (hash)
        memcpy(hash, own, sizeof(own));
    return memcmp(own, commitment, sizeof(own)) == 0;
}

static uint32_t proof(const uint8_t *commitment, const char *person, uint64_t nonce)
{
    uint8_t bytes[8], hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    put(bytes, nonce, sizeof(bytes));
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, commitment, TIFO_SEED_BYTES);
    crypto_hash_sha256_update(&state, bytes, sizeof(bytes));
    crypto_hash_sha256_update(&state, (const uint8_t *)person, strlen(person));
    crypto_hash_sha256_final(&state, hash);
    return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

uint64_t tifo_draw_nonce(const uint8_t commitment[TIFO_SEED_BYTES], const char *person,
                         uint32_t proof_bits, uint64_t from)
{
    while (proof_bits > 0 && proof(commitment, person, from) >> (32 - proof_bits) != 0)
        from++;
    return from;
}

void tifo_draw_numbers(const uint8_t seed[TIFO_SEED_BYTES], const uint64_t *nonces, uint32_t count,
                       uint32_t *numbers)
{
    struct row *rows = memory_cleared((size_t)count + 1, sizeof(*rows));
    for (uint32_t i = 0; i < count; i++)
        rows[i] = (struct row){ key_of(seed, i + 1, nonces[i]), i + 1 };
    qsort(rows, count, sizeof(*rows), by_key);
    for (uint32_t i = 0; i < count; i++)
        numbers[rows[i].entry - 1] = i + 1;
    free(rows);
}
