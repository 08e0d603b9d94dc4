/* Commands about waiting rooms. */
#ifndef TESTS_SUPPORT_PLAY_WAITROOM_H
#define TESTS_SUPPORT_PLAY_WAITROOM_H

#include "tests/support/play.h"

/* Opens in a minute; 600 a minute, 50 at once. */
struct set_waitroom play_waitroom_form(struct play *play, struct id event);
enum status play_set_waitroom(struct play *play, const struct set_waitroom *form);
/* One person, without a device. */
enum status play_enter(struct play *play, struct id event, const char *person, uint64_t nonce);
/* People called PREFIX0 .. , with their number as nonce. At most 1,000. */
enum status play_enter_many(struct play *play, struct id event, const char *prefix, uint32_t count);
enum status play_leave(struct play *play, struct id event, const char *person);
enum status play_admit(struct play *play, struct id event, const char *person);
/* The person's newest entry; NULL: none. */
const struct waiter *play_waiter(const struct play *play, struct id event, const char *person);
uint32_t play_number(const struct play *play, struct id event, const char *person);
const struct waitroom *play_waitroom(const struct play *play, struct id event);
/* A hold of one seat with what the person has to show. */
enum status play_hold_admitted(struct play *play, struct id event, const char *person,
                               uint32_t seat, struct id *hold);

#endif
