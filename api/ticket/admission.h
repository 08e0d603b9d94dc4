/*
 * The token of an admission, as api/tifo/v1/waitroom.proto lays it out: who was let in of a waiting
 * room shows it when they hold seats. Signed with the keys of tickets, under a scheme of its own:
 * no ticket's code is ever taken for one.
 */
#ifndef TICKET_ADMISSION_H
#define TICKET_ADMISSION_H

#include "api/ticket/code.h"

enum {
    ADMISSION_TOKEN_BYTES = 113,
    ADMISSION_TOKEN_CHARS = 151, /* Without the terminating zero. */
    ADMISSION_PERSON_BYTES = 16,
};

/* What a token says. */
struct admission_claim {
    uint32_t key_id;
    uint8_t event[TICKET_ID_BYTES];
    uint8_t person[ADMISSION_PERSON_BYTES]; /* The first of SHA-256 of the name. */
    uint32_t entry;                         /* From 1. */
    int64_t not_after_ms;                   /* Unix ms, from 0. */
};

/* As ticket_code_write() and ticket_code_verify(). */
void admission_token_write(const struct admission_claim *claim,
                           const uint8_t secret[TICKET_SECRET_BYTES],
                           char token[ADMISSION_TOKEN_CHARS + 1]);
enum ticket_verdict admission_token_verify(const char *token, const struct ticket_key *keys,
                                           size_t key_count, struct admission_claim *claim);

#endif
