/* For whoever changes the look: writes calm and jam, by night and by day, as PNG files into a
 * folder. */
#include "tests/unit/twin/states.h"
#include "twin/draw/png.h"
#include "twin/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void look(const char *folder, const char *venue_file, enum moment moment,
                 enum theme_kind theme, int width, int height, float scale)
{
    static const char *const moments[] = { "calm", "jam" };
    char path[1024], why[200];
    struct model model;
    struct screen screen;
    struct canvas canvas;
    states_model(&model, venue_file, moment);
    if (!screen_init(&screen, width, height, scale, theme, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        exit(1);
    }
    canvas_init(&canvas, width, height);
    screen_update(&screen, &model);
    screen_draw(&screen, &canvas, &model);
    clock_t start = clock();
    for (int i = 0; i < 10; i++)
        screen_draw(&screen, &canvas, &model);
    printf("%s: %.1f ms a picture\n", moments[moment],
           (double)(clock() - start) * 100 / CLOCKS_PER_SEC);
    snprintf(path, sizeof path, "%s/%s-%s-%d.png", folder, moments[moment], screen.theme.name,
             width);
    if (!png_write(&canvas, path, why, sizeof why))
        fprintf(stderr, "%s\n", why);
    canvas_fini(&canvas);
    screen_fini(&screen);
    model_fini(&model);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".", *venue = argc > 2 ? argv[2] : NULL;
    look(folder, venue, JAM, THEME_NIGHT, 1920, 1080, 1);
    look(folder, venue, CALM, THEME_NIGHT, 1920, 1080, 1);
    look(folder, venue, JAM, THEME_DAY, 1920, 1080, 1);
    look(folder, venue, JAM, THEME_NIGHT, 1200, 800, 1);
    look(folder, venue, JAM, THEME_NIGHT, 640, 400, 1);
    look(folder, venue, JAM, THEME_NIGHT, 2880, 1620, 1.5f);
    return 0;
}
