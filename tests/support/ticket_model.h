/*
 * Ticketing once more, as a sequential model: written from what the API promises, without ticks and
 * without lists that have to be kept in step. It is told each command in the order of the journal
 * and says what it must be answered:
 *
 *   - a seat has one owner at most (I1), holds are all or nothing (I5), none is confirmed after its
 *     time or with an old version (I6), nothing is booked that nobody asked for (I4);
 *   - a cancelled event never sells (I11), a ticket admits once (I12);
 *   - who waits gets what comes free in the order of waiting (I8), nobody holds seats past a
 * waiting room, whose order is that of its draw;
 *   - who paid has tickets or a refund that is asked for, until it is done (I9).
 *
 * It is used in two ways. ticket_model_hear() stands beside a stadium, and aborts with a sentence
 * when that answered otherwise or has other rows. tests/storm/checker tells it what any number of
 * clients did, and what the journal kept of it.
 *
 * Holds of this model are over when their time is: what a stadium does a tick later makes no
 * difference, so what a hold or a seat is depends on when one looks.
 */
#ifndef TESTS_SUPPORT_TICKET_MODEL_H
#define TESTS_SUPPORT_TICKET_MODEL_H

#include "server/core/allocation.h"
#include "server/core/id_map.h"
#include "server/core/stadium.h"
#include "server/core/tax_id.h"

struct model_seat {
    bool on_sale;
    uint32_t category; /* From 0. */
    uint32_t hold;     /* 1 + index of the last hold that had it; 0: none. */
    uint32_t kept;     /* Number of the allocation that keeps it; 0: none does. */
};

enum { MODEL_VOUCHERS = 8, MODEL_RANGES = 4 }; /* Of an event; of an allocation. */
enum { MODEL_ANSWERS = 64 };                   /* Of an order. */

/* Its seats know it until it is released. */
struct model_allocation {
    char code[VOUCHER_CODE_BYTES + 1];
    struct {
        uint32_t first, count;
    } ranges[MODEL_RANGES];
    uint32_t range_count;
    int64_t release_ms; /* 0: never. */
    bool released;
};

/* One a person and event. */
struct model_join {
    struct id id;
    uint32_t event;
    enum join_state state; /* 0: they have never joined; there may be a ban. */
    char person[PERSON_BYTES + 1];
    uint64_t turn;           /* Who joined earlier has a lower one. */
    int64_t banned_until_ms; /* 0: never. */
};

struct model_wait {
    struct id id, hold;
    uint32_t event, type, party;
    enum wait_state state;
    char person[PERSON_BYTES + 1];
};

/* A waiting room. Entries and numbers from 1. */
struct model_room {
    uint32_t mode, rate_ppm, max_active, claim_s, session_s;
    int64_t opens_ms, drawn_ms, stood_ms, stands_since_ms;
    uint8_t seed[32];
    bool open;
    struct model_waiter {
        char person[PERSON_BYTES + 1];
        uint64_t nonce;
        uint32_t number; /* 0: not drawn yet. */
        enum waiter_state state;
        int64_t until_ms; /* By the room's clock. */
    } * waiters;
    uint32_t count, room, served, waiting, active;
    struct id_map newest; /* Of each person the last entry. */
    uint32_t *drawn;      /* By number - 1: the entries of the draw, */
    uint32_t drawn_count; /* so many; behind those an entry is its number. */
    /* What the line may let in, at most, in 60,000ths of a person; as of a time. */
    uint64_t credit;
    int64_t credit_ms;
};

struct model_event {
    struct id id;
    enum event_state state;
    int64_t starts_ms, ends_ms, doors_ms, ttl_ms;
    char organiser[PERSON_BYTES + 1]; /* Empty: anybody is. */
    struct model_seat *seats;
    uint32_t newest_order, newest_hold; /* 1 + index; 0: none. */
    /* What is sold; versions are the stadium's. */
    struct ticket_type types[EVENT_TYPES];
    struct quota quotas[EVENT_QUOTAS];
    struct voucher vouchers[MODEL_VOUCHERS];
    uint32_t type_count, quota_count, voucher_count, category_count;
    uint64_t version;
    struct set_door_rules rules;
    struct set_checkin_list lists[CHECKIN_LISTS]; /* Their columns are not kept: bits are. */
    uint64_t list_blocks[CHECKIN_LISTS], list_gates[CHECKIN_LISTS]; /* The first 64 of each. */
    uint32_t list_count;
    struct model_joining {
        bool exists, closed;
        uint32_t capacity, waitlist;
    } joining;
    struct model_waitlist {
        bool exists, closed;
        uint32_t capacity, claim_s, newest; /* 1 + index of the last who waited; 0: nobody did. */
        uint32_t waiting;
    } waitlist;
    struct model_allocation allocations[EVENT_ALLOCATIONS]; /* Number 1 first. */
    uint32_t allocation_count;
    struct model_room *room;                    /* NULL: it has none. */
    struct policy policy;                       /* On what terms tickets are given back; */
    bool approval_required;                     /* and orders are made. */
    uint32_t payment_ttl_s, approval_ttl_s;     /* 0: as usual. */
    uint32_t tax_country;                       /* As in tax_id.h; 0: nobody buys without tax. */
    uint32_t resale_cap_percent, resale_fee_bp; /* 0: there is no resale. */
    struct model_addon {
        uint32_t goes_with; /* Set of types; 0: it is none. */
        uint32_t min, max;  /* Of each of those; max 0: no bound. */
    } addons[EVENT_TYPES];
    struct model_bundle {
        uint32_t count; /* Items; 0: the type brings nothing. */
        uint32_t addon[BUNDLE_ITEMS], pieces[BUNDLE_ITEMS], price_minor[BUNDLE_ITEMS];
    } bundles[EVENT_TYPES];
    bool has_addons; /* Some type is one, or brings some, or was or did. */
    struct model_question {
        uint32_t values, types; /* Answers are 1 to; set, 0: all. */
        bool required, per_ticket, withdrawn;
    } questions[EVENT_QUESTIONS]; /* Number 1 first. */
    uint32_t question_count;
    struct model_settlement {
        uint32_t account; /* enum ledger_account */
        int64_t amount_minor, fee_minor;
        char reference[SETTLEMENT_REFERENCE_BYTES + 1];
        bool voided;
    } * settlements; /* Number 1 first. */
    uint32_t settlement_count, settlement_room;
};

struct model_hold {
    struct id id;
    uint32_t event;
    enum hold_state state; /* HELD, also when it is over: see model_hold_state(). */
    char person[PERSON_BYTES + 1];
    int64_t expires_ms;
    uint64_t version;                       /* What was told of it last. */
    uint64_t lines_version;                 /* And when its lines were others. */
    bool changed;                           /* Since then. */
    uint32_t shown;                         /* The row's state when it was compared last. */
    uint32_t seats[HOLD_SEATS], seat_count; /* One a line, or NO_SEAT. */
    uint32_t type[HOLD_SEATS], price_minor[HOLD_SEATS], total_minor[HOLD_SEATS];
    bool uses[HOLD_SEATS];         /* The voucher. */
    bool gone[HOLD_SEATS];         /* It was bought and given back. */
    uint8_t with[HOLD_SEATS];      /* Of an add-on: 1 + the line that it goes with; 0: of none. */
    bool bundled[HOLD_SEATS];      /* And a bundle brought it. */
    char tax_id[TAX_ID_BYTES + 1]; /* Who owes the tax; empty: it is in the price. */
    uint32_t voucher;              /* 1 + index within the event; 0: none. */
    uint32_t extensions;
    uint32_t resale; /* 1 + index of the ticket that it is of, until that is sold; 0: of none. */
    uint32_t older;  /* 1 + index of the one before of the same event; 0: none. */
};

enum { MODEL_TOP_UPS = 4 };

struct model_order {
    struct id id;
    uint32_t hold;
    enum order_state state;
    enum tender tender;
    char person[PERSON_BYTES + 1]; /* Whose it is: whoever it was sold to. */
    char means[MEANS_BYTES + 1];   /* Where they are bounded; else empty. */
    struct model_answer {
        uint8_t question, line, value;
    } answers[MODEL_ANSWERS];
    uint32_t answer_count;
    int64_t total_minor, captured_minor, refunded_minor;
    int64_t expires_ms;      /* Unless it is paid, or approved, before. */
    uint32_t charge, refund; /* Numbers of payments that are open; 0: none. */
    int64_t refund_minor;    /* What goes back, or went, by that. */
    bool reserving;          /* The charge is not captured, only reserved; */
    bool authorised;         /* it was, and not captured since or given up: */
    uint32_t giving_up;      /* that is asked for with this number. */
    /* What goes back of lines that were given back: not asked for yet, and asked for. */
    int64_t owed_minor;
    struct {
        uint32_t number;
        int64_t amount_minor;
    } returns[HOLD_SEATS];
    uint32_t return_count;
    bool refunded; /* All that was left. */
    /* Of that, over the counter: what no fact has said yet, for its event is wound up later. */
    int64_t unreturned_minor;
    /* Its lines, which at first are those of its hold; after an exchange some are another's. */
    struct model_line {
        uint32_t hold, at;
    } lines[HOLD_SEATS];
    uint32_t line_count;
    uint32_t exchange_hold, exchange_asked; /* 1 + index, number; 0: none is paid for now. */
    uint32_t exchange_lines;                /* A set. */
    uint32_t exchange_last;                 /* The last one, by index. */
    int64_t exchange_cost_minor, exchange_until_ms;
    struct {
        uint32_t number;
        int64_t amount_minor;
    } top_ups[MODEL_TOP_UPS]; /* Asked for and not answered yet. */
    uint32_t top_up_count;
    uint64_t version; /* The stadium's. */
    uint32_t first_ticket, ticket_count;
    uint32_t older; /* 1 + index of the one before of the same event; 0: none. */
};

struct model_ticket {
    struct id id;
    uint32_t order, seat;
    enum ticket_state state;
    uint32_t generation;
    char person[PERSON_BYTES + 1]; /* Whose it is. */
    bool blocked;
    struct model_listing {
        bool open, sold; /* Offered to others; theirs. */
        uint32_t price_minor;
        int64_t listed_ms;
        uint32_t hold; /* 1 + index of the last one that had it; 0: none did. */
    } listing;
    struct model_passing {
        bool came, inside;
        uint32_t gate;  /* The last one, */
        uint64_t nonce; /* with this. */
    } at[CHECKIN_LISTS + 1];
};

enum { MODEL_GATES = 256, MODEL_SCANNERS = 8, MODEL_MEDIA = 16 };

/* What a ticket was exchanged for. */
struct model_medium {
    char name[MEDIUM_BYTES + 1];
    uint32_t ticket; /* 1 + index; 0: it stands for none. */
    bool blocked;
};

/* Zeroed is before the first command about tickets. */
struct ticket_model {
    struct model_event *events;
    struct model_hold *holds;
    struct model_order *orders;
    struct model_ticket *tickets;
    uint32_t event_count, hold_count, order_count, ticket_count;
    uint32_t event_room, hold_room, order_room, ticket_room;
    struct id_map event_ids, hold_ids, order_ids, ticket_ids;
    struct model_join *joins;
    struct model_wait *waits;
    uint32_t join_count, join_room, wait_count, wait_room;
    struct id_map join_ids, wait_ids; /* Of a person in an event; the newest. */
    struct id_map offers;             /* Ids of holds to waits. */
    uint64_t turns;
    uint32_t *known_joins; /* By their index in the stadium, which facts name: indices here. */
    uint32_t known_join_count, known_join_room;
    struct scanner scanners[MODEL_SCANNERS]; /* Those that have sent something. */
    struct model_medium media[MODEL_MEDIA];
    uint32_t medium_count;
    struct id_map payments;                  /* Open ones, as { 0, number }: their orders. */

    uint32_t *block_seats; /* Of the venue, by block. NULL: there is no venue yet. */
    uint32_t block_count, seat_count, gate_count;
    bool gate_closed[MODEL_GATES];
    bool only_says; /* For ticket_model_says(). */
    bool strict;    /* What is over and has not ended yet is held still. */
};
void ticket_model_fini(struct ticket_model *model);

static inline struct model_event *model_event_of(const struct ticket_model *model,
                                                 const struct model_hold *hold)
{
    return &model->events[hold->event];
}

/* The venue's blocks and gates; before anything is sold. */
void ticket_model_venue(struct ticket_model *model, const struct venue *venue);
/* Does what is asked, or does not: what it must be answered. *scan (may be NULL) is what a scan
 * comes to. Any kind of command; of those that have nothing to do with tickets: STATUS_OK. */
enum status ticket_model_do(struct ticket_model *model, const struct command *command,
                            enum scan_result *scan);
/* The same, but nothing is done. Not of a scan, which always is. */
enum status ticket_model_says(struct ticket_model *model, const struct command *command);
/* A payment is asked for. NULL: it may be; otherwise what is wrong with it. */
const char *ticket_model_pays(struct ticket_model *model, struct id order,
                              const struct payment_wanted *wanted);
/* The same when an order expires. */
const char *ticket_model_expires(struct ticket_model *model, struct id order, int64_t now_ms);

/* door_model.c: the same for commands about doors and whose tickets are. */
bool door_model_knows(enum command_kind kind);
enum status door_model_do(struct ticket_model *model, const struct command *command,
                          enum scan_result *scan);

/* What stands for a ticket; NULL: it was not exchanged. */
const struct model_medium *model_medium_of(const struct ticket_model *model,
                                           const struct model_ticket *ticket);
/* The one of this name that stands for a ticket; NULL: none does. */
struct model_medium *model_medium_find(struct ticket_model *model, const char *name);

/* sale_model.c: the same for what is sold, and for lines of holds. */
bool sale_model_knows(enum command_kind kind);
enum status sale_model_do(struct ticket_model *model, const struct command *command);
void sale_model_begin(struct model_event *event, const struct create_event *ask);
/* What is left of a type for whoever asks now. */
uint32_t sale_model_left(struct ticket_model *model, struct model_event *event, uint32_t type,
                         int64_t now_ms);
/* Of an event that is on sale. */
enum status sale_model_hold(struct ticket_model *model, struct model_event *event,
                            const struct hold_seats *ask, int64_t now_ms);
/* How many of a type somebody holds or has. */
uint32_t sale_model_share(struct ticket_model *model, const struct model_event *event,
                          uint32_t type, const char *person, int64_t now_ms);
/* Whether a hold whose order has expired could be made once more, while its event is on sale. */
bool sale_model_revives(struct ticket_model *model, const struct model_hold *hold, int64_t now_ms);
struct model_hold *model_hold_add(struct ticket_model *model, struct id id);

/* How many lines of a type are held or sold. */
uint32_t sale_model_live(struct ticket_model *model, const struct model_event *event, uint32_t type,
                         int64_t now_ms);
/* The caller's own hold, live, of this version, while its event sells. */
enum status sale_model_mine(struct ticket_model *model, struct id id, const char *person,
                            uint64_t version, int64_t now_ms, struct model_hold **hold);

/* addon_model.c: lines that go with other lines. */
bool addon_model_knows(enum command_kind kind);
enum status addon_model_do(struct ticket_model *model, const struct command *command);
bool addon_model_is(const struct model_event *event, uint32_t type);
/* Lines of a basket from `first` on get what bundles bring, and theirs; `with` is what is wished
 * for each, or empty. `given` gets the prices of what is brought, by line. */
enum status addon_model_pair(const struct model_event *event, struct model_hold *hold,
                             uint32_t first, struct u32s with, uint32_t *given);
/* Whether a bundle brought one of the lines and its ticket is not among them. */
bool addon_model_torn(const struct model_hold *hold, uint32_t lines);
/* The others that go with a set of lines. */
uint32_t addon_model_with(const struct model_hold *hold, uint32_t lines);
/* Whether each ticket has the add-ons that it needs. */
enum status addon_model_complete(const struct model_event *event, const struct model_hold *hold);
/* Whether lines of a hold go with each other as the lines of an order that they are for. */
bool addon_model_alike(const struct ticket_model *model, const struct model_order *order,
                       const struct model_hold *hold, uint32_t lines);
/* Of a ticket: whether it is an add-on's; which of its order's go with it; whether it cannot be
 * resold for either. */
bool addon_model_is_ticket(const struct ticket_model *model, const struct model_ticket *ticket);
uint32_t addon_model_tickets(const struct ticket_model *model, const struct model_ticket *ticket);
bool addon_model_fixes(const struct ticket_model *model, const struct model_ticket *ticket);

/* ledger_model.c: where the money is, and what was settled of it (I9). */
bool ledger_model_knows(enum command_kind kind);
enum status ledger_model_do(struct ticket_model *model, const struct command *command);
/* Of PROVIDER, CASH_BOX, EXTERNAL, RECEIVABLE, BANK or CHARGES; debit > 0. */
int64_t ledger_model_balance(const struct ticket_model *model, const struct model_event *event,
                             enum ledger_account account);
/* A fact says that what an order costs has gone back. */
void ledger_model_refunded(struct ticket_model *model, uint32_t order);

/* checkout_model.c: questions, means of payment, who buys and who sells. */
bool checkout_model_knows(enum command_kind kind);
enum status checkout_model_do(struct ticket_model *model, const struct command *command);
int64_t checkout_model_total(const struct model_hold *hold, enum tender tender);
/* Of a hold that can be confirmed: whether it can be in this way. Then its order knows. */
enum status checkout_model_check(const struct ticket_model *model, const struct model_hold *hold,
                                 const struct confirm_hold *ask);
void checkout_model_note(const struct ticket_model *model, struct model_order *order,
                         const struct confirm_hold *ask);
enum status checkout_model_check_exchange(const struct ticket_model *model,
                                          const struct model_order *order,
                                          const struct model_hold *hold, uint32_t lines);
/* A line without its tax. */
void checkout_model_reverse(const struct model_event *event, struct model_hold *hold,
                            uint32_t line);

/* allocation_model.c: seats that are kept for a channel. */
bool allocation_model_knows(enum command_kind kind);
enum status allocation_model_do(struct ticket_model *model, const struct command *command);
/* One is released. NULL: it had to be; otherwise what is wrong with it. */
const char *allocation_model_see(struct ticket_model *model,
                                 const struct allocation_released *released, int64_t now_ms);
/* The number of the one with this code, in whatever case; 0: there is none. */
uint32_t model_allocation_find(const struct model_event *event, const char *code);
/* Kept for others than this allocation; see allocation_keeps(). */
bool model_seat_is_kept(const struct model_event *event, uint32_t seat, uint32_t allocation);

/* join_model.c: who takes part, and who may not. */
bool join_model_knows(enum command_kind kind);
enum status join_model_do(struct ticket_model *model, const struct command *command);
/* What time did. NULL: it had to; otherwise what is wrong with it. */
const char *join_model_see(struct ticket_model *model, const struct fact *fact);
bool join_model_is_banned(const struct ticket_model *model, uint32_t event, const char *person,
                          int64_t now_ms);
struct model_join *model_join_find(const struct ticket_model *model, uint32_t event,
                                   const char *person);
uint32_t join_model_count(const struct ticket_model *model, uint32_t event, enum join_state state);
/* Of somebody who waits, from 1; 0: they do not. */
uint32_t join_model_position(const struct ticket_model *model, const struct model_join *join);

/* wait_model.c: who waits for tickets of what is sold out (I8). */
bool wait_model_knows(enum command_kind kind);
enum status wait_model_do(struct ticket_model *model, const struct command *command);
/* A hold that is made for somebody who waits, or somebody who waits no more. */
const char *wait_model_offer(struct ticket_model *model, uint32_t wait,
                             const struct lines_held *held, int64_t now_ms);
const char *wait_model_end(struct ticket_model *model, const struct wait_ended *ended,
                           int64_t now_ms);
/* Until when an offer lasts that is made now. */
int64_t wait_model_claim_until_ms(const struct model_event *event, int64_t now_ms);
/* A hold is over, or bought: the offer that it was, too. */
void wait_model_hold_ended(struct ticket_model *model, const struct model_hold *hold);
/* Whether what is left is enough for somebody who waits. */
bool wait_model_fits(struct ticket_model *model, struct model_event *event, int64_t now_ms);
struct model_wait *model_wait_find(const struct ticket_model *model, uint32_t event,
                                   const char *person);
uint32_t wait_model_position(const struct ticket_model *model, const struct model_wait *wait);

/* room_model.c: waiting rooms. */
bool room_model_knows(enum command_kind kind);
enum status room_model_do(struct ticket_model *model, const struct command *command);
const char *room_model_see(struct ticket_model *model, const struct fact *fact);
/* What a hold of this admission is answered; `entry` 0: it shows none. */
enum status room_model_check(struct ticket_model *model, const struct model_event *event,
                             const char *person, uint32_t entry, int64_t now_ms);
void room_model_held(struct model_event *event, const char *person, int64_t now_ms);
void room_model_bought(struct model_event *event, const char *person);
/* The newest entry; 0: none. */
uint32_t model_waiter_find(const struct model_room *room, const char *person);
void model_room_free(struct model_room *room);

/* approval_model.c: orders that the organiser looks at first. */
bool approval_model_knows(enum command_kind kind);
enum status approval_model_do(struct ticket_model *model, const struct command *command);
/* By when an order is paid, or (approval) looked at. */
int64_t approval_model_until_ms(const struct model_event *event, bool approval, int64_t now_ms);
/* A fact says so. NULL: it had to; otherwise what is wrong with it. */
const char *approval_model_rejected(struct ticket_model *model, uint32_t order);
/* Money is reserved, captured or given up; NULL: it had to be. */
const char *approval_model_wanted(struct model_order *order, const struct payment_wanted *wanted);
/* Answered, but for what a capture brings. False: more follows from it. */
bool approval_model_settled(struct ticket_model *model, struct model_order *order,
                            const struct settle_payment *settle);

/* resale_model.c: tickets that are offered to others. */
bool resale_model_knows(enum command_kind kind);
enum status resale_model_do(struct ticket_model *model, const struct command *command);
/* A hold of what is offered, of an event that is on sale. */
enum status resale_model_hold(struct ticket_model *model, struct model_event *event,
                              const struct hold_seats *ask, int64_t now_ms);
/* Whether such a hold can be paid for; and after its order has expired. Then it is sold. */
bool resale_model_stands(const struct ticket_model *model, const struct model_hold *hold);
bool resale_model_revives(const struct ticket_model *model, const struct model_hold *hold,
                          int64_t now_ms);
void resale_model_sell(struct ticket_model *model, struct model_hold *hold);
bool model_listing_held(const struct ticket_model *model, const struct model_ticket *ticket,
                        int64_t now_ms);
/* The most that may be asked for it; until when it is only for who waits (0: nobody does). */
int64_t resale_model_most(const struct ticket_model *model, const struct model_ticket *ticket);
int64_t resale_model_waiters_ms(const struct model_event *event, const struct model_ticket *ticket);

/* refund_model.c: tickets that are given back, and on what terms. */
bool refund_model_knows(enum command_kind kind);
enum status refund_model_do(struct ticket_model *model, const struct command *command);
/* Whether an order has tickets. */
bool refund_model_is_sold(const struct ticket_model *model, const struct model_order *order);
/* The lines that are named, or all that are left, in a set; *status is why not. */
uint32_t refund_model_lines(const struct ticket_model *model, const struct model_order *order,
                            struct u32s named, bool organiser, enum status *status);
/* What the lines cost that an order still has. */
int64_t refund_model_left(const struct ticket_model *model, const struct model_order *order);
/* What goes back of lines, until it has. */
int64_t refund_model_due(const struct model_order *order);
/* A payment back is asked for, or over; NULL: it had to. False: it is none of the order's. */
const char *refund_model_wanted(struct model_order *order, const struct payment_wanted *wanted);
bool refund_model_settled(struct model_order *order, const struct settle_payment *settle);

/* exchange_model.c: lines of an order for those of a hold. */
enum status exchange_model_do(struct ticket_model *model, const struct exchange_lines *ask,
                              int64_t now_ms);
/* Its payment is asked for; answered (false: it is none of an exchange); it was given up. */
const char *exchange_model_wanted(struct model_order *order, const struct payment_wanted *wanted);
bool exchange_model_settled(struct ticket_model *model, struct model_order *order,
                            const struct settle_payment *settle, int64_t now_ms);
const char *exchange_model_dropped(struct ticket_model *model,
                                   const struct exchange_dropped *dropped, int64_t now_ms);
/* An order gets its tickets; or it will not be paid, and its hold goes on unless its event is
 * cancelled. */
void ticket_model_paid(struct ticket_model *model, struct model_order *order,
                       const struct id *tickets);
void ticket_model_unpaid(struct ticket_model *model, struct model_order *order);
/* A hold's state is another, by its order. */
void ticket_model_hold_moved(struct ticket_model *model, struct model_hold *hold,
                             enum hold_state state);

/* Who made the event, or anybody of one that nobody did. */
bool model_is_organiser(const struct model_event *event, const struct actor *by);
/* A person in an event, as a key. */
struct id model_person(uint32_t event, const char *person);
/* The event, if who asks may change it. */
enum status sale_model_changeable(const struct ticket_model *model, struct id id,
                                  const struct actor *by, int64_t now_ms,
                                  struct model_event **event);
/* What time did, by a fact that no command begins with; `next` is the one behind it, or NULL. NULL:
 * it had to; otherwise what is wrong with it. */
const char *ticket_model_time(struct ticket_model *model, const struct fact *fact,
                              const struct fact *next);
/* A hold's end is there. */
void ticket_model_hold_ended(struct ticket_model *model, struct model_hold *hold,
                             enum hold_state state);

enum event_state model_event_state(const struct model_event *event, int64_t now_ms);
enum hold_state model_hold_state(const struct ticket_model *model, const struct model_hold *hold,
                                 int64_t now_ms);
enum seat_state model_seat_state(const struct ticket_model *model, const struct model_event *event,
                                 uint32_t seat, int64_t now_ms);
struct model_event *model_event_find(const struct ticket_model *model, struct id id);
struct model_hold *model_hold_find(const struct ticket_model *model, struct id id);
struct model_order *model_order_find(const struct ticket_model *model, struct id id);
struct model_ticket *model_ticket_find(const struct ticket_model *model, struct id id);

/* After evolve: the command, what decide said, and its facts. Any kind of command. */
void ticket_model_hear(struct ticket_model *model, const struct stadium *stadium,
                       const struct command *command, enum status said, const struct facts *facts);
/* The last part of that: aborts when the stadium's rows are not as the model's at `now_ms`. */
void ticket_model_compare(struct ticket_model *model, const struct stadium *stadium,
                          int64_t now_ms);

#endif
