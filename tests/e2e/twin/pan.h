/*
 * A hand that drags the ground of a real window while a server in another process tells it four
 * times a second what a crowded ground looks like; and how long each frame took.
 *
 * The program is linked so that screen_frame() and SDL_UpdateWindowSurfaceRects() come through
 * here (tests/e2e/twin/CMakeLists.txt), so what is measured is the window's own loop.
 */
#ifndef TESTS_E2E_TWIN_PAN_H
#define TESTS_E2E_TWIN_PAN_H

#include <stdbool.h>
#include <stddef.h>

enum { PAN_FRAMES_MOST = 4000 };

struct pan_frame {
    double at_ms;     /* When it was presented. */
    double work_ms;   /* Drawing and presenting it; the wait for the beat between them not. */
    unsigned picture; /* A digest of the ground. */
    float x_m, y_m;   /* What the camera looked at. */
};

struct pan {
    const char *venue; /* File. */
    int width, height;
    size_t frames_wanted;
    bool lockstep;            /* A movement a frame; otherwise 125 a second, as from a mouse. */
    bool pinned;              /* The window on the first core alone, the server on the others. */
    struct pan_frame *frames; /* Filled in while the hand moves. */
    size_t count;
    int code; /* The window's. */
};

/* False: the server could not be started. Must come before any thread. */
bool pan_run(struct pan *pan);

#endif
