#include "clients/c/plane.h"

#include <math.h>

#define RADIANS_PER_DEG 0.017453292519943295
#define WGS84_AXIS_M    6378137.0
#define WGS84_E2        0.00669437999014

struct plane plane_init(double longitude_deg, double latitude_deg, double bearing_deg)
{
    double latitude = latitude_deg * RADIANS_PER_DEG, bearing = bearing_deg * RADIANS_PER_DEG;
    double flat = 1 - WGS84_E2 * sin(latitude) * sin(latitude);
    double prime_vertical_m = WGS84_AXIS_M / sqrt(flat);
    double meridian_m = WGS84_AXIS_M * (1 - WGS84_E2) / (flat * sqrt(flat));
    return (struct plane){
        .geographic = true,
        .longitude_deg = longitude_deg,
        .latitude_deg = latitude_deg,
        .bearing_deg = bearing_deg,
        .east_m_per_deg = prime_vertical_m * cos(latitude) * RADIANS_PER_DEG,
        .north_m_per_deg = meridian_m * RADIANS_PER_DEG,
        .bearing_sin = sin(bearing),
        .bearing_cos = cos(bearing),
    };
}

void plane_to_cm(const struct plane *plane, const double position[2], double cm[2])
{
    if (!plane->geographic) {
        cm[0] = position[0] * 100;
        cm[1] = position[1] * 100;
        return;
    }
    double east = (position[0] - plane->longitude_deg) * plane->east_m_per_deg * 100;
    double north = (position[1] - plane->latitude_deg) * plane->north_m_per_deg * 100;
    cm[0] = east * plane->bearing_cos - north * plane->bearing_sin;
    cm[1] = east * plane->bearing_sin + north * plane->bearing_cos;
}

void plane_from_cm(const struct plane *plane, const double cm[2], double position[2])
{
    if (!plane->geographic) {
        position[0] = cm[0] / 100;
        position[1] = cm[1] / 100;
        return;
    }
    double east = cm[0] * plane->bearing_cos + cm[1] * plane->bearing_sin;
    double north = -cm[0] * plane->bearing_sin + cm[1] * plane->bearing_cos;
    position[0] = plane->longitude_deg + east / (plane->east_m_per_deg * 100);
    position[1] = plane->latitude_deg + north / (plane->north_m_per_deg * 100);
}
