#ifndef WIRE_QUESTION_H
#define WIRE_QUESTION_H

#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/questions.pb-c.h"

/* In the arena. */
Tifo__V1__Question *wire_question(const struct question *question, struct arena *arena);
Tifo__V1__Answer *wire_answer(const struct answer *answer, struct arena *arena);
/* What is asked; choices are in the arena. False: refused. */
bool wire_set_question(const Tifo__V1__Question *from, struct arena *arena, struct question *to,
                       struct refusal *refusal);
/* Columns, in the arena. False: refused, there are too many. */
bool wire_answers(Tifo__V1__Answer *const *from, size_t count, struct arena *arena,
                  struct answer_columns *to, struct refusal *refusal);

#endif
