/* Questions at checkout, for a stadium under a test's hand. */
#ifndef TESTS_SUPPORT_PLAY_QUESTION_H
#define TESTS_SUPPORT_PLAY_QUESTION_H

#include "tests/support/play_tickets.h"

/* A required one: of `count` choices, each followed by a zero byte, or (NULL) yes or no. `types` a
 * bit a type: of tickets of those; 0: of the order. */
enum status play_question(struct play *play, struct id event, const char *text, const char *choices,
                          uint32_t count, uint32_t types);
enum status play_withdraw_question(struct play *play, struct id event, uint32_t number);
/* Confirms ann's hold with so many answers: rows of question, line and value. */
enum status play_answers(struct play *play, struct id hold, uint32_t count, const uint32_t *rows,
                         struct id *order);

#endif
