/*
 * What happened. A fact is what the journal keeps, so its meaning never changes: a new meaning is a
 * new kind. `tables` in fact.c say how each kind lies in a journal row (api/tifo/v1/journal.proto).
 */
#ifndef CORE_FACT_H
#define CORE_FACT_H

#include "server/base/arena.h"
#include "server/base/fields.h"
#include "server/base/slice.h"
#include "server/base/status.h"
#include "server/core/addon.h"
#include "server/core/alarm.h"
#include "server/core/buyer.h"
#include "server/core/crowd.h"
#include "server/core/device.h"
#include "server/core/door.h"
#include "server/core/event.h"
#include "server/core/join.h"
#include "server/core/means.h"
#include "server/core/order.h"
#include "server/core/plan.h"
#include "server/core/question.h"
#include "server/core/quota.h"
#include "server/core/rule.h"
#include "server/core/seathold.h"
#include "server/core/settlement.h"
#include "server/core/ticket.h"
#include "server/core/ticket_type.h"
#include "server/core/venue.h"
#include "server/core/voucher.h"
#include "server/core/waitlist.h"
#include "server/core/waitroom.h"

#include <stdbool.h>

/* The number is the field number in tifo.v1.Fact, and `kind` in the journal. */
enum fact_kind {
    FACT_VENUE_IMPORTED = 10,
    FACT_ZONE_ADDED = 11,
    FACT_BLOCK_ADDED = 12,
    FACT_OPENING_ADDED = 13,
    FACT_GATE_ADDED = 14,
    FACT_FACILITY_ADDED = 15,
    FACT_LINK_ADDED = 16,
    FACT_PHASE_SET = 20,
    FACT_GATE_SET = 21,
    FACT_SOURCE_ADDED = 30,
    FACT_CROWD_MEASURED = 31,
    FACT_PLAN_WANTED = 40,
    FACT_PLAN_ADOPTED = 41,
    FACT_PLAN_KEPT = 42,
    FACT_ALARM_RAISED = 50,
    FACT_ALARM_ESCALATED = 51,
    FACT_ALARM_CLEARED = 52,
    FACT_ALARM_ACKNOWLEDGED = 53,
    FACT_ALARM_SHELVED = 54,
    FACT_ALARM_UNSHELVED = 55,
    FACT_EVENT_CREATED = 60,
    FACT_EVENT_PUBLISHED = 61,
    FACT_EVENT_CANCELLED = 62,
    FACT_SEATS_HELD = 70,
    FACT_HOLD_ENDED = 71,
    FACT_ORDER_PLACED = 80,
    FACT_ORDER_PAID = 81,
    FACT_ORDER_CANCELLED = 82,
    FACT_ORDER_REFUNDED = 83,
    FACT_PAYMENT_WANTED = 85,
    FACT_PAYMENT_SETTLED = 86,
    FACT_TICKET_ADMITTED = 90,
    FACT_TICKET_REFUSED = 91,
    FACT_ANSWERED = 100,
    FACT_TICKET_REISSUED = 220,
    FACT_TICKET_BLOCKED = 221,
    FACT_DOOR_RULES_SET = 222,
    FACT_CHECKIN_LIST_SET = 223,
    FACT_TICKET_PASSED = 224,
    FACT_SCAN_CONFLICTED = 225,
    FACT_SCANS_TAKEN = 226,
    FACT_WAITROOM_SET = 180,
    FACT_WAITERS_ENTERED = 181,
    FACT_WAITROOM_DRAWN = 182,
    FACT_WAITERS_SERVED = 183,
    FACT_WAITERS_ADMITTED = 184,
    FACT_WAITERS_ENDED = 185,
    FACT_LINES_HELD = 110,
    FACT_LINES_CHANGED = 111,
    FACT_HOLD_EXTENDED = 112,
    FACT_TICKET_TYPE_SET = 113,
    FACT_QUOTA_SET = 114,
    FACT_VOUCHER_SET = 115,
    FACT_EVENT_DESCRIBED = 116,
    FACT_EVENT_UPDATED = 117,
    FACT_EVENT_UNPUBLISHED = 118,
    FACT_JOINING_SET = 190,
    FACT_JOINED = 191,
    FACT_JOIN_ENDED = 192,
    FACT_JOINS_MOVED = 193,
    FACT_PERSON_BANNED = 194,
    FACT_PERSON_UNBANNED = 195,
    FACT_ORDER_OPENED = 150,
    FACT_PAYMENT_ANSWERED = 151,
    FACT_PAYMENT_WAITS = 152,
    FACT_PAYMENT_ASKED = 153,
    FACT_ORDER_EXPIRED = 154,
    FACT_ORDER_REVIVED = 155,
    FACT_ORDER_APPROVED = 156,
    FACT_ORDER_REJECTED = 157,
    FACT_LINES_CANCELLED = 158,
    FACT_POLICY_SET = 159,
    FACT_EXCHANGE_BEGUN = 160,
    FACT_EXCHANGE_DROPPED = 161,
    FACT_ORDER_EXCHANGED = 162,
    FACT_WAITLIST_SET = 200,
    FACT_WAIT_ENTERED = 201,
    FACT_WAIT_OFFERED = 202,
    FACT_WAIT_ENDED = 203,
    FACT_RESALE_SET = 230,
    FACT_TICKET_LISTED = 231,
    FACT_LISTING_WITHDRAWN = 232,
    FACT_LISTING_HELD = 233,
    FACT_LISTING_SOLD = 234,
    FACT_ALLOCATION_SET = 235,
    FACT_ALLOCATION_RELEASED = 236,
    FACT_OVERRIDE_SET = 257,
    FACT_OPENING_SET = 258,
    FACT_OVERRIDES_PRICED = 259,
    FACT_MEDIUM_SET = 265,
    FACT_CROWD_SENSED = 285,
    FACT_CROWD_FORECAST = 286,
    FACT_ADDON_SET = 237,
    FACT_BUNDLE_SET = 238,
    FACT_ADDONS_HELD = 239,
    FACT_QUESTION_SET = 240,
    FACT_ANSWERS_GIVEN = 241,
    FACT_MEANS_KNOWN = 242,
    FACT_BUYER_SET = 245,
    FACT_SETTLED = 246,
    FACT_SETTLEMENT_VOIDED = 256,
    FACT_DEVICE_SET = 247,
    FACT_DEVICE_KEYED = 248,
    FACT_DEVICE_RETIRED = 249,
    FACT_REGISTRATION_SET = 250,
    FACT_DEVICES_SILENT = 251,
    FACT_DEVICES_HEARD = 252,
    FACT_RULE_SET = 253,
    FACT_RULE_DELETED = 254,
    FACT_RULES_MEASURED = 255,
    FACT_PLAN_BOUNDED = 300,
    FACT_COMPLIANCE_SEEN = 301,
};

/* Followed by its rows, in the same turn: zones, blocks, openings, gates, facilities, links. */
struct venue_imported {
    char id[VENUE_ID_BYTES + 1];
    char name[VENUE_NAME_BYTES + 1];
    uint32_t zone_count, block_count, opening_count, gate_count, facility_count, link_count;
    struct bytes document;
};

struct gate_set {
    uint32_t gate;
    uint32_t mode;
    char reason[GATE_REASON_BYTES + 1];
};

/* The columns of struct tick; sources by their index. Empty: time went on, windows roll. */
struct crowd_measured {
    int64_t measured_ms;
    struct u32s place, people;
    struct u32s gate, gate_in, gate_out;
    struct u32s queue, waiting, served;
    struct u32s source;
    struct u64s sequence;
};

/* Counts that err, of so long before the fact's time. They go through struct estimate. */
struct crowd_sensed {
    struct u32s place, people;
    struct u32s error_milli; /* Standard error, a thousandth of the count; 1 to 1,000. */
    struct u32s age_ms;
};

/* Of every zone, 0.001 people: as known now, and as forecast for 5, 15 and 30 minutes from now. */
struct crowd_forecast {
    struct u32s now, in_5, in_15, in_30;
};

struct source_added {
    char name[SOURCE_NAME_BYTES + 1];
};

enum plan_reason { PLAN_FOR_CHANGE = 1 /* gate, phase, venue */, PLAN_FOR_DRIFT = 2 };
struct plan_wanted {
    uint32_t number;
    uint32_t reason; /* enum plan_reason */
};

/* The splits that change; others stay. A split without destinations goes away. */
struct plan_adopted {
    uint32_t number;
    uint32_t wanted;
    uint32_t clearance_s;
    struct u32s origin, purpose, count; /* One row a split. */
    struct u32s destination, share_milli,
        next_place; /* One row a destination, split after split. */
};

struct plan_kept {
    uint32_t wanted;
    uint32_t clearance_s;
};

/* Of a thousand people, so many go where the plan says. */
struct compliance_seen {
    uint32_t compliance_milli;
};

/* As in struct override; TAKEN_BACK: there is none any more. */
struct override_set {
    uint32_t origin;
    uint32_t purpose;
    uint32_t kind; /* enum override_kind */
    struct u32s destination, share_milli;
    char reason[GATE_REASON_BYTES + 1];
};

/* A passage between two places, shut or open again. */
struct opening_set {
    uint32_t opening;
    uint32_t mode; /* enum gate_mode */
    char reason[GATE_REASON_BYTES + 1];
};

/* With an answer of the planner's: what the clearance would be if there were no overrides; 0: there
 * are none any more. */
struct overrides_priced {
    uint32_t wanted;
    uint32_t free_clearance_s;
};

struct alarm_escalated {
    uint32_t number;
    uint32_t priority;
};
struct alarm_cleared {
    uint32_t number;
};
struct alarm_acknowledged {
    uint32_t number;
    char caller[CALLER_BYTES + 1];
};
struct alarm_shelved {
    uint32_t number;
    int64_t until_ms;
    char caller[CALLER_BYTES + 1];
    char reason[SHELVE_REASON_BYTES + 1];
};
struct alarm_unshelved {
    uint32_t number;
    char caller[CALLER_BYTES + 1]; /* Empty: its time was over. */
};

/* A draft. Its index is the number of events before. */
struct event_created {
    uint64_t id_high, id_low;
    char title[EVENT_TITLE_BYTES + 1];
    int64_t starts_ms, ends_ms, doors_ms;
    char currency[CURRENCY_BYTES + 1];
    uint32_t hold_ttl_s;
    struct bytes category_names; /* Each followed by a zero byte. */
    struct u32s price_minor;     /* One a category. */
    struct u32s block_category;  /* One a block: 1 + category, or 0: not on sale. */
};
struct event_published {
    uint32_t event;
};
/* What follows (holds end, orders are refunded) are further facts, of this turn and of later ones.
 */
struct event_cancelled {
    uint32_t event;
    char reason[CANCEL_REASON_BYTES + 1];
    char by[PERSON_BYTES + 1]; /* Who is not its organiser; empty: the organiser. */
};

/* Of an event that was created in the same turn: who by, and what for people to read. */
struct event_described {
    uint32_t event;
    char organiser[PERSON_BYTES + 1];
    uint64_t series_high, series_low; /* The id of the first event of its series; 0: none. */
    char city[EVENT_WORD_BYTES + 1], kind[EVENT_WORD_BYTES + 1];
    struct bytes description;
    uint32_t refuse_orphans; /* 0 or 1 */
};
struct event_updated {
    uint32_t event;
    char title[EVENT_TITLE_BYTES + 1];
    int64_t starts_ms, ends_ms, doors_ms;
    uint32_t hold_ttl_s;
    char city[EVENT_WORD_BYTES + 1], kind[EVENT_WORD_BYTES + 1];
    struct bytes description;
    uint32_t refuse_orphans; /* 0 or 1 */
};
struct event_unpublished {
    uint32_t event;
};

/* One a line: its type, seat (or NO_SEAT), and what it costs; the sets are struct hold_lines'. */
struct held_lines {
    struct u32s type, seat, price_minor, fee_minor, tax_minor;
    uint32_t tax_added, voucher, voucher_lines;
};
/* As seats_held, of lines of any type. */
struct lines_held {
    uint32_t hold;
    uint64_t id_high, id_low;
    uint32_t event;
    char person[PERSON_BYTES + 1];
    int64_t expires_ms;
    struct held_lines lines;
};
/* A hold has these lines from here on, instead of those it had. */
struct lines_changed {
    uint32_t hold;
    struct held_lines lines;
};
/* Who buys owes the tax: the lines cost so from here on, without it. */
struct buyer_set {
    uint32_t hold;
    char tax_id[TAX_ID_BYTES + 1];
    struct u32s price_minor, fee_minor;
};
/* Money left an account for the organiser's bank: a settlement that is new. */
struct settled {
    uint32_t settlement, event, number; /* Index; of the event, from 1. */
    uint32_t account;
    int64_t amount_minor, fee_minor, settled_ms;
    char reference[SETTLEMENT_REFERENCE_BYTES + 1];
    char caller[PERSON_BYTES + 1];
};
struct settlement_voided {
    uint32_t settlement; /* Index. */
    char reason[SETTLEMENT_REASON_BYTES + 1];
    char caller[PERSON_BYTES + 1];
};
struct hold_extended {
    uint32_t hold;
    int64_t expires_ms;
};

/* Of lines that older versions held: seats of type 0, at its prices. A hold's index is its place in
 * the pool, which decide read as the next free one. */
struct seats_held {
    uint32_t hold;
    uint64_t id_high, id_low;
    uint32_t event;
    char person[PERSON_BYTES + 1];
    int64_t expires_ms;
    struct u32s seats;
};
/* RELEASED or EXPIRED: its seats are free. */
struct hold_ended {
    uint32_t hold;
    uint32_t state; /* enum hold_state */
};

/* The hold is CONFIRMING from here on. Written before there was a ledger: see order_opened. */
struct order_placed {
    uint32_t order;
    uint64_t id_high, id_low;
    uint32_t hold;
    int64_t total_minor;
};
/* The hold is CONFIRMED, its seats are sold, one ticket a seat is issued, in the order of the
 * hold's seats. */
struct order_paid {
    uint32_t order;
    uint32_t first_ticket; /* Index of the first; they follow each other. */
    struct u64s ticket_high, ticket_low;
};
/* Not paid, or paid when its event was cancelled already: then a refund is wanted next. The hold is
 * HELD again, unless its event is cancelled: then it is RELEASED. */
struct order_cancelled {
    uint32_t order;
};
/* The money is back; tickets were cancelled when it was asked for. A free order's are now. */
struct order_refunded {
    uint32_t order;
};

/* The provider is asked. A refund cancels the order's tickets; see enum payment_kind. */
struct payment_wanted {
    uint32_t number;
    uint32_t kind; /* enum payment_kind */
    uint32_t order;
    int64_t amount_minor;
    char token[PAYMENT_TOKEN_BYTES + 1];
};
/* Written before there was a ledger: see payment_answered. */
struct payment_settled {
    uint32_t number;
    uint32_t outcome; /* enum payment_outcome */
};

/* An order that the ledger knows: the hold is CONFIRMING from here on. */
struct order_opened {
    uint32_t order;
    uint64_t id_high, id_low;
    uint32_t hold;
    char person[PERSON_BYTES + 1]; /* Whose it is; empty: who held the seats. */
    uint32_t state;                /* PENDING or APPROVAL. */
    uint32_t tender;               /* enum tender */
    int64_t total_minor, tax_minor, fee_minor;
    int64_t expires_ms;
};
/* It is posted: what came in, or went out. */
struct payment_answered {
    uint32_t number;
    uint32_t outcome;     /* DONE or DECLINED. */
    int64_t amount_minor; /* Of a charge that is done: what came in, which may be more. */
    char reference[PAYMENT_REFERENCE_BYTES + 1]; /* What the provider calls it. */
};
/* Not known yet, or to be asked anew: it waits. */
struct payment_waits {
    uint32_t number;
    uint32_t attempts;
    int64_t ask_ms;
};
struct payment_asked {
    uint32_t number;
};
/* Its time was over before its payment or approval came: its hold is EXPIRED, its seats are free.
 */
struct order_expired {
    uint32_t order;
};
/* The payment came after all, and the seats are still free: PENDING again, and paid next. */
struct order_revived {
    uint32_t order;
};
/* PENDING: its payment is captured next. */
struct order_approved {
    uint32_t order;
    int64_t expires_ms;
    char caller[CALLER_BYTES + 1];
};
/* Its hold is RELEASED. */
struct order_rejected {
    uint32_t order;
    char caller[CALLER_BYTES + 1];
    char reason[CANCEL_REASON_BYTES + 1];
};
/* Tickets are given back. What goes back of each is fixed here; RETURNs follow when it was paid by
 * the provider, otherwise it has gone back. */
struct lines_cancelled {
    uint32_t order;
    struct u32s lines;                         /* Positions. */
    struct u64s refund_minor;                  /* One a line. */
    struct u32s seat;                          /* enum policy_seat, one a line. */
    uint32_t cause;                            /* enum policy_cause */
    int64_t total_minor, tax_minor, fee_minor; /* What the lines had cost. */
    char caller[CALLER_BYTES + 1];
    char reason[CANCEL_REASON_BYTES + 1];
};
/* Replaces the event's. Columns: one a tier. */
struct policy_set {
    uint32_t event;
    struct u32s type, notice_s, fee_bp, fee_minor, seat;
    uint32_t fee_min_minor, fee_max_minor;
    uint32_t keeps_booking_fee, may_grow;
    uint32_t approval_required;
    uint32_t payment_ttl_s, approval_ttl_s;
    uint32_t tax_country;
};
/* The hold is CONFIRMING until the difference is paid. */
struct exchange_begun {
    uint32_t order, hold;
    struct u32s lines;
    int64_t expires_ms;
};
struct exchange_dropped {
    uint32_t order;
    uint32_t state; /* Of the hold: HELD again, RELEASED or EXPIRED. */
};
/* Lines have the seats of the hold, one for one; their tickets a new generation. */
struct order_exchanged {
    uint32_t order, hold;
    struct u32s lines;
    int64_t old_total_minor, old_tax_minor, old_fee_minor;
    int64_t new_total_minor, new_tax_minor, new_fee_minor;
};

/* Counted in at the gate. */
struct ticket_admitted {
    uint32_t ticket;
    uint32_t gate;
    uint64_t nonce;
};
/* Somebody was not let in. Changes nothing: it is there for the record. */
struct ticket_refused {
    uint32_t ticket; /* 1 + index; 0: the code was none of ours. */
    uint32_t gate;
    uint32_t result; /* enum scan_result */
};

/* All settings; the first one of an event makes its room. */
struct waitroom_set {
    uint32_t event;
    uint32_t mode; /* enum waitroom_mode */
    int64_t opens_ms;
    uint32_t rate_ppm, max_active, claim_s, session_s, proof_bits, device_waiters;
    struct bytes seed; /* SEED_BYTES; empty in all facts of a room but the first. */
};
/* Their entries follow each other. */
struct waiters_entered {
    uint32_t event;
    uint32_t first_entry;
    struct bytes persons; /* Each followed by a zero byte. */
    struct u64s nonce;    /* One a person. */
    struct u64s device;   /* Of SHA-256, keyed by the seed; 0: unknown. Empty: of all. */
};
/* The room is open: all entries so far have their numbers. */
struct waitroom_drawn {
    uint32_t event;
    uint32_t entries;
};
/* Who waits with a number up to this one is let in. */
struct waiters_served {
    uint32_t event;
    uint32_t served;
    uint32_t admitted; /* How many that are; 0: the server was loaded. */
};
/* Let in ahead of the line. */
struct waiters_admitted {
    uint32_t event;
    struct u32s entries;
};
struct waiters_ended {
    uint32_t event;
    uint32_t state; /* WAITER_LEFT or WAITER_EXPIRED */
    struct u32s entries;
};

/* One can wait for the event, or not any more. */
struct waitlist_set {
    uint32_t event;
    uint32_t capacity, claim_s, closed; /* As in struct waitlist. */
};
/* An entry's index is its place in the pool: the next free one. */
struct wait_entered {
    uint32_t wait;
    uint64_t id_high, id_low;
    uint64_t hold_high, hold_low; /* Of the hold that an offer will make. */
    uint32_t event;
    uint32_t type, party;
    char person[PERSON_BYTES + 1];
};
/* Its hold was made by the fact before. As the hold ends, so does the offer: no further fact. */
struct wait_offered {
    uint32_t wait;
};
struct wait_ended {
    uint32_t wait;
    uint32_t state; /* WAIT_CANCELLED, WAIT_EXPIRED or WAIT_DECLINED */
};
/* The event can be joined, or not any more. */
struct joining_set {
    uint32_t event;
    uint32_t capacity, waitlist, closed; /* As in struct joining. */
};
/* A join's index is its place in the pool: that of the person's old one, or the next free one. */
struct joined {
    uint32_t join;
    uint64_t id_high, id_low;
    uint32_t event;
    uint32_t state; /* JOIN_ACTIVE or JOIN_WAITLISTED */
    char person[PERSON_BYTES + 1];
};
struct join_ended {
    uint32_t join;
    uint32_t state; /* JOIN_CANCELLED or JOIN_REJECTED */
    char reason[JOIN_REASON_BYTES + 1];
};
/* They waited: there is room for them, or there never will be. */
struct joins_moved {
    uint32_t event;
    uint32_t state; /* JOIN_ACTIVE or JOIN_EXPIRED */
    struct u32s joins;
};
/* A ban's index: as a join's. */
struct person_banned {
    uint32_t ban;
    uint32_t event;
    int64_t until_ms; /* INT64_MAX: for ever. */
    char person[PERSON_BYTES + 1];
    char reason[JOIN_REASON_BYTES + 1];
};
struct person_unbanned {
    uint32_t ban;
};

/* What a write with an idempotency key was answered, in the turn of its effect. The app adds it, no
 * command does; it changes nothing in the stadium. */
struct answered {
    uint64_t scope_high, scope_low; /* Of tenant, caller, method and key. */
    uint64_t body_high, body_low;   /* Of the request. */
    uint64_t caller;                /* Of tenant and caller: whose share the key counts in. */
    uint32_t code;                  /* gRPC's; 0: OK. */
    struct bytes answer;            /* The packed reply; of a refusal the google.rpc.Status. */
};

/* Older codes are revoked. */
struct ticket_reissued {
    uint32_t ticket;
    char holder[PERSON_BYTES + 1]; /* Empty: as before. */
};
struct ticket_blocked {
    uint32_t ticket;
    uint32_t blocked; /* 1: blocked, 0: no longer. */
    char reason[BLOCK_REASON_BYTES + 1];
};
/* What it is from here on; new when its index is. */
struct medium_set {
    uint32_t medium; /* Index. */
    char name[MEDIUM_BYTES + 1];
    uint32_t ticket;  /* 1 + index; 0: it stands for none. */
    uint32_t blocked; /* 1 */
    char reason[BLOCK_REASON_BYTES + 1];
    char caller[PERSON_BYTES + 1];
};
struct door_rules_set {
    uint32_t event;
    uint32_t sealed_s, transfers, reentry, offline, resale_cap;
};
struct checkin_list_set {
    uint32_t event, number;
    char name[LIST_NAME_BYTES + 1];
    struct u32s blocks, gates, types;
    int64_t from_ms, until_ms;
    uint32_t reentry, checks_id, codes_only;
};
/* Somebody went in or out. First entries at list 0 that were neither forced nor offline are
 * ticket_admitted. */
struct ticket_passed {
    uint32_t ticket, list, gate;
    uint32_t left; /* 1: out. */
    uint64_t nonce;
    int64_t at_ms;
    uint32_t forced;    /* enum scan_result: what would have been answered; 0: let in. */
    uint32_t scanner;   /* 1 + index: uploaded by; 0: online. */
    int64_t counted_ms; /* When the gate counts them; 0: at the fact's time, as once all were. */
};
/* Let in by force or offline, and should not have been. */
struct scan_conflicted {
    uint32_t ticket, list, gate;
    uint32_t result;
    uint32_t scanner;
    int64_t at_ms;
    uint32_t first_gate;
    int64_t first_ms;
};
/* A scanner's scans are in up to a sequence: what they come to follows in this turn. The next index
 * is a new one. */
struct scans_taken {
    uint32_t scanner;
    char name[SCANNER_NAME_BYTES + 1];
    uint64_t sequence;
};

/* On what terms tickets of an event are resold. */
struct resale_set {
    uint32_t event;
    uint32_t cap_percent, fee_bp; /* As in struct resale_terms. */
};
/* Offered, or for another price. */
struct ticket_listed {
    uint32_t ticket;
    uint32_t price_minor;
};
struct listing_withdrawn {
    uint32_t ticket;
};
/* A hold of one line, as the ticket has it, at the price of the listing; it takes nothing yet. */
struct listing_held {
    uint32_t hold;
    uint64_t id_high, id_low;
    uint32_t ticket;
    char person[PERSON_BYTES + 1];
    int64_t expires_ms;
    uint32_t price_minor, tax_minor; /* The tax is in the price. */
};
/* Its line was given back by the fact before; now it is the hold's, which is paid next. */
struct listing_sold {
    uint32_t ticket, hold;
};

/* Seats are kept for a channel; new, or the one of this number is so now. Released at once when its
 * time is over. */
struct allocation_set {
    uint32_t event, number;
    char name[ALLOCATION_NAME_BYTES + 1];
    char code[VOUCHER_CODE_BYTES + 1]; /* Capitals. */
    struct u32s first, count;          /* Ranges of seats. */
    int64_t release_ms;                /* 0: never. */
};
struct allocation_released {
    uint32_t event, number;
};

/* Which lines of a hold go with which: behind the fact that made the lines, and in its turn. A hold
 * without it has no add-ons. */
struct addons_held {
    uint32_t hold;
    struct u32s with; /* One a line: 1 + the line that it goes with; 0: it is no add-on. */
    uint32_t bundled; /* Bit by line: it came with a bundle. */
};

/* With an order that was opened by the fact before. Columns: one row an answer. */
struct answers_given {
    uint32_t order;
    struct u32s question, line, value; /* As in struct answer. */
};

struct fact {
    enum fact_kind kind;
    int64_t time_ms;
    union {
        struct venue_imported venue_imported;
        struct zone zone_added;
        struct block block_added;
        struct opening opening_added;
        struct gate gate_added;
        struct facility facility_added;
        struct link link_added;
        struct phase phase_set;
        struct gate_set gate_set;
        struct source_added source_added;
        struct crowd_measured crowd_measured;
        struct crowd_sensed crowd_sensed;
        struct crowd_forecast crowd_forecast;
        struct plan_wanted plan_wanted;
        struct plan_adopted plan_adopted;
        struct plan_kept plan_kept;
        struct plan_bound plan_bounded;
        struct compliance_seen compliance_seen;
        struct override_set override_set;
        struct opening_set opening_set;
        struct overrides_priced overrides_priced;
        struct alarm alarm_raised;
        struct alarm_escalated alarm_escalated;
        struct alarm_cleared alarm_cleared;
        struct alarm_acknowledged alarm_acknowledged;
        struct alarm_shelved alarm_shelved;
        struct alarm_unshelved alarm_unshelved;
        struct event_created event_created;
        struct event_published event_published;
        struct event_cancelled event_cancelled;
        struct seats_held seats_held;
        struct hold_ended hold_ended;
        struct order_placed order_placed;
        struct order_paid order_paid;
        struct order_cancelled order_cancelled;
        struct order_refunded order_refunded;
        struct payment_wanted payment_wanted;
        struct payment_settled payment_settled;
        struct ticket_admitted ticket_admitted;
        struct ticket_refused ticket_refused;
        struct answered answered;
        struct ticket_reissued ticket_reissued;
        struct ticket_blocked ticket_blocked;
        struct medium_set medium_set;
        struct door_rules_set door_rules_set;
        struct checkin_list_set checkin_list_set;
        struct ticket_passed ticket_passed;
        struct scan_conflicted scan_conflicted;
        struct scans_taken scans_taken;
        struct waitroom_set waitroom_set;
        struct waiters_entered waiters_entered;
        struct waitroom_drawn waitroom_drawn;
        struct waiters_served waiters_served;
        struct waiters_admitted waiters_admitted;
        struct waiters_ended waiters_ended;
        struct lines_held lines_held;
        struct lines_changed lines_changed;
        struct hold_extended hold_extended;
        struct ticket_type ticket_type_set; /* New, or the one of this index is so now. */
        struct quota quota_set;     /* The same. A higher capacity: there is more to sell. */
        struct voucher voucher_set; /* The same by its code. */
        struct event_described event_described;
        struct event_updated event_updated;
        struct event_unpublished event_unpublished;
        struct waitlist_set waitlist_set;
        struct wait_entered wait_entered;
        struct wait_offered wait_offered;
        struct wait_ended wait_ended;
        struct resale_set resale_set;
        struct ticket_listed ticket_listed;
        struct listing_withdrawn listing_withdrawn;
        struct listing_held listing_held;
        struct listing_sold listing_sold;
        struct allocation_set allocation_set;
        struct allocation_released allocation_released;
        struct addon addon_set;   /* The type is an add-on so from now on. */
        struct bundle bundle_set; /* It brings this from now on. */
        struct addons_held addons_held;
        struct question question_set; /* New, or withdrawn. */
        struct answers_given answers_given;
        struct buyer_set buyer_set;
        struct settled settled;
        struct settlement_voided settlement_voided;
        struct order_means means_known; /* Of an order that was opened by a fact before. */
        struct device_set device_set;   /* Registered, or is so from now on. */
        struct device_keyed device_keyed;
        struct device_retired device_retired;
        struct registration_set registration_set;
        struct devices_silent devices_silent;
        struct devices_heard devices_heard;
        struct rule_set rule_set; /* New, or is so from now on. */
        struct rule_deleted rule_deleted;
        struct rules_measured rules_measured;
        struct joining_set joining_set;
        struct joined joined;
        struct join_ended join_ended;
        struct joins_moved joins_moved;
        struct person_banned person_banned;
        struct person_unbanned person_unbanned;
        struct order_opened order_opened;
        struct payment_answered payment_answered;
        struct payment_waits payment_waits;
        struct payment_asked payment_asked;
        struct order_expired order_expired;
        struct order_revived order_revived;
        struct order_approved order_approved;
        struct order_rejected order_rejected;
        struct lines_cancelled lines_cancelled;
        struct policy_set policy_set;
        struct exchange_begun exchange_begun;
        struct exchange_dropped exchange_dropped;
        struct order_exchanged order_exchanged;
    } as;
};

/* Why decide said no: the field that is wrong, as the API names it, and a sentence. */
struct refusal {
    enum status status;
    char field[80];    /* "venue.gates[3].zone_inside"; empty: no single field. */
    char message[240]; /* What, where, how to mend. */
    uint32_t retry_ms; /* Who asks may come back after so long; 0: as the status says. */
};

/* What decide hands out. Zeroed is empty. Facts and all they point to live in the arena, until
 * reset. */
struct facts {
    struct fact *items;
    uint32_t count;
    uint32_t room;
    struct arena arena;
    struct refusal refusal; /* Filled when decide returns anything but STATUS_OK. */
    struct scan scan;       /* What a scan came to. */
};
void facts_reset(struct facts *facts);
void facts_fini(struct facts *facts);

/* The kind's table, or NULL for a number that is no kind. */
const struct fields *fact_fields(enum fact_kind kind);
/* Walks the kinds, ascending: the one after `kind` (start with 0), or 0 after the last. */
enum fact_kind fact_kind_next(enum fact_kind kind);

/* The bytes of one tifo.v1.Fact message, in the arena. */
struct bytes fact_encode(const struct fact *fact, struct arena *arena);
/* False when the bytes are no fact that this version writes: kind unknown, field unknown or wrong,
 * text too long, columns of unequal length. Columns are in the arena; `document` and `answer`
 * point into the payload. */
bool fact_decode(struct bytes payload, struct arena *arena, struct fact *out);

#endif
