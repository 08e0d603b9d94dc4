#include "server/adapters/ids/ids.h"

#include "server/base/hash.h"

#include <sodium.h>

bool ids_init(void)
{
    return sodium_init() >= 0;
}

void ids_random(uint64_t seq, struct id *ids, uint32_t count)
{
    (void)seq;
    do
        randombytes_buf(ids, count * sizeof *ids);
    while (id_is_none(ids[0]));
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
