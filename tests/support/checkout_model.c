/* The part of the model that is about what happens at checkout beside the money: what an event asks
 * its buyers, by what means they pay where that is bounded, and businesses that owe the tax
 * themselves. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <string.h>

bool checkout_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_QUESTION || kind == COMMAND_SET_BUYER;
}

/* ---- Questions ---------------------------------------------------------------------------- */

static enum status question_wanted(struct ticket_model *m, const struct set_question *ask,
                                   int64_t now_ms)
{
    struct model_event *event;
    const enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->withdraw > event->question_count)
        return STATUS_UNKNOWN_QUESTION;
    if (!ask->withdraw && event->question_count == EVENT_QUESTIONS)
        return STATUS_QUESTIONS_FULL;
    if (!ask->withdraw && event->type_count < 32 && ask->question.types >> event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    if (m->only_says)
        return STATUS_OK;
    if (ask->withdraw) {
        event->questions[ask->withdraw - 1].withdrawn = true;
        return STATUS_OK;
    }
    event->questions[event->question_count++] = (struct model_question){
        .values = ask->question.kind == QUESTION_YES_NO ? 2 : ask->question.choice_count,
        .types = ask->question.types,
        .required = ask->question.required,
        .per_ticket = ask->question.per_ticket,
    };
    return STATUS_OK;
}

static bool is_asked(const struct model_question *question, const struct model_hold *hold,
                     uint32_t line)
{
    if (question->withdrawn || (line > 0) != question->per_ticket || line > hold->seat_count)
        return false;
    return line == 0 || !question->types || (question->types >> hold->type[line - 1] & 1);
}

static bool is_answered(const struct answer_columns *answers, uint32_t before, uint32_t question,
                        uint32_t line)
{
    for (uint32_t i = 0; i < before; i++) {
        if (answers->question.v[i] == question && answers->line.v[i] == line)
            return true;
    }
    return false;
}

static enum status check_answers(const struct model_event *event, const struct model_hold *hold,
                                 const struct answer_columns *answers)
{
    for (uint32_t i = 0; i < answers->question.count; i++) {
        const uint32_t number = answers->question.v[i], line = answers->line.v[i];
        if (number < 1 || number > event->question_count ||
            !is_asked(&event->questions[number - 1], hold, line))
            return STATUS_UNKNOWN_QUESTION;
        if (answers->value.v[i] < 1 || answers->value.v[i] > event->questions[number - 1].values ||
            is_answered(answers, i, number, line))
            return STATUS_BAD_FIELD;
    }
    for (uint32_t number = 1; number <= event->question_count; number++) {
        const struct model_question *question = &event->questions[number - 1];
        for (uint32_t line = 0; line <= hold->seat_count && question->required; line++) {
            if (is_asked(question, hold, line) &&
                !is_answered(answers, answers->question.count, number, line))
                return STATUS_ANSWER_NEEDED;
        }
    }
    return STATUS_OK;
}

/* ---- Means of payment --------------------------------------------------------------------- */

/* Limits are not for what bundles brought. */
static bool counts(const struct model_hold *hold, uint32_t line, uint32_t type)
{
    return hold->type[line] == type && !hold->bundled[line];
}

/* Lines of a type that an order has, or waits for, or takes in exchange. */
static uint32_t lines_of(const struct ticket_model *m, const struct model_order *order,
                         uint32_t type)
{
    uint32_t lines = 0;
    const bool waits = order->state == ORDER_PENDING || order->state == ORDER_APPROVAL;
    const struct model_hold *first = &m->holds[order->hold];
    for (uint32_t i = 0; waits && i < first->seat_count; i++)
        lines += counts(first, i, type);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct model_hold *hold = &m->holds[order->lines[i].hold];
        lines += counts(hold, order->lines[i].at, type) && !hold->gone[order->lines[i].at];
    }
    const struct model_hold *next =
        order->exchange_hold ? &m->holds[order->exchange_hold - 1] : NULL;
    for (uint32_t i = 0; next && i < next->seat_count; i++)
        lines += counts(next, i, type);
    return lines;
}

static enum status check_means(const struct ticket_model *m, const struct model_hold *hold,
                               const char *means, const uint32_t less[EVENT_TYPES])
{
    const struct model_event *event = model_event_of(m, hold);
    for (uint32_t type = 0; type < event->type_count && means[0]; type++) {
        const uint32_t max = event->types[type].max_per_means;
        uint32_t wants = 0, has = 0;
        for (uint32_t i = 0; i < hold->seat_count; i++)
            wants += counts(hold, i, type);
        for (uint32_t at = event->newest_order; at && max; at = m->orders[at - 1].older) {
            if (strcmp(m->orders[at - 1].means, means) == 0)
                has += lines_of(m, &m->orders[at - 1], type);
        }
        if (max && wants > less[type] && has + wants - less[type] > max)
            return STATUS_MEANS_LIMIT;
    }
    return STATUS_OK;
}

enum status checkout_model_check_exchange(const struct ticket_model *m,
                                          const struct model_order *order,
                                          const struct model_hold *hold, uint32_t lines)
{
    uint32_t less[EVENT_TYPES] = { 0 };
    for (uint32_t i = 0; i < order->line_count; i++) {
        const struct model_hold *of = &m->holds[order->lines[i].hold];
        const uint32_t at = order->lines[i].at;
        less[of->type[at]] += (lines >> i & 1) && !of->bundled[at];
    }
    return check_means(m, hold, order->means, less);
}

/* ---- Confirming --------------------------------------------------------------------------- */

int64_t checkout_model_total(const struct model_hold *hold, enum tender tender)
{
    int64_t total_minor = 0;
    for (uint32_t i = 0; i < hold->seat_count && tender != TENDER_COMP; i++)
        total_minor += hold->total_minor[i];
    return total_minor;
}

enum status checkout_model_check(const struct ticket_model *m, const struct model_hold *hold,
                                 const struct confirm_hold *ask)
{
    static const uint32_t none[EVENT_TYPES];
    const struct model_event *event = model_event_of(m, hold);
    const enum tender tender = ask->tender ? ask->tender : TENDER_CARD;
    const bool counter = tender != TENDER_CARD || ask->for_person[0];
    struct actor by = { .is_operator = ask->is_operator };
    memcpy(by.person, ask->person, sizeof(by.person));
    if (hold->resale && tender != TENDER_CARD)
        return STATUS_BAD_FIELD;
    enum status status = addon_model_complete(event, hold);
    if (status == STATUS_OK && counter && !model_is_organiser(event, &by))
        status = STATUS_NOT_ORGANISER;
    if (status == STATUS_OK && (!counter || ask->answers.question.count > 0))
        status = check_answers(event, hold, &ask->answers);
    if (status != STATUS_OK || tender != TENDER_CARD || checkout_model_total(hold, tender) == 0)
        return status;
    return ask->payment_token[0] ? check_means(m, hold, ask->means, none) : STATUS_BAD_FIELD;
}

void checkout_model_note(const struct ticket_model *m, struct model_order *order,
                         const struct confirm_hold *ask)
{
    const struct model_hold *hold = &m->holds[order->hold];
    const struct model_event *event = model_event_of(m, hold);
    const char *person = ask->for_person[0] ? ask->for_person : hold->person;
    order->tender = ask->tender ? ask->tender : TENDER_CARD;
    memcpy(order->person, person, sizeof(order->person));
    for (uint32_t i = 0; i < event->type_count; i++) {
        if (event->types[i].max_per_means && order->tender == TENDER_CARD && order->total_minor > 0)
            memcpy(order->means, ask->means, sizeof(order->means));
    }
    must(ask->answers.question.count <= MODEL_ANSWERS, "the model has room for the answers");
    for (; order->answer_count < ask->answers.question.count; order->answer_count++) {
        const uint32_t i = order->answer_count;
        order->answers[i] = (struct model_answer){
            (uint8_t)ask->answers.question.v[i],
            (uint8_t)ask->answers.line.v[i],
            (uint8_t)ask->answers.value.v[i],
        };
    }
}

/* ---- Who buys ----------------------------------------------------------------------------- */

/* Without the tax that is in its price, or added to it: there are no fees in this model's tax. */
void checkout_model_reverse(const struct model_event *event, struct model_hold *hold, uint32_t line)
{
    const struct ticket_type *type = &event->types[hold->type[line]];
    const uint64_t rate = type->tax_included ? type->tax_milli_percent : 0;
    const uint64_t price = hold->price_minor[line];
    must(type->fee_minor == 0 && type->fee_milli_percent == 0, "the model reverses no fees");
    hold->price_minor[line] =
        (uint32_t)((2 * price * 100000 + 100000 + rate) / (2 * (100000 + rate)));
    hold->total_minor[line] = hold->price_minor[line];
}

static enum status buyer_wanted(struct ticket_model *m, const struct set_buyer *ask, int64_t now_ms)
{
    struct model_hold *hold;
    char tax_id[TAX_ID_BYTES + 1];
    const enum status status =
        sale_model_mine(m, ask->hold, ask->person, ask->version, now_ms, &hold);
    if (status != STATUS_OK)
        return status;
    const struct model_event *event = model_event_of(m, hold);
    const uint32_t country = tax_id_read(ask->tax_id, tax_id);
    if (hold->resale)
        return STATUS_BAD_FIELD;
    if (!event->tax_country)
        return STATUS_NO_REVERSE_CHARGE;
    if (!country || country == event->tax_country)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    for (uint32_t i = 0; i < hold->seat_count && !hold->tax_id[0]; i++)
        checkout_model_reverse(event, hold, i);
    memcpy(hold->tax_id, tax_id, sizeof(hold->tax_id));
    hold->changed = true;
    return STATUS_OK;
}

enum status checkout_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_SET_QUESTION)
        return question_wanted(m, &command->as.set_question, command->time_ms);
    must(command->kind == COMMAND_SET_BUYER, "a command about who buys");
    return buyer_wanted(m, &command->as.set_buyer, command->time_ms);
}
