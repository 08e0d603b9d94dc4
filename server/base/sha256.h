/*
 * SHA-256 (FIPS 180-4), for what anybody has to be able to compute again: the draw of a waiting
 * room, and its proof of work.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32 };

void sha256(const void *data, size_t size, uint8_t out[SHA256_BYTES]);

#endif
