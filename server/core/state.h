/* The inside of a stadium, for the files of this folder (and tests that look at every row). */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "server/base/arena.h"
#include "server/base/image.h"
#include "server/core/alarm_log.h"
#include "server/core/booking.h"
#include "server/core/device.h"
#include "server/core/doors.h"
#include "server/core/estimate.h"
#include "server/core/money.h"
#include "server/core/rule.h"
#include "server/core/stadium.h"
#include "server/core/wait.h"

#include <string.h>

/* The end of the year 9999: time sums cannot overflow below it. */
#define TIME_MAX_MS INT64_C(253402300799999)

/* What is one of a kind. */
struct head {
    uint64_t seq;
    uint64_t guidance_seq;
    uint64_t crowd_seq;
    int64_t now_ms;
    int64_t measured_ms; /* Newest reading. */
    int64_t rolled_ms;   /* Up to when the windows have rolled. */
    uint64_t windowed;   /* People in all windows: 0 means there is nothing to roll. */
    uint32_t inside;
    uint32_t alarm_number; /* Of the last alarm raised. */
    uint32_t venue_rows;   /* Rows of the venue that are there. */
    uint32_t registration; /* 1: only registered devices are heard. */
};

/* One line for each list whose rows make the digest; new ones at the end: the number is part of a
 * row's hash. */
enum row_kind {
    ROW_HEAD,
    ROW_VENUE,
    ROW_ZONE,
    ROW_BLOCK,
    ROW_OPENING,
    ROW_GATE,
    ROW_FACILITY,
    ROW_LINK,
    ROW_PHASE,
    ROW_PLACE_STATE,
    ROW_GATE_STATE,
    ROW_FACILITY_STATE,
    ROW_PLAN,
    ROW_SPLIT,
    ROW_ALARM,
    ROW_SOURCE,
    ROW_ALARM_ANSWER,
    ROW_EVENT,
    ROW_PRICING,
    ROW_SEAT, /* Key: event * seats of the venue + seat. */
    ROW_HOLD,
    ROW_ORDER,
    ROW_PAYMENT, /* Key: its number. */
    ROW_TICKET,
    ROW_DOOR,         /* Key: event; events without rules have none. */
    ROW_CHECKIN_LIST, /* Key: door_list_key(). */
    ROW_HOLDER,
    ROW_PASSAGE,
    ROW_CONFLICT,
    ROW_SCANNER,
    ROW_WAITROOM,
    ROW_WAITER, /* Key: event << 20 | entry. */
    /* Those with a version: older journals know nothing of them. */
    ROW_HOLD_LINES, /* Key: of the hold. */
    ROW_TICKET_TYPE,
    ROW_QUOTA,
    ROW_VOUCHER,
    ROW_EVENT_DETAIL,
    ROW_JOINING, /* Key: event; those that cannot be joined have none. */
    ROW_JOIN,
    ROW_BAN,
    ROW_BALANCE,      /* Key: ledger_key(). */
    ROW_ORDER_MONEY,  /* Of orders that the ledger knows. */
    ROW_LINE,         /* Key: its ticket. */
    ROW_TERMS,        /* Key: event. */
    ROW_PAYMENT_WAIT, /* Key: the payment's number; once it has waited. */
    ROW_REFERENCE,
    ROW_WAITLIST, /* Key: event; those without one have none. */
    ROW_WAIT,
    ROW_RESALE, /* Key: event; those without terms of resale have none. */
    ROW_LISTING,
    ROW_ALLOCATION,      /* Key: event * EVENT_ALLOCATIONS + number - 1. */
    ROW_ESTIMATE,        /* Key: place; only those whose counts may err have one. */
    ROW_FORECAST,        /* Key: its place in the ring of those kept. */
    ROW_FORECAST_SCORES, /* Once a forecast was made. */
    ROW_ADDON,           /* Key: event * EVENT_TYPES + type; of bundles the same. */
    ROW_BUNDLE,
    ROW_COMPANIONS, /* Key: hold; those without add-ons have none. */
    ROW_QUESTION,   /* Key: event * EVENT_QUESTIONS + number - 1. */
    ROW_ANSWER,
    ROW_PLAN_BOUND, /* Once there is one. */
    ROW_DEVICE,
    ROW_DEVICE_GROUP, /* Key: place, or limits.places + gateway; those that ever had devices. */
    ROW_MEANS,
    ROW_RULE,
    ROW_BUYER,         /* Key: hold; those whose taxes are paid as usual have none. */
    ROW_OPENING_STATE, /* Key: opening; only those that somebody shut have one. */
    ROW_OVERRIDE,      /* Key: as of splits. */
    ROW_SETTLEMENT,
    ROW_MEDIUM,
    ROW_KINDS
};

/* When alarms are due follows from what shows in WatchCrowd alone, and is asked at every command.
 */
struct alarms_due {
    uint64_t crowd_seq; /* As of which it was looked for; UINT64_MAX: not yet. */
    int64_t at_ms;
};

struct stadium {
    struct limits limits;
    struct arena arena; /* The venue, and all that is sized by it. */
    uint64_t digest;
    uint64_t head_hash; /* Of the head's row, as the digest has it. */

    struct head head;
    struct phase phase; /* Its column has room for every block. */
    struct plan plan;
    struct plan_bound bound; /* Its columns have room for every gate and opening. */

    struct venue_imported imported; /* What `venue` will hold once all rows are there. */
    struct venue venue;             /* Points to the lists below. */
    struct zone *zones;
    struct block *blocks;
    struct opening *openings;
    struct gate *gates;
    struct facility *facilities;
    struct link *links;
    uint32_t *first_seat;        /* By block, and after the last: how many seats there are. */
    struct seat_plan *seat_plan; /* NULL: there is none. */
    void (*seat_plan_destroy)(struct seat_plan *plan);

    struct place_state *places;
    struct estimate *estimates; /* By place. */
    struct wait_meter *waits;   /* By queue: facilities, then gates. */
    struct forecast_scores forecast_scores;
    struct forecast forecasts[FORECAST_KEPT]; /* A ring; made % FORECAST_KEPT is the oldest. */
    struct gate_state *gate_states;
    struct facility_state *facility_states;
    struct split *splits;
    struct override *overrides; /* As many. */
    struct opening_state *opening_states;

    struct alarm *alarms; /* Worst first; room for limits.alarms. */
    uint32_t alarm_count;
    struct alarm_answer
        *answers; /* Of the alarms that somebody did something about; as much room. */
    uint32_t answer_count;
    struct source *sources; /* Room for limits.sources. */
    uint32_t source_count;
    struct device *devices; /* Room for limits.devices; NULL: none was ever registered. */
    struct device_group *device_groups; /* By place, and limits.places + device. */
    uint32_t device_count;
    struct rule *rules; /* Room for limits.rules; NULL: there was never one. */
    uint32_t rule_count;
    struct alarm_log alarm_log;
    struct alarms_due *alarms_due; /* What alarms_due() remembers; never NULL. */

    struct booking booking;
    struct doors doors;
};

/* ---- rows.c: the digest ------------------------------------------------------------------ */

const struct fields *row_fields(enum row_kind kind);
/* `key` tells rows of a kind apart: the index, or an alarm's number. */
uint64_t row_hash(enum row_kind kind, uint32_t key, const void *row);

/* Around every change of a row: its old hash leaves the digest, its new one enters. A row that
 * comes is only added, one that goes only removed. */
void row_remove(struct stadium *stadium, enum row_kind kind, uint32_t key, const void *row);
void row_add(struct stadium *stadium, enum row_kind kind, uint32_t key, const void *row);
/* The same around a change of an event's counts, version or seats_seq alone, as sales make all the
 * time: they touch no more than the end of the row. */
void event_counts_open(struct stadium *stadium, uint32_t event);
void event_counts_close(struct stadium *stadium, uint32_t event);

/* A seat as its table has it. */
struct seat_row {
    uint32_t state, owner, version;
};
struct seat_row seat_row(const struct stadium *stadium, uint32_t event, uint32_t seat);
/* Its next version. */
void seat_turn(struct stadium *stadium, uint32_t event, uint32_t seat);

typedef void row_visit(void *ctx, enum row_kind kind, uint32_t key, const void *row);
void stadium_each_row(const struct stadium *stadium, row_visit *visit, void *ctx);

/* What stadium_save() and stadium_load() walk over; stadium_image.c. */
void venue_image(struct image *, struct stadium *);
void booking_image(struct image *, struct stadium *);
void forecast_image(struct image *, struct stadium *);
void bound_image(struct image *, struct stadium *);
void device_image(struct image *, struct stadium *);
void rule_image(struct image *, struct stadium *);
void doors_image(struct image *, struct stadium *);

/* ---- Helpers of decide ------------------------------------------------------------------- */

/* A fact at the end of the list, zeroed but for its kind and time. Valid until the next one is
 * added. */
struct fact *facts_add(struct facts *facts, enum fact_kind kind, int64_t time_ms);
/* Drops the facts, fills the refusal and returns its status. NULL field: no single one. */
enum status facts_refuse(struct facts *facts, enum status status, const char *field,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A column of its own, for a fact or a row. */
static inline struct u32s u32s_copy(struct u32s from, struct arena *arena)
{
    return (struct u32s){ arena_copy(arena, from.v, from.count * sizeof(*from.v)), from.count };
}

/* Into a row's column, which has room for it. */
static inline void u32s_take(struct u32s *to, struct u32s from)
{
    to->count = from.count;
    if (from.count > 0)
        memcpy((uint32_t *)to->v, from.v, from.count * sizeof(*from.v));
}

/* Since when a condition holds without a break: `since_ms` as long as it does, else 0. */
static inline int64_t held_since(int64_t since_ms, bool holds, int64_t now_ms)
{
    if (!holds)
        return 0;
    return since_ms ? since_ms : now_ms;
}

/* ---- The parts, a file each -------------------------------------------------------------- */

/* venue.c */
enum status venue_decide(const struct stadium *, const struct command *, struct facts *);
void venue_evolve(struct stadium *, const struct fact *); /* venue_imported and its rows. */
/* venue_check.c: STATUS_OK, or the refusal of the first thing that is wrong. */
enum status venue_check(const struct venue *, const struct limits *, struct facts *);

/* tick.c */
enum status tick_decide(const struct stadium *, const struct command *, struct facts *);
int64_t crowd_due(const struct stadium *); /* When the windows next lose a bucket. */

/* crowd.c: what readings say of places, gates and queues. */
void crowd_evolve(struct stadium *, const struct fact *);  /* crowd_measured */
void sensed_evolve(struct stadium *, const struct fact *); /* crowd_sensed */
void source_evolve(struct stadium *, const struct fact *);
/* One person came in at the gate, or left, at `at_ms`, as if a turnstile had counted them. */
void crowd_admit(struct stadium *, uint32_t gate, bool left, int64_t at_ms, int64_t now_ms);

/* gate.c: modes, flows and lines at gates. */
enum status gate_decide(const struct stadium *, const struct command *, struct facts *);
void gate_evolve(struct stadium *, const struct fact *); /* gate_set */
/* Flow and wait, from what the row holds; after any change of it, or of the phase. */
void gate_refresh(struct stadium *, uint32_t gate, int64_t now_ms);
void facility_refresh(struct stadium *, uint32_t facility, int64_t now_ms);

/* phase.c */
enum status phase_decide(const struct stadium *, const struct command *, struct facts *);
void phase_evolve(struct stadium *, const struct fact *);
void phase_image(struct image *, struct stadium *);

/* window.c: people over the last time, in buckets that roll with the clock. */
/* Empties the buckets between two times; returns how many people they held. */
uint64_t window_roll(uint32_t *buckets, uint32_t bucket_ms, int64_t from_ms, int64_t to_ms);
/* Counts people into the bucket of `now_ms`; returns how many it took (all, short of overflow). */
uint64_t window_count(uint32_t *buckets, uint32_t bucket_ms, int64_t now_ms, uint32_t people);
uint32_t window_ppm(const uint32_t *buckets, uint32_t bucket_ms); /* People a minute. */

/* queue.c */
struct service {
    bool open;
    uint64_t nominal_milli_ppm;  /* What it can serve. */
    uint64_t measured_milli_ppm; /* What it served over the window. */
    uint32_t window_ms;
    uint32_t slow_s; /* A longer wait raises an alarm. */
};
void queue_refresh(struct queue_state *, const struct service *, int64_t now_ms);

/* alarm.c */
void alarms_decide(const struct stadium *, int64_t now_ms, struct facts *);
void alarm_evolve(struct stadium *, const struct fact *); /* Raised, escalated, cleared. */
int64_t alarms_due(const struct stadium *);
const struct alarm *alarm_find(const struct stadium *, uint32_t number); /* NULL: none open. */

/* Conditions that would raise an alarm and are suppressed by design. */
uint32_t alarms_suppressed(const struct stadium *, int64_t now_ms);

/* alarm_jam.c: zones of the jam that a zone is in, itself first, then the nearest; how many. */
uint32_t alarm_jam(const struct stadium *, uint32_t zone, uint32_t out[ALARM_JAM_ZONES]);
bool alarm_crush(const struct stadium *, uint32_t zone);
/* The alarm of a zone that is told says enough of another one in its jam. */
bool alarm_speaks_for(const struct stadium *, uint32_t number, uint32_t told, uint32_t zone);
bool alarm_jam_is_told(const struct stadium *, uint32_t zone);

/* alarm_log.c: what was raised, and what follows from that for one that would be. */
void alarm_log_evolve(struct stadium *, const struct fact *);
enum alarm_suppression alarm_suppressed(const struct stadium *, const struct alarm *,
                                        int64_t now_ms);
bool alarm_chatters(const struct stadium *, uint32_t kind, uint32_t subject, int64_t now_ms);

/* forecast.c */
void forecast_decide(const struct stadium *, int64_t now_ms, struct facts *);
void forecast_evolve(struct stadium *, const struct fact *); /* crowd_forecast */

/* device.c */
enum status device_decide(const struct stadium *, const struct command *, struct facts *);
void device_evolve(struct stadium *, const struct fact *); /* All of them. */
/* Who is silent, who is heard again, of what a tick says of them. */
void devices_tick(const struct stadium *, const struct tick *, int64_t now_ms, struct facts *);

/* device_group.c */
uint32_t device_group_of(const struct stadium *, uint32_t device); /* UINT32_MAX: none. */
/* Adds the device to its group (`by` 1), or takes it out (-1), around any change of it; what
 * follows is seen by device_group_refresh(). */
void device_group_count(struct stadium *, uint32_t device, int by);
void device_group_refresh(struct stadium *, uint32_t group, int64_t now_ms);
/* Its group has an alarm, or is about to. */
bool device_is_grouped(const struct stadium *, uint32_t device);
/* Around a change of a group's row. */
void device_group_open(struct stadium *, uint32_t group);
void device_group_close(struct stadium *, uint32_t group);

/* rule_check.c: STATUS_OK, or the refusal of the first thing that is wrong. */
enum status rule_check(const struct stadium *, const struct rule_set *, struct facts *);

/* rule.c */
enum status rule_decide(const struct stadium *, const struct command *, struct facts *);
void rule_evolve(struct stadium *, const struct fact *); /* All of them. */
/* What a tick says of what devices measure. */
void rules_tick(const struct stadium *, const struct tick *, int64_t now_ms, struct facts *);
/* After any fact that shows in WatchCrowd. */
void rules_refresh(struct stadium *, int64_t now_ms);
/* Its alarm is open, or (0) has cleared just now. */
void rule_slot_set(struct stadium *, uint32_t rule, uint32_t number, int64_t now_ms);
/* Name of what it is about. */
const char *rule_place(const struct stadium *, const struct rule_set *);

/* alarm_operator.c: acknowledging and shelving. */
enum status acknowledge_decide(const struct stadium *, const struct command *, struct facts *);
enum status shelve_decide(const struct stadium *, const struct command *, struct facts *);
/* Alarms whose time on the shelf is over; and when the next one's is. */
void shelf_decide(const struct stadium *, int64_t now_ms, struct facts *);
int64_t shelf_due(const struct stadium *);
void answer_evolve(struct stadium *, const struct fact *); /* All three. */
/* The alarm is gone, or wants somebody anew. */
void answer_forget(struct stadium *, uint32_t number);

/* plan.c */
void plan_want(const struct stadium *, int64_t now_ms, struct facts *);
enum status plan_decide(const struct stadium *, const struct command *, struct facts *);
void plan_evolve(struct stadium *, const struct fact *); /* wanted, adopted, kept */
int64_t plan_due(const struct stadium *);
bool destination_is_open(const struct stadium *, uint32_t purpose, uint32_t destination);
/* Somebody moved, or the world changed: what a new plan would be for. */
void plan_drift(struct stadium *, uint32_t people);
void plan_upset(struct stadium *);

bool destination_fits(const struct stadium *, uint32_t purpose, uint32_t destination);

/* opening.c */
enum status opening_decide(const struct stadium *, const struct command *, struct facts *);
void opening_evolve(struct stadium *, const struct fact *); /* opening_set */

/* override.c */
enum status override_decide(const struct stadium *, const struct command *, struct facts *);
void override_evolve(struct stadium *, const struct fact *); /* override_set */
/* What they come to, laid out like splits, in the arena. */
struct override *overrides_in_force(const struct stadium *, struct arena *);

/* bound.c: how far any plan could get. */
enum status bound_decide(const struct stadium *, const struct command *, struct facts *);
enum status bound_check(const struct stadium *, const struct plan_bound *, struct facts *);
void bound_add(const struct plan_bound *, int64_t time_ms, struct facts *);
void bound_evolve(struct stadium *, const struct fact *); /* plan_bounded */

/* split.c: what becomes of one split, with a proposal for it and without. `rule` is what an
 * override comes to. */
struct split split_settle(const struct stadium *, const struct split *present,
                          const struct proposed_split *, const struct override *rule,
                          int64_t now_ms);
struct split split_settle_alone(const struct stadium *, const struct split *present,
                                const struct override *rule);
bool split_equal(const struct split *, const struct split *); /* But for when they moved. */

#endif
