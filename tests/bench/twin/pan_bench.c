/* pan_bench twin VENUE SECONDS | pan_bench blit SECONDS: on an X server, 1920 x 1080, on one core.
 *
 * twin: the window while a hand drags the ground. blit: a window that copies a whole picture and
 * presents it, 60 times a second: less cannot be done. Prints, one a line, the 95th percentile of a
 * frame's work and of the time between two frames, ms, the frames, and how many followed
 * the hand and yet showed nothing new.
 */
#define _GNU_SOURCE
#include "tests/e2e/twin/pan.h"

#include <SDL.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1920, HEIGHT = 1080, FRAME_HZ = 60 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double p95(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count ? values[(count - 1) * 95 / 100] : 0;
}

static void report(const struct pan_frame *frames, size_t count)
{
    static double work[PAN_FRAMES_MOST], between[PAN_FRAMES_MOST];
    size_t same = 0;
    for (size_t i = 0; i < count; i++) {
        work[i] = frames[i].work_ms;
        if (i) {
            between[i - 1] = frames[i].at_ms - frames[i - 1].at_ms;
            bool moved = frames[i].x_m != frames[i - 1].x_m || frames[i].y_m != frames[i - 1].y_m;
            same += moved && frames[i].picture == frames[i - 1].picture;
        }
    }
    printf("work_p95_ms %.3f\nbetween_p95_ms %.3f\nframes %zu\nsame %zu\n", p95(work, count),
           p95(between, count ? count - 1 : 0), count, same);
}

static double now_ms(void)
{
    return (double)SDL_GetPerformanceCounter() * 1000 / (double)SDL_GetPerformanceFrequency();
}

static int blit(struct pan_frame *frames, size_t count)
{
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET(0, &core);
    sched_setaffinity(0, sizeof core, &core);
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0)
        return 1;
    SDL_Window *window = SDL_CreateWindow("blit", 0, 0, WIDTH, HEIGHT, 0);
    uint8_t *picture = malloc((size_t)WIDTH * HEIGHT * 4);
    if (!window || !picture)
        return 1;
    for (size_t i = 0; i < count; i++) {
        SDL_PumpEvents();
        double begun = now_ms();
        memset(picture, (int)i, WIDTH * 4); /* Something new. */
        SDL_Surface *surface = SDL_GetWindowSurface(window);
        for (int y = 0; y < HEIGHT; y++)
            memcpy((uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch,
                   picture + (size_t)y * WIDTH * 4, WIDTH * 4);
        SDL_UpdateWindowSurface(window);
        double at = now_ms();
        frames[i] =
            (struct pan_frame){ .at_ms = at, .work_ms = at - begun, .picture = (unsigned)i };
        double rest = 1000.0 / FRAME_HZ - (at - begun);
        if (rest > 0)
            SDL_Delay((Uint32)rest);
    }
    report(frames, count);
    free(picture);
    SDL_DestroyWindow(window);
    SDL_Quit();
    return 0;
}

int main(int argc, char **argv)
{
    static struct pan_frame frames[PAN_FRAMES_MOST];
    bool twin = argc == 4 && strcmp(argv[1], "twin") == 0;
    if (!twin && !(argc == 3 && strcmp(argv[1], "blit") == 0)) {
        fprintf(stderr, "pan_bench twin VENUE SECONDS | pan_bench blit SECONDS\n");
        return 2;
    }
    size_t count = (size_t)(atof(argv[argc - 1]) * FRAME_HZ);
    count = count < PAN_FRAMES_MOST ? count : PAN_FRAMES_MOST;
    if (!twin)
        return blit(frames, count);
    struct pan pan = { .venue = argv[2],
                       .width = WIDTH,
                       .height = HEIGHT,
                       .frames_wanted = count,
                       .pinned = true,
                       .frames = frames };
    if (!pan_run(&pan) || pan.code != 0)
        return 1;
    report(frames, pan.count);
    return 0;
}
