/* Manifests and codes as a server would make them, for scanners under test; signed with keys of
 * given seeds. */
#ifndef TESTS_SUPPORT_GATE_H
#define TESTS_SUPPORT_GATE_H

#include "api/ticket/manifest.h"

enum { GATE_TICKETS = 8, GATE_COUNT = 4 };
/* When it is made; doors open then, for two hours. */
#define GATE_NOW_MS INT64_C(1778936400000)

/* Key 1, of an event with GATE_TICKETS tickets of seats 0, 1, ..., none used; OPEN, FULL, seq 10.
 */
struct gate_event {
    struct manifest manifest;
    uint8_t secret[TICKET_SECRET_BYTES];
    uint8_t rows[GATE_TICKETS * MANIFEST_ROW_BYTES];
    uint8_t media[GATE_TICKETS * MANIFEST_MEDIUM_BYTES];
};
void gate_event_init(struct gate_event *event);
/* Another key signs from now on, and is among the keys. */
void gate_event_key(struct gate_event *event, uint8_t seed);
void gate_event_set(struct gate_event *event, uint32_t ticket, uint32_t generation, uint8_t flags);
/* It has media from now on, and this one for the ticket. */
void gate_event_exchange(struct gate_event *event, uint32_t ticket, const char *medium);
/* The bytes of its manifest, signed; the caller's to free. */
uint8_t *gate_event_bytes(const struct gate_event *event, size_t *size);
void gate_event_code(const struct gate_event *event, uint32_t ticket, uint32_t generation,
                     char code[TICKET_CODE_CHARS + 1]);

#endif
