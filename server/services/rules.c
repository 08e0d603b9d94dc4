/* tifo.v1.Rules: alarms that operators make for themselves. */
#include "server/services/work.h"
#include "server/wire/rule.h"

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    uint32_t count;
    const struct rule *rules = stadium_rules(app_stadium(app), &count);
    const uint32_t row =
        stadium_rule_find(app_stadium(app), work->request.command.as.set_rule.name);
    Tifo__V1__SetRuleResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_rule_response__init(reply);
    reply->rule = wire_rule(&rules[row], &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_rule(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetRuleRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct rule_set *ask = &work->request.command.as.set_rule;
    work->request.command.kind = COMMAND_SET_RULE;
    work_post_if(work, wire_set_rule(input->rule, ask, &work->request.refusal) &&
                           work_caller(work, ask->by, sizeof ask->by));
}

static const ProtobufCMessage *build_deleted(struct work *work, const struct app *app)
{
    Tifo__V1__DeleteRuleResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    (void)app;
    tifo__v1__delete_rule_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void delete_rule(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__DeleteRuleRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_deleted);
    struct delete_rule *ask = &work->request.command.as.delete_rule;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_DELETE_RULE;
    work_post_if(work, check_text(&check, "name", input->name, ask->name, sizeof ask->name) &&
                           work_caller(work, ask->by, sizeof ask->by));
}

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    uint32_t count;
    const struct rule *rules = stadium_rules(app_stadium(app), &count);
    Tifo__V1__ListRulesResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_rules_response__init(reply);
    reply->rules = arena_array(&work->arena, count, sizeof *reply->rules);
    for (uint32_t i = 0; i < count; i++)
        if (rules[i].is.name[0])
            reply->rules[reply->n_rules++] = wire_rule(&rules[i], &work->arena);
    reply->at_ms = app_now_ms(app);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void list_rules(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListRulesRequest *input = (const void *)rpc_request(call);
    if (call_venue(call, ctx, input->venue_id))
        work_post(work_begin(call, ctx, REQUEST_READ, build_list));
}

struct rpc_service rules_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetRule", RPC_UNARY, set_rule, NULL },
        { "DeleteRule", RPC_UNARY, delete_rule, NULL },
        { "ListRules", RPC_UNARY, list_rules, NULL },
    };
    return (struct rpc_service){ &tifo__v1__rules__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
