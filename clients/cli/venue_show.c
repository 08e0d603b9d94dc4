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
    printf("  %-3s %-52s %8.0f, needed %.0f\n", have >= need ? "ok" : "NO", what, have, need);
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

/* People whose share of blocks empties into an aisle: a block's seats spread evenly over its
 * aisles. */
static double people_on(const Tifo__V1__Venue *venue, uint32_t aisle)
{
    double people = 0;
    for (size_t b = 0; b < venue->n_blocks; b++) {
        uint32_t place = (uint32_t)(venue->n_zones + b), openings = 0, here = 0;
        for (size_t i = 0; i < venue->n_openings; i++) {
            const Tifo__V1__Opening *opening = venue->openings[i];
            if (opening->place_a != place && opening->place_b != place)
                continue;
            openings++;
            here += opening->place_a == aisle || opening->place_b == aisle;
        }
        if (here > 0)
            people += (double)venue->blocks[b]->seats * here / openings;
    }
    return people;
}

/* The aisle that takes longest to empty its blocks; aisles are stepped: 66 a minute and metre. */
static void show_worst_aisle(const Tifo__V1__Venue *venue)
{
    const char *worst = NULL;
    double worst_have = 0, worst_need = 0;
    for (uint32_t zone = 0; zone < venue->n_zones; zone++) {
        double width_m = 0;
        if (venue->zones[zone]->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE)
            continue;
        for (size_t i = 0; i < venue->n_openings; i++) {
            const Tifo__V1__Opening *opening = venue->openings[i];
            bool a = opening->place_a == zone, b = opening->place_b == zone;
            if ((a || b) && !tifo_place_is_block(venue, a ? opening->place_b : opening->place_a))
                width_m += opening->width_m;
        }
        double have = width_m * 66 * 8, need = people_on(venue, zone);
        if (!worst || need * worst_have > worst_need * have) {
            worst = tifo_place_id(venue, zone);
            worst_have = have;
            worst_need = need;
        }
    }
    char what[96];
    snprintf(what, sizeof(what), "people off aisle %.20s, the tightest, in 8 minutes",
             worst ? worst : "");
    if (worst)
        show_check(what, worst_have, worst_need);
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
    show_worst_aisle(venue);
    for (size_t l = 0; l < venue->n_levels; l++) {
        int32_t level = venue->levels[l]->number;
        double above = 0;
        for (size_t i = 0; i < venue->n_blocks; i++)
            above += venue->blocks[i]->level >= level ? venue->blocks[i]->seats : 0;
        char what[96];
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
    "venue show", "FILE",     "sums a venue up: zones, gates, widths, code checks", 1,
    flags,        .run = run,
};
