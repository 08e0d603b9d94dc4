/*
 * Features that join or serve places: openings, gates, facilities; and the pitch, which does
 * neither.
 */
#include "clients/c/feature_readers.h"

#include "clients/c/json_fields.h"
#include "clients/c/memory.h"

/* One end of `between`: a zone or a block. */
static bool read_end(const struct reader *reader, const struct feature *feature, const json_t *end,
                     uint32_t *place)
{
    const char *id = json_string_value(end);
    if (!id) {
        problem_add(feature->log, &feature->at, "between",
                    "must be a list of two ids of zones or blocks");
        return false;
    }
    bool is_block = json_object_get(reader->blocks, id) != NULL;
    if (!feature_resolve(reader, feature, "between", is_block ? reader->blocks : reader->zones,
                         "zone or block", id, place))
        return false;
    if (is_block)
        *place += (uint32_t)reader->draft->venue->n_zones;
    return true;
}

bool feature_read_opening(struct reader *reader, const struct feature *feature)
{
    struct draft *draft = reader->draft;
    Tifo__V1__Venue *venue = draft->venue;
    const json_t *between = json_object_get(feature->properties, "between");
    uint32_t a = 0, b = 0;
    if (json_array_size(between) != 2) {
        problem_add(feature->log, &feature->at, "between",
                    "%s; give the ids of the two places that it joins, such as [\"L1-N\", \"101\"]",
                    between ? "must be a list of two ids" : "is missing");
        return false;
    }
    bool ok = read_end(reader, feature, json_array_get(between, 0), &a);
    ok &= read_end(reader, feature, json_array_get(between, 1), &b);
    int64_t level = INT32_MIN; /* Only where both places share two levels. */
    struct fields fields = feature_fields(feature);
    ok &= field_whole(&fields, "level", FIELD_OPTIONAL, -20, 100, &level);
    Tifo__V1__Path *line = feature_line(feature, 2, 2);
    if (!ok || !line) {
        if (line)
            tifo__v1__path__free_unpacked(line, NULL);
        return false;
    }
    Tifo__V1__Opening *opening = memory_cleared(1, sizeof(*opening));
    tifo__v1__opening__init(opening);
    opening->opening_id = memory_string(feature->at.id);
    opening->place_a = a;
    opening->place_b = b;
    opening->line = line;
    opening->width_m = path_length_cm(venue_path(line)) / 100;
    opening->level = (int32_t)level;
    draft->opening_at =
        memory_grow(draft->opening_at, venue->n_openings, sizeof(*draft->opening_at));
    draft->opening_at[venue->n_openings] = feature->at;
    venue->openings = memory_grow(venue->openings, venue->n_openings, sizeof(*venue->openings));
    venue->openings[venue->n_openings++] = opening;
    return true;
}

static bool read_gate_rates(const struct fields *fields, Tifo__V1__Gate *gate)
{
    int64_t turnstiles = 0;
    gate->width_m = path_length_cm(venue_path(gate->line)) / 100;
    double most_ppm = FLOW_LEVEL_PPM_PER_M * gate->width_m;
    gate->entry_rate_pph = TURNSTILE_MAX_PPH;
    gate->exit_capacity_ppm = most_ppm;
    bool limited = false;
    bool ok = field_whole(fields, "turnstiles", FIELD_REQUIRED, 0, 1000, &turnstiles);
    ok &= field_number(fields, "entry_rate_pph", FIELD_OPTIONAL, 1, TURNSTILE_MAX_PPH,
                       &gate->entry_rate_pph);
    ok &= field_bool(fields, "exit_limited", FIELD_OPTIONAL, &limited);
    ok &=
        field_number(fields, "exit_capacity_ppm", FIELD_OPTIONAL, 1, 1e6, &gate->exit_capacity_ppm);
    if (ok && gate->exit_capacity_ppm > most_ppm * (1 + 1e-9)) {
        problem_add(
            fields->log, fields->at, "exit_capacity_ppm",
            "%g a minute is more than 82 a minute and metre of width (Green Guide); give at "
            "most %.0f for %.2f m",
            gate->exit_capacity_ppm, most_ppm - 0.5, gate->width_m);
        ok = false;
    }
    gate->turnstiles = (uint32_t)turnstiles;
    gate->exit_limited = limited;
    return ok;
}

bool feature_read_gate(struct reader *reader, const struct feature *feature)
{
    struct fields fields = feature_fields(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Gate *gate = memory_cleared(1, sizeof(*gate));
    tifo__v1__gate__init(gate);
    gate->gate_id = memory_string(feature->at.id);
    bool ok = feature_name(&fields, &gate->name);
    ok &= feature_reference(reader, feature, "inside", reader->zones, "zone", &gate->zone_inside);
    ok &= feature_reference(reader, feature, "outside", reader->zones, "zone", &gate->zone_outside);
    gate->line = feature_line(feature, 2, 2);
    if (!gate->line || !read_gate_rates(&fields, gate) || !ok) {
        tifo__v1__gate__free_unpacked(gate, NULL);
        return false;
    }
    draft->gate_at = memory_grow(draft->gate_at, venue->n_gates, sizeof(*draft->gate_at));
    draft->gate_at[venue->n_gates] = feature->at;
    venue->gates = memory_grow(venue->gates, venue->n_gates, sizeof(*venue->gates));
    venue->gates[venue->n_gates++] = gate;
    return true;
}

static const struct field_choice facility_uses[] = {
    { "food", TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD },
    { "toilets", TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS },
    { NULL, 0 },
};

bool feature_read_facility(struct reader *reader, const struct feature *feature)
{
    struct fields fields = feature_fields(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Facility *facility = memory_cleared(1, sizeof(*facility));
    tifo__v1__facility__init(facility);
    facility->facility_id = memory_string(feature->at.id);
    int use = 0;
    int64_t servers = 0;
    bool ok = feature_name(&fields, &facility->name);
    ok &= field_choice(&fields, "use", facility_uses, &use);
    ok &= feature_reference(reader, feature, "zone", reader->zones, "zone", &facility->zone);
    ok &= field_whole(&fields, "servers", FIELD_REQUIRED, 1, 1000, &servers);
    ok &=
        field_number(&fields, "service_mean_s", FIELD_REQUIRED, 1, 3600, &facility->service_mean_s);
    facility->kind = (Tifo__V1__FacilityKind)use;
    facility->servers = (uint32_t)servers;
    facility->front = feature_line(feature, 2, 2);
    if (!ok || !facility->front) {
        tifo__v1__facility__free_unpacked(facility, NULL);
        return false;
    }
    draft->facility_at =
        memory_grow(draft->facility_at, venue->n_facilities, sizeof(*draft->facility_at));
    draft->facility_at[venue->n_facilities] = feature->at;
    venue->facilities =
        memory_grow(venue->facilities, venue->n_facilities, sizeof(*venue->facilities));
    venue->facilities[venue->n_facilities++] = facility;
    return true;
}

bool feature_read_pitch(struct reader *reader, const struct feature *feature)
{
    Tifo__V1__Venue *venue = reader->draft->venue;
    if (venue->pitch) {
        problem_add(feature->log, &feature->at, "kind", "is the second pitch; a ground has one");
        return false;
    }
    Tifo__V1__Path **holes;
    size_t hole_count;
    venue->pitch = feature_polygon(feature, &holes, &hole_count, 0);
    return venue->pitch != NULL;
}
