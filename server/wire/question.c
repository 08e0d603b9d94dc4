#include "server/wire/question.h"

#include <string.h>

Tifo__V1__Question *wire_question(const struct question *question, struct arena *arena)
{
    Tifo__V1__Question *to = arena_alloc(arena, sizeof *to);
    tifo__v1__question__init(to);
    to->number = question->number;
    to->text = arena_copy(arena, question->text, sizeof question->text);
    to->kind = (Tifo__V1__QuestionKind)question->kind;
    to->choices = arena_array(arena, question->choice_count, sizeof *to->choices);
    char *at = arena_copy(arena, question->choices.data, question->choices.size);
    for (uint32_t i = 0; i < question->choice_count; i++, at += strlen(at) + 1)
        to->choices[to->n_choices++] = at;
    to->required = question->required;
    to->per_ticket = question->per_ticket;
    to->ticket_types = arena_array(arena, EVENT_TYPES, sizeof *to->ticket_types);
    for (uint32_t set = question->types; set; set &= set - 1)
        to->ticket_types[to->n_ticket_types++] = (uint32_t)__builtin_ctz(set);
    to->withdrawn = question->withdrawn;
    to->version = question->version;
    return to;
}

Tifo__V1__Answer *wire_answer(const struct answer *answer, struct arena *arena)
{
    Tifo__V1__Answer *to = arena_alloc(arena, sizeof *to);
    tifo__v1__answer__init(to);
    to->question = answer->question;
    to->line = answer->line;
    to->value = answer->value;
    return to;
}

static bool copy_choices(const struct check *check, const Tifo__V1__Question *from,
                         struct arena *arena, struct question *to)
{
    size_t bytes = 0;
    if (from->n_choices > QUESTION_CHOICES)
        return check_refuse(check, "choices", "has %zu rows; at most %d are possible",
                            from->n_choices, QUESTION_CHOICES);
    for (size_t i = 0; i < from->n_choices; i++)
        bytes += strlen(from->choices[i]) + 1;
    uint8_t *text = arena_alloc(arena, bytes + 1);
    to->choices = (struct bytes){ text, bytes };
    to->choice_count = (uint32_t)from->n_choices;
    for (size_t i = 0; i < from->n_choices; i++) {
        const size_t size = strlen(from->choices[i]) + 1;
        memcpy(text, from->choices[i], size);
        text += size;
    }
    return true;
}

bool wire_set_question(const Tifo__V1__Question *from, struct arena *arena, struct question *to,
                       struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "question" };
    to->kind = (uint32_t)from->kind;
    to->required = from->required;
    to->per_ticket = from->per_ticket;
    for (size_t i = 0; i < from->n_ticket_types; i++) {
        const uint32_t type = from->ticket_types[i];
        if (type >= EVENT_TYPES || (i > 0 && type <= from->ticket_types[i - 1]))
            return check_refuse(&check, "ticket_types", "has %u; types ascend, up to %d", type,
                                EVENT_TYPES - 1);
        to->types |= UINT32_C(1) << type;
    }
    return check_text(&check, "text", from->text, to->text, sizeof to->text) &&
           copy_choices(&check, from, arena, to);
}

bool wire_answers(Tifo__V1__Answer *const *from, size_t count, struct arena *arena,
                  struct answer_columns *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "" };
    const size_t most = (size_t)EVENT_QUESTIONS * (HOLD_SEATS + 1);
    if (count > most)
        return check_refuse(&check, "answers", "has %zu rows; at most %zu are possible", count,
                            most);
    uint32_t *columns = arena_array(arena, 3 * count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        columns[i] = from[i]->question;
        columns[count + i] = from[i]->line;
        columns[2 * count + i] = from[i]->value;
    }
    to->question = (struct u32s){ columns, (uint32_t)count };
    to->line = (struct u32s){ columns + count, (uint32_t)count };
    to->value = (struct u32s){ columns + 2 * count, (uint32_t)count };
    return true;
}
