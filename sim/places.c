#include "sim/places.h"

#include "clients/c/tifo.h"

#include <stdio.h>
#include <string.h>

/* Of equals the first. */
static uint32_t widest_gate(const Tifo__V1__Venue *venue)
{
    uint32_t widest = 0;
    for (uint32_t g = 1; g < venue->n_gates; g++)
        if (venue->gates[g]->width_m > venue->gates[widest]->width_m)
            widest = g;
    return widest;
}

bool places_gates(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                  uint32_t gates[SCENARIO_CHANGES], char *why, size_t why_size)
{
    for (size_t i = 0; i < scenario->change_count; i++) {
        const struct gate_change *change = &scenario->changes[i];
        if (strcmp(change->gate, "widest") == 0) {
            gates[i] = widest_gate(venue);
            continue;
        }
        if (tifo_gate_find(venue, change->gate, &gates[i]))
            continue;
        char known[160] = "";
        size_t used = 0;
        for (size_t g = 0; g < venue->n_gates && used < sizeof known; g++)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", g ? ", " : "",
                                     venue->gates[g]->gate_id);
        return form_refuse(scenario->path, change->mark, why, why_size,
                           "the venue %s has no gate \"%s\"; it has: %s", venue->venue_id,
                           change->gate, known);
    }
    return true;
}

bool places_smoke(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                  uint32_t zones[SCENARIO_SMOKE], char *why, size_t why_size)
{
    for (size_t i = 0; i < scenario->smoke_count; i++) {
        const struct smoke *smoke = &scenario->smoke[i];
        uint32_t zone = 0;
        while (zone < venue->n_zones && strcmp(venue->zones[zone]->zone_id, smoke->zone) != 0)
            zone++;
        if (zone == venue->n_zones)
            return form_refuse(scenario->path, smoke->mark, why, why_size,
                               "the venue %s has no zone \"%s\"", venue->venue_id, smoke->zone);
        zones[i] = zone;
    }
    return true;
}

bool places_blocked(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                    uint32_t openings[SCENARIO_BLOCKED], char *why, size_t why_size)
{
    for (size_t i = 0; i < scenario->blocked_count; i++) {
        const struct blocked_opening *blocked = &scenario->blocked[i];
        uint32_t o = 0;
        while (o < venue->n_openings &&
               strcmp(venue->openings[o]->opening_id, blocked->opening) != 0)
            o++;
        if (o == venue->n_openings)
            return form_refuse(scenario->path, blocked->mark, why, why_size,
                               "the venue %s has no opening \"%s\"; tifo venue show --json lists "
                               "them",
                               venue->venue_id, blocked->opening);
        if (tifo_place_is_block(venue, venue->openings[o]->place_a) ||
            tifo_place_is_block(venue, venue->openings[o]->place_b))
            return form_refuse(scenario->path, blocked->mark, why, why_size,
                               "\"%s\" leads into a block; block an opening between two zones",
                               blocked->opening);
        openings[i] = o;
    }
    return true;
}

static bool has_stand(const Tifo__V1__Venue *venue, const char *stand)
{
    for (size_t b = 0; b < venue->n_blocks; b++)
        if (stand_begins(venue->blocks[b]->stand, stand))
            return true;
    return false;
}

bool places_stands(const struct scenario *scenario, const Tifo__V1__Venue *venue, char *why,
                   size_t why_size)
{
    static const char sentence[] = "the venue %s has no stand whose name begins with \"%s\"";
    for (size_t i = 0; i < scenario->stand_count; i++)
        if (!has_stand(venue, scenario->stands[i].stand))
            return form_refuse(scenario->path, scenario->stands[i].mark, why, why_size, sentence,
                               venue->venue_id, scenario->stands[i].stand);
    for (size_t i = 0; i < scenario->trip_count; i++)
        if (!has_stand(venue, scenario->trips[i].stand))
            return form_refuse(scenario->path, scenario->trips[i].mark, why, why_size, sentence,
                               venue->venue_id, scenario->trips[i].stand);
    for (size_t i = 0; i < scenario->phase_count; i++)
        for (size_t k = 0; k < scenario->phases[i].stand_count; k++)
            if (!has_stand(venue, scenario->phases[i].stands[k]))
                return form_refuse(scenario->path, scenario->phases[i].mark, why, why_size,
                                   sentence, venue->venue_id, scenario->phases[i].stands[k]);
    return true;
}
