/* tifo.v1.Questions, and answers with an order. */
#include "tests/support/shop.h"

#include "tests/support/ground.h"
#include "tifo/v1/questions.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define QUESTIONS(method) "/tifo.v1.Questions/" method

static char event[33];

static Tifo__V1__AddQuestionResponse *ask(struct test_server *server, const char *who, char *text,
                                          bool per_ticket, size_t choices,
                                          struct rpc_status *status)
{
    Tifo__V1__AddQuestionRequest request = TIFO__V1__ADD_QUESTION_REQUEST__INIT;
    Tifo__V1__Question question = TIFO__V1__QUESTION__INIT;
    char *list[] = { "North", "South", "None" };
    question.text = text;
    question.kind = choices ? TIFO__V1__QUESTION_KIND__QUESTION_KIND_CHOICE
                            : TIFO__V1__QUESTION_KIND__QUESTION_KIND_YES_NO;
    question.choices = list;
    question.n_choices = choices;
    question.required = true;
    question.per_ticket = per_ticket;
    request.event_id = event;
    request.question = &question;
    return test_server_call_as(server, QUESTIONS("AddQuestion"), &request, who, NULL, status);
}

static int set_up(void **state)
{
    static struct test_server server;
    test_server_open(&server, NULL);
    shop_open(&server);
    shop_sell(&server, SHOP_PRICE, event);
    shop_drop(ask(&server, NULL, "Which bus?", false, 3, NULL));
    shop_drop(ask(&server, NULL, "Meat?", true, 0, NULL));
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    test_server_close(*state);
    return 0;
}

static Tifo__V1__ConfirmHoldResponse *confirm(struct test_server *server,
                                              const Tifo__V1__Hold *hold, uint32_t bus,
                                              struct rpc_status *status)
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    Tifo__V1__Answer rows[2] = { TIFO__V1__ANSWER__INIT, TIFO__V1__ANSWER__INIT };
    Tifo__V1__Answer *list[2] = { &rows[0], &rows[1] };
    rows[0].question = 1;
    rows[0].value = bus;
    rows[1].question = 2;
    rows[1].line = 1;
    rows[1].value = 2;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.payment_token = "tok_ok";
    request.answers = list;
    request.n_answers = bus ? 2 : 0;
    return test_server_call_as(server, SHOP_ORDERS("ConfirmHold"), &request, "ann", NULL, status);
}

static Tifo__V1__GetAnswersResponse *answers(struct test_server *server, const char *who,
                                             char *order, struct rpc_status *status)
{
    Tifo__V1__GetAnswersRequest request = TIFO__V1__GET_ANSWERS_REQUEST__INIT;
    request.order_id = order;
    return test_server_call_as(server, QUESTIONS("GetAnswers"), &request, who, NULL, status);
}

static void answers_are_kept_with_the_order(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    const uint32_t seat = 8;
    Tifo__V1__HoldSeatsResponse *held = shop_hold(server, "ann", event, &seat, 1);
    assert_null(confirm(server, held->hold, 0, &status));
    shop_refused(&status, "ANSWER_NEEDED", "answers");
    assert_null(confirm(server, held->hold, 4, &status));
    shop_refused(&status, "BAD_FIELD", "answers");
    Tifo__V1__ConfirmHoldResponse *bought = confirm(server, held->hold, 2, NULL);
    Tifo__V1__GetAnswersResponse *given = answers(server, "ann", bought->order->order_id, NULL);
    assert_int_equal(given->n_answers, 2);
    assert_int_equal(given->answers[0]->value, 2);
    assert_int_equal(given->answers[1]->line, 1);
    shop_drop(given);
    given = answers(server, NULL, bought->order->order_id, NULL); /* The organiser. */
    assert_int_equal(given->n_answers, 2);
    shop_drop(given);
    assert_null(answers(server, "bob", bought->order->order_id, &status));
    shop_refused(&status, "UNKNOWN_ORDER", "order_id");
    shop_drop(bought);
    shop_drop(held);
}

static void questions_are_the_organisers(void **state)
{
    struct test_server *server = *state;
    struct rpc_status status = { 0 };
    Tifo__V1__ListQuestionsRequest request = TIFO__V1__LIST_QUESTIONS_REQUEST__INIT;
    Tifo__V1__WithdrawQuestionRequest withdraw = TIFO__V1__WITHDRAW_QUESTION_REQUEST__INIT;
    assert_null(ask(server, "bob", "Why?", false, 0, &status));
    shop_refused(&status, "NOT_ORGANISER", "event_id");
    assert_null(ask(server, NULL, "Which?", false, 1, &status));
    shop_refused(&status, "BAD_FIELD", "question.choices");
    withdraw.event_id = request.event_id = event;
    withdraw.number = 2;
    shop_drop(test_server_call(server, QUESTIONS("WithdrawQuestion"), &withdraw, NULL));
    Tifo__V1__ListQuestionsResponse *list =
        test_server_call_as(server, QUESTIONS("ListQuestions"), &request, "bob", NULL, NULL);
    assert_int_equal(list->n_questions, 2);
    assert_string_equal(list->questions[0]->text, "Which bus?");
    assert_string_equal(list->questions[0]->choices[2], "None");
    assert_true(list->questions[0]->required && list->questions[1]->withdrawn);
    shop_drop(list);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(answers_are_kept_with_the_order),
        CASE(questions_are_the_organisers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
