/* What alarms did to operators; when one is suppressed. */
#include "server/core/alarm_log.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static uint64_t first_entry(const struct alarm_log *log)
{
    return log->count > ALARM_LOG ? log->count - ALARM_LOG : 0;
}

static const struct alarm_entry *entry_at(const struct alarm_log *log, uint64_t index)
{
    return &log->entries[index % ALARM_LOG];
}

/* ---- Suppression ----------------------------------------------------------------------------- */

/* Raised in (from, to]. */
static uint32_t raised_between(const struct alarm_log *log, int64_t from_ms, int64_t to_ms)
{
    uint32_t raised = 0;
    for (uint64_t i = log->count; i-- > first_entry(log) && entry_at(log, i)->raised_ms > from_ms;)
        raised += entry_at(log, i)->raised_ms <= to_ms;
    return raised;
}

bool alarm_flooded(const struct stadium *s, int64_t now_ms)
{
    return raised_between(&s->alarm_log, now_ms - ALARM_FLOOD_MS, now_ms) > ALARM_FLOOD;
}

int64_t alarm_flood_ends_ms(const struct stadium *s, int64_t now_ms)
{
    const struct alarm_log *log = &s->alarm_log;
    return alarm_flooded(s, now_ms)
               ? entry_at(log, log->count - 1 - ALARM_FLOOD)->raised_ms + ALARM_FLOOD_MS
               : 0;
}

static bool beside_closed_gate(const struct stadium *s, uint32_t zone)
{
    for (uint32_t i = 0; i < s->venue.gate_count; i++)
        if (s->gates[i].zone_inside == zone && s->gate_states[i].alarm)
            return true;
    return false;
}

static bool is_leaving(const struct stadium *s)
{
    return s->phase.kind == PHASE_EGRESS || s->phase.kind == PHASE_EVACUATION;
}

enum alarm_suppression alarm_suppressed(const struct stadium *s, const struct alarm *alarm,
                                        int64_t now_ms)
{
    if (alarm->kind == ALARM_QUEUE && alarm->subject < s->venue.facility_count && is_leaving(s))
        return SUPPRESSED_PHASE;
    if (alarm->kind == ALARM_DENSITY && alarm->priority < ALARM_HIGH &&
        beside_closed_gate(s, alarm->subject))
        return SUPPRESSED_GATE;
    if (alarm->kind == ALARM_DENSITY && alarm_jam_is_told(s, alarm->subject))
        return SUPPRESSED_JAM;
    if (alarm->kind == ALARM_DEVICE_SILENT && device_is_grouped(s, alarm->subject))
        return SUPPRESSED_GROUP;
    if (alarm->priority == ALARM_LOW && alarm_flooded(s, now_ms))
        return SUPPRESSED_FLOOD;
    return SUPPRESSED_NOT;
}

static bool same_subject(const struct alarm_entry *entry, uint32_t kind, uint32_t subject)
{
    return entry->kind == kind && entry->subject == subject;
}

bool alarm_chatters(const struct stadium *s, uint32_t kind, uint32_t subject, int64_t now_ms)
{
    const struct alarm_log *log = &s->alarm_log;
    uint32_t raised = 0;
    for (uint64_t i = log->count;
         i-- > first_entry(log) && entry_at(log, i)->raised_ms > now_ms - ALARM_FLOOD_MS;)
        raised += same_subject(entry_at(log, i), kind, subject);
    return raised >= ALARM_CHATTER;
}

/* ---- evolve ---------------------------------------------------------------------------------- */

static struct alarm_entry *open_entry(struct alarm_log *log, uint32_t number)
{
    for (uint64_t i = log->count; i-- > first_entry(log);)
        if (entry_at(log, i)->number == number)
            return &log->entries[i % ALARM_LOG];
    return NULL; /* It has stood for so long that newer ones took its place. */
}

void alarm_log_evolve(struct stadium *s, const struct fact *fact)
{
    struct alarm_log *log = &s->alarm_log;
    struct alarm_entry *entry = NULL;
    switch (fact->kind) {
    case FACT_ALARM_RAISED:
        log->entries[log->count++ % ALARM_LOG] =
            (struct alarm_entry){ .number = fact->as.alarm_raised.number,
                                  .kind = fact->as.alarm_raised.kind,
                                  .priority = fact->as.alarm_raised.priority,
                                  .subject = fact->as.alarm_raised.subject,
                                  .raised_ms = fact->time_ms };
        return;
    case FACT_ALARM_ESCALATED:
        entry = open_entry(log, fact->as.alarm_escalated.number);
        if (entry)
            entry->priority = fact->as.alarm_escalated.priority;
        return;
    case FACT_ALARM_CLEARED:
        entry = open_entry(log, fact->as.alarm_cleared.number);
        if (entry)
            entry->cleared_ms = fact->time_ms;
        return;
    default:
        assert(fact->kind == FACT_ALARM_ACKNOWLEDGED);
        entry = open_entry(log, fact->as.alarm_acknowledged.number);
        if (entry && !entry->acknowledged_ms)
            entry->acknowledged_ms = fact->time_ms;
    }
}

/* ---- Summary --------------------------------------------------------------------------------- */

static void count_subject(struct alarm_subject *list, uint32_t *count,
                          const struct alarm_entry *entry)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (list[i].kind == entry->kind && list[i].subject == entry->subject) {
            list[i].raised++;
            return;
        }
    }
    list[(*count)++] = (struct alarm_subject){ entry->kind, entry->subject, 1 };
}

/* The subjects that raised most, of all that raised any; the oldest first of equals. */
static void find_worst(const struct alarm_log *log, uint64_t first, struct alarm_summary *out)
{
    struct alarm_subject list[ALARM_LOG];
    uint32_t count = 0;
    for (uint64_t i = first; i < log->count; i++)
        count_subject(list, &count, entry_at(log, i));
    while (out->worst_count < ALARM_WORST && out->worst_count < count) {
        uint32_t most = 0;
        for (uint32_t i = 1; i < count; i++)
            most = list[i].raised > list[most].raised ? i : most;
        if (list[most].raised == 0)
            break;
        out->worst[out->worst_count++] = list[most];
        list[most].raised = 0;
    }
}

/* Ten-minute windows change only where an alarm enters or leaves them: each span between two such
 * moments is in flood, or is not. */
static void measure_floods(const struct alarm_log *log, uint64_t first, int64_t from_ms,
                           int64_t now_ms, uint32_t operators, struct alarm_summary *out)
{
    int64_t at_ms = from_ms, flood_ms = 0;
    while (at_ms < now_ms) {
        const uint32_t raised = raised_between(log, at_ms - ALARM_FLOOD_MS, at_ms);
        int64_t next_ms = now_ms;
        for (uint64_t i = first_entry(log); i < log->count; i++) {
            const int64_t enters_ms = entry_at(log, i)->raised_ms;
            const int64_t leaves_ms = enters_ms + ALARM_FLOOD_MS;
            if (enters_ms > at_ms && enters_ms < next_ms)
                next_ms = enters_ms;
            if (leaves_ms > at_ms && leaves_ms < next_ms)
                next_ms = leaves_ms;
        }
        flood_ms += raised > ALARM_FLOOD * operators ? next_ms - at_ms : 0;
        at_ms = next_ms;
    }
    for (uint64_t i = first; i < log->count; i++) {
        const int64_t to_ms = entry_at(log, i)->raised_ms;
        const uint32_t raised = raised_between(log, to_ms - ALARM_FLOOD_MS, to_ms);
        out->peak_10min = raised > out->peak_10min ? raised : out->peak_10min;
    }
    out->flood_milli = now_ms > from_ms ? (uint32_t)(flood_ms * 1000 / (now_ms - from_ms)) : 0;
}

static void count_open(const struct stadium *s, int64_t now_ms, struct alarm_summary *out)
{
    out->open = s->alarm_count;
    for (uint32_t i = 0; i < s->alarm_count; i++) {
        out->standing += now_ms - s->alarms[i].since_ms > ALARM_STALE_MS;
        out->shelved += alarm_answer(s, s->alarms[i].number)->shelved_until_ms > 0;
    }
    out->suppressed = alarms_suppressed(s, now_ms);
}

struct alarm_summary alarm_summarise(const struct stadium *s, int64_t now_ms, int64_t window_ms,
                                     uint32_t operators)
{
    const struct alarm_log *log = &s->alarm_log;
    struct alarm_summary out = { .from_ms = now_ms - window_ms };
    uint64_t first = first_entry(log), waited_ms = 0;
    /* What was pushed out of the log is not known. */
    if (first > 0 && entry_at(log, first)->raised_ms > out.from_ms)
        out.from_ms = entry_at(log, first)->raised_ms;
    while (first < log->count && entry_at(log, first)->raised_ms <= out.from_ms)
        first++;
    for (uint64_t i = first; i < log->count; i++) {
        const struct alarm_entry *entry = entry_at(log, i);
        out.raised++;
        out.high += entry->priority == ALARM_HIGH;
        out.medium += entry->priority == ALARM_MEDIUM;
        out.low += entry->priority == ALARM_LOW;
        if (entry->acknowledged_ms) {
            out.acknowledged++;
            waited_ms += (uint64_t)(entry->acknowledged_ms - entry->raised_ms);
        }
    }
    out.acknowledge_s = out.acknowledged ? (uint32_t)(waited_ms / out.acknowledged / 1000) : 0;
    out.last_10min = raised_between(log, now_ms - ALARM_FLOOD_MS, now_ms);
    measure_floods(log, first, out.from_ms, now_ms, operators, &out);
    find_worst(log, first, &out);
    for (uint32_t i = 0; i < out.worst_count; i++)
        out.chattering += alarm_chatters(s, out.worst[i].kind, out.worst[i].subject, now_ms);
    count_open(s, now_ms, &out);
    return out;
}
