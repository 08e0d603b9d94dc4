/* Commands about orders that are paid for, changed and given back, for a stadium under a test's
 * hand.
 */
#ifndef TESTS_SUPPORT_PLAY_MONEY_H
#define TESTS_SUPPORT_PLAY_MONEY_H

#include "tests/support/play_tickets.h"

/* All back until a day before the start, half until the start; the seat goes back on sale. */
struct set_policy play_terms_form(struct id event);
enum status play_terms(struct play *play, const struct set_policy *form);
/* Pays for a hold so, by its owner, with its present version. `order` may be NULL. */
enum status play_sell(struct play *play, struct id hold, enum tender tender, struct id *order);
/* The same by card, by means of this name. */
enum status play_confirm_by(struct play *play, struct id hold, const char *means, struct id *order);
/* Its owner says that this business buys it. */
enum status play_buyer(struct play *play, struct id hold, const char *tax_id);
/* An account is settled: so much of it, of which the provider keeps a fee; and taken back. */
enum status play_settlement(struct play *play, struct id event, enum ledger_account account,
                            int64_t amount_minor, int64_t fee_minor, const char *reference);
enum status play_void(struct play *play, struct id event, uint32_t number);
/* Lines given by bit; 0: all. In the order's present version. */
enum status play_give_back(struct play *play, struct id order, enum policy_cause cause,
                           uint32_t lines);
enum status play_approve(struct play *play, struct id order);
enum status play_reject(struct play *play, struct id order);
enum status play_exchange(struct play *play, struct id order, uint32_t lines, struct id hold,
                          const char *token);
/* Answers the payment of this number; amount 0: what was asked for. */
enum status play_answer(struct play *play, uint32_t number, enum payment_outcome outcome,
                        int64_t amount_minor);
/* Of the account, of an event. */
int64_t play_balance(const struct play *play, struct id event, enum ledger_account account);

/* Any command about tickets or money, mostly sensible, at or after now_ms. The model of tickets
 * does not know it. */
void play_random_money(struct play *play, const struct dice *dice);

#endif
