#include "twin/views/act.h"

#include "twin/format.h"
#include "twin/theme.h"

#include <stdio.h>
#include <string.h>

static const float button_height = 58, line_height = 86;

float view_act_height(const struct desk *desk, const struct model *model)
{
    struct order orders[ORDERS_MOST];
    if (desk->line == LINE_SHELVE)
        return line_height;
    if (desk->act != ACT_IDLE)
        return button_height;
    return desk_orders_known(desk, model, orders) ? button_height : 0;
}

/* "signs as desk 2", and why. */
static void sub_line(const struct desk *desk, const struct order *order, char *out, size_t size)
{
    bool gate = order->kind == ORDER_OPEN_GATE || order->kind == ORDER_CLOSE_GATE;
    const char *why = strncmp(order->reason, "alarm", 5) == 0 ? order->reason : "";
    if (*desk->caller)
        snprintf(out, size, "signs as %.30s%s%.30s", desk->caller, *why ? ", " : "", why);
    else
        snprintf(out, size, "%.30s%s", why,
                 gate ? *why ? " \xc2\xb7 guidance follows at once" : "guidance follows at once"
                      : "");
}

/* What is to be held; filled as far as it has been. */
static void button(struct pen *pen, struct area area, const struct model *model,
                   const struct desk *desk, const struct order *order)
{
    const struct theme *theme = pen->theme;
    char words[120], below[200];
    bool held = desk->act == ACT_HELD;
    float part = held && pen->motion ? desk_held_part(desk, pen->motion->now_ms) : 0;
    colour ink = held ? theme->t1 : theme->on_voice;
    pen_fill(pen, area.x, area.y, area.width, area.height, held ? theme->raise : theme->voice);
    if (held)
        pen_fill(pen, area.x, area.y, area.width * part, area.height, theme->voice);
    pen_frame(pen, area.x, area.y, area.width, area.height, 1, theme->voice);
    order_words(order, model, words, sizeof words);
    float x = area.x + 16, cap = pen_width(pen, SEMIBOLD, 12, "hold Enter") + 16;
    float room = area.width - cap - 44;
    sub_line(desk, order, below, sizeof below);
    if (held) { /* The words turn with what is filled behind them. */
        float left = (float)DESK_HOLD_MS * (1 - part) / 1000;
        snprintf(below, sizeof below, "%.1f s more, letting go cancels", (double)left);
        ink = part > 0.6f ? theme->on_voice : theme->t1;
    }
    pen_words_within(pen, SEMIBOLD, 18, x, area.y + 26, room, ink, words);
    pen_words_within(pen, REGULAR, 13, x, area.y + 46, room, ink, below);
    colour cap_ink = held && part < 0.95f ? theme->t1 : theme->on_voice;
    pen_frame(pen, area.x + area.width - cap - 12, area.y + 16, cap, 26, 1.5f, cap_ink);
    pen_words(pen, SEMIBOLD, 12, CENTRE, area.x + area.width - cap / 2 - 12, area.y + 33, cap_ink,
              "hold Enter");
    pen_pressable(pen, area, DESK_ENTER);
}

/* What could be done, and why it cannot be now. */
static void greyed(struct pen *pen, struct area area, const struct model *model,
                   const struct order *order)
{
    char words[120];
    order_words(order, model, words, sizeof words);
    pen_frame(pen, area.x, area.y, area.width, area.height, 1, pen->theme->line2);
    pen_words_within(pen, SEMIBOLD, 18, area.x + 16, area.y + 26, area.width - 32, pen->theme->t3,
                     words);
    pen_words_within(pen, REGULAR, 13, area.x + 16, area.y + 46, area.width - 32, pen->theme->t2,
                     "no contact with the server: nothing can be sent");
}

/* "sent 15:50:31, waiting", "done 15:50:32", or why not. */
static void outcome(struct pen *pen, struct area area, const struct model *model,
                    const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    char words[120], below[260], figures[FORMAT_SIZE];
    order_words(&desk->order, model, words, sizeof words);
    if (desk->act == ACT_SENT)
        snprintf(below, sizeof below, "sent %s, waiting", format_clock(figures, desk->sent_ms));
    else if (desk->act == ACT_DONE)
        snprintf(below, sizeof below, "done %s", format_clock(figures, desk->answered_ms));
    else
        snprintf(below, sizeof below, "not done: %.200s", desk->why);
    pen_frame(pen, area.x, area.y, area.width, area.height, 1, theme->line2);
    pen_fill(pen, area.x, area.y, 4, area.height, theme->voice);
    pen_words_within(pen, SEMIBOLD, 16, area.x + 16, area.y + 25, area.width - 28, theme->t1,
                     words);
    pen_words_within(pen, MEDIUM, 14, area.x + 16, area.y + 46, area.width - 28, theme->voice,
                     below);
}

/* Why it can wait has to be said. */
static void shelve_line(struct pen *pen, struct area area, const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    char words[320];
    snprintf(words, sizeof words, "Shelve alarm %u for %u min", desk->pick.index,
             desk->shelve_minutes);
    pen_words(pen, SEMIBOLD, 16, LEFT, area.x, area.y + 16, theme->t1, words);
    pen_words(pen, REGULAR, 13, RIGHT, area.x + area.width, area.y + 16, theme->t2,
              "\xe2\x86\x91 \xe2\x86\x93 time");
    pen_fill(pen, area.x, area.y + 26, area.width, 34, theme->bg);
    pen_frame(pen, area.x, area.y + 26, area.width, 34, 1.5f, theme->voice);
    float x = area.x + 10, y = area.y + 48;
    if (!*desk->words)
        pen_words(pen, REGULAR, 14, LEFT, x + 6, y, theme->t3, "why it can wait");
    /* Its end is what is being written. */
    const char *shown = desk->words;
    while (*shown && pen_width(pen, REGULAR, 14, shown) > area.width - 28)
        do
            shown++;
        while (((unsigned char)*shown & 0xc0) == 0x80);
    pen_words(pen, REGULAR, 14, LEFT, x, y, theme->t1, shown);
    pen_upright(pen, x + 2 + pen_width(pen, REGULAR, 14, shown), area.y + 34, 18, 2, theme->voice);
    x = pen_key(pen, area.x, area.y + 66, "Enter", "shelve it", DESK_ENTER) + 16;
    pen_key(pen, x, area.y + 66, "Esc", "cancel", DESK_BACK);
}

void view_act(struct pen *pen, struct area area, const struct model *model, const struct desk *desk)
{
    struct order orders[ORDERS_MOST];
    size_t count = desk_orders_known(desk, model, orders);
    const struct order *chosen = &orders[desk->choice < count ? desk->choice : 0];
    if (desk->line == LINE_SHELVE)
        shelve_line(pen, area, desk);
    else if (desk->act == ACT_HELD)
        button(pen, area, model, desk, &desk->order);
    else if (desk->act != ACT_IDLE)
        outcome(pen, area, model, desk);
    else if (count && model->contact.state != CONTACT_LIVE)
        greyed(pen, area, model, chosen);
    else if (count)
        button(pen, area, model, desk, chosen);
}

void view_act_keys(struct pen *pen, float x, float y, float width, const struct model *model,
                   const struct desk *desk, const Tifo__V1__Alarm *alarm)
{
    float end = x + width;
    if (desk->line == LINE_SHELVE)
        return;
    if (desk->replay) {
        pen_words(pen, REGULAR, 13, LEFT, x, y + 15, pen->theme->t3,
                  "nothing can be done from the past: L goes live");
        return;
    }
    if (model->contact.state != CONTACT_LIVE)
        alarm = NULL; /* Nothing can be answered. */
    if (alarm && alarm_wants_somebody(alarm))
        x = pen_key(pen, x, y, "A", "acknowledge", DESK_ACKNOWLEDGE) + 14;
    if (alarm)
        x = pen_key(pen, x, y, "H", alarm->shelved_until_ms ? "off the shelf" : "shelve",
                    DESK_SHELVE) +
            14;
    if (!desk->page && x + 80 < end)
        pen_key(pen, x, y, "Enter", "open", 0);
}
