#include "twin/window.h"

#include "twin/window_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FRAME_MS = 16,
    DATA_MS = 250, /* Values change at most four times a second. */
};
/* Waking up and a call to the window system: what is drawn is not shown yet. */
#define SHOW_MS 1.0
/* Of the slowest drawing, after each frame: half of it after a second. */
#define LEAD_KEPT 0.99

/* From the link's threads: SDL's queue is the way into the window's. */
static void on_wake(void *ctx)
{
    SDL_Event event = { .type = SDL_USEREVENT };
    (void)ctx;
    SDL_PushEvent(&event);
}

const struct model *window_model(const struct window *w)
{
    return desk_model(&w->desk, &w->model);
}

void window_follow_desk(struct window *w, bool changed)
{
    if (!changed)
        return;
    if (w->shown_ms != model_now_ms(window_model(w))) {
        w->shown_ms = model_now_ms(window_model(w));
        screen_update(&w->screen, window_model(w));
    }
    screen_follow(&w->screen, &w->desk, window_model(w));
    struct order order;
    while (desk_take_order(&w->desk, &order) && w->sender)
        sender_send(w->sender, w->model.venue->venue_id, &order);
    if ((w->desk.line != LINE_CLOSED) != (bool)SDL_IsTextInputActive())
        (w->desk.line != LINE_CLOSED ? SDL_StartTextInput : SDL_StopTextInput)();
}

/* ---- Frames
 *
 * A frame is shown on the beat, however long its drawing took: it begins as long before the beat as
 * the slowest drawing of late needed. The hand's last movement before that is in it.
 */

static double now_ms(void)
{
    return (double)SDL_GetPerformanceCounter() * 1000 / (double)SDL_GetPerformanceFrequency();
}

static void sleep_until(double at_ms)
{
    double rest = at_ms - now_ms();
    if (rest <= 0)
        return;
    struct timespec pause = { .tv_sec = (time_t)(rest / 1000),
                              .tv_nsec = (long)(fmod(rest, 1000) * 1e6) };
    nanosleep(&pause, NULL); /* A signal ends it early: then the frame comes early. */
}

/* Into the window's memory; what of it is to be shown. False: there is nothing to draw into yet. */
static bool draw(struct window *w, struct damage *damage)
{
    SDL_Surface *surface = SDL_GetWindowSurface(w->sdl);
    if (!surface || surface->format->BytesPerPixel != 4)
        return false;
    struct canvas canvas;
    canvas_init_over(&canvas, surface->pixels, surface->w, surface->h, surface->pitch / 4);
    if (canvas.width != w->screen.width || canvas.height != w->screen.height)
        return false; /* The event that says so is on its way. */
    if (w->bare)
        screen_touch(&w->screen);
    double begun = now_ms();
    screen_frame(&w->screen, &canvas, window_model(w), SDL_GetTicks(), damage);
    double took = now_ms() - begun + SHOW_MS;
    w->lead_ms = fmin(fmax(took, w->lead_ms * LEAD_KEPT), FRAME_MS);
    return true;
}

static void show(struct window *w, const struct damage *damage)
{
    SDL_Rect rects[SCREEN_PARTS];
    for (size_t i = 0; i < damage->count; i++)
        rects[i] = (SDL_Rect){ damage->rects[i].x, damage->rects[i].y, damage->rects[i].width,
                               damage->rects[i].height };
    if (w->bare)
        SDL_UpdateWindowSurface(w->sdl);
    else if (damage->count)
        SDL_UpdateWindowSurfaceRects(w->sdl, rects, (int)damage->count);
    w->bare = false;
}

static void frame(struct window *w)
{
    struct damage damage;
    double beat = w->beat_ms + FRAME_MS;
    bool drawn = draw(w, &damage);
    if (drawn && (w->bare || damage.count))
        sleep_until(beat);
    double now = now_ms();
    w->beat_ms = now < beat + FRAME_MS ? fmax(beat, now - FRAME_MS / 2) : now;
    if (drawn)
        show(w, &damage);
}

static void take_data(struct window *w)
{
    char problem[200];
    Uint32 now = SDL_GetTicks();
    if (now - w->taken_at < DATA_MS)
        return;
    w->taken_at = now;
    if (link_take(w->link, &w->model, problem, sizeof problem)) {
        desk_follow(&w->desk, &w->model);
        w->shown_ms = 0; /* What was taken may change the same moment: a pick, the contact. */
        window_follow_desk(w, true);
    }
    struct outcome outcome;
    while (w->sender && sender_take(w->sender, &outcome))
        window_follow_desk(w, desk_outcome(&w->desk, &w->model, &outcome));
    if (*problem) {
        fprintf(stderr, "tifo-twin: %s\n", problem);
        w->code = 1;
        w->running = false;
    }
}

/* Until the next frame may be drawn, or wants to be. */
static double pause_ms(const struct window *w)
{
    Uint32 rest = screen_rest_ms(&w->screen);
    rest = rest < FRAME_MS ? FRAME_MS : rest > DATA_MS ? DATA_MS : rest;
    return w->beat_ms + rest - w->lead_ms - now_ms();
}

static int loop(struct window *w)
{
    SDL_Event event;
    while (w->running) {
        double pause = pause_ms(w);
        if (pause > 0 && SDL_WaitEventTimeout(&event, (int)ceil(pause)))
            window_event(w, &event);
        while (SDL_PollEvent(&event))
            window_event(w, &event);
        take_data(w);
        window_follow_desk(w, desk_tick(&w->desk, &w->model, SDL_GetTicks()));
        if (now_ms() >= w->beat_ms + FRAME_MS - w->lead_ms)
            frame(w);
    }
    return w->code;
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "tifo-twin: %s: %s\n", what, why);
    return 1;
}

static int open_and_loop(struct window *w, const struct options *options)
{
    w->sdl = SDL_CreateWindow("Tifo", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                              options->width, options->height, SDL_WINDOW_RESIZABLE);
    if (!w->sdl)
        return fail("cannot open a window", SDL_GetError());
    int width, height;
    char why[400];
    SDL_GetWindowSize(w->sdl, &width, &height);
    if (!screen_init(&w->screen, width, height, options->scale, options->theme, why, sizeof why)) {
        SDL_DestroyWindow(w->sdl);
        return fail("cannot draw", why);
    }
    w->screen.motion.off = options->still;
    model_init(&w->model);
    w->running = w->bare = true;
    desk_init(&w->desk, options->caller);
    SDL_StopTextInput(); /* Until a line is open letters are keys. */
    if (options->play) {
        w->link = link_play(options->play, options->speed, on_wake, w, why, sizeof why);
    } else {
        w->link = link_open(&options->server, on_wake, w);
        w->sender = sender_open(&options->server, options->caller, on_wake, w);
    }
    int code = w->link ? loop(w) : fail("cannot play", why);
    sender_close(w->sender);
    link_close(w->link);
    screen_fini(&w->screen);
    desk_fini(&w->desk);
    model_fini(&w->model);
    SDL_DestroyWindow(w->sdl);
    return code;
}

/* SDL falls back on drivers that show nothing; those are for whoever asks for them by name. */
static bool shows_nothing(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return !getenv("SDL_VIDEODRIVER") && driver &&
           (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0);
}

int window_run(const struct options *options)
{
    /* Own pixels into the window's memory: through OpenGL the same picture takes twice as long. */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0 || shows_nothing()) {
        fprintf(stderr,
                "tifo-twin: no display to open a window on; set DISPLAY, or render pictures "
                "with --headless --out DIR\n");
        SDL_Quit();
        return 1;
    }
    struct window window = { 0 };
    int code = open_and_loop(&window, options);
    SDL_Quit();
    return code;
}
