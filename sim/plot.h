/*
 * A diagram as SVG: two scales from 0, curves, points and a band, and their names beside them.
 */
#ifndef SIM_PLOT_H
#define SIM_PLOT_H

#include <stddef.h>
#include <stdio.h>

/* Open one at a time; everything is written to `file` at once. */
struct plot {
    FILE *file;
    double x_to, y_to;
    int names; /* of the legend, so far */
};

enum plot_style {
    PLOT_REFERENCE, /* what it should be: grey and dashed */
    PLOT_OURS,      /* black */
    PLOT_OTHER,     /* a second one of ours: black and thin */
};

/* Scales go from 0 to x_to and y_to; labels name what is on them, with its unit. */
void plot_begin(struct plot *plot, const char *title, const char *x_label, double x_to,
                const char *y_label, double y_to);
/* Values beyond the scales are cut off; NANs break the curve. */
void plot_curve(struct plot *plot, enum plot_style style, const char *name, const double *x,
                const double *y, size_t count);
void plot_points(struct plot *plot, enum plot_style style, const char *name, const double *x,
                 const double *y, size_t count);
void plot_band(struct plot *plot, const char *name, const double *x, const double *low,
               const double *high, size_t count);
/* A line of the legend without a curve. */
void plot_note(struct plot *plot, const char *text);
void plot_end(struct plot *plot);

#endif
