#include "tests/unit/twin/check.h"

#include "twin/camera.h"
#include "twin/draw/path.h"
#include "twin/draw/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double inked(const struct canvas *canvas)
{
    double sum = 0;
    for (int i = 0; i < canvas->width * canvas->height; i++)
        sum += (canvas->pixels[i] & 255) / 255.0;
    return sum;
}

static void a_shape_covers_its_area(void **state)
{
    (void)state;
    struct canvas canvas;
    struct path path;
    path_init(&path);
    canvas_init(&canvas, 100, 100);
    const struct point triangle[3] = { { 10.3f, 12.7f }, { 80.9f, 30.1f }, { 25.2f, 90.6f } };
    path_add_ring(&path, triangle, 3, false);
    path_fill(&path, &canvas, OPAQUE(0xffffff));
    double area = fabs((80.9 - 10.3) * (90.6 - 12.7) - (25.2 - 10.3) * (30.1 - 12.7)) / 2;
    assert_true(fabs(inked(&canvas) - area) < 2);

    memset(canvas.pixels, 0, 100 * 100 * 4);
    path_reset(&path);
    path_add_disc(&path, 50, 50, 30);
    path_fill(&path, &canvas, OPAQUE(0xffffff));
    assert_true(fabs(inked(&canvas) - 3.14159 * 900) < 12);
    canvas_fini(&canvas);
    path_fini(&path);
}

static void holes_stay_open_and_crossing_lines_are_one_shape(void **state)
{
    (void)state;
    struct canvas canvas;
    struct path path;
    path_init(&path);
    canvas_init(&canvas, 60, 60);
    const struct point outer[4] = { { 5, 5 }, { 55, 5 }, { 55, 55 }, { 5, 55 } };
    const struct point inner[4] = { { 20, 20 }, { 40, 20 }, { 40, 40 }, { 20, 40 } };
    path_add_ring(&path, outer, 4, false);
    path_add_ring(&path, inner, 4, true);
    path_fill(&path, &canvas, OPAQUE(0xffffff));
    assert_int_equal(canvas.pixels[30 * 60 + 30], 0);
    assert_int_equal(canvas.pixels[10 * 60 + 10], 0xffffff);

    memset(canvas.pixels, 0, 60 * 60 * 4);
    path_reset(&path);
    path_add_line(&path, 5, 30, 55, 30, 4); /* Drawn in opposite directions. */
    path_add_line(&path, 30, 55, 30, 5, 4);
    path_fill(&path, &canvas, OPAQUE(0xffffff));
    assert_int_equal(canvas.pixels[30 * 60 + 30], 0xffffff);
    canvas_fini(&canvas);
    path_fini(&path);
}

static void shapes_beyond_the_picture_are_cut(void **state)
{
    (void)state;
    struct canvas canvas;
    struct path path;
    path_init(&path);
    canvas_init(&canvas, 40, 40);
    canvas_set_clip(&canvas, (struct rect){ 10, 10, 20, 20 });
    const struct point huge[4] = {
        { -1e4f, -1e4f }, { 1e4f, -1e4f }, { 1e4f, 1e4f }, { -1e4f, 1e4f }
    };
    path_add_ring(&path, huge, 4, false);
    path_fill(&path, &canvas, OPAQUE(0xffffff));
    assert_true(fabs(inked(&canvas) - 400) < 1e-6);
    canvas_fini(&canvas);
    path_fini(&path);
}

static void all_digits_are_equally_wide(void **state)
{
    (void)state;
    char why[200], figures[2] = "0";
    struct text *text = text_create(why, sizeof why);
    assert_non_null(text);
    for (int weight = 0; weight < WEIGHTS; weight++) {
        for (int size = 12; size <= 44; size += 4) {
            int cell = text_digit_width(text, (enum weight)weight, size);
            for (figures[0] = '0'; figures[0] <= '9'; figures[0]++)
                assert_int_equal(text_width(text, (enum weight)weight, size, figures), cell);
            assert_int_equal(text_width(text, (enum weight)weight, size, "11:11:11"),
                             text_width(text, (enum weight)weight, size, "48:40:44"));
        }
    }
    text_destroy(text);
}

static void words_are_drawn_where_they_are_aligned(void **state)
{
    (void)state;
    char why[200];
    struct text *text = text_create(why, sizeof why);
    struct canvas canvas;
    assert_non_null(text);
    canvas_init(&canvas, 200, 40);
    text_draw(text, &canvas, REGULAR, 16, RIGHT, 190, 25, OPAQUE(0xffffff), "Level 1 SE");
    int last = 0;
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 200; x++)
            if (canvas.pixels[y * 200 + x])
                last = x > last ? x : last;
    assert_in_range(last, 184, 190);
    canvas_fini(&canvas);
    text_destroy(text);
}

static void zoom_keeps_the_point_under_the_hand(void **state)
{
    (void)state;
    struct camera camera = { .width_px = 800, .height_px = 600 };
    camera_fit(&camera, (struct extent){ -50, -20, 70, 60 }, 30, 20);
    struct point corner = camera_to_px(&camera, 70, 60);
    assert_true(corner.x <= 770.01f && corner.y >= 19.99f);
    struct point before = camera_to_m(&camera, 200, 150);
    camera_zoom(&camera, 1.7f, 200, 150);
    struct point after = camera_to_m(&camera, 200, 150);
    assert_true(fabsf(before.x - after.x) < 1e-3f && fabsf(before.y - after.y) < 1e-3f);
    camera_pan(&camera, 12, -7);
    struct point moved = camera_to_px(&camera, before.x, before.y);
    assert_true(fabsf(moved.x - 212) < 0.01f && fabsf(moved.y - 143) < 0.01f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_covers_its_area),
        cmocka_unit_test(holes_stay_open_and_crossing_lines_are_one_shape),
        cmocka_unit_test(shapes_beyond_the_picture_are_cut),
        cmocka_unit_test(all_digits_are_equally_wide),
        cmocka_unit_test(words_are_drawn_where_they_are_aligned),
        cmocka_unit_test(zoom_keeps_the_point_under_the_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
