#include "server/core/question.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void questions_init(struct stadium *s)
{
    struct booking *b = &s->booking;
    b->questions = arena_array(&s->arena, s->limits.events, sizeof(*b->questions));
    pool_init(&b->answers, &s->arena, sizeof(struct answer), s->limits.answers);
}

void questions_fini(struct stadium *s)
{
    id_map_fini(&s->booking.answer_orders);
}

static struct id key_of(uint32_t order)
{
    return (struct id){ 0, (uint64_t)order + 1 };
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct question *stadium_question(const struct stadium *s, uint32_t event, uint32_t number)
{
    const struct questions *of = s->booking.questions[event];
    return of && number >= 1 && number <= of->count ? &of->rows[number - 1] : NULL;
}

const struct answer *stadium_answer(const struct stadium *s, uint32_t order, uint32_t nth)
{
    const struct booking *b = &s->booking;
    const uint32_t first =
        b->answers.count ? id_map_find(&b->answer_orders, key_of(order)) : ID_MAP_NONE;
    if (first == ID_MAP_NONE || first + nth >= b->answers.count)
        return NULL;
    const struct answer *answer = pool_get(&b->answers, first + nth);
    return answer->order == order ? answer : NULL;
}

/* ---- Asking ------------------------------------------------------------------------------ */

static enum status check_choices(const struct question *ask, struct facts *out)
{
    const uint8_t *at = ask->choices.data, *end = at + ask->choices.size;
    if (ask->kind != QUESTION_CHOICE && ask->kind != QUESTION_YES_NO)
        return facts_refuse(out, STATUS_BAD_FIELD, "question.kind", "question.kind: %u is no kind",
                            ask->kind);
    if (ask->kind == QUESTION_YES_NO && ask->choice_count > 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "question.choices",
                            "question.choices: yes and no are all there is");
    if (ask->kind == QUESTION_CHOICE &&
        (ask->choice_count < 2 || ask->choice_count > QUESTION_CHOICES))
        return facts_refuse(out, STATUS_BAD_FIELD, "question.choices",
                            "question.choices: %u of them; 2 to %d are possible", ask->choice_count,
                            QUESTION_CHOICES);
    for (; at < end; at += strlen((const char *)at) + 1) {
        const size_t bytes = strlen((const char *)at);
        if (bytes < 1 || bytes > CHOICE_BYTES)
            return facts_refuse(out, STATUS_BAD_FIELD, "question.choices",
                                "question.choices: \"%.20s\" has %zu bytes; 1 to %d are possible",
                                (const char *)at, bytes, CHOICE_BYTES);
    }
    return STATUS_OK;
}

static enum status add_question(const struct stadium *s, uint32_t event,
                                const struct set_question *ask, int64_t now_ms, struct facts *out)
{
    const struct questions *of = s->booking.questions[event];
    const uint32_t types = s->booking.sales[event].type_count;
    if (of && of->count == EVENT_QUESTIONS)
        return facts_refuse(out, STATUS_QUESTIONS_FULL, NULL, "%s",
                            status_sentence(STATUS_QUESTIONS_FULL));
    if (!ask->question.text[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "question.text",
                            "question.text: what is asked, in 1 to %d bytes", QUESTION_TEXT_BYTES);
    if (ask->question.types && !ask->question.per_ticket)
        return facts_refuse(out, STATUS_BAD_FIELD, "question.types",
                            "question.types: are of tickets; set per_ticket, too");
    if (types < 32 && ask->question.types >> types)
        return facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "question.types",
                            "question.types: the event has types 0 to %u", types - 1);
    enum status status = check_choices(&ask->question, out);
    if (status != STATUS_OK)
        return status;
    struct question *fact = &facts_add(out, FACT_QUESTION_SET, now_ms)->as.question_set;
    *fact = ask->question;
    fact->event = event;
    fact->number = of ? of->count + 1 : 1;
    fact->withdrawn = 0;
    uint8_t *copy = arena_alloc(&out->arena, fact->choices.size + 1);
    if (fact->choices.size)
        memcpy(copy, fact->choices.data, fact->choices.size);
    fact->choices.data = copy;
    return STATUS_OK;
}

enum status question_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    const struct set_question *ask = &command->as.set_question;
    assert(command->kind == COMMAND_SET_QUESTION);
    const uint32_t event = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (ask->withdraw == 0)
        return add_question(s, event, ask, command->time_ms, out);
    const struct question *question = stadium_question(s, event, ask->withdraw);
    if (!question)
        return facts_refuse(out, STATUS_UNKNOWN_QUESTION, "number",
                            "number: the event has no "
                            "question %u",
                            ask->withdraw);
    if (question->withdrawn)
        return STATUS_OK;
    struct question *fact = &facts_add(out, FACT_QUESTION_SET, command->time_ms)->as.question_set;
    *fact = *question;
    fact->withdrawn = 1;
    return STATUS_OK;
}

/* ---- Answering --------------------------------------------------------------------------- */

/* Whether the question is asked of a line; NO_SEAT: of the order. */
static bool is_asked(const struct question *question, const struct hold_lines *lines, uint32_t line)
{
    if (question->withdrawn || (line > 0) != (question->per_ticket != 0))
        return false;
    return line == 0 || question->types == 0 || question->types >> lines->type[line - 1] & 1;
}

static enum status check_answer(const struct stadium *s, const struct seathold *hold,
                                const struct hold_lines *lines,
                                const struct answer_columns *answers, uint32_t i, struct facts *out)
{
    const uint32_t line = answers->line.v[i], value = answers->value.v[i];
    const struct question *question = stadium_question(s, hold->event, answers->question.v[i]);
    if (!question || line > hold->seat_count || !is_asked(question, lines, line))
        return facts_refuse(out, STATUS_UNKNOWN_QUESTION, "answers",
                            "answers[%u]: question %u is not asked there; see ListQuestions", i,
                            answers->question.v[i]);
    const uint32_t most = question->kind == QUESTION_YES_NO ? ANSWER_NO : question->choice_count;
    if (value < 1 || value > most)
        return facts_refuse(out, STATUS_BAD_FIELD, "answers",
                            "answers[%u]: that is no answer to \"%s\"", i, question->text);
    for (uint32_t k = 0; k < i; k++) {
        if (answers->question.v[k] == answers->question.v[i] && answers->line.v[k] == line)
            return facts_refuse(out, STATUS_BAD_FIELD, "answers",
                                "answers[%u]: \"%s\" is answered twice", i, question->text);
    }
    return STATUS_OK;
}

static bool is_answered(const struct answer_columns *answers, uint32_t question, uint32_t line)
{
    for (uint32_t i = 0; i < answers->question.count; i++) {
        if (answers->question.v[i] == question && answers->line.v[i] == line)
            return true;
    }
    return false;
}

static enum status check_required(const struct stadium *s, const struct seathold *hold,
                                  const struct hold_lines *lines,
                                  const struct answer_columns *answers, struct facts *out)
{
    const struct question *question;
    for (uint32_t number = 1; (question = stadium_question(s, hold->event, number)); number++) {
        for (uint32_t line = 0; question->required && line <= hold->seat_count; line++) {
            if (is_asked(question, lines, line) && !is_answered(answers, number, line))
                return facts_refuse(out, STATUS_ANSWER_NEEDED, "answers",
                                    "answers: question %u, \"%s\", needs an answer%s", number,
                                    question->text, line ? " for each ticket" : "");
        }
    }
    return STATUS_OK;
}

enum status questions_check(const struct stadium *s, const struct seathold *hold,
                            const struct answer_columns *answers, struct facts *out)
{
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    enum status status = STATUS_OK;
    if (s->booking.answers.count + answers->question.count > s->limits.answers)
        return facts_refuse(out, STATUS_ORDERS_FULL, NULL, "%s",
                            status_sentence(STATUS_ORDERS_FULL));
    for (uint32_t i = 0; i < answers->question.count && status == STATUS_OK; i++)
        status = check_answer(s, hold, lines, answers, i, out);
    return status == STATUS_OK ? check_required(s, hold, lines, answers, out) : status;
}

void questions_answered(uint32_t order, const struct answer_columns *answers, int64_t now_ms,
                        struct facts *out)
{
    if (answers->question.count == 0)
        return;
    struct answers_given *fact = &facts_add(out, FACT_ANSWERS_GIVEN, now_ms)->as.answers_given;
    fact->order = order;
    fact->question = u32s_copy(answers->question, &out->arena);
    fact->line = u32s_copy(answers->line, &out->arena);
    fact->value = u32s_copy(answers->value, &out->arena);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void set_evolve(struct stadium *s, const struct question *set)
{
    struct questions **of = &s->booking.questions[set->event];
    const uint32_t key = set->event * EVENT_QUESTIONS + set->number - 1;
    if (!*of)
        *of = arena_alloc(&s->arena, sizeof(**of));
    struct question *row = &(*of)->rows[set->number - 1];
    if (set->number <= (*of)->count) {
        row_remove(s, ROW_QUESTION, key, row);
        row->withdrawn = set->withdrawn; /* Nothing else ever changes. */
    } else {
        assert(set->number == (*of)->count + 1 && set->number <= EVENT_QUESTIONS);
        (*of)->count++;
        *row = *set;
        uint8_t *copy = arena_alloc(&s->arena, set->choices.size + 1);
        if (set->choices.size)
            memcpy(copy, set->choices.data, set->choices.size);
        row->choices.data = copy;
    }
    row->version = s->head.seq;
    row_add(s, ROW_QUESTION, key, row);
}

static void given_evolve(struct stadium *s, const struct answers_given *given)
{
    struct booking *b = &s->booking;
    id_map_add(&b->answer_orders, key_of(given->order), b->answers.count);
    for (uint32_t i = 0; i < given->question.count; i++) {
        const uint32_t key = b->answers.count;
        struct answer *answer = pool_add(&b->answers);
        *answer = (struct answer){ given->order, given->question.v[i], given->line.v[i],
                                   given->value.v[i] };
        row_add(s, ROW_ANSWER, key, answer);
    }
}

void question_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_QUESTION_SET)
        set_evolve(s, &fact->as.question_set);
    else
        given_evolve(s, &fact->as.answers_given);
}
