#include "server/core/venue.h"

#include "server/core/state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

uint32_t venue_places(const struct venue *venue)
{
    return venue->zone_count + venue->block_count;
}

static const char *name_or_id(const char *name, const char *id)
{
    return name[0] ? name : id;
}

const char *venue_place_name(const struct venue *venue, uint32_t place)
{
    assert(place < venue_places(venue));
    if (place < venue->zone_count)
        return name_or_id(venue->zones[place].name, venue->zones[place].id);
    const struct block *block = &venue->blocks[place - venue->zone_count];
    return name_or_id(block->name, block->id);
}

const char *venue_gate_name(const struct venue *venue, uint32_t gate)
{
    assert(gate < venue->gate_count);
    return venue->gates[gate].id;
}

const char *venue_facility_name(const struct venue *venue, uint32_t facility)
{
    assert(facility < venue->facility_count);
    return name_or_id(venue->facilities[facility].name, venue->facilities[facility].id);
}

uint32_t zone_density_milli(const struct zone *zone, int64_t people_milli)
{
    uint64_t density = ((uint64_t)people_milli * 100 + zone->area_dm2 / 2) / zone->area_dm2;
    return density < UINT32_MAX ? (uint32_t)density : UINT32_MAX;
}

bool venue_place_is_inside(const struct venue *venue, uint32_t place)
{
    assert(place < venue_places(venue));
    return place >= venue->zone_count || venue->zones[place].kind != ZONE_OUTSIDE;
}

/* ---- Import ------------------------------------------------------------------------------ */

static void rows_add(const struct venue *venue, int64_t time_ms, struct facts *out)
{
    for (uint32_t i = 0; i < venue->zone_count; i++)
        facts_add(out, FACT_ZONE_ADDED, time_ms)->as.zone_added = venue->zones[i];
    for (uint32_t i = 0; i < venue->block_count; i++)
        facts_add(out, FACT_BLOCK_ADDED, time_ms)->as.block_added = venue->blocks[i];
    for (uint32_t i = 0; i < venue->opening_count; i++)
        facts_add(out, FACT_OPENING_ADDED, time_ms)->as.opening_added = venue->openings[i];
    for (uint32_t i = 0; i < venue->gate_count; i++)
        facts_add(out, FACT_GATE_ADDED, time_ms)->as.gate_added = venue->gates[i];
    for (uint32_t i = 0; i < venue->facility_count; i++)
        facts_add(out, FACT_FACILITY_ADDED, time_ms)->as.facility_added = venue->facilities[i];
    for (uint32_t i = 0; i < venue->link_count; i++)
        facts_add(out, FACT_LINK_ADDED, time_ms)->as.link_added = venue->links[i];
}

enum status venue_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct venue *venue = &command->as.import_venue.venue;
    const struct venue *known = stadium_venue(s);
    if (known) {
        if (strcmp(known->id, venue->id) == 0 && known->document.size == venue->document.size &&
            memcmp(known->document.data, venue->document.data, venue->document.size) == 0)
            return STATUS_OK;
        return facts_refuse(out, STATUS_VENUE_EXISTS, "venue.venue_id",
                            "Venue \"%s\" was imported before and \"%s\" is not the same; start "
                            "tifod with an empty data directory to change it",
                            known->id, venue->id);
    }
    enum status status = venue_check(venue, &s->limits, out);
    if (status != STATUS_OK)
        return status;
    struct venue_imported *imported =
        &facts_add(out, FACT_VENUE_IMPORTED, command->time_ms)->as.venue_imported;
    memcpy(imported->id, venue->id, sizeof(imported->id));
    memcpy(imported->name, venue->name, sizeof(imported->name));
    imported->zone_count = venue->zone_count;
    imported->block_count = venue->block_count;
    imported->opening_count = venue->opening_count;
    imported->gate_count = venue->gate_count;
    imported->facility_count = venue->facility_count;
    imported->link_count = venue->link_count;
    size_t size = venue->document.size;
    imported->document =
        (struct bytes){ arena_copy(&out->arena, venue->document.data, size), size };
    rows_add(venue, command->time_ms, out);
    return STATUS_OK;
}

static uint32_t rows_expected(const struct venue_imported *imported)
{
    return imported->zone_count + imported->block_count + imported->opening_count +
           imported->gate_count + imported->facility_count + imported->link_count;
}

static void imported_evolve(struct stadium *s, const struct venue_imported *imported)
{
    assert(s->imported.id[0] == 0 && "one venue");
    struct arena *arena = &s->arena;
    s->imported = *imported;
    s->imported.document.data = arena_copy(arena, imported->document.data, imported->document.size);
    uint32_t places = imported->zone_count + imported->block_count;
    s->zones = arena_array(arena, imported->zone_count, sizeof(*s->zones));
    s->blocks = arena_array(arena, imported->block_count, sizeof(*s->blocks));
    s->openings = arena_array(arena, imported->opening_count, sizeof(*s->openings));
    s->gates = arena_array(arena, imported->gate_count, sizeof(*s->gates));
    s->facilities = arena_array(arena, imported->facility_count, sizeof(*s->facilities));
    s->links = arena_array(arena, imported->link_count, sizeof(*s->links));
    s->places = arena_array(arena, places, sizeof(*s->places));
    s->estimates = arena_array(arena, places, sizeof(*s->estimates));
    s->waits =
        arena_array(arena, imported->facility_count + imported->gate_count, sizeof(*s->waits));
    s->gate_states = arena_array(arena, imported->gate_count, sizeof(*s->gate_states));
    s->facility_states = arena_array(arena, imported->facility_count, sizeof(*s->facility_states));
    s->splits = arena_array(arena, (size_t)places * PURPOSE_COUNT, sizeof(*s->splits));
    s->overrides = arena_array(arena, (size_t)places * PURPOSE_COUNT, sizeof(*s->overrides));
    s->opening_states = arena_array(arena, imported->opening_count, sizeof(*s->opening_states));
    s->phase.leave_block.v = arena_array(arena, imported->block_count, sizeof(uint32_t));
    s->bound.cut_gate.v = arena_array(arena, imported->gate_count, sizeof(uint32_t));
    s->bound.cut_opening.v = arena_array(arena, imported->opening_count, sizeof(uint32_t));
    row_add(s, ROW_VENUE, 0, &s->imported);
    for (uint32_t i = 0; i < places; i++)
        row_add(s, ROW_PLACE_STATE, i, &s->places[i]);
    for (uint32_t i = 0; i < imported->gate_count; i++) {
        s->gate_states[i].mode = GATE_OPEN;
        row_add(s, ROW_GATE_STATE, i, &s->gate_states[i]);
    }
    for (uint32_t i = 0; i < imported->facility_count; i++)
        row_add(s, ROW_FACILITY_STATE, i, &s->facility_states[i]);
    for (uint32_t i = 0; i < places * PURPOSE_COUNT; i++) {
        s->splits[i].origin = i / PURPOSE_COUNT;
        s->splits[i].purpose = i % PURPOSE_COUNT + 1;
        row_add(s, ROW_SPLIT, i, &s->splits[i]);
    }
}

/* The next free row of a list of `count`, filled from the fact. */
static void row_evolve(struct stadium *s, enum row_kind kind, void *list, uint32_t count,
                       uint32_t *used, const void *row)
{
    assert(*used < count);
    size_t size = row_fields(kind)->size;
    memcpy((char *)list + *used * size, row, size);
    row_add(s, kind, *used, row);
    (*used)++;
}

/* What readers of the venue find in it. */
static void lists_show(struct stadium *s)
{
    struct venue *venue = &s->venue;
    venue->document = s->imported.document;
    venue->zones = s->zones;
    venue->blocks = s->blocks;
    venue->openings = s->openings;
    venue->gates = s->gates;
    venue->facilities = s->facilities;
    venue->links = s->links;
}

static void seats_number(struct stadium *s)
{
    uint32_t blocks = s->venue.block_count;
    s->first_seat = arena_array(&s->arena, blocks + 1, sizeof(*s->first_seat));
    for (uint32_t i = 0; i < blocks; i++)
        s->first_seat[i + 1] = s->first_seat[i] + s->blocks[i].seats;
}

static void venue_complete(struct stadium *s)
{
    struct venue *venue = &s->venue;
    memcpy(venue->id, s->imported.id, sizeof(venue->id));
    memcpy(venue->name, s->imported.name, sizeof(venue->name));
    lists_show(s);
    seats_number(s);
    plan_upset(s);
}

void venue_evolve(struct stadium *s, const struct fact *fact)
{
    const struct venue_imported *imported = &s->imported;
    struct venue *venue = &s->venue;
    switch (fact->kind) {
    case FACT_VENUE_IMPORTED:
        imported_evolve(s, &fact->as.venue_imported);
        return;
    case FACT_ZONE_ADDED:
        row_evolve(s, ROW_ZONE, s->zones, imported->zone_count, &venue->zone_count, &fact->as);
        break;
    case FACT_BLOCK_ADDED:
        row_evolve(s, ROW_BLOCK, s->blocks, imported->block_count, &venue->block_count, &fact->as);
        break;
    case FACT_OPENING_ADDED:
        row_evolve(s, ROW_OPENING, s->openings, imported->opening_count, &venue->opening_count,
                   &fact->as);
        break;
    case FACT_GATE_ADDED:
        row_evolve(s, ROW_GATE, s->gates, imported->gate_count, &venue->gate_count, &fact->as);
        break;
    case FACT_FACILITY_ADDED:
        row_evolve(s, ROW_FACILITY, s->facilities, imported->facility_count, &venue->facility_count,
                   &fact->as);
        break;
    default:
        assert(fact->kind == FACT_LINK_ADDED);
        row_evolve(s, ROW_LINK, s->links, imported->link_count, &venue->link_count, &fact->as);
        break;
    }
    /* The head row is out of the digest while a fact evolves (stadium.c). */
    if (++s->head.venue_rows == rows_expected(imported))
        venue_complete(s);
}

void venue_image(struct image *image, struct stadium *s)
{
    struct venue_imported *imported = &s->imported;
    const struct limits *limits = &s->limits;
    image_bytes(image, imported, offsetof(struct venue_imported, document));
    if (image_reads(image))
        imported->document = (struct bytes){ 0 };
    image_slice(image, &imported->document);
    if (!imported->id[0])
        return;
    const uint64_t places = (uint64_t)imported->zone_count + imported->block_count;
    image->broken =
        image->broken || places > limits->places || imported->opening_count > limits->openings ||
        imported->gate_count > limits->gates || imported->facility_count > limits->facilities ||
        imported->link_count > limits->links;
    image_array(image, (void **)&s->zones, imported->zone_count, sizeof(*s->zones));
    image_array(image, (void **)&s->blocks, imported->block_count, sizeof(*s->blocks));
    image_array(image, (void **)&s->openings, imported->opening_count, sizeof(*s->openings));
    image_array(image, (void **)&s->gates, imported->gate_count, sizeof(*s->gates));
    image_array(image, (void **)&s->facilities, imported->facility_count, sizeof(*s->facilities));
    image_array(image, (void **)&s->links, imported->link_count, sizeof(*s->links));
    image_array(image, (void **)&s->places, places, sizeof(*s->places));
    image_array(image, (void **)&s->estimates, places, sizeof(*s->estimates));
    image_array(image, (void **)&s->waits, (size_t)imported->facility_count + imported->gate_count,
                sizeof(*s->waits));
    image_array(image, (void **)&s->gate_states, imported->gate_count, sizeof(*s->gate_states));
    image_array(image, (void **)&s->facility_states, imported->facility_count,
                sizeof(*s->facility_states));
    image_array(image, (void **)&s->splits, places * PURPOSE_COUNT, sizeof(*s->splits));
    image_array(image, (void **)&s->overrides, places * PURPOSE_COUNT, sizeof(*s->overrides));
    image_array(image, (void **)&s->opening_states, imported->opening_count,
                sizeof(*s->opening_states));
    phase_image(image, s);
    bound_image(image, s);
    image_bytes(image, &s->venue, sizeof(s->venue));
    if (image->broken || !s->venue.id[0])
        return;
    image_array(image, (void **)&s->first_seat, (size_t)imported->block_count + 1,
                sizeof(*s->first_seat));
    if (image_reads(image))
        lists_show(s);
}
