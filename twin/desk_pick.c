/* What is picked, and its page. */
#include "twin/desk_parts.h"

const Tifo__V1__Alarm *desk_alarm(const struct desk *desk, const struct model *model)
{
    const Tifo__V1__Alarm *alarm = NULL;
    if (desk->pick.kind == PICK_ALARM)
        alarm = model_alarm_numbered(model, desk->pick.index);
    if (!alarm)
        model_alarms_ranked(model, &alarm, 1);
    return alarm;
}

static size_t count_of(const struct model *model, enum pick_kind kind)
{
    switch (kind) {
    case PICK_GATE:
        return model->venue->n_gates;
    case PICK_ZONE:
        return model->venue->n_zones;
    case PICK_FACILITY:
        return model->venue->n_facilities;
    default:
        return 0;
    }
}

bool desk_pick(struct desk *desk, const struct model *live, struct pick pick)
{
    const struct model *model = desk_model(desk, live);
    if (!model->venue)
        return false;
    bool known = pick.kind == PICK_NOTHING ||
                 (pick.kind == PICK_ALARM ? model_alarm_numbered(model, pick.index) != NULL
                                          : pick.index < count_of(model, pick.kind));
    if (!known)
        return false;
    if (pick.kind != desk->pick.kind || pick.index != desk->pick.index) {
        desk->choice = 0;
        if (desk->act != ACT_SENT)
            desk->act = ACT_IDLE;
    }
    desk->pick = pick;
    desk->page = desk->page && pick.kind != PICK_NOTHING && pick.kind != PICK_ALARM;
    return true;
}

/* What an alarm is about. */
static struct pick subject_of(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    uint32_t facilities = (uint32_t)model->venue->n_facilities, at = alarm->subject;
    switch (alarm->kind) {
    case TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED:
        return (struct pick){ PICK_GATE, at };
    case TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE:
        return at < facilities ? (struct pick){ PICK_FACILITY, at }
                               : (struct pick){ PICK_GATE, at - facilities };
    case TIFO__V1__ALARM_KIND__ALARM_KIND_DEVICE_SILENT:
    case TIFO__V1__ALARM_KIND__ALARM_KIND_GATEWAY_SILENT:
    case TIFO__V1__ALARM_KIND__ALARM_KIND_RULE:
        return (struct pick){ PICK_NOTHING, 0 };
    default:
        return model_zone(model, at) ? (struct pick){ PICK_ZONE, at }
                                     : (struct pick){ PICK_NOTHING, 0 };
    }
}

bool desk_open(struct desk *desk, const struct model *live)
{
    const struct model *model = desk_model(desk, live);
    struct pick pick = desk->pick;
    const Tifo__V1__Alarm *alarm = desk_alarm(desk, model);
    if ((pick.kind == PICK_ALARM || pick.kind == PICK_NOTHING) && alarm)
        pick = subject_of(model, alarm);
    if (pick.kind == PICK_NOTHING || pick.kind == PICK_ALARM || !desk_pick(desk, live, pick))
        return false;
    desk->page = true;
    return true;
}

/* In the order of the list; what is told as one is one step. */
bool desk_step_alarm(struct desk *desk, const struct model *live, int step)
{
    enum { MOST = 256 };
    const Tifo__V1__Alarm *ranked[MOST];
    const struct model *model = desk_model(desk, live);
    size_t count = model_alarms_ranked(model, ranked, MOST), at = count;
    if (!count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (desk->pick.kind == PICK_ALARM && ranked[i]->number == desk->pick.index)
            at = i;
    if (at == count)
        at = step > 0 ? 0 : count - 1;
    else
        at = (at + count + (size_t)(step + (int)count)) % count;
    return desk_pick(desk, live, (struct pick){ PICK_ALARM, ranked[at]->number });
}

bool desk_step_gate(struct desk *desk, const struct model *live, int step)
{
    uint32_t gates = live->venue ? (uint32_t)live->venue->n_gates : 0;
    if (!gates)
        return false;
    uint32_t at = desk->pick.kind == PICK_GATE ? desk->pick.index + gates + (uint32_t)step
                  : step > 0                   ? 0
                                               : gates - 1;
    return desk_pick(desk, live, (struct pick){ PICK_GATE, at % gates });
}

/* The gate that wants somebody most: with an alarm, else the first. */
bool desk_open_gates(struct desk *desk, const struct model *live)
{
    const struct model *model = desk_model(desk, live);
    if (!model->venue || !model->venue->n_gates)
        return false;
    struct pick pick = { PICK_GATE, 0 };
    int worst = 0;
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        const Tifo__V1__Alarm *alarm = model_gate_alarm(model, g);
        if (alarm && (int)alarm->priority > worst) {
            worst = (int)alarm->priority;
            pick.index = g;
        }
    }
    if (desk->pick.kind == PICK_GATE)
        pick = desk->pick;
    desk_pick(desk, live, pick);
    return desk_open(desk, live);
}

bool desk_step_row(struct desk *desk, const struct model *live, int step)
{
    struct order orders[ORDERS_MOST];
    size_t count = desk_orders(desk, live, orders);
    if (desk->page && count > 1) {
        desk->choice = (desk->choice + count + (size_t)(step + (int)count)) % count;
        return true;
    }
    return desk->pick.kind == PICK_GATE ? desk_step_gate(desk, live, step)
                                        : desk_step_alarm(desk, live, step);
}

bool desk_go_back(struct desk *desk, const struct model *live)
{
    if (desk->line != LINE_CLOSED)
        desk->line = LINE_CLOSED;
    else if (desk->all_keys)
        desk->all_keys = false;
    else if (desk->act == ACT_HELD || desk->act == ACT_REFUSED || desk->act == ACT_DONE)
        desk->act = ACT_IDLE;
    else if (desk->page)
        desk->page = false;
    else if (desk->pick.kind != PICK_NOTHING)
        desk_pick(desk, live, (struct pick){ PICK_NOTHING, 0 });
    else
        return false; /* Whoever owns the camera shows the whole ground. */
    return true;
}
