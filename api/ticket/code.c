#include "api/ticket/code.h"

#include "api/ticket/sealed.h"

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
    sealed_put(bytes + AT_KEY, claim->key_id, 4);
    memcpy(bytes + AT_TICKET, claim->ticket, TICKET_ID_BYTES);
    memcpy(bytes + AT_EVENT, claim->event, TICKET_ID_BYTES);
    sealed_put(bytes + AT_SEAT, claim->seat, 4);
    sealed_put(bytes + AT_GENERATION, claim->generation, 4);
    sealed_put(bytes + AT_NOT_BEFORE, (uint64_t)claim->not_before_ms, 8);
    sealed_put(bytes + AT_NOT_AFTER, (uint64_t)claim->not_after_ms, 8);
    sealed_write(bytes, AT_SIGNATURE, secret, code, TICKET_CODE_CHARS + 1);
}

static bool read_claim(const uint8_t *bytes, struct ticket_claim *claim)
{
    if (bytes[AT_SCHEME] != SCHEME)
        return false;
    claim->key_id = (uint32_t)sealed_get(bytes + AT_KEY, 4);
    memcpy(claim->ticket, bytes + AT_TICKET, TICKET_ID_BYTES);
    memcpy(claim->event, bytes + AT_EVENT, TICKET_ID_BYTES);
    claim->seat = (uint32_t)sealed_get(bytes + AT_SEAT, 4);
    claim->generation = (uint32_t)sealed_get(bytes + AT_GENERATION, 4);
    claim->not_before_ms = (int64_t)sealed_get(bytes + AT_NOT_BEFORE, 8);
    claim->not_after_ms = (int64_t)sealed_get(bytes + AT_NOT_AFTER, 8);
    return in_bounds(claim);
}

enum ticket_verdict ticket_code_verify(const char *code, const struct ticket_key *keys,
                                       size_t key_count, struct ticket_claim *claim)
{
    uint8_t bytes[TICKET_CODE_BYTES];
    if (!sealed_read(code, bytes, sizeof bytes) || !read_claim(bytes, claim))
        return TICKET_UNREADABLE;
    return sealed_verify(bytes, AT_SIGNATURE, claim->key_id, keys, key_count);
}

uint32_t ticket_pin(const uint8_t ticket[TICKET_ID_BYTES], uint32_t gates)
{
    return (uint32_t)(sealed_get(ticket, 8) %
                      gates); /* Ids are drawn: their bits are as good as a hash's. */
}
