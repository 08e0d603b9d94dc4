/*
 * A folder of its own for a test, and small runs in it: the hand-drawn ground with four gates.
 */
#ifndef TESTS_UNIT_SIM_SMALL_H
#define TESTS_UNIT_SIM_SMALL_H

#include "sim/behaviour.h"
#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

struct small {
    char folder[64];
};

/* Makes the folder, or ends the test. */
void small_init(struct small *small);
/* Removes it with all that is in it. */
void small_fini(struct small *small);

/* "FOLDER/name" */
const char *small_path(const struct small *small, const char *name, char path[256]);
void small_write(const struct small *small, const char *name, const char *text);
/* `text` with the first `from` replaced, freed by the caller; ends the test if it is not there. */
char *small_changed(const char *text, const char *from, const char *to);
/* The whole file as text, freed by the caller; ends the test if it is not there. */
char *small_read(const struct small *small, const char *name);
char *small_read_file(const char *path);

/* A scenario that is right: everybody leaves within a minute and a half, gate G4 shuts at 0:40. */
extern const char small_egress[];
/* One that returns: some go for toilets and food. */
extern const char small_break[];
/* One that comes in, within two minutes: a fifth holds forged or copied tickets. */
extern const char small_arrival[];

/* The ground of all of these: a file. */
extern const char small_ground[];
Tifo__V1__Venue *small_venue(void); /* Freed with tifo_venue_free(). */

/* A ground with its people, whose steps the test makes itself. */
struct small_stand {
    struct scenario scenario;
    Tifo__V1__Venue *venue;
    struct ground *ground;
    struct crowd *crowd;
    struct behaviour *behaviour;
};

/* `admit` as in struct behaviour_def, its context is the stand; NULL: everybody. */
void small_stand_init(struct small_stand *stand, const char *text, double compliance,
                      bool (*admit)(void *ctx, uint32_t person, uint32_t gate));
void small_stand_fini(struct small_stand *stand);
/* Steps until that time. */
void small_stand_until(struct small_stand *stand, double until_s);

/* Runs a scenario text unguided into the folder's `out`; the exit code. */
int small_run(const struct small *small, const char *text, uint64_t seed, const char *out);

#endif
