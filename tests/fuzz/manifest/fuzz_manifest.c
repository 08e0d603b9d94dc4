/*
 * A manifest as a scanner reads it: never more than a refusal. One that is whole but for its
 * signature is looked at all the same, and written again it is the same bytes.
 */
#include "api/ticket/manifest.h"

#include <stdlib.h>
#include <string.h>

static void look(const struct manifest *m, const uint8_t *bytes, size_t size)
{
    const size_t again = manifest_size(m);
    uint8_t *copy = malloc(again);
    if (!copy || again != size)
        __builtin_trap();
    for (uint32_t i = 0; i < m->ticket_count; i++) {
        const uint8_t *row = m->tickets + (size_t)i * MANIFEST_ROW_BYTES;
        struct manifest_ticket ticket;
        uint8_t back[MANIFEST_ROW_BYTES];
        manifest_ticket_read(row, &ticket);
        manifest_ticket_write(&ticket, back);
        if (manifest_find(m->tickets, m->ticket_count, ticket.id) != row ||
            memcmp(back, row, sizeof back) != 0)
            __builtin_trap();
        const uint32_t gate = manifest_pinned(m, ticket.id);
        if (gate != UINT32_MAX && !manifest_has_gate(m, gate))
            __builtin_trap();
    }
    for (uint32_t i = 0; i < m->medium_count; i++) {
        const uint8_t *row = m->media + (size_t)i * MANIFEST_MEDIUM_BYTES;
        if (manifest_medium_find(m, row) != row + MANIFEST_KEY_BYTES)
            __builtin_trap();
    }
    for (uint32_t i = 0; i < m->range_count; i++)
        manifest_range_read(m->ranges + (size_t)i * 8);
    manifest_write(m, copy);
    /* Bytes that stand for yes may be any but 0, flags may have bits that mean nothing. */
    const size_t rows = m->ticket_count * (size_t)MANIFEST_ROW_BYTES +
                        (m->has_media ? 4 + m->medium_count * (size_t)MANIFEST_MEDIUM_BYTES : 0);
    if (memcmp(copy + again - 64 - rows, bytes + size - 64 - rows, rows) != 0)
        __builtin_trap();
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct manifest manifest;
    if (!ticket_code_init())
        return 0;
    const char *wrong = manifest_read(bytes, size, &manifest);
    if (!wrong || strstr(wrong, "not signed"))
        look(&manifest, bytes, size);
    return 0;
}
