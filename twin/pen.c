#include "twin/pen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PRIORITY_MEDIUM = 2, PRIORITY_HIGH = 3 }; /* As in tifo.v1.AlarmPriority. */

float pen_eased(const struct pen *pen, enum motion_kind kind, uint32_t index, float value)
{
    return motion_ease(pen->motion, MOTION_KEY(kind, index), value);
}

int pen_px(const struct pen *pen, float units)
{
    return (int)floorf(units * pen->scale + 0.5f);
}

int pen_line_px(const struct pen *pen, float units)
{
    int px = pen_px(pen, units);
    return px < 1 ? 1 : px;
}

/* From edge to edge, so that neighbours touch whatever the scale. */
static struct rect to_rect(const struct pen *pen, float x, float y, float width, float height)
{
    int x0 = pen_px(pen, x), y0 = pen_px(pen, y);
    return (struct rect){ x0, y0, pen_px(pen, x + width) - x0, pen_px(pen, y + height) - y0 };
}

void pen_fill(struct pen *pen, float x, float y, float width, float height, colour ink)
{
    canvas_fill(pen->canvas, to_rect(pen, x, y, width, height), ink);
}

void pen_frame(struct pen *pen, float x, float y, float width, float height, float line, colour ink)
{
    canvas_frame(pen->canvas, to_rect(pen, x, y, width, height), pen_line_px(pen, line), ink);
}

void pen_rule(struct pen *pen, float x, float y, float width, colour ink)
{
    struct rect area = to_rect(pen, x, y, width, 1);
    area.height = pen_line_px(pen, 1);
    canvas_fill(pen->canvas, area, ink);
}

void pen_upright(struct pen *pen, float x, float y, float height, float line, colour ink)
{
    struct rect area = to_rect(pen, x, y, 1, height);
    area.width = pen_line_px(pen, line);
    area.x -= area.width / 2;
    canvas_fill(pen->canvas, area, ink);
}

void pen_dashes(struct pen *pen, float x, float y, float width, float height, float line,
                colour ink)
{
    bool across = width >= height;
    struct rect all = to_rect(pen, x, y, width, height);
    int thick = pen_line_px(pen, line), dash = pen_line_px(pen, 4);
    int length = across ? all.width : all.height;
    for (int at = 0; at < length; at += 2 * dash) {
        int part = at + dash > length ? length - at : dash;
        struct rect piece = across ? (struct rect){ all.x + at, all.y, part, thick }
                                   : (struct rect){ all.x, all.y + at, thick, part };
        canvas_fill(pen->canvas, piece, ink);
    }
}

static int size_px(const struct pen *pen, float size)
{
    int px = pen_px(pen, size);
    return px < 6 ? 6 : px;
}

void pen_words(struct pen *pen, enum weight weight, float size, enum align align, float x, float y,
               colour ink, const char *words)
{
    text_draw(pen->text, pen->canvas, weight, size_px(pen, size), align, pen_px(pen, x),
              pen_px(pen, y), ink, words);
}

float pen_width(struct pen *pen, enum weight weight, float size, const char *words)
{
    return (float)text_width(pen->text, weight, size_px(pen, size), words) / pen->scale;
}

/* The longest beginning of `words` that ends before a space and fits; at least one word. */
static size_t fitting(struct pen *pen, enum weight weight, float size, float width,
                      const char *words)
{
    char line[512];
    size_t best = 0;
    for (size_t at = 0; at < sizeof line - 1; at++) {
        if (words[at] != ' ' && words[at] != '\0')
            continue;
        memcpy(line, words, at);
        line[at] = '\0';
        if (best && pen_width(pen, weight, size, line) > width)
            break;
        best = at;
        if (words[at] == '\0')
            break;
    }
    return best ? best : strlen(words) < sizeof line ? strlen(words) : sizeof line - 1;
}

int pen_paragraph(struct pen *pen, enum weight weight, float size, float x, float y, float width,
                  float pitch, int lines, colour ink, const char *words)
{
    char line[512];
    int used = 0;
    while (*words && used < lines) {
        if (used + 1 == lines) {
            pen_words_within(pen, weight, size, x, y, width, ink, words);
            return lines;
        }
        size_t length = fitting(pen, weight, size, width, words);
        memcpy(line, words, length);
        line[length] = '\0';
        pen_words(pen, weight, size, LEFT, x, y, ink, line);
        words += length;
        words += strspn(words, " ");
        y += pitch;
        used++;
    }
    return used;
}

int pen_lines(struct pen *pen, enum weight weight, float size, float width, int lines,
              const char *words)
{
    int used = 0;
    while (*words && used < lines) {
        words += fitting(pen, weight, size, width, words);
        words += strspn(words, " ");
        used++;
    }
    return used;
}

void pen_words_within(struct pen *pen, enum weight weight, float size, float x, float y,
                      float width, colour ink, const char *words)
{
    char line[512];
    snprintf(line, sizeof line - 4, "%s", words);
    size_t length = strlen(line);
    while (length && pen_width(pen, weight, size, line) > width) {
        do /* Whole characters of UTF-8. */
            length--;
        while (length && ((unsigned char)words[length] & 0xc0) == 0x80);
        while (length && words[length - 1] == ' ')
            length--;
        memcpy(line + length, "\xe2\x80\xa6", 4);
    }
    pen_words(pen, weight, size, LEFT, x, y, ink, line);
}

void pen_polyline(struct pen *pen, const struct point *points, size_t count, float line, colour ink)
{
    float width = fmaxf(line * pen->scale, 1);
    path_reset(pen->path);
    for (size_t i = 0; i + 1 < count; i++)
        path_add_line(pen->path, points[i].x * pen->scale, points[i].y * pen->scale,
                      points[i + 1].x * pen->scale, points[i + 1].y * pen->scale, width);
    path_fill(pen->path, pen->canvas, ink);
}

void pen_alarm_tag(struct pen *pen, float x, float y, float size, int priority, unsigned number)
{
    const struct theme *theme = pen->theme;
    char figures[16];
    snprintf(figures, sizeof figures, "%u", number);
    float letter = fmaxf(12, roundf(size * 0.6f));
    colour ink = theme->t1;
    if (priority == PRIORITY_HIGH) {
        pen_fill(pen, x, y, size, size, theme->alarm);
        ink = theme->on_alarm;
    } else if (priority == PRIORITY_MEDIUM) {
        pen_fill(pen, x, y, size, size, theme->bg);
        pen_frame(pen, x, y, size, size, 2, theme->alarm);
    } else {
        float s = pen->scale;
        path_reset(pen->path);
        path_add_disc(pen->path, (x + size / 2) * s, (y + size / 2) * s, size / 2 * s);
        path_fill(pen->path, pen->canvas, theme->bg);
        path_reset(pen->path);
        path_add_circle(pen->path, (x + size / 2) * s, (y + size / 2) * s, (size / 2 - 1) * s,
                        fmaxf(1, 1.5f * s));
        path_fill(pen->path, pen->canvas, theme->t2);
        ink = theme->t1;
    }
    pen_words(pen, SEMIBOLD, letter, CENTRE, x + size / 2, y + size / 2 + letter * 0.36f, ink,
              figures);
}

bool alarm_wants_somebody(const Tifo__V1__Alarm *alarm)
{
    return !alarm->acknowledged_ms && !alarm->shelved_until_ms;
}

void pen_alarm(struct pen *pen, float x, float y, float size, const Tifo__V1__Alarm *alarm)
{
    bool blinks = alarm->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH &&
                  alarm_wants_somebody(alarm) && pen->motion && !pen->motion->off;
    if (!blinks || pen->motion->now_ms / MOTION_BLINK_MS % 2 == 0) {
        pen_alarm_tag(pen, x, y, size, (int)alarm->priority, alarm->number);
        return;
    }
    char figures[16];
    snprintf(figures, sizeof figures, "%u", alarm->number);
    float letter = fmaxf(12, roundf(size * 0.6f));
    pen_words(pen, SEMIBOLD, letter, CENTRE, x + size / 2, y + size / 2 + letter * 0.36f,
              pen->theme->t1, figures);
}

struct pen pen_for_figures(const struct pen *pen, const struct model *model, struct theme *dim)
{
    struct pen figures = *pen;
    if (!model_is_stale(model))
        return figures;
    *dim = *pen->theme;
    dim->t1 = dim->t2 = dim->t3;
    dim->voice = dim->bar;
    dim->on_voice = dim->bg;
    figures.theme = dim;
    return figures;
}

static void add_target(struct pen *pen, struct target target)
{
    struct targets *targets = pen->targets;
    if (targets && targets->count < TARGETS_MOST)
        targets->items[targets->count++] = target;
}

void pen_pickable(struct pen *pen, struct area area, enum pick_kind kind, uint32_t index)
{
    add_target(pen, (struct target){ .area = area, .pick = { kind, index } });
}

void pen_pressable(struct pen *pen, struct area area, int key)
{
    add_target(pen, (struct target){ .area = area, .key = key });
}

float pen_key(struct pen *pen, float x, float y, const char *key, const char *does, int pressed)
{
    float cap = fmaxf(20, pen_width(pen, SEMIBOLD, 12, key) + 12);
    float end = x + cap + 7 + pen_width(pen, REGULAR, 13, does);
    pen_frame(pen, x, y, cap, 20, 1, pen->theme->line2);
    pen_words(pen, SEMIBOLD, 12, CENTRE, x + cap / 2, y + 14, pen->theme->t2, key);
    pen_words(pen, REGULAR, 13, LEFT, x + cap + 7, y + 15, pen->theme->t2, does);
    if (pressed)
        pen_pressable(pen, (struct area){ x - 2, y - 2, end - x + 4, 24 }, pressed);
    return end;
}
