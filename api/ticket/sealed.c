#include "api/ticket/sealed.h"

#include <sodium.h>
#include <string.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

void sealed_put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

uint64_t sealed_get(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

void sealed_write(uint8_t *bytes, size_t body, const uint8_t secret[TICKET_SECRET_BYTES],
                  char *code, size_t code_size)
{
    crypto_sign_detached(bytes + body, NULL, bytes, body, secret);
    sodium_bin2base64(code, code_size, bytes, body + crypto_sign_BYTES, VARIANT);
}

/* libsodium's decoder refuses other characters, padding, and set bits behind the last byte. */
bool sealed_read(const char *code, uint8_t *bytes, size_t size)
{
    const size_t chars = sodium_base64_encoded_len(size, VARIANT) - 1;
    size_t read = 0;
    return strnlen(code, chars + 1) == chars &&
           sodium_base642bin(bytes, size, code, chars, NULL, &read, NULL, VARIANT) == 0 &&
           read == size;
}

enum ticket_verdict sealed_verify(const uint8_t *bytes, size_t body, uint32_t key_id,
                                  const struct ticket_key *keys, size_t key_count)
{
    for (size_t i = 0; i < key_count; i++) {
        if (keys[i].id != key_id)
            continue;
        return crypto_sign_verify_detached(bytes + body, bytes, body, keys[i].public_key) == 0
                   ? TICKET_GENUINE
                   : TICKET_FORGED;
    }
    return TICKET_UNKNOWN_KEY;
}
