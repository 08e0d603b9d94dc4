#include "twin/views/gatespots.h"

#include <math.h>
#include <stdlib.h>

/* Units. */
static const float name_away = 32, row = 21, tag_room = 38, closed_room = 98;

/* Where a gate's words stand. */
struct sign {
    float x, y, half; /* Middle of the name and half its width, units. */
    bool leftwards;   /* The alarm's tag stands on the side away from the ground, */
    bool beside;      /* and "closed" beyond it where there is room; else below. */
    float tag;        /* Room for both. */
    struct words_box box;
};

static void set_box(struct sign *sign)
{
    float left = sign->x - sign->half - (sign->leftwards ? sign->tag : 0) - 4;
    float right = sign->x + sign->half + (sign->leftwards ? 0 : sign->tag) + 4;
    sign->box = (struct words_box){ left, sign->y - 10, right - left, sign->beside ? 20 : 42 };
}

static struct sign sign_of(struct scene *scene, uint32_t g)
{
    const Tifo__V1__Gate *gate = scene->model->venue->gates[g];
    struct gate_spot spot = gate_spot_of(scene, gate);
    float scale = scene->pen.scale;
    struct sign sign = { .half = pen_width(&scene->pen, SEMIBOLD, 18, gate->gate_id) / 2 };
    sign.x = spot.middle.x / scale + spot.out.x * (name_away + sign.half * fabsf(spot.out.x));
    sign.y = spot.middle.y / scale + spot.out.y * name_away;
    sign.leftwards = spot.out.x < -0.3f;
    sign.beside = !sign.leftwards || sign.x - sign.half > closed_room;
    bool closed = model_gate(scene->model, g).closed && sign.beside;
    sign.tag = !model_gate_alarm(scene->model, g) ? 0 : closed ? closed_room : tag_room;
    set_box(&sign);
    return sign;
}

/* All gates' signs; one that would stand on another moves a row outwards. The caller frees them. */
static struct sign *signs_of(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct sign *signs = calloc(v->n_gates + 1, sizeof *signs);
    if (!signs)
        abort();
    for (uint32_t g = 0; g < v->n_gates; g++) {
        if (!drawing_shows_level(scene->drawing, v->gates[g]->level))
            continue;
        signs[g] = sign_of(scene, g);
        struct gate_spot spot = gate_spot_of(scene, v->gates[g]);
        for (uint32_t other = 0; other < g; other++) {
            if (!words_overlap(&signs[g].box, &signs[other].box))
                continue;
            signs[g].x += spot.out.x * row;
            signs[g].y += spot.out.y * row;
            set_box(&signs[g]);
            break;
        }
    }
    return signs;
}

static void draw_sign(struct scene *scene, const struct sign *sign, uint32_t g)
{
    struct pen *pen = &scene->pen;
    const struct theme *theme = pen->theme;
    struct gate_now now = model_gate(scene->model, g);
    const Tifo__V1__Alarm *alarm = model_gate_alarm(scene->model, g);
    bool loud = now.closed || now.use > 0.85f;
    pen_words(pen, SEMIBOLD, 18, CENTRE, sign->x, sign->y + 6, loud ? theme->t1 : theme->t2,
              scene->model->venue->gates[g]->gate_id);
    if (!alarm)
        return;
    float edge = sign->x + (sign->leftwards ? -sign->half : sign->half);
    pen_alarm(pen, sign->leftwards ? edge - 30 : edge + 8, sign->y - 11, 22, alarm);
    if (!now.closed)
        return;
    if (!sign->beside)
        pen_words(pen, MEDIUM, 16, RIGHT, edge + 2 * sign->half, sign->y + 28, theme->t1, "closed");
    else if (sign->leftwards)
        pen_words(pen, MEDIUM, 16, RIGHT, edge - 38, sign->y + 6, theme->t1, "closed");
    else
        pen_words(pen, MEDIUM, 16, LEFT, edge + 38, sign->y + 6, theme->t1, "closed");
}

void gate_names(struct scene *scene)
{
    struct sign *signs = signs_of(scene);
    for (uint32_t g = 0; g < scene->model->venue->n_gates; g++)
        if (drawing_shows_level(scene->drawing, scene->model->venue->gates[g]->level))
            draw_sign(scene, &signs[g], g);
    free(signs);
}

void scene_take_gates(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct sign *signs = signs_of(scene);
    float s = scene->pen.scale;
    for (uint32_t g = 0; g < v->n_gates; g++) {
        if (!drawing_shows_level(scene->drawing, v->gates[g]->level))
            continue;
        const struct words_box *box = &signs[g].box;
        struct gate_spot spot = gate_spot_of(scene, v->gates[g]);
        scene_take(scene,
                   (struct words_box){ box->x * s, box->y * s, box->width * s, box->height * s });
        scene_take(scene, (struct words_box){ spot.middle.x - spot.half, spot.middle.y - spot.half,
                                              2 * spot.half, 2 * spot.half });
    }
    free(signs);
}
