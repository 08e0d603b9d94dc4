#include "twin/window.h"

#include "twin/link.h"
#include "twin/screen.h"
#include "twin/sender.h"

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
    struct sender *sender;
    struct desk desk;
    int64_t shown_ms; /* The moment that the ground shows. */
    bool running;
    bool swallow; /* The character of the key that opened a line. */
    enum { HAND_FREE, HAND_DRAGS, HAND_SCRUBS, HAND_PRESSES } hand;
    int pressed;   /* HAND_PRESSES: the key. */
    int travelled; /* HAND_DRAGS: pixels. */
    bool bare;     /* The window's memory is new: it shows nothing yet. */
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

static const struct model *shown(const struct window *w)
{
    return desk_model(&w->desk, &w->model);
}

/* The desk changed: what is looked at may be another moment. */
static void follow_desk(struct window *w, bool changed)
{
    if (!changed)
        return;
    if (w->shown_ms != model_now_ms(shown(w))) {
        w->shown_ms = model_now_ms(shown(w));
        screen_update(&w->screen, shown(w));
    }
    screen_follow(&w->screen, &w->desk, shown(w));
    struct order order;
    while (desk_take_order(&w->desk, &order))
        sender_send(w->sender, w->model.venue->venue_id, &order);
    if ((w->desk.line != LINE_CLOSED) != (bool)SDL_IsTextInputActive())
        (w->desk.line != LINE_CLOSED ? SDL_StartTextInput : SDL_StopTextInput)();
}

/* ---- Keys: one row each */

static void level_up(struct window *w)
{
    screen_step_level(&w->screen, 1);
}
static void level_down(struct window *w)
{
    screen_step_level(&w->screen, -1);
}
static void show_all(struct window *w)
{
    screen_show_all(&w->screen);
}
static void people(struct window *w)
{
    screen_step_people(&w->screen);
}
static void night_or_day(struct window *w)
{
    screen_set_theme(&w->screen, w->screen.theme_kind == THEME_NIGHT ? THEME_DAY : THEME_NIGHT);
}

static void colour_blind_check(struct window *w)
{
    screen_step_vision(&w->screen);
}

static const struct {
    SDL_Keycode key;
    void (*act)(struct window *w);
} screen_keys[] = {
    { SDLK_PAGEUP, level_up },
    { SDLK_PAGEDOWN, level_down },
    { SDLK_0, show_all },
    { SDLK_KP_0, show_all },
    { SDLK_p, people },
    { SDLK_n, night_or_day },
    { SDLK_k, colour_blind_check },
};

static const struct {
    SDL_Keycode key;
    enum desk_key means;
} desk_keys[] = {
    { SDLK_TAB, DESK_NEXT_ALARM },
    { SDLK_RETURN, DESK_ENTER },
    { SDLK_KP_ENTER, DESK_ENTER },
    { SDLK_ESCAPE, DESK_BACK },
    { SDLK_a, DESK_ACKNOWLEDGE },
    { SDLK_h, DESK_SHELVE },
    { SDLK_g, DESK_GATES },
    { SDLK_LEFTBRACKET, DESK_PREVIOUS_GATE },
    { SDLK_RIGHTBRACKET, DESK_NEXT_GATE },
    { SDLK_UP, DESK_UP },
    { SDLK_DOWN, DESK_DOWN },
    { SDLK_LEFT, DESK_EARLIER },
    { SDLK_RIGHT, DESK_LATER },
    { SDLK_SPACE, DESK_PAUSE },
    { SDLK_l, DESK_LIVE },
    { SDLK_SLASH, DESK_FIND },
    { SDLK_QUESTION, DESK_ALL_KEYS },
    { SDLK_BACKSPACE, DESK_ERASE },
};

static const struct {
    SDL_Keycode key;
    bool shift;
    float zoom, dx, dy; /* zoom 0: none. */
} camera_keys[] = {
    { SDLK_PLUS, false, key_zoom, 0, 0 },         { SDLK_EQUALS, false, key_zoom, 0, 0 },
    { SDLK_KP_PLUS, false, key_zoom, 0, 0 },      { SDLK_MINUS, false, 1 / key_zoom, 0, 0 },
    { SDLK_KP_MINUS, false, 1 / key_zoom, 0, 0 }, { SDLK_LEFT, true, 0, key_pan_px, 0 },
    { SDLK_RIGHT, true, 0, -key_pan_px, 0 },      { SDLK_UP, true, 0, 0, key_pan_px },
    { SDLK_DOWN, true, 0, 0, -key_pan_px },
};

/* True when it moved the camera. */
static bool camera_key(struct window *w, SDL_Keycode key, bool shift)
{
    struct rect ground = screen_ground_px(&w->screen);
    for (size_t i = 0; i < sizeof camera_keys / sizeof *camera_keys; i++) {
        if (camera_keys[i].key != key || (camera_keys[i].shift && !shift))
            continue;
        if (camera_keys[i].zoom > 0)
            screen_zoom(&w->screen, camera_keys[i].zoom, (float)ground.x + (float)ground.width / 2,
                        (float)ground.y + (float)ground.height / 2);
        else
            screen_pan(&w->screen, camera_keys[i].dx, camera_keys[i].dy);
        return true;
    }
    return false;
}

/* What a key means to the desk; 0: nothing. `?` is Shift and a key that the layout decides. */
static int desk_key_of(SDL_Keycode key, bool shift)
{
    if (shift && key == SDLK_SLASH)
        return DESK_ALL_KEYS;
    for (size_t i = 0; i < sizeof desk_keys / sizeof *desk_keys; i++)
        if (desk_keys[i].key == key)
            return desk_keys[i].means;
    return 0;
}

static void on_key(struct window *w, const SDL_Keysym *sym)
{
    SDL_Keycode key = sym->sym;
    bool shift = sym->mod & KMOD_SHIFT, writing = w->desk.line != LINE_CLOSED;
    if (!writing && camera_key(w, key, shift))
        return;
    int means = desk_key_of(key, shift);
    /* Letters belong to the line while one is open; `/` opens it and is not its first one. */
    bool letter = key >= SDLK_SPACE && key < SDLK_DELETE;
    if (means && !(writing && letter)) {
        bool changed = desk_key(&w->desk, &w->model, (enum desk_key)means, SDL_GetTicks());
        if (!changed && means == DESK_BACK && !writing)
            screen_back(&w->screen);
        w->swallow = changed && !writing && w->desk.line != LINE_CLOSED;
        follow_desk(w, changed);
        return;
    }
    if (writing)
        return;
    if (key >= SDLK_1 && key <= SDLK_9) {
        struct pick pick = { PICK_ALARM, (uint32_t)(key - SDLK_0) };
        follow_desk(w, desk_pick(&w->desk, &w->model, pick));
        return;
    }
    for (size_t i = 0; i < sizeof screen_keys / sizeof *screen_keys; i++)
        if (screen_keys[i].key == key)
            screen_keys[i].act(w);
}

static void on_key_up(struct window *w, const SDL_Keysym *sym)
{
    int means = desk_key_of(sym->sym, false);
    if (means)
        follow_desk(w, desk_key_up(&w->desk, &w->model, (enum desk_key)means, SDL_GetTicks()));
}

/* ---- The hand */

static bool over_ground(const struct window *w, int x, int y)
{
    struct rect ground = screen_ground_px(&w->screen);
    return x >= ground.x && y >= ground.y && x < ground.x + ground.width &&
           y < ground.y + ground.height;
}

static void scrub(struct window *w, int x, int y)
{
    int64_t at_ms;
    /* While it is dragged the hand may leave the timeline upwards or downwards. */
    float middle = (w->screen.layout.timeline.y + 60) * w->screen.scale;
    (void)y;
    if (screen_time_at(&w->screen, shown(w), (float)x, middle, &at_ms))
        follow_desk(w, desk_scrub(&w->desk, &w->model, at_ms));
}

static void on_press(struct window *w, int x, int y)
{
    int64_t at_ms;
    const struct target *target = screen_target_at(&w->screen, (float)x, (float)y);
    w->hand = HAND_FREE;
    if (target && target->key) {
        w->pressed = target->key;
        w->hand = HAND_PRESSES;
        follow_desk(w, desk_key(&w->desk, &w->model, (enum desk_key)target->key, SDL_GetTicks()));
    } else if (target) {
        follow_desk(w, desk_pick(&w->desk, &w->model, target->pick));
    } else if (screen_time_at(&w->screen, shown(w), (float)x, (float)y, &at_ms)) {
        w->hand = HAND_SCRUBS;
        scrub(w, x, y);
    } else if (over_ground(w, x, y)) {
        w->hand = HAND_DRAGS;
        w->travelled = 0;
    }
}

/* A hand that went hardly anywhere has pointed at something. */
static void point(struct window *w, int x, int y)
{
    enum { STILL_PX = 4 };
    if (w->travelled > STILL_PX)
        return;
    struct pick pick = screen_pick_at(&w->screen, shown(w), (float)x, (float)y);
    follow_desk(w, desk_pick(&w->desk, &w->model, pick));
}

/* The second click opens what the first one picked. */
static void on_release(struct window *w, int x, int y, int clicks)
{
    if (w->hand == HAND_DRAGS)
        point(w, x, y);
    if (w->hand == HAND_PRESSES)
        follow_desk(w, desk_key_up(&w->desk, &w->model, (enum desk_key)w->pressed, SDL_GetTicks()));
    if (w->hand != HAND_PRESSES && clicks == 2 && w->desk.pick.kind != PICK_NOTHING)
        follow_desk(w, desk_open(&w->desk, &w->model));
    w->hand = HAND_FREE;
}

static void on_motion(struct window *w, const SDL_MouseMotionEvent *motion)
{
    if (w->hand == HAND_SCRUBS)
        scrub(w, motion->x, motion->y);
    if (w->hand != HAND_DRAGS)
        return;
    w->travelled += abs(motion->xrel) + abs(motion->yrel);
    screen_drag(&w->screen, (float)motion->xrel, (float)motion->yrel);
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
        if (!event->key.repeat || event->key.keysym.sym != SDLK_RETURN)
            on_key(w, &event->key.keysym);
        break;
    case SDL_KEYUP:
        on_key_up(w, &event->key.keysym);
        break;
    case SDL_TEXTINPUT:
        if (!w->swallow)
            follow_desk(w, desk_write(&w->desk, &w->model, event->text.text));
        w->swallow = false;
        break;
    case SDL_MOUSEBUTTONDOWN:
        if (event->button.button == SDL_BUTTON_LEFT)
            on_press(w, event->button.x, event->button.y);
        break;
    case SDL_MOUSEBUTTONUP:
        on_release(w, event->button.x, event->button.y, event->button.clicks);
        break;
    case SDL_MOUSEMOTION:
        on_motion(w, &event->motion);
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
    screen_frame(&w->screen, &canvas, shown(w), SDL_GetTicks(), &damage);
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
        follow_desk(w, true);
    }
    struct outcome outcome;
    while (sender_take(w->sender, &outcome))
        follow_desk(w, desk_outcome(&w->desk, &w->model, &outcome));
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
        follow_desk(w, desk_tick(&w->desk, &w->model, SDL_GetTicks()));
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
