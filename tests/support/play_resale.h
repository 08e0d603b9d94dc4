/* Commands about tickets that are resold, for a stadium under a test's hand. */
#ifndef TESTS_SUPPORT_PLAY_RESALE_H
#define TESTS_SUPPORT_PLAY_RESALE_H

#include "tests/support/play_money.h"

enum status play_resale(struct play *play, struct id event, uint32_t cap_percent, uint32_t fee_bp);
/* By its holder. */
enum status play_offer(struct play *play, struct id ticket, uint32_t price_minor);
enum status play_withdraw(struct play *play, struct id ticket);
/* `hold`: the id that it gets, if it is granted. */
enum status play_hold_offer(struct play *play, struct id ticket, const char *person,
                            struct id *hold);
/* Any of these, mostly sensible. */
void play_random_resale(struct play *play, const struct dice *dice);

#endif
