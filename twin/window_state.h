/* The window's inside, shared by window.c and window_hand.c alone. */
#ifndef TWIN_WINDOW_STATE_H
#define TWIN_WINDOW_STATE_H

#include "twin/link.h"
#include "twin/screen.h"
#include "twin/sender.h"

#include <SDL.h>

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
    double beat_ms; /* When the last frame was to be shown. */
    double lead_ms; /* How long before the beat drawing begins. */
    Uint32 taken_at;
    int code;
};

/* What is looked at: live, or a moment that is over. */
const struct model *window_model(const struct window *w);
/* The desk changed: what is looked at may be another moment, and orders may have to go out. */
void window_follow_desk(struct window *w, bool changed);
/* Keys, the hand, and what the system says of the window. */
void window_event(struct window *w, const SDL_Event *event);

#endif
