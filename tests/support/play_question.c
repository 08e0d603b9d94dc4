#include "tests/support/play_question.h"

#include <stdio.h>
#include <string.h>

enum status play_question(struct play *play, struct id event, const char *text, const char *choices,
                          uint32_t count, uint32_t types)
{
    struct command command = { .kind = COMMAND_SET_QUESTION };
    struct set_question *ask = &command.as.set_question;
    const char *end = choices;
    for (uint32_t i = 0; i < count; i++)
        end += strlen(end) + 1;
    *ask = (struct set_question){ .event = event, .by = play->by };
    ask->question = (struct question){
        .kind = choices ? QUESTION_CHOICE : QUESTION_YES_NO,
        .choices = { (const uint8_t *)choices, choices ? (size_t)(end - choices) : 0 },
        .choice_count = count,
        .required = 1,
        .per_ticket = types != 0,
        .types = types,
    };
    snprintf(ask->question.text, sizeof(ask->question.text), "%s", text);
    return play_command(play, command);
}

enum status play_withdraw_question(struct play *play, struct id event, uint32_t number)
{
    struct command command = { .kind = COMMAND_SET_QUESTION };
    command.as.set_question =
        (struct set_question){ .event = event, .withdraw = number, .by = play->by };
    return play_command(play, command);
}

enum status play_answers(struct play *play, struct id hold, uint32_t count, const uint32_t *rows,
                         struct id *order)
{
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    struct confirm_hold *ask = &command.as.confirm_hold;
    uint32_t question[8], line[8], value[8];
    for (uint32_t i = 0; i < count; i++) {
        question[i] = rows[3 * i];
        line[i] = rows[3 * i + 1];
        value[i] = rows[3 * i + 2];
    }
    *ask = (struct confirm_hold){
        .hold = hold,
        .version = stadium_hold_find(play->stadium, hold)->version,
        .order = play_id(play),
        .person = "ann",
        .payment_token = "tok_ok",
        .answers = { { question, count }, { line, count }, { value, count } },
    };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    if (order)
        *order = ask->order;
    return play_command(play, command);
}
