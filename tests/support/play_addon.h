/* Add-ons and bundles, for a stadium under a test's hand. */
#ifndef TESTS_SUPPORT_PLAY_ADDON_H
#define TESTS_SUPPORT_PLAY_ADDON_H

#include "tests/support/play_tickets.h"

/* Of a type; `goes_with` a bit a type, 0: no more. */
enum status play_addon(struct play *play, struct id event, uint32_t type, uint32_t goes_with,
                       uint32_t min, uint32_t max);
/* `type` brings so many of one add-on, each for that much of its price; 0: nothing. */
enum status play_bundle(struct play *play, struct id event, uint32_t type, uint32_t addon,
                        uint32_t pieces, uint32_t price_minor);
/* Another type of general admission, with a quota of its own: its index. */
uint32_t play_extra(struct play *play, struct id event, const char *name, uint32_t capacity,
                    uint32_t price_minor);
/* Any of these, and holds of such, mostly sensible. */
void play_random_addon(struct play *play, const struct dice *dice);

#endif
