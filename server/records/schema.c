#include "server/records/rows.h"

#define ROW(member, number, kind) FIELD(struct ROW_OF, member, number, kind)

#define ROW_OF venue_record
static const struct field venue_rows[] = {
    ROW(number, 1, U32),       ROW(id, 2, TEXT),         ROW(name, 3, TEXT),
    ROW(imported_seq, 4, U64), ROW(imported_ms, 5, I64), ROW(zones, 6, U32),
    ROW(blocks, 7, U32),       ROW(openings, 8, U32),    ROW(gates, 9, U32),
    ROW(facilities, 10, U32),  ROW(links, 11, U32),      ROW(sources, 12, U32),
    ROW(events, 13, U32),      ROW(vouchers, 14, U32),
};
#undef ROW_OF
#define ROW_OF zone_record
static const struct field zone_rows[] = {
    ROW(zone, 1, U32),    ROW(id, 2, TEXT),      ROW(name, 3, TEXT),
    ROW(kind, 4, TEXT),   ROW(level, 5, I32),    ROW(level_to, 6, I32),
    ROW(rise_cm, 7, U32), ROW(area_dm2, 8, U32), ROW(capacity_people, 9, U32),
    ROW(x_cm, 10, I32),   ROW(y_cm, 11, I32),
};
#undef ROW_OF
#define ROW_OF block_record
static const struct field block_rows[] = {
    ROW(block, 1, U32), ROW(id, 2, TEXT),   ROW(name, 3, TEXT), ROW(stand, 4, TEXT),
    ROW(level, 5, I32), ROW(seats, 6, U32), ROW(x_cm, 7, I32),  ROW(y_cm, 8, I32),
};
#undef ROW_OF
#define ROW_OF gate_record
static const struct field gate_rows[] = {
    ROW(gate, 1, U32),        ROW(id, 2, TEXT),          ROW(name, 3, TEXT),
    ROW(zone_inside, 4, U32), ROW(zone_outside, 5, U32), ROW(width_cm, 6, U32),
    ROW(level, 7, I32),       ROW(turnstiles, 8, U32),   ROW(mode, 9, TEXT),
    ROW(reason, 10, TEXT),    ROW(set_ms, 11, I64),      ROW(version, 12, U64),
};
#undef ROW_OF
#define ROW_OF facility_record
static const struct field facility_rows[] = {
    ROW(facility, 1, U32), ROW(id, 2, TEXT),     ROW(name, 3, TEXT),      ROW(kind, 4, TEXT),
    ROW(zone, 5, U32),     ROW(servers, 6, U32), ROW(service_ms, 7, U32), ROW(level, 8, I32),
};
#undef ROW_OF
#define ROW_OF source_record
static const struct field source_rows[] = {
    ROW(source, 1, U32),  ROW(name, 2, TEXT),         ROW(first_ms, 3, I64),
    ROW(last_ms, 4, I64), ROW(last_sequence, 5, U64),
};
#undef ROW_OF
#define ROW_OF phase_change_record
static const struct field phase_change_rows[] = {
    ROW(seq, 1, U64),        ROW(at_ms, 2, I64),   ROW(kind, 3, TEXT),       ROW(label, 4, TEXT),
    ROW(started_ms, 5, I64), ROW(ends_ms, 6, I64), ROW(next_label, 7, TEXT),
};
#undef ROW_OF
#define ROW_OF phase_block_record
static const struct field phase_block_rows[] = {
    ROW(seq, 1, U64),
    ROW(block, 2, U32),
};
#undef ROW_OF
#define ROW_OF gate_change_record
static const struct field gate_change_rows[] = {
    ROW(seq, 1, U64),   ROW(at_ms, 2, I64),   ROW(gate, 3, U32),
    ROW(mode, 4, TEXT), ROW(reason, 5, TEXT),
};
#undef ROW_OF
#define ROW_OF alarm_record
static const struct field alarm_rows[] = {
    ROW(number, 1, U32),
    ROW(kind, 2, TEXT),
    ROW(priority, 3, TEXT),
    ROW(subject, 4, U32),
    ROW(since_ms, 5, I64),
    ROW(raised_ms, 6, I64),
    ROW(escalated_ms, 7, I64),
    ROW(cleared_ms, 8, I64),
    ROW(acknowledged_ms, 9, I64),
    ROW(acknowledged_by, 10, TEXT),
    ROW(shelved_until_ms, 11, I64),
    ROW(shelved_by, 12, TEXT),
    ROW(shelved_reason, 13, TEXT),
    ROW(version, 14, U64),
};
#undef ROW_OF
#define ROW_OF alarm_change_record
static const struct field alarm_change_rows[] = {
    ROW(seq, 1, U64),       ROW(at_ms, 2, I64),   ROW(number, 3, U32),  ROW(change, 4, TEXT),
    ROW(priority, 5, TEXT), ROW(caller, 6, TEXT), ROW(reason, 7, TEXT),
};
#undef ROW_OF
#define ROW_OF plan_record
static const struct field plan_rows[] = {
    ROW(wanted, 1, U32),  ROW(reason, 2, TEXT), ROW(wanted_ms, 3, I64), ROW(answered_ms, 4, I64),
    ROW(answer, 5, TEXT), ROW(number, 6, U32),  ROW(splits, 7, U32),    ROW(clearance_s, 8, U32),
};
#undef ROW_OF

#define ROW_OF event_record
static const struct field event_rows[] = {
    ROW(event, 1, U32),           ROW(id, 2, TEXT),         ROW(title, 3, TEXT),
    ROW(state, 4, TEXT),          ROW(starts_ms, 5, I64),   ROW(ends_ms, 6, I64),
    ROW(doors_ms, 7, I64),        ROW(currency, 8, TEXT),   ROW(hold_ttl_s, 9, U32),
    ROW(cancel_reason, 10, TEXT), ROW(created_ms, 11, I64), ROW(organiser, 12, TEXT),
    ROW(cancelled_by, 13, TEXT),  ROW(series_id, 14, TEXT), ROW(city, 15, TEXT),
    ROW(kind, 16, TEXT),          ROW(types, 17, U32),      ROW(quotas, 18, U32),
    ROW(version, 19, U64),
};
#undef ROW_OF
#define ROW_OF event_text_record
static const struct field event_text_rows[] = {
    ROW(event, 1, U32),
    ROW(description, 2, TEXT),
};
#undef ROW_OF
#define ROW_OF ticket_type_record
static const struct field ticket_type_rows[] = {
    ROW(event, 1, U32),           ROW(type, 2, U32),          ROW(name, 3, TEXT),
    ROW(general, 4, U32),         ROW(rule, 5, TEXT),         ROW(sale_from_ms, 6, I64),
    ROW(sale_until_ms, 7, I64),   ROW(min_per_order, 8, U32), ROW(max_per_order, 9, U32),
    ROW(max_per_person, 10, U32), ROW(hidden, 11, U32),       ROW(tax_milli_percent, 12, U32),
    ROW(tax_included, 13, U32),   ROW(fee_minor, 14, U32),    ROW(fee_milli_percent, 15, U32),
    ROW(quotas, 16, U32),         ROW(version, 17, U64),      ROW(max_per_means, 18, U32),
};
#undef ROW_OF
#define ROW_OF ticket_price_record
static const struct field ticket_price_rows[] = {
    ROW(event, 1, U32),
    ROW(type, 2, U32),
    ROW(category, 3, U32),
    ROW(price_minor, 4, U32),
};
#undef ROW_OF
#define ROW_OF quota_record
static const struct field quota_rows[] = {
    ROW(event, 1, U32),    ROW(quota, 2, U32),   ROW(name, 3, TEXT),
    ROW(capacity, 4, U32), ROW(version, 5, U64),
};
#undef ROW_OF
#define ROW_OF voucher_record
static const struct field voucher_rows[] = {
    ROW(event, 1, U32),     ROW(code, 2, TEXT),       ROW(number, 3, U32),
    ROW(effect, 4, TEXT),   ROW(value_minor, 5, U32), ROW(percent_milli, 6, U32),
    ROW(types, 7, U32),     ROW(uses, 8, U32),        ROW(from_ms, 9, I64),
    ROW(until_ms, 10, I64), ROW(reserve, 11, U32),    ROW(version, 12, U64),
};
#undef ROW_OF
#define ROW_OF price_category_record
static const struct field price_category_rows[] = {
    ROW(event, 1, U32),
    ROW(category, 2, U32),
    ROW(name, 3, TEXT),
    ROW(price_minor, 4, U32),
};
#undef ROW_OF
#define ROW_OF event_block_record
static const struct field event_block_rows[] = {
    ROW(event, 1, U32),
    ROW(block, 2, U32),
    ROW(category, 3, U32),
};
#undef ROW_OF
#define ROW_OF seat_record
static const struct field seat_rows[] = {
    ROW(event, 1, U32),    ROW(seat, 2, U32),    ROW(state, 3, TEXT),
    ROW(hold_id, 4, TEXT), ROW(version, 5, U64),
};
#undef ROW_OF
#define ROW_OF seat_hold_record
static const struct field seat_hold_rows[] = {
    ROW(id, 1, TEXT),
    ROW(event, 2, U32),
    ROW(person, 3, TEXT),
    ROW(state, 4, TEXT),
    ROW(seats, 5, U32),
    ROW(voucher, 6, U32),
    ROW(extensions, 7, U32),
    ROW(held_ms, 8, I64),
    ROW(expires_ms, 9, I64),
    ROW(ended_ms, 10, I64),
    ROW(version, 11, U64),
    ROW(resale_ticket, 12, U32),
    ROW(buyer_tax_id, 13, TEXT),
};
#undef ROW_OF
#define ROW_OF hold_line_record
static const struct field hold_line_rows[] = {
    ROW(hold_id, 1, TEXT),    ROW(position, 2, U32),    ROW(seat, 3, U32),
    ROW(ticket_type, 4, U32), ROW(price_minor, 5, U32), ROW(fee_minor, 6, U32),
    ROW(tax_minor, 7, U32),   ROW(total_minor, 8, U32), ROW(voucher, 9, U32),
    ROW(removed, 10, U32),    ROW(addon_to, 11, U32),   ROW(bundled, 12, U32),
};
#undef ROW_OF
#define ROW_OF hold_slot_record
static const struct field hold_slot_rows[] = {
    ROW(slot, 1, U32),
    ROW(hold_id, 2, TEXT),
};
#undef ROW_OF
#define ROW_OF order_record
static const struct field order_rows[] = {
    ROW(number, 1, U32),
    ROW(id, 2, TEXT),
    ROW(event, 3, U32),
    ROW(hold_id, 4, TEXT),
    ROW(person, 5, TEXT),
    ROW(state, 6, TEXT),
    ROW(total_minor, 7, I64),
    ROW(placed_ms, 8, I64),
    ROW(first_ticket, 9, U32),
    ROW(tickets, 10, U32),
    ROW(version, 11, U64),
    ROW(tender, 12, TEXT),
    ROW(live_minor, 13, I64),
    ROW(tax_minor, 14, I64),
    ROW(fee_minor, 15, I64),
    ROW(captured_minor, 16, I64),
    ROW(refunded_minor, 17, I64),
    ROW(refunding_minor, 18, I64),
    ROW(kept_minor, 19, I64),
    ROW(expires_ms, 20, I64),
    ROW(exchange_hold_id, 21, TEXT),
    ROW(buyer_tax_id, 22, TEXT),
};
#undef ROW_OF
#define ROW_OF payment_record
static const struct field payment_rows[] = {
    ROW(number, 1, U32),       ROW(kind, 2, TEXT),      ROW(order_number, 3, U32),
    ROW(amount_minor, 4, I64), ROW(wanted_ms, 5, I64),  ROW(settled_ms, 6, I64),
    ROW(outcome, 7, TEXT),     ROW(reference, 8, TEXT), ROW(attempts, 9, U32),
    ROW(ask_ms, 10, I64),
};
#undef ROW_OF
#define ROW_OF ledger_entry_record
static const struct field ledger_entry_rows[] = {
    ROW(seq, 1, U64),          ROW(position, 2, U32),     ROW(at_ms, 3, I64),
    ROW(event, 4, U32),        ROW(order_number, 5, U32), ROW(account, 6, TEXT),
    ROW(amount_minor, 7, I64), ROW(settlement, 8, U32),
};
#undef ROW_OF
#define ROW_OF settlement_record
static const struct field settlement_rows[] = {
    ROW(settlement, 1, U32),   ROW(event, 2, U32),        ROW(number, 3, U32),
    ROW(account, 4, TEXT),     ROW(amount_minor, 5, I64), ROW(fee_minor, 6, I64),
    ROW(settled_ms, 7, I64),   ROW(reference, 8, TEXT),   ROW(recorded_by, 9, TEXT),
    ROW(recorded_ms, 10, I64), ROW(voided_ms, 11, I64),   ROW(voided_for, 12, TEXT),
    ROW(version, 13, U64),
};
#undef ROW_OF
#define ROW_OF event_terms_record
static const struct field event_terms_rows[] = {
    ROW(event, 1, U32),
    ROW(tiers, 2, U32),
    ROW(fee_min_minor, 3, U32),
    ROW(fee_max_minor, 4, U32),
    ROW(keeps_booking_fee, 5, U32),
    ROW(approval_required, 6, U32),
    ROW(payment_ttl_s, 7, U32),
    ROW(approval_ttl_s, 8, U32),
    ROW(version, 9, U64),
    ROW(tax_country, 10, TEXT),
};
#undef ROW_OF
#define ROW_OF cancellation_tier_record
static const struct field cancellation_tier_rows[] = {
    ROW(event, 1, U32),  ROW(position, 2, U32),  ROW(ticket_type, 3, U32), ROW(notice_s, 4, U32),
    ROW(fee_bp, 5, U32), ROW(fee_minor, 6, U32), ROW(withholds, 7, U32),
};
#undef ROW_OF
#define ROW_OF ticket_record
static const struct field ticket_rows[] = {
    ROW(number, 1, U32),        ROW(id, 2, TEXT),         ROW(event, 3, U32),
    ROW(order_number, 4, U32),  ROW(seat, 5, U32),        ROW(state, 6, TEXT),
    ROW(holder, 7, TEXT),       ROW(blocked, 8, U32),     ROW(blocked_reason, 9, TEXT),
    ROW(ticket_type, 10, U32),  ROW(generation, 11, U32), ROW(issued_ms, 12, I64),
    ROW(admitted_ms, 13, I64),  ROW(gate, 14, U32),       ROW(version, 15, U64),
    ROW(refund_minor, 16, I64),
};
#undef ROW_OF
#define ROW_OF admission_record
static const struct field admission_rows[] = {
    ROW(seq, 1, U64),      ROW(at_ms, 2, I64),       ROW(gate, 3, U32), ROW(ticket_id, 4, TEXT),
    ROW(result, 5, TEXT),  ROW(direction, 6, TEXT),  ROW(list, 7, U32), ROW(forced, 8, U32),
    ROW(scanner, 9, TEXT), ROW(scanned_ms, 10, I64),
};
#undef ROW_OF
#define ROW_OF door_rule_record
static const struct field door_rule_rows[] = {
    ROW(event, 1, U32),   ROW(sealed_s, 2, U32), ROW(transfers, 3, U32),
    ROW(reentry, 4, U32), ROW(offline, 5, TEXT), ROW(version, 6, U64),
};
#undef ROW_OF
#define ROW_OF checkin_list_record
static const struct field checkin_list_rows[] = {
    ROW(event, 1, U32),     ROW(number, 2, U32),      ROW(name, 3, TEXT),    ROW(blocks, 4, U32),
    ROW(gates, 5, U32),     ROW(from_ms, 6, I64),     ROW(until_ms, 7, I64), ROW(reentry, 8, U32),
    ROW(checks_id, 9, U32), ROW(codes_only, 10, U32), ROW(version, 11, U64),
};
#undef ROW_OF
#define ROW_OF scan_conflict_record
static const struct field scan_conflict_rows[] = {
    ROW(seq, 1, U64),        ROW(at_ms, 2, I64),    ROW(scanned_ms, 3, I64),
    ROW(ticket_id, 4, TEXT), ROW(list, 5, U32),     ROW(gate, 6, U32),
    ROW(result, 7, TEXT),    ROW(scanner, 8, TEXT), ROW(first_gate, 9, U32),
    ROW(first_ms, 10, I64),
};
#undef ROW_OF
#define ROW_OF medium_record
static const struct field medium_rows[] = {
    ROW(medium, 1, U32),  ROW(name, 2, TEXT),      ROW(ticket_id, 3, TEXT),  ROW(blocked, 4, U32),
    ROW(reason, 5, TEXT), ROW(changed_ms, 6, I64), ROW(changed_by, 7, TEXT), ROW(version, 8, U64),
};
#undef ROW_OF
#define ROW_OF scanner_record
static const struct field scanner_rows[] = {
    ROW(number, 1, U32),
    ROW(name, 2, TEXT),
    ROW(last_sequence, 3, U64),
    ROW(last_ms, 4, I64),
};
#undef ROW_OF

#define ROW_OF participant_record
static const struct field participant_rows[] = {
    ROW(number, 1, U32), ROW(id, 2, TEXT),     ROW(event, 3, U32),     ROW(person, 4, TEXT),
    ROW(state, 5, TEXT), ROW(reason, 6, TEXT), ROW(joined_ms, 7, I64), ROW(version, 8, U64),
};
#undef ROW_OF
#define ROW_OF ban_record
static const struct field ban_rows[] = {
    ROW(number, 1, U32),   ROW(event, 2, U32),   ROW(person, 3, TEXT), ROW(banned_ms, 4, I64),
    ROW(until_ms, 5, I64), ROW(reason, 6, TEXT), ROW(version, 7, U64),
};
#undef ROW_OF
#define ROW_OF event_resale_record
static const struct field event_resale_rows[] = {
    ROW(event, 1, U32),
    ROW(cap_percent, 2, U32),
    ROW(fee_bp, 3, U32),
    ROW(version, 4, U64),
};
#undef ROW_OF
#define ROW_OF listing_record
static const struct field listing_rows[] = {
    ROW(ticket, 1, U32),      ROW(event, 2, U32),     ROW(seller, 3, TEXT),  ROW(state, 4, TEXT),
    ROW(price_minor, 5, U32), ROW(listed_ms, 6, I64), ROW(ended_ms, 7, I64), ROW(version, 8, U64),
};
#undef ROW_OF
#define ROW_OF addon_record
static const struct field addon_rows[] = {
    ROW(event, 1, U32),          ROW(ticket_type, 2, U32),    ROW(goes_with, 3, U32),
    ROW(min_per_ticket, 4, U32), ROW(max_per_ticket, 5, U32), ROW(version, 6, U64),
};
#undef ROW_OF
#define ROW_OF bundle_item_record
static const struct field bundle_item_rows[] = {
    ROW(event, 1, U32), ROW(ticket_type, 2, U32), ROW(position, 3, U32),
    ROW(addon, 4, U32), ROW(pieces, 5, U32),      ROW(price_minor, 6, U32),
};
#undef ROW_OF
#define ROW_OF question_record
static const struct field question_rows[] = {
    ROW(event, 1, U32),     ROW(number, 2, U32),   ROW(text, 3, TEXT),      ROW(kind, 4, TEXT),
    ROW(choices, 5, U32),   ROW(required, 6, U32), ROW(per_ticket, 7, U32), ROW(types, 8, U32),
    ROW(withdrawn, 9, U32), ROW(version, 10, U64),
};
#undef ROW_OF
#define ROW_OF answer_record
static const struct field answer_rows[] = {
    ROW(order_number, 1, U32),
    ROW(question, 2, U32),
    ROW(line, 3, U32),
    ROW(value, 4, U32),
};
#undef ROW_OF
#define ROW_OF allocation_record
static const struct field allocation_rows[] = {
    ROW(event, 1, U32),      ROW(number, 2, U32),   ROW(name, 3, TEXT),   ROW(ranges, 4, U32),
    ROW(release_ms, 5, I64), ROW(released, 6, U32), ROW(version, 7, U64),
};
#undef ROW_OF
#define ROW_OF allocation_range_record
static const struct field allocation_range_rows[] = {
    ROW(event, 1, U32),      ROW(number, 2, U32), ROW(position, 3, U32),
    ROW(first_seat, 4, U32), ROW(seats, 5, U32),
};
#undef ROW_OF
#define ROW_OF wait_record
static const struct field wait_rows[] = {
    ROW(number, 1, U32),     ROW(id, 2, TEXT),       ROW(event, 3, U32),    ROW(type, 4, U32),
    ROW(party, 5, U32),      ROW(person, 6, TEXT),   ROW(state, 7, TEXT),   ROW(asked_ms, 8, I64),
    ROW(offered_ms, 9, I64), ROW(hold_id, 10, TEXT), ROW(version, 11, U64),
};
#undef ROW_OF
#define ROW_OF waiting_room_record
static const struct field waiting_room_rows[] = {
    ROW(event, 1, U32),     ROW(mode, 2, TEXT),           ROW(opens_ms, 3, I64),
    ROW(drawn_ms, 4, I64),  ROW(rate_per_minute, 5, U32), ROW(max_active, 6, U32),
    ROW(entered, 7, U32),   ROW(drawn, 8, U32),           ROW(served, 9, U32),
    ROW(admitted, 10, U32), ROW(version, 11, U64),
};
#undef ROW_OF
#define ROW_OF waiter_record
static const struct field waiter_rows[] = {
    ROW(event, 1, U32),  ROW(entry, 2, U32),      ROW(person, 3, TEXT),
    ROW(state, 4, TEXT), ROW(entered_ms, 5, I64), ROW(changed_ms, 6, I64),
};
#undef ROW_OF

#define TABLE(name)                                                                                \
    static const struct fields name##_fields = FIELDS(#name, struct name##_record, name##_rows)
TABLE(participant);
TABLE(ban);
TABLE(wait);
TABLE(waiting_room);
TABLE(waiter);
TABLE(venue);
TABLE(zone);
TABLE(block);
TABLE(gate);
TABLE(facility);
TABLE(source);
TABLE(phase_change);
TABLE(phase_block);
TABLE(gate_change);
TABLE(alarm);
TABLE(alarm_change);
TABLE(plan);
TABLE(event);
TABLE(price_category);
TABLE(event_block);
TABLE(seat);
TABLE(seat_hold);
TABLE(hold_line);
TABLE(hold_slot);
TABLE(payment);
TABLE(ledger_entry);
TABLE(settlement);
TABLE(event_terms);
TABLE(cancellation_tier);
TABLE(ticket);
TABLE(admission);
TABLE(door_rule);
TABLE(checkin_list);
TABLE(scan_conflict);
TABLE(scanner);
TABLE(medium);
TABLE(event_text);
TABLE(event_resale);
TABLE(listing);
TABLE(addon);
TABLE(bundle_item);
TABLE(question);
TABLE(answer);
TABLE(allocation);
TABLE(allocation_range);
TABLE(ticket_type);
TABLE(ticket_price);
TABLE(quota);
TABLE(voucher);
/* SQL keeps the word "order" for itself. */
static const struct fields order_fields = FIELDS("order_", struct order_record, order_rows);

static const struct records_table tables[] = {
    [RECORDS_VENUE] = { &venue_fields, 1, NULL },
    [RECORDS_ZONE] = { &zone_fields, 1, NULL },
    [RECORDS_BLOCK] = { &block_fields, 1, NULL },
    [RECORDS_GATE] = { &gate_fields, 1, NULL },
    [RECORDS_FACILITY] = { &facility_fields, 1, NULL },
    [RECORDS_SOURCE] = { &source_fields, 1, NULL },
    [RECORDS_PHASE_CHANGE] = { &phase_change_fields, 1, NULL },
    [RECORDS_PHASE_BLOCK] = { &phase_block_fields, 2, NULL },
    [RECORDS_GATE_CHANGE] = { &gate_change_fields, 1, "gate" },
    [RECORDS_ALARM] = { &alarm_fields, 1, NULL },
    [RECORDS_ALARM_CHANGE] = { &alarm_change_fields, 1, "number" },
    [RECORDS_PLAN] = { &plan_fields, 1, NULL },
    [RECORDS_EVENT] = { &event_fields, 1, NULL },
    [RECORDS_PRICE_CATEGORY] = { &price_category_fields, 2, NULL },
    [RECORDS_EVENT_BLOCK] = { &event_block_fields, 2, NULL },
    [RECORDS_SEAT] = { &seat_fields, 2, NULL },
    [RECORDS_SEAT_HOLD] = { &seat_hold_fields, 1, "person" },
    [RECORDS_HOLD_LINE] = { &hold_line_fields, 2, NULL },
    [RECORDS_HOLD_SLOT] = { &hold_slot_fields, 1, NULL },
    [RECORDS_ORDER] = { &order_fields, 1, "id" },
    [RECORDS_PAYMENT] = { &payment_fields, 1, "order_number" },
    [RECORDS_LEDGER_ENTRY] = { &ledger_entry_fields, 2, "order_number" },
    [RECORDS_SETTLEMENT] = { &settlement_fields, 1, NULL },
    [RECORDS_EVENT_TERMS] = { &event_terms_fields, 1, NULL },
    [RECORDS_CANCELLATION_TIER] = { &cancellation_tier_fields, 2, NULL },
    [RECORDS_TICKET] = { &ticket_fields, 1, "id" },
    [RECORDS_ADMISSION] = { &admission_fields, 1, "ticket_id" },
    [RECORDS_DOOR_RULE] = { &door_rule_fields, 1, NULL },
    [RECORDS_CHECKIN_LIST] = { &checkin_list_fields, 2, NULL },
    [RECORDS_SCAN_CONFLICT] = { &scan_conflict_fields, 1, "ticket_id" },
    [RECORDS_SCANNER] = { &scanner_fields, 1, NULL },
    [RECORDS_EVENT_TEXT] = { &event_text_fields, 1, NULL },
    [RECORDS_TICKET_TYPE] = { &ticket_type_fields, 2, NULL },
    [RECORDS_TICKET_PRICE] = { &ticket_price_fields, 3, NULL },
    [RECORDS_QUOTA] = { &quota_fields, 2, NULL },
    [RECORDS_VOUCHER] = { &voucher_fields, 2, "number" },
    [RECORDS_PARTICIPANT] = { &participant_fields, 1, "person" },
    [RECORDS_BAN] = { &ban_fields, 1, NULL },
    [RECORDS_WAIT] = { &wait_fields, 1, "person" },
    [RECORDS_WAITING_ROOM] = { &waiting_room_fields, 1, NULL },
    [RECORDS_WAITER] = { &waiter_fields, 2, "person" },
    [RECORDS_EVENT_RESALE] = { &event_resale_fields, 1, NULL },
    [RECORDS_LISTING] = { &listing_fields, 1, NULL },
    [RECORDS_ADDON] = { &addon_fields, 2, NULL },
    [RECORDS_BUNDLE_ITEM] = { &bundle_item_fields, 3, NULL },
    [RECORDS_QUESTION] = { &question_fields, 2, NULL },
    [RECORDS_ANSWER] = { &answer_fields, 3, NULL },
    [RECORDS_ALLOCATION] = { &allocation_fields, 2, NULL },
    [RECORDS_ALLOCATION_RANGE] = { &allocation_range_fields, 3, NULL },
    [RECORDS_MEDIUM] = { &medium_fields, 1, "ticket_id" },
};

const struct records_schema records_schema = { tables, RECORDS_TABLES };
