#include "clients/c/scan_queue.h"

#include "api/ticket/sealed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MAGIC[8] = { 'T', 'I', 'F', 'O', 'Q', 'U', 'E', '1' };

enum {
    /* Of a record. */
    AT_NONCE = 8,
    AT_TIME = 16,
    AT_GATE = 24,
    AT_TICKET = 28,
    AT_FLAGS = 44,
    AT_RAW = 45,
    AT_CHECK = AT_RAW + QUEUE_RAW_BYTES,
    CHECK_BYTES = QUEUE_RECORD_BYTES - AT_CHECK,
    /* Its flags. */
    EXIT = 1,
    ID_CHECKED = 2,
    BY_HAND = 4,
    ONLINE = 8,
    MEDIUM = 16,
};
static_assert(CHECK_BYTES == crypto_generichash_BYTES_MIN, "BLAKE2b's shortest");
static_assert(QUEUE_HEAD_BYTES == sizeof MAGIC + 8 + CHECK_BYTES, "magic, device, check");

static void check(const uint8_t *bytes, size_t size, uint8_t out[CHECK_BYTES])
{
    crypto_generichash(out, CHECK_BYTES, bytes, size, NULL, 0);
}

static bool checks(const uint8_t *bytes, size_t size)
{
    uint8_t right[CHECK_BYTES];
    check(bytes, size, right);
    return memcmp(right, bytes + size, CHECK_BYTES) == 0;
}

/* ---- Records ------------------------------------------------------------------------------ */

void queue_record_write(const struct queue_record *record, uint8_t out[QUEUE_RECORD_BYTES])
{
    sealed_put(out, record->sequence, 8);
    sealed_put(out + AT_NONCE, record->nonce, 8);
    sealed_put(out + AT_TIME, (uint64_t)record->at_ms, 8);
    sealed_put(out + AT_GATE, record->gate, 4);
    memcpy(out + AT_TICKET, record->ticket, sizeof record->ticket);
    out[AT_FLAGS] = (uint8_t)((record->exit ? EXIT : 0) | (record->id_checked ? ID_CHECKED : 0) |
                              (record->by_hand ? BY_HAND : 0) | (record->online ? ONLINE : 0) |
                              (record->medium ? MEDIUM : 0));
    memcpy(out + AT_RAW, record->raw, QUEUE_RAW_BYTES);
    check(out, AT_CHECK, out + AT_CHECK);
}

bool queue_record_read(const uint8_t in[QUEUE_RECORD_BYTES], struct queue_record *record)
{
    const uint8_t flags = in[AT_FLAGS];
    *record = (struct queue_record){
        .sequence = sealed_get(in, 8),
        .nonce = sealed_get(in + AT_NONCE, 8),
        .at_ms = (int64_t)sealed_get(in + AT_TIME, 8),
        .gate = (uint32_t)sealed_get(in + AT_GATE, 4),
        .exit = flags & EXIT,
        .id_checked = flags & ID_CHECKED,
        .by_hand = flags & BY_HAND,
        .online = flags & ONLINE,
        .medium = flags & MEDIUM,
    };
    memcpy(record->ticket, in + AT_TICKET, sizeof record->ticket);
    memcpy(record->raw, in + AT_RAW, QUEUE_RAW_BYTES);
    return checks(in, AT_CHECK);
}

const char *queue_parse(const uint8_t *bytes, size_t size, uint64_t *device, size_t *good,
                        queue_visit *visit, void *ctx)
{
    *good = 0;
    if (size < QUEUE_HEAD_BYTES) /* Cut off before it was whole: nothing is in it. */
        return NULL;
    if (memcmp(bytes, MAGIC, sizeof MAGIC) != 0 || !checks(bytes, QUEUE_HEAD_BYTES - CHECK_BYTES))
        return "it is no queue of a scanner of this version, or its header is damaged";
    *device = sealed_get(bytes + sizeof MAGIC, 8);
    *good = QUEUE_HEAD_BYTES;
    struct queue_record record;
    for (uint64_t n = 1; size - *good >= QUEUE_RECORD_BYTES; n++, *good += QUEUE_RECORD_BYTES) {
        const bool last = size - *good < 2 * QUEUE_RECORD_BYTES;
        if (!queue_record_read(bytes + *good, &record) || record.sequence != n) {
            /* The last one may have been half on the disk when the power went. */
            return last ? NULL : "one of its records is damaged";
        }
        visit(ctx, &record);
    }
    return NULL;
}

/* ---- The file ----------------------------------------------------------------------------- */

static bool write_all(int file, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool begin(struct scan_queue *queue)
{
    uint8_t head[QUEUE_HEAD_BYTES];
    memcpy(head, MAGIC, sizeof MAGIC);
    randombytes_buf(head + sizeof MAGIC, 8);
    check(head, QUEUE_HEAD_BYTES - CHECK_BYTES, head + QUEUE_HEAD_BYTES - CHECK_BYTES);
    queue->device = sealed_get(head + sizeof MAGIC, 8);
    return ftruncate(queue->file, 0) == 0 && lseek(queue->file, 0, SEEK_SET) == 0 &&
           write_all(queue->file, head, sizeof head) && fsync(queue->file) == 0;
}

static uint8_t *read_all(int file, size_t *size)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return NULL;
    uint8_t *bytes = malloc((size_t)about.st_size + 1);
    *size = 0;
    for (ssize_t got = 1; bytes && got > 0 && *size < (size_t)about.st_size; *size += (size_t)got) {
        got = read(file, bytes + *size, (size_t)about.st_size - *size);
        if (got < 0) {
            free(bytes);
            return NULL;
        }
    }
    return bytes;
}

static bool load(struct scan_queue *queue, const char *path, queue_visit *visit, void *ctx,
                 char *why, size_t why_size)
{
    size_t size, good;
    uint8_t *bytes = read_all(queue->file, &size);
    const char *wrong =
        bytes ? queue_parse(bytes, size, &queue->device, &good, visit, ctx) : strerror(errno);
    free(bytes);
    if (wrong) {
        snprintf(why, why_size,
                 "%.120s cannot be used: %.60s; keep it for whoever looks into it, and start with "
                 "another folder",
                 path, wrong);
        return false;
    }
    queue->count = good > 0 ? (good - QUEUE_HEAD_BYTES) / QUEUE_RECORD_BYTES : 0;
    const bool ready = good > 0 ? ftruncate(queue->file, (off_t)good) == 0 &&
                                      lseek(queue->file, (off_t)good, SEEK_SET) == (off_t)good
                                : begin(queue);
    if (!ready)
        snprintf(why, why_size, "%.120s cannot be written: %s", path, strerror(errno));
    return ready;
}

bool queue_open(struct scan_queue *queue, const char *path, queue_visit *visit, void *ctx,
                char *why, size_t why_size)
{
    *queue = (struct scan_queue){ .file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) };
    if (queue->file < 0) {
        snprintf(why, why_size, "%.120s cannot be opened: %s", path, strerror(errno));
        return false;
    }
    if (flock(queue->file, LOCK_EX | LOCK_NB) != 0)
        snprintf(why, why_size,
                 "%.120s is another scanner's that runs; stop it or take another "
                 "folder",
                 path);
    else if (load(queue, path, visit, ctx, why, why_size))
        return true;
    queue_close(queue);
    return false;
}

void queue_close(struct scan_queue *queue)
{
    if (queue->file >= 0)
        close(queue->file);
    queue->file = -1;
}

bool queue_append(struct scan_queue *queue, const struct queue_record *record)
{
    uint8_t bytes[QUEUE_RECORD_BYTES];
    const off_t end = QUEUE_HEAD_BYTES + (off_t)queue->count * QUEUE_RECORD_BYTES;
    assert(record->sequence == queue->count + 1);
    queue_record_write(record, bytes);
    if (write_all(queue->file, bytes, sizeof bytes) && fdatasync(queue->file) == 0) {
        queue->count++;
        return true;
    }
    /* Half a record must not stay before a whole one. */
    if (ftruncate(queue->file, end) != 0 || lseek(queue->file, end, SEEK_SET) != end)
        queue_close(queue);
    return false;
}
