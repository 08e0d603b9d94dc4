/*
 * From metres of the venue's plane (y north) to pixels (y down), and back.
 */
#ifndef TWIN_CAMERA_H
#define TWIN_CAMERA_H

#include "twin/draw/path.h"

struct camera {
    float x_m, y_m; /* What stands in the middle of the view. */
    float px_per_m;
    float width_px, height_px; /* The view, whose top left is pixel (0, 0). */
};

/* Bounds of something, in metres. */
struct extent {
    float x0, y0, x1, y1;
};

/* Shows all of `extent` with so much air at its sides, and above and below. */
void camera_fit(struct camera *camera, struct extent extent, float sides_px, float ends_px);
struct point camera_to_px(const struct camera *camera, float x_m, float y_m);
struct point camera_to_m(const struct camera *camera, float x_px, float y_px);
/* The ground follows the hand by so many pixels. */
void camera_pan(struct camera *camera, float dx_px, float dy_px);
/* Zooms by `factor`, keeping what is under (x, y) where it is. Between 0.2 and 200 px/m. */
void camera_zoom(struct camera *camera, float factor, float x_px, float y_px);

#endif
