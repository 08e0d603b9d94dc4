#include "clients/c/venue_features.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/json_fields.h"
#include "clients/c/memory.h"

#define ID_BYTES      32
#define NAME_BYTES    120
#define ROW_SEATS_MAX 500

static struct fields fields_of(const struct feature *feature)
{
    return (struct fields){ feature->log, &feature->at, feature->properties };
}

static bool level_exists(const struct reader *reader, const struct feature *feature,
                         const char *field, int64_t level)
{
    const Tifo__V1__Venue *venue = reader->draft->venue;
    for (size_t i = 0; i < venue->n_levels; i++)
        if (venue->levels[i]->number == level)
            return true;
    problem_add(feature->log, &feature->at, field, "level %lld is not in tifo.levels; add it there",
                (long long)level);
    return false;
}

static bool read_level(const struct reader *reader, const struct feature *feature,
                       const char *field, int32_t *out)
{
    struct fields fields = fields_of(feature);
    int64_t level;
    if (!field_integer(&fields, field, FIELD_REQUIRED, -20, 100, &level) ||
        !level_exists(reader, feature, field, level))
        return false;
    *out = (int32_t)level;
    return true;
}

/* The optional `name`. */
static bool read_name(const struct fields *fields, char **out)
{
    const char *name = "";
    bool ok = field_text(fields, "name", FIELD_OPTIONAL, NAME_BYTES, &name);
    if (ok && name[0])
        *out = memory_string(name);
    return ok;
}

/* ---- zone -------------------------------------------------------------------------- */

static const struct field_choice zone_uses[] = {
    { "concourse", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE },
    { "aisle", TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE },
    { "stairs", TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS },
    { "ramp", TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP },
    { "outside", TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE },
    { NULL, 0 },
};

static bool read_zone_levels(const struct reader *reader, const struct feature *feature,
                             Tifo__V1__Zone *zone)
{
    bool climbs = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS ||
                  zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP;
    if (!climbs) {
        bool ok = read_level(reader, feature, "level", &zone->level);
        zone->level_to = zone->level;
        return ok;
    }
    struct fields fields = fields_of(feature);
    bool from = read_level(reader, feature, "level_from", &zone->level);
    bool to = read_level(reader, feature, "level_to", &zone->level_to);
    bool rise = field_number(&fields, "rise_m", FIELD_REQUIRED, 0, 100, &zone->rise_m);
    if (!from || !to || !rise)
        return false;
    if (zone->level == zone->level_to) {
        problem_add(feature->log, &feature->at, "level_to",
                    "is the same as level_from; stairs and ramps join two levels");
        return false;
    }
    if (zone->level > zone->level_to) {
        int32_t upper = zone->level;
        zone->level = zone->level_to;
        zone->level_to = upper;
    }
    return true;
}

static bool read_zone_capacity(const struct feature *feature, Tifo__V1__Zone *zone)
{
    struct fields fields = fields_of(feature);
    int64_t people = (int64_t)(zone->area_m2 * HOLDING_PEOPLE_PER_M2);
    if (!field_integer(&fields, "capacity_people", FIELD_OPTIONAL, 1, 10000000, &people))
        return false;
    if ((double)people > zone->area_m2 * HOLDING_MAX_PER_M2) {
        problem_add(feature->log, &feature->at, "capacity_people",
                    "%lld people on %.1f m2 is more than 4.7 a m2 (Green Guide); give at most %.0f",
                    (long long)people, zone->area_m2, zone->area_m2 * HOLDING_MAX_PER_M2 - 0.5);
        return false;
    }
    zone->capacity_people = (uint32_t)people;
    return true;
}

static bool read_zone(struct reader *reader, const struct feature *feature)
{
    struct fields fields = fields_of(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Zone *zone = memory_cleared(1, sizeof(*zone));
    tifo__v1__zone__init(zone);
    zone->zone_id = memory_string(feature->at.id);
    int kind = 0;
    bool ok = read_name(&fields, &zone->name);
    if (field_choice(&fields, "use", zone_uses, &kind)) {
        zone->kind = (Tifo__V1__ZoneKind)kind;
        ok &= read_zone_levels(reader, feature, zone);
    } else {
        ok = false;
    }
    zone->outline = feature_polygon(feature, &zone->holes, &zone->n_holes, VENUE_HOLES_MAX);
    if (ok && zone->outline) {
        struct path holes[VENUE_HOLES_MAX];
        for (size_t i = 0; i < zone->n_holes; i++)
            holes[i] = venue_path(zone->holes[i]);
        struct shape shape = { venue_path(zone->outline), holes, zone->n_holes };
        zone->area_m2 = shape_area_m2(&shape);
        ok = read_zone_capacity(feature, zone);
    }
    if (!ok || !zone->outline) {
        tifo__v1__zone__free_unpacked(zone, NULL);
        json_object_set_new(reader->zones, feature->at.id, json_integer(-1));
        return false;
    }
    Tifo__V1__Venue *venue = draft->venue;
    json_object_set_new(reader->zones, feature->at.id, json_integer((json_int_t)venue->n_zones));
    draft->zone_at = memory_grow(draft->zone_at, venue->n_zones, sizeof(*draft->zone_at));
    draft->zone_at[venue->n_zones] = feature->at;
    venue->zones = memory_grow(venue->zones, venue->n_zones, sizeof(*venue->zones));
    venue->zones[venue->n_zones++] = zone;
    return true;
}

/* ---- block and row ----------------------------------------------------------------- */

static bool read_block(struct reader *reader, const struct feature *feature)
{
    struct fields fields = fields_of(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Block *block = memory_cleared(1, sizeof(*block));
    tifo__v1__block__init(block);
    block->block_id = memory_string(feature->at.id);
    const char *stand = "";
    int64_t seats = 0; /* Stated, or 0; checked against the rows once they are all read. */
    bool ok = read_name(&fields, &block->name);
    ok &= field_text(&fields, "stand", FIELD_OPTIONAL, NAME_BYTES, &stand);
    ok &= field_integer(&fields, "seats", FIELD_OPTIONAL, 1, 1000000, &seats);
    ok &= read_level(reader, feature, "level", &block->level);
    if (stand[0])
        block->stand = memory_string(stand);
    block->seats = (uint32_t)seats;
    Tifo__V1__Path **holes;
    size_t hole_count;
    block->outline = feature_polygon(feature, &holes, &hole_count, 0);
    if (!ok || !block->outline) {
        tifo__v1__block__free_unpacked(block, NULL);
        json_object_set_new(reader->blocks, feature->at.id, json_integer(-1));
        return false;
    }
    Tifo__V1__Venue *venue = draft->venue;
    json_object_set_new(reader->blocks, feature->at.id, json_integer((json_int_t)venue->n_blocks));
    draft->block_at = memory_grow(draft->block_at, venue->n_blocks, sizeof(*draft->block_at));
    draft->block_at[venue->n_blocks] = feature->at;
    draft->row_at = memory_grow(draft->row_at, venue->n_blocks, sizeof(*draft->row_at));
    draft->row_at[venue->n_blocks] = NULL;
    venue->blocks = memory_grow(venue->blocks, venue->n_blocks, sizeof(*venue->blocks));
    venue->blocks[venue->n_blocks++] = block;
    return true;
}

/* Index of a named zone or block in `table`. A name that is defined but wrong was complained about
 * there, so it fails silently here. */
static bool resolve(const struct reader *reader, const struct feature *feature, const char *field,
                    const json_t *table, const char *what, const char *id, uint32_t *out)
{
    const json_t *index = json_object_get(table, id);
    if (!index) {
        bool other = json_object_get(reader->ids, id) != NULL;
        problem_add(feature->log, &feature->at, field, "\"%s\" is not a %s; %s", id, what,
                    other ? "another kind of feature has this id" : "no feature has this id");
        return false;
    }
    *out = (uint32_t)json_integer_value(index);
    return json_integer_value(index) >= 0;
}

static bool read_reference(const struct reader *reader, const struct feature *feature,
                           const char *field, const json_t *table, const char *what, uint32_t *out)
{
    struct fields fields = fields_of(feature);
    const char *id;
    return field_id(&fields, field, ID_BYTES, &id) &&
           resolve(reader, feature, field, table, what, id, out);
}

static bool read_row(struct reader *reader, const struct feature *feature)
{
    struct fields fields = fields_of(feature);
    const char *label = "";
    int64_t seats = 0, first = 1;
    uint32_t index = 0;
    bool ok = read_reference(reader, feature, "block", reader->blocks, "block", &index);
    ok &= field_text(&fields, "label", FIELD_REQUIRED, 16, &label);
    ok &= field_integer(&fields, "seats", FIELD_REQUIRED, 1, ROW_SEATS_MAX, &seats);
    ok &= field_integer(&fields, "first_seat", FIELD_OPTIONAL, 0, 100000, &first);
    Tifo__V1__Path *line = feature_line(feature, 2, 100);
    if (!ok || !line) {
        if (line)
            tifo__v1__path__free_unpacked(line, NULL);
        return false;
    }
    Tifo__V1__Block *block = reader->draft->venue->blocks[index];
    struct feature_ref **at = &reader->draft->row_at[index];
    Tifo__V1__Row *row = memory_cleared(1, sizeof(*row));
    tifo__v1__row__init(row);
    row->label = memory_string(label);
    row->line = line;
    row->seats = (uint32_t)seats;
    row->first_seat = (uint32_t)first;
    *at = memory_grow(*at, block->n_rows, sizeof(**at));
    (*at)[block->n_rows] = feature->at;
    block->rows = memory_grow(block->rows, block->n_rows, sizeof(*block->rows));
    block->rows[block->n_rows++] = row;
    return true;
}

/* ---- opening, gate, facility, pitch ------------------------------------------------ */

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
    if (!resolve(reader, feature, "between", is_block ? reader->blocks : reader->zones,
                 "zone or block", id, place))
        return false;
    if (is_block)
        *place += (uint32_t)reader->draft->venue->n_zones;
    return true;
}

static bool read_opening(struct reader *reader, const struct feature *feature)
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
    struct fields fields = fields_of(feature);
    ok &= field_integer(&fields, "level", FIELD_OPTIONAL, -20, 100, &level);
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
    bool ok = field_integer(fields, "turnstiles", FIELD_REQUIRED, 0, 1000, &turnstiles);
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

static bool read_gate(struct reader *reader, const struct feature *feature)
{
    struct fields fields = fields_of(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Gate *gate = memory_cleared(1, sizeof(*gate));
    tifo__v1__gate__init(gate);
    gate->gate_id = memory_string(feature->at.id);
    bool ok = read_name(&fields, &gate->name);
    ok &= read_reference(reader, feature, "inside", reader->zones, "zone", &gate->zone_inside);
    ok &= read_reference(reader, feature, "outside", reader->zones, "zone", &gate->zone_outside);
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

static bool read_facility(struct reader *reader, const struct feature *feature)
{
    struct fields fields = fields_of(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Facility *facility = memory_cleared(1, sizeof(*facility));
    tifo__v1__facility__init(facility);
    facility->facility_id = memory_string(feature->at.id);
    int use = 0;
    int64_t servers = 0;
    bool ok = read_name(&fields, &facility->name);
    ok &= field_choice(&fields, "use", facility_uses, &use);
    ok &= read_reference(reader, feature, "zone", reader->zones, "zone", &facility->zone);
    ok &= field_integer(&fields, "servers", FIELD_REQUIRED, 1, 1000, &servers);
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

static bool read_pitch(struct reader *reader, const struct feature *feature)
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

/* ---- The table --------------------------------------------------------------------- */

static const struct feature_kind kinds[] = {
    { "zone", "Polygon", 0, true, read_zone },
    { "block", "Polygon", 1, true, read_block },
    { "row", "LineString", 2, false, read_row },
    { "opening", "LineString", 2, true, read_opening },
    { "gate", "LineString", 2, true, read_gate },
    { "facility", "LineString", 2, true, read_facility },
    { "pitch", "Polygon", 2, false, read_pitch },
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

const struct feature_kind *feature_kind_find(const char *word)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kinds[i].word, word) == 0)
            return &kinds[i];
    return NULL;
}

void feature_kind_words(char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < KIND_COUNT; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", i ? ", " : "", kinds[i].word);
    }
}
