#include "tests/unit/foreign/foreign_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void foreign_scene_open(struct foreign_scene *s, const char *path)
{
    char why[600];
    struct ground_error error;
    if (!foreign_read(path, &s->foreign, why, sizeof why))
        fail_msg("%s", why);
    s->ground = foreign_ground(&s->foreign, &error);
    if (s->ground == NULL)
        fail_msg("%s: %s", path, error.text);
    s->crowd = crowd_create(s->ground, &(struct crowd_def){ .seed = s->foreign.seed });
    s->walkers = walkers_create(&s->foreign, s->ground, s->crowd, s->foreign.seed);
    walkers_step(s->walkers);
}

void foreign_scene_step(struct foreign_scene *s)
{
    crowd_step(s->crowd);
    walkers_step(s->walkers);
}

void foreign_scene_run(struct foreign_scene *s, double until_s)
{
    while (!walkers_done(s->walkers) && crowd_time_s(s->crowd) < s->foreign.duration_s &&
           crowd_time_s(s->crowd) < until_s)
        foreign_scene_step(s);
}

void foreign_scene_close(struct foreign_scene *s)
{
    walkers_destroy(s->walkers);
    crowd_destroy(s->crowd);
    ground_destroy(s->ground);
    foreign_fini(&s->foreign);
}

bool foreign_scene_notes(const struct foreign_scene *s, const char *words)
{
    for (size_t i = 0; i < s->foreign.note_count; i++)
        if (strstr(s->foreign.notes[i], words) != NULL)
            return true;
    return false;
}
