#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT_S = 300, FULL_S = 900 }; /* The tick: where a wait becomes an alarm. */
static const float row_pitch = 26;

struct wait {
    uint32_t facility, seconds;
};

static int longer_first(const void *a, const void *b)
{
    const struct wait *x = a, *y = b;
    if (x->seconds != y->seconds)
        return x->seconds < y->seconds ? 1 : -1;
    return x->facility < y->facility ? -1 : 1;
}

static void draw_row(struct pen *pen, struct area area, float y, const struct model *model,
                     struct wait wait)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Facility *facility = model->venue->facilities[wait.facility];
    bool loud = wait.seconds > LIMIT_S;
    char figures[FORMAT_SIZE];
    float bar = area.x + 176, width = 112;
    pen_words_within(pen, REGULAR, 14, area.x, y + 18, 168, loud ? theme->t1 : theme->t2,
                     *facility->name ? facility->name : facility->facility_id);
    float eased = pen_eased(pen, MOTION_WAIT, wait.facility, (float)wait.seconds);
    float part = fminf(eased / FULL_S, 1);
    pen_fill(pen, bar, y + 7, fmaxf(part * width, wait.seconds ? 1 : 0), 12,
             loud ? theme->voice : theme->bar);
    pen_upright(pen, bar + width * LIMIT_S / FULL_S, y + 4, 18, 1.5f,
                loud ? theme->bg : theme->line2);
    pen_words(pen, loud ? SEMIBOLD : MEDIUM, 14, RIGHT, area.x + area.width, y + 18,
              loud ? theme->t1 : theme->t2, format_duration(figures, wait.seconds));
    pen_rule(pen, area.x, y + row_pitch - 1, area.width, theme->line);
    pen_pickable(pen, (struct area){ area.x, y, area.width, row_pitch }, PICK_FACILITY,
                 wait.facility);
}

float view_waits(struct pen *pen, struct area area, const struct model *model)
{
    float y = area.y + 30, bottom = area.y + area.height - 8;
    size_t facilities = model->venue ? model->venue->n_facilities : 0;
    if (!facilities || y + 10 + row_pitch > bottom)
        return area.y;
    char right[48];
    snprintf(right, sizeof right, "longest of %zu", facilities);
    pen_words(pen, SEMIBOLD, 16, LEFT, area.x, y, pen->theme->t1, "Waits inside");
    pen_words(pen, REGULAR, 13, RIGHT, area.x + area.width, y, pen->theme->t2, right);
    y += 10;
    pen_rule(pen, area.x, y, area.width, pen->theme->line);

    struct wait *waits = calloc(facilities, sizeof *waits);
    if (!waits)
        abort();
    size_t known = 0;
    for (uint32_t f = 0; f < facilities; f++) {
        uint32_t seconds = model_facility(model, f).wait_s;
        if (seconds != UNKNOWN)
            waits[known++] = (struct wait){ f, seconds };
    }
    qsort(waits, known, sizeof *waits, longer_first);
    if (!known || !waits[0].seconds) {
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 22, pen->theme->t2, "Nobody waits.");
        y += row_pitch;
    }
    for (size_t i = 0; i < known && waits[i].seconds && y + row_pitch <= bottom;
         i++, y += row_pitch)
        draw_row(pen, area, y, model, waits[i]);
    free(waits);
    return y;
}
