/* Shared by the files that make random commands. */
#ifndef TESTS_SUPPORT_PLAY_RANDOM_H
#define TESTS_SUPPORT_PLAY_RANDOM_H

#include "tests/support/play.h"

static inline uint32_t roll(const struct dice *dice, uint32_t bound)
{
    return dice->draw(dice->ctx, bound);
}

void play_random_sale(struct play *play, const struct dice *dice);
void play_random_tickets(struct play *play, const struct dice *dice);
/* Taking part, waitlists, waiting rooms. */
void play_random_waits(struct play *play, const struct dice *dice);
/* What somebody has to show who holds seats of the event; 0: nothing. */
uint32_t play_random_admission(const struct play *play, struct id event, const char *person);
void play_random_doors(struct play *play, const struct dice *dice);

#endif
