#include "server/core/kin.h"

#include "server/base/hash.h"

/* Four rounds of a Feistel network: a bijection that leaves nothing of the bits to be seen. */
enum { ROUNDS = 4 };

static uint64_t stir(uint64_t half, uint64_t round)
{
    return hash_end(hash_word(round + 1, half));
}

static struct id mix(struct id id)
{
    for (uint64_t round = 0; round < ROUNDS; round++)
        id = (struct id){ id.low, id.high ^ stir(id.low, round) };
    return id;
}

static struct id unmix(struct id id)
{
    for (uint64_t round = ROUNDS; round-- > 0;)
        id = (struct id){ id.low ^ stir(id.high, round), id.high };
    return id;
}

struct id kin_parts(struct id any)
{
    return unmix(any);
}

struct id kin_of_parts(struct id parts)
{
    return mix(parts);
}

struct id kin_at(struct id any, uint32_t place)
{
    struct id plain = unmix(any);
    plain.low = (plain.low & ~(uint64_t)(KIN_PLACES - 1)) | place;
    return mix(plain);
}

struct id kin_first(struct id random)
{
    return kin_at(random, KIN_HOLD);
}

struct id kin_of_row(uint64_t key, uint64_t seq, uint32_t row)
{
    return mix((struct id){ key + seq, (uint64_t)row * KIN_PLACES + KIN_HOLD });
}

uint64_t kin_row(struct id any)
{
    return unmix(any).low / KIN_PLACES;
}

uint32_t kin_place(struct id any)
{
    return unmix(any).low & (KIN_PLACES - 1);
}
