/* What operators do about alarms: acknowledge them, and set them aside for a time. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static struct alarm_answer *answer_find(const struct stadium *s, uint32_t number)
{
    for (uint32_t i = 0; i < s->answer_count; i++) {
        if (s->answers[i].number == number)
            return &s->answers[i];
    }
    return NULL;
}

const struct alarm_answer *alarm_answer(const struct stadium *s, uint32_t number)
{
    static const struct alarm_answer none = { 0 };
    const struct alarm_answer *answer = answer_find(s, number);
    return answer ? answer : &none;
}

/* ---- decide ------------------------------------------------------------------------------ */

/* The open alarm of this number, or NULL and a refusal. */
static const struct alarm *open_alarm(const struct stadium *s, uint32_t number, struct facts *out)
{
    const struct alarm *alarm = alarm_find(s, number);
    if (!alarm)
        facts_refuse(out, STATUS_UNKNOWN_ALARM, "number",
                     "number: no alarm %u is open; it may have cleared just now", number);
    return alarm;
}

enum status acknowledge_decide(const struct stadium *s, const struct command *command,
                               struct facts *out)
{
    const struct acknowledge_alarm *ask = &command->as.acknowledge_alarm;
    const struct alarm *alarm = open_alarm(s, ask->number, out);
    if (!alarm)
        return STATUS_UNKNOWN_ALARM;
    if (alarm_answer(s, alarm->number)->acknowledged_ms)
        return STATUS_OK;
    struct alarm_acknowledged *fact =
        &facts_add(out, FACT_ALARM_ACKNOWLEDGED, command->time_ms)->as.alarm_acknowledged;
    fact->number = ask->number;
    memcpy(fact->caller, ask->caller, sizeof(fact->caller));
    return STATUS_OK;
}

static void unshelve(uint32_t number, const char *caller, int64_t time_ms, struct facts *out)
{
    struct alarm_unshelved *fact =
        &facts_add(out, FACT_ALARM_UNSHELVED, time_ms)->as.alarm_unshelved;
    fact->number = number;
    if (caller)
        memcpy(fact->caller, caller, sizeof(fact->caller));
}

enum status shelve_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct shelve_alarm *ask = &command->as.shelve_alarm;
    const struct alarm *alarm = open_alarm(s, ask->number, out);
    if (!alarm)
        return STATUS_UNKNOWN_ALARM;
    if (ask->for_ms == 0) {
        if (alarm_answer(s, alarm->number)->shelved_until_ms)
            unshelve(ask->number, ask->caller, command->time_ms, out);
        return STATUS_OK;
    }
    if (ask->for_ms > SHELVE_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "duration_s",
                            "duration_s: an alarm is shelved for %d s at most",
                            SHELVE_MAX_MS / 1000);
    if (ask->reason[strspn(ask->reason, " ")] == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "reason",
                            "reason: say why alarm %u can wait; it stays on record", ask->number);
    struct alarm_shelved *fact =
        &facts_add(out, FACT_ALARM_SHELVED, command->time_ms)->as.alarm_shelved;
    fact->number = ask->number;
    fact->until_ms = command->time_ms + ask->for_ms;
    memcpy(fact->caller, ask->caller, sizeof(fact->caller));
    memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    return STATUS_OK;
}

void shelf_decide(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    for (uint32_t i = 0; i < s->answer_count; i++) {
        const struct alarm_answer *answer = &s->answers[i];
        if (answer->shelved_until_ms && answer->shelved_until_ms <= now_ms)
            unshelve(answer->number, NULL, now_ms, out);
    }
}

int64_t shelf_due(const struct stadium *s)
{
    int64_t due = STADIUM_NEVER;
    for (uint32_t i = 0; i < s->answer_count; i++) {
        int64_t until_ms = s->answers[i].shelved_until_ms;
        if (until_ms && until_ms < due)
            due = until_ms;
    }
    return due;
}

/* ---- evolve ------------------------------------------------------------------------------ */

void answer_forget(struct stadium *s, uint32_t number)
{
    struct alarm_answer *answer = answer_find(s, number);
    if (!answer)
        return;
    row_remove(s, ROW_ALARM_ANSWER, number, answer);
    *answer = s->answers[--s->answer_count];
}

/* The row to change; new ones are zero but for the number. It leaves the digest. */
static struct alarm_answer *answer_open(struct stadium *s, uint32_t number)
{
    assert(alarm_find(s, number));
    struct alarm_answer *answer = answer_find(s, number);
    if (answer) {
        row_remove(s, ROW_ALARM_ANSWER, number, answer);
        return answer;
    }
    assert(s->answer_count < s->limits.alarms);
    answer = &s->answers[s->answer_count++];
    *answer = (struct alarm_answer){ .number = number };
    return answer;
}

void answer_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_ALARM_UNSHELVED) {
        answer_forget(s, fact->as.alarm_unshelved.number);
    } else if (fact->kind == FACT_ALARM_SHELVED) {
        const struct alarm_shelved *shelved = &fact->as.alarm_shelved;
        struct alarm_answer *answer = answer_open(s, shelved->number);
        answer->shelved_until_ms = shelved->until_ms;
        memcpy(answer->shelved_by, shelved->caller, sizeof(answer->shelved_by));
        memcpy(answer->shelved_reason, shelved->reason, sizeof(answer->shelved_reason));
        row_add(s, ROW_ALARM_ANSWER, shelved->number, answer);
    } else {
        const struct alarm_acknowledged *acknowledged = &fact->as.alarm_acknowledged;
        assert(fact->kind == FACT_ALARM_ACKNOWLEDGED);
        alarm_log_evolve(s, fact);
        struct alarm_answer *answer = answer_open(s, acknowledged->number);
        answer->acknowledged_ms = fact->time_ms;
        memcpy(answer->acknowledged_by, acknowledged->caller, sizeof(answer->acknowledged_by));
        row_add(s, ROW_ALARM_ANSWER, acknowledged->number, answer);
    }
}
