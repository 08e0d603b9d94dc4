/*
 * What a gate needs to admit without the server: one signed block of bytes for each event and
 * check-in list. Written by the server, read by scanners; needs libsodium alone. There are two
 * layouts: the first knows no media, and is written for scanners that do not ask for them. Bytes,
 * big-endian:
 *
 *    8 "TIFOMAN1" or, with media, "TIFOMAN2", 1 kind, 4 key id, 16 event id
 *    8 from seq, 8 to seq, 8 made: Unix ms of stadium time
 *    1 event cancelled, 1 policy
 *    1 flags of the list: 1 re-entry, 2 checks ID, 4 codes only, 8 closed
 *    4 list number, 8 from, 8 until: Unix ms
 *    2 gates of the venue, 32 gates of the list, a bit each: bit g % 8 of byte g / 8
 *    1 length, then the event's title; 1 length, then the list's name
 *    1 number of keys, then each: 4 id, 32 public key
 *    2 number of seat ranges of the list (0: all), then each: 4 first, 4 end (beyond the last)
 *    4 number of tickets, then each 22 bytes, ascending by id:
 *        16 id, 3 seat (all ones: none), 2 generation, 1 flags
 *    TIFOMAN2: 4 number of media, then each 32 bytes, ascending by key:
 *        16 key (manifest_medium_key()), 16 id of the ticket that it stands for, which is above
 *   64 Ed25519 signature of everything before, by the key of that id, which is one of the keys
 *
 * A ticket that is not there is as it was sold: generation 1, not used. FULL has all tickets of the
 * list; REVOKED those alone that are not as they were sold; CHANGES all that changed after `from`,
 * to be laid over a FULL or REVOKED that ends there: of the tickets that it has, it has the media.
 */
#ifndef TICKET_MANIFEST_H
#define TICKET_MANIFEST_H

#include "api/ticket/code.h"

enum manifest_kind { MANIFEST_FULL = 1, MANIFEST_REVOKED, MANIFEST_CHANGES };
/* As tifo.v1.OfflinePolicy. */
enum manifest_policy { MANIFEST_CLOSED = 1, MANIFEST_PINNED, MANIFEST_OPEN };

enum {
    MANIFEST_TITLE_BYTES = 120,
    MANIFEST_NAME_BYTES = 40,
    MANIFEST_KEYS = 64,
    MANIFEST_GATES = 256,
    MANIFEST_RANGES = 4096,
    MANIFEST_TICKETS = 1 << 20,
    MANIFEST_ROW_BYTES = 22,
    MANIFEST_KEY_BYTES = 16,
    MANIFEST_MEDIUM_BYTES = MANIFEST_KEY_BYTES + TICKET_ID_BYTES,
};

enum manifest_flag {
    MANIFEST_IN = 1,  /* Came in last at this list, */
    MANIFEST_OUT = 2, /* or left. */
    MANIFEST_BLOCKED = 4,
    MANIFEST_CANCELLED = 8,
    /* For a medium: its code opens nothing. Without media it comes with BLOCKED, for scanners that
     * are older than this bit. */
    MANIFEST_EXCHANGED = 16,
    MANIFEST_MEDIUM_BLOCKED = 32, /* Nor does the medium. */
};

#define MANIFEST_NO_SEAT UINT32_MAX

struct manifest_ticket {
    uint8_t id[TICKET_ID_BYTES];
    uint32_t seat;       /* Below 2^24 - 1, or MANIFEST_NO_SEAT. */
    uint32_t generation; /* Below 2^16. */
    uint8_t flags;       /* enum manifest_flag */
};
struct manifest_range {
    uint32_t first, end;
};

struct manifest {
    enum manifest_kind kind;
    uint32_t key_id;
    uint8_t event[TICKET_ID_BYTES];
    uint64_t from_seq, to_seq;
    int64_t made_ms;
    bool cancelled;
    enum manifest_policy policy;
    bool reentry, checks_id, codes_only;
    bool closed; /* A ticket that is not there is not the list's. */
    uint32_t list;
    int64_t from_ms, until_ms;
    uint32_t gate_count;
    uint8_t gates[MANIFEST_GATES / 8];
    char title[MANIFEST_TITLE_BYTES + 1];
    char name[MANIFEST_NAME_BYTES + 1];
    struct ticket_key keys[MANIFEST_KEYS];
    uint32_t key_count;
    const uint8_t *ranges; /* range_count of 8 bytes, */
    uint32_t range_count;
    const uint8_t *tickets; /* ticket_count of MANIFEST_ROW_BYTES, ascending by id: in the bytes. */
    uint32_t ticket_count;
    bool has_media;       /* Without: the first layout. */
    const uint8_t *media; /* medium_count of MANIFEST_MEDIUM_BYTES, ascending: in the bytes. */
    uint32_t medium_count;
};

/* How many bytes manifest_write() writes. */
size_t manifest_size(const struct manifest *manifest);
/* The whole but for its signature, which manifest_sign() puts into the last 64 bytes. In bounds. */
void manifest_write(const struct manifest *manifest, uint8_t *out);
void manifest_sign(uint8_t *out, size_t size, const uint8_t secret[TICKET_SECRET_BYTES]);

/* Reads what somebody sent; what it points to stays in `bytes`. NULL: it is one, signed by one of
 * its keys; whoever has keys of before checks with manifest_is_known() that it is no stranger's.
 * Otherwise what is wrong with it. */
const char *manifest_read(const uint8_t *bytes, size_t size, struct manifest *out);
/* What signed it is one of the keys that are known already. */
bool manifest_is_known(const struct manifest *manifest, const struct ticket_key *keys,
                       uint32_t key_count);

void manifest_ticket_write(const struct manifest_ticket *ticket, uint8_t out[MANIFEST_ROW_BYTES]);
void manifest_ticket_read(const uint8_t in[MANIFEST_ROW_BYTES], struct manifest_ticket *ticket);
void manifest_range_write(struct manifest_range range, uint8_t out[8]);
struct manifest_range manifest_range_read(const uint8_t in[8]);
/* By id, in `count` rows; NULL: it is not there. */
const uint8_t *manifest_find(const uint8_t *rows, uint32_t count,
                             const uint8_t id[TICKET_ID_BYTES]);
/* What a medium is found by: BLAKE2b of what is read from it. */
void manifest_medium_key(const char *name, uint8_t key[MANIFEST_KEY_BYTES]);
void manifest_medium_write(const char *name, const uint8_t ticket[TICKET_ID_BYTES],
                           uint8_t out[MANIFEST_MEDIUM_BYTES]);
/* The id of the ticket that a medium of this key stands for; NULL: for none that is there. */
const uint8_t *manifest_medium_find(const struct manifest *manifest,
                                    const uint8_t key[MANIFEST_KEY_BYTES]);
/* Whether the list has the gate; and the gate that a ticket is pinned to. */
bool manifest_has_gate(const struct manifest *manifest, uint32_t gate);
uint32_t manifest_pinned(const struct manifest *manifest, const uint8_t id[TICKET_ID_BYTES]);

#endif
