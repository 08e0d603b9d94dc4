/* The upper bounds of one stadium, all in one place. The defaults are good for 1,000 events
 * of 60,000 seats, half of them sold: 1.4 GiB. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#include <stdint.h>

/* Bounds that are part of a row's layout. Bytes without the terminating zero. */
enum {
    VENUE_ID_BYTES = 64,
    VENUE_NAME_BYTES = 120,
    PLACE_ID_BYTES = 32,
    PLACE_NAME_BYTES = 120,
    PHASE_LABEL_BYTES = 40,
    GATE_REASON_BYTES = 200,
    SOURCE_NAME_BYTES = 64,
    CALLER_BYTES = 64,
    SHELVE_REASON_BYTES = 200,
    SPLIT_DESTINATIONS = 16, /* Destinations that one split can name. */
    EVENT_TITLE_BYTES = 120,
    EVENT_CATEGORIES = 32,
    CATEGORY_NAME_BYTES = 80,
    CURRENCY_BYTES = 3,
    CANCEL_REASON_BYTES = 200,
    PERSON_BYTES = 64, /* Who calls. */
    HOLD_SEATS = 16,   /* Lines that one hold can have. */
    PAYMENT_TOKEN_BYTES = 120,
    LIST_NAME_BYTES = 40,
    CHECKIN_LISTS = 16, /* Of an event, beside list 0. */
    SCANNER_NAME_BYTES = 64,
    BLOCK_REASON_BYTES = 80,
    MEDIUM_BYTES = 64,
    UPLOAD_SCANS = 256, /* In one call. */
    DEVICE_BYTES = 64,
    JOIN_REASON_BYTES = 200,
    ROOM_ENTRIES = (1 << 20) - 1, /* Of a waiting room, over its life. */
    ENTER_PERSONS = 1000,         /* That enter with one command. */
    EVENT_DESCRIPTION_BYTES = 4000,
    EVENT_WORD_BYTES = 80, /* Its city, its kind. */
    SETTLEMENT_REFERENCE_BYTES = 80,
    SETTLEMENT_REASON_BYTES = 120,
    EVENT_TYPES = 32,
    EVENT_QUOTAS = 32,
    TYPE_NAME_BYTES = 80,
    TYPE_TIERS = 4,
    VOUCHER_CODE_BYTES = 32,
    PAYMENT_REFERENCE_BYTES = 64,
    POLICY_TIERS = 16,
    EVENT_ALLOCATIONS = 32,
    ALLOCATION_NAME_BYTES = 40,
    ALLOCATION_RANGES = 4096,
    BUNDLE_ITEMS = 8,
    EVENT_QUESTIONS = 16,
    QUESTION_TEXT_BYTES = 120,
    QUESTION_CHOICES = 16,
    CHOICE_BYTES = 80,
    MEANS_BYTES = 32,
    RULE_NAME_BYTES = 40,
    RULE_QUANTITY_BYTES = 32,
    RULE_TEXT_BYTES = 80,
};

struct limits {
    uint32_t places; /* Zones and blocks together. */
    uint32_t openings;
    uint32_t gates;
    uint32_t facilities;
    uint32_t links;
    uint32_t document_bytes; /* The encoded venue. */
    uint32_t sources;        /* Telemetry sources over the day. */
    uint32_t devices;        /* Registered, retired ones included. */
    uint32_t rules;          /* That operators made. */
    uint32_t alarms;         /* Open at once. */
    uint32_t keys;           /* Idempotency keys of the last 24 hours: of all callers, */
    uint32_t keys_each;      /* and of one. */

    uint32_t events;
    uint32_t event_seats; /* Of a venue that sells tickets. */
    uint32_t holds;       /* Live at once. */
    uint32_t holds_kept;  /* Ended ones that are remembered, when no order was placed for them. */
    uint32_t orders;
    uint32_t tickets;
    uint32_t passages;                       /* Of tickets at lists other than 0, or that left. */
    uint32_t conflicts;                      /* Kept; later ones are only counted. */
    uint32_t scanners;                       /* Devices that send what they did offline. */
    uint32_t media;                          /* That were ever given out for tickets. */
    uint32_t ticket_types, quotas, vouchers; /* Of all events. */
    uint32_t facts_per_command;              /* What is more is done by later ticks. */
    uint32_t joins;                          /* One a person and event. */
    uint32_t bans;
    uint32_t waits;   /* Entries of waitlists. */
    uint32_t answers; /* To questions at checkout, over the day. */
    uint32_t settlements;
};

/* 4,096 places, 8,192 openings, 256 gates, 1,024 facilities, 16,384 links, 8 MiB, 1,024 sources,
 * 4,096 devices, 256 rules, 512 alarms, 4,000,000 keys (128 MB of memory), 1,000,000 of one
 * caller; 2,048 events of 262,144 seats, 2,097,152 holds and 65,536 ended ones, 16,777,216
 * orders, 33,554,432 tickets (some 50 bytes of memory each, all told), 1,048,576 passages,
 * 65,536 conflicts, 4,096 scanners, 1,048,576 media, 16,384 ticket types, 16,384 quotas,
 * 262,144 vouchers, 1,024 facts, 1,048,576 answers, 65,536 settlements.
 */
struct limits limits_default(void);

#endif
