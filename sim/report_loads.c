/* What the floor had to bear: the highest density and the time above 2 and 4 people a m2, metre by
 * metre, and the level of service, cell by cell and in person-minutes. */
#include "sim/figures.h"
#include "sim/grid.h"
#include "sim/memory.h"
#include "sim/paper.h"
#include "sim/report_ground.h"

#include <math.h>
#include <stdlib.h>

/* ---- Density --------------------------------------------------------------------------------- */

static int32_t *spread_out(const struct series *pairs, size_t cells)
{
    int32_t *values = memory_array(cells, sizeof *values);
    for (size_t k = 0; k + 1 < pairs->count; k += 2)
        values[pairs->values[k]] = pairs->values[k + 1];
    return values;
}

static int density_step(const void *ctx, long cell)
{
    return paper_density_step(((const int32_t *)ctx)[cell] / 100.0);
}

/* Seconds at which the next grey begins. */
static const int time_from_s[] = { 1, 10, 30, 60, 120, 300 };
enum { TIME_STEPS = sizeof time_from_s / sizeof time_from_s[0] };
static const char *const time_greys[TIME_STEPS] = { "#DDE0E3", "#BFC4C9", "#9AA1A8",
                                                    "#717981", "#454C53", "#000000" };

static int time_step(const void *ctx, long cell)
{
    int step = 0;
    while (step < TIME_STEPS && ((const int32_t *)ctx)[cell] >= time_from_s[step])
        step++;
    return step;
}

static const char *time_colour(int step, char out[8])
{
    (void)out;
    return time_greys[step - 1];
}

enum { LOADS_WIDTH = 300 };

/* The densest cell of the run, as a ring. */
static void mark_peak(const struct report_page *page, const struct record_load *load, double scale)
{
    if (load->peak_p_m2 > 0)
        fprintf(page->file,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.2f\" fill=\"none\" stroke=\"" PAPER_VOICE
                "\" stroke-width=\"%.2f\"/>",
                load->peak_x_m, -load->peak_y_m, 6 / scale, 1.5 / scale);
}

static void draw_load(const struct report_page *page, const struct record *record,
                      const struct record_load *load, const struct series *pairs, bool time)
{
    size_t cells = (size_t)load->columns * load->rows;
    int32_t *values = spread_out(pairs, cells);
    struct map_raster raster = { .x0_m = load->x0_m,
                                 .y0_m = load->y0_m,
                                 .cell_m = 1,
                                 .columns = load->columns,
                                 .rows = load->rows,
                                 .steps = time ? TIME_STEPS + 1 : PAPER_DENSITIES,
                                 .step = time ? time_step : density_step,
                                 .colour = time ? time_colour : paper_density_colour,
                                 .ctx = values };
    fputs("<td>", page->file);
    double scale = ground_open(page, ground_box(record), load->level, LOADS_WIDTH);
    ground_clip(page, load->level);
    ground_raster(page, &raster);
    ground_unclip(page);
    ground_walls(page, load->level);
    if (!time)
        mark_peak(page, load, scale);
    fputs("</svg>", page->file);
    free(values);
}

static void draw_loads(const struct report_page *page, const struct record *record, size_t i,
                       const char *name)
{
    const struct record_load *load = &RECORD_LOADS(record)[i];
    char peak[FIGURE], at[FIGURE], floor[FIGURE];
    fprintf(page->file, "<tr><th class=\"%s\">%s<br><span>level %d</span></th>",
            record == page->with ? "strong" : "", name, load->level);
    draw_load(page, record, load, &load->peak, false);
    fprintf(page->file, "<p class=\"note\">peak %s p/m\u00b2 at %s (ring)</p></td>",
            figure_decimal(peak, load->peak_p_m2, 1),
            figure_time(at, load->peak_s - record->clock_zero_s));
    draw_load(page, record, load, &load->above_2, true);
    fprintf(page->file, "<p class=\"note\">%s m\u00b2 for 10 s or more</p></td>",
            figure_count(floor, load->floor_above_2_m2));
    draw_load(page, record, load, &load->above_4, true);
    fprintf(page->file, "<p class=\"note\">%s m\u00b2 for 10 s or more</p></td></tr>\n",
            figure_count(floor, load->floor_above_4_m2));
}

static void draw_time_legend(const struct report_page *page)
{
    static const char *const words[TIME_STEPS] = {
        "1 s", "10 s", "30 s", "1 min", "2 min", "5 min"
    };
    fputs("<svg class=\"legend\" width=\"300\" height=\"34\">", page->file);
    for (int i = 0; i < TIME_STEPS; i++)
        fprintf(page->file,
                "<rect x=\"%d\" y=\"0\" width=\"46\" height=\"17\" fill=\"%s\"/>"
                "<text x=\"%d\" y=\"31\" class=\"axis\">%s</text>",
                i * 46, time_greys[i], i * 46, words[i]);
    fputs("</svg>", page->file);
}

static bool is_used(const struct report_page *page, size_t level)
{
    const struct record *runs[] = { page->with, page->without };
    for (size_t k = 0; k < 2; k++)
        if (runs[k] != NULL && RECORD_LOADS(runs[k])[level].peak_p_m2 > 0)
            return true;
    return false;
}

void map_loads(const struct report_page *page)
{
    fputs("<h2>Density on the floor <span>metre by metre, over the whole run; "
          "time above a density from</span>",
          page->file);
    draw_time_legend(page);
    fputs("</h2>\n<table class=\"maps\"><tr><th></th><td class=\"axis\">highest density, levels as "
          "above</td><td class=\"axis\">time above 2 p/m\u00b2</td><td class=\"axis\">time above 4 "
          "p/m\u00b2</td></tr>\n",
          page->file);
    for (size_t i = 0; i < page->any->loads.count; i++) {
        if (!is_used(page, i))
            continue;
        if (page->with != NULL)
            draw_loads(page, page->with, i, "with");
        if (page->without != NULL)
            draw_loads(page, page->without, i, "without");
    }
    fputs("</table>\n", page->file);
}

/* ---- Level of service ------------------------------------------------------------------------ */

static int level_step(const void *ctx, long cell)
{
    return ((const int32_t *)ctx)[cell]; /* A is not drawn. */
}

/* In the middle of each level of the density scale. */
static const char *level_colour(int level, char out[8])
{
    static const double middle[6] = { 0.1, 0.41, 0.56, 0.9, 1.6, 2.5 };
    return paper_density_colour((int)lround(middle[level] * 10), out);
}

static void draw_level(const struct report_page *page, const struct record *record, size_t i,
                       const char *name, double width)
{
    const struct record_level *level = &RECORD_LEVELS(record)[i];
    int32_t *values = spread_out(&level->service, (size_t)level->columns * level->rows);
    struct map_raster raster = { .x0_m = level->x0_m,
                                 .y0_m = level->y0_m,
                                 .cell_m = GRID_CELL_M,
                                 .columns = level->columns,
                                 .rows = level->rows,
                                 .steps = 6,
                                 .step = level_step,
                                 .colour = level_colour,
                                 .ctx = values };
    fprintf(page->file,
            "<div class=\"cell\" style=\"width:%.0fpx\"><h3>%s <span>level %d</span></h3>", width,
            name, level->level);
    ground_open(page, ground_box(record), level->level, width);
    ground_clip(page, level->level);
    ground_raster(page, &raster);
    ground_unclip(page);
    ground_walls(page, level->level);
    fputs("</svg></div>\n", page->file);
    free(values);
}

static double total(const struct series *person_s)
{
    double sum = 0;
    for (size_t i = 0; i < person_s->count; i++)
        sum += person_s->values[i];
    return sum;
}

static void write_minutes(const struct report_page *page, const struct record *record,
                          const struct series *person_s, size_t level, bool strong)
{
    char minutes[FIGURE];
    double all = record != NULL ? total(person_s) : 0;
    if (record == NULL || level >= person_s->count)
        return;
    fprintf(page->file, "<td class=\"%s\">%s</td><td class=\"grey\">%.0f %%</td>",
            strong ? "strong" : "", figure_count(minutes, person_s->values[level] / 60.0),
            all > 0 ? person_s->values[level] / all * 100 : 0);
}

static void write_service_row(const struct report_page *page, const char *where, int level,
                              double from, const struct series *with, const struct series *without)
{
    char colour[8], figure[FIGURE];
    fprintf(page->file,
            "<tr><td><svg class=\"swatch\" width=\"22\" height=\"14\"><rect width=\"22\" "
            "height=\"14\" fill=\"%s\"/></svg> %c %s</td><td class=\"grey\">%s</td>",
            level_colour(level, colour), 'A' + level, where,
            level == 0 ? "0" : figure_decimal(figure, from, 2));
    write_minutes(page, page->with, with, (size_t)level, true);
    write_minutes(page, page->without, without, (size_t)level, page->with == NULL);
    fputs("</tr>\n", page->file);
}

static void table_service(const struct report_page *page)
{
    static const struct series none = { NULL, 0 };
    const struct record *w = page->with, *o = page->without;
    fputs("<table class=\"figures\"><tr><th>Fruin's level</th><th>from, p/m\u00b2</th>",
          page->file);
    if (w != NULL)
        fputs("<th colspan=\"2\" class=\"strong\">person-minutes with</th>", page->file);
    if (o != NULL)
        fprintf(page->file, "<th colspan=\"2\">person-minutes%s</th>", w != NULL ? " without" : "");
    fputs("</tr>\n", page->file);
    for (int level = 0; level < 6; level++)
        write_service_row(page, "", level, paper_level_from[level],
                          w != NULL ? &w->walkway_person_s : &none,
                          o != NULL ? &o->walkway_person_s : &none);
    if ((w != NULL ? total(&w->stairs_person_s) : 0) +
            (o != NULL ? total(&o->stairs_person_s) : 0) >
        0)
        for (int level = 0; level < 6; level++)
            write_service_row(page, "stairs", level, paper_stairs_level_from[level],
                              w != NULL ? &w->stairs_person_s : &none,
                              o != NULL ? &o->stairs_person_s : &none);
    fputs("</table>\n", page->file);
}

void map_service(const struct report_page *page)
{
    static const double width = PAGE_WIDTH / 2.0 - 12;
    fputs("<h2>Level of service <span>the worst that a place had for a minute or more in all; "
          "colours as above, stairs by their own limits</span></h2>\n<div class=\"grid\">\n",
          page->file);
    for (size_t i = 0; i < page->any->levels.count; i++) {
        bool used = (page->with != NULL && RECORD_LEVELS(page->with)[i].service.count > 0) ||
                    (page->without != NULL && RECORD_LEVELS(page->without)[i].service.count > 0);
        if (!used)
            continue;
        if (page->with != NULL)
            draw_level(page, page->with, i, "with", width);
        if (page->without != NULL)
            draw_level(page, page->without, i, "without", width);
    }
    fputs("</div>\n", page->file);
    table_service(page);
}
