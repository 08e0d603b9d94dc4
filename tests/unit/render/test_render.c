/* What is drawn: the same symbol in each format, and pages that hold whatever texts there are. */
#include "server/render/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <cmocka.h>

enum { SIDE_MAX = 200, PIXELS = 6 };

static const struct ticket_face face = {
    .code =
        "AQAAAAEtm6lXcQvXn3wq0e8Rkq5Ypt0w-7R6Wm4yD0zJ0q1hXcVQ3n8vJt5bK2uLr9aEoPiHs6GfT_xUdCyBMwN"
        "ZlkAjIVgSFhDqROe7YcTp4WvXbMn2KsLd8UiGtHyJ3rQoPfE5aZxCwVm1BkNu9lSgIjRhDqYcTp4WvXbMn2KsLd8",
    .title = "Derby",
    .venue = "North ground",
    .starts = "2026-05-16 15:00 UTC",
    .doors = "Doors open 2026-05-16 13:00 UTC",
    .block = "101",
    .row = "4",
    .seat = "17",
    .gate = "",
    .holder = "ann",
    .id = "00000000000000000000000000000001",
};

static struct arena arena;

static int drop(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

/* ---- Reading it back ---------------------------------------------------------------------------
 */

static cairo_status_t read_bytes(void *ctx, unsigned char *data, unsigned int size)
{
    struct bytes *bytes = ctx;
    if (bytes->size < size)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, bytes->data, size);
    bytes->data += size;
    bytes->size -= size;
    return CAIRO_STATUS_SUCCESS;
}

/* Modules with the quiet zone, from the middle of each; returns the side. */
static uint32_t read_png(struct bytes png, bool dark[SIDE_MAX][SIDE_MAX])
{
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, &png);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    const uint32_t side = (uint32_t)cairo_image_surface_get_width(surface) / PIXELS;
    assert_true(side < SIDE_MAX);
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++)
            dark[y][x] = data[(y * PIXELS + PIXELS / 2) * (size_t)stride +
                              (x * PIXELS + PIXELS / 2) * (size_t)4] < 128;
    cairo_surface_destroy(surface);
    return side;
}

static uint32_t read_svg(struct bytes svg, bool dark[SIDE_MAX][SIDE_MAX])
{
    char *text = arena_alloc(&arena, svg.size + 1);
    uint32_t side = 0, x, y, run;
    memcpy(text, svg.data, svg.size);
    assert_int_equal(sscanf(strstr(text, "viewBox"), "viewBox=\"0 0 %u", &side), 1);
    const char *at = strstr(text, "z\"/><path d=\"");
    assert_non_null(at);
    at += strlen("z\"/><path d=\"");
    for (; sscanf(at, "M%u %uh%u", &x, &y, &run) == 3; at = strchr(at, 'z') + 1) {
        for (uint32_t i = 0; i < run; i++)
            dark[y][x + i] = true;
    }
    assert_memory_equal(at, "\"/></svg>", 9);
    return side;
}

static void a_symbol_is_the_same_in_each_format(void **state)
{
    (void)state;
    static bool png[SIDE_MAX][SIDE_MAX], svg[SIDE_MAX][SIDE_MAX];
    const uint32_t side = read_png(render_ticket(&face, RENDER_QR_PNG, &arena), png);
    assert_int_equal(read_svg(render_ticket(&face, RENDER_QR_SVG, &arena), svg), side);
    assert_memory_equal(png, svg, sizeof png);
    for (uint32_t i = 0; i < side; i++) /* The quiet zone. */
        for (uint32_t k = 0; k < 4; k++)
            assert_false(png[i][k] || png[k][i] || png[i][side - 1 - k] || png[side - 1 - k][i]);
    for (uint32_t i = 0; i < 7; i++) /* A finder begins where it ends. */
        assert_true(png[4][4 + i] && png[4 + i][4]);
}

/* ---- Pages -------------------------------------------------------------------------------------
 */

static void a_page_takes_any_text(void **state)
{
    (void)state;
    char wide[400] = "";
    struct ticket_face strange = face;
    memset(wide, 'W', sizeof wide - 1);
    strange.title = wide;
    strange.venue = "F\xc3\xbar \xe4\xb8\xad\xe6\x96\x87 <&>";
    strange.holder = "";
    strange.gate = "G1";
    strange.block = strange.row = strange.seat = "";
    const struct bytes page = render_ticket(&strange, RENDER_PDF, &arena);
    assert_true(page.size > 1000);
    assert_memory_equal(page.data, "%PDF-", 5);
}

static void a_text_that_is_no_utf_8_is_no_page(void **state)
{
    (void)state;
    struct ticket_face broken = face;
    broken.title = "\xff\xfe";
    assert_int_equal(render_ticket(&broken, RENDER_PDF, &arena).size, 0);
}

static void what_no_symbol_holds_is_not_drawn(void **state)
{
    (void)state;
    char text[4000];
    struct ticket_face large = face;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    large.code = text;
    assert_int_equal(render_ticket(&large, RENDER_QR_PNG, &arena).size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_symbol_is_the_same_in_each_format, drop),
        cmocka_unit_test_teardown(a_page_takes_any_text, drop),
        cmocka_unit_test_teardown(a_text_that_is_no_utf_8_is_no_page, drop),
        cmocka_unit_test_teardown(what_no_symbol_holds_is_not_drawn, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
