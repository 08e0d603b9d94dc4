/* Keys and the hand. */
#include "twin/window_state.h"

#include <math.h>
#include <stdlib.h>

static const float key_zoom = 1.25f, wheel_zoom = 1.15f, key_pan_px = 60;

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
        window_follow_desk(w, changed);
        return;
    }
    if (writing)
        return;
    if (key >= SDLK_1 && key <= SDLK_9) {
        struct pick pick = { PICK_ALARM, (uint32_t)(key - SDLK_0) };
        window_follow_desk(w, desk_pick(&w->desk, &w->model, pick));
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
        window_follow_desk(w,
                           desk_key_up(&w->desk, &w->model, (enum desk_key)means, SDL_GetTicks()));
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
    if (screen_time_at(&w->screen, window_model(w), (float)x, middle, &at_ms))
        window_follow_desk(w, desk_scrub(&w->desk, &w->model, at_ms));
}

static void on_press(struct window *w, int x, int y)
{
    int64_t at_ms;
    const struct target *target = screen_target_at(&w->screen, (float)x, (float)y);
    w->hand = HAND_FREE;
    if (target && target->key) {
        w->pressed = target->key;
        w->hand = HAND_PRESSES;
        window_follow_desk(
            w, desk_key(&w->desk, &w->model, (enum desk_key)target->key, SDL_GetTicks()));
    } else if (target) {
        window_follow_desk(w, desk_pick(&w->desk, &w->model, target->pick));
    } else if (screen_time_at(&w->screen, window_model(w), (float)x, (float)y, &at_ms)) {
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
    struct pick pick = screen_pick_at(&w->screen, window_model(w), (float)x, (float)y);
    window_follow_desk(w, desk_pick(&w->desk, &w->model, pick));
}

/* The second click opens what the first one picked. */
static void on_release(struct window *w, int x, int y, int clicks)
{
    if (w->hand == HAND_DRAGS)
        point(w, x, y);
    if (w->hand == HAND_PRESSES)
        window_follow_desk(
            w, desk_key_up(&w->desk, &w->model, (enum desk_key)w->pressed, SDL_GetTicks()));
    if (w->hand != HAND_PRESSES && clicks == 2 && w->desk.pick.kind != PICK_NOTHING)
        window_follow_desk(w, desk_open(&w->desk, &w->model));
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

void window_event(struct window *w, const SDL_Event *event)
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
            window_follow_desk(w, desk_write(&w->desk, &w->model, event->text.text));
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
