/* Commands about tickets, for a stadium under a test's hand. Ids are counted, not drawn. */
#ifndef TESTS_SUPPORT_PLAY_TICKETS_H
#define TESTS_SUPPORT_PLAY_TICKETS_H

#include "tests/support/play.h"

enum { PLAY_PRICE_MINOR = 2500, PLAY_TTL_MS = 600 * 1000 };

/* One that was never used before. */
struct id play_id(struct play *play);

/* What play_create() asks for: in an hour, two hours long; block B1 costs PLAY_PRICE_MINOR, B2 is
 * free of charge. Doors are open. */
struct create_event play_event_form(struct play *play);
enum status play_create(struct play *play, const struct create_event *form);
enum status play_publish(struct play *play, struct id event);
enum status play_cancel(struct play *play, struct id event);
enum status play_unpublish(struct play *play, struct id event);
/* It is called so from now on, and begins an hour later. */
enum status play_update(struct play *play, struct id event, const char *title);
/* Created as the form is, and published. */
struct id play_event(struct play *play);

/* What an event sells; `type` is listed, if it says no rule, at PLAY_PRICE_MINOR, if it says no
 * price. */
enum status play_type(struct play *play, struct id event, const struct ticket_type *type);
enum status play_quota(struct play *play, struct id event, const char *name, uint32_t capacity);
/* Half the price, for any type. */
enum status play_voucher(struct play *play, struct id event, const char *code, uint32_t uses);

/* `hold`, `order`: the id that it gets, if it is granted. May be NULL. */
enum status play_hold(struct play *play, struct id event, const char *person, struct u32s seats,
                      struct id *hold);
/* Lines of any type, with a voucher or without (""). */
enum status play_hold_lines(struct play *play, struct id event, const char *person,
                            const struct wanted_lines *lines, const char *voucher, struct id *hold);
/* By its owner, with its present version: the first `remove` lines out, these in. `voucher` NULL:
 * it stays. */
enum status play_change(struct play *play, struct id hold, uint32_t remove,
                        const struct wanted_lines *add, const char *voucher);
enum status play_extend(struct play *play, struct id hold);
enum status play_release(struct play *play, struct id hold, const char *person);
/* By the hold's owner, with its present version and a token. */
enum status play_confirm(struct play *play, struct id hold, struct id *order);
enum status play_confirm_as(struct play *play, struct id hold, const char *person, uint64_t version,
                            const char *token, struct id *order);
/* Of the oldest payment that is open. */
enum status play_settle_payment(struct play *play, enum payment_outcome outcome);
/* A form that admits the ticket at a gate that admits to everything. */
struct scan_ticket play_scan_form(const struct play *play, struct id ticket, uint32_t gate,
                                  uint64_t nonce);
enum scan_result play_scan(struct play *play, const struct scan_ticket *form);

/* ---- play_doors.c ---- */

/* `to` NULL: it stays theirs. */
enum status play_reissue(struct play *play, struct id ticket, const char *person, const char *to);
/* `reason` NULL: no longer blocked. */
enum status play_block(struct play *play, struct id ticket, const char *reason);
/* `reason`: of MEDIUM_BLOCK. `ticket`: of MEDIUM_ISSUE. */
enum status play_medium(struct play *play, enum medium_change change, const char *medium,
                        struct id ticket, const char *reason);
/* Codes are given out from the sale on, transfers; gates that are offline are open. */
struct set_door_rules play_rules_form(struct id event);
enum status play_rules(struct play *play, const struct set_door_rules *form);
enum status play_list(struct play *play, const struct set_checkin_list *form);
/* One after the other, numbered from `sequence`; results are the caller's, one each. */
enum status play_upload(struct play *play, const char *scanner, uint64_t sequence,
                        const struct scan_ticket *scans, uint32_t count, struct scan *results);

/* Of an order that is paid. */
struct id play_ticket(const struct play *play, struct id order, uint32_t nth);
enum seat_state play_seat(const struct play *play, struct id event, uint32_t seat);

#endif
