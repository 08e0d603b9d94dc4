/* The field table of every row of state, and the digest over them. Rows of the venue have the
 * tables of their facts. Numbers are order only: nothing here is written anywhere. */
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>

static const struct field head_rows[] = {
    FIELD(struct head, seq, 1, U64),
    FIELD(struct head, guidance_seq, 2, U64),
    FIELD(struct head, crowd_seq, 3, U64),
    FIELD(struct head, now_ms, 4, I64),
    FIELD(struct head, measured_ms, 5, I64),
    FIELD(struct head, rolled_ms, 6, I64),
    FIELD(struct head, windowed, 7, U64),
    FIELD(struct head, inside, 8, U32),
    FIELD(struct head, alarm_number, 9, U32),
    FIELD(struct head, venue_rows, 10, U32),
    FIELD_LATER(struct head, registration, 11, U32),
};
static const struct fields head_fields = FIELDS("head", struct head, head_rows);

static const struct field place_rows[] = {
    FIELD(struct place_state, people, 1, U32),     FIELD(struct place_state, density_milli, 2, U32),
    FIELD(struct place_state, los, 3, U32),        FIELD(struct place_state, measured_ms, 4, I64),
    FIELD(struct place_state, crowded_ms, 5, I64), FIELD(struct place_state, eased_ms, 6, I64),
    FIELD(struct place_state, alarm, 7, U32),
};
static const struct fields place_fields = FIELDS("place_state", struct place_state, place_rows);

static const struct field estimate_rows[] = {
    FIELD(struct estimate, at_ms, 1, I64),       FIELD(struct estimate, people_milli, 2, I64),
    FIELD(struct estimate, rate_milli, 3, I64),  FIELD(struct estimate, people_var, 4, I64),
    FIELD(struct estimate, cross_var, 5, I64),   FIELD(struct estimate, rate_var, 6, I64),
    FIELD(struct estimate, error_milli, 7, U32),
};
static const struct fields estimate_fields = FIELDS("estimate", struct estimate, estimate_rows);

static const struct field forecast_rows[] = {
    FIELD(struct forecast, at_ms, 1, I64),     FIELD(struct forecast, now, 2, U32S),
    FIELD(struct forecast, ahead[0], 3, U32S), FIELD(struct forecast, ahead[1], 4, U32S),
    FIELD(struct forecast, ahead[2], 5, U32S),
};
static const struct fields forecast_fields = FIELDS("forecast", struct forecast, forecast_rows);

static const struct field forecast_scores_rows[] = {
    FIELD(struct forecast_scores, made, 1, U64),
    FIELD(struct forecast_scores, of[0].zones, 2, U64),
    FIELD(struct forecast_scores, of[0].error_milli, 3, U64),
    FIELD(struct forecast_scores, of[0].persistence_milli, 4, U64),
    FIELD(struct forecast_scores, of[1].zones, 5, U64),
    FIELD(struct forecast_scores, of[1].error_milli, 6, U64),
    FIELD(struct forecast_scores, of[1].persistence_milli, 7, U64),
    FIELD(struct forecast_scores, of[2].zones, 8, U64),
    FIELD(struct forecast_scores, of[2].error_milli, 9, U64),
    FIELD(struct forecast_scores, of[2].persistence_milli, 10, U64),
};
static const struct fields forecast_scores_fields =
    FIELDS("forecast_scores", struct forecast_scores, forecast_scores_rows);

static const struct field device_rows[] = {
    FIELD(struct device, is.device, 1, U32),       FIELD(struct device, is.id, 2, TEXT),
    FIELD(struct device, is.kind, 3, U32),         FIELD(struct device, is.place, 4, U32),
    FIELD(struct device, is.gate, 5, U32),         FIELD(struct device, is.located, 6, U32),
    FIELD(struct device, is.x_cm, 7, I32),         FIELD(struct device, is.y_cm, 8, I32),
    FIELD(struct device, is.level, 9, I32),        FIELD(struct device, is.gateway, 10, U32),
    FIELD(struct device, is.interval_ms, 11, U32), FIELD(struct device, is.by, 12, TEXT),
    FIELD(struct device, key, 13, U64_ARRAY),      FIELD(struct device, key_number, 14, U32),
    FIELD(struct device, retired, 15, U32),        FIELD(struct device, state, 16, U32),
    FIELD(struct device, since_ms, 17, I64),       FIELD(struct device, seen_ms, 18, I64),
    FIELD(struct device, alarm, 19, U32),
};
static const struct fields device_fields = FIELDS("device", struct device, device_rows);

static const struct field device_group_rows[] = {
    FIELD(struct device_group, devices, 1, U32),  FIELD(struct device_group, silent, 2, U32),
    FIELD(struct device_group, since_ms, 3, I64), FIELD(struct device_group, eased_ms, 4, I64),
    FIELD(struct device_group, alarm, 5, U32),
};
static const struct fields device_group_fields =
    FIELDS("device_group", struct device_group, device_group_rows);

static const struct field rule_rows[] = {
    FIELD(struct rule, is.rule, 1, U32),        FIELD(struct rule, is.name, 2, TEXT),
    FIELD(struct rule, is.metric, 3, U32),      FIELD(struct rule, is.subject, 4, U32),
    FIELD(struct rule, is.device, 5, TEXT),     FIELD(struct rule, is.quantity, 6, TEXT),
    FIELD(struct rule, is.below, 7, U32),       FIELD(struct rule, is.threshold_milli, 8, I64),
    FIELD(struct rule, is.clear_milli, 9, I64), FIELD(struct rule, is.hold_ms, 10, U32),
    FIELD(struct rule, is.dead_ms, 11, U32),    FIELD(struct rule, is.priority, 12, U32),
    FIELD(struct rule, is.text, 13, TEXT),      FIELD(struct rule, is.action, 14, TEXT),
    FIELD(struct rule, is.by, 15, TEXT),        FIELD(struct rule, known, 16, U32),
    FIELD(struct rule, value_milli, 17, I64),   FIELD(struct rule, since_ms, 18, I64),
    FIELD(struct rule, eased_ms, 19, I64),      FIELD(struct rule, dead_ms, 20, I64),
    FIELD(struct rule, alarm, 21, U32),
};
static const struct fields rule_fields = FIELDS("rule", struct rule, rule_rows);

static const struct field gate_rows[] = {
    FIELD(struct gate_state, mode, 1, U32),
    FIELD(struct gate_state, set_ms, 2, I64),
    FIELD(struct gate_state, alarm, 3, U32),
    FIELD(struct gate_state, flow_in_ppm, 4, U32),
    FIELD(struct gate_state, flow_out_ppm, 5, U32),
    FIELD(struct gate_state, total_in, 6, U64),
    FIELD(struct gate_state, total_out, 7, U64),
    FIELD(struct gate_state, queue.waiting, 8, U32),
    FIELD(struct gate_state, queue.wait_s, 9, U32),
    FIELD(struct gate_state, queue.measured_ms, 10, I64),
    FIELD(struct gate_state, queue.queued_ms, 11, I64),
    FIELD(struct gate_state, queue.slow_ms, 12, I64),
    FIELD(struct gate_state, queue.eased_ms, 13, I64),
    FIELD(struct gate_state, queue.alarm, 14, U32),
    FIELD(struct gate_state, in_buckets, 15, U32_ARRAY),
    FIELD(struct gate_state, out_buckets, 16, U32_ARRAY),
};
static const struct fields gate_fields = FIELDS("gate_state", struct gate_state, gate_rows);

static const struct field opening_rows[] = {
    FIELD(struct opening_state, mode, 1, U32),
    FIELD(struct opening_state, set_ms, 2, I64),
};
static const struct fields opening_fields =
    FIELDS("opening_state", struct opening_state, opening_rows);

static const struct field facility_rows[] = {
    FIELD(struct facility_state, flow_ppm, 1, U32),
    FIELD(struct facility_state, total_served, 2, U64),
    FIELD(struct facility_state, queue.waiting, 3, U32),
    FIELD(struct facility_state, queue.wait_s, 4, U32),
    FIELD(struct facility_state, queue.measured_ms, 5, I64),
    FIELD(struct facility_state, queue.queued_ms, 6, I64),
    FIELD(struct facility_state, queue.slow_ms, 7, I64),
    FIELD(struct facility_state, queue.eased_ms, 8, I64),
    FIELD(struct facility_state, queue.alarm, 9, U32),
    FIELD(struct facility_state, served_buckets, 10, U32_ARRAY),
};
static const struct fields facility_fields =
    FIELDS("facility_state", struct facility_state, facility_rows);

static const struct field plan_rows[] = {
    FIELD(struct plan, number, 1, U32),
    FIELD(struct plan, adopted_ms, 2, I64),
    FIELD(struct plan, clearance_s, 3, U32),
    FIELD(struct plan, wanted, 4, U32),
    FIELD(struct plan, answered, 5, U32),
    FIELD(struct plan, wanted_ms, 6, I64),
    FIELD(struct plan, drift_people, 7, U32),
    FIELD(struct plan, urgent, 8, U32),
    FIELD(struct plan, fresh, 9, U32),
    FIELD_LATER(struct plan, compliance_milli, 10, U32),
    FIELD_LATER(struct plan, exact_ms, 11, I64),
    FIELD_LATER(struct plan, free_clearance_s, 12, U32),
};
static const struct fields plan_fields = FIELDS("plan", struct plan, plan_rows);

static const struct field override_rows[] = {
    FIELD(struct override, origin, 1, U32),
    FIELD(struct override, purpose, 2, U32),
    FIELD(struct override, kind, 3, U32),
    FIELD(struct override, count, 4, U32),
    FIELD(struct override, set_ms, 5, I64),
    FIELD(struct override, destination, 6, U32_ARRAY),
    FIELD(struct override, share_milli, 7, U32_ARRAY),
    FIELD(struct override, reason, 8, TEXT),
};
static const struct fields override_fields = FIELDS("override", struct override, override_rows);

static const struct field split_rows[] = {
    FIELD(struct split, origin, 1, U32),
    FIELD(struct split, purpose, 2, U32),
    FIELD(struct split, count, 3, U32),
    FIELD(struct split, moved_ms, 4, I64),
    FIELD(struct split, destination, 5, U32_ARRAY),
    FIELD(struct split, share_milli, 6, U32_ARRAY),
    FIELD(struct split, next_place, 7, U32_ARRAY),
};
static const struct fields split_fields = FIELDS("split", struct split, split_rows);

static const struct field answer_rows[] = {
    FIELD(struct alarm_answer, number, 1, U32),
    FIELD(struct alarm_answer, acknowledged_ms, 2, I64),
    FIELD(struct alarm_answer, acknowledged_by, 3, TEXT),
    FIELD(struct alarm_answer, shelved_until_ms, 4, I64),
    FIELD(struct alarm_answer, shelved_by, 5, TEXT),
    FIELD(struct alarm_answer, shelved_reason, 6, TEXT),
};
static const struct fields answer_fields = FIELDS("alarm_answer", struct alarm_answer, answer_rows);

static const struct field source_rows[] = {
    FIELD(struct source, name, 1, TEXT),
    FIELD(struct source, last_sequence, 2, U64),
};
static const struct fields source_fields = FIELDS("source", struct source, source_rows);

static const struct field event_rows[] = {
    FIELD(struct event, id.high, 1, U64),         FIELD(struct event, id.low, 2, U64),
    FIELD(struct event, title, 3, TEXT),          FIELD(struct event, state, 4, U32),
    FIELD(struct event, starts_ms, 5, I64),       FIELD(struct event, ends_ms, 6, I64),
    FIELD(struct event, doors_ms, 7, I64),        FIELD(struct event, currency, 8, TEXT),
    FIELD(struct event, hold_ttl_s, 9, U32),      FIELD(struct event, cancel_reason, 10, TEXT),
    FIELD(struct event, category_count, 11, U32), FIELD(struct event, price_minor, 12, U32_ARRAY),
    FIELD(struct event, seats, 13, U32),          FIELD(struct event, held, 14, U32),
    FIELD(struct event, sold, 15, U32),           FIELD(struct event, admitted, 16, U32),
    FIELD(struct event, version, 17, U64),        FIELD(struct event, seats_seq, 18, U64),
};
static const struct fields event_fields = FIELDS("event", struct event, event_rows);
enum { EVENT_SAID = 12 }; /* Rows of the table that sales leave as they are: the first ones. */

static const struct field pricing_rows[] = {
    FIELD(struct pricing, category_names, 1, BYTES),
    FIELD(struct pricing, block_category, 2, U32S),
};
static const struct fields pricing_fields = FIELDS("pricing", struct pricing, pricing_rows);

static const struct field seat_rows[] = {
    FIELD(struct seat_row, state, 1, U32),
    FIELD(struct seat_row, owner, 2, U32),
    FIELD(struct seat_row, version, 3, U32),
};
static const struct fields seat_fields = FIELDS("seat", struct seat_row, seat_rows);

static const struct field hold_rows[] = {
    FIELD(struct seathold, id.high, 1, U64),
    FIELD(struct seathold, id.low, 2, U64),
    FIELD(struct seathold, event, 3, U32),
    FIELD(struct seathold, state, 4, U32),
    FIELD(struct seathold, person, 5, TEXT),
    FIELD(struct seathold, expires_ms, 6, I64),
    FIELD(struct seathold, version, 7, U64),
    FIELD(struct seathold, order, 8, U32),
    FIELD(struct seathold, seat_count, 9, U32),
    FIELD(struct seathold, seats, 10, U32_ARRAY),
    FIELD_LATER(struct seathold, extensions, 11, U32),
};
static const struct fields hold_fields = FIELDS("hold", struct seathold, hold_rows);

static const struct field order_rows[] = {
    FIELD(struct order, id.high, 1, U64),       FIELD(struct order, id.low, 2, U64),
    FIELD(struct order, event, 3, U32),         FIELD(struct order, hold, 4, U32),
    FIELD(struct order, state, 5, U32),         FIELD(struct order, person, 6, TEXT),
    FIELD(struct order, placed_ms, 7, I64),     FIELD(struct order, total_minor, 8, I64),
    FIELD(struct order, version, 9, U64),       FIELD(struct order, payment, 10, U32),
    FIELD(struct order, first_ticket, 11, U32), FIELD(struct order, ticket_count, 12, U32),
};
static const struct fields order_fields = FIELDS("order", struct order, order_rows);

static const struct field payment_rows[] = {
    FIELD(struct payment, number, 1, U32), FIELD(struct payment, kind, 2, U32),
    FIELD(struct payment, order, 3, U32),  FIELD(struct payment, amount_minor, 4, I64),
    FIELD(struct payment, token, 5, TEXT),
};
static const struct fields payment_fields = FIELDS("payment", struct payment, payment_rows);

static const struct field ticket_rows[] = {
    FIELD(struct ticket, id.high, 1, U64),     FIELD(struct ticket, id.low, 2, U64),
    FIELD(struct ticket, event, 3, U32),       FIELD(struct ticket, order, 4, U32),
    FIELD(struct ticket, seat, 5, U32),        FIELD(struct ticket, state, 6, U32),
    FIELD(struct ticket, generation, 7, U32),  FIELD(struct ticket, gate, 8, U32),
    FIELD(struct ticket, admitted_ms, 9, I64), FIELD(struct ticket, nonce, 10, U64),
    FIELD_LATER(struct ticket, type, 11, U32),
};
static const struct fields ticket_fields = FIELDS("ticket", struct ticket, ticket_rows);

static const struct field door_rows[] = {
    FIELD(struct door_rules, set, 1, U32),       FIELD(struct door_rules, sealed_s, 2, U32),
    FIELD(struct door_rules, transfers, 3, U32), FIELD(struct door_rules, reentry, 4, U32),
    FIELD(struct door_rules, offline, 5, U32),   FIELD(struct door_rules, resale_cap, 6, U32),
    FIELD(struct door_rules, lists, 7, U32),     FIELD(struct door_rules, left, 8, U32),
    FIELD(struct door_rules, conflicts, 9, U32), FIELD(struct door_rules, version, 10, U64),
};
static const struct fields door_fields = FIELDS("door_rules", struct door_rules, door_rows);

static const struct field list_rows[] = {
    FIELD(struct checkin_list, event, 1, U32),
    FIELD(struct checkin_list, number, 2, U32),
    FIELD(struct checkin_list, name, 3, TEXT),
    FIELD(struct checkin_list, blocks, 4, U32S),
    FIELD(struct checkin_list, gates, 5, U32S),
    FIELD(struct checkin_list, from_ms, 6, I64),
    FIELD(struct checkin_list, until_ms, 7, I64),
    FIELD(struct checkin_list, reentry, 8, U32),
    FIELD(struct checkin_list, checks_id, 9, U32),
    FIELD(struct checkin_list, codes_only, 10, U32),
    FIELD(struct checkin_list, admitted, 11, U32),
    FIELD(struct checkin_list, inside, 12, U32),
    FIELD(struct checkin_list, version, 13, U64),
    FIELD_LATER(struct checkin_list, types, 14, U32S),
};
static const struct fields list_fields = FIELDS("checkin_list", struct checkin_list, list_rows);

static const struct field passage_rows[] = {
    FIELD(struct passage, ticket, 1, U32), FIELD(struct passage, list, 2, U32),
    FIELD(struct passage, inside, 3, U32), FIELD(struct passage, entries, 4, U32),
    FIELD(struct passage, exits, 5, U32),  FIELD(struct passage, gate, 6, U32),
    FIELD(struct passage, at_ms, 7, I64),  FIELD(struct passage, nonce, 8, U64),
};
static const struct fields passage_fields = FIELDS("passage", struct passage, passage_rows);

static const struct field conflict_rows[] = {
    FIELD(struct scan_conflict, event, 1, U32),      FIELD(struct scan_conflict, ticket, 2, U32),
    FIELD(struct scan_conflict, list, 3, U32),       FIELD(struct scan_conflict, gate, 4, U32),
    FIELD(struct scan_conflict, result, 5, U32),     FIELD(struct scan_conflict, scanner, 6, U32),
    FIELD(struct scan_conflict, at_ms, 7, I64),      FIELD(struct scan_conflict, found_ms, 8, I64),
    FIELD(struct scan_conflict, first_gate, 9, U32), FIELD(struct scan_conflict, first_ms, 10, I64),
};
static const struct fields conflict_fields =
    FIELDS("scan_conflict", struct scan_conflict, conflict_rows);

static const struct field scanner_rows[] = {
    FIELD(struct scanner, name, 1, TEXT),
    FIELD(struct scanner, last_sequence, 2, U64),
};
static const struct fields scanner_fields = FIELDS("scanner", struct scanner, scanner_rows);

static const struct field medium_rows[] = {
    FIELD(struct medium, name, 1, TEXT),   FIELD(struct medium, ticket, 2, U32),
    FIELD(struct medium, blocked, 3, U32), FIELD(struct medium, reason, 4, TEXT),
    FIELD(struct medium, version, 5, U64),
};
static const struct fields medium_fields = FIELDS("medium", struct medium, medium_rows);

static const struct field holder_rows[] = {
    FIELD(struct ticket_holder, ticket, 1, U32),
    FIELD(struct ticket_holder, person, 2, TEXT),
    FIELD(struct ticket_holder, blocked, 3, U32),
    FIELD(struct ticket_holder, reason, 4, TEXT),
};
static const struct fields holder_fields =
    FIELDS("ticket_holder", struct ticket_holder, holder_rows);

static const struct field waitlist_rows[] = {
    FIELD(struct waitlist, event, 1, U32),   FIELD(struct waitlist, capacity, 2, U32),
    FIELD(struct waitlist, claim_s, 3, U32), FIELD(struct waitlist, closed, 4, U32),
    FIELD(struct waitlist, waiting, 5, U32), FIELD(struct waitlist, offered, 6, U32),
    FIELD(struct waitlist, version, 7, U64),
};
static const struct fields waitlist_fields = FIELDS("waitlist", struct waitlist, waitlist_rows);

static const struct field wait_rows[] = {
    FIELD(struct wait, id.high, 1, U64),      FIELD(struct wait, id.low, 2, U64),
    FIELD(struct wait, hold_id.high, 3, U64), FIELD(struct wait, hold_id.low, 4, U64),
    FIELD(struct wait, event, 5, U32),        FIELD(struct wait, type, 6, U32),
    FIELD(struct wait, party, 7, U32),        FIELD(struct wait, state, 8, U32),
    FIELD(struct wait, person, 9, TEXT),      FIELD(struct wait, asked_ms, 10, I64),
    FIELD(struct wait, version, 11, U64),
};
static const struct fields wait_fields = FIELDS("wait", struct wait, wait_rows);

static const struct field joining_rows[] = {
    FIELD(struct joining, event, 1, U32),    FIELD(struct joining, capacity, 2, U32),
    FIELD(struct joining, waitlist, 3, U32), FIELD(struct joining, closed, 4, U32),
    FIELD(struct joining, active, 5, U32),   FIELD(struct joining, waiting, 6, U32),
    FIELD(struct joining, version, 7, U64),
};
static const struct fields joining_fields = FIELDS("joining", struct joining, joining_rows);

static const struct field join_rows[] = {
    FIELD(struct join, id.high, 1, U64),   FIELD(struct join, id.low, 2, U64),
    FIELD(struct join, event, 3, U32),     FIELD(struct join, state, 4, U32),
    FIELD(struct join, person, 5, TEXT),   FIELD(struct join, reason, 6, TEXT),
    FIELD(struct join, joined_ms, 7, I64), FIELD(struct join, number, 8, U64),
    FIELD(struct join, version, 9, U64),
};
static const struct fields join_fields = FIELDS("join", struct join, join_rows);

static const struct field ban_rows[] = {
    FIELD(struct ban, event, 1, U32),     FIELD(struct ban, person, 2, TEXT),
    FIELD(struct ban, banned_ms, 3, I64), FIELD(struct ban, until_ms, 4, I64),
    FIELD(struct ban, reason, 5, TEXT),   FIELD(struct ban, version, 6, U64),
};
static const struct fields ban_fields = FIELDS("ban", struct ban, ban_rows);

static const struct field waitroom_rows[] = {
    FIELD(struct waitroom, event, 1, U32),
    FIELD(struct waitroom, mode, 2, U32),
    FIELD(struct waitroom, seed, 3, U32_ARRAY),
    FIELD(struct waitroom, opens_ms, 4, I64),
    FIELD(struct waitroom, rate_ppm, 5, U32),
    FIELD(struct waitroom, max_active, 6, U32),
    FIELD(struct waitroom, claim_s, 7, U32),
    FIELD(struct waitroom, session_s, 8, U32),
    FIELD(struct waitroom, proof_bits, 9, U32),
    FIELD(struct waitroom, device_waiters, 10, U32),
    FIELD(struct waitroom, open, 11, U32),
    FIELD(struct waitroom, drawn, 12, U32),
    FIELD(struct waitroom, entered, 13, U32),
    FIELD(struct waitroom, served, 14, U32),
    FIELD(struct waitroom, waiting, 15, U32),
    FIELD(struct waitroom, active, 16, U32),
    FIELD(struct waitroom, admitted, 17, U32),
    FIELD(struct waitroom, credit, 18, U64),
    FIELD(struct waitroom, credit_ms, 19, I64),
    FIELD(struct waitroom, served_ms, 20, I64),
    FIELD(struct waitroom, stood_ms, 21, I64),
    FIELD(struct waitroom, stands_since_ms, 22, I64),
    FIELD(struct waitroom, version, 23, U64),
    FIELD(struct waitroom, served_buckets, 24, U32_ARRAY),
};
static const struct fields waitroom_fields = FIELDS("waitroom", struct waitroom, waitroom_rows);

/* But for what follows from the entry and the draw. */
static const struct field waiter_rows[] = {
    FIELD(struct waiter, person_high, 1, U64), FIELD(struct waiter, person_low, 2, U64),
    FIELD(struct waiter, nonce, 3, U64),       FIELD(struct waiter, until_ms, 4, I64),
    FIELD(struct waiter, state, 5, U32),
};
static const struct fields waiter_fields = FIELDS("waiter", struct waiter, waiter_rows);

static const struct field hold_lines_rows[] = {
    FIELD(struct hold_lines, type, 1, U32_ARRAY),
    FIELD(struct hold_lines, price_minor, 2, U32_ARRAY),
    FIELD(struct hold_lines, fee_minor, 3, U32_ARRAY),
    FIELD(struct hold_lines, tax_minor, 4, U32_ARRAY),
    FIELD(struct hold_lines, tax_added, 5, U32),
    FIELD(struct hold_lines, voucher, 6, U32),
    FIELD(struct hold_lines, voucher_lines, 7, U32),
    FIELD(struct hold_lines, version, 8, U64),
};
static const struct fields hold_lines_fields =
    FIELDS("hold_lines", struct hold_lines, hold_lines_rows);

static const struct field ticket_type_rows[] = {
    FIELD(struct ticket_type, event, 1, U32),
    FIELD(struct ticket_type, index, 2, U32),
    FIELD(struct ticket_type, name, 3, TEXT),
    FIELD(struct ticket_type, general, 4, U32),
    FIELD(struct ticket_type, rule, 5, U32),
    FIELD(struct ticket_type, price_minor, 6, U32_ARRAY),
    FIELD(struct ticket_type, tier_until_ms, 7, U64_ARRAY),
    FIELD(struct ticket_type, tier_until_sold, 8, U32_ARRAY),
    FIELD(struct ticket_type, tier_off_minor, 9, U32_ARRAY),
    FIELD(struct ticket_type, sale_from_ms, 10, I64),
    FIELD(struct ticket_type, sale_until_ms, 11, I64),
    FIELD(struct ticket_type, min_per_order, 12, U32),
    FIELD(struct ticket_type, max_per_order, 13, U32),
    FIELD(struct ticket_type, max_per_person, 14, U32),
    FIELD(struct ticket_type, hidden, 15, U32),
    FIELD(struct ticket_type, tax_milli_percent, 16, U32),
    FIELD(struct ticket_type, tax_included, 17, U32),
    FIELD(struct ticket_type, fee_minor, 18, U32),
    FIELD(struct ticket_type, fee_milli_percent, 19, U32),
    FIELD(struct ticket_type, quotas, 20, U32),
    FIELD(struct ticket_type, version, 21, U64),
    FIELD_LATER(struct ticket_type, max_per_means, 22, U32),
};
static const struct fields ticket_type_fields =
    FIELDS("ticket_type", struct ticket_type, ticket_type_rows);

static const struct field quota_rows[] = {
    FIELD(struct quota, event, 1, U32),   FIELD(struct quota, index, 2, U32),
    FIELD(struct quota, name, 3, TEXT),   FIELD(struct quota, capacity, 4, U32),
    FIELD(struct quota, version, 5, U64),
};
static const struct fields quota_fields = FIELDS("quota", struct quota, quota_rows);

static const struct field voucher_rows[] = {
    FIELD(struct voucher, event, 1, U32),         FIELD(struct voucher, code, 2, TEXT),
    FIELD(struct voucher, effect, 3, U32),        FIELD(struct voucher, value_minor, 4, U32),
    FIELD(struct voucher, percent_milli, 5, U32), FIELD(struct voucher, types, 6, U32),
    FIELD(struct voucher, uses, 7, U32),          FIELD(struct voucher, from_ms, 8, I64),
    FIELD(struct voucher, until_ms, 9, I64),      FIELD(struct voucher, reserve, 10, U32),
    FIELD(struct voucher, version, 11, U64),
};
static const struct fields voucher_fields = FIELDS("voucher", struct voucher, voucher_rows);

static const struct field event_detail_rows[] = {
    FIELD(struct event_detail, organiser, 1, TEXT),
    FIELD(struct event_detail, cancelled_by, 2, TEXT),
    FIELD(struct event_detail, series.high, 3, U64),
    FIELD(struct event_detail, series.low, 4, U64),
    FIELD(struct event_detail, city, 5, TEXT),
    FIELD(struct event_detail, kind, 6, TEXT),
    FIELD(struct event_detail, description, 7, BYTES),
    FIELD(struct event_detail, version, 8, U64),
    FIELD_LATER(struct event_detail, refuse_orphans, 9, U32),
};
static const struct fields event_detail_fields =
    FIELDS("event_detail", struct event_detail, event_detail_rows);
static const struct field balance_rows[] = {
    FIELD(struct ledger_balance, balance_minor, 1, I64),
    FIELD(struct ledger_balance, entries, 2, U64),
};
static const struct fields balance_fields = FIELDS("balance", struct ledger_balance, balance_rows);

static const struct field money_rows[] = {
    FIELD(struct order_money, tender, 1, U32),
    FIELD(struct order_money, open, 2, U32),
    FIELD(struct order_money, expires_ms, 3, I64),
    FIELD(struct order_money, amounts.total_minor, 4, I64),
    FIELD(struct order_money, amounts.tax_minor, 5, I64),
    FIELD(struct order_money, amounts.fee_minor, 6, I64),
    FIELD(struct order_money, captured_minor, 7, I64),
    FIELD(struct order_money, refunded_minor, 8, I64),
    FIELD(struct order_money, refunding_minor, 9, I64),
    FIELD(struct order_money, changed, 10, U32),
    FIELD(struct order_money, authorised, 11, U32),
    FIELD(struct order_money, reference, 12, U32),
    FIELD(struct order_money, exchange_hold, 13, U32),
    FIELD(struct order_money, exchange_lines, 14, U32),
    FIELD(struct order_money, exchange_payment, 15, U32),
};
static const struct fields money_fields = FIELDS("order_money", struct order_money, money_rows);

static const struct field line_rows[] = {
    FIELD(struct line, ticket, 1, U32),       FIELD(struct line, hold, 2, U32),
    FIELD(struct line, position, 3, U32),     FIELD(struct line, cancelled, 4, U32),
    FIELD(struct line, refund_minor, 5, I64),
};
static const struct fields line_fields = FIELDS("line", struct line, line_rows);

static const struct field terms_rows[] = {
    FIELD(struct terms, policy.tiers, 1, U32_ARRAY), /* Tier after tier. */
    FIELD(struct terms, policy.tier_count, 2, U32),
    FIELD(struct terms, policy.fee_min_minor, 3, U32),
    FIELD(struct terms, policy.fee_max_minor, 4, U32),
    FIELD(struct terms, policy.keeps_booking_fee, 5, U32),
    FIELD(struct terms, policy.may_grow, 6, U32),
    FIELD(struct terms, approval_required, 7, U32),
    FIELD(struct terms, payment_ttl_s, 8, U32),
    FIELD(struct terms, approval_ttl_s, 9, U32),
    FIELD(struct terms, version, 10, U64),
    FIELD_LATER(struct terms, tax_country, 11, U32),
};
static const struct fields terms_fields = FIELDS("terms", struct terms, terms_rows);

static const struct field payment_wait_rows[] = {
    FIELD(struct payment_wait, attempts, 1, U32),
    FIELD(struct payment_wait, ask, 2, U32),
    FIELD(struct payment_wait, ask_ms, 3, I64),
    FIELD(struct payment_wait, wanted_ms, 4, I64),
};
static const struct fields payment_wait_fields =
    FIELDS("payment_wait", struct payment_wait, payment_wait_rows);

static const struct field reference_rows[] = {
    FIELD(struct reference, text, 1, TEXT),
};
static const struct fields reference_fields = FIELDS("reference", struct reference, reference_rows);

static const struct field resale_rows[] = {
    FIELD(struct resale_terms, cap_percent, 1, U32),
    FIELD(struct resale_terms, fee_bp, 2, U32),
    FIELD(struct resale_terms, version, 3, U64),
};
static const struct fields resale_fields = FIELDS("resale", struct resale_terms, resale_rows);

static const struct field listing_rows[] = {
    FIELD(struct listing, ticket, 1, U32),      FIELD(struct listing, state, 2, U32),
    FIELD(struct listing, price_minor, 3, U32), FIELD(struct listing, listed_ms, 4, I64),
    FIELD(struct listing, hold, 5, U32),        FIELD(struct listing, version, 6, U64),
};
static const struct fields listing_fields = FIELDS("listing", struct listing, listing_rows);

static const struct field allocation_rows[] = {
    FIELD(struct allocation, event, 1, U32),      FIELD(struct allocation, number, 2, U32),
    FIELD(struct allocation, name, 3, TEXT),      FIELD(struct allocation, code, 4, TEXT),
    FIELD(struct allocation, first, 5, U32S),     FIELD(struct allocation, count, 6, U32S),
    FIELD(struct allocation, release_ms, 7, I64), FIELD(struct allocation, released, 8, U32),
    FIELD(struct allocation, seats, 9, U32),      FIELD(struct allocation, version, 10, U64),
};
static const struct fields allocation_fields =
    FIELDS("allocation", struct allocation, allocation_rows);

static const struct field addon_rows[] = {
    FIELD(struct addon, event, 1, U32),          FIELD(struct addon, type, 2, U32),
    FIELD(struct addon, goes_with, 3, U32),      FIELD(struct addon, min_per_ticket, 4, U32),
    FIELD(struct addon, max_per_ticket, 5, U32), FIELD(struct addon, version, 6, U64),
};
static const struct fields addon_fields = FIELDS("addon", struct addon, addon_rows);

static const struct field bundle_rows[] = {
    FIELD(struct bundle, event, 1, U32),        FIELD(struct bundle, type, 2, U32),
    FIELD(struct bundle, count, 3, U32),        FIELD(struct bundle, addon, 4, U32_ARRAY),
    FIELD(struct bundle, pieces, 5, U32_ARRAY), FIELD(struct bundle, price_minor, 6, U32_ARRAY),
    FIELD(struct bundle, version, 7, U64),
};
static const struct fields bundle_fields = FIELDS("bundle", struct bundle, bundle_rows);

static const struct field companions_rows[] = {
    FIELD(struct companions, hold, 1, U32),
    FIELD(struct companions, addons, 2, U32),
    FIELD(struct companions, bundled, 3, U32),
    FIELD(struct companions, with, 4, U64),
};
static const struct fields companions_fields =
    FIELDS("companions", struct companions, companions_rows);

static const struct field question_rows[] = {
    FIELD(struct question, event, 1, U32),     FIELD(struct question, number, 2, U32),
    FIELD(struct question, text, 3, TEXT),     FIELD(struct question, kind, 4, U32),
    FIELD(struct question, choices, 5, BYTES), FIELD(struct question, choice_count, 6, U32),
    FIELD(struct question, required, 7, U32),  FIELD(struct question, per_ticket, 8, U32),
    FIELD(struct question, types, 9, U32),     FIELD(struct question, withdrawn, 10, U32),
    FIELD(struct question, version, 11, U64),
};
static const struct fields question_fields = FIELDS("question", struct question, question_rows);

static const struct field order_answer_rows[] = {
    FIELD(struct answer, order, 1, U32),
    FIELD(struct answer, question, 2, U32),
    FIELD(struct answer, line, 3, U32),
    FIELD(struct answer, value, 4, U32),
};
static const struct fields order_answer_fields =
    FIELDS("order_answer", struct answer, order_answer_rows);

static const struct field means_rows[] = {
    FIELD(struct order_means, order, 1, U32),
    FIELD(struct order_means, means, 2, TEXT),
};
static const struct fields means_fields = FIELDS("order_means", struct order_means, means_rows);

static const struct field settlement_rows[] = {
    FIELD(struct settlement, event, 1, U32),      FIELD(struct settlement, number, 2, U32),
    FIELD(struct settlement, account, 3, U32),    FIELD(struct settlement, amount_minor, 4, I64),
    FIELD(struct settlement, fee_minor, 5, I64),  FIELD(struct settlement, settled_ms, 6, I64),
    FIELD(struct settlement, reference, 7, TEXT), FIELD(struct settlement, caller, 8, TEXT),
    FIELD(struct settlement, voided, 9, U32),     FIELD(struct settlement, version, 10, U64),
};
static const struct fields settlement_fields =
    FIELDS("settlement", struct settlement, settlement_rows);

static const struct field buyer_rows[] = {
    FIELD(struct buyer, hold, 1, U32),
    FIELD(struct buyer, tax_id, 2, TEXT),
};
static const struct fields buyer_fields = FIELDS("buyer", struct buyer, buyer_rows);

const struct fields *row_fields(enum row_kind kind)
{
    switch (kind) {
    case ROW_HEAD:
        return &head_fields;
    case ROW_VENUE:
        return fact_fields(FACT_VENUE_IMPORTED);
    case ROW_ZONE:
        return fact_fields(FACT_ZONE_ADDED);
    case ROW_BLOCK:
        return fact_fields(FACT_BLOCK_ADDED);
    case ROW_OPENING:
        return fact_fields(FACT_OPENING_ADDED);
    case ROW_GATE:
        return fact_fields(FACT_GATE_ADDED);
    case ROW_FACILITY:
        return fact_fields(FACT_FACILITY_ADDED);
    case ROW_LINK:
        return fact_fields(FACT_LINK_ADDED);
    case ROW_PHASE:
        return fact_fields(FACT_PHASE_SET);
    case ROW_PLACE_STATE:
        return &place_fields;
    case ROW_GATE_STATE:
        return &gate_fields;
    case ROW_FACILITY_STATE:
        return &facility_fields;
    case ROW_PLAN:
        return &plan_fields;
    case ROW_SPLIT:
        return &split_fields;
    case ROW_PLAN_BOUND:
        return fact_fields(FACT_PLAN_BOUNDED);
    case ROW_OPENING_STATE:
        return &opening_fields;
    case ROW_OVERRIDE:
        return &override_fields;
    case ROW_ALARM:
        return fact_fields(FACT_ALARM_RAISED);
    case ROW_ALARM_ANSWER:
        return &answer_fields;
    case ROW_SOURCE:
        return &source_fields;
    case ROW_DEVICE:
        return &device_fields;
    case ROW_DEVICE_GROUP:
        return &device_group_fields;
    case ROW_RULE:
        return &rule_fields;
    case ROW_EVENT:
        return &event_fields;
    case ROW_PRICING:
        return &pricing_fields;
    case ROW_SEAT:
        return &seat_fields;
    case ROW_HOLD:
        return &hold_fields;
    case ROW_ORDER:
        return &order_fields;
    case ROW_PAYMENT:
        return &payment_fields;
    case ROW_TICKET:
        return &ticket_fields;
    case ROW_DOOR:
        return &door_fields;
    case ROW_CHECKIN_LIST:
        return &list_fields;
    case ROW_PASSAGE:
        return &passage_fields;
    case ROW_CONFLICT:
        return &conflict_fields;
    case ROW_SCANNER:
        return &scanner_fields;
    case ROW_HOLDER:
        return &holder_fields;
    case ROW_WAITLIST:
        return &waitlist_fields;
    case ROW_WAIT:
        return &wait_fields;
    case ROW_JOINING:
        return &joining_fields;
    case ROW_JOIN:
        return &join_fields;
    case ROW_BAN:
        return &ban_fields;
    case ROW_WAITROOM:
        return &waitroom_fields;
    case ROW_WAITER:
        return &waiter_fields;
    case ROW_HOLD_LINES:
        return &hold_lines_fields;
    case ROW_TICKET_TYPE:
        return &ticket_type_fields;
    case ROW_QUOTA:
        return &quota_fields;
    case ROW_VOUCHER:
        return &voucher_fields;
    case ROW_EVENT_DETAIL:
        return &event_detail_fields;
    case ROW_BALANCE:
        return &balance_fields;
    case ROW_ORDER_MONEY:
        return &money_fields;
    case ROW_LINE:
        return &line_fields;
    case ROW_TERMS:
        return &terms_fields;
    case ROW_PAYMENT_WAIT:
        return &payment_wait_fields;
    case ROW_REFERENCE:
        return &reference_fields;
    case ROW_RESALE:
        return &resale_fields;
    case ROW_LISTING:
        return &listing_fields;
    case ROW_ALLOCATION:
        return &allocation_fields;
    case ROW_ESTIMATE:
        return &estimate_fields;
    case ROW_FORECAST:
        return &forecast_fields;
    case ROW_FORECAST_SCORES:
        return &forecast_scores_fields;
    case ROW_ADDON:
        return &addon_fields;
    case ROW_BUNDLE:
        return &bundle_fields;
    case ROW_COMPANIONS:
        return &companions_fields;
    case ROW_QUESTION:
        return &question_fields;
    case ROW_ANSWER:
        return &order_answer_fields;
    case ROW_MEANS:
        return &means_fields;
    case ROW_MEDIUM:
        return &medium_fields;
    case ROW_SETTLEMENT:
        return &settlement_fields;
    case ROW_BUYER:
        return &buyer_fields;
    case ROW_KINDS:
        break;
    }
    assert(!"a row kind");
    return NULL;
}

static uint64_t row_seed(enum row_kind kind, uint32_t key)
{
    return (uint64_t)kind << 32 | key;
}

uint64_t row_hash(enum row_kind kind, uint32_t key, const void *row)
{
    return fields_hash(row_fields(kind), row, row_seed(kind, key));
}

void row_remove(struct stadium *stadium, enum row_kind kind, uint32_t key, const void *row)
{
    stadium->digest -= row_hash(kind, key, row);
}

void row_add(struct stadium *stadium, enum row_kind kind, uint32_t key, const void *row)
{
    stadium->digest += row_hash(kind, key, row);
    if (kind == ROW_EVENT)
        stadium->booking.sales[key].said =
            fields_hash_first(&event_fields, row, row_seed(kind, key), EVENT_SAID);
}

static uint64_t event_hash(const struct stadium *s, uint32_t event)
{
    return fields_hash_rest(&event_fields, &s->booking.events[event], s->booking.sales[event].said,
                            EVENT_SAID);
}

void event_counts_open(struct stadium *stadium, uint32_t event)
{
    stadium->digest -= event_hash(stadium, event);
}

void event_counts_close(struct stadium *stadium, uint32_t event)
{
    stadium->digest += event_hash(stadium, event);
}

static void add_hash(void *ctx, enum row_kind kind, uint32_t key, const void *row)
{
    *(uint64_t *)ctx += row_hash(kind, key, row);
}

uint64_t stadium_digest_anew(const struct stadium *stadium)
{
    uint64_t digest = 0;
    stadium_each_row(stadium, add_hash, &digest);
    return digest;
}

static void visit_list(enum row_kind kind, const void *rows, uint32_t count, row_visit *visit,
                       void *ctx)
{
    size_t size = row_fields(kind)->size;
    for (uint32_t i = 0; i < count; i++)
        visit(ctx, kind, i, (const char *)rows + i * size);
}

static void visit_pool(enum row_kind kind, const struct pool *pool, row_visit *visit, void *ctx)
{
    for (uint32_t first = 0, run; first < pool->count; first += run) {
        const char *rows = pool_run(pool, first, &run);
        for (uint32_t i = 0; i < run; i++)
            visit(ctx, kind, first + i, rows + i * pool->row_bytes);
    }
}

static void visit_waitline(const struct waitline *line, uint32_t event, row_visit *visit, void *ctx)
{
    const uint32_t first = event * (ROOM_ENTRIES + 1);
    visit(ctx, ROW_WAITROOM, event, &line->room);
    for (uint32_t entry = 1; entry <= line->waiters.count; entry++)
        visit(ctx, ROW_WAITER, first + entry, waiter_get(line, entry));
}

/* Rows that are there only where something of the kind happened. */
static void visit_money(const struct stadium *s, row_visit *visit, void *ctx)
{
    const struct booking *b = &s->booking;
    for (uint32_t i = 0; i < b->event_count * LEDGER_ACCOUNTS; i++) {
        if (b->balances[i].entries)
            visit(ctx, ROW_BALANCE, ledger_key(i / LEDGER_ACCOUNTS, 1 + i % LEDGER_ACCOUNTS),
                  &b->balances[i]);
    }
    for (uint32_t i = 0; i < b->event_count; i++) {
        if (b->sales[i].terms.version)
            visit(ctx, ROW_TERMS, i, &b->sales[i].terms);
    }
    for (uint32_t first = 0, run; first < b->money.count; first += run) {
        const struct order_money *money = pool_run(&b->money, first, &run);
        for (uint32_t i = 0; i < run; i++)
            if (money[i].tender)
                visit(ctx, ROW_ORDER_MONEY, first + i, &money[i]);
    }
    for (uint32_t i = 0; i < b->lines.count; i++) {
        const struct line *line = pool_get(&b->lines, i);
        visit(ctx, ROW_LINE, line->ticket, line);
    }
    visit_pool(ROW_REFERENCE, &b->references, visit, ctx);
    visit_pool(ROW_SETTLEMENT, &b->settlements, visit, ctx);
}

static void visit_addons(const struct addons *of, uint32_t event, row_visit *visit, void *ctx)
{
    for (uint32_t i = 0; i < EVENT_TYPES; i++) {
        if (of->addons[i].version)
            visit(ctx, ROW_ADDON, event * EVENT_TYPES + i, &of->addons[i]);
        if (of->bundles[i].version)
            visit(ctx, ROW_BUNDLE, event * EVENT_TYPES + i, &of->bundles[i]);
    }
}

static void visit_booking(const struct stadium *s, row_visit *visit, void *ctx)
{
    const struct booking *b = &s->booking;
    uint32_t seats = s->first_seat[s->venue.block_count];
    visit_list(ROW_EVENT, b->events, b->event_count, visit, ctx);
    for (uint32_t i = 0; i < b->event_count; i++) {
        visit(ctx, ROW_PRICING, i, &b->sales[i].pricing);
        for (uint32_t k = 0; k < seats; k++) {
            const struct seat_row row = seat_row(s, i, k);
            visit(ctx, ROW_SEAT, i * seats + k, &row);
        }
        if (b->details[i].version)
            visit(ctx, ROW_EVENT_DETAIL, i, &b->details[i]);
        if (b->rosters.of[i] && b->rosters.of[i]->joining.version)
            visit(ctx, ROW_JOINING, i, &b->rosters.of[i]->joining);
        if (b->resales.of[i] && b->resales.of[i]->terms.version)
            visit(ctx, ROW_RESALE, i, &b->resales.of[i]->terms);
        for (uint32_t k = 0; b->allocations[i] && k < b->allocations[i]->count; k++)
            visit(ctx, ROW_ALLOCATION, i * EVENT_ALLOCATIONS + k, &b->allocations[i]->rows[k]);
        if (b->addons[i])
            visit_addons(b->addons[i], i, visit, ctx);
        for (uint32_t k = 0; b->questions[i] && k < b->questions[i]->count; k++)
            visit(ctx, ROW_QUESTION, i * EVENT_QUESTIONS + k, &b->questions[i]->rows[k]);
        if (b->waits.of[i])
            visit(ctx, ROW_WAITLIST, i, &b->waits.of[i]->list);
        if (b->waitlines[i])
            visit_waitline(b->waitlines[i], i, visit, ctx);
    }
    for (uint32_t i = 0; i < b->types.count; i++) {
        const struct ticket_type *type = pool_get(&b->types, i);
        if (type->version)
            visit(ctx, ROW_TICKET_TYPE, i, type);
    }
    visit_pool(ROW_QUOTA, &b->quotas, visit, ctx);
    visit_pool(ROW_VOUCHER, &b->vouchers, visit, ctx);
    visit_pool(ROW_JOIN, &b->rosters.joins, visit, ctx);
    visit_pool(ROW_BAN, &b->rosters.bans, visit, ctx);
    visit_pool(ROW_WAIT, &b->waits.rows, visit, ctx);
    visit_pool(ROW_LISTING, &b->resales.listings, visit, ctx);
    visit_pool(ROW_HOLD, &b->holds, visit, ctx);
    for (uint32_t first = 0, run; first < b->hold_lines.count; first += run) {
        const struct hold_lines *lines = pool_run(&b->hold_lines, first, &run);
        for (uint32_t i = 0; i < run; i++)
            if (lines[i].version)
                visit(ctx, ROW_HOLD_LINES, first + i, &lines[i]);
    }
    for (uint32_t i = 0; i < b->companions.count; i++) {
        const struct companions *companions = pool_get(&b->companions, i);
        if (companions->addons)
            visit(ctx, ROW_COMPANIONS, companions->hold, companions);
    }
    for (uint32_t i = 0; i < b->buyers.count; i++) {
        const struct buyer *buyer = pool_get(&b->buyers, i);
        if (buyer->tax_id[0])
            visit(ctx, ROW_BUYER, buyer->hold, buyer);
    }
    visit_pool(ROW_ORDER, &b->orders, visit, ctx);
    visit_pool(ROW_ANSWER, &b->answers, visit, ctx);
    visit_pool(ROW_MEANS, &b->means, visit, ctx);
    visit_pool(ROW_TICKET, &b->tickets, visit, ctx);
    visit_money(s, visit, ctx);
    for (uint32_t at = b->open.first; at; at = chain_after(&b->payment_links, at - 1)) {
        const struct payment *payment = pool_get(&b->payments, at - 1);
        visit(ctx, ROW_PAYMENT, payment->number, payment);
        const struct payment_wait *wait = pool_get(&b->payment_waits, at - 1);
        if (wait->attempts)
            visit(ctx, ROW_PAYMENT_WAIT, payment->number, wait);
    }
}

static void visit_doors(const struct stadium *s, row_visit *visit, void *ctx)
{
    const struct doors *d = &s->doors;
    for (uint32_t i = 0; i < s->booking.event_count; i++) {
        const struct door *door = d->events[i];
        if (door && door->rules.set)
            visit(ctx, ROW_DOOR, i, &door->rules);
        const uint32_t lists = !door                               ? 0
                               : door->rules.lists < CHECKIN_LISTS ? door->rules.lists
                                                                   : CHECKIN_LISTS;
        for (uint32_t k = 0; k < lists; k++)
            visit(ctx, ROW_CHECKIN_LIST, door_list_key(i, k + 1), &door->lists[k]);
    }
    visit_pool(ROW_HOLDER, &d->holders, visit, ctx);
    visit_pool(ROW_PASSAGE, &d->passages, visit, ctx);
    visit_pool(ROW_CONFLICT, &d->conflicts, visit, ctx);
    visit_pool(ROW_SCANNER, &d->scanners, visit, ctx);
    visit_pool(ROW_MEDIUM, &d->media, visit, ctx);
}

void stadium_each_row(const struct stadium *s, row_visit *visit, void *ctx)
{
    visit(ctx, ROW_HEAD, 0, &s->head);
    visit(ctx, ROW_PHASE, 0, &s->phase);
    visit(ctx, ROW_PLAN, 0, &s->plan);
    visit_list(ROW_SOURCE, s->sources, s->source_count, visit, ctx);
    for (uint32_t i = 0; i < s->alarm_count; i++)
        visit(ctx, ROW_ALARM, s->alarms[i].number, &s->alarms[i]);
    for (uint32_t i = 0; i < s->answer_count; i++)
        visit(ctx, ROW_ALARM_ANSWER, s->answers[i].number, &s->answers[i]);
    for (uint32_t i = 0; i < s->rule_count; i++) {
        if (s->rules[i].is.name[0])
            visit(ctx, ROW_RULE, i, &s->rules[i]);
    }
    visit_list(ROW_DEVICE, s->devices, s->device_count, visit, ctx);
    for (uint32_t i = 0; s->device_count && i < s->limits.places + s->limits.devices; i++) {
        const struct device_group *group = &s->device_groups[i];
        if (group->devices || group->alarm || group->eased_ms)
            visit(ctx, ROW_DEVICE_GROUP, i, group);
    }
    const struct venue *venue = &s->venue; /* As many rows as there are so far. */
    const struct venue_imported *imported = &s->imported;
    if (!imported->id[0])
        return;
    uint32_t places = imported->zone_count + imported->block_count;
    visit(ctx, ROW_VENUE, 0, &s->imported);
    visit_list(ROW_ZONE, s->zones, venue->zone_count, visit, ctx);
    visit_list(ROW_BLOCK, s->blocks, venue->block_count, visit, ctx);
    visit_list(ROW_OPENING, s->openings, venue->opening_count, visit, ctx);
    visit_list(ROW_GATE, s->gates, venue->gate_count, visit, ctx);
    visit_list(ROW_FACILITY, s->facilities, venue->facility_count, visit, ctx);
    visit_list(ROW_LINK, s->links, venue->link_count, visit, ctx);
    visit_list(ROW_PLACE_STATE, s->places, places, visit, ctx);
    for (uint32_t i = 0; i < places; i++) {
        if (s->estimates[i].at_ms)
            visit(ctx, ROW_ESTIMATE, i, &s->estimates[i]);
    }
    for (uint32_t i = 0; i < FORECAST_KEPT; i++) {
        if (s->forecasts[i].at_ms)
            visit(ctx, ROW_FORECAST, i, &s->forecasts[i]);
    }
    if (s->forecast_scores.made)
        visit(ctx, ROW_FORECAST_SCORES, 0, &s->forecast_scores);
    visit_list(ROW_GATE_STATE, s->gate_states, imported->gate_count, visit, ctx);
    visit_list(ROW_FACILITY_STATE, s->facility_states, imported->facility_count, visit, ctx);
    visit_list(ROW_SPLIT, s->splits, places * PURPOSE_COUNT, visit, ctx);
    if (s->bound.wanted)
        visit(ctx, ROW_PLAN_BOUND, 0, &s->bound);
    for (uint32_t i = 0; i < places * PURPOSE_COUNT; i++) {
        if (s->overrides[i].kind)
            visit(ctx, ROW_OVERRIDE, i, &s->overrides[i]);
    }
    for (uint32_t i = 0; i < imported->opening_count; i++) {
        if (s->opening_states[i].set_ms)
            visit(ctx, ROW_OPENING_STATE, i, &s->opening_states[i]);
    }
    if (!stadium_venue(s))
        return;
    visit_booking(s, visit, ctx);
    visit_doors(s, visit, ctx);
}
