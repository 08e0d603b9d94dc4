/*
 * The stadium: the state of one venue's partition, in plain C without I/O, clock, threads or
 * randomness.
 *
 *     struct facts facts = { 0 };
 *     if (stadium_decide(stadium, &command, &facts) == STATUS_OK)
 *             for (uint32_t i = 0; i < facts.count; i++)
 *                     stadium_evolve(stadium, &facts.items[i]);
 *
 * A live turn is decide and evolve; recovery and replay are evolve alone, with the facts that the
 * journal kept, and lead to the same digest.
 *
 * Pointers that accessors return stay the stadium's. Their content changes with evolve; the venue's
 * never does.
 */
#ifndef CORE_STADIUM_H
#define CORE_STADIUM_H

#include "server/base/image.h"
#include "server/core/addon.h"
#include "server/core/alarm.h"
#include "server/core/alarm_log.h"
#include "server/core/allocation.h"
#include "server/core/command.h"
#include "server/core/crowd.h"
#include "server/core/estimate.h"
#include "server/core/fact.h"
#include "server/core/forecast.h"
#include "server/core/join.h"
#include "server/core/limits.h"
#include "server/core/plan.h"
#include "server/core/resale.h"
#include "server/core/terms.h"
#include "server/core/transfer.h"
#include "server/core/venue.h"
#include "server/core/wait.h"

struct seat_plan;
struct stadium;
struct stadium *stadium_create(const struct limits *limits); /* Limits are copied. */
void stadium_destroy(struct stadium *stadium);               /* NULL is accepted. */

/* Says which facts follow from a command, and changes nothing. Resets `out` first. A refusal leaves
 * no facts and fills out->refusal. */
enum status stadium_decide(const struct stadium *stadium, const struct command *command,
                           struct facts *out);
/* Makes it so. Cannot fail: a fact that decide did not hand out for this state is our mistake. What
 * it keeps, it copies. */
void stadium_evolve(struct stadium *stadium, const struct fact *fact);

/* Between commands, often: of what was sold, rows that nobody has looked at for a while are packed,
 * until the others fit into 64 MiB. Rows that readers got before are not valid any more. Nothing
 * else changes. */
void stadium_rest(struct stadium *stadium);

/* The id for a hold that is made next (kin_of_row()), unless another one is before. */
struct id stadium_hold_id(const struct stadium *stadium, uint64_t key);
/* Ids that follow from the hold's (kin.h): for the order that is placed for it now, and its
 * tickets; for the tickets of an order that is paid now (NULL: there is none). What does not follow
 * is left as it is. */
void stadium_kin_of_hold(const struct stadium *stadium, struct id hold, struct id *order,
                         struct id tickets[HOLD_SEATS]);
void stadium_kin_of_order(const struct stadium *stadium, const struct order *order,
                          struct id tickets[HOLD_SEATS]);

/* When a tick without readings would have something to do; INT64_MAX: never. At or before now: tick
 * at once, and ask again. */
#define STADIUM_NEVER INT64_MAX
int64_t stadium_due(const struct stadium *stadium);

/* All of it as bytes, for the same version of tifod. False: the sink took no more. */
bool stadium_save(const struct stadium *stadium, struct byte_sink *sink);
/* Into a new stadium with the same limits: it goes on as the one that was saved would have. False:
 * it was not saved by this version, is cut off, or its digest is wrong; `why` gets half a sentence,
 * and the stadium is good for stadium_destroy() only. Bytes that were changed since must not come
 * here: whoever keeps them knows by a checksum. */
bool stadium_load(struct stadium *stadium, struct byte_source *source, char *why, size_t why_size);

/* A sum of row hashes: any field of any row that differs makes it another. */
uint64_t stadium_digest(const struct stadium *stadium);
/* The same, computed anew from all rows: takes as long as there are many. */
uint64_t stadium_digest_anew(const struct stadium *stadium);

/* ---- What readers see -------------------------------------------------------------------- */

/* Facts so far; the last that changed guidance or a gate; the last that WatchCrowd would show. */
uint64_t stadium_seq(const struct stadium *stadium);
uint64_t stadium_guidance_seq(const struct stadium *stadium);
uint64_t stadium_crowd_seq(const struct stadium *stadium);
/* Time of the last fact, and of the newest reading; 0: none yet. */
int64_t stadium_now_ms(const struct stadium *stadium);
int64_t stadium_measured_ms(const struct stadium *stadium);
/* People in blocks and zones, those outside not counted. */
uint32_t stadium_inside(const struct stadium *stadium);

const struct venue *stadium_venue(const struct stadium *stadium); /* NULL before one is imported. */
/* The plan of the venue's seats, from now on the stadium's: made of the venue's document, which the
 * core cannot read. Without one nobody is given the best seats, and orphans are let be. */
void stadium_take_seat_plan(struct stadium *stadium, struct seat_plan *plan,
                            void (*destroy)(struct seat_plan *plan));
const struct phase *stadium_phase(const struct stadium *stadium);
/* As long as the venue's lists; NULL without a venue. */
const struct place_state *stadium_places(const struct stadium *stadium);
/* By place; at_ms 0: counted without error. */
const struct estimate *stadium_estimates(const struct stadium *stadium);
/* By queue: facilities, then gates. */
const struct wait_meter *stadium_waits(const struct stadium *stadium);
/* The level of service of a place on the scale that is right for what people do there: STAIRS, or
 * QUEUE where half of those in a zone and more stand in lines, or WALKWAY; NONE where it has none.
 * Of an estimate the expected level: in a small zone one person more or less is a level and more,
 * and the level of the likeliest number is often two off. */
enum los_scale { SCALE_NONE, SCALE_WALKWAY, SCALE_QUEUE, SCALE_STAIRS };
enum los crowd_level(const struct stadium *stadium, uint32_t place, enum los_scale *scale);
/* How safe a place is, of 1,000: all of it up to 0.72 people a m2 (the end of Fruin's level C),
 * nothing from 4 on (IMO's congestion), straight in between, of the upper end of the 95 % interval:
 * not to know costs, too. Blocks and what is outside: 1,000. */
uint32_t crowd_safety_milli(const struct stadium *stadium, uint32_t place);
/* The 95 % interval of a place's density; a point where it is counted without error. */
struct interval {
    uint32_t low_milli, high_milli;
};
struct interval crowd_interval(const struct stadium *stadium, uint32_t place);
const struct gate_state *stadium_gates(const struct stadium *stadium);
const struct facility_state *stadium_facilities(const struct stadium *stadium);
/* Open ones, worst first. */
const struct alarm *stadium_alarms(const struct stadium *stadium, uint32_t *count);
const struct plan *stadium_plan(const struct stadium *stadium);
const struct plan_bound *stadium_plan_bound(const struct stadium *stadium);
/* The bound of the plan in force should be followed by an exact one: after what changes the ground,
 * and once a minute. */
bool stadium_exact_wanted(const struct stadium *stadium);
/* One for each origin and purpose, [origin * PURPOSE_COUNT + purpose - 1]; many have count 0. */
const struct split *stadium_splits(const struct stadium *stadium, uint32_t *count);
/* What operators said, laid out like splits; kind 0: nothing. */
const struct override *stadium_overrides(const struct stadium *stadium, uint32_t *count);
/* By opening. */
const struct opening_state *stadium_openings(const struct stadium *stadium);
bool opening_is_open(const struct opening_state *state);
/* STATUS_OK, or the refusal of what is wrong with it; of a dry run, too. */
enum status override_check(const struct stadium *stadium, const struct override *rule,
                           struct facts *out);
/* By gate (EXIT) or facility: where people of that purpose can go now. In the arena. */
bool *stadium_destinations_open(const struct stadium *stadium, uint32_t purpose,
                                struct arena *arena, uint32_t *count);
const struct source *stadium_sources(const struct stadium *stadium, uint32_t *count);
const struct source *stadium_source_find(const struct stadium *stadium, const char *name);

#define STADIUM_NONE UINT32_MAX /* An index of nothing. */

/* Ticketing. Indices are stable; what find() does not know is NULL. */
const struct event *stadium_events(const struct stadium *stadium, uint32_t *count);
const struct event *stadium_event_find(const struct stadium *stadium, struct id id);
uint32_t stadium_event_index(const struct stadium *stadium, struct id id); /* STADIUM_NONE */
/* DRAFT, PUBLISHED, CANCELLED, or ENDED: published, and over at `now_ms`. */
enum event_state event_state_at(const struct event *event, int64_t now_ms);
/* By event index: its categories' names, each followed by a zero byte; one category a block; one
 * row a seat, as many as the venue has. */
struct bytes stadium_category_names(const struct stadium *stadium, uint32_t event);
struct u32s stadium_block_category(const struct stadium *stadium, uint32_t event);
const struct seat *stadium_seats(const struct stadium *stadium, uint32_t event, uint32_t *count);
/* The block that a seat of the venue is in; UINT32_MAX: there is no such seat. */
uint32_t stadium_block_of_seat(const struct stadium *stadium, uint32_t seat);
/* Of a block; by the number of blocks: how many seats the venue has. */
uint32_t stadium_first_seat(const struct stadium *stadium, uint32_t block);
/* Whether they may change the event. */
bool stadium_is_organiser(const struct stadium *stadium, uint32_t event, const struct actor *who);
/* What is said of an event, by its index. */
const struct event_detail *stadium_event_detail(const struct stadium *stadium, uint32_t event);
/* By event index and index within the event, with what there is of it now; NULL: there is none. */
const struct ticket_type *stadium_ticket_type(const struct stadium *stadium, uint32_t event,
                                              uint32_t index, struct stock *stock);
const struct quota *stadium_quota(const struct stadium *stadium, uint32_t event, uint32_t index,
                                  struct stock *stock);
/* By its index, with how many lines use it. */
const struct voucher *stadium_voucher(const struct stadium *stadium, uint32_t index,
                                      uint32_t *used);
/* 1 + the index of the event's voucher of this code, in whatever case; and of the one that was
 * added after that (0: the first); 0: there is none. */
uint32_t stadium_voucher_find(const struct stadium *stadium, uint32_t event, const char *code);
uint32_t stadium_voucher_after(const struct stadium *stadium, uint32_t event, uint32_t voucher);
/* 1 + the index of the event of the series of `first` that was created after `event`, or 0. */
uint32_t stadium_series_after(const struct stadium *stadium, uint32_t first, uint32_t event);
/* Live holds of a person: 1 + the index of the one after `after` (0: the oldest), or 0. */
uint32_t stadium_hold_of_person(const struct stadium *stadium, const char *person, uint32_t after);

/* Its lines beside their seats; what a line costs, and all of them together. */
const struct hold_lines *stadium_hold_lines(const struct stadium *stadium,
                                            const struct seathold *hold);
int64_t hold_line_total(const struct hold_lines *lines, uint32_t line);
int64_t stadium_hold_total_minor(const struct stadium *stadium, const struct seathold *hold);

const struct seathold *stadium_hold(const struct stadium *stadium, uint32_t index);
const struct seathold *stadium_hold_find(const struct stadium *stadium, struct id id);
uint32_t stadium_hold_index(const struct stadium *stadium, const struct seathold *hold);
const struct order *stadium_order(const struct stadium *stadium, uint32_t index);
const struct order *stadium_order_find(const struct stadium *stadium, struct id id);
uint32_t stadium_order_index(const struct stadium *stadium, const struct order *order);
uint32_t stadium_order_count(const struct stadium *stadium);
/* The newest order of a person, and the next older one of the same person; NULL: there is none. Of
 * one event (its index; `order` is of it), or of all. */
#define STADIUM_ALL_EVENTS UINT32_MAX
const struct order *stadium_order_newest(const struct stadium *stadium, const char *person,
                                         uint32_t event);
const struct order *stadium_order_before(const struct stadium *stadium, const struct order *order,
                                         uint32_t event);
const struct ticket *stadium_ticket(const struct stadium *stadium, uint32_t index);
const struct ticket *stadium_ticket_find(const struct stadium *stadium, struct id id);
uint32_t stadium_ticket_index(const struct stadium *stadium, const struct ticket *ticket);

/* Doors, and whose tickets are. By ticket index. */
const char *stadium_ticket_person(const struct stadium *stadium, uint32_t ticket);
bool stadium_ticket_blocked(const struct stadium *stadium, uint32_t ticket, const char **reason);
/* What stands for a ticket, blocked or not; NULL: it was not exchanged. */
const struct medium *stadium_ticket_medium(const struct stadium *stadium, uint32_t ticket);
/* NULL: none of this name stands for a ticket. */
const struct medium *stadium_medium_find(const struct stadium *stadium, const char *name);
/* The tickets that were given to a person and are still theirs. */
const struct ticket_holder *stadium_given_first(const struct stadium *stadium, const char *person);
const struct ticket_holder *stadium_given_after(const struct stadium *stadium,
                                                const struct ticket_holder *holder);
/* By event index; NULL: it has none of this number. Whether a seat is kept for somebody. */
const struct allocation *stadium_allocation(const struct stadium *stadium, uint32_t event,
                                            uint32_t number);
bool stadium_seat_is_kept(const struct stadium *stadium, uint32_t event, uint32_t seat);
/* By event index and type: its terms as an add-on, what it brings; NULL: it is none. */
const struct addon *stadium_addon(const struct stadium *stadium, uint32_t event, uint32_t type);
const struct bundle *stadium_bundle(const struct stadium *stadium, uint32_t event, uint32_t type);
/* Whether it has, or ever had, any. */
bool stadium_has_addons(const struct stadium *stadium, uint32_t event);
/* The tax id of the business that owes the tax on a hold (its index) itself; "": nobody does. */
const char *stadium_buyer(const struct stadium *stadium, uint32_t hold);
/* The line of the hold (its index) that a line of it, or of its order, goes with; NO_LINE: it is no
 * add-on. Whether it came with a bundle. */
uint32_t stadium_companion(const struct stadium *stadium, uint32_t hold, uint32_t line,
                           bool *bundled);
/* By event index and number; NULL: there is none. The nth answer of an order (its index), or NULL.
 */
const struct question *stadium_question(const struct stadium *stadium, uint32_t event,
                                        uint32_t number);
const struct answer *stadium_answer(const struct stadium *stadium, uint32_t order, uint32_t nth);
/* Resale. Of an event; cap 0: there is none. Of a ticket (its index): what it is offered for, or
 * NULL; whether it was resold; the most that may be asked for it. */
struct resale_terms stadium_resale_terms(const struct stadium *stadium, uint32_t event);
const struct listing *stadium_listing(const struct stadium *stadium, uint32_t ticket);
bool stadium_ticket_resold(const struct stadium *stadium, uint32_t ticket);
int64_t stadium_resale_most(const struct stadium *stadium, uint32_t ticket);
/* What is offered of an event, the longest offered first; NULL: nothing, or nothing more. */
const struct listing *stadium_listing_first(const struct stadium *stadium, uint32_t event);
const struct listing *stadium_listing_after(const struct stadium *stadium,
                                            const struct listing *listing);
/* Somebody holds it now; only who waits for the event may until this time (0: anybody). */
bool stadium_listing_held(const struct stadium *stadium, const struct listing *listing,
                          int64_t now_ms);
int64_t stadium_listing_waiters_ms(const struct stadium *stadium, const struct listing *listing);
enum passing { PASSING_NEVER, PASSING_IN, PASSING_OUT };
enum passing stadium_ticket_passing(const struct stadium *stadium, uint32_t ticket, uint32_t list);
/* By event index. NULL: there is no list of this number, which list 0 never is. */
struct door_rules stadium_door_rules(const struct stadium *stadium, uint32_t event);
const struct checkin_list *stadium_checkin_list(const struct stadium *stadium, uint32_t event,
                                                uint32_t number);
/* Whether the list (NULL: list 0) is for the ticket. General admission is in no block; an add-on is
 * for lists that name its type. */
bool checkin_list_has(const struct stadium *stadium, const struct checkin_list *list,
                      const struct ticket *ticket);
/* All tickets of an event as they were issued: 1 + index; 0: none, or no more. */
uint32_t stadium_event_ticket_first(const struct stadium *stadium, uint32_t event);
uint32_t stadium_event_ticket_after(const struct stadium *stadium, uint32_t ticket);
uint32_t stadium_event_ticket_count(const struct stadium *stadium, uint32_t event);
/* Tickets of all events that changed after a sequence, perhaps more than once, in the arena. False:
 * it lies too far back. */
bool stadium_door_changes(const struct stadium *stadium, uint64_t since, struct arena *arena,
                          struct u32s *tickets);
/* In the order in which they were found. */
uint32_t stadium_conflict_count(const struct stadium *stadium);
const struct scan_conflict *stadium_conflict(const struct stadium *stadium, uint32_t index);
/* *index is where it is, or would be. */
const struct scanner *stadium_scanner_find(const struct stadium *stadium, const char *name,
                                           uint32_t *index);
const struct scanner *stadium_scanner(const struct stadium *stadium, uint32_t index);

/* Joining an event (its index); NULL: it cannot be joined. */
const struct joining *stadium_joining(const struct stadium *stadium, uint32_t event);
/* By index; STADIUM_NONE where there is none: the join of a person and event, one by id. */
const struct join *stadium_join(const struct stadium *stadium, uint32_t index);
uint32_t stadium_join_find(const struct stadium *stadium, uint32_t event, const char *person);
uint32_t stadium_join_of(const struct stadium *stadium, struct id id);
/* Lists of joins, as 1 + index; 0: there is none, or none more. The event's in the order of the
 * first join, those of it who wait in the order of waiting, a person's newest first. */
uint32_t stadium_join_first(const struct stadium *stadium, uint32_t event);
uint32_t stadium_join_after(const struct stadium *stadium, uint32_t index);
uint32_t stadium_join_waits_first(const struct stadium *stadium, uint32_t event);
uint32_t stadium_join_waits_after(const struct stadium *stadium, uint32_t index);
uint32_t stadium_join_newest(const struct stadium *stadium, const char *person);
uint32_t stadium_join_before(const struct stadium *stadium, uint32_t index);
/* The bans of an event, in the same way, in the order of the first. */
uint32_t stadium_ban_find(const struct stadium *stadium, uint32_t event, const char *person);
const struct ban *stadium_ban(const struct stadium *stadium, uint32_t index);
uint32_t stadium_ban_first(const struct stadium *stadium, uint32_t event);
uint32_t stadium_ban_after(const struct stadium *stadium, uint32_t index);

/* The waitlist of an event (its index); NULL: it has none. Its entries, as those of joins above:
 * those of an event who wait, a person's newest first. */
const struct waitlist *stadium_waitlist(const struct stadium *stadium, uint32_t event);
uint32_t stadium_wait_count(const struct stadium *stadium);
/* Seq of the last change of any of them, or of the time of an offer; 0: there are none. */
uint64_t stadium_waits_seq(const struct stadium *stadium);
const struct wait *stadium_wait(const struct stadium *stadium, uint32_t index);
uint32_t stadium_wait_find(const struct stadium *stadium, uint32_t event, const char *person);
uint32_t stadium_wait_of(const struct stadium *stadium, struct id id);
uint32_t stadium_wait_first(const struct stadium *stadium, uint32_t event);
uint32_t stadium_wait_after(const struct stadium *stadium, uint32_t index);
uint32_t stadium_wait_newest(const struct stadium *stadium, const char *person);
uint32_t stadium_wait_before(const struct stadium *stadium, uint32_t index);

/* The waiting room of an event (its index); NULL: it has none. Of a room: the newest entry of a
 * person, 0: none; whose an entry is; and its number in line, 0: not drawn yet. */
const struct waitroom *stadium_waitroom(const struct stadium *stadium, uint32_t event);
uint32_t stadium_waiter_find(const struct stadium *stadium, uint32_t event, struct id person);
const struct waiter *stadium_waiter(const struct stadium *stadium, uint32_t event, uint32_t entry);
uint32_t stadium_waiter_number(const struct stadium *stadium, uint32_t event, uint32_t entry);
/* What the provider has been asked and has not answered; the oldest first. NULL: nothing. */
const struct payment *stadium_payment_open(const struct stadium *stadium);
/* The next one. */
const struct payment *stadium_payment_after(const struct stadium *stadium,
                                            const struct payment *payment);
/* The one of this number, while it is open. */
const struct payment *stadium_payment(const struct stadium *stadium, uint32_t number);
/* How one that is open has waited. */
struct payment_wait stadium_payment_wait(const struct stadium *stadium, uint32_t number);
/* Each time that the provider is to be asked is a question, numbered from 1. What one is about, or
 * NULL when it has been answered or waits; the first that is open (last + 1: none), and the last.
 */
const struct payment *stadium_asked(const struct stadium *stadium, uint32_t ask);
uint32_t stadium_ask_first(const struct stadium *stadium);
uint32_t stadium_ask_last(const struct stadium *stadium);
/* What became of an order's money; tender 0: the ledger does not know it. By index. */
const struct order_money *stadium_order_money(const struct stadium *stadium, uint32_t order);
/* What the provider calls its last payment; empty: nothing. */
const char *stadium_payment_reference(const struct stadium *stadium, uint32_t order);
/* How many lines an order has, and each as it is now. None of one that was declined, when its hold
 * has been changed since. */
uint32_t stadium_order_lines(const struct stadium *stadium, uint32_t order);
struct order_line stadium_order_line(const struct stadium *stadium, uint32_t order,
                                     uint32_t position);
/* On what terms an event's orders are made; version 0: none were set. */
const struct terms *stadium_terms(const struct stadium *stadium, uint32_t event);
/* What CANCEL_ORDER would come to at `now_ms`: the same, or its refusal. Sums over `lines`
 * (positions; none: all it still has). */
struct cancellation {
    uint32_t order; /* Index. */
    uint32_t count;
    uint32_t lines[HOLD_SEATS];
    struct policy_outcome each[HOLD_SEATS];
    struct amounts amounts;
    int64_t refund_minor;
    int64_t valid_ms; /* The last instant at which it is the same, unless the order changes. */
};
enum status stadium_quote_cancellation(const struct stadium *stadium,
                                       const struct cancel_order *ask, int64_t now_ms,
                                       struct cancellation *quote, struct refusal *refusal);
/* LEDGER_ACCOUNTS rows of an event: account 1 first. */
const struct ledger_balance *stadium_balances(const struct stadium *stadium, uint32_t event);
/* By index, in the order that they were recorded; NULL: there is none. The index of an event's;
 * STADIUM_NONE. */
const struct settlement *stadium_settlement(const struct stadium *stadium, uint32_t index);
uint32_t stadium_settlement_find(const struct stadium *stadium, uint32_t event, uint32_t number);

#endif
