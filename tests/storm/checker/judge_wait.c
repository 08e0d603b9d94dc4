/* Who waits for tickets of what is sold out (I8). */
#include "tests/storm/checker/judge.h"

#include "tifo/v1/waitlist.pb-c.h"

#include <string.h>

static void ask_set(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__SetWaitlistRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_WAITLIST;
    command->as.set_waitlist = (struct set_waitlist){ .event = judge_id(request->event_id),
                                                      .capacity = request->capacity,
                                                      .claim_s = request->claim_s,
                                                      .closed = request->closed };
    judge_person(deed, command->as.set_waitlist.by.person);
}

static bool tell_list(struct checker *c, const struct deed *deed, const Tifo__V1__Waitlist *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    return (event && event->waitlist.exists && told->closed == event->waitlist.closed &&
            (event->state == EVENT_CANCELLED || told->waiting == event->waitlist.waiting)) ||
           mismatch(c, deed, "%u are said to wait", told->waiting);
}

static bool tell_set(struct checker *c, const struct deed *deed)
{
    return tell_list(c, deed, ((const Tifo__V1__SetWaitlistResponse *)deed->reply)->waitlist);
}

static bool tell_get_list(struct checker *c, const struct deed *deed)
{
    return tell_list(c, deed, ((const Tifo__V1__GetWaitlistResponse *)deed->reply)->waitlist);
}

static void ask_enter(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__EnterWaitlistRequest *request = (const void *)deed->request;
    command->kind = COMMAND_ENTER_WAITLIST;
    command->as.enter_waitlist = (struct enter_waitlist){ .event = judge_id(request->event_id),
                                                          .id = deed->made,
                                                          .hold = deed->tickets[0],
                                                          .type = request->type,
                                                          .party = request->party };
    judge_person(deed, command->as.enter_waitlist.person);
}

static void ask_leave(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__LeaveWaitlistRequest *request = (const void *)deed->request;
    command->kind = COMMAND_LEAVE_WAITLIST;
    command->as.leave_waitlist.event = judge_id(request->event_id);
    judge_person(deed, command->as.leave_waitlist.person);
}

static bool tell_wait(struct checker *c, const struct deed *deed, const Tifo__V1__Wait *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    const struct model_wait *wait =
        event ? model_wait_find(&c->model, (uint32_t)(event - c->model.events), told->person)
              : NULL;
    if (!wait || !id_equal(wait->id, judge_id(told->wait_id)) ||
        strcmp(told->person, deed->operation->caller) != 0)
        return mismatch(c, deed, "it was told of somebody else who waits");
    if (event->state == EVENT_CANCELLED) /* Wound up later. */
        return true;
    if ((int)told->state != (int)wait->state)
        return mismatch(c, deed, "who waits is said to be %d, and is %d", (int)told->state,
                        (int)wait->state);
    if (told->position != wait_model_position(&c->model, wait))
        return mismatch(c, deed, "who waits is said to be number %u, and is %u", told->position,
                        wait_model_position(&c->model, wait));
    if (wait->state != WAIT_OFFERED)
        return true;
    return (id_equal(judge_id(told->hold_id), wait->hold) &&
            told->offered_until_ms == model_hold_find(&c->model, wait->hold)->expires_ms) ||
           mismatch(c, deed, "an offer is said to be another, or theirs until %lld",
                    (long long)told->offered_until_ms);
}

static bool tell_entered(struct checker *c, const struct deed *deed)
{
    return tell_wait(c, deed, ((const Tifo__V1__EnterWaitlistResponse *)deed->reply)->wait);
}

static bool tell_left(struct checker *c, const struct deed *deed)
{
    return tell_wait(c, deed, ((const Tifo__V1__LeaveWaitlistResponse *)deed->reply)->wait);
}

static bool tell_get_wait(struct checker *c, const struct deed *deed)
{
    return tell_wait(c, deed, ((const Tifo__V1__GetWaitResponse *)deed->reply)->wait);
}

const struct method wait_methods[] = {
    { "/tifo.v1.Waitlists/SetWaitlist", MESSAGES(set_waitlist), ask_set, FACT_WAITLIST_SET, 0,
      tell_set },
    { "/tifo.v1.Waitlists/GetWaitlist", MESSAGES(get_waitlist), NULL, 0, 0, tell_get_list },
    { "/tifo.v1.Waitlists/EnterWaitlist", MESSAGES(enter_waitlist), ask_enter, FACT_WAIT_ENTERED, 0,
      tell_entered },
    { "/tifo.v1.Waitlists/LeaveWaitlist", MESSAGES(leave_waitlist), ask_leave, FACT_WAIT_ENDED,
      FACT_HOLD_ENDED, tell_left },
    { "/tifo.v1.Waitlists/GetWait", MESSAGES(get_wait), NULL, 0, 0, tell_get_wait },
    { 0 },
};
