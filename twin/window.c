#include "twin/window.h"

#include "twin/window_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FRAME_MS = 16,
    DATA_MS = 250, /* Values change at most four times a second. */
};

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
    while (desk_take_order(&w->desk, &order))
        sender_send(w->sender, w->model.venue->venue_id, &order);
    if ((w->desk.line != LINE_CLOSED) != (bool)SDL_IsTextInputActive())
        (w->desk.line != LINE_CLOSED ? SDL_StartTextInput : SDL_StopTextInput)();
}

/* ---- Frames */

static void present(struct window *w)
{
    SDL_Surface *surface = SDL_GetWindowSurface(w->sdl);
    if (!surface || surface->format->BytesPerPixel != 4)
        return;
    struct canvas canvas;
    struct damage damage;
    canvas_init_over(&canvas, surface->pixels, surface->w, surface->h, surface->pitch / 4);
    if (canvas.width != w->screen.width || canvas.height != w->screen.height)
        return; /* The event that says so is on its way. */
    if (w->bare)
        screen_touch(&w->screen);
    screen_frame(&w->screen, &canvas, window_model(w), SDL_GetTicks(), &damage);
    SDL_Rect rects[SCREEN_PARTS];
    for (size_t i = 0; i < damage.count; i++)
        rects[i] = (SDL_Rect){ damage.rects[i].x, damage.rects[i].y, damage.rects[i].width,
                               damage.rects[i].height };
    if (w->bare)
        SDL_UpdateWindowSurface(w->sdl);
    else if (damage.count)
        SDL_UpdateWindowSurfaceRects(w->sdl, rects, (int)damage.count);
    w->bare = false;
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
    while (sender_take(w->sender, &outcome))
        window_follow_desk(w, desk_outcome(&w->desk, &w->model, &outcome));
    if (*problem) {
        fprintf(stderr, "tifo-twin: %s\n", problem);
        w->code = 1;
        w->running = false;
    }
}

/* Until the next frame may be drawn, or wants to be. */
static int pause_ms(const struct window *w)
{
    Uint32 rest = screen_rest_ms(&w->screen), passed = SDL_GetTicks() - w->frame_at;
    rest = rest < FRAME_MS ? FRAME_MS : rest > DATA_MS ? DATA_MS : rest;
    return passed < rest ? (int)(rest - passed) : 0;
}

static int loop(struct window *w)
{
    SDL_Event event;
    while (w->running) {
        int pause = pause_ms(w);
        if (pause && SDL_WaitEventTimeout(&event, pause))
            window_event(w, &event);
        while (SDL_PollEvent(&event))
            window_event(w, &event);
        take_data(w);
        window_follow_desk(w, desk_tick(&w->desk, &w->model, SDL_GetTicks()));
        Uint32 now = SDL_GetTicks(), passed = now - w->frame_at;
        if (passed < FRAME_MS)
            continue;
        w->frame_at = passed < 2 * FRAME_MS ? w->frame_at + FRAME_MS : now; /* An even beat. */
        present(w);
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
    char why[200];
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
    w->link = link_open(&options->server, on_wake, w);
    w->sender = sender_open(&options->server, options->caller, on_wake, w);
    int code = loop(w);
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
