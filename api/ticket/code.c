#include "api/ticket/code.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* Where things lie in a code, in bytes. */
enum {
    SCHEME = 1,
    AT_SCHEME = 0,
    AT_KEY = 1,
    AT_TICKET = 5,
    AT_EVENT = 21,
    AT_SEAT = 37,
    AT_GENERATION = 41,
    AT_NOT_BEFORE = 45,
    AT_NOT_AFTER = 53,
    AT_SIGNATURE = 61,
};
static_assert(AT_SIGNATURE + crypto_sign_BYTES == TICKET_CODE_BYTES, "the signature is the rest");
static_assert(TICKET_SEED_BYTES == crypto_sign_SEEDBYTES, "libsodium's");
static_assert(TICKET_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "libsodium's");
static_assert(TICKET_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "libsodium's");
static_assert(TICKET_CODE_CHARS + 1 ==
                  sodium_base64_ENCODED_LEN(TICKET_CODE_BYTES,
                                            sodium_base64_VARIANT_URLSAFE_NO_PADDING),
              "base64url");

static void put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t get(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

bool ticket_code_init(void)
{
    return sodium_init() >= 0;
}

void ticket_keys_from_seed(const uint8_t seed[TICKET_SEED_BYTES],
                           uint8_t secret[TICKET_SECRET_BYTES],
                           uint8_t public_key[TICKET_PUBLIC_BYTES])
{
    crypto_sign_seed_keypair(public_key, secret, seed);
}

static bool in_bounds(const struct ticket_claim *claim)
{
    return claim->generation >= 1 && claim->not_before_ms >= 0 &&
           claim->not_before_ms <= claim->not_after_ms;
}

void ticket_code_write(const struct ticket_claim *claim, const uint8_t secret[TICKET_SECRET_BYTES],
                       char code[TICKET_CODE_CHARS + 1])
{
    uint8_t bytes[TICKET_CODE_BYTES];
    assert(in_bounds(claim));
    bytes[AT_SCHEME] = SCHEME;
    put(bytes + AT_KEY, claim->key_id, 4);
    memcpy(bytes + AT_TICKET, claim->ticket, TICKET_ID_BYTES);
    memcpy(bytes + AT_EVENT, claim->event, TICKET_ID_BYTES);
    put(bytes + AT_SEAT, claim->seat, 4);
    put(bytes + AT_GENERATION, claim->generation, 4);
    put(bytes + AT_NOT_BEFORE, (uint64_t)claim->not_before_ms, 8);
    put(bytes + AT_NOT_AFTER, (uint64_t)claim->not_after_ms, 8);
    crypto_sign_detached(bytes + AT_SIGNATURE, NULL, bytes, AT_SIGNATURE, secret);
    sodium_bin2base64(code, TICKET_CODE_CHARS + 1, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium's decoder refuses other characters, padding, and set bits behind the last byte. */
static bool decode(const char *code, uint8_t bytes[TICKET_CODE_BYTES])
{
    size_t size = 0;
    return strnlen(code, TICKET_CODE_CHARS + 1) == TICKET_CODE_CHARS &&
           sodium_base642bin(bytes, TICKET_CODE_BYTES, code, TICKET_CODE_CHARS, NULL, &size, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           size == TICKET_CODE_BYTES;
}

static bool read_claim(const uint8_t *bytes, struct ticket_claim *claim)
{
    if (bytes[AT_SCHEME] != SCHEME)
        return false;
    claim->key_id = (uint32_t)get(bytes + AT_KEY, 4);
    memcpy(claim->ticket, bytes + AT_TICKET, TICKET_ID_BYTES);
    memcpy(claim->event, bytes + AT_EVENT, TICKET_ID_BYTES);
    claim->seat = (uint32_t)get(bytes + AT_SEAT, 4);
    claim->generation = (uint32_t)get(bytes + AT_GENERATION, 4);
    claim->not_before_ms = (int64_t)get(bytes + AT_NOT_BEFORE, 8);
    claim->not_after_ms = (int64_t)get(bytes + AT_NOT_AFTER, 8);
    return in_bounds(claim);
}

enum ticket_verdict ticket_code_verify(const char *code, const struct ticket_key *keys,
                                       size_t key_count, struct ticket_claim *claim)
{
    uint8_t bytes[TICKET_CODE_BYTES];
    if (!decode(code, bytes) || !read_claim(bytes, claim))
        return TICKET_UNREADABLE;
    for (size_t i = 0; i < key_count; i++) {
        if (keys[i].id != claim->key_id)
            continue;
        return crypto_sign_verify_detached(bytes + AT_SIGNATURE, bytes, AT_SIGNATURE,
                                           keys[i].public_key) == 0
                   ? TICKET_GENUINE
                   : TICKET_FORGED;
    }
    return TICKET_UNKNOWN_KEY;
}

uint32_t ticket_pin(const uint8_t ticket[TICKET_ID_BYTES], uint32_t gates)
{
    return (uint32_t)(get(ticket, 8) %
                      gates); /* Ids are drawn: their bits are as good as a hash's. */
}
