#include "twin/format.h"
#include "twin/views/views.h"

#include <stdio.h>

static void contact_words(const struct model *live, char *out, size_t size)
{
    char figures[FORMAT_SIZE];
    if (live->contact.state == CONTACT_NEVER)
        snprintf(out, size, "No server has answered yet. Trying again in %u s.",
                 live->contact.retry_in_s);
    else if (model_now_ms(live))
        snprintf(out, size,
                 "No contact with the server since %s. Trying again in %u s. Everything below is "
                 "from then.",
                 format_clock(figures, model_now_ms(live)), live->contact.retry_in_s);
    else
        snprintf(out, size, "No contact with the server. Trying again in %u s.",
                 live->contact.retry_in_s);
}

bool view_contact_wanted(const struct model *model)
{
    const struct model *live = model->live ? model->live : model;
    return live->contact.state != CONTACT_LIVE || (model != live && model_alarm_count(live));
}

/* While one looks back, what is live still comes in. */
static void live_alarm(struct pen *pen, struct area area, const struct model *live)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Alarm *worst;
    char title[160], words[300], figures[FORMAT_SIZE];
    if (!model_alarms_ranked(live, &worst, 1))
        return;
    pen_fill(pen, area.x, area.y, area.width, 40, theme->bg);
    pen_rule(pen, area.x, area.y + 39, area.width, theme->voice);
    pen_words(pen, MEDIUM, 16, LEFT, 24, area.y + 26, theme->t2, "live");
    pen_alarm(pen, 64, area.y + 8, 24, worst);
    snprintf(words, sizeof words, "%s, since %s \xc2\xb7 %zu open",
             view_alarm_title(live, worst, title, sizeof title),
             format_clock(figures, worst->since_ms),
             model_alarm_count(live) - model_shelved_count(live));
    pen_words(pen, SEMIBOLD, 16, LEFT, 100, area.y + 26, theme->t1, words);
    pen_key(pen, area.width - 110, area.y + 10, "L", "go live", DESK_LIVE);
}

void view_contact(struct pen *pen, struct area area, const struct model *model)
{
    const struct model *live = model->live ? model->live : model;
    char words[200];
    if (live->contact.state == CONTACT_LIVE) {
        if (model != live)
            live_alarm(pen, area, live);
        return;
    }
    contact_words(live, words, sizeof words);
    pen_fill(pen, area.x, area.y, area.width, 40, pen->theme->bg);
    pen_rule(pen, area.x, area.y + 39, area.width, pen->theme->voice);
    pen_words_within(pen, MEDIUM, 16, 24, area.y + 26, area.width - 48, pen->theme->voice, words);
}
