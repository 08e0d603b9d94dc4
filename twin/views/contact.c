#include "twin/format.h"
#include "twin/views/views.h"

#include <stdio.h>

void view_contact(struct pen *pen, struct area area, const struct model *model)
{
    char words[200], figures[FORMAT_SIZE];
    if (model->contact.state == CONTACT_LIVE)
        return;
    if (model->contact.state == CONTACT_NEVER)
        snprintf(words, sizeof words, "No server has answered yet. Trying again in %u s.",
                 model->contact.retry_in_s);
    else if (model_now_ms(model))
        snprintf(
            words, sizeof words,
            "No contact with the server since %s. Trying again in %u s. Everything below is from "
            "then.",
            format_clock(figures, model_now_ms(model)), model->contact.retry_in_s);
    else
        snprintf(words, sizeof words, "No contact with the server. Trying again in %u s.",
                 model->contact.retry_in_s);
    pen_fill(pen, area.x, area.y, area.width, 40, pen->theme->bg);
    pen_rule(pen, area.x, area.y + 39, area.width, pen->theme->voice);
    pen_words(pen, MEDIUM, 16, LEFT, 24, area.y + 26, pen->theme->voice, words);
}
