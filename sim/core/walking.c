#include "sim/core/walking.h"

const struct walking walking_weidmann = {
    .name = "weidmann",
    .speed_mean_mps = 1.34, /* Weidmann 1993, as are the spread and the stairs */
    .speed_sd_mps = 0.26,
    .speed_min_mps = 0.60,
    .speed_max_mps = 2.00,
    .stairs_up_mps = 0.610,
    .stairs_down_mps = 0.694,
    .row_mps = 0.60,         /* judgement */
    .radius_mean_m = 0.16,   /* a circle of the area of an ellipse of 0.46 x 0.25 m */
    .radius_spread_m = 0.01, /* judgement */
    .space_share = 1.49,
    .creep_headway_s = 1.5,
    .headway_s = 0.82, /* fitted: flow through doors of 0.8 to 1.2 m is 1.9 a second and metre */
    .anticipation_s = 0.30, /* fitted: speed at 0.5 to 1 people a m2 */
    .wall_headway_s = 0.25, /* judgement */
    .squeeze_after_s = 0.5, /* judgement */
    .squeeze_share = 0.65,  /* judgement: sideways, one behind the other's shoulder */
};
