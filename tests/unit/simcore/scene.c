#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void scene_open(struct scene *s, uint64_t seed)
{
    struct ground_error error;
    if (!scene_make(s, &(struct crowd_def){ .seed = seed }, &error))
        fail_msg("%s", error.text);
}

void scene_step(struct scene *s)
{
    crowd_step(s->crowd);
    struct crowd_people p = crowd_people(s->crowd);
    uint32_t placed = 0, left = 0;
    struct crowd_tally tally = crowd_tally(s->crowd);
    for (uint32_t i = 0; i < p.count; i++) {
        left += p.mode[i] == PERSON_LEFT;
        if (p.mode[i] == PERSON_SEATED || p.mode[i] == PERSON_LEFT || p.mode[i] == PERSON_AWAY)
            continue;
        struct point at = { p.x[i], p.y[i] };
        if (!(at.x == at.x) || !(at.y == at.y))
            fail_msg("person %u is nowhere at %.1f s", i, crowd_time_s(s->crowd));
        if (scene_off_floor_m(s, i) > 0.001)
            fail_msg("person %u is off the floor of area %u at %.2f %.2f, %.1f s", i, p.place[i],
                     at.x, at.y, crowd_time_s(s->crowd));
        if (p.speed_mps[i] > 2.9f)
            fail_msg("person %u runs %.1f m/s at %.1f s", i, p.speed_mps[i],
                     crowd_time_s(s->crowd));
    }
    for (uint32_t place = 0; place < s->area_count + s->block_count; place++)
        placed += tally.in_place[place];
    assert_int_equal(placed + left + tally.away, p.count);
    assert_int_equal(tally.away + tally.seated + tally.in_rows + tally.walking + tally.queued +
                         tally.left,
                     p.count);
}

double scene_run(struct scene *s, double until_s)
{
    struct crowd_tally tally;
    do {
        scene_step(s);
        tally = crowd_tally(s->crowd);
    } while (crowd_time_s(s->crowd) < until_s && tally.seated + tally.left < tally.people);
    return crowd_time_s(s->crowd);
}

uint64_t scene_seed(uint64_t standard)
{
    const char *given = getenv("TIFO_SEED");
    return given ? strtoull(given, NULL, 10) : standard;
}
