/* What the operator does with what is on the screen. */
#include "twin/screen.h"

bool screen_drag(struct screen *screen, float dx_px, float dy_px)
{
    if (dx_px == 0 && dy_px == 0)
        return false;
    ground_drag(&screen->ground, dx_px, dy_px, &screen->motion);
    return true;
}

bool screen_pan(struct screen *screen, float dx_px, float dy_px)
{
    if (dx_px == 0 && dy_px == 0)
        return false;
    ground_pan(&screen->ground, dx_px, dy_px, &screen->motion);
    return true;
}

bool screen_zoom(struct screen *screen, float factor, float x_px, float y_px)
{
    ground_zoom(&screen->ground, factor, x_px, y_px, &screen->motion);
    return true;
}

bool screen_show_all(struct screen *screen)
{
    ground_show_all(&screen->ground, screen->scale);
    screen_touch(screen);
    return true;
}

/* The overview lies below the lowest level. */
bool screen_step_level(struct screen *screen, int step)
{
    struct ground *ground = &screen->ground;
    int first = ground->unfolds ? -1 : 0, now = ground->shown == UNFOLDED ? -1 : (int)ground->shown;
    int next = now + step;
    if (next < first || next >= (int)ground->level_count)
        return false;
    ground->choices.level_chosen = true;
    ground_show(ground, next < 0 ? UNFOLDED : (size_t)next, screen->scale);
    screen_touch(screen);
    return true;
}

bool screen_step_vision(struct screen *screen)
{
    screen->vision = (enum vision)((screen->vision + 1) % VISIONS);
    screen_set_theme(screen, screen->theme_kind);
    return true;
}

bool screen_step_people(struct screen *screen)
{
    enum people_shown *people = &screen->ground.choices.people;
    *people = (enum people_shown)((*people + 1) % (PEOPLE_NEVER + 1));
    ground_touch(&screen->ground, LAYER_TOP);
    return true;
}

bool screen_back(struct screen *screen)
{
    screen->ground.choices = (struct scene_choices){ 0 };
    if (screen->ground.venue)
        ground_show(&screen->ground, ground_overview(&screen->ground), screen->scale);
    return screen_show_all(screen);
}

/* The level where something lies; false: nowhere. */
static bool level_of(const struct model *model, struct pick pick, int32_t *level)
{
    const Tifo__V1__Venue *v = model->venue;
    const Tifo__V1__Alarm *alarm;
    switch (pick.kind) {
    case PICK_ALARM:
        alarm = model_alarm_numbered(model, pick.index);
        if (alarm)
            *level = model_alarm_level(model, alarm);
        return alarm != NULL;
    case PICK_GATE:
        *level = v->gates[pick.index]->level;
        return true;
    case PICK_ZONE:
        *level = v->zones[pick.index]->level;
        return true;
    case PICK_FACILITY:
        *level = v->facilities[pick.index]->level;
        return true;
    default:
        return false;
    }
}

void screen_follow(struct screen *screen, const struct desk *desk, const struct model *model)
{
    struct scene_choices *choices = &screen->ground.choices;
    struct pick pick = desk->pick, before = choices->pick;
    int32_t level;
    screen->desk = desk;
    screen_touch(screen);
    if (pick.kind == before.kind && pick.index == before.index)
        return;
    choices->pick = pick;
    choices->picked_alarm = pick.kind == PICK_ALARM ? pick.index : 0;
    choices->level_chosen = pick.kind != PICK_NOTHING;
    ground_touch(&screen->ground, LAYER_TOP);
    if (model->venue == screen->ground.venue && model->venue && level_of(model, pick, &level))
        ground_show_level(&screen->ground, level);
}

const struct target *screen_target_at(const struct screen *screen, float x_px, float y_px)
{
    float x = x_px / screen->scale, y = y_px / screen->scale;
    for (size_t i = screen->targets.count; i > 0; i--) { /* What was drawn last lies on top. */
        const struct target *target = &screen->targets.items[i - 1];
        const struct area *area = &target->area;
        if (x >= area->x && x < area->x + area->width && y >= area->y && y < area->y + area->height)
            return target;
    }
    return NULL;
}

struct pick screen_pick_at(struct screen *screen, const struct model *model, float x_px, float y_px)
{
    const struct pen pen = {
        .path = &screen->path, .text = screen->text, .theme = &screen->theme, .scale = screen->scale
    };
    if (screen->page)
        return (struct pick){ PICK_NOTHING, 0 };
    return ground_pick(&screen->ground, &pen, model, x_px, y_px);
}

bool screen_time_at(const struct screen *screen, const struct model *model, float x_px, float y_px,
                    int64_t *at_ms)
{
    const struct area *area = &screen->layout.timeline;
    return area->width > 0 && !screen->desk->all_keys &&
           view_timeline_time(*area, model, x_px / screen->scale, y_px / screen->scale, at_ms);
}
