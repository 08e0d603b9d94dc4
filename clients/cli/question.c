/*
 * What is asked at checkout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/question.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "tifo/v1/questions.pb-c.h"

enum { CHOICES_MAX = 16, NUMBER_MAX = 16 };

static const struct flag add_flags[] = {
    { "--choices", "LIST", "one of these: Bus,Train,Car (yes or no)" },
    { "--required", NULL, "no order without an answer" },
    { "--per-ticket", NULL, "asked of each ticket, not of the order" },
    { "--types", "LIST", "of tickets of these types alone, by index: 0,2" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

/* ---- Telling --------------------------------------------------------------------------------- */

static void print_question(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Question *question = (const void *)row;
    (void)ctx;
    printf("%2u  %s", question->number, question->text);
    for (size_t i = 0; i < question->n_choices; i++)
        printf("%s%zu %s", i ? ", " : "  (", i + 1, question->choices[i]);
    printf("%s%s%s%s\n", question->n_choices ? ")" : "  (yes, no)",
           question->required ? ", required" : "", question->per_ticket ? ", of each ticket" : "",
           question->withdrawn ? ", withdrawn" : "");
}

static void print_list(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__ListQuestionsResponse *list = (const void *)reply;
    (void)ctx;
    if (list->n_questions == 0)
        printf("nothing is asked\n");
    for (size_t i = 0; i < list->n_questions; i++)
        print_question(&list->questions[i]->base, NULL);
}

static void print_answers(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__GetAnswersResponse *list = (const void *)reply;
    (void)ctx;
    if (list->n_answers == 0)
        printf("nothing was answered\n");
    for (size_t i = 0; i < list->n_answers; i++) {
        printf("question %u", list->answers[i]->question);
        if (list->answers[i]->line)
            printf(", line %u", list->answers[i]->line);
        printf(": %u\n", list->answers[i]->value);
    }
}

/* ---- "1:2,3/2:1": question 1 with 2, question 3 of line 2 with 1 ------------------------------
 */

bool answers_read(const char *text, Tifo__V1__Answer rows[ANSWERS_MAX],
                  Tifo__V1__Answer *list[ANSWERS_MAX], size_t *count)
{
    char copy[1024];
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        unsigned question, line = 0, value;
        int end = 0;
        if (sscanf(part, "%u:%u%n", &question, &value, &end) != 2 || part[end]) {
            end = 0;
            if (sscanf(part, "%u/%u:%u%n", &question, &line, &value, &end) != 3 || part[end])
                end = 0;
        }
        if (end == 0 || *count == ANSWERS_MAX) {
            fprintf(stderr,
                    "tifo: --answer %s: write QUESTION:ANSWER or QUESTION/LINE:ANSWER, in "
                    "numbers; see tifo question list\n",
                    text);
            return false;
        }
        Tifo__V1__Answer *answer = &rows[*count];
        tifo__v1__answer__init(answer);
        answer->question = question;
        answer->line = line;
        answer->value = value;
        list[(*count)++] = answer;
    }
    return true;
}

/* ---- Commands -------------------------------------------------------------------------------- */

static bool read_choices(const char *text, char *copy, size_t size, char *choices[CHOICES_MAX],
                         size_t *count)
{
    snprintf(copy, size, "%s", text);
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        if (*count == CHOICES_MAX) {
            fprintf(stderr, "tifo: --choices: at most %d\n", CHOICES_MAX);
            return false;
        }
        choices[(*count)++] = part;
    }
    return true;
}

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__AddQuestionRequest request = TIFO__V1__ADD_QUESTION_REQUEST__INIT;
    Tifo__V1__Question question = TIFO__V1__QUESTION__INIT;
    char event[EVENT_ID_SIZE], copy[2048], *choices[CHOICES_MAX];
    uint32_t types[LIST_MAX];
    const char *of = arguments_text(arguments, "--types");
    if (!read_choices(arguments_or(arguments, "--choices", ""), copy, sizeof(copy), choices,
                      &question.n_choices) ||
        (of && !list_read("--types", of, types, &question.n_ticket_types)))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    question.text = (char *)arguments->positional[1];
    question.kind = question.n_choices ? TIFO__V1__QUESTION_KIND__QUESTION_KIND_CHOICE
                                       : TIFO__V1__QUESTION_KIND__QUESTION_KIND_YES_NO;
    question.choices = choices;
    question.required = arguments_switch(arguments, "--required");
    question.per_ticket = arguments_switch(arguments, "--per-ticket");
    question.ticket_types = types;
    request.event_id = event;
    request.question = &question;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__questions__descriptor,
                                              "AddQuestion", &request.base),
                            arguments, print_question, NULL);
}

static enum outcome take_back(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__WithdrawQuestionRequest request = TIFO__V1__WITHDRAW_QUESTION_REQUEST__INIT;
    char event[EVENT_ID_SIZE], *end;
    request.number = (uint32_t)strtoul(arguments->positional[1], &end, 10);
    if (*end || request.number < 1 || request.number > NUMBER_MAX) {
        fprintf(stderr, "tifo: %s is no number of a question; see tifo question list\n",
                arguments->positional[1]);
        return BAD_USAGE;
    }
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__questions__descriptor,
                                              "WithdrawQuestion", &request.base),
                            arguments, print_question, NULL);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListQuestionsRequest request = TIFO__V1__LIST_QUESTIONS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_tell(
        server_link_call(link, &tifo__v1__questions__descriptor, "ListQuestions", &request.base),
        arguments, print_list, NULL);
}

static enum outcome answers(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__GetAnswersRequest request = TIFO__V1__GET_ANSWERS_REQUEST__INIT;
    (void)venue;
    request.order_id = (char *)arguments->positional[0];
    return server_link_tell(
        server_link_call(link, &tifo__v1__questions__descriptor, "GetAnswers", &request.base),
        arguments, print_answers, NULL);
}

const struct command question_add_command = {
    "question add", "EVENT TEXT", "something that buyers are asked", 2, add_flags, .task = add,
};
const struct command question_withdraw_command = {
    "question withdraw", "EVENT NUMBER",    "it is not asked any more", 2,
    json_key_flags,      .task = take_back,
};
const struct command question_list_command = {
    "question list", "EVENT", "what buyers are asked", 1, json_flags, .task = list,
};
const struct command question_answers_command = {
    "question answers", "ORDER", "what was answered with an order", 1, json_flags, .task = answers,
};
