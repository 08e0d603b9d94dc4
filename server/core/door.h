/* What holds at the doors of an event: its rules, its check-in lists, who passed which list, and
 * what gates that were offline found out too late. Kinds have the numbers of the API. */
#ifndef CORE_DOOR_H
#define CORE_DOOR_H

#include "server/base/slice.h"
#include "server/core/id.h"
#include "server/core/limits.h"

#include <stdbool.h>

/* What a gate does that cannot reach the server. */
enum offline_policy {
    OFFLINE_CLOSED = 1, /* Admits nobody. */
    OFFLINE_PINNED,     /* Admits the tickets that are pinned to it. */
    OFFLINE_OPEN,       /* Admits what is genuine and not known to be used. */
};

/* Of an event; one without a row has door_rules_default(). */
struct door_rules {
    uint32_t set;        /* There is a row: rules were set, or somebody left. */
    uint32_t sealed_s;   /* Codes are given out from so long before the start on. */
    uint32_t transfers;  /* 1: tickets may be given to others. */
    uint32_t reentry;    /* 1: of list 0. */
    uint32_t offline;    /* enum offline_policy */
    uint32_t resale_cap; /* Always 100, and of no effect: see resale.h. */
    uint32_t lists;      /* Beside list 0. */
    uint32_t left;       /* Tickets of list 0 that are outside again. */
    uint32_t conflicts;  /* Found so far. */
    uint64_t version;
};
struct door_rules door_rules_default(void);

/* Who is let in where, and when. List 0 is not one of these: all tickets, gates and times of the
 * event. */
struct checkin_list {
    uint32_t event, number; /* From 1. */
    char name[LIST_NAME_BYTES + 1];
    struct u32s blocks;        /* Ascending; empty: all. */
    struct u32s gates;         /* Ascending; empty: all. */
    struct u32s types;         /* Ticket types, ascending; empty: all. */
    int64_t from_ms, until_ms; /* 0: as the event. */
    uint32_t reentry;          /* 1: who left may come in again. */
    uint32_t checks_id;        /* 1: the steward looks at their papers. */
    uint32_t codes_only;       /* 1: no ids typed by hand. */
    uint32_t admitted, inside; /* Tickets that ever came in, and are in now. */
    uint64_t version;
};

/* What came of a ticket at a list, if it is more than one entry at list 0. */
struct passage {
    uint32_t ticket, list;
    uint32_t inside; /* 1: came in last; 0: left. */
    uint32_t entries, exits;
    uint32_t gate; /* The last one, */
    int64_t at_ms;
    uint64_t nonce;
};

/* Somebody is in who should not be. */
struct scan_conflict {
    uint32_t event, ticket, list, gate;
    uint32_t result;  /* enum scan_result: what the scan would have been answered. */
    uint32_t scanner; /* 1 + index; 0: forced at a gate that was online. */
    int64_t at_ms, found_ms;
    uint32_t first_gate; /* ALREADY_REDEEMED: where and when before. */
    int64_t first_ms;
};

/* A device that sends what it did offline, each scan with the next sequence. */
struct scanner {
    char name[SCANNER_NAME_BYTES + 1];
    uint64_t last_sequence; /* All up to it are in. */
};

#endif
