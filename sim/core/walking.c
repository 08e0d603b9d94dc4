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
    .radius_mean_m = 0.22,   /* a square of 0.43 m at Weidmann's jam of 5.4 people a m2 */
    .radius_spread_m = 0.02, /* judgement */
    .headway_s = 0.85, /* fitted: flow through doors of 0.8 to 1.2 m is 1.9 a second and metre */
    .anticipation_s = 0.30, /* fitted: speed at 0.5 to 1 people a m2 */
    .wall_headway_s = 0.25, /* judgement */
    .squeeze_after_s = 0.5, /* judgement */
    .squeeze_share = 0.65,  /* judgement: sideways, one behind the other's shoulder */
};
