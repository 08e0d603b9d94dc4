/* The whole screen, rendered: what is in colour, and when. */
#include "tests/unit/twin/check.h"

#include "tests/unit/twin/lab.h"
#include "tests/unit/twin/states.h"
#include "twin/draw/png.h"
#include "twin/screen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct picture {
    struct model model;
    struct screen screen;
    struct canvas canvas;
};

static const char bowl[] = TIFO_SOURCE_DIR "/scenarios/venues/bowl-5000.geojson";

static void take_of(struct picture *p, const char *venue, enum moment moment, int width, int height,
                    float scale)
{
    char why[200];
    states_model(&p->model, venue, moment);
    assert_true(screen_init(&p->screen, width, height, scale, THEME_NIGHT, why, sizeof why));
    canvas_init(&p->canvas, width, height);
    screen_update(&p->screen, &p->model);
    screen_draw(&p->screen, &p->canvas, &p->model);
}

static void take(struct picture *p, enum moment moment, int width, int height, float scale)
{
    take_of(p, NULL, moment, width, height, scale);
}

static void drop(struct picture *p)
{
    canvas_fini(&p->canvas);
    screen_fini(&p->screen);
    model_fini(&p->model);
}

/* A window's frame, at a time. */
static struct damage frame(struct picture *p, uint32_t now_ms)
{
    struct damage damage;
    screen_frame(&p->screen, &p->canvas, &p->model, now_ms, &damage);
    return damage;
}

static double coloured_share(const struct canvas *canvas)
{
    size_t coloured = 0, pixels = (size_t)canvas->width * (size_t)canvas->height;
    uint32_t known = 0;
    bool known_coloured = false;
    for (size_t i = 0; i < pixels; i++) {
        if (i == 0 || canvas->pixels[i] != known) {
            known = canvas->pixels[i];
            known_coloured = lab_chroma(lab_of(known, NORMAL)) > 10;
        }
        coloured += known_coloured;
    }
    return (double)coloured / (double)pixels;
}

static size_t count(const struct canvas *canvas, colour ink)
{
    size_t found = 0;
    for (size_t i = 0; i < (size_t)canvas->width * (size_t)canvas->height; i++)
        found += canvas->pixels[i] == (ink & 0xffffff);
    return found;
}

/* Both kinds of drawing: the hand-drawn ground's level, the bowl unfolded. */
static void calm_is_grey(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct picture p;
        take_of(&p, kind ? bowl : NULL, CALM, 1920, 1080, 1);
        assert_true(coloured_share(&p.canvas) < 0.01);
        assert_int_equal(count(&p.canvas, p.screen.theme.alarm), 0);
        drop(&p);
    }
}

static void a_jam_is_seen(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct picture p;
        take_of(&p, kind ? bowl : NULL, JAM, 1920, 1080, 1);
        assert_true(coloured_share(&p.canvas) > 0.005);
        assert_true(count(&p.canvas, p.screen.theme.alarm) > 1000);
        assert_true(count(&p.canvas, p.screen.theme.stops[5]) > 500); /* Level F. */
        assert_true(count(&p.canvas, p.screen.theme.voice) > 10000);  /* What to do. */
        drop(&p);
    }
}

/* 3.7 p/m2 is F for people who walk, E for a queue: wherever its level is drawn. */
static void a_queue_has_the_colour_of_its_own_letter(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct picture p;
        take_of(&p, kind ? bowl : NULL, JAM, 1920, 1080, 1);
        uint32_t jam = states_jam_zone(p.model.venue);
        size_t walking = count(&p.canvas, p.screen.theme.stops[5]);
        p.model.crowd->los[jam] = TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_E;
        states_scale(p.model.crowd, jam, TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_QUEUE);
        screen_draw(&p.screen, &p.canvas, &p.model);
        /* What is left is the legend's, and cells that are denser than their zone. */
        assert_true(count(&p.canvas, p.screen.theme.stops[5]) * 2 < walking);
        drop(&p);
    }
}

/* PgUp leads from the overview through the levels, PgDn back; Esc too. */
static void the_overview_lies_below_the_levels(void **state)
{
    (void)state;
    struct picture p;
    take_of(&p, bowl, JAM, 1280, 800, 1);
    assert_true(p.screen.ground.shown == UNFOLDED);
    assert_false(screen_step_level(&p.screen, -1));
    assert_true(screen_step_level(&p.screen, 1));
    assert_int_equal(ground_drawing(&p.screen.ground)->level, 1);
    assert_true(screen_step_level(&p.screen, 1));
    assert_int_equal(ground_drawing(&p.screen.ground)->level, 2);
    assert_false(screen_step_level(&p.screen, 1));
    assert_true(screen_back(&p.screen));
    assert_true(p.screen.ground.shown == UNFOLDED);
    drop(&p);
}

static void the_worst_alarms_level_is_shown_until_another_is_chosen(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    assert_int_equal(p.screen.ground.levels[p.screen.ground.shown].level, 1);
    assert_true(screen_step_level(&p.screen, 1));
    screen_update(&p.screen, &p.model);
    assert_int_equal(p.screen.ground.levels[p.screen.ground.shown].level, 2);
    assert_false(screen_step_level(&p.screen, 1));
    struct desk desk;
    desk_init(&desk, "desk 2");
    assert_true(desk_pick(&desk, &p.model, (struct pick){ PICK_ALARM, 2 }));
    screen_follow(&p.screen, &desk, &p.model);
    assert_int_equal(p.screen.ground.levels[p.screen.ground.shown].level, 1);
    assert_false(desk_pick(&desk, &p.model, (struct pick){ PICK_ALARM, 77 }));
    drop(&p);
}

/* K: the whole screen in the colours that others see; after the third kind all is as before. */
static void colour_blindness_can_be_looked_at(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    struct theme normal = p.screen.theme;
    for (int kind = PROTAN; kind < VISIONS; kind++) {
        assert_true(screen_step_vision(&p.screen));
        screen_draw(&p.screen, &p.canvas, &p.model);
        assert_int_equal(count(&p.canvas, normal.alarm), 0);
        assert_true(count(&p.canvas, vision_colour((enum vision)kind, normal.alarm)) > 500);
    }
    screen_step_vision(&p.screen);
    screen_draw(&p.screen, &p.canvas, &p.model);
    assert_true(count(&p.canvas, normal.alarm) > 500);
    drop(&p);
}

static void a_stale_zone_loses_its_colour(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1920, 1080, 1);
    size_t before = count(&p.canvas, p.screen.theme.stops[5]);
    for (size_t i = 0; i < p.model.crowd->n_measured_ago_ms; i++)
        p.model.crowd->measured_ago_ms[i] = 60000;
    screen_draw(&p.screen, &p.canvas, &p.model);
    size_t legend = count(&p.canvas, p.screen.theme.stops[5]);
    assert_true(legend < before / 2);
    drop(&p);
}

static void losing_contact_is_said(void **state)
{
    (void)state;
    struct picture p;
    take(&p, CALM, 1920, 1080, 1);
    uint32_t *before = malloc(1920 * 40 * 4);
    assert_non_null(before);
    memcpy(before, p.canvas.pixels + 64 * 1920, 1920 * 40 * 4);
    p.model.contact.state = CONTACT_LOST;
    screen_draw(&p.screen, &p.canvas, &p.model);
    assert_memory_not_equal(before, p.canvas.pixels + 64 * 1920, 1920 * 40 * 4);
    free(before);
    drop(&p);
}

static void every_size_draws(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        float scale;
    } sizes[] = { { 640, 400, 1 },  { 320, 240, 1 },      { 900, 700, 0.75f }, { 1279, 720, 1 },
                  { 1366, 768, 1 }, { 3840, 1200, 1.5f }, { 2560, 1440, 3 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct picture p;
        take(&p, JAM, sizes[i].width, sizes[i].height, sizes[i].scale);
        assert_true(count(&p.canvas, p.screen.theme.bg) > 0);
        assert_true(
            screen_zoom(&p.screen, 3, (float)sizes[i].width / 2, (float)sizes[i].height / 2));
        frame(&p, 40);
        frame(&p, 400);
        assert_true(screen_drag(&p.screen, -5000, 3000)); /* The ground leaves the view. */
        frame(&p, 410);
        screen_draw(&p.screen, &p.canvas, &p.model);
        screen_set_theme(&p.screen, THEME_DAY);
        assert_true(screen_show_all(&p.screen));
        screen_draw(&p.screen, &p.canvas, &p.model);
        drop(&p);
    }
}

static void dragging_follows_the_hand_by_whole_pixels(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    frame(&p, 1000);
    struct rect ground = screen_ground_px(&p.screen);
    int x = ground.x + ground.width / 2, y = ground.y + ground.height / 2;
    uint32_t row[20];
    memcpy(row, p.canvas.pixels + y * 1280 + x, sizeof row);
    screen_drag(&p.screen, 17, 9);
    assert_int_equal(frame(&p, 1016).count, 1); /* The ground, nothing else. */
    assert_memory_equal(row, p.canvas.pixels + (y + 9) * 1280 + x + 17, sizeof row);
    drop(&p);
}

/* What is drawn piece by piece while the hand moves is what is drawn at once when it has stopped,
 * but for the words that may find better places then. */
static void what_comes_in_at_the_edge_is_sharp(void **state)
{
    (void)state;
    struct picture p;
    struct canvas moved;
    take_of(&p, bowl, CALM, 1280, 800, 1);
    uint32_t now = 1000;
    frame(&p, now);
    screen_zoom(&p.screen, 3, 600, 400);
    for (now += 16; now < 2000; now += 16)
        frame(&p, now);
    for (int i = 0; i < 40; i++, now += 16) {
        screen_drag(&p.screen, i < 20 ? -9 : 5, i % 3 ? 4 : -7);
        frame(&p, now);
    }
    struct rect ground = screen_ground_px(&p.screen);
    canvas_init(&moved, 1280, 800);
    canvas_copy(&moved, &p.canvas, 0, 0);
    frame(&p, now + 1000); /* Sharp. */
    size_t differ = 0;
    for (int y = ground.y; y < ground.y + ground.height; y++)
        for (int x = ground.x; x < ground.x + ground.width; x++)
            differ += moved.pixels[y * 1280 + x] != p.canvas.pixels[y * 1280 + x];
    assert_true(differ < (size_t)(ground.width * ground.height) / 100);
    canvas_fini(&moved);
    drop(&p);
}

static void a_drag_after_a_zoom_is_drawn_sharp_soon(void **state)
{
    (void)state;
    struct picture p;
    take_of(&p, bowl, CALM, 1280, 800, 1);
    uint32_t now = 1000;
    frame(&p, now);
    screen_zoom(&p.screen, 2, 600, 400);
    frame(&p, now += 90);
    screen_drag(&p.screen, 4, 0); /* In the middle of the glide. */
    for (int i = 0; i < 12; i++) {
        frame(&p, now += 16);
        screen_drag(&p.screen, i % 2 ? 3 : -2, 1);
    }
    assert_true(p.screen.ground.camera.px_per_m == p.screen.ground.drawn.px_per_m);
    drop(&p);
}

/* Discs from 8 px/m on, and P for always and never; "here" is what the camera sees. */
static void people_are_shown_when_near(void **state)
{
    (void)state;
    struct picture p;
    take_of(&p, bowl, CALM, 1280, 800, 1);
    const struct ground *ground = &p.screen.ground;
    uint32_t places = (uint32_t)model_place_count(&p.model), seen = 0, inside = 0;
    for (uint32_t i = 0; i < places; i++) {
        seen += ground_sees(ground, i);
        inside += i >= p.model.venue->n_zones || zone_is_inside(p.model.venue->zones[i]);
    }
    assert_int_equal(seen, inside);
    assert_false(ground_sees(ground, places));
    assert_false(ground_shows_people(ground));
    screen_step_people(&p.screen);
    assert_true(ground_shows_people(ground)); /* Always. */
    screen_step_people(&p.screen);
    p.screen.motion.off = true;
    screen_zoom(&p.screen, 40, 300, 300);
    assert_false(ground_shows_people(ground)); /* Never. */
    screen_step_people(&p.screen);
    assert_true(ground->camera.px_per_m >= 8 && ground_shows_people(ground));
    uint32_t near = 0;
    for (uint32_t i = 0; i < places; i++)
        near += ground_sees(ground, i);
    assert_true(near < seen / 4);
    drop(&p);
}

/* While the hand moves, news is drawn a band a frame: after as many frames it is all there. */
static void news_arrives_while_the_hand_moves(void **state)
{
    (void)state;
    struct picture p;
    take_of(&p, bowl, CALM, 1280, 800, 1);
    uint32_t now = 1000, yellow = p.screen.theme.stops[5] & 0xffffff;
    frame(&p, now);
    struct rect ground = screen_ground_px(&p.screen);
    screen_drag(&p.screen, 3, 0);
    frame(&p, now += 16);
    struct model jam;
    states_model(&jam, bowl, JAM);
    for (size_t i = 0; i < p.screen.ground.level_count; i++) {
        p.screen.ground.heats[i].at_ms = 0; /* Not eased. */
        heat_update(&p.screen.ground.heats[i], &jam);
    }
    ground_touch(&p.screen.ground, LAYER_FLOOR);
    size_t dense[2] = { 0, 0 };
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < (round ? GROUND_BANDS : 1); i++) {
            screen_drag(&p.screen, i % 2 ? 1 : -1, 0);
            frame(&p, now += 16);
            assert_true(ground_moves(&p.screen.ground));
        }
        for (int y = ground.y; y < ground.y + ground.height; y++)
            for (int x = ground.x; x < ground.x + ground.width; x++)
                dense[round] += p.canvas.pixels[y * 1280 + x] == yellow;
    }
    assert_true(dense[0] < 50);
    assert_true(dense[1] > 200);
    model_fini(&jam);
    drop(&p);
}

static void nothing_changed_nothing_presented(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    frame(&p, 1000);
    assert_int_equal(frame(&p, 1016).count, 0);
    assert_int_equal(frame(&p, 9000).count, 0); /* The figures were looked at, and are the same. */
    screen_update(&p.screen, &p.model);
    assert_int_equal(frame(&p, 9100).count, 0);
    assert_true(screen_rest_ms(&p.screen) > 0);
    drop(&p);
}

/* The window's picture, put together from parts over many frames, is the one that is drawn at once.
 */
static void frames_end_where_a_whole_drawing_does(void **state)
{
    (void)state;
    struct picture p;
    struct canvas whole;
    take_of(&p, bowl, JAM, 1280, 800, 1);
    uint32_t now = 1000;
    frame(&p, now);
    screen_drag(&p.screen, 31, -12);
    frame(&p, now += 16);
    screen_set_theme(&p.screen, THEME_DAY);
    frame(&p, now += 16);
    screen_pan(&p.screen, 60, 0);
    frame(&p, now += 16);
    screen_step_level(&p.screen, 1);
    screen_zoom(&p.screen, 1.25f, 300, 300);
    for (int i = 0; i < 40; i++)
        frame(&p, now += 16);
    frame(&p, now = 2000); /* A tag that blinks is there in the first half of a second. */
    assert_int_equal(frame(&p, now += 16).count, 0);
    canvas_init(&whole, 1280, 800);
    screen_draw(&p.screen, &whole, &p.model);
    assert_memory_equal(whole.pixels, p.canvas.pixels, 1280 * 800 * 4);
    canvas_fini(&whole);
    drop(&p);
}

/* Keys and the wheel glide; with reduced motion they arrive at once. */
static void the_camera_glides_unless_motion_is_reduced(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    frame(&p, 1000);
    float before = p.screen.ground.camera.px_per_m;
    screen_zoom(&p.screen, 2, 600, 400);
    frame(&p, 1090);
    float midway = p.screen.ground.camera.px_per_m;
    assert_true(midway > before * 1.2f && midway < before * 1.99f);
    frame(&p, 1180);
    assert_true(p.screen.ground.camera.px_per_m == before * 2);
    p.screen.motion.off = true;
    screen_zoom(&p.screen, 0.5f, 600, 400);
    assert_true(p.screen.ground.camera.px_per_m == before);
    drop(&p);
}

/* Only the tag, only until it is acknowledged, only when motion is not reduced. */
static void a_high_alarm_blinks_until_it_is_acknowledged(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1280, 800, 1);
    frame(&p, 1000);
    size_t on = count(&p.canvas, p.screen.theme.alarm);
    assert_true(screen_rest_ms(&p.screen) <= 500);
    frame(&p, 1500);
    size_t off = count(&p.canvas, p.screen.theme.alarm);
    assert_true(off + 200 < on);
    frame(&p, 2000);
    assert_int_equal(count(&p.canvas, p.screen.theme.alarm), on);
    p.screen.motion.off = true;
    frame(&p, 2500);
    assert_int_equal(count(&p.canvas, p.screen.theme.alarm), on);
    p.screen.motion.off = false;
    for (size_t i = 0; i < model_alarm_count(&p.model); i++)
        p.model.crowd->alarms[i]->acknowledged_ms = STATES_START_MS;
    screen_touch(&p.screen);
    frame(&p, 3000);
    size_t quiet = count(&p.canvas, p.screen.theme.alarm);
    assert_true(quiet < on); /* Its card's bar is thin now. */
    frame(&p, 3500);
    assert_int_equal(count(&p.canvas, p.screen.theme.alarm), quiet);
    drop(&p);
}

/* All around, the clock in outline, the moment on the timeline. */
static void a_replay_is_framed(void **state)
{
    (void)state;
    struct picture p;
    struct desk desk;
    take(&p, JAM, 1920, 1080, 1);
    desk_init(&desk, "desk 2");
    frame(&p, 1000);
    assert_true(desk_scrub(&desk, &p.model, STATES_START_MS + 20 * 60000));
    const struct model *past = desk_model(&desk, &p.model);
    screen_update(&p.screen, past);
    screen_follow(&p.screen, &desk, past);
    struct damage damage;
    screen_frame(&p.screen, &p.canvas, past, 1100, &damage);
    colour voice = p.screen.theme.voice & 0xffffff;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(p.canvas.pixels[(500 * 1920) + i] & 0xffffff, voice);
        assert_int_equal(p.canvas.pixels[(500 * 1920) + 1919 - i] & 0xffffff, voice);
        assert_int_equal(p.canvas.pixels[i * 1920 + 960] & 0xffffff, voice);
        assert_int_equal(p.canvas.pixels[(1079 - i) * 1920 + 960] & 0xffffff, voice);
    }
    /* The live jam is told in the band, and nothing of it stands on the ground. */
    assert_true(count(&p.canvas, p.screen.theme.alarm) > 0);
    assert_int_equal(count(&p.screen.ground.top, p.screen.theme.alarm), 0);
    desk_key(&desk, &p.model, DESK_LIVE, 1200);
    screen_update(&p.screen, &p.model);
    screen_follow(&p.screen, &desk, &p.model);
    for (uint32_t now = 2000; now <= 3000; now += 50) /* Bars ease. */
        screen_frame(&p.screen, &p.canvas, &p.model, now, &damage);
    struct canvas whole;
    canvas_init(&whole, 1920, 1080);
    screen_draw(&p.screen, &whole, &p.model);
    assert_memory_equal(whole.pixels, p.canvas.pixels, 1920 * 1080 * 4);
    canvas_fini(&whole);
    desk_fini(&desk);
    drop(&p);
}

static void what_is_drawn_can_be_pointed_at(void **state)
{
    (void)state;
    struct picture p;
    take(&p, JAM, 1920, 1080, 1);
    const struct target *target = screen_target_at(&p.screen, 100, 150);
    assert_non_null(target);
    assert_int_equal(target->pick.kind, PICK_GATE);
    assert_int_equal(target->pick.index, 0);
    target = screen_target_at(&p.screen, 1500, 130); /* The large card. */
    assert_non_null(target);
    assert_int_equal(target->pick.kind, PICK_ALARM);
    assert_int_equal(target->pick.index, 2);
    assert_null(screen_target_at(&p.screen, 900, 500));
    int64_t at_ms;
    assert_true(screen_time_at(&p.screen, &p.model, 100, 950, &at_ms));
    assert_true(at_ms < model_now_ms(&p.model) - 14 * 60000);
    assert_false(screen_time_at(&p.screen, &p.model, 900, 500, &at_ms));
    drop(&p);
}

/* What a page says is asked for by hand: it stands where the ground does, and the ground comes back
 * as it was. */
static void a_page_takes_the_grounds_place(void **state)
{
    (void)state;
    struct picture p;
    struct desk desk;
    struct canvas before;
    take(&p, JAM, 1920, 1080, 1);
    desk_init(&desk, "desk 2");
    canvas_init(&before, 1920, 1080);
    screen_follow(&p.screen, &desk, &p.model);
    for (uint32_t now = 1000; now <= 2000; now += 50)
        frame(&p, now);
    canvas_copy(&before, &p.canvas, 0, 0);
    desk_key(&desk, &p.model, DESK_GATES, 2000);
    assert_true(desk.page);
    screen_follow(&p.screen, &desk, &p.model);
    frame(&p, 2100);
    struct rect ground = screen_ground_px(&p.screen);
    size_t differ = 0;
    for (int y = ground.y; y < ground.y + ground.height; y++)
        for (int x = ground.x; x < ground.x + ground.width; x++)
            differ += before.pixels[y * 1920 + x] != p.canvas.pixels[y * 1920 + x];
    assert_true(differ > 50000);
    assert_int_equal(screen_pick_at(&p.screen, &p.model, 900, 500).kind, PICK_NOTHING);
    struct canvas whole;
    canvas_init(&whole, 1920, 1080);
    for (uint32_t now = 2150; now <= 3000; now += 50)
        frame(&p, now);
    screen_draw(&p.screen, &whole, &p.model);
    assert_memory_equal(whole.pixels, p.canvas.pixels, 1920 * 1080 * 4);
    desk_key(&desk, &p.model, DESK_BACK, 3000);
    desk_key(&desk, &p.model, DESK_BACK, 3000);
    screen_follow(&p.screen, &desk, &p.model);
    for (uint32_t now = 3050; now <= 4000; now += 50)
        frame(&p, now);
    assert_memory_equal(before.pixels, p.canvas.pixels, 1920 * 1080 * 4);
    canvas_fini(&before);
    canvas_fini(&whole);
    drop(&p);
}

/* Gates, counters and zones, of what is drawn. */
static void what_lies_on_the_ground_can_be_pointed_at(void **state)
{
    (void)state;
    struct picture p;
    take(&p, CALM, 1920, 1080, 1);
    for (int level = 0; level < 2; level++) {
        const Tifo__V1__Venue *v = p.model.venue;
        const struct drawing *drawing = ground_drawing(&p.screen.ground);
        bool seen[3] = { false };
        struct rect px = screen_ground_px(&p.screen);
        for (int y = px.y; y < px.y + px.height; y += 3) {
            for (int x = px.x; x < px.x + px.width; x += 3) {
                struct pick pick = screen_pick_at(&p.screen, &p.model, (float)x, (float)y);
                if (pick.kind == PICK_NOTHING)
                    continue;
                seen[pick.kind - PICK_GATE] = true;
                int32_t on = pick.kind == PICK_GATE       ? v->gates[pick.index]->level
                             : pick.kind == PICK_FACILITY ? v->facilities[pick.index]->level
                                                          : v->zones[pick.index]->level;
                if (pick.kind != PICK_ZONE)
                    assert_true(drawing_shows_level(drawing, on));
                else
                    assert_true(drawing_shows_zone(drawing, v->zones[pick.index]));
            }
        }
        bool gates = false, counters = false;
        for (size_t g = 0; g < v->n_gates; g++)
            gates |= drawing_shows_level(drawing, v->gates[g]->level);
        for (size_t f = 0; f < v->n_facilities; f++)
            counters |= drawing_shows_level(drawing, v->facilities[f]->level);
        assert_true(gates || level == 1);
        assert_int_equal(seen[PICK_GATE - PICK_GATE], gates);
        assert_true(seen[PICK_ZONE - PICK_GATE]);
        assert_int_equal(seen[PICK_FACILITY - PICK_GATE], counters);
        screen_step_level(&p.screen, 1);
        screen_draw(&p.screen, &p.canvas, &p.model);
    }
    drop(&p);
}

/* Two seconds are late, after five nothing that was measured speaks up. */
static void old_figures_turn_pale(void **state)
{
    (void)state;
    struct picture p;
    take(&p, CALM, 1920, 1080, 1);
    size_t loud = count(&p.canvas, p.screen.theme.t1);
    p.model.contact.data_age_ms = 3000;
    assert_false(model_is_stale(&p.model));
    p.model.contact.data_age_ms = 6000;
    assert_true(model_is_stale(&p.model));
    screen_draw(&p.screen, &p.canvas, &p.model);
    assert_true(count(&p.canvas, p.screen.theme.t1) < loud * 4 / 5);
    drop(&p);
}

/* Nothing of the panels lies under the band. */
static void a_band_moves_the_rest_down(void **state)
{
    (void)state;
    struct picture p;
    take(&p, CALM, 1920, 1080, 1);
    float left = p.screen.layout.left.y, right = p.screen.layout.right.y;
    int ground = screen_ground_px(&p.screen).y;
    p.model.contact.state = CONTACT_LOST;
    screen_draw(&p.screen, &p.canvas, &p.model);
    assert_true(p.screen.layout.left.y == left + BAND);
    assert_true(p.screen.layout.right.y == right + BAND);
    assert_int_equal(screen_ground_px(&p.screen).y, ground + BAND);
    p.model.contact.state = CONTACT_LIVE;
    screen_draw(&p.screen, &p.canvas, &p.model);
    assert_true(p.screen.layout.left.y == left);
    drop(&p);
}

static void the_same_state_gives_the_same_picture(void **state)
{
    (void)state;
    struct picture a, b;
    take(&a, JAM, 1920, 1080, 1);
    take(&b, JAM, 1920, 1080, 1);
    assert_memory_equal(a.canvas.pixels, b.canvas.pixels, 1920 * 1080 * 4);
    drop(&a);
    drop(&b);
}

/* A file that may not grow is what a full disk looks like. */
static void a_disk_that_is_full_leaves_nothing(void **state)
{
    (void)state;
    char folder[] = "/tmp/twin-picture-XXXXXX", path[64], why[400];
    struct rlimit before, small = { 1000, 1000 };
    struct canvas canvas;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.png", folder);
    canvas_init(&canvas, 128, 128);
    for (uint32_t i = 0; i < 128 * 128; i++)
        canvas.pixels[i] = i * 2654435761u >> 8;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool written = png_write(&canvas, path, why, sizeof why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(written);
    assert_non_null(strstr(why, "cannot write"));
    assert_int_equal(rmdir(folder), 0);
    canvas_fini(&canvas);
}

static void pictures_are_written_whole_or_not_at_all(void **state)
{
    (void)state;
    char folder[] = "/tmp/twin-picture-XXXXXX", path[64], why[400];
    struct stat info;
    struct canvas canvas;
    assert_non_null(mkdtemp(folder));
    canvas_init(&canvas, 64, 64);
    snprintf(path, sizeof path, "%s/a.png", folder);
    assert_true(png_write(&canvas, path, why, sizeof why));
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_size > 60);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(folder), 0); /* Nothing else is left in it. */
    assert_false(png_write(&canvas, path, why, sizeof why));
    assert_non_null(strstr(why, "cannot write"));
    canvas_fini(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calm_is_grey),
        cmocka_unit_test(a_jam_is_seen),
        cmocka_unit_test(a_queue_has_the_colour_of_its_own_letter),
        cmocka_unit_test(the_overview_lies_below_the_levels),
        cmocka_unit_test(the_worst_alarms_level_is_shown_until_another_is_chosen),
        cmocka_unit_test(colour_blindness_can_be_looked_at),
        cmocka_unit_test(a_stale_zone_loses_its_colour),
        cmocka_unit_test(losing_contact_is_said),
        cmocka_unit_test(every_size_draws),
        cmocka_unit_test(dragging_follows_the_hand_by_whole_pixels),
        cmocka_unit_test(what_comes_in_at_the_edge_is_sharp),
        cmocka_unit_test(a_drag_after_a_zoom_is_drawn_sharp_soon),
        cmocka_unit_test(people_are_shown_when_near),
        cmocka_unit_test(news_arrives_while_the_hand_moves),
        cmocka_unit_test(nothing_changed_nothing_presented),
        cmocka_unit_test(frames_end_where_a_whole_drawing_does),
        cmocka_unit_test(the_camera_glides_unless_motion_is_reduced),
        cmocka_unit_test(a_high_alarm_blinks_until_it_is_acknowledged),
        cmocka_unit_test(a_replay_is_framed),
        cmocka_unit_test(what_is_drawn_can_be_pointed_at),
        cmocka_unit_test(a_page_takes_the_grounds_place),
        cmocka_unit_test(what_lies_on_the_ground_can_be_pointed_at),
        cmocka_unit_test(old_figures_turn_pale),
        cmocka_unit_test(a_band_moves_the_rest_down),
        cmocka_unit_test(the_same_state_gives_the_same_picture),
        cmocka_unit_test(a_disk_that_is_full_leaves_nothing),
        cmocka_unit_test(pictures_are_written_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
