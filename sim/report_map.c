#include "sim/figures.h"
#include "sim/grid.h"
#include "sim/memory.h"
#include "sim/paper.h"
#include "sim/report_ground.h"

#include <math.h>
#include <stdlib.h>

/* ---- Heat -------------------------------------------------------------------------------------
 */

/* Values in half cells, from their own cell and the three nearest that have floor, by 9:3:3:1. */
static float *refine(const struct record_level *level, const float *value)
{
    long columns = level->columns, rows = level->rows;
    float *fine = memory_array((size_t)(columns * rows * 4), sizeof *fine);
    for (long r = 0; r < 2 * rows; r++)
        for (long c = 0; c < 2 * columns; c++) {
            float sum = 0, weight = 0;
            for (long k = 0; k < 4; k++) {
                long row = r / 2 + (k & 1 ? (r & 1 ? 1 : -1) : 0);
                long column = c / 2 + (k & 2 ? (c & 1 ? 1 : -1) : 0);
                float w = (k & 1 ? 1.0f : 3.0f) * (k & 2 ? 1.0f : 3.0f);
                if (row < 0 || row >= rows || column < 0 || column >= columns ||
                    level->floor.values[row * columns + column] == 0)
                    continue;
                sum += w * value[row * columns + column];
                weight += w;
            }
            fine[r * 2 * columns + c] = weight > 0 ? sum / weight : 0;
        }
    return fine;
}

static int step_of(const void *ctx, long cell)
{
    return paper_density_step(((const float *)ctx)[cell]);
}

static void draw_cells(const struct report_page *page, const struct record_level *level,
                       const float *value, int parts)
{
    struct map_raster raster = { .x0_m = level->x0_m,
                                 .y0_m = level->y0_m,
                                 .cell_m = GRID_CELL_M / (double)parts,
                                 .columns = (long)level->columns * parts,
                                 .rows = (long)level->rows * parts,
                                 .steps = PAPER_DENSITIES,
                                 .step = step_of,
                                 .colour = paper_density_colour,
                                 .ctx = value };
    ground_raster(page, &raster);
}

static void draw_heat(const struct report_page *page, const struct record *record,
                      const struct record_map *map, bool fine)
{
    const struct record_level *level = &RECORD_LEVELS(record)[map->grid];
    float *value = memory_array(level->floor.count, sizeof *value);
    for (size_t k = 0; k < map->cells.count; k += 2)
        value[map->cells.values[k]] = (float)map->cells.values[k + 1] / 100;
    ground_clip(page, level->level);
    if (fine) {
        float *refined = refine(level, value);
        draw_cells(page, level, refined, 2);
        free(refined);
    } else {
        draw_cells(page, level, value, 1);
    }
    ground_unclip(page);
    free(value);
}

/* ---- Gates ------------------------------------------------------------------------------------
 */

/* A cross on every gate of the level that was shut in that time. */
static void draw_closed(const struct report_page *page, const struct record *record,
                        const struct record_map *map, double scale)
{
    double arm_m = 3.5 / scale;
    for (size_t i = 0; i < record->gates.count; i++) {
        const struct record_gate *gate = &RECORD_GATES(record)[i];
        bool open_again = !isnan(gate->closed_to_s) && gate->closed_to_s <= map->from_s;
        if (isnan(gate->closed_from_s) || gate->closed_from_s >= map->to_s || open_again ||
            gate->level != RECORD_LEVELS(record)[map->grid].level || gate->line.count < 4)
            continue;
        double x = (gate->line.values[0] + gate->line.values[2]) / 200.0;
        double y = -(gate->line.values[1] + gate->line.values[3]) / 200.0;
        fprintf(page->file,
                "<path stroke=\"" PAPER_VOICE "\" stroke-width=\"%.2f\" "
                "d=\"M%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1f\"/>",
                1.5 / scale, x - arm_m, y - arm_m, x + arm_m, y + arm_m, x - arm_m, y + arm_m,
                x + arm_m, y - arm_m);
    }
}

/* ---- Small maps -------------------------------------------------------------------------------
 */

static void draw_period(const struct report_page *page, const struct record *record,
                        const struct record_map *map, struct map_box box, double width)
{
    int level = RECORD_LEVELS(record)[map->grid].level;
    char figure[FIGURE];
    fputs("<td>", page->file);
    double scale = ground_open(page, box, level, width);
    draw_heat(page, record, map, false);
    ground_walls(page, level);
    draw_closed(page, record, map, scale);
    double x = (box.x0_m + box.x1_m) / 2, y = -(box.y0_m + box.y1_m) / 2, unit_m = 1 / scale;
    fprintf(page->file,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#FFFFFF\"/>"
            "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" text-anchor=\"middle\" fill=\"%s\" "
            "font-weight=\"%d\">%s</text>"
            "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" text-anchor=\"middle\" "
            "fill=\"" PAPER_TEXT2 "\">%c</text></svg></td>\n",
            x - 15 * unit_m, y - 14 * unit_m, 30 * unit_m, 28 * unit_m, x, y, 13 * unit_m,
            map->peak >= paper_level_from[5] ? PAPER_VOICE : PAPER_TEXT1,
            map->peak >= paper_level_from[5] ? 600 : 400, figure_decimal(figure, map->peak, 1), x,
            y + 11 * unit_m, 11 * unit_m, paper_level(map->peak));
}

/* The map of a run for a level and the period that begins then; NULL: it had ended. */
static const struct record_map *find_map(const struct record *record, size_t grid, double from_s)
{
    for (size_t i = 0; i < record->maps.count; i++) {
        const struct record_map *map = &RECORD_MAPS(record)[i];
        if (!map->worst && map->grid == grid && fabs(map->from_s - from_s) < 1)
            return map;
    }
    return NULL;
}

static void draw_row(const struct report_page *page, const struct record *record, size_t grid,
                     const char *name, double first_s, size_t columns)
{
    struct map_box box = ground_box(record);
    double width = fmin(124, (PAGE_WIDTH - 80.0) / (double)columns - 6);
    fprintf(page->file, "<tr><th class=\"%s\">%s", record == page->with ? "strong" : "", name);
    if (record->levels.count > 1)
        fprintf(page->file, "<br><span>level %d</span>", RECORD_LEVELS(record)[grid].level);
    fputs("</th>\n", page->file);
    for (size_t c = 0; c < columns; c++) {
        const struct record_map *map =
            find_map(record, grid, first_s + record->map_period_s * (double)c);
        if (map != NULL)
            draw_period(page, record, map, box, width);
        else
            fputs("<td></td>\n", page->file);
    }
    fputs("</tr>\n", page->file);
}

/* Whether anything was to be seen on a level, in either run. */
static bool level_used(const struct report_page *page, size_t grid)
{
    const struct record *runs[] = { page->with, page->without };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->maps.count; i++)
            if (RECORD_MAPS(runs[k])[i].grid == grid && RECORD_MAPS(runs[k])[i].peak > 0)
                return true;
    return false;
}

static bool any_closed(const struct record *record)
{
    for (size_t i = 0; i < record->gates.count; i++)
        if (!isnan(RECORD_GATES(record)[i].closed_from_s))
            return true;
    return false;
}

static void draw_legend(const struct report_page *page)
{
    static const double middle[6] = { 0.1, 0.41, 0.56, 0.9, 1.6, 2.5 };
    fputs("<svg class=\"legend\" width=\"240\" height=\"34\">", page->file);
    for (int i = 0; i < 6; i++) {
        char colour[8], figure[FIGURE];
        fprintf(page->file,
                "<rect x=\"%d\" y=\"0\" width=\"34\" height=\"17\" fill=\"%s\"/><text x=\"%d\" "
                "y=\"13\" font-size=\"12\" font-weight=\"600\" text-anchor=\"middle\" "
                "fill=\"%s\">%c</text>",
                i * 34, paper_density_colour((int)lround(middle[i] * 10), colour), i * 34 + 17,
                i > 2 ? "#FFFFFF" : PAPER_TEXT1, 'A' + i);
        if (i > 0)
            fprintf(page->file,
                    "<text x=\"%d\" y=\"31\" class=\"axis\" text-anchor=\"middle\">%s"
                    "</text>",
                    i * 34, figure_decimal(figure, paper_level_from[i], 2));
    }
    fputs("<text x=\"208\" y=\"13\" class=\"axis\">p/m\u00b2</text></svg>", page->file);
}

static double last_map_s(const struct report_page *page)
{
    const struct record *runs[] = { page->with, page->without };
    double last_s = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->maps.count; i++)
            last_s = fmax(last_s, RECORD_MAPS(runs[k])[i].to_s);
    return last_s;
}

void map_periods(const struct report_page *page)
{
    enum { MOST_COLUMNS = 12 };
    double zero_s = page->any->clock_zero_s, period_s = page->any->map_period_s;
    double first_s = zero_s + floor(page->from_s / period_s) * period_s;
    double last_s = fmin(page->to_s + zero_s, last_map_s(page));
    size_t columns = (size_t)fmax(1, ceil((last_s - first_s) / period_s - 0.01));
    columns = columns < MOST_COLUMNS ? columns : MOST_COLUMNS;
    ground_define(page);
    char minutes[FIGURE];
    fprintf(page->file,
            "<h2>Peak density in each %s minutes <span>people a m\u00b2, mean of 10 s</span>",
            period_s == 120 ? "two" : figure_count(minutes, period_s / 60));
    draw_legend(page);
    fputs("</h2>\n<table class=\"maps\"><tr><th></th>", page->file);
    for (size_t c = 0; c < columns; c++) {
        double minute = (first_s - zero_s) / 60 + period_s / 60 * (double)c;
        double end = minute + period_s / 60;
        fprintf(page->file, "<td class=\"axis\">%s%.0f to %s%.0f%s</td>",
                minute < 0 ? "\u2212" : "", fabs(minute), end < 0 ? "\u2212" : "", fabs(end),
                columns > 8 ? "" : " min");
    }
    fputs("</tr>\n", page->file);
    for (size_t i = 0; i < page->any->levels.count; i++) {
        if (!level_used(page, i))
            continue;
        if (page->with != NULL)
            draw_row(page, page->with, i, "with", first_s, columns);
        if (page->without != NULL)
            draw_row(page, page->without, i, "without", first_s, columns);
    }
    fprintf(
        page->file,
        "</table><p class=\"note\">%sMinutes after %s. The number is the densest 10 m x 10 m of "
        "that time, the letter its level of service.</p>\n",
        any_closed(page->any) ? "\u00d7 gate shut. " : "", page->since);
}

/* ---- The worst moment -------------------------------------------------------------------------
 */

static const struct record_map *find_worst(const struct record *record)
{
    for (size_t i = 0; i < record->maps.count; i++) {
        const struct record_map *map = &RECORD_MAPS(record)[i];
        if (map->worst && RECORD_LEVELS(record)[map->grid].level == record->peak_level)
            return map;
    }
    return NULL;
}

static void draw_worst(const struct report_page *page, const struct record *record,
                       const char *name, double width)
{
    const struct record_map *map = record != NULL ? find_worst(record) : NULL;
    if (map == NULL || record->peak_density <= 0)
        return;
    struct map_box box = ground_box(record);
    char at[FIGURE], figure[FIGURE];
    fprintf(page->file,
            "<div class=\"cell\"><h3>%s <span>%s on level %d: %s p/m\u00b2 (%c) in the "
            "square</span></h3>",
            name, figure_time(at, record->peak_from_s - record->clock_zero_s), record->peak_level,
            figure_decimal(figure, record->peak_density, 2), paper_level(record->peak_density));
    double scale = ground_open(page, box, record->peak_level, width);
    draw_heat(page, record, map, true);
    ground_walls(page, record->peak_level);
    draw_closed(page, record, map, scale / 1.6);
    fprintf(page->file,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\" fill=\"none\" "
            "stroke=\"" PAPER_VOICE "\" stroke-width=\"%.2f\"/></svg></div>\n",
            record->peak_x_m - 5, -record->peak_y_m - 5, 1.5 / scale);
}

void map_worst(const struct report_page *page)
{
    fprintf(
        page->file,
        "<h2>The densest moment <span>10 s of each run; time after %s, square 10 m x 10 m</span>"
        "</h2>\n<div class=\"grid\">\n",
        page->since);
    draw_worst(page, page->with, "with", PAGE_WIDTH / 2.0 - 12);
    draw_worst(page, page->without, "without", PAGE_WIDTH / 2.0 - 12);
    fputs("</div>\n", page->file);
}
