/* What is asked of a stadium. Time comes in with each command; everything pointed to is the
 * caller's. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "server/base/slice.h"
#include "server/core/actor.h"
#include "server/core/addon.h"
#include "server/core/alarm.h"
#include "server/core/crowd.h"
#include "server/core/device.h"
#include "server/core/door.h"
#include "server/core/event.h"
#include "server/core/join.h"
#include "server/core/order.h"
#include "server/core/plan.h"
#include "server/core/policy.h"
#include "server/core/question.h"
#include "server/core/quota.h"
#include "server/core/rule.h"
#include "server/core/seathold.h"
#include "server/core/settlement.h"
#include "server/core/tax_id.h"
#include "server/core/ticket.h"
#include "server/core/ticket_type.h"
#include "server/core/venue.h"
#include "server/core/voucher.h"
#include "server/core/waitlist.h"
#include "server/core/waitroom.h"

enum command_kind {
    COMMAND_IMPORT_VENUE = 1,
    COMMAND_SET_PHASE,
    COMMAND_SET_GATE,
    COMMAND_TICK,
    COMMAND_ADOPT_PLAN,
    COMMAND_ACKNOWLEDGE_ALARM,
    COMMAND_SHELVE_ALARM,
    COMMAND_CREATE_EVENT,
    COMMAND_PUBLISH_EVENT,
    COMMAND_CANCEL_EVENT,
    COMMAND_HOLD_SEATS,
    COMMAND_RELEASE_HOLD,
    COMMAND_CONFIRM_HOLD,
    COMMAND_SETTLE_PAYMENT,
    COMMAND_SCAN_TICKET,
    COMMAND_REISSUE_TICKET,
    COMMAND_BLOCK_TICKET,
    COMMAND_SET_DOOR_RULES,
    COMMAND_SET_CHECKIN_LIST,
    COMMAND_UPLOAD_SCANS,
    COMMAND_SET_WAITROOM,
    COMMAND_ENTER_WAITROOM,
    COMMAND_LEAVE_WAITROOM,
    COMMAND_ADMIT_PERSONS,
    COMMAND_UPDATE_EVENT,
    COMMAND_UNPUBLISH_EVENT,
    COMMAND_SET_TICKET_TYPE,
    COMMAND_SET_QUOTA,
    COMMAND_SET_VOUCHER,
    COMMAND_CHANGE_HOLD,
    COMMAND_EXTEND_HOLD,
    COMMAND_SET_JOINING,
    COMMAND_JOIN_EVENT,
    COMMAND_END_JOIN,
    COMMAND_BAN_PERSON,
    COMMAND_UNBAN_PERSON,
    COMMAND_SET_POLICY,
    COMMAND_CANCEL_ORDER,
    COMMAND_APPROVE_ORDER,
    COMMAND_REJECT_ORDER,
    COMMAND_EXCHANGE_LINES,
    COMMAND_SET_WAITLIST,
    COMMAND_ENTER_WAITLIST,
    COMMAND_LEAVE_WAITLIST,
    COMMAND_SET_RESALE,
    COMMAND_LIST_TICKET,
    COMMAND_WITHDRAW_LISTING,
    COMMAND_SET_ALLOCATION,
    COMMAND_SET_ADDON,
    COMMAND_SET_BUNDLE,
    COMMAND_SET_QUESTION,
    COMMAND_SET_BUYER,
    COMMAND_RECORD_SETTLEMENT,
    COMMAND_VOID_SETTLEMENT,
    COMMAND_ASK_PAYMENT,
    COMMAND_BOUND_PLAN,
    COMMAND_SET_DEVICE,
    COMMAND_ROTATE_DEVICE,
    COMMAND_RETIRE_DEVICE,
    COMMAND_SET_REGISTRATION,
    COMMAND_SET_RULE,
    COMMAND_DELETE_RULE,
    COMMAND_SET_OPENING,
    COMMAND_SET_OVERRIDE,
    COMMAND_SET_MEDIUM,
    COMMAND_KINDS
};

/* The same content again is accepted and yields no facts; other content is VENUE_EXISTS. */
struct import_venue {
    struct venue venue;
};

struct set_phase {
    struct phase phase;
};

struct set_gate {
    uint32_t gate;
    uint32_t mode; /* enum gate_mode. The mode it has already: accepted, no facts. */
    char reason[GATE_REASON_BYTES + 1];
};

struct set_opening {
    uint32_t opening;
    uint32_t mode; /* enum gate_mode. The mode it has already: accepted, no facts. */
    char reason[GATE_REASON_BYTES + 1];
};

/* Replaces what was said of that origin and purpose before; kind TAKEN_BACK leaves nothing. What is
 * so already: accepted, no facts. */
struct set_override {
    struct override rule; /* set_ms is not looked at. */
};

/*
 * Time goes on, and readings that were folded since the last tick come in: at most one row an
 * index, ascending or not. All columns may be empty. A tick that measures decides nothing else:
 * what follows from it (alarms, a plan that is wanted) is due at once, at the same time.
 */
struct tick {
    int64_t measured_ms; /* at_ms of the newest reading folded; 0: none. */
    struct u32s place;   /* Places, and the people in them now. */
    struct u32s people;
    /* Places, the people in them as counted at sensed_ms, and the standard error of that, a
     * thousandth of it, 1 to 1,000. */
    struct u32s sensed, sensed_people, sensed_error;
    const int64_t *sensed_ms;
    struct u32s gate; /* Gates, and who passed since the last tick. */
    struct u32s gate_in;
    struct u32s gate_out;
    struct u32s queue; /* Facilities, or number of facilities + gate: */
    struct u32s waiting;
    struct u32s served;
    /* Devices that have been silent for too long, since when, and such as are heard again or for
     * the first time; ascending. Those of which that is no news are passed over. */
    struct u32s silent;
    const int64_t *silent_seen_ms;
    struct u32s heard;
    /* Rules over what devices measure, and their newest values, thousandths; ascending. */
    struct u32s rule;
    const int64_t *rule_milli;
    uint32_t load_percent;        /* How full of work the server is. */
    const struct source *sources; /* Sources taken, up to which sequence. */
    uint32_t source_count;
};

/* A planner's answer. No splits: it has nothing better (or failed), the plan stays. */
struct adopt_plan {
    uint32_t wanted;           /* The plan_wanted it answers; an older one is PLAN_STALE. */
    uint32_t clearance_s;      /* 0: unknown. */
    uint32_t free_clearance_s; /* If there were no overrides; 0: there are none, or unknown. */
    const struct proposed_split *splits;
    uint32_t split_count;
    const struct plan_bound *bound; /* NULL: unknown. */
    uint32_t compliance_milli;      /* 1 .. 1000; 0: not seen. */
};

/* A better word on how far any plan could get: of the last plan_wanted that was answered. */
struct bound_plan {
    struct plan_bound bound;
};

/* A device is registered (`is_new`), or is so from now on. */
struct set_device {
    bool is_new;
    struct device_set is;                /* But for `device` and `gateway`. */
    char gateway[SOURCE_NAME_BYTES + 1]; /* Id; empty: none. */
    uint64_t key[DEVICE_KEY_WORDS];      /* Of a new one. */
};
/* It has another secret (ROTATE), or is not registered any more (RETIRE). */
struct tend_device {
    char id[SOURCE_NAME_BYTES + 1];
    uint64_t key[DEVICE_KEY_WORDS];
    char by[CALLER_BYTES + 1];
};

/* The rule of this name is not there any more. */
struct delete_rule {
    char name[RULE_NAME_BYTES + 1];
    char by[CALLER_BYTES + 1];
};

/* An open alarm has been seen. Acknowledged already: accepted, no facts. */
struct acknowledge_alarm {
    uint32_t number;
    char caller[CALLER_BYTES + 1];
};

/* An open alarm is set aside for a time, or taken off the shelf. */
struct shelve_alarm {
    uint32_t number;
    uint32_t for_ms; /* At most SHELVE_MAX_MS. 0: off the shelf (not on it: accepted, no facts). */
    char caller[CALLER_BYTES + 1];
    char reason[SHELVE_REASON_BYTES + 1]; /* Must say something, unless for_ms is 0. */
};

/* What is said of an event, for people. */
struct event_words {
    char city[EVENT_WORD_BYTES + 1], kind[EVENT_WORD_BYTES + 1];
    struct bytes description;
    uint32_t refuse_orphans; /* 0 or 1 */
};
/* Ids of what is made come in with the command: 128 random bits, never used before. */
struct create_event {
    struct id id;
    char title[EVENT_TITLE_BYTES + 1];
    int64_t starts_ms, ends_ms;
    int64_t doors_ms; /* 0: two hours before the start. */
    char currency[CURRENCY_BYTES + 1];
    uint32_t hold_ttl_s;               /* 0: 600. */
    const char *const *category_names; /* One a category, */
    struct u32s price_minor;           /* and its price. */
    struct u32s block_category; /* One a block: 1 + category, 0: not on sale. Empty: all 1. */
    struct event_words words;
    struct id series; /* Any event of it; none: it is alone. */
    struct actor by;  /* Becomes its organiser. */
};
/* All of it becomes so. */
struct update_event {
    struct id event;
    uint64_t version; /* Another than the event's: EVENT_CHANGED. */
    char title[EVENT_TITLE_BYTES + 1];
    int64_t starts_ms, ends_ms, doors_ms;
    uint32_t hold_ttl_s;
    struct event_words words;
    struct actor by;
};
/* Published already: accepted, no facts. */
struct publish_event {
    struct id event;
    struct actor by;
};
/* A draft already: accepted, no facts. */
struct unpublish_event {
    struct id event;
    struct actor by;
};
/* Cancelled already: accepted, no facts. */
struct cancel_event {
    struct id event;
    char reason[CANCEL_REASON_BYTES + 1];
    struct actor by;
};
/* A new one, or (`update`) other terms of the one of this index and version. Of `type` and `quota`
 * the event is left out. */
struct set_ticket_type {
    struct id event;
    bool update;
    struct ticket_type type;
    uint32_t prices; /* How many there are: one for all categories, or one for each. */
    struct actor by;
};
struct set_quota {
    struct id event;
    bool update;
    struct quota quota;
    struct actor by;
};
/* A new one; or (`update`) other uses and another window of the one of this code and version. */
struct set_voucher {
    struct id event;
    bool update;
    struct voucher voucher;
    struct actor by;
};
/* Lines that are wanted: one a row. */
struct wanted_lines {
    struct u32s seats; /* Or NO_SEAT. */
    struct u32s types; /* Empty: all of type 0. */
    struct u32s given; /* In minor units, where the buyer says what it costs; empty: the least. */
    struct u32s with;  /* Of add-ons: 1 + the line that it goes with, 0: any; empty: all any. */
    struct wanted_best {
        uint32_t count; /* So many of the best seats that are left, behind those; 0: none. */
        uint32_t type, given;
        uint32_t accessible; /* So many of them for a wheelchair. */
        bool together;       /* Side by side, or not at all. */
        struct u32s blocks;  /* Of these; empty: of all. */
    } best;
};
struct hold_seats {
    struct id id, event;
    char person[PERSON_BYTES + 1];
    struct wanted_lines lines;
    uint32_t admission; /* The entry that a genuine token of the person and event says; 0: none. */
    char voucher[VOUCHER_CODE_BYTES + 1];    /* Empty: none. */
    char allocation[VOUCHER_CODE_BYTES + 1]; /* The code of one whose seats are theirs; or empty. */
    struct id listing; /* Instead of lines: this ticket, which is offered for resale; or none. */
};
/* By its owner: some lines out, others in, behind those that stay. */
struct change_hold {
    struct id hold;
    uint64_t version;
    char person[PERSON_BYTES + 1];
    struct u32s remove; /* By their place, ascending. */
    struct wanted_lines add;
    bool change_voucher; /* To this one: */
    char voucher[VOUCHER_CODE_BYTES + 1];
    char allocation[VOUCHER_CODE_BYTES + 1]; /* As in struct hold_seats, for what comes in. */
};
struct extend_hold {
    struct id hold;
    uint64_t version;
    char person[PERSON_BYTES + 1];
};
/* A business of another country buys; its tax id as it writes it. */
struct set_buyer {
    struct id hold;
    uint64_t version;
    char person[PERSON_BYTES + 1];
    char tax_id[TAX_ID_ASKED_BYTES + 1];
};
struct release_hold {
    struct id hold;
    char person[PERSON_BYTES + 1]; /* Another than its owner: UNKNOWN_HOLD. */
};
struct confirm_hold {
    struct id hold;
    uint64_t version;
    char person[PERSON_BYTES + 1];
    struct id order;               /* For the order, */
    struct id tickets[HOLD_SEATS]; /* and for one ticket a seat when it is paid at once. */
    char payment_token[PAYMENT_TOKEN_BYTES + 1];
    /* What only the organiser may: */
    uint32_t tender;                   /* enum tender; 0: CARD, which everybody may. */
    char for_person[PERSON_BYTES + 1]; /* Whose the order will be; empty: `person`. */
    bool is_operator;                  /* As struct actor, with `person`. */
    char means[MEANS_BYTES + 1];       /* What the payer's means are called; empty: unknown. */
    struct answer_columns answers;     /* To what the event asks; the organiser need not. */
};
/* The provider's answer; for a number that is not open: accepted, no facts. */
struct settle_payment {
    uint32_t number;
    uint32_t outcome;     /* enum payment_outcome */
    int64_t amount_minor; /* What came in, of a charge that is done; 0: what was asked. */
    char reference[PAYMENT_REFERENCE_BYTES + 1]; /* What the provider calls it; may be empty. */
    struct id tickets[HOLD_SEATS]; /* For one ticket a seat, when it is a charge that is done. */
};
/* On what terms an event's orders are made and cancelled; replaces those it had. */
struct set_policy {
    struct actor by;
    struct id event;
    struct policy policy;
    bool approval_required;  /* By the organiser, before an order is paid. */
    uint32_t payment_ttl_s;  /* A payment has so long; 0: 900. */
    uint32_t approval_ttl_s; /* The organiser has so long; 0: 259,200. */
    char tax_country[3];     /* Letters of tax_id.h; empty: nobody buys without tax. */
};
/* Tickets are given back, by their owner or by the organiser. */
struct cancel_order {
    struct actor by;
    struct id order;
    uint64_t version;
    uint32_t cause;    /* enum policy_cause; the organiser cancels anybody's. */
    struct u32s lines; /* Positions, ascending; none: all that it still has. */
    bool is_quoted;    /* Refused unless this comes to `quoted_minor`. */
    int64_t quoted_minor;
    char reason[CANCEL_REASON_BYTES + 1];
};
struct approve_order {
    struct actor by;
    struct id order;
    uint64_t version;
    struct id tickets[HOLD_SEATS]; /* For one ticket a seat when it is free of charge. */
};
struct reject_order {
    struct actor by;
    struct id order;
    uint64_t version;
    char reason[CANCEL_REASON_BYTES + 1];
};
/* Lines of an order for the seats of a hold, one for one. */
struct exchange_lines {
    struct actor by; /* Whose the hold is. */
    struct id order, hold;
    uint64_t version, hold_version;
    bool as_organiser; /* The order may be anybody's; otherwise it is theirs, too. */
    struct u32s lines; /* Positions, ascending. */
    char payment_token[PAYMENT_TOKEN_BYTES + 1];
    bool is_quoted; /* Refused unless it costs `quoted_minor` more. */
    int64_t quoted_minor;
};
/* The code was read and its signature found right by the caller; or it was not: `forged`. Accepted
 * whatever the result is: it is in facts->scan. */
struct scan_ticket {
    bool forged;
    struct id ticket, ticket_event; /* As the code says. */
    uint32_t generation;
    struct id event; /* What the gate admits to; none: whatever the ticket says. */
    uint32_t gate;
    uint64_t nonce;  /* Not 0. */
    uint32_t list;   /* Of the event. */
    bool exit;       /* They leave. */
    bool id_checked; /* The steward has looked at their papers. */
    bool by_hand;    /* `ticket` was typed: a ticket's id, or an order's. */
    /* Not empty: this was read. `ticket` is what a gate that was offline took it for, or none. */
    char medium[MEDIUM_BYTES + 1];
    bool forced;     /* They are in, whatever the answer would have been: it is kept. */
    int64_t at_ms;   /* When it was; 0: now. */
};
/* What a scanner did while it was offline: kept as forced, in the order of their sequences. Those
 * that are in already are passed over. */
struct upload_scans {
    char scanner[SCANNER_NAME_BYTES + 1];
    const struct scan_ticket *scans;
    const uint64_t *sequences; /* One a scan, ascending. */
    uint32_t count;            /* At most UPLOAD_SCANS. */
    struct scan *results;      /* One a scan: the caller's, filled by decide. */
};

/* The present holder gives the ticket to somebody else, or has it issued again. */
struct reissue_ticket {
    struct id ticket;
    char person[PERSON_BYTES + 1]; /* Another than its holder: UNKNOWN_TICKET. */
    char to[PERSON_BYTES + 1];     /* Empty: stays theirs. */
};
/* As it is already: accepted, no facts. */
struct block_ticket {
    struct actor by;
    struct id ticket;
    bool blocked;
    char reason[BLOCK_REASON_BYTES + 1]; /* Must say something, unless it is unblocked. */
};
/* As it is already: accepted, no facts. */
enum medium_change {
    MEDIUM_ISSUE = 1, /* A ticket is exchanged for it; one that the ticket had before is free. */
    MEDIUM_BLOCK,     /* It opens nothing. */
    MEDIUM_UNBLOCK,
    MEDIUM_RETURN, /* It stands for nothing any more; the ticket's own codes open again. */
};
struct set_medium {
    struct actor by;
    enum medium_change change;
    char medium[MEDIUM_BYTES + 1];
    struct id ticket;                    /* ISSUE. */
    char reason[BLOCK_REASON_BYTES + 1]; /* BLOCK: must say something. */
};
/* All of them; the same again: accepted, no facts. */
struct set_door_rules {
    struct actor by;
    struct id event;
    uint32_t sealed_s, offline;
    bool transfers, reentry;
};
struct set_checkin_list {
    struct actor by;
    struct id event;
    uint32_t number; /* 0: a new one. */
    char name[LIST_NAME_BYTES + 1];
    struct u32s blocks, gates, types; /* Ascending; empty: all. */
    int64_t from_ms, until_ms;        /* 0: as the event. */
    bool reentry, checks_id, codes_only;
};

/* Zeros are defaults where the API says so. Settings as they are: accepted, no facts. */
struct set_waitroom {
    struct id event;
    uint32_t keeps; /* Bits by enum waitroom_setting: these are as they were, or as at first. */
    uint32_t mode;
    int64_t opens_ms;
    uint32_t rate_ppm, max_active, claim_s, session_s, proof_bits, device_waiters;
    struct id seed[2]; /* For a room that is made. */
    struct actor by;
};
/* Who has a place already keeps it: accepted, no facts. */
struct enter_waitroom {
    struct id event;
    const char *const *persons;
    uint32_t person_count;
    struct u64s nonce;          /* One a person, */
    const char *const *devices; /* and of each; empty: unknown. */
};
/* For leaving, and for being let in ahead of the line. */
struct waitroom_persons {
    struct id event;
    const char *const *persons;
    uint32_t count;
    struct actor by; /* Of who lets in. */
};

/* As it is: accepted, no facts. */
struct set_joining {
    struct id event;
    uint32_t capacity, waitlist, closed; /* As in struct joining. */
    struct actor by;
};
struct join_event {
    struct id id, event;
    char person[PERSON_BYTES + 1];
};
/* By themselves, or by the organiser. */
struct end_join {
    struct id event;
    char person[PERSON_BYTES + 1];
    bool kick;
    char reason[JOIN_REASON_BYTES + 1];
    struct actor by; /* Of who kicks. */
};
struct ban_person {
    struct id event;
    char person[PERSON_BYTES + 1];
    int64_t until_ms; /* 0: for ever. */
    char reason[JOIN_REASON_BYTES + 1];
    struct actor by;
};

/* As it is: accepted, no facts. */
struct set_waitlist {
    struct id event;
    uint32_t capacity, claim_s, closed; /* As in struct waitlist. */
    struct actor by;
};
struct enter_waitlist {
    struct id event;
    struct id id, hold;
    uint32_t type, party;
    char person[PERSON_BYTES + 1];
};
struct leave_waitlist {
    struct id event;
    char person[PERSON_BYTES + 1];
};

/* As they are: accepted, no facts. */
struct set_resale {
    struct id event;
    uint32_t cap_percent, fee_bp; /* As in struct resale_terms. */
    struct actor by;
};
/* Its owner offers it, or for another price; as it is: accepted, no facts. */
struct list_ticket {
    struct id ticket;
    uint32_t price_minor;
    char person[PERSON_BYTES + 1]; /* Another than its holder: UNKNOWN_TICKET. */
};
struct withdraw_listing {
    struct id ticket;
    char person[PERSON_BYTES + 1];
};

/* A new one, or other terms of the one of this number. */
struct set_allocation {
    struct id event;
    uint32_t number; /* 0: a new one. */
    char name[ALLOCATION_NAME_BYTES + 1];
    char code[VOUCHER_CODE_BYTES + 1];
    struct u32s first, count; /* Ranges of seats: one a row, ascending. */
    int64_t release_ms;       /* 0: never; now or earlier: at once. */
    struct actor by;
};

/* A type becomes an add-on, has other terms as one, or is none any more. */
struct set_addon {
    struct id event;
    uint32_t type, goes_with, min_per_ticket, max_per_ticket; /* As in struct addon. */
    struct actor by;
};
/* What a type brings from now on; what is held or sold stays as it is. */
struct set_bundle {
    struct id event;
    uint32_t type, count;
    uint32_t addon[BUNDLE_ITEMS], pieces[BUNDLE_ITEMS], price_minor[BUNDLE_ITEMS];
    struct actor by;
};

/* A new one; or the one of this number is not asked any more (as it is: accepted, no facts). */
struct set_question {
    struct id event;
    uint32_t withdraw;        /* 0: a new one: */
    struct question question; /* Its event, number and version are left out. */
    struct actor by;
};

/* The provider is asked again now, not when it is due. */
struct ask_payment {
    uint32_t number;
    struct actor by;
};
/* Money has left an account for the organiser's bank (settlement.h). */
struct record_settlement {
    struct id event;
    uint32_t account;                /* enum ledger_account */
    int64_t amount_minor, fee_minor; /* As in struct settlement. */
    int64_t settled_ms;              /* 0: now. */
    char reference[SETTLEMENT_REFERENCE_BYTES + 1];
    struct actor by;
};
/* It was recorded wrongly. */
struct void_settlement {
    struct id event;
    uint32_t number;
    char reason[SETTLEMENT_REASON_BYTES + 1];
    struct actor by;
};

struct command {
    enum command_kind kind;
    int64_t time_ms; /* Stadium time, Unix ms; earlier than the stadium's is CLOCK_BACKWARDS. */
    union {
        struct import_venue import_venue;
        struct set_phase set_phase;
        struct set_gate set_gate;
        struct set_opening set_opening;
        struct set_override set_override;
        struct tick tick;
        struct adopt_plan adopt_plan;
        struct bound_plan bound_plan;
        struct set_device set_device;
        struct tend_device tend_device; /* ROTATE_DEVICE, RETIRE_DEVICE */
        struct registration_set set_registration;
        struct rule_set set_rule; /* But for `rule`. */
        struct delete_rule delete_rule;
        struct acknowledge_alarm acknowledge_alarm;
        struct shelve_alarm shelve_alarm;
        struct create_event create_event;
        struct publish_event publish_event;
        struct cancel_event cancel_event;
        struct hold_seats hold_seats;
        struct release_hold release_hold;
        struct confirm_hold confirm_hold;
        struct settle_payment settle_payment;
        struct scan_ticket scan_ticket;
        struct upload_scans upload_scans;
        struct reissue_ticket reissue_ticket;
        struct block_ticket block_ticket;
        struct set_medium set_medium;
        struct set_door_rules set_door_rules;
        struct set_checkin_list set_checkin_list;
        struct set_waitroom set_waitroom;
        struct enter_waitroom enter_waitroom;
        struct waitroom_persons leave_waitroom, admit_persons;
        struct update_event update_event;
        struct unpublish_event unpublish_event;
        struct set_ticket_type set_ticket_type;
        struct set_quota set_quota;
        struct set_voucher set_voucher;
        struct change_hold change_hold;
        struct extend_hold extend_hold;
        struct set_waitlist set_waitlist;
        struct enter_waitlist enter_waitlist;
        struct leave_waitlist leave_waitlist;
        struct set_resale set_resale;
        struct list_ticket list_ticket;
        struct withdraw_listing withdraw_listing;
        struct set_allocation set_allocation;
        struct set_addon set_addon;
        struct set_bundle set_bundle;
        struct set_question set_question;
        struct set_buyer set_buyer;
        struct ask_payment ask_payment;
        struct record_settlement record_settlement;
        struct void_settlement void_settlement;
        struct set_joining set_joining;
        struct join_event join_event;
        struct end_join end_join;
        struct ban_person ban_person;
        struct set_policy set_policy;
        struct cancel_order cancel_order;
        struct approve_order approve_order;
        struct reject_order reject_order;
        struct exchange_lines exchange_lines;
    } as;
};

#endif
