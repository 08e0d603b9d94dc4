/*
 * The code on a ticket, as api/tifo/v1/tickets.proto lays it out: written by who has a secret key,
 * checked by anybody who has the public ones, without asking a server. Needs libsodium alone, so
 * that scanners which are offline can have it too.
 *
 * Nothing here keeps state: any thread, any time after ticket_code_init().
 */
#ifndef TICKET_CODE_H
#define TICKET_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TICKET_CODE_BYTES = 125,
    TICKET_CODE_CHARS = 167, /* Without the terminating zero. */
    TICKET_ID_BYTES = 16,
    TICKET_SEED_BYTES = 32, /* What both keys follow from: as secret as the secret key. */
    TICKET_SECRET_BYTES = 64,
    TICKET_PUBLIC_BYTES = 32,
};

/* What a code says. */
struct ticket_claim {
    uint32_t key_id;
    uint8_t ticket[TICKET_ID_BYTES], event[TICKET_ID_BYTES];
    uint32_t seat;                       /* Seat index. */
    uint32_t generation;                 /* From 1. */
    int64_t not_before_ms, not_after_ms; /* Unix ms: 0 <= not before <= not after. */
};

struct ticket_key {
    uint32_t id;
    uint8_t public_key[TICKET_PUBLIC_BYTES];
};

enum ticket_verdict {
    TICKET_GENUINE = 1,
    TICKET_UNREADABLE,  /* Not 167 characters of base64url, another scheme, or out of bounds. */
    TICKET_UNKNOWN_KEY, /* Signed with a key that is none of these. */
    TICKET_FORGED,      /* The signature does not match. */
};

/* Once, before anything else. False: this machine gives no randomness. */
bool ticket_code_init(void);
void ticket_keys_from_seed(const uint8_t seed[TICKET_SEED_BYTES],
                           uint8_t secret[TICKET_SECRET_BYTES],
                           uint8_t public_key[TICKET_PUBLIC_BYTES]);
/* The claim must be in bounds; it is signed under its key_id. */
void ticket_code_write(const struct ticket_claim *claim, const uint8_t secret[TICKET_SECRET_BYTES],
                       char code[TICKET_CODE_CHARS + 1]);
/* Takes exactly what ticket_code_write() writes: no padding, no spaces, one spelling for each code.
 * *claim is filled unless the code is UNREADABLE; only a GENUINE one is to be believed. */
enum ticket_verdict ticket_code_verify(const char *code, const struct ticket_key *keys,
                                       size_t key_count, struct ticket_claim *claim);

/* At which of an event's `gates` a ticket is admitted while all are offline and the event pins
 * tickets: the same on every machine and for ever. `gates` > 0. */
uint32_t ticket_pin(const uint8_t ticket[TICKET_ID_BYTES], uint32_t gates);

#endif
