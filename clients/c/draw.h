/*
 * The draw of a waiting room, computed again from what the server published:
 * api/tifo/v1/waitroom.proto says how it is made. With libsodium's SHA-256.
 */
#ifndef CLIENTS_C_DRAW_H
#define CLIENTS_C_DRAW_H

#include <stdbool.h>
#include <stdint.h>

enum { TIFO_SEED_BYTES = 32 };

/* Whether the seed is the one that was committed to. `hash` (may be NULL) is its SHA-256. */
bool tifo_draw_is_committed(const uint8_t seed[TIFO_SEED_BYTES],
                            const uint8_t commitment[TIFO_SEED_BYTES],
                            uint8_t hash[TIFO_SEED_BYTES]);
/* The first nonce from `from` on that proves so many bits of work (0..32) for the person. */
uint64_t tifo_draw_nonce(const uint8_t commitment[TIFO_SEED_BYTES], const char *person,
                         uint32_t proof_bits, uint64_t from);
/* Puts into numbers[i] the place in line of entry i + 1, which brought nonces[i]. */
void tifo_draw_numbers(const uint8_t seed[TIFO_SEED_BYTES], const uint64_t *nonces, uint32_t count,
                       uint32_t *numbers);

#endif
