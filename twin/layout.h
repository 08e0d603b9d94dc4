/*
 * Where things stand on the screen, in layout units: pixels of a 1920 x 1080 screen at UI scale 1.
 *
 * The side panels keep their places in every view; only the middle changes. Narrow windows fold:
 * below 1280 units the left column shows gate names and waits, below 900 the right column becomes
 * one alarm line, and a small window shows the worst alarm, the ground and the clock.
 */
#ifndef TWIN_LAYOUT_H
#define TWIN_LAYOUT_H

#include <stdbool.h>

struct area {
    float x, y, width, height;
};

struct layout {
    struct area band;    /* Zero width: there is none. */
    float width, height; /* The window, in units. */
    struct area topbar, left, ground, legend, right, timeline, keys; /* Zero width: not shown. */
    bool narrow_left; /* Gate names and waits only. */
    bool alarm_line;  /* The right column is one line above the ground. */
};

/* With a band of BAND units below the top bar: everything else stands lower by so much. */
enum { BAND = 40 };
struct layout layout_of(int width_px, int height_px, float scale, bool band);

#endif
