/* What codes are made of: bytes with big-endian numbers and a signature at the end, as base64url
 * without padding. For the files of this folder, and of scanners. */
#ifndef TICKET_SEALED_H
#define TICKET_SEALED_H

#include "api/ticket/code.h"

void sealed_put(uint8_t *at, uint64_t value, size_t size);
uint64_t sealed_get(const uint8_t *at, size_t size);
/* Signs the first `body` bytes, puts the signature behind them, and writes all of it as text. */
void sealed_write(uint8_t *bytes, size_t body, const uint8_t secret[TICKET_SECRET_BYTES],
                  char *code, size_t code_size);
/* The text as `size` bytes: false unless it is exactly what sealed_write() writes of so many. */
bool sealed_read(const char *code, uint8_t *bytes, size_t size);
enum ticket_verdict sealed_verify(const uint8_t *bytes, size_t body, uint32_t key_id,
                                  const struct ticket_key *keys, size_t key_count);

#endif
