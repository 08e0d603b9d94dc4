/* Media: what stands for tickets at the doors. */
#include "tests/storm/checker/judge.h"

#include "tifo/v1/doors.pb-c.h"

#include <stdio.h>
#include <string.h>

static struct set_medium *ask_change(const struct deed *deed, enum medium_change change,
                                     const char *medium, struct command *command)
{
    struct set_medium *set = &command->as.set_medium;
    command->kind = COMMAND_SET_MEDIUM;
    set->change = change;
    snprintf(set->medium, sizeof set->medium, "%s", medium);
    judge_person(deed, set->by.person);
    return set;
}

static void ask_issue(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__IssueMediumRequest *request = (const void *)deed->request;
    ask_change(deed, MEDIUM_ISSUE, request->medium, command)->ticket = judge_id(request->ticket_id);
}

static void ask_block(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__BlockMediumRequest *request = (const void *)deed->request;
    struct set_medium *set = ask_change(deed, request->blocked ? MEDIUM_BLOCK : MEDIUM_UNBLOCK,
                                        request->medium, command);
    snprintf(set->reason, sizeof set->reason, "%s", request->reason);
}

static void ask_return(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__ReturnMediumRequest *request = (const void *)deed->request;
    ask_change(deed, MEDIUM_RETURN, request->medium, command);
}

static bool tell(struct checker *c, const struct deed *deed, const Tifo__V1__Medium *told)
{
    const struct model_medium *medium = model_medium_find(&c->model, told->medium);
    const bool same =
        medium ? told->ticket && id_equal(judge_id(told->ticket->ticket_id),
                                          c->model.tickets[medium->ticket - 1].id) &&
                     (told->blocked != 0) == medium->blocked
               : !told->ticket && !told->blocked;
    return same || mismatch(c, deed, "%s is said to stand for %s%s, and does not", told->medium,
                            told->ticket ? told->ticket->ticket_id : "nothing",
                            told->blocked ? ", blocked" : "");
}

static bool tell_issued(struct checker *c, const struct deed *deed)
{
    return tell(c, deed, ((const Tifo__V1__IssueMediumResponse *)deed->reply)->medium);
}

static bool tell_blocked(struct checker *c, const struct deed *deed)
{
    return tell(c, deed, ((const Tifo__V1__BlockMediumResponse *)deed->reply)->medium);
}

static bool tell_returned(struct checker *c, const struct deed *deed)
{
    return tell(c, deed, ((const Tifo__V1__ReturnMediumResponse *)deed->reply)->medium);
}

static bool tell_medium(struct checker *c, const struct deed *deed)
{
    return tell(c, deed, ((const Tifo__V1__GetMediumResponse *)deed->reply)->medium);
}

const struct method medium_methods[] = {
    { "/tifo.v1.Doors/IssueMedium", MESSAGES(issue_medium), ask_issue, FACT_MEDIUM_SET, 0,
      tell_issued },
    { "/tifo.v1.Doors/BlockMedium", MESSAGES(block_medium), ask_block, FACT_MEDIUM_SET, 0,
      tell_blocked },
    { "/tifo.v1.Doors/ReturnMedium", MESSAGES(return_medium), ask_return, FACT_MEDIUM_SET, 0,
      tell_returned },
    { "/tifo.v1.Doors/GetMedium", MESSAGES(get_medium), NULL, 0, 0, tell_medium },
    { 0 },
};
