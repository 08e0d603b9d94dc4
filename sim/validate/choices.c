/* What people decide, and with whom they go: exits, others' example, familiar doors, groups. */
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include <math.h>

/* ---- RiMEA 11: 1000 people fill a room from the left; two exits on its right ---- */

static void choose_exit(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 30, 20), outside = scene_outside(&s, 15, 20, 30, 24);
    uint32_t gates[2];
    for (int i = 0; i < 2; i++) {
        double x = 21.5 + 6 * i;
        gates[i] =
            scene_gate(&s, room, outside, (struct point){ x, 20 }, (struct point){ x + 1, 20 });
    }
    if (!trial_open(t, &s))
        return;
    scene_spread(&s, room, 1000, (struct point){ 0.2, 0.2 }, (struct point){ 12.2, 19.8 },
                 (struct goal){ GOAL_STAND, 0 }, t->seed);
    for (uint32_t i = 0; i < 1000; i++)
        crowd_let_choose(s.crowd, i, (struct exit_choice){ .taste_s = 0 });
    t->figures[CHOICE_CLEAR_S] = run_until_left(&s, 1000, 1500);
    t->figures[CHOICE_NEAR] = crowd_tally(s.crowd).door_forward[gates[0]];
    t->figures[CHOICE_FAR] = crowd_tally(s.crowd).door_forward[gates[1]];
    t->figures[CHOICE_NEARER_BY] = t->figures[CHOICE_NEAR] - t->figures[CHOICE_FAR];
    scene_close(&s);
}

const struct setup exits_1000 = { .name = "1000 people choose between two exits",
                                  .run = choose_exit,
                                  .walking = &walking_weidmann,
                                  .seeds = 2 };

/* ---- A room whose ends are exits: everybody in its middle is as far from both ---- */

struct hall {
    struct scene scene;
    uint32_t room, gates[2];
};

static bool open_hall(const struct trial *t, struct hall *h, double depth_m)
{
    struct scene *s = &h->scene;
    h->room = scene_room(s, 0, 0, 30, depth_m);
    uint32_t west = scene_outside(s, -4, 0, 0, depth_m),
             east = scene_outside(s, 30, 0, 34, depth_m);
    h->gates[0] =
        scene_gate(s, h->room, west, (struct point){ 0, 0 }, (struct point){ 0, depth_m });
    h->gates[1] =
        scene_gate(s, h->room, east, (struct point){ 30, 0 }, (struct point){ 30, depth_m });
    return trial_open(t, s);
}

enum { CHOOSERS = 10 };

/* One who chooses, and `others` who go east. Does the one go there too? */
static double goes_east(const struct trial *t, uint32_t who, uint32_t others)
{
    struct trial one = { .seed = t->seed * CHOOSERS + who, .setup = t->setup };
    struct hall h = { .room = 0 };
    if (!open_hall(&one, &h, 10))
        return NAN;
    uint32_t person = scene_person(&h.scene, h.room, 15, 5);
    for (uint32_t i = 0; i < others; i++)
        scene_walker(&h.scene, h.room, (struct point){ 16 + i, 3 }, 1.2, h.gates[1]);
    crowd_let_choose(h.scene.crowd, person, (struct exit_choice){ .taste_s = 3, .follow_s = 6 });
    run_until_left(&h.scene, 1 + others, 120);
    double x = crowd_people(h.scene.crowd).x[person];
    scene_close(&h.scene);
    return x > 15;
}

/* The same people (with the same tastes), each of them alone, and after one and two others. */
static void follow_others(struct trial *t)
{
    for (uint32_t others = 0; others < 3; others++) {
        double east = 0;
        for (uint32_t who = 0; who < CHOOSERS; who++)
            east += goes_east(t, who, others);
        trial_dot(t, others, east / CHOOSERS, 0);
    }
}

static void pool_following(const struct harvest *h, double *figures)
{
    double east[3] = { 0 };
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++)
            east[h->trials[i].dots[k].series] += 100 * h->trials[i].dots[k].x / h->trial_count;
    figures[FOLLOW_ALONE_PERCENT] = east[0];
    figures[FOLLOW_ONE_PERCENT] = east[1];
    figures[FOLLOW_TWO_PERCENT] = east[2];
    figures[FOLLOW_THIRD_RAISES] = east[2] - east[1];
}

const struct setup social_influence = { .name = "one who chooses, others who go east",
                                        .run = follow_others,
                                        .walking = &walking_weidmann,
                                        .seeds = 40,
                                        .pool = pool_following };

/* 50 people who know both exits as well as each other, or the eastern one four times as well. */
static double share_east(const struct trial *t, double weight)
{
    enum { PEOPLE = 50 };
    struct hall h = { .room = 0 };
    if (!open_hall(t, &h, 60))
        return NAN;
    for (uint32_t i = 0; i < PEOPLE; i++)
        crowd_let_choose(h.scene.crowd, scene_person(&h.scene, h.room, 15, 1 + 1.17 * i),
                         (struct exit_choice){ .taste_s = 3,
                                               .familiar_gate = h.gates[1],
                                               .familiar_weight = weight });
    run_until_left(&h.scene, PEOPLE, 120);
    double east = crowd_tally(h.scene.crowd).door_forward[h.gates[1]];
    scene_close(&h.scene);
    return 100 * east / PEOPLE;
}

static void know_exits(struct trial *t)
{
    trial_dot(t, 0, share_east(t, 0), 0);
    trial_dot(t, 1, share_east(t, 4), 0);
}

static void pool_knowing(const struct harvest *h, double *figures)
{
    double east[2] = { 0 };
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++)
            east[h->trials[i].dots[k].series] += h->trials[i].dots[k].x / h->trial_count;
    figures[KNOWN_EVEN_DIFFERENCE] = fabs(2 * east[0] - 100);
    figures[KNOWN_80_PERCENT] = east[1];
}

const struct setup familiar_exits = { .name = "familiar exits",
                                      .run = know_exits,
                                      .walking = &walking_weidmann,
                                      .seeds = 20,
                                      .pool = pool_knowing };

/* ---- An exit that closes ---- */

static void close_exit(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 20, 10), outside = scene_outside(&s, 20, 0, 24, 10);
    uint32_t other = scene_outside(&s, -4, 0, 0, 10);
    uint32_t near = scene_gate(&s, room, outside, (struct point){ 20, 4 }, (struct point){ 20, 6 });
    uint32_t far = scene_gate(&s, room, other, (struct point){ 0, 4 }, (struct point){ 0, 6 });
    if (!trial_open(t, &s))
        return;
    uint32_t person = scene_person(&s, room, 14, 5);
    crowd_let_choose(s.crowd, person, (struct exit_choice){ .taste_s = 0 });
    while (crowd_time_s(s.crowd) < 1)
        crowd_step(s.crowd);
    crowd_set_gate(s.crowd, near, false);
    t->figures[CLOSED_CLEAR_S] = run_until_left(&s, 1, 120);
    t->figures[CLOSED_BY_SECOND] = crowd_tally(s.crowd).door_forward[far];
    scene_close(&s);
}

const struct setup exit_closes = {
    .name = "an exit closes", .run = close_exit, .walking = &walking_weidmann, .seeds = 5
};

/* ---- A group with a slow member, behind ten slow people ---- */

static void leave_together(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t a = scene_room(&s, 0, 0, 10, 10), corridor = scene_room(&s, 10, 4, 20, 6);
    uint32_t b = scene_room(&s, 20, 0, 30, 10), outside = scene_outside(&s, 30, 0, 34, 10);
    scene_door(&s, a, corridor, (struct point){ 10, 4 }, (struct point){ 10, 6 });
    scene_door(&s, corridor, b, (struct point){ 20, 4 }, (struct point){ 20, 6 });
    uint32_t gate = scene_gate(&s, b, outside, (struct point){ 30, 4 }, (struct point){ 30, 6 });
    if (!trial_open(t, &s))
        return;
    for (uint32_t i = 0; i < 5; i++) {
        scene_walker(&s, a, (struct point){ 1 + 0.1 * (t->seed % 7), 1.5 + 1.5 * i },
                     i < 4 ? 1.25 : 0.5, gate);
        if (i > 0)
            crowd_put_together(s.crowd, i, 0);
    }
    for (uint32_t i = 0; i < 10; i++)
        scene_walker(&s, a, (struct point){ 5 + i / 5, 2 + 1.5 * (i % 5) }, 0.2, gate);
    double first_s = NAN, last_s = NAN;
    uint32_t out = 0, slow_out = 0;
    while (crowd_tally(s.crowd).left < 15 && crowd_time_s(s.crowd) < 400) {
        size_t count;
        crowd_step(s.crowd);
        const struct crowd_event *events = crowd_events(s.crowd, &count);
        for (size_t e = 0; e < count; e++) {
            if (events[e].kind != EVENT_PASSED_GATE)
                continue;
            slow_out += events[e].person >= 5;
            out += events[e].person < 5;
            if (events[e].person < 5)
                last_s = crowd_time_s(s.crowd);
            if (isnan(first_s))
                first_s = last_s;
        }
        if (out == 5 && isnan(t->figures[GROUP_OVERTOOK]))
            t->figures[GROUP_OVERTOOK] = 10 - slow_out;
    }
    t->figures[GROUP_SPREAD_S] = last_s - first_s;
    t->figures[GROUP_ALL_OUT] = crowd_tally(s.crowd).left;
    scene_close(&s);
}

const struct setup group_of_five = { .name = "a group of five, one of them slow",
                                     .run = leave_together,
                                     .walking = &walking_weidmann,
                                     .seeds = 5 };
