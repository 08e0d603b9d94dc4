/* What goes with tickets, what is asked at checkout, over the counter, and who buys without tax. */
#include "tests/storm/booking/world.h"

#include "tests/support/shop.h"
#include "tifo/v1/addons.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/questions.pb-c.h"

#include <stdio.h>
#include <string.h>

#define ADDON(method)    "/tifo.v1.Addons/" method
#define QUESTION(method) "/tifo.v1.Questions/" method

enum { CARDS = 3 };

/* ---- Add-ons --------------------------------------------------------------------------------- */

/* Parking, which goes with seats and perhaps with places. */
static void add_parking(struct world *w, uint32_t event)
{
    Tifo__V1__AddTicketTypeRequest request = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    int64_t price = 700;
    uint32_t quota = 0;
    type.name = "Parking";
    type.general = true;
    type.n_price_minor = type.n_quotas = 1;
    type.price_minor = &price;
    type.quotas = &quota;
    type.tax_milli_percent = 20000;
    type.tax_included = true;
    request.event_id = w->events[event];
    request.type = &type;
    client_ask(w, SHOP_EVENTS("AddTicketType"), w->terms[event].organiser, true, &request.base);
}

static void set_addon(struct world *w, uint32_t event, uint32_t client)
{
    const struct known_terms *terms = &w->terms[event];
    Tifo__V1__SetAddonRequest request = TIFO__V1__SET_ADDON_REQUEST__INIT;
    Tifo__V1__Addon addon = TIFO__V1__ADDON__INIT;
    uint32_t with[2] = { 0, terms->general < terms->child ? terms->general : terms->child };
    addon.ticket_type = world_roll(w, 12) ? terms->parking : terms->general;
    addon.goes_with = with;
    addon.n_goes_with = world_roll(w, 16) ? 1 + world_roll(w, 2) : 0;
    addon.min_per_ticket = addon.n_goes_with && world_roll(w, 20) == 0;
    addon.max_per_ticket = addon.n_goes_with ? world_roll(w, 3) : 0;
    if (addon.max_per_ticket && addon.max_per_ticket < addon.min_per_ticket)
        addon.max_per_ticket = addon.min_per_ticket;
    request.event_id = w->events[event];
    request.addon = &addon;
    client_ask(w, ADDON("SetAddon"), client, true, &request.base);
}

/* What one of the types that parking goes with brings of it. Where there are few places it is not
 * the one that most buy. */
static void set_bundle(struct world *w, uint32_t event, uint32_t client)
{
    const struct known_terms *terms = &w->terms[event];
    Tifo__V1__SetBundleRequest request = TIFO__V1__SET_BUNDLE_REQUEST__INIT;
    Tifo__V1__Bundle bundle = TIFO__V1__BUNDLE__INIT;
    Tifo__V1__BundleItem item = TIFO__V1__BUNDLE_ITEM__INIT, *items[] = { &item };
    const uint32_t others = terms->parks & ~UINT32_C(1);
    const bool other = others && (terms->small || world_roll(w, 3));
    if (!terms->parks || (terms->small && !others))
        return;
    item.ticket_type = terms->parking;
    item.pieces = 1 + (world_roll(w, 6) == 0);
    item.price_minor = world_roll(w, 8) ? world_roll(w, 900) : 5000;
    bundle.ticket_type = other ? (uint32_t)__builtin_ctz(others) : 0;
    bundle.items = items;
    bundle.n_items = world_roll(w, 6) != 0;
    request.event_id = w->events[event];
    request.bundle = &bundle;
    client_ask(w, ADDON("SetBundle"), client, true, &request.base);
}

/* Half of the organisers bundle what they sell with others. */
static void know_addon(struct world *w, const struct operation *operation,
                       const Tifo__V1__Addon *told)
{
    const uint32_t event = client_event(w, operation);
    struct known_terms *terms = &w->terms[event];
    if (told->ticket_type != terms->parking)
        return;
    terms->parks = 0;
    for (size_t i = 0; i < told->n_goes_with; i++)
        terms->parks |= UINT32_C(1) << told->goes_with[i];
    if (world_roll(w, 2))
        set_bundle(w, event, terms->organiser);
}

bool checkout_parks(struct world *w, const struct known_terms *terms, Tifo__V1__NewLines *to,
                    uint32_t lines)
{
    if (!terms->parking || world_roll(w, 3))
        return false;
    to->ticket_type = terms->parking;
    to->places = 1 + (world_roll(w, 4) == 0);
    to->addon_to = world_roll(w, 3) && lines ? 1 + world_roll(w, lines) : 0;
    return true;
}

/* ---- Questions ------------------------------------------------------------------------------- */

static void add_question(struct world *w, uint32_t event, uint32_t client)
{
    Tifo__V1__AddQuestionRequest request = TIFO__V1__ADD_QUESTION_REQUEST__INIT;
    Tifo__V1__Question question = TIFO__V1__QUESTION__INIT;
    char *buses[] = { "North", "South", "None" };
    uint32_t type = 0;
    question.text = "Which bus?";
    question.kind = TIFO__V1__QUESTION_KIND__QUESTION_KIND_CHOICE;
    question.choices = buses;
    question.n_choices = 2 + world_roll(w, 2);
    if (world_roll(w, 2)) {
        question.kind = TIFO__V1__QUESTION_KIND__QUESTION_KIND_YES_NO;
        question.n_choices = 0;
    }
    question.required = world_roll(w, 2);
    question.per_ticket = world_roll(w, 3) == 0;
    if (question.per_ticket && world_roll(w, 3) == 0) {
        question.ticket_types = &type;
        question.n_ticket_types = 1;
        question.required = false; /* Who answers does not know which lines have it. */
    }
    request.event_id = w->events[event];
    request.question = &question;
    client_ask(w, QUESTION("AddQuestion"), client, true, &request.base);
}

static void withdraw_question(struct world *w, char (*event)[TEXT_ID])
{
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__WithdrawQuestionRequest request = TIFO__V1__WITHDRAW_QUESTION_REQUEST__INIT;
    request.event_id = *event;
    request.number = 1 + world_roll(w, terms->question_count + (world_roll(w, 8) == 0));
    if (terms->question_count)
        client_ask(w, QUESTION("WithdrawQuestion"), client_organiser(w, event), true,
                   &request.base);
}

static void get_answers(struct world *w)
{
    Tifo__V1__GetAnswersRequest request = TIFO__V1__GET_ANSWERS_REQUEST__INIT;
    const struct known_order *order = KNOWN(w, order);
    request.order_id = (char *)order->id;
    client_ask(w, QUESTION("GetAnswers"), order->client, false, &request.base);
}

/* Mostly all that are asked, of the order or of each of its tickets. */
static size_t answer_all(struct world *w, const struct known_terms *terms, uint32_t lines,
                         Tifo__V1__Answer *answers)
{
    size_t count = 0;
    for (uint32_t q = 0; q < terms->question_count; q++) {
        const bool each = terms->questions[q].per_ticket;
        if (terms->questions[q].of_some && world_roll(w, 6))
            continue;
        if (terms->questions[q].withdrawn ? world_roll(w, 40) : world_roll(w, 25) == 0)
            continue;
        for (uint32_t line = each; line <= (each ? lines : 0) && count < ANSWERS; line++) {
            tifo__v1__answer__init(&answers[count]);
            answers[count].question = q + 1;
            answers[count].line = line;
            answers[count++].value =
                1 + world_roll(w, terms->questions[q].values) + (world_roll(w, 60) == 0);
        }
    }
    return count;
}

/* ---- Confirming ------------------------------------------------------------------------------ */

void checkout_fill(struct world *w, const struct known_hold *hold, struct checkout *checkout,
                   Tifo__V1__ConfirmHoldRequest *request)
{
    static char *const cards[CARDS] = { "tok_ok_A", "tok_ok_B", "tok_ok_C" };
    const struct known_terms *terms = client_terms(w, hold->event);
    const bool organiser = terms->organiser == hold->client;
    if (world_roll(w, 2))
        request->payment_token = cards[world_roll(w, CARDS)];
    if (world_roll(w, 12) == 0)
        request->payment_token = "tok_declined";
    if (organiser ? world_roll(w, 4) : world_roll(w, 60) == 0) {
        request->tender = 1 + world_roll(w, 4);
        snprintf(checkout->person, sizeof checkout->person, "fan-%u", world_roll(w, CLIENTS));
        request->for_person = world_roll(w, 4) ? checkout->person : request->for_person;
    }
    const size_t count = answer_all(w, terms, hold->lines, checkout->answers);
    for (size_t i = 0; i < count; i++)
        checkout->list[i] = &checkout->answers[i];
    request->answers = checkout->list;
    request->n_answers = organiser && world_roll(w, 2) ? 0 : count;
}

static void set_buyer(struct world *w)
{
    static char *const ids[] = { "DE123456789", "de 987 654 321", "FR12345678901", "ATU12345678",
                                 "none" };
    const struct known_hold *hold = client_hold(w);
    for (int i = 0; i < 4 && !client_terms(w, hold->event)->taxed; i++)
        hold = client_hold(w);
    Tifo__V1__SetBuyerRequest request = TIFO__V1__SET_BUYER_REQUEST__INIT;
    request.hold_id = (char *)hold->id;
    request.version = hold->version - (world_roll(w, 25) == 0);
    request.tax_id = ids[world_roll(w, world_roll(w, 6) ? 3 : 5)];
    client_ask(w, SHOP_SEAT("SetBuyer"), client_who(w, hold->client), true, &request.base);
}

/* ---- All of them ----------------------------------------------------------------------------- */

void checkout_begin(struct world *w, uint32_t event)
{
    if (world_roll(w, 3))
        add_parking(w, event);
    for (uint32_t i = world_roll(w, 3); i > 0; i--)
        add_question(w, event, w->terms[event].organiser);
}

void checkout_ask(struct world *w)
{
    char(*event)[TEXT_ID] = client_selling(w);
    const uint32_t roll = world_roll(w, 40), at = (uint32_t)(event - w->events);
    if (roll == 0)
        add_question(w, at, client_organiser(w, event));
    else if (roll == 1)
        withdraw_question(w, event);
    else if (roll == 2 && w->terms[at].parking)
        set_addon(w, at, client_organiser(w, event));
    else if (roll == 3 && w->terms[at].parking)
        set_bundle(w, at, client_organiser(w, event));
    else if (roll < 13 && w->order_count)
        get_answers(w);
    else if (w->hold_count)
        set_buyer(w);
}

static void know_question(struct world *w, const struct operation *operation,
                          const Tifo__V1__Question *told)
{
    struct known_terms *terms = &w->terms[client_event(w, operation)];
    if (told->number > QUESTIONS)
        return;
    if (told->number > terms->question_count)
        terms->question_count = told->number;
    terms->questions[told->number - 1].per_ticket = told->per_ticket;
    terms->questions[told->number - 1].withdrawn = told->withdrawn;
    terms->questions[told->number - 1].of_some = told->n_ticket_types > 0;
    terms->questions[told->number - 1].values = told->n_choices ? (uint32_t)told->n_choices : 2;
}

void checkout_know(struct world *w, const struct operation *operation, const void *reply)
{
    const char *method = operation->method;
    if (strcmp(method, ADDON("SetAddon")) == 0)
        know_addon(w, operation, ((const Tifo__V1__SetAddonResponse *)reply)->addon);
    else if (strcmp(method, QUESTION("AddQuestion")) == 0)
        know_question(w, operation, ((const Tifo__V1__AddQuestionResponse *)reply)->question);
    else if (strcmp(method, QUESTION("WithdrawQuestion")) == 0)
        know_question(w, operation, ((const Tifo__V1__WithdrawQuestionResponse *)reply)->question);
    else if (strcmp(method, SHOP_SEAT("SetBuyer")) == 0)
        client_know_hold(w, ((const Tifo__V1__SetBuyerResponse *)reply)->hold, client_of(operation),
                         false);
}

void checkout_know_parking(struct world *w, uint32_t event, uint32_t type)
{
    w->terms[event].parking = type;
    set_addon(w, event, w->terms[event].organiser);
}
