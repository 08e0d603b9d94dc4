#include "twin/layout.h"

enum {
    TOPBAR = 64,
    MARGIN = 24,
    LEFT_WIDTH = 344,
    NARROW_LEFT = 168,
    RIGHT_WIDTH = 448,
    TIMELINE = 166,
    KEYS = 30,
    ALARM_LINE = 40,
    LEGEND = 60,
    LEGEND_LEAST = 560 /* Narrower, there is no room for it. */
};

struct layout layout_of(int width_px, int height_px, float scale, bool band)
{
    struct layout l = { .width = (float)width_px / scale, .height = (float)height_px / scale };
    l.narrow_left = l.width < 1280;
    l.alarm_line = l.width < 900;
    bool small = l.height < 600;

    l.topbar = (struct area){ 0, 0, l.width, TOPBAR };
    if (band)
        l.band = (struct area){ 0, TOPBAR, l.width, BAND };
    const float below = TOPBAR + l.band.height;
    float bottom = l.height;
    if (!small && !l.alarm_line) {
        l.keys = (struct area){ 0, bottom - KEYS, l.width, KEYS };
        bottom -= KEYS;
        l.timeline = (struct area){ 0, bottom - TIMELINE, l.width, TIMELINE };
        bottom -= TIMELINE;
    }
    float top = below + (l.alarm_line ? ALARM_LINE : 0);
    float x0 = 0, x1 = l.width;
    if (!l.alarm_line) {
        l.left = (struct area){ MARGIN, below, l.narrow_left ? NARROW_LEFT : LEFT_WIDTH,
                                bottom - below };
        float right = l.narrow_left ? 320 : RIGHT_WIDTH;
        l.right = (struct area){ l.width - MARGIN - right, below, right, bottom - below };
        x0 = l.left.x + l.left.width + MARGIN;
        x1 = l.right.x - MARGIN * 2;
    } else {
        l.right = (struct area){ MARGIN, below, l.width - 2 * MARGIN, ALARM_LINE };
    }
    if (x1 - x0 >= LEGEND_LEAST && !(small && l.alarm_line)) {
        float margin = l.alarm_line ? MARGIN : 0;
        l.legend = (struct area){ x0 + margin, bottom - LEGEND, x1 - x0 - 2 * margin, LEGEND };
        bottom -= LEGEND;
    }
    l.ground = (struct area){ x0, top, x1 - x0, bottom - top };
    return l;
}
