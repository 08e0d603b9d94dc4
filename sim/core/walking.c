#include "sim/core/walking.h"

/* What both sets have in common. Weidmann 1993: the speeds. Judgement: rows, bodies, walls,
 * shoulders. */
#define COMMON                                                                                     \
    .speed_mean_mps = 1.34, .speed_sd_mps = 0.26, .speed_min_mps = 0.60, .speed_max_mps = 2.00,    \
    .stairs_up_mps = 0.610, .stairs_down_mps = 0.694, .row_mps = 0.60,                             \
    .radius_mean_m = 0.16, /* a circle of the area of an ellipse of 0.40 x 0.26 m */               \
        .radius_spread_m = 0.01, .anticipation_s = 0.30, .wall_headway_s = 0.25,                   \
    .squeeze_after_s = 0.5, .squeeze_share = 0.65

/* Fitted: speed at 0.5 to 5 people a m2 in a corridor of 3 m is Weidmann's within 0.05 m/s, and
 * that of single file lies in RiMEA 16's band. Stairs: a tread is a step to everybody, so speeds
 * differ by cadence alone, and cadence grows with speed to the 0.57 (Grieve, Gear 1966). */
const struct walking walking_weidmann = {
    .name = "weidmann",
    COMMON,
    .gap_m = 0.157, /* 0.48 m from middle to middle: 2.1 a metre */
    .headway_s = 0.78,
    .creep_rest_m = 0.05,
    .creep_headway_s = 1.55,
    .stride_mps = 0.80,
    .stride_headway_s = 3.0,
    .stairs_spread = 0.57,
    .hurry_share = 0.6,
};

/* Fitted: flow through bottlenecks of 0.8 to 5 m grows by 1.6 to 1.9 people a metre and second
 * (Kretz 2006, Seyfried 2009). Stairs and single file are not: those who are slow are slow there.
 */
const struct walking walking_experiment = {
    .name = "experiment",
    COMMON,
    .gap_m = 0.144,
    .headway_s = 0.70,
    .creep_rest_m = 0,
    .creep_headway_s = 1.5,
    .stride_mps = 2.0, /* as good as never */
    .stride_headway_s = 1.0,
    .stairs_spread = 1,
    .hurry_share = 0,
};
