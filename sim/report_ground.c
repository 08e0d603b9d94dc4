#include "sim/report_ground.h"

#include "sim/paper.h"

#include <math.h>

enum { ZONE_OUTSIDE = 5 }; /* As in the venue. */

static void include_path(struct map_box *box, const struct series *path)
{
    for (size_t i = 0; i + 1 < path->count; i += 2) {
        box->x0_m = fmin(box->x0_m, path->values[i] / 100.0);
        box->x1_m = fmax(box->x1_m, path->values[i] / 100.0);
        box->y0_m = fmin(box->y0_m, path->values[i + 1] / 100.0);
        box->y1_m = fmax(box->y1_m, path->values[i + 1] / 100.0);
    }
}

struct map_box ground_box(const struct record *record)
{
    static const double margin_m = 3;
    struct map_box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i < record->zones.count; i++)
        if (RECORD_ZONES(record)[i].kind != ZONE_OUTSIDE)
            include_path(&box, &RECORD_ZONES(record)[i].outline);
    for (size_t i = 0; i < record->blocks.count; i++)
        include_path(&box, &RECORD_BLOCKS(record)[i].outline);
    return (struct map_box){ box.x0_m - margin_m, box.y0_m - margin_m, box.x1_m + margin_m,
                             box.y1_m + margin_m };
}

static void draw_path(FILE *file, const struct series *path, bool closed)
{
    for (size_t i = 0; i + 1 < path->count; i += 2)
        fprintf(file, "%s%.1f %.1f", i == 0 ? "M" : "L", path->values[i] / 100.0,
                -path->values[i + 1] / 100.0);
    if (closed && path->count > 0)
        fputc('Z', file);
}

static void define_level(const struct report_page *page, const struct record_level *level)
{
    const struct record *record = page->any;
    fprintf(page->file, "<clipPath id=\"floor%d\"><path d=\"", level->level);
    for (size_t i = 0; i < record->zones.count; i++)
        if (RECORD_ZONES(record)[i].level == level->level &&
            RECORD_ZONES(record)[i].kind != ZONE_OUTSIDE)
            draw_path(page->file, &RECORD_ZONES(record)[i].outline, true);
    fprintf(page->file, "\"/></clipPath>\n<g id=\"below%d\"><path fill=\"" PAPER_SEAT "\" d=\"",
            level->level);
    for (size_t i = 0; i < record->blocks.count; i++)
        draw_path(page->file, &RECORD_BLOCKS(record)[i].outline, true);
    fputs("\"/><path fill=\"none\" stroke=\"" PAPER_LINE2 "\" stroke-width=\"1\" "
          "vector-effect=\"non-scaling-stroke\" d=\"",
          page->file);
    draw_path(page->file, &record->pitch, true);
    fputs("\"/><path fill=\"" PAPER_FLOOR "\" d=\"", page->file);
    for (size_t i = 0; i < record->zones.count; i++)
        if (RECORD_ZONES(record)[i].level == level->level &&
            RECORD_ZONES(record)[i].kind != ZONE_OUTSIDE)
            draw_path(page->file, &RECORD_ZONES(record)[i].outline, true);
    fprintf(page->file,
            "\"/></g>\n<g id=\"above%d\"><path fill=\"none\" stroke=\"" PAPER_WALL
            "\" stroke-width=\"1\" vector-effect=\"non-scaling-stroke\" d=\"",
            level->level);
    for (size_t i = 0; i < record->zones.count; i++)
        if (RECORD_ZONES(record)[i].level == level->level &&
            RECORD_ZONES(record)[i].kind != ZONE_OUTSIDE)
            draw_path(page->file, &RECORD_ZONES(record)[i].outline, true);
    fputs("\"/></g>\n", page->file);
}

void ground_define(const struct report_page *page)
{
    fputs("<svg width=\"0\" height=\"0\" style=\"position:absolute\"><defs>\n", page->file);
    for (size_t i = 0; i < page->any->levels.count; i++)
        define_level(page, &RECORD_LEVELS(page->any)[i]);
    fputs("</defs></svg>\n", page->file);
}

double ground_open(const struct report_page *page, struct map_box box, int level, double width)
{
    double span_m = box.x1_m - box.x0_m, height_m = box.y1_m - box.y0_m, scale = width / span_m;
    fprintf(page->file,
            "<svg width=\"%.0f\" height=\"%.0f\" viewBox=\"%.1f %.1f %.1f %.1f\">"
            "<use href=\"#below%d\"/>",
            width, height_m * scale, box.x0_m, -box.y1_m, span_m, height_m, level);
    return scale;
}

void ground_clip(const struct report_page *page, int level)
{
    fprintf(page->file, "<g clip-path=\"url(#floor%d)\" shape-rendering=\"crispEdges\">", level);
}

void ground_unclip(const struct report_page *page)
{
    fputs("</g>", page->file);
}

void ground_walls(const struct report_page *page, int level)
{
    fprintf(page->file, "<use href=\"#above%d\"/>", level);
}

/* All runs of a colour in one path. */
void ground_raster(const struct report_page *page, const struct map_raster *m)
{
    for (int step = 1; step < m->steps; step++) {
        char colour[8];
        bool opened = false;
        for (long r = 0; r < m->rows; r++)
            for (long c = 0; c < m->columns; c++) {
                long from = c;
                while (c < m->columns && m->step(m->ctx, r * m->columns + c) == step)
                    c++;
                if (c == from)
                    continue;
                if (!opened)
                    fprintf(page->file, "<path fill=\"%s\" d=\"", m->colour(step, colour));
                opened = true;
                fprintf(page->file, "M%g %gh%gv%gh%gz", m->x0_m + (double)from * m->cell_m,
                        -(m->y0_m + (double)r * m->cell_m), (double)(c - from) * m->cell_m,
                        -m->cell_m, -(double)(c - from) * m->cell_m);
            }
        if (opened)
            fputs("\"/>", page->file);
    }
}
