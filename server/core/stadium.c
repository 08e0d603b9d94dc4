#include "server/core/stadium.h"

#include "server/core/roster.h"
#include "server/core/seat_choice.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void head_close(struct stadium *s)
{
    s->head_hash = row_hash(ROW_HEAD, 0, &s->head);
    s->digest += s->head_hash;
}

struct stadium *stadium_create(const struct limits *limits)
{
    struct stadium *s = base_alloc(sizeof(*s));
    s->limits = *limits;
    s->alarms = arena_array(&s->arena, limits->alarms, sizeof(*s->alarms));
    s->answers = arena_array(&s->arena, limits->alarms, sizeof(*s->answers));
    s->sources = arena_array(&s->arena, limits->sources, sizeof(*s->sources));
    s->alarm_log.entries = arena_array(&s->arena, ALARM_LOG, sizeof(*s->alarm_log.entries));
    s->alarms_due = arena_alloc(&s->arena, sizeof(*s->alarms_due));
    s->alarms_due->crowd_seq = UINT64_MAX;
    booking_init(s);
    doors_init(s);
    head_close(s);
    row_add(s, ROW_PHASE, 0, &s->phase);
    row_add(s, ROW_PLAN, 0, &s->plan);
    return s;
}

void stadium_destroy(struct stadium *s)
{
    if (!s)
        return;
    if (s->seat_plan)
        s->seat_plan_destroy(s->seat_plan);
    doors_fini(s);
    booking_fini(s);
    arena_fini(&s->arena);
    free(s);
}

void stadium_take_seat_plan(struct stadium *s, struct seat_plan *plan,
                            void (*destroy)(struct seat_plan *plan))
{
    assert(!s->seat_plan && plan->seat_count == s->first_seat[s->venue.block_count]);
    s->seat_plan = plan;
    s->seat_plan_destroy = destroy;
}

/* ---- decide ------------------------------------------------------------------------------ */

typedef enum status decide(const struct stadium *, const struct command *, struct facts *);

static decide *const deciders[] = {
    [COMMAND_IMPORT_VENUE] = venue_decide,
    [COMMAND_SET_PHASE] = phase_decide,
    [COMMAND_SET_GATE] = gate_decide,
    [COMMAND_SET_OPENING] = opening_decide,
    [COMMAND_SET_OVERRIDE] = override_decide,
    [COMMAND_TICK] = tick_decide,
    [COMMAND_ADOPT_PLAN] = plan_decide,
    [COMMAND_BOUND_PLAN] = bound_decide,
    [COMMAND_ACKNOWLEDGE_ALARM] = acknowledge_decide,
    [COMMAND_SHELVE_ALARM] = shelve_decide,
    [COMMAND_CREATE_EVENT] = event_decide,
    [COMMAND_PUBLISH_EVENT] = event_decide,
    [COMMAND_CANCEL_EVENT] = event_decide,
    [COMMAND_HOLD_SEATS] = hold_decide,
    [COMMAND_RELEASE_HOLD] = hold_decide,
    [COMMAND_CONFIRM_HOLD] = order_decide,
    [COMMAND_SETTLE_PAYMENT] = order_decide,
    [COMMAND_SCAN_TICKET] = scan_decide,
    [COMMAND_REISSUE_TICKET] = transfer_decide,
    [COMMAND_BLOCK_TICKET] = transfer_decide,
    [COMMAND_SET_DOOR_RULES] = door_decide,
    [COMMAND_SET_CHECKIN_LIST] = door_decide,
    [COMMAND_UPLOAD_SCANS] = upload_decide,
    [COMMAND_SET_WAITROOM] = waitroom_decide,
    [COMMAND_ENTER_WAITROOM] = waitroom_decide,
    [COMMAND_LEAVE_WAITROOM] = waitroom_decide,
    [COMMAND_ADMIT_PERSONS] = waitroom_decide,
    [COMMAND_UPDATE_EVENT] = event_update_decide,
    [COMMAND_UNPUBLISH_EVENT] = event_update_decide,
    [COMMAND_SET_TICKET_TYPE] = ticket_type_decide,
    [COMMAND_SET_QUOTA] = quota_decide,
    [COMMAND_SET_VOUCHER] = voucher_decide,
    [COMMAND_CHANGE_HOLD] = hold_decide,
    [COMMAND_EXTEND_HOLD] = hold_decide,
    [COMMAND_SET_JOINING] = join_decide,
    [COMMAND_JOIN_EVENT] = join_decide,
    [COMMAND_END_JOIN] = join_decide,
    [COMMAND_BAN_PERSON] = ban_decide,
    [COMMAND_UNBAN_PERSON] = ban_decide,
    [COMMAND_SET_POLICY] = terms_decide,
    [COMMAND_CANCEL_ORDER] = cancellation_decide,
    [COMMAND_APPROVE_ORDER] = approval_decide,
    [COMMAND_REJECT_ORDER] = approval_decide,
    [COMMAND_EXCHANGE_LINES] = exchange_decide,
    [COMMAND_SET_WAITLIST] = wait_decide,
    [COMMAND_ENTER_WAITLIST] = wait_decide,
    [COMMAND_LEAVE_WAITLIST] = wait_decide,
    [COMMAND_SET_RESALE] = resale_decide,
    [COMMAND_LIST_TICKET] = resale_decide,
    [COMMAND_WITHDRAW_LISTING] = resale_decide,
    [COMMAND_SET_ALLOCATION] = allocation_decide,
    [COMMAND_SET_ADDON] = addon_decide,
    [COMMAND_SET_BUNDLE] = addon_decide,
    [COMMAND_SET_QUESTION] = question_decide,
    [COMMAND_SET_BUYER] = buyer_decide,
    [COMMAND_RECORD_SETTLEMENT] = settlement_decide,
    [COMMAND_ASK_PAYMENT] = payment_decide,
    [COMMAND_VOID_SETTLEMENT] = settlement_decide,
    [COMMAND_SET_DEVICE] = device_decide,
    [COMMAND_ROTATE_DEVICE] = device_decide,
    [COMMAND_RETIRE_DEVICE] = device_decide,
    [COMMAND_SET_REGISTRATION] = device_decide,
    [COMMAND_SET_RULE] = rule_decide,
    [COMMAND_DELETE_RULE] = rule_decide,
    [COMMAND_SET_MEDIUM] = medium_decide,
};

enum status stadium_decide(const struct stadium *s, const struct command *command,
                           struct facts *out)
{
    facts_reset(out);
    if (command->time_ms < s->head.now_ms || command->time_ms < 1)
        return facts_refuse(out, STATUS_CLOCK_BACKWARDS, "to_ms",
                            "to_ms: %lld lies before stadium time, which is %lld",
                            (long long)command->time_ms, (long long)s->head.now_ms);
    if (command->time_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "to_ms",
                            "to_ms: %lld lies beyond the year 9999; it counts milliseconds",
                            (long long)command->time_ms);
    assert(command->kind >= COMMAND_IMPORT_VENUE && command->kind < COMMAND_KINDS);
    return deciders[command->kind](s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* Answers are kept for whoever asks again; the stadium is as it was. */
static void answered_evolve(struct stadium *s, const struct fact *fact)
{
    (void)s, (void)fact;
}

/* What a fact does, and who sees it. */
static const struct {
    enum fact_kind kind;
    void (*evolve)(struct stadium *, const struct fact *);
    bool crowd;    /* Shows in WatchCrowd. */
    bool guidance; /* Shows in WatchGuidance, or is a gate's. */
} effects[] = {
    { FACT_VENUE_IMPORTED, venue_evolve, true, true },
    { FACT_ZONE_ADDED, venue_evolve, true, true },
    { FACT_BLOCK_ADDED, venue_evolve, true, true },
    { FACT_OPENING_ADDED, venue_evolve, true, true },
    { FACT_GATE_ADDED, venue_evolve, true, true },
    { FACT_FACILITY_ADDED, venue_evolve, true, true },
    { FACT_LINK_ADDED, venue_evolve, true, true },
    { FACT_PHASE_SET, phase_evolve, true, false },
    { FACT_GATE_SET, gate_evolve, true, true },
    { FACT_OPENING_SET, opening_evolve, false, true },
    { FACT_OVERRIDE_SET, override_evolve, false, true },
    { FACT_OVERRIDES_PRICED, plan_evolve, false, true },
    { FACT_SOURCE_ADDED, source_evolve, false, false },
    { FACT_CROWD_MEASURED, crowd_evolve, true, false },
    { FACT_CROWD_SENSED, sensed_evolve, true, false },
    { FACT_CROWD_FORECAST, forecast_evolve, true, false },
    { FACT_PLAN_WANTED, plan_evolve, false, false },
    { FACT_PLAN_ADOPTED, plan_evolve, false, true },
    { FACT_PLAN_KEPT, plan_evolve, false, false },
    { FACT_PLAN_BOUNDED, bound_evolve, false, true },
    { FACT_COMPLIANCE_SEEN, plan_evolve, false, true },
    { FACT_ALARM_RAISED, alarm_evolve, true, false },
    { FACT_ALARM_ESCALATED, alarm_evolve, true, false },
    { FACT_ALARM_CLEARED, alarm_evolve, true, false },
    { FACT_ALARM_ACKNOWLEDGED, answer_evolve, true, false },
    { FACT_ALARM_SHELVED, answer_evolve, true, false },
    { FACT_ALARM_UNSHELVED, answer_evolve, true, false },
    { FACT_EVENT_CREATED, event_evolve, false, false },
    { FACT_EVENT_PUBLISHED, event_evolve, false, false },
    { FACT_EVENT_CANCELLED, event_evolve, false, false },
    { FACT_SEATS_HELD, hold_evolve, false, false },
    { FACT_HOLD_ENDED, hold_evolve, false, false },
    { FACT_ORDER_PLACED, order_evolve, false, false },
    { FACT_ORDER_PAID, order_evolve, false, false },
    { FACT_ORDER_CANCELLED, order_evolve, false, false },
    { FACT_ORDER_REFUNDED, order_evolve, false, false },
    { FACT_PAYMENT_WANTED, payment_evolve, false, false },
    { FACT_PAYMENT_SETTLED, payment_evolve, false, false },
    { FACT_TICKET_ADMITTED, ticket_evolve, true, false },
    { FACT_TICKET_REFUSED, ticket_evolve, false, false },
    { FACT_ANSWERED, answered_evolve, false, false },
    { FACT_TICKET_REISSUED, transfer_evolve, false, false },
    { FACT_TICKET_BLOCKED, transfer_evolve, false, false },
    { FACT_DOOR_RULES_SET, door_evolve, false, false },
    { FACT_CHECKIN_LIST_SET, door_evolve, false, false },
    { FACT_TICKET_PASSED, passage_evolve, true, false },
    { FACT_SCAN_CONFLICTED, passage_evolve, false, false },
    { FACT_SCANS_TAKEN, passage_evolve, false, false },
    { FACT_WAITLIST_SET, wait_evolve, false, false },
    { FACT_WAIT_ENTERED, wait_evolve, false, false },
    { FACT_WAIT_OFFERED, wait_evolve, false, false },
    { FACT_WAIT_ENDED, wait_evolve, false, false },
    { FACT_JOINING_SET, join_evolve, false, false },
    { FACT_JOINED, join_evolve, false, false },
    { FACT_JOIN_ENDED, join_evolve, false, false },
    { FACT_JOINS_MOVED, join_evolve, false, false },
    { FACT_PERSON_BANNED, ban_evolve, false, false },
    { FACT_PERSON_UNBANNED, ban_evolve, false, false },
    { FACT_WAITROOM_SET, waitroom_evolve, false, false },
    { FACT_WAITERS_ENTERED, waitroom_evolve, false, false },
    { FACT_WAITROOM_DRAWN, waitroom_evolve, false, false },
    { FACT_WAITERS_SERVED, waitroom_evolve, false, false },
    { FACT_WAITERS_ADMITTED, waitroom_evolve, false, false },
    { FACT_WAITERS_ENDED, waitroom_evolve, false, false },
    { FACT_LINES_HELD, hold_evolve, false, false },
    { FACT_LINES_CHANGED, hold_evolve, false, false },
    { FACT_HOLD_EXTENDED, hold_evolve, false, false },
    { FACT_TICKET_TYPE_SET, ticket_type_evolve, false, false },
    { FACT_QUOTA_SET, quota_evolve, false, false },
    { FACT_VOUCHER_SET, voucher_evolve, false, false },
    { FACT_EVENT_DESCRIBED, event_update_evolve, false, false },
    { FACT_EVENT_UPDATED, event_update_evolve, false, false },
    { FACT_EVENT_UNPUBLISHED, event_update_evolve, false, false },
    { FACT_ORDER_OPENED, order_evolve, false, false },
    { FACT_PAYMENT_ANSWERED, payment_evolve, false, false },
    { FACT_PAYMENT_WAITS, payment_evolve, false, false },
    { FACT_PAYMENT_ASKED, payment_evolve, false, false },
    { FACT_ORDER_EXPIRED, order_evolve, false, false },
    { FACT_ORDER_REVIVED, order_evolve, false, false },
    { FACT_ORDER_APPROVED, order_evolve, false, false },
    { FACT_ORDER_REJECTED, order_evolve, false, false },
    { FACT_LINES_CANCELLED, cancellation_evolve, false, false },
    { FACT_POLICY_SET, terms_evolve, false, false },
    { FACT_EXCHANGE_BEGUN, exchange_evolve, false, false },
    { FACT_EXCHANGE_DROPPED, exchange_evolve, false, false },
    { FACT_ORDER_EXCHANGED, exchange_evolve, false, false },
    { FACT_RESALE_SET, resale_evolve, false, false },
    { FACT_TICKET_LISTED, resale_evolve, false, false },
    { FACT_LISTING_WITHDRAWN, resale_evolve, false, false },
    { FACT_LISTING_HELD, hold_evolve, false, false },
    { FACT_LISTING_SOLD, resale_evolve, false, false },
    { FACT_ALLOCATION_SET, allocation_evolve, false, false },
    { FACT_ALLOCATION_RELEASED, allocation_evolve, false, false },
    { FACT_ADDON_SET, addon_evolve, false, false },
    { FACT_BUNDLE_SET, addon_evolve, false, false },
    { FACT_ADDONS_HELD, addon_evolve, false, false },
    { FACT_QUESTION_SET, question_evolve, false, false },
    { FACT_ANSWERS_GIVEN, question_evolve, false, false },
    { FACT_MEANS_KNOWN, means_evolve, false, false },
    { FACT_BUYER_SET, buyer_evolve, false, false },
    { FACT_SETTLED, settlement_evolve, false, false },
    { FACT_SETTLEMENT_VOIDED, settlement_evolve, false, false },
    { FACT_MEDIUM_SET, medium_evolve, false, false },
    { FACT_DEVICE_SET, device_evolve, true, false },
    { FACT_DEVICE_KEYED, device_evolve, false, false },
    { FACT_DEVICE_RETIRED, device_evolve, true, false },
    { FACT_REGISTRATION_SET, device_evolve, false, false },
    { FACT_DEVICES_SILENT, device_evolve, true, false },
    { FACT_DEVICES_HEARD, device_evolve, true, false },
    { FACT_RULE_SET, rule_evolve, true, false },
    { FACT_RULE_DELETED, rule_evolve, true, false },
    { FACT_RULES_MEASURED, rule_evolve, true, false },
};

void stadium_evolve(struct stadium *s, const struct fact *fact)
{
    size_t i = 0;
    while (i < sizeof(effects) / sizeof(effects[0]) && effects[i].kind != fact->kind)
        i++;
    assert(i < sizeof(effects) / sizeof(effects[0]));
    assert(fact->time_ms >= s->head.now_ms);

    /* Every fact changes the head, and many the plan. */
    const struct plan plan = s->plan;
    s->digest -= s->head_hash;
    s->head.seq++;
    s->head.now_ms = fact->time_ms;
    if (effects[i].crowd)
        s->head.crowd_seq = s->head.seq;
    if (effects[i].guidance)
        s->head.guidance_seq = s->head.seq;
    effects[i].evolve(s, fact);
    if (effects[i].crowd)
        rules_refresh(s, fact->time_ms);
    head_close(s);
    if (memcmp(&plan, &s->plan, sizeof(plan)) != 0) {
        row_remove(s, ROW_PLAN, 0, &plan);
        row_add(s, ROW_PLAN, 0, &s->plan);
    }
}

int64_t stadium_due(const struct stadium *s)
{
    const int64_t dues[] = { crowd_due(s),    alarms_due(s), plan_due(s), booking_due(s),
                             waitroom_due(s), roster_due(s), wait_due(s), allocations_due(s) };
    int64_t due = STADIUM_NEVER;
    for (size_t i = 0; i < sizeof(dues) / sizeof(dues[0]); i++)
        due = dues[i] < due ? dues[i] : due;
    return due;
}

/* ---- What readers see -------------------------------------------------------------------- */

uint64_t stadium_digest(const struct stadium *s)
{
    return s->digest;
}

uint64_t stadium_seq(const struct stadium *s)
{
    return s->head.seq;
}

uint64_t stadium_guidance_seq(const struct stadium *s)
{
    return s->head.guidance_seq;
}

uint64_t stadium_crowd_seq(const struct stadium *s)
{
    return s->head.crowd_seq;
}

int64_t stadium_now_ms(const struct stadium *s)
{
    return s->head.now_ms;
}

int64_t stadium_measured_ms(const struct stadium *s)
{
    return s->head.measured_ms;
}

uint32_t stadium_inside(const struct stadium *s)
{
    return s->head.inside;
}

const struct venue *stadium_venue(const struct stadium *s)
{
    return s->venue.id[0] ? &s->venue : NULL;
}

const struct phase *stadium_phase(const struct stadium *s)
{
    return &s->phase;
}

const struct place_state *stadium_places(const struct stadium *s)
{
    return s->places;
}

const struct estimate *stadium_estimates(const struct stadium *s)
{
    return s->estimates;
}

const struct wait_meter *stadium_waits(const struct stadium *s)
{
    return s->waits;
}

const struct gate_state *stadium_gates(const struct stadium *s)
{
    return s->gate_states;
}

const struct facility_state *stadium_facilities(const struct stadium *s)
{
    return s->facility_states;
}

const struct alarm *stadium_alarms(const struct stadium *s, uint32_t *count)
{
    *count = s->alarm_count;
    return s->alarms;
}

const struct plan *stadium_plan(const struct stadium *s)
{
    return &s->plan;
}

const struct plan_bound *stadium_plan_bound(const struct stadium *s)
{
    return &s->bound;
}

const struct split *stadium_splits(const struct stadium *s, uint32_t *count)
{
    *count = stadium_venue(s) ? venue_places(&s->venue) * PURPOSE_COUNT : 0;
    return s->splits;
}

const struct source *stadium_sources(const struct stadium *s, uint32_t *count)
{
    *count = s->source_count;
    return s->sources;
}

const struct source *stadium_source_find(const struct stadium *s, const char *name)
{
    for (uint32_t i = 0; i < s->source_count; i++) {
        if (strcmp(s->sources[i].name, name) == 0)
            return &s->sources[i];
    }
    return NULL;
}
