#include "server/core/fact.h"

#include "server/core/state.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- The tables. A number, once written, keeps its meaning for ever. --------------------- */

static const struct field venue_imported_rows[] = {
    FIELD(struct venue_imported, id, 1, TEXT),
    FIELD(struct venue_imported, name, 2, TEXT),
    FIELD(struct venue_imported, zone_count, 3, U32),
    FIELD(struct venue_imported, block_count, 4, U32),
    FIELD(struct venue_imported, opening_count, 5, U32),
    FIELD(struct venue_imported, gate_count, 6, U32),
    FIELD(struct venue_imported, facility_count, 7, U32),
    FIELD(struct venue_imported, link_count, 8, U32),
    FIELD(struct venue_imported, document, 9, BYTES),
};
static const struct field zone_added_rows[] = {
    FIELD(struct zone, id, 1, TEXT),      FIELD(struct zone, name, 2, TEXT),
    FIELD(struct zone, kind, 3, U32),     FIELD(struct zone, level, 4, I32),
    FIELD(struct zone, level_to, 5, I32), FIELD(struct zone, rise_cm, 6, U32),
    FIELD(struct zone, area_dm2, 7, U32), FIELD(struct zone, capacity_people, 8, U32),
    FIELD(struct zone, x_cm, 9, I32),     FIELD(struct zone, y_cm, 10, I32),
};
static const struct field block_added_rows[] = {
    FIELD(struct block, id, 1, TEXT),    FIELD(struct block, name, 2, TEXT),
    FIELD(struct block, stand, 3, TEXT), FIELD(struct block, level, 4, I32),
    FIELD(struct block, seats, 5, U32),  FIELD(struct block, x_cm, 6, I32),
    FIELD(struct block, y_cm, 7, I32),
};
static const struct field opening_added_rows[] = {
    FIELD(struct opening, id, 1, TEXT),     FIELD(struct opening, place_a, 2, U32),
    FIELD(struct opening, place_b, 3, U32), FIELD(struct opening, width_cm, 4, U32),
    FIELD(struct opening, level, 5, I32),
};
static const struct field gate_added_rows[] = {
    FIELD(struct gate, id, 1, TEXT),
    FIELD(struct gate, name, 2, TEXT),
    FIELD(struct gate, zone_inside, 3, U32),
    FIELD(struct gate, zone_outside, 4, U32),
    FIELD(struct gate, width_cm, 5, U32),
    FIELD(struct gate, level, 6, I32),
    FIELD(struct gate, turnstiles, 7, U32),
    FIELD(struct gate, entry_rate_milli_pph, 8, U32),
    FIELD(struct gate, exit_capacity_milli_ppm, 9, U32),
    FIELD(struct gate, exit_limited, 10, U32),
};
static const struct field facility_added_rows[] = {
    FIELD(struct facility, id, 1, TEXT),     FIELD(struct facility, name, 2, TEXT),
    FIELD(struct facility, kind, 3, U32),    FIELD(struct facility, zone, 4, U32),
    FIELD(struct facility, servers, 5, U32), FIELD(struct facility, service_ms, 6, U32),
    FIELD(struct facility, level, 7, I32),
};
static const struct field link_added_rows[] = {
    FIELD(struct link, kind, 1, U32),
    FIELD(struct link, index, 2, U32),
    FIELD(struct link, node_a, 3, U32),
    FIELD(struct link, node_b, 4, U32),
    FIELD(struct link, length_cm, 5, U32),
    FIELD(struct link, width_cm, 6, U32),
    FIELD(struct link, capacity_milli_ppm, 7, U32),
    FIELD(struct link, walk_ms, 8, U32),
};
static const struct field phase_set_rows[] = {
    FIELD(struct phase, kind, 1, U32),        FIELD(struct phase, label, 2, TEXT),
    FIELD(struct phase, started_ms, 3, I64),  FIELD(struct phase, ends_ms, 4, I64),
    FIELD(struct phase, next_label, 5, TEXT), FIELD_LATER(struct phase, leave_block, 6, U32S),
};
static const struct field gate_set_rows[] = {
    FIELD(struct gate_set, gate, 1, U32),
    FIELD(struct gate_set, mode, 2, U32),
    FIELD(struct gate_set, reason, 3, TEXT),
};
static const struct field source_added_rows[] = {
    FIELD(struct source_added, name, 1, TEXT),
};
static const struct field crowd_measured_rows[] = {
    FIELD(struct crowd_measured, measured_ms, 1, I64),
    FIELD(struct crowd_measured, place, 2, U32S),
    FIELD(struct crowd_measured, people, 3, U32S),
    FIELD(struct crowd_measured, gate, 4, U32S),
    FIELD(struct crowd_measured, gate_in, 5, U32S),
    FIELD(struct crowd_measured, gate_out, 6, U32S),
    FIELD(struct crowd_measured, queue, 7, U32S),
    FIELD(struct crowd_measured, waiting, 8, U32S),
    FIELD(struct crowd_measured, served, 9, U32S),
    FIELD(struct crowd_measured, source, 10, U32S),
    FIELD(struct crowd_measured, sequence, 11, U64S),
};
static const struct field crowd_sensed_rows[] = {
    FIELD(struct crowd_sensed, place, 1, U32S),
    FIELD(struct crowd_sensed, people, 2, U32S),
    FIELD(struct crowd_sensed, error_milli, 3, U32S),
    FIELD(struct crowd_sensed, age_ms, 4, U32S),
};
static const struct field crowd_forecast_rows[] = {
    FIELD(struct crowd_forecast, now, 1, U32S),
    FIELD(struct crowd_forecast, in_5, 2, U32S),
    FIELD(struct crowd_forecast, in_15, 3, U32S),
    FIELD(struct crowd_forecast, in_30, 4, U32S),
};
static const struct field plan_wanted_rows[] = {
    FIELD(struct plan_wanted, number, 1, U32),
    FIELD(struct plan_wanted, reason, 2, U32),
};
static const struct field plan_adopted_rows[] = {
    FIELD(struct plan_adopted, number, 1, U32),
    FIELD(struct plan_adopted, wanted, 2, U32),
    FIELD(struct plan_adopted, clearance_s, 3, U32),
    FIELD(struct plan_adopted, origin, 4, U32S),
    FIELD(struct plan_adopted, purpose, 5, U32S),
    FIELD(struct plan_adopted, count, 6, U32S),
    FIELD(struct plan_adopted, destination, 7, U32S),
    FIELD(struct plan_adopted, share_milli, 8, U32S),
    FIELD(struct plan_adopted, next_place, 9, U32S),
};
static const struct field plan_kept_rows[] = {
    FIELD(struct plan_kept, wanted, 1, U32),
    FIELD(struct plan_kept, clearance_s, 2, U32),
};
static const struct field plan_bounded_rows[] = {
    FIELD(struct plan_bound, wanted, 1, U32),        FIELD(struct plan_bound, people, 2, U32),
    FIELD(struct plan_bound, fit_ms, 3, U32),        FIELD(struct plan_bound, exact, 4, U32),
    FIELD(struct plan_bound, bound_ms, 5, U32),      FIELD(struct plan_bound, cut_people, 6, U32),
    FIELD(struct plan_bound, cut_milli_ppm, 7, U32), FIELD(struct plan_bound, cut_gate, 8, U32S),
    FIELD(struct plan_bound, cut_opening, 9, U32S),
};
static const struct field device_set_rows[] = {
    FIELD(struct device_set, device, 1, U32),       FIELD(struct device_set, id, 2, TEXT),
    FIELD(struct device_set, kind, 3, U32),         FIELD(struct device_set, place, 4, U32),
    FIELD(struct device_set, gate, 5, U32),         FIELD(struct device_set, located, 6, U32),
    FIELD(struct device_set, x_cm, 7, I32),         FIELD(struct device_set, y_cm, 8, I32),
    FIELD(struct device_set, level, 9, I32),        FIELD(struct device_set, gateway, 10, U32),
    FIELD(struct device_set, interval_ms, 11, U32), FIELD(struct device_set, by, 12, TEXT),
};
static const struct field device_keyed_rows[] = {
    FIELD(struct device_keyed, device, 1, U32),
    FIELD(struct device_keyed, key, 2, U64_ARRAY),
    FIELD(struct device_keyed, by, 3, TEXT),
};
static const struct field device_retired_rows[] = {
    FIELD(struct device_retired, device, 1, U32),
    FIELD(struct device_retired, by, 2, TEXT),
};
static const struct field registration_set_rows[] = {
    FIELD(struct registration_set, required, 1, U32),
    FIELD(struct registration_set, by, 2, TEXT),
};
static const struct field devices_silent_rows[] = {
    FIELD(struct devices_silent, device, 1, U32S),
    FIELD(struct devices_silent, seen_ms, 2, U64S),
};
static const struct field devices_heard_rows[] = {
    FIELD(struct devices_heard, device, 1, U32S),
};
static const struct field rule_set_rows[] = {
    FIELD(struct rule_set, rule, 1, U32),        FIELD(struct rule_set, name, 2, TEXT),
    FIELD(struct rule_set, metric, 3, U32),      FIELD(struct rule_set, subject, 4, U32),
    FIELD(struct rule_set, device, 5, TEXT),     FIELD(struct rule_set, quantity, 6, TEXT),
    FIELD(struct rule_set, below, 7, U32),       FIELD(struct rule_set, threshold_milli, 8, I64),
    FIELD(struct rule_set, clear_milli, 9, I64), FIELD(struct rule_set, hold_ms, 10, U32),
    FIELD(struct rule_set, dead_ms, 11, U32),    FIELD(struct rule_set, priority, 12, U32),
    FIELD(struct rule_set, text, 13, TEXT),      FIELD(struct rule_set, action, 14, TEXT),
    FIELD(struct rule_set, by, 15, TEXT),
};
static const struct field rule_deleted_rows[] = {
    FIELD(struct rule_deleted, rule, 1, U32),
    FIELD(struct rule_deleted, by, 2, TEXT),
};
static const struct field rules_measured_rows[] = {
    FIELD(struct rules_measured, rule, 1, U32S),
    FIELD(struct rules_measured, value_milli, 2, U64S),
};
static const struct field compliance_seen_rows[] = {
    FIELD(struct compliance_seen, compliance_milli, 1, U32),
};
static const struct field override_set_rows[] = {
    FIELD(struct override_set, origin, 1, U32),
    FIELD(struct override_set, purpose, 2, U32),
    FIELD(struct override_set, kind, 3, U32),
    FIELD(struct override_set, destination, 4, U32S),
    FIELD(struct override_set, share_milli, 5, U32S),
    FIELD(struct override_set, reason, 6, TEXT),
};
static const struct field opening_set_rows[] = {
    FIELD(struct opening_set, opening, 1, U32),
    FIELD(struct opening_set, mode, 2, U32),
    FIELD(struct opening_set, reason, 3, TEXT),
};
static const struct field overrides_priced_rows[] = {
    FIELD(struct overrides_priced, wanted, 1, U32),
    FIELD(struct overrides_priced, free_clearance_s, 2, U32),
};
static const struct field alarm_raised_rows[] = {
    FIELD(struct alarm, number, 1, U32),   FIELD(struct alarm, kind, 2, U32),
    FIELD(struct alarm, priority, 3, U32), FIELD(struct alarm, subject, 4, U32),
    FIELD(struct alarm, since_ms, 5, I64),
};
static const struct field alarm_escalated_rows[] = {
    FIELD(struct alarm_escalated, number, 1, U32),
    FIELD(struct alarm_escalated, priority, 2, U32),
};
static const struct field alarm_cleared_rows[] = {
    FIELD(struct alarm_cleared, number, 1, U32),
};
static const struct field alarm_acknowledged_rows[] = {
    FIELD(struct alarm_acknowledged, number, 1, U32),
    FIELD(struct alarm_acknowledged, caller, 2, TEXT),
};
static const struct field alarm_shelved_rows[] = {
    FIELD(struct alarm_shelved, number, 1, U32),
    FIELD(struct alarm_shelved, until_ms, 2, I64),
    FIELD(struct alarm_shelved, caller, 3, TEXT),
    FIELD(struct alarm_shelved, reason, 4, TEXT),
};
static const struct field alarm_unshelved_rows[] = {
    FIELD(struct alarm_unshelved, number, 1, U32),
    FIELD(struct alarm_unshelved, caller, 2, TEXT),
};
static const struct field event_created_rows[] = {
    FIELD(struct event_created, id_high, 1, U64),
    FIELD(struct event_created, id_low, 2, U64),
    FIELD(struct event_created, title, 3, TEXT),
    FIELD(struct event_created, starts_ms, 4, I64),
    FIELD(struct event_created, ends_ms, 5, I64),
    FIELD(struct event_created, doors_ms, 6, I64),
    FIELD(struct event_created, currency, 7, TEXT),
    FIELD(struct event_created, hold_ttl_s, 8, U32),
    FIELD(struct event_created, category_names, 9, BYTES),
    FIELD(struct event_created, price_minor, 10, U32S),
    FIELD(struct event_created, block_category, 11, U32S),
};
static const struct field event_published_rows[] = {
    FIELD(struct event_published, event, 1, U32),
};
static const struct field event_cancelled_rows[] = {
    FIELD(struct event_cancelled, event, 1, U32),
    FIELD(struct event_cancelled, reason, 2, TEXT),
    FIELD(struct event_cancelled, by, 3, TEXT),
};
static const struct field seats_held_rows[] = {
    FIELD(struct seats_held, hold, 1, U32),    FIELD(struct seats_held, id_high, 2, U64),
    FIELD(struct seats_held, id_low, 3, U64),  FIELD(struct seats_held, event, 4, U32),
    FIELD(struct seats_held, person, 5, TEXT), FIELD(struct seats_held, expires_ms, 6, I64),
    FIELD(struct seats_held, seats, 7, U32S),
};
static const struct field hold_ended_rows[] = {
    FIELD(struct hold_ended, hold, 1, U32),
    FIELD(struct hold_ended, state, 2, U32),
};
static const struct field order_placed_rows[] = {
    FIELD(struct order_placed, order, 1, U32),       FIELD(struct order_placed, id_high, 2, U64),
    FIELD(struct order_placed, id_low, 3, U64),      FIELD(struct order_placed, hold, 4, U32),
    FIELD(struct order_placed, total_minor, 5, I64),
};
static const struct field order_paid_rows[] = {
    FIELD(struct order_paid, order, 1, U32),
    FIELD(struct order_paid, first_ticket, 2, U32),
    FIELD(struct order_paid, ticket_high, 3, U64S),
    FIELD(struct order_paid, ticket_low, 4, U64S),
};
static const struct field order_cancelled_rows[] = {
    FIELD(struct order_cancelled, order, 1, U32),
};
static const struct field order_refunded_rows[] = {
    FIELD(struct order_refunded, order, 1, U32),
};
static const struct field payment_wanted_rows[] = {
    FIELD(struct payment_wanted, number, 1, U32),
    FIELD(struct payment_wanted, kind, 2, U32),
    FIELD(struct payment_wanted, order, 3, U32),
    FIELD(struct payment_wanted, amount_minor, 4, I64),
    FIELD(struct payment_wanted, token, 5, TEXT),
};
static const struct field payment_settled_rows[] = {
    FIELD(struct payment_settled, number, 1, U32),
    FIELD(struct payment_settled, outcome, 2, U32),
};
static const struct field ticket_admitted_rows[] = {
    FIELD(struct ticket_admitted, ticket, 1, U32),
    FIELD(struct ticket_admitted, gate, 2, U32),
    FIELD(struct ticket_admitted, nonce, 3, U64),
};
static const struct field ticket_refused_rows[] = {
    FIELD(struct ticket_refused, ticket, 1, U32),
    FIELD(struct ticket_refused, gate, 2, U32),
    FIELD(struct ticket_refused, result, 3, U32),
};
static const struct field answered_rows[] = {
    FIELD(struct answered, scope_high, 1, U64), FIELD(struct answered, scope_low, 2, U64),
    FIELD(struct answered, body_high, 3, U64),  FIELD(struct answered, body_low, 4, U64),
    FIELD(struct answered, caller, 5, U64),     FIELD(struct answered, code, 6, U32),
    FIELD(struct answered, answer, 7, BYTES),
};
static const struct field ticket_reissued_rows[] = {
    FIELD(struct ticket_reissued, ticket, 1, U32),
    FIELD(struct ticket_reissued, holder, 2, TEXT),
};
static const struct field ticket_blocked_rows[] = {
    FIELD(struct ticket_blocked, ticket, 1, U32),
    FIELD(struct ticket_blocked, blocked, 2, U32),
    FIELD(struct ticket_blocked, reason, 3, TEXT),
};
static const struct field medium_set_rows[] = {
    FIELD(struct medium_set, medium, 1, U32),  FIELD(struct medium_set, name, 2, TEXT),
    FIELD(struct medium_set, ticket, 3, U32),  FIELD(struct medium_set, blocked, 4, U32),
    FIELD(struct medium_set, reason, 5, TEXT), FIELD(struct medium_set, caller, 6, TEXT),
};
static const struct field door_rules_set_rows[] = {
    FIELD(struct door_rules_set, event, 1, U32),
    FIELD(struct door_rules_set, sealed_s, 2, U32),
    FIELD(struct door_rules_set, transfers, 3, U32),
    FIELD(struct door_rules_set, reentry, 4, U32),
    FIELD(struct door_rules_set, offline, 5, U32),
    FIELD(struct door_rules_set, resale_cap, 6, U32),
};
static const struct field checkin_list_set_rows[] = {
    FIELD(struct checkin_list_set, event, 1, U32),
    FIELD(struct checkin_list_set, number, 2, U32),
    FIELD(struct checkin_list_set, name, 3, TEXT),
    FIELD(struct checkin_list_set, blocks, 4, U32S),
    FIELD(struct checkin_list_set, gates, 5, U32S),
    FIELD(struct checkin_list_set, from_ms, 6, I64),
    FIELD(struct checkin_list_set, until_ms, 7, I64),
    FIELD(struct checkin_list_set, reentry, 8, U32),
    FIELD(struct checkin_list_set, checks_id, 9, U32),
    FIELD(struct checkin_list_set, codes_only, 10, U32),
    FIELD(struct checkin_list_set, types, 11, U32S),
};
static const struct field ticket_passed_rows[] = {
    FIELD(struct ticket_passed, ticket, 1, U32),     FIELD(struct ticket_passed, list, 2, U32),
    FIELD(struct ticket_passed, gate, 3, U32),       FIELD(struct ticket_passed, left, 4, U32),
    FIELD(struct ticket_passed, nonce, 5, U64),      FIELD(struct ticket_passed, at_ms, 6, I64),
    FIELD(struct ticket_passed, forced, 7, U32),     FIELD(struct ticket_passed, scanner, 8, U32),
    FIELD(struct ticket_passed, counted_ms, 9, I64),
};
static const struct field scan_conflicted_rows[] = {
    FIELD(struct scan_conflicted, ticket, 1, U32),
    FIELD(struct scan_conflicted, list, 2, U32),
    FIELD(struct scan_conflicted, gate, 3, U32),
    FIELD(struct scan_conflicted, result, 4, U32),
    FIELD(struct scan_conflicted, scanner, 5, U32),
    FIELD(struct scan_conflicted, at_ms, 6, I64),
    FIELD(struct scan_conflicted, first_gate, 7, U32),
    FIELD(struct scan_conflicted, first_ms, 8, I64),
};
static const struct field scans_taken_rows[] = {
    FIELD(struct scans_taken, scanner, 1, U32),
    FIELD(struct scans_taken, name, 2, TEXT),
    FIELD(struct scans_taken, sequence, 3, U64),
};
static const struct field waitroom_set_rows[] = {
    FIELD(struct waitroom_set, event, 1, U32),
    FIELD(struct waitroom_set, mode, 2, U32),
    FIELD(struct waitroom_set, opens_ms, 3, I64),
    FIELD(struct waitroom_set, rate_ppm, 4, U32),
    FIELD(struct waitroom_set, max_active, 5, U32),
    FIELD(struct waitroom_set, claim_s, 6, U32),
    FIELD(struct waitroom_set, session_s, 7, U32),
    FIELD(struct waitroom_set, proof_bits, 8, U32),
    FIELD(struct waitroom_set, device_waiters, 9, U32),
    FIELD(struct waitroom_set, seed, 10, BYTES),
};
static const struct field waiters_entered_rows[] = {
    FIELD(struct waiters_entered, event, 1, U32),
    FIELD(struct waiters_entered, first_entry, 2, U32),
    FIELD(struct waiters_entered, persons, 3, BYTES),
    FIELD(struct waiters_entered, nonce, 4, U64S),
    FIELD(struct waiters_entered, device, 5, U64S),
};
static const struct field waitroom_drawn_rows[] = {
    FIELD(struct waitroom_drawn, event, 1, U32),
    FIELD(struct waitroom_drawn, entries, 2, U32),
};
static const struct field waiters_served_rows[] = {
    FIELD(struct waiters_served, event, 1, U32),
    FIELD(struct waiters_served, served, 2, U32),
    FIELD(struct waiters_served, admitted, 3, U32),
};
static const struct field waiters_admitted_rows[] = {
    FIELD(struct waiters_admitted, event, 1, U32),
    FIELD(struct waiters_admitted, entries, 2, U32S),
};
static const struct field resale_set_rows[] = {
    FIELD(struct resale_set, event, 1, U32),
    FIELD(struct resale_set, cap_percent, 2, U32),
    FIELD(struct resale_set, fee_bp, 3, U32),
};
static const struct field ticket_listed_rows[] = {
    FIELD(struct ticket_listed, ticket, 1, U32),
    FIELD(struct ticket_listed, price_minor, 2, U32),
};
static const struct field listing_withdrawn_rows[] = {
    FIELD(struct listing_withdrawn, ticket, 1, U32),
};
static const struct field listing_held_rows[] = {
    FIELD(struct listing_held, hold, 1, U32),        FIELD(struct listing_held, id_high, 2, U64),
    FIELD(struct listing_held, id_low, 3, U64),      FIELD(struct listing_held, ticket, 4, U32),
    FIELD(struct listing_held, person, 5, TEXT),     FIELD(struct listing_held, expires_ms, 6, I64),
    FIELD(struct listing_held, price_minor, 7, U32), FIELD(struct listing_held, tax_minor, 8, U32),
};
static const struct field listing_sold_rows[] = {
    FIELD(struct listing_sold, ticket, 1, U32),
    FIELD(struct listing_sold, hold, 2, U32),
};
static const struct field allocation_set_rows[] = {
    FIELD(struct allocation_set, event, 1, U32),      FIELD(struct allocation_set, number, 2, U32),
    FIELD(struct allocation_set, name, 3, TEXT),      FIELD(struct allocation_set, code, 4, TEXT),
    FIELD(struct allocation_set, first, 5, U32S),     FIELD(struct allocation_set, count, 6, U32S),
    FIELD(struct allocation_set, release_ms, 7, I64),
};
static const struct field allocation_released_rows[] = {
    FIELD(struct allocation_released, event, 1, U32),
    FIELD(struct allocation_released, number, 2, U32),
};
static const struct field addon_set_rows[] = {
    FIELD(struct addon, event, 1, U32),          FIELD(struct addon, type, 2, U32),
    FIELD(struct addon, goes_with, 3, U32),      FIELD(struct addon, min_per_ticket, 4, U32),
    FIELD(struct addon, max_per_ticket, 5, U32),
};
static const struct field bundle_set_rows[] = {
    FIELD(struct bundle, event, 1, U32),        FIELD(struct bundle, type, 2, U32),
    FIELD(struct bundle, count, 3, U32),        FIELD(struct bundle, addon, 4, U32_ARRAY),
    FIELD(struct bundle, pieces, 5, U32_ARRAY), FIELD(struct bundle, price_minor, 6, U32_ARRAY),
};
static const struct field addons_held_rows[] = {
    FIELD(struct addons_held, hold, 1, U32),
    FIELD(struct addons_held, with, 2, U32S),
    FIELD(struct addons_held, bundled, 3, U32),
};
static const struct field question_set_rows[] = {
    FIELD(struct question, event, 1, U32),     FIELD(struct question, number, 2, U32),
    FIELD(struct question, text, 3, TEXT),     FIELD(struct question, kind, 4, U32),
    FIELD(struct question, choices, 5, BYTES), FIELD(struct question, choice_count, 6, U32),
    FIELD(struct question, required, 7, U32),  FIELD(struct question, per_ticket, 8, U32),
    FIELD(struct question, types, 9, U32),     FIELD(struct question, withdrawn, 10, U32),
};
static const struct field answers_given_rows[] = {
    FIELD(struct answers_given, order, 1, U32),
    FIELD(struct answers_given, question, 2, U32S),
    FIELD(struct answers_given, line, 3, U32S),
    FIELD(struct answers_given, value, 4, U32S),
};
static const struct field buyer_set_rows[] = {
    FIELD(struct buyer_set, hold, 1, U32),
    FIELD(struct buyer_set, tax_id, 2, TEXT),
    FIELD(struct buyer_set, price_minor, 3, U32S),
    FIELD(struct buyer_set, fee_minor, 4, U32S),
};
static const struct field settled_rows[] = {
    FIELD(struct settled, settlement, 1, U32),   FIELD(struct settled, event, 2, U32),
    FIELD(struct settled, number, 3, U32),       FIELD(struct settled, account, 4, U32),
    FIELD(struct settled, amount_minor, 5, I64), FIELD(struct settled, fee_minor, 6, I64),
    FIELD(struct settled, settled_ms, 7, I64),   FIELD(struct settled, reference, 8, TEXT),
    FIELD(struct settled, caller, 9, TEXT),
};
static const struct field settlement_voided_rows[] = {
    FIELD(struct settlement_voided, settlement, 1, U32),
    FIELD(struct settlement_voided, reason, 2, TEXT),
    FIELD(struct settlement_voided, caller, 3, TEXT),
};
static const struct field means_known_rows[] = {
    FIELD(struct order_means, order, 1, U32),
    FIELD(struct order_means, means, 2, TEXT),
};
static const struct field waitlist_set_rows[] = {
    FIELD(struct waitlist_set, event, 1, U32),
    FIELD(struct waitlist_set, capacity, 2, U32),
    FIELD(struct waitlist_set, claim_s, 3, U32),
    FIELD(struct waitlist_set, closed, 4, U32),
};
static const struct field wait_entered_rows[] = {
    FIELD(struct wait_entered, wait, 1, U32),     FIELD(struct wait_entered, id_high, 2, U64),
    FIELD(struct wait_entered, id_low, 3, U64),   FIELD(struct wait_entered, hold_high, 4, U64),
    FIELD(struct wait_entered, hold_low, 5, U64), FIELD(struct wait_entered, event, 6, U32),
    FIELD(struct wait_entered, type, 7, U32),     FIELD(struct wait_entered, party, 8, U32),
    FIELD(struct wait_entered, person, 9, TEXT),
};
static const struct field wait_offered_rows[] = {
    FIELD(struct wait_offered, wait, 1, U32),
};
static const struct field wait_ended_rows[] = {
    FIELD(struct wait_ended, wait, 1, U32),
    FIELD(struct wait_ended, state, 2, U32),
};
static const struct field joining_set_rows[] = {
    FIELD(struct joining_set, event, 1, U32),
    FIELD(struct joining_set, capacity, 2, U32),
    FIELD(struct joining_set, waitlist, 3, U32),
    FIELD(struct joining_set, closed, 4, U32),
};
static const struct field joined_rows[] = {
    FIELD(struct joined, join, 1, U32),   FIELD(struct joined, id_high, 2, U64),
    FIELD(struct joined, id_low, 3, U64), FIELD(struct joined, event, 4, U32),
    FIELD(struct joined, state, 5, U32),  FIELD(struct joined, person, 6, TEXT),
};
static const struct field join_ended_rows[] = {
    FIELD(struct join_ended, join, 1, U32),
    FIELD(struct join_ended, state, 2, U32),
    FIELD(struct join_ended, reason, 3, TEXT),
};
static const struct field joins_moved_rows[] = {
    FIELD(struct joins_moved, event, 1, U32),
    FIELD(struct joins_moved, state, 2, U32),
    FIELD(struct joins_moved, joins, 3, U32S),
};
static const struct field person_banned_rows[] = {
    FIELD(struct person_banned, ban, 1, U32),     FIELD(struct person_banned, event, 2, U32),
    FIELD(struct person_banned, person, 3, TEXT), FIELD(struct person_banned, until_ms, 4, I64),
    FIELD(struct person_banned, reason, 5, TEXT),
};
static const struct field person_unbanned_rows[] = {
    FIELD(struct person_unbanned, ban, 1, U32),
};
static const struct field waiters_ended_rows[] = {
    FIELD(struct waiters_ended, event, 1, U32),
    FIELD(struct waiters_ended, state, 2, U32),
    FIELD(struct waiters_ended, entries, 3, U32S),
};
static const struct field lines_held_rows[] = {
    FIELD(struct lines_held, hold, 1, U32),
    FIELD(struct lines_held, id_high, 2, U64),
    FIELD(struct lines_held, id_low, 3, U64),
    FIELD(struct lines_held, event, 4, U32),
    FIELD(struct lines_held, person, 5, TEXT),
    FIELD(struct lines_held, expires_ms, 6, I64),
    FIELD_AS(struct lines_held, lines.type, "type", 7, U32S),
    FIELD_AS(struct lines_held, lines.seat, "seat", 8, U32S),
    FIELD_AS(struct lines_held, lines.price_minor, "price_minor", 9, U32S),
    FIELD_AS(struct lines_held, lines.fee_minor, "fee_minor", 10, U32S),
    FIELD_AS(struct lines_held, lines.tax_minor, "tax_minor", 11, U32S),
    FIELD_AS(struct lines_held, lines.tax_added, "tax_added", 12, U32),
    FIELD_AS(struct lines_held, lines.voucher, "voucher", 13, U32),
    FIELD_AS(struct lines_held, lines.voucher_lines, "voucher_lines", 14, U32),
};
static const struct field lines_changed_rows[] = {
    FIELD(struct lines_changed, hold, 1, U32),
    FIELD_AS(struct lines_changed, lines.type, "type", 7, U32S),
    FIELD_AS(struct lines_changed, lines.seat, "seat", 8, U32S),
    FIELD_AS(struct lines_changed, lines.price_minor, "price_minor", 9, U32S),
    FIELD_AS(struct lines_changed, lines.fee_minor, "fee_minor", 10, U32S),
    FIELD_AS(struct lines_changed, lines.tax_minor, "tax_minor", 11, U32S),
    FIELD_AS(struct lines_changed, lines.tax_added, "tax_added", 12, U32),
    FIELD_AS(struct lines_changed, lines.voucher, "voucher", 13, U32),
    FIELD_AS(struct lines_changed, lines.voucher_lines, "voucher_lines", 14, U32),
};
static const struct field hold_extended_rows[] = {
    FIELD(struct hold_extended, hold, 1, U32),
    FIELD(struct hold_extended, expires_ms, 2, I64),
};
static const struct field ticket_type_set_rows[] = {
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
    FIELD(struct ticket_type, max_per_means, 21, U32),
};
static const struct field quota_set_rows[] = {
    FIELD(struct quota, event, 1, U32),
    FIELD(struct quota, index, 2, U32),
    FIELD(struct quota, name, 3, TEXT),
    FIELD(struct quota, capacity, 4, U32),
};
static const struct field voucher_set_rows[] = {
    FIELD(struct voucher, event, 1, U32),         FIELD(struct voucher, code, 2, TEXT),
    FIELD(struct voucher, effect, 3, U32),        FIELD(struct voucher, value_minor, 4, U32),
    FIELD(struct voucher, percent_milli, 5, U32), FIELD(struct voucher, types, 6, U32),
    FIELD(struct voucher, uses, 7, U32),          FIELD(struct voucher, from_ms, 8, I64),
    FIELD(struct voucher, until_ms, 9, I64),      FIELD(struct voucher, reserve, 10, U32),
};
static const struct field event_described_rows[] = {
    FIELD(struct event_described, event, 1, U32),
    FIELD(struct event_described, organiser, 2, TEXT),
    FIELD(struct event_described, series_high, 3, U64),
    FIELD(struct event_described, series_low, 4, U64),
    FIELD(struct event_described, city, 5, TEXT),
    FIELD(struct event_described, kind, 6, TEXT),
    FIELD(struct event_described, description, 7, BYTES),
    FIELD(struct event_described, refuse_orphans, 8, U32),
};
static const struct field event_updated_rows[] = {
    FIELD(struct event_updated, event, 1, U32),
    FIELD(struct event_updated, title, 2, TEXT),
    FIELD(struct event_updated, starts_ms, 3, I64),
    FIELD(struct event_updated, ends_ms, 4, I64),
    FIELD(struct event_updated, doors_ms, 5, I64),
    FIELD(struct event_updated, hold_ttl_s, 6, U32),
    FIELD(struct event_updated, city, 7, TEXT),
    FIELD(struct event_updated, kind, 8, TEXT),
    FIELD(struct event_updated, description, 9, BYTES),
    FIELD(struct event_updated, refuse_orphans, 10, U32),
};
static const struct field event_unpublished_rows[] = {
    FIELD(struct event_unpublished, event, 1, U32),
};
static const struct field order_opened_rows[] = {
    FIELD(struct order_opened, order, 1, U32),
    FIELD(struct order_opened, id_high, 2, U64),
    FIELD(struct order_opened, id_low, 3, U64),
    FIELD(struct order_opened, hold, 4, U32),
    FIELD(struct order_opened, person, 5, TEXT),
    FIELD(struct order_opened, state, 6, U32),
    FIELD(struct order_opened, tender, 7, U32),
    FIELD(struct order_opened, total_minor, 8, I64),
    FIELD(struct order_opened, tax_minor, 9, I64),
    FIELD(struct order_opened, fee_minor, 10, I64),
    FIELD(struct order_opened, expires_ms, 11, I64),
};
static const struct field payment_answered_rows[] = {
    FIELD(struct payment_answered, number, 1, U32),
    FIELD(struct payment_answered, outcome, 2, U32),
    FIELD(struct payment_answered, amount_minor, 3, I64),
    FIELD(struct payment_answered, reference, 4, TEXT),
};
static const struct field payment_waits_rows[] = {
    FIELD(struct payment_waits, number, 1, U32),
    FIELD(struct payment_waits, attempts, 2, U32),
    FIELD(struct payment_waits, ask_ms, 3, I64),
};
static const struct field payment_asked_rows[] = {
    FIELD(struct payment_asked, number, 1, U32),
};
static const struct field order_expired_rows[] = {
    FIELD(struct order_expired, order, 1, U32),
};
static const struct field order_revived_rows[] = {
    FIELD(struct order_revived, order, 1, U32),
};
static const struct field order_approved_rows[] = {
    FIELD(struct order_approved, order, 1, U32),
    FIELD(struct order_approved, expires_ms, 2, I64),
    FIELD(struct order_approved, caller, 3, TEXT),
};
static const struct field order_rejected_rows[] = {
    FIELD(struct order_rejected, order, 1, U32),
    FIELD(struct order_rejected, caller, 2, TEXT),
    FIELD(struct order_rejected, reason, 3, TEXT),
};
static const struct field lines_cancelled_rows[] = {
    FIELD(struct lines_cancelled, order, 1, U32),
    FIELD(struct lines_cancelled, lines, 2, U32S),
    FIELD(struct lines_cancelled, refund_minor, 3, U64S),
    FIELD(struct lines_cancelled, seat, 4, U32S),
    FIELD(struct lines_cancelled, cause, 5, U32),
    FIELD(struct lines_cancelled, total_minor, 6, I64),
    FIELD(struct lines_cancelled, tax_minor, 7, I64),
    FIELD(struct lines_cancelled, fee_minor, 8, I64),
    FIELD(struct lines_cancelled, caller, 9, TEXT),
    FIELD(struct lines_cancelled, reason, 10, TEXT),
};
static const struct field policy_set_rows[] = {
    FIELD(struct policy_set, event, 1, U32),
    FIELD(struct policy_set, type, 2, U32S),
    FIELD(struct policy_set, notice_s, 3, U32S),
    FIELD(struct policy_set, fee_bp, 4, U32S),
    FIELD(struct policy_set, fee_minor, 5, U32S),
    FIELD(struct policy_set, seat, 6, U32S),
    FIELD(struct policy_set, fee_min_minor, 7, U32),
    FIELD(struct policy_set, fee_max_minor, 8, U32),
    FIELD(struct policy_set, keeps_booking_fee, 9, U32),
    FIELD(struct policy_set, may_grow, 10, U32),
    FIELD(struct policy_set, approval_required, 11, U32),
    FIELD(struct policy_set, payment_ttl_s, 12, U32),
    FIELD(struct policy_set, approval_ttl_s, 13, U32),
    FIELD(struct policy_set, tax_country, 14, U32),
};
static const struct field exchange_begun_rows[] = {
    FIELD(struct exchange_begun, order, 1, U32),
    FIELD(struct exchange_begun, hold, 2, U32),
    FIELD(struct exchange_begun, lines, 3, U32S),
    FIELD(struct exchange_begun, expires_ms, 4, I64),
};
static const struct field exchange_dropped_rows[] = {
    FIELD(struct exchange_dropped, order, 1, U32),
    FIELD(struct exchange_dropped, state, 2, U32),
};
static const struct field order_exchanged_rows[] = {
    FIELD(struct order_exchanged, order, 1, U32),
    FIELD(struct order_exchanged, hold, 2, U32),
    FIELD(struct order_exchanged, lines, 3, U32S),
    FIELD(struct order_exchanged, old_total_minor, 4, I64),
    FIELD(struct order_exchanged, old_tax_minor, 5, I64),
    FIELD(struct order_exchanged, old_fee_minor, 6, I64),
    FIELD(struct order_exchanged, new_total_minor, 7, I64),
    FIELD(struct order_exchanged, new_tax_minor, 8, I64),
    FIELD(struct order_exchanged, new_fee_minor, 9, I64),
};

static const struct {
    enum fact_kind kind;
    struct fields fields;
} tables[] = {
    { FACT_VENUE_IMPORTED, FIELDS("venue_imported", struct venue_imported, venue_imported_rows) },
    { FACT_ZONE_ADDED, FIELDS("zone_added", struct zone, zone_added_rows) },
    { FACT_BLOCK_ADDED, FIELDS("block_added", struct block, block_added_rows) },
    { FACT_OPENING_ADDED, FIELDS("opening_added", struct opening, opening_added_rows) },
    { FACT_GATE_ADDED, FIELDS("gate_added", struct gate, gate_added_rows) },
    { FACT_FACILITY_ADDED, FIELDS("facility_added", struct facility, facility_added_rows) },
    { FACT_LINK_ADDED, FIELDS("link_added", struct link, link_added_rows) },
    { FACT_PHASE_SET, FIELDS("phase_set", struct phase, phase_set_rows) },
    { FACT_GATE_SET, FIELDS("gate_set", struct gate_set, gate_set_rows) },
    { FACT_SOURCE_ADDED, FIELDS("source_added", struct source_added, source_added_rows) },
    { FACT_CROWD_MEASURED, FIELDS("crowd_measured", struct crowd_measured, crowd_measured_rows) },
    { FACT_CROWD_SENSED, FIELDS("crowd_sensed", struct crowd_sensed, crowd_sensed_rows) },
    { FACT_CROWD_FORECAST, FIELDS("crowd_forecast", struct crowd_forecast, crowd_forecast_rows) },
    { FACT_PLAN_WANTED, FIELDS("plan_wanted", struct plan_wanted, plan_wanted_rows) },
    { FACT_PLAN_ADOPTED, FIELDS("plan_adopted", struct plan_adopted, plan_adopted_rows) },
    { FACT_PLAN_KEPT, FIELDS("plan_kept", struct plan_kept, plan_kept_rows) },
    { FACT_PLAN_BOUNDED, FIELDS("plan_bounded", struct plan_bound, plan_bounded_rows) },
    { FACT_COMPLIANCE_SEEN,
      FIELDS("compliance_seen", struct compliance_seen, compliance_seen_rows) },
    { FACT_DEVICE_SET, FIELDS("device_set", struct device_set, device_set_rows) },
    { FACT_DEVICE_KEYED, FIELDS("device_keyed", struct device_keyed, device_keyed_rows) },
    { FACT_DEVICE_RETIRED, FIELDS("device_retired", struct device_retired, device_retired_rows) },
    { FACT_REGISTRATION_SET,
      FIELDS("registration_set", struct registration_set, registration_set_rows) },
    { FACT_DEVICES_SILENT, FIELDS("devices_silent", struct devices_silent, devices_silent_rows) },
    { FACT_DEVICES_HEARD, FIELDS("devices_heard", struct devices_heard, devices_heard_rows) },
    { FACT_RULE_SET, FIELDS("rule_set", struct rule_set, rule_set_rows) },
    { FACT_RULE_DELETED, FIELDS("rule_deleted", struct rule_deleted, rule_deleted_rows) },
    { FACT_RULES_MEASURED, FIELDS("rules_measured", struct rules_measured, rules_measured_rows) },
    { FACT_OVERRIDE_SET, FIELDS("override_set", struct override_set, override_set_rows) },
    { FACT_OPENING_SET, FIELDS("opening_set", struct opening_set, opening_set_rows) },
    { FACT_OVERRIDES_PRICED,
      FIELDS("overrides_priced", struct overrides_priced, overrides_priced_rows) },
    { FACT_ALARM_RAISED, FIELDS("alarm_raised", struct alarm, alarm_raised_rows) },
    { FACT_ALARM_ESCALATED,
      FIELDS("alarm_escalated", struct alarm_escalated, alarm_escalated_rows) },
    { FACT_ALARM_CLEARED, FIELDS("alarm_cleared", struct alarm_cleared, alarm_cleared_rows) },
    { FACT_ALARM_ACKNOWLEDGED,
      FIELDS("alarm_acknowledged", struct alarm_acknowledged, alarm_acknowledged_rows) },
    { FACT_ALARM_SHELVED, FIELDS("alarm_shelved", struct alarm_shelved, alarm_shelved_rows) },
    { FACT_ALARM_UNSHELVED,
      FIELDS("alarm_unshelved", struct alarm_unshelved, alarm_unshelved_rows) },
    { FACT_EVENT_CREATED, FIELDS("event_created", struct event_created, event_created_rows) },
    { FACT_EVENT_PUBLISHED,
      FIELDS("event_published", struct event_published, event_published_rows) },
    { FACT_EVENT_CANCELLED,
      FIELDS("event_cancelled", struct event_cancelled, event_cancelled_rows) },
    { FACT_SEATS_HELD, FIELDS("seats_held", struct seats_held, seats_held_rows) },
    { FACT_HOLD_ENDED, FIELDS("hold_ended", struct hold_ended, hold_ended_rows) },
    { FACT_ORDER_PLACED, FIELDS("order_placed", struct order_placed, order_placed_rows) },
    { FACT_ORDER_PAID, FIELDS("order_paid", struct order_paid, order_paid_rows) },
    { FACT_ORDER_CANCELLED,
      FIELDS("order_cancelled", struct order_cancelled, order_cancelled_rows) },
    { FACT_ORDER_REFUNDED, FIELDS("order_refunded", struct order_refunded, order_refunded_rows) },
    { FACT_PAYMENT_WANTED, FIELDS("payment_wanted", struct payment_wanted, payment_wanted_rows) },
    { FACT_PAYMENT_SETTLED,
      FIELDS("payment_settled", struct payment_settled, payment_settled_rows) },
    { FACT_TICKET_ADMITTED,
      FIELDS("ticket_admitted", struct ticket_admitted, ticket_admitted_rows) },
    { FACT_TICKET_REFUSED, FIELDS("ticket_refused", struct ticket_refused, ticket_refused_rows) },
    { FACT_ANSWERED, FIELDS("answered", struct answered, answered_rows) },
    { FACT_TICKET_REISSUED,
      FIELDS("ticket_reissued", struct ticket_reissued, ticket_reissued_rows) },
    { FACT_TICKET_BLOCKED, FIELDS("ticket_blocked", struct ticket_blocked, ticket_blocked_rows) },
    { FACT_MEDIUM_SET, FIELDS("medium_set", struct medium_set, medium_set_rows) },
    { FACT_DOOR_RULES_SET, FIELDS("door_rules_set", struct door_rules_set, door_rules_set_rows) },
    { FACT_CHECKIN_LIST_SET,
      FIELDS("checkin_list_set", struct checkin_list_set, checkin_list_set_rows) },
    { FACT_TICKET_PASSED, FIELDS("ticket_passed", struct ticket_passed, ticket_passed_rows) },
    { FACT_SCAN_CONFLICTED,
      FIELDS("scan_conflicted", struct scan_conflicted, scan_conflicted_rows) },
    { FACT_SCANS_TAKEN, FIELDS("scans_taken", struct scans_taken, scans_taken_rows) },
    { FACT_WAITLIST_SET, FIELDS("waitlist_set", struct waitlist_set, waitlist_set_rows) },
    { FACT_WAIT_ENTERED, FIELDS("wait_entered", struct wait_entered, wait_entered_rows) },
    { FACT_WAIT_OFFERED, FIELDS("wait_offered", struct wait_offered, wait_offered_rows) },
    { FACT_WAIT_ENDED, FIELDS("wait_ended", struct wait_ended, wait_ended_rows) },
    { FACT_RESALE_SET, FIELDS("resale_set", struct resale_set, resale_set_rows) },
    { FACT_TICKET_LISTED, FIELDS("ticket_listed", struct ticket_listed, ticket_listed_rows) },
    { FACT_LISTING_WITHDRAWN,
      FIELDS("listing_withdrawn", struct listing_withdrawn, listing_withdrawn_rows) },
    { FACT_LISTING_HELD, FIELDS("listing_held", struct listing_held, listing_held_rows) },
    { FACT_LISTING_SOLD, FIELDS("listing_sold", struct listing_sold, listing_sold_rows) },
    { FACT_ALLOCATION_SET, FIELDS("allocation_set", struct allocation_set, allocation_set_rows) },
    { FACT_ALLOCATION_RELEASED,
      FIELDS("allocation_released", struct allocation_released, allocation_released_rows) },
    { FACT_ADDON_SET, FIELDS("addon_set", struct addon, addon_set_rows) },
    { FACT_BUNDLE_SET, FIELDS("bundle_set", struct bundle, bundle_set_rows) },
    { FACT_ADDONS_HELD, FIELDS("addons_held", struct addons_held, addons_held_rows) },
    { FACT_QUESTION_SET, FIELDS("question_set", struct question, question_set_rows) },
    { FACT_ANSWERS_GIVEN, FIELDS("answers_given", struct answers_given, answers_given_rows) },
    { FACT_BUYER_SET, FIELDS("buyer_set", struct buyer_set, buyer_set_rows) },
    { FACT_SETTLED, FIELDS("settled", struct settled, settled_rows) },
    { FACT_SETTLEMENT_VOIDED,
      FIELDS("settlement_voided", struct settlement_voided, settlement_voided_rows) },
    { FACT_MEANS_KNOWN, FIELDS("means_known", struct order_means, means_known_rows) },
    { FACT_JOINING_SET, FIELDS("joining_set", struct joining_set, joining_set_rows) },
    { FACT_JOINED, FIELDS("joined", struct joined, joined_rows) },
    { FACT_JOIN_ENDED, FIELDS("join_ended", struct join_ended, join_ended_rows) },
    { FACT_JOINS_MOVED, FIELDS("joins_moved", struct joins_moved, joins_moved_rows) },
    { FACT_PERSON_BANNED, FIELDS("person_banned", struct person_banned, person_banned_rows) },
    { FACT_PERSON_UNBANNED,
      FIELDS("person_unbanned", struct person_unbanned, person_unbanned_rows) },
    { FACT_WAITROOM_SET, FIELDS("waitroom_set", struct waitroom_set, waitroom_set_rows) },
    { FACT_WAITERS_ENTERED,
      FIELDS("waiters_entered", struct waiters_entered, waiters_entered_rows) },
    { FACT_WAITROOM_DRAWN, FIELDS("waitroom_drawn", struct waitroom_drawn, waitroom_drawn_rows) },
    { FACT_WAITERS_SERVED, FIELDS("waiters_served", struct waiters_served, waiters_served_rows) },
    { FACT_WAITERS_ADMITTED,
      FIELDS("waiters_admitted", struct waiters_admitted, waiters_admitted_rows) },
    { FACT_WAITERS_ENDED, FIELDS("waiters_ended", struct waiters_ended, waiters_ended_rows) },
    { FACT_LINES_HELD, FIELDS("lines_held", struct lines_held, lines_held_rows) },
    { FACT_LINES_CHANGED, FIELDS("lines_changed", struct lines_changed, lines_changed_rows) },
    { FACT_HOLD_EXTENDED, FIELDS("hold_extended", struct hold_extended, hold_extended_rows) },
    { FACT_TICKET_TYPE_SET, FIELDS("ticket_type_set", struct ticket_type, ticket_type_set_rows) },
    { FACT_QUOTA_SET, FIELDS("quota_set", struct quota, quota_set_rows) },
    { FACT_VOUCHER_SET, FIELDS("voucher_set", struct voucher, voucher_set_rows) },
    { FACT_EVENT_DESCRIBED,
      FIELDS("event_described", struct event_described, event_described_rows) },
    { FACT_EVENT_UPDATED, FIELDS("event_updated", struct event_updated, event_updated_rows) },
    { FACT_EVENT_UNPUBLISHED,
      FIELDS("event_unpublished", struct event_unpublished, event_unpublished_rows) },
    { FACT_ORDER_OPENED, FIELDS("order_opened", struct order_opened, order_opened_rows) },
    { FACT_PAYMENT_ANSWERED,
      FIELDS("payment_answered", struct payment_answered, payment_answered_rows) },
    { FACT_PAYMENT_WAITS, FIELDS("payment_waits", struct payment_waits, payment_waits_rows) },
    { FACT_PAYMENT_ASKED, FIELDS("payment_asked", struct payment_asked, payment_asked_rows) },
    { FACT_ORDER_EXPIRED, FIELDS("order_expired", struct order_expired, order_expired_rows) },
    { FACT_ORDER_REVIVED, FIELDS("order_revived", struct order_revived, order_revived_rows) },
    { FACT_ORDER_APPROVED, FIELDS("order_approved", struct order_approved, order_approved_rows) },
    { FACT_ORDER_REJECTED, FIELDS("order_rejected", struct order_rejected, order_rejected_rows) },
    { FACT_LINES_CANCELLED,
      FIELDS("lines_cancelled", struct lines_cancelled, lines_cancelled_rows) },
    { FACT_POLICY_SET, FIELDS("policy_set", struct policy_set, policy_set_rows) },
    { FACT_EXCHANGE_BEGUN, FIELDS("exchange_begun", struct exchange_begun, exchange_begun_rows) },
    { FACT_EXCHANGE_DROPPED,
      FIELDS("exchange_dropped", struct exchange_dropped, exchange_dropped_rows) },
    { FACT_ORDER_EXCHANGED,
      FIELDS("order_exchanged", struct order_exchanged, order_exchanged_rows) },
};
enum { KINDS = sizeof(tables) / sizeof(tables[0]) };

const struct fields *fact_fields(enum fact_kind kind)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (tables[i].kind == kind)
            return &tables[i].fields;
    }
    return NULL;
}

enum fact_kind fact_kind_next(enum fact_kind kind)
{
    enum fact_kind next = 0;
    for (size_t i = 0; i < KINDS; i++) {
        if (tables[i].kind > kind && (!next || tables[i].kind < next))
            next = tables[i].kind;
    }
    return next;
}

/* ---- Encoding: tifo.v1.Fact { int64 time_ms = 1; oneof { ... kind = message } } ---------- */

enum { TAG_TIME = 1 << 3 | 0, WIRE_BYTES = 2 };

struct bytes fact_encode(const struct fact *fact, struct arena *arena)
{
    const struct fields *fields = fact_fields(fact->kind);
    assert(fields);
    uint64_t tag = (uint64_t)fact->kind << 3 | WIRE_BYTES;
    size_t body = fields_encoded_size(fields, &fact->as);
    size_t size = 1 + varint_size((uint64_t)fact->time_ms) + varint_size(tag) + varint_size(body);
    uint8_t *data = arena_alloc(arena, size + body);
    uint8_t *p = varint_put(data, TAG_TIME);
    p = varint_put(p, (uint64_t)fact->time_ms);
    p = varint_put(varint_put(p, tag), body);
    p = fields_encode(fields, &fact->as, p);
    assert(p == data + size + body);
    return (struct bytes){ data, size + body };
}

/* A name for each, of a person that can be. */
static bool entered_agree(const struct waiters_entered *entered)
{
    uint32_t names = 0;
    for (size_t i = 0; i < entered->persons.size; i++)
        names += entered->persons.data[i] == 0;
    return names == entered->nonce.count &&
           (names == 0 || entered->persons.data[entered->persons.size - 1] == 0) &&
           (entered->device.count == 0 || entered->device.count == names);
}

static bool lines_agree(const struct held_lines *lines)
{
    const uint32_t count = lines->seat.count;
    return count <= HOLD_SEATS && lines->type.count == count && lines->price_minor.count == count &&
           lines->fee_minor.count == count && lines->tax_minor.count == count;
}

/* Columns that describe the same rows are equally long, and those that fill an array fit. */
static bool columns_agree(const struct fact *fact)
{
    if (fact->kind == FACT_CROWD_MEASURED) {
        const struct crowd_measured *m = &fact->as.crowd_measured;
        return m->place.count == m->people.count && m->gate.count == m->gate_in.count &&
               m->gate.count == m->gate_out.count && m->queue.count == m->waiting.count &&
               m->queue.count == m->served.count && m->source.count == m->sequence.count;
    }
    if (fact->kind == FACT_CROWD_SENSED) {
        const struct crowd_sensed *c = &fact->as.crowd_sensed;
        return c->place.count == c->people.count && c->place.count == c->error_milli.count &&
               c->place.count == c->age_ms.count;
    }
    if (fact->kind == FACT_CROWD_FORECAST) {
        const struct crowd_forecast *f = &fact->as.crowd_forecast;
        return f->now.count == f->in_5.count && f->now.count == f->in_15.count &&
               f->now.count == f->in_30.count;
    }
    if (fact->kind == FACT_DEVICES_SILENT)
        return fact->as.devices_silent.device.count == fact->as.devices_silent.seen_ms.count;
    if (fact->kind == FACT_RULES_MEASURED)
        return fact->as.rules_measured.rule.count == fact->as.rules_measured.value_milli.count;
    if (fact->kind == FACT_PLAN_ADOPTED) {
        const struct plan_adopted *p = &fact->as.plan_adopted;
        uint64_t rows = 0;
        for (uint32_t i = 0; i < p->count.count; i++) {
            if (p->count.v[i] > SPLIT_DESTINATIONS)
                return false;
            rows += p->count.v[i];
        }
        return p->origin.count == p->purpose.count && p->origin.count == p->count.count &&
               p->destination.count == rows && p->share_milli.count == rows &&
               p->next_place.count == rows;
    }
    if (fact->kind == FACT_OVERRIDE_SET) {
        const struct override_set *o = &fact->as.override_set;
        return o->destination.count <= SPLIT_DESTINATIONS &&
               (o->share_milli.count == 0 || o->share_milli.count == o->destination.count);
    }
    if (fact->kind == FACT_EVENT_CREATED)
        return fact->as.event_created.price_minor.count <= EVENT_CATEGORIES;
    if (fact->kind == FACT_SEATS_HELD)
        return fact->as.seats_held.seats.count <= HOLD_SEATS;
    if (fact->kind == FACT_WAITROOM_SET)
        return fact->as.waitroom_set.seed.size == 0 ||
               fact->as.waitroom_set.seed.size == SEED_BYTES;
    if (fact->kind == FACT_WAITERS_ENTERED)
        return entered_agree(&fact->as.waiters_entered);
    if (fact->kind == FACT_LINES_HELD)
        return lines_agree(&fact->as.lines_held.lines);
    if (fact->kind == FACT_BUYER_SET)
        return fact->as.buyer_set.price_minor.count <= HOLD_SEATS &&
               fact->as.buyer_set.price_minor.count == fact->as.buyer_set.fee_minor.count;
    if (fact->kind == FACT_LINES_CHANGED)
        return lines_agree(&fact->as.lines_changed.lines);
    if (fact->kind == FACT_LINES_CANCELLED) {
        const struct lines_cancelled *c = &fact->as.lines_cancelled;
        return c->lines.count <= HOLD_SEATS && c->lines.count == c->refund_minor.count &&
               c->lines.count == c->seat.count;
    }
    if (fact->kind == FACT_POLICY_SET) {
        const struct policy_set *p = &fact->as.policy_set;
        return p->type.count <= POLICY_TIERS && p->type.count == p->notice_s.count &&
               p->type.count == p->fee_bp.count && p->type.count == p->fee_minor.count &&
               p->type.count == p->seat.count;
    }
    if (fact->kind == FACT_EXCHANGE_BEGUN)
        return fact->as.exchange_begun.lines.count <= HOLD_SEATS;
    if (fact->kind == FACT_ORDER_EXCHANGED)
        return fact->as.order_exchanged.lines.count <= HOLD_SEATS;
    if (fact->kind == FACT_ORDER_PAID)
        return fact->as.order_paid.ticket_high.count == fact->as.order_paid.ticket_low.count;
    return true;
}

bool fact_decode(struct bytes payload, struct arena *arena, struct fact *out)
{
    *out = (struct fact){ 0 };
    uint64_t tag, time;
    struct bytes body;
    if (!varint_take(&payload, &tag) || tag != TAG_TIME || !varint_take(&payload, &time))
        return false;
    if (!varint_take(&payload, &tag) || (tag & 7) != WIRE_BYTES || tag >> 3 > UINT32_MAX)
        return false;
    const struct fields *fields = fact_fields((enum fact_kind)(tag >> 3));
    if (!fields || !bytes_take(&payload, &body) || payload.size != 0)
        return false;
    out->kind = (enum fact_kind)(tag >> 3);
    out->time_ms = (int64_t)time;
    return fields_decode(fields, body, arena, &out->as) && columns_agree(out);
}

/* ---- Lists of facts ---------------------------------------------------------------------- */

struct fact *facts_add(struct facts *facts, enum fact_kind kind, int64_t time_ms)
{
    if (facts->count == facts->room) {
        /* The old list stays in the arena: at most as much again. */
        uint32_t room = facts->room ? facts->room * 2 : 16;
        struct fact *items = arena_array(&facts->arena, room, sizeof(*items));
        if (facts->count > 0)
            memcpy(items, facts->items, facts->count * sizeof(*items));
        facts->items = items;
        facts->room = room;
    }
    struct fact *fact = &facts->items[facts->count++];
    *fact = (struct fact){ .kind = kind, .time_ms = time_ms };
    return fact;
}

enum status facts_refuse(struct facts *facts, enum status status, const char *field,
                         const char *format, ...)
{
    assert(status != STATUS_OK);
    facts->count = 0;
    facts->refusal.status = status;
    snprintf(facts->refusal.field, sizeof(facts->refusal.field), "%s", field ? field : "");
    va_list args;
    va_start(args, format);
    vsnprintf(facts->refusal.message, sizeof(facts->refusal.message), format, args);
    va_end(args);
    return status;
}

void facts_reset(struct facts *facts)
{
    arena_reset(&facts->arena);
    facts->items = NULL;
    facts->count = 0;
    facts->room = 0;
    facts->refusal = (struct refusal){ 0 };
    facts->scan = (struct scan){ 0 };
}

void facts_fini(struct facts *facts)
{
    arena_fini(&facts->arena);
    *facts = (struct facts){ 0 };
}
