/* Walks a small ground and writes where everybody is after each step, as doubles: the test compares
 * what this says when compilers, optimisation and threads differ, and when it goes on from a
 * checkpoint.
 *
 *   same_bits weidmann|experiment THREADS CHECKPOINT_AT    (steps; 0: none)
 */
#include "sim/core/walking.h"
#include "sim/validate/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 600, EACH_WAY = 150 };

/* A hall where two streams meet, a way for one, stairs, and a broad bend to the far gate. */
static void draw(struct scene *s, uint32_t gates[2])
{
    struct point bend[] = { { 34, 0 }, { 56, 0 }, { 56, 22 }, { 46, 22 }, { 46, 10 }, { 34, 10 } };
    uint32_t hall = scene_room(s, 0, 0, 20, 10), lane = scene_room(s, 20, 1, 28, 1.8);
    uint32_t stairs = scene_room(s, 20, 4, 28, 6), landing = scene_room(s, 28, 0, 34, 10);
    uint32_t square = scene_area(s, bend, 6);
    uint32_t west = scene_outside(s, -6, 0, 0, 10), north = scene_outside(s, 46, 22, 56, 28);
    s->areas[stairs].stairs = true;
    scene_door(s, hall, lane, (struct point){ 20, 1 }, (struct point){ 20, 1.8 });
    scene_door(s, lane, landing, (struct point){ 28, 1 }, (struct point){ 28, 1.8 });
    scene_door(s, hall, stairs, (struct point){ 20, 4 }, (struct point){ 20, 6 });
    scene_door(s, stairs, landing, (struct point){ 28, 4 }, (struct point){ 28, 6 });
    scene_door(s, landing, square, (struct point){ 34, 0 }, (struct point){ 34, 10 });
    gates[0] = scene_gate(s, hall, west, (struct point){ 0, 4 }, (struct point){ 0, 6 });
    gates[1] = scene_gate(s, square, north, (struct point){ 46, 22 }, (struct point){ 56, 22 });
}

/* Saves, and goes on with what was loaded. */
static void resume(struct scene *s, const struct crowd_def *def)
{
    const char *error = "";
    size_t size = crowd_save(s->crowd, NULL, 0);
    char *bytes = malloc(size);
    if (bytes == NULL)
        abort();
    crowd_save(s->crowd, bytes, size);
    crowd_destroy(s->crowd);
    s->crowd = crowd_load(s->ground, def, bytes, size, &error);
    free(bytes);
    if (s->crowd == NULL) {
        fprintf(stderr, "checkpoint: %s\n", error);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static struct scene s;
    struct ground_error error;
    uint32_t gates[2];
    if (argc != 4)
        return 2;
    bool weidmann = strcmp(argv[1], "weidmann") == 0;
    struct crowd_def def = { .seed = 7,
                             .walking = weidmann ? &walking_weidmann : &walking_experiment,
                             .threads = (uint32_t)atoi(argv[2]) };
    draw(&s, gates);
    if (!scene_make(&s, &def, &error))
        return 1;
    scene_fill(&s, 0, EACH_WAY, (struct point){ 1, 1 }, (struct point){ 19, 9 },
               (struct goal){ GOAL_GATE, gates[1] }, 1);
    scene_fill(&s, 3, EACH_WAY / 2, (struct point){ 28.5, 0.5 }, (struct point){ 33.5, 9.5 },
               (struct goal){ GOAL_GATE, gates[0] }, 2);
    for (int step = 0; step < STEPS; step++) {
        if (step > 0 && step == atoi(argv[3]))
            resume(&s, &def);
        crowd_step(s.crowd);
        struct crowd_people p = crowd_people(s.crowd);
        fwrite(p.x, sizeof *p.x, p.count, stdout);
        fwrite(p.y, sizeof *p.y, p.count, stdout);
    }
    scene_close(&s);
    return fflush(stdout) == 0 ? 0 : 1;
}
