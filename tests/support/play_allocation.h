/* Seats that are kept for somebody, for a stadium under a test's hand. */
#ifndef TESTS_SUPPORT_PLAY_ALLOCATION_H
#define TESTS_SUPPORT_PLAY_ALLOCATION_H

#include "tests/support/play_tickets.h"

/* Of `count` seats from `first` on, as allocation `number` (0: a new one). */
enum status play_allocation(struct play *play, struct id event, uint32_t number, const char *code,
                            uint32_t first, uint32_t count, int64_t release_ms);
/* With the code of an allocation ("": none). */
enum status play_hold_with(struct play *play, struct id event, const char *person,
                           const struct wanted_lines *lines, const char *code, struct id *hold);
/* Any of these, mostly sensible. */
void play_random_allocation(struct play *play, const struct dice *dice);

#endif
