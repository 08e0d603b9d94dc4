#include "tests/support/gate.h"

#include "tests/support/must.h"

#include <stdlib.h>
#include <string.h>

void gate_event_key(struct gate_event *event, uint8_t seed)
{
    struct manifest *m = &event->manifest;
    const uint8_t bytes[TICKET_SEED_BYTES] = { 'g', seed };
    struct ticket_key *key = &m->keys[m->key_count++];
    key->id = m->key_id = seed;
    ticket_keys_from_seed(bytes, event->secret, key->public_key);
}

void gate_event_set(struct gate_event *event, uint32_t ticket, uint32_t generation, uint8_t flags)
{
    struct manifest_ticket row = { { 0 }, ticket, generation, flags };
    row.id[7] = (uint8_t)ticket; /* So that it is pinned to gate ticket % gates. */
    manifest_ticket_write(&row, event->rows + (size_t)ticket * MANIFEST_ROW_BYTES);
}

void gate_event_init(struct gate_event *event)
{
    *event = (struct gate_event){ 0 };
    struct manifest *m = &event->manifest;
    must(ticket_code_init(), "this machine gives random numbers");
    m->kind = MANIFEST_FULL;
    m->policy = MANIFEST_OPEN;
    m->to_seq = 10;
    m->made_ms = m->from_ms = GATE_NOW_MS;
    m->until_ms = GATE_NOW_MS + 2 * 3600 * 1000;
    m->gate_count = GATE_COUNT;
    m->gates[0] = (1 << GATE_COUNT) - 1;
    memcpy(m->title, "Derby", 6);
    memset(m->event, 'e', sizeof m->event);
    m->tickets = event->rows;
    m->ticket_count = GATE_TICKETS;
    for (uint32_t i = 0; i < GATE_TICKETS; i++)
        gate_event_set(event, i, 1, 0);
    gate_event_key(event, 1);
}

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, MANIFEST_KEY_BYTES);
}

void gate_event_exchange(struct gate_event *event, uint32_t ticket, const char *medium)
{
    struct manifest *m = &event->manifest;
    struct manifest_ticket row;
    manifest_ticket_read(event->rows + (size_t)ticket * MANIFEST_ROW_BYTES, &row);
    must(m->medium_count < GATE_TICKETS, "there is room for the medium");
    manifest_medium_write(medium, row.id,
                          event->media + (size_t)m->medium_count++ * MANIFEST_MEDIUM_BYTES);
    qsort(event->media, m->medium_count, MANIFEST_MEDIUM_BYTES, by_key);
    row.flags |= MANIFEST_EXCHANGED;
    manifest_ticket_write(&row, event->rows + (size_t)ticket * MANIFEST_ROW_BYTES);
    m->has_media = true;
    m->media = event->media;
}

uint8_t *gate_event_bytes(const struct gate_event *event, size_t *size)
{
    *size = manifest_size(&event->manifest);
    uint8_t *bytes = malloc(*size);
    must(bytes, "there is memory");
    manifest_write(&event->manifest, bytes);
    manifest_sign(bytes, *size, event->secret);
    return bytes;
}

void gate_event_code(const struct gate_event *event, uint32_t ticket, uint32_t generation,
                     char code[TICKET_CODE_CHARS + 1])
{
    struct ticket_claim claim = {
        .key_id = event->manifest.key_id,
        .seat = ticket,
        .generation = generation,
        .not_before_ms = event->manifest.from_ms,
        .not_after_ms = event->manifest.until_ms,
    };
    struct manifest_ticket row;
    manifest_ticket_read(event->rows + (size_t)ticket * MANIFEST_ROW_BYTES, &row);
    memcpy(claim.ticket, row.id, sizeof claim.ticket);
    memcpy(claim.event, event->manifest.event, sizeof claim.event);
    ticket_code_write(&claim, event->secret, code);
}
