/* tifo.v1.Questions: what is asked at checkout, and what was answered. */
#include "server/services/order_changes.h"
#include "server/wire/id.h"
#include "server/wire/question.h"

static Tifo__V1__Question *question_now(struct work *work, const struct app *app)
{
    const struct set_question *ask = &work->request.command.as.set_question;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event, number = ask->withdraw;
    if (!work_event(work, app, ask->event, &event))
        return NULL;
    if (number == 0) /* The last: it was added. */
        while (stadium_question(stadium, event, number + 1))
            number++;
    return wire_question(stadium_question(stadium, event, number), &work->arena);
}

static const ProtobufCMessage *build_added(struct work *work, const struct app *app)
{
    Tifo__V1__AddQuestionResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__add_question_response__init(reply);
    reply->question = question_now(work, app);
    reply->seq = work->request.seq;
    return reply->question ? &reply->base : NULL;
}

static void add_question(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AddQuestionRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_added);
    struct set_question *ask = &work->request.command.as.set_question;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_QUESTION;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           (input->question || check_refuse(&check, "question", "is missing")) &&
                           wire_set_question(input->question, &work->arena, &ask->question,
                                             &work->request.refusal) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_withdrawn(struct work *work, const struct app *app)
{
    Tifo__V1__WithdrawQuestionResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__withdraw_question_response__init(reply);
    reply->question = question_now(work, app);
    reply->seq = work->request.seq;
    return reply->question ? &reply->base : NULL;
}

static void withdraw_question(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WithdrawQuestionRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_withdrawn);
    struct set_question *ask = &work->request.command.as.set_question;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_QUESTION;
    ask->withdraw = input->number;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           (input->number || check_refuse(&check, "number", "is missing")) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct question *question;
    uint32_t event;
    if (!work_event(work, app, asked->id, &event))
        return NULL;
    Tifo__V1__ListQuestionsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_questions_response__init(reply);
    reply->questions = arena_array(&work->arena, EVENT_QUESTIONS, sizeof *reply->questions);
    for (uint32_t number = 1; (question = stadium_question(app_stadium(app), event, number));
         number++)
        reply->questions[reply->n_questions++] = wire_question(question, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void list_questions(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListQuestionsRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_list), "event_id", input->event_id);
}

/* ---- GetAnswers -------------------------------------------------------------------------------
 */

struct answers_asked {
    struct id order;
    struct actor by;
};

static const ProtobufCMessage *build_answers(struct work *work, const struct app *app)
{
    const struct answers_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct order *order = stadium_order_find(stadium, asked->order);
    const struct answer *answer;
    if (!order || !services_may_see(stadium, order, &asked->by))
        return work_deny(work, STATUS_UNKNOWN_ORDER, "order_id");
    const uint32_t index = stadium_order_index(stadium, order), most = EVENT_QUESTIONS;
    Tifo__V1__GetAnswersResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_answers_response__init(reply);
    reply->answers = arena_array(&work->arena, most * (HOLD_SEATS + 1), sizeof *reply->answers);
    while ((answer = stadium_answer(stadium, index, (uint32_t)reply->n_answers)))
        reply->answers[reply->n_answers++] = wire_answer(answer, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_answers(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetAnswersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_answers);
    struct answers_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->asked = asked;
    work_post_if(work, check_id(&check, "order_id", input->order_id, &asked->order) &&
                           work_actor(work, &asked->by));
}

struct rpc_service questions_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "AddQuestion", RPC_UNARY, add_question, NULL },
        { "WithdrawQuestion", RPC_UNARY, withdraw_question, NULL },
        { "ListQuestions", RPC_UNARY, list_questions, NULL },
        { "GetAnswers", RPC_UNARY, get_answers, NULL },
    };
    return (struct rpc_service){ &tifo__v1__questions__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
