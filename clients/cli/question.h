/*
 * Answers to what is asked at checkout.
 */
#ifndef CLIENTS_CLI_QUESTION_H
#define CLIENTS_CLI_QUESTION_H

#include <stdbool.h>

#include "tifo/v1/questions.pb-c.h"

enum { ANSWERS_MAX = 64 };
/* "1:2,3/2:1"; false after a sentence. */
bool answers_read(const char *text, Tifo__V1__Answer rows[ANSWERS_MAX],
                  Tifo__V1__Answer *list[ANSWERS_MAX], size_t *count);

#endif
