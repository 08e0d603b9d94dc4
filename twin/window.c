#include "twin/window.h"

#include "twin/link.h"
#include "twin/screen.h"

#include <SDL.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FRAME_MS = 16,
    DATA_MS = 250, /* Values change at most four times a second. */
};
static const float key_zoom = 1.25f, wheel_zoom = 1.15f, key_pan_px = 60;

struct window {
    SDL_Window *sdl;
    struct screen screen;
    struct model model;
    struct link *link;
    bool running;
    bool dragging;
    bool bare; /* The window's memory is new: it shows nothing yet. */
    Uint32 frame_at, taken_at;
    int code;
};

/* From the link's threads: SDL's queue is the way into the window's. */
static void on_wake(void *ctx)
{
    SDL_Event event = { .type = SDL_USEREVENT };
    (void)ctx;
    SDL_PushEvent(&event);
}

/* ---- Keys: one row each */

static bool next_alarm(struct window *w)
{
    return screen_next_alarm(&w->screen, &w->model);
}
static bool level_up(struct window *w)
{
    return screen_step_level(&w->screen, 1);
}
static bool level_down(struct window *w)
{
    return screen_step_level(&w->screen, -1);
}
static bool show_all(struct window *w)
{
    return screen_show_all(&w->screen);
}
static bool back(struct window *w)
{
    return screen_back(&w->screen);
}
static bool people(struct window *w)
{
    return screen_step_people(&w->screen);
}
static bool night_or_day(struct window *w)
{
    screen_set_theme(&w->screen, w->screen.theme_kind == THEME_NIGHT ? THEME_DAY : THEME_NIGHT);
    return true;
}

static const struct {
    SDL_Keycode key;
    bool (*act)(struct window *w);
} key_table[] = {
    { SDLK_TAB, next_alarm }, { SDLK_PAGEUP, level_up }, { SDLK_PAGEDOWN, level_down },
    { SDLK_0, show_all },     { SDLK_KP_0, show_all },   { SDLK_ESCAPE, back },
    { SDLK_p, people },       { SDLK_n, night_or_day },
};

static const struct {
    SDL_Keycode key;
    float zoom, dx, dy; /* zoom 0: none. */
} camera_keys[] = {
    { SDLK_PLUS, key_zoom, 0, 0 },         { SDLK_EQUALS, key_zoom, 0, 0 },
    { SDLK_KP_PLUS, key_zoom, 0, 0 },      { SDLK_MINUS, 1 / key_zoom, 0, 0 },
    { SDLK_KP_MINUS, 1 / key_zoom, 0, 0 }, { SDLK_LEFT, 0, key_pan_px, 0 },
    { SDLK_RIGHT, 0, -key_pan_px, 0 },     { SDLK_UP, 0, 0, key_pan_px },
    { SDLK_DOWN, 0, 0, -key_pan_px },
};

static void on_key(struct window *w, SDL_Keycode key)
{
    if (key >= SDLK_1 && key <= SDLK_9) {
        screen_pick_alarm(&w->screen, &w->model, (uint32_t)(key - SDLK_0));
        return;
    }
    for (size_t i = 0; i < sizeof key_table / sizeof *key_table; i++)
        if (key_table[i].key == key)
            key_table[i].act(w);
    struct rect ground = screen_ground_px(&w->screen);
    for (size_t i = 0; i < sizeof camera_keys / sizeof *camera_keys; i++) {
        if (camera_keys[i].key != key)
            continue;
        if (camera_keys[i].zoom > 0)
            screen_zoom(&w->screen, camera_keys[i].zoom, (float)ground.x + (float)ground.width / 2,
                        (float)ground.y + (float)ground.height / 2);
        else
            screen_pan(&w->screen, camera_keys[i].dx, camera_keys[i].dy);
    }
}

static bool over_ground(const struct window *w, int x, int y)
{
    struct rect ground = screen_ground_px(&w->screen);
    return x >= ground.x && y >= ground.y && x < ground.x + ground.width &&
           y < ground.y + ground.height;
}

static void on_event(struct window *w, const SDL_Event *event)
{
    int x, y;
    switch (event->type) {
    case SDL_QUIT:
        w->running = false;
        break;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
            screen_resize(&w->screen, event->window.data1, event->window.data2);
        w->bare |= event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
                   event->window.event == SDL_WINDOWEVENT_EXPOSED;
        break;
    case SDL_KEYDOWN:
        on_key(w, event->key.keysym.sym);
        break;
    case SDL_MOUSEBUTTONDOWN:
        w->dragging = event->button.button == SDL_BUTTON_LEFT &&
                      over_ground(w, event->button.x, event->button.y);
        break;
    case SDL_MOUSEBUTTONUP:
        w->dragging = false;
        break;
    case SDL_MOUSEMOTION:
        if (w->dragging)
            screen_drag(&w->screen, (float)event->motion.xrel, (float)event->motion.yrel);
        break;
    case SDL_MOUSEWHEEL:
        SDL_GetMouseState(&x, &y);
        if (over_ground(w, x, y))
            screen_zoom(&w->screen, powf(wheel_zoom, (float)event->wheel.y), (float)x, (float)y);
        break;
    }
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
    screen_frame(&w->screen, &canvas, &w->model, SDL_GetTicks(), &damage);
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
    if (link_take(w->link, &w->model, problem, sizeof problem))
        screen_update(&w->screen, &w->model);
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
            on_event(w, &event);
        while (SDL_PollEvent(&event))
            on_event(w, &event);
        take_data(w);
        if (SDL_GetTicks() - w->frame_at < FRAME_MS)
            continue;
        w->frame_at = SDL_GetTicks();
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
    model_init(&w->model);
    w->running = w->bare = true;
    w->link = link_open(&options->server, on_wake, w);
    int code = loop(w);
    link_close(w->link);
    screen_fini(&w->screen);
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
