/*
 * A scanner at a gate, that admits without the server: it knows a manifest (GetManifest of
 * api/tifo/v1/doors.proto) and what it has let in itself. Needs no network and no gRPC: fetching
 * manifests and uploading scans is the caller's, see clients/cli/scan_offline.c.
 *
 *     struct tifo_scanner *scanner = tifo_scanner_open(&options, why, sizeof why);
 *     tifo_scanner_load(scanner, bytes, size, true, why, sizeof why);
 *     if (tifo_scanner_scan(scanner, &ask).result == TIFO_SCAN_OK) open_the_gate();
 *     ...  count = tifo_scanner_pending(scanner, rows, room);  upload;  tifo_scanner_taken(scanner,
 * sequence);
 *
 * All it knows lies in its folder, and survives a crash at any moment:
 *
 *     manifest, changes    the last FULL or REVOKED, and the last CHANGES since then
 *     queue                a header of 32 bytes, then 186 bytes for each scan that let somebody in
 * or out, on the disk before tifo_scanner_scan() says OK taken                up to which sequence
 * the server has them
 *
 * A scanner belongs to one thread; one folder to one scanner at a time (a lock sees to that).
 */
#ifndef CLIENTS_C_SCANNER_H
#define CLIENTS_C_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of tifo.v1.ScanResult. */
enum tifo_scanner_result {
    TIFO_SCAN_OK = 1,
    TIFO_SCAN_INVALID,
    TIFO_SCAN_PRODUCT,
    TIFO_SCAN_INVALID_TIME,
    TIFO_SCAN_CANCELLED,
    TIFO_SCAN_REVOKED,
    TIFO_SCAN_ALREADY_REDEEMED,
    TIFO_SCAN_RULES,
    TIFO_SCAN_INCOMPLETE,
    TIFO_SCAN_BLOCKED = 11,
    TIFO_SCAN_ALREADY_EXCHANGED = 14,
    TIFO_SCAN_MEDIUM_INVALID = 15,
    TIFO_SCAN_ERROR, /* No manifest, the event admits nobody offline, or the queue cannot be
                        written. */
};

enum {
    TIFO_SCANNER_NAME_BYTES = 40,
    TIFO_SCANNER_ID_BYTES = 57, /* Name, a dot, 16 hex digits. */
    TIFO_SCANNER_CODE_CHARS = 167,
    TIFO_SCANNER_MEDIUM_BYTES = 64,
};

struct tifo_scanner_options {
    const char *folder; /* Made if need be; its parent is there. */
    const char *name;   /* 1..40 bytes, to be recognised by; only the first start's counts. */
    uint32_t gate;      /* Where it stands. */
};

struct tifo_scanner;
/* NULL: `why` (>= 256) says what is wrong and how to mend it. A last record that was cut off by a
 * crash is dropped: nobody was told OK. */
struct tifo_scanner *tifo_scanner_open(const struct tifo_scanner_options *options, char *why,
                                       size_t why_size);
void tifo_scanner_close(struct tifo_scanner *scanner); /* NULL is accepted. */

/* Takes a manifest and keeps it. It must be of the event and list that the folder is for (the first
 * one decides), not older than what is known, and signed by a key that is known; `trusted`: it came
 * from the server itself, and may bring new keys. False: `why`, and all is as it was. */
bool tifo_scanner_load(struct tifo_scanner *scanner, const uint8_t *bytes, size_t size,
                       bool trusted, char *why, size_t why_size);

struct tifo_scanner_ask {
    const char *code; /* As it was read; by_hand: 32 hex digits, a ticket's id. */
    int64_t now_ms;   /* Stadium time, Unix ms. */
    uint64_t nonce;   /* Not 0: that of a call whose answer never came, or a new one. */
    bool exit, id_checked, by_hand;
    bool medium; /* `code` was read from a wristband or the like: MEDIUM_INVALID unless the manifest
                    has it, and it is not blocked. */
};
struct tifo_scanner_verdict {
    enum tifo_scanner_result result;
    bool known;         /* There is a ticket: */
    uint8_t ticket[16]; /* its id, */
    uint32_t seat;      /* and seat index. */
    int64_t first_ms;   /* ALREADY_REDEEMED: when and where, if it was here; 0: elsewhere. */
    uint32_t pinned; /* RULES, of an event that pins tickets: the gate that may; else UINT32_MAX. */
};
/* Decides without the server. OK: it is in the queue. */
struct tifo_scanner_verdict tifo_scanner_scan(struct tifo_scanner *scanner,
                                              const struct tifo_scanner_ask *ask);
/* The server has decided OK: so that it is known when the network goes. Not uploaded. */
void tifo_scanner_note(struct tifo_scanner *scanner, const struct tifo_scanner_ask *ask);

/* What the server has not taken yet, the oldest first. */
struct tifo_scanner_row {
    uint64_t sequence, nonce;
    int64_t at_ms;
    uint32_t gate;
    bool exit, id_checked, by_hand;
    char code[TIFO_SCANNER_CODE_CHARS + 1];     /* As scanned; of a medium: its ticket's id. */
    char medium[TIFO_SCANNER_MEDIUM_BYTES + 1]; /* As it was read; empty: it was none. */
};
size_t tifo_scanner_pending(const struct tifo_scanner *scanner, struct tifo_scanner_row *rows,
                            size_t room);
/* The server has all up to it. False: that cannot be kept (disk), they will be sent again. */
bool tifo_scanner_taken(struct tifo_scanner *scanner, uint64_t sequence);

struct tifo_scanner_info {
    const char *id; /* Which device: `scanner` of UploadScans. */
    bool loaded;    /* The rest is of the manifest, if there is one. */
    uint8_t event[16];
    char title[121];
    uint32_t list;
    bool media;        /* It has media; if it should and has not, fetch all of it. */
    uint64_t base_seq; /* What CHANGES must be since; */
    uint64_t seq;      /* how far it knows the event. */
    int64_t made_ms;
    uint32_t tickets; /* That it knows by id. */
    uint32_t policy;  /* tifo.v1.OfflinePolicy */
    uint64_t pending; /* Scans to upload. */
};
struct tifo_scanner_info tifo_scanner_info(const struct tifo_scanner *scanner);

#endif
