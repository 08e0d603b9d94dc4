#include "twin/camera.h"

#include <math.h>

static const float least_px_per_m = 0.2f, most_px_per_m = 200;

void camera_fit(struct camera *camera, struct extent extent, float sides_px, float ends_px)
{
    float width = fmaxf(extent.x1 - extent.x0, 1), height = fmaxf(extent.y1 - extent.y0, 1);
    camera->x_m = (extent.x0 + extent.x1) / 2;
    camera->y_m = (extent.y0 + extent.y1) / 2;
    float fit = fminf((camera->width_px - 2 * sides_px) / width,
                      (camera->height_px - 2 * ends_px) / height);
    camera->px_per_m = fminf(fmaxf(fit, least_px_per_m), most_px_per_m);
}

struct point camera_to_px(const struct camera *camera, float x_m, float y_m)
{
    return (struct point){ camera->width_px / 2 + (x_m - camera->x_m) * camera->px_per_m,
                           camera->height_px / 2 - (y_m - camera->y_m) * camera->px_per_m };
}

struct point camera_to_m(const struct camera *camera, float x_px, float y_px)
{
    return (struct point){ camera->x_m + (x_px - camera->width_px / 2) / camera->px_per_m,
                           camera->y_m - (y_px - camera->height_px / 2) / camera->px_per_m };
}

void camera_pan(struct camera *camera, float dx_px, float dy_px)
{
    camera->x_m -= dx_px / camera->px_per_m;
    camera->y_m += dy_px / camera->px_per_m;
}

void camera_zoom(struct camera *camera, float factor, float x_px, float y_px)
{
    struct point held = camera_to_m(camera, x_px, y_px);
    float zoomed = camera->px_per_m * factor;
    camera->px_per_m = fminf(fmaxf(zoomed, least_px_per_m), most_px_per_m);
    struct point now = camera_to_px(camera, held.x, held.y);
    camera_pan(camera, x_px - now.x, y_px - now.y);
}
