/* Commands about waitlists. */
#ifndef TESTS_SUPPORT_PLAY_WAIT_H
#define TESTS_SUPPORT_PLAY_WAIT_H

#include "tests/support/play.h"

/* `claim_s` 0: as usual. */
enum status play_set_waitlist(struct play *play, struct id event, uint32_t capacity,
                              uint32_t claim_s);
enum status play_enter_waitlist(struct play *play, struct id event, const char *person,
                                uint32_t type, uint32_t party);
enum status play_leave_waitlist(struct play *play, struct id event, const char *person);
/* The capacity of the event's first quota. */
enum status play_quota_grows(struct play *play, struct id event, uint32_t capacity);
/* The newest entry; NULL: none. */
const struct wait *play_wait_of(const struct play *play, struct id event, const char *person);

#endif
