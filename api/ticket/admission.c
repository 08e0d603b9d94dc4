#include "api/ticket/admission.h"

#include "api/ticket/sealed.h"

#include <assert.h>
#include <string.h>

/* Where things lie in a token, in bytes. */
enum {
    SCHEME = 2,
    AT_SCHEME = 0,
    AT_KEY = 1,
    AT_EVENT = 5,
    AT_PERSON = 21,
    AT_ENTRY = 37,
    AT_NOT_AFTER = 41,
    AT_SIGNATURE = 49,
};

void admission_token_write(const struct admission_claim *claim,
                           const uint8_t secret[TICKET_SECRET_BYTES],
                           char token[ADMISSION_TOKEN_CHARS + 1])
{
    uint8_t bytes[ADMISSION_TOKEN_BYTES];
    assert(claim->entry >= 1 && claim->not_after_ms >= 0);
    bytes[AT_SCHEME] = SCHEME;
    sealed_put(bytes + AT_KEY, claim->key_id, 4);
    memcpy(bytes + AT_EVENT, claim->event, TICKET_ID_BYTES);
    memcpy(bytes + AT_PERSON, claim->person, ADMISSION_PERSON_BYTES);
    sealed_put(bytes + AT_ENTRY, claim->entry, 4);
    sealed_put(bytes + AT_NOT_AFTER, (uint64_t)claim->not_after_ms, 8);
    sealed_write(bytes, AT_SIGNATURE, secret, token, ADMISSION_TOKEN_CHARS + 1);
}

enum ticket_verdict admission_token_verify(const char *token, const struct ticket_key *keys,
                                           size_t key_count, struct admission_claim *claim)
{
    uint8_t bytes[ADMISSION_TOKEN_BYTES];
    if (!sealed_read(token, bytes, sizeof bytes) || bytes[AT_SCHEME] != SCHEME)
        return TICKET_UNREADABLE;
    claim->key_id = (uint32_t)sealed_get(bytes + AT_KEY, 4);
    memcpy(claim->event, bytes + AT_EVENT, TICKET_ID_BYTES);
    memcpy(claim->person, bytes + AT_PERSON, ADMISSION_PERSON_BYTES);
    claim->entry = (uint32_t)sealed_get(bytes + AT_ENTRY, 4);
    claim->not_after_ms = (int64_t)sealed_get(bytes + AT_NOT_AFTER, 8);
    if (claim->entry < 1 || claim->not_after_ms < 0)
        return TICKET_UNREADABLE;
    return sealed_verify(bytes, AT_SIGNATURE, claim->key_id, keys, key_count);
}
