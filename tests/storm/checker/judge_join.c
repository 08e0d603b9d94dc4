/* Who takes part without a seat, and who may not. */
#include "tests/storm/checker/judge.h"

#include "tifo/v1/joins.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- That one can join ----------------------------------------------------------------------- */

static void ask_set(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__SetJoiningRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_JOINING;
    command->as.set_joining = (struct set_joining){ .event = judge_id(request->event_id),
                                                    .capacity = request->capacity,
                                                    .waitlist = request->waitlist,
                                                    .closed = request->closed };
    judge_person(deed, command->as.set_joining.by.person);
}

/* Never more than there is room for, and nobody waits while there is. */
static bool tell_joining(struct checker *c, const struct deed *deed, const Tifo__V1__Joining *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    const uint32_t index = event ? (uint32_t)(event - c->model.events) : 0;
    const uint32_t active = join_model_count(&c->model, index, JOIN_ACTIVE);
    const uint32_t waiting = join_model_count(&c->model, index, JOIN_WAITLISTED);
    return (event && told->capacity == event->joining.capacity && told->active == active &&
            told->waiting == waiting && (!told->capacity || active <= told->capacity)) ||
           mismatch(c, deed, "%u are said to take part and %u to wait; %u do, and %u wait",
                    told->active, told->waiting, active, waiting);
}

static bool tell_set(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__Joining *told = ((const Tifo__V1__SetJoiningResponse *)deed->reply)->joining;
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    return (event && told->capacity == event->joining.capacity) ||
           mismatch(c, deed, "it is said to have room for %u", told->capacity);
}

static bool tell_get_joining(struct checker *c, const struct deed *deed)
{
    return tell_joining(c, deed, ((const Tifo__V1__GetJoiningResponse *)deed->reply)->joining);
}

/* ---- Joining --------------------------------------------------------------------------------- */

static void ask_join(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    command->kind = COMMAND_JOIN_EVENT;
    command->as.join_event = (struct join_event){
        .id = deed->made,
        .event =
            judge_id(((const Tifo__V1__JoinEventRequest *)(const void *)deed->request)->event_id),
    };
    judge_person(deed, command->as.join_event.person);
}

static void ask_end(const struct deed *deed, const char *event, const char *person,
                    struct command *command)
{
    struct end_join *end = &command->as.end_join;
    command->kind = COMMAND_END_JOIN;
    end->event = judge_id(event);
    end->kick = person != NULL;
    snprintf(end->person, sizeof end->person, "%s", person ? person : deed->operation->caller);
    judge_person(deed, end->by.person);
}

static void ask_cancel(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__CancelJoinRequest *request = (const void *)deed->request;
    ask_end(deed, request->event_id, NULL, command);
}

static void ask_kick(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__KickPersonRequest *request = (const void *)deed->request;
    ask_end(deed, request->event_id, request->person, command);
}

/* A write is told before what follows from it, a read is not. */
static bool tell_join(struct checker *c, const struct deed *deed, const Tifo__V1__Join *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    const struct model_join *join =
        event ? model_join_find(&c->model, (uint32_t)(event - c->model.events), told->person)
              : NULL;
    if (!join || !id_equal(join->id, judge_id(told->join_id)))
        return mismatch(c, deed, "it was told of somebody who did not join");
    if ((int)told->state != (int)join->state)
        return mismatch(c, deed, "%s is said to be %d, and is %d", told->person, (int)told->state,
                        (int)join->state);
    const uint32_t position = join_model_position(&c->model, join);
    return !told->position || told->position == position ||
           mismatch(c, deed, "%s is said to be number %u, and is %u", told->person, told->position,
                    position);
}

static bool tell_joined(struct checker *c, const struct deed *deed)
{
    return tell_join(c, deed, ((const Tifo__V1__JoinEventResponse *)deed->reply)->join);
}

static bool tell_cancelled(struct checker *c, const struct deed *deed)
{
    return tell_join(c, deed, ((const Tifo__V1__CancelJoinResponse *)deed->reply)->join);
}

static bool tell_kicked(struct checker *c, const struct deed *deed)
{
    return tell_join(c, deed, ((const Tifo__V1__KickPersonResponse *)deed->reply)->join);
}

static bool tell_get_join(struct checker *c, const struct deed *deed)
{
    return tell_join(c, deed, ((const Tifo__V1__GetJoinResponse *)deed->reply)->join);
}

/* ---- Bans ------------------------------------------------------------------------------------ */

static void ask_ban(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__BanPersonRequest *request = (const void *)deed->request;
    struct ban_person *ban = &command->as.ban_person;
    command->kind = COMMAND_BAN_PERSON;
    ban->event = judge_id(request->event_id);
    ban->until_ms = request->until_ms;
    snprintf(ban->person, sizeof ban->person, "%s", request->person);
    judge_person(deed, ban->by.person);
}

static bool tell_banned(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__BanPersonRequest *request = (const void *)deed->request;
    const Tifo__V1__Ban *told = ((const Tifo__V1__BanPersonResponse *)deed->reply)->ban;
    return (strcmp(told->person, request->person) == 0 && told->until_ms == request->until_ms) ||
           mismatch(c, deed, "%s is said to be banned until %lld", told->person,
                    (long long)told->until_ms);
}

static void ask_unban(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__UnbanPersonRequest *request = (const void *)deed->request;
    struct ban_person *ban = &command->as.ban_person;
    command->kind = COMMAND_UNBAN_PERSON;
    ban->event = judge_id(request->event_id);
    snprintf(ban->person, sizeof ban->person, "%s", request->person);
    judge_person(deed, ban->by.person);
}

static bool tell_unbanned(struct checker *c, const struct deed *deed)
{
    (void)c, (void)deed;
    return true;
}

const struct method join_methods[] = {
    { "/tifo.v1.Joins/SetJoining", MESSAGES(set_joining), ask_set, FACT_JOINING_SET, 0, tell_set },
    { "/tifo.v1.Joins/GetJoining", MESSAGES(get_joining), NULL, 0, 0, tell_get_joining },
    { "/tifo.v1.Joins/JoinEvent", MESSAGES(join_event), ask_join, FACT_JOINED, 0, tell_joined },
    { "/tifo.v1.Joins/CancelJoin", MESSAGES(cancel_join), ask_cancel, FACT_JOIN_ENDED, 0,
      tell_cancelled },
    { "/tifo.v1.Joins/GetJoin", MESSAGES(get_join), NULL, 0, 0, tell_get_join },
    { "/tifo.v1.Joins/KickPerson", MESSAGES(kick_person), ask_kick, FACT_JOIN_ENDED, 0,
      tell_kicked },
    { "/tifo.v1.Joins/BanPerson", MESSAGES(ban_person), ask_ban, FACT_PERSON_BANNED, 0,
      tell_banned },
    { "/tifo.v1.Joins/UnbanPerson", MESSAGES(unban_person), ask_unban, FACT_PERSON_UNBANNED, 0,
      tell_unbanned },
    { 0 },
};
