#include "server/adapters/ids/ids.h"

#include "server/base/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

bool ids_init(void)
{
    return sodium_init() >= 0;
}

enum { DRAWN_AHEAD = 256 };

/* Many at a time, from a seed that the system draws and nobody keeps. */
void ids_random(uint64_t seq, struct id *ids, uint32_t count)
{
    static _Thread_local struct id drawn[DRAWN_AHEAD];
    static _Thread_local uint32_t left;
    (void)seq;
    assert(count <= DRAWN_AHEAD);
    do {
        if (left < count) {
            uint8_t seed[randombytes_SEEDBYTES];
            randombytes_buf(seed, sizeof seed);
            randombytes_buf_deterministic(drawn, sizeof drawn, seed);
            sodium_memzero(seed, sizeof seed);
            left = DRAWN_AHEAD;
        }
        left -= count;
        memcpy(ids, drawn + left, count * sizeof *ids);
        sodium_memzero(drawn + left, count * sizeof *ids); /* Known to nobody else from now on. */
    } while (id_is_none(ids[0]));
}

void ids_driven(uint64_t seq, struct id *ids, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t drawn = hash_word(hash_word(0, seq + 1), i + 1);
        /* A bijection of seq in the high half: two draws never meet. */
        ids[i].high = hash_end(hash_word(0, seq + 1));
        ids[i].low = hash_end(drawn) | 1;
    }
}
