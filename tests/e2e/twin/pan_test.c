/* The window follows the hand on the 60,000 ground: every frame shows something new, and the camera
 * is where the hand has moved it. How fast that goes is the bench's (tests/bench/twin). */
#include "tests/unit/twin/check.h"

#include "tests/e2e/twin/pan.h"

#include <math.h>

enum { FRAMES = 90 };

static void every_frame_of_a_pan_shows_something_new(void **state)
{
    (void)state;
    static struct pan_frame frames[FRAMES];
    struct pan pan = { .venue = TIFO_SOURCE_DIR "/scenarios/venues/bowl-60000.geojson",
                       .width = 1920,
                       .height = 1080,
                       .frames_wanted = FRAMES,
                       .lockstep = true,
                       .frames = frames };
    assert_true(pan_run(&pan));
    assert_int_equal(pan.code, 0);
    assert_int_equal(pan.count, FRAMES);
    float farthest = 0;
    for (size_t i = 1; i < pan.count; i++) {
        assert_int_not_equal(frames[i].picture, frames[i - 1].picture);
        farthest =
            fmaxf(farthest, hypotf(frames[i].x_m - frames[0].x_m, frames[i].y_m - frames[0].y_m));
    }
    assert_true(farthest > 20); /* Metres. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_of_a_pan_shows_something_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
