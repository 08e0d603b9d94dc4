#include "twin/desk_parts.h"

#include <stdio.h>
#include <string.h>

void desk_init(struct desk *desk, const char *caller)
{
    memset(desk, 0, sizeof *desk);
    snprintf(desk->caller, sizeof desk->caller, "%s", caller);
    desk->shelve_minutes = SHELVE_USUAL;
}

void desk_fini(struct desk *desk)
{
    model_replay_fini(&desk->past);
}

/* ---- The moment */

const struct model *desk_model(const struct desk *desk, const struct model *live)
{
    return desk->replay && desk->past.crowd ? &desk->past : live;
}

static void go_live(struct desk *desk)
{
    desk->replay = desk->running = false;
    model_replay_fini(&desk->past);
}

static bool look_at(struct desk *desk, const struct model *live, int64_t at_ms)
{
    int64_t first = reel_first_ms(&live->reel);
    at_ms = at_ms < first ? first : at_ms;
    if (!first || at_ms >= model_now_ms(live)) {
        bool was = desk->replay;
        go_live(desk);
        return was;
    }
    desk->at_ms = at_ms;
    desk->replay = true;
    desk->act = ACT_IDLE; /* What was done is not of the past. */
    return model_replay(&desk->past, live, desk->at_ms);
}

void desk_follow(struct desk *desk, const struct model *live)
{
    if (!desk->replay)
        return;
    /* Another day, or another venue: there is nothing to look back at. */
    if (!live->reel.count || desk->at_ms >= model_now_ms(live))
        go_live(desk);
    else
        look_at(desk, live, desk->at_ms);
}

bool desk_scrub(struct desk *desk, const struct model *live, int64_t at_ms)
{
    desk->running = false;
    return look_at(desk, live, at_ms);
}

static bool pause_or_run(struct desk *desk, const struct model *live, uint32_t now_ms)
{
    if (!desk->replay) /* The last state kept before this one. */
        return desk_scrub(desk, live, model_now_ms(live) - 1);
    desk->running = !desk->running;
    desk->stepped_ms = now_ms;
    return true;
}

/* ---- Keys and time */

bool desk_key(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms)
{
    if (desk->line != LINE_CLOSED)
        return desk_line_key(desk, live, key);
    if (!live->venue)
        return false;
    switch (key) {
    case DESK_NEXT_ALARM:
        return desk_step_alarm(desk, live, 1);
    case DESK_ENTER:
        return desk_hold(desk, live, now_ms);
    case DESK_BACK:
        return desk_go_back(desk, live);
    case DESK_ACKNOWLEDGE:
        return desk_acknowledge(desk, live);
    case DESK_SHELVE:
        return desk_begin_shelve(desk, live);
    case DESK_GATES:
        return desk_open_gates(desk, live);
    case DESK_PREVIOUS_GATE:
        return desk_step_gate(desk, live, -1);
    case DESK_NEXT_GATE:
        return desk_step_gate(desk, live, 1);
    case DESK_UP:
        return desk_step_row(desk, live, -1);
    case DESK_DOWN:
        return desk_step_row(desk, live, 1);
    case DESK_EARLIER:
    case DESK_LATER: {
        int64_t from = desk->replay ? desk->at_ms : model_now_ms(live);
        if (key == DESK_LATER && !desk->replay)
            return false;
        return desk_scrub(desk, live, from + (key == DESK_LATER ? DESK_SCRUB_MS : -DESK_SCRUB_MS));
    }
    case DESK_PAUSE:
        return pause_or_run(desk, live, now_ms);
    case DESK_LIVE:
        go_live(desk);
        return true;
    case DESK_FIND:
        desk->line = LINE_FIND;
        desk->words[0] = '\0';
        return true;
    case DESK_ALL_KEYS:
        desk->all_keys = !desk->all_keys;
        return true;
    default:
        return false;
    }
}

bool desk_key_up(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms)
{
    if (key != DESK_ENTER || desk->line != LINE_CLOSED || !live->venue)
        return false;
    bool held = desk->act == ACT_HELD, tap = now_ms - desk->held_ms < DESK_TAP_MS;
    if (held)
        desk->act = ACT_IDLE;
    return (tap && !desk->page && desk_open(desk, live)) || held;
}

bool desk_tick(struct desk *desk, const struct model *live, uint32_t now_ms)
{
    bool changed = false;
    if (desk->act == ACT_HELD) {
        if (!desk_can_act(desk, live))
            desk->act = ACT_IDLE;
        else if (now_ms - desk->held_ms >= DESK_HOLD_MS)
            desk_send(desk, live, &desk->order);
        changed = true;
    }
    if (desk->running && now_ms != desk->stepped_ms) {
        int64_t step = (int64_t)(now_ms - desk->stepped_ms) * DESK_REPLAY_SPEED;
        desk->stepped_ms = now_ms;
        changed |= look_at(desk, live, desk->at_ms + step);
    }
    return changed;
}

bool desk_moves(const struct desk *desk)
{
    return desk->act == ACT_HELD || desk->running;
}
