/* Commands about joining events, and about bans. */
#ifndef TESTS_SUPPORT_PLAY_JOIN_H
#define TESTS_SUPPORT_PLAY_JOIN_H

#include "tests/support/play.h"

enum status play_set_joining(struct play *play, struct id event, uint32_t capacity);
enum status play_join(struct play *play, struct id event, const char *person);
enum status play_unjoin(struct play *play, struct id event, const char *person);
enum status play_kick(struct play *play, struct id event, const char *person);
/* `until_ms` 0: for ever. */
enum status play_ban(struct play *play, struct id event, const char *person, int64_t until_ms);
enum status play_unban(struct play *play, struct id event, const char *person);
/* 0: never joined. */
enum join_state play_join_state(const struct play *play, struct id event, const char *person);
const struct joining *play_joining(const struct play *play, struct id event);

#endif
