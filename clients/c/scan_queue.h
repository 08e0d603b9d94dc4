/*
 * The queue of a scanner: what it has let in and out, on the disk before anybody is told. A file of
 * a header and records of one size, each with its own checksum; a record that was cut off at the
 * end is dropped, any other damage is refused.
 */
#ifndef CLIENTS_C_SCAN_QUEUE_H
#define CLIENTS_C_SCAN_QUEUE_H

#include "clients/c/scanner.h"

enum { QUEUE_HEAD_BYTES = 32, QUEUE_RECORD_BYTES = 186, QUEUE_RAW_BYTES = 125 };

struct queue_record {
    uint64_t sequence; /* From 1, each one more. */
    uint64_t nonce;
    int64_t at_ms;
    uint32_t gate;
    uint8_t ticket[16];
    bool exit, id_checked, by_hand, medium;
    bool online;                  /* The server decided it: nothing to upload. */
    uint8_t raw[QUEUE_RAW_BYTES]; /* The code's bytes, or what the medium said; by hand: zeros. */
};

/* From and to bytes; false: they are none. */
void queue_record_write(const struct queue_record *record, uint8_t out[QUEUE_RECORD_BYTES]);
bool queue_record_read(const uint8_t in[QUEUE_RECORD_BYTES], struct queue_record *record);

typedef void queue_visit(void *ctx, const struct queue_record *record);
/* Reads a whole file. *good is how many bytes of it are whole records, header included; what is
 * beyond was cut off. NULL: fine; otherwise what is wrong with it. */
const char *queue_parse(const uint8_t *bytes, size_t size, uint64_t *device, size_t *good,
                        queue_visit *visit, void *ctx);

struct scan_queue {
    int file;        /* -1: closed. */
    uint64_t device; /* Drawn with the file. */
    uint64_t count;  /* Records in it. */
};
/* Opens or makes it, visits what is in it, drops what was cut off. False: `why`. */
bool queue_open(struct scan_queue *queue, const char *path, queue_visit *visit, void *ctx,
                char *why, size_t why_size);
void queue_close(struct scan_queue *queue);
/* On the disk when it returns true; false: it is as it was. */
bool queue_append(struct scan_queue *queue, const struct queue_record *record);

#endif
