/*
 * What an event asks its buyers at checkout: of the order, or of each of its tickets. A question
 * never changes, so an answer keeps its meaning: another question is another number, and one that
 * is withdrawn is not asked any more. Answers are choices, never words: the journal keeps no text
 * about a person.
 */
#ifndef CORE_QUESTION_H
#define CORE_QUESTION_H

#include "server/base/pool.h"
#include "server/base/slice.h"
#include "server/base/status.h"
#include "server/core/id_map.h"
#include "server/core/limits.h"

#include <stdbool.h>

/* Numbers of the API. */
enum question_kind { QUESTION_YES_NO = 1, QUESTION_CHOICE };
enum { ANSWER_YES = 1, ANSWER_NO = 2 }; /* Of a choice: 1 + its index. */

struct question {
    uint32_t event, number; /* From 1. */
    char text[QUESTION_TEXT_BYTES + 1];
    uint32_t kind;        /* enum question_kind */
    struct bytes choices; /* Each followed by a zero byte. */
    uint32_t choice_count;
    uint32_t required, per_ticket; /* 0 or 1 */
    uint32_t types;                /* Bit by type: of these tickets alone; 0: of all. */
    uint32_t withdrawn;            /* 1: it is not asked any more. */
    uint64_t version;
};

/* Of an event that has any. */
struct questions {
    uint32_t count;
    struct question rows[EVENT_QUESTIONS]; /* Number 1 first. */
};

struct answer {
    uint32_t order;    /* Index. */
    uint32_t question; /* Number. */
    uint32_t line;     /* 1 + position; 0: of the order. */
    uint32_t value;    /* As its kind says. */
};

/* Of a command, or of a fact: one a row. */
struct answer_columns {
    struct u32s question, line, value;
};

struct stadium;
struct command;
struct seathold;
struct fact;
struct facts;

void questions_init(struct stadium *);
void questions_fini(struct stadium *);
enum status question_decide(const struct stadium *, const struct command *, struct facts *);
void question_evolve(struct stadium *, const struct fact *);
/* Answers with which the hold is confirmed: all that must be, each once, and nothing else. */
enum status questions_check(const struct stadium *, const struct seathold *,
                            const struct answer_columns *, struct facts *);
/* Their fact, of the order that is opened by the fact before; none for no answers. */
void questions_answered(uint32_t order, const struct answer_columns *, int64_t now_ms,
                        struct facts *);

#endif
