/* Rules over what is measured, for tests that play. */
#ifndef TESTS_SUPPORT_PLAY_RULE_H
#define TESTS_SUPPORT_PLAY_RULE_H

#include "tests/support/play.h"

/* At or above 2 p/m2 in the place for 30 s, clear at 1.5, dead for 120 s, high; the test changes
 * it. */
struct rule_set play_rule_form(const char *name, uint32_t place);
/* temperature_c of cam-1 at or above 40, clear at 35, at once, low. */
struct rule_set play_measured_form(const char *name);
enum status play_set_rule(struct play *play, const struct rule_set *form);
enum status play_delete_rule(struct play *play, const char *name);
/* A tick that says so of the rule of this index. */
enum status play_measured(struct play *play, uint32_t rule, int64_t value_milli);
/* Any of that, and what cannot be. */
enum status play_random_rules(struct play *play, const struct dice *dice);

#endif
