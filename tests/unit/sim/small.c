#include "tests/unit/sim/small.h"

#include "clients/c/tifo.h"
#include "sim/ground.h"
#include "sim/run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEOPLE                                                                                     \
    "people:\n"                                                                                    \
    "  compliance: 0.5\n"                                                                          \
    "  reporting: 0.5\n"                                                                           \
    "  nearest-gate: 0.5\n"                                                                        \
    "  hesitation: 0:06\n"
#define GROUND TIFO_SOURCE_DIR "/scenarios/venues/four-gates.geojson"
#define VENUE  "venue: " GROUND "\n"

const char small_ground[] = GROUND;

const char small_egress[] = "title: Small egress\n" VENUE "start: 2026-05-16T14:41:00Z\n"
                            "duration: 6:00\n"
                            "count-from: 0:10\n"
                            "seed: 7\n"
                            "occupancy: 0.3\n" PEOPLE "phases:\n"
                            "  - {kind: play, label: play, from: 0:00, to: 0:10}\n"
                            "  - {kind: egress, label: full time, from: 0:10, to: 6:00}\n"
                            "trips:\n"
                            "  - share: 1\n"
                            "    stops: [exit]\n"
                            "    leave: {from: 0:10, peak: 0:20, to: 1:30}\n"
                            "gates:\n"
                            "  - {gate: G4, to: closed, at: 0:40, reason: a test}\n";

const char small_break[] = "title: Small break\n" VENUE "start: 2026-05-16T14:41:00Z\n"
                           "duration: 12:00\n"
                           "count-from: 0:30\n"
                           "seed: 7\n"
                           "occupancy: 0.3\n" PEOPLE "phases:\n"
                           "  - {kind: play, label: play, from: 0:00, to: 0:30}\n"
                           "  - {kind: break, label: half time, from: 0:30, to: 10:00}\n"
                           "  - {kind: play, label: play, from: 10:00, to: 12:00}\n"
                           "trips:\n"
                           "  - share: 0.1\n"
                           "    stops: [toilets]\n"
                           "    leave: {from: 0:10, peak: 0:40, to: 2:00}\n"
                           "  - share: 0.1\n"
                           "    stops: [food, toilets]\n"
                           "    leave: {from: 0:10, peak: 0:40, to: 2:00}\n";

const char small_arrival[] = "title: Small arrival\n" VENUE "start: 2026-05-16T14:41:00Z\n"
                             "duration: 12:00\n"
                             "count-from: 0:00\n"
                             "seed: 7\n"
                             "occupancy: 0.3\n" PEOPLE "phases:\n"
                             "  - {kind: entry, label: doors open, from: 0:00, to: 10:00}\n"
                             "  - {kind: play, label: play, from: 10:00, to: 12:00}\n"
                             "arrivals: {from: 0:00, peak: 1:00, to: 2:00}\n"
                             "tickets: {price-minor: 1000, forged: 0.1, copied: 0.1}\n";

static void need(int condition, const char *what)
{
    if (!condition) {
        perror(what);
        abort();
    }
}

void small_init(struct small *small)
{
    snprintf(small->folder, sizeof small->folder, "/tmp/tifo-sim-test-XXXXXX");
    need(mkdtemp(small->folder) != NULL, "mkdtemp");
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char child[512];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        if (lstat(child, &status) == 0 && S_ISDIR(status.st_mode))
            remove_folder(child);
        else
            unlink(child);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

void small_fini(struct small *small)
{
    remove_folder(small->folder);
}

const char *small_path(const struct small *small, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", small->folder, name);
    return path;
}

void small_write(const struct small *small, const char *name, const char *text)
{
    char path[256];
    FILE *file = fopen(small_path(small, name, path), "wb");
    need(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

char *small_changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    need(at != NULL, from);
    char *out = calloc(strlen(text) + strlen(to) + 1, 1);
    need(out != NULL, from);
    memcpy(out, text, (size_t)(at - text));
    strcat(out, to);
    strcat(out, at + strlen(from));
    return out;
}

char *small_read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    need(file != NULL, path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(size + 1, 1);
    need(text != NULL && fread(text, 1, size, file) == size, path);
    fclose(file);
    return text;
}

char *small_read(const struct small *small, const char *name)
{
    char path[256];
    return small_read_file(small_path(small, name, path));
}

Tifo__V1__Venue *small_venue(void)
{
    Tifo__V1__Venue *venue;
    need(tifo_venue_load(small_ground, &venue, NULL), small_ground);
    return venue;
}

void small_stand_init(struct small_stand *stand, const char *text, double compliance,
                      bool (*admit)(void *ctx, uint32_t person, uint32_t gate))
{
    struct small small;
    char path[256], why[400];
    struct ground_error error;
    small_init(&small);
    small_write(&small, "stand.yaml", text);
    need(scenario_read(small_path(&small, "stand.yaml", path), &stand->scenario, why, sizeof why),
         "stand.yaml");
    small_fini(&small);
    stand->scenario.people.compliance = compliance;
    need(tifo_venue_load(stand->scenario.venue, &stand->venue, NULL), stand->scenario.venue);
    stand->ground =
        ground_of_venue(stand->venue, scenario_arrives(&stand->scenario), NULL, NULL, &error);
    need(stand->ground != NULL, "ground_of_venue");
    stand->crowd = crowd_create(stand->ground, &(struct crowd_def){ .seed = 7 });
    stand->behaviour = behaviour_create(&(struct behaviour_def){ .scenario = &stand->scenario,
                                                                 .seed = 7,
                                                                 .venue = stand->venue,
                                                                 .crowd = stand->crowd,
                                                                 .admit = admit,
                                                                 .admit_ctx = stand });
    behaviour_step(stand->behaviour);
}

void small_stand_fini(struct small_stand *stand)
{
    behaviour_destroy(stand->behaviour);
    crowd_destroy(stand->crowd);
    ground_destroy(stand->ground);
    tifo_venue_free(stand->venue);
}

void small_stand_until(struct small_stand *stand, double until_s)
{
    while (crowd_time_s(stand->crowd) < until_s - CROWD_STEP_S / 2) {
        crowd_step(stand->crowd);
        behaviour_step(stand->behaviour);
    }
}

int small_run(const struct small *small, const char *text, uint64_t seed, const char *out)
{
    char scenario[256], folder[256];
    volatile sig_atomic_t stop = 0;
    small_write(small, "small.yaml", text);
    return run_scenario(
        &(struct run_options){ .scenario = small_path(small, "small.yaml", scenario),
                               .out = small_path(small, out, folder),
                               .has_seed = true,
                               .seed = seed,
                               .quiet = true,
                               .stop = &stop });
}
