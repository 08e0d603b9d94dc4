/*
 * The rows of the records: what README.md here documents, as structs. Times are stadium time in
 * Unix ms; 0: not (yet). Numbers that are called like a table count its rows from 0, as the API's
 * indices do. A changed table is a new format: tifod makes the records anew by itself.
 */
#ifndef RECORDS_ROWS_H
#define RECORDS_ROWS_H

#include "server/core/limits.h"
#include "server/core/tax_id.h"
#include "server/ports/records.h"

enum {
    WORD_BYTES = 19, /* "concourse", "acknowledged": what kinds are called. */
    ID_BYTES = 32,   /* Public ids in hex. */
};

enum records_table_number {
    RECORDS_VENUE,
    RECORDS_ZONE,
    RECORDS_BLOCK,
    RECORDS_GATE,
    RECORDS_FACILITY,
    RECORDS_SOURCE,
    RECORDS_PHASE_CHANGE,
    RECORDS_PHASE_BLOCK,
    RECORDS_GATE_CHANGE,
    RECORDS_ALARM,
    RECORDS_ALARM_CHANGE,
    RECORDS_PLAN,
    RECORDS_EVENT,
    RECORDS_PRICE_CATEGORY,
    RECORDS_EVENT_BLOCK,
    RECORDS_SEAT,
    RECORDS_SEAT_HOLD,
    RECORDS_HOLD_LINE,
    RECORDS_HOLD_SLOT,
    RECORDS_ORDER,
    RECORDS_PAYMENT,
    RECORDS_TICKET,
    RECORDS_ADMISSION,
    RECORDS_DOOR_RULE,
    RECORDS_CHECKIN_LIST,
    RECORDS_SCAN_CONFLICT,
    RECORDS_SCANNER,
    RECORDS_EVENT_TEXT,
    RECORDS_TICKET_TYPE,
    RECORDS_TICKET_PRICE,
    RECORDS_QUOTA,
    RECORDS_VOUCHER,
    RECORDS_LEDGER_ENTRY,
    RECORDS_SETTLEMENT,
    RECORDS_EVENT_TERMS,
    RECORDS_CANCELLATION_TIER,
    RECORDS_PARTICIPANT,
    RECORDS_BAN,
    RECORDS_WAIT,
    RECORDS_WAITING_ROOM,
    RECORDS_WAITER,
    RECORDS_EVENT_RESALE,
    RECORDS_LISTING,
    RECORDS_ADDON,
    RECORDS_BUNDLE_ITEM,
    RECORDS_QUESTION,
    RECORDS_ANSWER,
    RECORDS_ALLOCATION,
    RECORDS_ALLOCATION_RANGE,
    RECORDS_MEDIUM,
    RECORDS_TABLES
};
extern const struct records_schema records_schema;

struct venue_record {
    uint32_t number; /* 0: a data directory holds one venue. */
    char id[VENUE_ID_BYTES + 1];
    char name[VENUE_NAME_BYTES + 1];
    uint64_t imported_seq;
    int64_t imported_ms;
    uint32_t zones, blocks, openings, gates, facilities, links;
    uint32_t sources, events, vouchers; /* So far. */
};
struct zone_record {
    uint32_t zone;
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    char kind[WORD_BYTES + 1];
    int32_t level, level_to;
    uint32_t rise_cm, area_dm2, capacity_people;
    int32_t x_cm, y_cm;
};
struct block_record {
    uint32_t block;
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    char stand[PLACE_NAME_BYTES + 1];
    int32_t level;
    uint32_t seats;
    int32_t x_cm, y_cm;
};
struct gate_record {
    uint32_t gate;
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    uint32_t zone_inside, zone_outside, width_cm;
    int32_t level;
    uint32_t turnstiles;
    char mode[WORD_BYTES + 1];
    char reason[GATE_REASON_BYTES + 1];
    int64_t set_ms;
    uint64_t version; /* Seq of its last change. */
};
struct facility_record {
    uint32_t facility;
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    char kind[WORD_BYTES + 1];
    uint32_t zone, servers, service_ms;
    int32_t level;
};
struct source_record {
    uint32_t source;
    char name[SOURCE_NAME_BYTES + 1];
    int64_t first_ms, last_ms;
    uint64_t last_sequence;
};
struct phase_change_record {
    uint64_t seq;
    int64_t at_ms;
    char kind[WORD_BYTES + 1];
    char label[PHASE_LABEL_BYTES + 1];
    int64_t started_ms, ends_ms;
    char next_label[PHASE_LABEL_BYTES + 1];
};
struct phase_block_record {
    uint64_t seq;
    uint32_t block;
};
struct gate_change_record {
    uint64_t seq;
    int64_t at_ms;
    uint32_t gate;
    char mode[WORD_BYTES + 1];
    char reason[GATE_REASON_BYTES + 1];
};
struct alarm_record {
    uint32_t number;
    char kind[WORD_BYTES + 1];
    char priority[WORD_BYTES + 1];
    uint32_t subject; /* Place; gate; facility, or number of facilities + gate. */
    int64_t since_ms, raised_ms, escalated_ms, cleared_ms;
    int64_t acknowledged_ms;
    char acknowledged_by[CALLER_BYTES + 1];
    int64_t shelved_until_ms;
    char shelved_by[CALLER_BYTES + 1];
    char shelved_reason[SHELVE_REASON_BYTES + 1];
    uint64_t version;
};
struct alarm_change_record {
    uint64_t seq;
    int64_t at_ms;
    uint32_t number;
    char change[WORD_BYTES + 1]; /* "raised", "escalated", "acknowledged", ... */
    char priority[WORD_BYTES + 1];
    char caller[CALLER_BYTES + 1];
    char reason[SHELVE_REASON_BYTES + 1];
};
struct plan_record {
    uint32_t wanted; /* The question's number. */
    char reason[WORD_BYTES + 1];
    int64_t wanted_ms, answered_ms;
    char answer[WORD_BYTES + 1]; /* "adopted", "kept", or empty. */
    uint32_t number;             /* Of the plan that was adopted. */
    uint32_t splits;             /* That changed. */
    uint32_t clearance_s;
};

/* ---- Tickets ---- */

struct event_record {
    uint32_t event;
    char id[ID_BYTES + 1];
    char title[EVENT_TITLE_BYTES + 1];
    char state[WORD_BYTES + 1]; /* "draft", "published", "cancelled". */
    int64_t starts_ms, ends_ms, doors_ms;
    char currency[CURRENCY_BYTES + 1];
    uint32_t hold_ttl_s;
    char cancel_reason[CANCEL_REASON_BYTES + 1];
    int64_t created_ms;
    char organiser[PERSON_BYTES + 1];
    char cancelled_by[PERSON_BYTES + 1]; /* Who is not the organiser. */
    char series_id[ID_BYTES + 1];        /* Of the first event of its series; empty: none. */
    char city[EVENT_WORD_BYTES + 1], kind[EVENT_WORD_BYTES + 1];
    uint32_t types, quotas; /* So far. */
    uint64_t version;
};
struct event_text_record {
    uint32_t event;
    char description[EVENT_DESCRIPTION_BYTES + 1];
};
struct price_category_record {
    uint32_t event, category; /* From 1. */
    char name[CATEGORY_NAME_BYTES + 1];
    uint32_t price_minor;
};
struct event_block_record {
    uint32_t event, block;
    uint32_t category; /* 0: not on sale. */
};
struct ticket_type_record {
    uint32_t event, type;
    char name[TYPE_NAME_BYTES + 1];
    uint32_t general;          /* 1: general admission. */
    char rule[WORD_BYTES + 1]; /* "listed", "donation". */
    int64_t sale_from_ms, sale_until_ms;
    uint32_t min_per_order, max_per_order, max_per_person, max_per_means;
    uint32_t hidden;
    uint32_t tax_milli_percent, tax_included;
    uint32_t fee_minor, fee_milli_percent;
    uint32_t quotas; /* Bit i: it counts against quota i. */
    uint64_t version;
};
/* Now; what was held keeps the price of its line. */
struct ticket_price_record {
    uint32_t event, type, category; /* Category from 1; general admission has one. */
    uint32_t price_minor;
};
struct quota_record {
    uint32_t event, quota;
    char name[TYPE_NAME_BYTES + 1];
    uint32_t capacity;
    uint64_t version;
};
struct voucher_record {
    uint32_t event;
    char code[VOUCHER_CODE_BYTES + 1];
    uint32_t number;             /* From 0, over all events. */
    char effect[WORD_BYTES + 1]; /* "none", "fixed", "amount", "percent". */
    uint32_t value_minor, percent_milli;
    uint32_t types; /* Bit i: it covers type i; 0: all. */
    uint32_t uses;
    int64_t from_ms, until_ms;
    uint32_t reserve; /* 1 + quota; 0: none. */
    uint64_t version;
};
/* A seat that was never held has no row: it is free. */
struct seat_record {
    uint32_t event, seat;
    char state[WORD_BYTES + 1]; /* "free", "held", "sold". */
    char hold_id[ID_BYTES + 1]; /* Of the hold that has or sold it; empty: free. */
    uint64_t version;
};
struct seat_hold_record {
    char id[ID_BYTES + 1];
    uint32_t event;
    char person[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1]; /* "held", "confirming", "confirmed", "released", "expired". */
    uint32_t seats;             /* Lines. */
    uint32_t voucher;           /* 1 + its number; 0: none. */
    uint32_t extensions;
    int64_t held_ms, expires_ms, ended_ms;
    uint64_t version;
    uint32_t resale_ticket; /* 1 + the number of the ticket that it is to become; 0: none. */
    char buyer_tax_id[TAX_ID_BYTES + 1]; /* Who owes the tax itself; empty: as usual. */
};
struct hold_line_record {
    char hold_id[ID_BYTES + 1];
    uint32_t position;
    uint32_t seat; /* 4294967295: general admission. */
    uint32_t ticket_type;
    uint32_t price_minor, fee_minor, tax_minor, total_minor;
    uint32_t voucher;           /* 1: the hold's voucher was used for it. */
    uint32_t removed;           /* 1: it was taken out, the hold has less lines by now. */
    uint32_t addon_to, bundled; /* An add-on: 1 + the position it goes with; 1: and came with it. */
};
/* For tifod itself: facts name holds by a slot, which later holds use again. */
struct hold_slot_record {
    uint32_t slot;
    char hold_id[ID_BYTES + 1];
};
struct order_record {
    uint32_t number;
    char id[ID_BYTES + 1];
    uint32_t event;
    char hold_id[ID_BYTES + 1];
    char person[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1]; /* "pending", "paid", "cancelled", "refunded",
                                 * "expired", "approval", "rejected", "partially_refunded". */
    int64_t total_minor;
    int64_t placed_ms;
    uint32_t first_ticket, tickets; /* Numbers of tickets follow each other. */
    uint64_t version;
    char tender[WORD_BYTES + 1]; /* "card", "cash", "comp", "external"; empty: before the ledger. */
    int64_t live_minor, tax_minor, fee_minor; /* Of the tickets that it has, or will have. */
    int64_t captured_minor, refunded_minor, refunding_minor, kept_minor;
    int64_t expires_ms;
    char exchange_hold_id[ID_BYTES + 1]; /* While the difference is being paid. */
    char buyer_tax_id[TAX_ID_BYTES + 1]; /* Who owes the tax itself; empty: as usual. */
};
struct payment_record {
    uint32_t number;
    char kind[WORD_BYTES + 1]; /* "charge", "refund", "authorise", "capture", "void", "return",
                                * "top_up". */
    uint32_t order_number;
    int64_t amount_minor;
    int64_t wanted_ms, settled_ms;
    char outcome[WORD_BYTES + 1];                /* "done", "declined"; empty: not yet. */
    char reference[PAYMENT_REFERENCE_BYTES + 1]; /* What the provider calls it. */
    uint32_t attempts;                           /* Answers that were none. */
    int64_t ask_ms;                              /* When it is asked again; 0: it does not wait. */
};
/* By enum ledger_account. */
extern const char *const ledger_account_words[];
/* What a fact posted: entries of one seq sum to zero. */
struct ledger_entry_record {
    uint64_t seq;
    uint32_t position;
    int64_t at_ms;
    uint32_t event, order_number; /* 4294967295: none, it is of a settlement. */
    char account[WORD_BYTES + 1]; /* As the API's LedgerAccount, in lower case. */
    int64_t amount_minor;         /* Debit > 0. */
    uint32_t settlement;          /* Its number of the event; 0: none, it is of an order. */
};
struct settlement_record {
    uint32_t settlement;          /* Index. */
    uint32_t event, number;       /* Of the event, from 1. */
    char account[WORD_BYTES + 1]; /* "provider", "cash_box", "external" */
    int64_t amount_minor, fee_minor, settled_ms;
    char reference[SETTLEMENT_REFERENCE_BYTES + 1];
    char recorded_by[PERSON_BYTES + 1];
    int64_t recorded_ms, voided_ms; /* voided_ms 0: it stands. */
    char voided_for[SETTLEMENT_REASON_BYTES + 1];
    uint64_t version;
};
struct event_terms_record {
    uint32_t event;
    uint32_t tiers; /* Rows of cancellation_tier that count: position below it. */
    uint32_t fee_min_minor, fee_max_minor;
    uint32_t keeps_booking_fee, approval_required;
    uint32_t payment_ttl_s, approval_ttl_s;
    uint64_t version;
    char tax_country[WORD_BYTES + 1]; /* Two letters; empty: nobody said. */
};
struct cancellation_tier_record {
    uint32_t event, position;
    uint32_t ticket_type; /* 4294967295: all. */
    uint32_t notice_s, fee_bp, fee_minor, withholds;
};
struct ticket_record {
    uint32_t number;
    char id[ID_BYTES + 1];
    uint32_t event, order_number, seat;
    char state[WORD_BYTES + 1];    /* "valid", "checked_in", "checked_out", "cancelled". */
    char holder[PERSON_BYTES + 1]; /* Whose it is now. */
    uint32_t blocked;
    char blocked_reason[BLOCK_REASON_BYTES + 1];
    uint32_t ticket_type;
    uint32_t generation;
    int64_t issued_ms, admitted_ms;
    uint32_t gate; /* That let them in, if admitted_ms is not 0. */
    uint64_t version;
    int64_t refund_minor; /* Of one that was given back by itself. */
};
/* Every scan that changed or refused something. */
struct admission_record {
    uint64_t seq;
    int64_t at_ms;
    uint32_t gate;
    char ticket_id[ID_BYTES + 1];   /* Empty: the code was none of ours. */
    char result[WORD_BYTES + 1];    /* As the API's ScanResult: "ok", "invalid", ... */
    char direction[WORD_BYTES + 1]; /* "in", "out"; of a refusal empty. */
    uint32_t list;
    uint32_t forced;                      /* 1: let in in spite of the result. */
    char scanner[SCANNER_NAME_BYTES + 1]; /* That uploaded it; empty: online. */
    int64_t scanned_ms;                   /* At the door; at_ms is when the server heard of it. */
};
struct door_rule_record {
    uint32_t event;
    uint32_t sealed_s, transfers, reentry;
    char offline[WORD_BYTES + 1]; /* "closed", "pinned", "open". */
    uint64_t version;
};
struct checkin_list_record {
    uint32_t event, number;
    char name[LIST_NAME_BYTES + 1];
    uint32_t blocks, gates; /* How many; 0: all. */
    int64_t from_ms, until_ms;
    uint32_t reentry, checks_id, codes_only;
    uint64_t version;
};
/* Somebody is in who should not be. */
struct scan_conflict_record {
    uint64_t seq;
    int64_t at_ms, scanned_ms;
    char ticket_id[ID_BYTES + 1];
    uint32_t list, gate;
    char result[WORD_BYTES + 1];
    char scanner[SCANNER_NAME_BYTES + 1];
    uint32_t first_gate;
    int64_t first_ms;
};
struct medium_record {
    uint32_t medium; /* Index. */
    char name[MEDIUM_BYTES + 1];
    char ticket_id[ID_BYTES + 1]; /* That it stands for; empty: none. */
    uint32_t blocked;
    char reason[BLOCK_REASON_BYTES + 1];
    int64_t changed_ms;
    char changed_by[PERSON_BYTES + 1];
    uint64_t version;
};
struct scanner_record {
    uint32_t number;
    char name[SCANNER_NAME_BYTES + 1];
    uint64_t last_sequence;
    int64_t last_ms; /* When it last sent something. */
};
struct participant_record {
    uint32_t number;
    char id[ID_BYTES + 1];
    uint32_t event;
    char person[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1];
    char reason[JOIN_REASON_BYTES + 1];
    int64_t joined_ms;
    uint64_t version;
};
struct ban_record {
    uint32_t number, event;
    char person[PERSON_BYTES + 1];
    int64_t banned_ms, until_ms; /* 0: for ever. */
    char reason[JOIN_REASON_BYTES + 1];
    uint64_t version;
};
/* What becomes of an offer says its hold. */
struct event_resale_record {
    uint32_t event;
    uint32_t cap_percent, fee_bp;
    uint64_t version;
};
/* Of a ticket, offered last. */
struct listing_record {
    uint32_t ticket;
    uint32_t event;
    char seller[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1]; /* "open", "sold", "withdrawn". */
    uint32_t price_minor;
    int64_t listed_ms, ended_ms;
    uint64_t version;
};
/* A type that is an add-on, or was one: then it goes with nothing. */
struct addon_record {
    uint32_t event, ticket_type;
    uint32_t goes_with; /* Bit by type. */
    uint32_t min_per_ticket, max_per_ticket;
    uint64_t version;
};
struct bundle_item_record {
    uint32_t event, ticket_type, position;
    uint32_t addon, pieces, price_minor; /* Pieces 0: of older terms. */
};
struct question_record {
    uint32_t event, number;
    char text[QUESTION_TEXT_BYTES + 1];
    char kind[WORD_BYTES + 1]; /* "yes_no", "choice" */
    uint32_t choices, required, per_ticket;
    uint32_t types; /* Bit by type; 0: all. */
    uint32_t withdrawn;
    uint64_t version;
};
struct answer_record {
    uint32_t order_number, question;
    uint32_t line;  /* 1 + position; 0: of the order. */
    uint32_t value; /* 1: yes, 2: no; of a choice 1 + its index. */
};
struct allocation_record {
    uint32_t event, number;
    char name[ALLOCATION_NAME_BYTES + 1];
    uint32_t ranges; /* Positions of allocation_range from there on are of older terms. */
    int64_t release_ms;
    uint32_t released;
    uint64_t version;
};
struct allocation_range_record {
    uint32_t event, number, position;
    uint32_t first_seat, seats;
};
struct wait_record {
    uint32_t number;
    char id[ID_BYTES + 1];
    uint32_t event, type, party;
    char person[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1];
    int64_t asked_ms, offered_ms;
    char hold_id[ID_BYTES + 1];
    uint64_t version;
};
struct waiting_room_record {
    uint32_t event;
    char mode[WORD_BYTES + 1];
    int64_t opens_ms, drawn_ms;
    uint32_t rate_per_minute, max_active;
    uint32_t entered, drawn, served, admitted;
    uint64_t version;
};
/* Who is let in by the line has no change of their own: it goes up to waiting_room.served. */
struct waiter_record {
    uint32_t event, entry;
    char person[PERSON_BYTES + 1];
    char state[WORD_BYTES + 1];
    int64_t entered_ms, changed_ms;
};

#endif
