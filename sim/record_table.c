#include "sim/record_table.h"

#include <stddef.h>

#define AT(type, member)   offsetof(struct type, member)
#define ROOM(type, member) sizeof(((struct type *)0)->member)
#define TABLE(name)                                                                                \
    {                                                                                              \
        sizeof(struct name), name##_fields, sizeof name##_fields / sizeof name##_fields[0]         \
    }

static const struct record_field record_zone_fields[] = {
    { "id", TEXT, AT(record_zone, id), .room = ROOM(record_zone, id) },
    { "name", TEXT, AT(record_zone, name), .room = ROOM(record_zone, name) },
    { "kind", WHOLE, AT(record_zone, kind), 0, NULL },
    { "level", SIGNED, AT(record_zone, level), 0, NULL },
    { "area_m2", NUMBER, AT(record_zone, area_m2), 0, NULL },
    { "outline_cm", SERIES, AT(record_zone, outline), 0, NULL },
    { "density_centi", SERIES, AT(record_zone, density), 0, NULL },
    { "peak_density", NUMBER, AT(record_zone, peak_density), 0, NULL },
};
static const struct record_field record_block_fields[] = {
    { "id", TEXT, AT(record_block, id), .room = ROOM(record_block, id) },
    { "level", SIGNED, AT(record_block, level), 0, NULL },
    { "outline_cm", SERIES, AT(record_block, outline), 0, NULL },
};
static const struct record_field record_gate_fields[] = {
    { "id", TEXT, AT(record_gate, id), .room = ROOM(record_gate, id) },
    { "name", TEXT, AT(record_gate, name), .room = ROOM(record_gate, name) },
    { "level", SIGNED, AT(record_gate, level), 0, NULL },
    { "line_cm", SERIES, AT(record_gate, line), 0, NULL },
    { "people_out", WHOLE, AT(record_gate, people_out), 0, NULL },
    { "people_in", WHOLE, AT(record_gate, people_in), 0, NULL },
    { "longest_queue", WHOLE, AT(record_gate, longest_queue), 0, NULL },
    { "longest_wait_s", NUMBER, AT(record_gate, longest_wait_s), 0, NULL },
    { "last_out_s", NUMBER, AT(record_gate, last_out_s), 0, NULL },
    { "last_in_s", NUMBER, AT(record_gate, last_in_s), 0, NULL },
    { "closed_from_s", NUMBER, AT(record_gate, closed_from_s), 0, NULL },
    { "closed_to_s", NUMBER, AT(record_gate, closed_to_s), 0, NULL },
    { "out", SERIES, AT(record_gate, out), 0, NULL },
    { "in", SERIES, AT(record_gate, in), 0, NULL },
    { "queue", SERIES, AT(record_gate, queue), 0, NULL },
};
static const struct record_field record_door_fields[] = {
    { "id", TEXT, AT(record_door, id), .room = ROOM(record_door, id) },
    { "from", TEXT, AT(record_door, from), .room = ROOM(record_door, from) },
    { "to", TEXT, AT(record_door, to), .room = ROOM(record_door, to) },
    { "level", SIGNED, AT(record_door, level), 0, NULL },
    { "stepped", FLAG, AT(record_door, stepped), 0, NULL },
    { "width_m", NUMBER, AT(record_door, width_m), 0, NULL },
    { "code_ppm", NUMBER, AT(record_door, code_ppm), 0, NULL },
    { "busiest_10s", WHOLE, AT(record_door, busiest_10s), 0, NULL },
    { "passed", SERIES, AT(record_door, passed), 0, NULL },
};
static const struct record_field record_assumption_fields[] = {
    { "label", TEXT, AT(record_assumption, label), .room = ROOM(record_assumption, label) },
    { "text", TEXT, AT(record_assumption, text), .room = ROOM(record_assumption, text) },
};
static const struct record_field record_load_fields[] = {
    { "level", SIGNED, AT(record_load, level), 0, NULL },
    { "x0_m", NUMBER, AT(record_load, x0_m), 0, NULL },
    { "y0_m", NUMBER, AT(record_load, y0_m), 0, NULL },
    { "columns", WHOLE, AT(record_load, columns), 0, NULL },
    { "rows", WHOLE, AT(record_load, rows), 0, NULL },
    { "peak_centi", SERIES, AT(record_load, peak), 0, NULL },
    { "above_2_s", SERIES, AT(record_load, above_2), 0, NULL },
    { "above_4_s", SERIES, AT(record_load, above_4), 0, NULL },
    { "peak_p_m2", NUMBER, AT(record_load, peak_p_m2), 0, NULL },
    { "peak_s", NUMBER, AT(record_load, peak_s), 0, NULL },
    { "peak_x_m", NUMBER, AT(record_load, peak_x_m), 0, NULL },
    { "peak_y_m", NUMBER, AT(record_load, peak_y_m), 0, NULL },
    { "floor_above_2_m2", NUMBER, AT(record_load, floor_above_2_m2), 0, NULL },
    { "floor_above_4_m2", NUMBER, AT(record_load, floor_above_4_m2), 0, NULL },
    { "congested_m2", NUMBER, AT(record_load, congested_m2), 0, NULL },
};
static const struct record_field record_facility_fields[] = {
    { "id", TEXT, AT(record_facility, id), .room = ROOM(record_facility, id) },
    { "name", TEXT, AT(record_facility, name), .room = ROOM(record_facility, name) },
    { "kind", WHOLE, AT(record_facility, kind), 0, NULL },
    { "level", SIGNED, AT(record_facility, level), 0, NULL },
    { "front_cm", SERIES, AT(record_facility, front), 0, NULL },
    { "served", WHOLE, AT(record_facility, served), 0, NULL },
    { "longest_queue", WHOLE, AT(record_facility, longest_queue), 0, NULL },
    { "longest_wait_s", NUMBER, AT(record_facility, longest_wait_s), 0, NULL },
    { "queue", SERIES, AT(record_facility, queue), 0, NULL },
};
static const struct record_field record_level_fields[] = {
    { "level", SIGNED, AT(record_level, level), 0, NULL },
    { "x0_m", NUMBER, AT(record_level, x0_m), 0, NULL },
    { "y0_m", NUMBER, AT(record_level, y0_m), 0, NULL },
    { "columns", WHOLE, AT(record_level, columns), 0, NULL },
    { "rows", WHOLE, AT(record_level, rows), 0, NULL },
    { "floor_centi_m2", SERIES, AT(record_level, floor), 0, NULL },
    { "service", SERIES, AT(record_level, service), 0, NULL },
};
static const struct record_field record_map_fields[] = {
    { "grid", WHOLE, AT(record_map, grid), 0, NULL },
    { "from_s", NUMBER, AT(record_map, from_s), 0, NULL },
    { "to_s", NUMBER, AT(record_map, to_s), 0, NULL },
    { "worst", FLAG, AT(record_map, worst), 0, NULL },
    { "peak", NUMBER, AT(record_map, peak), 0, NULL },
    { "cells_centi", SERIES, AT(record_map, cells), 0, NULL },
};
static const struct record_table zone_table = TABLE(record_zone);
static const struct record_table block_table = TABLE(record_block);
static const struct record_table gate_table = TABLE(record_gate);
static const struct record_table facility_table = TABLE(record_facility);
static const struct record_table level_table = TABLE(record_level);
static const struct record_table map_table = TABLE(record_map);
static const struct record_table door_table = TABLE(record_door);
static const struct record_table load_table = TABLE(record_load);
static const struct record_table assumption_table = TABLE(record_assumption);

static const struct record_field record_fields[] = {
    { "tifo", TEXT, AT(record, version), .room = ROOM(record, version) },
    { "scenario", TEXT, AT(record, scenario), .room = ROOM(record, scenario) },
    { "title", TEXT, AT(record, title), .room = ROOM(record, title) },
    { "venue_id", TEXT, AT(record, venue_id), .room = ROOM(record, venue_id) },
    { "venue", TEXT, AT(record, venue), .room = ROOM(record, venue) },
    { "parameters", TEXT, AT(record, parameters), .room = ROOM(record, parameters) },
    { "design", TEXT, AT(record, design), .room = ROOM(record, design) },
    { "start_unix_s", NUMBER, AT(record, start_unix_s), 0, NULL },
    { "duration_s", NUMBER, AT(record, duration_s), 0, NULL },
    { "clock_zero_s", NUMBER, AT(record, clock_zero_s), 0, NULL },
    { "deadline_s", NUMBER, AT(record, deadline_s), 0, NULL },
    { "seed", NUMBER, AT(record, seed), 0, NULL },
    { "occupancy", NUMBER, AT(record, occupancy), 0, NULL },
    { "compliance", NUMBER, AT(record, compliance), 0, NULL },
    { "nearest_gate", NUMBER, AT(record, nearest_gate), 0, NULL },
    { "reporting", NUMBER, AT(record, reporting), 0, NULL },
    { "occasion", WHOLE, AT(record, occasion), 0, NULL },
    { "returns", FLAG, AT(record, returns), 0, NULL },
    { "arrives", FLAG, AT(record, arrives), 0, NULL },
    { "tickets", FLAG, AT(record, tickets), 0, NULL },
    { "with_server", FLAG, AT(record, with_server), 0, NULL },
    { "guided", FLAG, AT(record, guided), 0, NULL },
    { "people", WHOLE, AT(record, people), 0, NULL },
    { "travellers", WHOLE, AT(record, travellers), 0, NULL },
    { "done", WHOLE, AT(record, done), 0, NULL },
    { "followed", WHOLE, AT(record, followed), 0, NULL },
    { "redirected", WHOLE, AT(record, redirected), 0, NULL },
    { "found_shut", WHOLE, AT(record, found_shut), 0, NULL },
    { "gave_up", WHOLE, AT(record, gave_up), 0, NULL },
    { "clearance_s", NUMBER, AT(record, clearance_s), 0, NULL },
    { "stands_left_s", NUMBER, AT(record, stands_left_s), 0, NULL },
    { "late_people", NUMBER, AT(record, late_people), 0, NULL },
    { "peak_density", NUMBER, AT(record, peak_density), 0, NULL },
    { "peak_from_s", NUMBER, AT(record, peak_from_s), 0, NULL },
    { "peak_x_m", NUMBER, AT(record, peak_x_m), 0, NULL },
    { "peak_y_m", NUMBER, AT(record, peak_y_m), 0, NULL },
    { "peak_level", SIGNED, AT(record, peak_level), 0, NULL },
    { "person_minutes_f", NUMBER, AT(record, person_minutes_f), 0, NULL },
    { "waiting_person_minutes", NUMBER, AT(record, waiting_person_minutes), 0, NULL },
    { "longest_gate_wait_s", NUMBER, AT(record, longest_gate_wait_s), 0, NULL },
    { "longest_facility_wait_s", NUMBER, AT(record, longest_facility_wait_s), 0, NULL },
    { "entry_wait_mean_s", NUMBER, AT(record, entry_wait_mean_s), 0, NULL },
    { "entry_wait_p95_s", NUMBER, AT(record, entry_wait_p95_s), 0, NULL },
    { "all_in_s", NUMBER, AT(record, all_in_s), 0, NULL },
    { "sold", WHOLE, AT(record, sold), 0, NULL },
    { "admitted", WHOLE, AT(record, admitted), 0, NULL },
    { "refused_invalid", WHOLE, AT(record, refused_invalid), 0, NULL },
    { "refused_redeemed", WHOLE, AT(record, refused_redeemed), 0, NULL },
    { "refused_other", WHOLE, AT(record, refused_other), 0, NULL },
    { "hash", HASH, AT(record, hash), 0, NULL },
    { "journal_digest", HASH, AT(record, digest), 0, NULL },
    { "journal_seq", NUMBER, AT(record, journal_seq), 0, NULL },
    { "walkway_person_s", SERIES, AT(record, walkway_person_s), 0, NULL },
    { "stairs_person_s", SERIES, AT(record, stairs_person_s), 0, NULL },
    { "capacity_seats", NUMBER, AT(record, capacity_seats), 0, NULL },
    { "capacity_entry", NUMBER, AT(record, capacity_entry), 0, NULL },
    { "capacity_stands", NUMBER, AT(record, capacity_stands), 0, NULL },
    { "capacity_gates", NUMBER, AT(record, capacity_gates), 0, NULL },
    { "sample_s", NUMBER, AT(record, sample_s), 0, NULL },
    { "map_period_s", NUMBER, AT(record, map_period_s), 0, NULL },
    { "inside", SERIES, AT(record, inside), 0, NULL },
    { "outside", SERIES, AT(record, outside), 0, NULL },
    { "seated", SERIES, AT(record, seated), 0, NULL },
    { "away", SERIES, AT(record, away), 0, NULL },
    { "done_people", SERIES, AT(record, done_people), 0, NULL },
    { "waiting", SERIES, AT(record, waiting), 0, NULL },
    { "pitch_cm", SERIES, AT(record, pitch), 0, NULL },
    { "zones", ROWS, AT(record, zones), .table = &zone_table },
    { "blocks", ROWS, AT(record, blocks), .table = &block_table },
    { "gates", ROWS, AT(record, gates), .table = &gate_table },
    { "facilities", ROWS, AT(record, facilities), .table = &facility_table },
    { "levels", ROWS, AT(record, levels), .table = &level_table },
    { "maps", ROWS, AT(record, maps), .table = &map_table },
    { "doors", ROWS, AT(record, doors), .table = &door_table },
    { "loads", ROWS, AT(record, loads), .table = &load_table },
    { "assumptions", ROWS, AT(record, assumptions), .table = &assumption_table },
};
const struct record_table record_fields_table = TABLE(record);
