/*
 * A scanner's queue as it is found after a crash: whole records or a refusal. Damaged ones are
 * mended first, so that what is behind their checksums is looked at, too.
 */
#include "clients/c/scan_queue.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    const uint8_t *at;
    uint64_t count;
};

static void visit(void *ctx, const struct queue_record *record)
{
    struct walk *walk = ctx;
    uint8_t again[QUEUE_RECORD_BYTES];
    struct queue_record back;
    queue_record_write(record, again);
    if (record->sequence != ++walk->count || !queue_record_read(again, &back) ||
        back.nonce != record->nonce || memcmp(back.raw, record->raw, sizeof back.raw) != 0 ||
        memcmp(again, walk->at, 44) != 0)
        __builtin_trap();
    walk->at += QUEUE_RECORD_BYTES;
}

static void parse(const uint8_t *bytes, size_t size)
{
    struct walk walk = { bytes + QUEUE_HEAD_BYTES, 0 };
    uint64_t device;
    size_t good;
    const char *wrong = queue_parse(bytes, size, &device, &good, visit, &walk);
    if (good > size ||
        (!wrong && good > 0 && good != QUEUE_HEAD_BYTES + walk.count * QUEUE_RECORD_BYTES))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    if (!copy)
        return 0;
    memcpy(copy, bytes, size);
    parse(copy, size);
    for (size_t at = QUEUE_HEAD_BYTES; at + QUEUE_RECORD_BYTES <= size; at += QUEUE_RECORD_BYTES) {
        struct queue_record record;
        queue_record_read(copy + at, &record);
        queue_record_write(&record, copy + at);
    }
    parse(copy, size);
    free(copy);
    return 0;
}
