/*
 * A venue message as GeoJSON text: one feature a line, in the order of the message's lists, fields
 * in the order of scenarios/venues/README.md.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/draft.h"
#include "clients/c/memory.h"
#include "clients/c/plane.h"

struct writer {
    char *text;
    size_t size, room;
    struct plane plane;
    bool comma; /* A feature was written before. */
};

static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
    for (;;) {
        va_list arguments;
        va_start(arguments, format);
        size_t left = writer->room - writer->size;
        int wrote = vsnprintf(writer->text + writer->size, left, format, arguments);
        va_end(arguments);
        if ((size_t)wrote < left) {
            writer->size += (size_t)wrote;
            return;
        }
        writer->room = 2 * writer->room + (size_t)wrote;
        char *larger = realloc(writer->text, writer->room);
        if (!larger)
            abort();
        writer->text = larger;
    }
}

static void put_string(struct writer *writer, const char *key, const char *value)
{
    if (!value[0])
        return;
    json_t *string = json_string(value);
    char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    put(writer, ",\"%s\":%s", key, quoted ? quoted : "\"\"");
    free(quoted);
    json_decref(string);
}

/* ---- Geometry ---------------------------------------------------------------------- */

/* Digits that bring every centimetre back: 1e-8 degrees are about a millimetre. */
static void put_number(struct writer *writer, double value, int decimals)
{
    char text[40];
    snprintf(text, sizeof(text), "%.*f", decimals, value);
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
    put(writer, "%s", strcmp(text, "-0") == 0 ? "0" : text);
}

static void put_point(struct writer *writer, const int32_t *cm)
{
    double exact[2] = { cm[0], cm[1] }, position[2];
    int decimals = writer->plane.geographic ? 8 : 2;
    plane_from_cm(&writer->plane, exact, position);
    put(writer, "[");
    put_number(writer, position[0], decimals);
    put(writer, ",");
    put_number(writer, position[1], decimals);
    put(writer, "]");
}

static void put_path(struct writer *writer, const Tifo__V1__Path *path, bool closed)
{
    put(writer, "[");
    for (size_t i = 0; i < path->n_xy_cm; i += 2) {
        put(writer, "%s", i ? "," : "");
        put_point(writer, path->xy_cm + i);
    }
    if (closed) {
        put(writer, ",");
        put_point(writer, path->xy_cm);
    }
    put(writer, "]");
}

static void open_feature(struct writer *writer, const char *kind, const char *id)
{
    put(writer, "%s\n{\"type\":\"Feature\",\"properties\":{\"kind\":\"%s\"",
        writer->comma ? "," : "", kind);
    put_string(writer, "id", id);
    writer->comma = true;
}

static void close_line(struct writer *writer, const Tifo__V1__Path *line)
{
    put(writer, "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":");
    put_path(writer, line, false);
    put(writer, "}}");
}

static void close_polygon(struct writer *writer, const Tifo__V1__Path *outline,
                          Tifo__V1__Path *const *holes, size_t hole_count)
{
    put(writer, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[");
    put_path(writer, outline, true);
    for (size_t i = 0; i < hole_count; i++) {
        put(writer, ",");
        put_path(writer, holes[i], true);
    }
    put(writer, "]}}");
}

/* ---- Features ---------------------------------------------------------------------- */

static void put_zone(struct writer *writer, const Tifo__V1__Zone *zone)
{
    static const char *const uses[] = {
        [TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE] = "concourse",
        [TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE] = "aisle",
        [TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS] = "stairs",
        [TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP] = "ramp",
        [TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE] = "outside",
    };
    open_feature(writer, "zone", zone->zone_id);
    put_string(writer, "name", zone->name);
    put_string(writer, "use", uses[zone->kind]);
    if (zone->level == zone->level_to)
        put(writer, ",\"level\":%d", zone->level);
    else
        put(writer, ",\"level_from\":%d,\"level_to\":%d,\"rise_m\":%.10g", zone->level,
            zone->level_to, zone->rise_m);
    if (zone->capacity_people != 0 &&
        zone->capacity_people != (uint32_t)(zone->area_m2 * HOLDING_PEOPLE_PER_M2))
        put(writer, ",\"capacity_people\":%u", zone->capacity_people);
    close_polygon(writer, zone->outline, zone->holes, zone->n_holes);
}

/* Seats of a row, given by their positions; all of them for `seats` NULL. */
static void put_seats(struct writer *writer, const char *name, const Tifo__V1__Row *row,
                      const uint32_t *seats, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = tifo_row_number(row, seats ? seats[i] : (uint32_t)i);
        if (i == 0)
            put(writer, ",\"%s\":[%u", name, number);
        else
            put(writer, ",%u", number);
    }
    if (count)
        put(writer, "]");
}

static void put_block(struct writer *writer, const Tifo__V1__Block *block)
{
    open_feature(writer, "block", block->block_id);
    put_string(writer, "name", block->name);
    put_string(writer, "stand", block->stand);
    put(writer, ",\"level\":%d,\"seats\":%u", block->level, block->seats);
    close_polygon(writer, block->outline, NULL, 0);
    for (size_t i = 0; i < block->n_rows; i++) {
        const Tifo__V1__Row *row = block->rows[i];
        open_feature(writer, "row", "");
        put_string(writer, "block", block->block_id);
        put_string(writer, "label", row->label);
        put(writer, ",\"seats\":%u", row->seats);
        if (row->n_numbers)
            put_seats(writer, "numbers", row, NULL, row->n_numbers);
        else if (row->first_seat != 1)
            put(writer, ",\"first_seat\":%u", row->first_seat);
        put_seats(writer, "accessible", row, row->accessible, row->n_accessible);
        put_seats(writer, "companion", row, row->companion, row->n_companion);
        put_seats(writer, "aisle_after", row, row->aisle_after, row->n_aisle_after);
        close_line(writer, row->line);
    }
}

static void put_opening(struct writer *writer, const Tifo__V1__Venue *venue,
                        const Tifo__V1__Opening *opening)
{
    uint32_t a = opening->place_a, b = opening->place_b;
    open_feature(writer, "opening", opening->opening_id);
    put(writer, ",\"between\":[\"%s\",\"%s\"]", tifo_place_id(venue, a), tifo_place_id(venue, b));
    /* Only where the places meet on two levels must the file say which. */
    if (tifo_place_level(venue, a) != tifo_place_level_to(venue, a) &&
        tifo_place_level(venue, a) == tifo_place_level(venue, b) &&
        tifo_place_level_to(venue, a) == tifo_place_level_to(venue, b))
        put(writer, ",\"level\":%d", opening->level);
    close_line(writer, opening->line);
}

static void put_gate(struct writer *writer, const Tifo__V1__Venue *venue,
                     const Tifo__V1__Gate *gate)
{
    double most_ppm = FLOW_LEVEL_PPM_PER_M * gate->width_m;
    open_feature(writer, "gate", gate->gate_id);
    put_string(writer, "name", gate->name);
    put_string(writer, "inside", tifo_place_id(venue, gate->zone_inside));
    put_string(writer, "outside", tifo_place_id(venue, gate->zone_outside));
    put(writer, ",\"turnstiles\":%u", gate->turnstiles);
    if (gate->entry_rate_pph > 0 && gate->entry_rate_pph != TURNSTILE_MAX_PPH)
        put(writer, ",\"entry_rate_pph\":%.10g", gate->entry_rate_pph);
    if (gate->exit_capacity_ppm > 0 && gate->exit_capacity_ppm != most_ppm)
        put(writer, ",\"exit_capacity_ppm\":%.10g", gate->exit_capacity_ppm);
    if (gate->exit_limited)
        put(writer, ",\"exit_limited\":true");
    close_line(writer, gate->line);
}

static void put_facility(struct writer *writer, const Tifo__V1__Venue *venue,
                         const Tifo__V1__Facility *facility)
{
    bool food = facility->kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    open_feature(writer, "facility", facility->facility_id);
    put_string(writer, "name", facility->name);
    put_string(writer, "use", food ? "food" : "toilets");
    put_string(writer, "zone", tifo_place_id(venue, facility->zone));
    put(writer, ",\"servers\":%u,\"service_mean_s\":%.10g", facility->servers,
        facility->service_mean_s);
    close_line(writer, facility->front);
}

static void put_header(struct writer *writer, const Tifo__V1__Venue *venue)
{
    put(writer, "{\"type\":\"FeatureCollection\",\n\"tifo\":{\"format\":1");
    put_string(writer, "id", venue->venue_id);
    put_string(writer, "name", venue->name);
    if (venue->anchor)
        put(writer, ",\"origin\":[%.10g,%.10g],\"bearing_deg\":%.10g", venue->anchor->longitude_deg,
            venue->anchor->latitude_deg, venue->anchor->bearing_deg);
    else
        put(writer, ",\"local_metres\":true");
    put(writer, ",\"levels\":[");
    for (size_t i = 0; i < venue->n_levels; i++) {
        put(writer, "%s{\"level\":%d", i ? "," : "", venue->levels[i]->number);
        put_string(writer, "name", venue->levels[i]->name);
        put(writer, ",\"elevation_m\":%.10g}", venue->levels[i]->elevation_m);
    }
    put(writer, "]},\n\"features\":[");
}

char *tifo_venue_text(const Tifo__V1__Venue *venue, size_t *size)
{
    struct writer writer = { .text = memory_cleared(4096, 1), .room = 4096 };
    if (venue->anchor)
        writer.plane = plane_init(venue->anchor->longitude_deg, venue->anchor->latitude_deg,
                                  venue->anchor->bearing_deg);
    put_header(&writer, venue);
    if (venue->pitch) {
        open_feature(&writer, "pitch", "");
        close_polygon(&writer, venue->pitch, NULL, 0);
    }
    for (size_t i = 0; i < venue->n_zones; i++)
        put_zone(&writer, venue->zones[i]);
    for (size_t i = 0; i < venue->n_blocks; i++)
        put_block(&writer, venue->blocks[i]);
    for (size_t i = 0; i < venue->n_openings; i++)
        put_opening(&writer, venue, venue->openings[i]);
    for (size_t i = 0; i < venue->n_gates; i++)
        put_gate(&writer, venue, venue->gates[i]);
    for (size_t i = 0; i < venue->n_facilities; i++)
        put_facility(&writer, venue, venue->facilities[i]);
    put(&writer, "\n]}\n");
    *size = writer.size;
    return writer.text;
}
