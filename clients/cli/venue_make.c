#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/cli/bowl_layout.h"
#include "clients/cli/command.h"

static const struct flag flags[] = {
    { "--seats", "N", "seats, 1000 to 80000" },
    { "--gates", "N", "gates, 2 to 24" },
    { "--tiers", "1|2", "tiers of seats (default 2)" },
    { "--id", "ID", "venue id (default bowl-SEATS)" },
    { "--name", "TEXT", "its name for people (default the id)" },
    { "--seed", "N", "where along the wall the gates stand (default 1)" },
    { "--origin", "LON,LAT[,BEARING]",
      "the pitch's middle on the Earth, degrees (default: local metres)" },
    { "-o", "FILE", "where to write; - is the standard output" },
    { NULL, NULL, NULL },
};

static bool read_origin(const char *text, Tifo__V1__Anchor *anchor)
{
    char rest;
    anchor->bearing_deg = 0;
    int read = sscanf(text, "%lf,%lf,%lf%c", &anchor->longitude_deg, &anchor->latitude_deg,
                      &anchor->bearing_deg, &rest);
    if ((read == 2 || read == 3) && anchor->longitude_deg >= -180 && anchor->longitude_deg <= 180 &&
        anchor->latitude_deg >= -85 && anchor->latitude_deg <= 85 && anchor->bearing_deg >= 0 &&
        anchor->bearing_deg <= 360)
        return true;
    fprintf(stderr,
            "tifo: --origin %s is not LON,LAT or LON,LAT,BEARING in degrees, such as "
            "13.0,52.5,20\n",
            text);
    return false;
}

/* True when `path` took the whole text. */
static bool write_text(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool ok = fwrite(text, 1, size, file) == size && fflush(file) == 0;
    int error = errno;
    ok &= fclose(file) == 0;
    if (!ok && error)
        errno = error;
    return ok;
}

/* Files are written beside and renamed: a full disk leaves nothing half written. Pipes and devices
 * are only written. */
static enum outcome save(const char *path, const char *text, size_t size)
{
    if (strcmp(path, "-") == 0)
        return fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0 ? DONE : FAILED;
    struct stat there;
    bool device = stat(path, &there) == 0 && !S_ISREG(there.st_mode);
    char beside[1024];
    if (snprintf(beside, sizeof(beside), "%s%s", path, device ? "" : ".part") >=
        (int)sizeof(beside)) {
        fprintf(stderr, "tifo: the path is too long: %s\n", path);
        return FAILED;
    }
    bool ok = write_text(beside, text, size) && (device || rename(beside, path) == 0);
    if (!ok) {
        fprintf(stderr, "tifo: cannot write %s: %s\n", path, strerror(errno));
        if (!device)
            remove(beside);
    }
    return ok ? DONE : FAILED;
}

/* What was drawn must pass the same checks as everybody's files. */
static enum outcome check_and_save(const Tifo__V1__Venue *drawn, const char *path)
{
    size_t size;
    char *text = tifo_venue_text(drawn, &size);
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    enum outcome outcome = FAILED;
    if (tifo_venue_parse(path, text, size, &venue, &problems)) {
        outcome = save(path, text, size);
        if (outcome == DONE && strcmp(path, "-") != 0)
            printf("%s: %u seats, %zu zones, %zu gates, %zu bytes\n", path, tifo_seat_count(venue),
                   venue->n_zones, venue->n_gates, size);
        tifo_venue_free(venue);
    } else {
        char line[1024];
        tifo_problem_print(&problems.rows[0], line, sizeof(line));
        fprintf(stderr, "tifo: no sound ground came out of these numbers; try others (%s)\n", line);
    }
    tifo_problems_fini(&problems);
    free(text);
    return outcome;
}

static enum outcome run(const struct arguments *arguments)
{
    struct bowl_request request = { .tiers = 2, .seed = 1 };
    const char *path = arguments_text(arguments, "-o");
    if (!path || !arguments_text(arguments, "--seats") || !arguments_text(arguments, "--gates")) {
        fprintf(stderr, "tifo: venue make needs --seats N --gates N -o FILE\n");
        return BAD_USAGE;
    }
    if (!arguments_number(arguments, "--seats", 1000, 80000, &request.seats) ||
        !arguments_number(arguments, "--gates", 2, BOWL_GATES_MAX, &request.gates) ||
        !arguments_number(arguments, "--tiers", 1, 2, &request.tiers) ||
        !arguments_number(arguments, "--seed", 0, 1000000, &request.seed))
        return BAD_USAGE;
    Tifo__V1__Anchor anchor = TIFO__V1__ANCHOR__INIT;
    const char *origin = arguments_text(arguments, "--origin");
    if (origin && !read_origin(origin, &anchor))
        return BAD_USAGE;

    struct bowl_plan plan;
    char why[200], id[32];
    if (!bowl_plan_make(&plan, &request, why, sizeof(why))) {
        fprintf(stderr, "tifo: %s\n", why);
        return FAILED;
    }
    snprintf(id, sizeof(id), "bowl-%u", request.seats);
    struct bowl_names names = { .id = arguments_text(arguments, "--id"),
                                .name = arguments_text(arguments, "--name"),
                                .anchor = origin ? &anchor : NULL };
    names.id = names.id ? names.id : id;
    names.name = names.name ? names.name : names.id;
    Tifo__V1__Venue *drawn = bowl_layout(&plan, &names);
    enum outcome outcome = check_and_save(drawn, path);
    tifo_venue_free(drawn);
    return outcome;
}

const struct command venue_make_command = {
    "venue make", "", "lays out a bowl by the Green Guide's figures", 0, flags, .run = run,
};
