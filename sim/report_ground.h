/* The ground of a report's maps: drawn once a level, in metres with y turned down, and used by all
 * of them. */
#ifndef SIM_REPORT_GROUND_H
#define SIM_REPORT_GROUND_H

#include "sim/report_page.h"

/* What a map covers. */
struct map_box {
    double x0_m, y0_m, x1_m, y1_m;
};
/* All zones inside and all blocks, with a margin. */
struct map_box ground_box(const struct record *record);

/* Puts every level onto the page, unseen: once, before the first map. */
void ground_define(const struct report_page *page);

/* Begins a map of a level, `width` px wide, with its floor and seats; what is drawn next, in
 * metres, is clipped by ground_clip(). Returns px a metre. */
double ground_open(const struct report_page *page, struct map_box box, int level, double width);
void ground_clip(const struct report_page *page, int level);
void ground_unclip(const struct report_page *page);
/* Its walls; the caller may draw over them and ends the map with "</svg>". */
void ground_walls(const struct report_page *page, int level);

/* Cells of a raster as runs of one colour: those of step 0 are not drawn. Row 0 is the
 * southernmost.
 */
struct map_raster {
    double x0_m, y0_m, cell_m;
    long columns, rows;
    int steps; /* Of `step`: below this. */
    int (*step)(const void *ctx, long cell);
    const char *(*colour)(int step, char out[8]);
    const void *ctx;
};
void ground_raster(const struct report_page *page, const struct map_raster *raster);

#endif
