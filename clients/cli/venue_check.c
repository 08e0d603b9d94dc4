#include <jansson.h>
#include <stdio.h>

#include "clients/c/tifo.h"
#include "clients/cli/command.h"

static const struct flag flags[] = {
    { "--json", NULL, "the problems as a line of JSON each; none: it is sound" },
    { NULL, NULL, NULL },
};

static void print_json(const struct tifo_problem *problem)
{
    json_t *line =
        json_pack("{ss si si si ss ss ss ss}", "file", problem->file, "line", problem->line,
                  "column", problem->column, "feature", problem->feature, "kind", problem->kind,
                  "id", problem->id, "field", problem->field, "sentence", problem->sentence);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static enum outcome run(const struct arguments *arguments)
{
    const char *path = arguments->positional[0];
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    bool ok = tifo_venue_check(path, &venue, &problems);
    const bool json = arguments_switch(arguments, "--json");
    for (size_t i = 0; i < problems.count; i++) {
        char line[1024];
        if (json) {
            print_json(&problems.rows[i]);
            continue;
        }
        tifo_problem_print(&problems.rows[i], line, sizeof(line));
        fprintf(stderr, "%s\n", line);
    }
    if (problems.count == TIFO_PROBLEMS_MAX)
        fprintf(stderr, "%s: there may be more\n", path);
    if (ok && !json)
        printf("%s: sound; %s, %u seats, %zu zones, %zu gates\n", path, venue->venue_id,
               tifo_seat_count(venue), venue->n_zones, venue->n_gates);
    tifo_problems_fini(&problems);
    tifo_venue_free(venue);
    return ok ? DONE : FAILED;
}

const struct command venue_check_command = {
    "venue check", "FILE", "lists everything that is wrong with a venue file", 1, flags, .run = run,
};
