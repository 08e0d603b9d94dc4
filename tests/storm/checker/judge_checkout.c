/* What is asked at checkout and answered, what goes with tickets, who buys without tax. */
#include "tests/storm/checker/judge.h"

#include "server/wire/addon.h"
#include "server/wire/question.h"

#include <stdio.h>
#include <string.h>

/* ---- Add-ons --------------------------------------------------------------------------------- */

static void ask_addon(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    struct refusal unused = { 0 };
    const Tifo__V1__SetAddonRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_ADDON;
    wire_set_addon(request->addon, &command->as.set_addon, &unused);
    command->as.set_addon.event = judge_id(request->event_id);
    judge_person(deed, command->as.set_addon.by.person);
}

static bool tell_addon(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__SetAddonRequest *request = (const void *)deed->request;
    const Tifo__V1__Addon *told = ((const Tifo__V1__SetAddonResponse *)deed->reply)->addon;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    const struct model_addon *addon = event ? &event->addons[told->ticket_type] : NULL;
    return (addon && told->min_per_ticket == addon->min && told->max_per_ticket == addon->max &&
            told->n_goes_with == (size_t)__builtin_popcount(addon->goes_with)) ||
           mismatch(c, deed, "an add-on is said to be of other terms");
}

static void ask_bundle(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    struct refusal unused = { 0 };
    const Tifo__V1__SetBundleRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_BUNDLE;
    wire_set_bundle(request->bundle, &command->as.set_bundle, &unused);
    command->as.set_bundle.event = judge_id(request->event_id);
    judge_person(deed, command->as.set_bundle.by.person);
}

static bool tell_bundle(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__SetBundleRequest *request = (const void *)deed->request;
    const Tifo__V1__Bundle *told = ((const Tifo__V1__SetBundleResponse *)deed->reply)->bundle;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    const struct model_bundle *bundle = event ? &event->bundles[told->ticket_type] : NULL;
    bool same = bundle && told->n_items == bundle->count;
    for (uint32_t i = 0; same && i < bundle->count; i++)
        same = told->items[i]->ticket_type == bundle->addon[i] &&
               told->items[i]->pieces == bundle->pieces[i] &&
               told->items[i]->price_minor == bundle->price_minor[i];
    return same || mismatch(c, deed, "a bundle is said to bring something else");
}

/* ---- Questions ------------------------------------------------------------------------------- */

static void ask_question(const struct checker *c, const struct deed *deed, struct command *command)
{
    struct refusal unused = { 0 };
    const Tifo__V1__AddQuestionRequest *request = (const void *)deed->request;
    struct set_question *set = &command->as.set_question;
    command->kind = COMMAND_SET_QUESTION;
    wire_set_question(request->question, (struct arena *)&c->scratch, &set->question, &unused);
    set->event = judge_id(request->event_id);
    judge_person(deed, set->by.person);
}

static void ask_withdraw(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__WithdrawQuestionRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_QUESTION;
    command->as.set_question.withdraw = request->number;
    command->as.set_question.event = judge_id(request->event_id);
    judge_person(deed, command->as.set_question.by.person);
}

static bool tell_question(struct checker *c, const struct deed *deed, const char *id,
                          const Tifo__V1__Question *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(id));
    if (!event || told->number < 1 || told->number > event->question_count)
        return mismatch(c, deed, "a question is said to have number %u", told->number);
    const struct model_question *question = &event->questions[told->number - 1];
    return (told->withdrawn == question->withdrawn && told->required == question->required &&
            told->per_ticket == question->per_ticket) ||
           mismatch(c, deed, "question %u is said to be another", told->number);
}

static bool tell_asked(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__AddQuestionRequest *request = (const void *)deed->request;
    return tell_question(c, deed, request->event_id,
                         ((const Tifo__V1__AddQuestionResponse *)deed->reply)->question);
}

static bool tell_withdrawn(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__WithdrawQuestionRequest *request = (const void *)deed->request;
    return tell_question(c, deed, request->event_id,
                         ((const Tifo__V1__WithdrawQuestionResponse *)deed->reply)->question);
}

static bool tell_answers(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__GetAnswersRequest *request = (const void *)deed->request;
    const Tifo__V1__GetAnswersResponse *told = (const void *)deed->reply;
    const struct model_order *order = model_order_find(&c->model, judge_id(request->order_id));
    if (!order || told->n_answers != order->answer_count)
        return mismatch(c, deed, "%zu answers are said to have been given", told->n_answers);
    for (uint32_t i = 0; i < order->answer_count; i++) {
        const struct model_answer *answer = &order->answers[i];
        if (told->answers[i]->question != answer->question ||
            told->answers[i]->line != answer->line || told->answers[i]->value != answer->value)
            return mismatch(c, deed, "answer %u is said to be another", i);
    }
    return true;
}

/* ---- Who buys -------------------------------------------------------------------------------- */

static void ask_buyer(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__SetBuyerRequest *request = (const void *)deed->request;
    struct set_buyer *set = &command->as.set_buyer;
    command->kind = COMMAND_SET_BUYER;
    set->hold = judge_id(request->hold_id);
    set->version = request->version;
    snprintf(set->tax_id, sizeof set->tax_id, "%s", request->tax_id);
    judge_person(deed, set->person);
}

static bool tell_buyer(struct checker *c, const struct deed *deed)
{
    return judge_hold(c, deed, ((const Tifo__V1__SetBuyerResponse *)deed->reply)->hold);
}

const struct method checkout_methods[] = {
    { "/tifo.v1.Addons/SetAddon", MESSAGES(set_addon), ask_addon, FACT_ADDON_SET, 0, tell_addon },
    { "/tifo.v1.Addons/SetBundle", MESSAGES(set_bundle), ask_bundle, FACT_BUNDLE_SET, 0,
      tell_bundle },
    { "/tifo.v1.Questions/AddQuestion", MESSAGES(add_question), ask_question, FACT_QUESTION_SET, 0,
      tell_asked },
    { "/tifo.v1.Questions/WithdrawQuestion", MESSAGES(withdraw_question), ask_withdraw,
      FACT_QUESTION_SET, 0, tell_withdrawn },
    { "/tifo.v1.Questions/GetAnswers", MESSAGES(get_answers), NULL, 0, 0, tell_answers },
    { "/tifo.v1.Seats/SetBuyer", MESSAGES(set_buyer), ask_buyer, FACT_BUYER_SET, 0, tell_buyer },
    { 0 },
};
