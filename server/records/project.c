#include "server/records/project.h"

#include "server/core/crowd.h"
#include "server/records/project_doors.h"
#include "server/records/project_orders.h"
#include "server/records/project_resale.h"
#include "server/records/project_tickets.h"
#include "server/records/project_waiting.h"
#include "server/records/rows.h"
#include "server/records/words.h"

static const char *const gate_modes[] = { "", "open", "closed" };

/* ---- The ground: rows are numbered in the order in which they come ------------------------------
 */

static void venue_imported(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct venue_imported *from = &fact->as.venue_imported;
    struct venue_record to = {
        .imported_seq = seq,
        .imported_ms = fact->time_ms,
        .zones = from->zone_count,
        .blocks = from->block_count,
        .openings = from->opening_count,
        .gates = from->gate_count,
        .facilities = from->facility_count,
        .links = from->link_count,
    };
    SET_TEXT(to.id, from->id);
    SET_TEXT(to.name, from->name);
    records->ops->put(records, RECORDS_VENUE, &to);
}

/* Row `seq` of the import is so many after the venue's own: its rows follow it without a gap. */
static struct venue_record venue_of(struct records *records, uint64_t seq, uint32_t *row)
{
    struct venue_record venue = { 0 };
    records->ops->get(records, RECORDS_VENUE, &venue);
    *row = (uint32_t)(seq - venue.imported_seq - 1);
    return venue;
}

static void zone_added(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const kinds[] = { "", "concourse", "aisle", "stairs", "ramp", "outside" };
    const struct zone *from = &fact->as.zone_added;
    struct zone_record to = {
        .level = from->level,
        .level_to = from->level_to,
        .rise_cm = from->rise_cm,
        .area_dm2 = from->area_dm2,
        .capacity_people = from->capacity_people,
        .x_cm = from->x_cm,
        .y_cm = from->y_cm,
    };
    venue_of(records, seq, &to.zone);
    SET_TEXT(to.id, from->id);
    SET_TEXT(to.name, from->name);
    SET_WORD(to.kind, kinds, from->kind);
    records->ops->put(records, RECORDS_ZONE, &to);
}

static void block_added(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct block *from = &fact->as.block_added;
    struct block_record to = {
        .level = from->level, .seats = from->seats, .x_cm = from->x_cm, .y_cm = from->y_cm
    };
    const struct venue_record venue = venue_of(records, seq, &to.block);
    to.block -= venue.zones;
    SET_TEXT(to.id, from->id);
    SET_TEXT(to.name, from->name);
    SET_TEXT(to.stand, from->stand);
    records->ops->put(records, RECORDS_BLOCK, &to);
}

static void gate_added(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct gate *from = &fact->as.gate_added;
    struct gate_record to = {
        .zone_inside = from->zone_inside,
        .zone_outside = from->zone_outside,
        .width_cm = from->width_cm,
        .level = from->level,
        .turnstiles = from->turnstiles,
        .version = seq,
    };
    const struct venue_record venue = venue_of(records, seq, &to.gate);
    to.gate -= venue.zones + venue.blocks + venue.openings;
    SET_TEXT(to.id, from->id);
    SET_TEXT(to.name, from->name);
    SET_WORD(to.mode, gate_modes, GATE_OPEN);
    records->ops->put(records, RECORDS_GATE, &to);
}

static void facility_added(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const kinds[] = { "", "food", "toilets" };
    const struct facility *from = &fact->as.facility_added;
    struct facility_record to = { .zone = from->zone,
                                  .servers = from->servers,
                                  .service_ms = from->service_ms,
                                  .level = from->level };
    const struct venue_record venue = venue_of(records, seq, &to.facility);
    to.facility -= venue.zones + venue.blocks + venue.openings + venue.gates;
    SET_TEXT(to.id, from->id);
    SET_TEXT(to.name, from->name);
    SET_WORD(to.kind, kinds, from->kind);
    records->ops->put(records, RECORDS_FACILITY, &to);
}

/* ---- The match day ----------------------------------------------------------------------------
 */

static void phase_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const kinds[] = { "", "entry", "play", "break", "egress", "evacuation" };
    const struct phase *from = &fact->as.phase_set;
    struct phase_change_record to = {
        .seq = seq, .at_ms = fact->time_ms, .started_ms = from->started_ms, .ends_ms = from->ends_ms
    };
    SET_WORD(to.kind, kinds, from->kind);
    SET_TEXT(to.label, from->label);
    SET_TEXT(to.next_label, from->next_label);
    records->ops->put(records, RECORDS_PHASE_CHANGE, &to);
    for (uint32_t i = 0; i < from->leave_block.count; i++)
        records->ops->put(records, RECORDS_PHASE_BLOCK,
                          &(struct phase_block_record){ seq, from->leave_block.v[i] });
}

static void gate_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct gate_set *from = &fact->as.gate_set;
    struct gate_change_record change = { .seq = seq, .at_ms = fact->time_ms, .gate = from->gate };
    struct gate_record gate = { .gate = from->gate };
    SET_WORD(change.mode, gate_modes, from->mode);
    SET_TEXT(change.reason, from->reason);
    records->ops->put(records, RECORDS_GATE_CHANGE, &change);
    records->ops->get(records, RECORDS_GATE, &gate);
    SET_TEXT(gate.mode, change.mode);
    SET_TEXT(gate.reason, change.reason);
    gate.set_ms = fact->time_ms;
    gate.version = seq;
    records->ops->put(records, RECORDS_GATE, &gate);
}

/* ---- Telemetry --------------------------------------------------------------------------------
 */

static void source_added(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct venue_record venue = { 0 };
    (void)seq;
    records->ops->get(records, RECORDS_VENUE, &venue);
    struct source_record to = { .source = venue.sources++, .first_ms = fact->time_ms };
    SET_TEXT(to.name, fact->as.source_added.name);
    records->ops->put(records, RECORDS_SOURCE, &to);
    records->ops->put(records, RECORDS_VENUE, &venue);
}

static void crowd_measured(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct crowd_measured *from = &fact->as.crowd_measured;
    (void)seq;
    for (uint32_t i = 0; i < from->source.count; i++) {
        struct source_record source = { .source = from->source.v[i] };
        records->ops->get(records, RECORDS_SOURCE, &source);
        source.last_sequence = from->sequence.v[i];
        source.last_ms = fact->time_ms;
        records->ops->put(records, RECORDS_SOURCE, &source);
    }
}

/* ---- Guidance ---------------------------------------------------------------------------------
 */

static void plan_wanted(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const reasons[] = { "", "change", "drift" };
    const struct plan_wanted *from = &fact->as.plan_wanted;
    struct plan_record to = { .wanted = from->number, .wanted_ms = fact->time_ms };
    (void)seq;
    SET_WORD(to.reason, reasons, from->reason);
    records->ops->put(records, RECORDS_PLAN, &to);
}

static void plan_answered(struct records *records, uint64_t seq, const struct fact *fact)
{
    const bool adopted = fact->kind == FACT_PLAN_ADOPTED;
    const struct plan_adopted *from = &fact->as.plan_adopted;
    struct plan_record plan = { .wanted = adopted ? from->wanted : fact->as.plan_kept.wanted };
    (void)seq;
    records->ops->get(records, RECORDS_PLAN, &plan);
    plan.answered_ms = fact->time_ms;
    plan.number = adopted ? from->number : 0;
    plan.splits = adopted ? from->origin.count : 0;
    plan.clearance_s = adopted ? from->clearance_s : fact->as.plan_kept.clearance_s;
    snprintf(plan.answer, sizeof plan.answer, "%s", adopted ? "adopted" : "kept");
    records->ops->put(records, RECORDS_PLAN, &plan);
}

/* ---- Alarms -----------------------------------------------------------------------------------
 */

static const char *const priorities[] = { "", "low", "medium", "high" };

/* What operators said does not outlast a change of the alarm. */
static void forget_answers(struct alarm_record *alarm)
{
    alarm->acknowledged_ms = alarm->shelved_until_ms = 0;
    memset(alarm->acknowledged_by, 0, sizeof alarm->acknowledged_by);
    memset(alarm->shelved_by, 0, sizeof alarm->shelved_by);
    memset(alarm->shelved_reason, 0, sizeof alarm->shelved_reason);
}

static void alarm_raised(struct alarm_record *alarm, const struct fact *fact,
                         struct alarm_change_record *change)
{
    static const char *const kinds[] = { "", "density", "gate_closed", "queue" };
    const struct alarm *from = &fact->as.alarm_raised;
    (void)change;
    SET_WORD(alarm->kind, kinds, from->kind);
    SET_WORD(alarm->priority, priorities, from->priority);
    alarm->subject = from->subject;
    alarm->since_ms = from->since_ms;
    alarm->raised_ms = fact->time_ms;
}

static void alarm_escalated(struct alarm_record *alarm, const struct fact *fact,
                            struct alarm_change_record *change)
{
    (void)change;
    SET_WORD(alarm->priority, priorities, fact->as.alarm_escalated.priority);
    alarm->escalated_ms = fact->time_ms;
    forget_answers(alarm);
}

static void alarm_cleared(struct alarm_record *alarm, const struct fact *fact,
                          struct alarm_change_record *change)
{
    (void)change;
    alarm->cleared_ms = fact->time_ms;
}

static void alarm_acknowledged(struct alarm_record *alarm, const struct fact *fact,
                               struct alarm_change_record *change)
{
    SET_TEXT(change->caller, fact->as.alarm_acknowledged.caller);
    SET_TEXT(alarm->acknowledged_by, change->caller);
    alarm->acknowledged_ms = fact->time_ms;
}

static void alarm_shelved(struct alarm_record *alarm, const struct fact *fact,
                          struct alarm_change_record *change)
{
    const struct alarm_shelved *from = &fact->as.alarm_shelved;
    SET_TEXT(change->caller, from->caller);
    SET_TEXT(change->reason, from->reason);
    SET_TEXT(alarm->shelved_by, from->caller);
    SET_TEXT(alarm->shelved_reason, from->reason);
    alarm->shelved_until_ms = from->until_ms;
}

static void alarm_unshelved(struct alarm_record *alarm, const struct fact *fact,
                            struct alarm_change_record *change)
{
    SET_TEXT(change->caller, fact->as.alarm_unshelved.caller);
    forget_answers(alarm);
}

/* Alarm facts begin with the alarm's number. */
static const struct {
    enum fact_kind kind;
    const char *word;
    void (*change)(struct alarm_record *alarm, const struct fact *fact,
                   struct alarm_change_record *change);
} alarm_changes[] = {
    { FACT_ALARM_RAISED, "raised", alarm_raised },
    { FACT_ALARM_ESCALATED, "escalated", alarm_escalated },
    { FACT_ALARM_CLEARED, "cleared", alarm_cleared },
    { FACT_ALARM_ACKNOWLEDGED, "acknowledged", alarm_acknowledged },
    { FACT_ALARM_SHELVED, "shelved", alarm_shelved },
    { FACT_ALARM_UNSHELVED, "unshelved", alarm_unshelved },
};

static void alarm_changed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const uint32_t number = fact->as.alarm_raised.number;
    struct alarm_record alarm = { .number = number };
    struct alarm_change_record change = { .seq = seq, .at_ms = fact->time_ms, .number = number };
    size_t i = 0;
    while (alarm_changes[i].kind != fact->kind)
        i++;
    records->ops->get(records, RECORDS_ALARM, &alarm);
    alarm_changes[i].change(&alarm, fact, &change);
    alarm.version = seq;
    snprintf(change.change, sizeof change.change, "%s", alarm_changes[i].word);
    SET_TEXT(change.priority, alarm.priority);
    records->ops->put(records, RECORDS_ALARM, &alarm);
    records->ops->put(records, RECORDS_ALARM_CHANGE, &change);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

static const struct projection projections[] = {
    { FACT_VENUE_IMPORTED, venue_imported },
    { FACT_ZONE_ADDED, zone_added },
    { FACT_BLOCK_ADDED, block_added },
    { FACT_GATE_ADDED, gate_added },
    { FACT_FACILITY_ADDED, facility_added },
    { FACT_PHASE_SET, phase_set },
    { FACT_GATE_SET, gate_set },
    { FACT_SOURCE_ADDED, source_added },
    { FACT_CROWD_MEASURED, crowd_measured },
    { FACT_PLAN_WANTED, plan_wanted },
    { FACT_PLAN_ADOPTED, plan_answered },
    { FACT_PLAN_KEPT, plan_answered },
    { FACT_ALARM_RAISED, alarm_changed },
    { FACT_ALARM_ESCALATED, alarm_changed },
    { FACT_ALARM_CLEARED, alarm_changed },
    { FACT_ALARM_ACKNOWLEDGED, alarm_changed },
    { FACT_ALARM_SHELVED, alarm_changed },
    { FACT_ALARM_UNSHELVED, alarm_changed },
    { 0, NULL },
};

static const struct projection *find(const struct projection *list, enum fact_kind kind)
{
    while (list->kind && list->kind != kind)
        list++;
    return list->kind ? list : NULL;
}

void project(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct projection *found = find(projections, fact->kind);
    if (!found)
        found = find(ticket_projections, fact->kind);
    if (!found)
        found = find(door_projections, fact->kind);
    if (!found)
        found = find(event_projections, fact->kind);
    if (!found)
        found = find(order_projections, fact->kind);
    if (!found)
        found = find(payment_projections, fact->kind);
    if (!found)
        found = find(settlement_projections, fact->kind);
    if (!found)
        found = find(waiting_projections, fact->kind);
    if (!found)
        found = find(resale_projections, fact->kind);
    if (found)
        found->project(records, seq, fact);
}
