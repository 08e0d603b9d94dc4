/* Whether the rows of a venue that is to be imported make sense, each by itself. */
#include "server/core/venue_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What no ground reaches: 1 km2, 1 km, an hour; and the Green Guide's 660 an hour and turnstile. */
enum { AREA_MAX_DM2 = 100 * 1000 * 1000, SERVICE_MAX_MS = 3600 * 1000 };
enum { WIDTH_MAX_CM = 100 * 1000, ENTRY_RATE_MAX_MILLI_PPH = 660 * 1000 };
/* A doorway 0.6 m wide passes 39 a minute. Where hardly anybody gets through, plans reserve room
 * for days ahead, and one takes seconds to make. */
enum { OPENING_MIN_MILLI_PPM = 20 * 1000 };
enum { SEATS_MAX = 200 * 1000, SERVERS_MAX = 10 * 1000 };

enum status wrong(const struct check *check, const char *field, const char *format, ...)
{
    char path[80], message[200];
    snprintf(path, sizeof(path), "venue.%s[%u]%s%s", check->list, check->row, field[0] ? "." : "",
             field);
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return facts_refuse(check->out, STATUS_BAD_FIELD, path, "%s: %s", path, message);
}

#define ID_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

/* At least one letter, and only these. */
bool only_letters(const char *text, const char *letters)
{
    return text[0] && text[strspn(text, letters)] == 0;
}

static bool is_zone(const struct venue *venue, uint32_t zone, bool outside)
{
    return zone < venue->zone_count && (venue->zones[zone].kind == ZONE_OUTSIDE) == outside;
}

static enum status check_id(const struct check *c, const char *field, const char *id)
{
    if (!only_letters(id, ID_LETTERS))
        return wrong(c, field, "\"%s\" is no id; use 1 to %d of A-Z a-z 0-9 -", id, PLACE_ID_BYTES);
    return STATUS_OK;
}

enum status check_zone(const struct check *c, const void *row)
{
    const struct zone *zone = row;
    enum status status = check_id(c, "zone_id", zone->id);
    if (status != STATUS_OK)
        return status;
    if (zone->kind < ZONE_CONCOURSE || zone->kind > ZONE_OUTSIDE)
        return wrong(c, "kind",
                     "%u is no kind of zone; use CONCOURSE, AISLE, STAIRS, RAMP or OUTSIDE",
                     zone->kind);
    bool sloped = zone->kind == ZONE_STAIRS || zone->kind == ZONE_RAMP;
    if (sloped ? zone->level_to < zone->level : zone->level_to != zone->level)
        return wrong(
            c, "level_to",
            "%d does not go with level %d; stairs and ramps go up, other zones stay on their level",
            zone->level_to, zone->level);
    if (zone->kind != ZONE_OUTSIDE && zone->area_dm2 == 0)
        return wrong(c, "area_m2", "zone \"%s\" has no walkable area", zone->id);
    if (zone->area_dm2 > AREA_MAX_DM2)
        return wrong(c, "area_m2", "zone \"%s\" is larger than 1 km2", zone->id);
    return STATUS_OK;
}

enum status check_block(const struct check *c, const void *row)
{
    const struct block *block = row;
    enum status status = check_id(c, "block_id", block->id);
    if (status != STATUS_OK)
        return status;
    if (block->seats < 1 || block->seats > SEATS_MAX)
        return wrong(c, "seats", "block \"%s\" has %u seats; 1 to %d are possible", block->id,
                     block->seats, SEATS_MAX);
    return STATUS_OK;
}

static enum status check_width(const struct check *c, const char *id, uint32_t width_cm)
{
    if (width_cm == 0 || width_cm > WIDTH_MAX_CM)
        return wrong(c, "width_m", "\"%s\" is %u cm wide; 1 cm to 1 km are possible", id, width_cm);
    return STATUS_OK;
}

enum status check_opening(const struct check *c, const void *row)
{
    const struct opening *opening = row;
    uint32_t places = venue_places(c->venue);
    enum status status = check_id(c, "opening_id", opening->id);
    if (status != STATUS_OK)
        return status;
    if (opening->place_a >= places)
        return wrong(c, "place_a", "there is no place %u", opening->place_a);
    if (opening->place_b >= places)
        return wrong(c, "place_b", "there is no place %u", opening->place_b);
    if (opening->place_a == opening->place_b)
        return wrong(c, "place_b", "opening \"%s\" leads back to its own place", opening->id);
    return check_width(c, opening->id, opening->width_cm);
}

enum status check_gate(const struct check *c, const void *row)
{
    const struct gate *gate = row;
    const struct venue *venue = c->venue;
    enum status status = check_id(c, "gate_id", gate->id);
    if (status != STATUS_OK)
        return status;
    if (!is_zone(venue, gate->zone_inside, false))
        return wrong(c, "zone_inside", "gate \"%s\" needs a zone inside the ground here, not %u",
                     gate->id, gate->zone_inside);
    if (!is_zone(venue, gate->zone_outside, true))
        return wrong(c, "zone_outside", "gate \"%s\" needs a zone of kind OUTSIDE here, not %u",
                     gate->id, gate->zone_outside);
    if (gate->entry_rate_milli_pph > ENTRY_RATE_MAX_MILLI_PPH)
        return wrong(c, "entry_rate_pph",
                     "a turnstile of gate \"%s\" lets in more than 660 people an hour", gate->id);
    if (gate->exit_capacity_milli_ppm == 0)
        return wrong(c, "exit_capacity_ppm",
                     "gate \"%s\" lets nobody out; close it with SetGate instead", gate->id);
    if (gate->exit_limited > 1)
        return wrong(c, "exit_limited", "is neither true nor false");
    return check_width(c, gate->id, gate->width_cm);
}

enum status check_facility(const struct check *c, const void *row)
{
    const struct facility *facility = row;
    const struct venue *venue = c->venue;
    enum status status = check_id(c, "facility_id", facility->id);
    if (status != STATUS_OK)
        return status;
    if (facility->kind != FACILITY_FOOD && facility->kind != FACILITY_TOILETS)
        return wrong(c, "kind", "%u is no kind of facility; use FOOD or TOILETS", facility->kind);
    if (!is_zone(venue, facility->zone, false))
        return wrong(c, "zone", "facility \"%s\" needs a zone inside the ground here, not %u",
                     facility->id, facility->zone);
    if (facility->servers < 1 || facility->servers > SERVERS_MAX)
        return wrong(c, "servers", "facility \"%s\" serves %u at once; 1 to %d are possible",
                     facility->id, facility->servers, SERVERS_MAX);
    if (facility->service_ms < 1 || facility->service_ms > SERVICE_MAX_MS)
        return wrong(c, "service_mean_s",
                     "facility \"%s\" takes %u ms a person; 1 ms to an hour are possible",
                     facility->id, facility->service_ms);
    return STATUS_OK;
}

/* A link joins what its opening, gate or facility joins, in either direction. */
enum status check_link(const struct check *c, const void *row)
{
    const struct link *link = row;
    const struct venue *venue = c->venue;
    uint32_t a, b, count;
    switch (link->kind) {
    case LINK_OPENING:
        count = venue->opening_count;
        break;
    case LINK_GATE:
        count = venue->gate_count;
        break;
    case LINK_FACILITY:
        count = venue->facility_count;
        break;
    default:
        return wrong(c, "kind", "%u is no kind of link; use OPENING, GATE or FACILITY", link->kind);
    }
    if (link->index >= count)
        return wrong(c, "index", "%u is beyond the list of %u", link->index, count);
    if (link->kind == LINK_OPENING) {
        a = venue->openings[link->index].place_a;
        b = venue->openings[link->index].place_b;
    } else if (link->kind == LINK_GATE) {
        a = venue->gates[link->index].zone_inside;
        b = venue->gates[link->index].zone_outside;
    } else {
        a = venue->facilities[link->index].zone;
        b = venue_places(venue) + link->index;
    }
    bool joins =
        (link->node_a == a && link->node_b == b) || (link->node_a == b && link->node_b == a);
    if (!joins)
        return wrong(c, "node_a", "joins nodes %u and %u, but what it passes joins %u and %u",
                     link->node_a, link->node_b, a, b);
    if (link->kind == LINK_OPENING && link->capacity_milli_ppm < OPENING_MIN_MILLI_PPM)
        return wrong(c, "capacity_ppm",
                     "%.3f is less than 20 people a minute, which any doorway passes",
                     link->capacity_milli_ppm / 1000.0);
    if (link->capacity_milli_ppm == 0)
        return wrong(c, "capacity_ppm", "lets nobody pass");
    return STATUS_OK;
}
