#include <stdio.h>

#include "clients/c/tifo.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"

static const struct flag flags[] = {
    { "--json", NULL, "the whole venue as JSON, derived fields and walkway graph included" },
    { NULL, NULL, NULL },
};

static void show_zones(const Tifo__V1__Venue *venue)
{
    static const char *const words[] = { "?", "concourse", "aisle", "stairs", "ramp", "outside" };
    printf("\n%-12s %6s %6s %10s %10s\n", "zones", "level", "count", "m2", "people");
    for (size_t l = 0; l < venue->n_levels; l++) {
        for (int kind = 1; kind < 6; kind++) {
            size_t count = 0;
            double area_m2 = 0;
            uint64_t people = 0;
            for (size_t i = 0; i < venue->n_zones; i++) {
                const Tifo__V1__Zone *zone = venue->zones[i];
                if ((int)zone->kind != kind || zone->level != venue->levels[l]->number)
                    continue;
                count++;
                area_m2 += zone->area_m2;
                people += zone->capacity_people;
            }
            if (count > 0)
                printf("%-12s %6d %6zu %10.0f %10llu\n", words[kind], venue->levels[l]->number,
                       count, area_m2, (unsigned long long)people);
        }
    }
}

static void show_gates(const Tifo__V1__Venue *venue)
{
    printf("\n%-6s %-12s %-10s %8s %12s %10s\n", "gate", "name", "zone", "width m", "out a minute",
           "turnstiles");
    for (size_t i = 0; i < venue->n_gates; i++) {
        const Tifo__V1__Gate *gate = venue->gates[i];
        printf("%-6s %-12s %-10s %8.2f %12.0f %10u\n", gate->gate_id, gate->name,
               venue->zones[gate->zone_inside]->zone_id, gate->width_m, gate->exit_capacity_ppm,
               gate->turnstiles);
    }
}

static void show_facilities(const Tifo__V1__Venue *venue)
{
    for (int kind = 1; kind <= 2; kind++) {
        uint32_t count = 0, servers = 0;
        double served_ppm = 0;
        for (size_t i = 0; i < venue->n_facilities; i++) {
            const Tifo__V1__Facility *facility = venue->facilities[i];
            if ((int)facility->kind != kind)
                continue;
            count++;
            servers += facility->servers;
            served_ppm += 60.0 * facility->servers / facility->service_mean_s;
        }
        printf("%s%-8s %4u with %u %s, %.0f people a minute\n", kind == 1 ? "\n" : "",
               kind == 1 ? "food" : "toilets", count, servers, kind == 1 ? "tills" : "places",
               served_ppm);
    }
}

static void show_check(const char *what, double have, double need)
{
    printf("  %-3s %-46s %8.0f, needed %.0f\n", have >= need ? "ok" : "NO", what, have, need);
}

/* People a minute over the stairs and ramps that start below `level` and end at it or above. */
static double stairs_ppm(const Tifo__V1__Venue *venue, int32_t level)
{
    double total = 0;
    for (size_t i = 0; i < venue->n_links; i++) {
        const Tifo__V1__Link *link = venue->links[i];
        if (link->kind != TIFO__V1__LINK_KIND__LINK_KIND_OPENING)
            continue;
        uint32_t ends[] = { link->node_a, link->node_b };
        for (int e = 0; e < 2; e++)
            if (tifo_place_level_to(venue, ends[e]) >= level &&
                tifo_place_level(venue, ends[e]) < level &&
                venue->openings[link->index]->level >= level)
                total += link->capacity_ppm;
    }
    return total;
}

static void show_checks(const Tifo__V1__Venue *venue)
{
    double seats = tifo_seat_count(venue), entry_pph = 0, exit_ppm = 0;
    for (size_t i = 0; i < venue->n_gates; i++) {
        entry_pph += venue->gates[i]->turnstiles * venue->gates[i]->entry_rate_pph;
        exit_ppm += venue->gates[i]->exit_capacity_ppm;
    }
    printf("\nGreen Guide\n");
    show_check("people in within an hour through turnstiles", entry_pph, seats);
    show_check("people out within 8 minutes through gates", exit_ppm * 8, seats);
    for (size_t l = 0; l < venue->n_levels; l++) {
        int32_t level = venue->levels[l]->number;
        double above = 0;
        for (size_t i = 0; i < venue->n_blocks; i++)
            above += venue->blocks[i]->level >= level ? venue->blocks[i]->seats : 0;
        char what[64];
        snprintf(what, sizeof(what), "people down from level %d within 8 minutes", level);
        /* The ground's lowest level needs no stairs. */
        if (above > 0 && stairs_ppm(venue, level) > 0)
            show_check(what, stairs_ppm(venue, level) * 8, above);
    }
}

static enum outcome run(const struct arguments *arguments)
{
    Tifo__V1__Venue *venue;
    struct tifo_problem problem;
    if (!tifo_venue_load(arguments->positional[0], &venue, &problem)) {
        char line[1024];
        tifo_problem_print(&problem, line, sizeof(line));
        fprintf(stderr, "%s\n", line);
        return FAILED;
    }
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&venue->base);
    } else {
        printf("%s: %s\n%u seats in %zu blocks, %zu openings, %zu links, %zu bytes as a message\n",
               venue->venue_id, venue->name, tifo_seat_count(venue), venue->n_blocks,
               venue->n_openings, venue->n_links, tifo__v1__venue__get_packed_size(venue));
        show_zones(venue);
        show_gates(venue);
        show_facilities(venue);
        show_checks(venue);
    }
    tifo_venue_free(venue);
    return DONE;
}

const struct command venue_show_command = {
    "venue show", "FILE", "sums a venue up: zones, gates, widths, code checks", 1, flags, run,
};
