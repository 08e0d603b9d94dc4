/* A foreign scenario that runs in a test. */
#ifndef TESTS_UNIT_FOREIGN_SCENE_H
#define TESTS_UNIT_FOREIGN_SCENE_H

#include "sim/foreign/walkers.h"

struct foreign_scene {
    struct foreign foreign;
    struct ground *ground;
    struct crowd *crowd;
    struct walkers *walkers;
};

/* Opens it; fails the test with the reader's words. */
void foreign_scene_open(struct foreign_scene *scene, const char *path);
void foreign_scene_step(struct foreign_scene *scene);
/* Until nobody comes or goes any more, or the scenario's end, or `until_s`. */
void foreign_scene_run(struct foreign_scene *scene, double until_s);
void foreign_scene_close(struct foreign_scene *scene);
bool foreign_scene_notes(const struct foreign_scene *scene, const char *words);

#endif
