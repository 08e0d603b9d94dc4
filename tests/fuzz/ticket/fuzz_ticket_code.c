/*
 * A code as a scanner reads it: never more than a refusal, unless it is the one spelling of what
 * the key here has signed. The same text again, signed, must come back as it was.
 */
#include "api/ticket/code.h"

#include <string.h>

static const uint8_t seed[TICKET_SEED_BYTES] = { 's', 'e', 'e', 'd' };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t secret[TICKET_SECRET_BYTES];
    struct ticket_key key = { .id = 1 };
    struct ticket_claim claim;
    char code[512], again[TICKET_CODE_CHARS + 1];
    if (!ticket_code_init() || size >= sizeof code)
        return 0;
    ticket_keys_from_seed(seed, secret, key.public_key);
    memcpy(code, bytes, size);
    code[size] = 0;
    const enum ticket_verdict verdict = ticket_code_verify(code, &key, 1, &claim);
    if (verdict == TICKET_UNREADABLE)
        return 0;
    /* Whatever a readable code claims can be signed, and reads back as the same claim. */
    struct ticket_claim back;
    claim.key_id = key.id;
    ticket_code_write(&claim, secret, again);
    if (ticket_code_verify(again, &key, 1, &back) != TICKET_GENUINE ||
        memcmp(back.ticket, claim.ticket, sizeof claim.ticket) != 0 || back.seat != claim.seat ||
        back.generation != claim.generation || back.not_before_ms != claim.not_before_ms ||
        back.not_after_ms != claim.not_after_ms)
        __builtin_trap();
    if (verdict == TICKET_GENUINE && strcmp(code, again) != 0)
        __builtin_trap();
    return 0;
}
